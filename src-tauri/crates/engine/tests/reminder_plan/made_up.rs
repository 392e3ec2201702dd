//! What may happen to a patient's visits.

use chrono::{NaiveDate, NaiveDateTime};
use proptest::prelude::*;

/// A patient, a clinic's settings, two visits at most, and what happens to them.
#[derive(Debug, Clone)]
pub struct Life {
    /// None: only the visit's own offset is known.
    pub zone: Option<&'static str>,
    pub wall_clock: NaiveDateTime,
    pub offset_minutes: i32,
    pub rules: Rules,
    /// Seconds before the first visit at which it is booked.
    pub booked_before: i64,
    /// Minutes after the booking, and what happens then; in order.
    pub happens: Vec<(i64, Happening)>,
}

/// The settings that bear on reminders. Times as HHMM.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    pub window: (u32, u32),
    pub quiet: (u32, u32),
    pub first: u32,
    pub second: u32,
    pub gap_seconds: u32,
    pub stop_when_confirmed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Happening {
    /// A second visit of the same patient, so many minutes after the first.
    Another(i64),
    Cancel(usize),
    NoShow(usize),
    Confirm(usize),
    /// RESCHEDULED by so many minutes.
    Move(usize, i64),
    /// MODIFIED: elsewhere.
    Elsewhere(usize),
    Stop,
    Start,
    /// Paused for so many minutes.
    Pause(i64),
    /// The console is closed for so many minutes.
    Close(i64),
    Settings(Rules),
    /// The patient's zone becomes known, or another.
    Zone(&'static str),
}

/// Places with half and quarter hours, changed clocks both ways, midnights and days that never were.
const ZONES: [&str; 15] = [
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Phoenix",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Beirut",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Australia/Adelaide",
    "Europe/Dublin",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Africa/Casablanca",
];

/// Days around which clocks were changed somewhere, and one quiet one.
const DAYS: [(i32, u32, u32); 12] = [
    (2026, 3, 8),
    (2026, 11, 1),
    (2011, 12, 30),
    (2017, 10, 15),
    (2017, 2, 19),
    (2022, 3, 27),
    (2021, 3, 28),
    (2026, 4, 5),
    (2026, 10, 4),
    (2024, 4, 7),
    (2021, 9, 22),
    (2026, 6, 10),
];

fn hhmm() -> impl Strategy<Value = u32> {
    (0u32..24, prop::sample::select(vec![0u32, 0, 0, 15, 30, 59])).prop_map(|(h, m)| h * 100 + m)
}

fn rules() -> impl Strategy<Value = Rules> {
    let window = prop_oneof![
        2 => Just((0, 2400)),
        3 => (hhmm(), hhmm()).prop_filter_map("in order", |(a, b)| (a != b).then_some((a.min(b), a.max(b)))),
        1 => hhmm().prop_map(|b| (0, b.max(1))),
        1 => hhmm().prop_map(|a| (a, 2400)),
    ];
    let quiet = prop_oneof![2 => Just((0, 0)), 2 => Just((2100, 800)), 2 => (hhmm(), hhmm())];
    let timings = prop_oneof![
        3 => Just((4800, 2400)),
        1 => Just((2400, 0)),
        1 => Just((1400, 200)),
        2 => (hhmm(), hhmm()).prop_filter_map("first before second", |(a, b)| (a != b && a.max(b) > 0).then_some((a.max(b), a.min(b)))),
    ];
    (window, quiet, timings, prop::sample::select(vec![0u32, 60, 120, 120, 600]), any::<bool>()).prop_map(
        |(window, quiet, (first, second), gap_seconds, stop_when_confirmed)| Rules {
            window,
            quiet,
            first,
            second,
            gap_seconds,
            stop_when_confirmed,
        },
    )
}

fn happening() -> impl Strategy<Value = Happening> {
    let which = 0usize..2;
    prop_oneof![
        (-300i64..300).prop_map(Happening::Another),
        which.clone().prop_map(Happening::Cancel),
        which.clone().prop_map(Happening::NoShow),
        which.clone().prop_map(Happening::Confirm),
        (which.clone(), prop_oneof![-3000i64..-1, 1i64..5000]).prop_map(|(w, by)| Happening::Move(w, by)),
        which.prop_map(Happening::Elsewhere),
        Just(Happening::Stop),
        Just(Happening::Start),
        (1i64..1500).prop_map(Happening::Pause),
        (1i64..2500).prop_map(Happening::Close),
        rules().prop_map(Happening::Settings),
        prop::sample::select(ZONES.to_vec()).prop_map(Happening::Zone),
    ]
}

/// Any patient's visits.
pub fn life() -> impl Strategy<Value = Life> {
    let zone = prop_oneof![1 => Just(None), 4 => prop::sample::select(ZONES.to_vec()).prop_map(Some)];
    let offset = prop::sample::select(vec![-300, -150, -600, -660, 0, 345, 330, 630, 840, 765]);
    let at =
        (prop::sample::select(DAYS.to_vec()), -1i64..4, 0u32..24, prop::sample::select(vec![0u32, 10, 30, 45]), prop::bool::weighted(0.2));
    let booked = prop_oneof![6 => 60i64..9000, 1 => 1i64..200].prop_flat_map(|m| (Just(m), prop::sample::select(vec![0i64, 30])));
    (zone, offset, at, rules(), booked, prop::collection::vec((0i64..7000, happening()), 0..7)).prop_map(
        |(zone, offset_minutes, ((y, m, d), days, hour, minute, odd), rules, (booked, seconds), mut happens)| {
            let day = NaiveDate::from_ymd_opt(y, m, d).expect("a day") + chrono::TimeDelta::days(days);
            let wall_clock = day.and_hms_opt(hour, minute, if odd { 30 } else { 0 }).expect("a time");
            happens.sort_by_key(|(at, _)| *at);
            Life { zone, wall_clock, offset_minutes, rules, booked_before: booked * 60 + seconds, happens }
        },
    )
}

/// Minutes after the booking from which, and for how many, Twilio is ill; and whether it takes texts all the same.
pub fn outages() -> impl Strategy<Value = Vec<(i64, i64, bool)>> {
    prop::collection::vec((0i64..7000, 1i64..3000, prop::bool::weighted(0.3)), 1..4)
}
