//! Oracle Health (Cerner) Millennium FHIR R4 of one tenant.
//! Contract: contracts 1.1-1.8, 1.10 (fhir.cerner.com documentation source).

mod appointment;
mod discovery;
mod document;
mod observation;
mod outcome;
mod patient;
mod search;
mod token;
mod units;
mod update;

pub use patient::ChartPatient;

use crate::config::CernerConfig;
use crate::exchange::{Answer, Ask};
use crate::fault::FaultState;
use crate::journal::AcceptedKind;
use crate::sandbox::NotPossible;
use chrono::SecondsFormat;
use decide::At;
use outcome::{outcome, Refusal};
use serde_json::{json, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use token::Tokens;

/// One tenant.
pub(crate) struct Cerner {
    config: CernerConfig,
    tokens: Tokens,
    patients: BTreeMap<String, patient::Charted>,
    /// MRN to ids: a clinic has thousands, all told at every start.
    mrns: HashMap<String, BTreeSet<String>>,
    observations: BTreeMap<String, Stored>,
    documents: BTreeMap<String, Stored>,
    appointments: BTreeMap<String, Stored>,
    pages: search::Pages,
    counted: u64,
}

/// A resource and its version.
#[derive(Clone)]
pub(crate) struct Stored {
    resource: Value,
    version: u64,
    updated: At,
    /// In order of creation.
    n: u64,
}

impl Stored {
    /// As it is read: with id, version and time.
    fn shown(&self, id: &str) -> Value {
        let mut shown = json!({"resourceType": self.resource["resourceType"], "id": id, "meta": {"versionId": self.version.to_string(), "lastUpdated": instant(self.updated)}});
        if let (Value::Object(into), Value::Object(fields)) = (&mut shown, &self.resource) {
            into.extend(fields.iter().filter(|(k, _)| !matches!(k.as_str(), "id" | "meta")).map(|(k, v)| (k.clone(), v.clone())));
        }
        shown
    }

    fn etag(&self) -> String {
        format!("W/\"{}\"", self.version)
    }
}

impl Cerner {
    pub fn new(config: CernerConfig) -> Cerner {
        Cerner {
            config,
            tokens: Tokens::default(),
            patients: BTreeMap::new(),
            mrns: HashMap::new(),
            observations: BTreeMap::new(),
            documents: BTreeMap::new(),
            appointments: BTreeMap::new(),
            pages: search::Pages::default(),
            counted: 0,
        }
    }

    /// Answers one request; every answer carries ids to quote to support.
    pub fn answer(&mut self, now: At, ask: &Ask) -> Answer {
        self.counted += 1;
        let request_id = format!("{:08x}-0000-4000-8000-{:012x}", self.counted, self.counted);
        let answer = self.routed(now, ask);
        answer.with("x-request-id", request_id.clone()).with("opc-request-id", format!("/{request_id}"))
    }

    fn routed(&mut self, now: At, ask: &Ask) -> Answer {
        let segments = ask.segments();
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["tenants", tenant, .., "token"] if *tenant == self.config.tenant => self.token(now, ask),
            ["r4" | "tenants", tenant, ..] if *tenant != self.config.tenant => Answer::text(403, "Tenant not valid or accessible"),
            ["r4", _, ".well-known", "smart-configuration"] if ask.method == http::Method::GET => self.smart_configuration(ask),
            ["r4", _, "metadata"] if ask.method == http::Method::GET => self.metadata(ask),
            ["r4", _, rest @ ..] => {
                if !accepts_fhir(ask) {
                    return Answer::empty(406);
                }
                match self.resource(now, ask, rest) {
                    Ok(answer) => answer,
                    Err(refusal) => refusal.answer(),
                }
            }
            _ => Answer::empty(404),
        }
    }

    fn resource(&mut self, now: At, ask: &Ask, path: &[&str]) -> Result<Answer, Refusal> {
        let method = ask.method.as_str();
        let kind = path.first().copied().unwrap_or("");
        let known = ["Patient", "Observation", "DocumentReference", "Practitioner", "Appointment"].contains(&kind);
        if !known {
            return Err(Refusal::issue(404, "not-supported", "the resource is not supported", kind));
        }
        let needs: &[char] = match (method, kind) {
            ("GET", _) if path.len() == 1 => &['s'],
            ("GET", _) => &['r'],
            ("POST", "Observation" | "DocumentReference") => &['c'],
            ("PUT", "Observation" | "DocumentReference") => &['r', 'u'],
            ("PATCH", "Appointment") => &['u'],
            _ => return Ok(Answer::empty(405)),
        };
        self.authorised(now, ask, kind, needs)?;
        match (method, kind, path) {
            ("GET", "Patient", [_]) => self.search_patients(ask),
            ("GET", "Observation", [_]) => self.search_observations(ask),
            ("GET", "DocumentReference", [_]) => self.search_documents(ask),
            ("GET", "Appointment", [_]) => self.search_appointments(ask),
            ("GET", "Practitioner", [_, id]) => self.practitioner(id),
            ("GET", kind, [_, id]) => match self.found(kind, id) {
                Some(found) => Ok(fhir(200, &found.shown(id)).with("etag", found.etag())),
                None => Err(Refusal::issue(404, "not-found", "Resource not found", kind)),
            },
            ("POST", "Observation", [_]) => self.create_observation(now, ask),
            ("POST", "DocumentReference", [_]) => self.create_document(now, ask),
            ("PUT", "Observation", [_, id]) => self.update_observation(now, ask, id),
            ("PUT", "DocumentReference", [_, id]) => self.update_document(now, ask, id),
            ("PATCH", "Appointment", [_, id]) => self.patch_appointment(now, ask, id),
            _ => Ok(Answer::empty(405)),
        }
    }

    /// A resource as it is stored.
    pub fn stored(&self, kind: &str, id: &str) -> Option<Value> {
        self.found(kind, id).map(|s| s.shown(id))
    }

    fn found(&self, kind: &str, id: &str) -> Option<Stored> {
        match kind {
            "Patient" => self.patients.get(id).map(patient::Charted::stored),
            "Observation" => self.observations.get(id).cloned(),
            "DocumentReference" => self.documents.get(id).cloned(),
            "Appointment" => self.appointments.get(id).cloned(),
            _ => None,
        }
    }

    /// Files an Observation as another system would; an id given is kept.
    pub fn file_observation(&mut self, now: At, resource: Value) -> String {
        let given = resource.get("id").and_then(Value::as_str).map(str::to_string);
        let id = given.unwrap_or_else(|| self.next_id("VS-"));
        let before = self.observations.get(&id).map_or(0, |s| s.version);
        let stored = self.new_version(resource, before + 1, now);
        self.observations.insert(id.clone(), stored);
        id
    }

    fn new_version(&mut self, resource: Value, version: u64, now: At) -> Stored {
        self.counted += 1;
        Stored { resource, version, updated: now, n: self.counted }
    }

    fn next_id(&mut self, prefix: &str) -> String {
        self.counted += 1;
        format!("{prefix}{}", 197_000_000 + self.counted)
    }

    /// 404 unless such a practitioner exists.
    fn practitioner(&self, id: &str) -> Result<Answer, Refusal> {
        if !self.is_practitioner(id) {
            return Err(Refusal::issue(404, "not-found", "Resource not found", "Practitioner"));
        }
        let body = json!({"resourceType": "Practitioner", "id": id, "meta": {"versionId": "0"}, "active": true, "name": [{"use": "usual", "family": "Diaz", "given": ["Francis"], "text": "Diaz, Francis"}]});
        Ok(fhir(200, &body))
    }

    fn is_practitioner(&self, id: &str) -> bool {
        self.config.performer == id || self.config.practitioners.iter().any(|p| p == id)
    }

    /// The id of a patient who is in the chart and active.
    fn active_patient(&self, reference: Option<&str>, field: &str) -> Result<String, Refusal> {
        let id = reference.and_then(|r| r.rsplit_once("Patient/")).map(|(_, id)| id).ok_or_else(|| Refusal::required(field))?;
        match self.patients.get(id) {
            Some(p) if p.stored().resource["active"] == json!(true) => Ok(id.to_string()),
            Some(_) => Err(Refusal::rule("the patient is not active", field)),
            None => Err(Refusal::rule("the patient does not exist", field)),
        }
    }

    pub fn merge_patient(&mut self, now: At, from: &str, into: &str) -> Result<(), NotPossible> {
        if !self.patients.contains_key(into) {
            return Err(NotPossible(format!("no such patient: {into}")));
        }
        let Some(old) = self.patients.get(from).map(patient::Charted::stored) else {
            return Err(NotPossible(format!("no such patient: {from}")));
        };
        self.unname(from);
        let link = json!([{"other": {"reference": format!("Patient/{into}")}, "type": "replaced-by"}]);
        let resource = json!({"resourceType": "Patient", "active": false, "link": link});
        let merged = Stored { resource, version: old.version + 1, updated: now, n: old.n };
        self.patients.insert(from.into(), patient::Charted::new(&merged));
        Ok(())
    }
}

/// Created: an empty body that says it is HTML, as Millennium does.
fn created(ask: &Ask, tenant: &str, kind: &str, id: &str, now: At, what: AcceptedKind) -> Answer {
    Answer::typed(201, "text/html", Vec::new())
        .with("content-length", "0")
        .with("location", format!("{}/r4/{tenant}/{kind}/{id}", ask.origin))
        .with("etag", "W/\"1\"")
        .with("last-modified", http_date(now))
        .accepting(what)
}

/// Updated: empty too.
fn updated(stored: &Stored, what: AcceptedKind) -> Answer {
    Answer::typed(200, "text/html", Vec::new())
        .with("content-length", "0")
        .with("etag", stored.etag())
        .with("last-modified", http_date(stored.updated))
        .accepting(what)
}

fn http_date(at: At) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn instant(at: At) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn fhir(status: u16, body: &Value) -> Answer {
    Answer::typed(status, "application/fhir+json;charset=utf-8", body.to_string().into_bytes())
}

fn accepts_fhir(ask: &Ask) -> bool {
    let Some(accept) = ask.header("accept") else { return true };
    accept.split(',').any(|a| {
        matches!(a.split(';').next().unwrap_or("").trim(), "application/fhir+json" | "application/json+fhir" | "application/json" | "*/*")
    })
}

/// The resource of a body, which must be FHIR JSON of that kind.
fn body_of(ask: &Ask, kind: &str) -> Result<Value, Refusal> {
    if !matches!(ask.media_type().as_str(), "application/fhir+json" | "application/json+fhir" | "application/json") {
        return Err(Refusal::issue(415, "not-supported", "Unsupported media type", "Content-Type"));
    }
    let Ok(resource) = serde_json::from_slice::<Value>(&ask.body) else {
        return Err(Refusal::issue(400, "structure", "the body is not JSON", kind));
    };
    if resource["resourceType"] != json!(kind) {
        return Err(Refusal::issue(400, "invalid", "resourceType does not match the endpoint", "resourceType"));
    }
    for field in ["modifierExtension", "implicitRules"] {
        if resource.get(field).is_some() {
            return Err(Refusal::issue(422, "extension", "modifier fields and extensions are not supported", field));
        }
    }
    Ok(resource)
}

/// Only the fields the chart keeps; it ignores the others without a word.
fn keeping(resource: &Value, fields: &[&str]) -> Value {
    let Value::Object(all) = resource else { return Value::Null };
    Value::Object(all.iter().filter(|(k, _)| fields.contains(&k.as_str())).map(|(k, v)| (k.clone(), v.clone())).collect())
}

/// Millennium in trouble.
pub(crate) fn trouble(fault: &FaultState) -> Answer {
    match fault {
        FaultState::RateLimited { retry_after_s } => {
            let answer = fhir(429, &outcome("error", "throttled", "Too many requests", None));
            match retry_after_s {
                Some(s) => answer.with("retry-after", s.to_string()),
                None => answer,
            }
        }
        FaultState::Reject { status, error_code } => match status.unwrap_or(422) {
            401 => Answer::text(401, "").with("www-authenticate", "Bearer realm=\"fhir\", error=\"invalid_token\""),
            status => fhir(status, &outcome("error", error_code.as_deref().unwrap_or("business-rule"), "The request was refused", None)),
        },
        _ => fhir(503, &outcome("fatal", "transient", "Service unavailable", None)),
    }
}
