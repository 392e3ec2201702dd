//! Raw speed: all the rows that one reading writes, in turns of 1,000, against a ledger that already
//! holds so many. `cargo run --release -p ledger --example rows -- [stored] [patients] [turn]`

use chrono::{TimeDelta, TimeZone, Utc};
use decide::rows::Row;
use decide::trail::{Entry, IntakeOutcome, Line};
use decide::*;
use ledger::{Durability, Key, Ledger};
use std::time::Instant;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|a| a.parse::<u64>().expect("a number"));
    let stored = arguments.next().unwrap_or(0);
    let patients = arguments.next().unwrap_or(50_000);
    let per_turn = arguments.next().unwrap_or(1_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("rows.db");
    let key = Key::new([7; 32]);
    let mut ledger = Ledger::create(&path, &key, Durability::Off).expect("a new ledger");
    let mut turn = ledger.begin().unwrap();
    for n in 0..patients {
        turn.write(&Row::Patient(Box::new(patient(n)))).unwrap();
    }
    turn.commit().unwrap();
    let seeding = Instant::now();
    read(&mut ledger, 0, stored, patients, 20_000);
    println!("seeded {stored} readings of {patients} patients in {:.1} s", seeding.elapsed().as_secs_f64());
    drop(ledger);

    let start = Instant::now();
    let mut ledger = Ledger::open(&path, &key, Durability::Full).unwrap();
    let held = ledger.load().unwrap();
    println!("opened and loaded {} patients in {:.0} ms", held.patients.len(), start.elapsed().as_secs_f64() * 1e3);
    let measured = (60_000 * per_turn / 1_000).clamp(200, 60_000);
    for round in 0..3 {
        let (wall, processor) = (Instant::now(), processor_seconds());
        read(&mut ledger, stored + round * measured, measured, patients, per_turn);
        let (wall, processor) = (wall.elapsed().as_secs_f64(), processor_seconds() - processor);
        println!(
            "{:.0} readings/s, {:.1} us of processor each, in turns of {per_turn}",
            measured as f64 / wall,
            processor * 1e6 / measured as f64
        );
    }
    let reader = ledger.reader().unwrap();
    let start = Instant::now();
    let lines = reader.export(ledger::Export::Audit, None, None, &mut std::io::sink()).unwrap();
    println!("audit export: {:.0} lines/s", lines as f64 / start.elapsed().as_secs_f64());
    let start = Instant::now();
    let verified = reader.verify().unwrap();
    assert_eq!(verified.first_broken, None);
    println!("verify: {:.0} lines/s", verified.lines as f64 / start.elapsed().as_secs_f64());
    let pairs: Vec<_> = (0..10_000).map(|n| (mrn(n * 7 % patients), Vital::ALL[n as usize % 5])).collect();
    let start = Instant::now();
    reader.sparks(&pairs, 20).unwrap();
    println!("10,000 sparklines: {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    println!("file: {} MB", path.metadata().unwrap().len() >> 20);
}

/// Looks up and writes what a routine reading leaves: body, reading, two lines of the trail.
fn read(ledger: &mut Ledger, from: u64, count: u64, patients: u64, per_turn: u64) {
    let mut written = 0;
    while written < count {
        let mut turn = ledger.begin().unwrap();
        for n in from + written..from + count.min(written + per_turn) {
            turn.savepoint().unwrap();
            // A fixed scramble: neighbours in time are strangers.
            let mrn = mrn(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % patients);
            let arrived = Utc.timestamp_millis_opt(1_780_000_000_000 + n as i64 * 700).unwrap();
            let vital = Vital::ALL[(n % 5) as usize];
            let arrival = Arrival {
                patient: PatientRef { mrn: Some(mrn.clone()), fhir_id: None },
                vital,
                value: Value::Number((100 + n % 80).into()),
                comparator: None,
                loinc: "29463-7".into(),
                given: "180 [lb_av]".into(),
                measured: Measured::At(arrived - TimeDelta::seconds(20)),
                status: ObservationStatus::Final,
                source_id: Some(format!("{n:08x}-0000-4000-8000-{:012x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16)),
                version: Some("1".into()),
                shape: (0..20).map(|f| format!("Observation.field{f}")).collect(),
            };
            let past = turn.past(&mrn, &arrival).unwrap();
            assert!(!past.repeat);
            let raw = turn.keep_raw(arrived, Source::FhirHook, BODY).unwrap();
            turn.trail(&Entry { at: arrived, episode: None, by: None, line: intake(&mrn) }).unwrap();
            turn.trail(&Entry { at: arrived, episode: None, by: None, line: verdict(&mrn, vital) }).unwrap();
            let reading = Reading {
                id: raw,
                mrn,
                arrived,
                source: Source::FhirHook,
                arrival,
                verdict: Verdict::bare(Severity::Routine, Rule::Inside),
                episode: None,
                withdrawn: false,
                in_chart: false,
            };
            turn.write(&Row::Reading(Box::new(reading))).unwrap();
        }
        turn.commit().unwrap();
        written += per_turn;
    }
}

fn mrn(n: u64) -> Mrn {
    Mrn::new(format!("{:07}", 1_000_000 + n))
}

fn patient(n: u64) -> Patient {
    let mut patient = Patient::new(mrn(n));
    patient.first_name = format!("First{n}").into();
    patient.last_name = format!("Last{n}").into();
    patient.phone = Some(format!("+1202555{:04}", n % 10_000).into());
    patient.time_zone = Some("America/New_York".into());
    patient
}

fn intake(mrn: &Mrn) -> Line {
    Line::Intake {
        source: "fhir".into(),
        outcome: IntakeOutcome::Kept,
        reason: None,
        field: None,
        mrn: Some(mrn.clone()),
        appointment_id: None,
    }
}

fn verdict(mrn: &Mrn, vital: Vital) -> Line {
    Line::Verdict {
        mrn: mrn.clone(),
        vital,
        value: 180.into(),
        unit: vital.unit().into(),
        severity: Severity::Routine,
        rule: "inside".into(),
        limit: Some("weight_gain_24h_lb".into()),
        limit_value: Some(3.into()),
        compared: Some(1.into()),
        distance_percent: None,
        episode: None,
        flags: Vec::new(),
    }
}

/// User and system time of this process so far.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<_> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |n: usize| fields.get(n).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

const BODY: &[u8] = br#"{"resourceType":"Observation","id":"00000000-0000-4000-8000-000000000000","meta":{"versionId":"1"},"status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"29463-7","display":"Body weight"}]},"subject":{"identifier":{"system":"urn:example:mrn","value":"1000000"}},"effectiveDateTime":"2026-03-02T15:00:00Z","valueQuantity":{"value":180,"unit":"lb","system":"http://unitsofmeasure.org","code":"[lb_av]"},"device":{"display":"Scale 3"}}"#;
