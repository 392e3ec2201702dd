//! Minutes for CCM and RPM (remote monitoring): only what a person logged, counted once, and what it reaches of each code.
//!
//! Codes and thresholds are a setting with dates (`billing_codes`), not code: a certified coder signs them. The shipped rule set is
//! that of US Medicare for 2026 (Physician Fee Schedule final rule for 2026: 99445 and 99470 are new from 2026-01-01).

use crate::desk::Desk;
use crate::rows::Row;
use crate::trail::Line;
use crate::{At, Episode, Mrn};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Whose program a minute counts for; one minute counts for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Program {
    /// Remote physiologic monitoring: the work on readings.
    Rpm,
    /// Chronic care management: everything else on the care plan.
    Ccm,
}

impl Program {
    /// The word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Program::Rpm => "rpm",
            Program::Ccm => "ccm",
        }
    }

    /// The program of that word.
    pub fn named(name: &str) -> Option<Program> {
        [Program::Rpm, Program::Ccm].into_iter().find(|p| p.name() == name)
    }
}

/// What a person may have done in a minute that counts.
pub const ACTIVITIES: [&str; 6] = ["call", "video", "reading_review", "care_plan", "education", "coordination"];

/// Minutes that a person logged beside an episode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Logged {
    pub id: u64,
    pub mrn: Mrn,
    pub program: Program,
    /// When the work was done.
    pub at: At,
    pub minutes: Decimal,
    /// One of `ACTIVITIES`.
    pub activity: String,
    /// A live two-way talk with the patient; a text is none.
    pub contact: bool,
    #[serde(default)]
    pub note: String,
    pub by: String,
    pub logged_at: At,
    /// Who took it back, when and why; then it counts nowhere and stays on record.
    #[serde(default)]
    pub struck: Option<Struck>,
}

/// Why logged minutes do not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Struck {
    pub by: String,
    pub at: At,
    pub why: String,
}

/// What a code counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    RpmMinutes,
    CcmMinutes,
    /// Distinct days with a reading, in 30.
    Days,
}

/// One code, as a coder signs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeRule {
    pub code: String,
    pub counts: Counts,
    /// Reached at so many.
    pub at_least: u32,
    /// Not beyond so many: another code stands for more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
    /// Again for each further so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<u32>,
    /// At most so many units a month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_units: Option<u32>,
    /// Needs a live two-way talk in the month.
    #[serde(default)]
    pub contact: bool,
    /// In force from this day.
    pub from: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// Where the threshold is from.
    #[serde(default)]
    pub source: String,
}

/// The rule set for 2026.
pub fn codes_2026() -> Vec<CodeRule> {
    let day = |y| NaiveDate::from_ymd_opt(y, 1, 1).unwrap_or_default();
    let rule = |code: &str, counts, at_least, at_most, each, most_units, contact, from, source: &str| CodeRule {
        code: code.into(),
        counts,
        at_least,
        at_most,
        each,
        most_units,
        contact,
        from: day(from),
        until: None,
        source: source.into(),
    };
    use Counts::{CcmMinutes, Days, RpmMinutes};
    let new = "CPT 2026; CMS Physician Fee Schedule final rule for 2026, in force from 2026-01-01";
    let known = "CPT; CMS Physician Fee Schedule";
    vec![
        rule("99445", Days, 2, Some(15), None, Some(1), false, 2026, new),
        rule("99454", Days, 16, None, None, Some(1), false, 2019, known),
        rule("99470", RpmMinutes, 10, Some(19), None, Some(1), true, 2026, new),
        rule("99457", RpmMinutes, 20, None, None, Some(1), true, 2019, known),
        rule("99458", RpmMinutes, 40, None, Some(20), None, true, 2020, known),
        rule("99490", CcmMinutes, 20, None, None, Some(1), false, 2015, known),
        rule("99439", CcmMinutes, 40, None, Some(20), Some(2), false, 2021, known),
    ]
}

/// What a patient has in a month.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Month {
    /// All RPM minutes, and those of live talks.
    pub rpm: Decimal,
    pub rpm_live: Decimal,
    pub ccm: Decimal,
    /// A live two-way talk took place.
    pub contact: bool,
    /// Distinct local days with a reading, of the 30 to the end of the month or to now.
    pub days: u32,
}

/// How far one code is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    pub code: String,
    pub units: u32,
    /// So many more minutes or days reach it, or its next unit; none = nothing more to reach.
    pub lacks: Option<u32>,
    pub counts: Counts,
    /// The minutes are there, the live talk is not.
    pub lacks_contact: bool,
}

impl Month {
    /// Adds what was logged beside an episode.
    pub fn log(&mut self, l: &Logged) {
        if l.struck.is_some() {
            return;
        }
        self.add(l.program, l.minutes, l.contact);
    }

    /// Adds the minutes that closed an episode: work on a reading, live if a call reached the patient.
    pub fn episode(&mut self, e: &Episode) {
        if let Some(minutes) = e.minutes {
            self.add(Program::Rpm, minutes, talked(e));
        }
    }

    fn add(&mut self, program: Program, minutes: Decimal, live: bool) {
        self.contact |= live && program == Program::Rpm;
        match program {
            Program::Ccm => self.ccm += minutes,
            Program::Rpm => {
                self.rpm += minutes;
                if live {
                    self.rpm_live += minutes;
                }
            }
        }
    }

    /// How far each code in force on that day is. `live_only`: only minutes of live talks count for RPM (the stricter reading
    /// of the rule; a site may choose the other). Minutes are rounded down at the sum, never up.
    pub fn codes(&self, rules: &[CodeRule], on: NaiveDate, live_only: bool) -> Vec<Reached> {
        let whole = |d: Decimal| u32::try_from(d.trunc().mantissa() / 10i128.pow(d.trunc().scale())).unwrap_or(0);
        let rpm = whole(if live_only { self.rpm_live } else { self.rpm });
        let in_force = |r: &&CodeRule| r.from <= on && r.until.is_none_or(|u| on < u);
        rules
            .iter()
            .filter(in_force)
            .map(|r| {
                let have = match r.counts {
                    Counts::RpmMinutes => rpm,
                    Counts::CcmMinutes => whole(self.ccm),
                    Counts::Days => self.days,
                };
                let lacks_contact = r.contact && !self.contact && have >= r.at_least && r.at_most.is_none_or(|m| have <= m);
                reached(r, have, lacks_contact)
            })
            .collect()
    }
}

fn reached(r: &CodeRule, have: u32, lacks_contact: bool) -> Reached {
    let beyond = r.at_most.is_some_and(|most| have > most);
    let each = r.each.unwrap_or(u32::MAX).max(1);
    let earned = if have < r.at_least || beyond { 0 } else { 1 + (have - r.at_least) / each };
    let units = earned.min(r.most_units.unwrap_or(u32::MAX));
    let full = r.most_units.is_some_and(|most| units >= most) || beyond;
    let lacks = match (full, have < r.at_least, r.each) {
        (true, ..) => None,
        (_, true, _) => Some(r.at_least - have),
        (_, false, Some(each)) => Some(r.at_least + units * each - have),
        (_, false, None) => None,
    };
    Reached { code: r.code.clone(), units: if lacks_contact { 0 } else { units }, lacks, counts: r.counts, lacks_contact }
}

/// Whether a call on that episode reached the patient.
pub fn talked(e: &Episode) -> bool {
    e.notes.iter().any(|n| n.text.starts_with("Call: reached"))
}

/// What a person does about minutes.
#[derive(Debug, Clone, PartialEq)]
pub enum MinutesChange {
    /// `id`, `by`, `logged_at` and `struck` are set here.
    Log(Box<Logged>),
    /// Takes logged minutes back; the entry as it is stored.
    Strike { entry: Box<Logged>, why: String },
}

/// A day has no more.
const MOST_MINUTES: u32 = 600;
const LONGEST: usize = 500;
/// Later than this a coder must be asked: the month may have been billed.
const LATEST_DAYS: i64 = 62;

impl Desk {
    pub(crate) fn change_minutes(&mut self, now: At, who: &str, change: MinutesChange) {
        let refused = match &change {
            MinutesChange::Log(l) => self.check_minutes(now, l),
            MinutesChange::Strike { entry, .. } if entry.struck.is_some() => Some(("id", "It was taken back already.".to_string())),
            MinutesChange::Strike { why, .. } if why.trim().is_empty() || why.chars().count() > LONGEST => {
                Some(("why", "Say why it does not count.".to_string()))
            }
            MinutesChange::Strike { .. } => None,
        };
        if let Some((field, why)) = refused {
            self.out.answer.field = Some(field.into());
            self.out.answer.refused = Some(why);
            return;
        }
        let (what, entry) = match change {
            MinutesChange::Log(l) => {
                let id = self.new_id();
                ("minutes_logged", Logged { id, by: who.into(), logged_at: now, struck: None, ..*l })
            }
            MinutesChange::Strike { entry, why } => {
                ("minutes_struck", Logged { struck: Some(Struck { by: who.into(), at: now, why: why.trim().into() }), ..*entry })
            }
        };
        let mut detail = format!("{} min {}, {}", entry.minutes.normalize(), entry.program.name(), entry.activity.replace('_', " "));
        if let Some(s) = &entry.struck {
            detail += &format!(": {}", s.why);
        }
        self.say(now, None, Some(who), Line::Act { what: what.into(), mrn: Some(entry.mrn.clone()), vital: None, detail: Some(detail) });
        self.out.rows.push(Row::Minutes(Box::new(entry)));
    }

    fn check_minutes(&self, now: At, l: &Logged) -> Option<(&'static str, String)> {
        if !self.patients.contains_key(&l.mrn) {
            return Some(("mrn", "That patient is not enrolled here.".into()));
        }
        if l.minutes <= Decimal::ZERO || l.minutes > Decimal::from(MOST_MINUTES) {
            return Some(("minutes", format!("Minutes go from more than 0 to {MOST_MINUTES}.")));
        }
        if !ACTIVITIES.contains(&l.activity.as_str()) {
            return Some(("activity", "Choose what was done.".into()));
        }
        if l.contact && !matches!(l.activity.as_str(), "call" | "video" | "education" | "care_plan") {
            return Some(("contact", "A live talk is a call or a video call.".into()));
        }
        if l.at > now {
            return Some(("at", "That time has not come yet.".into()));
        }
        if now - l.at > chrono::TimeDelta::days(LATEST_DAYS) {
            return Some(("at", format!("That is more than {LATEST_DAYS} days ago.")));
        }
        if l.note.chars().count() > LONGEST {
            return Some(("note", format!("At most {LONGEST} characters.")));
        }
        None
    }
}

/// Rules that contradict themselves.
pub fn check_codes(rules: &[CodeRule]) -> Result<(), String> {
    for r in rules {
        if r.code.trim().is_empty() {
            return Err("a code has no number".into());
        }
        if r.at_least == 0 || r.at_most.is_some_and(|m| m < r.at_least) {
            return Err(format!("{}: at_least is 1 or more and at most at_most", r.code));
        }
        if r.each == Some(0) || r.until.is_some_and(|u| u <= r.from) {
            return Err(format!("{}: each is 1 or more, until is after from", r.code));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(rpm_live: i64, rpm: i64, ccm: i64, days: u32) -> Month {
        let d = Decimal::from;
        Month { rpm: d(rpm), rpm_live: d(rpm_live), ccm: d(ccm), contact: rpm_live > 0, days }
    }

    fn units(m: &Month, live_only: bool) -> Vec<(String, u32)> {
        let on = NaiveDate::from_ymd_opt(2026, 3, 31).unwrap();
        m.codes(&codes_2026(), on, live_only).into_iter().filter(|r| r.units > 0).map(|r| (r.code, r.units)).collect()
    }

    fn of(pairs: &[(&str, u32)]) -> Vec<(String, u32)> {
        pairs.iter().map(|(c, n)| (c.to_string(), *n)).collect()
    }

    #[test]
    fn nineteen_minutes_are_the_small_code_and_twenty_the_large_one() {
        assert_eq!(units(&month(9, 9, 0, 0), true), of(&[]));
        assert_eq!(units(&month(10, 10, 0, 0), true), of(&[("99470", 1)]));
        assert_eq!(units(&month(19, 19, 0, 0), true), of(&[("99470", 1)]));
        assert_eq!(units(&month(20, 20, 0, 0), true), of(&[("99457", 1)]));
        assert_eq!(units(&month(65, 65, 0, 0), true), of(&[("99457", 1), ("99458", 2)]));
    }

    #[test]
    fn a_text_is_no_contact_and_minutes_without_one_reach_nothing() {
        let m = month(0, 25, 0, 0);
        assert_eq!(units(&m, false), of(&[]));
        let codes = m.codes(&codes_2026(), NaiveDate::from_ymd_opt(2026, 3, 31).unwrap(), false);
        assert!(codes.iter().find(|r| r.code == "99457").unwrap().lacks_contact);
        // Only live minutes count where the site reads the rule strictly.
        assert_eq!(units(&month(12, 25, 0, 0), true), of(&[("99470", 1)]));
        assert_eq!(units(&month(12, 25, 0, 0), false), of(&[("99457", 1)]));
    }

    #[test]
    fn ccm_has_at_most_two_further_units() {
        assert_eq!(units(&month(0, 0, 19, 0), true), of(&[]));
        assert_eq!(units(&month(0, 0, 59, 0), true), of(&[("99490", 1), ("99439", 1)]));
        assert_eq!(units(&month(0, 0, 140, 0), true), of(&[("99490", 1), ("99439", 2)]));
    }

    #[test]
    fn days_with_readings_are_one_supply_code_or_the_other() {
        assert_eq!(units(&month(0, 0, 0, 1), true), of(&[]));
        assert_eq!(units(&month(0, 0, 0, 15), true), of(&[("99445", 1)]));
        assert_eq!(units(&month(0, 0, 0, 16), true), of(&[("99454", 1)]));
    }

    #[test]
    fn what_is_lacking_is_said_and_minutes_are_rounded_down() {
        let on = NaiveDate::from_ymd_opt(2026, 3, 31).unwrap();
        let m = Month { rpm_live: "18.9".parse().unwrap(), rpm: "18.9".parse().unwrap(), contact: true, days: 1, ..Month::default() };
        let lacks = |code: &str| m.codes(&codes_2026(), on, true).into_iter().find(|r| r.code == code).unwrap().lacks;
        assert_eq!((lacks("99457"), lacks("99458"), lacks("99445"), lacks("99490")), (Some(2), Some(22), Some(1), Some(20)));
    }

    #[test]
    fn codes_that_are_new_in_2026_do_not_exist_before() {
        let codes = month(12, 12, 0, 5).codes(&codes_2026(), NaiveDate::from_ymd_opt(2025, 12, 31).unwrap(), true);
        assert!(codes.iter().all(|r| r.code != "99470" && r.code != "99445"));
    }
}
