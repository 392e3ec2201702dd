//! How a console starts, refuses to start, and stops.

use crate::clinic::*;
use crate::console::{said, text_of, Place};
use serde_json::json;

#[test]
fn a_console_stops_cleanly_on_sigterm_and_keeps_the_trails_head_outside() {
    let place = Place::new();
    let config = place.write("config.json", &config(1).to_string());
    let console = place.start(&["--config", config.to_str().unwrap()]);
    assert_eq!(console.fhir(&pressure(0, "cuff-1", 168, 96)).status, 200);
    assert!(place.data().join("running.json").exists());
    assert_eq!(console.terminate().code(), Some(0));
    assert!(!place.data().join("running.json").exists());
    let heads = text_of(&place.data().join("anchors.jsonl"));
    assert!(heads.lines().count() >= 1, "{heads}");
    let (code, said) = said(&mut place.command(&["audit", "verify"]));
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("goes on from the head"), "{said}");
}

#[test]
fn what_was_answered_is_there_after_a_restart() {
    let place = Place::new();
    let config = place.write("config.json", &config(1).to_string());
    let console = place.start(&["--config", config.to_str().unwrap()]);
    console.fhir(&pressure(0, "cuff-1", 168, 96));
    let row = console.row(&mrn(0)).expect("a row");
    assert!(console.terminate().success());
    let console = place.start(&[]);
    assert_eq!(console.row(&mrn(0)).expect("the same row")["id"], row["id"]);
    assert_eq!(console.call("frame", json!({}))["patients_watched"], json!(1));
}

#[test]
fn a_second_console_on_the_same_folder_is_refused_in_a_sentence() {
    let place = Place::new();
    let _console = place.start(&[]);
    let ended = place.try_start(&[]).err().expect("it is refused");
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.said.contains("another console is running"), "{}", ended.said);
}

#[test]
fn a_database_without_its_key_is_key_lost_and_nothing_is_made_anew() {
    let place = Place::new();
    assert!(place.start(&[]).terminate().success());
    let database = std::fs::read(place.data().join("careloop.db")).unwrap();
    std::fs::remove_file(place.key_file()).unwrap();
    let ended = place.try_start(&[]).err().expect("it is refused");
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.said.contains("the key of") && ended.said.contains("recovery key"), "{}", ended.said);
    assert!(!place.key_file().exists());
    assert_eq!(std::fs::read(place.data().join("careloop.db")).unwrap(), database);
}

#[test]
fn a_key_of_another_database_does_not_open_this_one() {
    let place = Place::new();
    assert!(place.start(&[]).terminate().success());
    std::fs::write(place.key_file(), "ab".repeat(32)).unwrap();
    let ended = place.try_start(&[]).err().expect("it is refused");
    assert!(ended.said.contains("does not open this database"), "{}", ended.said);
}

#[test]
fn a_config_that_cannot_be_used_is_refused_by_name_before_anything_is_made() {
    for (config, name) in [
        (json!({ "settings": { "reply_wait": 5 } }), "settings.reply_wait"),
        (json!({ "settings": { "quiet_hours_start": "0875" } }), "settings.quiet_hours_start"),
        (json!({ "patients": [{ "mrn": "1", "phone": "555-0100" }] }), "patients[0]"),
        (json!({ "vendors": { "twilio": { "account_sid": "AC1" } } }), "vendors.twilio"),
        (json!({ "patient": [] }), "patient"),
    ] {
        let place = Place::new();
        let path = place.write("config.json", &config.to_string());
        let ended = place.try_start(&["--config", path.to_str().unwrap()]).err().expect("it is refused");
        assert_eq!(ended.status.code(), Some(2), "{name}");
        assert!(ended.said.contains(name), "{name}: {}", ended.said);
        assert!(!place.data().join("careloop.db").exists());
    }
}

#[test]
fn a_listener_beyond_this_computer_is_refused_unless_it_is_meant() {
    let place = Place::new();
    let ended = place.try_start(&["--listen", "0.0.0.0:0"]).err().expect("it is refused");
    assert_eq!(ended.status.code(), Some(2));
    assert!(ended.said.contains("--listen-beyond-loopback"), "{}", ended.said);
}

#[test]
fn a_live_workspace_starts_in_shadow_and_speaks_to_no_built_in_vendor() {
    let place = Place::new();
    let config = place.write("config.json", &config(1).to_string());
    let console = place.start(&["--profile", "live", "--config", config.to_str().unwrap()]);
    assert_eq!(console.ask("", "frame", json!({})).status, 403, "nobody has signed in");
    assert_eq!(console.call("door", json!({}))["state"], "first_run");
    let session = console.first_administrator();
    let frame = console.ask(&session, "frame", json!({})).json();
    assert_eq!((&frame["profile"], &frame["mode"]), (&json!("live"), &json!("shadow")));
    assert!(frame["vendors"].as_array().unwrap().iter().all(|v| v["built_in"] == json!(false)), "{frame}");
    console.fhir(&pressure(0, "cuff-1", 198, 104));
    let list = console.ask(&session, "worklist", json!({ "since": 0, "closed": true })).json();
    let row = list["rows"].as_array().unwrap().iter().find(|r| r["patient"]["mrn"] == json!(mrn(0))).expect("it is judged all the same");
    assert_eq!(row["severity"], json!("critical"));
}

#[cfg(unix)]
#[test]
fn the_folder_the_key_and_every_file_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let _console = place.start(&[]);
    let mode = |p: &std::path::Path| std::fs::metadata(p).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&place.data()), mode(&place.key_file())), (0o700, 0o600));
    for file in std::fs::read_dir(place.data()).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}
