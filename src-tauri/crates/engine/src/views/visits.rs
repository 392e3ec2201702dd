//! The Visits screen: a page of a day, what a search finds, what waits for a person.

use super::row::brief;
use super::visit_words::{any_why, clock, offset, state_name};
use super::words::pick;
use super::{reasons, words};
use crate::commands::store_error;
use crate::console::{lock, Console};
use decide::desk::Desk;
use decide::input::RowId;
use decide::outbox::{Act, Effect, EffectState, Vendor};
use decide::visits::{PlannedState, VisitPlan, Which};
use decide::wallclock::clinic_zone;
use decide::{At, Patient, Task, Visit, VisitRequest};
use ledger::{LedgerError, Reader, VisitFilter, VisitPage};
use std::collections::{HashMap, HashSet};
use wire::{Language, PatientBrief, UserError, VisitCounts, VisitNext, VisitRow, VisitTask, VisitsArgs, VisitsView};

/// Visits of one page.
const PAGE: usize = 100;
/// A search shows so many.
const FOUND: usize = 200;
/// Tasks that are looked up, newest first.
const MOST_TASKS: usize = 500;
/// Tasks about no visit that are shown.
const MOST_LOOSE: usize = 20;

/// The filter of that name; none for `needs_person`, which is about tasks.
fn filter(name: &str, l: Language) -> Result<Option<VisitFilter>, UserError> {
    Ok(Some(match name {
        "" | "all" => VisitFilter::All,
        "queued" => VisitFilter::Queued,
        "reminded" => VisitFilter::Reminded,
        "requested" => VisitFilter::Requested,
        "confirmed" => VisitFilter::Confirmed,
        "canceled" => VisitFilter::Canceled,
        "noshowed" => VisitFilter::NoShowed,
        "expired" => VisitFilter::Expired,
        "needs_person" => return Ok(None),
        _ => return Err(bad("filter", pick(l, "This filter is not known.", "Este filtro no se conoce."), l)),
    }))
}

fn bad(field: &str, what: &str, l: Language) -> UserError {
    UserError::invalid(field, what, pick(l, "Choose another one.", "Elija otro."))
}

/// Where a page ended: milliseconds and number.
fn cursor(text: &str) -> Option<(At, u64)> {
    let (ms, id) = text.split_once(':')?;
    Some((At::from_timestamp_millis(ms.parse().ok()?)?, id.parse().ok()?))
}

/// What rows need of the desk, gathered once for all of them.
pub(super) struct Waiting {
    /// Open tasks about visits, newest first.
    pub tasks: Vec<Task>,
    /// Requests to the EHR under way, by appointment.
    requests: HashMap<String, Effect>,
}

impl Waiting {
    pub fn of(desk: &Desk) -> Waiting {
        let mut tasks: Vec<Task> = desk.tasks.values().filter(|t| t.appointment_id.is_some() && t.closed.is_none()).cloned().collect();
        tasks.sort_by_key(|t| std::cmp::Reverse((t.since, t.id)));
        let requests = desk
            .effects
            .values()
            .filter(|f| f.vendor == Vendor::Ehr && matches!(f.act, Act::EhrRequest(_)))
            .filter_map(|f| Some((f.about.appointment_id.clone()?, f.clone())))
            .collect();
        Waiting { tasks, requests }
    }

    pub fn about<'a>(&'a self, appointment_id: &'a str) -> impl Iterator<Item = &'a Task> + 'a {
        self.tasks.iter().filter(move |t| t.appointment_id.as_deref() == Some(appointment_id))
    }

    pub fn request(&self, appointment_id: &str) -> Option<&Effect> {
        self.requests.get(appointment_id)
    }
}

/// The patient of a visit; one who is not enrolled has the name that the event tells.
pub(super) fn patient_of(desk: &Desk, v: &Visit) -> PatientBrief {
    let e = &v.told;
    match desk.patients.get(&e.patient_id) {
        Some(p) => brief(desk, p),
        None => brief(
            desk,
            &Patient {
                first_name: e.patient_first_name.clone(),
                last_name: e.patient_last_name.clone(),
                ..Patient::new(e.patient_id.clone())
            },
        ),
    }
}

/// "Dr. Ray".
pub(super) fn provider(v: &Visit) -> String {
    match (v.told.provider_first_name.trim(), v.told.provider_last_name.trim()) {
        ("", "") => v.told.provider_id.clone(),
        (first, "") => first.into(),
        ("", last) => format!("Dr. {last}"),
        (first, last) => format!("Dr. {first} {last}"),
    }
}

pub(super) fn which_name(which: Which) -> &'static str {
    match which {
        Which::First => "reminder_1",
        Which::Second => "reminder_2",
    }
}

/// Where an effect that is under way stands.
pub(super) fn under_way(f: &Effect) -> &'static str {
    match f.state {
        EffectState::Sending { .. } => "sending",
        EffectState::Unknown { .. } => "unknown",
        EffectState::Parked { .. } => "parked",
        EffectState::Blocked => "blocked",
        _ if f.attempts > 0 => "failed",
        _ => "queued",
    }
}

/// The next text that goes by itself.
fn next_of(v: &Visit, plan: &VisitPlan, l: Language) -> Option<VisitNext> {
    let held = v.held.as_ref().filter(|_| plan.untextable.is_none()).map(|h| VisitNext {
        what: "event_text".into(),
        due: h.until,
        held: Some(any_why("quiet_hours", l)),
    });
    let reminders = plan.reminders.iter().filter_map(|p| match (p.state, p.goes) {
        (PlannedState::Scheduled, Some(due)) => Some(VisitNext { what: which_name(p.which).into(), due, held: None }),
        (PlannedState::Held, Some(due)) => {
            Some(VisitNext { what: which_name(p.which).into(), due, held: p.why.as_deref().map(|w| any_why(w, l)) })
        }
        _ => None,
    });
    held.into_iter().chain(reminders).min_by_key(|n| n.due)
}

/// One row.
pub(super) fn row(desk: &Desk, waiting: &Waiting, v: &Visit, plan: &VisitPlan, l: Language) -> VisitRow {
    let e = &v.told;
    let request_state = (v.request != VisitRequest::None).then(|| {
        let shadow = desk.settings.mode.of("visits") != decide::Mode::Live;
        waiting.request(&e.appointment_id).map_or(if shadow { "would_send" } else { "sent" }, under_way).to_string()
    });
    VisitRow {
        appointment_id: e.appointment_id.clone(),
        patient: patient_of(desk, v),
        starts_at: e.instant(),
        day: e.wall_clock.date().to_string(),
        local_time: clock(e.wall_clock),
        offset: offset(e.offset_minutes),
        provider: provider(v),
        location: e.location.clone(),
        service: e.service.clone(),
        state: state_name(v.state).into(),
        confirmed: v.confirmed,
        request: match v.request {
            VisitRequest::None => "none",
            VisitRequest::Confirm => "confirm",
            VisitRequest::Cancel => "cancel",
        }
        .into(),
        request_state,
        next: next_of(v, plan, l),
        untextable: plan.untextable.filter(|_| v.live()).map(|w| any_why(w, l)),
        needs: waiting.about(&e.appointment_id).count() as u32,
    }
}

/// A task about a visit.
pub(super) fn task(desk: &Desk, t: &Task, l: Language) -> VisitTask {
    VisitTask {
        row: RowId::Task(t.id).to_string(),
        appointment_id: t.appointment_id.clone().unwrap_or_default(),
        patient: t.mrn.as_ref().map(|m| super::row::brief_of(desk, m)),
        title: reasons::title(&t.reason, l),
        detail: words::capital(&t.detail),
        since: t.since,
        holder: t.acknowledged.as_ref().map(|h| h.by.clone()),
    }
}

impl Console {
    /// How each of these visits stands. Never called under a lock: the desk's is taken before the reader's, and not after.
    pub(super) fn visit_rows(&self, visits: &[Visit], now: At, l: Language) -> Result<Vec<VisitRow>, UserError> {
        let days = {
            let engine = lock(&self.engine);
            visits.iter().map(|v| v.live().then(|| engine.desk.reminder_day(v, now))).collect::<Vec<_>>()
        };
        let today = {
            let reader = lock(&self.reader);
            let on = |day: &Option<(decide::Mrn, String)>| day.as_ref().map_or(Ok(0), |(mrn, day)| reader.reminders_on(mrn, day));
            days.iter().map(on).collect::<Result<Vec<_>, _>>().map_err(store_error)?
        };
        let engine = lock(&self.engine);
        let waiting = Waiting::of(&engine.desk);
        Ok(visits.iter().zip(today).map(|(v, n)| row(&engine.desk, &waiting, v, &engine.desk.visit_plan(v, now, n), l)).collect())
    }

    /// Visits of a day, or those found.
    pub(crate) fn visits_view(&self, args: &VisitsArgs, l: Language) -> Result<VisitsView, UserError> {
        let now = self.now();
        let only = filter(&args.filter, l)?;
        let (today, tasks) = {
            let engine = lock(&self.engine);
            (clinic_zone(&engine.desk.settings).day(now), Waiting::of(&engine.desk).tasks)
        };
        let day = match args.day.as_deref().filter(|d| !d.is_empty()) {
            None => today.clone(),
            Some(day) if chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d").is_ok_and(|d| d.to_string() == day) => day.to_string(),
            Some(_) => return Err(bad("day", pick(l, "This is not a day.", "Esto no es un día."), l)),
        };
        let after = match args.after.as_deref() {
            None => None,
            Some(text) => Some(cursor(text).ok_or_else(|| bad("after", pick(l, "This page is not there.", "Esta página no existe."), l))?),
        };
        let wanted = Wanted { day: &day, search: args.search.trim(), only, after };
        let found = look(&lock(&self.reader), &wanted, &tasks).map_err(store_error)?;
        let rows = self.visit_rows(&found.visits, now, l)?;
        let engine = lock(&self.engine);
        let loose = found.loose.iter().take(MOST_LOOSE).map(|t| task(&engine.desk, t, l)).collect();
        Ok(VisitsView { now, today, rows, next: found.next, too_many: found.too_many, counts: found.counts, loose, day })
    }
}

/// What is asked for.
struct Wanted<'a> {
    day: &'a str,
    search: &'a str,
    /// None: those that need a person.
    only: Option<VisitFilter>,
    after: Option<(At, u64)>,
}

/// What the ledger has of it.
struct Found<'a> {
    visits: Vec<Visit>,
    next: Option<String>,
    too_many: bool,
    counts: VisitCounts,
    /// Tasks about appointments that are no visit.
    loose: Vec<&'a Task>,
}

fn look<'a>(reader: &Reader, wanted: &Wanted<'_>, tasks: &'a [Task]) -> Result<Found<'a>, LedgerError> {
    let (mut needing, mut loose, mut asked) = (Vec::new(), Vec::new(), HashSet::new());
    for t in tasks.iter().take(MOST_TASKS) {
        let Some(id) = t.appointment_id.as_deref().filter(|id| asked.insert(*id)) else { continue };
        match reader.visit_of(id)? {
            Some(v) => needing.push(v),
            None => loose.extend(tasks.iter().filter(|t| t.appointment_id.as_deref() == Some(id))),
        }
    }
    let counts = counts(&reader.visit_counts(wanted.day)?, needing.len());
    let (mut next, mut too_many) = (None, false);
    let by_time = |v: &Visit| (v.told.instant(), v.id);
    let visits = match (wanted.search, wanted.only) {
        ("", None) => {
            needing.sort_by_key(by_time);
            needing
        }
        ("", Some(only)) => {
            let page = VisitPage { day: wanted.day.to_string(), only, after: wanted.after, limit: PAGE + 1 };
            let mut visits = reader.visits_of_day(&page)?;
            if visits.len() > PAGE {
                visits.truncate(PAGE);
                next = visits.last().map(|v| format!("{}:{}", v.told.instant().timestamp_millis(), v.id));
            }
            visits
        }
        (search, only) => {
            let mut visits = reader.search_visits(search, FOUND + 1)?;
            too_many = visits.len() > FOUND;
            visits.truncate(FOUND);
            visits.retain(|v| only.map_or_else(|| needing.iter().any(|n| n.id == v.id), |only| only.has(v)));
            visits.sort_by_key(by_time);
            visits
        }
    };
    Ok(Found { visits, next, too_many, counts, loose })
}

fn counts(of_day: &ledger::VisitCounts, needs_person: usize) -> VisitCounts {
    let n = |which| of_day.iter().find(|(f, _)| *f == which).map_or(0, |(_, n)| *n);
    VisitCounts {
        all: n(VisitFilter::All),
        queued: n(VisitFilter::Queued),
        reminded: n(VisitFilter::Reminded),
        requested: n(VisitFilter::Requested),
        confirmed: n(VisitFilter::Confirmed),
        canceled: n(VisitFilter::Canceled),
        noshowed: n(VisitFilter::NoShowed),
        expired: n(VisitFilter::Expired),
        needs_person: needs_person as u32,
    }
}
