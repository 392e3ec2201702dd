//! How the desk is doing over a span.

use crate::{At, PatientBrief};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The span; at most 92 days.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MeasuresArgs {
    pub from: At,
    pub to: At,
}

/// How long until somebody took an alert, minutes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ResponseView {
    pub alerts: u64,
    pub untaken: u64,
    pub median: Option<f64>,
    pub p90: Option<f64>,
    pub over_limit: u64,
}

/// One day's load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LoadDay {
    /// YYYY-MM-DD, the clinic's own.
    pub day: String,
    pub alarms: u64,
    /// People who worked on alerts that day.
    pub staff: u64,
}

/// A patient and vital that raises the most.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BusiestView {
    pub patient: PatientBrief,
    pub vital: String,
    pub alarms: u64,
    pub in_an_hour: u64,
}

/// Something that did not get through.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FailureCount {
    /// `page_not_proven`, `pager_down`, `text_not_delivered`, `no_text_possible`, `chart_blocked`, `ehr_request_failed`.
    pub what: String,
    pub count: u64,
}

/// The measures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MeasuresView {
    pub now: At,
    pub from: At,
    pub to: At,
    /// `ack_target_minutes` and `ack_limit_minutes`.
    pub ack_target_minutes: f64,
    pub ack_limit_minutes: f64,
    pub critical: ResponseView,
    pub abnormal: ResponseView,
    pub alarms: u64,
    pub by_day: Vec<LoadDay>,
    /// Share of the span in flood, 0 to 1.
    pub flood_share: f64,
    pub floods: u64,
    /// The most in any ten minutes.
    pub peak: u64,
    pub chattering: u64,
    pub busiest: Vec<BusiestView>,
    /// Opened in the span and open for more than a day at its end.
    pub stale: u64,
    /// Open now.
    pub standing: u64,
    pub failures: Vec<FailureCount>,
}
