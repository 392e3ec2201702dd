//! Every promise, held against one run.

use super::books::Books;
use super::demands::Demands;
use super::talks::Talks;
use super::texts::{text_of, Texts};
use super::visits::Visits;
use super::ward::{Broken, Left, Ward};
use super::weather::Weather;
use crate::scenario::chronicle::{Seen, What};
use crate::scenario::file::Scenario;
use decide::outbox::TextPurpose;
use serde_json::json;

/// The promises that a run broke, in the order in which they were.
pub fn broken(scenario: &Scenario, seen: &[Seen], left: Left) -> Vec<Broken> {
    let mut ward = Ward::new(scenario, Weather::of(scenario, seen), left);
    let mut broken = Vec::new();
    let (mut texts, mut talks, mut demands) = (Texts::default(), Talks::default(), Demands::default());
    let (mut visits, mut books) = (Visits::default(), Books::default());
    for s in seen {
        if ward.rules.shadow && ward.rules.version == 0 {
            in_shadow(s, &mut broken);
        }
        talks.see(&ward, s, &mut demands, &mut broken);
        visits.see(&ward, s, &mut broken);
        ward.see(s);
        texts.see(&ward, s, &mut broken);
        demands.see(&ward, &talks, s, &mut broken);
        books.see(&ward, s, &mut broken);
        if let What::Accepted(a) = &s.what {
            if let Some((f, t)) = text_of(&ward, a.effect) {
                if let (TextPurpose::SymptomCheck, Some(episode)) = (t.purpose, f.about.episode) {
                    talks.check_sent(&ward, episode, s, &mut broken);
                }
            }
        }
    }
    demands.end(&ward, &mut broken);
    visits.end(&ward, &mut broken);
    books.end(&ward, &mut broken);
    broken
}

/// In shadow nothing leaves.
fn in_shadow(s: &Seen, broken: &mut Vec<Broken>) {
    if let What::Accepted(a) = &s.what {
        broken.push(Broken {
            promise: "in shadow nothing leaves",
            words: format!("{} took {:?} at {}.", a.vendor.name(), a.what, s.at),
            expect: vec![],
            expect_none: vec![json!({ "status": "sent" })],
        });
    }
}
