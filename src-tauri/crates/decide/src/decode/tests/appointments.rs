use crate::decode::appointment::event;
use crate::VisitEventType;
use proptest::prelude::*;
use serde_json::{json, Value as Json};

/// The booking of the cases: Ann Lee with Dr. Ray at Main Clinic.
fn base() -> Json {
    json!({
        "event_type": "BOOKED", "event_datetime_utc": "2026-03-05T16:20:00Z",
        "patient_id": "P1", "patient_first_name": "Ann", "patient_last_name": "Lee", "patient_phone": "+12025550101",
        "provider_id": "D1", "provider_first_name": "Al", "provider_last_name": "Ray", "provider_callback_phone": "+12025550199",
        "appointment_location": "Main Clinic", "appointment_id": "A1",
        "appointment_datetime": "2026-03-10T15:00:00", "appointment_timezone": "-0500",
    })
}

fn with(field: &str, value: Json) -> Vec<u8> {
    let mut e = base();
    e[field] = value;
    e.to_string().into_bytes()
}

/// What is answered when one field is changed: `ok`, or status, reason and field.
fn said(field: &str, value: Json) -> String {
    match event(&with(field, value)) {
        Ok(_) => "ok".into(),
        Err(r) => format!("{} {} {}", r.status, r.reason, r.field.unwrap_or_default()),
    }
}

#[test]
fn a_booking_is_read_whole() {
    let e = event(base().to_string().as_bytes()).unwrap();
    assert_eq!((e.event_type, e.appointment_id.as_str(), e.patient_id.expose()), (VisitEventType::Booked, "A1", "P1"));
    assert_eq!((e.patient_first_name.expose(), e.patient_last_name.expose()), ("Ann", "Lee"));
    assert_eq!(e.patient_phone.as_ref().map(|p| p.expose()), Some("+12025550101"));
    assert_eq!((e.provider_id.as_str(), e.provider_first_name.as_str(), e.provider_last_name.as_str()), ("D1", "Al", "Ray"));
    assert_eq!((e.provider_callback_phone.as_deref(), e.location.as_str()), (Some("+12025550199"), "Main Clinic"));
    assert_eq!(e.event_at.unwrap().to_rfc3339(), "2026-03-05T16:20:00+00:00");
    assert_eq!((e.wall_clock.to_string().as_str(), e.offset_minutes), ("2026-03-10 15:00:00", -300));
    assert_eq!(e.instant().to_rfc3339(), "2026-03-10T20:00:00+00:00");
    assert_eq!((e.conflict, e.test, e.phone_problem), (None, false, None));
}

#[test]
fn every_type_is_taken_by_its_name_in_capitals() {
    for name in ["BOOKED", "RESCHEDULED", "MODIFIED", "NOSHOWED", "CANCELED", "CONFIRMED"] {
        assert_eq!(event(&with("event_type", json!(name))).unwrap().event_type.name(), name);
        assert_eq!(said("event_type", json!(name.to_lowercase())), "422 unknown_event_type event_type");
    }
    let detail = event(&with("event_type", json!("booked"))).unwrap_err().detail;
    assert!(detail.contains("BOOKED") && detail.contains("capitals"), "{detail}");
    for name in ["CANCELLED", "NO_SHOWED", "NOSHOW", " BOOKED", "S12"] {
        assert_eq!(said("event_type", json!(name)), "422 unknown_event_type event_type", "{name}");
    }
}

#[test]
fn d01_a_missing_required_field_is_refused_by_its_name() {
    for field in ["event_type", "patient_id", "appointment_id", "appointment_datetime", "appointment_timezone"] {
        let mut e = base();
        e.as_object_mut().unwrap().remove(field);
        let refusal = event(e.to_string().as_bytes()).unwrap_err();
        assert_eq!((refusal.status, refusal.reason.as_str(), refusal.field.as_deref()), (422, "missing", Some(field)));
        assert_eq!(said(field, json!("")), format!("422 missing {field}"));
        assert_eq!(said(field, json!("  ")), format!("422 missing {field}"));
        assert_eq!(said(field, json!(null)), format!("422 missing {field}"));
    }
}

#[test]
fn an_event_with_the_required_fields_alone_is_taken() {
    let e = event(
        br#"{"event_type":"MODIFIED","patient_id":"P1","appointment_id":"A1","appointment_datetime":"2026-03-10T15:00:00","appointment_timezone":"-0500"}"#,
    )
    .unwrap();
    assert_eq!((e.event_at, e.patient_phone, e.provider_callback_phone), (None, None, None));
    assert_eq!((e.patient_first_name.expose(), e.provider_id.as_str(), e.location.as_str()), ("", "", ""));
}

#[test]
fn d02_a_phone_that_is_not_e164_is_refused_by_its_field() {
    for field in ["patient_phone", "provider_callback_phone"] {
        for bad in [
            "+US12223334444",
            "US (800) 111-2222",
            "2025550101",
            "12025550101",
            "+1 202 555 0101",
            "+1-202-555-0101",
            "+02025550101",
            "+",
            "+1234567890123456",
            "+1２025550101",
        ] {
            assert_eq!(said(field, json!(bad)), format!("422 bad_phone {field}"), "{bad}");
        }
        assert_eq!(said(field, json!("+442071838750")), "ok");
        assert_eq!(said(field, json!("")), "ok");
    }
}

#[test]
fn d03_a_zone_that_is_not_an_offset_is_refused() {
    for bad in ["PDT", "America/New_York", "Z", "0500", "-05:00", "-500", "-0560", "+1401", "-1430", "+2400", "-05000", "+0５00"] {
        assert_eq!(said("appointment_timezone", json!(bad)), "422 bad_zone appointment_timezone", "{bad}");
    }
    for (good, minutes) in [("+1400", 840), ("-1400", -840), ("+0000", 0), ("-0000", 0), ("-0230", -150), ("+0545", 345)] {
        assert_eq!(event(&with("appointment_timezone", json!(good))).unwrap().offset_minutes, minutes, "{good}");
    }
}

#[test]
fn d09_names_of_any_letters_and_unknown_fields_are_taken() {
    let mut e = base();
    e["patient_first_name"] = json!("Zoë");
    e["patient_last_name"] = json!("O'Brien-Núñez");
    e["appointment_location"] = json!("Suite 4, \"North\" = Annex");
    e["room_colour"] = json!({ "deep": [1, 2] });
    let e = event(e.to_string().as_bytes()).unwrap();
    assert_eq!((e.patient_first_name.expose(), e.patient_last_name.expose()), ("Zoë", "O'Brien-Núñez"));
    assert_eq!(e.location, "Suite 4, \"North\" = Annex");
}

#[test]
fn a_z_or_a_fraction_on_the_visits_time_is_still_the_wall_clock() {
    for text in ["2026-03-10T15:00:00Z", "2026-03-10T15:00:00.000", "2026-03-10T15:00:00.5Z"] {
        let e = event(&with("appointment_datetime", json!(text))).unwrap();
        assert_eq!((e.wall_clock.to_string().as_str(), e.offset_minutes), ("2026-03-10 15:00:00", -300), "{text}");
    }
}

#[test]
fn a_visits_time_that_is_none_is_refused() {
    for bad in [
        "2026-03-10T15:00:00-0500",
        "2026-03-10T15:00:00+00:00",
        "2026-03-10T15:00:00.5-05:00",
        "2026-03-10T15:00",
        "2026-03-10 15:00:00",
        "2026-02-30T15:00:00",
        "2025-02-29T15:00:00",
        "2026-13-01T15:00:00",
        "2026-03-10T24:00:00",
        "2026-03-10T15:60:00",
        "2026-03-10T15:00:60",
        "03/10/2026 3:00 PM",
        "2026-03-10T15:00:00.",
        "2026-03-10T15:00:00ZZ",
        "2026-03-10T15:00:00z",
        "0000-03-10T15:00:00",
        "2026-03-10T15:00:0é",
    ] {
        assert_eq!(said("appointment_datetime", json!(bad)), "422 bad_time appointment_datetime", "{bad}");
    }
}

#[test]
fn the_events_own_stamp_is_strict_or_missing() {
    for bad in [
        "2026-03-05T16:20:00",
        "2026-03-05T16:20:00.000Z",
        "2026-03-05T16:20:00+00:00",
        "2026-03-05 16:20:00Z",
        "2026-02-30T16:20:00Z",
        "now",
    ] {
        assert_eq!(said("event_datetime_utc", json!(bad)), "422 bad_time event_datetime_utc", "{bad}");
    }
    assert_eq!(event(&with("event_datetime_utc", json!(""))).unwrap().event_at, None);
}

#[test]
fn a_field_of_another_type_is_refused_by_its_name() {
    let fields: Vec<String> = base().as_object().unwrap().keys().cloned().collect();
    for field in fields {
        for bad in [json!(5), json!(true), json!(["x"]), json!({ "a": 1 })] {
            assert_eq!(said(&field, bad), format!("422 wrong_type {field}"));
        }
    }
}

#[test]
fn a_field_given_twice_is_not_believed() {
    let body = base().to_string().replacen('{', r#"{"appointment_id":"A2","#, 1);
    let r = event(body.as_bytes()).unwrap_err();
    assert_eq!((r.reason.as_str(), r.field.as_deref()), ("given_twice", Some("appointment_id")));
}

#[test]
fn a_body_that_is_no_object_is_refused() {
    for (body, status) in [
        (&b""[..], 400),
        (b"  ", 400),
        (b"{", 400),
        (b"{\"a\":1} x", 400),
        (b"\xff\xfe", 400),
        (b"[]", 422),
        (b"\"BOOKED\"", 422),
        (b"null", 422),
    ] {
        assert_eq!(event(body).unwrap_err().status, status, "{}", String::from_utf8_lossy(body));
    }
}

#[test]
fn a_refusal_carries_no_word_of_the_patient() {
    for (field, value) in
        [("patient_phone", "SECRET"), ("appointment_datetime", "SECRET"), ("appointment_timezone", "SECRET"), ("event_type", "SECRET")]
    {
        assert!(!event(&with(field, json!(value))).unwrap_err().detail.contains("SECRET"), "{field}");
    }
}

proptest! {
    #[test]
    fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = event(&bytes);
    }

    #[test]
    fn no_text_in_any_field_brings_it_down(field in prop::sample::select(vec!["event_type", "event_datetime_utc", "patient_phone", "appointment_datetime", "appointment_timezone"]), text in "[-+0-9TZ:.éA-Z]{0,30}") {
        let _ = event(&with(field, json!(text)));
    }

    #[test]
    fn every_wall_clock_and_offset_comes_back_as_written(days in 0i64..40_000, seconds in 0u32..86_400, offset in -840i32..=840) {
        let wall = chrono::NaiveDate::from_ymd_opt(1990, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap() + chrono::TimeDelta::days(days) + chrono::TimeDelta::seconds(seconds.into());
        let mut e = base();
        e["appointment_datetime"] = json!(wall.format("%Y-%m-%dT%H:%M:%S").to_string());
        e["appointment_timezone"] = json!(format!("{}{:02}{:02}", if offset < 0 { '-' } else { '+' }, offset.abs() / 60, offset.abs() % 60));
        let read = event(e.to_string().as_bytes()).unwrap();
        prop_assert_eq!((read.wall_clock, read.offset_minutes), (wall, offset));
    }
}
