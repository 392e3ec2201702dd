//! The second routing key: a page that the first integration refuses or does not take in time goes to another one.
//!
//! One effect, tried by one key and then the other until either takes it: so there is one incident. Its key is the
//! same at both, so that a repeat is harmless.

use crate::desk::Desk;
use crate::outbox::{Act, Effect, EffectState, Page, Problem, NO_SECOND_KEY};
use crate::{At, Episode, PageStep};

impl Desk {
    /// The next attempt of a page goes by the other key; at once when the fallback has just come.
    /// One of unknown fate is settled by the key that it was sent with.
    pub(crate) fn try_other_key(&mut self, step: &PageStep, at: Option<At>) {
        let Some(mut f) = self.effects.get(&step.effect).cloned() else { return };
        let Act::Page(page) = &mut f.act else { return };
        if step.no_second_key || f.state != EffectState::Owed {
            return;
        }
        page.second_key = !page.second_key;
        f.next_try = at.unwrap_or(f.next_try);
        self.change_effect(f);
    }

    /// There is no second key: nothing was asked, and the first is tried on as before. True if that is so.
    pub(crate) fn took_no_second_key(&mut self, f: &mut Effect, problem: &Problem) -> bool {
        let Act::Page(page) = &mut f.act else { return false };
        if !page.second_key || problem.code.as_deref() != Some(NO_SECOND_KEY) {
            return false;
        }
        page.second_key = false;
        f.state = EffectState::Owed;
        self.change_effect(f.clone());
        let effect = f.id;
        if let Some(id) = f.about.episode {
            self.with_episode(id, |_, e| {
                for step in e.pages.iter_mut().filter(|p| p.effect == effect) {
                    step.no_second_key = true;
                }
            });
        }
        true
    }

    /// The second integration has the page: somebody is being called, and the first one needs mending.
    pub(crate) fn sent_by_second_key(&mut self, now: At, e: &mut Episode, effect: u64, page: &Page) {
        if !page.second_key {
            return;
        }
        for step in e.pages.iter_mut().filter(|p| p.effect == effect) {
            step.second_key = true;
        }
        let words = "The page went out by the second routing key; the first was refused or not reached.";
        self.attention(now, "paged_by_second_key", (&e.mrn, Some(e.vital)), Some(e.id), words);
    }
}
