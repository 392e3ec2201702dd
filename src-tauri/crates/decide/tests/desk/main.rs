//! Days on the ward, made up at random: whatever happens in whatever order, the promises hold.

mod replay;
mod store;
mod ward;

use proptest::prelude::*;
use ward::{happening, Ward};

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_promises_hold(day in prop::collection::vec(happening(), 1..60)) {
        let mut ward = Ward::new();
        for h in &day {
            ward.live(h);
            if let Err(broken) = ward.promises() {
                prop_assert!(false, "{broken}\nafter {h:?}");
            }
        }
    }

    #[test]
    fn a_power_cut_loses_nothing(day in prop::collection::vec(happening(), 1..40)) {
        let mut ward = Ward::new();
        for h in &day {
            ward.live(h);
            if let Err(lost) = ward.same_after_a_power_cut() {
                prop_assert!(false, "{lost}\nafter {h:?}");
            }
        }
    }
}
