//! A reading's whole way, against the built-in vendors.

use crate::clinic::*;
use crate::console::{wait_for, Place};
use serde_json::{json, Value};

fn started(patients: usize) -> (Place, crate::console::Console) {
    let place = Place::new();
    let config = place.write("config.json", &config(patients).to_string());
    let console = place.start(&["--config", config.to_str().unwrap()]);
    (place, console)
}

#[test]
fn a_reading_becomes_a_text_an_answer_a_page_a_resolve_and_three_entries_in_the_chart() {
    let (_place, console) = started(1);
    assert_eq!(console.fhir(&pressure(0, "cuff-1", 168, 102)).status, 200);

    let text = wait_for("the patient is asked", || {
        let phone = console.call("sim_phone", json!({ "mrn": mrn(0) }));
        phone["messages"].as_array()?.iter().find(|m| m["from_patient"] == json!(false)).cloned()
    });
    assert!(text["body"].as_str().unwrap().contains("168/102"), "{text}");
    let row = console.row(&mrn(0)).expect("a row");
    assert_eq!(row["next"]["what"], json!("page"));

    console.call("sim_reply", json!({ "mrn": mrn(0), "text": "Yes" }));
    let incident = wait_for("on call is paged", || console.call("simulator", json!({}))["incidents"].as_array()?.first().cloned());
    assert!(!incident.to_string().contains("Ostrander0"), "a page names no patient: {incident}");

    let act = |action: &str, note: &str| {
        console.call("sim_page", json!({ "incident": incident["id"], "action": action, "by": "Dr. Rivera", "note": note }));
    };
    act("acknowledge", "");
    wait_for("the acknowledgement is on the row", || {
        let row = console.row(&mrn(0))?;
        (row["lamps"][3]["state"] == json!("done")).then_some(())
    });
    act("resolve", "Called, took the missed dose. 12 min.");
    let row = wait_for("all three writes are in the chart", || console.row(&mrn(0)).filter(|r| r["state"] == json!("charted")));
    assert_eq!(row["lamps"].as_array().unwrap().iter().filter(|l| l["state"] == json!("done")).count(), 5, "{row}");
    let detail = console.call("episode", json!({ "id": row["id"] }));
    let writes: Vec<&Value> = detail["writes"].as_array().unwrap().iter().map(|w| &w["status"]).collect();
    assert_eq!(writes, [&json!("done"), &json!("done"), &json!("done")]);
}

#[test]
fn a_critical_reading_asks_the_patient_and_pages_at_once() {
    let (_place, console) = started(1);
    console.fhir(&pressure(0, "cuff-1", 198, 104));
    wait_for("the page is there", || console.call("simulator", json!({}))["incidents"].as_array()?.first().cloned());
    wait_for("the text is there", || {
        let phone = console.call("sim_phone", json!({ "mrn": mrn(0) }));
        (!phone["messages"].as_array()?.is_empty()).then_some(())
    });
}

#[test]
fn the_screens_are_told_of_a_row_without_being_asked() {
    let (_place, console) = started(1);
    let heard = console.hear();
    console.fhir(&pressure(0, "cuff-1", 168, 102));
    let mut numbers = Vec::new();
    loop {
        let notice = heard.recv_timeout(std::time::Duration::from_secs(20)).expect("a notice");
        numbers.push(notice["seq"].as_u64().unwrap());
        if notice["notice"]["type"] == json!("rows") {
            break;
        }
    }
    let first = numbers[0];
    assert_eq!(numbers, (first..first + numbers.len() as u64).collect::<Vec<_>>());
}
