//! Shadow mode (behaviour.md 1.8): what the nurse herself would have done, how far the console agrees with her, and the gate
//! before going live.

mod gate;
mod judge;
mod live;
mod report;

pub use gate::{
    gate, needs, Evidence, GateNote, How, Lacking, Need, Requirement, Side, SignOff, Standing, Tested, VendorLack, JUDGED_PERCENT, NEEDS,
};
pub use live::WENT_LIVE;
pub use report::{alert, report, Alert, Earlier, Report, Tally};

use crate::outbox::Vendor;
use crate::{At, Mode, Modes, Mrn, Settings, Vital};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Everything that can be in shadow or live by itself (behaviour.md 1.8 "per workflow").
pub const WORKFLOWS: [&str; 7] = ["bp", "glucose", "weight", "spo2", "heart_rate", "visits", "check_ins"];

/// What a nurse says of an alert that the console would have raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opinion {
    /// She would have texted or paged too.
    Agree,
    /// Something was to be done, but not this: the why says what.
    Disagree,
    /// Nobody had to hear of it.
    NotNeeded,
    /// The console raised nothing, and she did.
    Missed,
}

impl Opinion {
    /// The word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Opinion::Agree => "agree",
            Opinion::Disagree => "disagree",
            Opinion::NotNeeded => "not_needed",
            Opinion::Missed => "missed",
        }
    }
}

/// Why the console did not raise a missed alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    pub why: String,
    pub by: String,
    pub at: At,
}

/// A nurse's judgement of one alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    pub id: u64,
    /// The episode that would have alerted; none = missed by the console.
    pub episode: Option<u64>,
    pub mrn: Mrn,
    pub vital: Vital,
    pub opinion: Opinion,
    /// Why she disagrees.
    #[serde(default)]
    pub why: String,
    /// What she did herself.
    #[serde(default)]
    pub did: String,
    /// When she herself noticed it or acted; none = not said, and then no minutes are compared.
    pub acted_at: Option<At>,
    pub by: String,
    pub at: At,
    #[serde(default)]
    pub explained: Option<Explained>,
    /// Taken back within the time to undo it; kept, counted nowhere.
    #[serde(default)]
    pub taken_back: bool,
}

/// What stands of the gate: since when each workflow is in shadow, and what people have said and signed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Gate {
    /// Only the gate leads out of shadow. A sandbox and a scenario have none.
    #[serde(default)]
    pub armed: bool,
    #[serde(default)]
    pub since: BTreeMap<String, At>,
    #[serde(default)]
    pub notes: Vec<GateNote>,
    #[serde(default)]
    pub signed: Vec<SignOff>,
    /// The day the agreement with a vendor (BAA) was signed.
    #[serde(default)]
    pub baa: BTreeMap<Vendor, NaiveDate>,
}

/// A judgement that can be taken back for some seconds: as it was before, if there was one.
#[derive(Debug, Clone)]
pub(crate) struct TakeBack {
    until: At,
    who: String,
    id: u64,
    before: Option<Judgement>,
}

/// What the desk holds of shadow mode.
#[derive(Debug, Default)]
pub struct Shadow {
    pub judgements: BTreeMap<u64, Judgement>,
    of_episode: HashMap<u64, u64>,
    pub gate: Gate,
    undo: HashMap<u64, TakeBack>,
}

impl Shadow {
    /// As it is stored.
    pub fn load(judgements: Vec<Judgement>, gate: Option<Gate>) -> Shadow {
        let mut shadow = Shadow { gate: gate.unwrap_or_default(), ..Shadow::default() };
        judgements.into_iter().filter(|j| !j.taken_back).for_each(|j| shadow.put(j));
        shadow
    }

    /// What was said of an episode.
    pub fn of(&self, episode: u64) -> Option<&Judgement> {
        self.of_episode.get(&episode).and_then(|id| self.judgements.get(id))
    }

    fn put(&mut self, j: Judgement) {
        if let Some(episode) = j.episode {
            self.of_episode.insert(episode, j.id);
        }
        self.judgements.insert(j.id, j);
    }

    fn remove(&mut self, id: u64) {
        if let Some(episode) = self.judgements.remove(&id).and_then(|j| j.episode) {
            self.of_episode.remove(&episode);
        }
    }
}

/// What somebody does about shadow mode.
#[derive(Debug, Clone, PartialEq)]
pub enum ShadowChange {
    /// A judgement of an alert that would have been raised; it replaces an earlier one.
    Judge { episode: Box<crate::Episode>, opinion: Opinion, why: String, acted_at: Option<At>, undo_seconds: f64 },
    /// An alert that the console did not raise.
    Missed { mrn: Mrn, vital: Vital, at: At, did: String, undo_seconds: f64 },
    /// Why it was missed.
    Explain { id: u64, why: String },
    /// From now on only the gate leads out of shadow.
    Arm,
    /// A need of the gate is met on a person's word, or waived with a reason.
    Note { need: Need, workflows: BTreeSet<String>, how: How, why: String },
    /// The day a vendor's agreement was signed; none = there is none.
    Baa { vendor: Vendor, signed_on: Option<NaiveDate> },
    /// A person signs for one side. `staff` tells people apart.
    Sign { side: Side, workflows: BTreeSet<String>, staff: String },
    /// Out of shadow, if the gate is open.
    GoLive { workflows: BTreeSet<String>, evidence: Box<Evidence> },
    /// Back into shadow, at once.
    GoBack { workflows: BTreeSet<String>, why: String },
}

/// The workflows that a change of settings would take out of shadow.
pub fn leaving(now: &Modes, then: &Modes) -> Vec<&'static str> {
    WORKFLOWS.into_iter().filter(|w| now.of(w) == Mode::Shadow && then.of(w) == Mode::Live).collect()
}

/// The workflows in shadow.
pub fn in_shadow(settings: &Settings) -> BTreeSet<String> {
    WORKFLOWS.into_iter().filter(|w| settings.mode.of(w) == Mode::Shadow).map(String::from).collect()
}
