//! Files that anybody may hand over: whatever is in them, they are taken or refused by line and field, and nothing falls over.

use crate::import::{self, Known, Plan};
use crate::scenario::file;
use proptest::prelude::*;
use serde_json::{json, Value};
use std::collections::HashMap;

/// What a file would do where nobody is enrolled.
fn plan(file: &[u8]) -> Plan {
    let (patients, defaults) = (HashMap::new(), decide::Bounds::defaults());
    import::plan(file, &Known { patients: &patients, defaults: &defaults, language: wire::Language::En })
}

const COLUMNS: [&str; 6] = ["systolic_high", "glucose_low", "spo2_floor", "weight_gain_24h_lb", "phone", "time_zone"];

/// A good table: a number, then a cell for each of the columns.
fn table(rows: usize) -> Vec<Vec<String>> {
    let good = ["150", "60", "91", "2.5", "+12025550123", "America/Chicago"];
    (0..rows).map(|i| std::iter::once(format!("{}", 100 + i)).chain(good.iter().map(|c| c.to_string())).collect()).collect()
}

fn csv_of(rows: &[Vec<String>]) -> Vec<u8> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(std::iter::once("mrn").chain(COLUMNS)).unwrap();
    rows.iter().for_each(|row| csv.write_record(row).unwrap());
    csv.into_inner().unwrap()
}

fn scenario() -> Value {
    json!({
        "format": "careloop-scenario/1", "name": "a day", "start": "2026-03-05T19:00:00Z", "until": "2026-03-05T21:00:00Z",
        "settings": { "reply_wait_minutes": 15, "quiet_hours_start": "2100" },
        "patients": [{ "mrn": "1", "phone": "+12025550101", "time_zone": "America/New_York", "bounds": { "systolic_high": 150 } }],
        "timeline": [
            { "at": "2026-03-05T19:00:00Z", "do": "reading", "mrn": "1", "vital": "bp", "systolic": 165, "diastolic": 95 },
            { "at": "2026-03-05T19:01:00Z", "do": "vendor", "name": "twilio", "state": "down", "count": 2 },
            { "at": "2026-03-05T19:02:00Z", "do": "crash", "vendor": "twilio", "point": "after_accept" },
        ],
        "expect": [{ "kind": "sms", "at": "2026-03-05T19:00:00Z", "within_s": 1 }], "expect_none": [{ "kind": "page" }],
    })
}

/// Every place in a value.
fn places(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(o) => o.iter().for_each(|(k, v)| places(v, format!("{at}/{k}"), found)),
        Value::Array(a) => a.iter().enumerate().for_each(|(i, v)| places(v, format!("{at}/{i}"), found)),
        _ => {}
    }
    found.push(at);
}

fn odd() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!(-1)),
        Just(json!(1e308)),
        Just(json!([])),
        Just(json!({})),
        ".{0,12}".prop_map(Value::String),
        any::<i64>().prop_map(|n| json!(n)),
    ]
}

proptest! {
    #[test]
    fn any_bytes_are_an_import_or_refused_by_line(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let report = plan(&bytes).report;
        prop_assert!(report.bad.iter().all(|bad| bad.line > 0 && !bad.reason.is_empty()), "{report:?}");
    }

    #[test]
    fn a_bad_cell_is_named_and_the_other_rows_go_in(
        rows in 1usize..8, at in any::<prop::sample::Index>(), column in 0usize..6, odd in "[!-~é ]{0,8}[?!x][!-~]{0,3}",
    ) {
        let mut table = table(rows);
        let row = at.index(rows);
        table[row][column + 1] = odd;
        let planned = plan(&csv_of(&table));
        prop_assert_eq!(planned.patients.len(), rows - 1);
        prop_assert_eq!(planned.report.bad.len(), 1, "{:?}", planned.report);
        let bad = &planned.report.bad[0];
        prop_assert_eq!((bad.line, bad.column.as_str()), (row as u64 + 2, COLUMNS[column]));
    }

    #[test]
    fn any_text_is_a_scenario_or_refused_by_line_and_field(text in r#"[{}\[\]":,a-z0-9 \n.é]{0,120}"#) {
        if let Err(bad) = file::read(&text) {
            prop_assert!(bad.line > 0 && !bad.field.is_empty() && !bad.why.is_empty(), "{bad}");
        }
    }

    #[test]
    fn a_damaged_scenario_is_read_or_refused_by_line_and_field(at in any::<prop::sample::Index>(), odd in odd(), gone in any::<bool>()) {
        let mut damaged = scenario();
        let mut found = Vec::new();
        places(&damaged, String::new(), &mut found);
        let place = &found[at.index(found.len())];
        let (parent, name) = place.rsplit_once('/').unwrap_or(("", ""));
        match damaged.pointer_mut(parent) {
            Some(Value::Object(o)) if gone => drop(o.remove(name)),
            _ => *damaged.pointer_mut(place).unwrap() = odd,
        }
        let text = serde_json::to_string_pretty(&damaged).unwrap();
        if let Err(bad) = file::read(&text) {
            prop_assert!(bad.line > 0 && bad.line <= text.lines().count() && !bad.field.is_empty() && !bad.why.is_empty(), "{place}: {bad}");
        }
    }
}
