//! Whose reading it is.

use super::node::Node;
use super::value::Bad;
use crate::{Mrn, PatientRef, Unusable};
use std::collections::HashMap;

/// Patients that came in the same Bundle, by what a reference may call them.
#[derive(Default)]
pub(super) struct People {
    by_url: HashMap<String, PatientRef>,
    by_id: HashMap<String, PatientRef>,
}

impl People {
    /// Remembers a Patient entry.
    pub fn add(&mut self, full_url: Option<&str>, patient: &Node) {
        let known = PatientRef { mrn: mrn_of(patient), fhir_id: patient.get("id").text().map(str::to_string) };
        if let Some(url) = full_url {
            self.by_url.insert(url.to_string(), known.clone());
        }
        if let Some(id) = known.fhir_id.clone() {
            self.by_id.insert(id, known);
        }
    }
}

/// A Patient's MRN: the one typed MR and in use, or its only identifier.
fn mrn_of(patient: &Node) -> Option<Mrn> {
    let current = |i: &&Node| i.get("use").text() != Some("old") && i.get("period").get("end").absent() && i.get("value").text().is_some();
    let typed = |i: &&Node| i.get("type").get("coding").list().iter().any(|c| c.get("code").text() == Some("MR"));
    let all: Vec<&Node> = patient.get("identifier").list().iter().filter(current).collect();
    let records: Vec<&&Node> = all.iter().filter(|i| typed(i)).collect();
    let one = match (records.as_slice(), all.as_slice()) {
        ([one], _) => one,
        ([], [one]) => one,
        // Several record numbers: choosing one would be a guess.
        _ => return None,
    };
    one.get("value").text().map(|v| Mrn::new(v.trim()))
}

/// `Observation.subject`.
pub(super) fn subject(o: &Node, people: &People) -> PatientRef {
    reference_among(o, o.get("subject"), people)
}

/// The patient that a reference of a resource means, alone or contained in it.
pub(super) fn reference_to(resource: &Node, reference: &Node) -> PatientRef {
    reference_among(resource, reference, &People::default())
}

fn reference_among(o: &Node, subject: &Node, people: &People) -> PatientRef {
    let mut found = PatientRef { mrn: subject.get("identifier").get("value").text().map(|v| Mrn::new(v.trim())), fhir_id: None };
    let Some(reference) = subject.get("reference").text().map(str::trim) else { return found };
    let told = if let Some(inside) = reference.strip_prefix('#') {
        let contained = o
            .get("contained")
            .list()
            .iter()
            .find(|c| c.get("id").text() == Some(inside) && c.get("resourceType").text() == Some("Patient"));
        PatientRef { mrn: contained.and_then(mrn_of), fhir_id: None }
    } else if reference.starts_with("urn:") {
        people.by_url.get(reference).cloned().unwrap_or_default()
    } else {
        let id = patient_id(reference);
        let known = people.by_url.get(reference).or_else(|| people.by_id.get(id?));
        PatientRef { mrn: known.and_then(|k| k.mrn.clone()), fhir_id: id.map(str::to_string) }
    };
    found.mrn = found.mrn.or(told.mrn);
    found.fhir_id = told.fhir_id;
    found
}

/// The id in "Patient/{id}", absolute or with a version.
fn patient_id(reference: &str) -> Option<&str> {
    id_of(reference, "Patient")
}

/// The id in "{kind}/{id}", absolute or with a version.
pub(super) fn id_of<'r>(reference: &'r str, kind: &str) -> Option<&'r str> {
    let plain = reference.trim().split(['?', '#']).next()?;
    let unversioned = plain.split("/_history/").next()?;
    let mut parts = unversioned.rsplit('/');
    let (id, named) = (parts.next()?, parts.next()?);
    (named == kind && !id.is_empty()).then_some(id)
}

/// Nobody is named.
pub(super) fn nobody(patient: &PatientRef) -> Option<Bad> {
    (patient.mrn.is_none() && patient.fhir_id.is_none()).then(|| {
        Bad::new(
            Unusable::NoPatient,
            "Observation.subject",
            "No patient is named. Send subject.identifier.value (the MRN) or subject.reference (Patient/id).",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(observation: &str, expect: (Option<&str>, Option<&str>)) {
        let mut people = People::default();
        people.add(
            Some("urn:uuid:6b1"),
            &serde_json::from_str(r#"{"id":"6b1","identifier":[{"value":"x-9"},{"type":{"coding":[{"code":"MR"}]},"value":"1022228"}]}"#)
                .unwrap(),
        );
        people.add(
            Some("https://chart.example/Patient/7"),
            &serde_json::from_str(r#"{"id":"7","identifier":[{"value":"A"},{"value":"B"}]}"#).unwrap(),
        );
        let node: Node = serde_json::from_str(observation).unwrap();
        let found = subject(&node, &people);
        assert_eq!((found.mrn.as_ref().map(|m| m.expose()), found.fhir_id.as_deref()), expect, "{observation}");
    }

    #[test]
    fn a_patient_is_named_by_number_or_by_reference() {
        check(r#"{"subject":{"identifier":{"value":" 1022228 "}}}"#, (Some("1022228"), None));
        check(r#"{"subject":{"reference":"Patient/12724066"}}"#, (None, Some("12724066")));
        check(r#"{"subject":{"reference":"https://chart.example/r4/Patient/12724066/_history/3"}}"#, (None, Some("12724066")));
        check(r#"{"subject":{"reference":"Patient/12","identifier":{"value":"1022228"}}}"#, (Some("1022228"), Some("12")));
    }

    #[test]
    fn a_patient_in_the_same_bundle_or_resource_gives_the_number() {
        check(r#"{"subject":{"reference":"urn:uuid:6b1"}}"#, (Some("1022228"), Some("6b1")));
        check(r#"{"subject":{"reference":"Patient/6b1"}}"#, (Some("1022228"), Some("6b1")));
        check(
            r##"{"subject":{"reference":"#p"},"contained":[{"resourceType":"Patient","id":"p","identifier":[{"value":"77"}]}]}"##,
            (Some("77"), None),
        );
    }

    #[test]
    fn nobody_is_guessed() {
        check(r#"{"subject":{"reference":"urn:uuid:other"}}"#, (None, None));
        check(r#"{"subject":{"reference":"Group/1"}}"#, (None, None));
        check(r#"{"subject":{"reference":"https://chart.example/Patient/7"}}"#, (None, Some("7")));
        check(r#"{"subject":{"display":"Ann Lee"}}"#, (None, None));
        check(r#"{"subject":"Patient/1"}"#, (None, None));
        check("{}", (None, None));
    }
}
