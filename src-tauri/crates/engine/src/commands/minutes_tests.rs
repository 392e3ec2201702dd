//! Minutes are only what people logged; measures come from the trail.

use crate::views::ward::*;
use chrono::TimeDelta;
use serde_json::{json, Value};
use wire::{Command, MeasuresView, MinutesView};

fn minutes(ward: &Ward) -> MinutesView {
    serde_json::from_value(ward.call(Command::minutes, json!({"month": null})).unwrap()).unwrap()
}

fn entry(ward: &Ward, change: Value) -> Value {
    let mut args =
        json!({"mrn": ANN, "program": "ccm", "minutes": 12, "at": ward.now(), "activity": "care_plan", "contact": false, "note": ""});
    for (name, value) in change.as_object().unwrap() {
        args[name] = value.clone();
    }
    args
}

fn close(ward: &mut Ward, minutes: Option<f64>) {
    ward.reading("bp", "165/95");
    let id = ward.row().id;
    ward.act(Command::close, json!({"id": id, "disposition": "acted", "minutes": minutes, "note": ""}));
}

#[test]
fn the_minutes_of_a_closed_alert_count_for_rpm_and_a_call_that_reached_makes_them_live() {
    let mut ward = Ward::new();
    ward.reading("bp", "165/95");
    let id = ward.row().id;
    ward.act(Command::call, json!({"id": id, "outcome": "reached", "note": "feels well"}));
    ward.act(Command::close, json!({"id": id, "disposition": "acted", "minutes": 21, "note": ""}));
    let view = minutes(&ward);
    let ann = &view.patients[0];
    assert_eq!((ann.rpm, ann.rpm_live, ann.contact, ann.days), (21.0, 21.0, true, 1));
    let code = |name: &str| ann.codes.iter().find(|c| c.code == name).unwrap();
    assert_eq!((code("99457").units, code("99458").lacks, code("99445").lacks), (1, Some(19), Some(1)));
}

#[test]
fn an_alert_closed_without_minutes_is_listed_and_counts_for_nothing() {
    let mut ward = Ward::new();
    close(&mut ward, None);
    let view = minutes(&ward);
    assert_eq!((view.missing.len(), view.patients.iter().map(|p| p.rpm).sum::<f64>()), (1, 0.0));
}

#[test]
fn minutes_beside_an_alert_are_logged_and_taken_back_with_a_reason() {
    let ward = Ward::new();
    ward.call(Command::log_minutes, entry(&ward, json!({}))).unwrap();
    ward.call(Command::log_minutes, entry(&ward, json!({"program": "rpm", "activity": "call", "contact": true, "minutes": 10}))).unwrap();
    let view = minutes(&ward);
    assert_eq!((view.patients[0].ccm, view.patients[0].rpm_live), (12.0, 10.0));
    let id = view.patients[0].entries.iter().find(|e| e.program == "ccm").unwrap().id;
    assert_eq!(ward.call(Command::strike_minutes, json!({"id": id, "why": " "})).unwrap_err().field.as_deref(), Some("why"));
    ward.call(Command::strike_minutes, json!({"id": id, "why": "wrong patient"})).unwrap();
    let ann = &minutes(&ward).patients[0];
    assert_eq!((ann.ccm, ann.entries.len()), (0.0, 2));
    assert!(ward.call(Command::strike_minutes, json!({"id": id, "why": "again"})).is_err());
    assert_eq!((ward.acts("minutes_logged"), ward.acts("minutes_struck")), (2, 1));
}

#[test]
fn what_cannot_have_been_is_refused_by_field() {
    let ward = Ward::new();
    for (change, field) in [
        (json!({"mrn": "nobody"}), "mrn"),
        (json!({"program": "tcm"}), "program"),
        (json!({"minutes": 0}), "minutes"),
        (json!({"minutes": 601}), "minutes"),
        (json!({"activity": "thinking"}), "activity"),
        (json!({"activity": "coordination", "contact": true}), "contact"),
        (json!({"at": ward.now() + TimeDelta::minutes(1)}), "at"),
        (json!({"at": ward.now() - TimeDelta::days(63)}), "at"),
    ] {
        let refused = ward.call(Command::log_minutes, entry(&ward, change)).unwrap_err();
        assert_eq!(refused.field.as_deref(), Some(field));
    }
    assert!(minutes(&ward).patients.is_empty());
    assert_eq!(ward.call(Command::minutes, json!({"month": "March"})).unwrap_err().field.as_deref(), Some("month"));
}

#[test]
fn measures_are_what_the_trail_says() {
    let mut ward = Ward::new();
    let from = ward.now() - TimeDelta::minutes(1);
    ward.reading("spo2", "85");
    ward.pass(3);
    let id = ward.row().id;
    ward.act(Command::acknowledge, json!({"id": id}));
    let args = json!({"from": from, "to": ward.now() + TimeDelta::minutes(1)});
    let m: MeasuresView = serde_json::from_value(ward.call(Command::measures, args).unwrap()).unwrap();
    assert_eq!((m.critical.alerts, m.critical.untaken, m.critical.over_limit), (1, 0, 0));
    assert_eq!(m.critical.median, Some(3.0));
    assert_eq!((m.standing, m.stale, m.by_day.len(), m.by_day[0].staff), (1, 0, 1, 1));
    let odd = json!({"from": ward.now(), "to": from});
    assert_eq!(ward.call(Command::measures, odd).unwrap_err().field.as_deref(), Some("from"));
}
