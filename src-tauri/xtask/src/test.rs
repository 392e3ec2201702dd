//! `cargo xtask test`: set-up and everything that must hold, part by part.

use crate::counts::{self, Counts};
use crate::report::Report;
use crate::setup::{self, Use};
use crate::{browser, codegen, console, desktop, files, made_up, process, scenarios, tidy, Outcome};

type Work = fn() -> Outcome<Counts>;

/// In this order: what is quick to fail comes first, and the screens are built before the
/// window that carries them is compiled.
const PARTS: &[(&str, &str, Work)] = &[
    ("types", "generated TypeScript is in step", codegen::check),
    ("rules", "house rules", rules),
    ("format", "formatting", format),
    ("ui", "screens: lint, tests, build", screens),
    ("lint", "clippy", clippy),
    ("rust", "Rust tests", rust),
    ("scenarios", "scenarios", in_scenarios),
    ("days", "made-up days, and planted faults", made_up::run),
    ("browser", "screens in a browser", in_a_browser),
    ("desktop", "the real window", on_the_desktop),
];

/// Only when it is named: what takes minutes and a release build.
const HARD: &[(&str, &str, Work)] = &[("hard", "fifty power cuts with a thousand open waits, a chart away for a minute", hard)];

/// Runs all parts, or those named.
pub fn test(named: &[String], build_machine: bool) -> Outcome {
    if let Some(odd) = named.iter().find(|n| PARTS.iter().chain(HARD).all(|(name, ..)| name != n)) {
        let known: Vec<&str> = PARTS.iter().chain(HARD).map(|(name, ..)| *name).collect();
        return Err(format!("no such part: {odd}; the parts are: {}", known.join(" ")));
    }
    if build_machine {
        // Playwright and snapshot tests are stricter where nobody looks on.
        std::env::set_var("CI", "1");
        std::env::set_var("CARGO_INCREMENTAL", "0");
    }
    let parts: Vec<_> =
        PARTS.iter().chain(HARD).filter(|(name, ..)| (named.is_empty() && *name != "hard") || named.iter().any(|n| n == name)).collect();
    let mut report = Report::of(parts.len() + 1);
    let mut is_ready = false;
    report.part("set-up", || {
        setup::ready(Use::Tests)?;
        is_ready = true;
        Ok(Counts::one(true))
    });
    if is_ready {
        for (_, what, work) in parts {
            report.part(what, work);
        }
    }
    report.end()
}

fn rules() -> Outcome<Counts> {
    tidy::check().map(|found| {
        found.iter().for_each(|f| println!("{f}"));
        Counts { passed: tidy::RULES.len() as u32 - tidy::broken(&found), failed: tidy::broken(&found) }
    })
}

fn format() -> Outcome<Counts> {
    process::run(&mut process::cargo(&["fmt", "--all", "--", "--check", "-l"])).map(|()| Counts::one(true))
}

fn screens() -> Outcome<Counts> {
    let lint = process::run(&mut process::npm(&["run", "--silent", "lint"]));
    let (lines, succeeded) = process::watch(&mut process::npm(&["run", "--silent", "test"]), false)?;
    let build = process::run(&mut process::npm(&["run", "--silent", "build"]));
    for why in [&lint, &build].into_iter().filter_map(|r| r.as_ref().err()) {
        println!("{why}");
    }
    Ok(counts::of_vitest(&lines).of_run(succeeded).and(Counts::one(lint.is_ok())).and(Counts::one(build.is_ok())))
}

fn clippy() -> Outcome<Counts> {
    console::build_screens()?;
    process::run(&mut process::cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])).map(|()| Counts::one(true))
}

fn rust() -> Outcome<Counts> {
    console::build_screens()?;
    console::build("careloop")?;
    if process::on_path("cargo-nextest") {
        let mut command =
            process::cargo(&["nextest", "run", "--workspace", "--no-fail-fast", "--status-level=fail", "--final-status-level=fail"]);
        let (lines, succeeded) = process::watch(&mut command, true)?;
        return Ok(counts::of_nextest(&lines).of_run(succeeded));
    }
    let (lines, succeeded) = process::watch(&mut process::cargo(&["test", "--workspace", "--no-fail-fast"]), false)?;
    Ok(counts::of_cargo_test(&lines).of_run(succeeded))
}

fn hard() -> Outcome<Counts> {
    process::run(&mut process::cargo(&["build", "--release", "--workspace", "--bin", "careloop"]))?;
    let mut command =
        process::cargo(&["test", "--workspace", "--test", "journeys", "--", "--nocapture", "power_cuts", "chart_that_was_away"]);
    command.env("CARELOOP_POWER_CUTS", "50").env("CARELOOP_OUTAGE_SECONDS", "60").env("CARELOOP_BIN", files::built("release", "careloop"));
    let (lines, succeeded) = process::watch(&mut command, false)?;
    Ok(counts::of_cargo_test(&lines).of_run(succeeded))
}

fn in_scenarios() -> Outcome<Counts> {
    console::build("careloop")?;
    scenarios::run()
}

fn in_a_browser() -> Outcome<Counts> {
    console::build_screens()?;
    console::build("careloop")?;
    browser::run()
}

fn on_the_desktop() -> Outcome<Counts> {
    console::build_screens()?;
    console::build("careloop-console")?;
    desktop::run()
}
