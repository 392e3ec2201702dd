//! Some thousands of the inputs that the example `hl7_storm` throws by the million.

#[path = "../examples/hl7_storm/storm.rs"]
mod storm;

use decide::hl7::SiteMap;
use storm::{dice, one, Tally};

#[test]
fn every_byte_of_a_storm_is_read_or_refused_with_its_reason() {
    let (map, mut tally) = (SiteMap::default(), Tally::default());
    for input in 0..4_000 {
        one(&mut dice(7, input), &map, &mut tally);
    }
    assert!(tally.parsed > 1_000 && tally.refused_ae > 1_000 && tally.refused_ar > 100, "the storm had all weathers: {tally:?}");
}
