//! Copies of the encrypted file: when one is due, what became of it, and who hears when no good one is recent.

use super::Round;
use crate::desk::{Alarm, Desk};
use crate::input::Safekeeping;
use crate::rows::Row;
use crate::trail::Line;
use crate::wallclock::clinic_zone;
use crate::{hours, minutes, At, Settings, Severity};
use serde::{Deserialize, Serialize};

/// The last good copy may be as old; a day, and two hours for a disk that was not plugged in.
pub const LATE_HOURS: f64 = 26.0;
/// One that failed is tried again after so long.
const TRY_AGAIN_MINUTES: f64 = 60.0;
/// Told again so often while none is good.
const TELL_AGAIN_HOURS: f64 = 24.0;
/// Fewer days would cut what the Worklist still shows.
const SHORTEST_RETENTION_DAYS: f64 = 30.0;

/// A copy that was opened again and found whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copied {
    /// When it was begun.
    pub at: At,
    /// The name of the file.
    pub file: String,
    pub bytes: u64,
    /// Lines of its trail.
    pub lines: u64,
    pub took_ms: u64,
}

/// A copy, or a test of one, that did not come out well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    pub at: At,
    pub why: String,
}

/// A restore test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tested {
    pub at: At,
    pub file: String,
    /// None: it can be restored.
    pub why_not: Option<String>,
}

/// The key as the printed code unlocks it; of no use without that code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// The first group of the code: tells codes apart.
    pub name: String,
    pub made_at: At,
    pub by: String,
    /// The sealed key, hex.
    pub sealed: String,
}

/// What is known of the copies.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Backups {
    /// Since when copies are wanted.
    pub wanted_since: Option<At>,
    pub last: Option<Copied>,
    /// The newest attempt that failed, if none was good since.
    pub failed: Option<Failed>,
    pub tested: Option<Tested>,
    pub recovery: Option<Recovery>,
}

impl Backups {
    /// Whether a copy is to be made now: the daily time came since the last good one, and no failure is fresh.
    pub fn due(&self, settings: &Settings, now: At) -> bool {
        if settings.backup_folder.is_empty() || self.failed.as_ref().is_some_and(|f| now - f.at < minutes(TRY_AGAIN_MINUTES)) {
            return false;
        }
        let zone = clinic_zone(settings);
        let today = zone.wall(now).date();
        let at = zone.first_at(today, settings.backup_at);
        let newest = if at <= now { at } else { zone.first_at(today.pred_opt().unwrap_or(today), settings.backup_at) };
        self.last.as_ref().is_none_or(|l| l.at < newest)
    }

    /// What is wrong with the copies now, in a sentence without PHI.
    pub fn trouble(&self, settings: &Settings, now: At) -> Option<String> {
        if settings.backup_folder.is_empty() {
            return None;
        }
        if let Some(failed) = &self.failed {
            return Some(format!("The last copy of the records could not be made: {}.", failed.why.trim_end_matches('.')));
        }
        let since = self.last.as_ref().map(|l| l.at).or(self.wanted_since)?;
        let age = (now - since).num_hours();
        (now - since >= hours(LATE_HOURS)).then(|| format!("The last good copy of the records is {age} h old."))
    }
}

impl Desk {
    /// Settings changed, or the desk was set up: looks when the newest copy becomes too old.
    pub(crate) fn backup_settings(&mut self, now: At) {
        let wanted = !self.settings.backup_folder.is_empty();
        if wanted != self.watch.backups.wanted_since.is_some() {
            self.watch.backups.wanted_since = wanted.then_some(now);
            if !wanted {
                self.watch.backups.failed = None;
            }
            self.remember_backups();
        }
        self.watch.plan_backup(wanted);
    }

    fn remember_backups(&mut self) {
        let kept = serde_json::to_value(&self.watch.backups).unwrap_or_default();
        self.remember("backups", kept);
    }

    /// No good copy is recent: said on the trail and aloud, and again a day later.
    pub(crate) fn backup_round(&mut self, now: At) {
        let Some(trouble) = self.watch.backups.trouble(&self.settings, now) else { return };
        self.backup_alarm(now, "backup_late", trouble);
        self.watch.plan(Round::Backup, Some(now + hours(TELL_AGAIN_HOURS)));
    }

    fn backup_alarm(&mut self, now: At, reason: &str, said: String) {
        self.out.alarms.push(Alarm { severity: Severity::Abnormal, case_id: String::new(), vital: None, text: said.clone() });
        self.notice(now, reason, said);
    }

    pub(crate) fn take_safekeeping(&mut self, now: At, who: &str, event: Safekeeping) {
        let act = |what: &str, detail: String| Line::Act { what: what.into(), mrn: None, vital: None, detail: Some(detail) };
        match event {
            Safekeeping::Copied(copied) => {
                self.say(now, None, Some(who), act("backup_made", format!("{}: {} lines", copied.file, copied.lines)));
                let state = &mut self.watch.backups;
                (state.last, state.failed) = (Some(copied), None);
                self.watch.plan_backup(!self.settings.backup_folder.is_empty());
            }
            Safekeeping::Failed { why } => {
                let told = self.watch.backups.failed.as_ref().is_some_and(|f| f.why == why);
                if !told {
                    self.backup_alarm(now, "backup_failed", format!("A copy of the records could not be made: {why}"));
                }
                self.watch.backups.failed = Some(Failed { at: now, why });
            }
            Safekeeping::Tested { file, why_not } => {
                let said = why_not.clone().map_or_else(|| file.clone(), |why| format!("{file}: {why}"));
                self.say(now, None, Some(who), act(if why_not.is_none() { "backup_tested" } else { "backup_unusable" }, said));
                self.watch.backups.tested = Some(Tested { at: now, file, why_not });
            }
            Safekeeping::Recovery { name, sealed } => {
                self.say(now, None, Some(who), Line::Credential { what: "recovery_key".into(), action: format!("printed, {name}") });
                self.watch.backups.recovery = Some(Recovery { name, made_at: now, by: who.into(), sealed });
            }
            Safekeeping::Archived { first, last, head, file, sha256 } => {
                self.say(now, None, Some(who), Line::Archived { first, last, head, file, sha256 });
                self.out.rows.push(Row::TrailCut { last });
                return;
            }
        }
        self.remember_backups();
    }
}

impl super::Watch {
    fn plan_backup(&mut self, wanted: bool) {
        let since = self.backups.last.as_ref().map(|l| l.at).or(self.backups.wanted_since);
        self.plan(Round::Backup, since.filter(|_| wanted).map(|at| at + hours(LATE_HOURS)));
    }

    /// The copies as they were remembered.
    pub(super) fn load_backups(&mut self, value: serde_json::Value, settings: &Settings) {
        self.backups = super::read(value).unwrap_or_default();
        self.plan_backup(!settings.backup_folder.is_empty());
    }
}

/// What the settings of the copies and of the trail's retention may not be.
pub(crate) fn check_keeping(s: &Settings, name: &str) -> Result<(), String> {
    match name {
        "backup_folder" if !s.backup_folder.is_empty() && !std::path::Path::new(&s.backup_folder).is_absolute() => {
            Err(format!("is a whole path, from the root on: {}", s.backup_folder))
        }
        "backup_at" if s.backup_at.0 >= 2400 => Err("is a time of day, 0000 to 2359".into()),
        "audit_retention_days" if s.audit_retention_days > 0.0 && s.audit_retention_days < SHORTEST_RETENTION_DAYS => {
            Err(format!("is 0 (all lines stay) or at least {SHORTEST_RETENTION_DAYS} days, not {}", s.audit_retention_days))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Hhmm;

    fn at(text: &str) -> At {
        text.parse().unwrap()
    }

    fn settings() -> Settings {
        Settings { backup_folder: "/mnt/copies".into(), backup_at: Hhmm(300), ..Settings::default() }
    }

    fn good(at: At) -> Backups {
        let last = Copied { at, file: "a.db".into(), bytes: 1, lines: 1, took_ms: 1 };
        Backups { last: Some(last), wanted_since: Some(at), ..Backups::default() }
    }

    #[test]
    fn a_copy_is_due_at_three_at_night_on_the_clinics_clock_and_once_a_day() {
        let state = good(at("2026-03-05T08:00:00Z"));
        // 03:00 in New York is 08:00Z in winter.
        assert!(!state.due(&settings(), at("2026-03-06T07:59:59Z")));
        assert!(state.due(&settings(), at("2026-03-06T08:00:00Z")));
        assert!(!good(at("2026-03-06T08:00:01Z")).due(&settings(), at("2026-03-06T20:00:00Z")));
    }

    #[test]
    fn the_first_copy_is_due_as_soon_as_there_is_a_folder() {
        assert!(Backups::default().due(&settings(), at("2026-03-06T20:00:00Z")));
        assert!(!Backups::default().due(&Settings::default(), at("2026-03-06T20:00:00Z")));
    }

    #[test]
    fn one_that_failed_is_tried_again_after_an_hour() {
        let failed = Some(Failed { at: at("2026-03-06T08:00:00Z"), why: "the folder is not there".into() });
        let state = Backups { failed, ..good(at("2026-03-05T08:00:00Z")) };
        assert!(!state.due(&settings(), at("2026-03-06T08:59:59Z")));
        assert!(state.due(&settings(), at("2026-03-06T09:00:00Z")));
    }

    #[test]
    fn a_copy_older_than_twenty_six_hours_is_trouble_and_none_wanted_is_not() {
        let state = good(at("2026-03-05T08:00:00Z"));
        assert_eq!(state.trouble(&settings(), at("2026-03-06T09:59:59Z")), None);
        assert!(state.trouble(&settings(), at("2026-03-06T10:00:00Z")).is_some_and(|s| s.contains("26 h")));
        assert_eq!(state.trouble(&Settings::default(), at("2026-03-16T10:00:00Z")), None);
    }

    #[test]
    fn a_folder_is_a_whole_path_and_a_month_of_trail_stays() {
        let with = |name: &str, value: serde_json::Value| crate::followup::change::with_setting(&Settings::default(), name, value);
        assert!(with("backup_folder", "copies".into()).unwrap_err().contains("whole path"));
        assert!(with("backup_folder", "/mnt/copies".into()).is_ok());
        assert!(with("backup_at", "2400".into()).is_err());
        assert!(with("audit_retention_days", 7.into()).unwrap_err().contains("30 days"));
        assert!(with("audit_retention_days", 0.into()).is_ok());
        assert!(with("backups_kept", 1.into()).unwrap_err().contains("2 or more"));
    }
}
