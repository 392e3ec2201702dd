//! X-Twilio-Signature: https://www.twilio.com/docs/usage/security#validating-requests

use crate::secret::Secret;
use base64::engine::general_purpose::STANDARD;
use base64::Engine;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use subtle::ConstantTimeEq;

/// What a signature is over, besides the URL.
#[derive(Debug, Clone, Copy)]
pub enum Signed<'a> {
    /// The pairs of a form body, as decoded, none left out.
    Form(&'a [(String, String)]),
    /// The raw bytes of a JSON body: the URL carries `bodySHA256`.
    Json(&'a [u8]),
}

/// The signature of a form post to that URL.
pub fn sign_form(token: &Secret, url: &str, pairs: &[(String, String)]) -> String {
    let mut by_name: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, value) in pairs {
        by_name.entry(name).or_default().insert(value);
    }
    let mut data = url.to_string();
    for (name, values) in by_name {
        for value in values {
            data.push_str(name);
            data.push_str(value);
        }
    }
    let mut mac = Hmac::<Sha1>::new_from_slice(token.expose().as_bytes()).expect("an HMAC key may have any length");
    mac.update(data.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// Whether one of the tokens signed this request to `url`, the public address as Twilio was told it (never the Host header).
pub fn verify(tokens: &[Secret], url: &str, signed: Signed<'_>, given: &str) -> bool {
    let pairs = match signed {
        Signed::Form(pairs) => pairs,
        Signed::Json(body) => {
            let Some(claimed) = body_hash(url) else { return false };
            let hash: String = Sha256::digest(body).iter().map(|b| format!("{b:02x}")).collect();
            if !same(hash.as_bytes(), claimed.to_ascii_lowercase().as_bytes()) {
                return false;
            }
            &[]
        }
    };
    let mut good = false;
    for token in tokens.iter().filter(|t| !t.is_empty()) {
        for url in spellings(url) {
            good |= same(sign_form(token, &url, pairs).as_bytes(), given.trim().as_bytes());
        }
    }
    good
}

fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

fn body_hash(url: &str) -> Option<&str> {
    let (_, query) = url.split_once('?')?;
    query.split('&').find_map(|p| p.strip_prefix("bodySHA256="))
}

/// The ways Twilio may have spelled the URL: with or without the default port, quotes in the query escaped or not.
fn spellings(url: &str) -> Vec<String> {
    let mut ports = vec![url.to_string()];
    if let Some((scheme, rest)) = url.split_once("://") {
        let cut = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(cut);
        let host_from = authority.rfind('@').map_or(0, |i| i + 1);
        let default = if scheme.eq_ignore_ascii_case("https") { "443" } else { "80" };
        // A colon inside an IPv6 host is not a port.
        let colon = authority[host_from..].rfind(':').map(|i| i + host_from).filter(|i| !authority[*i..].contains(']'));
        ports.push(match colon {
            Some(i) => format!("{scheme}://{}{tail}", &authority[..i]),
            None => format!("{scheme}://{authority}:{default}{tail}"),
        });
    }
    let mut all = Vec::new();
    for url in ports {
        if let Some((path, query)) = url.split_once('?') {
            all.push(format!("{path}?{}", query.replace('\'', "%27")));
            all.push(format!("{path}?{}", query.replace("%27", "'")));
        }
        all.push(url);
    }
    all.dedup();
    all
}
