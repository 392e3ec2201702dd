//! Keeping the records safe: daily copies that are proved, restore tests, the printed recovery key, and old lines of the
//! trail sealed into archives. One thread does all of it, beside the spine and never in its way.

pub mod copy;
pub mod recovery;
pub mod restore;
pub mod seal;
#[cfg(test)]
mod tests;

use crate::clock::{stopwatch, Clock};
use crate::console::lock;
use crate::live::{Banners, Bus, Cause};
use crate::spine::{Engine, Incoming};
use crate::workspace::Workspace;
use copy::{Origin, Progress};
use decide::desk::Answer;
use decide::input::{Change, Input, Safekeeping};
use decide::{hours, At};
use ledger::{Copies, Counts};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{sync_channel, Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wire::NoticeKind;

/// On whose account a copy by schedule is made.
const CONSOLE: &str = "console";
/// Looks so often whether something is due.
const LOOK: Duration = Duration::from_secs(5);
/// Looks so often for lines that are old enough to be sealed.
const SEAL_EVERY_HOURS: f64 = 6.0;

/// What a person asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    Copy {
        by: String,
    },
    Test {
        by: String,
        file: String,
    },
    /// The console stops.
    Stop,
}

/// Something under way, or the last that was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// `copy`, `test`.
    pub what: &'static str,
    pub by: String,
    pub since: At,
    /// `waiting`, `writing`, `pages`, `tables`, `trail`, `reading`, `starting`, `done`, `failed`.
    pub stage: String,
    /// Bytes in all; 0 = not known.
    pub of: u64,
    /// The file that grows.
    growing: Option<PathBuf>,
    pub file: Option<String>,
    pub why: Option<String>,
    /// What a tested copy holds.
    pub holds: Option<Counts>,
}

impl Job {
    /// Bytes written so far, as the file itself shows.
    pub fn bytes(&self) -> u64 {
        self.growing.as_ref().and_then(|p| p.metadata().ok()).map_or(0, |m| m.len())
    }

    /// Whether it still runs.
    pub fn runs(&self) -> bool {
        !matches!(self.stage.as_str(), "done" | "failed")
    }
}

/// Hands inputs to the spine; none when the store takes no writes.
pub type Store<'a> = &'a dyn Fn(Vec<Incoming>) -> Option<Vec<Vec<Answer>>>;

/// The work itself, asked by screens and by the clock.
pub struct Keeping {
    engine: Arc<Mutex<Engine>>,
    clock: Arc<dyn Clock>,
    copies: Copies,
    folder: PathBuf,
    workspace: Workspace,
    asked: SyncSender<Asked>,
    waiting: Mutex<Receiver<Asked>>,
    job: Mutex<Option<Job>>,
    sealed_at: Mutex<Option<At>>,
}

impl Progress for Keeping {
    fn stage(&self, stage: &str, of: u64, at: Option<&Path>) {
        if let Some(job) = lock(&self.job).as_mut() {
            (job.stage, job.of, job.growing) = (stage.into(), of, at.map(Path::to_path_buf));
        }
    }
}

impl Keeping {
    /// For the records in a data folder.
    pub fn new(engine: Arc<Mutex<Engine>>, clock: Arc<dyn Clock>, folder: PathBuf, workspace: Workspace) -> Keeping {
        let copies = lock(&engine).copies();
        let (asked, waiting) = sync_channel(4);
        let (job, sealed_at) = (Mutex::default(), Mutex::default());
        Keeping { engine, clock, copies, folder, workspace, asked, waiting: Mutex::new(waiting), job, sealed_at }
    }

    /// Files of these records and their key.
    pub fn copies(&self) -> &Copies {
        &self.copies
    }

    /// The name of the workspace.
    pub fn workspace(&self) -> &str {
        &self.workspace.workspace
    }

    /// Ends the thread, at once unless something is under way.
    pub fn stop(&self) {
        let _ = self.asked.try_send(Asked::Stop);
    }

    /// What runs, or ran last.
    pub fn job(&self) -> Option<Job> {
        lock(&self.job).clone()
    }

    /// Begins something, unless something runs already.
    pub fn ask(&self, asked: Asked) -> bool {
        let mut job = lock(&self.job);
        if job.as_ref().is_some_and(Job::runs) {
            return false;
        }
        let (what, by, file) = match &asked {
            Asked::Copy { by } => ("copy", by.clone(), None),
            Asked::Test { by, file } => ("test", by.clone(), Some(file.clone())),
            Asked::Stop => return false,
        };
        *job = Some(self.begun(what, by, file));
        self.asked.try_send(asked).is_ok()
    }

    fn begun(&self, what: &'static str, by: String, file: Option<String>) -> Job {
        let (since, stage) = (self.clock.now(), "waiting".to_string());
        Job { what, by, since, stage, of: 0, growing: None, file, why: None, holds: None }
    }

    /// Does what was asked and what is due. Blocking, for as long as a copy takes.
    pub fn look(&self, store: Store<'_>, wait: Duration) -> Looked {
        let asked = lock(&self.waiting).recv_timeout(wait);
        match asked {
            Ok(Asked::Copy { by }) => self.copy(&by, store),
            Ok(Asked::Test { by, file }) => self.test(&by, &file, store),
            Ok(Asked::Stop) | Err(RecvTimeoutError::Disconnected) => return Looked::Over,
            Err(RecvTimeoutError::Timeout) => {}
        }
        let now = self.clock.now();
        let (due, old) = {
            let engine = lock(&self.engine);
            let settings = &engine.desk.settings;
            let days = settings.audit_retention_days;
            (engine.desk.watch.backups.due(settings, now), (days > 0.0).then(|| now - hours(days * 24.0)))
        };
        if due && !lock(&self.job).as_ref().is_some_and(Job::runs) {
            *lock(&self.job) = Some(self.begun("copy", CONSOLE.into(), None));
            self.copy(CONSOLE, store);
        }
        if let Some(before) = old {
            self.seal(before, now, store);
        }
        Looked::Well
    }

    fn store(&self, who: &str, event: Safekeeping, store: Store<'_>) -> bool {
        store(vec![Incoming::Direct(Input::Change { who: who.into(), change: Change::Safekeeping(event) })]).is_some()
    }

    fn copy(&self, who: &str, store: Store<'_>) {
        let (to, kept, recovery) = {
            let engine = lock(&self.engine);
            let settings = &engine.desk.settings;
            (PathBuf::from(&settings.backup_folder), settings.backups_kept as usize, engine.desk.watch.backups.recovery.clone())
        };
        let began = stopwatch();
        let origin = Origin { copies: &self.copies, folder: &self.folder, workspace: &self.workspace, recovery };
        let took = || began.elapsed().as_millis() as u64;
        let made = copy::make(&origin, &to, kept, self.clock.now(), took, self);
        let (file, ended) = match made {
            Ok(copied) => (Some(copied.file.clone()), self.store(who, Safekeeping::Copied(copied), store).then_some(()).ok_or(NOT_STORED)),
            Err(why) => {
                tracing::error!(%why, "a copy of the records could not be made");
                self.store(who, Safekeeping::Failed { why: why.clone() }, store);
                return self.ended(None, Some(why), None);
            }
        };
        self.ended(file, ended.err().map(String::from), None);
    }

    fn test(&self, who: &str, file: &str, store: Store<'_>) {
        let folder = PathBuf::from(&lock(&self.engine).desk.settings.backup_folder);
        let held = copy::rehearse(&folder.join(file), self.copies.key(), self.clock.now(), &self.folder, self);
        let why_not = held.as_ref().err().cloned();
        self.store(who, Safekeeping::Tested { file: file.into(), why_not: why_not.clone() }, store);
        self.ended(Some(file.into()), why_not, held.ok());
    }

    fn ended(&self, file: Option<String>, why: Option<String>, holds: Option<Counts>) {
        if let Some(job) = lock(&self.job).as_mut() {
            (job.stage, job.growing) = (if why.is_none() { "done" } else { "failed" }.into(), None);
            (job.file, job.why, job.holds) = (file.or(job.file.take()), why, holds);
        }
    }

    /// Seals the oldest lines into one archive; once nothing is left that is old enough, looks again some hours later.
    fn seal(&self, before: At, now: At, store: Store<'_>) {
        if lock(&self.sealed_at).is_some_and(|at| now - at < hours(SEAL_EVERY_HOURS) && now >= at) {
            return;
        }
        match seal::seal(&self.copies, &self.folder, before, seal::LINES) {
            Ok(Some(archived)) => {
                self.store(CONSOLE, archived, store);
                return;
            }
            Ok(None) => {}
            Err(why) => tracing::error!(%why, "old lines of the trail were not sealed"),
        }
        *lock(&self.sealed_at) = Some(now);
    }

    /// What is wrong with the copies now, in a sentence.
    pub fn trouble(&self) -> Option<String> {
        let engine = lock(&self.engine);
        engine.desk.watch.backups.trouble(&engine.desk.settings, self.clock.now())
    }
}

const NOT_STORED: &str = "the copy is good, but the console's own file takes no writes now";

/// How a look went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    Well,
    /// The console stops.
    Over,
}

/// Looks until it is told to stop. On a thread of its own.
pub fn keep(keeping: &Keeping, store: Store<'_>, banners: &Banners, bus: &Bus) {
    let known = lock(&keeping.engine).desk.watch.backups.recovery.clone();
    if let Some(recovery) = known {
        if let Err(error) = restore::keep_recovery(&keeping.folder, &recovery) {
            tracing::warn!(%error, "what the recovery key opens could not be kept beside the records");
        }
    }
    while keeping.look(store, LOOK) == Looked::Well {
        let changed = match keeping.trouble() {
            Some(sentence) => banners.raise(Cause::Backup, sentence),
            None => banners.lower(Cause::Backup),
        };
        if changed {
            bus.tell(NoticeKind::Frame);
        }
    }
}
