//! The set-up of every vendor and what is remembered between requests.

use crate::{cerner, form, pagerduty, secret::Secret, slack, twilio};
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
                // The interface engine is reached by the visits pipeline.
                Some(Vendor::Ehr) => {}
                None => return Err(format!("vendors: no such vendor: {name}")),
            }
        }
        Ok(config)
    }

    /// Sends a vendor's calls to another base URL (`--vendor twilio=URL`). False if that vendor is not set up.
    pub fn rebase(&mut self, vendor: Vendor, base: &str) -> bool {
        let base = base.trim_end_matches('/');
        match vendor {
            Vendor::Twilio => self.twilio.as_mut().map(|c| c.base = base.into()).is_some(),
            Vendor::PagerDuty => self
                .pagerduty
                .as_mut()
                .map(|c| {
                    c.base = base.into();
                    c.events_base = base.into();
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
            Vendor::Ehr => false,
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

    /// Where Twilio reports deliveries, if it can reach us.
    pub fn status_callback(&self) -> Option<String> {
        self.hooks_url.as_ref().map(|h| format!("{}/twilio/status", h.trim_end_matches('/')))
    }
}
