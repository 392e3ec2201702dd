//! Visits made up at random, played through the real engine on a hand-driven clock, and judged by a plain scan of
//! every minute (behaviour.md 2.3): sent at the first instant allowed, and never when it is not.

mod desk;
mod made_up;
mod scan;

use desk::{Desk, Twilio};
use made_up::{life, Life};
use proptest::prelude::*;

fn lived(life: &Life, twilio: Twilio) -> Desk {
    let mut desk = Desk::open(life, twilio);
    desk.live();
    desk
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_reminder_goes_at_the_first_instant_that_is_allowed_and_at_no_other(life in life()) {
        let desk = lived(&life, Twilio::Well);
        if let Err(wrong) = scan::agrees(&desk.story) {
            prop_assert!(false, "{wrong}\n{}", desk.story.told());
        }
    }

    #[test]
    fn what_waits_for_twilio_never_leaves_when_it_is_not_allowed_any_more(life in life(), ill in made_up::outages()) {
        let desk = lived(&life, Twilio::Ill(ill));
        if let Err(wrong) = scan::allowed(&desk.story) {
            prop_assert!(false, "{wrong}\n{}", desk.story.told());
        }
    }
}
