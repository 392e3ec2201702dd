//! Judges a story minute by minute, knowing nothing of how the plan works.

use crate::desk::{Story, Told};
use crate::made_up::Rules;
use chrono::TimeDelta;
use decide::outbox::TextPurpose;
use decide::At;
use jiff::tz::{Offset, TimeZone};
use std::collections::{BTreeSet, HashMap};

const MOMENT: TimeDelta = TimeDelta::milliseconds(999);

fn latest<T: Clone>(facts: &[(At, T)], at: At) -> Option<T> {
    facts.iter().rev().find(|(from, _)| *from <= at).map(|(_, fact)| fact.clone())
}

/// The patient's wall clock.
struct Wall(HashMap<String, TimeZone>);

impl Wall {
    fn read(&mut self, story: &Story, at: At) -> (String, u32) {
        let zone = match latest(&story.zones, at).flatten() {
            Some(name) => self.0.entry(name.clone()).or_insert_with(|| TimeZone::get(&name).expect("a zone")).clone(),
            None => TimeZone::fixed(Offset::from_seconds(story.offset_minutes * 60).expect("an offset")),
        };
        let local = jiff::Timestamp::from_millisecond(at.timestamp_millis()).expect("a time").to_zoned(zone);
        (local.date().to_string(), local.hour() as u32 * 100 + local.minute() as u32)
    }
}

fn window_open(r: &Rules, hhmm: u32) -> bool {
    let quiet = match r.quiet {
        (start, finish) if start == finish => false,
        (start, finish) if start < finish => hhmm >= start && hhmm < finish,
        (start, finish) => hhmm >= start || hhmm < finish,
    };
    hhmm >= r.window.0 && hhmm < r.window.1 && !quiet
}

fn before(instant: At, hhmm: u32) -> At {
    instant - TimeDelta::minutes(i64::from(hhmm / 100 * 60 + hhmm % 100))
}

/// The reminder whose span this is.
fn whose_span(v: &Told, r: &Rules, at: At) -> Option<TextPurpose> {
    let (due1, due2) = (before(v.instant, r.first), before(v.instant, r.second));
    match r.second {
        _ if at >= v.instant => None,
        0 => (at >= due1).then_some(TextPurpose::Reminder1),
        _ if at >= due2 => Some(TextPurpose::Reminder2),
        _ => (at >= due1).then_some(TextPurpose::Reminder1),
    }
}

fn is_reminder(p: TextPurpose) -> bool {
    matches!(p, TextPurpose::Reminder1 | TextPurpose::Reminder2)
}

/// Nothing about the patient or the clinic forbids a reminder at that moment; `after` texts already left.
fn may(story: &Story, wall: &mut Wall, v: &Told, r: &Rules, at: At, left: Option<At>) -> bool {
    v.live
        && latest(&story.textable, at) == Some(true)
        && !(v.confirmed && r.stop_when_confirmed)
        && left.is_none_or(|l| at >= l + TimeDelta::seconds(i64::from(r.gap_seconds)))
        && window_open(r, wall.read(story, at).1)
}

fn told(story: &Story, appointment: usize, at: At) -> Option<&Told> {
    story.visits.iter().rev().find(|t| t.appointment == appointment && t.from <= at)
}

/// Every reminder left at the first instant at which it might, and no other left.
pub fn agrees(story: &Story) -> Result<(), String> {
    let (Some(from), Some(until)) = (story.booked, story.until) else { return Err("nothing was played".into()) };
    let mut instants: BTreeSet<At> = BTreeSet::new();
    let mut t = from - TimeDelta::milliseconds(from.timestamp_millis().rem_euclid(60_000));
    while t <= until {
        instants.insert(t);
        t += TimeDelta::minutes(1);
    }
    instants.extend(story.visits.iter().map(|v| v.from));
    instants.extend(story.rules.iter().map(|(at, _)| *at));
    instants.extend(story.zones.iter().map(|(at, _)| *at));
    instants.extend(story.textable.iter().map(|(at, _)| *at));
    instants.extend(story.open.iter().map(|(at, _)| *at));
    for (_, r) in &story.rules {
        instants.extend(story.texts.iter().map(|l| l.at + TimeDelta::seconds(i64::from(r.gap_seconds))));
        for v in &story.visits {
            instants.extend([before(v.instant, r.first), before(v.instant, r.second)]);
        }
    }
    instants.retain(|t| *t >= from && *t <= until);
    let mut wall = Wall(HashMap::new());
    let mut accounted: BTreeSet<usize> = BTreeSet::new();
    // By visit and arming: what was sent or dropped for good.
    let mut done: BTreeSet<(usize, u32, bool)> = BTreeSet::new();
    for at in &instants {
        let at = *at;
        if latest(&story.open, at) != Some(true) {
            continue;
        }
        let Some(r) = latest(&story.rules, at) else { continue };
        for n in 0..2 {
            let Some(v) = told(story, n, at) else { continue };
            let Some(purpose) = whose_span(v, &r, at) else { continue };
            let second = purpose == TextPurpose::Reminder2;
            // A first one is never sent after the second.
            if done.contains(&(n, v.arming, second)) || done.contains(&(n, v.arming, true)) {
                continue;
            }
            let sent = |i: &usize| !accounted.contains(i);
            let left = story
                .texts
                .iter()
                .enumerate()
                .filter(|(i, l)| l.appointment == n && l.at <= at + MOMENT && (!is_reminder(l.purpose) || accounted.contains(i)))
                .map(|(_, l)| l.at)
                .max();
            if !may(story, &mut wall, v, &r, at, left) {
                continue;
            }
            let here = |l: &crate::desk::Left| l.appointment == n && l.purpose == purpose && l.at >= at && l.at <= at + MOMENT;
            let found = story.texts.iter().enumerate().find(|(i, l)| sent(i) && here(l)).map(|(i, _)| i);
            if let Some(i) = found {
                accounted.insert(i);
                done.insert((n, v.arming, second));
                continue;
            }
            let day = wall.read(story, at).0;
            let mut that_day = 0;
            for l in &story.texts {
                if is_reminder(l.purpose) && l.at <= at + MOMENT && wall.read(story, l.at).0 == day {
                    that_day += 1;
                }
            }
            let limited = |(t, a, p, why): &(At, usize, TextPurpose, String)| {
                *a == n && *p == purpose && why == "daily_limit" && *t >= at && *t <= at + MOMENT
            };
            if that_day >= 2 && story.dropped.iter().any(limited) {
                done.insert((n, v.arming, second));
                continue;
            }
            return Err(format!("A{n}: {purpose:?} was allowed at {at} and did not leave then"));
        }
    }
    match story.texts.iter().enumerate().find(|(i, l)| is_reminder(l.purpose) && !accounted.contains(i)) {
        Some((_, l)) => Err(format!("{l:?} left, and no rule asked for it")),
        None => Ok(()),
    }
}

/// No reminder left when it was not allowed.
pub fn allowed(story: &Story) -> Result<(), String> {
    let mut wall = Wall(HashMap::new());
    for (i, l) in story.texts.iter().enumerate().filter(|(_, l)| is_reminder(l.purpose)) {
        let Some(r) = latest(&story.rules, l.at) else { return Err("no rules".into()) };
        let Some(v) = told(story, l.appointment, l.at) else { return Err(format!("{l:?}: of no visit")) };
        if whose_span(v, &r, l.at) != Some(l.purpose) {
            return Err(format!("{l:?} left outside its span of the visit at {}", v.instant));
        }
        let earlier = &story.texts[..i];
        let last = earlier.iter().filter(|e| e.appointment == l.appointment).map(|e| e.at).max();
        if !may(story, &mut wall, v, &r, l.at, last) {
            return Err(format!("{l:?} left though it may not (last text {last:?})"));
        }
        let armed = story.visits.iter().find(|t| t.appointment == l.appointment && t.arming == v.arming).map_or(v.from, |t| t.from);
        if earlier.iter().any(|e| e.appointment == l.appointment && e.purpose == l.purpose && e.at >= armed) {
            return Err(format!("{l:?} left twice in one arming"));
        }
        let day = wall.read(story, l.at).0;
        let mut that_day = 0;
        for e in earlier.iter().filter(|e| is_reminder(e.purpose)) {
            that_day += u32::from(wall.read(story, e.at).0 == day);
        }
        if that_day >= 2 {
            return Err(format!("{l:?} is the third on {day}"));
        }
    }
    Ok(())
}
