use crate::decode::chart_appointment::{entries, ChartAppointment, ChartStatus, Participation};
use crate::decode::Refusal;
use proptest::prelude::*;
use serde_json::{json, Value as Json};

fn booked() -> Json {
    json!({
        "resourceType": "Appointment", "id": "4817517",
        "meta": { "versionId": "3", "lastUpdated": "2026-03-05T16:20:00.000Z" },
        "status": "booked", "start": "2026-03-10T20:00:00Z", "end": "2026-03-10T20:30:00Z",
        "serviceType": [{ "coding": [{ "display": "Follow-up" }] }],
        "participant": [
            { "actor": { "reference": "Patient/12724066", "display": "Lee, Ann" }, "status": "tentative" },
            { "actor": { "reference": "Practitioner/1", "display": "Clerk, Pat" }, "status": "accepted" },
            { "type": [{ "coding": [{ "code": "PPRF" }] }], "actor": { "reference": "Practitioner/593923", "display": "Ray, MD, Al" }, "status": "accepted" },
            { "actor": { "reference": "Location/21304876", "display": "Main Clinic" }, "status": "accepted" }
        ]
    })
}

fn one(resource: &Json) -> Result<ChartAppointment, Refusal> {
    entries(resource.to_string().as_bytes()).and_then(|mut all| all.pop().expect("one entry").decoded)
}

#[test]
fn an_appointment_says_who_where_when_and_what() {
    let a = one(&booked()).unwrap();
    assert_eq!((a.id.as_str(), a.status, a.version.as_deref()), ("4817517", ChartStatus::Booked, Some("3")));
    assert_eq!((a.updated, a.start), ("2026-03-05T16:20:00Z".parse().ok(), "2026-03-10T20:00:00Z".parse().ok()));
    assert_eq!((a.patient.fhir_id.as_deref(), a.participation), (Some("12724066"), Participation::Open));
    assert_eq!((a.provider_id.as_str(), a.provider_name), ("593923", ("Al".into(), "Ray".into())));
    assert_eq!((a.location_id.as_str(), a.location.as_str(), a.service.as_str()), ("21304876", "Main Clinic", "Follow-up"));
    assert_eq!(a.offset_minutes, None, "Z says nothing of where the visit is");
}

#[test]
fn an_offset_that_is_written_is_the_places_own() {
    let mut resource = booked();
    resource["start"] = json!("2026-03-10T15:00:00-05:00");
    let a = one(&resource).unwrap();
    assert_eq!((a.start, a.offset_minutes), ("2026-03-10T20:00:00Z".parse().ok(), Some(-300)));
}

#[test]
fn every_status_of_the_standard_is_known() {
    let all =
        ["proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow", "entered-in-error", "checked-in", "waitlist"];
    for status in all {
        let mut resource = booked();
        resource["status"] = json!(status);
        assert_eq!(one(&resource).unwrap().status.name(), status);
    }
}

#[test]
fn what_is_wrong_is_named() {
    let with = |path: &str, value: Json| {
        let mut resource = booked();
        *resource.pointer_mut(path).unwrap() = value;
        one(&resource).unwrap_err()
    };
    for (path, value, field, reason) in [
        ("/id", json!(null), "id", "missing"),
        ("/id", json!(7), "id", "not_a_text"),
        ("/status", json!("moved"), "status", "unknown_status"),
        ("/start", json!("2026-03-10"), "start", "bad_time"),
        ("/start", json!("10000-03-10T20:00:00Z"), "start", "bad_time"),
        ("/meta/lastUpdated", json!("now"), "meta.lastUpdated", "bad_time"),
        ("/participant", json!([]), "participant.actor", "no_patient"),
        ("/participant/0/actor", json!({ "display": "Ann Lee" }), "participant.actor", "no_patient"),
        ("/participant/1/actor/reference", json!("Patient/2"), "participant.actor", "several_patients"),
        ("/participant/3/actor/display", json!("x".repeat(501)), "participant.actor.display", "too_long"),
    ] {
        let r = with(path, value);
        assert_eq!((r.field.as_deref(), r.reason.as_str()), (Some(field), reason), "{path}");
    }
}

#[test]
fn a_cancelled_one_needs_no_start() {
    let mut resource = booked();
    resource["status"] = json!("cancelled");
    resource.as_object_mut().unwrap().remove("start");
    assert_eq!(one(&resource).unwrap().start, None);
}

#[test]
fn a_bad_entry_stops_no_other_and_outcomes_are_no_inputs() {
    let mut bad = booked();
    bad["status"] = json!("moved");
    let bundle = json!({ "resourceType": "Bundle", "type": "searchset", "entry": [
        { "resource": bad }, { "resource": { "resourceType": "OperationOutcome" }, "search": { "mode": "outcome" } },
        { "resource": { "resourceType": "Patient", "id": "1" } }, { "resource": booked() }, { "fullUrl": "x" } ] });
    let text = bundle.to_string();
    let all = entries(text.as_bytes()).unwrap();
    assert_eq!(all.iter().map(|e| (e.at, e.decoded.is_ok())).collect::<Vec<_>>(), [(0, false), (3, true), (4, false)]);
    let kept: Json = serde_json::from_str(&text[all[1].span.clone()]).unwrap();
    assert_eq!(kept, booked());
}

#[test]
fn what_is_no_appointment_is_refused_whole() {
    for (body, status, reason) in [
        (&b""[..], 400, "unreadable"),
        (b"{", 400, "unreadable"),
        (b"[]", 422, "not_an_object"),
        (b"\xff", 400, "unreadable"),
        (b"{\"resourceType\":\"Observation\"}", 422, "not_an_appointment"),
        (b"{}", 422, "no_resource_type"),
    ] {
        let r = entries(body).unwrap_err();
        assert_eq!((r.status, r.reason.as_str()), (status, reason));
    }
}

#[test]
fn the_standards_own_example_is_read() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data/fhir-r4/Appointment-example.json");
    let Ok(body) = std::fs::read(path) else { return };
    let a = entries(&body).unwrap().pop().unwrap().decoded.unwrap();
    assert_eq!((a.status, a.participation, a.patient.fhir_id.as_deref()), (ChartStatus::Booked, Participation::Accepted, Some("example")));
    assert_eq!((a.provider_name.1.as_str(), a.service.as_str()), ("Careful", "General Discussion"));
}

/// A good appointment with some values replaced by anything.
fn spoiled() -> impl Strategy<Value = Json> {
    let paths = prop::sample::select(vec![
        "/id",
        "/meta",
        "/meta/versionId",
        "/meta/lastUpdated",
        "/status",
        "/start",
        "/serviceType",
        "/participant",
        "/participant/0",
        "/participant/0/actor",
        "/participant/0/actor/reference",
        "/participant/0/status",
        "/participant/2/type",
        "/participant/2/actor/display",
        "/participant/3/actor",
        "/resourceType",
    ]);
    let value = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        ".*".prop_map(Json::from),
        prop::sample::select(vec!["Patient/1", "#p", "cancelled", "9999-12-31T23:59:60+14:00", "-0001-01-01T00:00:00Z"])
            .prop_map(Json::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!([{ "coding": [{ "code": "PPRF" }, 3] }, null])),
    ];
    prop::collection::vec((paths, value), 1..5).prop_map(|changes| {
        let mut resource = booked();
        for (path, value) in changes {
            if let Some(at) = resource.pointer_mut(path) {
                *at = value;
            }
        }
        resource
    })
}

proptest! {
    #[test]
    fn whatever_is_spoiled_is_read_or_refused_with_a_reason(resource in spoiled()) {
        for body in [resource.to_string(), json!({ "resourceType": "Bundle", "entry": [{ "resource": resource }] }).to_string()] {
            match entries(body.as_bytes()) {
                Ok(all) => for e in all {
                    prop_assert!(body.get(e.span).is_some());
                    if let Err(r) = e.decoded {
                        prop_assert!(!r.reason.is_empty() && r.field.is_some() && !r.detail.is_empty());
                    }
                },
                Err(r) => prop_assert!(!r.reason.is_empty() && !r.detail.is_empty()),
            }
        }
    }

    #[test]
    fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = entries(&bytes);
    }
}
