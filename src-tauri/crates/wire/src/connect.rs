//! Connecting vendors: what is set and since when, and the forms to set it. No view ever carries a secret.

use crate::At;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// How every vendor is connected.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SetUpView {
    pub now: At,
    /// Whether vendors can be connected here by whoever asks.
    pub may_change: bool,
    /// Why not, in a sentence.
    pub why_not: Option<String>,
    /// Where secrets are kept, in words.
    pub home: String,
    /// A credential older than so many days is to be renewed; 0 = no reminder.
    pub review_days: f64,
    pub vendors: Vec<VendorSetUp>,
    pub hooks_key: HooksKeyView,
}

/// How one vendor is connected.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VendorSetUp {
    pub vendor: String,
    pub label: String,
    /// `built_in`, `file` (given at the start), `desk` (set here), `none`.
    pub from: String,
    pub fields: Vec<FieldView>,
    /// The oldest credential, in days; none = none is kept.
    pub oldest_days: Option<u32>,
    pub overdue: bool,
    pub tests: Vec<TestView>,
    /// What was granted against what is needed; empty = not known, or not a chart.
    pub scopes: Vec<ScopeView>,
    /// The pager's schedule for the next seven days; none = not known, or not the pager.
    pub coverage: Option<CoverageView>,
}

/// Who is on call ahead.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CoverageView {
    pub checked_at: At,
    /// The last look failed: this is as of `checked_at`.
    pub failed: bool,
    /// Known up to here.
    pub until: Option<At>,
    /// From then till then nobody is first in line.
    pub holes: Vec<HoleView>,
}

/// A time in which nobody is on call.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HoleView {
    pub from: At,
    pub to: At,
}

/// One field of a connection and how it stands.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FieldView {
    pub name: String,
    /// `address`, `text`, `sid`, `phone`, `email`, `code`, `peer`, `algorithm`, `secret`, `pem`.
    pub kind: String,
    pub needed: bool,
    /// What counts while it is empty.
    pub otherwise: Option<String>,
    /// What stands there; never that of a secret, and of an identifier only `ends_in`.
    pub value: Option<String>,
    /// Something is kept there.
    pub set: bool,
    /// The last four of an identifier.
    pub ends_in: Option<String>,
    pub set_at: Option<At>,
    pub set_by: Option<String>,
    pub days: Option<u32>,
    pub overdue: bool,
}

/// A test of a connection: how it came out last, or how far it is.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TestView {
    /// `look`, `patient`, `text`, `incident`, `post`, `echo`, `endpoint`.
    pub test: String,
    /// What it needs from the person: `mrn`, `phone`; none = nothing.
    pub asks: Option<String>,
    /// `never`, `running`, `good`, `warning`, `bad`, `unknown` (it began and its end was never seen).
    pub state: String,
    pub at: Option<At>,
    pub by: Option<String>,
    pub took_ms: Option<f64>,
    pub lines: Vec<TestLine>,
    /// What to do when it failed.
    pub what_to_do: Option<String>,
}

/// One point of a test.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TestLine {
    pub what: String,
    /// `running`, `good`, `warning`, `bad`.
    pub verdict: String,
    pub said: String,
}

/// A permission at the chart.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ScopeView {
    /// `Observation.read`.
    pub name: String,
    /// `granted`, `missing`, `not_asked`, `too_much`.
    pub state: String,
}

/// The secret part of the hooks' addresses.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HooksKeyView {
    /// A former key still opens the hooks until then.
    pub former_until: Option<At>,
    /// When a request last came by the former key; none = not since the console started.
    pub former_used_at: Option<At>,
    /// When the current key was made; none = with the workspace.
    pub made_at: Option<At>,
}

/// Set a vendor's connection. Fields left out stay as they are; an empty text clears one.
#[derive(Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ConnectArgs {
    pub vendor: String,
    pub fields: BTreeMap<String, String>,
}

impl std::fmt::Debug for ConnectArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Secrets are among the fields.
        write!(f, "ConnectArgs({} {:?})", self.vendor, self.fields.keys())
    }
}

/// Test a connection.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TestArgs {
    pub vendor: String,
    pub test: String,
    /// The MRN or the number that it asks for; else empty.
    pub to: String,
}

/// Make a new key for the hooks; the present one is good for so long after.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct NewKeyArgs {
    pub grace_hours: f64,
}

/// A vendor.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VendorArgs {
    pub vendor: String,
}
