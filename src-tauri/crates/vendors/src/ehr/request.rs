//! Effect -> request.

use super::Config;
use crate::transport::{Hl7Message, Request, PATIENCE};
use decide::hl7;
use decide::outbox::{Effect, EhrRequest, Vendor};

/// Posts exactly the five fields; the key tells a repeat from a second wish.
pub fn post(endpoint: &str, effect: &Effect, r: &EhrRequest) -> Request {
    Request::new(Vendor::Ehr, http::Method::POST, endpoint)
        .header("Idempotency-Key", format!("careloop-{}-{}", effect.id, effect.owed_at.timestamp_millis()))
        .json("application/json", &r.body())
}

/// MSH-10 of an effect's message, the same at every attempt: at most 20 characters (HL7 2.5).
pub fn control_id(effect: &Effect) -> String {
    format!("{}-{:x}", effect.id, effect.owed_at.timestamp()).chars().take(20).collect()
}

/// SRM^S03 or SRM^S04, stamped with when it was owed: a repeat is the same to the byte.
pub fn srm(c: &Config, peer: &str, effect: &Effect, r: &EhrRequest) -> Hl7Message {
    let control_id = control_id(effect);
    let request = hl7::Request {
        kind: if r.event_type == "CANCEL" { hl7::RequestKind::Cancel } else { hl7::RequestKind::Confirm },
        appointment_id: r.appointment_id.clone(),
        patient_id: r.patient_id.clone(),
        provider_id: r.provider_id.clone(),
        control_id: control_id.clone(),
        from: ("CARELOOP".into(), String::new()),
        to: (c.application.clone(), c.facility.clone()),
        test: false,
    };
    let body = hl7::srm(&request, effect.owed_at).into_bytes();
    Hl7Message { peer: peer.into(), body, control_id, effect: Some(effect.id), timeout: PATIENCE }
}
