use crate::desk::{Desk, PHONE};
use decide::outbox::*;
use decide::Phone;
use sandbox::{AcceptedKind, FaultState, SandboxConfig};
use vendors::twilio::auth::{verify, Signed};
use vendors::twilio::callback;
use vendors::{form, Secret};

fn check() -> Act {
    Act::Text(Text {
        to: Phone::from(PHONE),
        body: "¿Mareo? Reply YES or NO & wait.".into(),
        purpose: TextPurpose::SymptomCheck,
        validity_seconds: 900,
    })
}

#[tokio::test]
async fn a_symptom_check_arrives_as_it_was_written() {
    let desk = Desk::open().await;
    let receipt = desk.done(&mut desk.owed(check())).await;
    assert_eq!(receipt.taken_at, Some("2026-03-05T19:00:00Z".parse().unwrap()));
    let AcceptedKind::Message { to, from, body, validity_seconds, status_callback, sid, .. } = desk.only() else {
        panic!("a message was due")
    };
    assert_eq!((to.as_str(), body.as_str(), sid), (PHONE, "¿Mareo? Reply YES or NO & wait.", receipt.reference));
    assert_eq!((from.as_deref(), validity_seconds), (Some("+12025550100"), Some(900)));
    assert_eq!(status_callback.as_deref(), Some("http://127.0.0.1:9/hooks/KEY/twilio/status"));
}

#[tokio::test]
async fn a_text_whose_answer_was_lost_is_found_and_not_sent_again() {
    let desk = Desk::open().await;
    desk.cut_and_settled(Vendor::Twilio, check()).await;
    desk.only();
}

#[tokio::test]
async fn the_same_words_an_hour_later_are_another_text() {
    let desk = Desk::open().await;
    desk.done(&mut desk.owed(check())).await;
    desk.wait(3600);
    let mut second = desk.owed(check());
    second.state = EffectState::Unknown { since: desk.now() };
    assert!(!desk.done(&mut second).await.found_by_looking);
    assert_eq!(desk.accepted().len(), 2);
}

#[tokio::test]
async fn a_text_is_found_behind_a_full_page_of_others() {
    let desk = Desk::open().await;
    let mut first = desk.owed(check());
    desk.trouble_once(Vendor::Twilio, FaultState::AcceptThenDrop);
    desk.attempt(&mut first).await;
    for n in 0..205 {
        let body = format!("Visit text {n}");
        desk.done(&mut desk.owed(Act::Text(Text { to: Phone::from(PHONE), body, purpose: TextPurpose::Booked, validity_seconds: 3600 })))
            .await;
    }
    assert!(desk.done(&mut first).await.found_by_looking);
    assert_eq!(desk.accepted().len(), 206);
}

#[tokio::test]
async fn while_twilio_throttles_or_fails_nothing_is_lost_or_doubled() {
    let desk = Desk::open().await;
    let mut effect = desk.owed(check());
    for (trouble, kind) in [
        (FaultState::RateLimited { retry_after_s: Some(3) }, ProblemKind::Throttled),
        (FaultState::Down, ProblemKind::Down),
        (FaultState::Reject { status: Some(429), error_code: Some("20429".into()) }, ProblemKind::Throttled),
    ] {
        desk.trouble_once(Vendor::Twilio, trouble);
        let Delivery::RetryLater { problem, after_seconds } = desk.attempt(&mut effect).await else {
            panic!("{kind:?} must be tried again")
        };
        assert_eq!(problem.kind, kind);
        assert!(kind != ProblemKind::Throttled || after_seconds.is_none_or(|s| s == 3));
    }
    desk.done(&mut effect).await;
    desk.only();
}

#[tokio::test]
async fn a_twilio_that_cannot_be_reached_has_certainly_not_sent() {
    let desk = Desk::open().await;
    let mut effect = desk.owed(check());
    let mut c = desk.connections.config.clone();
    c.twilio.as_mut().unwrap().base = "http://127.0.0.1:1".into();
    let nowhere = vendors::Connections::new(c, None);
    let delivery = vendors::deliver(&nowhere, &vendors::HttpTransport::new().unwrap(), &effect, desk.now()).await;
    assert!(matches!(delivery, Delivery::RetryLater { problem: Problem { kind: ProblemKind::Unreachable, .. }, .. }), "{delivery:?}");
    desk.done(&mut effect).await;
    desk.only();
}

#[tokio::test]
async fn a_patient_who_opted_out_and_a_landline_are_told_apart() {
    let desk = Desk::open().await;
    desk.sandbox.opt_out(PHONE);
    let delivery = desk.attempt(&mut desk.owed(check())).await;
    assert!(matches!(delivery, Delivery::Rejected(Problem { kind: ProblemKind::OptedOut, .. })), "{delivery:?}");
    let desk = Desk::open().await;
    desk.sandbox.flag_landline(PHONE);
    let delivery = desk.attempt(&mut desk.owed(check())).await;
    assert!(matches!(delivery, Delivery::Rejected(Problem { kind: ProblemKind::BadNumber, .. })), "{delivery:?}");
    assert!(desk.accepted().is_empty());
}

#[tokio::test]
async fn a_wrong_token_is_the_operators_business() {
    let mut desk = Desk::open().await;
    desk.connections.config.twilio.as_mut().unwrap().auth_token = Secret::new("stale");
    let delivery = desk.attempt(&mut desk.owed(check())).await;
    assert!(matches!(delivery, Delivery::Rejected(Problem { kind: ProblemKind::Credentials, .. })), "{delivery:?}");
}

#[tokio::test]
async fn a_messaging_service_sends_from_its_own_numbers() {
    let mut config = SandboxConfig::default();
    config.twilio.messaging_service_sid = Some("MG0123456789abcdef0123456789abcdef".into());
    let desk = Desk::with(config).await;
    desk.cut_and_settled(Vendor::Twilio, check()).await;
    let AcceptedKind::Message { messaging_service_sid, .. } = desk.only() else { panic!("a message was due") };
    assert_eq!(messaging_service_sid.as_deref(), Some("MG0123456789abcdef0123456789abcdef"));
    desk.sandbox.reply(PHONE, "yes", None);
    let Finding::Messages { messages } = desk.look(Look::InboundAll { since: desk.now() }).await else { panic!("messages were asked for") };
    assert_eq!(messages.len(), 1);
}

#[tokio::test]
async fn a_reply_whose_webhook_was_lost_is_found_by_asking() {
    let desk = Desk::open().await;
    desk.done(&mut desk.owed(check())).await;
    let since = desk.now();
    desk.wait(240);
    let sid = desk.sandbox.reply(PHONE, "Sí, me duele 👍", None);
    desk.sandbox.reply("+12025550177", "no", None);
    let Finding::Messages { messages } = desk.look(Look::Inbound { from: Phone::from(PHONE), since }).await else {
        panic!("messages were asked for")
    };
    assert_eq!(
        messages.iter().map(|m| (m.sid.clone(), m.body.as_str(), m.at)).collect::<Vec<_>>(),
        [(sid, "Sí, me duele 👍", Some("2026-03-05T19:04:00Z".parse().unwrap()))]
    );
    let Finding::Messages { messages } = desk.look(Look::InboundAll { since }).await else { panic!("messages were asked for") };
    assert_eq!(messages.len(), 2);
}

#[tokio::test]
async fn webhooks_are_signed_as_we_check_and_read_as_they_are_meant() {
    let desk = Desk::open().await;
    let receipt = desk.done(&mut desk.owed(check())).await;
    let sid = desk.sandbox.reply(PHONE, "yes, it's bad & worse", None);
    desk.sandbox.delivery(PHONE, "undelivered", Some(30005)).unwrap();
    let tokens = desk.connections.config.twilio.as_ref().unwrap().webhook_tokens();
    let (mut texts, mut reports) = (Vec::new(), Vec::new());
    for callback in desk.sandbox.take_callbacks() {
        let pairs = form::read(&callback.body).unwrap();
        let signature =
            callback.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case("x-twilio-signature")).map(|(_, v)| v.as_str()).unwrap();
        assert!(verify(&tokens, &callback.url, Signed::Form(&pairs), signature), "{}", callback.hook);
        match callback.hook.as_str() {
            "twilio/inbound" => texts.push(callback::inbound(&pairs).unwrap()),
            "twilio/status" => reports.push(callback::status(&pairs).unwrap()),
            other => panic!("an unexpected webhook: {other}"),
        }
    }
    assert_eq!(
        texts.iter().map(|t| (t.sid.clone(), t.from.expose(), t.body.as_str())).collect::<Vec<_>>(),
        [(sid, PHONE, "yes, it's bad & worse")]
    );
    let last = reports.last().unwrap();
    assert_eq!((last.sid.as_str(), last.status.as_str(), last.error_code), (receipt.reference.as_str(), "undelivered", Some(30005)));
}
