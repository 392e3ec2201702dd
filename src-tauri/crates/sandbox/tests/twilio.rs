//! The built-in Twilio, as strict as Twilio.

mod common;

use base64::Engine;
use chrono::TimeDelta;
use common::*;
use decide::outbox::Vendor;
use hmac::{Hmac, KeyInit, Mac};
use sandbox::{AcceptedKind, SandboxConfig};
use serde_json::{json, Value};

const OURS: &str = "+12025550100";

fn refused(fields: &[(&str, &str)]) -> (u16, u64) {
    let ward = Ward::default();
    let answer = ward.text(fields);
    assert!(ward.sandbox.accepted().is_empty(), "a refused message was journaled");
    let body = json(&answer);
    assert_eq!(body["status"], json!(answer.status));
    assert_eq!(body["more_info"], json!(format!("https://www.twilio.com/docs/errors/{}", body["code"])));
    (answer.status, body["code"].as_u64().unwrap())
}

#[test]
fn a_message_is_taken_and_shown_in_twilios_own_shape() {
    let ward = Ward::default();
    let answer = ward.text(&[("To", PATIENT), ("From", OURS), ("Body", "Reply YES or NO."), ("ValidityPeriod", "900")]);
    assert_eq!(answer.status, 201);
    let body = json(&answer);
    let sid = body["sid"].as_str().unwrap();
    assert!(sid.starts_with("SM") && sid.len() == 34);
    assert_eq!(body["status"], "queued");
    assert_eq!(body["num_segments"], "1");
    assert_eq!(body["direction"], "outbound-api");
    assert_eq!(body["date_sent"], json!(null));
    assert_eq!(body["date_created"], "Thu, 05 Mar 2026 19:00:00 +0000");
    assert_eq!(body["error_code"], json!(null));
    assert_eq!(body["uri"], json!(format!("/2010-04-01/Accounts/{}/Messages/{sid}.json", ward.sandbox.config().twilio.account_sid)));
}

#[test]
fn the_journal_keeps_what_twilio_received() {
    let ward = Ward::default();
    ward.plain_text("Zoë & 50% + más");
    let accepted = ward.sandbox.accepted();
    assert_eq!(accepted[0].effect, Some(7));
    let AcceptedKind::Message { to, body, from, validity_seconds, .. } = &accepted[0].what else { panic!("{accepted:?}") };
    assert_eq!((to.as_str(), body.as_str(), from.as_deref(), *validity_seconds), (PATIENT, "Zoë & 50% + más", Some(OURS), None));
    assert!(ward.sandbox.accepted_since(1).is_empty());
}

#[test]
fn every_bad_message_has_twilios_own_code() {
    let long = "a".repeat(1601);
    type Fields<'a> = &'a [(&'a str, &'a str)];
    let table: [(Fields, (u16, u64)); 11] = [
        (&[("From", OURS), ("Body", "x")], (400, 21604)),
        (&[("To", "2025550101"), ("From", OURS), ("Body", "x")], (400, 21211)),
        (&[("To", "+12023334"), ("From", OURS), ("Body", "x")], (400, 21211)),
        (&[("To", PATIENT), ("Body", "x")], (400, 21603)),
        (&[("To", PATIENT), ("From", "+12025550999"), ("Body", "x")], (400, 21606)),
        (&[("To", PATIENT), ("MessagingServiceSid", "MG00000000000000000000000000000000"), ("Body", "x")], (404, 21701)),
        (&[("To", PATIENT), ("From", OURS)], (400, 21602)),
        (&[("To", PATIENT), ("From", OURS), ("Body", &long)], (400, 21617)),
        (&[("To", PATIENT), ("From", OURS), ("Body", "x"), ("StatusCallback", "https://my_host/x")], (400, 21609)),
        (&[("To", PATIENT), ("From", OURS), ("Body", "x"), ("ValidityPeriod", "36001")], (400, 20422)),
        (&[("To", OURS), ("From", OURS), ("Body", "x")], (400, 21266)),
    ];
    for (fields, expected) in table {
        assert_eq!(refused(fields), expected, "{fields:?}");
    }
}

#[test]
fn a_wrong_token_is_told_to_authenticate() {
    let ward = Ward::default();
    let auth = basic(&ward.sandbox.config().twilio.account_sid, "wrong");
    let answer = ward.ask(Vendor::Twilio, "POST", &ward.messages(), &[("Authorization", &auth)], "");
    assert_eq!((answer.status, json(&answer)["code"].as_u64()), (401, Some(20003)));
}

#[test]
fn another_account_is_not_found() {
    let answer = Ward::default().twilio("GET", "/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json", "");
    assert_eq!((answer.status, json(&answer)["code"].as_u64()), (404, Some(20404)));
}

#[test]
fn a_landline_cannot_take_texts() {
    let ward = Ward::default();
    ward.sandbox.flag_landline(PATIENT);
    assert_eq!(json(&ward.plain_text("x"))["code"], 21614);
}

#[test]
fn stop_blocks_further_texts_and_start_opens_them_again() {
    let ward = Ward::default();
    assert_eq!(ward.plain_text("x").status, 201);
    ward.sandbox.reply(PATIENT, " Stop ", None);
    let blocked = ward.plain_text("x");
    assert_eq!((blocked.status, json(&blocked)["code"].as_u64()), (400, Some(21610)));
    ward.sandbox.reply(PATIENT, "START", None);
    assert_eq!(ward.plain_text("x").status, 201);
}

#[test]
fn cancel_appt_does_not_opt_out_but_a_bare_cancel_does() {
    let ward = Ward::default();
    ward.sandbox.reply(PATIENT, "CANCEL APPT", None);
    assert_eq!(ward.plain_text("x").status, 201);
    ward.sandbox.reply(PATIENT, "cancel", None);
    assert_eq!(json(&ward.plain_text("x"))["code"], 21610);
}

#[test]
fn an_opt_out_holds_for_the_whole_messaging_service() {
    let mut config = SandboxConfig::default();
    config.twilio.messaging_service_sid = Some("MG0123456789abcdef0123456789abcdef".into());
    config.twilio.numbers.push("+12025550109".into());
    let ward = Ward::with(config);
    let sent = json(&ward.text(&[("To", PATIENT), ("MessagingServiceSid", "MG0123456789abcdef0123456789abcdef"), ("Body", "x")]));
    assert_eq!((&sent["status"], &sent["from"], &sent["num_segments"]), (&json!("accepted"), &json!(null), &json!("0")));
    ward.sandbox.reply(PATIENT, "STOP", None);
    assert_eq!(json(&ward.text(&[("To", PATIENT), ("From", "+12025550109"), ("Body", "x")]))["code"], 21610);
}

#[test]
fn queued_and_sent_come_by_themselves_and_the_rest_only_from_the_carrier() {
    let ward = Ward::default();
    let sid = json(&ward.text(&[
        ("To", PATIENT),
        ("From", OURS),
        ("Body", "x"),
        ("StatusCallback", "https://console.example/hooks/KEY/twilio/status"),
    ]))["sid"]
        .clone();
    let statuses =
        |ward: &Ward| -> Vec<String> { ward.sandbox.take_callbacks().iter().map(|c| field(&c.body, "MessageStatus").unwrap()).collect() };
    assert_eq!(statuses(&ward), ["queued", "sent"]);
    ward.pass(TimeDelta::hours(1));
    assert!(ward.sandbox.take_callbacks().is_empty());
    assert_eq!(ward.sandbox.delivery(PATIENT, "undelivered", Some(30005)).unwrap(), sid.as_str().unwrap());
    let callbacks = ward.sandbox.take_callbacks();
    assert_eq!(field(&callbacks[0].body, "ErrorCode").as_deref(), Some("30005"));
    assert_eq!(callbacks[0].hook, "twilio/status");
    let path = format!("/2010-04-01/Accounts/{}/Messages/{}.json", ward.sandbox.config().twilio.account_sid, sid.as_str().unwrap());
    let shown = json(&ward.twilio("GET", &path, ""));
    assert_eq!((&shown["status"], &shown["error_code"]), (&json!("undelivered"), &json!(30005)));
}

#[test]
fn a_report_about_a_number_never_written_to_is_not_possible() {
    assert!(Ward::default().sandbox.delivery(PATIENT, "delivered", None).is_err());
}

#[test]
fn a_reply_is_posted_signed_over_the_public_url() {
    let ward = Ward::default();
    ward.sandbox.reply(PATIENT, "Sí, mañana & más", Some("STOP"));
    let callback = ward.sandbox.take_callbacks().remove(0);
    assert_eq!((callback.hook.as_str(), callback.url.as_str()), ("twilio/inbound", "https://console.example/hooks/KEY/twilio/inbound"));
    let mut params = fields(&callback.body);
    params.sort();
    let signed = params.iter().fold(callback.url.clone(), |data, (k, v)| data + k + v);
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(ward.sandbox.config().twilio.auth_token.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    assert_eq!(header(&callback, "x-twilio-signature"), base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes()));
    let given = |name| field(&callback.body, name).unwrap();
    assert_eq!(
        (given("Body").as_str(), given("From").as_str(), given("To").as_str(), given("OptOutType").as_str()),
        ("Sí, mañana & más", PATIENT, OURS, "STOP")
    );
}

#[test]
fn twilio_never_posts_a_reply_twice() {
    let ward = Ward::default();
    ward.sandbox.reply(PATIENT, "yes", None);
    let callback = ward.sandbox.take_callbacks().remove(0);
    ward.sandbox.answered(&callback, Some(503));
    ward.pass(TimeDelta::days(1));
    assert!(ward.sandbox.take_callbacks().is_empty());
}

#[test]
fn messages_are_found_by_number_and_day_without_opt_out_type() {
    let ward = Ward::default();
    ward.plain_text("first");
    ward.sandbox.reply(PATIENT, "STOP", Some("STOP"));
    let found =
        |query: &str| json(&ward.twilio("GET", &format!("{}?{query}", ward.messages()), ""))["messages"].as_array().unwrap().clone();
    let inbound = found(&format!("From={}&DateSent%3E=2026-03-05", percent(PATIENT)));
    assert_eq!(inbound.len(), 1);
    assert_eq!(
        (&inbound[0]["status"], &inbound[0]["direction"], &inbound[0]["body"]),
        (&json!("received"), &json!("inbound"), &json!("STOP"))
    );
    assert!(inbound[0].get("opt_out_type").is_none());
    assert_eq!(found(&format!("To={}&DateSent%3C=2026-03-04", percent(PATIENT))).len(), 0);
    assert_eq!(found(&format!("To={}&DateSent=2026-03-05", percent(PATIENT))).len(), 1);
}

#[test]
fn a_long_list_comes_page_by_page_newest_first() {
    let ward = Ward::default();
    for n in 0..5 {
        ward.plain_text(&format!("text {n}"));
    }
    let mut path = Some(format!("{}?To={}&PageSize=2", ward.messages(), percent(PATIENT)));
    let mut bodies = Vec::new();
    while let Some(next) = path {
        let page = json(&ward.twilio("GET", &next, ""));
        bodies.extend(page["messages"].as_array().unwrap().iter().map(|m| m["body"].as_str().unwrap().to_string()));
        path = page["next_page_uri"].as_str().map(str::to_string);
        ward.plain_text("one that arrived meanwhile");
    }
    assert_eq!(bodies, ["text 4", "text 3", "text 2", "text 1", "text 0"]);
}

#[test]
fn a_flow_is_not_started_while_one_waits_for_the_patient() {
    let ward = Ward::default();
    let flow = format!("/v2/Flows/{}/Executions", ward.sandbox.config().twilio.studio_flow_sid);
    let body = form(&[("To", PATIENT), ("From", OURS), ("Parameters", "{\"event_type\":\"BOOKED\"}")]);
    let started = ward.twilio("POST", &flow, &body);
    assert_eq!((started.status, &json(&started)["status"]), (201, &json!("active")));
    assert_eq!(json(&ward.twilio("POST", &flow, &body))["code"], 81002);
    ward.pass(TimeDelta::seconds(120));
    assert_eq!(ward.twilio("POST", &flow, &body).status, 201, "the first had given up waiting");
    ward.sandbox.reply(PATIENT, "CONFIRM APPT", None);
    assert_eq!(ward.twilio("POST", &flow, &body).status, 201, "the second was answered");
    let accepted = ward.sandbox.accepted();
    assert!(
        matches!(&accepted[..], [one, _, _] if matches!(&one.what, AcceptedKind::Execution { parameters, .. } if parameters["event_type"] == "BOOKED"))
    );
}

fn flow(ward: &Ward) -> String {
    format!("/v2/Flows/{}/Executions", ward.sandbox.config().twilio.studio_flow_sid)
}

fn start(ward: &Ward, to: &str, event: &str) -> Value {
    json(&ward.twilio(
        "POST",
        &flow(ward),
        &form(&[("To", to), ("From", OURS), ("Parameters", &format!("{{\"event_type\":\"{event}\"}}"))]),
    ))
}

/// What the flow posts when a patient gives that answer to a text of that event; none if it posts nothing.
fn posted(event: &str, words: &str) -> Option<Value> {
    let mut config = SandboxConfig::default();
    config.twilio.flows_post_answers = true;
    let ward = Ward::with(config);
    start(&ward, PATIENT, event);
    ward.sandbox.reply(PATIENT, words, None);
    let callback = ward.sandbox.take_callbacks().into_iter().find(|c| c.hook.starts_with("studio?bodySHA256="))?;
    assert!(callback.url.ends_with(&callback.hook), "signed over {}, posted to {}", callback.url, callback.hook);
    assert_eq!(header(&callback, "content-type"), "application/json;charset=utf-8");
    Some(serde_json::from_slice::<Value>(&callback.body).unwrap()["event_type"].clone())
}

#[test]
fn a_flow_posts_the_answer_it_waits_for_and_confirms_a_cancel_of_a_booking() {
    assert_eq!(posted("REMIND", "CONFIRM APPT"), Some(json!("Confirm")));
    assert_eq!(posted("REMIND", "CANCEL APPT"), Some(json!("Cancel")));
    assert_eq!(posted("BOOKED", "CANCEL APPT"), Some(json!("Confirm")), "the published flow does");
    assert_eq!(posted("REMIND", "see you"), None);
    assert_eq!(posted("CANCELED", "CONFIRM APPT"), None, "no flow waits");
}

#[test]
fn a_flow_that_asks_nothing_ends_at_once_and_one_that_asks_can_be_ended() {
    let ward = Ward::default();
    assert_eq!(start(&ward, PATIENT, "CANCELED")["status"], "active");
    let asked = start(&ward, PATIENT, "REMIND");
    let one = format!("{}/{}", flow(&ward), asked["sid"].as_str().unwrap());
    assert_eq!(json(&ward.twilio("GET", &one, ""))["status"], "active");
    assert_eq!(ward.twilio("POST", &one, "Status=paused").status, 400);
    assert_eq!(json(&ward.twilio("POST", &one, "Status=ended"))["status"], "ended");
    assert_eq!(start(&ward, PATIENT, "REMIND")["status"], "active");
}

#[test]
fn executions_are_listed_by_day_newest_first_page_by_page_with_what_they_were_given() {
    let ward = Ward::default();
    for n in 1..=3 {
        start(&ward, &format!("+1202555010{n}"), "REMIND");
        ward.pass(TimeDelta::minutes(1));
    }
    let list = |query: &str| json(&ward.twilio("GET", &format!("{}?{query}", flow(&ward)), ""));
    let first = list("DateCreatedFrom=2026-03-05T19%3A01%3A00Z&PageSize=1");
    assert_eq!(
        (&first["executions"][0]["contact_channel_address"], &first["executions"][0]["status"]),
        (&json!("+12025550103"), &json!("active"))
    );
    let next = first["meta"]["next_page_url"].as_str().unwrap();
    let next = &next[next.find("/v2").unwrap()..];
    let second = json(&ward.twilio("GET", next, ""));
    assert_eq!(
        (&second["executions"][0]["contact_channel_address"], &second["meta"]["next_page_url"]),
        (&json!("+12025550102"), &Value::Null)
    );
    let sid = second["executions"][0]["sid"].as_str().unwrap();
    let context = json(&ward.twilio("GET", &format!("{}/{sid}/Context", flow(&ward)), ""));
    assert_eq!(context["context"]["flow"]["data"]["event_type"], "REMIND");
    assert_eq!(list("DateCreatedFrom=yesterday")["code"], 20001);
}

#[test]
fn an_account_starts_twenty_flows_a_second_and_only_flows_that_exist() {
    let ward = Ward::default();
    for n in 0..20 {
        assert_eq!(start(&ward, &format!("+120255501{n:02}"), "REMIND")["status"], "active");
    }
    assert_eq!(start(&ward, "+12025550150", "REMIND")["code"], 20429);
    ward.pass(TimeDelta::seconds(1));
    assert_eq!(start(&ward, "+12025550150", "REMIND")["status"], "active");
    assert_eq!(json(&ward.twilio("POST", "/v2/Flows/FW1/Executions", "To=x"))["code"], 20404);
    for (body, code) in
        [("From=%2B12025550100", 20001), ("To=%2B12025550151", 20001), ("To=%2B12025550151&From=%2B12025550100&Parameters=%5B%5D", 20001)]
    {
        assert_eq!(json(&ward.twilio("POST", &flow(&ward), body))["code"], code, "{body}");
    }
}

#[test]
fn two_runs_give_the_same_sids() {
    let sids = || {
        let ward = Ward::default();
        (0..3).map(|_| json(&ward.plain_text("x"))["sid"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(sids(), sids());
    assert_ne!(sids()[0], sids()[1]);
}
