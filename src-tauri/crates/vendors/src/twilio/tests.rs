use super::auth::{sign_form, verify, Signed};
use super::{callback, reply};
use crate::exchange::Stop;
use crate::fake::*;
use crate::{deliver, form, Secret};
use decide::outbox::*;
use decide::Phone;
use serde_json::{json, Value};

fn check() -> Act {
    Act::Text(Text {
        to: Phone::from("+12025550101"),
        body: "Blood pressure 168/102. Reply YES or NO.".into(),
        purpose: TextPurpose::SymptomCheck,
        validity_seconds: 900,
    })
}

fn message(sid: &str, created: &str) -> Value {
    json!({ "sid": sid, "status": "queued", "to": "+12025550101", "from": "+12025550100", "direction": "outbound-api",
            "body": "Blood pressure 168/102. Reply YES or NO.", "date_created": created, "date_sent": null, "error_code": null })
}

const TAKEN: &str = "Thu, 05 Mar 2026 19:00:00 +0000";

#[tokio::test]
async fn a_symptom_check_is_one_form_post_that_expires_with_its_question() {
    let line = Scripted::new([says(201, message("SM1", TAKEN))]);
    let delivery = deliver(&connections(), &line, &effect(check()), at("2026-03-05T19:00:00Z")).await;
    let expected = Receipt {
        reference: "SM1".into(),
        taken_at: Some(at("2026-03-05T19:00:00Z")),
        found_by_looking: false,
        status: Some("queued".into()),
    };
    assert_eq!(delivery, Delivery::Delivered(expected));
    let sent = &line.requests()[0];
    assert_eq!(line.asked(), ["POST http://twilio.test/2010-04-01/Accounts/AC1/Messages.json"]);
    assert_eq!(
        String::from_utf8_lossy(&sent.body),
        "To=%2B12025550101&From=%2B12025550100&Body=Blood%20pressure%20168%2F102.%20Reply%20YES%20or%20NO.&ValidityPeriod=900&StatusCallback=https%3A%2F%2Fdesk.example.org%2Fhooks%2FKEY%2Ftwilio%2Fstatus"
    );
    assert_eq!(sent.sent_header("authorization"), Some("Basic QUMxOnR3LXNlY3JldA=="));
    assert_eq!((sent.effect, sent.write), (Some(7), true));
}

#[tokio::test]
async fn a_messaging_service_and_an_api_key_take_the_place_of_number_and_token() {
    let mut c = connections();
    let twilio = c.config.twilio.as_mut().unwrap();
    (twilio.messaging_service_sid, twilio.api_key_sid, twilio.api_key_secret) =
        (Some("MG1".into()), Some("SK1".into()), Some("key".into()));
    let line = Scripted::new([says(201, message("SM1", TAKEN))]);
    deliver(&c, &line, &effect(check()), at("2026-03-05T19:00:00Z")).await;
    let sent = &line.requests()[0];
    let pairs = form::read(&sent.body).unwrap();
    assert_eq!((form::first(&pairs, "MessagingServiceSid"), form::first(&pairs, "From")), (Some("MG1"), None));
    assert_eq!(sent.sent_header("authorization"), Some("Basic U0sxOmtleQ=="));
}

#[tokio::test]
async fn without_a_sender_nothing_is_asked_and_the_setting_is_named() {
    let mut c = connections();
    c.config.twilio.as_mut().unwrap().from = None;
    let line = Scripted::default();
    let Delivery::Blocked(p) = deliver(&c, &line, &effect(check()), at("2026-03-05T19:00:00Z")).await else { panic!("must be blocked") };
    assert!(p.said.contains("twilio.from"), "{}", p.said);
}

#[tokio::test]
async fn a_cut_line_leaves_the_text_unknown_and_a_refused_one_does_not() {
    let line = Scripted::new([cut(), closed()]);
    let c = connections();
    let first = deliver(&c, &line, &effect(check()), at("2026-03-05T19:00:00Z")).await;
    assert!(matches!(first, Delivery::Unknown(Problem { kind: ProblemKind::NoAnswer, .. })), "{first:?}");
    let second = deliver(&c, &line, &effect(check()), at("2026-03-05T19:00:00Z")).await;
    assert!(matches!(second, Delivery::RetryLater { problem: Problem { kind: ProblemKind::Unreachable, .. }, .. }), "{second:?}");
}

#[tokio::test]
async fn a_text_of_unknown_fate_is_found_on_the_second_page_and_not_sent_again() {
    let older = message("SM0", "Thu, 05 Mar 2026 18:00:00 +0000");
    let reply = json!({ "sid": "SM9", "to": "+12025550101", "direction": "inbound", "body": "Blood pressure 168/102. Reply YES or NO.", "date_created": TAKEN });
    let line = Scripted::new([
        says(200, json!({ "messages": [older, reply], "next_page_uri": "/2010-04-01/Accounts/AC1/Messages.json?Page=1" })),
        says(200, json!({ "messages": [message("SM1", TAKEN)], "next_page_uri": null })),
    ]);
    let delivery = deliver(&connections(), &line, &unknown(effect(check())), at("2026-03-05T19:05:00Z")).await;
    let expected = Receipt {
        reference: "SM1".into(),
        taken_at: Some(at("2026-03-05T19:00:00Z")),
        found_by_looking: true,
        status: Some("queued".into()),
    };
    assert_eq!(delivery, Delivery::Delivered(expected));
    assert_eq!(
        line.asked(),
        [
            "GET http://twilio.test/2010-04-01/Accounts/AC1/Messages.json?To=%2B12025550101&DateSent%3E=2026-03-05&PageSize=200",
            "GET http://twilio.test/2010-04-01/Accounts/AC1/Messages.json?Page=1"
        ]
    );
}

#[tokio::test]
async fn a_text_of_unknown_fate_that_is_not_there_is_sent() {
    let line = Scripted::new([says(200, json!({ "messages": [] })), says(201, message("SM2", "Thu, 05 Mar 2026 19:05:00 +0000"))]);
    let delivery = deliver(&connections(), &line, &unknown(effect(check())), at("2026-03-05T19:05:00Z")).await;
    assert!(matches!(delivery, Delivery::Delivered(Receipt { found_by_looking: false, .. })), "{delivery:?}");
    assert_eq!(line.writes(), 1);
}

#[tokio::test]
async fn a_text_of_unknown_fate_that_is_not_there_is_not_sent_after_its_limit() {
    let line = Scripted::new([says(200, json!({ "messages": [] }))]);
    let late = Effect { give_up_at: Some(at("2026-03-05T19:05:00Z")), ..unknown(effect(check())) };
    let delivery = deliver(&connections(), &line, &late, at("2026-03-05T19:05:00Z")).await;
    assert!(matches!(delivery, Delivery::Rejected(Problem { kind: ProblemKind::NoAnswer, .. })), "{delivery:?}");
    assert_eq!(line.writes(), 0);
}

#[tokio::test]
async fn a_look_that_fails_keeps_the_fate_unknown() {
    let line = Scripted::new([says(503, json!({}))]);
    let delivery = deliver(&connections(), &line, &unknown(effect(check())), at("2026-03-05T19:05:00Z")).await;
    assert!(matches!(delivery, Delivery::Unknown(Problem { kind: ProblemKind::Down, .. })), "{delivery:?}");
    assert_eq!(line.writes(), 0);
}

#[tokio::test]
async fn replies_are_listed_oldest_first_without_our_own_texts() {
    let inbound = |sid: &str, body: &str, created: &str| json!({ "sid": sid, "from": "+12025550101", "to": "+12025550100", "direction": "inbound", "status": "received", "body": body, "date_created": created });
    let line = Scripted::new([says(
        200,
        json!({ "messages": [inbound("SM3", "yes", "Thu, 05 Mar 2026 19:04:00 +0000"), message("SM1", TAKEN), inbound("SM2", "what", "Thu, 05 Mar 2026 19:02:00 +0000"),
                             inbound("SM0", "no", "Thu, 05 Mar 2026 18:00:00 +0000")], "next_page_uri": null }),
    )]);
    let look = Act::Look(Look::Inbound { from: Phone::from("+12025550101"), since: at("2026-03-05T19:00:00.500Z") });
    let Delivery::Found(Finding::Messages { messages }) = deliver(&connections(), &line, &effect(look), at("2026-03-05T19:10:00Z")).await
    else {
        panic!("must be found")
    };
    assert_eq!(messages.iter().map(|m| (m.sid.as_str(), m.body.as_str())).collect::<Vec<_>>(), [("SM2", "what"), ("SM3", "yes")]);
    assert_eq!(messages[1].at, Some(at("2026-03-05T19:04:00Z")));
    assert_eq!(line.asked(), ["GET http://twilio.test/2010-04-01/Accounts/AC1/Messages.json?To=%2B12025550100&From=%2B12025550101&DateSent%3E=2026-03-05&PageSize=200"]);
}

#[test]
fn every_refusal_of_a_text_has_its_meaning() {
    use ProblemKind::*;
    let envelope = |status: u16, code: u32| {
        response(
            status,
            &[("retry-after", "9")],
            &json!({ "code": code, "message": "To +12025550101 is bad", "status": status }).to_string(),
        )
    };
    for (status, code, kind) in [
        (401, 20003, Credentials),
        (404, 20404, Config),
        (400, 21211, BadNumber),
        (400, 21614, BadNumber),
        (403, 21408, Config),
        (400, 21606, Config),
        (400, 21659, Config),
        (400, 21608, Config),
        (400, 21610, OptedOut),
        (400, 21612, Config),
        (400, 30034, Config),
        (400, 30610, Config),
        (400, 21602, Invalid),
    ] {
        let Err(Stop::Reject(p)) = reply::sent(&envelope(status, code)) else { panic!("{code} must be final") };
        assert_eq!((p.kind, p.http_status, p.code.as_deref()), (kind, Some(status), Some(code.to_string().as_str())));
        assert!(!p.said.contains("2025550101"), "a problem names no number");
    }
    for (status, code, kind) in
        [(429, 20429, Throttled), (400, 30001, Throttled), (429, 0, Throttled), (500, 20500, Down), (503, 20503, Down)]
    {
        let Err(Stop::Retry(p, after)) = reply::sent(&envelope(status, code)) else { panic!("{status} {code} must be tried again") };
        assert_eq!((p.kind, after), (kind, Some(9)));
    }
    for status in [502, 504, 408] {
        assert!(matches!(reply::sent(&response(status, &[], "<html>")), Err(Stop::Unknown(_))), "{status}");
        assert!(matches!(reply::listed(&response(status, &[], "<html>")), Err(Stop::Retry(..))), "{status}");
    }
    assert!(matches!(reply::sent(&response(201, &[], "")), Err(Stop::Unknown(_))));
    for (status, kind) in [(401, Credentials), (403, Credentials), (404, Config), (301, Config), (400, Invalid)] {
        let Err(Stop::Reject(p)) = reply::sent(&response(status, &[], "not json")) else { panic!("{status} must be final") };
        assert_eq!((p.kind, p.code), (kind, None));
    }
}

#[test]
fn every_delivery_code_says_whether_the_number_is_at_fault() {
    use ProblemKind::*;
    for (code, kind) in [
        (30001, Throttled),
        (30003, BadNumber),
        (30005, BadNumber),
        (30006, BadNumber),
        (30007, Config),
        (30034, Config),
        (30610, Config),
        (30047, Config),
        (21610, OptedOut),
        (30008, Invalid),
    ] {
        assert_eq!(reply::delivery_code(code), kind, "{code}");
    }
}

#[test]
fn an_inbound_text_is_read_with_parameters_nobody_knew() {
    let pairs = form::read(b"MessageSid=SM1&SmsSid=SM1&From=%2B12025550101&To=%2B12025550100&Body=S%C3%AD+%F0%9F%91%8D&NumMedia=0&SomethingNew=1&OptOutType=STOP").unwrap();
    let text = callback::inbound(&pairs).unwrap();
    assert_eq!(
        (text.sid.as_str(), text.from.expose(), text.to.expose(), text.body.as_str()),
        ("SM1", "+12025550101", "+12025550100", "Sí 👍")
    );
    assert_eq!(text.opt_out_type.as_deref(), Some("STOP"));
}

#[test]
fn a_webhook_without_a_needed_parameter_is_refused_by_name() {
    let read = |body: &str| form::read(body.as_bytes()).unwrap();
    for (body, field) in [
        ("From=1&To=2&Body=x", "MessageSid"),
        ("MessageSid=S&To=2&Body=x", "From"),
        ("MessageSid=S&From=1&To=&Body=x", "To"),
        ("MessageSid=S&From=1&To=2", "Body"),
    ] {
        assert_eq!(callback::inbound(&read(body)).unwrap_err().field, field);
    }
    for (body, field) in [
        ("To=2&MessageStatus=sent", "MessageSid"),
        ("MessageSid=S&To=2", "MessageStatus"),
        ("MessageSid=S&To=2&MessageStatus=failed&ErrorCode=x", "ErrorCode"),
    ] {
        assert_eq!(callback::status(&read(body)).unwrap_err().field, field);
    }
}

#[test]
fn a_delivery_report_carries_its_error_code() {
    let report =
        callback::status(&form::read(b"MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30005&To=%2B12025550101&From=%2B1").unwrap())
            .unwrap();
    assert_eq!((report.status.as_str(), report.error_code), ("undelivered", Some(30005)));
    assert_eq!(callback::status(&form::read(b"MessageSid=SM1&MessageStatus=sent&ErrorCode=&To=1").unwrap()).unwrap().error_code, None);
}

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../tests/data/twilio-signatures.json")).unwrap()
}

#[test]
fn every_published_signature_is_recognised() {
    let all = vectors();
    let token = [Secret::new(all["auth_token"].as_str().unwrap())];
    for v in all["vectors"].as_array().unwrap() {
        let name = v["name"].as_str().unwrap();
        let pairs: form::Pairs = serde_json::from_value(v["params"].clone()).unwrap();
        let signed = v["signed_url"].as_str().unwrap();
        let given = v["sig"].as_str().unwrap();
        let body = v["body"].as_str();
        let what = || body.map_or(Signed::Form(&pairs), |b| Signed::Json(b.as_bytes()));
        // As Twilio signed it, and as it reaches us: without the default port, with the quote unescaped.
        let reached = v["request_url"].as_str().map_or(signed.replace(":443/", "/").replace(":80/", "/"), str::to_string);
        for url in [signed, &reached] {
            assert!(verify(&token, url, what(), given), "{name}: {url}");
            assert!(!verify(&[Secret::new("other")], url, what(), given), "{name}: a foreign token");
            let forged = format!("{url}&x=1");
            assert!(!verify(&token, &forged, what(), given), "{name}: another address");
        }
        if let Some(wrong) = v["wrong_sig_if_sorted_by_concat"].as_str() {
            assert_ne!(sign_form(&token[0], signed, &pairs), wrong);
        }
    }
}

#[test]
fn a_changed_body_breaks_the_signature() {
    let all = vectors();
    let token = [Secret::new("12345")];
    let json = all["vectors"].as_array().unwrap().iter().find(|v| v["body"].is_string()).unwrap();
    let (url, sig) = (json["signed_url"].as_str().unwrap(), json["sig"].as_str().unwrap());
    assert!(!verify(&token, url, Signed::Json(b"{\"property\": \"changed\"}"), sig));
    let pairs = vec![("Body".to_string(), "yes".to_string())];
    let sig = sign_form(&token[0], "https://desk.example.org/x", &pairs);
    assert!(!verify(&token, "https://desk.example.org/x", Signed::Form(&[("Body".to_string(), "no".to_string())]), &sig));
}

#[test]
fn while_a_token_rotates_both_are_good_and_an_empty_one_never_is() {
    let pairs = vec![("Body".to_string(), "yes".to_string())];
    let url = "https://desk.example.org/hooks/KEY/twilio/inbound";
    let (old, new) = (Secret::new("old"), Secret::new("new"));
    for token in [&old, &new] {
        assert!(verify(&[new.clone(), old.clone()], url, Signed::Form(&pairs), &sign_form(token, url, &pairs)));
    }
    let empty = Secret::new("");
    assert!(!verify(std::slice::from_ref(&empty), url, Signed::Form(&pairs), &sign_form(&empty, url, &pairs)));
}

#[test]
fn a_host_in_brackets_keeps_its_colons() {
    let token = Secret::new("t");
    let sig = sign_form(&token, "https://[2001:db8::1]:443/x", &[]);
    assert!(verify(&[token], "https://[2001:db8::1]/x", Signed::Form(&[]), &sig));
}

#[test]
fn no_secret_is_printed() {
    let printed = format!("{:?}", connections());
    for secret in ["tw-secret", "pd-routing", "pd-rest", "pd-hook", "chart-secret", "services/T/B/X"] {
        assert!(!printed.contains(secret), "{secret}");
    }
}
