//! What the built-in chart knows of the appointments in a scenario.

use super::bench::Bench;
use decide::{VisitEvent, VisitEventType};
use sandbox::Sandbox;
use serde_json::{json, Value};

/// An event comes from the EHR, so its chart has the appointment.
pub(super) fn has(bench: &Bench, sandbox: &Sandbox, e: &VisitEvent) {
    let status = match e.event_type {
        VisitEventType::Canceled => "cancelled",
        VisitEventType::NoShowed => "noshow",
        _ => "booked",
    };
    let answer = if e.event_type == VisitEventType::Confirmed { "accepted" } else { "tentative" };
    let patient = bench.with(|engine| engine.desk.patients.get(&e.patient_id).and_then(|p| p.fhir_id.clone())).flatten();
    let actor = json!({ "reference": format!("Patient/{}", patient.as_deref().unwrap_or(e.patient_id.expose())) });
    sandbox.add_appointment(json!({
        "resourceType": "Appointment", "id": e.appointment_id, "status": status, "start": e.instant().to_rfc3339(),
        "participant": [{ "actor": actor, "status": answer }],
    }));
}

/// The Appointments of a step: itself, or a Bundle's entries.
pub(super) fn appointments_in(resource: &Value) -> Vec<&Value> {
    let inside = resource["entry"].as_array().into_iter().flatten().map(|e| &e["resource"]);
    std::iter::once(resource).chain(inside).filter(|r| r["resourceType"] == "Appointment").collect()
}
