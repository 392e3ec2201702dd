//! Imports, exports and the trail, with a console running and without.

use crate::clinic::*;
use crate::console::{said, text_of, wait_for, Console, Place};
use serde_json::json;
use std::io::Write;

const LIMITS: &str = "mrn,systolic_high,phone\n6000000,140,\n6000001,high,\n6000009,150,+12025551999\n";

fn started() -> (Place, Console) {
    let place = Place::new();
    let config = place.write("config.json", &config(2).to_string());
    let console = place.start(&["--config", config.to_str().unwrap()]);
    (place, console)
}

#[test]
fn an_import_shows_each_difference_names_the_bad_row_and_takes_the_good_ones() {
    let (place, console) = started();
    let file = place.write("limits.csv", LIMITS);
    let import = |more: &[&str]| {
        let words = [&["import", "thresholds", file.to_str().unwrap()], more].concat();
        said(&mut place.command(&words))
    };
    let (code, preview) = import(&["--dry-run"]);
    assert_eq!(code, 1);
    assert!(preview.contains("line 2, 6000000: systolic_high: default -> 140"), "{preview}");
    assert!(preview.contains("line 3, column systolic_high: NOT TAKEN"), "{preview}");
    assert_eq!(console.call("frame", json!({}))["patients_watched"], json!(2), "a preview changes nothing");

    import(&[]);
    assert_eq!(console.call("frame", json!({}))["patients_watched"], json!(3));
    console.fhir(&pressure(0, "cuff-1", 145, 80));
    assert!(console.row(&mrn(0)).is_some(), "the new limit judges at once");

    assert!(console.terminate().success());
    let (_, again) = import(&[]);
    assert!(again.contains("2 as they were"), "without a console, on the folder itself: {again}");
}

#[test]
fn exports_are_the_same_through_the_console_and_from_the_folder_and_leave_a_line() {
    let (place, console) = started();
    console.fhir(&pressure(0, "cuff-1", 168, 96));
    wait_for("the text has left", || (console.metric("careloop_effects_outstanding") == 0).then_some(()));
    let export = |what: &str| said(&mut place.command(&["export", what]));
    let (code, running) = export("episodes");
    assert_eq!(code, 0, "{running}");
    assert!(running.contains("Ostrander0") && running.contains("168/96"), "{running}");
    assert!(export("messages").1.contains("symptom_check"));
    assert!(console.terminate().success());
    let (_, folder) = export("episodes");
    assert_eq!(running, folder);
    assert!(export("audit").1.contains("export_episodes"), "an export is on the trail");
}

#[test]
fn the_trail_verifies_while_the_console_runs() {
    let (place, console) = started();
    console.fhir(&pressure(0, "cuff-1", 168, 96));
    let (code, whole) = said(&mut place.command(&["audit", "verify"]));
    assert_eq!(code, 0, "{whole}");
    assert!(whole.contains("is whole"), "{whole}");
}

#[test]
fn a_trail_shorter_than_its_head_outside_is_found_out() {
    let (place, console) = started();
    console.fhir(&pressure(0, "cuff-1", 168, 96));
    assert!(console.terminate().success());
    // Somebody puts an older copy of the database in place: the head kept outside is further on.
    let path = place.data().join("anchors.jsonl");
    let last = text_of(&path).lines().last().unwrap().to_string();
    let mut kept: serde_json::Value = serde_json::from_str(&last).unwrap();
    kept["lines"] = json!(kept["lines"].as_u64().unwrap() + 5);
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    writeln!(file, "{kept}").unwrap();
    let (code, broken) = said(&mut place.command(&["audit", "verify"]));
    assert_eq!(code, 1, "{broken}");
    assert!(broken.contains("broken at line"), "{broken}");
}

#[test]
fn a_damaged_database_is_said_to_be_damaged() {
    let (place, console) = started();
    assert!(console.terminate().success());
    let path = place.data().join("careloop.db");
    let mut database = std::fs::read(&path).unwrap();
    // All but the first page, which says what the file is.
    database[4096..].fill(0xa5);
    std::fs::write(&path, database).unwrap();
    let (code, told) = said(&mut place.command(&["audit", "verify"]));
    assert_eq!(code, 1);
    assert!(told.contains("damaged") || told.contains("does not open"), "{told}");
}

#[test]
fn doctor_looks_at_key_file_permissions_zones_and_vendors() {
    let (place, console) = started();
    let doctor = || said(&mut place.command(&["doctor"]));
    let (_, running) = doctor();
    for word in ["folder", "disk", "zones", "console", "twilio", "pagerduty"] {
        assert!(running.contains(word), "{word}: {running}");
    }
    assert!(console.terminate().success());
    let (_, alone) = doctor();
    assert!(alone.contains("2 patients"), "{alone}");
}
