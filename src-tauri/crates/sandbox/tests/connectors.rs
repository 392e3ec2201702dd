//! The console's own connectors against the built-in vendors: two readings of each contract must agree.

mod common;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::signature::KeyPair;
use base64::Engine;
use chrono::TimeDelta;
use common::*;
use decide::outbox::*;
use decide::{Mrn, Phone, Value, Vital};
use sandbox::{AcceptedKind, Bases, FaultState, PageAct, SandboxConfig, SandboxTransport, VendorFault};
use serde_json::{json, Value as Json};
use vendors::{deliver, Connections, Secret, VendorConfig};

struct Desk {
    ward: Ward,
    connections: Connections,
}

impl Desk {
    fn new() -> Desk {
        Desk::with(SandboxConfig::default(), |_| ())
    }

    /// The vendors, and what is different in the console's settings.
    fn with(config: SandboxConfig, change: impl FnOnce(&mut Json)) -> Desk {
        let ward = Ward::with(config);
        let mut vendors = ward.sandbox.vendors(&Bases::in_process());
        change(&mut vendors);
        let config = VendorConfig::read(vendors).unwrap();
        Desk { ward, connections: Connections::new(config, Some("https://console.example/hooks/KEY".into())) }
    }

    fn effect(&self, act: Act) -> Effect {
        let at = self.ward.now();
        Effect {
            id: 12,
            vendor: Vendor::Twilio,
            act,
            about: About::default(),
            priority: Priority::Critical,
            state: EffectState::Owed,
            owed_at: at,
            next_try: at,
            give_up_at: None,
            attempts: 0,
            first_failed_at: None,
            not_ours: Vec::new(),
            problem: None,
        }
    }

    fn deliver(&self, effect: &Effect) -> Delivery {
        let transport = SandboxTransport::new(self.ward.sandbox.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(deliver(&self.connections, &transport, effect, self.ward.now()))
    }

    fn done(&self, act: Act) -> Receipt {
        match self.deliver(&self.effect(act)) {
            Delivery::Delivered(receipt) => receipt,
            other => panic!("{other:?}"),
        }
    }

    fn found(&self, look: Look) -> Finding {
        match self.deliver(&self.effect(Act::Look(look))) {
            Delivery::Found(finding) => finding,
            other => panic!("{other:?}"),
        }
    }

    /// The line is cut after the write; the next attempt must find it and not write again.
    fn settled(&self, vendor: Vendor, act: Act) -> Receipt {
        self.ward.sandbox.set_fault(vendor, VendorFault::next(1, FaultState::AcceptThenDrop));
        let mut effect = self.effect(act);
        let first = self.deliver(&effect);
        assert!(matches!(first, Delivery::Unknown(_)), "{first:?}");
        effect.state = EffectState::Unknown { since: self.ward.now() };
        effect.attempts = 1;
        self.ward.pass(TimeDelta::seconds(20));
        match self.deliver(&effect) {
            Delivery::Delivered(receipt) => receipt,
            other => panic!("{other:?}"),
        }
    }
}

fn text() -> Act {
    Act::Text(Text { to: PATIENT.into(), body: "Reply YES or NO.".into(), purpose: TextPurpose::SymptomCheck, validity_seconds: 900 })
}

fn page(desk: &Desk, action: PageAction) -> Act {
    Act::Page(Page {
        action,
        dedup_key: "ws:e12:1".into(),
        severity: "critical".into(),
        urgency: Urgency::High,
        reason: PageReason::Critical,
        summary: "CL-7F3K-92QD bp 192/90".into(),
        details: [("case".to_string(), "CL-7F3K-92QD".to_string())].into(),
        link: Some("https://chart.example/CL-7F3K-92QD".into()),
        second_key: false,
        at: desk.ward.now(),
    })
}

fn writes(desk: &Desk) -> Vec<ChartWrite> {
    let now = desk.ward.now();
    let write = |purpose, marker: &str, body| ChartWrite { purpose, mrn: Mrn::new("1022228"), fhir_id: None, marker: marker.into(), body };
    let reading = |vital, loinc: &str, value| ChartBody::Observation {
        vital,
        loinc: loinc.into(),
        value,
        effective: now,
        note: Some("Reviewed.".into()),
    };
    let number = |n: &str| Value::Number(n.parse().unwrap());
    vec![
        write(
            ChartPurpose::Reviewed,
            "careloop:ws:e12:reviewed",
            reading(Vital::Bp, "85354-9", Value::Pressure { systolic: Some(192.into()), diastolic: Some(90.into()) }),
        ),
        write(
            ChartPurpose::Note,
            "careloop:ws:e12:note",
            ChartBody::Document { title: "Call".into(), text: "Called <Ann>. 12 min.".into(), at: now },
        ),
        write(ChartPurpose::Flowsheet, "careloop:ws:e12:flowsheet", ChartBody::Minutes { minutes: 12.into(), at: now }),
        write(ChartPurpose::Reading, "careloop:ws:r1", reading(Vital::Glucose, "2339-0", number("301"))),
        write(ChartPurpose::Reading, "careloop:ws:r2", reading(Vital::Weight, "29463-7", number("183.1"))),
        write(ChartPurpose::Reading, "careloop:ws:r3", reading(Vital::Spo2, "59408-5", number("87"))),
        write(ChartPurpose::Reading, "careloop:ws:r4", reading(Vital::HeartRate, "8867-4", number("72"))),
        write(ChartPurpose::OptOut, "careloop:ws:o1", ChartBody::Document { title: "Opt-out".into(), text: "STOP".into(), at: now }),
    ]
}

#[test]
fn a_text_is_taken_and_settled_by_looking() {
    let desk = Desk::new();
    assert!(desk.done(text()).reference.starts_with("SM"));
    desk.ward.pass(TimeDelta::minutes(30));
    let receipt = desk.settled(Vendor::Twilio, text());
    assert!(receipt.found_by_looking);
    assert_eq!(desk.ward.sandbox.accepted().len(), 2);
}

#[test]
fn twilios_refusals_are_understood() {
    let desk = Desk::new();
    desk.ward.sandbox.opt_out(PATIENT);
    assert!(matches!(desk.deliver(&desk.effect(text())), Delivery::Rejected(p) if p.kind == ProblemKind::OptedOut));
    desk.ward.sandbox.set_fault(Vendor::Twilio, VendorFault::lasting(FaultState::RateLimited { retry_after_s: Some(9) }));
    assert!(matches!(desk.deliver(&desk.effect(text())), Delivery::RetryLater { after_seconds: Some(9), .. }));
}

#[test]
fn a_reply_is_found_by_asking() {
    let desk = Desk::new();
    let since = desk.ward.now();
    desk.done(text());
    desk.ward.pass(TimeDelta::minutes(4));
    desk.ward.sandbox.reply(PATIENT, "Sí", None);
    for look in [Look::Inbound { from: Phone::new(PATIENT), since }, Look::InboundAll { since }] {
        let Finding::Messages { messages } = desk.found(look) else { panic!() };
        assert_eq!(messages.iter().map(|m| m.body.as_str()).collect::<Vec<_>>(), ["Sí"]);
    }
}

#[test]
fn a_page_is_taken_proven_and_seen_to_its_end() {
    let desk = Desk::new();
    desk.done(page(&desk, PageAction::Trigger));
    let look = || Look::Incident { dedup_key: "ws:e12:1".into() };
    let Finding::Incident { incident: Some(seen) } = desk.found(look()) else { panic!("not proven") };
    assert_eq!(seen.status, "triggered");
    desk.done(Act::PageNote(PageNote { dedup_key: "ws:e12:1".into(), text: "The reading was corrected.".into() }));
    desk.ward.sandbox.act("ws:e12:1", PageAct::Acknowledge, Some("Dr. Kim"), None).unwrap();
    desk.ward.sandbox.act("ws:e12:1", PageAct::Resolve, Some("Dr. Kim"), Some("Called. 12 min.")).unwrap();
    let Finding::Incident { incident: Some(seen) } = desk.found(look()) else { panic!("lost") };
    assert_eq!(seen.status, "resolved");
    assert!(seen.resolved_by.unwrap().is_person());
    assert!(seen.notes.iter().any(|n| n.text == "Called. 12 min." && n.by == "Dr. Kim"));
}

#[test]
fn a_page_on_a_cut_line_opens_one_incident() {
    let desk = Desk::new();
    desk.settled(Vendor::PagerDuty, page(&desk, PageAction::Trigger));
    assert_eq!(desk.ward.sandbox.open_pages(), ["ws:e12:1"]);
    let events = desk.ward.sandbox.take_callbacks().len();
    assert_eq!(events, 1);
}

#[test]
fn who_is_on_call_is_asked_and_nobody_is_an_answer() {
    let desk = Desk::new();
    assert_eq!(desk.found(Look::OnCall), Finding::OnCall { names: vec!["Dr. Rivera".into()] });
    desk.ward.sandbox.on_call(false);
    assert_eq!(desk.found(Look::OnCall), Finding::OnCall { names: vec![] });
}

#[test]
fn every_kind_of_write_is_accepted_by_the_chart_and_read_back() {
    let desk = Desk::new();
    desk.ward.ann();
    for write in writes(&desk) {
        let marker = write.marker.clone();
        desk.done(Act::Chart(write));
        let accepted = desk.ward.sandbox.accepted();
        let (AcceptedKind::Observation { resource, .. } | AcceptedKind::Document { resource, .. }) = &accepted.last().unwrap().what else {
            panic!("{accepted:?}")
        };
        assert!(resource.to_string().contains(&marker), "{marker}");
    }
    assert_eq!(desk.ward.sandbox.accepted().len(), 8);
}

#[test]
fn every_kind_of_write_is_settled_by_looking_when_the_line_is_cut() {
    let desk = Desk::new();
    desk.ward.ann();
    for write in writes(&desk) {
        let before = desk.ward.sandbox.accepted().len();
        desk.settled(Vendor::Cerner, Act::Chart(write));
        assert_eq!(desk.ward.sandbox.accepted().len(), before + 1);
    }
}

#[test]
fn an_amendment_names_its_version() {
    let desk = Desk::new();
    let ann = desk.ward.ann();
    let id = desk.ward.file(&desk.ward.heart_rate(&ann)).header("location").unwrap().rsplit('/').next().unwrap().to_string();
    let body = ChartBody::Amend { observation_id: id.clone(), note: "Reviewed.".into() };
    desk.done(Act::Chart(ChartWrite {
        purpose: ChartPurpose::Reviewed,
        mrn: Mrn::new("1022228"),
        fhir_id: Some(ann),
        marker: "careloop:ws:e12:reviewed".into(),
        body,
    }));
    let stored = desk.ward.sandbox.chart("Observation", &id).unwrap();
    assert_eq!((&stored["status"], &stored["meta"]["versionId"]), (&json!("amended"), &json!("2")));
}

#[test]
fn a_patient_is_seen_and_their_readings_are_polled() {
    let desk = Desk::new();
    let ann = desk.ward.ann();
    let Finding::Patient { patient: Some(seen) } = desk.found(Look::Patient { mrn: Some(Mrn::new("1022228")), fhir_id: None }) else {
        panic!()
    };
    assert_eq!((seen.fhir_id.as_str(), seen.mobile.as_deref()), (ann.as_str(), Some("2025550101")));
    let Finding::Patient { patient } = desk.found(Look::Patient { mrn: Some(Mrn::new("404")), fhir_id: None }) else { panic!() };
    assert!(patient.is_none());
    let since = desk.ward.now();
    desk.ward.file(&desk.ward.heart_rate(&ann));
    let Finding::Observations { resources } = desk.found(Look::Observations { fhir_id: ann, since }) else { panic!() };
    assert_eq!(resources.len(), 1);
}

/// The chart knows the public key alone, the console the private one.
fn signing_desk(jwk: Json, pkcs8: &[u8]) -> Desk {
    let mut config = SandboxConfig::default();
    let kid = jwk["kid"].clone();
    config.cerner.jwks = Some(json!({"keys": [jwk]}));
    let lines = base64::engine::general_purpose::STANDARD.encode(pkcs8);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{lines}\n-----END PRIVATE KEY-----\n");
    Desk::with(config, |vendors| {
        vendors["cerner"].as_object_mut().unwrap().remove("client_secret");
        vendors["cerner"]["private_key_pem"] = json!(pem);
        vendors["cerner"]["key_id"] = kid;
    })
}

fn part(bytes: &[u8]) -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

#[test]
fn a_console_with_a_p384_key_is_let_in() {
    let (jwk, pkcs8) = p384_key("key-1");
    let desk = signing_desk(jwk, &pkcs8);
    desk.ward.ann();
    desk.done(Act::Chart(writes(&desk).remove(1)));
}

#[test]
fn a_console_with_an_rsa_key_is_let_in() {
    let pair = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let public = pair.public_key();
    let n = part(public.modulus().big_endian_without_leading_zero());
    let e = part(public.exponent().big_endian_without_leading_zero());
    let pkcs8: aws_lc_rs::encoding::Pkcs8V1Der = pair.as_der().unwrap();
    let desk = signing_desk(json!({"kty": "RSA", "alg": "RS384", "kid": "key-2", "n": n, "e": e}), pkcs8.as_ref());
    desk.ward.ann();
    desk.done(Act::Chart(writes(&desk).remove(1)));
}

#[test]
fn a_post_to_slack_is_taken() {
    let desk = Desk::new();
    desk.done(Act::Post(Post { purpose: PostPurpose::ScheduleCoverage, text: "Nobody is on call.".into() }));
    assert!(matches!(&desk.ward.sandbox.accepted()[0].what, AcceptedKind::Post { text } if text.contains("Nobody is on call.")));
}

#[test]
fn the_consoles_checks_accept_every_callback() {
    let desk = Desk::new();
    desk.done(text());
    desk.ward.sandbox.reply(PATIENT, "Sí, mañana & más", Some("STOP"));
    desk.ward.sandbox.delivery(PATIENT, "undelivered", Some(30005)).unwrap();
    desk.done(page(&desk, PageAction::Trigger));
    desk.ward.sandbox.act("ws:e12:1", PageAct::Resolve, Some("Dr. Kim"), Some("Called.")).unwrap();
    let config = desk.ward.sandbox.config();
    let (token, secret) = ([Secret::new(config.twilio.auth_token.clone())], [Secret::new(config.pagerduty.webhook_secret.clone())]);
    let mut heard = Vec::new();
    for callback in desk.ward.sandbox.take_callbacks() {
        heard.push(match callback.hook.as_str() {
            "pagerduty" => {
                assert!(vendors::pagerduty::auth::verify(&secret, &callback.body, header(&callback, "x-pagerduty-signature")));
                format!("{:?}", vendors::pagerduty::callback::event(&callback.body).unwrap().kind)
            }
            hook => {
                let pairs = fields(&callback.body);
                let signed = vendors::twilio::auth::Signed::Form(&pairs);
                let url = format!("https://console.example/hooks/KEY/{hook}");
                assert!(vendors::twilio::auth::verify(&token, &url, signed, header(&callback, "x-twilio-signature")), "{hook}");
                match hook {
                    "twilio/inbound" => vendors::twilio::callback::inbound(&pairs).unwrap().body,
                    _ => vendors::twilio::callback::status(&pairs).unwrap().status,
                }
            }
        });
    }
    assert_eq!(heard, ["queued", "sent", "Sí, mañana & más", "undelivered", "Triggered", "Annotated", "Resolved"]);
}

#[test]
fn what_the_vendors_received_is_never_printed() {
    let desk = Desk::new();
    desk.ward.ann();
    desk.done(text());
    desk.done(Act::Chart(writes(&desk).remove(1)));
    desk.ward.sandbox.reply(PATIENT, "chest pain", None);
    let printed = format!("{:?} {:?}", desk.ward.sandbox.accepted(), desk.ward.sandbox.take_callbacks());
    for word in ["2025550101", "Reply YES", "1022228", "Called", "chest pain"] {
        assert!(!printed.contains(word), "{word}: {printed}");
    }
}
