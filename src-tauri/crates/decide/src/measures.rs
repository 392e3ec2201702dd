//! How the desk is doing: response times, alarm load, floods, chattering, and what failed silently.
//!
//! An **alarm** is what newly interrupts a person: an alert opened, a page, a critical again, something overdue. Acknowledgements,
//! shelves and routine readings are none. Targets: behaviour.md 1.6 for response; ISA-18.2 and EEMUA 191 for load, per position:
//! about 6 an hour is acceptable and 12 the most one person can manage; a flood is more than 10 in 10 minutes and ends below 5;
//! 80 / 15 / 5 % low, medium, high; none stale beyond 24 h; none chattering.

use crate::trail::{Entry, Line};
use crate::{minutes, At, EpisodeState, Mrn, Severity, Vital};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Kinds of lines that are read for it.
pub const KINDS: [&str; 8] = ["episode", "act", "attention", "incident", "page", "delivery", "chart", "ehr_request"];
/// A flood begins with more than so many in ten minutes and ends below so many.
pub const FLOOD_BEGINS: usize = 10;
pub const FLOOD_ENDS: usize = 5;
/// So many alarms of one patient and vital within an hour are chattering. ISA-18.2 counts 3 in a minute; readings from home come
/// no faster than the debounce, so the hour stands for the minute.
pub const CHATTERS_AT: usize = 3;

/// Attention lines that interrupt somebody about an open alert.
const INTERRUPTS: [&str; 7] =
    ["ack_overdue", "lease_expired", "page_not_proven", "pager_down", "review_overdue", "critical_again", "ack_limit"];
/// Acts by which a person takes an alert.
const TAKES: [&str; 3] = ["acknowledge", "claim", "close"];

#[derive(Debug, Clone)]
struct Opened {
    at: At,
    severity: Severity,
    first_ack: Option<At>,
    closed: Option<At>,
}

/// What is gathered while lines are read, in order.
#[derive(Debug, Default)]
pub struct Gathered {
    episodes: HashMap<u64, Opened>,
    alarms: Vec<(At, Option<(Mrn, Vital)>)>,
    staff: BTreeMap<NaiveDate, BTreeSet<String>>,
    failures: BTreeMap<&'static str, u64>,
}

impl Gathered {
    /// Takes one line. `day` is the clinic's own day of its instant.
    pub fn take(&mut self, entry: &Entry, day: NaiveDate) {
        match &entry.line {
            Line::Episode { mrn, vital, state, reason } => self.episode(entry, (mrn, *vital), *state, reason.as_deref()),
            Line::Attention { reason, mrn, vital, .. } if INTERRUPTS.contains(&reason.as_str()) => {
                self.alarm(entry.at, mrn.clone().zip(*vital));
                match reason.as_str() {
                    "page_not_proven" => self.fail("page_not_proven"),
                    "pager_down" => self.fail("pager_down"),
                    _ => {}
                }
            }
            Line::Attention { reason, .. } if reason == "no_text_possible" => self.fail("no_text_possible"),
            Line::Act { what, .. } => {
                if let Some(by) = entry.by.as_ref().filter(|_| person_acts(what)) {
                    self.staff.entry(day).or_default().insert(by.clone());
                }
                if TAKES.contains(&what.as_str()) {
                    self.taken(entry);
                }
            }
            Line::Incident { action, .. } if action == "acknowledged" || action == "resolved" => self.taken(entry),
            Line::Delivery { status, .. } if status == "failed" || status == "undelivered" => self.fail("text_not_delivered"),
            Line::Chart { status, .. } if status == "blocked" => self.fail("chart_blocked"),
            Line::EhrRequest { status, .. } if status == "failed" => self.fail("ehr_request_failed"),
            _ => {}
        }
    }

    fn episode(&mut self, entry: &Entry, about: (&Mrn, Vital), state: EpisodeState, reason: Option<&str>) {
        let Some(id) = entry.episode else { return };
        let whom = || Some((about.0.clone(), about.1));
        match state {
            EpisodeState::Open if !self.episodes.contains_key(&id) => {
                let severity = if reason == Some("critical") { Severity::Critical } else { Severity::Abnormal };
                self.episodes.insert(id, Opened { at: entry.at, severity, first_ack: None, closed: None });
                self.alarm(entry.at, whom());
            }
            // A page goes out with the alert it belongs to, or later, on its own.
            EpisodeState::Paged if self.episodes.get(&id).is_none_or(|o| o.at != entry.at) => self.alarm(entry.at, whom()),
            EpisodeState::Closed => {
                if let Some(o) = self.episodes.get_mut(&id) {
                    o.closed = Some(entry.at);
                }
            }
            _ => {}
        }
    }

    fn alarm(&mut self, at: At, about: Option<(Mrn, Vital)>) {
        self.alarms.push((at, about));
    }

    fn fail(&mut self, what: &'static str) {
        *self.failures.entry(what).or_default() += 1;
    }

    fn taken(&mut self, entry: &Entry) {
        if let Some(o) = entry.episode.and_then(|id| self.episodes.get_mut(&id)) {
            o.first_ack.get_or_insert(entry.at);
        }
    }
}

/// Whether the act is work on an alert by a person, not a look or a change of settings.
fn person_acts(what: &str) -> bool {
    TAKES.contains(&what) || matches!(what, "shelve" | "text" | "page" | "call" | "note" | "complete" | "judged")
}

/// How long until somebody took an alert, minutes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Response {
    pub alerts: u64,
    /// Nobody has yet.
    pub untaken: u64,
    pub median: Option<f64>,
    pub p90: Option<f64>,
    /// Beyond `ack_limit_minutes`, or not yet and beyond it by now.
    pub over_limit: u64,
}

/// One day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Day {
    pub alarms: u64,
    /// People who worked on alerts that day.
    pub staff: u64,
}

/// A patient and vital that raises the most.
#[derive(Debug, Clone, PartialEq)]
pub struct Busiest {
    pub mrn: Mrn,
    pub vital: Vital,
    pub alarms: u64,
    /// The most within any hour.
    pub in_an_hour: u64,
}

/// The measures of a span.
#[derive(Debug, Clone, PartialEq)]
pub struct Measures {
    pub critical: Response,
    pub abnormal: Response,
    pub alarms: u64,
    pub by_day: BTreeMap<NaiveDate, Day>,
    /// Share of the span in flood, 0 to 1, and how many floods.
    pub flood_share: f64,
    pub floods: u64,
    /// The most in any ten minutes.
    pub peak: u64,
    pub busiest: Vec<Busiest>,
    /// How many patients and vitals chatter.
    pub chattering: u64,
    /// Opened in the span and open for more than 24 h at its end.
    pub stale: u64,
    pub failures: BTreeMap<&'static str, u64>,
}

/// What was gathered between two instants.
pub fn measure(mut g: Gathered, from: At, to: At, ack_limit_minutes: f64, day: impl Fn(At) -> NaiveDate) -> Measures {
    g.alarms.sort_by_key(|(at, _)| *at);
    let times: Vec<At> = g.alarms.iter().map(|(at, _)| *at).collect();
    let (floods, in_flood, peak) = flood(&times, to);
    let mut by_day: BTreeMap<NaiveDate, Day> = BTreeMap::new();
    for at in &times {
        by_day.entry(day(*at)).or_default().alarms += 1;
    }
    for (d, staff) in &g.staff {
        by_day.entry(*d).or_default().staff = staff.len() as u64;
    }
    let span = (to - from).num_milliseconds().max(1) as f64;
    let busiest = busiest(&g.alarms);
    let response = |severity| response(g.episodes.values().filter(|o| o.severity == severity), to, ack_limit_minutes);
    Measures {
        critical: response(Severity::Critical),
        abnormal: response(Severity::Abnormal),
        alarms: times.len() as u64,
        by_day,
        flood_share: in_flood as f64 / span,
        floods,
        peak,
        chattering: busiest.iter().filter(|b| b.in_an_hour >= CHATTERS_AT as u64).count() as u64,
        busiest: busiest.into_iter().take(10).collect(),
        stale: g.episodes.values().filter(|o| o.closed.is_none() && to - o.at > minutes(24.0 * 60.0)).count() as u64,
        failures: g.failures,
    }
}

fn response<'a>(opened: impl Iterator<Item = &'a Opened>, to: At, limit: f64) -> Response {
    let (mut waits, mut untaken, mut over_limit) = (Vec::new(), 0, 0);
    for o in opened {
        let wait = (o.first_ack.or(o.closed).unwrap_or(to) - o.at).num_milliseconds() as f64 / 60_000.0;
        over_limit += u64::from(wait > limit);
        match o.first_ack.or(o.closed) {
            Some(_) => waits.push(wait),
            None => untaken += 1,
        }
    }
    waits.sort_by(f64::total_cmp);
    // The smallest value that so many in a hundred do not exceed (nearest rank).
    let rank = |p: f64| waits.get(((waits.len() as f64 * p).ceil() as usize).max(1) - 1).copied();
    Response { alerts: waits.len() as u64 + untaken, untaken, median: rank(0.5), p90: rank(0.9), over_limit }
}

/// Floods, milliseconds in them, and the most in any ten minutes. The count of the last ten minutes changes only when an alarm
/// comes or one grows ten minutes old.
fn flood(times: &[At], to: At) -> (u64, i64, u64) {
    let ten = minutes(10.0);
    let mut changes: Vec<(At, i64)> = times.iter().flat_map(|at| [(*at, 1), (*at + ten, -1)]).collect();
    changes.sort();
    let (mut count, mut peak, mut floods, mut within) = (0i64, 0i64, 0, 0);
    let mut since: Option<At> = None;
    for (at, by) in changes {
        if at > to {
            break;
        }
        count += by;
        peak = peak.max(count);
        match since {
            None if count > FLOOD_BEGINS as i64 => {
                since = Some(at);
                floods += 1;
            }
            Some(began) if count < FLOOD_ENDS as i64 => {
                within += (at - began).num_milliseconds();
                since = None;
            }
            _ => {}
        }
    }
    if let Some(began) = since {
        within += (to - began).num_milliseconds();
    }
    (floods, within, peak as u64)
}

fn busiest(alarms: &[(At, Option<(Mrn, Vital)>)]) -> Vec<Busiest> {
    let mut of: HashMap<(Mrn, Vital), Vec<At>> = HashMap::new();
    for (at, about) in alarms {
        if let Some(about) = about {
            of.entry(about.clone()).or_default().push(*at);
        }
    }
    let hour = minutes(60.0);
    let mut all: Vec<Busiest> = of
        .into_iter()
        .map(|((mrn, vital), times)| {
            let mut first = 0;
            let mut most = 0;
            for (i, at) in times.iter().enumerate() {
                while *at - times[first] >= hour {
                    first += 1;
                }
                most = most.max(i + 1 - first);
            }
            Busiest { mrn, vital, alarms: times.len() as u64, in_an_hour: most as u64 }
        })
        .collect();
    all.sort_by(|a, b| b.alarms.cmp(&a.alarms).then_with(|| (&a.mrn, a.vital).cmp(&(&b.mrn, b.vital))));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn start() -> At {
        "2026-03-05T19:00:00Z".parse().unwrap()
    }

    fn after(m: i64) -> At {
        start() + TimeDelta::minutes(m)
    }

    fn opened(id: u64, at: At, why: &str) -> Entry {
        let line = Line::Episode { mrn: Mrn::from("1"), vital: Vital::Bp, state: EpisodeState::Open, reason: Some(why.into()) };
        Entry { at, episode: Some(id), by: None, line }
    }

    fn acts(id: u64, at: At, what: &str, by: &str) -> Entry {
        let line = Line::Act { what: what.into(), mrn: None, vital: None, detail: None };
        Entry { at, episode: Some(id), by: Some(by.into()), line }
    }

    fn of(entries: &[Entry], to: At) -> Measures {
        let mut g = Gathered::default();
        entries.iter().for_each(|e| g.take(e, e.at.date_naive()));
        measure(g, start(), to, 30.0, |at| at.date_naive())
    }

    #[test]
    fn the_time_to_the_first_who_takes_it_counts() {
        let m = of(
            &[
                opened(1, after(0), "critical"),
                acts(1, after(2), "note", "Ana"),
                acts(1, after(4), "acknowledge", "Ana"),
                acts(1, after(9), "claim", "Noa"),
                opened(2, after(10), "critical"),
                acts(2, after(50), "close", "Noa"),
                opened(3, after(55), "critical"),
            ],
            after(60),
        );
        assert_eq!((m.critical.alerts, m.critical.untaken, m.critical.over_limit), (3, 1, 1));
        assert_eq!((m.critical.median, m.critical.p90), (Some(4.0), Some(40.0)));
        assert_eq!(m.abnormal, Response { alerts: 0, untaken: 0, median: None, p90: None, over_limit: 0 });
        assert_eq!(m.by_day.values().map(|d| (d.alarms, d.staff)).collect::<Vec<_>>(), [(3, 2)]);
    }

    #[test]
    fn more_than_ten_in_ten_minutes_are_a_flood_until_there_are_fewer_than_five() {
        let ten: Vec<Entry> = (0..10).map(|i| opened(i, after(0) + TimeDelta::seconds(i as i64), "abnormal")).collect();
        assert_eq!((of(&ten, after(100)).floods, of(&ten, after(100)).peak), (0, 10));
        let eleven: Vec<Entry> = (0..11).map(|i| opened(i, after(i as i64 / 2), "abnormal")).collect();
        let m = of(&eleven, after(100));
        assert_eq!((m.floods, m.peak), (1, 11));
        // From the eleventh, at 5 min, until the seventh grows ten minutes old, at 13 min.
        assert!((m.flood_share - 8.0 / 100.0).abs() < 1e-9, "{}", m.flood_share);
    }

    #[test]
    fn an_alert_that_comes_back_within_the_hour_chatters() {
        let calm: Vec<Entry> = (0..3).map(|i| opened(i, after(i as i64 * 31), "abnormal")).collect();
        assert_eq!(of(&calm, after(200)).chattering, 0);
        let restless: Vec<Entry> = (0..3).map(|i| opened(i, after(i as i64 * 20), "abnormal")).collect();
        let m = of(&restless, after(200));
        assert_eq!((m.chattering, m.busiest[0].alarms, m.busiest[0].in_an_hour), (1, 3, 3));
    }

    #[test]
    fn an_alert_open_for_a_day_is_stale() {
        let open = [opened(1, after(0), "abnormal")];
        assert_eq!((of(&open, after(24 * 60)).stale, of(&open, after(24 * 60 + 1)).stale), (0, 1));
    }
}
