//! Settings of the PagerDuty connection.

use crate::secret::Secret;
use serde::Deserialize;

/// Where and as whom we speak to PagerDuty.
#[derive(Debug, Clone, Deserialize)]
pub struct Config {
    /// REST v2.
    #[serde(default = "real_rest")]
    pub base: String,
    /// Events v2; left out: where `base` has it.
    #[serde(default)]
    pub events_base: Option<String>,
    pub routing_key: Secret,
    /// Another integration, best on a service of its own: tried when the first is refused or not reached for too long.
    #[serde(default)]
    pub second_routing_key: Option<Secret>,
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

impl Config {
    /// Where events go. PagerDuty keeps them on a host of their own (also in the EU); other servers answer at one address.
    pub fn events_base(&self) -> String {
        let given = self.events_base.as_deref().filter(|b| !b.is_empty());
        given.unwrap_or(&self.base).trim_end_matches('/').replacen("://api.pagerduty.com", "://events.pagerduty.com", 1).replacen(
            "://api.eu.pagerduty.com",
            "://events.eu.pagerduty.com",
            1,
        )
    }

    /// Secrets that may have signed a webhook.
    pub fn webhook_secrets(&self) -> Vec<Secret> {
        self.webhook_secret.iter().chain(&self.former_webhook_secret).filter(|s| !s.is_empty()).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_have_a_host_of_their_own_at_pagerduty_only() {
        let base = |base: &str, events: Option<&str>| {
            let config = serde_json::json!({ "base": base, "events_base": events, "routing_key": "k" });
            serde_json::from_value::<Config>(config).unwrap().events_base()
        };
        assert_eq!(base("https://api.pagerduty.com", None), "https://events.pagerduty.com");
        assert_eq!(base("https://api.eu.pagerduty.com/", None), "https://events.eu.pagerduty.com");
        assert_eq!(base("http://127.0.0.1:8080", None), "http://127.0.0.1:8080");
        assert_eq!(base("http://127.0.0.1:8080", Some("http://127.0.0.1:9090/")), "http://127.0.0.1:9090");
    }
}
