//! Appointment events as JSON, through the router.

mod ward;

use accept::Found;
use decide::{Source, VisitEventType};
use serde_json::{json, Value};
use std::sync::atomic::Ordering::SeqCst;
use std::sync::Arc;
use ward::*;

fn booking() -> Value {
    json!({
        "event_type": "BOOKED", "event_datetime_utc": "2026-03-05T16:20:00Z",
        "patient_id": "P1", "patient_first_name": "Ann", "patient_last_name": "Lee", "patient_phone": "+12025550101",
        "provider_id": "D1", "provider_first_name": "Al", "provider_last_name": "Ray", "provider_callback_phone": "+12025550199",
        "appointment_location": "Main Clinic", "appointment_id": "A1",
        "appointment_datetime": "2026-03-10T15:00:00", "appointment_timezone": "-0500",
    })
}

async fn book(store: &Arc<Store>, body: impl ToString) -> Answer {
    send(&store.router(), post(&format!("/hooks/{KEY}/appointments"), &[("content-type", "application/json")], body.to_string())).await
}

/// The booking with a field changed; taken out if it is null.
async fn book_with(store: &Arc<Store>, field: &str, value: Value) -> Answer {
    let mut body = booking();
    body[field] = value;
    book(store, body).await
}

#[tokio::test]
async fn a_booking_is_answered_once_it_is_kept() {
    let store = Store::new();
    let answer = book(&store, booking()).await;
    assert_eq!((answer.status, answer.json()), (200, json!({ "outcome": "kept" })));
    let kept = store.last();
    assert_eq!((kept.source, kept.body.as_ref()), (Source::AppointmentHook, booking().to_string().as_bytes()));
    let Found::Visit(event) = kept.found else { panic!("not a visit") };
    assert_eq!((event.event_type, event.appointment_id.as_str()), (VisitEventType::Booked, "A1"));
}

#[tokio::test]
async fn d01_a_missing_field_is_refused_by_its_name_and_kept_aside() {
    for field in ["event_type", "patient_id", "appointment_id", "appointment_datetime", "appointment_timezone"] {
        let store = Store::new();
        let answer = book_with(&store, field, Value::Null).await;
        assert_eq!((answer.status, answer.json()["field"].as_str()), (422, Some(field)));
        assert_eq!(answer.json()["reason"], "missing");
        assert!(matches!(store.last().found, Found::Refused(r) if r.field.as_deref() == Some(field)));
    }
}

#[tokio::test]
async fn d02_a_phone_that_is_not_e164_is_refused_by_its_field() {
    let store = Store::new();
    let patient = book_with(&store, "patient_phone", json!("+US12223334444")).await;
    assert_eq!((patient.status, patient.json()["field"].as_str()), (422, Some("patient_phone")));
    let callback = book_with(&store, "provider_callback_phone", json!("US (800) 111-2222")).await;
    assert_eq!((callback.status, callback.json()["field"].as_str()), (422, Some("provider_callback_phone")));
    assert!(!callback.text.contains("111"), "{}", callback.text);
}

#[tokio::test]
async fn d03_a_zone_name_is_refused() {
    let answer = book_with(&Store::new(), "appointment_timezone", json!("PDT")).await;
    assert_eq!((answer.status, answer.json()["field"].as_str()), (422, Some("appointment_timezone")));
}

#[tokio::test]
async fn d09_names_of_any_letters_and_unknown_fields_are_taken() {
    let store = Store::new();
    let mut body = booking();
    body["patient_first_name"] = json!("Zoë");
    body["patient_last_name"] = json!("O'Brien-Núñez");
    body["colour"] = json!({ "deep": true });
    assert_eq!(book(&store, body).await.status, 200);
    let Found::Visit(event) = store.last().found else { panic!("not a visit") };
    assert_eq!((event.patient_first_name.expose(), event.patient_last_name.expose()), ("Zoë", "O'Brien-Núñez"));
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused_and_kept_aside() {
    let store = Store::new();
    for (body, status) in [("{", 400), ("", 400), ("[]", 422), ("BOOKED", 400)] {
        let answer = book(&store, body).await;
        assert_eq!(answer.status, status, "{body}");
        assert_eq!(store.last().body.as_ref(), body.as_bytes());
    }
}

#[tokio::test]
async fn a_store_that_takes_no_writes_asks_to_come_again() {
    let store = Store::new();
    store.writable.store(false, SeqCst);
    let answer = book(&store, booking()).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "5"));
    // A refusal that could not be kept is no refusal yet.
    assert_eq!(book_with(&store, "patient_id", Value::Null).await.status, 503);
}

#[tokio::test]
async fn only_the_right_key_method_and_type_come_in() {
    let store = Store::new();
    let router = store.router();
    let json = [("content-type", "application/json")];
    assert_eq!(send(&router, post("/hooks/other/appointments", &json, booking().to_string())).await.status, 404);
    let get = axum::http::Request::get(format!("/hooks/{KEY}/appointments")).body(axum::body::Body::empty()).unwrap();
    assert_eq!(send(&router, get).await.status, 405);
    let form = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(send(&router, post(&format!("/hooks/{KEY}/appointments"), &form, "a=b")).await.status, 415);
    assert_eq!(store.count(), 0);
    book(&store, booking()).await;
    let metrics = send(&router, axum::http::Request::get("/metrics").body(axum::body::Body::empty()).unwrap()).await.text;
    assert!(metrics.contains("hook=\"appointments\",why=\"wrong_key\"} 1"), "{metrics}");
}
