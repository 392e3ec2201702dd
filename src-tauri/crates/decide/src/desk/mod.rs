//! The desk: everything that is open now, and the record of one turn.
//!
//! Held in memory, rebuilt from the ledger. A turn takes one input and the time, changes the desk and
//! returns what must be stored, what was said on the trail and what a person must hear.

pub mod ahead;
mod aside;
mod lanes;
mod record;

pub use ahead::{PlannedTo, TextEnd, TextEnding};
pub use aside::{Aside, Duty, Place};
pub use lanes::Lanes;
pub use record::{Alarm, Answer, Outcome, Whose};

use crate::input::RowId;
use crate::outbox::{Act, Effect, EffectState, Priority, Vendor};
use crate::rows::Quarantined;
use crate::trail::{Entry, Line};
use crate::{At, Clock, ClockKind, Downtime, Episode, Mrn, Patient, PatientRef, Phone, Settings, Task, Vital};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// How long closed episodes stay in memory: the repeat window and late answers look at them.
const CLOSED_KEPT_HOURS: f64 = 48.0;

/// What is known of who is on call.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OnCall {
    /// None: the look-up has not worked ("unknown" is not "nobody").
    pub names: Option<Vec<String>>,
    pub checked_at: Option<At>,
}

/// An act that can be taken back for some seconds.
#[derive(Debug, Clone)]
pub(crate) struct Undoable {
    pub until: At,
    pub who: String,
    pub before: Before,
    /// Effects that the act owes and that have not left.
    pub effects: Vec<u64>,
    /// The row must be as the act left it.
    pub revision: u64,
}

/// A row as it was.
#[derive(Debug, Clone)]
pub(crate) enum Before {
    Episode(Box<Episode>),
    Task(Box<Task>),
    /// A message as it was, and as the act left it.
    Message {
        before: Box<Effect>,
        after: Box<Effect>,
    },
}

/// Everything that is open now.
pub struct Desk {
    pub settings: Settings,
    pub patients: HashMap<Mrn, Patient>,
    /// Grows with every change of a patient.
    pub patients_changed: u64,
    pub staff: BTreeMap<u64, crate::staff::Staff>,
    pub opted_out: HashSet<Phone>,
    pub episodes: BTreeMap<u64, Episode>,
    pub tasks: BTreeMap<u64, Task>,
    pub effects: BTreeMap<u64, Effect>,
    pub quarantine: BTreeMap<u64, Quarantined>,
    /// Check-ins that nobody ended.
    pub check_ins: BTreeMap<u64, crate::CheckIn>,
    /// Vendors set up on screen, and the tests of any.
    pub connections: BTreeMap<Vendor, crate::connections::Connection>,
    pub on_call: OnCall,
    pub freshest_reading_at: Option<At>,
    /// What is wrong with a vendor now: one alarm per vendor and cause.
    pub trouble: HashMap<Vendor, crate::outbox::ProblemKind>,
    /// When this process began: waits that ran out before it are looked at once.
    pub started_at: At,
    pub lanes: Lanes,
    /// Maintenance that was announced and is not over, and stops of sending.
    pub downtimes: BTreeMap<u64, Downtime>,
    /// The alarm of each target that is stuck.
    pub(crate) stuck_tasks: HashMap<Vendor, u64>,
    /// The console's own watch.
    pub watch: crate::watch::Watch,
    /// Names this workspace in dedup keys and markers.
    pub workspace: String,
    /// Keys the case ids.
    pub case_key: [u8; 32],
    by_fhir_id: HashMap<String, Mrn>,
    by_phone: HashMap<Phone, BTreeSet<Mrn>>,
    open: HashMap<(Mrn, Vital), u64>,
    last_closed: HashMap<(Mrn, Vital), u64>,
    clocks: BTreeSet<(At, RowId, ClockKind)>,
    indexed: HashMap<RowId, Vec<Clock>>,
    shapes: HashSet<u64>,
    /// When each live visit wants to be looked at: all that is held of it in memory.
    pub ahead: ahead::Ahead,
    pub(crate) pulls: crate::visits::Pulls,
    pub sweep: crate::sweep::Sweep,
    /// What it is on.
    pub place: Place,
    aside: Aside,
    pub shadow: crate::shadow::Shadow,
    revisions: HashMap<RowId, u64>,
    undo: HashMap<u64, Undoable>,
    next_id: u64,
    pub(crate) out: Outcome,
}

/// What the ledger holds of the desk.
#[derive(Debug, Default)]
pub struct Stored {
    pub settings: serde_json::Map<String, serde_json::Value>,
    pub patients: Vec<Patient>,
    pub staff: Vec<crate::staff::Staff>,
    pub opted_out: Vec<Phone>,
    pub episodes: Vec<Episode>,
    pub tasks: Vec<Task>,
    pub effects: Vec<Effect>,
    pub quarantine: Vec<Quarantined>,
    /// Those that are not over.
    pub downtimes: Vec<Downtime>,
    /// Check-ins that nobody ended.
    pub check_ins: Vec<crate::CheckIn>,
    pub connections: Vec<crate::connections::Connection>,
    pub judgements: Vec<crate::shadow::Judgement>,
    pub gate: Option<crate::shadow::Gate>,
    /// Live visits and when each wants to be looked at.
    pub visits: Vec<(u64, At)>,
    /// When the last whole sweep of the chart began.
    pub swept_from: Option<At>,
    /// How far planning the visits again had come, if a change of settings is not through yet.
    pub planned_to: Option<PlannedTo>,
    /// Hashes of known payload shapes.
    pub shapes: Vec<u64>,
    pub next_id: u64,
    pub freshest_reading_at: Option<At>,
    /// What the watch remembers, by key.
    pub watch: Vec<(String, serde_json::Value)>,
}

impl Desk {
    /// Sets the desk up again from what is stored. A request that was on its way when the power went is `Unknown` now.
    pub fn load(stored: Stored, started_at: At, workspace: String, case_key: [u8; 32]) -> Desk {
        let settings = settings_from(stored.settings);
        let watch = crate::watch::Watch::load(stored.watch, &settings, started_at);
        let mut desk = Desk {
            settings,
            patients: HashMap::new(),
            patients_changed: 0,
            staff: stored.staff.into_iter().map(|s| (s.id, s)).collect(),
            opted_out: stored.opted_out.into_iter().collect(),
            episodes: BTreeMap::new(),
            tasks: BTreeMap::new(),
            effects: BTreeMap::new(),
            quarantine: stored.quarantine.into_iter().map(|q| (q.id, q)).collect(),
            check_ins: stored.check_ins.into_iter().map(|c| (c.id, c)).collect(),
            connections: stored.connections.into_iter().map(|c| (c.vendor, c)).collect(),
            on_call: OnCall::default(),
            freshest_reading_at: stored.freshest_reading_at,
            trouble: HashMap::new(),
            started_at,
            lanes: Lanes::default(),
            downtimes: stored.downtimes.into_iter().map(|d| (d.id, d)).collect(),
            stuck_tasks: stored.tasks.iter().filter_map(|t| t.stuck.map(|s| (s.vendor, t.id))).collect(),
            watch,
            workspace,
            case_key,
            by_fhir_id: HashMap::new(),
            by_phone: HashMap::new(),
            open: HashMap::new(),
            last_closed: HashMap::new(),
            clocks: BTreeSet::new(),
            indexed: HashMap::new(),
            shapes: stored.shapes.into_iter().collect(),
            ahead: ahead::Ahead::load(stored.visits, stored.planned_to, started_at),
            pulls: crate::visits::Pulls::default(),
            sweep: crate::sweep::Sweep::load(stored.swept_from),
            place: Place::default(),
            aside: Aside::default(),
            shadow: crate::shadow::Shadow::load(stored.judgements, stored.gate),
            revisions: HashMap::new(),
            undo: HashMap::new(),
            next_id: stored.next_id.max(1),
            out: Outcome::default(),
        };
        for p in stored.patients {
            desk.index_patient(p);
        }
        for mut e in stored.episodes {
            if crate::planted::on(crate::planted::Fault::ReplyClockRestarted) {
                let wait = crate::minutes(desk.settings.reply_wait_minutes);
                e.clocks.iter_mut().filter(|c| c.kind == ClockKind::ReplyWait).for_each(|c| c.due = started_at + wait);
                e.question.iter_mut().filter_map(|q| q.wait_due.as_mut()).for_each(|due| *due = started_at + wait);
            }
            desk.put_episode(e);
        }
        for t in stored.tasks {
            desk.put_task(t);
        }
        for mut f in stored.effects {
            if let EffectState::Sending { since } = f.state {
                f.state = EffectState::Unknown { since };
                if crate::planted::on(crate::planted::Fault::UnknownLost) {
                    f.state = EffectState::Owed;
                }
                f.next_try = started_at;
            }
            desk.lanes.put(&f);
            desk.ahead.follow(&f);
            desk.effects.insert(f.id, f);
        }
        desk.set_shut(started_at);
        desk.out = Outcome::default();
        desk
    }

    /// Takes the record of the turn.
    pub(crate) fn finish(&mut self, now: At) -> Outcome {
        self.hear(now);
        let check_in = |f: &&Effect| f.priority == Priority::CheckIn && matches!(f.act, Act::Text(_)) && !f.outstanding();
        let over: Vec<Effect> = self.out.dirty_effects.iter().filter_map(|id| self.effects.get(id)).filter(check_in).cloned().collect();
        for f in over {
            self.check_in_text_over(now, &f);
        }
        let mut out = std::mem::take(&mut self.out);
        for id in std::mem::take(&mut out.dirty_effects) {
            if let Some(f) = self.effects.get(&id) {
                out.rows.push(crate::rows::Row::Effect(Box::new(f.clone())));
                if !f.outstanding() {
                    self.effects.remove(&id);
                }
            }
        }
        for row in out.touched.clone() {
            match row {
                RowId::Episode(id) => {
                    if let Some(e) = self.episodes.get(&id) {
                        out.rows.push(crate::rows::Row::Episode(Box::new(e.clone())));
                    }
                }
                RowId::Task(id) => {
                    if let Some(t) = self.tasks.get(&id) {
                        out.rows.push(crate::rows::Row::Task(Box::new(t.clone())));
                        if t.closed.is_some() {
                            self.forget_task(id);
                        }
                    }
                }
            }
        }
        self.undo.retain(|_, u| u.until > now);
        out
    }

    // ---- ids -------------------------------------------------------------------------------------

    pub(crate) fn new_id(&mut self) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        id
    }

    /// The case id of a patient.
    pub fn case_id(&self, mrn: &Mrn) -> String {
        crate::narrate::case_id(&self.case_key, mrn)
    }

    // ---- patients --------------------------------------------------------------------------------

    pub(crate) fn index_patient(&mut self, p: Patient) {
        self.patients_changed += 1;
        if let Some(old) = self.patients.get(&p.mrn) {
            if let Some(f) = &old.fhir_id {
                self.by_fhir_id.remove(f);
            }
            if let Some(ph) = old.phone.clone() {
                if let Some(set) = self.by_phone.get_mut(&ph) {
                    set.remove(&p.mrn);
                }
            }
        }
        if let Some(f) = &p.fhir_id {
            self.by_fhir_id.insert(f.clone(), p.mrn.clone());
        }
        if let Some(ph) = &p.phone {
            self.by_phone.entry(ph.clone()).or_default().insert(p.mrn.clone());
        }
        self.patients.insert(p.mrn.clone(), p);
    }

    /// The patient a resource means: MRN first, then the chart's id (behaviour.md 1.1).
    pub fn find_patient(&self, r: &PatientRef) -> Option<Mrn> {
        if let Some(mrn) = &r.mrn {
            if self.patients.contains_key(mrn) {
                return Some(mrn.clone());
            }
        }
        r.fhir_id.as_ref().and_then(|f| self.by_fhir_id.get(f).cloned())
    }

    /// The patients who share a number.
    pub fn people_at(&self, phone: &Phone) -> Vec<Mrn> {
        self.by_phone.get(phone).map(|s| s.iter().cloned().collect()).unwrap_or_default()
    }

    // ---- episodes and tasks ----------------------------------------------------------------------

    /// The open episode of a vital.
    pub fn open_episode(&self, mrn: &Mrn, vital: Vital) -> Option<&Episode> {
        self.open.get(&(mrn.clone(), vital)).and_then(|id| self.episodes.get(id))
    }

    /// The most recently closed episode of a vital, while it is remembered.
    pub fn closed_episode(&self, mrn: &Mrn, vital: Vital) -> Option<&Episode> {
        self.last_closed.get(&(mrn.clone(), vital)).and_then(|id| self.episodes.get(id))
    }

    /// Whether any episode is open.
    pub fn anything_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Open episodes of a patient.
    pub fn open_episodes(&self, mrn: &Mrn) -> Vec<u64> {
        self.open.iter().filter(|((m, _), _)| m == mrn).map(|(_, id)| *id).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Works on an episode; afterwards it is stored and its clocks are set.
    pub(crate) fn with_episode<R>(&mut self, id: u64, f: impl FnOnce(&mut Desk, &mut Episode) -> R) -> Option<R> {
        let mut e = self.episodes.remove(&id)?;
        let r = f(self, &mut e);
        self.put_episode(e);
        Some(r)
    }

    pub(crate) fn put_episode(&mut self, e: Episode) {
        let row = RowId::Episode(e.id);
        let key = (e.mrn.clone(), e.vital);
        if e.is_open() {
            self.open.insert(key, e.id);
        } else {
            if self.open.get(&key) == Some(&e.id) {
                self.open.remove(&key);
            }
            self.last_closed.insert(key, e.id);
        }
        self.set_clocks(row, e.clocks.clone());
        self.touch(row);
        self.episodes.insert(e.id, e);
    }

    /// Works on a task.
    pub(crate) fn with_task<R>(&mut self, id: u64, f: impl FnOnce(&mut Desk, &mut Task) -> R) -> Option<R> {
        let mut t = self.tasks.remove(&id)?;
        let r = f(self, &mut t);
        self.put_task(t);
        Some(r)
    }

    pub(crate) fn put_task(&mut self, t: Task) {
        let row = RowId::Task(t.id);
        self.set_clocks(row, t.clocks.clone());
        self.touch(row);
        self.tasks.insert(t.id, t);
    }

    pub(crate) fn forget_task(&mut self, id: u64) {
        self.set_clocks(RowId::Task(id), Vec::new());
        self.tasks.remove(&id);
        self.revisions.remove(&RowId::Task(id));
    }

    /// Forgets closed episodes that nothing looks at any more.
    pub(crate) fn forget_old(&mut self, now: At) {
        let limit = now - crate::hours(CLOSED_KEPT_HOURS);
        let old: Vec<u64> = self
            .episodes
            .values()
            .filter(|e| e.closed.as_ref().is_some_and(|c| c.at < limit) && !crate::writeback::unfinished(e))
            .map(|e| e.id)
            .collect();
        for id in old {
            self.set_clocks(RowId::Episode(id), Vec::new());
            if let Some(e) = self.episodes.remove(&id) {
                let key = (e.mrn, e.vital);
                if self.last_closed.get(&key) == Some(&id) {
                    self.last_closed.remove(&key);
                }
            }
            self.revisions.remove(&RowId::Episode(id));
        }
    }

    fn touch(&mut self, row: RowId) {
        *self.revisions.entry(row).or_default() += 1;
        self.out.touched.insert(row);
    }

    pub(crate) fn revision(&self, row: RowId) -> u64 {
        self.revisions.get(&row).copied().unwrap_or(0)
    }

    pub(crate) fn undoables(&mut self) -> &mut HashMap<u64, Undoable> {
        &mut self.undo
    }

    // ---- clocks ----------------------------------------------------------------------------------

    fn set_clocks(&mut self, row: RowId, clocks: Vec<Clock>) {
        for c in self.indexed.remove(&row).unwrap_or_default() {
            self.clocks.remove(&(c.due, row, c.kind));
        }
        if !clocks.is_empty() {
            for c in &clocks {
                self.clocks.insert((c.due, row, c.kind));
            }
            self.indexed.insert(row, clocks);
        }
    }

    /// Every clock that is due at `now`, in order.
    pub(crate) fn clocks_due(&self, now: At) -> Vec<(At, RowId, ClockKind)> {
        self.clocks.iter().copied().take_while(|(due, _, _)| *due <= now).collect()
    }

    /// The number that the next row or effect will have.
    pub(crate) fn next_number(&self) -> u64 {
        self.next_id
    }

    /// When the first clock of a row is due. Unlike the watch's own rounds, which begin anew, it survives a power cut.
    pub fn next_clock(&self) -> Option<At> {
        self.clocks.first().map(|(due, _, _)| *due)
    }

    /// How many clocks run.
    pub fn clocks_running(&self) -> usize {
        self.clocks.len()
    }

    // ---- effects ---------------------------------------------------------------------------------

    /// Owes an effect. In shadow it is only recorded.
    pub(crate) fn owe(&mut self, now: At, new: Owed) -> u64 {
        let id = self.new_id();
        self.owe_as(id, now, new);
        id
    }

    /// The same under a number of its own.
    pub(crate) fn owe_as(&mut self, id: u64, now: At, new: Owed) {
        let effect = Effect {
            id,
            vendor: new.vendor,
            act: new.act,
            about: new.about,
            priority: new.priority,
            state: if new.shadow { EffectState::WouldSend { at: now } } else { EffectState::Owed },
            owed_at: now,
            next_try: new.not_before.unwrap_or(now),
            give_up_at: new.give_up_at,
            attempts: 0,
            first_failed_at: None,
            not_ours: Vec::new(),
            problem: None,
        };
        self.out.owed.push(id);
        self.change_effect(effect);
    }

    /// Stores an effect and moves it in its lane.
    pub(crate) fn change_effect(&mut self, effect: Effect) {
        self.out.dirty_effects.insert(effect.id);
        self.lanes.put(&effect);
        self.out.text_ends.extend(self.ahead.follow(&effect));
        self.effects.insert(effect.id, effect);
    }

    /// Takes an effect for sending: the row says so before the request leaves. Returns it as it was.
    pub fn claim(&mut self, now: At, id: u64) -> Option<Effect> {
        let before = self.effects.get(&id).cloned()?;
        if crate::planted::on(crate::planted::Fault::LeaseDropped) {
            return Some(before);
        }
        let mut f = before.clone();
        f.state = EffectState::Sending { since: now };
        self.change_effect(f);
        Some(before)
    }

    /// What claims leave to be stored.
    pub fn claimed(&mut self, now: At) -> Outcome {
        self.finish(now)
    }

    /// Withdraws an effect that has not left; true if it could be.
    pub(crate) fn withdraw_effect(&mut self, now: At, id: u64, why: &str) -> bool {
        let Some(mut f) = self.effects.get(&id).cloned() else { return false };
        if matches!(f.state, EffectState::Unknown { .. } | EffectState::Sending { .. }) && f.act.texts().is_some() {
            // It may have left: looked for if its answer does not come, and not sent again.
            f.give_up_at = Some(now);
            self.change_effect(f);
            return false;
        }
        if !matches!(f.state, EffectState::Owed | EffectState::Blocked | EffectState::Parked { .. }) {
            return false;
        }
        f.state = EffectState::Withdrawn { at: now, why: why.into() };
        self.change_effect(f);
        true
    }

    // ---- shapes ----------------------------------------------------------------------------------

    /// Remembers a payload shape; true if it is new to its source and not the source's first.
    pub(crate) fn new_shape(&mut self, hash: u64) -> bool {
        self.shapes.insert(hash)
    }

    // ---- the trail -------------------------------------------------------------------------------

    pub(crate) fn say(&mut self, at: At, episode: Option<u64>, by: Option<&str>, line: Line) {
        self.out.entries.push(Entry { at, episode, by: by.map(String::from), line });
    }

    /// Puts something before staff, on the trail.
    pub(crate) fn attention(
        &mut self,
        at: At,
        reason: &str,
        about: (&Mrn, Option<Vital>),
        episode: Option<u64>,
        detail: impl Into<String>,
    ) {
        self.say(
            at,
            episode,
            None,
            Line::Attention {
                reason: reason.into(),
                mrn: Some(about.0.clone()),
                vital: about.1,
                appointment_id: None,
                detail: detail.into(),
            },
        );
    }
}

/// Settings as stored; one that is not understood any more takes its default and spoils no other.
fn settings_from(stored: serde_json::Map<String, serde_json::Value>) -> Settings {
    let mut settings = Settings::default();
    for (name, value) in stored {
        let mut all = serde_json::to_value(&settings).unwrap_or_default();
        if let Some(map) = all.as_object_mut() {
            map.insert(name, value);
        }
        if let Ok(new) = serde_json::from_value(all) {
            settings = new;
        }
    }
    settings
}

/// An effect to be owed.
pub(crate) struct Owed {
    pub vendor: Vendor,
    pub act: Act,
    pub about: crate::outbox::About,
    pub priority: Priority,
    pub shadow: bool,
    pub not_before: Option<At>,
    pub give_up_at: Option<At>,
}

/// Sets or moves the clock of a kind.
pub(crate) fn set_clock(clocks: &mut Vec<Clock>, kind: ClockKind, due: At) {
    clear_clock(clocks, kind);
    clocks.push(Clock { kind, due });
}

/// Stops the clock of a kind.
pub(crate) fn clear_clock(clocks: &mut Vec<Clock>, kind: ClockKind) {
    clocks.retain(|c| c.kind != kind);
}

/// Whether a clock of that kind runs.
pub(crate) fn has_clock(clocks: &[Clock], kind: ClockKind) -> bool {
    clocks.iter().any(|c| c.kind == kind)
}
