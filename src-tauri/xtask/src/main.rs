//! `cargo xtask <command>`: everything a developer or a build machine runs.

mod bench;
mod browser;
mod codegen;
mod console;
mod counts;
mod desktop;
mod files;
mod made_up;
mod process;
mod report;
mod run;
mod scenarios;
mod setup;
mod shots;
mod test;
mod tidy;

use std::process::ExitCode;

/// What went wrong, as a sentence.
type Outcome<T = ()> = Result<T, String>;

const HELP: &str = "\
cargo xtask <command>

  run      open the console in the sandbox with a demo day (prints a link where there is no display)
           --keep       go on with the last demo day instead of starting a new one
           --headless   no window, print the link
  test     everything the build machine runs
           <part> ...   only these parts: types rules format ui lint rust scenarios days browser desktop
           hard         fifty power cuts with a thousand open waits and a chart away for a minute, in release
  ci       the same, with the build machine's settings
  codegen  write the TypeScript of the console's commands and views
  tidy     the house rules
  shots    photograph every screen into .shots/
  bench    measure, in release
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match args.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[][..]),
    };
    let done = match command {
        "run" => run::run(rest),
        "test" => test::test(rest, false),
        "ci" => test::test(rest, true),
        "codegen" => codegen::write(),
        "tidy" => tidy::tidy(),
        "shots" => shots::shots(),
        "bench" => bench::bench(rest),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("no such command: {other}\n\n{HELP}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
