//! Folds the log back into the file beside the writer, so that no turn has to wait for it.

use crate::{open, Key};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{sync_channel, SyncSender};
use std::thread::JoinHandle;
use std::time::Duration;

/// The log is folded back once it is longer than this.
pub(crate) const LOG_BYTES: u64 = 4 << 20;

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(100);

/// A thread with a connection of its own; ends when dropped.
pub(crate) struct Checkpoints {
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// Starts the thread. If it cannot start, the writer folds the log back by itself, later.
    pub fn start(path: &Path, key: &Key) -> Self {
        let (wake, woken) = sync_channel(1);
        let (path, key) = (path.to_path_buf(), key.clone());
        let thread = std::thread::Builder::new()
            .name("checkpoint".into())
            .spawn(move || {
                let Ok(conn) = open::beside(&path, &key) else { return };
                let log = log_of(&path);
                while woken.recv().is_ok() {
                    if log.metadata().is_ok_and(|l| l.len() > LOG_BYTES) {
                        // Passive: takes what no one is using and never makes the writer wait. What it misses, the next takes.
                        let _ = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
                        // A long export may hold the log open: then trying at every turn helps no one.
                        std::thread::sleep(PAUSE);
                    }
                }
            })
            .ok();
        Self { wake: Some(wake), thread }
    }

    /// A turn was committed.
    pub fn committed(&self) {
        if let Some(wake) = &self.wake {
            // Full means that it is about to look anyway.
            let _ = wake.try_send(());
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The log beside a database.
pub(crate) fn log_of(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    PathBuf::from(log)
}
