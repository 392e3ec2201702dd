//! A desk with a fresh ledger, and rows of made-up patients.
#![allow(dead_code)]

use chrono::{TimeDelta, TimeZone, Utc};
use decide::outbox::{About, Act, Effect, EffectState, Priority, Receipt, Text, TextPurpose, Vendor};
use decide::rows::Row;
use decide::trail::{Entry, IntakeOutcome, Line};
use decide::*;
use ledger::{Durability, Key, Ledger, LedgerError};
use std::path::PathBuf;

/// A data folder with a key.
pub struct Desk {
    pub folder: tempfile::TempDir,
    pub key: Key,
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), key: Key::new([0x5a; 32]) }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("careloop.db")
    }

    pub fn create(&self) -> Ledger {
        Ledger::create(&self.path(), &self.key, Durability::Full).unwrap()
    }

    pub fn open(&self) -> Result<Ledger, LedgerError> {
        Ledger::open(&self.path(), &self.key, Durability::Full)
    }

    /// The file as somebody with the key and a tool sees it.
    pub fn tamper(&self, sql: &str) {
        self.tamper_file(&self.path(), sql);
    }

    /// The same with another file of that key.
    pub fn tamper_file(&self, path: &std::path::Path, sql: &str) {
        let conn = rusqlite::Connection::open(path).unwrap();
        conn.execute_batch(&format!(
            "PRAGMA key = \"x'{}'\"; PRAGMA cipher_hmac_algorithm = HMAC_SHA256; PRAGMA foreign_keys = OFF; {sql}",
            self.key.to_hex().as_str()
        ))
        .unwrap();
    }
}

/// 2026-03-02T15:00:00Z and so many minutes.
pub fn at(minutes: i64) -> At {
    Utc.with_ymd_and_hms(2026, 3, 2, 15, 0, 0).unwrap() + TimeDelta::minutes(minutes)
}

pub fn mrn(n: u32) -> Mrn {
    Mrn::new(format!("MRN-{n:07}"))
}

pub fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

pub fn arrival(patient: &Mrn, vital: Vital, value: Value, measured: At) -> Arrival {
    Arrival {
        patient: PatientRef { mrn: Some(patient.clone()), fhir_id: None },
        vital,
        value,
        comparator: None,
        loinc: "29463-7".into(),
        given: value.text(),
        measured: Measured::At(measured),
        status: ObservationStatus::Final,
        source_id: None,
        version: None,
        shape: vec!["Observation.code 29463-7".into(), "Observation.valueQuantity [lb_av]".into()],
    }
}

pub fn reading(id: u64, patient: &Mrn, arrival: Arrival, arrived: At) -> Reading {
    Reading {
        id,
        mrn: patient.clone(),
        arrived,
        source: Source::FhirHook,
        arrival,
        verdict: Verdict::bare(Severity::Routine, Rule::Inside),
        episode: None,
        withdrawn: false,
        in_chart: false,
    }
}

pub fn shown(reading: u64, value: Value, measured: At) -> Shown {
    Shown {
        reading,
        value,
        measured,
        verdict: Verdict::bare(Severity::Abnormal, Rule::BeyondLimit),
        loinc: "85354-9".into(),
        source_id: None,
        in_chart: false,
    }
}

pub fn episode(id: u64, patient: &Mrn, opened: At) -> Episode {
    Episode {
        id,
        mrn: patient.clone(),
        vital: Vital::Glucose,
        opened_at: opened,
        state: EpisodeState::Open,
        acted_severity: Severity::Abnormal,
        worst: Severity::Abnormal,
        direction: Some(Direction::High),
        acted: None,
        latest: shown(1, number("310.5"), opened),
        readings: vec![Joined { reading: 1, measured: opened, severity: Severity::Abnormal, withdrawn: false }],
        live: true,
        question: None,
        symptoms: None,
        no_text: None,
        held_until: None,
        pages: Vec::new(),
        review: None,
        held_by: None,
        shelf: None,
        unacknowledged: true,
        notes: vec![Note { at: opened, by: "rn.park".into(), text: "called, will recheck".into() }],
        minutes: None,
        closed: None,
        writes: None,
        clocks: vec![Clock { kind: ClockKind::ReplyWait, due: opened }],
    }
}

pub fn closed(mut episode: Episode, when: At) -> Episode {
    episode.closed = Some(Closed { at: when, by: "rn.park".into(), disposition: "acted".into() });
    episode.state = EpisodeState::Closed;
    episode.writes = Some(Writes { reviewed: WriteState::Done, note: WriteState::Done, flowsheet: WriteState::NotNeeded });
    episode
}

pub fn text_effect(id: u64, patient: &Mrn, state: EffectState) -> Effect {
    Effect {
        id,
        vendor: Vendor::Twilio,
        act: Act::Text(Text {
            to: "+12025550101".into(),
            body: "Your glucose reading is 310.5. Reply YES or NO.".into(),
            purpose: TextPurpose::SymptomCheck,
            validity_seconds: 300,
        }),
        about: About { mrn: Some(patient.clone()), vital: Some(Vital::Glucose), episode: Some(9), appointment_id: None },
        priority: Priority::SymptomCheck,
        state,
        owed_at: at(0),
        next_try: at(0),
        give_up_at: Some(at(5)),
        attempts: 1,
        first_failed_at: None,
        not_ours: Vec::new(),
        problem: None,
    }
}

pub fn sent(sid: &str) -> EffectState {
    EffectState::Done {
        at: at(1),
        receipt: Receipt { reference: sid.into(), taken_at: None, found_by_looking: false, status: Some("queued".into()) },
    }
}

pub fn entry(when: At, line: Line) -> Entry {
    Entry { at: when, episode: None, by: None, line }
}

pub fn intake(patient: &Mrn) -> Line {
    Line::Intake {
        source: "fhir".into(),
        outcome: IntakeOutcome::Kept,
        reason: None,
        field: None,
        mrn: Some(patient.clone()),
        appointment_id: None,
    }
}

pub fn verdict(patient: &Mrn, episode: Option<u64>) -> Line {
    Line::Verdict {
        mrn: patient.clone(),
        vital: Vital::Weight,
        value: serde_json::json!(183.1),
        unit: "lb".into(),
        severity: Severity::Routine,
        rule: "inside".into(),
        limit: Some("weight_gain_24h_lb".into()),
        limit_value: Some(serde_json::json!(3)),
        compared: Some(serde_json::json!(0.4)),
        distance_percent: None,
        episode,
        flags: Vec::new(),
    }
}

pub fn sms(patient: &Mrn, body: &str) -> Line {
    Line::Sms {
        to: "+12025550101".into(),
        purpose: TextPurpose::SymptomCheck,
        mrn: Some(patient.clone()),
        appointment_id: None,
        body: body.into(),
        status: "sent".into(),
        reason: None,
        until: None,
        detail: None,
    }
}

pub fn reply(patient: &Mrn, body: &str) -> Line {
    Line::Reply { from: "+12025550101".into(), mrn: Some(patient.clone()), body: body.into(), read_as: "symptoms".into() }
}

/// Writes rows in one committed turn.
pub fn keep(ledger: &mut Ledger, rows: &[Row]) {
    let mut turn = ledger.begin().unwrap();
    for row in rows {
        turn.write(row).unwrap();
    }
    turn.commit().unwrap();
}

/// Adds lines in one committed turn.
pub fn tell(ledger: &mut Ledger, entries: &[Entry]) {
    let mut turn = ledger.begin().unwrap();
    for entry in entries {
        turn.trail(entry).unwrap();
    }
    turn.commit().unwrap();
}
