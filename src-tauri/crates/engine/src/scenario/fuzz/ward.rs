//! The ward as an onlooker knows it: patients, rules in force, who is whose episode, and what the run left in its ledger.

use super::wall;
use super::weather::Weather;
use crate::scenario::chronicle::{Seen, What};
use crate::scenario::file::{PatientRow, Scenario, StepAct};
use crate::scenario::Store;
use decide::outbox::Effect;
use decide::trail::{Entry, Line};
use decide::{At, Bounds, Episode, PatientStatus, Vital};
use jiff::tz::TimeZone;
use ledger::LedgerError;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A promise that was not kept.
#[derive(Debug, Clone)]
pub struct Broken {
    /// The promise in a few words; a shrunk timeline breaks the same one.
    pub promise: &'static str,
    /// What happened, in plain words.
    pub words: String,
    /// Expectations of a scenario file that hold once it is kept.
    pub expect: Vec<Value>,
    pub expect_none: Vec<Value>,
}

/// What the run left.
pub struct Left {
    pub effects: HashMap<u64, Effect>,
    pub outstanding: Vec<Effect>,
    pub episodes: HashMap<u64, Episode>,
    pub raws: Vec<Vec<u8>>,
    pub trail: Vec<Entry>,
    /// Why the audit chain is not whole.
    pub chain: Option<String>,
}

impl Left {
    /// Reads what a run left.
    pub fn read(store: &Store, seen: &[Seen]) -> Result<Left, LedgerError> {
        let ledger = store.open()?;
        let reader = ledger.reader()?;
        let outstanding = ledger.load()?.effects;
        let mut effects = HashMap::new();
        let mut ids: BTreeSet<u64> = outstanding.iter().map(|f| f.id).collect();
        let mut episode_ids: BTreeSet<u64> = BTreeSet::new();
        for s in seen {
            match &s.what {
                What::Asked(a) => ids.extend(a.effect),
                What::Line(entry) => episode_ids.extend(entry.episode),
                _ => {}
            }
        }
        for id in ids {
            if let Some(f) = reader.effect(id)? {
                effects.insert(id, f);
            }
        }
        let mut episodes = HashMap::new();
        for id in episode_ids {
            if let Some(e) = reader.episode(id)? {
                episodes.insert(id, e);
            }
        }
        let counts = reader.counts()?;
        let mut raws = Vec::new();
        for id in 1..=counts.raw_bodies {
            raws.extend(reader.raw(id)?.map(|r| r.body));
        }
        let trail = reader.trail_since(0, usize::MAX >> 1)?.into_iter().map(|f| f.entry).collect();
        let verified = ledger.verify()?;
        let chain = verified.first_broken.map(|b| format!("line {}: {}", b.seq, b.why));
        Ok(Left { effects, outstanding, episodes, raws, trail, chain })
    }
}

/// A patient as an onlooker knows them.
#[derive(Debug, Clone)]
pub struct Known {
    pub phone: Option<String>,
    pub zone: Option<String>,
    pub status: PatientStatus,
    pub bounds: Bounds,
    /// The status changed during the run: what was under way is judged leniently.
    pub changed: bool,
}

/// The rules in force that the promises speak of.
#[derive(Debug, Clone)]
pub struct Rules {
    pub shadow: bool,
    pub reply_wait_seconds: f64,
    pub debounce_seconds: f64,
    /// Minutes of the day.
    pub quiet: (i64, i64),
    pub hold: bool,
    pub window: (i64, i64),
    /// Minutes before the visit; 0 = off.
    pub first: i64,
    pub second: i64,
    /// How often they were changed.
    pub version: u32,
}

impl Rules {
    fn usual() -> Rules {
        Rules {
            shadow: false,
            reply_wait_seconds: 900.0,
            debounce_seconds: 90.0,
            quiet: (wall::hhmm("2100"), wall::hhmm("0800")),
            hold: true,
            window: (0, 1440),
            first: 48 * 60,
            second: 24 * 60,
            version: 0,
        }
    }

    fn set(&mut self, name: &str, value: &Value) {
        let words = value.as_str().unwrap_or_default();
        let number = value.as_f64().unwrap_or_default();
        match name {
            "mode" => self.shadow = words == "shadow",
            "reply_wait_minutes" => self.reply_wait_seconds = number * 60.0,
            "debounce_seconds" => self.debounce_seconds = number,
            "quiet_hours_start" => self.quiet.0 = wall::hhmm(words),
            "quiet_hours_finish" => self.quiet.1 = wall::hhmm(words),
            "after_hours_policy" => self.hold = words == "hold",
            "reminder_outreach_start" => self.window.0 = wall::hhmm(words),
            "reminder_outreach_finish" => self.window.1 = wall::hhmm(words),
            "reminder_first_timing" => self.first = wall::hhmm(words),
            "reminder_second_timing" => self.second = wall::hhmm(words),
            _ => return,
        }
        self.version += 1;
    }
}

/// Everything an onlooker knows at a moment.
pub struct Ward<'a> {
    pub scenario: &'a Scenario,
    pub weather: Weather,
    pub left: Left,
    pub patients: BTreeMap<String, Known>,
    pub rules: Rules,
    /// The running step, while its first commit has not been seen.
    pub step: Option<usize>,
    /// Numbers that have said STOP and not START since.
    pub out: BTreeSet<String>,
    pub episodes: HashMap<u64, (String, Vital)>,
}

impl<'a> Ward<'a> {
    /// At the start of the run.
    pub fn new(scenario: &'a Scenario, weather: Weather, left: Left) -> Ward<'a> {
        let mut rules = Rules::usual();
        for (name, value) in &scenario.settings {
            rules.set(name, value);
        }
        rules.version = 0;
        let mut ward =
            Ward { scenario, weather, left, patients: BTreeMap::new(), rules, step: None, out: BTreeSet::new(), episodes: HashMap::new() };
        for row in &scenario.patients {
            ward.enrol(row);
        }
        ward
    }

    fn enrol(&mut self, row: &PatientRow) {
        let phone = row.phone.clone().filter(|_| !row.no_mobile);
        if let (true, Some(phone)) = (row.opted_out, &phone) {
            self.out.insert(phone.clone());
        }
        let known = Known {
            phone,
            zone: row.time_zone.clone().filter(|z| wall::zone(z).is_some()),
            status: row.status,
            bounds: row.bounds,
            changed: false,
        };
        self.patients.insert(row.mrn.clone(), known);
    }

    /// Takes in what was seen, before any promise looks at it.
    pub fn see(&mut self, s: &Seen) {
        match &s.what {
            What::Step(i) => self.step = Some(*i),
            What::Kept => self.kept(),
            What::Line(entry) => self.heard(entry),
            What::Brought { .. } => self.step = None,
            _ => {}
        }
    }

    /// What a running step changed is in force once it is committed.
    fn kept(&mut self) {
        let Some(step) = self.step.map(|i| &self.scenario.timeline[i].act) else { return };
        match step {
            StepAct::Settings(s) => {
                for (name, value) in &s.settings {
                    self.rules.set(name, value);
                }
            }
            StepAct::Bounds(b) => {
                let cells: Option<Bounds> = serde_json::from_value(Value::Object(b.cells.clone())).ok();
                if let (Some(p), Some(cells)) = (self.patients.get_mut(&b.mrn), cells) {
                    p.bounds = cells.or(&p.bounds);
                }
            }
            StepAct::Patient(p) => {
                let status = p.fields.get("status").and_then(|s| serde_json::from_value(s.clone()).ok());
                if let (Some(known), Some(status)) = (self.patients.get_mut(&p.mrn), status) {
                    known.status = status;
                    known.changed = true;
                }
            }
            _ => return,
        }
        self.step = None;
    }

    fn heard(&mut self, entry: &Entry) {
        match &entry.line {
            Line::Episode { mrn, vital, .. } => {
                if let Some(id) = entry.episode {
                    self.episodes.insert(id, (mrn.expose().to_string(), *vital));
                }
            }
            Line::Reply { from, body, .. } => {
                let said = plain(body);
                if stops(&said) {
                    self.out.insert(from.expose().to_string());
                } else if matches!(said.as_str(), "start" | "unstop" | "yes") {
                    self.out.remove(from.expose());
                }
            }
            _ => {}
        }
    }

    /// The patients of a number.
    pub fn people(&self, phone: &str) -> Vec<&str> {
        self.patients.iter().filter(|(_, p)| p.phone.as_deref() == Some(phone)).map(|(mrn, _)| mrn.as_str()).collect()
    }

    /// The wall clock of a patient: their own, else the clinic's.
    pub fn zone(&self, mrn: &str) -> TimeZone {
        let own = self.patients.get(mrn).and_then(|p| p.zone.as_deref()).and_then(wall::zone);
        own.or_else(|| wall::zone("America/New_York")).unwrap_or(TimeZone::UTC)
    }

    /// Whether it is quiet by a wall clock.
    pub fn quiet(&self, zone: &TimeZone, clock: At) -> bool {
        let (_, minute) = wall::local(zone, clock);
        self.rules.quiet.0 != self.rules.quiet.1 && wall::inside(minute, self.rules.quiet.0, self.rules.quiet.1)
    }
}

/// Words without case, accents, signs and double spaces.
pub fn plain(text: &str) -> String {
    let bare: String = text
        .to_lowercase()
        .chars()
        .map(|c| match c {
            'í' => 'i',
            'é' => 'e',
            'á' => 'a',
            'ó' => 'o',
            'ú' => 'u',
            c if c.is_alphanumeric() => c,
            '\'' | '\u{2019}' => '\0',
            _ => ' ',
        })
        .filter(|c| *c != '\0')
        .collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// STOP and its kin (contracts.md 3.5).
pub fn stops(plain: &str) -> bool {
    matches!(plain, "stop" | "stopall" | "unsubscribe" | "end" | "quit" | "cancel" | "revoke" | "optout")
}

/// YES, in its long forms.
pub fn says_yes(plain: &str) -> bool {
    matches!(plain, "yes" | "y" | "yeah" | "si")
}

/// NO, in its long forms.
pub fn says_no(plain: &str) -> bool {
    matches!(plain, "no" | "n" | "nope")
}

/// Danger words of a made-up day.
pub fn danger(plain: &str) -> bool {
    plain.contains("chest pain") || plain.contains("cant breathe")
}
