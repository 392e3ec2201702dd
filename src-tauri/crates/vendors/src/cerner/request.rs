//! What is asked of the chart. Millennium R4: https://docs.oracle.com/en/industries/health/millennium-platform-apis/

use super::Config;
use crate::form;
use crate::transport::Request;
use decide::outbox::Vendor;
use decide::At;
use serde_json::Value;
use std::time::Duration;

/// A chart may be slow to store a document.
const CHART_PATIENCE: Duration = Duration::from_secs(30);

fn fhir(method: http::Method, url: String) -> Request {
    let mut request = Request::new(Vendor::Cerner, method, url).header("accept", "application/fhir+json");
    request.timeout = CHART_PATIENCE;
    request
}

/// Reads one resource.
pub fn read(c: &Config, kind: &str, id: &str) -> Request {
    fhir(http::Method::GET, format!("{}/{kind}/{}", c.base(), form::encode(id)))
}

/// A further page of a search: its link as given.
pub fn page(url: &str) -> Request {
    fhir(http::Method::GET, url.to_string())
}

fn search(c: &Config, kind: &str, query: &[(&str, &str)]) -> Request {
    fhir(http::Method::GET, format!("{}/{kind}?{}", c.base(), form::write(query)))
}

/// An instant as Millennium writes them.
pub fn instant(at: At) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// Patients with that MRN.
pub fn patients(c: &Config, mrn: &str) -> Request {
    let identifier = match c.mrn_system.as_deref().filter(|s| !s.is_empty()) {
        Some(system) => format!("{system}|{mrn}"),
        None => mrn.to_string(),
    };
    search(c, "Patient", &[("identifier", &identifier)])
}

/// Observations of a patient measured in `[from, until)`; `codes` as `system|code`, empty for all.
pub fn observations_at(c: &Config, patient: &str, codes: &str, from: At, until: At) -> Request {
    let (from, until) = (format!("ge{}", instant(from)), format!("lt{}", instant(until)));
    let mut query = vec![("patient", patient), ("date", &from), ("date", &until), ("_count", "200")];
    if !codes.is_empty() {
        query.push(("code", codes));
    }
    search(c, "Observation", &query)
}

/// Observations of a patient changed since then.
pub fn observations_since(c: &Config, patient: &str, codes: &str, since: At) -> Request {
    let since = format!("ge{}", instant(since));
    search(c, "Observation", &[("patient", patient), ("_lastUpdated", &since), ("code", codes), ("_count", "200")])
}

/// Documents of a patient about `[from, until)`.
pub fn documents(c: &Config, patient: &str, from: At, until: At) -> Request {
    let (from, until) = (format!("ge{}", instant(from)), format!("lt{}", instant(until)));
    search(c, "DocumentReference", &[("patient", patient), ("period", &from), ("period", &until), ("_count", "100")])
}

/// Appointments at a place that start in `[from, until)`.
pub fn appointments(c: &Config, location: &str, from: At, until: At) -> Request {
    let (from, until) = (format!("ge{}", instant(from)), format!("lt{}", instant(until)));
    search(c, "Appointment", &[("location", location), ("date", &from), ("date", &until), ("_count", "100")])
}

/// Patches an Appointment at the version it was read at.
pub fn patch_appointment(c: &Config, id: &str, version: &str, patch: &Value) -> Request {
    fhir(http::Method::PATCH, format!("{}/Appointment/{}", c.base(), form::encode(id)))
        .header("if-match", format!("W/\"{version}\""))
        .json("application/json-patch+json", patch)
}

/// Creates a resource.
pub fn create(c: &Config, resource: &Value) -> Request {
    let kind = resource["resourceType"].as_str().unwrap_or_default();
    fhir(http::Method::POST, format!("{}/{kind}", c.base())).json("application/fhir+json", resource)
}

/// Replaces an Observation at the version it was read at.
pub fn replace(c: &Config, id: &str, version: &str, resource: &Value) -> Request {
    fhir(http::Method::PUT, format!("{}/Observation/{}", c.base(), form::encode(id)))
        .header("if-match", format!("W/\"{version}\""))
        .json("application/fhir+json", resource)
}
