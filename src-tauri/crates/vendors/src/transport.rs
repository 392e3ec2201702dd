//! The seam between connectors and the network: real HTTP, or the built-in vendors in-process.

use async_trait::async_trait;
use decide::outbox::Vendor;
use std::time::Duration;

/// How long a vendor may take to answer before the outcome is unknown.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// One HTTP request to a vendor. `effect` and `write` are for the host (tracing, faults); they are not sent.
#[derive(Clone)]
pub struct Request {
    pub vendor: Vendor,
    pub method: http::Method,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The effect this serves, if any.
    pub effect: Option<u64>,
    /// True for the request that performs the effect (not a look, not a token).
    pub write: bool,
    pub timeout: Duration,
}

impl Request {
    /// A request without headers or body; it is given `PATIENCE` to be answered.
    pub fn new(vendor: Vendor, method: http::Method, url: impl Into<String>) -> Self {
        Self { vendor, method, url: url.into(), headers: Vec::new(), body: Vec::new(), effect: None, write: false, timeout: PATIENCE }
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_string(), value.into()));
        self
    }

    /// `Authorization: Basic`.
    pub fn basic(self, name: &str, password: &str) -> Self {
        use base64::Engine;
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{name}:{password}"));
        self.header("authorization", format!("Basic {pair}"))
    }

    /// A form body.
    pub fn form<N: AsRef<str>, V: AsRef<str>>(mut self, pairs: &[(N, V)]) -> Self {
        self.body = crate::form::write(pairs).into_bytes();
        self.header("content-type", "application/x-www-form-urlencoded")
    }

    /// A JSON body of that media type.
    pub fn json(mut self, media_type: &str, value: &serde_json::Value) -> Self {
        self.body = value.to_string().into_bytes();
        self.header("content-type", media_type)
    }

    /// A header by its lower-case name.
    pub fn sent_header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }
}

impl std::fmt::Debug for Request {
    /// Method and vendor only: URLs and bodies may name people.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} (effect {:?})", self.method, self.vendor.name(), self.effect)
    }
}

/// The vendor's answer.
#[derive(Clone)]
pub struct Response {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    /// A header by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// `Retry-After` in seconds; a date is counted from the answer's own `Date`.
    pub fn retry_after(&self) -> Option<u32> {
        let wait = self.header("retry-after")?.trim();
        if let Ok(seconds) = wait.parse() {
            return Some(seconds);
        }
        let date = |text: &str| chrono::DateTime::parse_from_rfc2822(text.trim()).ok();
        let seconds = (date(wait)? - date(self.header("date")?)?).num_seconds();
        u32::try_from(seconds.max(0)).ok()
    }
}

/// No answer came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Certainly not sent: refused connection, no such host.
    NotSent(String),
    /// It may have been received: timed out, or the line was cut.
    Unknown(String),
}

/// One HL7 message to a peer over MLLP; like a `Request` that performs an effect.
#[derive(Clone)]
pub struct Hl7Message {
    /// `host:port`.
    pub peer: String,
    /// Without its frame.
    pub body: Vec<u8>,
    /// MSH-10: what the answer must name.
    pub control_id: String,
    pub effect: Option<u64>,
    pub timeout: Duration,
}

/// Carries requests to vendors.
#[async_trait]
pub trait Transport: Send + Sync {
    /// One request, one answer; never retries, never follows redirects.
    async fn send(&self, request: Request) -> Result<Response, Fault>;

    /// One HL7 message, its acknowledgement as it came; never retries.
    async fn hl7(&self, _message: Hl7Message) -> Result<Vec<u8>, Fault> {
        Err(Fault::NotSent("HL7 is not carried here".into()))
    }
}

/// Real HTTP.
pub struct HttpTransport {
    client: reqwest::Client,
    /// For this machine itself: a proxy in the environment must not see those.
    direct: reqwest::Client,
    lines: crate::ehr::mllp::Lines,
}

impl HttpTransport {
    /// Clients without redirects or hidden retries (a retry below the ledger would not be on the trail).
    pub fn new() -> Result<Self, reqwest::Error> {
        let common = || {
            reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .connect_timeout(Duration::from_secs(5))
                // A line kept open longer is likely closed at the other end, which would look like a lost answer.
                .pool_idle_timeout(Duration::from_secs(20))
        };
        Ok(Self { client: common().build()?, direct: common().no_proxy().build()?, lines: Default::default() })
    }

    fn client_for(&self, url: &str) -> &reqwest::Client {
        let host = url.parse::<http::Uri>().ok().and_then(|u| u.host().map(|h| h.trim_matches(['[', ']']).to_string())).unwrap_or_default();
        let here = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if here {
            &self.direct
        } else {
            &self.client
        }
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: Request) -> Result<Response, Fault> {
        let mut builder = self.client_for(&request.url).request(request.method.clone(), &request.url).timeout(request.timeout);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        // The URL may name a patient: keep it out of every error text.
        let fault = |e: reqwest::Error| {
            let e = e.without_url();
            if e.is_connect() || e.is_builder() {
                Fault::NotSent(e.to_string())
            } else {
                Fault::Unknown(e.to_string())
            }
        };
        let answer = builder.body(request.body.clone()).send().await.map_err(fault)?;
        let status = answer.status().as_u16();
        let headers =
            answer.headers().iter().map(|(n, v)| (n.as_str().to_string(), String::from_utf8_lossy(v.as_bytes()).into_owned())).collect();
        let body = answer.bytes().await.map_err(|e| Fault::Unknown(e.without_url().to_string()))?.to_vec();
        Ok(Response { status, headers, body })
    }

    async fn hl7(&self, message: Hl7Message) -> Result<Vec<u8>, Fault> {
        self.lines.exchange(&message).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_may_be_given_in_seconds_or_as_a_date() {
        let wait = |retry: &str| {
            let headers = [("retry-after", retry), ("date", "Thu, 05 Mar 2026 19:00:00 GMT")];
            Response { status: 429, headers: headers.map(|(n, v)| (n.to_string(), v.to_string())).to_vec(), body: Vec::new() }.retry_after()
        };
        assert_eq!(wait(" 30 "), Some(30));
        assert_eq!(wait("Thu, 05 Mar 2026 19:10:00 GMT"), Some(600));
        assert_eq!(wait("Thu, 05 Mar 2026 18:00:00 GMT"), Some(0));
        assert_eq!(wait("soon"), None);
    }

    #[test]
    fn a_request_prints_neither_address_nor_body() {
        let request =
            Request::new(Vendor::Cerner, http::Method::GET, "http://chart.test/Patient?identifier=1022228").form(&[("Body", "chest pain")]);
        let printed = format!("{request:?}");
        assert!(!printed.contains("1022228") && !printed.contains("chest"), "{printed}");
    }
}
