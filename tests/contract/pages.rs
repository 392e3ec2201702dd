use crate::desk::Desk;
use decide::outbox::*;
use sandbox::{AcceptedKind, FaultState, PageAct, SandboxConfig};
use vendors::pagerduty::{auth, callback};

const KEY: &str = "ws:e12:1";

fn page(desk: &Desk, action: PageAction) -> Act {
    Act::Page(Page {
        action,
        dedup_key: KEY.into(),
        severity: "warning".into(),
        urgency: Urgency::Medium,
        reason: PageReason::NoAnswer,
        summary: "CL-7F3K-92QD blood pressure 165/95".into(),
        details: [("limit".to_string(), "systolic_high 160".to_string())].into(),
        link: Some("https://desk.example.org/case/CL-7F3K-92QD".into()),
        second_key: false,
        at: desk.now(),
    })
}

fn correction() -> Act {
    Act::PageNote(PageNote { dedup_key: KEY.into(), text: "The reading was corrected to 152/90.".into() })
}

async fn incident(desk: &Desk) -> Option<SeenIncident> {
    match desk.look(Look::Incident { dedup_key: KEY.into() }).await {
        Finding::Incident { incident } => incident,
        other => panic!("an incident was asked for: {other:?}"),
    }
}

#[tokio::test]
async fn a_page_is_proven_by_its_incident() {
    let desk = Desk::open().await;
    assert_eq!(incident(&desk).await, None);
    assert_eq!(desk.done(&mut desk.owed(page(&desk, PageAction::Trigger))).await.reference, KEY);
    let AcceptedKind::Event { action, dedup_key, severity, payload, .. } = desk.only() else { panic!("an event was due") };
    assert_eq!(
        (action.as_str(), dedup_key.as_str(), severity.as_deref(), payload["class"].as_str()),
        ("trigger", KEY, Some("warning"), Some("no_answer"))
    );
    assert_eq!(incident(&desk).await.unwrap().status, "triggered");
}

#[tokio::test]
async fn a_page_whose_answer_was_lost_is_found_even_if_the_incident_hides_its_key() {
    for hidden in [false, true] {
        let mut config = SandboxConfig::default();
        config.pagerduty.null_incident_key = hidden;
        let desk = Desk::with(config).await;
        desk.cut_and_settled(Vendor::PagerDuty, page(&desk, PageAction::Trigger)).await;
        desk.only();
        assert!(incident(&desk).await.is_some());
    }
}

#[tokio::test]
async fn a_lost_page_that_was_resolved_meanwhile_does_not_page_again() {
    let desk = Desk::open().await;
    let mut effect = desk.owed(page(&desk, PageAction::Trigger));
    desk.trouble_once(Vendor::PagerDuty, FaultState::AcceptThenDrop);
    desk.attempt(&mut effect).await;
    desk.sandbox.act(KEY, PageAct::Resolve, Some("Dr. Kim"), None).unwrap();
    assert!(desk.done(&mut effect).await.found_by_looking);
    assert!(desk.sandbox.open_pages().is_empty());
}

#[tokio::test]
async fn a_clinician_who_acknowledges_and_resolves_is_named_with_the_note() {
    let desk = Desk::open().await;
    desk.done(&mut desk.owed(page(&desk, PageAction::Trigger))).await;
    desk.wait(180);
    let acknowledged = desk.now();
    desk.sandbox.act(KEY, PageAct::Acknowledge, Some("Dr. Kim"), None).unwrap();
    assert_eq!(incident(&desk).await.unwrap().status, "acknowledged");
    desk.wait(600);
    desk.sandbox.act(KEY, PageAct::Resolve, Some("Dr. Kim"), Some("Called. 12 min.")).unwrap();
    let seen = incident(&desk).await.unwrap();
    let second = |at: Option<decide::At>| at.map(|a| a.timestamp());
    assert_eq!((seen.status.as_str(), seen.acknowledged_by.as_deref()), ("resolved", Some("Dr. Kim")));
    assert_eq!((second(seen.acknowledged_at), second(seen.resolved_at)), (second(Some(acknowledged)), second(Some(desk.now()))));
    assert!(seen.resolved_by.unwrap().is_person());
    assert_eq!(seen.notes.iter().map(|n| (n.by.as_str(), n.text.as_str())).collect::<Vec<_>>(), [("Dr. Kim", "Called. 12 min.")]);
}

#[tokio::test]
async fn a_resolve_by_nobody_is_nobodys() {
    let desk = Desk::open().await;
    desk.done(&mut desk.owed(page(&desk, PageAction::Trigger))).await;
    desk.sandbox.act(KEY, PageAct::AutoResolve, None, None).unwrap();
    assert!(!incident(&desk).await.unwrap().resolved_by.unwrap().is_person());
}

#[tokio::test]
async fn a_claim_acknowledges_and_a_close_resolves_the_incident() {
    let desk = Desk::open().await;
    desk.done(&mut desk.owed(page(&desk, PageAction::Trigger))).await;
    for (action, status) in [(PageAction::Acknowledge, "acknowledged"), (PageAction::Resolve, "resolved")] {
        desk.done(&mut desk.owed(page(&desk, action))).await;
        assert_eq!(incident(&desk).await.unwrap().status, status);
    }
}

#[tokio::test]
async fn nobody_on_call_is_known_and_the_event_is_sent_all_the_same() {
    let desk = Desk::open().await;
    assert_eq!(desk.look(Look::OnCall).await, Finding::OnCall { names: vec!["Dr. Rivera".into()] });
    desk.sandbox.on_call(false);
    assert_eq!(desk.look(Look::OnCall).await, Finding::OnCall { names: vec![] });
    desk.done(&mut desk.owed(page(&desk, PageAction::Trigger))).await;
    desk.only();
    assert_eq!(incident(&desk).await, None, "accepted and not proven");
}

#[tokio::test]
async fn a_correction_is_noted_once_even_if_the_answer_was_lost() {
    let desk = Desk::open().await;
    desk.done(&mut desk.owed(page(&desk, PageAction::Trigger))).await;
    desk.cut_and_settled(Vendor::PagerDuty, correction()).await;
    let notes = incident(&desk).await.unwrap().notes;
    let count =
        desk.accepted().iter().filter(|a| matches!(&a.what, AcceptedKind::Note { content, .. } if content.contains("152/90"))).count();
    assert_eq!((count, notes.len()), (1, 0), "notes are read once somebody has taken the incident");
}

#[tokio::test]
async fn while_pagerduty_throttles_or_is_down_the_page_waits_and_goes_once() {
    let desk = Desk::open().await;
    let mut effect = desk.owed(page(&desk, PageAction::Trigger));
    for (trouble, kind) in
        [(FaultState::RateLimited { retry_after_s: None }, ProblemKind::Throttled), (FaultState::Down, ProblemKind::Down)]
    {
        desk.trouble_once(Vendor::PagerDuty, trouble);
        let Delivery::RetryLater { problem, .. } = desk.attempt(&mut effect).await else { panic!("{kind:?} must be tried again") };
        assert_eq!(problem.kind, kind);
    }
    desk.done(&mut effect).await;
    desk.only();
}

#[tokio::test]
async fn a_refused_event_is_final() {
    let mut desk = Desk::open().await;
    desk.connections.config.pagerduty.as_mut().unwrap().routing_key = "R0000000000000000000000000000000".into();
    let delivery = desk.attempt(&mut desk.owed(page(&desk, PageAction::Trigger))).await;
    assert!(matches!(delivery, Delivery::Rejected(Problem { kind: ProblemKind::Invalid, .. })), "{delivery:?}");
}

#[tokio::test]
async fn webhooks_are_signed_as_we_check_and_read_as_they_are_meant() {
    let desk = Desk::open().await;
    desk.done(&mut desk.owed(page(&desk, PageAction::Trigger))).await;
    desk.sandbox.act(KEY, PageAct::Acknowledge, Some("Dr. Kim"), None).unwrap();
    desk.sandbox.act(KEY, PageAct::Resolve, Some("Dr. Kim"), Some("Called. 12 min.")).unwrap();
    let secrets = desk.connections.config.pagerduty.as_ref().unwrap().webhook_secrets();
    let mut events = Vec::new();
    // One event of an incident at a time, as each is taken.
    for _ in 0..10 {
        for callback in desk.sandbox.take_callbacks().into_iter().filter(|c| c.hook == "pagerduty") {
            let signature =
                callback.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case("x-pagerduty-signature")).map(|(_, v)| v.as_str()).unwrap();
            assert!(auth::verify(&secrets, &callback.body, signature));
            events.push(callback::event(&callback.body).unwrap());
            desk.sandbox.answered(&callback, Some(202));
        }
        desk.wait(1);
    }
    use PagerEventKind::*;
    let told: Vec<PagerEventKind> = events.iter().map(|e| e.kind).filter(|k| *k != Other).collect();
    assert_eq!(told, [Triggered, Acknowledged, Annotated, Resolved]);
    assert_eq!(events.iter().find_map(|e| e.note.as_deref()), Some("Called. 12 min."));
    assert!(events.iter().find(|e| e.kind == Resolved).unwrap().agent.as_ref().unwrap().is_person());
    let id = incident(&desk).await.unwrap().id;
    assert!(events.iter().all(|e| e.incident_id == id));
}

#[tokio::test]
async fn a_post_reaches_slack_as_text_and_a_lost_answer_repeats_it_openly() {
    let desk = Desk::open().await;
    let post =
        Act::Post(Post { purpose: PostPurpose::ScheduleCoverage, text: "schedule-coverage: nobody is on call <now> & later".into() });
    desk.done(&mut desk.owed(post.clone())).await;
    let AcceptedKind::Post { text } = desk.only() else { panic!("a post was due") };
    assert_eq!(text, "schedule-coverage: nobody is on call &lt;now&gt; &amp; later");
    let mut effect = desk.owed(post);
    desk.trouble_once(Vendor::Slack, FaultState::AcceptThenDrop);
    assert!(matches!(desk.attempt(&mut effect).await, Delivery::Unknown(_)));
    desk.done(&mut effect).await;
    let AcceptedKind::Post { text } = desk.accepted().pop().unwrap().what else { panic!("a post was due") };
    assert!(text.contains("repeated"), "{text}");
}
