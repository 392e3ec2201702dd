//! What is remembered about a patient when a reading arrives, against a plain list of everything stored.

mod support;

use decide::input::{Past, PastReading};
use decide::rows::Row;
use decide::*;
use ledger::{Durability, Ledger};
use proptest::prelude::*;
use support::*;

/// The same questions, asked of a list.
#[derive(Default)]
struct Plain(Vec<Reading>);

fn brief(r: &Reading) -> PastReading {
    PastReading {
        id: r.id,
        vital: r.arrival.vital,
        value: r.arrival.value,
        measured: r.arrival.measured,
        arrived: r.arrived,
        episode: r.episode,
        severity: r.verdict.severity,
        status: r.arrival.status,
        version: r.arrival.version.clone(),
        withdrawn: r.withdrawn,
    }
}

impl Plain {
    fn past(&self, mrn: &Mrn, a: &Arrival) -> Past {
        let own: Vec<&Reading> = self.0.iter().filter(|r| &r.mrn == mrn).collect();
        let same_resource = |r: &Reading| a.source_id.is_some() && r.arrival.source_id == a.source_id;
        let same_content = |r: &Reading| {
            r.arrival.loinc == a.loinc
                && r.arrival.measured == a.measured
                && r.arrival.value == a.value
                && r.arrival.status == a.status
                && r.arrival.vital == a.vital
        };
        let same_version = |r: &Reading| r.arrival.version == a.version && r.arrival.status == a.status && r.arrival.value == a.value;
        let baseline =
            |r: &Reading| r.arrival.measured.exact() && !r.arrival.status.withdraws() && r.arrival.vital == a.vital && !same_resource(r);
        let when = |r: &&&Reading| (r.arrival.measured.instant(), r.id);
        let stands = |r: &Reading| {
            baseline(r) && !r.withdrawn && !matches!(r.verdict.rule, Rule::Implausible | Rule::NotEvaluated | Rule::Withdrawn)
        };
        let newest = own.iter().filter(|r| stands(r)).max_by_key(when);
        let implausible = own.iter().filter(|r| baseline(r) && !r.withdrawn && r.verdict.rule == Rule::Implausible).max_by_key(when);
        let to = a.measured.instant();
        let in_window = |r: &&&Reading| stands(r) && r.arrival.measured.instant() < to && r.arrival.measured.instant() >= to - hours(204.0);
        let mut window: Vec<_> = if a.vital == Vital::Weight { own.iter().filter(in_window).collect() } else { Vec::new() };
        window.sort_by_key(when);
        let named_by_time = |r: &&&Reading| {
            a.source_id.is_none()
                && a.status.withdraws()
                && r.arrival.vital == a.vital
                && r.arrival.measured == a.measured
                && r.arrival.value == a.value
        };
        let former = match &a.source_id {
            Some(_) => own.iter().filter(|r| same_resource(r)).max_by_key(|r| r.id),
            None => own.iter().filter(named_by_time).max_by_key(|r| (!r.withdrawn, r.id)),
        }
        .map(|r| brief(r));
        Past {
            repeat: own.iter().any(|r| same_content(r) || (same_resource(r) && same_version(r))),
            former,
            newest: newest.map(|r| brief(r)),
            implausible: implausible.filter(|i| newest.is_none_or(|n| when(i) > when(&n))).map(|r| brief(r)),
            window: window.into_iter().map(|r| brief(r)).collect(),
        }
    }

    fn withdraw(&mut self, id: u64) {
        if let Some(reading) = self.0.iter_mut().find(|r| r.id == id) {
            reading.withdrawn = true;
        }
    }
}

/// One thing that happens; small numbers, so that everything collides.
#[derive(Debug, Clone)]
enum Step {
    Read {
        patient: u32,
        weight: bool,
        value: u8,
        measured: Measured,
        status: ObservationStatus,
        source: Option<u8>,
        version: Option<u8>,
        rule: Rule,
    },
    Withdraw {
        nth: usize,
    },
    Commit,
}

fn step() -> impl Strategy<Value = Step> {
    let measured = prop_oneof![
        8 => (-14i64..3).prop_map(|h| Measured::At(at(h * 17 * 60))),
        1 => Just(Measured::Day(at(0).date_naive())),
        1 => (-3i64..1).prop_map(|h| Measured::Period { start: at(h * 60 - 30), end: (h % 2 == 0).then(|| at(h * 60)) }),
    ];
    use ObservationStatus::*;
    let status = prop_oneof![4 => Just(Final), 1 => Just(Amended), 1 => Just(EnteredInError), 1 => Just(Registered)];
    let rule = prop_oneof![4 => Just(Rule::Inside), 1 => Just(Rule::Implausible), 1 => Just(Rule::NotEvaluated)];
    prop_oneof![
        12 => (1u32..3, any::<bool>(), 0u8..3, measured, status, prop::option::of(0u8..3), prop::option::of(0u8..2), rule)
            .prop_map(|(patient, weight, value, measured, status, source, version, rule)| Step::Read { patient, weight, value, measured, status, source, version, rule }),
        2 => (0usize..40).prop_map(|nth| Step::Withdraw { nth }),
        1 => Just(Step::Commit),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_ledger_remembers_what_a_plain_list_would(steps in prop::collection::vec(step(), 1..60)) {
        let desk = Desk::new();
        let mut ledger = Ledger::create(&desk.path(), &desk.key, Durability::Off).unwrap();
        let mut plain = Plain::default();
        let mut turn = ledger.begin().unwrap();
        for (id, step) in (1u64..).zip(&steps) {
            match step {
                Step::Read { patient, weight, value, measured, status, source, version, rule } => {
                    let patient = mrn(*patient);
                    let arrival = Arrival {
                        measured: *measured,
                        status: *status,
                        source_id: source.map(|s| format!("obs-{s}")),
                        version: version.map(|v| v.to_string()),
                        ..arrival(&patient, if *weight { Vital::Weight } else { Vital::Glucose }, number(&format!("18{value}.0")), at(0))
                    };
                    prop_assert_eq!(turn.past(&patient, &arrival).unwrap(), plain.past(&patient, &arrival));
                    let mut stored = reading(id, &patient, arrival, at(id as i64));
                    stored.verdict.rule = *rule;
                    turn.write(&Row::Reading(Box::new(stored.clone()))).unwrap();
                    plain.0.push(stored);
                }
                Step::Withdraw { nth } => {
                    if let Some(id) = plain.0.get(*nth).map(|r| r.id) {
                        turn.write(&Row::ReadingWithdrawn { id }).unwrap();
                        plain.withdraw(id);
                    }
                }
                Step::Commit => {
                    turn.commit().unwrap();
                    turn = ledger.begin().unwrap();
                }
            }
        }
    }
}

/// A weight of Ann's in one line.
fn weight(id: u64, value: &str, minutes: i64) -> Reading {
    reading(id, &mrn(1), arrival(&mrn(1), Vital::Weight, number(value), at(minutes)), at(minutes))
}

fn past_of(rows: &[Reading], arrival: &Arrival) -> Past {
    let desk = Desk::new();
    let mut ledger = desk.create();
    keep(&mut ledger, &rows.iter().map(|r| Row::Reading(Box::new(r.clone()))).collect::<Vec<_>>());
    let past = ledger.begin().unwrap().past(&mrn(1), arrival).unwrap();
    past
}

#[test]
fn the_same_reading_again_is_a_repeat_even_without_an_id() {
    let stored = weight(1, "180", 0);
    assert!(past_of(std::slice::from_ref(&stored), &stored.arrival).repeat);
    let trailing_zero = Arrival { value: number("180.00"), ..stored.arrival.clone() };
    assert!(past_of(std::slice::from_ref(&stored), &trailing_zero).repeat);
    let heavier = Arrival { value: number("181"), ..stored.arrival.clone() };
    assert!(!past_of(&[stored], &heavier).repeat);
}

#[test]
fn a_changed_value_of_the_same_resource_is_no_repeat_and_has_a_former() {
    let mut stored = weight(1, "180", 0);
    stored.arrival.source_id = Some("obs-1".into());
    let changed = Arrival { value: number("170"), status: ObservationStatus::Corrected, ..stored.arrival.clone() };
    let past = past_of(&[stored], &changed);
    assert!(!past.repeat);
    assert_eq!(past.former.unwrap().id, 1);
    assert_eq!((past.newest, past.window), (None, vec![]));
}

#[test]
fn a_corrected_date_still_finds_its_former() {
    let mut stored = weight(1, "180", 0);
    stored.arrival.source_id = Some("obs-1".into());
    let moved = Arrival { measured: Measured::At(at(-40 * 24 * 60)), status: ObservationStatus::Amended, ..stored.arrival.clone() };
    assert_eq!(past_of(&[stored], &moved).former.unwrap().id, 1);
}

#[test]
fn the_same_id_of_another_patient_is_another_resource() {
    let mut other = reading(1, &mrn(2), arrival(&mrn(2), Vital::Weight, number("180"), at(0)), at(0));
    other.arrival.source_id = Some("obs-1".into());
    let own = Arrival { source_id: Some("obs-1".into()), ..arrival(&mrn(1), Vital::Weight, number("180"), at(0)) };
    assert_eq!(past_of(&[other], &own), Past::default());
}

#[test]
fn an_implausible_reading_is_remembered_until_a_newer_one_stands() {
    let mut odd = weight(2, "280", 10);
    odd.verdict.rule = Rule::Implausible;
    odd.withdrawn = true;
    let next = arrival(&mrn(1), Vital::Weight, number("280"), at(20));
    let past = past_of(&[weight(1, "180", 0), odd.clone()], &next);
    assert_eq!((past.newest.unwrap().id, past.implausible.unwrap().id), (1, 2));
    assert_eq!(past_of(&[weight(1, "180", 0), odd, weight(3, "181", 15)], &next).implausible, None);
}

#[test]
fn a_retraction_without_an_id_takes_back_what_its_time_and_value_name() {
    let stored = weight(1, "180", 0);
    let retraction = Arrival { status: ObservationStatus::EnteredInError, ..stored.arrival.clone() };
    let past = past_of(&[stored.clone(), weight(2, "181", 0)], &retraction);
    assert_eq!((past.repeat, past.former.unwrap().id), (false, 1));
    let another_time = Arrival { measured: Measured::At(at(1)), ..retraction };
    assert_eq!(past_of(&[stored], &another_time).former, None);
}

#[test]
fn a_withdrawal_finds_what_it_takes_back_by_id_else_by_time_and_only_once() {
    let desk = Desk::new();
    let mut ledger = desk.create();
    let mut named = weight(1, "180", 0);
    named.arrival.source_id = Some("obs-1".into());
    keep(&mut ledger, &[Row::Reading(Box::new(named)), Row::Reading(Box::new(weight(2, "181", 5)))]);
    let withdrawal = |source_id: Option<&str>, minutes| decide::input::Withdrawal {
        patient: PatientRef::default(),
        vital: Some(Vital::Weight),
        measured: Some(Measured::At(at(minutes))),
        status: ObservationStatus::EnteredInError,
        source_id: source_id.map(String::from),
        version: None,
        shape: Vec::new(),
    };
    let mut turn = ledger.begin().unwrap();
    let mut former = |w| turn.past_of_withdrawal(&mrn(1), &w).unwrap().former.map(|f| f.id);
    assert_eq!(former(withdrawal(Some("obs-1"), 99)), Some(1));
    assert_eq!(former(withdrawal(Some("obs-2"), 5)), None);
    assert_eq!(former(withdrawal(None, 5)), Some(2));
    turn.write(&Row::ReadingWithdrawn { id: 2 }).unwrap();
    assert_eq!(turn.past_of_withdrawal(&mrn(1), &withdrawal(None, 5)).unwrap(), Past { repeat: true, ..Past::default() });
}

#[test]
fn a_reading_of_a_turn_that_was_undone_is_not_remembered() {
    let desk = Desk::new();
    let mut ledger = desk.create();
    keep(&mut ledger, &[Row::Reading(Box::new(weight(1, "180", 0)))]);
    let newest = |turn: &mut ledger::Turn<'_>| turn.past(&mrn(1), &weight(9, "181", 600).arrival).unwrap().newest;
    let mut turn = ledger.begin().unwrap();
    turn.write(&Row::Reading(Box::new(weight(2, "182", 60)))).unwrap();
    assert_eq!(newest(&mut turn), Some(brief(&weight(2, "182", 60))));
    drop(turn);
    assert_eq!(newest(&mut ledger.begin().unwrap()), Some(brief(&weight(1, "180", 0))));
}
