//! Bytes in over HTTP and MLLP. Knows no patient, no rule and no SQL; says that it has them only once they are kept.
//!
//! `POST /hooks/{workspace key}/fhir | twilio/inbound | twilio/status | pagerduty | appointments | studio`, and
//! outside the key `GET /healthz` and `GET /metrics`.

mod answer;
mod appointments;
mod body;
mod count;
mod fhir;
mod gate;
mod keep;
mod limits;
pub mod mllp;
mod pagerduty;
mod probe;
mod serve;
mod studio;
mod twilio;

pub use keep::{AuthView, Found, Incoming, Keep, Kept, NotKept, Outcome};
pub use limits::{Limits, Rates};
pub use serve::serve;

use axum::routing::{get, post};
use axum::Router;
use gate::Gate;
use std::sync::Arc;

/// The hooks, ready to be served, or merged into a host's own router.
pub fn router(keep: Arc<dyn Keep>, limits: Limits) -> Router {
    let gate = Arc::new(Gate::new(keep, limits));
    Router::new()
        .route("/hooks/{key}/fhir", post(fhir::take).fallback(fhir::wrong_method))
        .route("/hooks/{key}/twilio/inbound", post(twilio::inbound).fallback(probe::wrong_method))
        .route("/hooks/{key}/twilio/status", post(twilio::status).fallback(probe::wrong_method))
        .route("/hooks/{key}/pagerduty", post(pagerduty::take).fallback(probe::wrong_method))
        .route("/hooks/{key}/appointments", post(appointments::take).fallback(probe::wrong_method))
        .route("/hooks/{key}/studio", post(studio::take).fallback(probe::wrong_method))
        .route("/healthz", get(probe::health))
        .route("/metrics", get(probe::metrics))
        .with_state(gate)
}
