//! A small ward for tests: an engine on a temporary ledger, a clock by hand, vendors that answer as told.

use crate::clock::{Clock, HandClock};
use crate::console::{lock, Console, ConsoleParts, Facts, NoDemo};
use crate::health::Health;
use crate::safekeeping::Keeping;
use crate::sound::Sound;
use crate::spine::{Engine, Incoming};
use crate::switchboard::Switchboard;
use crate::workspace::Workspace;
use accept::Found;
use decide::input::{Act, Change, Input};
use decide::outbox::{
    Act as Owed, Agent, Delivery, Effect, Finding, InboundText, Look, PagerEvent, PagerEventKind, Problem, ProblemKind, Receipt,
    SeenIncident, Vendor,
};
use decide::{At, Mrn, Patient, Phone, Source};
use ledger::{Durability, Key, Ledger};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use wire::{Command, EpisodeDetail, Language, Person, PlayedScenario, UserError, WorklistRow, WorklistView};

/// Ann Lee's number.
pub(crate) const ANN: &str = "1022228";
const PHONE: &str = "+12025550101";

/// The ward.
pub(crate) struct Ward {
    pub console: Console,
    pub engine: Arc<Mutex<Engine>>,
    pub clock: HandClock,
    /// Vendors that are down.
    pub down: BTreeSet<Vendor>,
    /// Nothing takes writes while this is true.
    pub full: Arc<Mutex<bool>>,
    _dir: tempfile::TempDir,
}

/// Two in the afternoon in New York.
pub(crate) fn two_pm() -> At {
    "2026-03-05T19:00:00Z".parse().unwrap()
}

/// The nurse at the desk.
pub(crate) fn nurse() -> Person {
    Person { name: "Ana R.".into(), role: "nurse".into(), language: Language::En, session: String::new() }
}

/// The same in Spanish.
pub(crate) fn enfermera() -> Person {
    Person { language: Language::Es, ..nurse() }
}

/// A patient in New York with a mobile.
pub(crate) fn ann() -> Patient {
    Patient {
        first_name: "Ann".into(),
        last_name: "Lee".into(),
        birth_date: Some("1958-04-12".into()),
        fhir_id: Some("12724066".into()),
        phone: Some(PHONE.into()),
        time_zone: Some("America/New_York".into()),
        ..Patient::new(ANN.into())
    }
}

impl Ward {
    /// With Ann Lee enrolled and everything live, at two in the afternoon.
    pub fn new() -> Ward {
        Ward::at(two_pm())
    }

    pub fn at(now: At) -> Ward {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::create(&dir.path().join("ward.db"), &Key::new([7; 32]), Durability::Off).unwrap();
        let clock = HandClock::new(now);
        let engine = Engine::open(ledger, now, "ward", [9; 32]).unwrap();
        let reader = engine.reader().unwrap();
        let engine = Arc::new(Mutex::new(engine));
        let full = Arc::new(Mutex::new(false));
        let vendors_clock = clock.clone();
        let workspace = Workspace { workspace: "ward".into(), hooks_key: "hooks-of-the-ward".into(), key_made_at: None, former: None };
        let submit = {
            let (engine, clock, full) = (engine.clone(), clock.clone(), full.clone());
            move |batch: Vec<Incoming>| {
                if *lock(&full) {
                    return None;
                }
                lock(&engine).turn(clock.now(), &batch).ok().map(|t| t.answers)
            }
        };
        let console = Console::new(ConsoleParts {
            engine: engine.clone(),
            reader,
            sandbox: Some(sandbox::Sandbox::new(Arc::new(move || vendors_clock.now()), sandbox::SandboxConfig::default())),
            health: Arc::new(Health::default()),
            clock: Arc::new(clock.clone()),
            submit: Arc::new(submit),
            switchboard: Arc::new(Switchboard::seeming(
                Vendor::ALL.map(|v| (v, format!("http://{}.sandbox", v.name()), true)).to_vec(),
                "http://127.0.0.1:8750",
                "KEY",
            )),
            facts: Facts {
                desk_person: None,
                folder: dir.path().to_path_buf(),
                profile: "sandbox".into(),
                mllp: Some("127.0.0.1:2575".into()),
                key_home: "a file of its owner".into(),
                zone_data: "2026e".into(),
                banners: Default::default(),
            },
            demo: Arc::new(NoDemo),
            play: Box::new(|text| PlayedScenario {
                name: text.into(),
                passed: true,
                took_ms: 1,
                lines: Vec::new(),
                differences: Vec::new(),
            }),
            sound: Arc::new(Sound::default()),
            keeping: Arc::new(Keeping::new(engine.clone(), Arc::new(clock.clone()), dir.path().to_path_buf(), workspace)),
        });
        let mut ward = Ward { console, engine, clock, down: BTreeSet::new(), full, _dir: dir };
        ward.settings(serde_json::json!({"mode": "live"}));
        ward.enrol(ann());
        ward
    }

    pub fn settings(&mut self, settings: serde_json::Value) {
        let serde_json::Value::Object(map) = settings else { panic!("settings are an object") };
        self.take(Incoming::Direct(Input::Change { who: "admin".into(), change: Change::Settings(map) }));
    }

    pub fn enrol(&mut self, p: Patient) {
        self.take(Incoming::Direct(Input::Change { who: "admin".into(), change: Change::Patient(Box::new(p)) }));
    }

    pub fn now(&self) -> At {
        self.clock.now()
    }

    fn take(&mut self, incoming: Incoming) {
        let now = self.now();
        lock(&self.engine).turn(now, &[incoming]).unwrap();
    }

    /// A reading comes in; what is owed for it leaves.
    pub fn reading(&mut self, vital: &str, value: &str) {
        self.reading_of(ANN, vital, value);
    }

    pub fn reading_of(&mut self, mrn: &str, vital: &str, value: &str) {
        let args = match value.split_once('/') {
            Some((s, d)) => {
                serde_json::json!({"mrn": mrn, "vital": vital, "systolic": s.parse::<f64>().unwrap(), "diastolic": d.parse::<f64>().unwrap(), "minutes_ago": 0})
            }
            None => serde_json::json!({"mrn": mrn, "vital": vital, "value": value.parse::<f64>().unwrap(), "minutes_ago": 0}),
        };
        self.call(Command::sim_reading, args).unwrap();
        self.deliver();
    }

    /// Ann writes.
    pub fn reply(&mut self, text: &str) {
        self.reply_from(PHONE, text);
    }

    /// Somebody writes.
    pub fn reply_from(&mut self, phone: &str, text: &str) {
        let sid = format!("SM{}", lock(&self.engine).change);
        let text =
            InboundText { sid, from: Phone::new(phone), to: Phone::new("+12025550100"), body: text.into(), opt_out_type: None, at: None };
        self.take(Incoming::Body { source: Source::TwilioInbound, body: text.body.clone().into_bytes(), found: Found::Reply(text) });
        self.deliver();
    }

    /// The EHR tells of an appointment: Ann Lee with Dr. Ray, on March 10 at three in the afternoon, changed as said.
    pub fn appointment(&mut self, changes: serde_json::Value) {
        let mut event = serde_json::json!({
            "event_type": "BOOKED", "patient_id": ANN, "patient_first_name": "Ann", "patient_last_name": "Lee", "patient_phone": PHONE,
            "provider_id": "D1", "provider_first_name": "Al", "provider_last_name": "Ray", "provider_callback_phone": "+12025550199",
            "appointment_location": "Main Clinic", "appointment_id": "A1",
            "appointment_datetime": "2026-03-10T15:00:00", "appointment_timezone": "-0400",
        });
        let (Some(event), serde_json::Value::Object(changes)) = (event.as_object_mut(), changes) else { panic!("fields of an event") };
        event.extend(changes);
        let body = serde_json::to_vec(event).unwrap();
        let told = decide::decode::appointment::event(&body).unwrap();
        self.take(Incoming::Body { source: Source::AppointmentHook, body, found: Found::Visit(told) });
        self.deliver();
    }

    /// Somebody acts at the pager on the newest page.
    pub fn pager(&mut self, kind: PagerEventKind, agent: &str) {
        let key = lock(&self.engine).desk.episodes.values().rev().find_map(|e| e.pages.last().map(|p| p.dedup_key.clone()));
        let change = lock(&self.engine).change;
        let event = PagerEvent {
            id: format!("EV{change}"),
            kind,
            incident_id: "Q1".into(),
            dedup_key: key,
            agent: Some(Agent { kind: agent.into(), id: "PU1".into(), name: Some("Dr. Kim".into()) }),
            at: None,
            note: None,
        };
        self.take(Incoming::Body { source: Source::PagerDutyWebhook, body: b"{}".to_vec(), found: Found::Pager(event) });
        self.deliver();
    }

    /// Everything that may leave now leaves, and is answered.
    pub fn deliver(&mut self) {
        loop {
            let now = self.now();
            let claimed = lock(&self.engine).claim_due(now).unwrap();
            if claimed.is_empty() {
                return;
            }
            for effect in claimed {
                lock(&self.engine).attempt_over(&effect);
                let delivery = self.answer(&effect);
                self.take(Incoming::Settled { effect: effect.id, delivery });
            }
        }
    }

    fn answer(&self, f: &Effect) -> Delivery {
        if self.down.contains(&f.vendor) {
            let problem = Problem { kind: ProblemKind::Down, http_status: Some(503), code: None, said: "It answers 503.".into() };
            return Delivery::RetryLater { problem, after_seconds: None };
        }
        let done = |reference: String| {
            Delivery::Delivered(Receipt { reference, taken_at: Some(self.now()), found_by_looking: false, status: None })
        };
        match &f.act {
            Owed::Look(Look::OnCall) => Delivery::Found(Finding::OnCall { names: vec!["Dr. Kim".into()] }),
            Owed::Look(Look::Incident { .. }) => {
                let seen = SeenIncident {
                    id: "Q1".into(),
                    status: "triggered".into(),
                    acknowledged_by: None,
                    acknowledged_at: None,
                    resolved_by: None,
                    resolved_at: None,
                    notes: Vec::new(),
                };
                Delivery::Found(Finding::Incident { incident: Some(seen) })
            }
            Owed::Look(_) => Delivery::Found(Finding::Messages { messages: Vec::new() }),
            _ => done(format!("R{}", f.id)),
        }
    }

    /// Time passes, a second at a time where something is due.
    pub fn pass(&mut self, minutes: i64) {
        let until = self.now() + chrono::TimeDelta::minutes(minutes);
        loop {
            let wake = lock(&self.engine).next_wake();
            let next = wake.filter(|w| *w <= until).unwrap_or(until).max(self.now());
            self.clock.set(next);
            lock(&self.engine).tick(next).unwrap();
            self.deliver();
            if next >= until {
                return;
            }
            // A vendor that is down is asked again later than now: never the same instant for ever.
            let again = lock(&self.engine).next_wake();
            if again.is_some_and(|w| w <= next) {
                self.clock.set(next + chrono::TimeDelta::milliseconds(100));
            }
        }
    }

    pub fn call(&self, command: Command, args: serde_json::Value) -> Result<serde_json::Value, UserError> {
        self.console.call(&nurse(), command, args)
    }

    pub fn list(&self, since: u64, closed: bool) -> WorklistView {
        self.list_for(&nurse(), since, closed)
    }

    pub fn list_for(&self, who: &Person, since: u64, closed: bool) -> WorklistView {
        serde_json::from_value(self.console.call(who, Command::worklist, serde_json::json!({"since": since, "closed": closed})).unwrap())
            .unwrap()
    }

    /// The one row there is.
    pub fn row(&self) -> WorklistRow {
        let mut rows = self.list(0, true).rows;
        assert_eq!(rows.len(), 1, "one row: {:?}", rows.iter().map(|r| (&r.id, &r.headline)).collect::<Vec<_>>());
        rows.remove(0)
    }

    pub fn detail(&self, who: &Person, id: &str) -> EpisodeDetail {
        serde_json::from_value(self.console.call(who, Command::episode, serde_json::json!({"id": id})).unwrap()).unwrap()
    }

    /// Does something to a row and delivers what it owes after the time to undo it.
    pub fn act(&mut self, command: Command, args: serde_json::Value) {
        self.call(command, args).unwrap();
        self.pass(1);
    }

    /// How many lines of an act are on the trail.
    pub fn acts(&self, what: &str) -> usize {
        let reader = lock(&self.engine).reader().unwrap();
        let lines = reader.trail_since(0, 10_000).unwrap();
        lines.iter().filter(|f| matches!(&f.entry.line, decide::trail::Line::Act { what: w, .. } if w == what)).count()
    }

    /// Ann opts out.
    pub fn opt_out(&mut self) {
        self.take(Incoming::Direct(Input::Change { who: "admin".into(), change: Change::OptedOut { phone: PHONE.into(), out: true } }));
    }

    /// Something a nurse elsewhere does.
    pub fn act_as(&mut self, who: &str, act: Act) {
        self.take(Incoming::Direct(Input::Act { who: who.into(), act, undo_seconds: 0.0 }));
    }

    /// Another patient on the ward.
    pub fn other(&mut self, mrn: &str, first: &str, last: &str, phone: &str) {
        self.enrol(Patient {
            first_name: first.into(),
            last_name: last.into(),
            phone: Some(phone.into()),
            fhir_id: None,
            mrn: Mrn::new(mrn),
            ..ann()
        });
    }
}
