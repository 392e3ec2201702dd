//! When it was measured: FHIR instants, partial dates and periods.

use super::node::Node;
use super::value::Bad;
use crate::{At, Measured, Unusable};
use chrono::{DateTime, NaiveDate, Utc};

/// What a FHIR dateTime names: an instant, or no more than a day.
fn moment(text: &str) -> Option<Measured> {
    let text = text.trim();
    if !text.is_ascii() {
        return None;
    }
    if text.len() > 10 {
        if text.as_bytes()[10] != b'T' {
            return None;
        }
        let (date, clock) = (&text[..10], &text[11..]);
        let zoned = clock.ends_with('Z') || clock.contains('+') || clock.contains('-');
        if zoned {
            return instant(text).map(Measured::At);
        }
        // A time without its zone is no instant: only the day can be believed.
        let digits = clock.bytes().all(|b| b.is_ascii_digit() || b == b':' || b == b'.');
        return if digits { day(date).map(Measured::Day) } else { None };
    }
    match text.len() {
        10 => day(text),
        7 => day(&format!("{text}-01")),
        4 => day(&format!("{text}-01-01")),
        _ => None,
    }
    .map(Measured::Day)
}

/// An instant with its zone; some senders leave the seconds out.
fn instant(text: &str) -> Option<At> {
    let parsed = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z"))
        .or_else(|_| DateTime::parse_from_str(&text.replace('Z', "+00:00"), "%Y-%m-%dT%H:%M%:z"));
    parsed.ok().map(|t| t.with_timezone(&Utc))
}

fn day(text: &str) -> Option<NaiveDate> {
    let digits = |r: std::ops::Range<usize>| text.as_bytes()[r].iter().all(u8::is_ascii_digit);
    (digits(0..4) && digits(5..7) && digits(8..10)).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()
}

/// `Observation.effective[x]`.
pub(super) fn measured(o: &Node) -> Result<Measured, Bad> {
    const SEND: &str = "Send effectiveDateTime with date, time and zone, e.g. 2026-03-05T19:00:00Z.";
    let bad = |field: &str, what: &str| Err(Bad::new(Unusable::NoTime, field, format!("{what} {SEND}")));
    for key in ["effectiveDateTime", "effectiveInstant"] {
        let at = o.get(key);
        if at.absent() {
            continue;
        }
        return match at.text().and_then(moment) {
            Some(when) => Ok(when),
            None => bad(&format!("Observation.{key}"), "The time of the measurement cannot be read."),
        };
    }
    let period = o.get("effectivePeriod");
    if !period.absent() {
        return span(period).map_or_else(|| bad("Observation.effectivePeriod", "The period of the measurement cannot be read."), Ok);
    }
    if !o.get("effectiveTiming").absent() {
        return bad("Observation.effectiveTiming", "A timing names no moment of measurement.");
    }
    bad("Observation.effectiveDateTime", "The time of the measurement is missing.")
}

/// A Period; a bound that is only a day makes it a day.
fn span(period: &Node) -> Option<Measured> {
    let bound = |key: &str| match period.get(key) {
        Node::Null => Some(None),
        n => n.text().and_then(moment).map(Some),
    };
    match (bound("start")?, bound("end")?) {
        (Some(Measured::At(start)), Some(Measured::At(end))) => (start <= end).then_some(Measured::Period { start, end: Some(end) }),
        (Some(Measured::At(start)), None) => Some(Measured::Period { start, end: None }),
        (None, Some(Measured::At(end))) => Some(Measured::Period { start: end, end: Some(end) }),
        (_, Some(day @ Measured::Day(_))) | (Some(day @ Measured::Day(_)), _) => Some(day),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expect: &str) {
        let node: Node = serde_json::from_str(json).unwrap();
        let got = match measured(&node) {
            Ok(Measured::At(at)) => format!("at {}", at.to_rfc3339()),
            Ok(Measured::Day(d)) => format!("day {d}"),
            Ok(Measured::Period { start, end }) => format!("period {} {}", start.to_rfc3339(), end.map_or("-".into(), |e| e.to_rfc3339())),
            Err(bad) => format!("{} {}", bad.reason.name(), bad.field),
        };
        assert_eq!(got, expect, "{json}");
    }

    #[test]
    fn a_time_with_its_zone_is_an_instant() {
        for (text, expect) in [
            ("2026-03-05T19:00:00Z", "at 2026-03-05T19:00:00+00:00"),
            ("2014-12-05T09:30:10+01:00", "at 2014-12-05T08:30:10+00:00"),
            ("2026-03-05T19:00:00.250-05:00", "at 2026-03-06T00:00:00.250+00:00"),
            ("2026-03-05T19:00Z", "at 2026-03-05T19:00:00+00:00"),
            ("2026-03-05T19:00+02:00", "at 2026-03-05T17:00:00+00:00"),
        ] {
            check(&format!(r#"{{"effectiveDateTime":"{text}"}}"#), expect);
            check(&format!(r#"{{"effectiveInstant":"{text}"}}"#), expect);
        }
    }

    #[test]
    fn a_partial_date_or_a_time_without_zone_is_a_day() {
        for (text, expect) in [
            ("2012-09-17", "day 2012-09-17"),
            ("2012-09", "day 2012-09-01"),
            ("2012", "day 2012-01-01"),
            ("2026-03-05T19:00:00", "day 2026-03-05"),
            ("2026-03-05T19:00", "day 2026-03-05"),
        ] {
            check(&format!(r#"{{"effectiveDateTime":"{text}"}}"#), expect);
        }
    }

    #[test]
    fn a_time_that_cannot_be_read_is_no_time() {
        for text in [
            "yesterday",
            "2026-13-05",
            "2026-02-30T10:00:00Z",
            "2026-03-05 19:00:00Z",
            "2026-03-05T19:00:00PM",
            "20260305",
            "2026-03-05T25:00:00Z",
            "+026-03-05",
            "\u{ff12}026",
            "2026-03-05Tabc",
        ] {
            check(&format!(r#"{{"effectiveDateTime":"{text}"}}"#), "no_time Observation.effectiveDateTime");
        }
        check(r#"{"effectiveDateTime":20260305}"#, "no_time Observation.effectiveDateTime");
        check(r#"{"effectiveDateTime":"2026","effectiveDateTime":"2027"}"#, "no_time Observation.effectiveDateTime");
        check(r#"{"effectiveTiming":{"event":["2026-03-05T19:00:00Z"]}}"#, "no_time Observation.effectiveTiming");
        check(r#"{"issued":"2026-03-05T19:00:00Z"}"#, "no_time Observation.effectiveDateTime");
    }

    #[test]
    fn a_period_keeps_its_bounds() {
        check(r#"{"effectivePeriod":{"start":"2013-04-02T09:30:10+01:00"}}"#, "period 2013-04-02T08:30:10+00:00 -");
        check(
            r#"{"effectivePeriod":{"start":"2026-03-05T08:00:00Z","end":"2026-03-05T09:00:00Z"}}"#,
            "period 2026-03-05T08:00:00+00:00 2026-03-05T09:00:00+00:00",
        );
        check(r#"{"effectivePeriod":{"end":"2026-03-05T09:00:00Z"}}"#, "period 2026-03-05T09:00:00+00:00 2026-03-05T09:00:00+00:00");
        check(r#"{"effectivePeriod":{"start":"2026-03-05","end":"2026-03-06"}}"#, "day 2026-03-06");
        check(
            r#"{"effectivePeriod":{"start":"2026-03-06T00:00:00Z","end":"2026-03-05T00:00:00Z"}}"#,
            "no_time Observation.effectivePeriod",
        );
        check(r#"{"effectivePeriod":{}}"#, "no_time Observation.effectivePeriod");
    }
}
