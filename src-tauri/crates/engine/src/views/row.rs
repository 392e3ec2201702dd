//! One row of the Worklist, from what the desk holds of it.

use super::standing::{self, Group};
use super::words::short_name;
use super::{headline, lamps, next, value};
use decide::desk::Desk;
use decide::input::RowId;
use decide::{At, Bounds, Consent, Episode, Held, Mrn, Patient, PatientStatus, Task};
use wire::{Band, Holder, Language, PatientBrief, ShelfView, TrendPoint, WorklistRow};

/// What a row needs to know of its patient.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Facts {
    pub brief: PatientBrief,
    /// "Ann L.", per language for those without a name.
    pub short: [String; 2],
    pub limits: Bounds,
    pub textable: bool,
}

/// One row's matter, copied from the desk so that its lock is held for a moment only.
#[derive(Debug, Clone)]
pub(crate) enum Matter {
    Episode { e: Box<Episode>, facts: Box<Facts>, retry_at: Option<At>, judged: Option<decide::shadow::Opinion> },
    Task { t: Box<Task>, facts: Option<Box<Facts>> },
}

/// Settings that decide how rows look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Targets {
    pub ack_minutes: f64,
    pub review_minutes: f64,
}

impl Targets {
    /// As the desk has them now.
    pub fn of(desk: &Desk) -> Self {
        Self { ack_minutes: desk.settings.ack_target_minutes, review_minutes: desk.settings.review_target_minutes }
    }
}

/// A patient as lists show them.
pub(crate) fn brief(desk: &Desk, p: &Patient) -> PatientBrief {
    PatientBrief { mrn: p.mrn.expose().into(), name: p.listed_name(), birth_date: p.birth_date.clone(), case_id: desk.case_id(&p.mrn) }
}

/// The brief of a patient by number; one who is not enrolled has a number only.
pub(crate) fn brief_of(desk: &Desk, mrn: &Mrn) -> PatientBrief {
    match desk.patients.get(mrn) {
        Some(p) => brief(desk, p),
        None => brief(desk, &Patient::new(mrn.clone())),
    }
}

/// What rows show of a patient.
pub(crate) fn facts(desk: &Desk, mrn: &Mrn, now: At) -> Facts {
    let unknown;
    let p = match desk.patients.get(mrn) {
        Some(p) => p,
        None => {
            unknown = Patient::new(mrn.clone());
            &unknown
        }
    };
    Facts {
        brief: brief(desk, p),
        short: [short_name(p, Language::En), short_name(p, Language::Es)],
        limits: p.bounds.or(&desk.settings.default_limits),
        textable: textable(desk, p, now),
    }
}

/// Whether T can work: the desk refuses the same patients (behaviour.md 1.5 "No text possible").
fn textable(desk: &Desk, p: &Patient, now: At) -> bool {
    let status = match p.status_until {
        Some(until) if until <= now && p.status == PatientStatus::Paused => PatientStatus::Active,
        _ => p.status,
    };
    let consents = p.sms_consent == Consent::Yes || (p.sms_consent == Consent::Unknown && !desk.settings.sms_consent_required);
    let number = p.phone.as_ref().is_some_and(|n| !n.is_empty() && !desk.opted_out.contains(n));
    number && consents && status == PatientStatus::Active
}

/// Copies a row's matter; none when it is not on the desk any more.
pub(crate) fn matter(desk: &Desk, row: RowId, now: At) -> Option<Matter> {
    match row {
        RowId::Episode(id) => {
            let e = desk.episodes.get(&id)?;
            let retry_at = e.pages.last().filter(|p| p.sent_at.is_none()).and_then(|p| desk.effects.get(&p.effect)).map(|f| f.next_try);
            let judged = desk.shadow.of(id).map(|j| j.opinion);
            Some(Matter::Episode { e: Box::new(e.clone()), facts: Box::new(facts(desk, &e.mrn, now)), retry_at, judged })
        }
        RowId::Task(id) => {
            let t = desk.tasks.get(&id)?;
            Some(Matter::Task { t: Box::new(t.clone()), facts: t.mrn.as_ref().map(|m| Box::new(facts(desk, m, now))) })
        }
    }
}

fn holder(h: &Held) -> Holder {
    Holder { name: h.by.clone(), since: h.at, until: h.until, claimed: h.claimed }
}

fn short(facts: &Facts, l: Language) -> &str {
    match l {
        Language::En => &facts.short[0],
        Language::Es => &facts.short[1],
    }
}

/// The row of a matter.
pub(crate) fn row(matter: &Matter, seq: u64, targets: Targets, spark: Vec<TrendPoint>, l: Language) -> WorklistRow {
    match matter {
        Matter::Episode { e, facts, retry_at, judged } => {
            let mut row = episode(e, facts, *retry_at, seq, targets, spark, l);
            row.marks.extend(judged.map(|o| super::shadow::opinion_words(o, l).to_string()));
            row
        }
        Matter::Task { t, facts } => task(t, facts.as_deref(), seq, targets, spark, l),
    }
}

fn episode(
    e: &Episode,
    facts: &Facts,
    retry_at: Option<At>,
    seq: u64,
    targets: Targets,
    spark: Vec<TrendPoint>,
    l: Language,
) -> WorklistRow {
    let stands = standing::of_episode(e, targets.ack_minutes, targets.review_minutes);
    let who = short(facts, l);
    let next = next::of_episode(e, who, retry_at, l);
    WorklistRow {
        id: RowId::Episode(e.id).to_string(),
        seq,
        patient: Some(facts.brief.clone()),
        vital: Some(e.vital.name().into()),
        severity: stands.severity,
        state: e.state.name().into(),
        unacknowledged: stands.unacknowledged,
        group: stands.group.name().into(),
        order: stands.order,
        headline: headline::of_episode(e, who, l),
        next_sentence: next.sentence,
        value: value::shown(e, l),
        opened_at: e.opened_at,
        latest_at: e.latest.measured,
        lamps: lamps::lamps(e, targets.ack_minutes, l),
        holder: e.held_by.as_ref().map(holder),
        shelf: e.shelf.as_ref().map(|s| ShelfView { by: s.by.clone(), reason: s.reason.clone(), until: s.until }),
        next: next.timer,
        spark,
        band: value::band(e.vital, &facts.limits),
        marks: headline::marks(e, l),
        appointment_id: None,
        allowed: allowed_on_episode(e, stands.group, facts.textable),
    }
}

fn task(t: &Task, facts: Option<&Facts>, seq: u64, targets: Targets, spark: Vec<TrendPoint>, l: Language) -> WorklistRow {
    let stands = standing::of_task(t, targets.review_minutes);
    let next = next::of_task(t, l);
    WorklistRow {
        id: RowId::Task(t.id).to_string(),
        seq,
        patient: facts.map(|f| f.brief.clone()),
        vital: t.vital.map(|v| v.name().into()),
        severity: stands.severity,
        state: "task".into(),
        unacknowledged: stands.unacknowledged,
        group: stands.group.name().into(),
        order: stands.order,
        headline: headline::of_task(t, l),
        next_sentence: next.sentence,
        value: None,
        opened_at: t.since,
        latest_at: t.since,
        lamps: Vec::new(),
        holder: t.acknowledged.as_ref().map(holder),
        shelf: None,
        next: next.timer,
        spark,
        band: match (t.vital, facts) {
            (Some(v), Some(f)) => value::band(v, &f.limits),
            _ => Band::default(),
        },
        marks: if t.overdue { vec![super::words::pick(l, "overdue", "atrasado").into()] } else { Vec::new() },
        appointment_id: t.appointment_id.clone(),
        allowed: allowed_on_task(t, facts.is_some_and(|f| f.textable)),
    }
}

/// The keys that work on a row now, and whom it is about in a sentence.
pub(crate) fn allowed(desk: &Desk, id: RowId, now: At, l: Language) -> Option<(Vec<String>, String)> {
    match matter(desk, id, now)? {
        Matter::Episode { e, facts, .. } => {
            let targets = Targets::of(desk);
            let group = standing::of_episode(&e, targets.ack_minutes, targets.review_minutes).group;
            let vital = super::words::vital_words(e.vital, l);
            Some((allowed_on_episode(&e, group, facts.textable), format!("{}, {vital}", short(&facts, l))))
        }
        Matter::Task { t, facts } => {
            let whom = facts.as_ref().map_or_else(|| super::reasons::title(&t.reason, l), |f| short(f, l).to_string());
            Some((allowed_on_task(&t, facts.is_some_and(|f| f.textable)), whom))
        }
    }
}

fn letters(list: &[(&str, bool)]) -> Vec<String> {
    list.iter().filter(|(_, works)| *works).map(|(letter, _)| (*letter).to_string()).collect()
}

/// Keys that work on an episode now.
fn allowed_on_episode(e: &Episode, group: Group, textable: bool) -> Vec<String> {
    let open = e.is_open();
    let shelved = group == Group::Shelved;
    let incomplete = !open && decide::writeback::unfinished(e);
    let claimed = e.held_by.as_ref().is_some_and(|h| h.claimed);
    letters(&[
        ("A", (open && !shelved && e.held_by.is_none()) || (incomplete && e.held_by.is_none() && e.review.is_some())),
        ("C", open && !shelved && !claimed),
        ("S", open),
        ("U", shelved),
        ("T", open && textable),
        ("P", open),
        ("N", true),
        ("L", open || incomplete),
        ("1-5", open || waits_for_words(e)),
        ("Y", !e.live),
        ("D", !e.live),
        ("X", !e.live),
    ])
}

/// A closed episode whose record waits for a note or minutes.
pub(crate) fn waits_for_words(e: &Episode) -> bool {
    e.writes.is_some_and(|w| [w.note, w.flowsheet].contains(&decide::WriteState::Missing))
}

/// Keys that work on a task now.
fn allowed_on_task(t: &Task, textable: bool) -> Vec<String> {
    let open = t.closed.is_none();
    letters(&[
        ("A", open && t.acknowledged.is_none()),
        ("C", open && t.acknowledged.is_none()),
        ("S", open && t.acknowledged.is_none()),
        ("T", open && textable),
        ("N", open),
        ("L", open),
        ("1-5", open),
    ])
}
