//! What can be wrong with a vendor, and what the journal then says.

mod common;

use common::*;
use decide::outbox::Vendor;
use sandbox::{CrashPoint, FaultState, SandboxTransport, VendorFault};
use serde_json::json;
use std::sync::Arc;
use vendors::{Fault, Request, Response};

fn text_request(ward: &Ward) -> Request {
    let config = &ward.sandbox.config().twilio;
    let auth = basic(&config.account_sid, &config.auth_token);
    let body = form(&[("To", PATIENT), ("From", "+12025550100"), ("Body", "x")]);
    request(
        Vendor::Twilio,
        "POST",
        &ward.messages(),
        &[("Authorization", &auth), ("Content-Type", "application/x-www-form-urlencoded")],
        &body,
    )
}

fn text(ward: &Ward) -> Result<Response, Fault> {
    ward.transport.exchange(&text_request(ward))
}

#[test]
fn an_unreachable_vendor_was_certainly_not_asked() {
    let ward = Ward::default();
    ward.sandbox.set_fault(Vendor::Twilio, VendorFault::lasting(FaultState::Unreachable));
    assert!(matches!(text(&ward), Err(Fault::NotSent(_))));
    assert!(ward.sandbox.accepted().is_empty());
}

#[test]
fn a_vendor_that_is_down_says_503_in_its_own_words_and_recovers() {
    let ward = Ward::default();
    for vendor in Vendor::ALL {
        ward.sandbox.set_fault(vendor, VendorFault::next(1, FaultState::Down));
        assert_eq!(ward.ask(vendor, "POST", "/v2/enqueue", &[], "{}").status, 503, "{}", vendor.name());
    }
    ward.sandbox.set_fault(Vendor::Twilio, VendorFault::next(2, FaultState::Down));
    assert_eq!(json(&text(&ward).unwrap())["code"], 20503);
    assert_eq!(text(&ward).unwrap().status, 503);
    assert_eq!(text(&ward).unwrap().status, 201);
}

#[test]
fn a_throttled_vendor_says_when_to_come_back() {
    let ward = Ward::default();
    for vendor in Vendor::ALL {
        ward.sandbox.set_fault(vendor, VendorFault::lasting(FaultState::RateLimited { retry_after_s: Some(30) }));
        let answer = ward.ask(vendor, "POST", "/v2/enqueue", &[], "{}");
        assert_eq!((answer.status, answer.retry_after()), (429, Some(30)), "{}", vendor.name());
    }
    let answer = text(&ward).unwrap();
    assert_eq!(json(&answer)["code"], 20429);
    assert!(answer.header("twilio-concurrent-requests").is_some());
}

#[test]
fn a_refusal_carries_the_vendors_envelope() {
    let ward = Ward::default();
    let reject = |status, code: &str| VendorFault::lasting(FaultState::Reject { status: Some(status), error_code: Some(code.into()) });
    ward.sandbox.set_fault(Vendor::Twilio, reject(400, "30034"));
    assert_eq!(json(&text(&ward).unwrap())["more_info"], "https://www.twilio.com/docs/errors/30034");
    ward.sandbox.set_fault(Vendor::Slack, reject(404, "channel_not_found"));
    assert_eq!(said(&ward.ask(Vendor::Slack, "POST", "/", &[], "{}")), "channel_not_found");
    ward.sandbox.set_fault(Vendor::PagerDuty, reject(400, "'routing_key' is disabled"));
    assert_eq!(json(&ward.trigger("k"))["errors"], json!(["'routing_key' is disabled"]));
    ward.sandbox.set_fault(Vendor::Cerner, reject(423, "lock-error"));
    assert_eq!(json(&ward.ask(Vendor::Cerner, "POST", "/r4/x/Observation", &[], ""))["issue"][0]["code"], "lock-error");
    assert!(ward.sandbox.accepted().is_empty());
}

#[test]
fn a_slow_vendor_performs_what_its_client_no_longer_waits_for() {
    let ward = Ward::default();
    ward.sandbox.set_fault(Vendor::Twilio, VendorFault::lasting(FaultState::Slow { delay_s: 9.0 }));
    assert_eq!(text(&ward).unwrap().status, 201);
    ward.sandbox.set_fault(Vendor::Twilio, VendorFault::lasting(FaultState::Slow { delay_s: 60.0 }));
    assert!(matches!(text(&ward), Err(Fault::Unknown(_))));
    assert_eq!(ward.sandbox.accepted().len(), 2);
}

#[test]
fn a_cut_line_hides_a_write_that_a_look_then_finds() {
    let ward = Ward::default();
    ward.sandbox.set_fault(Vendor::Twilio, VendorFault::next(1, FaultState::AcceptThenDrop));
    let list = format!("{}?To={}", ward.messages(), percent(PATIENT));
    assert_eq!(json(&ward.twilio("GET", &list, ""))["messages"], json!([]));
    assert!(matches!(text(&ward), Err(Fault::Unknown(_))));
    assert_eq!(json(&ward.twilio("GET", &list, ""))["messages"].as_array().unwrap().len(), 1);
    assert_eq!(text(&ward).unwrap().status, 201);
    assert_eq!(ward.sandbox.accepted().len(), 2);
}

#[test]
fn a_refused_write_does_not_use_up_a_cut_line() {
    let ward = Ward::default();
    ward.sandbox.set_fault(Vendor::PagerDuty, VendorFault::next(1, FaultState::AcceptThenDrop));
    assert_eq!(ward.event(&json!({})).status, 400);
    let event = ward.trigger_event("k").to_string();
    assert!(matches!(
        ward.try_ask(Vendor::PagerDuty, "POST", "/v2/enqueue", &[("Content-Type", "application/json")], &event),
        Err(Fault::Unknown(_))
    ));
}

#[test]
fn a_power_cut_before_sending_leaves_nothing_at_the_vendor() {
    let ward = Ward::default();
    let transport =
        SandboxTransport::with_crash(ward.sandbox.clone(), Arc::new(|point: CrashPoint, _: &Request| point == CrashPoint::BeforeSend));
    assert!(transport.exchange(&text_request(&ward)).is_err());
    assert!(ward.sandbox.accepted().is_empty());
}

#[test]
fn a_power_cut_after_acceptance_leaves_the_message_at_the_vendor() {
    let ward = Ward::default();
    let transport =
        SandboxTransport::with_crash(ward.sandbox.clone(), Arc::new(|point: CrashPoint, _: &Request| point == CrashPoint::AfterAccept));
    assert!(transport.exchange(&text_request(&ward)).is_err());
    assert_eq!(ward.sandbox.accepted().len(), 1);
}

#[test]
fn looks_are_no_moment_for_a_power_cut() {
    let ward = Ward::default();
    let transport = SandboxTransport::with_crash(ward.sandbox.clone(), Arc::new(|_: CrashPoint, _: &Request| true));
    let mut look = text_request(&ward);
    (look.method, look.write, look.body) = (http::Method::GET, false, Vec::new());
    assert_eq!(transport.exchange(&look).unwrap().status, 200);
}

#[test]
fn a_host_nobody_knows_is_not_reached() {
    let ward = Ward::default();
    let mut elsewhere = text_request(&ward);
    elsewhere.url = "http://twilio.example/".into();
    assert!(matches!(ward.transport.exchange(&elsewhere), Err(Fault::NotSent(_))));
}
