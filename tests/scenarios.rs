//! Every scenario file holds; and the cases of behaviour.md section 3 notice it when an expected second or word is changed.

use decide::followup::change::with_settings;
use decide::Settings;
use engine::backtest::{self, Proposed, Question};
use engine::scenario::{file, run, Store};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn files(under: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(under)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the scenarios are there") {
            let path = entry.unwrap().path();
            match path.extension() {
                Some(e) if e == "json" => found.push(path),
                _ if path.is_dir() => folders.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    assert!(!found.is_empty());
    found
}

fn differences(name: &str, text: &str) -> Vec<String> {
    let scenario = file::read(text).unwrap_or_else(|bad| panic!("{name}: {bad}"));
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(run(&scenario, folder.path())).unwrap_or_else(|e| panic!("{name}: {e:#}")).differences
}

#[test]
fn every_scenario_file_holds() {
    let mut broken = String::new();
    for path in files("") {
        let name = path.display().to_string();
        for d in differences(&name, &std::fs::read_to_string(&path).unwrap()) {
            broken += &format!("{name}\n  {d}\n");
        }
    }
    assert!(broken.is_empty(), "{broken}");
}

/// The episodes a scenario left, and those that a back-test of the limits in force raises from the readings it left.
fn lived_and_replayed(text: &str) -> (Vec<String>, Vec<String>) {
    let scenario = file::read(text).expect("a scenario");
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(run(&scenario, folder.path())).unwrap();
    let ledger = Store::in_folder(folder.path()).open().unwrap();
    let stored = ledger.load().unwrap();
    let (settings, _) = with_settings(&Settings::default(), &stored.settings);
    let reader = ledger.reader().unwrap();
    let (mut lived, mut replayed) = (Vec::new(), Vec::new());
    for patient in stored.patients {
        // Those that a reading opened: a page about an unverified value, and reported symptoms, have no limit behind them.
        let episodes = reader.episodes_of(&patient.mrn, 1_000).unwrap();
        let raised = episodes.iter().filter(|e| !e.readings.is_empty());
        lived.extend(raised.map(|e| format!("{} {:?} {} {:?}", e.opened_at, e.vital, e.mrn.expose(), e.worst)));
        let patient = Box::new(patient);
        let question = Question {
            settings: settings.clone(),
            proposed: Proposed::Patient { now: patient.clone(), proposed: patient },
            now: scenario.until,
        };
        let found = backtest::run(&reader, &question, &|_| true).unwrap().unwrap();
        replayed.extend(found.alarms_before.iter().map(|a| format!("{} {:?} {} {:?}", a.opened_at, a.vital, a.mrn.expose(), a.worst)));
        assert_eq!(found.alarms_before, found.alarms_after);
    }
    lived.sort();
    replayed.sort();
    (lived, replayed)
}

#[test]
fn a_back_test_of_the_limits_in_force_raises_the_episodes_that_there_were() {
    let (mut differ, mut compared) = (String::new(), 0);
    for path in ["vitals", "episodes", "limits", "readings", "pages", "texts"].into_iter().flat_map(files) {
        let text = std::fs::read_to_string(&path).unwrap();
        let whole: Value = serde_json::from_str(&text).unwrap();
        // Limits, rules or patients that changed on the way are not those in force at the end.
        let steps = whole["timeline"].as_array().into_iter().flatten();
        if steps.into_iter().any(|s| matches!(s["do"].as_str(), Some("settings" | "bounds" | "patient" | "clock" | "undo"))) {
            continue;
        }
        let (lived, replayed) = lived_and_replayed(&text);
        compared += lived.len();
        if lived != replayed {
            differ += &format!("{}\n  there were {lived:#?}\n  replayed {replayed:#?}\n", path.display());
        }
    }
    assert!(differ.is_empty(), "{differ}");
    assert!(compared > 50, "only {compared} episodes to compare");
}

/// The file once for each expected second, and each expected word that decides, with that one changed.
fn spoiled(text: &str) -> Vec<(String, String)> {
    let whole: Value = serde_json::from_str(text).unwrap();
    let mut out = Vec::new();
    for i in 0..whole["expect"].as_array().map_or(0, Vec::len) {
        let expected = &whole["expect"][i];
        if let Some(at) = expected["at"].as_str() {
            // Past the tolerance of the expectation itself.
            let within = expected["within_s"].as_f64().unwrap_or(1.0) as i64;
            let late = at.parse::<decide::At>().unwrap() + chrono::TimeDelta::seconds(within + 2);
            let mut changed = whole.clone();
            changed["expect"][i]["at"] = late.to_rfc3339().into();
            out.push((format!("expect[{i}].at"), changed.to_string()));
        }
        for said in ["severity", "state", "reason", "field", "outcome", "request", "event_type", "body"] {
            if expected[said].is_string() {
                let mut changed = whole.clone();
                changed["expect"][i][said] = "~something else".into();
                out.push((format!("expect[{i}].{said}"), changed.to_string()));
            }
        }
    }
    out
}

/// A file of a case of behaviour.md section 3: a letter and two digits.
fn is_a_case(path: &Path) -> bool {
    let name = path.file_stem().and_then(|n| n.to_str()).unwrap_or_default().as_bytes();
    matches!(name, [b'A'..=b'E' | b'V', a, b, ..] if a.is_ascii_digit() && b.is_ascii_digit())
}

#[test]
fn a_changed_second_or_word_is_noticed() {
    let mut deaf = String::new();
    for path in files("vitals").into_iter().chain(files("visits")).filter(|p| is_a_case(p)) {
        let name = path.display().to_string();
        for (what, text) in spoiled(&std::fs::read_to_string(&path).unwrap()) {
            if differences(&name, &text).is_empty() {
                deaf += &format!("{name}: {what} can be anything\n");
            }
        }
    }
    assert!(deaf.is_empty(), "{deaf}");
}
