//! Plays a scenario file beside the live day, on a clock of its own: nothing of it touches the ward.

use crate::clock::stopwatch;
use crate::scenario;
use serde_json::{Map, Value};
use wire::{PlayedScenario, ScenarioLine};

/// Runs the file's text; a bad file is a difference with its line and field.
pub fn play_scenario(text: &str) -> PlayedScenario {
    let began = stopwatch();
    let played = match scenario::file::read(text) {
        Ok(scenario) => {
            let name = scenario.name.clone();
            // A thread of its own: the runner drives a runtime of its own.
            let ran = std::thread::scope(|scope| scope.spawn(|| run(&scenario)).join());
            match ran {
                Ok(Ok(ran)) => shown(name, ran),
                Ok(Err(error)) => failed(name, format!("{error:#}")),
                Err(_) => failed(name, "the runner broke on this file".into()),
            }
        }
        Err(bad) => failed(String::new(), bad.to_string()),
    };
    PlayedScenario { took_ms: u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX), ..played }
}

fn run(scenario: &scenario::file::Scenario) -> anyhow::Result<scenario::Ran> {
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(scenario::run(scenario, folder.path()))
}

fn failed(name: String, why: String) -> PlayedScenario {
    PlayedScenario { name, passed: false, took_ms: 0, lines: Vec::new(), differences: vec![why] }
}

fn shown(name: String, ran: scenario::Ran) -> PlayedScenario {
    let lines = ran.lines.into_iter().filter_map(line).collect();
    PlayedScenario { name, passed: ran.differences.is_empty(), took_ms: 0, lines, differences: ran.differences }
}

fn line(line: Map<String, Value>) -> Option<ScenarioLine> {
    let at = line.get("at")?.as_str()?.parse().ok()?;
    let kind = line.get("kind")?.as_str()?.to_string();
    let told = line.iter().filter(|(name, _)| !["at", "seq", "kind"].contains(&name.as_str()));
    let text = told
        .map(|(name, value)| match value {
            Value::String(s) => format!("{name} {s}"),
            other => format!("{name} {other}"),
        })
        .collect::<Vec<_>>()
        .join(", ");
    Some(ScenarioLine { at, kind, text, raw: Value::Object(line).to_string() })
}
