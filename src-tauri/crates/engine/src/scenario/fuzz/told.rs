//! The visits that steps tell of, in the fields of an appointment event, whichever way they come in.

use crate::scenario::file::{Scenario, Step, StepAct};
use chrono::NaiveDateTime;
use serde_json::{json, Value};

/// The event that a step tells of; none: it tells of no visit.
pub fn told(scenario: &Scenario, step: &Step) -> Option<Value> {
    match &step.act {
        StepAct::Appointment { event } => Some(event.clone()),
        StepAct::Hl7 { message } => siu(message),
        StepAct::FhirAppointment { resource } => appointment(scenario, resource),
        _ => None,
    }
}

/// A SIU message of a made-up day.
fn siu(message: &str) -> Option<Value> {
    let field = |segment: &str, n: usize| {
        let line = message.split('\r').find(|l| l.starts_with(segment))?;
        line.split('|').nth(n)
    };
    let part = |text: &str, n: usize| text.split('^').nth(n).unwrap_or_default().to_string();
    // MSH-1 is the bar itself.
    let kind = match part(field("MSH", 8)?, 1).as_str() {
        "S12" => "BOOKED",
        "S13" => "RESCHEDULED",
        "S14" => "MODIFIED",
        "S15" => "CANCELED",
        "S26" => "NOSHOWED",
        _ => return None,
    };
    let (wall, zone) = stamp(field("AIS", 4)?)?;
    let (sent, _) = stamp(field("MSH", 6)?)?;
    let mut event = json!({
        "event_type": kind,
        "event_datetime_utc": (sent + chrono::TimeDelta::hours(5)).format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "patient_id": part(field("PID", 3)?, 0),
        "appointment_id": part(field("SCH", 2)?, 0),
        "appointment_location": field("AIL", 3)?,
        "appointment_datetime": wall.format("%Y-%m-%dT%H:%M:%S").to_string(),
        "appointment_timezone": zone,
    });
    let digits: String = part(field("PID", 13)?, 0).chars().filter(char::is_ascii_digit).collect();
    if !digits.is_empty() {
        event["patient_phone"] = json!(format!("+1{digits}"));
    }
    Some(event)
}

fn stamp(text: &str) -> Option<(NaiveDateTime, String)> {
    let wall = NaiveDateTime::parse_from_str(text.get(..14)?, "%Y%m%d%H%M%S").ok()?;
    Some((wall, text.get(14..)?.to_string()))
}

/// An Appointment of a made-up day.
fn appointment(scenario: &Scenario, resource: &Value) -> Option<Value> {
    let kind = match resource["status"].as_str()? {
        "booked" => "BOOKED",
        "cancelled" => "CANCELED",
        "noshow" => "NOSHOWED",
        _ => return None,
    };
    let who = resource["participant"][0]["actor"]["reference"].as_str()?.rsplit('/').next();
    let patient = scenario.patients.iter().find(|p| p.fhir_id.as_deref() == who)?;
    let mut event = json!({
        "event_type": kind,
        "event_datetime_utc": resource["meta"]["lastUpdated"],
        "patient_id": patient.mrn,
        "appointment_id": resource["id"],
        "appointment_datetime": resource["start"].as_str()?.trim_end_matches('Z'),
        "appointment_timezone": "+0000",
    });
    if let Some(phone) = patient.phone.as_ref().filter(|_| !patient.no_mobile) {
        event["patient_phone"] = json!(phone);
    }
    Some(event)
}
