//! SIU messages to visit events (contracts 6.1, 6.2).

use super::dtm::Dtm;
use super::message::{Message, Part};
use super::place::Place;
use super::site::SiteMap;
use super::{phone, Hl7Refusal};
use crate::{At, Mrn, Phone, VisitEvent, VisitEventType};
use chrono::{Datelike, NaiveDateTime, TimeDelta, TimeZone, Timelike, Utc};
use jiff::tz::TimeZone as Zone;

/// An identifier longer than this is refused by its field.
const MOST_CHARACTERS: usize = 500;

/// Reads one message from its bytes as a visit event.
pub fn decode(bytes: &[u8], map: &SiteMap) -> Result<VisitEvent, Hl7Refusal> {
    event(&Message::read(bytes)?, map)
}

/// What a message says about a visit.
pub fn event(m: &Message, map: &SiteMap) -> Result<VisitEvent, Hl7Refusal> {
    read(m, map, &mut Trace::off())
}

/// Where each value of an event was found, when somebody asks.
pub(super) struct Trace(Option<Vec<(&'static str, String)>>);

impl Trace {
    fn off() -> Self {
        Self(None)
    }

    pub(super) fn on() -> Self {
        Self(Some(Vec::new()))
    }

    fn note(&mut self, field: &'static str, place: impl FnOnce() -> String) {
        if let Some(noted) = &mut self.0 {
            noted.push((field, place()));
        }
    }

    /// The place of an event's field: `PID-3[2]` is its second repeat, a name without a dash the map's own entry.
    pub(super) fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().flatten().find(|(f, _)| *f == field).map(|(_, place)| place.as_str())
    }
}

/// The same, noting where each value was found.
pub(super) fn read(m: &Message, map: &SiteMap, trace: &mut Trace) -> Result<VisitEvent, Hl7Refusal> {
    let event_type = kind(m, map, trace)?;
    // The first note counts: an S14 may have been told apart by another place.
    trace.note("event_type", || "MSH-9".into());
    let test = processing(m)?;
    version(m)?;
    if m.field("MSH", 10).is_empty() {
        return Err(Hl7Refusal::error("missing", "MSH-10", "MSH-10 is missing. Every message carries its control id."));
    }
    if m.first("SCH").is_none() {
        return Err(Hl7Refusal::error("missing", "SCH", "The message has no SCH segment. A SIU carries one."));
    }
    let appointment_id = appointment_id(m, map)?;
    trace.note("appointment_id", || map.appointment_id.to_string());
    let patient_id = patient_id(m, map, trace)?;
    let (location_keys, location) = location(m, map, trace);
    let zone = zone(m, map, &location_keys)?;
    let (wall_clock, offset_minutes, conflict) = start(m, map, &zone, trace)?;
    let event_at = stamped(m, &zone)?;
    trace.note("event_at", || "MSH-7".into());
    let name = m.field("PID", 5);
    let word = |n: usize| name.component(n).text().unwrap_or_default();
    trace.note("patient_first_name", || "PID-5.2".into());
    trace.note("patient_last_name", || "PID-5.1".into());
    let (patient_phone, phone_place, phone_problem) = phone::of_patient(m, map);
    trace.note("patient_phone", || phone_place.into());
    let provider = map.provider.iter().find_map(|place| Some((place, place.parts(m).first().copied()?)));
    let of_provider = |n: usize| provider.and_then(|(_, p)| p.component(n).text()).unwrap_or_default();
    if let Some((place, _)) = provider {
        for (field, n) in [("provider_id", 1), ("provider_last_name", 2), ("provider_first_name", 3)] {
            trace.note(field, || place.component(n));
        }
    }
    let callback = phone::of_callback(m, map, &location_keys);
    if let Some((_, place)) = &callback {
        trace.note("provider_callback_phone", || place.clone());
    }
    trace.note("test", || "MSH-11".into());
    Ok(VisitEvent {
        event_type,
        event_at,
        appointment_id,
        patient_id: Mrn::new(patient_id),
        patient_first_name: word(2).into(),
        patient_last_name: word(1).into(),
        patient_phone: patient_phone.map(Phone::new),
        phone_problem,
        provider_id: of_provider(1),
        provider_first_name: of_provider(3),
        provider_last_name: of_provider(2),
        provider_callback_phone: callback.map(|(number, _)| number),
        location,
        service: service(m, map, trace),
        wall_clock,
        offset_minutes,
        conflict,
        test,
    })
}

/// MSH-9: its third part is missing at older sites and is not looked at.
fn kind(m: &Message, map: &SiteMap, trace: &mut Trace) -> Result<VisitEventType, Hl7Refusal> {
    let field = m.field("MSH", 9);
    let (name, trigger) = (field.component(1).text().unwrap_or_default(), field.component(2).text().unwrap_or_default());
    match (name.as_str(), trigger.as_str()) {
        ("SIU", "S12") => Ok(VisitEventType::Booked),
        ("SIU", "S13") => Ok(VisitEventType::Rescheduled),
        ("SIU", "S14") => Ok(changed(m, map, trace)),
        ("SIU", "S15") => Ok(VisitEventType::Canceled),
        ("SIU", "S26") => Ok(VisitEventType::NoShowed),
        _ => Err(Hl7Refusal::reject("unknown_message_type", "MSH-9", "Only SIU with S12, S13, S14, S15 or S26 is taken here.")),
    }
}

/// S14 also says that a visit was confirmed: the site's own words tell them apart.
fn changed(m: &Message, map: &SiteMap, trace: &mut Trace) -> VisitEventType {
    for place in &map.status {
        for part in place.parts(m) {
            let words = [part.component(1).text(), part.component(2).text()].into_iter().flatten();
            if let Some(kind) = words.map(|w| w.to_uppercase()).find_map(|w| map.statuses.get(&w).copied()) {
                trace.note("event_type", || place.to_string());
                return kind;
            }
        }
    }
    VisitEventType::Modified
}

/// MSH-11: whether the message is a test.
fn processing(m: &Message) -> Result<bool, Hl7Refusal> {
    match m.field("MSH", 11).component(1).text().as_deref() {
        None | Some("P") => Ok(false),
        Some("T" | "D") => Ok(true),
        _ => Err(Hl7Refusal::reject("unknown_processing_id", "MSH-11", "MSH-11 is not P, T or D.")),
    }
}

fn version(m: &Message) -> Result<(), Hl7Refusal> {
    match m.field("MSH", 12).component(1).text() {
        Some(v) if v != "2" && !v.starts_with("2.") => {
            Err(Hl7Refusal::reject("unknown_version", "MSH-12", "Only HL7 version 2 is taken here."))
        }
        _ => Ok(()),
    }
}

fn appointment_id(m: &Message, map: &SiteMap) -> Result<String, Hl7Refusal> {
    let place = &map.appointment_id;
    let id = place.parts(m).into_iter().find_map(|p| p.text());
    short(place.to_string(), id.ok_or_else(|| missing(place, "the EHR's own number of the appointment"))?)
}

fn missing(place: &Place, what: &str) -> Hl7Refusal {
    Hl7Refusal::error("missing", place.to_string(), format!("{place} is missing: {what}."))
}

fn short(field: String, text: String) -> Result<String, Hl7Refusal> {
    if text.chars().count() > MOST_CHARACTERS {
        return Err(Hl7Refusal::error("too_long", field.clone(), format!("{field} is longer than {MOST_CHARACTERS} characters.")));
    }
    Ok(text)
}

/// PID-3: the medical record number among several, else the first number.
fn patient_id(m: &Message, map: &SiteMap, trace: &mut Trace) -> Result<String, Hl7Refusal> {
    let mut ids = Vec::new();
    for pid in m.all("PID") {
        let numbers = m.of(pid, 3).repeats();
        let is = |p: &Part<'_>, n: usize, word: &str| p.component(n).text().is_some_and(|t| t.eq_ignore_ascii_case(word));
        let own = |p: &&Part<'_>| {
            p.component(1).text().is_some()
                && is(p, 5, &map.patient_id_type)
                && map.patient_id_authority.as_ref().is_none_or(|a| is(p, 4, a))
        };
        let best = numbers.iter().find(own).or_else(|| numbers.iter().find(|p| p.component(1).text().is_some()));
        if let Some(at) = best.and_then(|b| numbers.iter().position(|p| std::ptr::eq(p, b))) {
            trace.note("patient_id", || if at == 0 { "PID-3".into() } else { format!("PID-3[{}]", at + 1) });
        }
        match best.and_then(|p| p.component(1).text()) {
            Some(id) if !ids.contains(&id) => ids.push(id),
            Some(_) => {}
            None => return Err(Hl7Refusal::error("missing", "PID-3", "PID-3 is missing: the patient's number.")),
        }
    }
    if ids.len() > 1 {
        return Err(Hl7Refusal::error("several_patients", "PID", "The message names several patients. Send one message for each."));
    }
    short("PID-3".into(), ids.pop().ok_or_else(|| Hl7Refusal::error("missing", "PID-3", "The message names no patient (PID-3)."))?)
}

/// The keys a site may know the place by, and the words for the patient.
fn location(m: &Message, map: &SiteMap, trace: &mut Trace) -> (Vec<String>, String) {
    let found = map.location.iter().find_map(|place| Some((place, place.parts(m).first().copied()?)));
    let Some((place, pl)) = found else { return (vec![], String::new()) };
    let text = |n: usize| pl.component(n).text();
    let (code, facility) = (text(1), text(4));
    let known = [&code, &facility].into_iter().flatten().find_map(|k| map.locations.get(k)).cloned();
    trace.note("location", || if known.is_some() { format!("{place}, locations") } else { place.to_string() });
    let words = known.or_else(|| text(9)).unwrap_or_else(|| {
        // The second part of the point of care, where a code stands before it, is its name.
        let care = Some(pl.component(1).sub(2)).and_then(|p| p.text()).or_else(|| code.clone());
        let room = text(2).map(|r| if r.bytes().all(|b| b.is_ascii_digit()) { format!("Room {r}") } else { r });
        [facility.clone().or(care), room].into_iter().flatten().collect::<Vec<_>>().join(", ")
    });
    let keys = [facility, code, Some(words.clone())].into_iter().flatten().collect();
    (keys, words)
}

/// The zone of times that carry no offset.
fn zone(m: &Message, map: &SiteMap, location: &[String]) -> Result<Zone, Hl7Refusal> {
    let sender = m.field("MSH", 4).component(1).text();
    let name = map.zone_name(location.iter().chain(&sender));
    Zone::get(name).map_err(|_| {
        Hl7Refusal::error("unknown_zone", "time_zone", format!("The site's time zone is not known: {name}. Correct it in the settings."))
    })
}

/// The start of the visit: wall clock, offset, and what does not agree with it.
fn start(m: &Message, map: &SiteMap, zone: &Zone, trace: &mut Trace) -> Result<(NaiveDateTime, i32, Option<String>), Hl7Refusal> {
    let mut found: Vec<(&Place, String, Option<Dtm>)> = Vec::new();
    for place in &map.times {
        let texts = place.parts(m).into_iter().filter_map(|p| p.text());
        // Resources may join a visit later than it starts: of each kind the first counts.
        let several = !matches!(place.segment(), "AIS" | "AIG" | "AIL" | "AIP");
        for text in texts.take(if several { usize::MAX } else { 1 }) {
            let dtm = Dtm::read(&text);
            found.push((place, text, dtm));
        }
    }
    let Some((place, _, first)) = found.iter().find(|(_, _, d)| d.is_none_or(|d| d.timed())) else {
        let (field, why) = match (found.first(), map.times.first()) {
            (Some((place, ..)), _) => (place.to_string(), "names a day without a time"),
            (None, Some(place)) => (place.to_string(), "and every other place for the start of the visit is empty"),
            (None, None) => ("SCH-11".to_string(), "is not set up as the start of the visit"),
        };
        return Err(Hl7Refusal::error("missing", field.clone(), format!("{field} {why}. Send the start with date and time.")));
    };
    let Some(first) = first else {
        return Err(Hl7Refusal::error(
            "bad_time",
            place.to_string(),
            format!("{place} is not a date and time. Send it as YYYYMMDDHHMMSS with an offset."),
        ));
    };
    trace.note("appointment_datetime", || place.to_string());
    trace.note("appointment_timezone", || match first.offset_minutes {
        Some(_) => place.to_string(),
        None => zone.iana_name().unwrap_or("UTC").to_string(),
    });
    let offset = offset(first, zone);
    let instant = first.wall - TimeDelta::minutes(offset.into());
    let agrees = |d: &Dtm| match d.timed() {
        true => d.wall - TimeDelta::minutes(self::offset(d, zone).into()) == instant,
        false => d.digits < 8 || d.wall.date() == first.wall.date(),
    };
    let conflict = !found.iter().all(|(_, _, d)| d.as_ref().is_some_and(agrees));
    let told = || {
        let mut told: Vec<String> = found.iter().map(|(place, text, _)| format!("{place} {text}")).collect();
        told.dedup();
        told.join(", ")
    };
    Ok((first.wall, offset, conflict.then(told)))
}

/// Its own offset, else the zone's on that very date.
fn offset(d: &Dtm, zone: &Zone) -> i32 {
    d.offset_minutes.unwrap_or_else(|| {
        let w = d.wall;
        let civil = jiff::civil::DateTime::new(
            w.year() as i16,
            w.month() as i8,
            w.day() as i8,
            w.hour() as i8,
            w.minute() as i8,
            w.second() as i8,
            0,
        );
        // A time that the clock skips or repeats is read as it was before the change.
        let zoned = civil.ok().and_then(|c| zone.to_ambiguous_zoned(c).compatible().ok());
        zoned.map_or(0, |z| {
            let instant = z.timestamp().as_second();
            ((w.and_utc().timestamp() - instant) as f64 / 60.0).round() as i32
        })
    })
}

/// MSH-7, if it names a time of day: a bare date would put the event before others of that day.
fn stamped(m: &Message, zone: &Zone) -> Result<Option<At>, Hl7Refusal> {
    let Some(text) = m.field("MSH", 7).text() else { return Ok(None) };
    let Some(d) = Dtm::read(&text) else {
        return Err(Hl7Refusal::error("bad_time", "MSH-7", "MSH-7 is not a date and time. Send it as YYYYMMDDHHMMSS with an offset."));
    };
    let at = d.wall - TimeDelta::minutes(offset(&d, zone).into());
    Ok(d.timed().then(|| Utc.from_utc_datetime(&at)))
}

/// The service in words, else its code.
fn service(m: &Message, map: &SiteMap, trace: &mut Trace) -> String {
    for place in &map.service {
        if let Some(words) = place.parts(m).into_iter().find_map(|p| p.component(2).text().or_else(|| p.text())) {
            trace.note("service", || place.to_string());
            return words;
        }
    }
    String::new()
}
