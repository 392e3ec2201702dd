//! How each vendor is spoken to. Never decides whether, only how: an effect in, a `Delivery` out.

pub mod callback;
pub mod cerner;
mod check;
mod connections;
mod deliver;
pub mod ehr;
mod exchange;
#[cfg(test)]
mod fake;
pub mod fields;
pub mod form;
pub mod pagerduty;
mod recording;
mod secret;
pub mod slack;
pub mod transport;
pub mod trial;
pub mod twilio;

pub use callback::BadCallback;
pub use check::{check, CheckLine, Verdict};
pub use connections::{Connections, VendorConfig};
pub use deliver::deliver;
pub use recording::Recording;
pub use secret::Secret;
pub use transport::{Fault, Hl7Message, HttpTransport, Request, Response, Transport};
