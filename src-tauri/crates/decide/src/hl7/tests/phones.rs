use super::{booked, with};
use crate::hl7::normalise;

fn phone(pid13: &str) -> (Option<String>, bool) {
    let e = booked(&with("(202)555-0150^PRN^PH~(202)555-0101^PRN^CP", pid13));
    (e.patient_phone.map(|p| p.expose().to_string()), e.phone_problem.is_some())
}

#[test]
fn a_number_in_any_spelling_becomes_e164() {
    for text in [
        "(202)555-0101",
        "202-555-0101",
        "202.555.0101",
        "2025550101",
        "1 202 555 0101",
        "+1 (202) 555-0101",
        "+12025550101",
        "(202)555-0101X12",
        "(202)555-0101X12CCall after 5",
    ] {
        assert_eq!(normalise(text, "US").as_deref(), Some("+12025550101"), "{text}");
    }
    assert_eq!(normalise("020 7183 8750", "GB").as_deref(), Some("+442071838750"));
    assert_eq!(normalise("+44 20 7183 8750", "US").as_deref(), Some("+442071838750"));
    for bad in ["78788788", "271-9000", "call me", "", "(000)555-0101", "12345678901234567890", "555"] {
        assert_eq!(normalise(bad, "US"), None, "{bad}");
    }
    assert_eq!(normalise("2025550101", "Nowhere"), None);
}

#[test]
fn the_mobile_is_taken_before_any_other() {
    assert_eq!(phone("2025550150^PRN^PH~2025550101^PRN^CP"), (Some("+12025550101".into()), false));
    assert_eq!(phone("2025550150^PRN^PH~2025550101^PRS^PH"), (Some("+12025550101".into()), false));
    assert_eq!(phone("2025550150^PRN^PH~2025550151^WPN^PH"), (Some("+12025550150".into()), false));
}

#[test]
fn an_impossible_mobile_leaves_the_visit_without_a_number() {
    assert_eq!(phone("78788788^^CP~2025550150^PRN^PH"), (None, true));
    assert_eq!(phone("78788788^^CP~2025550101^^CP"), (Some("+12025550101".into()), false));
    assert_eq!(phone("271-9000"), (None, true));
}

#[test]
fn no_phone_is_no_problem_and_a_deleted_one_is_told() {
    assert_eq!(phone(""), (None, false));
    assert_eq!(phone("\"\""), (None, true));
}

#[test]
fn a_number_in_its_parts_or_unformatted_is_read() {
    assert_eq!(phone("^PRN^CP^^1^202^5550101"), (Some("+12025550101".into()), false));
    assert_eq!(phone("^PRN^CP^^^202^5550101"), (Some("+12025550101".into()), false));
    assert_eq!(phone("^PRN^CP^^^^^^^^^+1 202 555 0101"), (Some("+12025550101".into()), false));
}

#[test]
fn mail_and_fax_are_no_phones() {
    assert_eq!(phone("ann@example.org^NET^Internet~2025550177^PRN^FX"), (None, false));
}

#[test]
fn the_newer_telecom_field_is_read_too() {
    let pid40 = format!("{}2025550103^PRS^CP", "|".repeat(27));
    let (number, problem) = phone(&pid40);
    assert_eq!((number.as_deref(), problem), (Some("+12025550103"), false));
}
