//! What happens on the demo day: opening scenes within the first seconds, then a reading every few seconds.
//! Patients answer and clinicians act in reply to what really arrives at the built-in phone and pager.

use super::cast::{who, Member, Program};
use super::past::tenth;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::collections::{BTreeMap, HashMap};

/// Milliseconds of the demo day, from its beginning.
pub type Ms = u64;

/// Something that is done at its time.
#[derive(Debug, Clone, PartialEq)]
pub enum Do {
    Pressure {
        who: usize,
        systolic: f64,
        diastolic: f64,
    },
    Glucose {
        who: usize,
        value: f64,
        without_unit: bool,
    },
    Weight {
        who: usize,
        value: f64,
    },
    Spo2 {
        who: usize,
        value: f64,
    },
    /// A device of someone who is not enrolled.
    Stranger,
    /// The next event of a visit: the visit and the step of its tale.
    Visit {
        n: usize,
        step: usize,
    },
    Reply {
        phone: String,
        text: &'static str,
    },
    Acknowledge {
        key: String,
        by: &'static str,
    },
    Resolve {
        key: String,
        by: &'static str,
        note: &'static str,
    },
}

/// So many readings follow the opening.
const STREAM: u64 = 900;
const STREAM_BEGINS: Ms = 16_000;
const STREAM_EVERY: Ms = 4_000;
/// While so many rows are open no new trouble begins by itself.
pub const BUSY_ROWS: usize = 18;

const CLINICIANS: [&str; 3] = ["Dr. Rivera", "Dr. Okafor", "Dr. Lindqvist"];
const NOTES: [&str; 6] = [
    "Called, will recheck tonight. 8 min.",
    "Spoke with the daughter; cuff was over a sleeve, repeat was normal. 6 min.",
    "Missed two doses, resumed. Recheck tomorrow morning. 12 min.",
    "Video visit, no distress. Diuretic adjusted. 17 min.",
    "Asked to drink juice and recheck in 15 minutes; now 96. 9 min.",
    "Reached at home, sending to urgent care for evaluation. 14 min.",
];

/// How someone who gets a text behaves.
#[derive(Debug, Clone, Copy)]
struct Manner {
    after: Ms,
    says: Option<&'static str>,
}

/// How the clinician deals with a patient's page.
#[derive(Debug, Clone, Copy)]
struct Care {
    acknowledges_after: Option<Ms>,
    resolves_after: Option<Ms>,
    by: &'static str,
    note: &'static str,
}

/// The day: what is planned, and how people react.
pub struct Script {
    dice: StdRng,
    planned: BTreeMap<(Ms, u64), Do>,
    next: u64,
    manners: HashMap<usize, Manner>,
    cares: HashMap<usize, Care>,
}

impl Script {
    /// The whole day.
    pub fn new(cast: &[Member], seed: u64) -> Script {
        let mut script =
            Script { dice: StdRng::seed_from_u64(seed), planned: BTreeMap::new(), next: 0, manners: HashMap::new(), cares: HashMap::new() };
        script.opening(cast);
        for n in 0..STREAM {
            let at = STREAM_BEGINS + n * STREAM_EVERY + script.dice.random_range(0..STREAM_EVERY / 2);
            let reading = script.reading(cast);
            script.plan(at, reading);
        }
        script
    }

    /// Plans a happening.
    pub fn plan(&mut self, at: Ms, what: Do) {
        self.next += 1;
        self.planned.insert((at, self.next), what);
    }

    /// What is due by then, in order.
    pub fn due(&mut self, now: Ms) -> Vec<Do> {
        let later = self.planned.split_off(&(now + 1, 0));
        std::mem::replace(&mut self.planned, later).into_values().collect()
    }

    /// How much is still to come.
    pub fn left(&self) -> u32 {
        self.planned.len() as u32
    }

    /// A symptom check reached a phone: its owner may answer.
    pub fn texted(&mut self, now: Ms, who: usize, phone: &str) {
        let manner = self.manners.remove(&who).unwrap_or_else(|| self.any_manner());
        if let Some(text) = manner.says {
            self.plan(now + manner.after, Do::Reply { phone: phone.into(), text });
        }
    }

    /// A page went out: somebody takes it, sooner or later.
    pub fn paged(&mut self, now: Ms, who: Option<usize>, key: &str) {
        let care = who.and_then(|w| self.cares.remove(&w)).unwrap_or_else(|| self.any_care());
        if let Some(after) = care.acknowledges_after {
            self.plan(now + after, Do::Acknowledge { key: key.into(), by: care.by });
        }
        if let Some(after) = care.resolves_after {
            self.plan(now + after, Do::Resolve { key: key.into(), by: care.by, note: care.note });
        }
    }

    fn any_manner(&mut self) -> Manner {
        let after = self.dice.random_range(12_000..75_000);
        let says = match self.dice.random_range(0..100) {
            0..=54 => Some("No"),
            55..=64 => Some("NO thank you"),
            65..=79 => Some("Yes"),
            80..=87 => Some("a bit tired but ok I think"),
            _ => None,
        };
        Manner { after, says }
    }

    fn any_care(&mut self) -> Care {
        let acknowledges = self.dice.random_range(25_000..110_000);
        Care {
            acknowledges_after: Some(acknowledges),
            resolves_after: Some(acknowledges + self.dice.random_range(90_000..300_000)),
            by: CLINICIANS[self.dice.random_range(0..CLINICIANS.len())],
            note: NOTES[self.dice.random_range(0..NOTES.len())],
        }
    }

    /// Within the first seconds the Worklist shows every state. One text a second may leave: the scenes are spread.
    fn opening(&mut self, cast: &[Member]) {
        let manner = |after, says| Manner { after, says };
        self.manners = HashMap::from([
            (who::CRITICAL_PRESSURE, manner(0, None)),
            (who::ANSWERED_NO, manner(3_000, Some("No"))),
            (who::WAITING, manner(540_000, Some("No"))),
            (who::CHARTED, manner(2_500, Some("YES"))),
            (who::UNCLEAR, manner(4_000, Some("my foot hurts a little"))),
            (who::WEIGHT_GAIN, manner(420_000, Some("No"))),
            (who::BACK_TO_NORMAL, manner(0, None)),
            (who::SPEAKS_SPANISH, manner(0, None)),
        ]);
        let care = |acknowledges_after, resolves_after, by, note| Care { acknowledges_after, resolves_after, by, note };
        self.cares = HashMap::from([
            (who::CRITICAL_PRESSURE, care(Some(150_000), Some(420_000), CLINICIANS[0], NOTES[2])),
            (who::LOW_OXYGEN, care(Some(5_000), Some(480_000), CLINICIANS[0], NOTES[5])),
            (who::CHARTED, care(Some(1_500), Some(4_500), CLINICIANS[1], NOTES[2])),
            (who::OPTED_OUT, care(Some(200_000), Some(500_000), CLINICIANS[2], NOTES[0])),
        ]);
        let glucose = |who, value| Do::Glucose { who, value, without_unit: false };
        let pressure = |who, systolic, diastolic| Do::Pressure { who, systolic, diastolic };
        let weight = cast.get(who::WEIGHT_GAIN).map_or(180.0, |m| m.usual.weight);
        for (at, what) in [
            (200, pressure(who::CHARTED, 174.0, 103.0)),
            (700, pressure(who::CRITICAL_PRESSURE, 198.0, 116.0)),
            (1_800, glucose(who::ANSWERED_NO, 318.0)),
            (2_600, Do::Spo2 { who: who::LOW_OXYGEN, value: 86.0 }),
            (3_800, pressure(who::WAITING, 168.0, 102.0)),
            (4_600, glucose(who::OPTED_OUT, 327.0)),
            (5_200, pressure(who::ASLEEP, 166.0, 98.0)),
            (5_800, Do::Stranger),
            (6_200, Do::Glucose { who: who::NO_UNIT, value: 189.0, without_unit: true }),
            (7_000, Do::Weight { who: who::WEIGHT_GAIN, value: tenth(weight + 2.9) }),
            (8_200, glucose(who::UNCLEAR, 341.0)),
            (9_400, pressure(who::BACK_TO_NORMAL, 171.0, 96.0)),
            (11_000, glucose(who::SPEAKS_SPANISH, 308.0)),
            // Later than the debounce, or it would say nothing.
            (104_000, pressure(who::BACK_TO_NORMAL, 138.0, 84.0)),
        ] {
            self.plan(at, what);
        }
    }

    /// One reading of the stream: most are ordinary.
    fn reading(&mut self, cast: &[Member]) -> Do {
        let first = 11;
        let n = self.dice.random_range(first..cast.len().max(first + 1));
        let Some(m) = cast.get(n) else { return Do::Stranger };
        let u = m.usual;
        let luck = self.dice.random_range(0..100);
        let mut swing = |width: f64| self.dice.random_range(-width..width);
        let is_bad = luck >= 91;
        let is_worse = luck >= 98;
        match m.program {
            Program::Pressure if is_worse => Do::Pressure { who: n, systolic: 194.0 + swing(4.0).round(), diastolic: 108.0 },
            Program::Pressure if is_bad => Do::Pressure { who: n, systolic: 167.0 + swing(4.0).round(), diastolic: 95.0 },
            Program::Pressure => Do::Pressure { who: n, systolic: u.systolic + swing(9.0), diastolic: u.diastolic + swing(6.0) },
            Program::Diabetes if is_worse => Do::Glucose { who: n, value: 51.0, without_unit: false },
            Program::Diabetes if is_bad => Do::Glucose { who: n, value: (322.0 + swing(14.0)).round(), without_unit: false },
            Program::Diabetes => Do::Glucose { who: n, value: (u.glucose + swing(24.0)).round(), without_unit: false },
            Program::Heart if is_bad => Do::Weight { who: n, value: tenth(u.weight + 2.9) },
            Program::Heart => Do::Weight { who: n, value: tenth(u.weight + swing(0.4)) },
            Program::Lungs if is_worse => Do::Spo2 { who: n, value: 86.0 },
            Program::Lungs if is_bad => Do::Spo2 { who: n, value: 89.0 },
            Program::Lungs => Do::Spo2 { who: n, value: (u.spo2 + swing(1.4)).round().clamp(93.0, 99.0) },
        }
    }
}

impl Do {
    /// Would begin trouble by itself: left out while the ward is busy.
    pub fn is_trouble(&self) -> bool {
        match self {
            Do::Pressure { systolic, diastolic, .. } => *systolic > 150.0 || *diastolic > 100.0,
            Do::Glucose { value, .. } => *value > 300.0 || *value < 55.0,
            Do::Spo2 { value, .. } => *value < 90.0,
            Do::Weight { .. } | Do::Stranger | Do::Visit { .. } | Do::Reply { .. } | Do::Acknowledge { .. } | Do::Resolve { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cast::cast;
    use super::*;

    fn script() -> (Vec<Member>, Script) {
        let cast = cast("2026-03-05T15:00:00Z".parse().unwrap());
        let script = Script::new(&cast, 7);
        (cast, script)
    }

    #[test]
    fn the_same_seed_is_the_same_day() {
        let (_, mut one) = script();
        let (_, mut other) = script();
        assert_eq!(one.due(600_000), other.due(600_000));
    }

    #[test]
    fn the_opening_is_over_in_a_quarter_of_a_minute_and_then_a_reading_comes_every_few_seconds() {
        let (_, mut script) = script();
        assert_eq!(script.due(STREAM_BEGINS - 1).len(), 13);
        let minute = script.due(STREAM_BEGINS + 60_000).len();
        assert!((14..=17).contains(&minute), "{minute}");
    }

    #[test]
    fn who_is_texted_answers_and_who_is_paged_resolves() {
        let (cast, mut script) = script();
        script.due(STREAM_BEGINS);
        script.texted(1_000, who::CHARTED, &cast[who::CHARTED].phone);
        script.paged(4_000, Some(who::CHARTED), "key");
        let done = script.due(9_000);
        assert!(done.iter().any(|d| matches!(d, Do::Reply { text: "YES", .. })));
        assert!(done.iter().any(|d| matches!(d, Do::Resolve { key, .. } if key == "key")));
    }
}
