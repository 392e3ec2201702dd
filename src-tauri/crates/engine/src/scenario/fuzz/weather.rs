//! The weather of a run: when the console worked and each vendor was well, so that a promise with a deadline is held
//! against the time in which it could be kept.

use crate::scenario::chronicle::{Seen, What};
use crate::scenario::file::{Scenario, StepAct};
use chrono::TimeDelta;
use decide::outbox::Vendor;
use decide::At;

/// Spells of one thing: it changed to that at that time.
type Spells = Vec<(At, bool)>;

/// When what worked.
pub struct Weather {
    console: Spells,
    vendors: Vec<(Vendor, Spells)>,
    starts: Vec<At>,
    until: At,
    /// The longest wait that a vendor asked for.
    pub retry_after: TimeDelta,
    /// How far the console's clock ever was off, all in all; the deadlines of such a day are that much wider.
    pub off: TimeDelta,
}

impl Weather {
    /// Read from the chronicle.
    pub fn of(scenario: &Scenario, seen: &[Seen]) -> Weather {
        let mut w = Weather {
            console: vec![(scenario.start, true)],
            vendors: Vendor::ALL.iter().map(|v| (*v, vec![(scenario.start, true)])).collect(),
            starts: Vec::new(),
            until: scenario.until,
            retry_after: TimeDelta::zero(),
            off: TimeDelta::zero(),
        };
        for step in &scenario.timeline {
            match &step.act {
                StepAct::Vendor(v) => {
                    let asked = v.retry_after_s.unwrap_or(if v.state == "rate_limited" { 60 } else { 0 });
                    w.retry_after = w.retry_after.max(TimeDelta::seconds(i64::from(asked)));
                }
                StepAct::Clock { offset_s } => w.off += decide::seconds(offset_s.abs()),
                _ => {}
            }
        }
        for s in seen {
            match &s.what {
                What::Working(works) => w.console.push((s.at, *works)),
                What::Started => w.starts.push(s.at),
                What::Well { vendor, well } => {
                    if let Some((_, spells)) = w.vendors.iter_mut().find(|(v, _)| v == vendor) {
                        spells.push((s.at, *well));
                    }
                }
                _ => {}
            }
        }
        w
    }

    fn spells(&self, vendor: Vendor) -> &Spells {
        self.vendors.iter().find(|(v, _)| *v == vendor).map_or(&self.console, |(_, s)| s)
    }

    /// Whether the console worked without a break, and without a start, all through.
    pub fn worked(&self, from: At, to: At) -> bool {
        to <= self.until && holds(&self.console, from, to) && !self.starts.iter().any(|s| *s > from && *s <= to)
    }

    /// Whether a vendor was well all through.
    pub fn well(&self, vendor: Vendor, from: At, to: At) -> bool {
        holds(self.spells(vendor), from, to)
    }

    /// The end of the first stretch of that length, from then on, in which the console works and these vendors are well;
    /// none: there is no such stretch.
    pub fn clear(&self, vendors: &[Vendor], from: At, span: TimeDelta) -> Option<At> {
        let mut t = from;
        let all = || std::iter::once(&self.console).chain(vendors.iter().map(|v| self.spells(*v)));
        loop {
            if t + span > self.until {
                return None;
            }
            // The last moment in the stretch at which something fails or the process began anew moves it.
            let fails = all().filter_map(|s| last_failure(s, t, t + span)).max();
            let begins = self.starts.iter().copied().filter(|s| *s > t && *s <= t + span).max();
            match fails.max(begins) {
                None => return Some(t + span),
                Some(after) if after > t => t = after,
                Some(_) => return None,
            }
        }
    }
}

fn holds(spells: &Spells, from: At, to: At) -> bool {
    let before = spells.iter().rev().find(|(at, _)| *at <= from).is_none_or(|(_, good)| *good);
    before && !spells.iter().any(|(at, good)| *at > from && *at <= to && !*good)
}

/// The end of the last bad spell that touches the stretch; the end of time if it does not end.
fn last_failure(spells: &Spells, from: At, to: At) -> Option<At> {
    let mut last = None;
    for (i, (at, good)) in spells.iter().enumerate() {
        if *good || *at > to {
            continue;
        }
        let end = spells.get(i + 1).map_or(At::MAX_UTC, |(end, _)| *end);
        // A spell of no length still broke what went on in it.
        if end > from || (end == from && *at == from) {
            last = last.max(Some(end.max(*at + TimeDelta::milliseconds(1))));
        }
    }
    last.filter(|l| *l < At::MAX_UTC).or(last.map(|_| to + TimeDelta::days(400)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn t(s: i64) -> At {
        At::from_timestamp(s, 0).unwrap()
    }

    fn weather(console: &[(i64, bool)], twilio: &[(i64, bool)]) -> Weather {
        let spells = |s: &[(i64, bool)]| s.iter().map(|(at, good)| (t(*at), *good)).collect::<Spells>();
        Weather {
            console: spells(console),
            vendors: vec![(Vendor::Twilio, spells(twilio))],
            starts: Vec::new(),
            until: t(10_000),
            retry_after: TimeDelta::zero(),
            off: TimeDelta::zero(),
        }
    }

    #[test]
    fn a_stretch_begins_after_the_last_trouble_in_it() {
        let w = weather(&[(0, true), (50, false), (60, true)], &[(0, true), (65, false), (90, true)]);
        let span = TimeDelta::seconds(20);
        assert_eq!(w.clear(&[Vendor::Twilio], t(10), span), Some(t(30)));
        assert_eq!(w.clear(&[Vendor::Twilio], t(40), span), Some(t(110)));
        assert_eq!(w.clear(&[], t(40), span), Some(t(80)));
        assert_eq!(weather(&[(0, true), (50, false)], &[]).clear(&[], t(40), span), None);
        assert!(!w.worked(t(40), t(55)) && w.worked(t(60), t(70)));
    }
}
