use super::super::reply::{created, id_in, refusal, Doing};
use super::super::{Codes, Coding};
use super::*;
use crate::exchange::Stop;
use decide::outbox::ProblemKind;

fn outcome(status: u16) -> Response {
    let body = json!({ "resourceType": "OperationOutcome", "issue": [{ "severity": "error", "code": "required", "details": { "text": "subject 1022228 is missing" }, "expression": ["Observation.subject"] }] });
    response(status, &[("retry-after", "30")], &body.to_string())
}

#[test]
fn every_refusal_has_its_meaning() {
    use ProblemKind::*;
    for (status, kind) in [
        (401, Credentials),
        (403, Config),
        (404, Config),
        (409, Conflict),
        (412, Conflict),
        (423, Conflict),
        (424, Down),
        (429, Throttled),
        (500, Down),
        (503, Down),
        (301, Config),
    ] {
        let Stop::Retry(p, after) = refusal(&outcome(status), Doing::Creating) else { panic!("{status} must be tried again") };
        assert_eq!((p.kind, p.http_status, after), (kind, Some(status), Some(30)), "{status}");
    }
    for (status, kind) in [(400, Invalid), (422, Invalid), (406, Config), (410, Invalid), (405, Invalid), (413, Invalid), (415, Invalid)] {
        let Stop::Reject(p) = refusal(&outcome(status), Doing::Creating) else { panic!("{status} must be final") };
        assert_eq!(p.kind, kind, "{status}");
    }
    for status in [408, 502, 504] {
        assert!(matches!(refusal(&outcome(status), Doing::Creating), Stop::Unknown(_)), "{status}: it may have been stored");
        assert!(matches!(refusal(&outcome(status), Doing::Updating), Stop::Unknown(_)), "{status}");
        assert!(matches!(refusal(&outcome(status), Doing::Reading), Stop::Retry(..)), "{status}");
    }
    assert!(matches!(refusal(&outcome(404), Doing::Reading), Stop::Reject(_)), "a record that is not there");
}

#[test]
fn a_refusal_names_the_field_and_no_number_of_a_person() {
    let stop = refusal(&outcome(422), Doing::Creating);
    assert_eq!(
        (stop.problem().code.as_deref(), stop.problem().said.as_str()),
        (Some("required"), "the chart refused the record: Observation.subject: subject # is missing")
    );
    for body in ["no supported search parameters provided", ""] {
        assert!(matches!(refusal(&response(400, &[], body), Doing::Reading), Stop::Reject(_)));
    }
}

#[test]
fn what_was_created_is_named_by_its_location() {
    let at = |location: &str| created(&response(201, &[("location", location)], ""), "Observation");
    assert_eq!(at("https://chart.test/r4/t/Observation/VS-1").unwrap(), "VS-1");
    assert_eq!(at("https://chart.test/r4/t/Observation/VS-1/_history/1").unwrap(), "VS-1");
    assert!(matches!(at("https://chart.test/r4/t/Patient/1"), Err(Stop::Unknown(_))));
    assert!(matches!(created(&response(201, &[], ""), "Observation"), Err(Stop::Unknown(_))), "taken, but where?");
    assert_eq!(id_in("Patient/12", "Patient").as_deref(), Some("12"));
    assert_eq!(id_in("#p", "Patient"), None);
}

#[test]
fn a_code_needs_its_system_unless_it_is_loinc() {
    let codes: Codes = serde_json::from_value(json!({ "note_type": "11506-3", "flowsheet": "https://fhir.cerner.com/t/codeSet/72|409", "opt_out_type": { "code": "34109-9", "display": "Note" } })).unwrap();
    let coding = |system: &str, code: &str, display: Option<&str>| {
        Some(Coding { system: system.into(), code: code.into(), display: display.map(str::to_string) })
    };
    assert_eq!(codes.note_type, coding("http://loinc.org", "11506-3", None));
    assert_eq!(codes.flowsheet, coding("https://fhir.cerner.com/t/codeSet/72", "409", None));
    assert_eq!(codes.opt_out_type, coding("http://loinc.org", "34109-9", Some("Note")));
    let concept: Codes =
        serde_json::from_value(json!({ "note_type": { "coding": [{ "system": "s", "code": "c" }], "text": "Note" } })).unwrap();
    assert_eq!(concept.note_type, coding("s", "c", None));
    assert!(serde_json::from_value::<Codes>(json!({ "note_type": "2820507" })).unwrap_err().to_string().contains("2820507"));
}
