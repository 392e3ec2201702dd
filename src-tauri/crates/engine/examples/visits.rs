//! What many future visits cost: start-up, memory, one more event, a reminder that fires, a change of settings.
//! `cargo run --release -p engine --example visits -- [few] [many]`

use chrono::{TimeDelta, TimeZone, Utc};
use decide::input::{Change, Input};
use decide::rows::Row;
use decide::{At, Reminder, Source, Visit, VisitEvent, VisitEventType, VisitRequest, VisitState};
use engine::spine::{Engine, Incoming};
use ledger::{Durability, Key, Ledger};
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};

/// Events measured at a time; the median of five such rounds counts.
const EVENTS: u64 = 1_000;
/// Visits whose first reminder is due at one instant.
const FIRING: u64 = 5_000;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|a| a.parse::<u64>().expect("a number of visits"));
    let few = arguments.next().unwrap_or(2_000);
    let many = arguments.next().unwrap_or(200_000);
    let (a, b) = (measure(few), measure(many));
    let change = (b.event.as_secs_f64() / a.event.as_secs_f64() - 1.0) * 100.0;
    println!();
    println!("start-up with {many} visits      {:>8.0} ms     bar 1000 ms", b.start.as_secs_f64() * 1e3);
    println!("memory per visit                {:>8.0} bytes  bar 300 bytes", b.memory as f64 / many as f64);
    println!("one more event, {few} -> {many}  {change:>+7.1} %      bar 20 %");
    println!("a reminder that fires           {:>8.0} us of processor", b.firing.as_secs_f64() * 1e6);
    println!("settings change, whole          {:>8.1} s, longest turn {:.0} ms", b.replanned.as_secs_f64(), b.longest.as_secs_f64() * 1e3);
}

struct Measured {
    start: Duration,
    /// Bytes that opening took, SQLite's pages included.
    memory: u64,
    event: Duration,
    firing: Duration,
    replanned: Duration,
    longest: Duration,
}

fn measure(visits: u64) -> Measured {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("visits.db");
    let key = || Key::new([7; 32]);
    let now = Utc.with_ymd_and_hms(2026, 3, 2, 15, 0, 0).unwrap();
    seed(&path, &key(), visits, now);

    let (before, began) = (resident(), Instant::now());
    let ledger = Ledger::open(&path, &key(), Durability::Full).expect("the ledger");
    let mut engine = Engine::open(ledger, now, "bench", [7; 32]).expect("the engine");
    let (start, memory) = (began.elapsed(), resident().saturating_sub(before));
    println!("{visits} visits: start-up {:.0} ms, {} KiB more in memory", start.as_secs_f64() * 1e3, memory >> 10);

    let live = json!({ "mode": "shadow", "quiet_hours_start": "0000", "quiet_hours_finish": "0000" });
    change(&mut engine, now, &live);
    walk(&mut engine, now);
    let mut rounds = Vec::new();
    for round in 0..5 {
        let processor = processor();
        for n in 0..EVENTS {
            let id = visits + round * EVENTS + n;
            let event = event(id, now + TimeDelta::days(20) + TimeDelta::minutes(id as i64 % 5_000));
            let found = accept::Found::Visit(event);
            engine.turn(now, &[Incoming::Body { source: Source::AppointmentHook, body: Vec::new(), found }]).expect("a turn");
        }
        rounds.push((self::processor() - processor) / EVENTS as u32);
    }
    rounds.sort();
    let event = rounds[2];
    println!("{visits} visits: one more event {:.0} us of processor", event.as_secs_f64() * 1e6);

    // All of these at one instant: two days before the visits that `seed` put together.
    let due = gathered(now) - TimeDelta::hours(48);
    let spent = processor();
    let mut turns = 0;
    while engine.next_wake().is_some_and(|at| at <= due) {
        engine.tick(due).expect("a turn");
        turns += 1;
    }
    let firing = (processor() - spent) / FIRING.min(visits) as u32;
    println!(
        "{visits} visits: {} reminders at one instant, {:.0} us of processor each, {turns} turns",
        FIRING.min(visits),
        firing.as_secs_f64() * 1e6
    );

    let began = Instant::now();
    change(&mut engine, due, &json!({ "reminder_outreach_start": "0900", "reminder_outreach_finish": "1700" }));
    let (_, longest) = walk(&mut engine, due);
    let replanned = began.elapsed();
    println!("{visits} visits: planned again in {:.1} s, longest turn {:.0} ms", replanned.as_secs_f64(), longest.as_secs_f64() * 1e3);
    Measured { start, memory, event, firing, replanned, longest }
}

/// Turns until nothing is due any more: how many, and the longest.
fn walk(engine: &mut Engine, now: At) -> (u32, Duration) {
    let (mut turns, mut longest) = (0, Duration::ZERO);
    while engine.next_wake().is_some_and(|at| at <= now) {
        let began = Instant::now();
        engine.tick(now).expect("a turn");
        longest = longest.max(began.elapsed());
        turns += 1;
    }
    (turns, longest)
}

fn change(engine: &mut Engine, now: At, settings: &serde_json::Value) {
    let change = Change::Settings(settings.as_object().cloned().unwrap_or_default());
    engine.turn(now, &[Incoming::Direct(Input::Change { who: "bench".into(), change })]).expect("a turn");
}

/// When the gathered visits start.
fn gathered(now: At) -> At {
    now + TimeDelta::days(6)
}

/// Future visits as the console left them, the last 5,000 of them at one instant and the others over a quarter of a year.
fn seed(path: &Path, key: &Key, visits: u64, now: At) {
    let began = Instant::now();
    let mut ledger = Ledger::create(path, key, Durability::Off).expect("a new ledger");
    for from in (0..visits).step_by(10_000) {
        let mut turn = ledger.begin().expect("a turn");
        for id in from..(from + 10_000).min(visits) {
            let spread = now + TimeDelta::days(8) + TimeDelta::minutes((id * 7 % 130_000) as i64);
            let at = if id + FIRING >= visits { gathered(now) } else { spread };
            let told = event(id, at);
            let next = Some(told.instant() - TimeDelta::hours(48));
            let visit = Visit {
                id: id + 1,
                told,
                newest_at: now,
                state: VisitState::Queued,
                confirmed: false,
                request: VisitRequest::None,
                first: Reminder::ToCome,
                second: Reminder::ToCome,
                last_text_at: None,
                left_at: None,
                held: None,
                telling: None,
                helped: false,
                heard: None,
                next,
            };
            turn.write(&Row::Visit(Box::new(visit))).expect("a row");
        }
        turn.commit().expect("a turn");
    }
    println!("{visits} visits: seeded in {:.1} s", began.elapsed().as_secs_f64());
}

fn event(id: u64, at: At) -> VisitEvent {
    let patient = id % 50_000;
    VisitEvent {
        event_type: VisitEventType::Booked,
        event_at: None,
        appointment_id: format!("A{id}"),
        patient_id: format!("P{patient}").into(),
        patient_first_name: "Ann".into(),
        patient_last_name: "Lee".into(),
        patient_phone: Some(format!("+1202{:07}", patient + 2_000_000).into()),
        phone_problem: None,
        provider_id: "D1".into(),
        provider_first_name: "Francis".into(),
        provider_last_name: "Diaz".into(),
        provider_callback_phone: Some("+12025550199".into()),
        location: "Main Clinic".into(),
        service: String::new(),
        wall_clock: at.naive_utc() - TimeDelta::hours(5),
        offset_minutes: -300,
        conflict: None,
        test: false,
    }
}

/// Bytes of this process in memory.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4_096
}

/// Processor time of this thread.
fn processor() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(stat.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0))
}
