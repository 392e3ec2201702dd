//! The real engine on a hand-driven clock, with a Twilio that can be ill.

use crate::made_up::{Happening, Life, Rules};
use chrono::{NaiveDateTime, TimeDelta};
use decide::input::{Change, Input};
use decide::outbox::{Act, Delivery, Effect, EffectState, InboundText, Problem, ProblemKind, Receipt, TextPurpose, Vendor};
use decide::{At, Patient, PatientStatus, Source, VisitEvent, VisitEventType};
use engine::spine::{Engine, Incoming};
use ledger::{Durability, Key, Ledger};
use serde_json::json;
use std::fmt::Write;

const PATIENT: &str = "P1";
const PHONE: &str = "+12025550101";

pub enum Twilio {
    Well,
    /// Minutes after the booking, for how many, and whether the texts are taken though no answer comes.
    Ill(Vec<(i64, i64, bool)>),
}

/// A text as it left.
#[derive(Debug, Clone)]
pub struct Left {
    pub at: At,
    pub appointment: usize,
    pub purpose: TextPurpose,
}

/// What holds of a visit from a moment on.
#[derive(Debug, Clone)]
pub struct Told {
    pub from: At,
    pub appointment: usize,
    pub instant: At,
    pub live: bool,
    pub confirmed: bool,
    /// How often it was armed.
    pub arming: u32,
}

/// All that happened, by which the scan judges.
#[derive(Default)]
pub struct Story {
    pub booked: Option<At>,
    pub offset_minutes: i32,
    pub visits: Vec<Told>,
    pub rules: Vec<(At, Rules)>,
    pub zones: Vec<(At, Option<String>)>,
    /// From when on texts may go to the patient, or may not.
    pub textable: Vec<(At, bool)>,
    /// From when on the console ran, or did not.
    pub open: Vec<(At, bool)>,
    pub texts: Vec<Left>,
    /// Reminders given up, with when and why.
    pub dropped: Vec<(At, usize, TextPurpose, String)>,
    pub until: Option<At>,
}

impl Story {
    /// For whoever reads a failure.
    pub fn told(&self) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "booked {:?}, offset {}", self.booked, self.offset_minutes);
        for v in &self.visits {
            let _ = writeln!(out, "visit {v:?}");
        }
        for part in [
            format!("{:?}", self.rules),
            format!("{:?}", self.zones),
            format!("textable {:?}", self.textable),
            format!("open {:?}", self.open),
        ] {
            let _ = writeln!(out, "{part}");
        }
        for t in &self.texts {
            let _ = writeln!(out, "text {t:?}");
        }
        for d in &self.dropped {
            let _ = writeln!(out, "dropped {d:?}");
        }
        out
    }
}

pub struct Desk {
    life: Life,
    twilio: Twilio,
    engine: Option<Engine>,
    folder: tempfile::TempDir,
    now: At,
    booked: At,
    out: bool,
    paused_until: Option<At>,
    zone: Option<&'static str>,
    closed_until: Option<At>,
    wall_clocks: [Option<NaiveDateTime>; 2],
    events: u32,
    pub story: Story,
}

fn key() -> Key {
    Key::from_hex(&"5c".repeat(32)).expect("64 hex digits")
}

fn settings(r: &Rules) -> Change {
    let hhmm = |n: u32| format!("{n:04}");
    let all = json!({
        "mode": "live", "twilio_messages_per_second": 1000, "event_text_quiet_hours": true,
        "reminder_outreach_start": hhmm(r.window.0), "reminder_outreach_finish": hhmm(r.window.1),
        "quiet_hours_start": hhmm(r.quiet.0), "quiet_hours_finish": hhmm(r.quiet.1),
        "reminder_first_timing": hhmm(r.first), "reminder_second_timing": hhmm(r.second),
        "reminder_gap_seconds": r.gap_seconds, "stop_reminders_when_confirmed": r.stop_when_confirmed,
    });
    Change::Settings(all.as_object().cloned().unwrap_or_default())
}

impl Desk {
    pub fn open(life: &Life, twilio: Twilio) -> Desk {
        let booked = instant(life.wall_clock, life.offset_minutes) - TimeDelta::seconds(life.booked_before);
        let folder = tempfile::tempdir().expect("a folder");
        let ledger = Ledger::create(&folder.path().join("desk.db"), &key(), Durability::Off).expect("a ledger");
        let engine = Engine::open(ledger, booked, "ward", [7; 32]).expect("an engine");
        let mut desk = Desk {
            life: life.clone(),
            twilio,
            engine: Some(engine),
            folder,
            now: booked,
            booked,
            out: false,
            paused_until: None,
            zone: life.zone,
            closed_until: None,
            wall_clocks: [Some(life.wall_clock), None],
            events: 0,
            story: Story { booked: Some(booked), offset_minutes: life.offset_minutes, ..Story::default() },
        };
        desk.story.open.push((booked, true));
        desk.change(settings(&life.rules));
        desk.story.rules.push((booked, life.rules));
        desk.patient();
        desk.event(0, VisitEventType::Booked, true, false);
        desk
    }

    fn take(&mut self, incoming: Incoming) {
        let Some(engine) = self.engine.as_mut() else { return };
        let turned = engine.turn(self.now, &[incoming]).expect("a turn");
        for (_, entry) in turned.lines {
            if let decide::trail::Line::Sms { purpose, appointment_id: Some(id), status, reason: Some(why), .. } = entry.line {
                if status == "withheld" {
                    self.story.dropped.push((entry.at, number(&id), purpose, why));
                }
            }
        }
    }

    fn change(&mut self, change: Change) {
        self.take(Incoming::Direct(Input::Change { who: "test".into(), change }));
    }

    fn patient(&mut self) {
        let mut p = Patient::new(PATIENT.into());
        p.phone = Some(PHONE.into());
        p.time_zone = self.zone.map(String::from);
        if let Some(until) = self.paused_until.filter(|u| *u > self.now) {
            (p.status, p.status_until) = (PatientStatus::Paused, Some(until));
        }
        self.change(Change::Patient(Box::new(p)));
        self.story.zones.push((self.now, self.zone.map(String::from)));
        self.reachable();
    }

    fn reachable(&mut self) {
        let paused = self.paused_until.filter(|u| *u > self.now);
        self.story.textable.push((self.now, !self.out && paused.is_none()));
        if let Some(until) = paused {
            self.story.textable.retain(|(at, _)| *at <= self.now);
            self.story.textable.push((until, !self.out));
        }
    }

    /// An appointment event, and what it means for the visit.
    fn event(&mut self, n: usize, event_type: VisitEventType, arms: bool, confirms: bool) {
        let Some(wall_clock) = self.wall_clocks[n] else { return };
        self.events += 1;
        let location = format!("Room {}", self.events);
        let event = VisitEvent {
            event_type,
            event_at: None,
            appointment_id: format!("A{n}"),
            patient_id: PATIENT.into(),
            patient_first_name: "Ann".into(),
            patient_last_name: "Lee".into(),
            patient_phone: Some(PHONE.into()),
            phone_problem: None,
            provider_id: "D1".into(),
            provider_first_name: "Al".into(),
            provider_last_name: "Ray".into(),
            provider_callback_phone: Some("+12025550199".into()),
            location,
            service: String::new(),
            wall_clock,
            offset_minutes: self.life.offset_minutes,
            conflict: None,
            test: false,
        };
        let instant = event.instant();
        let before = self.story.visits.iter().rev().find(|t| t.appointment == n).cloned();
        let (was_live, was_confirmed, arming) = before.map_or((false, false, 0), |t| (t.live, t.confirmed, t.arming));
        let stops = matches!(event_type, VisitEventType::Canceled | VisitEventType::NoShowed);
        let live = if stops { false } else { (arms || was_live) && instant > self.now };
        self.story.visits.push(Told {
            from: self.now,
            appointment: n,
            instant,
            live,
            confirmed: if arms { false } else { was_confirmed || confirms },
            arming: arming + u32::from(arms),
        });
        self.take(Incoming::Body { source: Source::AppointmentHook, body: Vec::new(), found: accept::Found::Visit(event) });
    }

    fn happen(&mut self, h: Happening) {
        let open = self.engine.is_some();
        let known = |desk: &Desk, n: usize| open && desk.wall_clocks[n].is_some();
        match h {
            Happening::Another(by) if open && self.wall_clocks[1].is_none() => {
                self.wall_clocks[1] = self.wall_clocks[0].map(|w| w + TimeDelta::minutes(by));
                self.event(1, VisitEventType::Booked, true, false);
            }
            Happening::Cancel(n) if known(self, n) => self.event(n, VisitEventType::Canceled, false, false),
            Happening::NoShow(n) if known(self, n) => self.event(n, VisitEventType::NoShowed, false, false),
            Happening::Confirm(n) if known(self, n) => self.event(n, VisitEventType::Confirmed, false, true),
            Happening::Elsewhere(n) if known(self, n) => self.event(n, VisitEventType::Modified, false, false),
            Happening::Move(n, by) if known(self, n) => {
                self.wall_clocks[n] = self.wall_clocks[n].map(|w| w + TimeDelta::minutes(by));
                self.event(n, VisitEventType::Rescheduled, true, false);
            }
            Happening::Stop if open => self.reply("STOP", true),
            Happening::Start if open => self.reply("START", false),
            Happening::Pause(m) if open => {
                self.paused_until = Some(self.now + TimeDelta::minutes(m));
                self.patient();
            }
            Happening::Zone(z) if open => {
                self.zone = Some(z);
                self.patient();
            }
            Happening::Settings(r) if open => {
                self.change(settings(&r));
                self.story.rules.push((self.now, r));
            }
            Happening::Close(m) if open => {
                self.engine = None;
                self.closed_until = Some(self.now + TimeDelta::minutes(m));
                self.story.open.push((self.now, false));
            }
            _ => {}
        }
    }

    fn reply(&mut self, body: &str, out: bool) {
        self.events += 1;
        let text = InboundText {
            sid: format!("SM{:032}", self.events),
            from: PHONE.into(),
            to: "+12025550100".into(),
            body: body.into(),
            opt_out_type: None,
            at: Some(self.now),
        };
        self.out = out;
        self.take(Incoming::Body { source: Source::TwilioInbound, body: Vec::new(), found: accept::Found::Reply(text) });
        self.reachable();
    }

    /// Plays it all, to a day after the last visit.
    pub fn live(&mut self) {
        let booked = self.booked;
        let mut happens = self.life.happens.clone().into_iter().map(|(m, h)| (booked + TimeDelta::minutes(m), h)).peekable();
        self.rest();
        loop {
            let last = self.story.visits.iter().map(|v| v.instant).max().unwrap_or(self.booked);
            let wake = self.engine.as_ref().and_then(Engine::next_wake);
            let next = [happens.peek().map(|(at, _)| *at), wake, self.closed_until].into_iter().flatten().min();
            let Some(next) = next.filter(|n| *n <= last + TimeDelta::days(1)) else {
                self.story.until = Some(last);
                return;
            };
            self.now = next.max(self.now);
            if self.closed_until.is_some_and(|u| u <= self.now) {
                self.closed_until = None;
                let ledger = Ledger::open(&self.folder.path().join("desk.db"), &key(), Durability::Off).expect("the ledger");
                self.engine = Some(Engine::open(ledger, self.now, "ward", [7; 32]).expect("an engine"));
                self.story.open.push((self.now, true));
                self.take(Incoming::Direct(Input::Started));
            }
            while let Some((_, h)) = happens.next_if(|(at, _)| *at <= self.now) {
                self.happen(h);
                self.rest();
            }
            self.rest();
        }
    }

    /// Lets all that is due now happen.
    fn rest(&mut self) {
        for _ in 0..1000 {
            self.take(Incoming::Direct(Input::Tick));
            let now = self.now;
            let Some(engine) = self.engine.as_mut() else { return };
            let claimed = engine.claim_due(now).expect("a turn");
            let idle = claimed.is_empty();
            for f in claimed {
                let delivery = self.deliver(&f);
                if let Some(engine) = self.engine.as_mut() {
                    engine.attempt_over(&f);
                }
                self.take(Incoming::Settled { effect: f.id, delivery });
            }
            if idle && self.engine.as_ref().and_then(Engine::next_wake).is_none_or(|w| w > now) {
                return;
            }
        }
        panic!("it does not come to rest at {}", self.now);
    }

    fn deliver(&mut self, f: &Effect) -> Delivery {
        let receipt = |at| Receipt { reference: format!("SM{:032}", f.id), taken_at: Some(at), found_by_looking: false, status: None };
        let (Vendor::Twilio, Act::Text(text)) = (f.vendor, &f.act) else { return Delivery::Delivered(receipt(self.now)) };
        let unknown = matches!(f.state, EffectState::Unknown { .. });
        let ill = match &self.twilio {
            Twilio::Well => None,
            Twilio::Ill(spans) => spans
                .iter()
                .find(|(from, long, _)| {
                    let from = self.booked + TimeDelta::minutes(*from);
                    (from..from + TimeDelta::minutes(*long)).contains(&self.now)
                })
                .map(|(_, _, takes)| *takes),
        };
        let problem = |kind| Problem { kind, http_status: None, code: None, said: "ill".into() };
        let taken = self.story.texts.iter().find(|t| {
            unknown
                && f.about.appointment_id.as_deref().map(number) == Some(t.appointment)
                && t.purpose == text.purpose
                && t.at >= f.owed_at
        });
        match (ill, unknown) {
            // The look-up gets no answer either.
            (Some(_), true) => return Delivery::Unknown(problem(ProblemKind::NoAnswer)),
            (Some(false), false) => return Delivery::RetryLater { problem: problem(ProblemKind::Down), after_seconds: None },
            // Looked for: there.
            (None, true) if taken.is_some() => return Delivery::Delivered(receipt(taken.map_or(self.now, |t| t.at))),
            // Looked for, not there, and too late to send again.
            (None, true) if f.give_up_at.is_some_and(|g| self.now >= g) => return Delivery::Rejected(problem(ProblemKind::NoAnswer)),
            _ => {}
        }
        if let Some(id) = &f.about.appointment_id {
            self.story.texts.push(Left { at: self.now, appointment: number(id), purpose: text.purpose });
        }
        match ill {
            Some(_) => Delivery::Unknown(problem(ProblemKind::NoAnswer)),
            None => Delivery::Delivered(receipt(self.now)),
        }
    }
}

fn number(appointment_id: &str) -> usize {
    appointment_id.trim_start_matches('A').parse().unwrap_or(0)
}

fn instant(wall: NaiveDateTime, offset_minutes: i32) -> At {
    (wall - TimeDelta::minutes(i64::from(offset_minutes))).and_utc()
}
