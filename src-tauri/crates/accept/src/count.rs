//! Counters in Prometheus text. No label names a person.

use crate::keep::{Kept, Outcome};
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The hooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hook {
    Fhir,
    TwilioInbound,
    TwilioStatus,
    PagerDuty,
    Appointments,
    Studio,
}

impl Hook {
    const NAMES: [&'static str; 6] = ["fhir", "twilio_inbound", "twilio_status", "pagerduty", "appointments", "studio"];
}

/// Why a request was turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turned {
    WrongKey,
    WrongMethod,
    WrongType,
    TooFast,
    TooLarge,
    TooSlow,
    CutOff,
    Signature,
    NotSetUp,
    Crowded,
    NotKept,
}

impl Turned {
    const NAMES: [&'static str; 11] = [
        "wrong_key",
        "wrong_method",
        "wrong_type",
        "too_fast",
        "too_large",
        "too_slow",
        "cut_off",
        "signature",
        "not_set_up",
        "crowded",
        "not_kept",
    ];
}

const OUTCOMES: [&str; 4] = ["kept", "duplicate", "quarantined", "refused"];

/// What came in and what became of it.
#[derive(Default)]
pub(crate) struct Count {
    inputs: [[AtomicU64; OUTCOMES.len()]; Hook::NAMES.len()],
    turned: [[AtomicU64; Turned::NAMES.len()]; Hook::NAMES.len()],
    bytes: [AtomicU64; Hook::NAMES.len()],
}

impl Count {
    pub fn kept(&self, hook: Hook, kept: &Kept) {
        for outcome in &kept.outcomes {
            let which = match outcome {
                Outcome::Kept => 0,
                Outcome::Duplicate => 1,
                Outcome::Quarantined { .. } => 2,
            };
            self.inputs[hook as usize][which].fetch_add(1, Relaxed);
        }
    }

    pub fn refused(&self, hook: Hook) {
        self.inputs[hook as usize][3].fetch_add(1, Relaxed);
    }

    pub fn turned(&self, hook: Hook, why: Turned) {
        self.turned[hook as usize][why as usize].fetch_add(1, Relaxed);
    }

    pub fn received(&self, hook: Hook, bytes: usize) {
        self.bytes[hook as usize].fetch_add(bytes as u64, Relaxed);
    }

    /// The Prometheus text.
    pub fn text(&self) -> String {
        let mut out = String::with_capacity(4096);
        out.push_str("# HELP careloop_intake_inputs_total Inputs that were kept, by what became of them.\n# TYPE careloop_intake_inputs_total counter\n");
        for (hook, row) in Hook::NAMES.iter().zip(&self.inputs) {
            for (outcome, n) in OUTCOMES.iter().zip(row) {
                let _ = writeln!(out, "careloop_intake_inputs_total{{hook=\"{hook}\",outcome=\"{outcome}\"}} {}", n.load(Relaxed));
            }
        }
        out.push_str("# HELP careloop_intake_turned_away_total Requests that were not taken, by why.\n# TYPE careloop_intake_turned_away_total counter\n");
        for (hook, row) in Hook::NAMES.iter().zip(&self.turned) {
            for (why, n) in Turned::NAMES.iter().zip(row) {
                let _ = writeln!(out, "careloop_intake_turned_away_total{{hook=\"{hook}\",why=\"{why}\"}} {}", n.load(Relaxed));
            }
        }
        out.push_str("# HELP careloop_intake_bytes_total Bytes of bodies received whole.\n# TYPE careloop_intake_bytes_total counter\n");
        for (hook, n) in Hook::NAMES.iter().zip(&self.bytes) {
            let _ = writeln!(out, "careloop_intake_bytes_total{{hook=\"{hook}\"}} {}", n.load(Relaxed));
        }
        out
    }
}
