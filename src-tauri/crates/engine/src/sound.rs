//! What should sound now: decided here, played by the window. Silent while all is well.

use decide::desk::Desk;
use decide::input::RowId;
use decide::outbox::Vendor;
use decide::{seconds, At, Severity};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// A pattern of tones (look.md "Sound").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// 3+2, repeated until acknowledged.
    Critical,
    /// Two tones, repeated until acknowledged.
    Abnormal,
    /// One low tone while a link has just been lost.
    LinkLost,
}

impl Pattern {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Pattern::Critical => "critical",
            Pattern::Abnormal => "abnormal",
            Pattern::LinkLost => "link_lost",
        }
    }
}

/// A lost link sounds for so long; after that the strip and the banner say it.
const LINK_SOUNDS_SECONDS: f64 = 60.0;
/// The sound test lasts so long.
const TEST_SECONDS: f64 = 4.0;

/// A row that sounds, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sounding {
    pub severity: Severity,
    pub since: At,
}

/// A timed mute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mute {
    pub from: At,
    pub until: At,
}

/// What sounds: the worst unacknowledged row, unless muted; a mute never covers a critical that began after it.
pub fn pattern(rows: impl IntoIterator<Item = Sounding>, link_lost_at: Option<At>, mute: Option<Mute>, now: At) -> Option<Pattern> {
    let muted = mute.filter(|m| m.from <= now && now < m.until);
    let mut worst = None;
    for row in rows {
        let covered = muted.is_some_and(|m| row.severity < Severity::Critical || row.since <= m.from);
        if !covered && row.severity > Severity::Routine {
            worst = worst.max(Some(row.severity));
        }
    }
    match worst {
        Some(Severity::Critical) => Some(Pattern::Critical),
        Some(Severity::Abnormal) => Some(Pattern::Abnormal),
        _ if muted.is_some() => None,
        _ => link_lost_at.filter(|at| now < *at + seconds(LINK_SOUNDS_SECONDS)).map(|_| Pattern::LinkLost),
    }
}

/// How loud an unacknowledged row is: an open episode as bad as it has been, a task as bad as it is or once overdue.
fn sounding_rows(desk: &Desk) -> impl Iterator<Item = (RowId, Severity)> + '_ {
    let episodes = desk
        .episodes
        .values()
        .filter(|e| e.unacknowledged)
        .map(|e| (RowId::Episode(e.id), if e.is_open() { e.worst } else { Severity::Abnormal }));
    let tasks = desk.tasks.values().filter(|t| t.closed.is_none() && t.acknowledged.is_none()).map(|t| {
        let severity = if t.overdue { t.severity.max(Severity::Abnormal) } else { t.severity };
        (RowId::Task(t.id), severity)
    });
    episodes.chain(tasks)
}

#[derive(Default)]
struct Heard {
    rows: BTreeMap<RowId, Sounding>,
    links: BTreeMap<Vendor, At>,
    mute: Option<Mute>,
    test_until: Option<At>,
    available: Option<bool>,
}

/// The sound of the console, shared by the spine that updates it and the window that plays it.
pub struct Sound {
    heard: Mutex<Heard>,
    now_playing: watch::Sender<Option<Pattern>>,
}

impl Default for Sound {
    fn default() -> Self {
        Self { heard: Mutex::default(), now_playing: watch::Sender::new(None) }
    }
}

impl Sound {
    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What sounds, as it changes.
    pub fn playing(&self) -> watch::Receiver<Option<Pattern>> {
        self.now_playing.subscribe()
    }

    /// Looks at the desk after a turn; `again` says that a critical alarmed anew in it.
    pub fn hear(&self, desk: &Desk, critical_alarm: bool, now: At) {
        {
            let mut heard = self.lock();
            let mut rows = BTreeMap::new();
            for (id, severity) in sounding_rows(desk) {
                let since = match heard.rows.get(&id) {
                    Some(before) if before.severity >= severity && !(critical_alarm && severity == Severity::Critical) => before.since,
                    _ => now,
                };
                rows.insert(id, Sounding { severity, since });
            }
            heard.rows = rows;
            heard.links = desk.trouble.keys().map(|v| (*v, heard.links.get(v).copied().unwrap_or(now))).collect();
        }
        self.refresh(now);
    }

    /// Time has passed: a mute or a test may have ended.
    pub fn refresh(&self, now: At) {
        let playing = {
            let heard = self.lock();
            if heard.test_until.is_some_and(|until| now < until) {
                Some(Pattern::Critical)
            } else {
                pattern(heard.rows.values().copied(), heard.links.values().max().copied(), heard.mute, now)
            }
        };
        self.now_playing.send_if_modified(|p| std::mem::replace(p, playing) != playing);
    }

    /// When to call [`Sound::refresh`] at the latest.
    pub fn wake(&self, now: At) -> Option<At> {
        let heard = self.lock();
        let link = heard.links.values().max().map(|at| *at + seconds(LINK_SOUNDS_SECONDS));
        [heard.mute.map(|m| m.until), heard.test_until, link].into_iter().flatten().filter(|at| *at > now).min()
    }

    /// Mutes until then; none = unmutes.
    pub fn mute(&self, now: At, until: Option<At>) {
        self.lock().mute = until.map(|until| Mute { from: now, until });
        self.refresh(now);
    }

    /// Until when it is muted.
    pub fn muted_until(&self, now: At) -> Option<At> {
        self.lock().mute.map(|m| m.until).filter(|until| *until > now)
    }

    /// Plays the critical pattern for a moment.
    pub fn test(&self, now: At) {
        self.lock().test_until = Some(now + seconds(TEST_SECONDS));
        self.refresh(now);
    }

    /// Whether the machine can be heard: the window says so once it has looked.
    pub fn set_available(&self, available: bool) {
        self.lock().available = Some(available);
    }

    /// Whether the machine can be heard.
    pub fn available(&self) -> bool {
        self.lock().available.unwrap_or(false)
    }

    /// What sounds now.
    pub fn now(&self) -> Option<Pattern> {
        *self.now_playing.borrow()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: u32) -> At {
        format!("2026-03-05T14:{minute:02}:00Z").parse().unwrap()
    }

    fn row(severity: Severity, minute: u32) -> Sounding {
        Sounding { severity, since: at(minute) }
    }

    fn mute(from: u32, until: u32) -> Option<Mute> {
        Some(Mute { from: at(from), until: at(until) })
    }

    #[test]
    fn the_worst_unacknowledged_row_decides_what_sounds() {
        assert_eq!(pattern([row(Severity::Abnormal, 0), row(Severity::Critical, 1)], None, None, at(2)), Some(Pattern::Critical));
        assert_eq!(pattern([row(Severity::Abnormal, 0)], None, None, at(2)), Some(Pattern::Abnormal));
        assert_eq!(pattern([row(Severity::Routine, 0)], None, None, at(2)), None);
    }

    #[test]
    fn a_mute_covers_what_sounded_before_it() {
        let rows = [row(Severity::Critical, 0), row(Severity::Abnormal, 1)];
        assert_eq!(pattern(rows, None, mute(2, 12), at(5)), None);
    }

    #[test]
    fn a_mute_never_covers_a_critical_that_began_after_it() {
        assert_eq!(pattern([row(Severity::Critical, 3)], None, mute(2, 12), at(5)), Some(Pattern::Critical));
    }

    #[test]
    fn a_mute_covers_a_new_abnormal() {
        assert_eq!(pattern([row(Severity::Abnormal, 3)], None, mute(2, 12), at(5)), None);
    }

    #[test]
    fn a_mute_ends_by_itself() {
        assert_eq!(pattern([row(Severity::Critical, 0)], None, mute(2, 12), at(12)), Some(Pattern::Critical));
    }

    #[test]
    fn a_lost_link_sounds_for_a_minute_and_below_any_row() {
        assert_eq!(pattern([], Some(at(1)), None, at(1)), Some(Pattern::LinkLost));
        assert_eq!(pattern([], Some(at(1)), None, at(3)), None);
        assert_eq!(pattern([row(Severity::Abnormal, 0)], Some(at(1)), None, at(1)), Some(Pattern::Abnormal));
    }

    #[test]
    fn a_sound_test_plays_once_and_ends() {
        let sound = Sound::default();
        sound.test(at(0));
        assert_eq!(sound.now(), Some(Pattern::Critical));
        sound.refresh(at(1));
        assert_eq!(sound.now(), None);
    }
}
