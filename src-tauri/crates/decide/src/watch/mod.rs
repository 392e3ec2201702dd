//! The console's own watch: who is on call next week, whether webhooks still come, who has fallen silent,
//! what was due while it was away, and what a clock that was set does to running waits.
//!
//! Each round has one due time; all of them wake the spine like any clock.

mod away;
mod backup;
mod coverage;
mod set_clock;
mod silence;
mod webhook;

pub use away::{Away, AwayItem, Became, Due, Why};
pub(crate) use backup::check_keeping;
pub use backup::{Backups, Copied, Failed as BackupFailed, Recovery, Tested, LATE_HOURS};
pub use coverage::{Coverage, Hole};
pub use silence::Sent;
pub use webhook::Webhook;

use crate::desk::{Desk, Owed};
use crate::outbox::{About, Act, Look, Priority, Vendor};
use crate::rows::Row;
use crate::trail::Line;
use crate::{At, Mrn, Settings, Source, Vital};
use serde_json::Value;
use silence::Silence;
use std::collections::{BTreeMap, BTreeSet};

/// The watch's own questions are numbered from here, by their time: far above the ward's count.
pub const WATCH_NUMBERS: u64 = 1 << 60;

/// What comes round by itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Round {
    Coverage,
    Webhook,
    /// A source may have fallen silent.
    Source(Source),
    /// A patient may have stopped sending.
    Missing(Mrn, Vital),
    /// The newest good copy may have become too old.
    Backup,
}

/// What is remembered about the watch.
#[derive(Debug, Default)]
pub struct Watch {
    pub coverage: Coverage,
    pub webhook: Webhook,
    pub backups: Backups,
    /// What was due while the console was away, the last time.
    pub away: Option<Away>,
    /// When the spine last said that it turns, in this run or the one before.
    pub alive_at: Option<At>,
    pub(crate) silence: Silence,
    rounds: BTreeSet<(At, Round)>,
    due: BTreeMap<Round, At>,
    /// When a wrong signature of a source was last told.
    turned_away: BTreeMap<Source, At>,
}

impl Watch {
    /// From what is stored.
    pub(crate) fn load(stored: Vec<(String, Value)>, settings: &Settings, now: At) -> Watch {
        let mut watch = Watch::default();
        for (key, value) in stored {
            match key.split_once(':') {
                None => match key.as_str() {
                    "alive" => watch.alive_at = read(value),
                    "away" => watch.away = read(value),
                    "coverage" => watch.coverage = read(value).unwrap_or_default(),
                    "backups" => watch.load_backups(value, settings),
                    "webhook" => watch.webhook = read(value).unwrap_or_default(),
                    _ => {}
                },
                Some(("source", name)) => watch.silence.remember_source(name, &value),
                Some(("missing", who)) => watch.silence.remember_missing(who, &value),
                Some(_) => {}
            }
        }
        watch.watch_sources(settings, now);
        watch
    }

    /// Sets, moves or (none) stops a round.
    pub(crate) fn plan(&mut self, round: Round, due: Option<At>) {
        if let Some(old) = self.due.remove(&round) {
            self.rounds.remove(&(old, round.clone()));
        }
        if let Some(due) = due {
            self.rounds.insert((due, round.clone()));
            self.due.insert(round, due);
        }
    }

    /// Moves a round forward, never back.
    pub(crate) fn plan_sooner(&mut self, round: Round, due: At) {
        if self.due.get(&round).is_none_or(|old| *old > due) {
            self.plan(round, Some(due));
        }
    }

    /// When the first round is due.
    pub(crate) fn next(&self) -> Option<At> {
        self.rounds.first().map(|(due, _)| *due)
    }

    /// Rounds that are due, in order.
    pub(crate) fn due_rounds(&self, now: At) -> impl Iterator<Item = Round> + '_ {
        self.rounds.iter().take_while(move |(due, _)| *due <= now).map(|(_, round)| round.clone())
    }

    /// A round that is planned waits at least until then.
    pub(crate) fn put_off(&mut self, round: Round, until: At) {
        if self.due.get(&round).is_some_and(|due| *due < until) {
            self.plan(round, Some(until));
        }
    }

    fn take_due(&mut self, now: At) -> Option<Round> {
        let (due, round) = self.rounds.first().cloned()?;
        if due > now {
            return None;
        }
        self.plan(round.clone(), None);
        Some(round)
    }
}

impl Desk {
    /// The console started; `None` at its very first start.
    pub(crate) fn take_started(&mut self, now: At) {
        let since = self.watch.alive_at;
        self.back_on_duty(now, since);
        self.shadow_since(now);
        self.say_overdue(now);
        self.beat(now);
    }

    /// The computer woke.
    pub(crate) fn take_woke(&mut self, now: At, since: At) {
        // Webhooks of the meantime are lost as if it had been closed: waits that ran out are looked up first.
        self.started_at = now;
        self.back_on_duty(now, Some(since));
        self.beat(now);
    }

    fn back_on_duty(&mut self, now: At, since: Option<At>) {
        self.time_away_is_no_silence(now, since);
        self.watch.plan(Round::Coverage, Some(now));
        self.watch.plan(Round::Webhook, Some(now));
        self.watch_rounds(now);
    }

    /// The spine turns.
    pub(crate) fn beat(&mut self, now: At) {
        self.watch.alive_at = Some(now);
        self.remember("alive", serde_json::to_value(now).unwrap_or_default());
    }

    /// Rounds that are due.
    pub(crate) fn watch_rounds(&mut self, now: At) {
        while let Some(round) = self.watch.take_due(now) {
            self.do_round(now, round);
        }
    }

    /// One round, if it is due.
    pub(crate) fn watch_round(&mut self, now: At, round: Round) {
        if self.watch.due.get(&round).is_some_and(|due| *due <= now) {
            self.watch.plan(round.clone(), None);
            self.do_round(now, round);
        }
    }

    fn do_round(&mut self, now: At, round: Round) {
        match round {
            Round::Coverage => self.coverage_round(now),
            Round::Webhook => self.webhook_round(now),
            Round::Source(source) => self.source_round(now, source),
            Round::Missing(mrn, vital) => self.missing_round(now, mrn, vital),
            Round::Backup => self.backup_round(now),
        }
    }

    /// The desk was set up again while the console ran: the rounds go on, and what is known of silence stays.
    pub(crate) fn watch_goes_on(&mut self, before: &mut Watch, now: At) {
        let tasks = &self.tasks;
        self.watch.silence.go_on(&mut before.silence, |id| tasks.contains_key(&id));
        self.watch.turned_away = std::mem::take(&mut before.turned_away);
        self.watch.plan(Round::Coverage, Some(now));
        self.watch.plan(Round::Webhook, Some(now));
        self.plan_missing(now);
    }

    /// A look of the watch failed: "unknown" is neither "nobody" nor "disabled".
    pub(crate) fn watch_look_failed(&mut self, now: At, look: &Look, said: &str) {
        match look {
            Look::Coverage { .. } => self.coverage_failed(now, said),
            Look::Webhook => self.webhook_failed(now),
            _ => {}
        }
    }

    /// A signature did not match: told once an hour for each source. Three of PagerDuty's disable its webhook.
    pub(crate) fn take_turned_away(&mut self, now: At, source: Source) {
        let told = self.watch.turned_away.get(&source).is_some_and(|at| now - *at < crate::minutes(60.0));
        if !told {
            self.watch.turned_away.insert(source, now);
            let detail = format!(
                "A webhook ({}) came with a signature that does not match. Compare the secret here with the vendor's.",
                source.name()
            );
            self.notice(now, "signature_refused", detail);
        }
        if source == Source::PagerDutyWebhook {
            self.watch.plan_sooner(Round::Webhook, now + crate::seconds(5.0));
        }
    }

    pub(crate) fn remember(&mut self, key: impl Into<String>, value: Value) {
        self.out.rows.push(Row::Watch { key: key.into(), value });
    }

    /// Something about no patient, for staff.
    pub(crate) fn notice(&mut self, now: At, reason: &str, detail: String) {
        let line = Line::Attention { reason: reason.into(), mrn: None, vital: None, appointment_id: None, detail };
        self.say(now, None, None, line);
    }

    fn ask_pager(&mut self, now: At, look: Look) {
        let owed = Owed {
            vendor: Vendor::PagerDuty,
            act: Act::Look(look),
            about: About::default(),
            priority: Priority::CheckIn,
            shadow: false,
            not_before: None,
            give_up_at: Some(now + crate::minutes(2.0)),
        };
        // The count is the ward's: a row's number must not depend on when the watch came round.
        let kind = u64::from(matches!(owed.act, Act::Look(Look::Webhook)));
        self.owe_as(WATCH_NUMBERS + now.timestamp_millis().unsigned_abs() * 2 + kind, now, owed);
    }
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> Option<T> {
    serde_json::from_value(value).ok()
}

/// What a setting of the watch may not be.
pub(crate) fn check_setting(s: &Settings, name: &str) -> Result<(), String> {
    let positive = |map: &BTreeMap<String, f64>| match map.iter().find(|(_, v)| !v.is_finite() || **v <= 0.0) {
        Some((k, v)) => Err(format!("{k}: must be more than 0, not {v}")),
        None => Ok(()),
    };
    match name {
        "source_silence_minutes" => match s.source_silence_minutes.keys().find(|k| Source::named(k).is_none()) {
            Some(k) => Err(format!("there is no source {k}: {}", Source::ALL.map(Source::name).join(", "))),
            None => positive(&s.source_silence_minutes),
        },
        "missing_reading_hours" => match s.missing_reading_hours.keys().find(|k| Vital::named(k).is_none()) {
            Some(k) => Err(format!("there is no vital {k}")),
            None => positive(&s.missing_reading_hours),
        },
        "heartbeat_url" if !s.heartbeat_url.is_empty() => {
            let rest = s.heartbeat_url.strip_prefix("https://").or_else(|| s.heartbeat_url.strip_prefix("http://"));
            match rest {
                Some(host) if !host.is_empty() && !host.starts_with('/') && !host.contains(char::is_whitespace) => Ok(()),
                _ => Err("is not an http or https address".into()),
            }
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_is_moved_forward_and_never_back() {
        let at = |s: i64| At::from_timestamp(s, 0).unwrap();
        let mut watch = Watch::default();
        watch.plan(Round::Webhook, Some(at(100)));
        watch.plan_sooner(Round::Webhook, at(200));
        assert_eq!(watch.next(), Some(at(100)));
        watch.plan_sooner(Round::Webhook, at(50));
        assert_eq!((watch.take_due(at(60)), watch.next()), (Some(Round::Webhook), None));
    }

    #[test]
    fn a_source_or_vital_that_does_not_exist_is_refused_by_name() {
        let with = |name: &str, value: Value| crate::followup::change::with_setting(&Settings::default(), name, value);
        assert!(with("source_silence_minutes", serde_json::json!({ "fax": 60 })).unwrap_err().contains("fax"));
        assert!(with("source_silence_minutes", serde_json::json!({ "fhir": 0 })).unwrap_err().contains("fhir"));
        assert!(with("missing_reading_hours", serde_json::json!({ "mood": 24 })).unwrap_err().contains("mood"));
        assert!(with("heartbeat_url", "ping.example".into()).is_err());
        assert!(with("heartbeat_url", "https://ping.example/abc".into()).is_ok());
    }
}
