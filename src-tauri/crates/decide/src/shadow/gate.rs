//! The gate before going live (behaviour.md 1.8): what each workflow needs, what is lacking, and who has said what about it.

use super::Opinion;
use crate::desk::Desk;
use crate::outbox::Vendor;
use crate::{At, Mode, Settings, Vital};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Of the alerts of a workflow, so many in a hundred must be judged (`shadow_judged_percent`).
pub const JUDGED_PERCENT: f64 = 90.0;

/// One thing that must hold before going live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// `shadow_days_minimum` days in shadow.
    ShadowDays,
    /// `shadow_judged_percent` of the alerts judged by a nurse.
    Judged,
    /// No missed alert without an explanation.
    Missed,
    /// Every connection test green.
    Connections,
    /// The chart's key grants no more than is needed.
    LeastPrivilege,
    /// PagerDuty pages somebody for `warning`.
    WarningPages,
    /// `case_lookup_phone` or `chart_url_template` is set.
    CaseLookup,
    /// Somebody is on call in each hour of the next seven days.
    Coverage,
    /// The day of the agreement (BAA) with each vendor.
    Baa,
    /// Signed by the nurse lead.
    NurseLead,
    /// Signed by the medical director.
    MedicalDirector,
}

/// All of them, in the order of the work.
pub const NEEDS: [Need; 11] = [
    Need::ShadowDays,
    Need::Judged,
    Need::Missed,
    Need::Connections,
    Need::LeastPrivilege,
    Need::WarningPages,
    Need::CaseLookup,
    Need::Coverage,
    Need::Baa,
    Need::NurseLead,
    Need::MedicalDirector,
];

impl Need {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Need::ShadowDays => "shadow_days",
            Need::Judged => "judged",
            Need::Missed => "missed",
            Need::Connections => "connections",
            Need::LeastPrivilege => "least_privilege",
            Need::WarningPages => "warning_pages",
            Need::CaseLookup => "case_lookup",
            Need::Coverage => "coverage",
            Need::Baa => "baa",
            Need::NurseLead => "nurse_lead",
            Need::MedicalDirector => "medical_director",
        }
    }

    /// The need of that name.
    pub fn named(name: &str) -> Option<Need> {
        NEEDS.into_iter().find(|n| n.name() == name)
    }

    /// Whether a person's word is the proof: the console cannot see a telephone ring.
    pub fn takes_proof(self) -> bool {
        self == Need::WarningPages
    }
}

/// On what a need counts as met although the console does not see it met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Somebody saw it and says how.
    Proof,
    /// An administrator goes without, and says why.
    Override,
}

/// What was said about a need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateNote {
    pub need: Need,
    pub workflows: BTreeSet<String>,
    pub how: How,
    pub why: String,
    pub by: String,
    pub at: At,
}

/// Whose word a signature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The nurse lead, who signs as an administrator.
    NurseLead,
    /// The medical director, who signs as a clinician.
    MedicalDirector,
}

impl Side {
    /// The need that it meets.
    pub fn need(self) -> Need {
        match self {
            Side::NurseLead => Need::NurseLead,
            Side::MedicalDirector => Need::MedicalDirector,
        }
    }
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOff {
    pub side: Side,
    pub workflows: BTreeSet<String>,
    /// Tells people apart whose names are alike.
    pub staff: String,
    pub by: String,
    pub at: At,
}

/// How a vendor's connection test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tested {
    Green,
    Red,
    Never,
}

/// What the desk does not hold in memory: counted by the caller since each workflow's shadow began.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evidence {
    /// Alerts held back, and those of them that are judged, by workflow.
    pub alerts: BTreeMap<String, (u64, u64)>,
    pub tests: BTreeMap<Vendor, Tested>,
    /// Whether the chart's key grants only what is needed; none = not known.
    pub least_privilege: Option<bool>,
    /// Whether PagerDuty's service pages for `warning`; none = not known.
    pub warning_pages: Option<bool>,
}

/// What is wrong with a vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VendorLack {
    NotTested,
    Failing,
    NoAgreement,
}

/// One thing that is lacking, as data: screens and the trail say it in words.
#[derive(Debug, Clone, PartialEq)]
pub enum Lacking {
    Days {
        workflow: String,
        days: f64,
        of: f64,
    },
    Judged {
        workflow: String,
        judged: u64,
        raised: u64,
        percent: f64,
    },
    /// Nothing was raised: there is nothing to compare.
    NothingRaised {
        workflow: String,
    },
    Unexplained {
        workflow: String,
        count: u64,
    },
    Vendor {
        vendor: Vendor,
        lack: VendorLack,
    },
    TooMuchGranted,
    NotKnown,
    Unproven,
    NotSet,
    ScheduleUnknown,
    Hole {
        from: At,
        to: At,
    },
    Unsigned {
        workflows: Vec<String>,
    },
}

/// How a need stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    Met,
    Open,
    /// By a note that covers all that is lacking.
    Noted(GateNote),
}

/// A need, for the workflows asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    pub need: Need,
    pub standing: Standing,
    pub lacking: Vec<Lacking>,
    /// Who signed, for the two signatures.
    pub signed: Vec<SignOff>,
}

impl Requirement {
    /// Whether it stands in the way.
    pub fn open(&self) -> bool {
        self.standing == Standing::Open
    }
}

/// The vendors that a workflow speaks to.
fn vendors_of(workflow: &str) -> &'static [Vendor] {
    match workflow {
        "visits" => &[Vendor::Twilio, Vendor::Ehr],
        "check_ins" => &[Vendor::Twilio],
        _ => &[Vendor::Cerner, Vendor::Twilio, Vendor::PagerDuty, Vendor::Slack],
    }
}

/// What those workflows need; a need that none of them has is left out.
pub fn needs(workflows: &BTreeSet<String>) -> Vec<Need> {
    let vitals = workflows.iter().any(|w| Vital::named(w).is_some());
    let of_vitals =
        |n: &Need| matches!(n, Need::Judged | Need::Missed | Need::LeastPrivilege | Need::WarningPages | Need::CaseLookup | Need::Coverage);
    NEEDS.into_iter().filter(|n| vitals || !of_vitals(n)).collect()
}

/// Each need of going live with those workflows, and how it stands.
pub fn gate(desk: &Desk, evidence: &Evidence, workflows: &BTreeSet<String>, now: At) -> Vec<Requirement> {
    needs(workflows)
        .into_iter()
        .map(|need| {
            let lacking = lacking(desk, evidence, need, workflows, now);
            let signed = desk.shadow.gate.signed.iter().filter(|s| s.side.need() == need).cloned().collect();
            let standing = match (lacking.is_empty(), note_on(desk, need, workflows)) {
                (true, _) => Standing::Met,
                (false, Some(note)) => Standing::Noted(note.clone()),
                (false, None) => Standing::Open,
            };
            Requirement { need, standing, lacking, signed }
        })
        .collect()
}

/// The newest note that covers all those workflows.
fn note_on<'a>(desk: &'a Desk, need: Need, workflows: &BTreeSet<String>) -> Option<&'a GateNote> {
    desk.shadow.gate.notes.iter().rev().find(|n| n.need == need && workflows.is_subset(&n.workflows))
}

fn lacking(desk: &Desk, evidence: &Evidence, need: Need, workflows: &BTreeSet<String>, now: At) -> Vec<Lacking> {
    let (s, gate) = (&desk.settings, &desk.shadow.gate);
    let vitals = || workflows.iter().filter(|w| Vital::named(w).is_some());
    let vendors: BTreeSet<Vendor> = workflows.iter().flat_map(|w| vendors_of(w)).copied().collect();
    match need {
        Need::ShadowDays => workflows
            .iter()
            .filter_map(|w| {
                let days = gate.since.get(w).map_or(0.0, |since| (now - *since).num_seconds() as f64 / 86_400.0);
                (days < s.shadow_days_minimum).then(|| Lacking::Days { workflow: w.clone(), days, of: s.shadow_days_minimum })
            })
            .collect(),
        Need::Judged => vitals()
            .filter_map(|w| {
                let (raised, judged) = evidence.alerts.get(w).copied().unwrap_or_default();
                if raised == 0 {
                    return Some(Lacking::NothingRaised { workflow: w.clone() });
                }
                let percent = s.shadow_judged_percent;
                let short = (judged as f64) * 100.0 < percent * (raised as f64);
                short.then(|| Lacking::Judged { workflow: w.clone(), judged, raised, percent })
            })
            .collect(),
        Need::Missed => vitals()
            .filter_map(|w| {
                let since = gate.since.get(w).copied();
                let count = desk
                    .shadow
                    .judgements
                    .values()
                    .filter(|j| j.opinion == Opinion::Missed && j.explained.is_none() && j.vital.name() == w && Some(j.at) >= since)
                    .count() as u64;
                (count > 0).then(|| Lacking::Unexplained { workflow: w.clone(), count })
            })
            .collect(),
        Need::Connections => vendors
            .into_iter()
            .filter_map(|vendor| {
                let lack = match evidence.tests.get(&vendor).copied().unwrap_or(Tested::Never) {
                    Tested::Green => return None,
                    Tested::Red => VendorLack::Failing,
                    Tested::Never => VendorLack::NotTested,
                };
                Some(Lacking::Vendor { vendor, lack })
            })
            .collect(),
        Need::Baa => vendors
            .into_iter()
            .filter(|v| !gate.baa.contains_key(v))
            .map(|vendor| Lacking::Vendor { vendor, lack: VendorLack::NoAgreement })
            .collect(),
        Need::LeastPrivilege => match evidence.least_privilege {
            Some(true) => Vec::new(),
            Some(false) => vec![Lacking::TooMuchGranted],
            None => vec![Lacking::NotKnown],
        },
        Need::WarningPages => match evidence.warning_pages {
            Some(true) => Vec::new(),
            _ => vec![Lacking::Unproven],
        },
        Need::CaseLookup => match lookup_set(s) {
            true => Vec::new(),
            false => vec![Lacking::NotSet],
        },
        Need::Coverage => {
            let coverage = &desk.watch.coverage;
            if coverage.failed || coverage.until.is_none_or(|until| until <= now) {
                return vec![Lacking::ScheduleUnknown];
            }
            coverage.holes.iter().filter(|h| h.to > now).map(|h| Lacking::Hole { from: h.from, to: h.to }).collect()
        }
        Need::NurseLead | Need::MedicalDirector => {
            let covered: BTreeSet<&String> = gate.signed.iter().filter(|s| s.side.need() == need).flat_map(|s| &s.workflows).collect();
            let bare: Vec<String> = workflows.iter().filter(|w| !covered.contains(w)).cloned().collect();
            if bare.is_empty() {
                Vec::new()
            } else {
                vec![Lacking::Unsigned { workflows: bare }]
            }
        }
    }
}

/// Whether a clinician on a phone at night can turn a case into a patient (behaviour.md 1.6).
fn lookup_set(s: &Settings) -> bool {
    !s.case_lookup_phone.trim().is_empty() || !s.chart_url_template.trim().is_empty()
}

/// The day of an agreement may not be ahead.
pub(super) fn ahead(day: NaiveDate, now: At) -> bool {
    day > now.date_naive()
}

/// Whether all of those are in shadow now.
pub(super) fn all_in_shadow(settings: &Settings, workflows: &BTreeSet<String>) -> bool {
    workflows.iter().all(|w| settings.mode.of(w) == Mode::Shadow)
}
