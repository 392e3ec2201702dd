//! What the engine breaks on, or the database refuses: it is kept and put before staff, and harms nothing else.

use super::*;
use crate::trip;
use decide::desk::Duty;
use decide::input::RowId;
use decide::trail::IntakeOutcome;
use ledger::Page;
use serde_json::json;

/// Waits for what the thread does by itself.
async fn until(what: impl Fn() -> bool) {
    while !what() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn quick() -> Incoming {
    let settings = json!({ "reply_wait_minutes": 0.002, "quiet_hours_start": "0000", "quiet_hours_finish": "0000" });
    let change = Change::Settings(settings.as_object().unwrap().clone());
    Incoming::Direct(Input::Change { who: "test".into(), change })
}

/// A patient who can be texted.
fn with_phone(mrn: &str) -> Incoming {
    let phone = format!("+1202555{}", &mrn[3..]);
    let patient = Patient { phone: Some(phone.as_str().into()), ..Patient::new(mrn.into()) };
    Incoming::Direct(Input::Change { who: "test".into(), change: Change::Patient(Box::new(patient)) })
}

fn outcomes(answers: Option<Vec<Answer>>) -> Vec<IntakeOutcome> {
    answers.expect("it was answered").iter().map(|a| a.outcome).collect()
}

impl Ward {
    /// What waits in quarantine: reason, MRN if it is known, and the kept bytes.
    fn quarantine(&self) -> Vec<(String, Option<String>, Vec<u8>)> {
        let reader = self.engine.lock().unwrap().reader().unwrap();
        let kept = reader.quarantine(Some("waiting"), Page::first(100)).unwrap();
        let bytes = |raw| reader.raw(raw).unwrap().expect("its bytes are kept").body;
        kept.into_iter().map(|q| (q.reason, q.mrn.map(|m| m.expose().to_string()), bytes(q.raw))).collect()
    }

    /// Open rows for staff about something that broke, by patient.
    fn told(&self) -> Vec<Option<String>> {
        let engine = self.engine.lock().unwrap();
        let broke = engine.desk.tasks.values().filter(|t| t.reason == "engine_fault");
        broke.map(|t| t.mrn.as_ref().map(|m| m.expose().to_string())).collect()
    }

    fn paged(&self, mrn: &str) -> bool {
        let engine = self.engine.lock().unwrap();
        engine.desk.episodes.values().any(|e| e.mrn.expose() == mrn && !e.pages.is_empty())
    }

    async fn end(self) {
        let live = self.live.clone();
        tokio::task::spawn_blocking(move || live.stop()).await.unwrap();
    }
}

/// Several senders at once, so that they share a turn.
async fn at_once(ward: &Ward, all: Vec<Incoming>) -> Vec<Vec<IntakeOutcome>> {
    // The thread stands still meanwhile: all are drained together.
    let held = ward.engine.lock().unwrap();
    let waiting: Vec<_> = all.into_iter().map(|i| ward.live.hand_over(vec![i]).unwrap()).collect();
    drop(held);
    let mut answers = Vec::new();
    for answer in waiting {
        answers.push(outcomes(answer.await.unwrap().map(|a| a.into_iter().flatten().collect())));
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_breaks_the_engine_is_kept_in_quarantine_and_the_others_of_its_turn_are_answered() {
    let ward = Ward::open();
    ward.live.take(enrol()).await.unwrap();
    let culprit = pressure("7700101", "trip-1", 171).to_string();
    let mut all: Vec<Incoming> = (0..9).map(|n| reading(&format!("cuff-{n}"), 120 + n)).collect();
    all.insert(4, received(culprit.clone()));
    let answers = at_once(&ward, all).await;
    for (n, answer) in answers.iter().enumerate() {
        assert_eq!(*answer, [if n == 4 { IntakeOutcome::Quarantined } else { IntakeOutcome::Kept }], "sender {n}");
    }
    assert_eq!(ward.quarantine(), [("engine_fault".to_string(), Some("7700101".to_string()), culprit.into_bytes())]);
    assert!(ward.live.ready());
    assert!(ward.banners.shown().read().unwrap().iter().any(|b| b.contains("set aside")));
    ward.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_reading_sent_again_is_answered_again_and_stops_nobody() {
    let ward = Ward::open();
    ward.live.take(enrol()).await.unwrap();
    for n in 0..3 {
        let answers = at_once(&ward, vec![reading("trip-1", 171), reading(&format!("cuff-{n}"), 121 + n)]).await;
        assert_eq!(answers, [[IntakeOutcome::Quarantined], [IntakeOutcome::Kept]]);
    }
    ward.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_bundle_only_the_entries_that_break_the_engine_are_set_aside() {
    let ward = Ward::open();
    ward.live.take(enrol()).await.unwrap();
    let entry = |id: &str, systolic| json!({ "resource": pressure("7700101", id, systolic) });
    let bundle = json!({ "resourceType": "Bundle", "type": "collection",
        "entry": [entry("cuff-1", 121), entry("trip-1", 171), entry("cuff-2", 122), entry("trip-2", 172), entry("cuff-3", 165)] });
    let answers = outcomes(ward.live.take(received(bundle.to_string())).await);
    use IntakeOutcome::{Kept, Quarantined};
    assert_eq!(answers, [Kept, Quarantined, Kept, Quarantined, Kept]);
    assert_eq!(ward.quarantine().len(), 2);
    assert_eq!(ward.open_episodes(), 1, "the last reading of the bundle was acted on");
    ward.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_the_database_refuses_is_kept_in_quarantine_and_the_store_is_not_called_ill() {
    let ward = Ward::open();
    ward.live.take(enrol()).await.unwrap();
    ward.engine.lock().unwrap().refuse_reading("cuff-odd").unwrap();
    let answers = at_once(&ward, vec![reading("cuff-1", 121), reading("cuff-odd", 171), reading("cuff-2", 122)]).await;
    use IntakeOutcome::{Kept, Quarantined};
    assert_eq!(answers, [[Kept], [Quarantined], [Kept]]);
    assert_eq!(ward.quarantine().len(), 1);
    assert!(ward.live.ready());
    ward.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timer_that_breaks_is_set_aside_and_told_while_the_timers_of_others_fire() {
    let ward = Ward::open();
    let sick = |mrn: &str| received(pressure(mrn, "cuff-1", 170).to_string());
    ward.live.take_all(vec![quick(), with_phone("7700101"), with_phone(trip::MRN), sick(trip::MRN), sick("7700101")]).await.unwrap();
    until(|| ward.paged("7700101")).await;
    until(|| ward.told() == [Some(trip::MRN.to_string())]).await;
    {
        let engine = ward.engine.lock().unwrap();
        let row = engine.desk.episodes.values().find(|e| e.mrn.expose() == trip::MRN).unwrap();
        let held = |c: &decide::Clock| engine.desk.aside_holds(&Duty::Clock(RowId::Episode(row.id), c.kind));
        assert!(row.clocks.iter().filter(|c| c.due <= SystemClock.now()).all(held), "what is due is set aside, not spun on");
    }
    assert!(!ward.paged(trip::MRN));
    assert_eq!(outcomes(ward.live.take(reading("cuff-9", 120)).await), [IntakeOutcome::Kept]);
    ward.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_whose_timer_breaks_starts_all_the_same() {
    let ward = Ward::open();
    let sick = received(pressure(trip::MRN, "cuff-1", 170).to_string());
    ward.live.take_all(vec![quick(), with_phone(trip::MRN), sick]).await.unwrap();
    let ward = tokio::task::spawn_blocking(|| ward.again()).await.unwrap();
    until(|| ward.engine.lock().unwrap().desk.next_clock().is_some_and(|due| due < SystemClock.now())).await;
    assert!(ward.live.take_all(vec![Incoming::Direct(Input::Started)]).await.is_some());
    until(|| !ward.told().is_empty()).await;
    ward.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendors_answer_that_breaks_is_asked_for_again_later_and_those_about_others_count() {
    let ward = Ward::open();
    let live = Change::Settings(json!({ "mode": "live" }).as_object().unwrap().clone());
    let live = Incoming::Direct(Input::Change { who: "test".into(), change: live });
    let critical = |mrn: &str| received(pressure(mrn, "cuff-1", 198).to_string());
    ward.live.take_all(vec![live, with_phone("7700101"), with_phone(trip::MRN), critical(trip::MRN), critical("7700101")]).await.unwrap();
    until(|| ward.told() == [Some(trip::MRN.to_string())]).await;
    // PagerDuty is not set up here: the page about the other patient says so.
    until(|| {
        let engine = ward.engine.lock().unwrap();
        let mut others = engine.desk.effects.values().filter(|f| f.about.mrn.as_ref().is_some_and(|m| m.expose() == "7700101"));
        others.any(|f| f.problem.is_some())
    })
    .await;
    {
        let engine = ward.engine.lock().unwrap();
        let theirs: Vec<_> =
            engine.desk.effects.values().filter(|f| f.about.mrn.as_ref().is_some_and(|m| m.expose() == trip::MRN)).collect();
        assert!(!theirs.is_empty(), "what is owed stays owed");
        assert!(theirs.iter().any(|f| engine.desk.aside_holds(&Duty::Effect(f.id)) && f.next_try > SystemClock.now()));
    }
    ward.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_that_breaks_the_engine_is_refused_and_says_so() {
    let ward = Ward::open();
    ward.live.take(enrol()).await.unwrap();
    ward.live.take(reading("trip-1", 171)).await.unwrap();
    let id = *ward.engine.lock().unwrap().desk.quarantine.keys().next().unwrap();
    let answers = ward.live.take_all(vec![Incoming::Again { quarantine: id }]).await.unwrap();
    assert!(answers[0][0].refused.as_deref().is_some_and(|why| why.contains("broke")), "{answers:?}");
    assert_eq!(ward.quarantine().len(), 1, "it stays in quarantine");
    ward.end().await;
}
