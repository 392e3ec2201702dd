use super::super::cast::cast;
use super::*;
use decide::decode::appointment::event;
use decide::{VisitEvent, VisitEventType};
use std::collections::{BTreeMap, HashSet};

fn at(text: &str) -> At {
    text.parse().unwrap()
}

fn fresh(now: At) -> Visits {
    Visits::new(&cast(now), now, |_| None)
}

/// Everything told, as the console reads it; those over HL7 by the message reader.
fn told(visits: &mut Visits, now: At) -> Vec<VisitEvent> {
    let steps = visits.steps();
    let map = decide::hl7::SiteMap { default_country: Some("US".into()), ..Default::default() };
    let read = |t| match t {
        Telling::Json(e) => event(Value::Object(e).to_string().as_bytes()).unwrap(),
        Telling::Hl7(m) => decide::hl7::decode(m.as_bytes(), &map).unwrap(),
    };
    steps.into_iter().map(|(_, n, step)| read(visits.tell(n, step, now).unwrap())).collect()
}

#[test]
fn at_every_hour_each_event_can_be_read_and_lies_between_this_morning_and_the_third_day() {
    for hour in 0..24 {
        let now = at(&format!("2026-11-20T{hour:02}:37:12Z"));
        let told = told(&mut fresh(now), now);
        assert!(told.iter().map(|e| &e.appointment_id).collect::<HashSet<_>>().len() >= 30);
        for e in &told {
            let from_now = e.instant() - now;
            assert!(from_now > TimeDelta::hours(-14) && from_now < TimeDelta::hours(4 * 24), "{} {from_now}", e.appointment_id);
            let behind = e.event_type == VisitEventType::NoShowed || e.appointment_id.ends_with("-03");
            assert_eq!(e.instant() < now, behind, "{} at {hour} UTC", e.appointment_id);
        }
    }
}

#[test]
fn staff_see_one_message_whose_times_do_not_agree_and_one_whose_number_cannot_be_used() {
    let now = at("2026-11-20T15:00:00Z");
    let told = told(&mut fresh(now), now);
    assert_eq!(told.iter().filter(|e| e.conflict.is_some()).count(), 1);
    assert_eq!(told.iter().filter(|e| e.phone_problem.is_some()).count(), 1);
    assert_eq!(told.iter().filter(|e| e.patient_phone.is_none() && e.phone_problem.is_none()).count(), 1);
}

#[test]
fn a_day_switched_on_again_tells_nothing_twice_while_a_visit_lies_ahead() {
    let first = at("2026-11-20T15:00:00Z");
    let ledger: BTreeMap<String, At> = {
        let told = told(&mut fresh(first), first);
        told.into_iter().filter(|e| e.conflict.is_none()).map(|e| (e.appointment_id.clone(), e.instant())).collect()
    };
    let again = |now: &str| Visits::new(&cast(at(now)), at(now), |id| ledger.get(id).copied());
    for now in ["2026-11-20T15:05:00Z", "2026-11-21T03:00:00Z", "2026-11-23T12:00:00Z"] {
        assert!(again(now).steps().is_empty(), "{now}");
    }
    assert_eq!(again("2026-11-24T15:00:00Z").steps().len(), fresh(first).steps().len());
}

#[test]
fn a_day_cut_off_at_its_beginning_tells_the_rest() {
    let now = at("2026-11-20T15:00:00Z");
    let has = |id: &str| id.ends_with("-18").then(|| now + TimeDelta::days(2));
    let steps = Visits::new(&cast(now), now, has).steps();
    assert_eq!(steps.len(), fresh(now).steps().len() - 2, "without the visit it has and the message that leaves none");
}

#[test]
fn who_is_asked_answers_once_and_only_the_text_meant() {
    let now = at("2026-11-20T15:00:00Z");
    let mut visits = fresh(now);
    let phone = cast(now)[15].phone.clone();
    let (booked, reminder) = ("... is booked. Reply CANCEL APPT to cancel.", "Reply CONFIRM APPT to confirm or CANCEL APPT to cancel.");
    assert_eq!(visits.texted(&phone, booked), None);
    assert_eq!(visits.texted(&phone, reminder), Some((15_000, "CONFIRM APPT")));
    assert_eq!(visits.texted(&phone, reminder), None);
}

#[test]
fn who_answers_has_one_visit_so_that_the_answer_fits_no_other() {
    let answering: Vec<usize> = PLANS.iter().filter(|p| p.answers.is_some()).map(|p| p.who).collect();
    for who in &answering {
        assert_eq!(PLANS.iter().filter(|p| p.who == *who).count(), 1, "{who}");
    }
    assert!(answering.len() >= 8);
}
