//! Backend-services tokens (contracts 1.2): client secret or signed assertion, scopes, 570 seconds.

use super::outcome::Refusal;
use super::Cerner;
use crate::exchange::{hex, value, Answer, Ask};
use chrono::TimeDelta;
use decide::At;
use jsonwebtoken::{decode, decode_header, jwk::JwkSet, Algorithm, DecodingKey, Validation};
use serde_json::{json, Value};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

const LIFETIME_SECONDS: i64 = 570;
const ASSERTION_SECONDS_MAX: i64 = 300;
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Tokens given out, and assertions used up.
#[derive(Default)]
pub(super) struct Tokens {
    given: BTreeMap<String, Grant>,
    used_ids: BTreeSet<String>,
    counted: u64,
}

struct Grant {
    until: At,
    scopes: Vec<String>,
}

impl Cerner {
    /// `POST .../token`.
    pub(super) fn token(&mut self, now: At, ask: &Ask) -> Answer {
        if ask.method != http::Method::POST {
            return Answer::empty(405);
        }
        if ask.media_type() != "application/x-www-form-urlencoded" {
            return refused(ask, 400, "invalid_request");
        }
        let form = ask.form_pairs();
        if value(&form, "grant_type") != Some("client_credentials") {
            return refused(ask, 400, "unsupported_grant_type");
        }
        let known = match (ask.basic(), value(&form, "client_assertion")) {
            (Some((id, secret)), None) => id == self.config.client_id && secret == self.config.client_secret,
            (None, Some(assertion)) => value(&form, "client_assertion_type") == Some(ASSERTION_TYPE) && self.vouches(now, ask, assertion),
            _ => false,
        };
        if !known {
            return refused(ask, 401, "invalid_client");
        }
        let asked: Vec<&str> = value(&form, "scope").unwrap_or("").split_whitespace().collect();
        // A mix of levels, or a wildcard, is refused whole.
        if asked.iter().any(|s| !s.starts_with("system/") || s.contains('*')) {
            return refused(ask, 400, "invalid_scope");
        }
        let mut scopes: Vec<String> = asked.iter().filter(|s| self.may_have(s)).map(|s| s.to_string()).collect();
        if scopes.is_empty() {
            return refused(ask, 400, "invalid_scope");
        }
        scopes.extend(self.config.also_granted.clone());
        self.tokens.counted += 1;
        let token = format!("eyJzYW5kYm94Ijox.{}", hex(&Sha256::digest(format!("token {}", self.tokens.counted))));
        self.tokens.given.retain(|_, g| g.until > now);
        self.tokens.given.insert(token.clone(), Grant { until: now + TimeDelta::seconds(LIFETIME_SECONDS), scopes: scopes.clone() });
        let body = json!({"access_token": token, "scope": scopes.join(" "), "token_type": "Bearer", "expires_in": LIFETIME_SECONDS});
        Answer::json(200, &body).with("cache-control", "no-store")
    }

    /// Those scopes are in every grant, and former tokens are void.
    pub(crate) fn also_grant(&mut self, scopes: Vec<String>) {
        self.config.also_granted = scopes;
        self.tokens.given.clear();
    }

    /// The client is registered for all of a scope.
    fn may_have(&self, scope: &str) -> bool {
        let Some((resource, letters)) = parsed(scope) else { return false };
        let all: BTreeSet<char> = self
            .config
            .scopes
            .iter()
            .filter_map(|s| parsed(s))
            .filter(|(r, _)| *r == resource)
            .flat_map(|(_, l)| l.chars().collect::<Vec<_>>())
            .collect();
        !letters.is_empty() && letters.chars().all(|c| all.contains(&c))
    }

    /// The client's assertion is signed by a registered key, says the right things, and was not used before.
    fn vouches(&mut self, now: At, ask: &Ask, assertion: &str) -> bool {
        let Some(keys) = self.config.jwks.clone().and_then(|k| serde_json::from_value::<JwkSet>(k).ok()) else { return false };
        let Ok(header) = decode_header(assertion) else { return false };
        if !matches!(header.alg, Algorithm::RS384 | Algorithm::ES384) || header.typ.as_deref() != Some("JWT") {
            return false;
        }
        let Some(key) = header.kid.as_deref().and_then(|kid| keys.find(kid)).and_then(|k| DecodingKey::from_jwk(k).ok()) else {
            return false;
        };
        let mut validation = Validation::new(header.alg);
        // The clock is the vendors' own: expiry is checked below.
        validation.validate_exp = false;
        validation.set_audience(&[format!("{}{}", ask.origin, ask.path)]);
        validation.set_issuer(&[&self.config.client_id]);
        validation.sub = Some(self.config.client_id.clone());
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        let Ok(claims) = decode::<Value>(assertion, &key, &validation).map(|t| t.claims) else { return false };
        let exp = claims["exp"].as_i64().unwrap_or(0);
        let fresh = exp > now.timestamp() && exp <= now.timestamp() + ASSERTION_SECONDS_MAX;
        let Some(id) = claims["jti"].as_str().filter(|id| !id.is_empty()) else { return false };
        fresh && self.tokens.used_ids.insert(id.to_string())
    }

    /// Refuses unless the bearer is alive and covers what is asked.
    pub(super) fn authorised(&self, now: At, ask: &Ask, resource: &str, needs: &[char]) -> Result<(), Refusal> {
        let Some(token) = ask.header("authorization").and_then(|h| h.strip_prefix("Bearer ")) else {
            return Err(Refusal::Bearer { status: 401, error: "" });
        };
        let Some(grant) = self.tokens.given.get(token.trim()).filter(|g| g.until > now) else {
            return Err(Refusal::Bearer { status: 401, error: "invalid_token" });
        };
        let has: String = grant.scopes.iter().filter_map(|s| parsed(s)).filter(|(r, _)| *r == resource).map(|(_, l)| l).collect();
        if needs.iter().all(|n| has.contains(*n)) {
            Ok(())
        } else {
            Err(Refusal::Bearer { status: 403, error: "insufficient_scope" })
        }
    }
}

/// The resource of a system scope and its letters: `.read` is `rs`, `.write` is `cud`.
fn parsed(scope: &str) -> Option<(&str, &str)> {
    let (resource, permission) = scope.strip_prefix("system/")?.split_once('.')?;
    let letters = match permission {
        "read" => "rs",
        "write" => "cud",
        v2 if !v2.is_empty() && v2.chars().all(|c| "cruds".contains(c)) => v2,
        _ => return None,
    };
    Some((resource, letters))
}

fn refused(ask: &Ask, status: u16, error: &str) -> Answer {
    let uri = format!(
        "{}/errors/urn%3Acerner%3Aerror%3Aauthorization-server%3Aoauth2%3Atoken%3A{}/instances/sandbox",
        ask.origin,
        error.replace('_', "-")
    );
    let answer = Answer::json(status, &json!({"error": error, "error_uri": uri})).with("cache-control", "no-store");
    if status == 401 {
        answer.with("www-authenticate", "Basic realm=\"authorization\"")
    } else {
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::parsed;

    #[test]
    fn both_spellings_of_a_scope_mean_the_same() {
        assert_eq!(parsed("system/Observation.read"), Some(("Observation", "rs")));
        assert_eq!(parsed("system/Observation.write"), Some(("Observation", "cud")));
        assert_eq!(parsed("system/Observation.crus"), Some(("Observation", "crus")));
        assert_eq!(parsed("user/Observation.read"), None);
        assert_eq!(parsed("system/Observation.everything"), None);
    }
}
