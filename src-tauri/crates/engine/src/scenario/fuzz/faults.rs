//! What goes wrong on a made-up day: vendors, webhooks, power, sleep, the clock, the disk.

use super::day::Day;
use serde_json::{json, Value};

const VENDORS: [&str; 5] = ["twilio", "pagerduty", "cerner", "slack", "ehr"];

/// Strikes a day with troubles; some days are spared.
pub fn strike(day: &mut Day) {
    if day.dice.chance(8) {
        return;
    }
    for _ in 0..day.dice.within(0, 7) {
        vendor(day);
    }
    for _ in 0..day.dice.within(0, 4) {
        webhook(day);
    }
    for _ in 0..day.dice.within(0, 5) {
        power(day);
    }
    if day.dice.chance(25) {
        let at = day.moment();
        let span = day.dice.pick(&[90, 1200, 5400]);
        day.at(at, json!({ "do": "sleep" }));
        day.at(at + span, json!({ "do": "wake" }));
    }
    if day.dice.chance(12) {
        let (at, off) = (day.moment(), day.dice.pick(&[-600, -90, -5, 5, 90, 600]));
        day.at(at, json!({ "do": "clock", "offset_s": off }));
        let back = at + day.dice.within(60, 7200);
        day.at(back, json!({ "do": "clock", "offset_s": 0 }));
    }
    if day.dice.chance(20) {
        let (at, span) = (day.moment(), day.dice.pick(&[20, 200, 900]));
        day.at(at, json!({ "do": "disk", "full": true }));
        day.at(at + span, json!({ "do": "disk", "full": false }));
    }
}

/// Everything works again.
pub fn mend(day: &mut Day, at: i64) {
    day.at(at, json!({ "do": "wake" }));
    day.at(at, json!({ "do": "disk", "full": false }));
    day.at(at, json!({ "do": "clock", "offset_s": 0 }));
    for name in VENDORS {
        day.at(at, json!({ "do": "vendor", "name": name, "state": "up" }));
    }
    for name in ["twilio", "pagerduty"] {
        day.at(at, json!({ "do": "webhook", "name": name, "state": "as_usual" }));
    }
    // Again and again: a power cut may still wait for its moment.
    for later in [0, 60, 600, 1800, 2700, 3600, 7200] {
        day.at(at + later, json!({ "do": "start" }));
    }
}

fn vendor(day: &mut Day) {
    let name = day.dice.pick(&VENDORS);
    let at = day.moment();
    let mut step: Value = match day.dice.within(0, 10) {
        0 | 1 => json!({ "state": "down" }),
        2 => json!({ "state": "unreachable" }),
        3 => json!({ "state": "slow", "delay_s": day.dice.pick(&[5, 30]) }),
        4 => json!({ "state": "rate_limited" }),
        5 => json!({ "state": "rate_limited", "retry_after_s": day.dice.pick(&[2, 20, 60]) }),
        6 => {
            json!({ "state": "reject", "status": 400, "error_code": if name == "twilio" { day.dice.pick(&["21614", "21610", "30007"]) } else { "invalid" } })
        }
        7 => json!({ "state": "reject", "status": day.dice.pick(&[500, 502, 503]) }),
        _ => json!({ "state": "accept_then_drop" }),
    };
    step["do"] = json!("vendor");
    step["name"] = json!(name);
    let counted = day.dice.chance(50);
    if counted {
        step["count"] = json!(day.dice.within(1, 5));
    }
    day.at(at, step);
    if !counted {
        let up = at + day.dice.pick(&[15, 90, 400, 1500, 4000]);
        day.at(up, json!({ "do": "vendor", "name": name, "state": "up" }));
    }
}

fn webhook(day: &mut Day) {
    let name = day.dice.pick(&["twilio", "twilio", "pagerduty"]);
    let state = day.dice.pick(&["lost", "twice", "twice", "late"]);
    let at = day.moment();
    let mut step = json!({ "do": "webhook", "name": name, "state": state, "delay_s": day.dice.pick(&[5, 60, 1200]) });
    if day.dice.chance(50) {
        step["count"] = json!(day.dice.within(1, 8));
        day.at(at, step);
    } else {
        day.at(at, step);
        let then = at + day.dice.within(30, 7200);
        day.at(then, json!({ "do": "webhook", "name": name, "state": "as_usual" }));
    }
}

fn power(day: &mut Day) {
    let at = day.moment();
    let step = match day.dice.within(0, 6) {
        0 => json!({ "do": "stop" }),
        1 => json!({ "do": "crash" }),
        2 => json!({ "do": "crash", "commit": "before", "count": day.dice.within(1, 30) }),
        3 => json!({ "do": "crash", "commit": "after", "count": day.dice.within(1, 30) }),
        4 => json!({ "do": "crash", "vendor": day.dice.pick(&VENDORS), "point": "before_send" }),
        _ => json!({ "do": "crash", "vendor": day.dice.pick(&VENDORS), "point": "after_accept" }),
    };
    day.at(at, step);
    // Somebody switches it on again; the cut may have come later than the step that armed it.
    let mut on = at;
    for _ in 0..3 {
        on += day.dice.pick(&[3, 40, 300, 1500]);
        day.at(on, json!({ "do": "start" }));
    }
}
