//! How the engine is started, and what a `--config` file may say.

use crate::vault::KeyHome;
use decide::outbox::Vendor;
use decide::{Patient, Phone, Settings};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Which vendors are spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// The built-in ones, on this computer.
    Sandbox,
    /// The real ones.
    Live,
}

impl Profile {
    /// The name on screens.
    pub fn name(self) -> &'static str {
        match self {
            Profile::Sandbox => "sandbox",
            Profile::Live => "live",
        }
    }
}

/// How to start.
#[derive(Debug, Clone)]
pub struct HostOptions {
    pub data_dir: PathBuf,
    pub profile: Profile,
    /// Hooks and console; port 0 = any free one.
    pub listen: SocketAddr,
    /// Takes HL7 over MLLP there; none = not at all.
    pub mllp: Option<SocketAddr>,
    /// Listen where other computers reach it; without it only loopback is taken.
    pub beyond_loopback: bool,
    /// Play the demo day (sandbox only).
    pub demo: bool,
    pub key: KeyHome,
    /// `twilio` -> another base URL.
    pub vendor_bases: Vec<(String, String)>,
    pub workspace_key: Option<String>,
    /// A `--config` file.
    pub config: Option<Value>,
}

impl HostOptions {
    /// A sandbox on loopback with the keyring, nothing seeded, no demo day.
    pub fn sandbox(data_dir: PathBuf) -> Self {
        Self {
            data_dir,
            profile: Profile::Sandbox,
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            mllp: None,
            beyond_loopback: false,
            demo: false,
            key: KeyHome::Keyring { service: "careloop".into() },
            vendor_bases: Vec::new(),
            workspace_key: None,
            config: None,
        }
    }
}

/// What was given at the start cannot be used: the name of the field and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {why}")]
pub struct BadConfig {
    pub field: String,
    pub why: String,
}

impl BadConfig {
    /// For that field.
    pub fn new(field: impl Into<String>, why: impl Into<String>) -> Self {
        Self { field: field.into(), why: why.into() }
    }
}

/// A `--config` file. Settings and patients seed a new data folder; vendors and the public address count at each start.
#[derive(Debug, Default)]
pub struct Config {
    pub settings: Map<String, Value>,
    pub patients: Vec<Enrolled>,
    /// Left as JSON: each vendor's own fields are read by its connector.
    pub vendors: Map<String, Value>,
    pub public_url: Option<String>,
}

/// A patient to be enrolled.
#[derive(Debug, Clone)]
pub struct Enrolled {
    pub patient: Patient,
    pub opted_out: Option<Phone>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    settings: Map<String, Value>,
    #[serde(default)]
    patients: Vec<Value>,
    #[serde(default)]
    vendors: Map<String, Value>,
    #[serde(default)]
    public_url: Option<String>,
}

impl Config {
    /// Reads and checks all of it; the error names the field.
    pub fn read(value: &Value) -> Result<Config, BadConfig> {
        let file = File::deserialize(value).map_err(|e| BadConfig::new("config", e.to_string()))?;
        check_settings(&file.settings)?;
        let mut patients = Vec::new();
        for (n, row) in file.patients.iter().enumerate() {
            patients.push(enrolled(row).map_err(|why| BadConfig::new(format!("patients[{n}]"), why))?);
        }
        vendors::VendorConfig::read(Value::Object(file.vendors.clone())).map_err(|why| BadConfig::new("vendors", why))?;
        let public_url = file.public_url.map(|u| u.trim_end_matches('/').to_string()).filter(|u| !u.is_empty());
        if let Some(url) = &public_url {
            web_address(url).map_err(|why| BadConfig::new("public_url", why))?;
        }
        Ok(Config { settings: file.settings, patients, vendors: file.vendors, public_url })
    }
}

/// Refuses an unknown or impossible setting by its name. Later ones are checked against earlier ones.
fn check_settings(map: &Map<String, Value>) -> Result<(), BadConfig> {
    let mut settings = Settings::default();
    for (name, value) in map {
        settings = decide::followup::change::with_setting(&settings, name, value.clone())
            .map_err(|why| BadConfig::new(format!("settings.{name}"), why))?;
    }
    Ok(())
}

fn enrolled(row: &Value) -> Result<Enrolled, String> {
    let row = crate::scenario::file::PatientRow::deserialize(row).map_err(|e| e.to_string())?;
    let patient = row.patient();
    if patient.mrn.is_empty() {
        return Err("mrn: is empty".into());
    }
    if let Some(phone) = &patient.phone {
        if !decide::followup::change::e164(phone.expose()) {
            return Err("phone: numbers are in E.164, e.g. +12025550100".into());
        }
    }
    if let Some(zone) = &patient.time_zone {
        if !decide::wallclock::zone_known(zone) {
            return Err(format!("time_zone: is not an IANA time zone: {zone}"));
        }
    }
    let opted_out = if row.opted_out { patient.phone.clone() } else { None };
    Ok(Enrolled { patient, opted_out })
}

/// An http or https address with a host.
pub fn web_address(url: &str) -> Result<(), String> {
    let uri: http::Uri = url.parse().map_err(|_| "is not a web address".to_string())?;
    match (uri.scheme_str(), uri.host()) {
        (Some("http" | "https"), Some(host)) if !host.is_empty() => Ok(()),
        _ => Err("is not an http or https address".into()),
    }
}

/// `--vendor NAME=URL`, checked.
pub fn vendor_base(name: &str, url: &str) -> Result<(Vendor, String), BadConfig> {
    let vendor = Vendor::named(name)
        .ok_or_else(|| BadConfig::new("vendor", format!("there is no vendor {name}: twilio, pagerduty, cerner, slack or ehr")))?;
    web_address(url).map_err(|why| BadConfig::new(format!("vendor {name}"), why))?;
    Ok((vendor, url.trim_end_matches('/').to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_full_file_is_read() {
        let config = Config::read(&json!({
            "settings": { "reply_wait_minutes": 0.5, "quiet_hours_start": "0000", "quiet_hours_finish": "0000" },
            "patients": [{ "mrn": "7700101", "first_name": "Ines", "last_name": "Okafor", "phone": "+12025550101",
                           "bounds": { "systolic_high": 150 }, "opted_out": true }],
            "vendors": { "slack": { "webhook_url": "http://127.0.0.1:9/services/x" } },
            "public_url": "https://hooks.clinic.example/"
        }))
        .unwrap();
        assert_eq!(config.patients[0].opted_out.as_ref().unwrap().expose(), "+12025550101");
        assert_eq!(config.public_url.as_deref(), Some("https://hooks.clinic.example"));
    }

    fn refused(value: Value) -> String {
        Config::read(&value).unwrap_err().to_string()
    }

    #[test]
    fn what_cannot_be_used_is_refused_by_name() {
        assert!(refused(json!({ "settings": { "reply_wait": 5 } })).starts_with("settings.reply_wait:"));
        assert!(refused(json!({ "settings": { "reply_wait_minutes": 0 } })).starts_with("settings.reply_wait_minutes:"));
        assert!(refused(json!({ "patients": [{ "mrn": "1" }, { "first_name": "Ann" }] })).starts_with("patients[1]:"));
        assert!(refused(json!({ "patients": [{ "mrn": "1", "phone": "555" }] })).contains("phone"));
        assert!(refused(json!({ "patients": [{ "mrn": "1", "time_zone": "Mars/Base" }] })).contains("time_zone"));
        assert!(refused(json!({ "vendors": { "fax": {} } })).contains("fax"));
        assert!(refused(json!({ "vendors": { "twilio": { "account_sid": "AC1" } } })).contains("auth_token"));
        assert!(refused(json!({ "public_url": "hooks.example" })).starts_with("public_url:"));
        assert!(refused(json!({ "patient": [] })).contains("patient"));
    }

    #[test]
    fn a_vendor_is_rebased_by_name_only() {
        assert_eq!(vendor_base("twilio", "http://127.0.0.1:9/").unwrap(), (Vendor::Twilio, "http://127.0.0.1:9".into()));
        assert!(vendor_base("fax", "http://127.0.0.1:9").is_err());
        assert!(vendor_base("twilio", "not an address").is_err());
    }
}
