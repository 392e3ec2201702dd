//! The machine's loudspeaker, or the lack of one.

use crate::pattern;
use engine::Pattern;
use rodio::{buffer::SamplesBuffer, DeviceSinkBuilder, MixerDeviceSink, Player};
use std::num::NonZero;

/// Something that can sound a pattern once.
pub trait Speaker {
    /// Starts one burst; it plays on by itself. False: there is nothing to play it on.
    fn burst(&mut self, pattern: Pattern) -> bool;

    /// Stops whatever plays.
    fn hush(&mut self);
}

/// The default output device. A missing one is looked for again now and then, because headphones
/// are plugged in and docks are left behind.
#[derive(Default)]
pub struct Loudspeaker {
    open: Option<(MixerDeviceSink, Player)>,
    /// Bursts to let pass before a missing device is looked for again: looking takes time and makes noise in the log.
    let_pass: u32,
}

const LET_PASS: u32 = 5;

const RATE_HZ: NonZero<u32> = NonZero::new(48_000).unwrap();
const MONO: NonZero<u16> = NonZero::new(1).unwrap();

impl Loudspeaker {
    /// Opens the device if there is one.
    pub fn present(&mut self) -> bool {
        if self.open.is_none() && self.let_pass == 0 {
            self.open = DeviceSinkBuilder::open_default_sink().ok().map(|mut device| {
                device.log_on_drop(false);
                let player = Player::connect_new(device.mixer());
                (device, player)
            });
            self.let_pass = if self.open.is_some() { 0 } else { LET_PASS };
        } else {
            self.let_pass = self.let_pass.saturating_sub(1);
        }
        self.open.is_some()
    }
}

impl Speaker for Loudspeaker {
    fn burst(&mut self, pattern: Pattern) -> bool {
        if !self.present() {
            return false;
        }
        if let Some((_, player)) = &self.open {
            player.stop();
            player.append(SamplesBuffer::new(MONO, RATE_HZ, pattern::samples(pattern, RATE_HZ.get())));
            player.play();
        }
        true
    }

    fn hush(&mut self) {
        // Letting go of the device as well: a sound card held open for days keeps a laptop awake.
        self.open = None;
        // The next alarm looks at once.
        self.let_pass = 0;
    }
}
