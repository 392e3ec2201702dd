//! Effect -> request.

use crate::transport::Request;
use decide::outbox::{Effect, EhrRequest, Vendor};

/// Posts exactly the five fields; the key tells a repeat from a second wish.
pub fn post(endpoint: &str, effect: &Effect, r: &EhrRequest) -> Request {
    Request::new(Vendor::Ehr, http::Method::POST, endpoint)
        .header("Idempotency-Key", format!("careloop-{}-{}", effect.id, effect.owed_at.timestamp_millis()))
        .json("application/json", &r.body())
}
