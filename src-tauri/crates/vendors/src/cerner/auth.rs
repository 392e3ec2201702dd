//! SMART backend services: https://hl7.org/fhir/smart-app-launch/backend-services.html

use super::scope::{self, Granted, Purpose};
use super::Config;
use crate::exchange::{problem, scrubbed, Line, Stop};
use crate::secret::Secret;
use crate::transport::{Request, Response};
use chrono::TimeDelta;
use decide::outbox::{ProblemKind, Vendor, SCOPES_EXCESS};
use decide::At;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::PoisonError;
use tokio::sync::Mutex;

/// An assertion is good for so long; the standard allows 5 minutes.
const ASSERTION_SECONDS: i64 = 240;
/// https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The chart's discovery document and token, kept between requests. One fetch at a time: token servers throttle.
#[derive(Debug, Default)]
pub struct Tokens {
    held: Mutex<Held>,
    /// What the chart last granted, also what was refused for being too much.
    granted: std::sync::Mutex<BTreeMap<Purpose, Granted>>,
}

#[derive(Debug, Default)]
struct Held {
    base: String,
    discovered: Option<Discovered>,
    tokens: HashMap<Purpose, Token>,
}

#[derive(Debug, Clone, Deserialize)]
struct Discovered {
    token_endpoint: String,
    #[serde(default)]
    capabilities: Vec<String>,
}

/// A bearer and what it lets us do.
#[derive(Debug, Clone)]
pub struct Token {
    pub bearer: Secret,
    pub granted: Granted,
    renew_at: At,
}

#[derive(Deserialize)]
struct TokenReply {
    access_token: Secret,
    #[serde(default)]
    expires_in: Option<i64>,
    #[serde(default)]
    scope: Option<String>,
}

impl Tokens {
    /// The token in hand for that purpose, or a new one after 80 % of its life.
    pub async fn token(&self, c: &Config, line: &Line<'_>, now: At, purpose: Purpose) -> Result<Token, Stop> {
        let mut held = self.held.lock().await;
        if held.base != c.base() {
            *held = Held { base: c.base().to_string(), ..Held::default() };
        }
        if let Some(token) = held.tokens.get(&purpose).filter(|t| now < t.renew_at) {
            return Ok(token.clone());
        }
        held.tokens.remove(&purpose);
        let discovered = match &held.discovered {
            Some(discovered) => discovered.clone(),
            None => held.discovered.insert(discover(c, line).await?).clone(),
        };
        let answer = line.ask(token_request(c, &discovered, now, purpose)?).await?;
        let token = granted(&discovered, &answer, purpose).and_then(|(reply, granted)| {
            self.granted.lock().unwrap_or_else(PoisonError::into_inner).insert(purpose, granted.clone());
            fit(reply, granted, now)
        });
        if token.is_err() {
            // The endpoint may have moved: find it again next time.
            held.discovered = None;
        }
        let token = token?;
        held.tokens.insert(purpose, token.clone());
        Ok(token)
    }

    /// What the chart last granted, by purpose; empty = it was not asked yet.
    pub fn last_granted(&self) -> BTreeMap<Purpose, Granted> {
        self.granted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Drops a token that the chart refused.
    pub async fn forget(&self, refused: &Token) {
        let mut held = self.held.lock().await;
        held.tokens.retain(|_, t| t.bearer != refused.bearer);
    }
}

async fn discover(c: &Config, line: &Line<'_>) -> Result<Discovered, Stop> {
    let url = format!("{}/.well-known/smart-configuration", c.base());
    let answer = line.ask(Request::new(Vendor::Cerner, http::Method::GET, url).header("accept", "application/json")).await?;
    if answer.status != 200 {
        return Err(refused(&answer, "the chart's discovery document"));
    }
    let discovered: Discovered = serde_json::from_slice(&answer.body).map_err(|_| {
        Stop::Retry(
            problem(
                ProblemKind::Config,
                Some(answer.status),
                None,
                "the chart's discovery document names no token endpoint: check cerner.base",
            ),
            None,
        )
    })?;
    if c.base().starts_with("https://") && !discovered.token_endpoint.starts_with("https://") {
        return Err(Stop::Retry(
            problem(ProblemKind::Config, None, None, "the chart's token endpoint is not https: nothing was sent to it"),
            None,
        ));
    }
    Ok(discovered)
}

impl Discovered {
    /// v1 unless the server only knows v2.
    fn v2(&self) -> bool {
        let knows = |p: &str| self.capabilities.iter().any(|c| c == p);
        knows("permission-v2") && !knows("permission-v1")
    }
}

fn token_request(c: &Config, discovered: &Discovered, now: At, purpose: Purpose) -> Result<Request, Stop> {
    let asked = scope::asked(discovered.v2(), purpose);
    let request = Request::new(Vendor::Cerner, http::Method::POST, &discovered.token_endpoint).header("accept", "application/json");
    let mut pairs = vec![("grant_type", "client_credentials".to_string()), ("scope", asked)];
    if let Some(key) = c.private_key_pem.as_ref().filter(|k| !k.is_empty()) {
        pairs.push(("client_assertion_type", ASSERTION_TYPE.to_string()));
        pairs.push(("client_assertion", assertion(c, key, &discovered.token_endpoint, now)?));
        return Ok(request.form(&pairs));
    }
    let secret = c
        .client_secret
        .as_ref()
        .filter(|s| !s.is_empty())
        .ok_or_else(|| Stop::missing("cerner.client_secret or cerner.private_key_pem"))?;
    Ok(request.basic(&c.client_id, secret.expose()).form(&pairs))
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: String,
}

/// Whether that text is a private key that can sign as the standard asks: RSA, or P-384.
pub fn can_sign(key: &Secret) -> bool {
    let pem = key.expose().as_bytes();
    let signs = |alg, key: EncodingKey| jsonwebtoken::encode(&Header::new(alg), &serde_json::json!({}), &key).is_ok();
    EncodingKey::from_rsa_pem(pem).is_ok_and(|k| signs(Algorithm::RS384, k))
        || EncodingKey::from_ec_pem(pem).is_ok_and(|k| signs(Algorithm::ES384, k))
}

/// A signed client assertion for that token endpoint.
pub fn assertion(c: &Config, key: &Secret, token_endpoint: &str, now: At) -> Result<String, Stop> {
    let unusable =
        |said: String| Stop::Blocked(problem(ProblemKind::Config, None, None, format!("cerner.private_key_pem cannot sign: {said}")));
    let pem = key.expose().as_bytes();
    let (alg, key) = match c.alg.as_deref() {
        Some("RS384") => (Algorithm::RS384, EncodingKey::from_rsa_pem(pem)),
        Some("ES384") => (Algorithm::ES384, EncodingKey::from_ec_pem(pem)),
        Some(other) => return Err(unusable(format!("cerner.alg must be RS384 or ES384: {other}"))),
        None => match EncodingKey::from_rsa_pem(pem) {
            Ok(key) => (Algorithm::RS384, Ok(key)),
            Err(_) => (Algorithm::ES384, EncodingKey::from_ec_pem(pem)),
        },
    };
    let key = key.map_err(|_| unusable("it is neither an RSA nor a P-384 key in PEM".into()))?;
    let header = Header { kid: c.key_id.clone(), ..Header::new(alg) };
    let now = now.timestamp();
    let claims = Claims {
        iss: &c.client_id,
        sub: &c.client_id,
        aud: token_endpoint,
        iat: now,
        exp: now + ASSERTION_SECONDS,
        jti: uuid::Uuid::new_v4().to_string(),
    };
    jsonwebtoken::encode(&header, &claims, &key).map_err(|e| unusable(e.to_string()))
}

fn granted(discovered: &Discovered, answer: &Response, purpose: Purpose) -> Result<(TokenReply, Granted), Stop> {
    if answer.status != 200 {
        return Err(refused(answer, "the chart's token endpoint"));
    }
    let reply: TokenReply = serde_json::from_slice(&answer.body).map_err(|_| {
        Stop::Retry(problem(ProblemKind::NoAnswer, Some(200), None, "the chart's token endpoint answered without a token"), None)
    })?;
    // RFC 6749 5.1: without a scope in the reply all that was asked for is granted.
    let granted = Granted::read(reply.scope.as_deref().unwrap_or(&scope::asked(discovered.v2(), purpose)));
    Ok((reply, granted))
}

/// A token that may be used: one that lets us do more than we may hold is thrown away.
fn fit(reply: TokenReply, granted: Granted, now: At) -> Result<Token, Stop> {
    if let Some(excess) = granted.excess() {
        return Err(Stop::Retry(
            problem(
                ProblemKind::Config,
                None,
                Some(SCOPES_EXCESS.into()),
                format!("the chart granted more than the console may hold, nothing was sent: {excess}"),
            ),
            None,
        ));
    }
    let lacks = granted.lacks();
    if !lacks.is_empty() {
        tracing::warn!(lacks = lacks.join(" "), "the chart granted less than asked");
    }
    // Cerner's tokens live 570 s; four fifths of the life leave room for a slow write.
    let life = reply.expires_in.unwrap_or(300).max(0);
    Ok(Token { bearer: reply.access_token, granted, renew_at: now + TimeDelta::milliseconds(life * 800) })
}

fn refused(answer: &Response, what: &str) -> Stop {
    #[derive(Deserialize)]
    struct OauthError {
        error: Option<String>,
    }
    let code = serde_json::from_slice::<OauthError>(&answer.body).ok().and_then(|e| e.error).map(|e| scrubbed(&e));
    let (kind, said) = match answer.status {
        429 => (ProblemKind::Throttled, "asks to slow down"),
        500..=599 => (ProblemKind::Down, "is out of order"),
        400 | 401 if code.as_deref() == Some("invalid_scope") => (ProblemKind::Config, "refused the scopes"),
        400 | 401 => (ProblemKind::Credentials, "refused the credentials"),
        403 => (ProblemKind::Config, "refused us: the tenant in cerner.base may be wrong"),
        _ => (ProblemKind::Config, "is not where cerner.base says"),
    };
    Stop::Retry(problem(kind, Some(answer.status), code, format!("{what} {said}")), answer.retry_after())
}
