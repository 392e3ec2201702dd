//! What the engine breaks on in its own tests: a reading whose source id begins with `trip`, and whatever a timer or a
//! vendor's answer does about patient 7700666.

use decide::desk::{Desk, Duty};
use decide::input::{Decoded, Input, RowId};
use decide::At;

/// Whose timers and answers break.
pub(crate) const MRN: &str = "7700666";

pub(crate) fn over(desk: &Desk, now: At, input: &Input) {
    let about = |id: &u64| desk.episodes.get(id).is_some_and(|e| e.mrn.expose() == MRN);
    let clock = |duty: &Duty| matches!(duty, Duty::Clock(RowId::Episode(id), _) if about(id));
    let trips = match input {
        Input::Reading { decoded: Decoded::Reading(a), .. } => a.source_id.as_deref().is_some_and(|id| id.starts_with("trip")),
        Input::Tick => desk.duties(now).iter().any(clock),
        Input::Fire(duty) => clock(duty),
        Input::Settled { effect, .. } => desk.effects.get(effect).and_then(|f| f.about.mrn.as_ref()).is_some_and(|mrn| mrn.expose() == MRN),
        _ => false,
    };
    assert!(!trips, "tripped");
}
