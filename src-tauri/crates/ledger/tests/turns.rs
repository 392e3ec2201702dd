//! A turn is all or nothing, and sees itself.

mod support;

use decide::rows::Row;
use decide::*;
use ledger::Page;
use support::*;

#[test]
fn a_crash_loses_the_open_turn_only() {
    let desk = Desk::new();
    let ann = mrn(1);
    let mut ledger = desk.create();
    keep(&mut ledger, &[Row::Patient(Box::new(Patient::new(ann.clone())))]);
    tell(&mut ledger, &[entry(at(0), intake(&ann))]);
    let mut turn = ledger.begin().unwrap();
    turn.write(&Row::Patient(Box::new(Patient::new(mrn(2))))).unwrap();
    turn.trail(&entry(at(1), intake(&mrn(2)))).unwrap();
    turn.keep_raw(at(1), Source::FhirHook, b"{}").unwrap();
    // What the disk holds at this moment, as if the power went.
    let after = Desk::new();
    for name in ["careloop.db", "careloop.db-wal"] {
        std::fs::copy(desk.folder.path().join(name), after.folder.path().join(name)).unwrap();
    }
    drop(turn);
    let mut ledger = after.open().unwrap();
    let stored = ledger.load().unwrap();
    assert_eq!((stored.patients.len(), stored.trail_seq), (1, 1));
    tell(&mut ledger, &[entry(at(2), intake(&ann))]);
    assert_eq!(ledger.verify().unwrap().first_broken, None);
}

#[test]
fn a_dropped_turn_leaves_nothing_and_the_next_goes_on() {
    let desk = Desk::new();
    let mut ledger = desk.create();
    let mut turn = ledger.begin().unwrap();
    let read = arrival(&mrn(1), Vital::Weight, number("180"), at(0));
    turn.write(&Row::Reading(Box::new(reading(1, &mrn(1), read.clone(), at(0))))).unwrap();
    turn.trail(&entry(at(0), intake(&mrn(1)))).unwrap();
    assert_eq!(turn.keep_raw(at(0), Source::FhirHook, b"{}").unwrap(), 1);
    drop(turn);
    let mut turn = ledger.begin().unwrap();
    assert_eq!(turn.past(&mrn(1), &read).unwrap(), decide::input::Past::default());
    turn.write(&Row::Reading(Box::new(reading(1, &mrn(1), read, at(0))))).unwrap();
    assert_eq!(turn.trail(&entry(at(0), intake(&mrn(1)))).unwrap(), 1);
    assert_eq!(turn.keep_raw(at(0), Source::FhirHook, b"{}").unwrap(), 1);
    turn.commit().unwrap();
    assert_eq!(ledger.verify().unwrap().lines, 1);
    assert_eq!(ledger.reader().unwrap().reading(1).unwrap().unwrap().mrn, mrn(1));
}

#[test]
fn one_bad_input_does_not_spoil_its_batch() {
    let desk = Desk::new();
    let mut ledger = desk.create();
    let mut turn = ledger.begin().unwrap();
    for n in 1..=3 {
        let place = turn.savepoint().unwrap();
        let read = arrival(&mrn(n), Vital::Weight, number("180"), at(0));
        turn.write(&Row::Reading(Box::new(reading(n.into(), &mrn(n), read, at(0))))).unwrap();
        turn.trail(&entry(at(0), intake(&mrn(n)))).unwrap();
        if n == 2 {
            turn.rollback_to(place).unwrap();
            turn.trail(&entry(at(0), intake(&mrn(9)))).unwrap();
        }
    }
    turn.commit().unwrap();
    let reader = ledger.reader().unwrap();
    assert_eq!([1, 2, 3].map(|id| reader.reading(id).unwrap().map(|r| r.mrn)), [Some(mrn(1)), None, Some(mrn(3))]);
    assert_eq!(ledger.verify().unwrap().lines, 3);
    assert_eq!(reader.trail(&Default::default(), Page::first(9)).unwrap().len(), 3);
}

#[test]
fn a_webhook_is_seen_within_its_own_batch() {
    let desk = Desk::new();
    let mut ledger = desk.create();
    let mut turn = ledger.begin().unwrap();
    assert!(!turn.seen("SM77").unwrap());
    turn.write(&Row::Seen { key: "SM77".into(), at: at(0) }).unwrap();
    assert!(turn.seen("SM77").unwrap());
    turn.write(&Row::Seen { key: "SM77".into(), at: at(1) }).unwrap();
    turn.commit().unwrap();
    assert!(ledger.begin().unwrap().seen("SM77").unwrap());
}

#[test]
fn a_screen_reads_what_is_committed_while_a_turn_is_open() {
    let desk = Desk::new();
    let mut ledger = desk.create();
    tell(&mut ledger, &[entry(at(0), intake(&mrn(1)))]);
    let reader = ledger.reader().unwrap();
    let mut turn = ledger.begin().unwrap();
    turn.trail(&entry(at(1), intake(&mrn(1)))).unwrap();
    let lines = std::thread::spawn(move || reader.trail(&Default::default(), Page::first(9)).unwrap().len());
    assert_eq!(lines.join().unwrap(), 1);
    turn.commit().unwrap();
}
