use super::{glucose, one, pressure, with};
use crate::decode::fhir;
use crate::input::Decoded;
use crate::{Arrival, Misread};
use serde_json::{json, Value as Json};

fn check(resource: Json, expect: &str) {
    assert_eq!(one(&resource), expect, "{resource}");
}

fn reading(resource: &Json) -> Arrival {
    match fhir(resource.to_string().as_bytes()).unwrap().remove(0) {
        Decoded::Reading(a) => a,
        other => panic!("no reading: {other:?}"),
    }
}

fn misread(resource: &Json) -> Misread {
    match fhir(resource.to_string().as_bytes()).unwrap().remove(0) {
        Decoded::Misread(m) => m,
        other => panic!("no misread: {other:?}"),
    }
}

/// A reading of one quantity.
fn coded(code: &str, value: Json, unit: &str) -> Json {
    with(
        glucose(),
        &[
            ("/code/coding/0/code", json!(code)),
            ("/valueQuantity", json!({ "value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit })),
        ],
    )
}

#[test]
fn every_accepted_code_names_its_vital() {
    for (code, unit, expect) in [
        ("2339-0", "mg/dL", "glucose 90"),
        ("2345-7", "mg/dL", "glucose 90"),
        ("41653-7", "mg/dL", "glucose 90"),
        ("99504-3", "mg/dL", "glucose 90"),
        ("41604-0", "mg/dL", "glucose 90"),
        ("15074-8", "mmol/L", "glucose 1621.4"),
        ("14743-9", "mmol/L", "glucose 1621.4"),
        ("14749-6", "mmol/L", "glucose 1621.4"),
        ("29463-7", "[lb_av]", "weight 90"),
        ("3141-9", "kg", "weight 198.42"),
        ("29463-7", "g", "weight 0.2"),
        ("2708-6", "%", "spo2 90"),
        ("59408-5", "%", "spo2 90"),
        ("8867-4", "/min", "heart_rate 90"),
        ("8480-6", "mm[Hg]", "bp 90/-"),
        ("8462-4", "mm[Hg]", "bp -/90"),
    ] {
        check(coded(code, json!(90), unit), &format!("{expect} {code} final at"));
    }
}

#[test]
fn a_unit_of_another_vital_is_unknown() {
    for (code, unit) in
        [("2339-0", "kg"), ("29463-7", "mg/dL"), ("2708-6", "/min"), ("8867-4", "{beats}/min"), ("2339-0", "mg/dl"), ("29463-7", "lb")]
    {
        let got = one(&coded(code, json!(90), unit));
        assert!(got.starts_with("unknown_unit Observation.valueQuantity.code "), "{code} {unit}: {got}");
    }
}

#[test]
fn the_unit_code_decides_over_the_unit_text() {
    check(with(glucose(), &[("/valueQuantity/unit", json!("mmol/L"))]), "glucose 181 2339-0 final at");
    check(
        with(glucose(), &[("/valueQuantity/code", json!("mmol/L")), ("/valueQuantity/value", json!(16.7))]),
        "glucose 300.86 2339-0 final at",
    );
    check(with(glucose(), &[("/valueQuantity/code", json!("stone"))]), r#"unknown_unit Observation.valueQuantity.code ["181", "3260.82"]"#);
}

#[test]
fn a_unit_code_of_another_system_is_unknown() {
    check(
        with(glucose(), &[("/valueQuantity/system", json!("urn:iso:std:iso:11073:10101"))]),
        r#"unknown_unit Observation.valueQuantity.system ["181", "3260.82"]"#,
    );
    check(with(glucose(), &[("/valueQuantity/system", Json::Null)]), "glucose 181 2339-0 final at");
}

#[test]
fn without_a_code_only_an_exactly_known_unit_text_counts() {
    let said = |unit: Json| with(glucose(), &[("/valueQuantity", json!({ "value": 181, "unit": unit }))]);
    check(said(json!("mg/dL")), "glucose 181 2339-0 final at");
    for unit in ["MG/DL", "mg per dl", "mgdl", " mg/dL"] {
        check(said(json!(unit)), r#"unknown_unit Observation.valueQuantity.unit ["181", "3260.82"]"#);
    }
    for unit in [Json::Null, json!(""), json!("  ")] {
        check(said(unit), r#"no_unit Observation.valueQuantity.unit ["181", "3260.82"]"#);
    }
    let weight = |unit: &str| with(coded("29463-7", json!(185), "kg"), &[("/valueQuantity", json!({ "value": 185, "unit": unit }))]);
    check(weight("lbs"), "weight 185 29463-7 final at");
    check(weight("stone"), r#"unknown_unit Observation.valueQuantity.unit ["185", "407.86", "0.41"]"#);
}

#[test]
fn several_codes_of_one_vital_name_it_and_codes_of_two_do_not() {
    let codes = |codes: &[(&str, &str)]| codes.iter().map(|(s, c)| json!({ "system": s, "code": c })).collect::<Vec<_>>();
    let coded = |list: &[(&str, &str)]| with(glucose(), &[("/code/coding", json!(codes(list)))]);
    check(
        coded(&[("http://acme.example", "g"), ("http://loinc.org", "1-8"), ("http://loinc.org", "2345-7"), ("http://loinc.org", "2339-0")]),
        "glucose 181 2345-7 final at",
    );
    check(coded(&[("http://loinc.org", "2339-0"), ("http://loinc.org", "29463-7")]), "unknown_code Observation.code.coding.code []");
    check(coded(&[("http://acme.example", "2339-0")]), "unknown_code Observation.code.coding.code []");
    check(coded(&[("http://loinc.org", "96607-7")]), "unknown_code Observation.code.coding.code []");
    check(with(glucose(), &[("/code", json!({ "coding": [{ "code": "2339-0" }] }))]), "unknown_code Observation.code.coding.code []");
    check(with(glucose(), &[("/code", json!({ "text": "Glucose" }))]), "unknown_code Observation.code.coding.code []");
}

#[test]
fn a_blood_pressure_comes_as_a_panel_of_two_parts() {
    check(pressure(), "bp 165/95 85354-9 final at");
    check(with(pressure(), &[("/code/coding/0/code", json!("55284-4"))]), "bp 165/95 55284-4 final at");
    check(
        with(
            pressure(),
            &[(
                "/code/coding",
                json!([{ "system": "http://loinc.org", "code": "8480-6" }, { "system": "http://loinc.org", "code": "85354-9" }]),
            )],
        ),
        "bp 165/95 85354-9 final at",
    );
}

#[test]
fn a_part_that_the_device_could_not_give_leaves_the_other() {
    let absent = json!({ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "error" }] });
    let without = |i: usize| {
        with(
            pressure(),
            &[(&format!("/component/{i}/valueQuantity"), Json::Null), (&format!("/component/{i}/dataAbsentReason"), absent.clone())],
        )
    };
    check(without(0), "bp -/95 85354-9 final at");
    check(without(1), "bp 165/- 85354-9 final at");
    let neither = with(without(0), &[("/component/1/valueQuantity", Json::Null)]);
    check(neither, "no_value Observation.component []");
    check(with(pressure(), &[("/component", Json::Null)]), "no_value Observation.component []");
    check(with(pressure(), &[("/component", Json::Null), ("/valueString", json!("165/95"))]), "no_value Observation.component []");
}

#[test]
fn a_part_without_a_unit_is_not_used_but_both_numbers_are_kept_in_view() {
    check(
        with(pressure(), &[("/component/0/valueQuantity", json!({ "value": 250 }))]),
        r#"no_unit Observation.component[0].valueQuantity.unit ["250/95"]"#,
    );
    check(
        with(pressure(), &[("/component/1/valueQuantity/code", json!("kPa"))]),
        r#"unknown_unit Observation.component[1].valueQuantity.code ["165/95"]"#,
    );
}

#[test]
fn a_part_given_twice_counts_only_if_both_agree() {
    let component = pressure()["component"][0].clone();
    let twice = |value: i64| {
        let mut p = pressure();
        p["component"].as_array_mut().unwrap().push(with(component.clone(), &[("/valueQuantity/value", json!(value))]));
        p
    };
    check(twice(165), "bp 165/95 85354-9 final at");
    check(twice(170), r#"unreadable Observation.component[2] ["165/95"]"#);
}

#[test]
fn a_comparator_makes_the_value_a_bound() {
    for (sign, expect) in [("<", "Below"), ("<=", "Below"), (">", "Above"), (">=", "Above")] {
        check(with(glucose(), &[("/valueQuantity/comparator", json!(sign))]), &format!("glucose 181 2339-0 final at {expect}"));
    }
    check(
        with(glucose(), &[("/valueQuantity/comparator", json!("ad"))]),
        r#"unreadable Observation.valueQuantity.comparator ["181", "3260.82"]"#,
    );
    check(with(pressure(), &[("/component/0/valueQuantity/comparator", json!(">"))]), "bp 165/95 85354-9 final at Above");
    let apart =
        with(pressure(), &[("/component/0/valueQuantity/comparator", json!(">")), ("/component/1/valueQuantity/comparator", json!("<"))]);
    check(apart, r#"comparator_straddles_limit Observation.component ["165/95"]"#);
}

#[test]
fn no_value_is_no_value() {
    let absent = json!({ "coding": [{ "code": "not-performed" }] });
    check(with(glucose(), &[("/valueQuantity", Json::Null), ("/dataAbsentReason", absent)]), "no_value Observation.valueQuantity []");
    check(with(glucose(), &[("/valueQuantity", Json::Null)]), "no_value Observation.valueQuantity []");
    check(with(glucose(), &[("/valueQuantity/value", Json::Null)]), "no_value Observation.valueQuantity []");
    check(with(glucose(), &[("/valueQuantity", Json::Null), ("/valueString", json!("HI"))]), "no_value Observation.valueQuantity []");
}

#[test]
fn a_value_of_the_wrong_kind_is_unreadable() {
    check(with(glucose(), &[("/valueQuantity/value", json!("600"))]), r#"unreadable Observation.valueQuantity.value ["600", "10809.36"]"#);
    check(with(glucose(), &[("/valueQuantity/value", json!("high"))]), "unreadable Observation.valueQuantity.value []");
    for value in [json!(true), json!([181]), json!({ "n": 181 })] {
        check(with(glucose(), &[("/valueQuantity/value", value)]), "unreadable Observation.valueQuantity.value []");
    }
    check(with(glucose(), &[("/valueQuantity", json!([]))]), "unreadable Observation.valueQuantity []");
    check(with(glucose(), &[("/valueQuantity/value", json!(9_000_000))]), "unreadable Observation.valueQuantity.value []");
    check(with(glucose(), &[("/valueQuantity/value", json!(1e300))]), "unreadable Observation.valueQuantity.value []");
}

#[test]
fn a_number_is_compared_as_it_was_written() {
    let written = |number: &str| glucose().to_string().replace("\"value\":181", &format!("\"value\":{number}"));
    for (number, expect) in [("300.00000000000000001", "300.00000000000000001"), ("3.05e2", "305"), ("54.90", "54.9"), ("-5", "-5")] {
        let value = match fhir(written(number).as_bytes()).unwrap().remove(0) {
            Decoded::Reading(a) => a.value,
            other => panic!("{number}: {other:?}"),
        };
        assert_eq!(value, crate::Value::Number(crate::decimal(expect).unwrap()), "{number}");
    }
    let twice = written("181,\"value\":500");
    assert!(matches!(&fhir(twice.as_bytes()).unwrap()[0], Decoded::Misread(m) if m.field == "Observation.valueQuantity.value"));
}

#[test]
fn a_status_is_one_of_the_eight() {
    for status in ["registered", "preliminary", "final", "amended", "corrected", "unknown", "cancelled", "entered-in-error"] {
        check(with(glucose(), &[("/status", json!(status))]), &format!("glucose 181 2339-0 {status} at"));
    }
    check(with(glucose(), &[("/status", json!("done"))]), r#"unknown_status Observation.status ["181"]"#);
    check(with(glucose(), &[("/status", Json::Null)]), r#"unknown_status Observation.status ["181"]"#);
    check(with(glucose(), &[("/status", json!(5))]), r#"unknown_status Observation.status ["181"]"#);
}

#[test]
fn a_cancelled_reading_without_a_value_still_takes_back_what_it_brought() {
    for status in ["cancelled", "entered-in-error"] {
        let bare = with(glucose(), &[("/status", json!(status)), ("/valueQuantity", Json::Null)]);
        check(bare.clone(), &format!("withdrawal {status} g-1"));
        check(
            with(bare.clone(), &[("/code", Json::Null), ("/subject", Json::Null), ("/effectiveDateTime", Json::Null)]),
            &format!("withdrawal {status} g-1"),
        );
        // Without an id, patient, vital and time must say which one.
        check(with(bare.clone(), &[("/id", Json::Null)]), &format!("withdrawal {status} -"));
        check(with(bare, &[("/id", Json::Null), ("/effectiveDateTime", Json::Null)]), "no_value Observation.valueQuantity []");
    }
}

#[test]
fn a_reading_without_time_or_patient_keeps_its_value_in_view() {
    check(with(glucose(), &[("/effectiveDateTime", Json::Null)]), r#"no_time Observation.effectiveDateTime ["181"]"#);
    check(with(glucose(), &[("/subject", Json::Null)]), r#"no_patient Observation.subject ["181"]"#);
    check(with(glucose(), &[("/subject", json!({ "reference": "Group/1" }))]), r#"no_patient Observation.subject ["181"]"#);
}

#[test]
fn a_reading_keeps_where_it_came_from() {
    let a =
        reading(&with(glucose(), &[("/meta", json!({ "versionId": "3" })), ("/identifier", json!([{ "system": "urn:x", "value": "7" }]))]));
    assert_eq!((a.source_id.as_deref(), a.version.as_deref(), a.given.as_str()), (Some("g-1"), Some("3"), "181 mg/dL"));
    let a = reading(&with(
        glucose(),
        &[("/id", Json::Null), ("/identifier", json!([{ "system": "urn:y" }, { "system": "urn:x", "value": "7" }]))],
    ));
    assert_eq!((a.source_id.as_deref(), a.version), (Some("urn:x|7"), None));
    let a = reading(&with(glucose(), &[("/id", Json::Null)]));
    assert_eq!(a.source_id, None);
    let a = reading(&with(
        glucose(),
        &[("/valueQuantity/code", json!("mmol/L")), ("/valueQuantity/value", json!(16.7)), ("/valueQuantity/comparator", json!(">"))],
    ));
    assert_eq!(a.given, ">16.7 mmol/L");
    assert_eq!(reading(&pressure()).given, "165/95 mm[Hg]");
    assert!(a.shape.contains(&"valueQuantity.code=mmol/L".to_string()) && a.shape.contains(&"code.coding.code=2339-0".to_string()));
}

#[test]
fn a_misread_keeps_what_is_known() {
    let m = misread(&with(glucose(), &[("/valueQuantity", json!({ "value": 600 }))]));
    assert_eq!(
        (m.patient.mrn.unwrap().expose(), m.vital.unwrap().name(), m.status.unwrap().code(), m.source_id.as_deref()),
        ("1022228", "glucose", "final", Some("g-1"))
    );
    assert!(m.measured.is_some() && !m.shape.is_empty());
}

#[test]
fn no_sentence_carries_words_of_the_body() {
    let secret = "Ann Lee 1022228";
    for path in [
        "/status",
        "/code/coding/0/code",
        "/code/coding/0/system",
        "/effectiveDateTime",
        "/valueQuantity/code",
        "/valueQuantity/system",
        "/valueQuantity/value",
        "/valueQuantity/comparator",
        "/subject",
    ] {
        let resource = with(glucose(), &[(path, json!(secret))]);
        let m = misread(&resource);
        assert!(!format!("{} {}", m.detail, m.field).contains("Lee"), "{path}: {}", m.detail);
    }
}
