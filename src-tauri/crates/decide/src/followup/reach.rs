//! A patient's number, consent or standing changed: what has not left follows.

use super::reading::asks;
use crate::desk::Desk;
use crate::outbox::{Act, Effect, EffectState, TextPurpose};
use crate::{At, EpisodeState, Patient, Severity};

impl Desk {
    /// Texts that wait go to the new number, or nowhere; a question that cannot be answered any more is over.
    pub(super) fn reach_changed(&mut self, now: At, before: &Patient, after: &Patient) {
        let (was, is) = (self.textable(before, now), self.textable(after, now));
        let (Some(old), true) = (before.phone.clone(), was != is) else { return };
        let waits = |f: &&Effect| f.outstanding() && f.about.mrn.as_ref() == Some(&after.mrn) && f.act.texts() == Some(&old);
        let waiting: Vec<Effect> = self.effects.values().filter(waits).cloned().collect();
        for f in waiting {
            match &is {
                Ok(new) if *new == old => {}
                Ok(new) => self.readdress(f, new),
                Err(why) => drop(self.withdraw_effect(now, f.id, why)),
            }
        }
        let Err(why) = is else { return };
        for id in self.open_episodes(&after.mrn) {
            if !asks(&self.episodes[&id]) {
                continue;
            }
            self.with_episode(id, |desk, e| {
                if why != "not_active" {
                    return desk.no_text_possible(now, e, why);
                }
                // Paused, admitted or gone meanwhile: no text and no page, the nurse sees it.
                desk.end_question(e, why);
                e.no_text = Some(why.into());
                if e.acted_severity < Severity::Critical && e.pages.is_empty() {
                    desk.review(now, e, why);
                    desk.set_state(now, e, EpisodeState::NurseReview, Some(why));
                }
            });
        }
    }

    /// A text that has not left goes to the new number. Texts about visits keep the number that the event told.
    fn readdress(&mut self, mut f: Effect, to: &crate::Phone) {
        let waits = matches!(f.state, EffectState::Owed | EffectState::Blocked | EffectState::Parked { .. });
        let ours = matches!(
            f.act.purpose(),
            Some(TextPurpose::SymptomCheck | TextPurpose::Clarify | TextPurpose::Nurse | TextPurpose::Help | TextPurpose::CheckIn)
        );
        if let (true, true, Act::Text(text)) = (waits, ours, &mut f.act) {
            text.to = to.clone();
            self.change_effect(f);
        }
    }
}
