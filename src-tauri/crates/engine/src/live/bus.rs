//! Hints to the screens: numbered without gaps, never data.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;
use wire::{Notice, NoticeKind};

/// A screen that reconnects within so many notices misses none.
const REMEMBERED: usize = 512;

struct Told {
    seq: u64,
    recent: VecDeque<Notice>,
}

/// Tells every screen.
pub struct Bus {
    told: Mutex<Told>,
    screens: broadcast::Sender<Notice>,
}

impl Default for Bus {
    fn default() -> Self {
        Self { told: Mutex::new(Told { seq: 0, recent: VecDeque::new() }), screens: broadcast::channel(1024).0 }
    }
}

impl Bus {
    fn lock(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Numbers a hint and tells it.
    pub fn tell(&self, notice: NoticeKind) {
        let mut told = self.lock();
        told.seq += 1;
        let notice = Notice { seq: told.seq, notice };
        told.recent.push_back(notice.clone());
        if told.recent.len() > REMEMBERED {
            told.recent.pop_front();
        }
        // Nobody listening is no fault. Sent under the lock, so that numbers arrive in order.
        let _ = self.screens.send(notice);
    }

    /// What is told from now on.
    pub fn listen(&self) -> broadcast::Receiver<Notice> {
        self.screens.subscribe()
    }

    /// What was told after `since`, as far as it is remembered, and what is told from now on.
    pub fn listen_since(&self, since: Option<u64>) -> (Vec<Notice>, broadcast::Receiver<Notice>) {
        let told = self.lock();
        let missed = match since {
            Some(since) => told.recent.iter().filter(|n| n.seq > since).cloned().collect(),
            None => Vec::new(),
        };
        (missed, self.screens.subscribe())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_are_numbered_without_gaps() {
        let bus = Bus::default();
        let mut screen = bus.listen();
        bus.tell(NoticeKind::Frame);
        bus.tell(NoticeKind::Connections);
        assert_eq!((screen.try_recv().unwrap().seq, screen.try_recv().unwrap().seq), (1, 2));
    }

    #[test]
    fn a_screen_that_comes_back_hears_what_it_missed() {
        let bus = Bus::default();
        for _ in 0..5 {
            bus.tell(NoticeKind::Frame);
        }
        let (missed, mut next) = bus.listen_since(Some(3));
        bus.tell(NoticeKind::Simulator);
        assert_eq!(missed.iter().map(|n| n.seq).collect::<Vec<_>>(), [4, 5]);
        assert_eq!(next.try_recv().unwrap().seq, 6);
    }
}
