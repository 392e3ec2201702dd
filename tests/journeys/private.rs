//! Nothing that names a patient leaves by a log, a metric, a toast or a page.

use crate::clinic::Vendors;
use crate::console::{text_of, wait_for, Place};
use decide::outbox::Vendor;
use serde_json::{json, Value};
use std::time::Duration;

/// Whether a text holds a word by itself or inside another.
fn holds<'a>(text: &str, words: &'a [String]) -> Option<&'a String> {
    words.iter().find(|w| text.contains(w.as_str()))
}

#[test]
fn a_demo_minute_leaves_no_name_phone_or_record_number_in_logs_metrics_toasts_pages_or_posts() {
    let place = Place::new();
    let vendors = Vendors::open();
    let pager = format!("pagerduty={}", vendors.base(Vendor::PagerDuty));
    let slack = format!("slack={}", vendors.base(Vendor::Slack));
    let console = place.start(&["--vendor", &pager, "--vendor", &slack]);
    let heard = console.hear();
    vendors.sandbox.on_call(false);
    console.call("sim_demo", json!({ "playing": true, "speed": 4.0 }));

    let patients = wait_for("the demo's patients are enrolled", || {
        let all = console.call("simulator", json!({}))["patients"].as_array()?.clone();
        (all.len() >= 40).then_some(all)
    });
    let mut words: Vec<String> = Vec::new();
    for p in &patients {
        let text = |v: &Value| v.as_str().unwrap_or_default().to_string();
        words.push(text(&p["patient"]["mrn"]));
        words.push(text(&p["phone"]).trim_start_matches('+').to_string());
        words.extend(text(&p["patient"]["name"]).split(", ").map(String::from));
    }
    words.retain(|w| w.len() > 2);
    assert!(words.len() >= 4 * 40, "{}", words.len());

    // A minute of the day: texts, answers, pages, a post that nobody is on call.
    wait_for("pages and posts went out", || {
        let accepted = vendors.accepted();
        let of = |v| accepted.iter().filter(|a| a.vendor == v).count();
        (of(Vendor::PagerDuty) >= 4 && of(Vendor::Slack) >= 1).then_some(())
    });
    std::thread::sleep(Duration::from_secs(8));

    let metrics = console.get("/metrics").text;
    assert_eq!(holds(&metrics, &words), None, "in /metrics");
    assert_eq!(holds(&console.get("/healthz").text, &words), None, "in /healthz");
    let alarms: Vec<String> = heard.try_iter().filter(|n| n["notice"]["type"] == json!("alarm")).map(|n| n.to_string()).collect();
    assert!(!alarms.is_empty(), "there were toasts");
    for alarm in &alarms {
        assert_eq!(holds(alarm, &words), None, "in a toast: {alarm}");
    }
    for accepted in vendors.accepted() {
        let sent = format!("{:?}", accepted.what);
        assert_eq!(holds(&sent, &words), None, "in a page or a post: {sent}");
    }
    assert!(console.terminate().success());
    let log = text_of(&place.log());
    assert!(log.contains("write answered"), "there is a log");
    assert_eq!(holds(&log, &words), None, "in the log");
}

#[test]
fn the_folder_holds_no_name_phone_or_record_number_in_the_clear() {
    let place = Place::new();
    let config = place.write("config.json", &crate::clinic::config(3).to_string());
    let console = place.start(&["--config", config.to_str().unwrap()]);
    for n in 0..3 {
        assert_eq!(console.fhir(&crate::clinic::pressure(n, "cuff-1", 168, 96)).status, 200);
    }
    wait_for("the texts have left", || (console.metric("careloop_effects_outstanding") == 0).then_some(()));
    let words: Vec<String> = (0..3).flat_map(|n| [format!("Ostrander{n}"), crate::clinic::phone(n), crate::clinic::mrn(n)]).collect();
    for file in std::fs::read_dir(place.data()).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(holds(&text_of(&path), &words), None, "in {}", path.display());
    }
}
