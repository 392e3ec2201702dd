//! A change of limits tried on the stored readings before it is saved.

use crate::{At, Band, TrendPoint};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A proposed change: one patient's own cells, or settings for everybody.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BacktestArgs {
    /// Whose limits; none = the settings below, for everybody.
    pub mrn: Option<String>,
    /// The patient's own cells as proposed, all of them: a number or text by limit name; null or left out = the default.
    #[serde(default)]
    #[ts(type = "Record<string, number | string | null>")]
    pub bounds: serde_json::Map<String, serde_json::Value>,
    /// The patient's own stat values as proposed, all of them; none = as they are.
    #[serde(default)]
    pub stat: Option<Vec<BacktestStat>>,
    /// Settings as proposed, by name (`default_limits`, `stat_table` ...).
    #[serde(default)]
    #[ts(type = "Record<string, unknown>")]
    pub settings: serde_json::Map<String, serde_json::Value>,
}

/// A stat value: beyond it a reading is critical.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BacktestStat {
    /// `systolic`, `diastolic`, `glucose`, `spo2`, `heart_rate`.
    pub what: String,
    /// `low`, `high`.
    pub direction: String,
    pub value: f64,
}

/// One back-test.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BacktestIdArgs {
    pub id: u64,
}

/// A back-test under way or over.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BacktestView {
    pub id: u64,
    /// `running`, `done`, `cancelled`, `failed`.
    pub state: String,
    /// 0 to 1.
    pub progress: f64,
    pub result: Option<BacktestResult>,
}

/// What a back-test found.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BacktestResult {
    /// The first day with readings, at most 90 days ago.
    pub from: At,
    pub to: At,
    pub days: f64,
    /// What it comes to, in one or two sentences.
    pub sentence: String,
    pub before: AlarmLoad,
    pub after: AlarmLoad,
    pub weeks: Vec<BacktestWeek>,
    /// Episodes in that time on which a person acted.
    pub acted_on: u64,
    /// Acted on, and no alarm at all under the proposed limits. The first 100.
    pub missed: Vec<BacktestEpisode>,
    pub missed_count: u64,
    /// Acted on, and later or lower. The first 100.
    pub weaker: Vec<BacktestEpisode>,
    pub weaker_count: u64,
    /// Acted on under limits of that time, and raised neither by those in force nor by those proposed.
    pub raised_by_neither: u64,
    /// Names of the limits that would let more through than before.
    pub loosens: Vec<String>,
    /// Saving this change needs a reason.
    pub reason_needed: bool,
    pub readings: u64,
    pub patients: u64,
    /// Readings that raise no alarm under any limits.
    pub left_out: Vec<LeftOut>,
    /// What the replay takes for granted, in a sentence.
    pub assumed: String,
    /// One patient: the readings with both limit bands.
    pub trends: Vec<BacktestTrend>,
}

/// Alarms on one side.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AlarmLoad {
    pub critical: u64,
    pub abnormal: u64,
    /// To one place; under a week of readings: as if it were a week.
    pub per_week: f64,
    pub critical_per_week: f64,
}

/// Seven days.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BacktestWeek {
    pub from: At,
    pub before_critical: u64,
    pub before_abnormal: u64,
    pub after_critical: u64,
    pub after_abnormal: u64,
}

/// An episode on which a person acted.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BacktestEpisode {
    /// The row, to open it.
    pub id: String,
    pub case_id: String,
    pub vital: String,
    pub value: String,
    pub at: At,
    /// As it was.
    pub severity: String,
    /// What the person did, in words.
    pub acted: String,
    /// `missed`, `later`, `lower`.
    pub fate: String,
    /// The same in words.
    pub said: String,
}

/// Readings left out, and why.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LeftOut {
    pub why: String,
    pub said: String,
    pub readings: u64,
}

/// The readings of one vital with both limit bands.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BacktestTrend {
    pub vital: String,
    pub name: String,
    pub unit: String,
    pub points: Vec<TrendPoint>,
    pub before: Band,
    pub after: Band,
}
