//! Files to measure on: filled by the engine itself, with a clock that runs through months, and kept between runs.

use super::bodies::{self, How};
use super::console::{key_file, Console};
use crate::clock::{stopwatch, Clock, SystemClock};
use crate::keys;
use crate::spine::{Engine, Incoming};
use crate::workspace::{self, Folder};
use accept::Found;
use anyhow::{ensure, Context};
use chrono::TimeDelta;
use decide::outbox::{Act, Delivery, Receipt};
use decide::{At, Source};
use ledger::{Durability, Key, Ledger};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Patients of a filled file.
pub const PATIENTS: u64 = 5_000;
/// The months that stored readings are spread over.
const DAYS: i64 = 200;
/// Live rows of a filled file.
const LIVE: u64 = 200;
/// Readings of one turn while a file is filled.
const TURN: u64 = 1_000;

/// The key of a data folder.
pub fn key(folder: &Path) -> anyhow::Result<Key> {
    let text = std::fs::read_to_string(key_file(folder)).context("the folder's key")?;
    Key::from_hex(&text).context("the folder's key cannot be read")
}

/// A data folder without a console on it.
pub struct Desk {
    pub engine: Engine,
    _folder: Folder,
}

impl Desk {
    /// Opens it. What is written then is not pressed to the disk turn by turn.
    pub fn open(folder: &Path, now: At) -> anyhow::Result<Desk> {
        let taken = Folder::take(folder)?;
        let names = taken.workspace(None)?;
        let key = key(folder)?;
        let ledger = Ledger::open(&workspace::database(folder), &key, Durability::Off)?;
        Ok(Desk { engine: Engine::open(ledger, now, &names.workspace, keys::case_key(&key))?, _folder: taken })
    }

    /// Takes FHIR bodies in one turn.
    pub fn take(&mut self, now: At, bodies: impl Iterator<Item = String>) -> anyhow::Result<()> {
        let incoming = |body: String| {
            let read = decide::decode::entries(body.as_bytes()).map_err(|r| anyhow::anyhow!(r.detail))?;
            let found = Found::Readings { bundle: read.bundle, entries: read.entries };
            anyhow::Ok(Incoming::Body { source: Source::FhirHook, body: body.into_bytes(), found })
        };
        self.engine.turn(now, &bodies.map(incoming).collect::<anyhow::Result<Vec<_>>>()?)?;
        Ok(())
    }

    /// Says of every text that is owed that Twilio took it.
    pub fn send_texts(&mut self, now: At) -> anyhow::Result<()> {
        loop {
            let claimed = self.engine.claim_due(now)?;
            if claimed.is_empty() {
                return Ok(());
            }
            let mut batch = Vec::new();
            for effect in claimed {
                ensure!(matches!(effect.act, Act::Text(_)), "only texts are owed here");
                let reference = format!("SM{:032x}", effect.id);
                let receipt = Receipt { reference, taken_at: Some(now), found_by_looking: false, status: Some("queued".into()) };
                self.engine.attempt_over(&effect);
                batch.push(Incoming::Settled { effect: effect.id, delivery: Delivery::Delivered(receipt) });
            }
            self.engine.turn(now, &batch)?;
        }
    }

    /// Opens an episode for each of the first so many patients; their texts were taken.
    pub fn open_episodes(&mut self, count: u64, at: At) -> anyhow::Result<()> {
        for first in (0..count).step_by(TURN as usize) {
            let patients = first..count.min(first + TURN);
            self.take(at, patients.map(|p| bodies::pressure(1 << 40 | p, p, How::Abnormal, at - TimeDelta::seconds(5))))?;
        }
        self.send_texts(at)
    }
}

/// A new data folder with patients in it, and a wait for answers that outlasts every measurement.
pub fn new_folder(folder: &Path, patients: u64) -> anyhow::Result<()> {
    let mut config = bodies::config(patients);
    config["settings"]["reply_wait_minutes"] = json!(100_000);
    Console::start(folder, Some(&config))?.stop()
}

/// A copy of a folder without a console on it, to be written to: a filled one stays as it is, or its last day
/// would grow from run to run.
pub fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for file in from.read_dir()? {
        let file = file?;
        std::fs::copy(file.path(), to.join(file.file_name()))?;
    }
    std::fs::copy(key_file(from), key_file(to))?;
    Ok(())
}

/// The folder with so many stored readings, filled now if there is none yet.
pub fn filled(cache: &Path, stored: u64) -> anyhow::Result<PathBuf> {
    let folder = cache.join(format!("stored-{stored}"));
    let done = folder.with_extension("done");
    if done.exists() && workspace::database(&folder).exists() {
        return Ok(folder);
    }
    let _ = std::fs::remove_dir_all(&folder);
    new_folder(&folder, PATIENTS)?;
    let began = stopwatch();
    let end = SystemClock.now() - TimeDelta::hours(1);
    let mut desk = Desk::open(&folder, end)?;
    let step = TimeDelta::milliseconds(DAYS * 86_400_000 / stored.max(1) as i64);
    for first in (0..stored).step_by(TURN as usize) {
        let count = TURN.min(stored - first);
        let now = end - step * (stored - first - count) as i32;
        desk.take(now, bodies::routine(first, count, 0..PATIENTS, step * count as i32, now).map(|r| r.to_string()))?;
        if first % 100_000 == 0 && first > 0 {
            let rate = first as f64 / began.elapsed().as_secs_f64();
            eprintln!("filling a file for later runs too: {first} of {stored} readings, {rate:.0}/s");
        }
    }
    desk.open_episodes(LIVE.min(PATIENTS), end)?;
    drop(desk);
    std::fs::write(done, "")?;
    Ok(folder)
}
