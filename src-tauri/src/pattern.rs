//! The three alarm patterns, made of pulses in the manner of IEC 60601-1-8.
//!
//! Critical is five pulses (3+2), abnormal two, a lost link one low pulse. Each pulse carries a
//! fundamental and three harmonics, so that it is placed easily and heard past a hearing loss.

use engine::Pattern;
use std::time::Duration;

/// One pulse of a pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pulse {
    pub start_ms: u32,
    pub length_ms: u32,
    pub hz: f32,
}

/// The pulses of one burst, in order.
pub fn pulses(pattern: Pattern) -> Vec<Pulse> {
    let pulse = |start_ms, length_ms, hz| Pulse { start_ms, length_ms, hz };
    match pattern {
        // Three and, after a breath, two.
        Pattern::Critical => [0, 250, 500, 1000, 1250].map(|at| pulse(at, 150, 523.3)).to_vec(),
        Pattern::Abnormal => vec![pulse(0, 200, 440.0), pulse(400, 200, 349.2)],
        Pattern::LinkLost => vec![pulse(0, 250, 220.0)],
    }
}

/// From the start of one burst to the start of the next, while nobody has acknowledged.
pub fn repeat_after(pattern: Pattern) -> Duration {
    match pattern {
        Pattern::Critical => Duration::from_secs(5),
        Pattern::Abnormal => Duration::from_secs(15),
        Pattern::LinkLost => Duration::from_secs(30),
    }
}

/// One burst as mono samples between -1 and 1.
pub fn samples(pattern: Pattern, rate_hz: u32) -> Vec<f32> {
    let pulses = pulses(pattern);
    let end_ms = pulses.iter().map(|p| p.start_ms + p.length_ms).max().unwrap_or(0);
    let mut out = vec![0.0; at_sample(end_ms, rate_hz)];
    for pulse in pulses {
        let first = at_sample(pulse.start_ms, rate_hz);
        let last = at_sample(pulse.start_ms + pulse.length_ms, rate_hz).min(out.len());
        for (step, sample) in out[first..last].iter_mut().enumerate() {
            *sample = tone(step as f32 / rate_hz as f32, pulse.hz) * envelope(step, last - first, rate_hz);
        }
    }
    out
}

fn at_sample(ms: u32, rate_hz: u32) -> usize {
    (u64::from(ms) * u64::from(rate_hz) / 1000) as usize
}

/// A fundamental with three harmonics, scaled so that the sum stays inside -1..1.
fn tone(seconds: f32, hz: f32) -> f32 {
    const LEVELS: [f32; 4] = [1.0, 0.6, 0.4, 0.25];
    let sum: f32 =
        LEVELS.iter().zip(1u8..).map(|(level, harmonic)| level * (std::f32::consts::TAU * hz * f32::from(harmonic) * seconds).sin()).sum();
    0.7 * sum / LEVELS.iter().sum::<f32>()
}

/// Rises and falls over a tenth of a pulse or 20 ms: a hard edge clicks and startles.
fn envelope(step: usize, length: usize, rate_hz: u32) -> f32 {
    let ramp = (length / 10).max(at_sample(20, rate_hz)).min(length / 2).max(1);
    let from_edge = step.min(length.saturating_sub(step + 1));
    (from_edge as f32 / ramp as f32).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: u32 = 8000;
    const ALL: [Pattern; 3] = [Pattern::Critical, Pattern::Abnormal, Pattern::LinkLost];

    /// Counts the stretches of sound in the samples: what an ear would count.
    fn heard(samples: &[f32]) -> usize {
        let window = at_sample(20, RATE_HZ);
        let loud: Vec<bool> = samples.chunks(window).map(|c| c.iter().any(|s| s.abs() > 0.02)).collect();
        loud.iter().enumerate().filter(|(i, on)| **on && (*i == 0 || !loud[i - 1])).count()
    }

    #[test]
    fn a_critical_is_heard_as_five_pulses_an_abnormal_as_two_a_lost_link_as_one() {
        assert_eq!(ALL.map(|p| heard(&samples(p, RATE_HZ))), [5, 2, 1]);
    }

    #[test]
    fn a_critical_pauses_after_its_third_pulse() {
        let starts: Vec<u32> = pulses(Pattern::Critical).iter().map(|p| p.start_ms).collect();
        let gaps: Vec<u32> = starts.windows(2).map(|w| w[1] - w[0]).collect();
        assert!(gaps[2] > gaps[0] && gaps[0] == gaps[1] && gaps[1] == gaps[3], "{gaps:?}");
    }

    #[test]
    fn a_lost_link_is_the_lowest_sound() {
        let lowest = |p: Pattern| pulses(p).iter().map(|p| p.hz).fold(f32::MAX, f32::min);
        assert!(lowest(Pattern::LinkLost) < lowest(Pattern::Abnormal));
        assert!(lowest(Pattern::LinkLost) < lowest(Pattern::Critical));
    }

    #[test]
    fn no_pattern_is_clipped_or_clicks_at_its_edges() {
        for pattern in ALL {
            let samples = samples(pattern, RATE_HZ);
            assert!(samples.iter().all(|s| s.abs() <= 1.0), "{pattern:?}");
            assert!(samples[0].abs() < 0.01 && samples[samples.len() - 1].abs() < 0.01, "{pattern:?}");
        }
    }

    #[test]
    fn a_critical_comes_back_soonest() {
        assert!(repeat_after(Pattern::Critical) < repeat_after(Pattern::Abnormal));
        assert!(repeat_after(Pattern::Abnormal) < repeat_after(Pattern::LinkLost));
    }
}
