//! Check-ins: a scheduled text to a chosen panel (behaviour.md 1.9).

use super::{At, Hhmm, Language, Mrn};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whom a check-in goes to; chosen when it is planned, looked up again when it is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Panel {
    /// Everybody who takes part.
    All,
    /// Those who speak it.
    Language { language: Language },
    /// These.
    Chosen { mrns: Vec<Mrn> },
}

/// How often it goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    #[default]
    Once,
    Daily,
    Weekly,
}

impl Repeat {
    /// Days from one round to the next.
    pub fn days(self) -> Option<u64> {
        match self {
            Repeat::Once => None,
            Repeat::Daily => Some(1),
            Repeat::Weekly => Some(7),
        }
    }
}

/// What became of one patient's text in the round under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum CheckInText {
    /// Owed to Twilio; its effect.
    Waiting {
        effect: u64,
    },
    Sent {
        at: At,
    },
    /// opted_out, no_mobile, no_consent, not_active, too_late ...
    Withheld {
        why: String,
    },
}

/// A check-in as it is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckInPlan {
    pub name: String,
    /// The words, `{first_name}` and `{clinic}` filled in.
    pub script: String,
    /// None: English for everybody.
    #[serde(default)]
    pub script_es: Option<String>,
    pub panel: Panel,
    /// The first day, by each patient's own calendar.
    pub day: NaiveDate,
    /// By each patient's own clock.
    pub local_time: Hhmm,
    #[serde(default)]
    pub repeat: Repeat,
}

/// A check-in and how its round stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckIn {
    pub id: u64,
    pub plan: CheckInPlan,
    pub by: String,
    pub planned_at: At,
    /// The local day of the round under way or to come.
    pub day: NaiveDate,
    #[serde(default)]
    pub texts: BTreeMap<Mrn, CheckInText>,
    /// When the next of the panel is due; none: the last round is over.
    pub next: Option<At>,
    /// Who ended it, and when.
    #[serde(default)]
    pub ended: Option<(At, String)>,
    /// Answers that came to any of its rounds.
    #[serde(default)]
    pub replies: u32,
}
