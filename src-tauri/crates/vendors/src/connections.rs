//! The set-up of every vendor and what is remembered between requests.

use crate::{cerner, ehr, form, pagerduty, secret::Secret, slack, twilio};
use decide::outbox::Vendor;
use serde::Deserialize;

/// Settings of all vendors, as in `--config` under `vendors`. A vendor left out is not connected.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct VendorConfig {
    pub twilio: Option<twilio::Config>,
    pub pagerduty: Option<pagerduty::Config>,
    pub cerner: Option<cerner::Config>,
    pub slack: Option<slack::Config>,
    pub ehr: Option<ehr::Config>,
}

impl VendorConfig {
    /// Reads the settings; the error names the field.
    pub fn read(value: serde_json::Value) -> Result<Self, String> {
        let whole = value.as_object().ok_or("vendors: expected an object")?;
        let mut config = Self::default();
        for (name, value) in whole.iter().filter(|(_, v)| !v.is_null()) {
            fn one<T: serde::de::DeserializeOwned>(name: &str, value: &serde_json::Value) -> Result<Option<T>, String> {
                T::deserialize(value).map(Some).map_err(|e| format!("vendors.{name}: {e}"))
            }
            match Vendor::named(name) {
                Some(Vendor::Twilio) => config.twilio = one(name, value)?,
                Some(Vendor::PagerDuty) => config.pagerduty = one(name, value)?,
                Some(Vendor::Cerner) => config.cerner = one(name, value)?,
                Some(Vendor::Slack) => config.slack = one(name, value)?,
                Some(Vendor::Ehr) => config.ehr = one(name, value)?,
                None => return Err(format!("vendors: no such vendor: {name}")),
            }
        }
        Ok(config)
    }

    /// Sends a vendor's calls to another base URL (`--vendor twilio=URL`). False if that vendor is not set up.
    pub fn rebase(&mut self, vendor: Vendor, base: &str) -> bool {
        let base = base.trim_end_matches('/');
        match vendor {
            Vendor::Twilio => self
                .twilio
                .as_mut()
                .map(|c| {
                    c.base = base.into();
                    c.studio_base = Some(base.into());
                })
                .is_some(),
            Vendor::PagerDuty => self
                .pagerduty
                .as_mut()
                .map(|c| {
                    c.base = base.into();
                    c.events_base = Some(base.into());
                })
                .is_some(),
            Vendor::Cerner => self.cerner.as_mut().map(|c| c.base = base.into()).is_some(),
            Vendor::Slack => self
                .slack
                .as_mut()
                .map(|c| {
                    let path = c.webhook_url.expose()[form::origin(c.webhook_url.expose()).len()..].to_string();
                    c.webhook_url = Secret::new(format!("{base}{path}"));
                })
                .is_some(),
            Vendor::Ehr => self
                .ehr
                .as_mut()
                .and_then(|c| c.endpoint.as_mut())
                .map(|endpoint| {
                    let path = endpoint[form::origin(endpoint).len()..].to_string();
                    *endpoint = format!("{base}{path}");
                })
                .is_some(),
        }
    }
}

/// Settings of all vendors and the chart's token.
#[derive(Debug)]
pub struct Connections {
    pub config: VendorConfig,
    /// Where vendors reach our hooks, with the workspace key: `https://careloop.example.org/hooks/KEY`.
    pub hooks_url: Option<String>,
    pub(crate) tokens: cerner::Tokens,
}

impl Connections {
    /// With those settings and no token yet.
    pub fn new(config: VendorConfig, hooks_url: Option<String>) -> Self {
        Self { config, hooks_url, tokens: cerner::Tokens::default() }
    }

    /// What the chart last granted, by purpose.
    pub fn granted(&self) -> std::collections::BTreeMap<cerner::scope::Purpose, cerner::scope::Granted> {
        self.tokens.last_granted()
    }

    /// Where Twilio reports deliveries, if it can reach us.
    pub fn status_callback(&self) -> Option<String> {
        self.hooks_url.as_ref().map(|h| format!("{}/twilio/status", h.trim_end_matches('/')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_wrong_setting_is_named_with_its_vendor() {
        let refused = VendorConfig::read(json!({ "twilio": { "account_sid": "AC1" } })).unwrap_err();
        assert!(refused.contains("vendors.twilio") && refused.contains("auth_token"), "{refused}");
        assert!(VendorConfig::read(json!({ "telex": {} })).unwrap_err().contains("telex"));
    }

    #[test]
    fn another_base_leaves_everything_else_as_it_is() {
        let mut config = crate::fake::connections().config;
        for (vendor, url) in
            [(Vendor::Twilio, "http://a"), (Vendor::PagerDuty, "http://b/"), (Vendor::Cerner, "http://c/r4/t"), (Vendor::Slack, "http://d")]
        {
            assert!(config.rebase(vendor, url));
        }
        assert_eq!(config.twilio.as_ref().map(|c| (c.base.as_str(), c.studio_base())), Some(("http://a", "http://a")));
        let pager = config.pagerduty.as_ref().unwrap();
        assert_eq!((pager.base.as_str(), pager.events_base().as_str()), ("http://b", "http://b"));
        assert_eq!(config.cerner.as_ref().map(|c| c.base()), Some("http://c/r4/t"));
        assert_eq!(config.slack.as_ref().map(|c| c.webhook_url.expose()), Some("http://d/services/T/B/X"));
        assert!(!VendorConfig::default().rebase(Vendor::Slack, "http://d"));
    }
}
