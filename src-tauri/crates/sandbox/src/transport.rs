//! The vendor transport in-process: no sockets, no sleeping, the same vendors.

use crate::exchange::Ask;
use crate::sandbox::{Outcome, Sandbox};
use async_trait::async_trait;
use decide::outbox::Vendor;
use std::sync::Arc;
use vendors::{Fault, Hl7Message, Request, Response, Transport};

/// A moment of a write at which the power may be cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrashPoint {
    /// Nothing has left yet.
    BeforeSend,
    /// The vendor has accepted it; nobody here knows.
    AfterAccept,
}

/// Decides whether the power is cut at such a moment.
pub trait Crash: Send + Sync {
    /// True: it is. The host must then write nothing more.
    fn cuts(&self, point: CrashPoint, request: &Request) -> bool;
}

impl<F: Fn(CrashPoint, &Request) -> bool + Send + Sync> Crash for F {
    fn cuts(&self, point: CrashPoint, request: &Request) -> bool {
        self(point, request)
    }
}

/// Carries requests to the built-in vendors by base URL `http://{vendor}.sandbox`.
pub struct SandboxTransport {
    sandbox: Arc<Sandbox>,
    crash: Option<Arc<dyn Crash>>,
}

impl SandboxTransport {
    /// To these vendors.
    pub fn new(sandbox: Arc<Sandbox>) -> SandboxTransport {
        SandboxTransport { sandbox, crash: None }
    }

    /// With crash points, asked for every request that performs an effect.
    pub fn with_crash(sandbox: Arc<Sandbox>, crash: Arc<dyn Crash>) -> SandboxTransport {
        SandboxTransport { sandbox, crash: Some(crash) }
    }

    /// One exchange, at once; what [`Transport::send`] does, for hosts without an executor.
    pub fn exchange(&self, request: &Request) -> Result<Response, Fault> {
        let Some((vendor, ask)) = addressed(request) else {
            return Err(Fault::NotSent("no such host".into()));
        };
        let cut = |point| request.write && self.crash.as_ref().is_some_and(|c| c.cuts(point, request));
        if cut(CrashPoint::BeforeSend) {
            return Err(Fault::Unknown("power cut".into()));
        }
        let (outcome, accepted) = self.sandbox.exchange(vendor, &ask, request.effect);
        if accepted && cut(CrashPoint::AfterAccept) {
            return Err(Fault::Unknown("power cut".into()));
        }
        match outcome {
            Outcome::Refused => Err(Fault::NotSent("connection refused".into())),
            Outcome::Cut => Err(Fault::Unknown("connection closed before the answer".into())),
            Outcome::Answered { delay, .. } if delay >= request.timeout => Err(Fault::Unknown("timed out".into())),
            Outcome::Answered { answer, .. } => Ok(Response { status: answer.status, headers: answer.headers, body: answer.body }),
        }
    }
}

#[async_trait]
impl Transport for SandboxTransport {
    async fn send(&self, request: Request) -> Result<Response, Fault> {
        self.exchange(&request)
    }

    async fn hl7(&self, message: Hl7Message) -> Result<Vec<u8>, Fault> {
        let mut request = Request::new(Vendor::Ehr, http::Method::POST, format!("mllp://{}", message.peer));
        (request.effect, request.write) = (message.effect, true);
        let cut = |point| self.crash.as_ref().is_some_and(|c| c.cuts(point, &request));
        if cut(CrashPoint::BeforeSend) {
            return Err(Fault::Unknown("power cut".into()));
        }
        let before = self.sandbox.accepted().len();
        let answer = self.sandbox.ehr_hl7(&String::from_utf8_lossy(&message.body), message.effect, message.timeout);
        if self.sandbox.accepted().len() > before && cut(CrashPoint::AfterAccept) {
            return Err(Fault::Unknown("power cut".into()));
        }
        answer.map(String::into_bytes)
    }
}

/// The vendor of a URL, and the request as it sees it.
fn addressed(request: &Request) -> Option<(Vendor, Ask)> {
    let uri: http::Uri = request.url.parse().ok()?;
    let vendor = Vendor::named(uri.host()?.strip_suffix(".sandbox")?)?;
    let headers = request.headers.iter().map(|(n, v)| (n.to_ascii_lowercase(), v.clone())).collect();
    let ask = Ask {
        method: request.method.clone(),
        origin: format!("{}://{}", uri.scheme_str()?, uri.authority()?),
        path: uri.path().to_string(),
        query: uri.query().unwrap_or("").to_string(),
        headers,
        body: request.body.clone(),
    };
    Some((vendor, ask))
}
