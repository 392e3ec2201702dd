//! A change of limits is tried on what was stored before it is saved.

use crate::backtest::{run, Proposed, Question};
use crate::console::lock;
use crate::views::ward::*;
use decide::Settings;
use serde_json::{json, Value};
use std::cell::Cell;
use wire::{Command, Language, Person};

/// Ten days of mornings: 150, 165, 195, 150 ... each episode closed within the hour as said.
fn ten_days(disposition: &str) -> Ward {
    let mut ward = Ward::new();
    for day in 0..10 {
        ward.reading("bp", ["150/90", "165/95", "195/96"][day % 3]);
        ward.pass(30);
        let open: Vec<String> = ward.list(0, false).rows.iter().map(|r| r.id.clone()).collect();
        for id in open {
            ward.act(Command::close, json!({"id": id, "disposition": disposition, "minutes": 4, "note": "Called."}));
        }
        ward.pass(23 * 60);
    }
    ward
}

fn test(ward: &Ward, args: Value) -> Value {
    let mut view = ward.call(Command::backtest, args).unwrap();
    while view["state"] == "running" {
        std::thread::yield_now();
        view = ward.call(Command::backtest_state, json!({"id": view["id"]})).unwrap();
    }
    assert_eq!(view["state"], "done", "{view}");
    view["result"].clone()
}

fn of_ann(bounds: Value) -> Value {
    json!({"mrn": ANN, "bounds": bounds})
}

#[test]
fn the_alarms_before_and_after_are_those_counted_by_hand() {
    let ward = ten_days("acted");
    // Three mornings at 165 and three at 195.
    let found = test(&ward, of_ann(json!({"systolic_high": 170})));
    assert_eq!((&found["before"]["abnormal"], &found["before"]["critical"]), (&json!(3), &json!(3)), "{found}");
    // Beyond 170 by less than a fifth: those at 195 are abnormal now, those at 165 are nothing.
    assert_eq!((&found["after"]["abnormal"], &found["after"]["critical"]), (&json!(3), &json!(0)));
    assert_eq!((&found["missed_count"], &found["weaker_count"], &found["acted_on"]), (&json!(3), &json!(3), &json!(6)));
    assert_eq!(found["missed"][0]["fate"], "missed");
    assert_eq!(found["loosens"], json!(["systolic_high"]));
    assert_eq!(found["reason_needed"], true);
    let said = found["sentence"].as_str().unwrap();
    assert!(said.contains("3 alarms instead of 6; it would have missed 3 of the 6 that were acted on"), "{said}");
    assert!(!found.to_string().contains("Lee"), "a list of cases names no patient");
}

#[test]
fn a_false_alarm_is_not_missed() {
    let ward = ten_days("false_alarm");
    let found = test(&ward, of_ann(json!({"systolic_high": 200})));
    assert_eq!((&found["after"]["per_week"], &found["missed_count"], &found["acted_on"]), (&json!(0.0), &json!(0), &json!(0)));
    assert!(found["sentence"].as_str().unwrap().contains("no episode of that time was acted on"));
}

#[test]
fn tighter_limits_need_no_reason_and_show_their_load() {
    let ward = ten_days("acted");
    let found = test(&ward, of_ann(json!({"systolic_high": 140})));
    // The four mornings at 150 as well; 165 is beyond 140 by less than a fifth.
    assert_eq!((&found["before"]["abnormal"], &found["after"]["abnormal"]), (&json!(3), &json!(7)), "{found}");
    assert_eq!(found["after"]["critical"], 3);
    assert_eq!((&found["reason_needed"], &found["loosens"]), (&json!(false), &json!([])));
}

#[test]
fn a_default_is_tried_on_everybody() {
    let ward = ten_days("acted");
    let limits = json!({"systolic_high": 200, "diastolic_high": 100, "glucose_high": 300, "glucose_low": 55, "weight_gain_24h_lb": 3, "weight_gain_7d_lb": 5, "spo2_floor": 90});
    let found = test(&ward, json!({"mrn": null, "settings": {"default_limits": limits}}));
    assert_eq!((&found["before"]["abnormal"], &found["after"]["abnormal"], &found["after"]["critical"]), (&json!(3), &json!(0), &json!(0)));
    assert_eq!((&found["patients"], &found["readings"]), (&json!(1), &json!(10)));
}

#[test]
fn a_change_that_lets_more_through_is_not_saved_without_a_reason() {
    let ward = ten_days("acted");
    let admin = Person { name: "Ada Stone".into(), role: "administrator".into(), language: Language::En, session: String::new() };
    let save = |why: &str| {
        let args = json!({"settings": {"repeat_window_minutes": 240}, "why": why, "ordered_by": "Dr. Kim"});
        ward.console.call(&admin, Command::change_settings, args)
    };
    let refused = save("").unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("why"), "{}", refused.what_happened);
    save("one call is enough").unwrap();
}

#[test]
fn a_limit_that_is_no_number_is_named() {
    let ward = Ward::new();
    for (bounds, field) in [
        (json!({"systolic_high": "high"}), "systolic_high"),
        (json!({"systolic_hi": 3}), "systolic_hi"),
        (json!({"spo2_floor": -4}), "spo2_floor"),
    ] {
        assert_eq!(ward.call(Command::backtest, of_ann(bounds)).unwrap_err().field.as_deref(), Some(field));
    }
    assert_eq!(ward.call(Command::backtest, json!({"mrn": "nobody"})).unwrap_err().code, "not_found");
    assert_eq!(ward.call(Command::backtest, json!({"mrn": null})).unwrap_err().field.as_deref(), Some("settings"));
}

#[test]
fn a_back_test_of_a_patient_is_on_the_trail_and_is_its_askers_alone() {
    let ward = ten_days("acted");
    let view = ward.call(Command::backtest, of_ann(json!({"systolic_high": 170}))).unwrap();
    assert_eq!(ward.acts("backtest"), 1);
    let other = Person { name: "Bea T.".into(), ..nurse() };
    assert_eq!(ward.console.call(&other, Command::backtest_state, json!({"id": view["id"]})).unwrap_err().code, "not_found");
}

fn everybody(ward: &Ward) -> Question {
    let settings = lock(&ward.engine).desk.settings.clone();
    let proposed = Settings { repeat_window_minutes: 0.0, ..settings.clone() };
    Question { settings, proposed: Proposed::Settings(Box::new(proposed)), now: ward.now() }
}

#[test]
fn a_critical_is_taken_while_a_back_test_is_under_way() {
    let ward = ten_days("acted");
    let question = everybody(&ward);
    let reader = lock(&ward.engine).reader().unwrap();
    let paged = Cell::new(0);
    let found = run(&reader, &question, &|_| {
        let args = json!({"mrn": ANN, "vital": "spo2", "value": 80, "minutes_ago": 0});
        ward.call(Command::sim_reading, args).unwrap();
        paged.set(lock(&ward.engine).desk.episodes.values().filter(|e| e.is_open()).map(|e| e.pages.len()).sum());
        true
    });
    assert_eq!(paged.get(), 1, "paged in the midst of it");
    assert_eq!(found.unwrap().unwrap().before.all(), 6);
}

#[test]
fn a_back_test_that_nobody_waits_for_any_more_ends() {
    let ward = ten_days("acted");
    let question = everybody(&ward);
    let reader = lock(&ward.engine).reader().unwrap();
    assert!(run(&reader, &question, &|_| false).unwrap().is_none());
}
