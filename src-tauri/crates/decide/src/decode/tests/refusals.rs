use super::glucose;
use crate::decode::fhir;

fn check(body: &[u8], expect: &str) {
    let got = match fhir(body) {
        Ok(all) => format!("taken: {}", all.len()),
        Err(r) => {
            assert!(r.detail.ends_with('.') && r.detail.len() > 20, "a sentence: {}", r.detail);
            format!("{} {} {}", r.status, r.reason, r.field.unwrap_or_default())
        }
    };
    assert_eq!(got.trim_end(), expect, "{}", String::from_utf8_lossy(body));
}

#[test]
fn a_body_that_is_not_json_is_refused_with_the_place_where_it_breaks() {
    let whole = glucose().to_string();
    check(&whole.as_bytes()[..40], "400 unreadable line 1 column 40");
    check(b"{\n \"resourceType\": \"Observation\",\n \"status\": final }", "400 unreadable line 3 column 13");
    check(b"{\"resourceType\":\"Observation\"} trailing", "400 unreadable line 1 column 32");
    check(b"", "400 unreadable");
    check(b"  \n", "400 unreadable");
    check(b"<!DOCTYPE html><html>Bad gateway</html>", "400 unreadable");
    check(b"<Observation xmlns=\"http://hl7.org/fhir\"/>", "400 unreadable");
    check(b"status=final", "400 unreadable line 1 column 1");
    check(b"{\"resourceType\":\"Observation\",\"note\":\"\xff\"}", "400 unreadable byte 38");
}

#[test]
fn every_truncation_of_a_reading_is_refused() {
    let whole = glucose().to_string();
    for cut in 0..whole.len() {
        let refused = fhir(&whole.as_bytes()[..cut]).unwrap_err();
        assert_eq!(refused.status, 400, "cut at {cut}");
    }
}

#[test]
fn json_that_is_no_observation_and_no_bundle_is_refused_by_field() {
    check(b"[]", "422 not_an_object resourceType");
    check(b"\"Observation\"", "422 not_an_object resourceType");
    check(b"null", "422 not_an_object resourceType");
    check(b"{}", "422 no_resource_type resourceType");
    check(b"{\"resourceType\":7}", "422 no_resource_type resourceType");
    check(b"{\"resourceType\":\"Observation\",\"resourceType\":\"Bundle\"}", "422 no_resource_type resourceType");
    check(b"{\"resourceType\":\"Patient\"}", "422 not_an_observation resourceType");
    check(b"{\"resourceType\":\"OperationOutcome\"}", "422 not_an_observation resourceType");
    check(b"{\"resourceType\":\"Bundle\"}", "422 no_entries Bundle.entry");
    check(b"{\"resourceType\":\"Bundle\",\"entry\":{}}", "422 no_entries Bundle.entry");
}

#[test]
fn a_body_that_is_nested_too_deeply_is_refused() {
    let deep = format!("{{\"resourceType\":\"Observation\",\"extension\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let refused = fhir(deep.as_bytes()).unwrap_err();
    assert_eq!((refused.status, refused.reason.as_str()), (400, "unreadable"));
    let deep = format!("{{\"resourceType\":\"Observation\",\"value\":{}1{}}}", "{\"value\":".repeat(100_000), "}".repeat(100_000));
    assert_eq!(fhir(deep.as_bytes()).unwrap().len(), 1);
}

#[test]
fn a_refusal_carries_no_words_of_the_body() {
    for body in [
        "{\"name\":\"Ann Lee\"",
        "{\"Ann Lee\":1}",
        "{\"resourceType\":\"Ann Lee\"}",
        "Ann Lee",
        "{\"resourceType\":\"Observation\",\"n\":Lee}",
        "{Lee:1}",
    ] {
        let refused = fhir(body.as_bytes()).unwrap_err();
        assert!(!refused.detail.contains("Lee"), "{}", refused.detail);
    }
}
