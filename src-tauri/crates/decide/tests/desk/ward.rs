//! A ward of three patients, a courier with moods, and the promises that are kept.

use crate::store::Store;
use decide::desk::{Desk, Outcome};
use decide::input::{Act, Change, Decoded, Input, RawRef, RowId};
use decide::outbox::{
    Act as Errand, Agent, Delivery, DeliveryReport, Effect, EffectState, Finding, InboundText, Look, OnCallSpan, PageReason, PagerEvent,
    PagerEventKind, Problem, ProblemKind, Receipt, SeenIncident, TextPurpose, Vendor, WebhookState,
};
use decide::{minutes, Arrival, At, Episode, Measured, Mrn, ObservationStatus, Patient, PatientRef, Phone, Severity, Source, Value, Vital};
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::collections::HashSet;

/// One thing that happens.
#[derive(Debug, Clone)]
pub enum Happening {
    Reading { who: usize, vital: usize, far: usize, minutes_ago: i64, id: u8, status: usize },
    Reply { who: usize, words: usize },
    Report { nth: usize, status: usize },
    Pager { nth: usize, kind: usize, person: bool },
    Nurse { nth: usize, act: usize },
    Setting { nth: usize },
    Wait { minutes: i64 },
    Mood { vendor: usize, mood: usize },
    PowerCut,
}

pub fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        6 => (0..3usize, 0..4usize, 0..5usize, prop_oneof![4 => Just(0i64), 1 => -300..2000i64], 0..6u8, 0..4usize).prop_map(
            |(who, vital, far, minutes_ago, id, status)| Happening::Reading { who, vital, far, minutes_ago, id, status }
        ),
        4 => (0..3usize, 0..9usize).prop_map(|(who, words)| Happening::Reply { who, words }),
        1 => (0..8usize, 0..3usize).prop_map(|(nth, status)| Happening::Report { nth, status }),
        2 => (0..8usize, 0..4usize, any::<bool>()).prop_map(|(nth, kind, person)| Happening::Pager { nth, kind, person }),
        3 => (0..8usize, 0..6usize).prop_map(|(nth, act)| Happening::Nurse { nth, act }),
        1 => (0..4usize).prop_map(|nth| Happening::Setting { nth }),
        5 => prop_oneof![0..3i64, 3..20i64, 60..700i64].prop_map(|minutes| Happening::Wait { minutes }),
        2 => (0..3usize, 0..5usize).prop_map(|(vendor, mood)| Happening::Mood { vendor, mood }),
        1 => Just(Happening::PowerCut),
    ]
}

/// How a vendor answers.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Mood {
    Well,
    Down,
    Cuts,
    OptedOut,
    Refuses,
}

/// The desk, its store, and a courier.
pub struct Ward {
    desk: Desk,
    store: Store,
    now: At,
    moods: [Mood; 3],
    sids: u64,
    events: u64,
    /// Broken promises seen on the way.
    broken: Option<String>,
    /// Waits that have paged: the question's effect.
    waits_paged: HashSet<u64>,
    steps_seen: HashSet<String>,
}

const PHONES: [&str; 3] = ["+12025550101", "+12025550102", "+12025550101"];

fn mrn(who: usize) -> Mrn {
    Mrn::new(format!("10{who}"))
}

impl Ward {
    pub fn new() -> Ward {
        let now: At = "2026-03-05T19:00:00Z".parse().unwrap();
        let store = Store::default();
        let mut ward = Ward {
            desk: store.load(now),
            store,
            now,
            moods: [Mood::Well; 3],
            sids: 0,
            events: 0,
            broken: None,
            waits_paged: HashSet::new(),
            steps_seen: HashSet::new(),
        };
        let settings = serde_json::json!({ "mode": "live", "backup_numbers": ["+12025550190"] });
        ward.take(Input::Change { who: "admin".into(), change: Change::Settings(settings.as_object().unwrap().clone()) });
        for (who, phone) in PHONES.iter().enumerate() {
            let patient = Patient { phone: Some(Phone::new(*phone)), time_zone: Some("America/New_York".into()), ..Patient::new(mrn(who)) };
            ward.take(Input::Change { who: "admin".into(), change: Change::Patient(Box::new(patient)) });
        }
        ward
    }

    pub fn now(&self) -> At {
        self.now
    }

    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Something happens; then everything that is due at this instant.
    pub fn live(&mut self, h: &Happening) {
        match h {
            Happening::Reading { who, vital, far, minutes_ago, id, status } => self.reading(*who, *vital, *far, *minutes_ago, *id, *status),
            Happening::Reply { who, words } => {
                let body = ["yes", "no", "maybe", "STOP", "START", "1", "chest pain", "help", "2"][*words];
                self.sids += 1;
                let text = InboundText {
                    sid: format!("SM{}", self.sids),
                    from: Phone::new(PHONES[*who]),
                    to: Phone::new("+12025550100"),
                    body: body.into(),
                    opt_out_type: None,
                    at: Some(self.now),
                };
                let seen = self.store.seen(&format!("sms:{}", text.sid));
                self.take(Input::Reply { source: Source::TwilioInbound, text, seen, visits: Vec::new() });
            }
            Happening::Report { nth, status } => {
                let sids: Vec<(String, Phone)> = self
                    .desk
                    .episodes
                    .values()
                    .filter_map(|e| Some((e.question.as_ref()?.sid.clone()?, self.desk.patients[&e.mrn].phone.clone()?)))
                    .collect();
                if let Some((sid, to)) = pick(&sids, *nth) {
                    let status = ["delivered", "undelivered", "failed"][*status].to_string();
                    self.take(Input::Report { report: DeliveryReport { sid, to, status, error_code: Some(30005) } });
                }
            }
            Happening::Pager { nth, kind, person } => self.pager(*nth, *kind, *person),
            Happening::Nurse { nth, act } => self.nurse(*nth, *act),
            Happening::Setting { nth } => {
                let settings = [
                    serde_json::json!({ "reply_wait_minutes": 3 }),
                    serde_json::json!({ "after_hours_policy": "escalate" }),
                    serde_json::json!({ "quiet_hours_start": "1800", "after_hours_policy": "hold" }),
                    serde_json::json!({ "review_page_minutes": 30, "chart_readings": "all" }),
                ][*nth]
                    .clone();
                self.take(Input::Change { who: "admin".into(), change: Change::Settings(settings.as_object().unwrap().clone()) });
            }
            Happening::Wait { minutes: m } => self.wait(minutes(*m as f64)),
            Happening::Mood { vendor, mood } => {
                self.moods[*vendor] = [Mood::Well, Mood::Down, Mood::Cuts, Mood::OptedOut, Mood::Refuses][*mood];
            }
            Happening::PowerCut => {
                self.desk = self.store.load(self.now);
                self.take(Input::Started);
            }
        }
        self.settle();
    }

    fn reading(&mut self, who: usize, vital: usize, far: usize, minutes_ago: i64, id: u8, status: usize) {
        let d = |n: i64| Value::Number(Decimal::from(n));
        let bp = |s: i64| Value::Pressure { systolic: Some(Decimal::from(s)), diastolic: Some(Decimal::from(85)) };
        let (vital, value) = match vital {
            0 => (Vital::Bp, bp([130, 165, 195, 170, 60][far])),
            1 => (Vital::Glucose, d([110, 310, 410, 54, 320][far])),
            2 => (Vital::Spo2, d([97, 89, 86, 0, 101][far])),
            _ => (Vital::Weight, d([180, 184, 186, 182, 210][far])),
        };
        let status =
            [ObservationStatus::Final, ObservationStatus::Final, ObservationStatus::Amended, ObservationStatus::EnteredInError][status];
        self.sids += 1;
        let known = status != ObservationStatus::Final || id == 0;
        let arrival = Arrival {
            patient: PatientRef { mrn: Some(mrn(who)), ..PatientRef::default() },
            vital,
            value,
            comparator: None,
            loinc: "85354-9".into(),
            given: String::new(),
            measured: Measured::At(self.now - minutes(minutes_ago as f64)),
            status,
            // A few ids come again and again: repeats, corrections, retractions.
            source_id: Some(if known { format!("d-{who}-{}-{}", vital.name(), id % 3) } else { format!("n-{}", self.sids) }),
            version: Some(self.sids.to_string()),
            shape: Vec::new(),
        };
        let past = self.store.past(&mrn(who), &arrival);
        self.take(Input::Reading { source: Source::FhirHook, decoded: Decoded::Reading(arrival), past, raw: RawRef::default() });
    }

    fn pager(&mut self, nth: usize, kind: usize, person: bool) {
        let keys: Vec<String> =
            self.desk.episodes.values().flat_map(|e| &e.pages).filter(|p| p.sent_at.is_some()).map(|p| p.dedup_key.clone()).collect();
        let Some(key) = pick(&keys, nth) else { return };
        self.events += 1;
        let event = PagerEvent {
            id: format!("E{}", self.events),
            kind: [PagerEventKind::Acknowledged, PagerEventKind::Resolved, PagerEventKind::Unacknowledged, PagerEventKind::Annotated][kind],
            incident_id: format!("I-{key}"),
            dedup_key: Some(key),
            agent: person.then(|| Agent { kind: "user_reference".into(), id: "U1".into(), name: Some("Dr. Kim".into()) }),
            at: Some(self.now),
            note: (kind == 3).then(|| "Called, 5 min".into()),
        };
        self.take(Input::Pager { source: Source::PagerDutyWebhook, event, seen: false });
    }

    fn nurse(&mut self, nth: usize, act: usize) {
        let rows: Vec<RowId> =
            self.desk.episodes.keys().map(|id| RowId::Episode(*id)).chain(self.desk.tasks.keys().map(|id| RowId::Task(*id))).collect();
        let Some(row) = pick(&rows, nth) else { return };
        let act = match act {
            0 => Act::Acknowledge { row },
            1 => Act::Claim { row },
            2 => Act::Shelve { row, minutes: 20.0, reason: "calls back".into() },
            3 => Act::Note { row, text: "Spoke to her, 4 min".into() },
            4 => Act::Close { row, disposition: "acted".into(), minutes: Some(Decimal::from(4)), note: "Fine.".into() },
            _ => Act::Close { row, disposition: "watched".into(), minutes: None, note: String::new() },
        };
        self.take(Input::Act { who: "Nurse Ortiz".into(), act, undo_seconds: 0.0 });
    }

    /// Time passes, instant by instant.
    fn wait(&mut self, span: chrono::TimeDelta) {
        let end = self.now + span;
        for _ in 0..5000 {
            let lanes =
                [Vendor::Twilio, Vendor::PagerDuty, Vendor::Cerner, Vendor::Slack].into_iter().filter_map(|v| self.desk.lanes.wake(v));
            let next = self.desk.next_wake().into_iter().chain(lanes).chain(self.desk.lanes.look_wake()).min();
            let Some(next) = next.filter(|n| *n <= end) else { break };
            self.now = self.now.max(next);
            self.settle();
        }
        self.now = end;
        self.settle();
    }

    /// Fires what is due and delivers what may leave, until nothing moves.
    fn settle(&mut self) {
        for _ in 0..2000 {
            let mut moved = false;
            if self.desk.next_wake().is_some_and(|w| w <= self.now) {
                self.take(Input::Tick);
                if self.desk.next_wake().is_some_and(|w| w <= self.now) {
                    self.break_promise("a clock is still due after it fired");
                    return;
                }
                moved = true;
            }
            while let Some(id) = self.desk.lanes.next_look(self.now) {
                self.carry(id);
                moved = true;
            }
            for vendor in [Vendor::Twilio, Vendor::PagerDuty, Vendor::Cerner, Vendor::Slack] {
                while let Some(id) = self.desk.lanes.next(vendor, self.now) {
                    self.carry(id);
                    moved = true;
                }
            }
            if !moved {
                return;
            }
        }
        self.break_promise("the desk does not come to rest");
    }

    fn carry(&mut self, id: u64) {
        let Some(before) = self.desk.claim(self.now, id) else { return };
        if let Errand::Text(t) = &before.act {
            let unknown = matches!(before.state, EffectState::Unknown { .. });
            if !unknown && t.purpose != TextPurpose::Backup && self.desk.opted_out.contains(&t.to) {
                self.break_promise("a text leaves to a number that has opted out");
            }
        }
        let out = self.desk.claimed(self.now);
        self.keep(&out);
        let delivery = self.answer(&before);
        self.take(Input::Settled { effect: id, delivery });
    }

    fn answer(&self, f: &Effect) -> Delivery {
        let mood = match f.vendor {
            Vendor::Twilio => self.moods[0],
            Vendor::PagerDuty => self.moods[1],
            _ => self.moods[2],
        };
        let problem = |kind| Problem { kind, http_status: None, code: None, said: "as the mood is".into() };
        match (mood, &f.act) {
            (Mood::Down, _) => Delivery::RetryLater { problem: problem(ProblemKind::Down), after_seconds: None },
            (_, Errand::Look(look)) => Delivery::Found(match look {
                Look::OnCall if mood == Mood::Refuses => Finding::OnCall { names: Vec::new() },
                Look::OnCall => Finding::OnCall { names: vec!["Dr. Kim".into()] },
                Look::Incident { dedup_key } if mood != Mood::Refuses => Finding::Incident {
                    incident: Some(SeenIncident {
                        id: format!("I-{dedup_key}"),
                        status: "triggered".into(),
                        acknowledged_by: None,
                        acknowledged_at: None,
                        resolved_by: None,
                        resolved_at: None,
                        notes: Vec::new(),
                    }),
                },
                Look::Incident { .. } => Finding::Incident { incident: None },
                Look::Inbound { .. } | Look::InboundAll { .. } => Finding::Messages { messages: Vec::new() },
                Look::Coverage { .. } if mood == Mood::Refuses => Finding::Coverage { spans: Vec::new() },
                Look::Coverage { .. } => Finding::Coverage { spans: vec![OnCallSpan { name: "Dr. Kim".into(), from: None, to: None }] },
                Look::Webhook => Finding::Webhook { state: WebhookState::Active },
                Look::Patient { .. } | Look::Visitor { .. } => Finding::Patient { patient: None },
                Look::Appointments { .. } => Finding::Appointments { resources: Vec::new() },
                Look::Observations { .. } => Finding::Observations { resources: Vec::new() },
            }),
            // After the limit a lost text is not sent again.
            (_, Errand::Text(_)) if matches!(f.state, EffectState::Unknown { .. }) && f.give_up_at.is_some_and(|g| self.now >= g) => {
                Delivery::Rejected(problem(ProblemKind::NoAnswer))
            }
            (Mood::Cuts, _) if f.attempts == 0 => Delivery::Unknown(problem(ProblemKind::NoAnswer)),
            (Mood::OptedOut, Errand::Text(t)) if t.purpose != TextPurpose::Backup => Delivery::Rejected(problem(ProblemKind::OptedOut)),
            (Mood::Refuses, Errand::Chart(_)) => Delivery::Rejected(problem(ProblemKind::Invalid)),
            _ => Delivery::Delivered(Receipt {
                reference: format!("R{}", f.id),
                taken_at: Some(self.now),
                found_by_looking: false,
                status: None,
            }),
        }
    }

    fn take(&mut self, input: Input) {
        let out = self.desk.take(self.now, input);
        self.keep(&out);
    }

    fn keep(&mut self, out: &Outcome) {
        self.store.write(out);
        let mut twice = false;
        for e in self.desk.episodes.values() {
            for p in &e.pages {
                let new = self.steps_seen.insert(p.dedup_key.clone());
                if new && p.reason == PageReason::NoAnswer {
                    twice |= e.question.as_ref().is_some_and(|q| !self.waits_paged.insert(q.effect));
                }
            }
        }
        if twice {
            self.break_promise("one wait paged twice");
        }
    }

    fn break_promise(&mut self, what: &str) {
        self.broken.get_or_insert_with(|| what.into());
    }

    /// What must hold between two inputs.
    pub fn promises(&self) -> Result<(), String> {
        if let Some(broken) = &self.broken {
            return Err(broken.clone());
        }
        for e in self.desk.episodes.values() {
            let checks = self
                .desk
                .effects
                .values()
                .filter(|f| f.about.episode == Some(e.id) && f.state == EffectState::Owed)
                .filter(|f| matches!(&f.act, Errand::Text(t) if t.purpose == TextPurpose::SymptomCheck))
                .count();
            if checks > 1 {
                return Err(format!("episode {} owes {checks} symptom checks", e.id));
            }
            if e.is_open() && e.acted_severity == Severity::Critical && e.pages.is_empty() {
                return Err(format!("critical episode {} has no page", e.id));
            }
            let asks = e.question.as_ref().is_some_and(|q| q.open());
            if e.is_open() && asks && e.clocks.is_empty() {
                return Err(format!("episode {} asks and no clock runs", e.id));
            }
            if e.is_open() && e.clocks.is_empty() && !e.unacknowledged {
                return Err(format!("episode {} ({:?}) is open, silent, and waits on someone looking", e.id, e.state));
            }
        }
        let mut open: Vec<(&Mrn, Vital)> = self.desk.episodes.values().filter(|e| e.is_open()).map(|e| (&e.mrn, e.vital)).collect();
        let all = open.len();
        open.sort();
        open.dedup();
        if open.len() != all {
            return Err("two open episodes of one patient and vital".into());
        }
        Ok(())
    }

    /// The desk set up from what is stored is the desk.
    pub fn same_after_a_power_cut(&self) -> Result<(), String> {
        let again = self.store.load(self.now);
        let differ = |what: &str| Err(format!("{what} differ after a power cut"));
        let clear = |e: &Episode| format!("{e:?}");
        if self.desk.episodes.values().map(clear).ne(again.episodes.values().map(clear)) {
            return differ("episodes");
        }
        if self.desk.tasks != again.tasks {
            return differ("tasks");
        }
        let mut effects = self.desk.effects.clone();
        effects.retain(|_, f| f.outstanding());
        if effects != again.effects {
            return differ("effects");
        }
        if self.desk.quarantine != again.quarantine || self.desk.opted_out != again.opted_out || self.desk.patients != again.patients {
            return differ("patients, opt-outs or quarantine");
        }
        if self.desk.settings != again.settings || self.desk.next_clock() != again.next_clock() {
            return differ("settings or clocks");
        }
        Ok(())
    }
}

fn pick<T: Clone>(list: &[T], nth: usize) -> Option<T> {
    (!list.is_empty()).then(|| list[nth % list.len()].clone())
}
