//! Shadow mode: the nurse's judgement, the agreement report, and the gate before going live (behaviour.md 1.8).

use crate::{At, PatientBrief, SeverityView};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a nurse says of an alert that shadow mode held back.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct JudgeArgs {
    /// `e12`, or `r3` for one of a rehearsal.
    pub id: String,
    /// `agree`, `disagree`, `not_needed`.
    pub opinion: String,
    /// Needed to disagree.
    pub why: String,
    /// When she herself noticed it or acted; none = not said.
    pub acted_at: Option<At>,
}

/// An alert that the console did not raise.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MissedArgs {
    pub mrn: String,
    /// `bp`, `glucose`, `weight`, `spo2`, `heart_rate`.
    pub vital: String,
    /// When she noticed it.
    pub at: At,
    /// What she did.
    pub did: String,
}

/// Why an alert was missed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ExplainArgs {
    pub id: u64,
    pub why: String,
}

/// Which span to report on.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ShadowArgs {
    /// None = since shadow mode began.
    pub from: Option<At>,
    /// None = until now.
    pub to: Option<At>,
    /// The rehearsal that was last played, instead of the ward.
    pub rehearsal: bool,
}

/// A scenario's text, played on a clock of its own in shadow mode.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RehearseArgs {
    pub text: String,
}

/// How many of each: raised by the console; agreed and extra by the nurse's word; missed by the console.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TallyView {
    pub raised: u64,
    pub judged: u64,
    pub agreed: u64,
    pub extra: u64,
    pub missed: u64,
    pub unexplained: u64,
    /// agreed / (agreed + extra + missed), 0 to 1; none = nothing to compare.
    pub agreement: Option<f64>,
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TallyRow {
    /// `bp` ..., a day as YYYY-MM-DD, or the vital and the limit: `bp/systolic_high`.
    pub id: String,
    /// In the reader's words.
    pub words: String,
    pub tally: TallyView,
}

/// How much earlier than the nurse the console was, minutes; negative = later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct EarlierView {
    pub compared: u64,
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

/// What was said of one alert.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct JudgementView {
    pub opinion: String,
    pub why: String,
    pub acted_at: Option<At>,
    pub by: String,
    pub at: At,
}

/// An alert that shadow mode held back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ShadowAlert {
    /// `e12`, or `r3` in a rehearsal.
    pub id: String,
    pub at: At,
    pub patient: PatientBrief,
    pub vital: String,
    pub severity: SeverityView,
    pub rule: String,
    pub value: String,
    pub unit: String,
    /// The text that would have left.
    pub texted_at: Option<At>,
    /// The page that would have left.
    pub paged_at: Option<At>,
    pub judgement: Option<JudgementView>,
    /// How much earlier the console was; none = not agreed, or her time was not said.
    pub minutes_earlier: Option<f64>,
}

/// An alert that the console missed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MissedAlert {
    pub id: u64,
    pub at: At,
    pub patient: PatientBrief,
    pub vital: String,
    pub did: String,
    pub by: String,
    pub explained: Option<String>,
    pub explained_by: Option<String>,
}

/// The agreement report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ShadowView {
    pub now: At,
    pub from: At,
    pub to: At,
    /// The name of the rehearsal that this is about: it counts for no gate.
    pub rehearsal: Option<String>,
    /// Whether there is one to look at.
    pub rehearsed: bool,
    /// Workflows in shadow now.
    pub in_shadow: Vec<String>,
    pub total: TallyView,
    pub earlier: Option<EarlierView>,
    pub by_vital: Vec<TallyRow>,
    pub by_rule: Vec<TallyRow>,
    pub by_day: Vec<TallyRow>,
    /// Newest first, those not judged yet before the others; at most 500.
    pub alerts: Vec<ShadowAlert>,
    /// How many more there are.
    pub more: u64,
    pub missed: Vec<MissedAlert>,
}

/// Workflows to look at; none = all that are in shadow.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct GateArgs {
    pub workflows: Vec<String>,
}

/// One workflow and its mode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct WorkflowView {
    /// `bp` ... `visits`, `check_ins`.
    pub name: String,
    /// `shadow`, `live`.
    pub mode: String,
    pub since: Option<At>,
    pub days: f64,
    pub raised: u64,
    pub judged: u64,
}

/// A word about a need: proof of it, or going without it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct NeedNote {
    /// `proof`, `override`.
    pub how: String,
    pub why: String,
    pub by: String,
    pub at: At,
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SignedView {
    pub by: String,
    pub at: At,
    pub workflows: Vec<String>,
}

/// One thing that must hold before going live.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct NeedView {
    /// `shadow_days`, `judged`, `missed`, `connections`, `least_privilege`, `warning_pages`, `case_lookup`, `coverage`, `baa`,
    /// `nurse_lead`, `medical_director`.
    pub need: String,
    /// What it asks for, in a sentence.
    pub words: String,
    /// `met`, `open`, `noted` (on a person's word).
    pub standing: String,
    /// What is lacking, each a sentence.
    pub lacking: Vec<String>,
    /// What to do next; empty when it is met.
    pub next: String,
    pub note: Option<NeedNote>,
    pub signed: Vec<SignedView>,
    /// Whether a person's word can prove it.
    pub takes_proof: bool,
}

/// The day of a vendor's agreement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BaaView {
    pub vendor: String,
    pub label: String,
    /// YYYY-MM-DD.
    pub signed_on: Option<String>,
}

/// The gate before going live.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct GateView {
    pub now: At,
    /// False in the sandbox: nothing bars the way there.
    pub armed: bool,
    pub workflows: Vec<WorkflowView>,
    /// What the needs below are about.
    pub chosen: Vec<String>,
    pub needs: Vec<NeedView>,
    /// How many needs are open.
    pub open: u32,
    /// Whether the chosen ones can go live now.
    pub ready: bool,
    pub baa: Vec<BaaView>,
    /// The side that the reader may sign for: `nurse_lead`, `medical_director`; none = neither.
    pub sign_as: Option<String>,
}

/// A word about a need.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct GateNoteArgs {
    pub need: String,
    pub workflows: Vec<String>,
    /// `proof`, `override`.
    pub how: String,
    pub why: String,
}

/// The day a vendor's agreement was signed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BaaArgs {
    pub vendor: String,
    /// YYYY-MM-DD; none = there is none.
    pub signed_on: Option<String>,
}

/// Sign for going live with some workflows; the reader's own role says for which side.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SignOffArgs {
    pub workflows: Vec<String>,
}

/// Workflows that go live.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct GoLiveArgs {
    pub workflows: Vec<String>,
}

/// Workflows that go back to shadow, and why.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct BackToShadowArgs {
    pub workflows: Vec<String>,
    pub why: String,
}
