//! Settings of the PagerDuty connection.

use crate::secret::Secret;
use serde::Deserialize;

/// Where and as whom we speak to PagerDuty.
#[derive(Debug, Clone, Deserialize)]
pub struct Config {
    /// REST v2.
    #[serde(default = "real_rest")]
    pub base: String,
    /// Events v2.
    #[serde(default = "real_events")]
    pub events_base: String,
    pub routing_key: Secret,
    /// REST key: without it nobody can be asked who is on call or whether an incident exists.
    #[serde(default)]
    pub api_key: Option<Secret>,
    /// Signs webhooks.
    #[serde(default)]
    pub webhook_secret: Option<Secret>,
    /// The former secret, accepted while it is being rotated.
    #[serde(default)]
    pub former_webhook_secret: Option<Secret>,
    #[serde(default)]
    pub escalation_policy: Option<String>,
    /// The user whose name notes are written under.
    #[serde(default)]
    pub from_email: Option<String>,
}

fn real_rest() -> String {
    "https://api.pagerduty.com".into()
}

fn real_events() -> String {
    "https://events.pagerduty.com".into()
}

impl Config {
    /// Secrets that may have signed a webhook.
    pub fn webhook_secrets(&self) -> Vec<Secret> {
        self.webhook_secret.iter().chain(&self.former_webhook_secret).filter(|s| !s.is_empty()).cloned().collect()
    }
}
