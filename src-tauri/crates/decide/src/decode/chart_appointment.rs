//! A FHIR R4 Appointment as the chart shows it (contracts.md 1.10), alone or in a searchset Bundle.
//!
//! What it says, and no more: whom its patient is here, and what kind of event it makes of a visit, is decided
//! where the visit is known (`visits::chart`).

use super::appointment::{broken, MOST_CHARACTERS};
use super::node::{Node, Top};
use super::subject::{id_of, reference_to};
use super::{Refusal, MOST_ENTRIES};
use crate::{At, PatientRef};
use serde_json::value::RawValue;
use std::ops::Range;

const SEND: &str = "Send one FHIR Appointment or a Bundle of them as JSON.";

/// `Appointment.status` (http://hl7.org/fhir/R4/valueset-appointmentstatus.html).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartStatus {
    Proposed,
    Pending,
    Booked,
    Arrived,
    Fulfilled,
    Cancelled,
    Noshow,
    EnteredInError,
    CheckedIn,
    Waitlist,
}

impl ChartStatus {
    const ALL: [(ChartStatus, &'static str); 10] = [
        (Self::Proposed, "proposed"),
        (Self::Pending, "pending"),
        (Self::Booked, "booked"),
        (Self::Arrived, "arrived"),
        (Self::Fulfilled, "fulfilled"),
        (Self::Cancelled, "cancelled"),
        (Self::Noshow, "noshow"),
        (Self::EnteredInError, "entered-in-error"),
        (Self::CheckedIn, "checked-in"),
        (Self::Waitlist, "waitlist"),
    ];

    /// The code on the wire.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(s, _)| *s == self).map_or("", |(_, n)| n)
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, n)| *n == name).map(|(s, _)| s)
    }
}

/// What the patient's own participation says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Participation {
    Accepted,
    Declined,
    /// tentative, needs-action.
    Open,
}

/// An Appointment as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartAppointment {
    pub id: String,
    pub status: ChartStatus,
    /// `meta.versionId`.
    pub version: Option<String>,
    /// `meta.lastUpdated`.
    pub updated: Option<At>,
    /// A cancelled one may carry none.
    pub start: Option<At>,
    /// Minutes east of UTC as written; none for `Z`, which says nothing of where the visit is.
    pub offset_minutes: Option<i32>,
    pub patient: PatientRef,
    /// First and last name, from the display; empty if there is none.
    pub patient_name: (String, String),
    pub participation: Participation,
    pub provider_id: String,
    pub provider_name: (String, String),
    pub location_id: String,
    /// The display.
    pub location: String,
    pub service: String,
}

/// One input of a body.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartEntry {
    /// Its place in `Bundle.entry` (0 for a lone one).
    pub at: usize,
    /// Where its own JSON stands in the body's bytes.
    pub span: Range<usize>,
    pub decoded: Result<ChartAppointment, Refusal>,
}

/// Decodes a body: each entry by itself, so that a bad one stops no other.
pub fn entries(body: &[u8]) -> Result<Vec<ChartEntry>, Refusal> {
    let text = std::str::from_utf8(body)
        .map_err(|e| Refusal::unreadable(Some(format!("byte {}", e.valid_up_to())), format!("The body is not UTF-8. {SEND}")))?;
    let json = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    if json.is_empty() {
        return Err(Refusal::unreadable(None, format!("The body is empty. {SEND}")));
    }
    if !json.starts_with('{') {
        return Err(match serde_json::from_str::<serde::de::IgnoredAny>(json) {
            Ok(_) => Refusal::invalid("not_an_object", "resourceType", format!("The body is JSON but not an object. {SEND}")),
            Err(e) => broken(&e, SEND),
        });
    }
    let top: Top = serde_json::from_str(json).map_err(|e| broken(&e, SEND))?;
    let place = |part: &str| {
        let from = part.as_ptr() as usize - text.as_ptr() as usize;
        from..from + part.len()
    };
    match top.text("resourceType").as_deref() {
        Some("Appointment") => Ok(vec![ChartEntry { at: 0, span: place(json), decoded: resource(json) }]),
        Some("Bundle") => {
            let Some(list) = top.get("entry") else { return Ok(Vec::new()) };
            let list: Vec<&RawValue> = serde_json::from_str(list.get()).map_err(|_| {
                Refusal::invalid("no_entries", "Bundle.entry", "Bundle.entry is not a list. Send the Appointments as a list.".to_string())
            })?;
            if list.len() > MOST_ENTRIES {
                let detail = format!("The Bundle has {} entries; at most {MOST_ENTRIES} are taken at once.", list.len());
                return Err(Refusal::invalid("too_many_entries", "Bundle.entry", detail));
            }
            Ok(list.into_iter().enumerate().filter_map(|(at, raw)| entry(at, raw, &place)).collect())
        }
        Some(_) => Err(Refusal::invalid(
            "not_an_appointment",
            "resourceType",
            format!("The resource is neither an Appointment nor a Bundle. {SEND}"),
        )),
        None => Err(Refusal::invalid("no_resource_type", "resourceType", format!("The resourceType is missing or given twice. {SEND}"))),
    }
}

/// One entry; an outcome or an included resource beside the matches is no input.
fn entry(at: usize, raw: &RawValue, place: &impl Fn(&str) -> Range<usize>) -> Option<ChartEntry> {
    let field = format!("Bundle.entry[{at}].resource");
    let refused = |detail: &str| ChartEntry {
        at,
        span: place(raw.get()),
        decoded: Err(Refusal::invalid("not_an_appointment", &field, detail.to_string())),
    };
    let Ok(top) = serde_json::from_str::<Top>(raw.get()) else { return Some(refused("The entry is not an object.")) };
    let Some(inner) = top.get("resource") else { return Some(refused("The entry carries no resource.")) };
    let kind = serde_json::from_str::<Top>(inner.get()).ok().and_then(|t| t.text("resourceType").map(|k| k.into_owned()));
    match kind.as_deref() {
        Some("Appointment") => Some(ChartEntry { at, span: place(inner.get()), decoded: resource(inner.get()) }),
        Some("OperationOutcome" | "Patient" | "Practitioner" | "Location" | "Slot") => None,
        _ => Some(refused("The entry is not an Appointment.")),
    }
}

/// One Appointment.
fn resource(json: &str) -> Result<ChartAppointment, Refusal> {
    let node: Node = serde_json::from_str(json).map_err(|e| broken(&e, SEND))?;
    let id = text(&node, "id")?.ok_or_else(|| missing("id", "the chart's own number of the appointment"))?.to_string();
    let status = text(&node, "status")?.ok_or_else(|| missing("status", "whether it is booked, cancelled ..."))?;
    let status = ChartStatus::named(status)
        .ok_or_else(|| Refusal::invalid("unknown_status", "status", "status is not one of FHIR R4's appointment statuses.".to_string()))?;
    let meta = node.get("meta");
    let version = text_at(meta, "versionId", "meta.versionId")?.map(str::to_string);
    let updated = text_at(meta, "lastUpdated", "meta.lastUpdated")?.map(|t| instant("meta.lastUpdated", t)).transpose()?.map(|(at, _)| at);
    let (start, offset_minutes) = match text(&node, "start")? {
        Some(t) => {
            let (at, offset) = instant("start", t)?;
            (Some(at), offset)
        }
        None => (None, None),
    };
    let people = node.get("participant").list();
    let (patient, own) = patient(&node, people)?;
    let participation = match text_at(own, "status", "participant.status")? {
        Some("accepted") => Participation::Accepted,
        Some("declined") => Participation::Declined,
        _ => Participation::Open,
    };
    let provider = provider(people);
    let location = people.iter().map(|p| p.get("actor")).find(|a| is(a, "Location"));
    let display = |actor: Option<&Node>| actor.and_then(|a| a.get("display").text()).unwrap_or_default().trim().to_string();
    let id_in = |actor: Option<&Node>, kinds: &[&str]| {
        let reference = actor.and_then(|a| a.get("reference").text()).unwrap_or_default();
        kinds.iter().find_map(|k| id_of(reference, k)).unwrap_or_default().to_string()
    };
    Ok(ChartAppointment {
        id,
        status,
        version,
        updated,
        start,
        offset_minutes,
        patient,
        patient_name: name(&display(Some(own.get("actor")))),
        participation,
        provider_id: id_in(provider, &["Practitioner", "PractitionerRole"]),
        provider_name: name(&display(provider)),
        location_id: id_in(location, &["Location"]),
        location: short("participant.actor.display", &display(location))?.to_string(),
        service: service(&node),
    })
}

fn missing(field: &str, what: &str) -> Refusal {
    Refusal::invalid("missing", field, format!("{field} is missing: {what}."))
}

fn text<'n>(node: &'n Node, field: &str) -> Result<Option<&'n str>, Refusal> {
    text_at(node, field, field)
}

/// A text; an empty one, like null, counts as missing.
fn text_at<'n>(node: &'n Node, key: &str, field: &str) -> Result<Option<&'n str>, Refusal> {
    match node.get(key) {
        Node::Null => Ok(None),
        Node::Text(t) if t.trim().is_empty() => Ok(None),
        Node::Text(t) => Ok(Some(short(field, t.trim())?)),
        Node::Twice => Err(Refusal::invalid("given_twice", field, format!("{field} is given twice. Send it once."))),
        _ => Err(Refusal::invalid("not_a_text", field, format!("{field} is not a text."))),
    }
}

fn short<'t>(field: &str, text: &'t str) -> Result<&'t str, Refusal> {
    if text.chars().count() > MOST_CHARACTERS {
        return Err(Refusal::invalid("too_long", field, format!("{field} is longer than {MOST_CHARACTERS} characters.")));
    }
    Ok(text)
}

/// A FHIR instant, and its offset where it says more than UTC.
fn instant(field: &str, text: &str) -> Result<(At, Option<i32>), Refusal> {
    let bad = || {
        Refusal::invalid(
            "bad_time",
            field,
            format!("{field} is not an instant with date, time and offset. Send it as 2026-03-10T20:00:00Z."),
        )
    };
    let at = chrono::DateTime::parse_from_rfc3339(text).map_err(|_| bad())?;
    // Nobody is texted about a year that no calendar on a wall shows.
    if !(1900..=9998).contains(&chrono::Datelike::year(&at)) {
        return Err(bad());
    }
    let minutes = at.offset().local_minus_utc() / 60;
    Ok((at.to_utc(), (minutes != 0).then_some(minutes)))
}

fn is(actor: &Node, kind: &str) -> bool {
    let reference = actor.get("reference").text().unwrap_or_default();
    id_of(reference, kind).is_some() || actor.get("type").text() == Some(kind)
}

/// The one patient it is for, and the participant that names them.
fn patient<'n, 'a>(node: &'n Node<'a>, people: &'n [Node<'a>]) -> Result<(PatientRef, &'n Node<'a>), Refusal> {
    let field = "participant.actor";
    let mut found: Option<(PatientRef, &Node)> = None;
    for participant in people {
        let actor = participant.get("actor");
        let inside = actor.get("reference").text().is_some_and(|r| r.starts_with('#'));
        if !is(actor, "Patient") && !inside {
            continue;
        }
        let reference = reference_to(node, actor);
        if reference == PatientRef::default() {
            continue;
        }
        match &found {
            Some((former, _)) if *former != reference => {
                return Err(Refusal::invalid("several_patients", field, "The appointment names several patients.".to_string()));
            }
            Some(_) => {}
            None => found = Some((reference, participant)),
        }
    }
    found.ok_or_else(|| {
        Refusal::invalid("no_patient", field, "No participant is a patient (participant.actor with Patient/id).".to_string())
    })
}

/// The first practitioner; one who is marked as performer or attender goes before others.
fn provider<'n, 'a>(people: &'n [Node<'a>]) -> Option<&'n Node<'a>> {
    let marked = |p: &Node| {
        let codes = p.get("type").list().iter().flat_map(|t| t.get("coding").list().iter());
        codes.into_iter().any(|c| matches!(c.get("code").text(), Some("PPRF" | "ATND" | "SPRF")))
    };
    let all: Vec<&Node> = people.iter().filter(|p| is(p.get("actor"), "Practitioner") || is(p.get("actor"), "PractitionerRole")).collect();
    all.iter().find(|p| marked(p)).or(all.first()).map(|p| p.get("actor"))
}

/// The service in words.
fn service(node: &Node) -> String {
    let in_words = |concept: &Node| {
        let coded = || concept.get("coding").list().iter().find_map(|c| c.get("display").text());
        concept.get("text").text().or_else(coded).map(|t| t.chars().take(MOST_CHARACTERS).collect::<String>())
    };
    let types = node.get("serviceType").list().iter().find_map(in_words);
    types.or_else(|| in_words(node.get("appointmentType"))).unwrap_or_default()
}

/// First and last name of a display: `Lee, Ann`, `Ann Lee`, `Dr. Al Ray, MD`.
fn name(display: &str) -> (String, String) {
    let title = |w: &str| {
        let bare: String = w.chars().filter(|c| c.is_alphabetic()).collect::<String>().to_ascii_uppercase();
        matches!(
            bare.as_str(),
            "MD" | "DO"
                | "NP"
                | "PA"
                | "PAC"
                | "RN"
                | "PHD"
                | "DR"
                | "PROF"
                | "MR"
                | "MRS"
                | "MS"
                | "FNP"
                | "APRN"
                | "CNP"
                | "DNP"
                | "PHARMD"
        )
    };
    let parts: Vec<Vec<&str>> = display
        .split(',')
        .map(|part| part.split_whitespace().filter(|w| !title(w)).collect::<Vec<_>>())
        .filter(|part: &Vec<&str>| !part.is_empty())
        .collect();
    match parts.as_slice() {
        [] => (String::new(), String::new()),
        [one] => match one.split_last() {
            Some((last, first)) => (first.join(" "), (*last).to_string()),
            None => (String::new(), String::new()),
        },
        [last, first, ..] => (first.join(" "), last.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_is_read_as_first_and_last_name() {
        for (display, first, last) in [
            ("Lee, Ann", "Ann", "Lee"),
            ("Ann Lee", "Ann", "Lee"),
            ("Dr. Al Ray, MD", "Al", "Ray"),
            ("Ray MD, Al J.", "Al J.", "Ray"),
            ("O'Brien-Núñez, Zoë Ana", "Zoë Ana", "O'Brien-Núñez"),
            ("Careful", "", "Careful"),
            ("MD", "", ""),
            ("", "", ""),
        ] {
            assert_eq!(name(display), (first.to_string(), last.to_string()), "{display}");
        }
    }
}
