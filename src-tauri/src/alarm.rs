//! Sounds what the engine asks for, again and again, until the engine says silence.

use crate::pattern;
use crate::speaker::Speaker;
use engine::Pattern;
use std::future::Future;
use std::time::Duration;
use tokio::sync::watch;

/// Repeats the wanted pattern until another is wanted, none is, or the engine has gone.
/// `device` hears whether the machine can play, each time that answer is another than `present`.
pub async fn sound<P: Future<Output = ()>>(
    mut wanted: watch::Receiver<Option<Pattern>>,
    speaker: &mut impl Speaker,
    pause: impl Fn(Duration) -> P,
    mut present: bool,
    mut device: impl FnMut(bool),
) {
    loop {
        let wish = *wanted.borrow_and_update();
        let Some(wish) = wish else {
            speaker.hush();
            if wanted.changed().await.is_err() {
                return;
            }
            continue;
        };
        let played = speaker.burst(wish);
        if played != present {
            present = played;
            device(played);
        }
        tokio::select! {
            changed = wanted.changed() => {
                if changed.is_err() {
                    speaker.hush();
                    return;
                }
            }
            () = pause(pattern::repeat_after(wish)) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::{Cell, RefCell};
    use std::collections::VecDeque;
    use Pattern::{Abnormal, Critical};

    /// A room with a clock of its own, in which the engine's wishes change at given seconds.
    struct Room {
        now_s: Cell<u64>,
        wishes: RefCell<VecDeque<(u64, Option<Pattern>)>>,
        engine: RefCell<Option<watch::Sender<Option<Pattern>>>>,
        engine_ends_s: u64,
        heard: RefCell<Vec<(u64, Option<Pattern>)>>,
        deaf: bool,
    }

    impl Room {
        /// The next wish, or the engine's end, when it comes before `until_s`.
        fn change_before(&self, until_s: u64) -> bool {
            let next = self.wishes.borrow().front().copied();
            match next {
                Some((at, wish)) if at < until_s => {
                    self.now_s.set(at);
                    self.wishes.borrow_mut().pop_front();
                    if let Some(engine) = &*self.engine.borrow() {
                        engine.send(wish).unwrap();
                    }
                    true
                }
                None if self.engine_ends_s < until_s => {
                    self.now_s.set(self.engine_ends_s);
                    self.engine.borrow_mut().take();
                    true
                }
                _ => false,
            }
        }

        async fn pause(&self, length: Duration) {
            let until_s = self.now_s.get() + length.as_secs();
            if self.change_before(until_s) {
                std::future::pending().await
            }
            self.now_s.set(until_s);
        }

        fn bursts(&self) -> Vec<(u64, Pattern)> {
            self.heard.borrow().iter().filter_map(|(at, p)| p.map(|p| (*at, p))).collect()
        }
    }

    impl Speaker for &Room {
        fn burst(&mut self, pattern: Pattern) -> bool {
            self.heard.borrow_mut().push((self.now_s.get(), Some(pattern)));
            !self.deaf
        }

        fn hush(&mut self) {
            self.heard.borrow_mut().push((self.now_s.get(), None));
            // Nothing else happens in a quiet room until the engine changes its mind.
            self.change_before(u64::MAX);
        }
    }

    /// The engine's wishes over time, played in a room; with what was said about the device.
    async fn ward(deaf: bool, wishes: &[(u64, Option<Pattern>)], engine_ends_s: u64) -> (Room, Vec<bool>) {
        let (engine, wanted) = watch::channel(None);
        let room = Room {
            now_s: Cell::new(0),
            wishes: RefCell::new(wishes.iter().copied().collect()),
            engine: RefCell::new(Some(engine)),
            engine_ends_s,
            heard: RefCell::default(),
            deaf,
        };
        let mut said = Vec::new();
        sound(wanted, &mut &room, |length| room.pause(length), true, |present| said.push(present)).await;
        (room, said)
    }

    #[tokio::test]
    async fn a_critical_repeats_until_it_is_acknowledged() {
        let (room, _) = ward(false, &[(1, Some(Critical)), (13, None)], 60).await;
        assert_eq!(room.bursts(), [(1, Critical), (6, Critical), (11, Critical)]);
    }

    #[tokio::test]
    async fn a_critical_breaks_into_an_abnormal_at_once() {
        let wishes = [(0, Some(Abnormal)), (2, Some(Critical)), (3, None)];
        let (room, _) = ward(false, &wishes, 20).await;
        assert_eq!(room.bursts(), [(0, Abnormal), (2, Critical)]);
    }

    #[tokio::test]
    async fn silence_cuts_the_burst_that_is_playing() {
        let (room, _) = ward(false, &[(1, Some(Critical)), (2, None)], 60).await;
        assert_eq!(room.heard.borrow()[1..], [(1, Some(Critical)), (2, None)]);
    }

    #[tokio::test]
    async fn a_machine_that_lost_its_sound_device_says_so_once() {
        let (room, said) = ward(true, &[(0, Some(Critical))], 58).await;
        assert_eq!(said, [false]);
        assert_eq!(room.bursts().len(), 12);
    }

    #[tokio::test]
    async fn the_sound_ends_with_the_engine() {
        let (room, _) = ward(false, &[(1, Some(Critical))], 3).await;
        assert_eq!(room.heard.borrow().last(), Some(&(3, None)));
    }
}
