//! How each vendor is spoken to. Never decides whether, only how: an effect in, a `Delivery` out.

pub mod transport;

pub use transport::{Fault, HttpTransport, Request, Response, Transport};
