//! The runbook shows the way an incident took, and its evidence stands by itself.

use crate::evidence::lines_of;
use crate::views::ward::*;
use decide::outbox::PagerEventKind;
use decide::Patient;
use serde_json::{json, Value};
use wire::{Command, Language, Person};

fn auditor() -> Person {
    Person { name: "Ivo Marsh".into(), role: "auditor".into(), language: Language::En, session: String::new() }
}

/// 165/95, no answer, paged after the wait, acknowledged at the pager, closed.
fn an_incident() -> (Ward, String) {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    ward.pass(16);
    ward.pager(PagerEventKind::Acknowledged, "user_reference");
    let id = ward.row().id;
    ward.act(Command::close, json!({"id": id, "disposition": "acted", "minutes": 4, "note": "Called."}));
    (ward, id)
}

fn branches(replay: &Value) -> Vec<(String, String)> {
    let text = |v: &Value| v.as_str().unwrap().to_string();
    let steps = replay["steps"].as_array().unwrap();
    steps.iter().flat_map(|s| s["taken"].as_array().unwrap()).map(|t| (text(&t["decision"]), text(&t["branch"]))).collect()
}

#[test]
fn an_incident_is_told_by_the_branches_it_took_in_order() {
    let (ward, id) = an_incident();
    let replay = ward.console.call(&auditor(), Command::runbook_incident, json!({"id": id})).unwrap();
    let taken = branches(&replay);
    let at = |decision: &str, branch: &str| {
        let found = taken.iter().position(|t| t.0 == decision && t.1 == branch);
        found.unwrap_or_else(|| panic!("{decision} {branch} is not in {taken:?}"))
    };
    let way = [
        at("judged", "abnormal"),
        at("quiet", "no"),
        at("asked", "sent"),
        at("answer", "none"),
        at("page", "no_answer"),
        at("urgency", "medium"),
        at("taken", "pager"),
        at("closed", "acted"),
    ];
    assert!(way.windows(2).all(|w| w[0] < w[1]), "{taken:?}");
    let verdict = replay["steps"].as_array().unwrap().iter().find(|s| s["taken"][0]["decision"] == "judged").unwrap();
    let known = |name: &str| verdict["data"].as_array().unwrap().iter().find(|d| d["name"] == name).map(|d| d["value"].clone());
    assert_eq!(known("Value"), Some(json!("165/95 mmHg")));
    assert_eq!(known("Limit in force"), Some(json!("limit 160")));
    assert!(known("As given").is_some() && known("Measured").is_some());
}

#[test]
fn the_list_names_cases_and_no_patient_and_opening_one_is_on_the_trail() {
    let (ward, id) = an_incident();
    let list = ward.console.call(&auditor(), Command::runbook, json!({})).unwrap();
    let incident = &list["incidents"][0];
    assert_eq!((&incident["id"], &incident["severity"]), (&json!(id), &json!("abnormal")));
    let path: Vec<&str> = incident["path"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(path.starts_with(&["text sent", "no answer", "paged Medium", "at the pager", "acted"]), "{path:?}");
    assert!(!list.to_string().contains("Lee") && !list.to_string().contains(ANN));
    assert_eq!(ward.acts("runbook_opened"), 0);
    ward.console.call(&auditor(), Command::runbook_incident, json!({"id": id})).unwrap();
    assert_eq!(ward.acts("runbook_opened"), 1);
}

fn page_of(ward: &Ward, id: &str) -> String {
    let file = ward.console.call(&auditor(), Command::evidence, json!({"id": id})).unwrap();
    assert_eq!(file["state"], "done");
    let page = std::fs::read_to_string(file["path"].as_str().unwrap()).unwrap();
    assert_eq!(page.len() as u64, file["bytes"].as_u64().unwrap());
    page
}

#[test]
fn the_evidence_holds_every_line_with_a_hash_that_fits_and_a_changed_one_does_not() {
    let (ward, id) = an_incident();
    let mut lines = lines_of(&page_of(&ward, &id)).unwrap();
    assert!(lines.len() > 8 && lines.iter().all(|l| l.worked_out().as_deref() == Some(&l.hash)));
    // Who took the file is in it.
    assert!(lines.iter().any(|l| l.body.contains("export_evidence") && l.by.as_deref() == Some("Ivo Marsh")));
    lines[3].body.push(' ');
    assert_ne!(lines[3].worked_out().unwrap(), lines[3].hash);
    assert_eq!(ward.acts("export_evidence"), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let folder = ward.console.facts.folder.join("exports");
        let file = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_hostile_name_or_text_is_shown_and_runs_nowhere() {
    const HOSTILE: &str = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&";
    let mut ward = Ward::new();
    ward.enrol(Patient { last_name: HOSTILE.into(), first_name: "</title>".into(), birth_date: Some("<b>".into()), ..ann() });
    ward.reading("bp", "165/95");
    ward.reply(HOSTILE);
    let id = ward.row().id;
    ward.act(Command::note, json!({"id": id, "text": HOSTILE}));
    ward.act(Command::close, json!({"id": id, "disposition": "acted", "minutes": 4, "note": HOSTILE}));
    let page = page_of(&ward, &id);
    let low = page.to_lowercase();
    assert_eq!(low.matches("<script").count(), 1, "only the data stands in a script");
    assert_eq!((low.matches("</script").count(), low.matches("<img").count(), low.matches("<b>").count()), (1, 0, 0));
    assert_eq!(low.matches("</title>").count(), 1);
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;"), "what was written is shown as it was written");
    assert!(lines_of(&page).unwrap().iter().any(|l| l.body.contains("onerror")));
}

#[test]
fn what_is_no_episode_has_no_replay_and_no_evidence() {
    let ward = Ward::new();
    for id in ["e99", "t1", "x", ""] {
        for command in [Command::runbook_incident, Command::evidence] {
            assert_eq!(ward.call(command, json!({"id": id})).unwrap_err().code, "not_found", "{id}");
        }
    }
}
