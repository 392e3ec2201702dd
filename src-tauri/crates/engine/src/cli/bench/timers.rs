//! Many open timers: the reminders of as many visits, of which some fall due while the console is watched.

use super::bodies;
use super::console::Console;
use super::figure::{Sample, TIMERS, TIMERS_START};
use super::latency::Latencies;
use super::reach::Vendors;
use super::seed::Desk;
use super::Bench;
use crate::clock::{Clock, SystemClock};
use crate::spine::Incoming;
use accept::Found;
use anyhow::ensure;
use chrono::TimeDelta;
use decide::{At, Source};
use sandbox::AcceptedKind;
use serde_json::json;
use std::collections::HashMap;
use std::time::Duration;

/// Timers fall due over this long; only its first part is watched, the others stay open.
const SPREAD_SECONDS: u64 = 3_600;
/// From the end of seeding to the first timer.
const LEAD: TimeDelta = TimeDelta::seconds(15);
/// Lead time of the one reminder.
const LEAD_TIMING: &str = "2400";

/// Seeds the visits, starts a console on them and watches timers fire.
pub fn timers(bench: &Bench) -> anyhow::Result<Vec<Sample>> {
    let dir = bench.dir()?;
    let folder = dir.path().join("ward");
    let count = bench.sizes.timers;
    let vendors = Vendors::start()?;
    let mut config = vendors.config(10);
    config["settings"]["reminder_second_timing"] = json!("0000");
    config["settings"]["reminder_first_timing"] = json!(LEAD_TIMING);
    Console::start(&folder, Some(&config))?.stop()?;

    // Whole seconds, as appointment times are. The seeding of the last of them takes a while.
    let seeding = TimeDelta::milliseconds(count as i64);
    let whole = (SystemClock.now() + seeding + LEAD).timestamp();
    let first = At::from_timestamp(whole, 0).unwrap_or_default();
    let due = |n: u64| first + TimeDelta::seconds((n * SPREAD_SECONDS / count) as i64);
    book(&folder, count, due)?;

    let console = Console::start(&folder, Some(&config))?;
    let ready = console.ready_after;
    ensure!(SystemClock.now() < first, "seeding took longer than thought: the first timers were due before the start");
    let until = first + TimeDelta::milliseconds((bench.sizes.watched_seconds * 1e3) as i64);
    std::thread::sleep((until - SystemClock.now()).to_std().unwrap_or_default() + Duration::from_secs(2));
    console.stop()?;

    let numbers: HashMap<String, u64> = (0..count).map(|n| (bodies::phone(n), n)).collect();
    let mut late: HashMap<u64, Duration> = HashMap::new();
    for accepted in vendors.sandbox.accepted() {
        if let AcceptedKind::Message { to, .. } = accepted.what {
            if let Some(n) = numbers.get(&to) {
                ensure!(accepted.at >= due(*n), "a timer fired before its time");
                late.insert(*n, (accepted.at - due(*n)).to_std()?);
            }
        }
    }
    vendors.stop();
    let expected = (0..count).filter(|n| due(*n) < until).count();
    let late: Vec<Duration> = late.into_iter().filter(|(n, _)| due(*n) < until).map(|(_, d)| d).collect();
    ensure!(late.len() == expected, "{} of {expected} timers fired", late.len());
    let late = Latencies::new(late);
    Ok(vec![
        Sample::of(TIMERS, late.percentile(99.0), format!("{} of {count} open ones: {}", expected, late.in_words())),
        Sample::of(TIMERS_START, ready.as_secs_f64(), format!("{count} open, until it takes traffic")),
    ])
}

/// Books so many visits two days ago, each with its reminder still to come; the booking texts were sent.
fn book(folder: &std::path::Path, count: u64, due: impl Fn(u64) -> At) -> anyhow::Result<()> {
    let then = SystemClock.now() - TimeDelta::days(2);
    let mut desk = Desk::open(folder, then)?;
    for first in (0..count).step_by(1_000) {
        let booked = |n: u64| {
            let visit_at = due(n) + TimeDelta::hours(24);
            let body = json!({
                "event_type": "BOOKED", "event_datetime_utc": then.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
                "patient_id": format!("V{n}"), "patient_first_name": "Ann", "patient_last_name": "Lee", "patient_phone": bodies::phone(n),
                "provider_id": "D1", "provider_first_name": "Al", "provider_last_name": "Ray", "provider_callback_phone": "+12025550199",
                "appointment_location": "Main Clinic", "appointment_id": format!("A{n}"),
                "appointment_datetime": visit_at.format("%Y-%m-%dT%H:%M:%S").to_string(), "appointment_timezone": "+0000",
            })
            .to_string()
            .into_bytes();
            let event = decide::decode::appointment::event(&body).map_err(|r| anyhow::anyhow!(r.detail))?;
            anyhow::Ok(Incoming::Body { source: Source::AppointmentHook, body, found: Found::Visit(event) })
        };
        let batch = (first..count.min(first + 1_000)).map(booked).collect::<anyhow::Result<Vec<_>>>()?;
        desk.engine.turn(then, &batch)?;
        desk.send_texts(then)?;
    }
    Ok(())
}
