//! Settings of the Twilio connection.

use crate::secret::Secret;
use serde::Deserialize;

/// Where and as whom we speak to Twilio.
#[derive(Debug, Clone, Deserialize)]
pub struct Config {
    #[serde(default = "real")]
    pub base: String,
    /// Where Studio is asked; left out: Twilio's own address, or `base` if that is another one.
    #[serde(default)]
    pub studio_base: Option<String>,
    pub account_sid: String,
    /// Signs webhooks, and REST calls when no API key is given.
    pub auth_token: Secret,
    /// The former token, accepted on webhooks while it is being rotated.
    #[serde(default)]
    pub former_auth_token: Option<Secret>,
    /// Our number, E.164.
    #[serde(default)]
    pub from: Option<String>,
    #[serde(default)]
    pub messaging_service_sid: Option<String>,
    /// A restricted API key (SK...) for REST.
    #[serde(default)]
    pub api_key_sid: Option<String>,
    #[serde(default)]
    pub api_key_secret: Option<Secret>,
}

fn real() -> String {
    "https://api.twilio.com".into()
}

impl Config {
    /// Where Studio is asked, without a slash at the end (https://www.twilio.com/docs/studio/rest-api/v2).
    pub fn studio_base(&self) -> &str {
        let base = match &self.studio_base {
            Some(base) => base,
            None if self.base.trim_end_matches('/') == real() => "https://studio.twilio.com",
            None => &self.base,
        };
        base.trim_end_matches('/')
    }

    /// Name and password of REST calls: the API key if there is one.
    pub fn login(&self) -> (&str, &str) {
        match (&self.api_key_sid, &self.api_key_secret) {
            (Some(sid), Some(secret)) => (sid, secret.expose()),
            _ => (&self.account_sid, self.auth_token.expose()),
        }
    }

    /// Tokens that may have signed a webhook.
    pub fn webhook_tokens(&self) -> Vec<Secret> {
        std::iter::once(self.auth_token.clone()).chain(self.former_auth_token.clone()).collect()
    }
}
