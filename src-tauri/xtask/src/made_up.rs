//! Made-up days with faults: the first of them keep every promise, and each fault that is planted on purpose breaks its own.

use crate::counts::Counts;
use crate::{files, process, Outcome};
use std::process::Command;

/// So many days in every test run.
const DAYS: &str = "24";

/// What each planted fault breaks, and a day on which it shows.
const PLANTED: [(&str, &str, &str); 10] = [
    ("lease_dropped", "1", "no text twice"),
    ("read_back_forgotten", "0", "each write to the chart is read back"),
    ("sent_before_commit", "1", "no text twice"),
    ("unknown_lost", "1", "no text twice"),
    ("webhook_twice", "0", "a webhook that comes twice counts once"),
    ("quiet_hours_ignored", "0", "no text in quiet hours"),
    ("daily_limit_forgotten", "3", "at most two reminders a day"),
    ("reply_clock_restarted", "14", "an unanswered question is paged at its first due time"),
    ("stop_skipped", "0", "no text after STOP"),
    ("written_back_twice", "0", "each write to the chart once"),
];

/// Builds the program that can plant faults, runs the days, then each fault on its day.
pub fn run() -> Outcome<Counts> {
    println!("Building the program with the planted faults ...");
    let mut build = process::cargo(&["build", "-p", "engine", "--example", "planted", "--features", "planted"]);
    // A day is mostly arithmetic of our own crates: worth the longer build.
    for own in ["decide", "engine", "ledger", "vendors", "sandbox", "accept", "wire"] {
        build.args(["--config", &format!("profile.dev.package.{own}.opt-level=1")]);
    }
    process::run(&mut build)?;
    let program = files::built("debug", "examples/planted");
    let fuzz = |args: &[&str]| {
        let out = Command::new(&program).args(["scenario", "fuzz", "--all"]).args(args).current_dir(files::root()).output();
        out.map(|o| (o.status.success(), String::from_utf8_lossy(&o.stdout).into_owned()))
            .map_err(|e| format!("{}: {e}", program.display()))
    };
    let (kept, said) = fuzz(&["--seeds", DAYS])?;
    print!("{said}");
    let mut counts = Counts::one(kept);
    for (fault, day, promise) in PLANTED {
        let (kept, said) = fuzz(&["--planted", fault, "--seed", day])?;
        let caught = !kept && said.lines().any(|l| l == format!("seed {day}: {promise}"));
        if !caught {
            println!("FAILED {fault}: planted on day {day} it does not break \"{promise}\"\n{said}");
        }
        counts = counts.and(Counts::one(caught));
    }
    Ok(counts)
}
