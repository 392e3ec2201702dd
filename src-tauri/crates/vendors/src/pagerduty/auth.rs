//! X-PagerDuty-Signature: https://developer.pagerduty.com/docs/webhooks-signatures

use crate::secret::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The `v1` signature of a body, with its prefix. The secret's bytes are the key as they are: it looks like base64 and is not decoded.
pub fn sign(secret: &Secret, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("an HMAC key may have any length");
    mac.update(body);
    let hex: String = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
    format!("v1={hex}")
}

/// Whether one of the secrets made one of the signatures in the header (PagerDuty sends several while a secret rotates).
pub fn verify(secrets: &[Secret], body: &[u8], header: &str) -> bool {
    let mut good = false;
    for secret in secrets.iter().filter(|s| !s.is_empty()) {
        let ours = sign(secret, body);
        for given in header.split(',').map(str::trim).filter(|s| s.starts_with("v1=")) {
            good |= bool::from(ours.as_bytes().ct_eq(given.as_bytes()));
        }
    }
    good
}
