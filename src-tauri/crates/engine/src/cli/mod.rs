//! The command line. Exit 0: done; 1: it did not work, or did not hold; 2: what was asked cannot be used.

mod bench;
mod doctor;
mod office;
mod run;
mod safe;
mod vendors;

use crate::config::BadConfig;
use crate::scenario;
use crate::vault::KeyHome;
use clap::{Args, Parser, Subcommand, ValueEnum};
use decide::At;
use std::path::PathBuf;
use std::process::ExitCode;

/// Clinical operations console: takes vitals, texts patients, pages on call, writes back to the chart.
#[derive(Debug, Parser)]
#[command(name = "careloop", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the console without a window, and serves its screens on loopback.
    Run(run::Asked),
    /// Runs the built-in vendors as servers of their own, to try a live desk against them.
    Sandbox(vendors::Asked),
    /// Plays scenario files through the production pipeline.
    Scenario {
        #[command(subcommand)]
        what: ScenarioCommand,
    },
    /// Takes in limits and patients from a CSV file, or appointment messages from an HL7 file.
    Import {
        #[command(subcommand)]
        what: ImportCommand,
    },
    /// Writes a CSV of the trail, the episodes, the messages or the minutes.
    Export(ExportArgs),
    /// The audit trail.
    Audit {
        #[command(subcommand)]
        what: AuditCommand,
    },
    /// Makes a copy of the records the records of this machine; the data folder must have none yet.
    Restore {
        /// The copy, `careloop-NAME-DATE.db`, with the file of the same name ending in .json beside it.
        file: PathBuf,
        /// Ask for the printed recovery key: this machine does not keep the key.
        #[arg(long)]
        recovery_key: bool,
        #[command(flatten)]
        folder: FolderArgs,
    },
    /// Puts a lost database key back where it belongs, from the printed recovery key.
    RecoverKey {
        #[command(flatten)]
        folder: FolderArgs,
    },
    /// Measures speed and size, each beside the raw limit of this machine and its bar.
    Bench(bench::Asked),
    /// Looks whether everything is as it should be: key, file, permissions, zone data, vendors, disk.
    Doctor {
        #[command(flatten)]
        folder: FolderArgs,
    },
}

#[derive(Debug, Subcommand)]
enum ScenarioCommand {
    /// Plays files and holds their expectations against what happened.
    Run {
        /// Scenario files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Where the transcript goes (JSON lines); `-` is standard output.
        #[arg(long)]
        out: Option<PathBuf>,
        /// Keep the run's database there (an empty folder).
        #[arg(long)]
        data_dir: Option<PathBuf>,
    },
    /// Makes up days with faults and holds what happened against what is promised.
    Fuzz(FuzzArgs),
}

#[derive(Debug, Args)]
struct FuzzArgs {
    /// How many days; 100, or the one that --seed names.
    #[arg(long)]
    seeds: Option<u64>,
    /// The first seed.
    #[arg(long)]
    seed: Option<u64>,
    /// Go on with new seeds for so long, e.g. 90s, 30m, 2h.
    #[arg(long, value_parser = span)]
    until: Option<std::time::Duration>,
    /// Where the shortest failing day goes; by default tests/scenarios/found.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Only write the made-up day of the seed there.
    #[arg(long)]
    day: Option<PathBuf>,
    /// Plants a fault first, to see it caught; only in a program built for that.
    #[arg(long)]
    planted: Option<String>,
    /// Go on after a broken promise and name every day that broke one.
    #[arg(long)]
    all: bool,
}

impl FuzzArgs {
    fn asked(self) -> scenario::fuzz::Asked {
        scenario::fuzz::Asked {
            seed: self.seed.unwrap_or(0),
            seeds: self.seeds.unwrap_or(if self.seed.is_some() { 1 } else { 100 }),
            until: self.until,
            out: self.out,
            day: self.day,
            planted: self.planted,
            all: self.all,
        }
    }
}

fn span(text: &str) -> Result<std::time::Duration, String> {
    let unit = match text.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3600,
        _ => return Err("a time span is written 90s, 30m or 2h".into()),
    };
    let number: u64 = text[..text.len() - 1].parse().map_err(|_| "a time span is written 90s, 30m or 2h".to_string())?;
    Ok(std::time::Duration::from_secs(number * unit))
}

#[derive(Debug, Subcommand)]
enum ImportCommand {
    /// Limits per patient: a column `mrn` and any of the limit and patient columns.
    Thresholds {
        file: PathBuf,
        /// Only show what would change.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        folder: FolderArgs,
    },
    /// HL7 v2 appointment messages: one or a batch, lines ended by CR, LF or both.
    Hl7 {
        file: PathBuf,
        /// Only say what would become of each message.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        folder: FolderArgs,
    },
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Walks the whole trail, with its archives, and names the first line that is not what was written.
    Verify {
        /// Where the archives of older lines are, if not in the data folder.
        #[arg(long)]
        archives: Option<PathBuf>,
        #[command(flatten)]
        folder: FolderArgs,
    },
    /// Works out the hashes in the evidence file of an episode again; needs no data folder.
    Evidence { file: PathBuf },
}

#[derive(Debug, Args)]
struct ExportArgs {
    what: What,
    /// From this instant on, e.g. 2026-03-01T00:00:00Z, or a day (UTC).
    #[arg(long, value_parser = instant)]
    from: Option<At>,
    /// Before this instant.
    #[arg(long, value_parser = instant)]
    to: Option<At>,
    /// Where the CSV goes; standard output if left out.
    #[arg(long)]
    out: Option<PathBuf>,
    #[command(flatten)]
    folder: FolderArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    Audit,
    Episodes,
    Messages,
    Minutes,
}

impl What {
    fn export(self) -> ledger::Export {
        match self {
            What::Audit => ledger::Export::Audit,
            What::Episodes => ledger::Export::Episodes,
            What::Messages => ledger::Export::Messages,
            What::Minutes => ledger::Export::Minutes,
        }
    }

    fn name(self) -> &'static str {
        match self {
            What::Audit => "audit",
            What::Episodes => "episodes",
            What::Messages => "messages",
            What::Minutes => "minutes",
        }
    }
}

/// Which console.
#[derive(Debug, Clone, Args)]
pub struct FolderArgs {
    /// The data folder; by default the one of this user.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// The file that keeps the database key, when it is not in the keyring.
    #[arg(long)]
    key_file: Option<PathBuf>,
}

impl FolderArgs {
    /// The folder that was named, or the user's own.
    fn folder(&self) -> anyhow::Result<PathBuf> {
        if let Some(named) = &self.data_dir {
            return Ok(named.clone());
        }
        let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        let base = set("XDG_DATA_HOME").or_else(|| set("HOME").map(|home| home.join(".local").join("share")));
        base.map(|b| b.join("careloop")).ok_or_else(|| BadConfig::new("data-dir", "is not given, and this user has no home folder").into())
    }

    /// Where the key is.
    fn key(&self) -> KeyHome {
        match &self.key_file {
            Some(path) => KeyHome::File(path.clone()),
            None => KeyHome::Keyring { service: run::KEYRING_SERVICE.into() },
        }
    }
}

fn instant(text: &str) -> Result<At, String> {
    let day = || chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().and_then(|d| d.and_hms_opt(0, 0, 0)).map(|t| t.and_utc());
    text.parse::<At>()
        .ok()
        .or_else(day)
        .ok_or_else(|| "a time is written 2026-03-05T19:00:00Z, or 2026-03-05 for its midnight in UTC".into())
}

/// Reads the command line and does what it says.
pub fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Scenario { what: ScenarioCommand::Run { files, out, data_dir } } => {
            return ExitCode::from(u8::try_from(scenario::cli(&scenario::Asked { files, out, data_dir })).unwrap_or(1));
        }
        Command::Scenario { what: ScenarioCommand::Fuzz(asked) } => {
            return ExitCode::from(u8::try_from(scenario::fuzz::cli(&asked.asked())).unwrap_or(1));
        }
        Command::Run(asked) => on_runtime(run::run(asked)),
        Command::Sandbox(asked) => on_runtime(vendors::run(asked)),
        Command::Import { what: ImportCommand::Thresholds { file, dry_run, folder } } => {
            on_runtime(office::import_thresholds(folder, file, dry_run))
        }
        Command::Import { what: ImportCommand::Hl7 { file, dry_run, folder } } => on_runtime(office::import_hl7(folder, file, dry_run)),
        Command::Export(asked) => on_runtime(office::export(asked)),
        Command::Audit { what: AuditCommand::Verify { archives, folder } } => on_runtime(office::verify(folder, archives)),
        Command::Restore { file, recovery_key, folder } => on_runtime(safe::restore(file, recovery_key, folder)),
        Command::RecoverKey { folder } => on_runtime(safe::recover_key(folder)),
        Command::Audit { what: AuditCommand::Evidence { file } } => office::evidence(&file),
        Command::Bench(asked) => bench::run(&asked),
        Command::Doctor { folder } => on_runtime(doctor::look(folder)),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("careloop: {error:#}");
            ExitCode::from(if error.is::<BadConfig>() { 2 } else { 1 })
        }
    }
}

fn on_runtime(work: impl std::future::Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(work);
    // A keyring prompt that nobody answers must not hold the program.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_day_is_its_midnight_in_utc() {
        assert_eq!(instant("2026-03-05").unwrap(), instant("2026-03-05T00:00:00Z").unwrap());
        assert!(instant("March").is_err());
    }
}
