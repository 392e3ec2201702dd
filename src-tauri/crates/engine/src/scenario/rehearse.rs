//! A shadow day rehearsed: a scenario played in shadow mode on a clock and in a store of its own. Nothing of it touches the ward.

use super::{file, run_in, Store};
use decide::{At, Episode, Mode, Modes, Patient};

/// What a rehearsal left: its patients, and every episode it opened.
pub struct Rehearsed {
    pub name: String,
    pub from: At,
    pub to: At,
    pub patients: Vec<Patient>,
    pub episodes: Vec<Episode>,
}

/// Plays the file's text in shadow mode; the error names what is wrong with it. Blocking.
pub fn rehearse(text: &str) -> Result<Rehearsed, String> {
    let mut scenario = file::read(text).map_err(|bad| bad.to_string())?;
    let shadow = serde_json::to_value(Modes::All(Mode::Shadow)).unwrap_or_default();
    scenario.settings.insert("mode".into(), shadow);
    // A day that would switch itself live in the middle is no shadow day.
    for step in &mut scenario.timeline {
        if let file::StepAct::Settings(changed) = &mut step.act {
            changed.settings.remove("mode");
        }
    }
    let patients = scenario.patients.iter().map(|row| row.patient()).collect();
    // A thread of its own: the runner drives a runtime of its own.
    let played = std::thread::scope(|scope| scope.spawn(|| episodes(&scenario)).join());
    match played {
        Ok(Ok(episodes)) => Ok(Rehearsed { name: scenario.name, from: scenario.start, to: scenario.until, patients, episodes }),
        Ok(Err(error)) => Err(format!("{error:#}")),
        Err(_) => Err("the runner broke on this file".into()),
    }
}

fn episodes(scenario: &file::Scenario) -> anyhow::Result<Vec<Episode>> {
    let store = Store::in_memory()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run_in(scenario, &store))?;
    let mut found = Vec::new();
    store.open()?.reader()?.episodes_opened(scenario.start, At::MAX_UTC, |e| found.push(e))?;
    Ok(found)
}
