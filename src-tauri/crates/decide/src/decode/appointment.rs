//! An appointment event as JSON (behaviour.md 2.1): every field a text, each refused by its name.

use super::node::Node;
use super::Refusal;
use crate::{At, Mrn, Phone, VisitEvent, VisitEventType};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

const SEND: &str = "Send one appointment event as a JSON object.";
/// A text longer than this is refused by its name.
pub(super) const MOST_CHARACTERS: usize = 500;
/// UTC-14 to UTC+14 is as far as clocks go.
const FARTHEST_OFFSET_MINUTES: i32 = 14 * 60;

/// Decodes one event; unknown fields are ignored.
pub fn event(body: &[u8]) -> Result<VisitEvent, Refusal> {
    let node = object(text(body, SEND)?, SEND)?;
    let event_type = event_type(required(&node, "event_type")?)?;
    let event_at = optional(&node, "event_datetime_utc")?.map(|t| utc("event_datetime_utc", t)).transpose()?;
    let patient_id = Mrn::new(required(&node, "patient_id")?);
    let patient_first_name = optional(&node, "patient_first_name")?.unwrap_or_default().into();
    let patient_last_name = optional(&node, "patient_last_name")?.unwrap_or_default().into();
    let patient_phone = phone(&node, "patient_phone")?.map(Phone::new);
    let provider_id = optional(&node, "provider_id")?.unwrap_or_default().into();
    let provider_first_name = optional(&node, "provider_first_name")?.unwrap_or_default().into();
    let provider_last_name = optional(&node, "provider_last_name")?.unwrap_or_default().into();
    let provider_callback_phone = phone(&node, "provider_callback_phone")?.map(str::to_string);
    let location = optional(&node, "appointment_location")?.unwrap_or_default().into();
    let appointment_id = required(&node, "appointment_id")?.into();
    let wall_clock = local("appointment_datetime", required(&node, "appointment_datetime")?)?;
    let offset_minutes = offset("appointment_timezone", required(&node, "appointment_timezone")?)?;
    Ok(VisitEvent {
        event_type,
        event_at,
        appointment_id,
        patient_id,
        patient_first_name,
        patient_last_name,
        patient_phone,
        phone_problem: None,
        provider_id,
        provider_first_name,
        provider_last_name,
        provider_callback_phone,
        location,
        service: optional(&node, "service_line")?.unwrap_or_default().into(),
        wall_clock,
        offset_minutes,
        conflict: None,
        test: false,
    })
}

/// The body as text that is not blank. `send` says what to send instead.
pub(super) fn text<'b>(body: &'b [u8], send: &str) -> Result<&'b str, Refusal> {
    let text = std::str::from_utf8(body)
        .map_err(|e| Refusal::unreadable(Some(format!("byte {}", e.valid_up_to())), format!("The body is not UTF-8. {send}")))?;
    let json = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    if json.is_empty() {
        return Err(Refusal::unreadable(None, format!("The body is empty. {send}")));
    }
    Ok(json)
}

/// A JSON object.
pub(super) fn object<'j>(json: &'j str, send: &str) -> Result<Node<'j>, Refusal> {
    let node: Node = serde_json::from_str(json).map_err(|e| broken(&e, send))?;
    if matches!(node, Node::Object(_)) {
        return Ok(node);
    }
    Err(Refusal { field: None, ..Refusal::invalid("not_an_object", "", format!("The body is JSON but not an object. {send}")) })
}

/// Names the place where the JSON breaks; the parser's words carry nothing of the body.
pub(super) fn broken(e: &serde_json::Error, send: &str) -> Refusal {
    let place = format!("line {} column {}", e.line(), e.column());
    Refusal::unreadable(Some(place.clone()), format!("The JSON breaks at {place}. {send}"))
}

/// A text; an empty one, like null, counts as missing.
pub(super) fn optional<'n>(node: &'n Node, field: &str) -> Result<Option<&'n str>, Refusal> {
    match node.get(field) {
        Node::Null => Ok(None),
        Node::Text(t) if t.trim().is_empty() => Ok(None),
        Node::Text(t) if t.chars().count() > MOST_CHARACTERS => {
            Err(Refusal::invalid("too_long", field, format!("{field} is longer than {MOST_CHARACTERS} characters.")))
        }
        Node::Text(t) => Ok(Some(t)),
        Node::Twice => Err(Refusal::invalid("given_twice", field, format!("{field} is given twice. Send it once."))),
        _ => Err(Refusal::invalid("wrong_type", field, format!("{field} is not a text. Send it as a JSON string."))),
    }
}

pub(super) fn required<'n>(node: &'n Node, field: &str) -> Result<&'n str, Refusal> {
    optional(node, field)?.ok_or_else(|| Refusal::invalid("missing", field, format!("{field} is missing. Every event must carry it.")))
}

fn event_type(text: &str) -> Result<VisitEventType, Refusal> {
    if let Some(known) = VisitEventType::named(text) {
        return Ok(known);
    }
    let detail = match VisitEventType::named(&text.trim().to_uppercase()) {
        Some(meant) => format!("event_type is not written as it must be. Send {}, in capitals and without spaces.", meant.name()),
        None => "event_type is not one of BOOKED, RESCHEDULED, MODIFIED, NOSHOWED, CANCELED, CONFIRMED.".to_string(),
    };
    Err(Refusal::invalid("unknown_event_type", "event_type", detail))
}

fn phone<'n>(node: &'n Node, field: &str) -> Result<Option<&'n str>, Refusal> {
    match optional(node, field)? {
        Some(t) if !e164(t) => Err(Refusal::invalid(
            "bad_phone",
            field,
            format!("{field} is not an E.164 number. Send + with the country code and digits only, e.g. +12025550101."),
        )),
        other => Ok(other),
    }
}

/// `+`, a country code that does not start with 0, and digits only: at most 15 of them.
fn e164(text: &str) -> bool {
    let Some(digits) = text.strip_prefix('+') else { return false };
    (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0')
}

/// `YYYY-MM-DDTHH:mm:ssZ`, nothing else.
fn utc(field: &str, text: &str) -> Result<At, Refusal> {
    text.strip_suffix('Z')
        .and_then(clock)
        .map(|t| t.and_utc())
        .ok_or_else(|| Refusal::invalid("bad_time", field, format!("{field} is not an instant in UTC. Send it as 2026-03-05T16:20:00Z.")))
}

/// The visit's wall clock: a trailing Z or a fraction says nothing more, an offset would contradict the zone.
fn local(field: &str, text: &str) -> Result<NaiveDateTime, Refusal> {
    let bad = |why: &str| Refusal::invalid("bad_time", field, format!("{field} {why} Send the local wall clock as 2026-03-10T15:00:00."));
    let (stem, rest) = text.split_at_checked(19).ok_or_else(|| bad("is not a date and time."))?;
    let wall = clock(stem).ok_or_else(|| bad("is not a date and time that exists."))?;
    if rest.contains(['+', '-']) {
        return Err(bad("carries an offset of its own; the offset belongs in appointment_timezone."));
    }
    let fraction = rest.strip_suffix('Z').unwrap_or(rest);
    let digits = fraction.strip_prefix('.').is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()));
    if fraction.is_empty() || digits {
        Ok(wall)
    } else {
        Err(bad("is not a date and time."))
    }
}

/// Exactly `YYYY-MM-DDTHH:mm:ss`, a moment that a calendar and a clock have.
fn clock(text: &str) -> Option<NaiveDateTime> {
    let b = text.as_bytes();
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    let shaped = b.len() == 19 && (0..19).all(|i| marks.iter().find(|(at, _)| *at == i).map_or(b[i].is_ascii_digit(), |(_, m)| b[i] == *m));
    if !shaped {
        return None;
    }
    let n = |r: std::ops::Range<usize>| text[r].parse::<u32>().ok();
    let date = NaiveDate::from_ymd_opt(n(0..4)? as i32, n(5..7)?, n(8..10)?).filter(|_| &text[..4] != "0000")?;
    Some(date.and_time(NaiveTime::from_hms_opt(n(11..13)?, n(14..16)?, n(17..19)?)?))
}

/// `+hhmm` or `-hhmm`, as minutes east of UTC.
fn offset(field: &str, text: &str) -> Result<i32, Refusal> {
    minutes_east(text).ok_or_else(|| {
        Refusal::invalid("bad_zone", field, format!("{field} is not an offset from -1400 to +1400. Send it as +hhmm or -hhmm, e.g. -0500."))
    })
}

/// `+hhmm` or `-hhmm` within 14 hours.
pub(crate) fn minutes_east(text: &str) -> Option<i32> {
    let sign = match text.as_bytes() {
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return None,
    };
    let digits = &text[1..];
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= FARTHEST_OFFSET_MINUTES).then_some(sign * total)
}
