//! Six hours without the chart and three hundred episodes resolved meanwhile: replayed in order, each write once.

use engine::scenario::{file, run};
use serde_json::{json, Value};

const EPISODES: usize = 300;

fn mrn(n: usize) -> String {
    format!("70{n:05}")
}

/// A critical every minute from 19:00; the chart is down from 18:59 to 00:59; each is resolved ten minutes after its page.
fn scenario() -> String {
    let start: decide::At = "2026-03-05T18:30:00Z".parse().unwrap();
    let at = |minutes: usize| (start + chrono::TimeDelta::minutes(minutes as i64)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let mut timeline = vec![
        json!({ "at": at(29), "do": "vendor", "name": "cerner", "state": "down" }),
        json!({ "at": at(389), "do": "vendor", "name": "cerner", "state": "up" }),
    ];
    for n in 0..EPISODES {
        timeline.push(json!({ "at": at(30 + n), "do": "reading", "mrn": mrn(n), "vital": "bp", "systolic": 198, "diastolic": 96 }));
        let note = format!("Called patient {n}. 4 min.");
        timeline.push(json!({ "at": at(40 + n), "do": "page", "action": "resolve", "mrn": mrn(n), "by": "Dr. Kim", "note": note }));
    }
    let patients: Vec<Value> = (0..EPISODES)
        .map(|n| json!({ "mrn": mrn(n), "first_name": "Pat", "last_name": format!("No{n}"), "phone": format!("+1202555{n:04}"), "time_zone": "America/New_York" }))
        .collect();
    json!({
        "format": "careloop-scenario/1", "name": "six hours without the chart",
        "start": at(0), "until": at(480), "settings": { "review_target_minutes": 6000 },
        "patients": patients, "timeline": timeline,
        "expect": [
            { "kind": "chart", "status": "done", "count": 3 * EPISODES },
            { "kind": "attention", "reason": "stuck", "detail": "~chart: ", "count": 1 },
            { "kind": "attention", "reason": "queue_drained", "detail": "~chart", "count": 1 },
            { "kind": "attention", "reason": "connection_trouble", "detail": "~cerner", "count": 1 },
        ],
        "expect_none": [{ "kind": "chart", "status": "done", "to": at(389) }],
    })
    .to_string()
}

#[test]
fn six_hours_without_the_chart_are_replayed_in_order_and_once() {
    let scenario = file::read(&scenario()).unwrap_or_else(|bad| panic!("{bad}"));
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ran = runtime.block_on(run(&scenario, folder.path())).unwrap();
    assert_eq!(ran.differences, Vec::<String>::new());
    let done = |line: &&serde_json::Map<String, Value>| line["kind"] == "chart" && line["status"] == "done";
    let took: Vec<(String, String)> = ran
        .lines
        .iter()
        .filter(done)
        .map(|line| (line["mrn"].as_str().unwrap().to_string(), line["purpose"].as_str().unwrap().to_string()))
        .collect();
    let owed: Vec<(String, String)> =
        (0..EPISODES).flat_map(|n| ["reviewed", "note", "flowsheet"].map(|purpose| (mrn(n), purpose.to_string()))).collect();
    assert_eq!(took, owed, "in the order in which they were resolved");
    let last = ran.lines.iter().rfind(done).map(|line| line["at"].to_string());
    println!("300 episodes, 900 writes: the last one was charted at {}", last.unwrap_or_default());
}
