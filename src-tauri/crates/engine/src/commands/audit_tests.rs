//! Reading the trail is itself on the trail, and an export never looks complete when it is not.

use crate::views::ward::*;
use serde_json::{json, Value};
use wire::{Command, Language, Person};

fn auditor() -> Person {
    Person { name: "Ivo Marsh".into(), role: "auditor".into(), language: Language::En, session: String::new() }
}

fn ask(ward: &Ward, command: Command, args: Value) -> Value {
    ward.console.call(&auditor(), command, args).unwrap()
}

fn search(mrn: &str, by: &str, kinds: &[&str]) -> Value {
    json!({"kinds": kinds, "mrn": mrn, "by": by, "from": null, "to": null, "before": null})
}

#[test]
fn who_looked_at_this_patient_is_found_on_the_trail() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    let id = ward.row().id;
    ward.detail(&nurse(), &id);
    let page = ask(&ward, Command::audit, search(ANN, "ana r.", &["act"]));
    let lines = page["lines"].as_array().unwrap();
    assert!(lines.iter().any(|l| l["line"]["raw"].as_str().unwrap().contains("opened") && l["mrn"] == ANN), "{page}");
}

#[test]
fn a_search_of_the_trail_is_a_line_of_it() {
    let ward = Ward::new();
    ask(&ward, Command::audit, search("", "", &[]));
    let page = ask(&ward, Command::audit, search("", "Ivo Marsh", &[]));
    assert_eq!(page["lines"].as_array().unwrap().len(), 2);
}

#[test]
fn the_chain_is_walked_and_found_whole() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    let verdict = ask(&ward, Command::audit_verify, json!({}));
    assert_eq!(verdict["broken_at"], Value::Null);
    assert!(verdict["lines"].as_u64().unwrap() > 3);
}

#[test]
fn an_export_is_written_for_its_owner_alone_and_told_when_done() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    ask(&ward, Command::export, json!({"what": "audit", "from": null, "to": null}));
    let done = loop {
        let export = ask(&ward, Command::exports, json!({}))["exports"][0].clone();
        if export["state"] != "writing" {
            break export;
        }
        std::thread::yield_now();
    };
    assert_eq!((&done["state"], &done["by"]), (&json!("done"), &json!("Ivo Marsh")));
    let written = std::fs::read_to_string(done["path"].as_str().unwrap()).unwrap();
    assert_eq!(written.len() as u64, done["bytes"].as_u64().unwrap());
    assert!(written.lines().count() > 3);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(done["path"].as_str().unwrap()).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_nurse_does_not_read_the_trail() {
    let ward = Ward::new();
    let refused = ward.console.call(&nurse(), Command::audit, search("", "", &[])).unwrap_err();
    assert_eq!(refused.code, "forbidden");
}
