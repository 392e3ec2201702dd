//! The built-in vendors: Oracle Health (Cerner) FHIR R4, Twilio, PagerDuty, Slack and an EHR endpoint,
//! speaking the real protocols, strictly.
//!
//! The same state answers in-process ([`SandboxTransport`]) and over real loopback HTTP ([`Sandbox::serve`]).
//! Time is injected and ids are counted, so that a run by a hand-driven clock repeats exactly.

mod callback;
mod cerner;
mod config;
mod ehr;
mod exchange;
mod fault;
mod hosting;
mod journal;
mod mllp;
mod pagerduty;
mod pump;
mod sandbox;
mod slack;
mod transport;
mod twilio;

pub use callback::Callback;
pub use cerner::ChartPatient;
pub use config::{Bases, CernerConfig, Coding, EhrConfig, PagerDutyConfig, SandboxConfig, SlackConfig, TwilioConfig};
pub use fault::{FaultState, VendorFault};
pub use hosting::Served;
pub use journal::{Accepted, AcceptedKind};
pub use pagerduty::{OpenIncident, PageAct};
pub use pump::Pump;
pub use sandbox::{Clock, NotPossible, Sandbox};
pub use transport::{Crash, CrashPoint, SandboxTransport};
