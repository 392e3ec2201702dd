//! One patient whole: who they are, their limits and where these come from, trends, conversation, episodes, visits.

use super::detail::{mark, status_name};
use super::messages::conversation;
use super::patients::{change_view, clinicians, columns, may_change_limits, own, zone_review};
use super::row::{brief, brief_of};
use super::visits::provider;
use super::words::{no_text_words, page_reason_words};
use super::{reasons, value, visit_words, Opened};
use crate::commands::store_error;
use crate::console::{lock, Console};
use decide::desk::Desk;
use decide::input::RowId;
use decide::outbox::{Act, Effect};
use decide::wallclock::{clinic_zone, zone_of};
use decide::{At, Bounds, Consent, Direction, Episode, Mrn, Patient, Vital};
use ledger::{LedgerError, OptOut};
use wire::{
    Language, MessageView, NextVisit, OpenTask, OptOutView, OwnStatView, PastEpisode, PatientPage, PatientPersonal, Person, TrendMark,
    UserError, VitalTrend,
};

/// Trends, conversation and episodes reach back so far.
const DAYS: i64 = 90;
const TREND_POINTS: usize = 400;
const MOST_EPISODES: usize = 200;
const MOST_VISITS: usize = 20;
/// The newest messages that are shown.
const MOST_MESSAGES: usize = 300;
/// Changes of limits that are shown, newest first.
const MOST_CHANGES: usize = 500;
const VITALS: [Vital; 5] = [Vital::Bp, Vital::Glucose, Vital::Weight, Vital::Spo2, Vital::HeartRate];

/// What the desk knows, copied under its lock.
struct Copied {
    page: PatientPage,
    phone: Option<decide::Phone>,
    waiting: Vec<Effect>,
    bounds: Bounds,
}

impl Console {
    /// The page of a patient; opening it is an audit line.
    pub(crate) fn patient_page(&self, who: &Person, mrn: &str) -> Result<PatientPage, UserError> {
        let (now, l) = (self.now(), who.language);
        let mrn = Mrn::from(mrn.trim());
        let Copied { mut page, phone, waiting, bounds } = {
            let engine = lock(&self.engine);
            let desk = &engine.desk;
            let p = desk.patients.get(&mrn).ok_or_else(|| UserError::not_found("That patient"))?;
            copy(desk, p, &who.role, now, l)
        };
        self.saw(who, Opened::Patient(mrn.clone()), mrn.clone(), now);
        let reader = lock(&self.reader);
        let fill = |page: &mut PatientPage| -> Result<(), LedgerError> {
            let since = now - chrono::TimeDelta::days(DAYS);
            page.history = reader.limit_history(&mrn)?.into_iter().take(MOST_CHANGES).map(change_view).collect();
            if let Some(phone) = &phone {
                page.personal.opt_out = reader.opt_out_of(phone)?.map(opt_out);
            }
            let lines = reader.conversation(&mrn, since)?;
            page.conversation = conversation(&lines, waiting.iter(), l);
            let over = page.conversation.len().saturating_sub(MOST_MESSAGES);
            page.conversation.drain(..over);
            let mut episodes = reader.episodes_of(&mrn, MOST_EPISODES)?;
            episodes.retain(|e| e.opened_at >= since || e.is_open());
            for vital in VITALS {
                let readings = reader.trend(&mrn, vital, since, TREND_POINTS)?;
                let points: Vec<_> = readings.iter().filter_map(value::trend_point).collect();
                if points.is_empty() {
                    continue;
                }
                page.trends.push(VitalTrend {
                    vital: vital.name().into(),
                    unit: vital.unit().into(),
                    points,
                    band: value::band(vital, &bounds),
                    marks: marks(&page.conversation, &episodes, vital, l),
                });
            }
            page.episodes = episodes.iter().map(past).collect();
            page.visits = reader.visits_ahead_of(&mrn, now)?.iter().take(MOST_VISITS).map(visit).collect();
            Ok(())
        };
        fill(&mut page).map_err(store_error)?;
        Ok(page)
    }
}

fn copy(desk: &Desk, p: &Patient, role: &str, now: At, l: Language) -> Copied {
    let today = clinic_zone(&desk.settings).wall(now).date();
    let mut tasks: Vec<_> =
        desk.tasks.values().filter(|t| t.closed.is_none() && t.mrn.as_ref() == Some(&p.mrn) && t.episode.is_none()).collect();
    tasks.sort_by_key(|t| std::cmp::Reverse((t.since, t.id)));
    let texts = |f: &&Effect| matches!(f.act, Act::Text(_)) && f.outstanding() && f.about.mrn.as_ref() == Some(&p.mrn);
    let page = PatientPage {
        now,
        patient: brief(desk, p),
        personal: personal(desk, p, now, l),
        limits: columns(&desk.settings.default_limits),
        own: own(&p.bounds),
        review_on: p.review_on.iter().map(|(limit, d)| (limit.clone(), d.to_string())).collect(),
        today: today.to_string(),
        history: Vec::new(),
        stats: p
            .stat
            .iter()
            .map(|s| {
                let day = s.review_on.map(|at| at.date_naive());
                OwnStatView {
                    what: s.stat.what.clone(),
                    direction: if s.stat.direction == Direction::High { "high" } else { "low" }.into(),
                    value: s.stat.value.normalize().to_string(),
                    by: s.by.clone(),
                    reason: s.reason.clone(),
                    review_on: day.map(|d| d.to_string()),
                    review_due: day.is_some_and(|d| d <= today),
                }
            })
            .collect(),
        trends: Vec::new(),
        conversation: Vec::new(),
        episodes: Vec::new(),
        tasks: tasks
            .into_iter()
            .map(|t| OpenTask { row: RowId::Task(t.id).to_string(), title: reasons::title(&t.reason, l), since: t.since })
            .collect(),
        visits: Vec::new(),
        may: may_change_limits(role).into(),
        clinicians: clinicians(desk),
    };
    Copied {
        page,
        phone: p.phone.clone().filter(|n| !n.is_empty()),
        waiting: desk.effects.values().filter(texts).cloned().collect(),
        bounds: p.bounds.or(&desk.settings.default_limits).or(&Bounds::defaults()),
    }
}

fn personal(desk: &Desk, p: &Patient, now: At, l: Language) -> PatientPersonal {
    let zone = zone_of(p, &desk.settings);
    let mut others = p.phone.as_ref().filter(|n| !n.is_empty()).map(|n| desk.people_at(n)).unwrap_or_default();
    others.retain(|m| *m != p.mrn);
    let checked = p.zone_checked_at.filter(|_| !zone.assumed);
    PatientPersonal {
        first_name: p.first_name.expose().into(),
        last_name: p.last_name.expose().into(),
        birth_date: p.birth_date.clone(),
        fhir_id: p.fhir_id.clone(),
        phone: p.phone.as_ref().filter(|n| !n.is_empty()).map(|n| n.expose().into()),
        language: if p.language == decide::Language::Es { "es" } else { "en" }.into(),
        time_zone: p.time_zone.clone(),
        local_time: zone.clock(now),
        zone_assumed: zone.assumed,
        zone: zone.name,
        zone_checked_at: p.zone_checked_at,
        zone_review: zone_review(checked, desk.settings.time_zone_review_days, now),
        sms_consent: match p.sms_consent {
            Consent::Yes => "yes",
            Consent::No => "no",
            Consent::Unknown => "unknown",
        }
        .into(),
        consent_at: p.consent_at,
        status: status_name(p.status).into(),
        status_now: status_name(desk.status_now(p, now)).into(),
        status_reason: p.status_reason.clone(),
        status_until: p.status_until,
        untextable: desk.textable(p, now).err().map(|why| no_text_words(why, l)),
        opt_out: None,
        shares_phone: others.iter().map(|m| brief_of(desk, m)).collect(),
    }
}

fn opt_out(o: OptOut) -> OptOutView {
    OptOutView { out: o.out, at: o.at, by: o.by }
}

/// Texts and answers, and what belongs to the vital's own episodes.
fn marks(messages: &[MessageView], episodes: &[Episode], vital: Vital, l: Language) -> Vec<TrendMark> {
    let mut marks: Vec<TrendMark> = Vec::new();
    for e in episodes.iter().filter(|e| e.vital == vital) {
        let until = e.closed.as_ref().map_or(At::MAX_UTC, |c| c.at);
        let theirs = messages.iter().filter(|m| m.at >= e.opened_at && m.at <= until);
        marks.extend(theirs.map(|m| {
            let label = if m.from_patient { m.body.clone() } else { m.purpose.replace('_', " ") };
            mark(m.at, if m.from_patient { "reply" } else { "text" }, &label)
        }));
        marks.extend(e.pages.iter().map(|p| mark(p.owed_at, "page", page_reason_words(p.reason, l))));
        marks.extend(e.notes.iter().map(|n| mark(n.at, "note", &n.text)));
    }
    marks.sort_by_key(|m| m.at);
    marks.dedup_by(|a, b| a.at == b.at && a.kind == b.kind);
    marks
}

fn past(e: &Episode) -> PastEpisode {
    PastEpisode {
        id: RowId::Episode(e.id).to_string(),
        vital: e.vital.name().into(),
        opened_at: e.opened_at,
        closed_at: e.closed.as_ref().map(|c| c.at),
        worst: e.worst.name().into(),
        value: if e.vital == Vital::Symptoms { String::new() } else { format!("{} {}", e.latest.value.text(), e.vital.unit()) },
        state: e.state.name().into(),
        disposition: e.closed.as_ref().map(|c| c.disposition.clone()),
        by: e.closed.as_ref().map(|c| c.by.clone()),
        minutes: e.minutes.map(|m| m.normalize().to_string()),
        pages: e.pages.len() as u32,
    }
}

fn visit(v: &decide::Visit) -> NextVisit {
    let e = &v.told;
    NextVisit {
        appointment_id: e.appointment_id.clone(),
        starts_at: e.instant(),
        day: e.wall_clock.date().to_string(),
        local_time: visit_words::clock(e.wall_clock),
        provider: provider(v),
        location: e.location.clone(),
        state: visit_words::state_name(v.state).into(),
    }
}
