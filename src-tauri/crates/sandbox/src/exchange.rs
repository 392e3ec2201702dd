//! One HTTP exchange as plain values, whoever carries it.

use crate::journal::AcceptedKind;
use serde_json::Value;

/// A request as a vendor sees it.
#[derive(Clone)]
pub(crate) struct Ask {
    pub method: http::Method,
    /// Scheme and authority the client used, e.g. `http://127.0.0.1:4010`.
    pub origin: String,
    pub path: String,
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Ask {
    /// A header by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The media type of the body, lower case, without parameters.
    pub fn media_type(&self) -> String {
        self.header("content-type").unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase()
    }

    /// Query pairs, decoded.
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        pairs(self.query.as_bytes())
    }

    /// Form pairs of the body, decoded.
    pub fn form_pairs(&self) -> Vec<(String, String)> {
        pairs(&self.body)
    }

    /// Path segments, decoded.
    pub fn segments(&self) -> Vec<String> {
        self.path.split('/').filter(|s| !s.is_empty()).map(|s| decoded(s.as_bytes(), false)).collect()
    }

    /// User and password of an `Authorization: Basic`.
    pub fn basic(&self) -> Option<(String, String)> {
        use base64::Engine;
        let (scheme, rest) = self.header("authorization")?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let plain = base64::engine::general_purpose::STANDARD.decode(rest.trim()).ok()?;
        let plain = String::from_utf8(plain).ok()?;
        plain.split_once(':').map(|(u, p)| (u.to_string(), p.to_string()))
    }
}

/// A vendor's answer, and what it accepted by it.
#[derive(Clone)]
pub(crate) struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub accepted: Option<AcceptedKind>,
}

impl Answer {
    /// A JSON body.
    pub fn json(status: u16, body: &Value) -> Answer {
        Answer::typed(status, "application/json", body.to_string().into_bytes())
    }

    /// A text body.
    pub fn text(status: u16, body: &str) -> Answer {
        Answer::typed(status, "text/plain;charset=utf-8", body.as_bytes().to_vec())
    }

    /// Any body with its type.
    pub fn typed(status: u16, media_type: &str, body: Vec<u8>) -> Answer {
        Answer { status, headers: vec![("content-type".into(), media_type.into())], body, accepted: None }
    }

    /// No body, no type.
    pub fn empty(status: u16) -> Answer {
        Answer { status, headers: vec![("content-length".into(), "0".into())], body: Vec::new(), accepted: None }
    }

    /// With one more header.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Answer {
        self.headers.push((name.to_string(), value.into()));
        self
    }

    /// As the answer to an accepted write.
    pub fn accepting(mut self, what: AcceptedKind) -> Answer {
        self.accepted = Some(what);
        self
    }
}

/// Decodes `application/x-www-form-urlencoded`.
pub(crate) fn pairs(bytes: &[u8]) -> Vec<(String, String)> {
    bytes
        .split(|b| *b == b'&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let cut = part.iter().position(|b| *b == b'=').unwrap_or(part.len());
            let value = part.get(cut + 1..).unwrap_or(&[]);
            (decoded(&part[..cut], true), decoded(value, true))
        })
        .collect()
}

/// Encodes pairs as `application/x-www-form-urlencoded`.
pub(crate) fn form(pairs: &[(String, String)]) -> String {
    pairs.iter().map(|(k, v)| format!("{}={}", encoded(k), encoded(v))).collect::<Vec<_>>().join("&")
}

/// The first value of a name.
pub(crate) fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
}

fn decoded(bytes: &[u8], plus_is_space: bool) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = |at: usize| bytes.get(at).and_then(|b| (*b as char).to_digit(16));
        match (bytes[i], hex(i + 1), hex(i + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                i += 2;
            }
            (b'+', ..) if plus_is_space => out.push(b' '),
            (other, ..) => out.push(other),
        }
        i += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Percent-encodes a form value: a space is `+`.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => out.push(byte as char),
            b' ' => out.push('+'),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_survives_the_round_trip() {
        let sent = vec![
            ("Body".to_string(), "Zoë & 50% + más".to_string()),
            ("DateSent>".to_string(), "2026-03-05".to_string()),
            ("Empty".to_string(), String::new()),
        ];
        assert_eq!(pairs(form(&sent).as_bytes()), sent);
    }

    #[test]
    fn a_stray_percent_stays_as_it_is() {
        assert_eq!(pairs(b"a=100%&b=%zz"), vec![("a".into(), "100%".into()), ("b".into(), "%zz".into())]);
    }
}
