//! The message browser: what is found, what each role sees and may do, and the switches of sending.

use super::ward::*;
use crate::console::lock;
use decide::outbox::Vendor;
use serde_json::{json, Value};
use wire::{Command, MessageDetail, MessagesView, Person};

fn person(role: &str) -> Person {
    Person { name: format!("The {role}"), role: role.into(), ..nurse() }
}

fn ask(ward: &Ward, who: &Person, group: &str, patient: &str) -> MessagesView {
    let args = json!({"group": group, "vendor": "", "patient": patient, "from": null, "to": null, "before": null});
    serde_json::from_value(ward.console.call(who, Command::messages, args).unwrap()).unwrap()
}

fn open(ward: &Ward, who: &Person, id: u64) -> MessageDetail {
    serde_json::from_value(ward.console.call(who, Command::message, json!({"id": id})).unwrap()).unwrap()
}

/// An episode closed while the chart is down: three writes wait.
fn waiting_writes() -> Ward {
    let mut ward = Ward::new();
    ward.down.insert(Vendor::Cerner);
    ward.reading("bp", "165/95");
    let id = ward.row().id;
    ward.call(Command::close, json!({"id": id, "disposition": "acted", "minutes": 4, "note": "Called."})).unwrap();
    ward.clock.set(ward.now() + chrono::TimeDelta::seconds(11));
    ward.deliver();
    ward
}

#[test]
fn what_waits_is_found_by_its_patient_and_says_why() {
    let ward = waiting_writes();
    for patient in ["lee, ann", "Ann", ANN, "+12025550101"] {
        let found = ask(&ward, &nurse(), "attention", patient);
        assert_eq!(found.rows.len(), 3, "{patient}");
        assert!(found.rows.iter().any(|r| r.problem.as_deref() == Some("It answers 503.")));
    }
    assert!(ask(&ward, &nurse(), "attention", "Nobody").rows.is_empty());
    assert_eq!(ask(&ward, &nurse(), "attention", "").counts.waiting, 3);
}

#[test]
fn an_auditor_sees_that_a_message_is_there_and_not_what_is_in_it() {
    let ward = waiting_writes();
    let row = ask(&ward, &person("auditor"), "waiting", "").rows.into_iter().find(|r| r.what == "Note").unwrap();
    assert!(row.may.is_empty());
    let opened = open(&ward, &person("auditor"), row.id);
    assert!(opened.masked && opened.text.is_none());
    let shown = serde_json::to_string(&opened.parts).unwrap();
    assert!(!shown.contains("Called.") && !shown.contains(ANN) && shown.contains("note"), "{shown}");
    let nurses = serde_json::to_string(&open(&ward, &nurse(), row.id).parts).unwrap();
    assert!(nurses.contains("Called."));
}

#[test]
fn opening_a_message_is_on_the_trail_once() {
    let ward = waiting_writes();
    let id = ask(&ward, &nurse(), "waiting", "").rows[0].id;
    open(&ward, &nurse(), id);
    open(&ward, &nurse(), id);
    let reader = lock(&ward.engine).reader().unwrap();
    let lines = reader.trail(&ledger::TrailFilter { kinds: vec!["act".into()], ..Default::default() }, ledger::Page::first(50)).unwrap();
    let opened = lines.iter().filter(|l| serde_json::to_value(&l.entry).unwrap()["what"] == "message_opened").count();
    assert_eq!(opened, 1);
}

#[test]
fn a_parked_write_is_let_go_and_both_can_be_undone() {
    let mut ward = waiting_writes();
    let id = ask(&ward, &nurse(), "waiting", "").rows[0].id;
    let done = ward.call(Command::message_park, json!({"id": id, "why": "Ask first"})).unwrap();
    assert_eq!(ask(&ward, &nurse(), "parked", "").rows[0].may, ["unpark"]);
    ward.call(Command::undo, json!({"token": done["undo"]["token"]})).unwrap();
    assert!(ask(&ward, &nurse(), "parked", "").rows.is_empty());
    ward.call(Command::message_park, json!({"id": id, "why": "Ask first"})).unwrap();
    ward.call(Command::message_unpark, json!({"id": id})).unwrap();
    ward.down.clear();
    ward.clock.set(ward.now() + chrono::TimeDelta::minutes(10));
    ward.deliver();
    assert_eq!(ask(&ward, &nurse(), "sent", "").rows.iter().filter(|r| r.vendor == "cerner").count(), 3);
}

#[test]
fn a_refusal_names_the_field() {
    let mut ward = waiting_writes();
    let id = ask(&ward, &nurse(), "waiting", "").rows[0].id;
    let refused = |ward: &mut Ward, command, args: Value| ward.call(command, args).unwrap_err().field;
    assert_eq!(refused(&mut ward, Command::message_park, json!({"id": id, "why": "  "})).as_deref(), Some("why"));
    assert_eq!(refused(&mut ward, Command::message_edit, json!({"id": id, "to": "555", "body": "x"})).as_deref(), Some("to"));
    assert_eq!(refused(&mut ward, Command::message_edit, json!({"id": id, "to": "+12025550100", "body": ""})).as_deref(), Some("body"));
    assert_eq!(ward.call(Command::message_unpark, json!({"id": id})).unwrap_err().what_happened, "It is not parked.");
    assert_eq!(ward.call(Command::message_park, json!({"id": 999_999, "why": "x"})).unwrap_err().code, "not_found");
}

#[test]
fn a_nurse_cannot_stop_sending_and_a_clinician_can() {
    let ward = waiting_writes();
    let stop = |who: &str| ward.console.call(&person(who), Command::stop_sending, json!({"vendor": "", "why": "Wrong texts"}));
    assert_eq!(stop("nurse").unwrap_err().what_happened, "This needs a clinician or an administrator.");
    stop("clinician").unwrap();
    let frame = ward.console.call(&nurse(), Command::frame, json!({})).unwrap();
    let said = frame["banners"].to_string();
    assert!(said.contains("is stopped by The clinician: Wrong texts. 3 messages wait.") && said.contains("call the clinician"), "{said}");
    assert_eq!((&frame["downtimes"][0]["kind"], &frame["downtimes"][0]["waiting"]), (&json!("stop"), &json!(3)));
    assert!(ask(&ward, &nurse(), "waiting", "").rows.iter().all(|r| r.stopped));
}

#[test]
fn a_stuck_chart_is_counted_in_the_frame_and_goes_when_it_drains() {
    let mut ward = waiting_writes();
    for _ in 0..4 {
        ward.clock.set(ward.now() + chrono::TimeDelta::minutes(4));
        ward.deliver();
    }
    let stuck = ward.console.call(&nurse(), Command::frame, json!({})).unwrap()["stuck"].clone();
    assert_eq!((&stuck[0]["vendor"], &stuck[0]["count"], &stuck[0]["cause"]), (&json!("cerner"), &json!(3), &json!("answer 503")));
    ward.down.clear();
    ward.clock.set(ward.now() + chrono::TimeDelta::minutes(6));
    ward.deliver();
    assert_eq!(ward.console.call(&nurse(), Command::frame, json!({})).unwrap()["stuck"], json!([]));
}
