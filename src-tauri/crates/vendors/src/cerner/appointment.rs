//! A patient's answer as a patch of the chart's Appointment (contracts.md 1.10).
//!
//! Confirming is the patient's participation accepted, cancelling the status cancelled. The chart is always read first:
//! a patch needs the version it was read at, and what stands there already is not asked for again.

use super::reply::{refusal, Doing};
use super::write::etag;
use super::{json, request, Chart};
use crate::exchange::{problem, Stop};
use decide::outbox::{EhrRequest, ProblemKind, Receipt};
use serde_json::{json as js, Value as Json};

/// Somebody else may be working on the same appointment: so often it is read anew before the courier waits.
const READS: usize = 3;
/// http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason
const REASON_SYSTEM: &str = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason";

/// Asks once: reads, patches at that version, and reads anew when it was changed meanwhile.
pub async fn ask(chart: &Chart<'_>, r: &EhrRequest) -> Result<Receipt, Stop> {
    let mut stop = None;
    for _ in 0..READS {
        // Reading settles an unknown outcome, too: what stands there was done.
        let (appointment, version) = read(chart, &r.appointment_id).await?;
        if stands(&appointment, r)? {
            return Ok(receipt(r, true));
        }
        let request = request::patch_appointment(chart.config, &r.appointment_id, &version, &patch(r));
        let answer = chart.perform("Appointment", "u", request).await?;
        match answer.status {
            200..=299 => return Ok(receipt(r, false)),
            409 | 412 => stop = Some(refusal(&answer, Doing::Updating)),
            _ => return Err(refusal(&answer, Doing::Updating)),
        }
    }
    Err(stop.unwrap_or_else(|| refused("the appointment changes too often")))
}

fn receipt(r: &EhrRequest, found: bool) -> Receipt {
    Receipt { reference: format!("Appointment/{}", r.appointment_id), taken_at: None, found_by_looking: found, status: None }
}

fn refused(said: &str) -> Stop {
    Stop::Reject(problem(ProblemKind::Invalid, None, None, said))
}

/// The appointment and its version.
async fn read(chart: &Chart<'_>, id: &str) -> Result<(Json, String), Stop> {
    let answer = chart.ask("Appointment", "r", request::read(chart.config, "Appointment", id)).await?;
    if answer.status != 200 {
        return Err(refusal(&answer, Doing::Reading));
    }
    let appointment = json(&answer)?;
    let version = appointment["meta"]["versionId"].as_str().map(str::to_string).or_else(|| etag(answer.header("etag")?));
    let version = version.ok_or_else(|| refused("the chart does not say the appointment's version"))?;
    Ok((appointment, version))
}

/// Whether the chart says already what is asked for; an error if it can say so no more.
fn stands(appointment: &Json, r: &EhrRequest) -> Result<bool, Stop> {
    let status = appointment["status"].as_str().unwrap_or_default();
    let over = matches!(status, "cancelled" | "entered-in-error");
    if r.event_type == "CANCEL" {
        return match status {
            _ if over => Ok(true),
            "fulfilled" | "noshow" => Err(refused("the chart says that the appointment is over")),
            _ => Ok(false),
        };
    }
    if over {
        return Err(refused("the chart says that the appointment is cancelled"));
    }
    let mut people = appointment["participant"].as_array().into_iter().flatten();
    let patient = people.find(|p| p["actor"]["reference"].as_str().is_some_and(|r| r.contains("Patient/")));
    Ok(patient.is_some_and(|p| p["status"] == "accepted"))
}

fn patch(r: &EhrRequest) -> Json {
    if r.event_type == "CANCEL" {
        let reason = js!({ "coding": [{ "system": REASON_SYSTEM, "code": "pat-crs", "display": "Patient: Canceled via automated reminder system" }] });
        return js!([
            { "op": "replace", "path": "/status", "value": "cancelled" },
            { "op": "add", "path": "/cancelationReason", "value": reason },
        ]);
    }
    // Not a path of the resource: the chart's own name for the patient's participation.
    js!([{ "op": "replace", "path": "/patient-status", "value": "accepted" }])
}
