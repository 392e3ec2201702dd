//! Creating and updating DocumentReferences: the rules of contracts 1.7.

use super::observation::timed;
use super::outcome::Refusal;
use super::update::{matched, replaced};
use super::{body_of, created, keeping, updated, Cerner};
use crate::exchange::{Answer, Ask};
use crate::journal::AcceptedKind;
use base64::Engine;
use chrono::DateTime;
use decide::At;
use serde_json::{json, Value};

const LOINC: &str = "http://loinc.org";
const KEPT: [&str; 11] =
    ["resourceType", "identifier", "status", "docStatus", "type", "subject", "author", "authenticator", "content", "context", "custodian"];
const CREATED_AS: [&str; 7] = [
    "text/plain;charset=utf-8",
    "text/html;charset=utf-8",
    "text/rtf;charset=utf-8",
    "text/richtext;charset=utf-8",
    "application/xml;charset=utf-8",
    "application/xhtml+xml;charset=utf-8",
    "application/pdf",
];
const UPDATED_AS: [&str; 5] = [
    "text/html;charset=utf-8",
    "text/rtf;charset=utf-8",
    "application/xml;charset=utf-8",
    "application/xhtml+xml;charset=utf-8",
    "application/pdf",
];

impl Cerner {
    /// `POST DocumentReference`.
    pub(super) fn create_document(&mut self, now: At, ask: &Ask) -> Result<Answer, Refusal> {
        let resource = body_of(ask, "DocumentReference")?;
        if resource["status"] != json!("current") {
            return Err(Refusal::rule("status must be current", "status"));
        }
        let (mut resource, patient) = self.checked_document(&resource, &["final", "amended"], &CREATED_AS)?;
        let id = self.next_id("");
        resource["date"] = json!(super::instant(now));
        resource["category"] = json!([{"coding": [{"system": "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category", "code": "clinical-note", "display": "Clinical Note"}]}]);
        let stored = self.new_version(resource, 1, now);
        let what = AcceptedKind::Document { id: id.clone(), patient, created: true, resource: stored.shown(&id) };
        self.documents.insert(id.clone(), stored);
        Ok(created(ask, &self.config.tenant, "DocumentReference", &id, now, what))
    }

    /// `PUT DocumentReference/{id}`.
    pub(super) fn update_document(&mut self, now: At, ask: &Ask, id: &str) -> Result<Answer, Refusal> {
        let old = matched(ask, self.documents.get(id))?.clone();
        let resource = replaced(body_of(ask, "DocumentReference")?, id)?;
        if !matches!(resource["status"].as_str(), Some("current" | "entered-in-error")) {
            return Err(Refusal::rule("status must be current or entered-in-error", "status"));
        }
        let (mut resource, patient) = self.checked_document(&resource, &["final", "amended", "entered-in-error"], &UPDATED_AS)?;
        for field in ["/subject/reference", "/context/encounter/0/reference"] {
            if resource.pointer(field) != old.resource.pointer(field) {
                return Err(Refusal::rule("patient and encounter may not change", field));
            }
        }
        let creation = |r: &Value| {
            r.pointer("/content/0/attachment/creation").and_then(Value::as_str).and_then(|t| DateTime::parse_from_rfc3339(t).ok())
        };
        if let (Some(before), Some(after)) = (creation(&old.resource), creation(&resource)) {
            if after < before {
                return Err(Refusal::rule("creation may not be earlier than before", "content.attachment.creation"));
            }
        }
        resource["date"] = old.resource["date"].clone();
        resource["category"] = old.resource["category"].clone();
        let stored = self.new_version(resource, old.version + 1, now);
        let what = AcceptedKind::Document { id: id.to_string(), patient, created: false, resource: stored.shown(id) };
        self.documents.insert(id.to_string(), stored.clone());
        Ok(updated(&stored, what))
    }

    /// The rules that creating and updating share; gives what is kept, and the patient.
    fn checked_document(&self, resource: &Value, doc_statuses: &[&str], types: &[&str]) -> Result<(Value, String), Refusal> {
        if !resource["docStatus"].as_str().is_some_and(|s| doc_statuses.contains(&s)) {
            return Err(Refusal::rule(format!("docStatus must be one of: {}", doc_statuses.join(", ")), "docStatus"));
        }
        self.note_type(&resource["type"])?;
        let patient = self.active_patient(resource.pointer("/subject/reference").and_then(Value::as_str), "subject")?;
        let authors = resource["author"].as_array().map(Vec::as_slice).unwrap_or(&[]);
        for person in authors.iter().chain(resource.get("authenticator")) {
            let id = person["reference"].as_str().and_then(|r| r.rsplit_once("Practitioner/")).map(|(_, id)| id);
            if !id.is_some_and(|id| self.is_practitioner(id)) {
                return Err(Refusal::rule("the author must be a Practitioner of this tenant", "author"));
            }
        }
        let Some([content]) = resource["content"].as_array().map(Vec::as_slice) else {
            return Err(Refusal::rule("exactly one content is required", "content"));
        };
        attachment(&content["attachment"], types)?;
        timed(resource.pointer("/context/period/end"), "context.period.end")?;
        if resource.pointer("/context/encounter").and_then(Value::as_array).is_some_and(|e| e.len() > 1) {
            return Err(Refusal::rule("at most one encounter", "context.encounter"));
        }
        Ok((keeping(resource, &KEPT), patient))
    }

    /// LOINC codings, or exactly one of the tenant's; never both.
    fn note_type(&self, concept: &Value) -> Result<(), Refusal> {
        let codings = concept["coding"].as_array().filter(|c| !c.is_empty()).ok_or_else(|| Refusal::required("type"))?;
        let loinc = codings.iter().filter(|c| c["system"] == json!(LOINC)).count();
        let own = &self.config.note_type;
        match codings.as_slice() {
            all if loinc == all.len() => match all.iter().all(|c| c["code"].as_str().is_some_and(is_loinc)) {
                true => Ok(()),
                false => Err(Refusal::rule("not a LOINC code", "type")),
            },
            [one] if one["system"] == json!(own.system) && one["code"] == json!(own.code) => Ok(()),
            [_] => Err(Refusal::rule("not a note type of this tenant", "type")),
            _ => Err(Refusal::rule("type must be LOINC codings or exactly one codeSet/72 coding", "type")),
        }
    }
}

fn is_loinc(code: &str) -> bool {
    code.split_once('-').is_some_and(|(number, check)| {
        !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) && check.len() == 1 && check.bytes().all(|b| b.is_ascii_digit())
    })
}

fn attachment(attachment: &Value, types: &[&str]) -> Result<(), Refusal> {
    let field = "content.attachment.contentType";
    let Some(media) = attachment["contentType"].as_str() else { return Err(Refusal::required(field)) };
    let media = media.replace(' ', "").to_ascii_lowercase();
    if !types.contains(&media.as_str()) {
        return Err(Refusal::rule(format!("contentType must be one of: {}", types.join(", ")), field));
    }
    if attachment.get("url").is_some() {
        return Err(Refusal::rule("the attachment must be inline", "content.attachment.url"));
    }
    let Some(data) = attachment["data"].as_str().filter(|d| !d.is_empty()) else {
        return Err(Refusal::required("content.attachment.data"));
    };
    let Ok(bytes) = base64::engine::general_purpose::STANDARD.decode(data) else {
        return Err(Refusal::issue(422, "invalid", "data must be base64", "content.attachment.data"));
    };
    if media != "application/pdf" {
        let Ok(text) = String::from_utf8(bytes) else {
            return Err(Refusal::issue(422, "invalid", "data must be UTF-8", "content.attachment.data"));
        };
        if media.contains("xml") && !is_well_formed(&text) {
            return Err(Refusal::rule("the document is not well-formed", "content.attachment.data"));
        }
    }
    match attachment.get("creation") {
        None => Ok(()),
        creation => timed(creation, "content.attachment.creation"),
    }
}

/// Every tag opened is closed, in order.
fn is_well_formed(text: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let Some(end) = rest.find('>') else { return false };
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        if tag.starts_with(['?', '!']) || tag.ends_with('/') {
            continue;
        }
        match tag.strip_prefix('/') {
            Some(name) if open.pop() != Some(name.trim()) => return false,
            Some(_) => {}
            None => open.push(tag.split_whitespace().next().unwrap_or("")),
        }
    }
    open.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_tag_is_not_well_formed() {
        assert!(is_well_formed("<html><body>a<br/>b</body></html>"));
        assert!(!is_well_formed("<html><body>a</html></body>"));
        assert!(!is_well_formed("<p>a"));
    }
}
