//! The bench itself: that it measures every line of its table, not how fast anything is.

use crate::console::program;
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

#[test]
fn the_bench_measures_every_line_that_needs_no_browser() {
    let out = Command::new(program()).args(["bench", "--quick", "--json"]).output().expect("the bench runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let table: Vec<Value> = serde_json::from_slice(&out.stdout).expect("a table in JSON");
    let measured: BTreeSet<&str> =
        table.iter().filter(|l| l["median"].as_f64().is_some_and(f64::is_finite)).filter_map(|l| l["name"].as_str()).collect();
    let lines = "accept singles bundles share text page timers timers_start patients stored start idle busy export export_memory";
    assert_eq!(measured, lines.split(' ').collect());
}
