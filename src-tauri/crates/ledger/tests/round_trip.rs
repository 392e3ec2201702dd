//! What was written is what is read, after the file was closed and opened again.

mod support;

use chrono::NaiveDate;
use decide::outbox::EffectState;
use decide::rows::{LimitChange, Quarantined, Row};
use decide::*;
use ledger::{Counts, Page};
use support::*;

#[test]
fn a_reading_comes_back_with_all_it_said() {
    let desk = Desk::new();
    let ann = mrn(1);
    let plain = reading(1, &ann, arrival(&ann, Vital::Weight, number("183.10"), at(0)), at(1));
    let mut full = reading(
        2,
        &ann,
        Arrival {
            patient: PatientRef { mrn: None, fhir_id: Some("f-77".into()) },
            comparator: Some(Comparator::Above),
            measured: Measured::Period { start: at(-60), end: Some(at(0)) },
            status: ObservationStatus::Amended,
            source_id: Some("obs-1".into()),
            version: Some("3".into()),
            ..arrival(&ann, Vital::Bp, Value::Pressure { systolic: Some(168.into()), diastolic: None }, at(0))
        },
        at(2),
    );
    full.verdict = Verdict {
        severity: Severity::Critical,
        rule: Rule::BeyondBy20Percent,
        limit: Some("systolic_high".into()),
        limit_value: Some(140.into()),
        compared: Some(168.into()),
        distance_percent: Some(20.into()),
        direction: Some(Direction::High),
    };
    full.episode = Some(9);
    full.in_chart = true;
    let day = Measured::Day(NaiveDate::from_ymd_opt(2026, 3, 1).unwrap());
    let by_day = reading(3, &ann, Arrival { measured: day, ..arrival(&ann, Vital::Spo2, number("97"), at(0)) }, at(3));
    let ongoing = Measured::Period { start: at(-5), end: None };
    let by_period = reading(4, &ann, Arrival { measured: ongoing, ..arrival(&ann, Vital::HeartRate, number("71"), at(0)) }, at(4));
    let all = [plain, full, by_day, by_period];
    keep(&mut desk.create(), &all.clone().map(|r| Row::Reading(Box::new(r))));
    let reader = desk.open().unwrap().reader().unwrap();
    for stored in all {
        assert_eq!(reader.reading(stored.id).unwrap().unwrap(), stored);
    }
}

#[test]
fn the_hot_state_comes_back() {
    let desk = Desk::new();
    let (ann, bob) = (mrn(1), mrn(2));
    let mut patient = Patient::new(ann.clone());
    patient.first_name = "Ann".into();
    patient.bounds.systolic_high = Some(150.into());
    patient.stat.push(OwnStat {
        stat: StatRule { what: "spo2".into(), direction: Direction::Low, value: 85.into() },
        by: "dr.ray".into(),
        reason: "COPD".into(),
        review_on: Some(at(9000)),
    });
    let task = Task {
        id: 11,
        reason: "stray_text".into(),
        detail: "A text came with no question open.".into(),
        mrn: Some(bob.clone()),
        vital: None,
        episode: None,
        quarantine: None,
        appointment_id: None,
        severity: Severity::Abnormal,
        since: at(3),
        acknowledged: None,
        overdue: false,
        clocks: vec![Clock { kind: ClockKind::Review, due: at(63) }],
        closed: None,
        stuck: None,
        effect: None,
    };
    let mut done_task = task.clone();
    done_task.id = 12;
    done_task.closed = Some(Closed { at: at(4), by: "rn.park".into(), disposition: "acted".into() });
    let (owed, done) = (text_effect(20, &ann, EffectState::Owed), text_effect(21, &ann, sent("SM1")));
    let open = episode(9, &ann, at(0));
    let mut ledger = desk.create();
    keep(
        &mut ledger,
        &[
            Row::Patient(Box::new(patient.clone())),
            Row::Patient(Box::new(Patient::new(bob.clone()))),
            Row::Episode(Box::new(open.clone())),
            Row::Task(Box::new(task.clone())),
            Row::Task(Box::new(done_task)),
            Row::Effect(Box::new(owed.clone())),
            Row::Effect(Box::new(done)),
            Row::OptOut { phone: "+12025550101".into(), out: true, at: at(1), by: None },
            Row::OptOut { phone: "+12025550102".into(), out: true, at: at(1), by: None },
            Row::OptOut { phone: "+12025550102".into(), out: false, at: at(2), by: None },
            Row::Setting { name: "mode".into(), value: serde_json::json!("live"), at: at(1), by: "admin".into() },
            Row::Setting { name: "mode".into(), value: serde_json::json!({"bp": "live"}), at: at(2), by: "admin".into() },
            Row::Shape { source: Source::FhirHook, shape: vec!["a".into(), "b".into()], at: at(1) },
            Row::Shape { source: Source::FhirHook, shape: vec!["a".into(), "b".into()], at: at(2) },
            Row::Reading(Box::new(reading(40, &ann, arrival(&ann, Vital::Weight, number("180"), at(4)), at(5)))),
        ],
    );
    drop(ledger);
    let stored = desk.open().unwrap().load().unwrap();
    assert_eq!(stored.patients, vec![patient, Patient::new(bob)]);
    assert_eq!(stored.episodes, vec![open]);
    assert_eq!(stored.tasks, vec![task]);
    assert_eq!(stored.effects, vec![owed]);
    assert_eq!(stored.opt_outs, vec![Phone::new("+12025550101")]);
    assert_eq!(stored.settings["mode"], serde_json::json!({"bp": "live"}));
    assert_eq!(stored.shapes[&Source::FhirHook].iter().collect::<Vec<_>>(), vec![&vec!["a".to_string(), "b".to_string()]]);
    assert_eq!((stored.next_id, stored.trail_seq, stored.freshest_reading_at), (41, 0, Some(at(5))));
}

#[test]
fn an_empty_file_starts_counting_at_one() {
    let stored = Desk::new().create().load().unwrap();
    assert_eq!((stored.next_id, stored.trail_seq, stored.freshest_reading_at), (1, 0, None));
}

#[test]
fn a_closed_episode_is_held_for_two_days_or_until_the_chart_has_all() {
    let desk = Desk::new();
    let ann = mrn(1);
    let mut unfinished = closed(episode(3, &ann, at(-9000)), at(-9000));
    unfinished.writes = Some(Writes { reviewed: WriteState::Done, note: WriteState::Missing, flowsheet: WriteState::Done });
    let mut ledger = desk.create();
    let old = closed(episode(1, &ann, at(-9000)), at(-48 * 60 - 1));
    let recent = closed(episode(2, &ann, at(-9000)), at(-48 * 60));
    keep(&mut ledger, &[old, recent, unfinished].map(|e| Row::Episode(Box::new(e))));
    tell(&mut ledger, &[entry(at(0), intake(&ann))]);
    let held: Vec<_> = ledger.load().unwrap().episodes.iter().map(|e| e.id).collect();
    assert_eq!(held, [2, 3]);
}

#[test]
fn a_quarantined_record_is_found_by_its_state_with_its_body() {
    let desk = Desk::new();
    let mut ledger = desk.create();
    let mut turn = ledger.begin().unwrap();
    let body = "{\"resourceType\":\"Observation\", \u{1F600}".as_bytes();
    let raw = turn.keep_raw(at(0), Source::FhirHook, body).unwrap();
    let record = Quarantined {
        id: 5,
        at: at(0),
        source: Source::FhirHook,
        raw,
        entry: 0,
        reason: "no_unit".into(),
        field: Some("Observation.valueQuantity.unit".into()),
        detail: "The value has no unit.".into(),
        misread: Some(Misread {
            reason: Unusable::NoUnit,
            field: "Observation.valueQuantity.unit".into(),
            detail: "The value has no unit.".into(),
            patient: PatientRef::default(),
            vital: Some(Vital::Glucose),
            candidates: vec![number("16.7"), number("300.86")],
            measured: Some(Measured::At(at(0))),
            status: Some(ObservationStatus::Final),
            source_id: None,
            shape: vec!["x".into()],
        }),
        mrn: Some(mrn(1)),
        state: "waiting".into(),
        task: Some(6),
        episode: None,
    };
    turn.write(&Row::Quarantine(Box::new(record.clone()))).unwrap();
    turn.commit().unwrap();
    let reader = ledger.reader().unwrap();
    assert_eq!(reader.quarantine(Some("waiting"), Page::first(10)).unwrap(), vec![record.clone()]);
    assert_eq!(reader.quarantine(Some("set_aside"), Page::first(10)).unwrap(), vec![]);
    assert_eq!(reader.quarantined(5).unwrap(), Some(record));
    assert_eq!(reader.raw(raw).unwrap().unwrap().body, body);
}

#[test]
fn limit_changes_are_listed_newest_first() {
    let desk = Desk::new();
    let change = |new: &str, minutes| LimitChange {
        mrn: mrn(1),
        limit: "systolic_high".into(),
        old: None,
        new: Some(new.into()),
        by: "dr.ray".into(),
        why: Some("lower target".into()),
        at: at(minutes),
        ordered_by: None,
        review_on: None,
    };
    let mut ledger = desk.create();
    keep(&mut ledger, &[Row::LimitChange(change("150", 1)), Row::LimitChange(change("145", 2))]);
    let reader = ledger.reader().unwrap();
    assert_eq!(reader.limit_history(&mrn(1)).unwrap(), vec![change("145", 2), change("150", 1)]);
    assert_eq!(reader.limit_history(&mrn(2)).unwrap(), vec![]);
}

#[test]
fn a_text_is_found_by_the_sid_that_twilio_gave_it() {
    let desk = Desk::new();
    let mut ledger = desk.create();
    keep(&mut ledger, &[Row::Effect(Box::new(text_effect(21, &mrn(1), sent("SM1"))))]);
    let turn = ledger.begin().unwrap();
    assert_eq!(turn.message_effect("SM1").unwrap(), Some(21));
    assert_eq!(turn.message_effect("SM2").unwrap(), None);
}

#[test]
fn a_trend_and_a_sparkline_show_the_newest_readings_in_order() {
    let desk = Desk::new();
    let ann = mrn(1);
    let mut ledger = desk.create();
    let rows = [(1, 30), (2, 10), (3, 40), (4, 20)]
        .map(|(id, minutes)| Row::Reading(Box::new(reading(id, &ann, arrival(&ann, Vital::Weight, number("180"), at(minutes)), at(50)))));
    keep(&mut ledger, &rows);
    keep(&mut ledger, &[Row::ReadingWithdrawn { id: 1 }, Row::ReadingInChart { id: 3 }]);
    let reader = ledger.reader().unwrap();
    let trend = reader.trend(&ann, Vital::Weight, at(15), 10).unwrap();
    assert_eq!(
        trend.iter().map(|r| (r.id, r.withdrawn, r.in_chart)).collect::<Vec<_>>(),
        [(4, false, false), (1, true, false), (3, false, true)]
    );
    assert_eq!(reader.trend(&ann, Vital::Weight, at(0), 2).unwrap().iter().map(|r| r.id).collect::<Vec<_>>(), [1, 3]);
    let sparks = reader.sparks(&[(mrn(2), Vital::Weight), (ann.clone(), Vital::Weight)], 3).unwrap();
    assert!(sparks[0].is_empty());
    assert_eq!(sparks[1].iter().map(|p| (p.id, p.withdrawn)).collect::<Vec<_>>(), [(4, false), (1, true), (3, false)]);
}

#[test]
fn counts_say_how_much_is_stored() {
    let desk = Desk::new();
    let ann = mrn(1);
    let mut ledger = desk.create();
    keep(
        &mut ledger,
        &[
            Row::Patient(Box::new(Patient::new(ann.clone()))),
            Row::Reading(Box::new(reading(1, &ann, arrival(&ann, Vital::Weight, number("180"), at(0)), at(0)))),
            Row::Effect(Box::new(text_effect(2, &ann, EffectState::Blocked))),
        ],
    );
    tell(&mut ledger, &[entry(at(0), intake(&ann)), entry(at(0), verdict(&ann, None))]);
    assert_eq!(
        ledger.reader().unwrap().counts().unwrap(),
        Counts { patients: 1, readings: 1, outstanding_effects: 1, trail_lines: 2, ..Counts::default() }
    );
}

#[test]
fn who_put_an_opt_out_down_is_remembered_and_a_stop_has_nobody() {
    let desk = Desk::new();
    let mut ledger = desk.create();
    let (told, said) = (Phone::new("+12025550101"), Phone::new("+12025550102"));
    let out = |phone: &Phone, by: Option<&str>| Row::OptOut { phone: phone.clone(), out: true, at: at(1), by: by.map(String::from) };
    keep(&mut ledger, &[out(&told, Some("Ana R.")), out(&said, None)]);
    let reader = ledger.reader().unwrap();
    let found = reader.opt_out_of(&told).unwrap().unwrap();
    assert_eq!((found.out, found.at, found.by.as_deref()), (true, at(1), Some("Ana R.")));
    assert_eq!(reader.opt_out_of(&said).unwrap().unwrap().by, None);
    assert_eq!(reader.opt_out_of(&Phone::new("+12025550103")).unwrap(), None);
}
