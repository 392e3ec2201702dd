//! Updating Observations: versions, and what may not change (contracts 1.6).

use super::observation::CEUUID;
use super::outcome::Refusal;
use super::{body_of, updated, Cerner, Stored};
use crate::exchange::{Answer, Ask};
use crate::journal::AcceptedKind;
use decide::At;
use serde_json::{json, Value};

impl Cerner {
    /// `PUT Observation/{id}`.
    pub(super) fn update_observation(&mut self, now: At, ask: &Ask, id: &str) -> Result<Answer, Refusal> {
        let old = matched(ask, self.observations.get(id))?.clone();
        let resource = replaced(body_of(ask, "Observation")?, id)?;
        let checked = self.checked_observation(&resource, &["amended", "corrected"])?;
        let ceuuid = |r: &Value| {
            r["identifier"].as_array().and_then(|all| all.iter().find(|i| i["system"] == json!(CEUUID))).map(|i| i["value"].clone())
        };
        if checked.vital {
            let (before, after) = (ceuuid(&old.resource), ceuuid(&resource));
            if after.is_none() {
                return Err(Refusal::required("identifier"));
            }
            if before.is_some() && before != after {
                return Err(Refusal::rule("the identifier may not change", "identifier"));
            }
            if old.resource.get("valueQuantity").is_some() && checked.resource.get("valueQuantity").is_none() {
                return Err(Refusal::rule("a quantity may only become a quantity", "valueQuantity"));
            }
        }
        if resource.pointer("/subject/reference") != old.resource.pointer("/subject/reference") {
            return Err(Refusal::rule("the patient may not change", "subject"));
        }
        let category = |r: &Value| r.pointer("/category/0/coding/0/code").cloned();
        if category(&resource) != category(&old.resource) {
            return Err(Refusal::rule("the category may not change", "category"));
        }
        let stored = self.new_version(checked.resource, old.version + 1, now);
        let what = AcceptedKind::Observation { id: id.to_string(), patient: checked.patient, created: false, resource: stored.shown(id) };
        self.observations.insert(id.to_string(), stored.clone());
        Ok(updated(&stored, what))
    }
}

/// The stored resource whose version the client names in `If-Match`.
pub(super) fn matched<'a>(ask: &Ask, stored: Option<&'a Stored>) -> Result<&'a Stored, Refusal> {
    let stored = stored.ok_or_else(|| Refusal::issue(404, "not-found", "Resource not found", "id"))?;
    match ask.header("if-match") {
        None => Err(Refusal::issue(412, "conflict", "If-Match is required", "If-Match")),
        Some(tag) if tag.trim() == stored.etag() => Ok(stored),
        Some(tag) if tag.trim().starts_with("W/\"") => Err(Refusal::issue(409, "conflict", "the version is stale", "If-Match")),
        Some(_) => Err(Refusal::issue(400, "invalid", "If-Match must be W/\"n\"", "If-Match")),
    }
}

/// The body names the resource it replaces.
pub(super) fn replaced(resource: Value, id: &str) -> Result<Value, Refusal> {
    if resource["id"] == json!(id) {
        Ok(resource)
    } else {
        Err(Refusal::issue(400, "invalid", "the id of the body does not match the URL", "id"))
    }
}
