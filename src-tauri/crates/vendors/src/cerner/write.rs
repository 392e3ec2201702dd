//! Writes to the chart: search first, write, read back.

use super::reply::{created, refusal, Doing};
use super::resource::{carries, codes_of, document, marked, minutes, proves, same_reading, vitals, Vitals};
use super::{json, patient, request, Chart};
use crate::exchange::{problem, Stop};
use chrono::TimeDelta;
use decide::outbox::{ChartBody, ChartPurpose, ChartWrite, Effect, EffectState, ProblemKind, Receipt};
use decide::At;
use serde_json::Value as Json;

/// A document is looked for this far around its time: its period may be stored by the minute or the day.
const AROUND_HOURS: i64 = 24;

/// Writes once: what an earlier attempt (or the device's own vendor) put there is found and not written again.
pub async fn write(chart: &Chart<'_>, effect: &Effect, write: &ChartWrite) -> Result<Receipt, Stop> {
    let unknown = matches!(effect.state, EffectState::Unknown { .. });
    let unsettled = |stop: Stop| if unknown { stop.still_unknown() } else { stop };
    if let ChartBody::Amend { observation_id, note } = &write.body {
        return amend(chart, observation_id, note, &write.marker).await.map_err(unsettled);
    }
    // What is missing is said before anything is asked.
    build(chart, "", write)?;
    let patient = patient::resolve(chart, &write.mrn, write.fhir_id.as_deref()).await.map_err(unsettled)?;
    let resource = build(chart, &patient, write)?;
    let retried = unknown || effect.attempts > 0;
    if retried || write.purpose == ChartPurpose::Reviewed {
        if let Some(found) = find(chart, &patient, write, &resource).await.map_err(unsettled)? {
            return Ok(Receipt { reference: found, taken_at: None, found_by_looking: true, status: None });
        }
    }
    let kind = kind_of(&write.body);
    let answer = chart.perform(kind, "c", request::create(chart.config, &resource)).await?;
    let id = created(&answer, kind)?;
    if decide::planted::on(decide::planted::Fault::ReadBackForgotten) {
        return Ok(Receipt { reference: format!("{kind}/{id}"), taken_at: None, found_by_looking: false, status: None });
    }
    read_back(chart, kind, &id, &resource, &write.marker).await
}

fn kind_of(body: &ChartBody) -> &'static str {
    match body {
        ChartBody::Document { .. } => "DocumentReference",
        _ => "Observation",
    }
}

fn build(chart: &Chart<'_>, patient: &str, write: &ChartWrite) -> Result<Json, Stop> {
    let c = chart.config;
    match &write.body {
        ChartBody::Observation { vital, loinc, value, effective, note } => vitals(
            c,
            patient,
            &Vitals { vital: *vital, loinc, value: *value, effective: *effective },
            &marked(note.as_deref(), &write.marker),
        ),
        ChartBody::Minutes { minutes: m, at } => minutes(c, patient, *m, *at, &marked(Some("Interaction time"), &write.marker)),
        ChartBody::Document { title, text, at } => {
            let own = if write.purpose == ChartPurpose::OptOut { c.codes.opt_out_type.as_ref() } else { None };
            let kind = own.or(c.codes.note_type.as_ref()).ok_or_else(|| Stop::missing("cerner.codes.note_type"))?;
            Ok(document(c, patient, kind, title, text, *at, &write.marker))
        }
        ChartBody::Amend { .. } => Ok(Json::Null),
    }
}

/// The reference of what is there already.
async fn find(chart: &Chart<'_>, patient: &str, write: &ChartWrite, ours: &Json) -> Result<Option<String>, Stop> {
    let c = chart.config;
    let second = |at: At| at - TimeDelta::milliseconds(at.timestamp_subsec_millis().into());
    let (kind, reading, request) = match &write.body {
        ChartBody::Observation { vital, loinc, value, effective, .. } => {
            let reading = Vitals { vital: *vital, loinc, value: *value, effective: *effective };
            let from = second(*effective);
            let request = request::observations_at(c, patient, &codes_of(&reading), from, from + TimeDelta::seconds(1));
            ("Observation", Some(reading), request)
        }
        // A search by a proprietary code among vital signs finds nothing: by time, then.
        ChartBody::Minutes { at, .. } => {
            ("Observation", None, request::observations_at(c, patient, "", second(*at), second(*at) + TimeDelta::seconds(1)))
        }
        ChartBody::Document { at, .. } => {
            let around = TimeDelta::hours(AROUND_HOURS);
            ("DocumentReference", None, request::documents(c, patient, *at - around, *at + around))
        }
        ChartBody::Amend { .. } => return Ok(None),
    };
    let mut same = None;
    for resource in chart.pages(kind, request).await? {
        let resource: Json = serde_json::from_str(resource.get()).unwrap_or_default();
        let Some(id) = resource["id"].as_str() else { continue };
        if carries(&resource, &write.marker) && resource["status"] != "entered-in-error" {
            return Ok(Some(format!("{kind}/{id}")));
        }
        if reading.as_ref().is_some_and(|r| same_reading(&resource, r)) || proves(&resource, ours, &write.marker) {
            same = Some(format!("{kind}/{id}"));
        }
    }
    Ok(same)
}

/// Only what the chart shows again was charted.
async fn read_back(chart: &Chart<'_>, kind: &str, id: &str, sent: &Json, marker: &str) -> Result<Receipt, Stop> {
    // The write was taken: whatever goes wrong from here, look before writing again.
    let unproven = |said: &str| Stop::Unknown(problem(ProblemKind::NotProven, None, None, said));
    let answer = chart.ask(kind, "r", request::read(chart.config, kind, id)).await.map_err(Stop::still_unknown)?;
    match answer.status {
        200 => {}
        404 | 410 => return Err(unproven("the chart took the record and does not show it")),
        _ => return Err(refusal(&answer, Doing::Reading).still_unknown()),
    }
    let resource = json(&answer).map_err(Stop::still_unknown)?;
    if !proves(&resource, sent, marker) {
        // It would not be found again either: writing once more would only double it.
        return Err(Stop::Reject(problem(
            ProblemKind::NotProven,
            None,
            None,
            "the chart shows something else than was written: check the record there",
        )));
    }
    Ok(Receipt {
        reference: format!("{kind}/{id}"),
        taken_at: None,
        found_by_looking: false,
        status: resource["status"].as_str().map(str::to_string),
    })
}

/// Marks an Observation of the chart as amended, with a note.
async fn amend(chart: &Chart<'_>, id: &str, note: &str, marker: &str) -> Result<Receipt, Stop> {
    let answer = chart.ask("Observation", "r", request::read(chart.config, "Observation", id)).await?;
    if answer.status != 200 {
        return Err(refusal(&answer, Doing::Reading));
    }
    let mut resource = json(&answer)?;
    if carries(&resource, marker) {
        return Ok(Receipt {
            reference: format!("Observation/{id}"),
            taken_at: None,
            found_by_looking: true,
            status: resource["status"].as_str().map(str::to_string),
        });
    }
    if matches!(resource["status"].as_str(), Some("entered-in-error" | "cancelled")) {
        return Err(Stop::Reject(problem(ProblemKind::Invalid, None, None, "the chart has taken that reading back")));
    }
    let version = resource["meta"]["versionId"].as_str().map(str::to_string).or_else(|| etag(answer.header("etag")?));
    let version =
        version.ok_or_else(|| Stop::Reject(problem(ProblemKind::Invalid, None, None, "the chart does not say the record's version")))?;
    resource["status"] = "amended".into();
    let added = serde_json::json!({ "text": marked(Some(note), marker) });
    match resource["note"].as_array_mut() {
        Some(notes) => notes.push(added),
        None => resource["note"] = serde_json::json!([added]),
    }
    let answer = chart.perform("Observation", "u", request::replace(chart.config, id, &version, &resource)).await?;
    if !(200..300).contains(&answer.status) {
        return Err(refusal(&answer, Doing::Updating));
    }
    read_back(chart, "Observation", id, &resource, marker).await
}

pub(super) fn etag(header: &str) -> Option<String> {
    Some(header.trim().trim_start_matches("W/").trim_matches('"').to_string()).filter(|v| !v.is_empty())
}
