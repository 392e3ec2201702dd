mod looks;
mod refusals;
mod tokens;
mod writes;

use crate::fake::*;
use crate::{Fault, Response};
use serde_json::{json, Value};

pub const NOW: &str = "2026-03-05T19:30:00Z";

/// Discovery and a token, as every first request needs them.
pub fn signed_in() -> Vec<Result<Response, Fault>> {
    vec![discovery(), token("t1", super::scope::asked(false, Default::default()))]
}

pub fn discovery() -> Result<Response, Fault> {
    says(200, json!({ "token_endpoint": "http://chart.test/token", "capabilities": ["permission-v1", "permission-v2"] }))
}

pub fn token(bearer: &str, scope: String) -> Result<Response, Fault> {
    says(200, json!({ "access_token": bearer, "token_type": "Bearer", "expires_in": 570, "scope": scope }))
}

pub fn bundle(resources: &[Value], next: Option<&str>) -> Result<Response, Fault> {
    let entry: Vec<Value> = resources.iter().map(|r| json!({ "resource": r, "search": { "mode": "match" } })).collect();
    let mut body = json!({ "resourceType": "Bundle", "type": "searchset", "entry": entry });
    if let Some(next) = next {
        body["link"] = json!([{ "relation": "self", "url": "http://chart.test/r4/t/x" }, { "relation": "next", "url": next }]);
    }
    says(200, body)
}

pub fn ann(id: &str) -> Value {
    json!({
        "resourceType": "Patient", "id": id, "active": true,
        "identifier": [{ "type": { "coding": [{ "code": "MR" }] }, "system": "urn:oid:1.2.3", "value": "1022228", "period": { "start": "2019-01-01T00:00:00Z" } },
                       { "type": { "coding": [{ "code": "MR" }] }, "system": "urn:oid:1.2.3", "value": "999", "period": { "end": "2020-01-01T00:00:00Z" } }],
        "name": [{ "use": "old", "family": "Ray", "given": ["Ann"] }, { "use": "official", "family": "Lee", "given": ["Ann", "Marie"] }],
        "telecom": [{ "system": "phone", "use": "home", "value": "2025550188" }, { "system": "phone", "use": "mobile", "value": "2025550177", "period": { "end": "2024-01-01T00:00:00Z" } },
                    { "system": "phone", "use": "mobile", "value": "2025550101", "rank": 1 }],
        "birthDate": "1961-02-03",
        "communication": [{ "language": { "coding": [{ "system": "https://fhir.cerner.com/t/codeSet/36", "code": "151" }, { "system": "urn:ietf:bcp:47", "code": "es" }] }, "preferred": true }]
    })
}
