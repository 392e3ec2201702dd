//! Public sample files, where they lie beside the repository.

use super::line;
use crate::decode::fhir;
use std::collections::BTreeMap;
use std::path::PathBuf;

fn read(name: &str) -> Option<Vec<u8>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..");
    std::fs::read(root.join("../shared/data").join(name)).ok()
}

fn outcome(bytes: &[u8]) -> Vec<String> {
    match fhir(bytes) {
        Ok(all) => all.iter().map(line).collect(),
        Err(r) => vec![format!("{} {}", r.status, r.reason)],
    }
}

#[test]
fn the_public_observations_mean_what_they_say() {
    for (name, expect) in [
        ("fhir-r4/Observation-blood-pressure.json", "bp 107/60 85354-9 final day"),
        ("fhir-r4/Observation-blood-pressure-dar.json", "bp 107/- 85354-9 final day"),
        ("fhir-r4/Observation-blood-pressure-cancel.json", "withdrawal cancelled blood-pressure-cancel"),
        ("fhir-r4/Observation-example.json", "weight 185 29463-7 final day"),
        ("fhir-r4/Observation-f001.json", "glucose 113.5 15074-8 final period"),
        ("fhir-r4/Observation-heart-rate.json", "heart_rate 44 8867-4 final day"),
        ("fhir-r4/Observation-satO2.json", "spo2 95 2708-6 final at"),
        ("us-core/Observation-average-blood-pressure.json", "unknown_code Observation.code.coding.code []"),
        ("us-core/observation-serum-glucose.json", "glucose 76 2345-7 final day"),
        ("fhir-r4/Appointment-example.json", "422 not_an_observation"),
        ("fhir-r4/Patient-example.json", "422 not_an_observation"),
        ("fhir-r4/OperationOutcome-exception.json", "422 not_an_observation"),
        ("fhir-r4/OperationOutcome-validationfail.json", "422 not_an_observation"),
        ("fhir-r4/ValueSet-ucum-bodyweight.json", "422 not_an_observation"),
    ] {
        if let Some(bytes) = read(name) {
            assert_eq!(outcome(&bytes), [expect], "{name}");
        }
    }
}

#[test]
fn the_public_series_are_read_entry_by_entry() {
    for (name, expect) in [
        (
            "synthea/htn-Jeffry_Jenkins.extract.json",
            [("bp 55284-4", 7), ("not_an_observation resourceType", 1), ("weight 29463-7", 7)].as_slice(),
        ),
        (
            "synthea/diabetes-Silvana_Cremin.extract.json",
            &[("bp 55284-4", 10), ("glucose 2339-0", 10), ("not_an_observation resourceType", 1), ("weight 29463-7", 10)],
        ),
        (
            "synthea/chf-Tommy_Friesen.extract.json",
            &[("bp 55284-4", 10), ("glucose 2339-0", 11), ("not_an_observation resourceType", 1), ("weight 29463-7", 10)],
        ),
    ] {
        let Some(bytes) = read(name) else { continue };
        let mut counted: BTreeMap<String, usize> = BTreeMap::new();
        for decoded in fhir(&bytes).unwrap() {
            let what = match &decoded {
                crate::input::Decoded::Reading(a) => {
                    assert!(
                        a.measured.exact() && a.patient.mrn.is_some() && a.patient.fhir_id.is_some() && a.source_id.is_some(),
                        "{name}"
                    );
                    format!("{} {}", a.vital.name(), a.loinc)
                }
                crate::input::Decoded::Misread(m) => format!("{} {}", m.reason.name(), m.field),
                other => line(other),
            };
            *counted.entry(what).or_default() += 1;
        }
        let expect: BTreeMap<String, usize> = expect.iter().map(|(k, n)| (k.to_string(), *n)).collect();
        assert_eq!(counted, expect, "{name}");
    }
}
