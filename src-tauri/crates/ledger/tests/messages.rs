//! The message browser's questions: pages, filters, and that none of them walks through everything.

mod support;

use decide::outbox::{EffectState, Vendor};
use decide::rows::{Exchange, Quarantined, Row};
use decide::Source;
use ledger::{Message, MessageFilter, QuarantineStates, Standing};
use support::*;

fn quarantined(id: u64, state: &str, at: decide::At) -> Row {
    Row::Quarantine(Box::new(Quarantined {
        id,
        at,
        source: Source::FhirHook,
        raw: 0,
        entry: 0,
        reason: "no_unit".into(),
        field: None,
        detail: "The unit is missing.".into(),
        misread: None,
        mrn: None,
        state: state.into(),
        task: None,
        episode: None,
    }))
}

fn effect(id: u64, patient: u32, vendor: Vendor, state: EffectState) -> Row {
    let mut f = text_effect(id, &mrn(patient), state);
    f.vendor = vendor;
    f.owed_at = at(id as i64);
    f.about.mrn = Some(mrn(patient));
    Row::Effect(Box::new(f))
}

fn ids(found: &[Message]) -> Vec<u64> {
    found.iter().map(Message::id).collect()
}

fn everything() -> MessageFilter {
    MessageFilter { outgoing: true, quarantine: Some(QuarantineStates::All), ..MessageFilter::default() }
}

/// Twenty messages: every fourth came in and waits; odd ones are Ann's; every fifth failed.
fn filled(desk: &Desk) -> ledger::Ledger {
    let mut ledger = desk.create();
    let rows: Vec<Row> = (1..=20)
        .map(|id| match id % 4 {
            0 => quarantined(id, if id == 8 { "set_aside" } else { "waiting" }, at(id as i64)),
            _ => {
                let state = if id % 5 == 0 { EffectState::Failed { at: at(30) } } else { EffectState::Owed };
                effect(id, if id % 2 == 1 { 1 } else { 2 }, if id % 3 == 0 { Vendor::Cerner } else { Vendor::Twilio }, state)
            }
        })
        .collect();
    keep(&mut ledger, &rows);
    ledger
}

#[test]
fn pages_follow_each_other_without_a_gap() {
    let desk = Desk::new();
    let reader = filled(&desk).reader().unwrap();
    let (mut before, mut seen) = (None, Vec::new());
    loop {
        let page = reader.messages(&everything(), before, 3).unwrap();
        seen.extend(ids(&page));
        match page.last() {
            Some(last) => before = Some(last.id()),
            None => break,
        }
    }
    assert_eq!(seen, (1..=20).rev().collect::<Vec<u64>>());
}

#[test]
fn filters_narrow_by_state_vendor_patient_and_time() {
    let desk = Desk::new();
    let reader = filled(&desk).reader().unwrap();
    let ask = |f: MessageFilter| ids(&reader.messages(&f, None, 50).unwrap());
    let out = MessageFilter { outgoing: true, ..MessageFilter::default() };
    assert_eq!(ask(MessageFilter { standings: vec![Standing::Failed], ..out.clone() }), [15, 10, 5]);
    assert_eq!(ask(MessageFilter { vendors: vec![Vendor::Cerner], ..out.clone() }), [18, 15, 9, 6, 3]);
    assert_eq!(ask(MessageFilter { patients: Some(vec![mrn(2)]), ..out.clone() }), [18, 14, 10, 6, 2]);
    let both = MessageFilter { patients: Some(vec![mrn(2)]), standings: vec![Standing::Failed], ..out.clone() };
    assert_eq!(ask(both), [10]);
    assert_eq!(ask(MessageFilter { from: Some(at(5)), to: Some(at(10)), ..out.clone() }), [9, 7, 6, 5]);
    assert_eq!(ask(MessageFilter { from: Some(at(18)), ..everything() }), [20, 19, 18]);
    assert_eq!(ask(MessageFilter { quarantine: Some(QuarantineStates::Waiting), ..MessageFilter::default() }), [20, 16, 12, 4]);
    assert!(ask(MessageFilter { patients: Some(vec![mrn(9)]), ..out }).is_empty());
}

#[test]
fn a_message_moves_with_its_state() {
    let desk = Desk::new();
    let mut ledger = filled(&desk);
    keep(&mut ledger, &[effect(5, 1, Vendor::Twilio, EffectState::Parked { at: at(40), by: "Ana".into() })]);
    let reader = ledger.reader().unwrap();
    let of =
        |s| ids(&reader.messages(&MessageFilter { standings: vec![s], outgoing: true, ..MessageFilter::default() }, None, 50).unwrap());
    assert_eq!((of(Standing::Failed), of(Standing::Parked)), (vec![15, 10], vec![5]));
}

#[test]
fn what_was_said_is_kept_with_its_message() {
    let desk = Desk::new();
    let mut ledger = filled(&desk);
    let said = Exchange { at: at(1), line: "POST /x".into(), request: "{}".into(), status: Some(503), response: String::new() };
    keep(&mut ledger, &[Row::Exchanges { effect: 5, exchanges: vec![said.clone()] }]);
    let reader = ledger.reader().unwrap();
    assert_eq!((reader.exchanges(5).unwrap(), reader.exchanges(6).unwrap()), (vec![said], Vec::new()));
}

#[test]
fn what_was_said_is_forgotten_in_small_turns_and_never_of_a_message_that_is_not_settled() {
    let desk = Desk::new();
    let mut ledger = filled(&desk);
    let said =
        |second: i64| Exchange { at: at(second), line: "POST /x".into(), request: "{}".into(), status: Some(200), response: String::new() };
    // 5, 10 and 15 failed; 6 is still owed; the last word about 15 is younger.
    let kept =
        [(5, 1), (6, 1), (10, 1), (15, 100)].map(|(effect, second)| Row::Exchanges { effect, exchanges: vec![said(0), said(second)] });
    keep(&mut ledger, &kept);
    let mut forget = |most| {
        let mut turn = ledger.begin().unwrap();
        let n = turn.forget_exchanges(at(50), most).unwrap();
        turn.commit().unwrap();
        n
    };
    assert_eq!([forget(1), forget(1), forget(1)], [1, 1, 0]);
    let reader = ledger.reader().unwrap();
    let left: Vec<u64> = [5, 6, 10, 15].into_iter().filter(|id| !reader.exchanges(*id).unwrap().is_empty()).collect();
    assert_eq!(left, [6, 15]);
    assert_eq!(ledger.verify().unwrap().lines, 0);
}
