//! The minutes of a month, read beside the spine: episodes closed in it, what was logged, days with readings.

use super::row::brief_of;
use crate::commands::store_error;
use crate::console::{lock, Console};
use chrono::{Days, Months, NaiveDate};
use decide::input::RowId;
use decide::minutes::{talked, CodeRule, Counts, Logged, Month, Program, Reached};
use decide::wallclock::{clinic_zone, zone_of, PatientZone};
use decide::{Episode, Hhmm, Mrn};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::Decimal;
use std::collections::{HashMap, HashSet};
use wire::{CodeRuleView, CodeView, MinuteEntry, MinutesArgs, MinutesView, MissingMinutes, PatientMinutes, Person, UserError};

/// So many patients are listed.
const LISTED: usize = 1_000;
/// Device supply codes count the days in so many.
const SUPPLY_DAYS: u64 = 30;

/// The first day of a month written YYYY-MM.
fn first_of(month: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(&format!("{month}-01"), "%Y-%m-%d").ok()
}

#[derive(Default)]
struct Kept {
    month: Month,
    days: HashSet<NaiveDate>,
    entries: Vec<MinuteEntry>,
}

impl Console {
    pub(crate) fn minutes_view(&self, who: &Person, args: &MinutesArgs) -> Result<MinutesView, UserError> {
        let (now, l) = (self.now(), who.language);
        let (settings, reader) = {
            let engine = lock(&self.engine);
            (engine.desk.settings.clone(), engine.reader().map_err(store_error)?)
        };
        let zone = clinic_zone(&settings);
        let today = zone.wall(now).date();
        let first = match &args.month {
            Some(text) => first_of(text.trim())
                .ok_or_else(|| crate::commands::field("month", l, "Write the month as 2026-03.", "Escriba el mes como 2026-03."))?,
            None => first_of(&today.format("%Y-%m").to_string()).unwrap_or(today),
        };
        let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
        let (from, to) = (zone.first_at(first, Hhmm(0)), zone.first_at(next, Hhmm(0)));
        let mut of: HashMap<Mrn, Kept> = HashMap::new();
        let mut missing = Vec::new();
        for e in reader.episodes_closed(from, to).map_err(store_error)? {
            if e.minutes.is_some() {
                let kept = of.entry(e.mrn.clone()).or_default();
                kept.month.episode(&e);
                kept.entries.extend(of_episode(&e));
            } else if e.closed.as_ref().is_some_and(|c| c.disposition != decide::shadow::WENT_LIVE) {
                missing.push(e);
            }
        }
        for logged in reader.minutes_logged(from, to).map_err(store_error)? {
            let kept = of.entry(logged.mrn.clone()).or_default();
            kept.month.log(&logged);
            kept.entries.push(of_logged(&logged));
        }
        // Days by the patient's own calendar: one more day is another code.
        let last = next.pred_opt().unwrap_or(first).min(today.max(first));
        let supply_from = last.checked_sub_days(Days::new(SUPPLY_DAYS - 1)).unwrap_or(first);
        let zones: HashMap<Mrn, PatientZone> = {
            let engine = lock(&self.engine);
            engine.desk.patients.values().map(|p| (p.mrn.clone(), zone_of(p, &settings))).collect()
        };
        let slack = decide::hours(26.0);
        let span = (zone.first_at(supply_from, Hhmm(0)) - slack, zone.first_at(last, Hhmm(0)) + slack + decide::hours(24.0));
        reader
            .readings_measured(span.0, span.1, |mrn, at| {
                let day = zones.get(mrn).unwrap_or(&zone).wall(at).date();
                if (supply_from..=last).contains(&day) {
                    of.entry(mrn.clone()).or_default().days.insert(day);
                }
            })
            .map_err(store_error)?;
        let live_only = settings.rpm_live_minutes_only;
        let engine = lock(&self.engine);
        let mut patients: Vec<PatientMinutes> = of
            .into_iter()
            .map(|(mrn, mut kept)| {
                kept.month.days = kept.days.len() as u32;
                kept.entries.sort_by_key(|e| e.at);
                let m = &kept.month;
                PatientMinutes {
                    patient: brief_of(&engine.desk, &mrn),
                    rpm: number(m.rpm),
                    rpm_live: number(m.rpm_live),
                    ccm: number(m.ccm),
                    contact: m.contact,
                    days: m.days,
                    codes: m.codes(&settings.billing_codes, last, live_only).iter().map(code).collect(),
                    entries: kept.entries,
                }
            })
            .collect();
        patients.sort_by(|a, b| {
            let key = |p: &PatientMinutes| (p.rpm + p.ccm == 0.0, std::cmp::Reverse(p.days));
            key(a).cmp(&key(b)).then_with(|| a.patient.name.cmp(&b.patient.name))
        });
        let no_contact = patients.iter().filter(|p| p.rpm > 0.0 && !p.contact).count() as u64;
        let more = patients.len().saturating_sub(LISTED) as u64;
        patients.truncate(LISTED);
        Ok(MinutesView {
            now,
            month: first.format("%Y-%m").to_string(),
            from,
            to,
            live_only,
            patients,
            more,
            missing: missing
                .iter()
                .map(|e| MissingMinutes {
                    row: RowId::Episode(e.id).to_string(),
                    patient: brief_of(&engine.desk, &e.mrn),
                    vital: e.vital.name().into(),
                    closed_at: e.closed.as_ref().map_or(e.opened_at, |c| c.at),
                    closed_by: e.closed.as_ref().map(|c| c.by.clone()).unwrap_or_default(),
                })
                .collect(),
            no_contact,
            rules: settings.billing_codes.iter().filter(|r| in_force(r, last)).map(rule).collect(),
        })
    }
}

fn in_force(r: &CodeRule, on: NaiveDate) -> bool {
    r.from <= on && r.until.is_none_or(|u| on < u)
}

fn number(d: Decimal) -> f64 {
    d.to_f64().unwrap_or_default()
}

fn counts(c: Counts) -> &'static str {
    match c {
        Counts::RpmMinutes => "rpm_minutes",
        Counts::CcmMinutes => "ccm_minutes",
        Counts::Days => "days",
    }
}

fn code(r: &Reached) -> CodeView {
    CodeView { code: r.code.clone(), counts: counts(r.counts).into(), units: r.units, lacks: r.lacks, lacks_contact: r.lacks_contact }
}

fn rule(r: &CodeRule) -> CodeRuleView {
    CodeRuleView {
        code: r.code.clone(),
        counts: counts(r.counts).into(),
        at_least: r.at_least,
        at_most: r.at_most,
        each: r.each,
        most_units: r.most_units,
        contact: r.contact,
        from: r.from.to_string(),
        source: r.source.clone(),
    }
}

fn of_episode(e: &Episode) -> Option<MinuteEntry> {
    let closed = e.closed.as_ref()?;
    Some(MinuteEntry {
        id: None,
        row: Some(RowId::Episode(e.id).to_string()),
        at: closed.at,
        program: Program::Rpm.name().into(),
        minutes: number(e.minutes?),
        activity: "episode".into(),
        contact: talked(e),
        note: e.notes.last().map(|n| n.text.clone()).unwrap_or_default(),
        by: closed.by.clone(),
        struck: None,
    })
}

fn of_logged(l: &Logged) -> MinuteEntry {
    MinuteEntry {
        id: Some(l.id),
        row: None,
        at: l.at,
        program: l.program.name().into(),
        minutes: number(l.minutes),
        activity: l.activity.clone(),
        contact: l.contact,
        note: l.note.clone(),
        by: l.by.clone(),
        struck: l.struck.as_ref().map(|s| format!("{}: {}", s.by, s.why)),
    }
}
