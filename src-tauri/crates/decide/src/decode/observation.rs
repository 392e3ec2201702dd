//! One Observation.

use super::node::Node;
use super::shape::shape;
use super::subject::{nobody, subject, People};
use super::units::{self, LOINC};
use super::value::{value, Bad};
use super::when::measured;
use crate::input::{Decoded, Withdrawal};
use crate::{Arrival, Misread, ObservationStatus, PatientRef, Unusable, Vital};

/// Decodes a resource; anything but an Observation is a misread.
pub(super) fn resource(node: &Node, people: &People) -> Decoded {
    match node.get("resourceType").text() {
        Some("Observation") => observation(node, people),
        Some(_) => Decoded::Misread(misread(
            node,
            Unusable::NotAnObservation,
            "resourceType",
            "This resource is not an Observation. Only Observations are readings.",
        )),
        None => {
            Decoded::Misread(misread(node, Unusable::NotAnObservation, "resourceType", "The resourceType is missing. Send Observation."))
        }
    }
}

/// A resource of which nothing more is known.
pub(super) fn misread(node: &Node, reason: Unusable, field: &str, detail: &str) -> Misread {
    Misread {
        reason,
        field: field.into(),
        detail: detail.into(),
        patient: PatientRef::default(),
        vital: None,
        candidates: Vec::new(),
        measured: None,
        status: None,
        source_id: source_id(node),
        shape: shape(node),
    }
}

fn observation(o: &Node, people: &People) -> Decoded {
    let status = status(o);
    let coded = vital(o);
    let measured = measured(o);
    let patient = subject(o, people);
    let source_id = source_id(o);
    let version = o.get("meta").get("versionId").text().map(str::to_string);
    let shape = shape(o);
    let vital = coded.as_ref().ok().map(|(v, _)| *v);
    let value = coded.as_ref().map_err(Bad::clone).and_then(|(v, loinc)| value(o, *v, loinc));
    let nobody = nobody(&patient);

    if let (Ok(status), Ok((vital, loinc)), Ok(value), Ok(measured), None) = (&status, &coded, &value, &measured, &nobody) {
        return Decoded::Reading(Arrival {
            patient,
            vital: *vital,
            value: value.value,
            comparator: value.comparator,
            loinc: loinc.clone(),
            given: value.given.clone(),
            measured: *measured,
            status: *status,
            source_id,
            version,
            shape,
        });
    }
    let traceable = source_id.is_some() || (vital.is_some() && measured.is_ok() && nobody.is_none());
    if let (Ok(status), true) = (&status, traceable) {
        if status.withdraws() {
            return Decoded::Withdrawal(Withdrawal { patient, vital, measured: measured.ok(), status: *status, source_id, version, shape });
        }
    }
    // What the number would mean is kept whatever else is wrong: a critical one must be seen.
    let (candidates, unusable) = match value {
        Ok(got) => (vec![got.value], None),
        Err(bad) => (bad.candidates.clone(), Some(bad)),
    };
    let known = (status.as_ref().ok().copied(), measured.as_ref().ok().copied());
    let first = [unusable, status.err(), measured.err(), nobody].into_iter().flatten().next();
    let bad = first.unwrap_or_else(|| Bad::new(Unusable::Unreadable, "Observation", "The Observation cannot be read. Look at the record."));
    Decoded::Misread(Misread {
        reason: bad.reason,
        field: bad.field,
        detail: bad.detail,
        patient,
        vital,
        candidates,
        measured: known.1,
        status: known.0,
        source_id,
        shape,
    })
}

/// `Observation.status`.
fn status(o: &Node) -> Result<ObservationStatus, Bad> {
    use ObservationStatus::*;
    let all = [Registered, Preliminary, Final, Amended, Corrected, Cancelled, EnteredInError, Unknown];
    let found = o.get("status").text().and_then(|t| all.into_iter().find(|s| s.code() == t));
    found.ok_or_else(|| {
        let what = if o.get("status").absent() { "The status is missing." } else { "The status is not a FHIR observation status." };
        Bad::new(Unusable::UnknownStatus, "Observation.status", format!("{what} Send final, or what applies."))
    })
}

/// The vital that the LOINC codings name, with the code that named it.
fn vital(o: &Node) -> Result<(Vital, String), Bad> {
    const FIELD: &str = "Observation.code.coding.code";
    let mut found: Option<(Vital, &str)> = None;
    for coding in o.get("code").get("coding").list() {
        if coding.get("system").text() != Some(LOINC) {
            continue;
        }
        let Some(code) = coding.get("code").text() else { continue };
        let Some(vital) = units::vital(code) else { continue };
        match found {
            Some((former, _)) if former != vital => {
                return Err(Bad::new(
                    Unusable::UnknownCode,
                    FIELD,
                    format!("The codes name two vitals, {} and {}. Send the codes of one.", former.words(), vital.words()),
                ));
            }
            Some((Vital::Bp, part)) if part == units::SYSTOLIC || part == units::DIASTOLIC => found = Some((vital, code)),
            Some(_) => {}
            None => found = Some((vital, code)),
        }
    }
    found.map(|(v, c)| (v, c.to_string())).ok_or_else(|| {
        let what = if o.get("code").get("coding").list().is_empty() {
            "The code is missing."
        } else {
            "No LOINC code of a vital that this console watches is there."
        };
        Bad::new(
            Unusable::UnknownCode,
            FIELD,
            format!("{what} Send a LOINC code (system {LOINC}) of blood pressure, glucose, weight, oxygen saturation or heart rate."),
        )
    })
}

/// `id`, else the first identifier that has a value.
fn source_id(o: &Node) -> Option<String> {
    if let Some(id) = o.get("id").text() {
        return Some(id.to_string());
    }
    let identifier = o.get("identifier").list().iter().find(|i| i.get("value").text().is_some())?;
    let value = identifier.get("value").text()?;
    Some(identifier.get("system").text().map_or(value.to_string(), |system| format!("{system}|{value}")))
}
