//! Every public FHIR sample, posted to the hook of a console whose patients are enrolled: each entry is judged,
//! or kept in quarantine with its reason. The samples stand beside the repository (`../shared/data`); where they
//! do not, there is nothing to post.

mod hl7;

use engine::scenario::{file, run};
use serde_json::{json, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn samples() -> Option<PathBuf> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    data.is_dir().then_some(data)
}

/// The patients of a body: the HL7 examples' by the chart's id, a Bundle's own by their MRN.
fn patients(resource: &Value) -> Vec<Value> {
    let mut patients = vec![json!({"mrn": "EXAMPLE", "fhir_id": "example"}), json!({"mrn": "F001", "fhir_id": "f001"})];
    for entry in resource["entry"].as_array().into_iter().flatten().filter(|e| e["resource"]["resourceType"] == "Patient") {
        let identifiers = entry["resource"]["identifier"].as_array().cloned().unwrap_or_default();
        let mrn = identifiers.iter().find(|i| i["type"]["coding"][0]["code"] == "MR").expect("a medical record number");
        patients.push(json!({"mrn": mrn["value"]}));
    }
    patients
}

/// Posts a file and counts what became of its entries: "kept bp routine late", "quarantined unknown_code" ...
fn outcomes(path: &Path) -> BTreeMap<String, usize> {
    let resource: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let scenario = json!({
        "format": "careloop-scenario/1", "start": "2026-11-20T15:00:00Z", "until": "2026-11-20T15:30:00Z",
        "patients": patients(&resource),
        "timeline": [{"at": "2026-11-20T15:00:00Z", "do": "observation", "resource": resource}],
    });
    let scenario = file::read(&scenario.to_string()).expect("a good scenario");
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ran = runtime.block_on(run(&scenario, folder.path())).expect("it runs");
    let text = |line: &serde_json::Map<String, Value>, name: &str| line.get(name).and_then(Value::as_str).unwrap_or("").to_string();
    let mut found = BTreeMap::new();
    for line in &ran.lines {
        let said = match text(line, "kind").as_str() {
            "intake" if text(line, "source") == "fhir" && text(line, "outcome") != "kept" => {
                format!("{} {}", text(line, "outcome"), text(line, "reason"))
            }
            "verdict" => {
                let flags: Vec<&str> =
                    line.get("flags").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
                format!("{} {} {} [{}]", text(line, "vital"), text(line, "severity"), text(line, "rule"), flags.join(" "))
            }
            // These are years old: whatever they say, nobody is texted or paged.
            "sms" | "page" => format!("{} {}", text(line, "kind"), text(line, "status")),
            _ => continue,
        };
        *found.entry(said).or_insert(0) += 1;
    }
    found
}

fn check(file: &str, expected: &[(&str, usize)]) {
    let Some(data) = samples() else { return };
    let found = outcomes(&data.join(file));
    println!("{file}: {found:?}");
    let expected: BTreeMap<String, usize> = expected.iter().map(|(k, n)| (k.to_string(), *n)).collect();
    assert_eq!(found, expected, "{file}");
}

#[test]
fn a_pressure_with_a_day_only_counts_for_the_trend() {
    check("fhir-r4/Observation-blood-pressure.json", &[("bp routine inside [no_exact_time late]", 1)]);
}

#[test]
fn a_pressure_with_one_part_absent_is_judged_by_the_other() {
    check("fhir-r4/Observation-blood-pressure-dar.json", &[("bp routine inside [no_exact_time late]", 1)]);
}

#[test]
fn a_cancelled_pressure_takes_back_and_is_not_judged() {
    check("fhir-r4/Observation-blood-pressure-cancel.json", &[]);
}

#[test]
fn a_first_weight_has_not_enough_readings() {
    check("fhir-r4/Observation-example.json", &[("weight routine not_enough_readings [no_exact_time late]", 1)]);
}

#[test]
fn a_glucose_in_molar_units_over_a_period_is_judged_in_milligrams() {
    check("fhir-r4/Observation-f001.json", &[("glucose routine inside [no_exact_time late]", 1)]);
}

#[test]
fn a_heart_rate_without_limits_is_kept() {
    check("fhir-r4/Observation-heart-rate.json", &[("heart_rate routine no_limit [no_exact_time late]", 1)]);
}

#[test]
fn an_oxygen_saturation_with_two_codes_is_judged_once() {
    check("fhir-r4/Observation-satO2.json", &[("spo2 routine inside [late]", 1)]);
}

#[test]
fn a_mean_pressure_is_not_a_pressure() {
    check("us-core/Observation-average-blood-pressure.json", &[("quarantined unknown_code", 1)]);
}

#[test]
fn a_serum_glucose_is_judged() {
    check("us-core/observation-serum-glucose.json", &[("glucose routine inside [no_exact_time late]", 1)]);
}

#[test]
fn what_is_no_observation_is_refused_and_kept() {
    for file in [
        "Appointment-example",
        "Patient-example",
        "OperationOutcome-exception",
        "OperationOutcome-validationfail",
        "ValueSet-ucum-bodyweight",
    ] {
        check(&format!("fhir-r4/{file}.json"), &[("refused not_an_observation", 1)]);
    }
}

#[test]
fn a_pressure_series_of_years_ago_is_judged_and_nobody_is_woken() {
    let expected = [
        ("bp abnormal beyond_limit [late]", 3),
        ("bp routine inside [late]", 4),
        ("quarantined not_an_observation", 1),
        ("weight routine not_enough_readings [late]", 7),
    ];
    check("synthea/htn-Jeffry_Jenkins.extract.json", &expected);
}

#[test]
fn a_glucose_series_of_years_ago_is_judged_and_nobody_is_woken() {
    let expected = [
        ("bp routine inside [late]", 10),
        ("glucose routine inside [late]", 10),
        ("quarantined not_an_observation", 1),
        ("weight abnormal implausible [late]", 1),
        ("weight routine not_enough_readings [late]", 9),
    ];
    check("synthea/diabetes-Silvana_Cremin.extract.json", &expected);
}

#[test]
fn a_heart_failure_series_of_years_ago_is_judged_and_nobody_is_woken() {
    let expected = [
        ("bp routine inside [late]", 10),
        ("glucose routine inside [late]", 11),
        ("quarantined not_an_observation", 1),
        ("weight routine not_enough_readings [late]", 10),
    ];
    check("synthea/chf-Tommy_Friesen.extract.json", &expected);
}
