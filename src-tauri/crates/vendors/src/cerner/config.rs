//! Settings of the chart's connection.

use crate::secret::Secret;
use serde::{Deserialize, Deserializer};

/// Where and as whom we speak to the chart.
#[derive(Debug, Clone, Deserialize)]
pub struct Config {
    /// The FHIR base with the tenant.
    pub base: String,
    pub client_id: String,
    #[serde(default)]
    pub client_secret: Option<Secret>,
    /// RSA or P-384 key that signs client assertions; preferred to the secret when both are there.
    #[serde(default)]
    pub private_key_pem: Option<Secret>,
    /// `kid` of the key in the registered JWKS.
    #[serde(default)]
    pub key_id: Option<String>,
    /// RS384 or ES384; left out: by the kind of key.
    #[serde(default)]
    pub alg: Option<String>,
    /// Practitioner who stands behind what is written: "Practitioner/123" or "123".
    #[serde(default)]
    pub performer: Option<String>,
    #[serde(default)]
    pub codes: Codes,
    /// System of the MRN identifiers; left out, a number alone must be unique.
    #[serde(default)]
    pub mrn_system: Option<String>,
}

/// The tenant's codes. None is ever guessed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Codes {
    /// `DocumentReference.type` of notes.
    pub note_type: Option<Coding>,
    /// `DocumentReference.type` of opt-out notes; left out: `note_type`.
    pub opt_out_type: Option<Coding>,
    /// `Observation.code` of interaction minutes.
    pub flowsheet: Option<Coding>,
}

/// A code with its system. Reads `{"system", "code", "display"}`, a CodeableConcept with one coding, `"system|code"`, or a bare LOINC code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coding {
    pub system: String,
    pub code: String,
    pub display: Option<String>,
}

/// The system of LOINC codes.
pub const LOINC: &str = "http://loinc.org";

impl<'de> Deserialize<'de> for Coding {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        #[derive(Deserialize)]
        struct Parts {
            #[serde(default)]
            system: Option<String>,
            code: String,
            #[serde(default)]
            display: Option<String>,
        }
        let value = serde_json::Value::deserialize(d)?;
        let (system, code, display) = match value {
            serde_json::Value::String(text) => match text.rsplit_once('|') {
                Some((system, code)) => (Some(system.to_string()), code.to_string(), None),
                None => (None, text, None),
            },
            mut other => {
                // A whole CodeableConcept: its one coding.
                if let Some([one]) = other["coding"].as_array().map(Vec::as_slice) {
                    other = one.clone();
                }
                let parts: Parts = serde_json::from_value(other).map_err(D::Error::custom)?;
                (parts.system, parts.code, parts.display)
            }
        };
        let system = match system.filter(|s| !s.is_empty()) {
            Some(system) => system,
            None if is_loinc(&code) => LOINC.to_string(),
            None => return Err(D::Error::custom(format!("a code needs its system, as \"system|code\": {code}"))),
        };
        Ok(Self { system, code, display })
    }
}

fn is_loinc(code: &str) -> bool {
    let digits = |s: &str| !s.is_empty() && s.chars().all(|c| c.is_ascii_digit());
    code.split_once('-').is_some_and(|(number, check)| digits(number) && number.len() <= 7 && digits(check) && check.len() == 1)
}

impl Config {
    /// The base without a trailing slash.
    pub fn base(&self) -> &str {
        self.base.trim_end_matches('/')
    }

    /// The performer as a reference.
    pub fn performer(&self) -> Option<String> {
        let performer = self.performer.as_deref().filter(|p| !p.trim().is_empty())?.trim();
        Some(if performer.contains('/') { performer.to_string() } else { format!("Practitioner/{performer}") })
    }
}
