//! The EHR's endpoint for patients' answers about visits (behaviour.md 2.4).

mod config;
pub mod reply;
pub mod request;

pub use config::Config;

use crate::exchange::{Line, Stop};
use decide::outbox::{Effect, EhrRequest, Receipt};

/// Makes a request. The endpoint cannot be asked what it has: a repeat carries the same idempotency key.
pub async fn ask(c: &Config, line: &Line<'_>, effect: &Effect, r: &EhrRequest) -> Result<Receipt, Stop> {
    let Some(endpoint) = c.endpoint.as_deref().filter(|_| r.via == "json") else {
        return Err(Stop::missing(if r.via == "json" { "ehr.endpoint" } else { "ehr_request_via (json is connected)" }));
    };
    let answer = line.perform(request::post(endpoint, effect, r)).await?;
    reply::asked(&answer, effect)
}
