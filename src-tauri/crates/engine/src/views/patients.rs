//! The list of patients with their limits: searched, filtered, a stretch at a time.

use super::row::brief;
use super::words::pick;
use super::{detail, say};
use crate::commands::store_error;
use crate::console::{lock, Console};
use crate::spine::Incoming;
use chrono::NaiveDate;
use decide::clinic::limits::{LimitTrouble, PAIRS};
use decide::desk::Desk;
use decide::input::{Act, Input};
use decide::replies::plain;
use decide::rows::LimitChange;
use decide::staff::Role;
use decide::wallclock::{clinic_zone, zone_known};
use decide::{hours, minutes, At, Bounds, Mrn, Patient, PatientStatus, LIMITS};
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;
use std::sync::Arc;
use wire::{
    Language, LimitChangeView, LimitColumn, PatientCounts, PatientRow, PatientsArgs, PatientsView, Person, UnknownPatient, UserError,
};

/// Patients of one stretch.
const STRETCH: usize = 100;
/// The same words again within this time are the same search.
const SAME_SEARCH_MINUTES: f64 = 10.0;
/// So many digits are taken for a phone number's.
const PHONE_DIGITS: usize = 3;

/// What a search and the filters look at, in order of names.
pub(crate) struct Roll {
    changed: u64,
    all: Vec<Enrolled>,
}

struct Enrolled {
    mrn: Mrn,
    /// Folded words of the name.
    words: Vec<String>,
    digits: String,
    phone: Option<decide::Phone>,
    status: PatientStatus,
    until: Option<At>,
    /// When the zone was checked; none = it is assumed or was never checked.
    zone_checked: Option<At>,
    own: bool,
    review_on: Option<NaiveDate>,
}

impl Roll {
    fn of(desk: &Desk) -> Roll {
        let mut all: Vec<((String, String), Enrolled)> = desk
            .patients
            .values()
            .map(|p| {
                let name = plain(&p.listed_name());
                let enrolled = Enrolled {
                    mrn: p.mrn.clone(),
                    words: name.split(' ').filter(|w| !w.is_empty()).map(String::from).collect(),
                    digits: digits(p.phone.as_ref().map_or("", |n| n.expose())),
                    phone: p.phone.clone(),
                    status: p.status,
                    until: p.status_until,
                    zone_checked: p.zone_checked_at.filter(|_| p.time_zone.as_deref().is_some_and(zone_known)),
                    own: p.bounds != Bounds::default(),
                    review_on: p.review_on.values().min().copied(),
                };
                ((name, p.mrn.expose().to_string()), enrolled)
            })
            .collect();
        all.sort_by(|(a, _), (b, _)| a.cmp(b));
        Roll { changed: desk.patients_changed, all: all.into_iter().map(|(_, e)| e).collect() }
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// What is looked for.
struct Sought {
    mrn: String,
    words: Vec<String>,
    digits: Option<String>,
}

impl Sought {
    fn read(search: &str) -> Sought {
        let search = search.trim();
        let number = search.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | ' ' | '.'));
        let digits = Some(digits(search)).filter(|d| number && d.len() >= PHONE_DIGITS);
        Sought { mrn: search.to_lowercase(), words: plain(search).split(' ').filter(|w| !w.is_empty()).map(String::from).collect(), digits }
    }

    fn fits(&self, e: &Enrolled) -> bool {
        let by_name = self.words.iter().all(|w| e.words.iter().any(|t| t.starts_with(w.as_str())));
        by_name
            || e.mrn.expose().to_lowercase().starts_with(&self.mrn)
            || self.digits.as_ref().is_some_and(|d| e.digits.contains(d.as_str()))
    }
}

/// Whether a patient's zone is to be looked at: assumed, or not checked within so many days.
pub(super) fn zone_review(checked: Option<At>, review_days: f64, now: At) -> bool {
    checked.is_none_or(|at| now - at > hours(review_days * 24.0))
}

fn status_now(status: PatientStatus, until: Option<At>, now: At) -> PatientStatus {
    match until {
        Some(until) if until <= now && status == PatientStatus::Paused => PatientStatus::Active,
        _ => status,
    }
}

/// The columns of limits, with the defaults as they are now.
pub(super) fn columns(defaults: &Bounds) -> Vec<LimitColumn> {
    let other = |name: &str, high: bool| {
        PAIRS.iter().find(|(l, h)| if high { *h == name } else { *l == name }).map(|(l, h)| if high { *l } else { *h }.to_string())
    };
    LIMITS
        .iter()
        .map(|facts| LimitColumn {
            name: facts.name.into(),
            vital: facts.vital.name().into(),
            unit: facts.unit.into(),
            default: defaults.or(&Bounds::defaults()).limit(facts.name).map(|n| n.normalize().to_string()),
            least: facts.least.to_f64().unwrap_or_default(),
            most: facts.most.to_f64().unwrap_or_default(),
            below: other(facts.name, false),
            above: other(facts.name, true),
        })
        .collect()
}

/// A patient's own limits by name.
pub(super) fn own(b: &Bounds) -> BTreeMap<String, String> {
    LIMITS.iter().filter_map(|f| Some((f.name.to_string(), b.limit(f.name)?.normalize().to_string()))).collect()
}

pub(super) fn change_view(c: LimitChange) -> LimitChangeView {
    LimitChangeView {
        limit: c.limit,
        old: c.old,
        new: c.new,
        by: c.by,
        ordered_by: c.ordered_by,
        at: c.at,
        why: c.why,
        review_on: c.review_on.map(|d| d.to_string()),
    }
}

/// How somebody may change a patient's limits (design.md: a clinician, or a nurse with "ordered by").
pub(crate) fn may_change_limits(role: &str) -> &'static str {
    match Role::named(role) {
        Some(Role::Clinician) => "direct",
        Some(Role::Nurse | Role::Administrator) => "ordered",
        _ => "none",
    }
}

/// Why a limit cannot stand, in the reader's language.
pub(crate) fn limit_trouble_words(why: &LimitTrouble, l: Language) -> String {
    match why {
        LimitTrouble::Unknown => pick(l, "there is no such limit", "no existe ese límite").into(),
        LimitTrouble::NotANumber(text) => say!(l, "is not a number: {text}", "no es un número: {text}"),
        LimitTrouble::TooFine(n) => {
            say!(l, "has at most one place after the point, not {n}", "tiene como máximo un decimal, no {n}")
        }
        LimitTrouble::Implausible { value, facts } => {
            let (least, most, unit) = (facts.least, facts.most, facts.unit);
            say!(l, "goes from {least} to {most} {unit}, not {value}", "va de {least} a {most} {unit}, no {value}")
        }
        LimitTrouble::NotBelow { low, high } => {
            say!(l, "the low limit {low} is not below the high limit {high}", "el límite bajo {low} no es menor que el alto {high}")
        }
    }
}

/// Clinicians who may sign in here.
pub(super) fn clinicians(desk: &Desk) -> Vec<String> {
    let mut names: Vec<String> = desk.staff.values().filter(|s| s.active && s.role == Role::Clinician).map(|s| s.name.clone()).collect();
    names.sort();
    names
}

/// Records that wait for a patient who is not enrolled, by whom they name.
fn unknown(desk: &Desk) -> Vec<UnknownPatient> {
    let mut found: BTreeMap<(Option<String>, Option<String>), (u32, At)> = BTreeMap::new();
    for q in desk.quarantine.values().filter(|q| q.reason == "unknown_patient") {
        let named = q.misread.as_ref().map(|m| &m.patient);
        let mrn = named.and_then(|p| p.mrn.as_ref()).or(q.mrn.as_ref()).map(|m| m.expose().to_string());
        let entry = found.entry((mrn, named.and_then(|p| p.fhir_id.clone()))).or_insert((0, q.at));
        *entry = (entry.0 + 1, entry.1.min(q.at));
    }
    found.into_iter().map(|((mrn, fhir_id), (records, oldest))| UnknownPatient { mrn, fhir_id, records, oldest }).collect()
}

impl Console {
    /// The roll as it is now: set up again only when a patient changed.
    fn roll(&self, desk: &Desk) -> Arc<Roll> {
        let mut remembered = lock(&self.remembered);
        match &remembered.roll {
            Some(roll) if roll.changed == desk.patients_changed && roll.all.len() == desk.patients.len() => roll.clone(),
            _ => {
                let roll = Arc::new(Roll::of(desk));
                remembered.roll = Some(roll.clone());
                roll
            }
        }
    }

    pub(crate) fn patients_view(&self, who: &Person, args: &PatientsArgs) -> Result<PatientsView, UserError> {
        let (now, l) = (self.now(), who.language);
        if !["", "all", "own", "review", "zone", "opted_out", "away"].contains(&args.filter.as_str()) {
            let what = pick(l, "This filter is not known.", "Este filtro no se conoce.");
            return Err(UserError::invalid("filter", what, pick(l, "Choose another one.", "Elija otro.")));
        }
        let sought = Sought::read(&args.search);
        let (mut view, mrns) = {
            let engine = lock(&self.engine);
            let desk = &engine.desk;
            let roll = self.roll(desk);
            let today: NaiveDate = clinic_zone(&desk.settings).wall(now).date();
            let days = desk.settings.time_zone_review_days;
            let mut counts = PatientCounts::default();
            let mut found: Vec<&Enrolled> = Vec::new();
            for e in &roll.all {
                let is = [
                    ("own", e.own),
                    ("review", e.review_on.is_some_and(|d| d <= today)),
                    ("zone", zone_review(e.zone_checked, days, now)),
                    ("opted_out", e.phone.as_ref().is_some_and(|n| desk.opted_out.contains(n))),
                    ("away", status_now(e.status, e.until, now) != PatientStatus::Active),
                ];
                counts.all += 1;
                for (to, (_, is)) in
                    [&mut counts.own, &mut counts.review, &mut counts.zone, &mut counts.opted_out, &mut counts.away].into_iter().zip(&is)
                {
                    *to += u32::from(*is);
                }
                let filtered = is.iter().find(|(name, _)| *name == args.filter).is_none_or(|(_, is)| *is);
                if filtered && sought.fits(e) {
                    found.push(e);
                }
            }
            let rows: Vec<PatientRow> = found
                .iter()
                .skip(args.offset as usize)
                .take(STRETCH)
                .filter_map(|e| desk.patients.get(&e.mrn))
                .map(|p| row(desk, p, today, days, now))
                .collect();
            let mrns: Vec<Mrn> = rows.iter().map(|r| Mrn::from(r.patient.mrn.as_str())).collect();
            let view = PatientsView {
                now,
                offset: args.offset,
                total: found.len() as u32,
                counts,
                rows,
                limits: columns(&desk.settings.default_limits),
                clinicians: clinicians(desk),
                may: may_change_limits(&who.role).into(),
                unknown: unknown(desk),
            };
            (view, mrns)
        };
        let changes = lock(&self.reader).last_limit_changes(&mrns).map_err(store_error)?;
        for (row, changes) in view.rows.iter_mut().zip(changes) {
            row.changes = changes.into_iter().map(change_view).collect();
        }
        if args.offset == 0 && !args.search.trim().is_empty() {
            self.searched(who, args.search.trim(), view.total, now);
        }
        Ok(view)
    }

    /// An audit line: this person searched patients for these words; once in ten minutes.
    fn searched(&self, who: &Person, words: &str, found: u32, now: At) {
        let key = (who.name.clone(), words.to_lowercase());
        {
            let mut remembered = lock(&self.remembered);
            remembered.searched.retain(|_, at| now - *at < minutes(SAME_SEARCH_MINUTES));
            if remembered.searched.contains_key(&key) {
                return;
            }
        }
        let act = Act::Searched { words: words.chars().take(100).collect(), found: found.into() };
        let input = Input::Act { who: who.name.clone(), act, undo_seconds: 0.0 };
        // The list is shown all the same: a nurse must not be kept from a patient. The next look tries again.
        if (self.submit)(vec![Incoming::Direct(input)]).is_some() {
            lock(&self.remembered).searched.insert(key, now);
        }
    }
}

fn row(desk: &Desk, p: &Patient, today: NaiveDate, review_days: f64, now: At) -> PatientRow {
    let review_on = p.review_on.values().min();
    let checked = p.zone_checked_at.filter(|_| p.time_zone.as_deref().is_some_and(zone_known));
    PatientRow {
        patient: brief(desk, p),
        phone: p.phone.as_ref().map(|n| n.expose().into()),
        status: detail::status_name(desk.status_now(p, now)).into(),
        opted_out: p.phone.as_ref().is_some_and(|n| desk.opted_out.contains(n)),
        zone_review: zone_review(checked, review_days, now),
        own: own(&p.bounds),
        changes: Vec::new(),
        review_on: review_on.map(|d| d.to_string()),
        review_due: review_on.is_some_and(|d| *d <= today),
    }
}
