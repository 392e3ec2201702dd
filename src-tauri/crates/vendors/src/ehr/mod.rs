//! The EHR's endpoint for patients' answers about visits (behaviour.md 2.4).

mod config;
pub mod mllp;
pub mod reply;
pub mod request;

pub use config::Config;

use crate::exchange::{Line, Stop};
use decide::outbox::{Effect, EhrRequest, Receipt};

/// Makes a request. The EHR cannot be asked what it has: after a lost answer the same request goes again, known by its
/// idempotency key, or in HL7 by its control id and by being the same to the byte. Not sending would lose a patient's answer.
pub async fn ask(c: &Config, line: &Line<'_>, effect: &Effect, r: &EhrRequest) -> Result<Receipt, Stop> {
    if r.via == "hl7" {
        let peer = c.mllp.as_deref().filter(|p| !p.is_empty()).ok_or_else(|| Stop::missing("ehr.mllp"))?;
        let bytes = line.tell(request::srm(c, peer, effect, r)).await?;
        return reply::acknowledged(&bytes, effect);
    }
    let Some(endpoint) = c.endpoint.as_deref().filter(|_| r.via == "json") else {
        return Err(Stop::missing(if r.via == "json" { "ehr.endpoint" } else { "ehr_request_via (json, hl7 or fhir)" }));
    };
    let answer = line.perform(request::post(endpoint, effect, r)).await?;
    reply::asked(&answer, effect)
}
