//! `import`, `export` and `audit verify`: through the running console, or in the folder itself if none runs.

use super::{ExportArgs, FolderArgs};
use crate::admin::{self, TrailReport};
use crate::clock::{Clock, SystemClock};
use crate::config::{BadConfig, HostOptions};
use crate::hl7_file;
use crate::import::{self, Report};
use crate::keys;
use crate::spine::Engine;
use crate::workspace::{self, Folder, FolderError};
use anyhow::{bail, Context};
use decide::hl7::{pieces, short_batches, PieceKind};
use ledger::{Durability, Ledger};
use serde::Deserialize;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// The console of a folder.
enum Desk {
    Running(Remote),
    /// Nobody runs: the folder is ours for as long as this lives.
    Own {
        engine: Box<Engine>,
        folder: Folder,
    },
}

/// How a running console is asked; written by it, for its owner alone.
#[derive(Deserialize)]
struct Remote {
    url: String,
    token: String,
}

impl Remote {
    fn request(&self, method: reqwest::Method, path: &str) -> anyhow::Result<reqwest::RequestBuilder> {
        let client = reqwest::Client::builder().no_proxy().connect_timeout(Duration::from_secs(5)).build()?;
        Ok(client.request(method, format!("{}{path}", self.url)).bearer_auth(&self.token))
    }
}

/// The answer, or what the console said instead.
async fn answer(request: reqwest::RequestBuilder) -> anyhow::Result<reqwest::Response> {
    let answer = request.send().await.map_err(reqwest::Error::without_url).context("the running console did not answer")?;
    if answer.status().is_success() {
        return Ok(answer);
    }
    let status = answer.status();
    match answer.json::<wire::UserError>().await {
        Ok(error) => bail!("{} {}", error.what_happened, error.what_to_do),
        Err(_) => bail!("the running console answered {status}"),
    }
}

async fn desk(args: &FolderArgs) -> anyhow::Result<Desk> {
    let path = args.folder()?;
    let database = workspace::database(&path);
    if !database.exists() {
        return Err(BadConfig::new("data-dir", format!("there is no database at {}", database.display())).into());
    }
    let folder = match Folder::take(&path) {
        Ok(folder) => folder,
        Err(FolderError::InUse(_)) => return Ok(Desk::Running(remote(&path)?)),
        Err(e) => return Err(e.into()),
    };
    let options = HostOptions { key: args.key(), ..HostOptions::sandbox(path) };
    let (key, _) = keys::database_key(&options, folder.path()).await?;
    let ledger = Ledger::open(&database, &key, Durability::Full)?;
    let names = folder.workspace(None)?;
    let engine = Engine::open(ledger, SystemClock.now(), &names.workspace, keys::case_key(&key))?;
    Ok(Desk::Own { engine: Box::new(engine), folder })
}

fn remote(folder: &Path) -> anyhow::Result<Remote> {
    let path = workspace::running(folder);
    let text = std::fs::read(&path).with_context(|| {
        format!("a console has the folder, but {} cannot be read: wait until it has started, or stop it and try again", path.display())
    })?;
    serde_json::from_slice(&text).with_context(|| format!("{} cannot be read", path.display()))
}

/// `careloop import thresholds`.
pub async fn import_thresholds(folder: FolderArgs, file: PathBuf, dry_run: bool) -> anyhow::Result<ExitCode> {
    let shown = file.display().to_string();
    let bytes = std::fs::read(&file).map_err(|e| BadConfig::new(&shown, format!("cannot be read: {e}")))?;
    let report = match desk(&folder).await? {
        Desk::Running(console) => {
            let path = format!("/api/import/thresholds?dry_run={dry_run}");
            answer(console.request(reqwest::Method::POST, &path)?.body(bytes)).await?.json::<Report>().await?
        }
        Desk::Own { mut engine, .. } => {
            let plan = import::plan(&bytes, &import::Known::of(&engine.desk, wire::Language::En));
            if !dry_run && !plan.patients.is_empty() {
                engine.turn(SystemClock.now(), &admin::incoming(&plan))?;
            }
            plan.report
        }
    };
    print!("{}", in_words(&report, dry_run));
    Ok(if report.bad.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The preview: each difference, then what cannot go in, then the sum.
fn in_words(report: &Report, dry_run: bool) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for d in &report.differences {
        let old = d.old.as_deref().unwrap_or("default");
        let new = d.new.as_deref().unwrap_or("default");
        let _ = writeln!(out, "line {}, {}: {}: {old} -> {new}", d.line, d.mrn, d.column);
    }
    for bad in &report.bad {
        let column = if bad.column.is_empty() { String::new() } else { format!(", column {}", bad.column) };
        let _ = writeln!(out, "line {}{column}: NOT TAKEN: {}", bad.line, bad.reason);
    }
    let what = if dry_run { "would be changed" } else { "changed" };
    let _ = writeln!(
        out,
        "{} rows: {} patients {what}, {} new, {} as they were, {} not taken.",
        report.rows,
        report.changed_patients,
        report.new_patients,
        report.unchanged,
        report.bad.len()
    );
    out
}

/// `careloop import hl7`: a message that is refused stops no other.
pub async fn import_hl7(folder: FolderArgs, file: PathBuf, dry_run: bool) -> anyhow::Result<ExitCode> {
    let shown = file.display().to_string();
    let bytes = std::fs::read(&file).map_err(|e| BadConfig::new(&shown, format!("cannot be read: {e}")))?;
    if !pieces(&bytes).iter().any(|p| p.kind == PieceKind::Message) {
        return Err(BadConfig::new(&shown, "holds no HL7 message: a message begins with MSH").into());
    }
    let mut desk = desk(&folder).await?;
    let mut tally = [0u64; 3];
    for (first, part) in hl7_file::parts(&bytes) {
        let lines = match &mut desk {
            Desk::Running(console) => {
                let path = format!("/api/import/hl7?dry_run={dry_run}");
                answer(console.request(reqwest::Method::POST, &path)?.body(part.to_vec())).await?.json::<Vec<hl7_file::Line>>().await?
            }
            Desk::Own { engine, .. } => {
                let (incoming, mut lines): (Vec<_>, Vec<_>) = hl7_file::plan(part, &engine.desk.site_map()).into_iter().unzip();
                if !dry_run && !incoming.is_empty() {
                    let done = engine.turn(SystemClock.now(), &incoming)?;
                    lines.iter_mut().zip(&done.answers).for_each(|(line, answers)| hl7_file::settled(line, answers));
                }
                lines
            }
        };
        for line in lines {
            tally[line.became as usize] += 1;
            println!("{}", message_in_words(first, &line, dry_run));
        }
    }
    let [taken, known, refused] = tally;
    let would = if dry_run { "would be taken" } else { "taken" };
    println!("{} messages: {taken} {would}, {known} known already, {refused} not taken.", taken + known + refused);
    let short = short_batches(&bytes);
    for (came, said) in &short {
        println!("A batch says that it has {said} messages, and {came} came: ask the sender whether the file is whole.");
    }
    Ok(if refused == 0 && short.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn message_in_words(first: u64, line: &hl7_file::Line, dry_run: bool) -> String {
    let id = if line.control_id.is_empty() { String::new() } else { format!(", {}", line.control_id.escape_debug()) };
    let event = line.event.as_deref().unwrap_or_default();
    let said = match line.became {
        hl7_file::Became::Taken if dry_run => format!("would be taken: {event}"),
        hl7_file::Became::Taken => format!("taken: {event}"),
        hl7_file::Became::Known => format!("known already: {event}"),
        hl7_file::Became::Refused => {
            let why = line.why.as_deref().unwrap_or("no reason was given");
            format!("NOT TAKEN: {}: {why}", line.field.as_deref().unwrap_or("message"))
        }
    };
    format!("line {}{id}: {said}", first - 1 + line.line)
}

/// `careloop export`.
pub async fn export(asked: ExportArgs) -> anyhow::Result<ExitCode> {
    let desk = desk(&asked.folder).await?;
    let mut out: Box<dyn Write> = match &asked.out {
        Some(path) if path.as_os_str() != "-" => {
            let mut options = std::fs::OpenOptions::new();
            options.create(true).truncate(true).write(true);
            // It names patients.
            workspace::own(&mut options);
            Box::new(options.open(path).map_err(|e| BadConfig::new(path.display().to_string(), format!("cannot be written: {e}")))?)
        }
        _ => Box::new(std::io::stdout()),
    };
    match desk {
        Desk::Running(console) => {
            let mut request = console.request(reqwest::Method::GET, &format!("/api/export/{}", asked.what.name()))?;
            for (name, at) in [("from", asked.from), ("to", asked.to)] {
                if let Some(at) = at {
                    request = request.query(&[(name, at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))]);
                }
            }
            let mut answer = answer(request).await?;
            while let Some(piece) = answer.chunk().await.map_err(reqwest::Error::without_url).context("the export broke off")? {
                out.write_all(&piece)?;
            }
        }
        Desk::Own { mut engine, .. } => {
            engine.turn(SystemClock.now(), &[admin::exported(asked.what.export())])?;
            engine.reader()?.export(asked.what.export(), asked.from, asked.to, &mut out)?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// `careloop audit verify`.
pub async fn verify(args: FolderArgs, archives: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let report = match desk(&args).await? {
        Desk::Running(console) => {
            let mut request = console.request(reqwest::Method::GET, "/api/audit/verify")?;
            if let Some(archives) = &archives {
                request = request.query(&[("archives", std::path::absolute(archives)?.display().to_string())]);
            }
            answer(request).await?.json::<TrailReport>().await?
        }
        Desk::Own { engine, folder } => {
            admin::verify_trail(&engine.reader()?, &engine.copies(), folder.path(), archives.as_deref()).map_err(anyhow::Error::msg)?
        }
    };
    if let Some(line) = report.broken_at {
        println!("The trail is broken at line {line}: {}", report.why.unwrap_or_default());
        println!("{} lines before it are as they were written.", report.lines);
        return Ok(ExitCode::from(1));
    }
    let anchored = match report.anchored_lines {
        Some(lines) => format!("It goes on from the head kept outside the database at line {lines}."),
        None => "No head was kept outside the database yet.".into(),
    };
    println!("The trail is whole: {} lines, head {}. {anchored}", report.lines, report.head.get(..16).unwrap_or(&report.head));
    match report.archive_missing_from {
        Some(from) => println!(
            "Lines {from} to {} are sealed in archives that are not there; name their folder with --archives to prove them too.",
            report.archived
        ),
        None if report.archived > 0 => println!("Lines 1 to {} are in archives, which were walked as well.", report.archived),
        None => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// `careloop audit evidence`: whether each line of the file is what was hashed.
pub fn evidence(file: &std::path::Path) -> anyhow::Result<ExitCode> {
    let page = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let lines = crate::evidence::lines_of(&page).map_err(anyhow::Error::msg)?;
    let wrong: Vec<String> =
        lines.iter().filter(|l| l.worked_out().is_some_and(|hash| hash != l.hash)).map(|l| l.seq.to_string()).collect();
    let alone = lines.iter().filter(|l| l.before.is_none()).count();
    if !wrong.is_empty() {
        println!("These lines are not what was written: {}.", wrong.join(", "));
        return Ok(ExitCode::from(1));
    }
    let rest = if alone == 0 { String::new() } else { format!(" {alone} of them stand without the line before and were not worked out.") };
    println!("{} lines, each as it was hashed.{rest} `careloop audit verify` says whether the console's own trail has them.", lines.len());
    Ok(ExitCode::SUCCESS)
}
