//! Who has fallen silent: a source, or a patient who usually sends. Each has its own clock; the next reading clears it.
//!
//! A source that is silent is one alarm, never one for each of its patients. Time during which the console itself was
//! away does not count as silence, so a restart or a wake raises no storm.

use super::Round;
use crate::desk::{Alarm, Desk};
use crate::rows::Row;
use crate::trail::{IntakeOutcome, Line};
use crate::{hours, minutes, At, Mrn, PatientStatus, Settings, Severity, Source, Vital};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::{json, Value};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// "Usually": on so many different days of the last fourteen.
const USUAL_DAYS: u32 = 3;
const USUAL_OF_DAYS: u32 = 14;
/// After a start, a wake or the return of a source, what was kept back may still come in.
const GRACE_MINUTES: f64 = 15.0;
const CATCH_UP_MINUTES: f64 = 60.0;
/// More patients than this within an hour are one row.
const MANY: usize = 5;
/// A source's last arrival is stored at most so often.
const KEEP_SECONDS: f64 = 60.0;
/// Fewer patients than this being quiet together says nothing about their source.
const PANEL: usize = 4;

/// When a patient last sent a vital, and on which days (bit 0: the day of `last`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    pub last: At,
    pub days: u32,
}

impl Sent {
    fn usual(self) -> bool {
        (self.days & ((1 << USUAL_OF_DAYS) - 1)).count_ones() >= USUAL_DAYS
    }

    fn again(self, at: At) -> Sent {
        let later = (at.date_naive() - self.last.date_naive()).num_days().clamp(0, 32);
        Sent { last: at.max(self.last), days: self.days.checked_shl(later as u32).unwrap_or(0) | 1 }
    }
}

/// A watched source.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Heard {
    /// Silence counts from here: the last arrival, later if the console was away.
    from: At,
    last: Option<At>,
    #[serde(default)]
    told: bool,
    #[serde(default)]
    task: Option<u64>,
    #[serde(skip)]
    kept: Option<At>,
}

/// All that is watched for silence.
#[derive(Debug, Default)]
pub(crate) struct Silence {
    sources: BTreeMap<Source, Heard>,
    sent: HashMap<(Mrn, Vital), (Sent, At)>,
    /// `sent` has been read from the ledger.
    loaded: bool,
    told: BTreeMap<(Mrn, Vital), u64>,
    /// When patients' rows were raised lately, and the one row that stands for more.
    raised: VecDeque<At>,
    many: Option<(u64, usize)>,
    /// Nobody sends: the row that says so.
    nobody: Option<u64>,
    grace_until: Option<At>,
}

impl Silence {
    pub fn remember_source(&mut self, name: &str, value: &Value) {
        if let (Some(source), Ok(heard)) = (Source::named(name), serde_json::from_value(value.clone())) {
            self.sources.insert(source, heard);
        }
    }

    pub fn remember_missing(&mut self, who: &str, value: &Value) {
        if let (Some((vital, mrn)), Some(task)) = (who.split_once(':'), value.get("task").and_then(Value::as_u64)) {
            if let Some(vital) = Vital::named(vital) {
                self.told.insert((mrn.into(), vital), task);
            }
        }
    }

    /// The clock was set: silence keeps its length.
    pub fn shift(&mut self, by: TimeDelta) {
        self.sources.values_mut().for_each(|h| h.from += by);
        self.sent.values_mut().for_each(|(_, from)| *from += by);
        self.grace_until = self.grace_until.map(|g| g + by);
    }

    /// After the desk was set up again: what was never stored is as it was, but for rows that are gone.
    pub fn go_on(&mut self, before: &mut Silence, still_there: impl Fn(u64) -> bool) {
        self.sent = std::mem::take(&mut before.sent);
        self.loaded = before.loaded;
        self.raised = std::mem::take(&mut before.raised);
        self.many = before.many.filter(|(task, _)| still_there(*task));
        self.nobody = before.nobody.filter(|task| still_there(*task));
        self.grace_until = before.grace_until;
    }

    /// Silence as it counts now: sources by name, since when, and whether it has been told.
    pub fn sources(&self) -> impl Iterator<Item = (Source, Option<At>, bool)> + '_ {
        self.sources.iter().map(|(s, h)| (*s, h.last, h.told))
    }
}

impl super::Watch {
    /// Sources that the settings name are watched from now on; others no more.
    pub(crate) fn watch_sources(&mut self, settings: &Settings, now: At) {
        let asked = |s: &Source| settings.source_silence_minutes.get(s.name()).copied();
        self.silence.sources.retain(|s, _| asked(s).is_some());
        for source in Source::ALL {
            let Some(allowed) = asked(&source) else {
                self.plan(Round::Source(source), None);
                continue;
            };
            let heard = self.silence.sources.entry(source).or_insert(Heard { from: now, last: None, told: false, task: None, kept: None });
            let due = (!heard.told).then(|| (heard.from + minutes(allowed)).max(now));
            self.plan(Round::Source(source), due);
        }
    }

    /// Whether the ledger should be asked who sent what in the last days.
    pub fn wants_sent(&self, settings: &Settings) -> bool {
        !settings.missing_reading_hours.is_empty() && !self.silence.loaded
    }

    /// Sources that are watched: the last arrival, and whether the silence has been told.
    pub fn sources(&self) -> Vec<(Source, Option<At>, bool)> {
        self.silence.sources().collect()
    }
}

impl Desk {
    /// What the ledger remembers of the last fourteen days.
    pub fn remember_sent(&mut self, now: At, sent: Vec<(Mrn, Vital, Sent)>) {
        self.watch.silence.loaded = true;
        for (mrn, vital, sent) in sent {
            // One that arrived since is newer than what was stored.
            self.watch.silence.sent.entry((mrn, vital)).or_insert((sent, sent.last));
        }
        self.plan_missing(now);
    }

    /// The settings changed.
    pub(crate) fn silence_settings(&mut self, now: At) {
        let settings = self.settings.clone();
        let dropped: Vec<u64> = self
            .watch
            .silence
            .sources
            .iter()
            .filter(|(s, _)| !settings.source_silence_minutes.contains_key(s.name()))
            .filter_map(|(_, h)| h.task)
            .collect();
        for task in dropped {
            self.close_task(now, task, "console", "not_watched");
        }
        self.watch.watch_sources(&settings, now);
        if settings.missing_reading_hours.is_empty() {
            self.watch.silence.sent.clear();
            self.watch.silence.loaded = false;
        }
        self.plan_missing(now);
    }

    pub(crate) fn plan_missing(&mut self, now: At) {
        let pairs: Vec<((Mrn, Vital), At)> = self.watch.silence.sent.iter().map(|(k, (_, from))| (k.clone(), *from)).collect();
        for ((mrn, vital), from) in pairs {
            let allowed = self.settings.missing_reading_hours.get(vital.name()).copied();
            let told = self.watch.silence.told.contains_key(&(mrn.clone(), vital));
            let due = allowed.filter(|_| !told).map(|h| (from + hours(h)).max(now));
            self.watch.plan(Round::Missing(mrn, vital), due);
        }
    }

    /// The console was away since then (none: it never ran before): that was not their silence.
    pub(crate) fn time_away_is_no_silence(&mut self, now: At, since: Option<At>) {
        let away = since.map_or(TimeDelta::zero(), |s| (now - s).max(TimeDelta::zero()));
        self.watch.silence.grace_until = Some(now + minutes(GRACE_MINUTES));
        self.watch.silence.sources.values_mut().for_each(|h| h.from = (h.from + away).min(now));
        self.watch.silence.sent.values_mut().for_each(|(_, from)| *from = (*from + away).min(now));
        let settings = self.settings.clone();
        self.watch.watch_sources(&settings, now);
        self.plan_missing(now);
    }

    /// What this turn brought in: looked at before its record is closed.
    pub(crate) fn hear(&mut self, now: At) {
        if !self.watch.silence.sources.is_empty() {
            let mut heard: Vec<Source> = self
                .out
                .entries
                .iter()
                .filter_map(|e| match &e.line {
                    Line::Intake { source, outcome: IntakeOutcome::Kept | IntakeOutcome::Duplicate, .. } => Source::named(source),
                    _ => None,
                })
                .collect();
            heard.dedup();
            for source in heard {
                self.source_heard(now, source);
            }
        }
        let readings: Vec<(Mrn, Vital)> = self
            .out
            .rows
            .iter()
            .filter_map(|r| match r {
                Row::Reading(r) => Some((r.mrn.clone(), r.arrival.vital)),
                _ => None,
            })
            .collect();
        if readings.is_empty() {
            return;
        }
        if let Some(task) = self.watch.silence.nobody.take() {
            self.watch.silence.grace_until = Some(now + minutes(CATCH_UP_MINUTES));
            self.notice(now, "readings_again", "Readings arrive again.".into());
            self.close_task(now, task, "console", "readings_again");
        }
        for (mrn, vital) in readings {
            self.patient_sent(now, mrn, vital);
        }
    }

    /// Something came from a source, or a pull of it was answered.
    pub(crate) fn source_heard(&mut self, now: At, source: Source) {
        let Some(allowed) = self.settings.source_silence_minutes.get(source.name()).copied() else { return };
        let Some(heard) = self.watch.silence.sources.get_mut(&source) else { return };
        heard.from = now;
        heard.last = Some(now);
        let told = std::mem::take(&mut heard.told);
        let task = heard.task.take();
        let keep = told || heard.kept.is_none_or(|k| (now - k).num_milliseconds() as f64 >= KEEP_SECONDS * 1000.0);
        if keep {
            heard.kept = Some(now);
            let value = serde_json::to_value(&*heard).unwrap_or_default();
            self.remember(format!("source:{}", source.name()), value);
        }
        if told {
            self.watch.silence.grace_until = Some(now + minutes(CATCH_UP_MINUTES));
            self.notice(now, "source_again", format!("{}: data arrives again.", source.name()));
            if let Some(task) = task {
                self.close_task(now, task, "console", "heard_again");
            }
        }
        self.watch.plan(Round::Source(source), Some(now + minutes(allowed)));
    }

    pub(crate) fn source_round(&mut self, now: At, source: Source) {
        let Some(allowed) = self.settings.source_silence_minutes.get(source.name()).copied() else { return };
        let Some(heard) = self.watch.silence.sources.get(&source).filter(|h| !h.told) else { return };
        let grace = self.watch.silence.grace_until.map(|g| g.min(heard.from + minutes(allowed.max(GRACE_MINUTES))));
        let due = (heard.from + minutes(allowed)).max(grace.unwrap_or(heard.from));
        if now < due {
            self.watch.plan(Round::Source(source), Some(due));
            return;
        }
        let since = match heard.last {
            Some(last) => format!("since {}", crate::wallclock::clinic_zone(&self.settings).moment(last)),
            None => "since it is watched".into(),
        };
        let words = format!("{}: nothing has arrived {since}; {allowed} minutes are allowed.", source.name());
        let task = self.raise(now, "source_silent", None, None, Severity::Abnormal, words);
        if let Some(heard) = self.watch.silence.sources.get_mut(&source) {
            (heard.told, heard.task) = (true, Some(task));
            let value = serde_json::to_value(&*heard).unwrap_or_default();
            self.remember(format!("source:{}", source.name()), value);
        }
    }

    fn patient_sent(&mut self, now: At, mrn: Mrn, vital: Vital) {
        let key = (mrn.clone(), vital);
        if let Some(task) = self.watch.silence.told.remove(&key) {
            self.remember(missing_key(&mrn, vital), Value::Null);
            self.attention(now, "readings_again", (&mrn, Some(vital)), None, format!("A {} reading has arrived again.", vital.words()));
            // A row that stands for several patients goes when the last of them has sent.
            if !self.watch.silence.told.values().any(|t| *t == task) {
                self.close_task(now, task, "console", "readings_again");
                self.watch.silence.many = self.watch.silence.many.filter(|(many, _)| *many != task);
            }
        }
        let Some(allowed) = self.settings.missing_reading_hours.get(vital.name()).copied() else { return };
        let sent = self.watch.silence.sent.get(&key).map_or(Sent { last: now, days: 1 }, |(s, _)| s.again(now));
        self.watch.silence.sent.insert(key, (sent, now));
        self.watch.plan(Round::Missing(mrn, vital), Some(now + hours(allowed)));
    }

    pub(crate) fn missing_round(&mut self, now: At, mrn: Mrn, vital: Vital) {
        let key = (mrn.clone(), vital);
        let Some(allowed) = self.settings.missing_reading_hours.get(vital.name()).copied() else { return };
        let Some((sent, from)) = self.watch.silence.sent.get(&key).copied() else { return };
        if self.watch.silence.told.contains_key(&key) || !sent.usual() {
            return;
        }
        let due = from + hours(allowed);
        let grace = self.watch.silence.grace_until.unwrap_or(due);
        if now < due || now < grace {
            self.watch.plan(Round::Missing(mrn, vital), Some(due.max(grace)));
            return;
        }
        let Some(patient) = self.patients.get(&mrn) else { return };
        if self.status_now(patient, now) != PatientStatus::Active {
            // Paused, in hospital, gone: nobody expects readings. Active again, the whole wait begins anew.
            self.watch.silence.sent.insert(key, (sent, now));
            self.watch.plan(Round::Missing(mrn, vital), Some(now + hours(allowed)));
            return;
        }
        if self.nobody_sends(now, allowed) {
            self.watch.plan(Round::Missing(mrn, vital), Some(now + minutes(CATCH_UP_MINUTES)));
            return;
        }
        let since = crate::wallclock::clinic_zone(&self.settings).moment(sent.last);
        let task = self.raise_missing(now, &mrn, vital, format!("No {} reading since {since}; usually one comes.", vital.words()));
        self.watch.silence.told.insert(key, task);
        self.remember(missing_key(&mrn, vital), json!({ "task": task, "since": sent.last }));
    }

    /// The source itself is silent: told once, patients' own clocks wait for it.
    fn nobody_sends(&mut self, now: At, allowed: f64) -> bool {
        let told = self.watch.silence.sources.iter().any(|(s, h)| h.told && matches!(s, Source::FhirHook | Source::ChartPull));
        if told || self.watch.silence.nobody.is_some() {
            return true;
        }
        let Some(last) = self.freshest_reading_at.filter(|last| now - *last > hours(allowed / 2.0)) else { return false };
        if self.watch.silence.sent.len() < PANEL {
            return false;
        }
        let since = crate::wallclock::clinic_zone(&self.settings).moment(last);
        let words = format!("No patient's reading has arrived since {since}: look at the way they come in, not at the patients.");
        let task = self.raise(now, "source_silent", None, None, Severity::Abnormal, words);
        self.watch.silence.nobody = Some(task);
        true
    }

    fn raise_missing(&mut self, now: At, mrn: &Mrn, vital: Vital, words: String) -> u64 {
        let raised = &mut self.watch.silence.raised;
        raised.retain(|at| now - *at < minutes(60.0));
        if raised.len() < MANY {
            raised.push_back(now);
            return self.raise(now, "missing_readings", Some(mrn.clone()), Some(vital), Severity::Routine, words);
        }
        self.attention(now, "missing_readings", (mrn, Some(vital)), None, words);
        let open = self.watch.silence.many.filter(|(task, _)| self.tasks.contains_key(task));
        let n = open.map_or(0, |(_, n)| n) + 1;
        let said = format!("{n} more patients have stopped sending within the hour.");
        let task = match open {
            Some((task, _)) => {
                self.with_task(task, |_, t| t.detail = said);
                task
            }
            None => {
                self.out.alarms.push(Alarm {
                    severity: Severity::Abnormal,
                    case_id: String::new(),
                    vital: None,
                    text: "several patients have stopped sending".into(),
                });
                self.raise_quietly(now, "missing_readings", crate::outbox::About::default(), Severity::Routine, said)
            }
        };
        self.watch.silence.many = Some((task, n));
        task
    }
}

fn missing_key(mrn: &Mrn, vital: Vital) -> String {
    format!("missing:{}:{}", vital.name(), mrn.expose())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i64) -> At {
        At::from_timestamp(1_773_000_000 + n * 86_400, 0).unwrap()
    }

    #[test]
    fn three_days_of_fourteen_are_usual_and_two_are_not() {
        let two = Sent { last: day(0), days: 1 }.again(day(5)).again(day(5));
        assert!(!two.usual());
        assert!(two.again(day(9)).usual());
    }

    #[test]
    fn days_long_ago_do_not_make_a_habit() {
        let once = Sent { last: day(0), days: 0b111 }.again(day(20));
        assert!(!once.usual());
        assert_eq!(once.again(day(90)).days, 1);
    }
}
