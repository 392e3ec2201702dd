//! Expectations against the transcript (scenario.md): subset matches, bounds in time, readable differences.

use decide::At;
use serde_json::{Map, Value};

/// Fields of an expectation that are not fields of a line.
const CONTROLS: [&str; 5] = ["count", "at", "within_s", "last", "in_order"];
/// What a line is about: `last` looks at the last line of that kind and subject.
const SUBJECTS: [&str; 7] = ["mrn", "vital", "appointment_id", "to", "phone", "name", "flow_sid"];

/// Whether an expectation can be read.
pub fn check(e: &Value) -> Result<(), String> {
    let Some(map) = e.as_object() else { return Err("an expectation is an object".into()) };
    if let Some(list) = map.get("in_order") {
        let list = list.as_array().ok_or("in_order is a list")?;
        return list.iter().try_for_each(check);
    }
    if let Some(c) = map.get("count") {
        c.as_u64().ok_or("count is a whole number")?;
    }
    if let Some(w) = map.get("within_s") {
        w.as_f64().ok_or("within_s is a number of seconds")?;
    }
    if let Some(at) = map.get("at") {
        instant(at).ok_or("at is an instant such as 2026-03-05T19:00:00Z")?;
    }
    Ok(())
}

fn instant(v: &Value) -> Option<At> {
    v.as_str()?.parse().ok()
}

/// A bound when the text is an instant; else `from` and `to` are fields like any other.
fn bound(e: &Map<String, Value>, name: &str) -> Option<At> {
    e.get(name).and_then(instant)
}

/// Whether a line carries all that an expectation says.
fn fits(e: &Map<String, Value>, line: &Map<String, Value>) -> bool {
    misfits(e, line).is_empty()
}

/// The fields in which a line differs from an expectation.
fn misfits(e: &Map<String, Value>, line: &Map<String, Value>) -> Vec<String> {
    let mut out = Vec::new();
    let at = line.get("at").and_then(instant);
    if let (Some(want), Some(at)) = (e.get("at").and_then(instant), at) {
        let within = e.get("within_s").and_then(Value::as_f64).unwrap_or(1.0);
        let off = (at - want).num_milliseconds() as f64 / 1000.0;
        if off.abs() > within {
            out.push(format!(
                "at {} ({}{off} s)",
                at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
                if off > 0.0 { "+" } else { "" }
            ));
        }
    }
    if let (Some(from), Some(at)) = (bound(e, "from"), at) {
        if at < from {
            out.push("before `from`".into());
        }
    }
    if let (Some(to), Some(at)) = (bound(e, "to"), at) {
        if at > to {
            out.push("after `to`".into());
        }
    }
    for (name, want) in e {
        if CONTROLS.contains(&name.as_str()) || (matches!(name.as_str(), "from" | "to") && instant(want).is_some()) {
            continue;
        }
        let have = line.get(name).unwrap_or(&Value::Null);
        if !same(want, have) {
            out.push(format!("{name} {have}"));
        }
    }
    out
}

fn same(want: &Value, have: &Value) -> bool {
    match (want, have) {
        (Value::String(w), Value::String(h)) => match w.strip_prefix('~') {
            Some(part) => h.contains(part),
            None => w == h || matches!((w.parse::<At>(), h.parse::<At>()), (Ok(a), Ok(b)) if a == b),
        },
        (Value::Number(w), Value::Number(h)) => w.as_f64() == h.as_f64(),
        (Value::Object(w), Value::Object(h)) => w.iter().all(|(k, v)| same(v, h.get(k).unwrap_or(&Value::Null))),
        (Value::Array(w), Value::Array(h)) => w.len() == h.len() && w.iter().zip(h).all(|(a, b)| same(a, b)),
        _ => want == have,
    }
}

/// What did not hold, in readable words. Empty: every expectation held.
pub fn differences(expect: &[Value], expect_none: &[Value], lines: &[Map<String, Value>]) -> Vec<String> {
    let mut out = Vec::new();
    for e in expect.iter().filter_map(Value::as_object) {
        out.extend(unmet(e, lines));
    }
    for e in expect_none.iter().filter_map(Value::as_object) {
        let found: Vec<&Map<String, Value>> = lines.iter().filter(|l| fits(e, l)).collect();
        if let Some(first) = found.first() {
            out.push(format!(
                "expected none of {}\n    but there {} {}: {}",
                show(e),
                if found.len() == 1 { "is" } else { "are" },
                found.len(),
                brief(first)
            ));
        }
    }
    out
}

fn unmet(e: &Map<String, Value>, lines: &[Map<String, Value>]) -> Option<String> {
    if let Some(members) = e.get("in_order").and_then(Value::as_array) {
        let mut from = 0;
        for (i, m) in members.iter().filter_map(Value::as_object).enumerate() {
            match lines[from..].iter().position(|l| fits(m, l)) {
                Some(p) => from += p + 1,
                None => {
                    return Some(format!(
                        "expected in order: member {} of {} does not follow: {}\n{}",
                        i + 1,
                        members.len(),
                        show(m),
                        nearest(m, lines)
                    ))
                }
            }
        }
        return None;
    }
    if e.get("last").and_then(Value::as_bool) == Some(true) {
        let subject = |l: &&Map<String, Value>| {
            same(e.get("kind").unwrap_or(&Value::Null), l.get("kind").unwrap_or(&Value::Null))
                && SUBJECTS.iter().all(|s| e.get(*s).is_none_or(|w| instant(w).is_some() || same(w, l.get(*s).unwrap_or(&Value::Null))))
        };
        return match lines.iter().rev().find(subject) {
            Some(last) if fits(e, last) => None,
            Some(last) => {
                Some(format!("expected last {}\n    the last is {}\n    differs in: {}", show(e), brief(last), misfits(e, last).join(", ")))
            }
            None => Some(format!("expected last {}\n    there is none of that kind and subject", show(e))),
        };
    }
    let found = lines.iter().filter(|l| fits(e, l)).count();
    match e.get("count").and_then(Value::as_u64) {
        Some(n) if found as u64 == n => None,
        Some(n) => Some(format!("expected {n} of {}\n    found {found}\n{}", show(e), nearest(e, lines))),
        None if found > 0 => None,
        None => Some(format!("expected {}\n{}", show(e), nearest(e, lines))),
    }
}

/// The lines that come closest, with what is different.
fn nearest(e: &Map<String, Value>, lines: &[Map<String, Value>]) -> String {
    let mut close: Vec<(usize, &Map<String, Value>)> =
        lines.iter().filter(|l| e.get("kind").is_none_or(|k| Some(k) == l.get("kind"))).map(|l| (misfits(e, l).len(), l)).collect();
    close.sort_by_key(|(n, _)| *n);
    if close.is_empty() {
        return "    there is no line of that kind".into();
    }
    close
        .iter()
        .take(3)
        .map(|(_, l)| format!("    nearest: {}\n      differs in: {}", brief(l), misfits(e, l).join(", ")))
        .collect::<Vec<_>>()
        .join("\n")
}

fn show(e: &Map<String, Value>) -> String {
    Value::Object(e.clone()).to_string()
}

fn brief(l: &Map<String, Value>) -> String {
    let mut l = l.clone();
    l.remove("seq");
    Value::Object(l).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lines() -> Vec<Map<String, Value>> {
        [
            json!({"at": "2026-03-05T19:00:00Z", "seq": 1, "kind": "sms", "to": "+12025550101", "purpose": "symptom_check", "status": "sent", "body": "Your reading"}),
            json!({"at": "2026-03-05T19:15:00.4Z", "seq": 2, "kind": "page", "mrn": "1", "severity": "warning"}),
            json!({"at": "2026-03-05T19:20:00Z", "seq": 3, "kind": "episode", "mrn": "1", "state": "paged"}),
            json!({"at": "2026-03-05T19:21:00Z", "seq": 4, "kind": "episode", "mrn": "1", "state": "closed"}),
        ]
        .into_iter()
        .map(|v| v.as_object().unwrap().clone())
        .collect()
    }

    fn holds(e: Value) -> bool {
        differences(&[e], &[], &lines()).is_empty()
    }

    #[test]
    fn subsets_times_counts_order_and_last() {
        assert!(holds(json!({"kind": "sms", "to": "+12025550101", "at": "2026-03-05T19:00:01Z"})));
        assert!(!holds(json!({"kind": "sms", "to": "+12025550102"})));
        assert!(!holds(json!({"kind": "page", "at": "2026-03-05T19:13:00Z"})));
        assert!(holds(json!({"kind": "page", "at": "2026-03-05T19:13:00Z", "within_s": 125})));
        assert!(holds(json!({"kind": "episode", "count": 2})));
        assert!(!holds(json!({"kind": "episode", "count": 1})));
        assert!(holds(json!({"kind": "episode", "mrn": "1", "state": "closed", "last": true})));
        assert!(!holds(json!({"kind": "episode", "mrn": "1", "state": "paged", "last": true})));
        assert!(holds(json!({"in_order": [{"kind": "sms"}, {"kind": "page"}, {"state": "closed"}]})));
        assert!(!holds(json!({"in_order": [{"kind": "page"}, {"kind": "sms"}]})));
        assert!(holds(json!({"kind": "sms", "body": "~reading"})));
        assert!(holds(json!({"kind": "page", "from": "2026-03-05T19:15:00Z", "to": "2026-03-05T19:16:00Z"})));
        assert!(!holds(json!({"kind": "page", "from": "2026-03-05T19:16:00Z"})));
    }

    #[test]
    fn a_difference_names_the_nearest_line_and_the_field() {
        let said = differences(&[json!({"kind": "page", "severity": "error"})], &[], &lines());
        assert!(said[0].contains("differs in: severity \"warning\""), "{}", said[0]);
        let said = differences(&[], &[json!({"kind": "sms"})], &lines());
        assert!(said[0].contains("expected none"), "{}", said[0]);
    }
}
