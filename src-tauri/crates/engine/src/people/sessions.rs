//! Who is signed in, in memory: a restart signs everybody out.

use decide::{hours, minutes, At, Settings};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One sign-in.
#[derive(Debug, Clone)]
pub struct Session {
    /// Whose it is.
    pub staff: u64,
    /// As written on the trail.
    pub name: String,
    pub since: At,
    /// When somebody last did something.
    pub seen: At,
    pub locked: bool,
    /// An emergency sign-in ends then.
    pub emergency_until: Option<At>,
    /// A second factor's secret that waits for its first code.
    pub pending_totp: Option<String>,
}

/// How a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    In,
    Locked,
}

/// All sign-ins of this process.
#[derive(Default)]
pub struct Sessions {
    open: Mutex<HashMap<String, Session>>,
}

impl Sessions {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a new sign-in under its word.
    pub fn open(&self, word: String, session: Session) {
        self.all().insert(word, session);
    }

    /// Ends a sign-in.
    pub fn end(&self, word: &str) -> Option<Session> {
        self.all().remove(word)
    }

    /// Ends every sign-in of a person, but for the one given.
    pub fn end_all_of(&self, staff: u64, but: &str) {
        self.all().retain(|word, s| s.staff != staff || word == but);
    }

    /// The sign-in of that word, if it has not ended; an idle one locks.
    pub fn look(&self, word: &str, now: At, settings: &Settings) -> Option<(Session, Standing)> {
        let mut all = self.all();
        let session = all.get_mut(word)?;
        if ends_at(session, settings) <= now {
            all.remove(word);
            return None;
        }
        if now - session.seen >= minutes(settings.lock_after_minutes) {
            session.locked = true;
        }
        let standing = if session.locked { Standing::Locked } else { Standing::In };
        Some((session.clone(), standing))
    }

    /// Somebody did something.
    pub fn seen(&self, word: &str, now: At) {
        self.change(word, |s| s.seen = now);
    }

    /// Changes a sign-in.
    pub fn change(&self, word: &str, change: impl FnOnce(&mut Session)) {
        if let Some(session) = self.all().get_mut(word) {
            change(session);
        }
    }

    /// Who is signed in now.
    pub fn here(&self) -> Vec<u64> {
        self.all().values().map(|s| s.staff).collect()
    }
}

/// When a sign-in ends, however busy it is.
pub fn ends_at(session: &Session, settings: &Settings) -> At {
    let longest = session.since + hours(settings.session_hours);
    session.emergency_until.map_or(longest, |until| until.min(longest))
}
