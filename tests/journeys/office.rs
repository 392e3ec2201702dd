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

/// A batch as interface engines write it: CRLF, three messages of which the second names no appointment.
fn batch(visit_day: &str) -> String {
    let message = |control: &str, id: &str| {
        format!("MSH|^~\\&|EHR|CLINIC|||20260305112000-0500||SIU^S12|{control}|P|2.5\r\nSCH|P1|{id}|||||||||^^^{visit_day}150000-0500\r\nPID|1||{}^^^CLINIC^MR||Lee^Ann||||||||(202)555-0101^^CP\r\n", mrn(0))
    };
    let all = [message("M1", "A1"), message("M2", ""), message("M3", "A3")].concat();
    format!("FHS|^~\\&\r\nBHS|^~\\&\r\n{all}BTS|3\r\nFTS|1\r\n")
}

#[test]
fn a_batch_of_hl7_says_what_became_of_each_message_and_one_bad_one_stops_no_other() {
    let (place, console) = started();
    let file = place.write("batch.hl7", &batch("20300310"));
    let import = |more: &[&str]| said(&mut place.command(&[&["import", "hl7", file.to_str().unwrap()], more].concat()));
    let (code, preview) = import(&["--dry-run"]);
    assert_eq!(code, 1);
    assert!(preview.contains("line 3, M1: would be taken: BOOKED A1"), "{preview}");
    assert!(preview.contains("line 6, M2: NOT TAKEN: SCH-2:"), "{preview}");
    let held = |console: &Console| console.call("connections", json!({}))["quarantine"].as_array().unwrap().len();
    assert_eq!(held(&console), 0, "a preview keeps nothing");

    let (code, taken) = import(&[]);
    assert_eq!(code, 1);
    assert!(taken.contains("3 messages: 2 taken, 0 known already, 1 not taken."), "{taken}");
    assert_eq!(held(&console), 1, "what is refused is kept");
    let (code, again) = import(&[]);
    assert_eq!((code, held(&console)), (1, 1));
    assert!(again.contains("3 messages: 0 taken, 2 known already, 1 not taken."), "{again}");
    assert_eq!(console.call("visit", json!({"appointment_id": "A3"}))["row"]["patient"]["mrn"], json!(mrn(0)));

    assert!(console.terminate().success());
    let good = place.write("good.hl7", &batch("20300311").replace("|P1||", "|P1|A2|"));
    let (code, alone) = said(&mut place.command(&["import", "hl7", good.to_str().unwrap()]));
    assert_eq!(code, 0, "without a console, on the folder itself: {alone}");
    let empty = place.write("notes.txt", "good morning\n");
    assert_eq!(said(&mut place.command(&["import", "hl7", empty.to_str().unwrap()])).0, 2);
    let short = place.write("short.hl7", &batch("20300312").replace("|P1||", "|P1|A2|").replace("BTS|3", "BTS|4"));
    let (code, told) = said(&mut place.command(&["import", "hl7", short.to_str().unwrap(), "--dry-run"]));
    assert_eq!(code, 1);
    assert!(told.contains("it has 4 messages, and 3 came"), "{told}");
}
