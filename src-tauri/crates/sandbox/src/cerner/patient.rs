//! Patients of the chart (contracts 1.8): found by identifier, read by id.

use super::outcome::Refusal;
use super::search::count;
use super::{Cerner, Stored};
use crate::exchange::{value, Answer, Ask};
use decide::At;
use serde_json::{json, Value};

const COUNT_MAX: usize = 100;

/// A patient to be known to the chart. Prints nothing of them.
#[derive(Clone, PartialEq, Eq)]
pub struct ChartPatient {
    /// The chart's id; none: the next free one (or the one of that MRN).
    pub fhir_id: Option<String>,
    pub mrn: String,
    pub first_name: String,
    pub last_name: String,
    /// YYYY-MM-DD.
    pub birth_date: Option<String>,
    /// E.164 or national; kept as the chart keeps it, national digits.
    pub mobile: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    pub active: bool,
}

impl std::fmt::Debug for ChartPatient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChartPatient(***)")
    }
}

impl ChartPatient {
    /// An active patient without anything else.
    pub fn named(mrn: &str, first_name: &str, last_name: &str) -> ChartPatient {
        ChartPatient {
            fhir_id: None,
            mrn: mrn.into(),
            first_name: first_name.into(),
            last_name: last_name.into(),
            birth_date: None,
            mobile: None,
            language: None,
            active: true,
        }
    }
}

/// A patient as the chart keeps them: as text, of which thousands are small.
pub(crate) struct Charted {
    resource: Box<str>,
    version: u64,
    updated: At,
    n: u64,
}

impl Charted {
    pub fn new(stored: &Stored) -> Charted {
        Charted { resource: stored.resource.to_string().into(), version: stored.version, updated: stored.updated, n: stored.n }
    }

    pub fn stored(&self) -> Stored {
        let resource = serde_json::from_str(&self.resource).unwrap_or_default();
        Stored { resource, version: self.version, updated: self.updated, n: self.n }
    }
}

impl Cerner {
    /// Adds or replaces; gives the id.
    pub fn add_patient(&mut self, now: At, patient: ChartPatient) -> String {
        let known = self.mrns.get(&patient.mrn).and_then(|ids| ids.first().cloned());
        let id = patient.fhir_id.clone().or(known).unwrap_or_else(|| (12_724_000 + self.patients.len() + 1).to_string());
        self.unname(&id);
        self.mrns.entry(patient.mrn.clone()).or_default().insert(id.clone());
        let version = self.patients.get(&id).map_or(0, |p| p.version) + 1;
        let stored = self.new_version(resource(&patient, &self.config.mrn_system), version, now);
        self.patients.insert(id.clone(), Charted::new(&stored));
        id
    }

    /// A patient is not found by MRN any more.
    pub(super) fn unname(&mut self, id: &str) {
        let Some(known) = self.patients.get(id).map(Charted::stored) else { return };
        let mrn = known.resource.pointer("/identifier/0/value").and_then(Value::as_str).unwrap_or_default();
        if let Some(ids) = self.mrns.get_mut(mrn) {
            ids.remove(id);
        }
    }

    /// `GET Patient?identifier=`, or `_id`.
    pub(super) fn search_patients(&mut self, ask: &Ask) -> Result<Answer, Refusal> {
        let query = ask.query_pairs();
        let count = count(&query, 10, COUNT_MAX)?;
        let given = |name| value(&query, name).filter(|v| !v.is_empty());
        let (identifier, id) = (given("identifier"), given("_id"));
        if identifier.is_none() && id.is_none() {
            return Err(Refusal::Text { status: 400, text: "no supported search parameters provided" });
        }
        if identifier.is_some_and(|i| i.contains(',')) {
            return Err(Refusal::issue(400, "invalid", "identifier takes a single value", "identifier"));
        }
        // Those of that MRN; else those whose ids were given.
        let mut named: Vec<&str> = match (identifier, id) {
            (Some(wanted), _) => {
                self.mrns.get(wanted.split_once('|').map_or(wanted, |(_, value)| value)).into_iter().flatten().map(String::as_str).collect()
            }
            (None, Some(ids)) => ids.split(',').collect(),
            (None, None) => Vec::new(),
        };
        named.sort_unstable();
        named.dedup();
        let fits = |patient: &Value, key: &str| {
            // A merged patient is never found, only read.
            patient.get("link").is_none()
                && id.is_none_or(|wanted| wanted.split(',').any(|w| w == key))
                && identifier.is_none_or(|wanted| has_identifier(patient, wanted))
        };
        let found: Vec<String> = named
            .into_iter()
            .filter(|key| self.patients.get(*key).is_some_and(|p| fits(&p.stored().resource, key)))
            .map(str::to_string)
            .collect();
        let tenant = self.config.tenant.clone();
        Ok(self.pages.first(ask, &tenant, "Patient", found, count, |id| Some(self.patients.get(id)?.stored().shown(id))))
    }
}

fn has_identifier(patient: &Value, wanted: &str) -> bool {
    let (system, wanted) = match wanted.split_once('|') {
        Some((system, wanted)) => (Some(system), wanted),
        None => (None, wanted),
    };
    patient["identifier"]
        .as_array()
        .is_some_and(|all| all.iter().any(|i| i["value"] == json!(wanted) && system.is_none_or(|s| i["system"] == json!(s))))
}

fn resource(patient: &ChartPatient, mrn_system: &str) -> Value {
    let text = format!("{}, {}", patient.last_name, patient.first_name);
    let mut resource = json!({
        "resourceType": "Patient", "active": patient.active,
        "identifier": [{
            "use": "usual", "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR", "display": "Medical record number"}], "text": "MRN"},
            "system": mrn_system, "value": patient.mrn,
        }],
        "name": [{"use": "official", "text": text, "family": patient.last_name, "given": [patient.first_name]}],
    });
    if let Some(date) = &patient.birth_date {
        resource["birthDate"] = json!(date);
    }
    if let Some(mobile) = &patient.mobile {
        let national = mobile.strip_prefix("+1").unwrap_or(mobile);
        let digits: String = national.chars().filter(char::is_ascii_digit).collect();
        resource["telecom"] = json!([{"system": "phone", "value": digits, "use": "mobile", "rank": 1}]);
    }
    if let Some(language) = &patient.language {
        resource["communication"] = json!([{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": language}]}, "preferred": true}]);
    }
    resource
}
