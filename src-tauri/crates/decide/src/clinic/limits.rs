//! The eleven limits by name: what they bound, what is plausible, and what somebody orders about them.

use super::{Bounds, Mrn, Vital};
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// A limit that a patient may have (behaviour.md 1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitFacts {
    /// As in files, settings and the history.
    pub name: &'static str,
    pub vital: Vital,
    pub unit: &'static str,
    /// A limit outside least to most is a slip of the finger or another unit: what home devices can show, with room.
    pub least: i64,
    pub most: i64,
}

const fn facts(name: &'static str, vital: Vital, unit: &'static str, least: i64, most: i64) -> LimitFacts {
    LimitFacts { name, vital, unit, least, most }
}

/// All of them, in the order in which they are shown.
pub const LIMITS: [LimitFacts; 11] = [
    facts("systolic_high", Vital::Bp, "mmHg", 80, 260),
    facts("systolic_low", Vital::Bp, "mmHg", 50, 200),
    facts("diastolic_high", Vital::Bp, "mmHg", 40, 160),
    facts("diastolic_low", Vital::Bp, "mmHg", 30, 130),
    facts("glucose_high", Vital::Glucose, "mg/dL", 80, 600),
    facts("glucose_low", Vital::Glucose, "mg/dL", 40, 200),
    facts("weight_gain_24h_lb", Vital::Weight, "lb", 1, 30),
    facts("weight_gain_7d_lb", Vital::Weight, "lb", 1, 50),
    facts("spo2_floor", Vital::Spo2, "%", 60, 99),
    facts("heart_rate_high", Vital::HeartRate, "/min", 60, 250),
    facts("heart_rate_low", Vital::HeartRate, "/min", 20, 120),
];

/// A low limit with its high one.
pub const PAIRS: [(&str, &str); 4] = [
    ("systolic_low", "systolic_high"),
    ("diastolic_low", "diastolic_high"),
    ("glucose_low", "glucose_high"),
    ("heart_rate_low", "heart_rate_high"),
];

/// Why a limit cannot stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LimitTrouble {
    /// There is no limit of that name.
    Unknown,
    /// Not a number.
    NotANumber(String),
    /// More than one place after the point.
    TooFine(Decimal),
    /// Outside what is plausible.
    Implausible { value: Decimal, facts: LimitFacts },
    /// The low one is not below the high one; either may be the default.
    NotBelow { low: Decimal, high: Decimal },
}

impl std::fmt::Display for LimitTrouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unknown => f.write_str("there is no such limit"),
            Self::NotANumber(text) => write!(f, "is not a number: {text}"),
            Self::TooFine(n) => write!(f, "has at most one place after the point, not {n}"),
            Self::Implausible { value, facts } => {
                write!(f, "goes from {} to {} {}, not {value}", facts.least, facts.most, facts.unit)
            }
            Self::NotBelow { low, high } => write!(f, "the low limit {low} is not below the high limit {high}"),
        }
    }
}

/// The facts of a limit.
pub fn limit_facts(name: &str) -> Option<&'static LimitFacts> {
    LIMITS.iter().find(|l| l.name == name)
}

/// Reads one limit as typed; an empty cell is none: the default.
pub fn read_limit(name: &str, text: &str) -> Result<Option<Decimal>, LimitTrouble> {
    let text = text.trim();
    if text.is_empty() {
        return limit_facts(name).map(|_| None).ok_or(LimitTrouble::Unknown);
    }
    let n = text.parse::<Decimal>().map_err(|_| LimitTrouble::NotANumber(text.chars().take(40).collect()))?;
    plausible(name, n)?;
    Ok(Some(n.normalize()))
}

/// Whether a value may be that limit at all.
pub fn plausible(name: &str, n: Decimal) -> Result<(), LimitTrouble> {
    let facts = limit_facts(name).ok_or(LimitTrouble::Unknown)?;
    if n < Decimal::from(facts.least) || n > Decimal::from(facts.most) {
        return Err(LimitTrouble::Implausible { value: n.normalize(), facts: *facts });
    }
    if n.normalize().scale() > 1 {
        return Err(LimitTrouble::TooFine(n.normalize()));
    }
    Ok(())
}

/// Whether the limits in force fit each other: a low one is below its high one. Names the one to correct.
pub fn fit(own: &Bounds, defaults: &Bounds) -> Result<(), (&'static str, LimitTrouble)> {
    let b = own.or(defaults);
    for (low_name, high_name) in PAIRS {
        if let (Some(low), Some(high)) = (b.limit(low_name), b.limit(high_name)) {
            if low >= high {
                // The one that is the patient's own is at fault; if both are, the low one.
                let name = if own.limit(low_name).is_none() && own.limit(high_name).is_some() { high_name } else { low_name };
                return Err((name, LimitTrouble::NotBelow { low, high }));
            }
        }
    }
    Ok(())
}

/// Whether every limit is plausible and all fit each other. Names the one to correct.
pub fn sound(own: &Bounds, defaults: &Bounds) -> Result<(), (&'static str, LimitTrouble)> {
    for facts in &LIMITS {
        if let Some(n) = own.limit(facts.name) {
            plausible(facts.name, n).map_err(|why| (facts.name, why))?;
        }
    }
    fit(own, defaults)
}

impl Bounds {
    /// A limit by its name.
    pub fn limit(&self, name: &str) -> Option<Decimal> {
        let mut copy = *self;
        copy.cell(name).and_then(|c| *c)
    }

    /// Sets or clears a limit by its name; false if there is none of that name.
    pub fn set_limit(&mut self, name: &str, to: Option<Decimal>) -> bool {
        self.cell(name).map(|c| *c = to).is_some()
    }

    fn cell(&mut self, name: &str) -> Option<&mut Option<Decimal>> {
        Some(match name {
            "systolic_high" => &mut self.systolic_high,
            "systolic_low" => &mut self.systolic_low,
            "diastolic_high" => &mut self.diastolic_high,
            "diastolic_low" => &mut self.diastolic_low,
            "glucose_high" => &mut self.glucose_high,
            "glucose_low" => &mut self.glucose_low,
            "weight_gain_24h_lb" => &mut self.weight_gain_24h_lb,
            "weight_gain_7d_lb" => &mut self.weight_gain_7d_lb,
            "spo2_floor" => &mut self.spo2_floor,
            "heart_rate_high" => &mut self.heart_rate_high,
            "heart_rate_low" => &mut self.heart_rate_low,
            _ => return None,
        })
    }
}

/// Limits of one patient as somebody orders them; those not named stay.
#[derive(Debug, Clone, PartialEq)]
pub struct LimitOrder {
    pub mrn: Mrn,
    pub set: Vec<LimitSet>,
    pub order: Order,
}

/// One limit from what it was to what it shall be; none = the default.
#[derive(Debug, Clone, PartialEq)]
pub struct LimitSet {
    pub limit: String,
    /// As the person saw it: somebody else may have changed it since.
    pub was: Option<Decimal>,
    pub to: Option<Decimal>,
}

/// Why something is changed, on whose order, and when it is to be looked at again.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Order {
    pub why: Option<String>,
    /// The clinician, when somebody else types it in.
    pub ordered_by: Option<String>,
    pub review_on: Option<NaiveDate>,
}

/// A stat value of one patient: set, or taken away when `value` is none.
#[derive(Debug, Clone, PartialEq)]
pub struct StatOrder {
    pub mrn: Mrn,
    /// As in the stat table: `systolic`, `glucose` ...
    pub what: String,
    pub direction: super::Direction,
    pub value: Option<Decimal>,
    pub order: Order,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(n: i64) -> Option<Decimal> {
        Some(Decimal::from(n))
    }

    #[test]
    fn every_limit_is_found_by_its_name() {
        let mut b = Bounds::default();
        for facts in &LIMITS {
            assert!(b.set_limit(facts.name, d(facts.most)), "{}", facts.name);
            assert_eq!(b.limit(facts.name), d(facts.most));
        }
        assert_eq!(serde_json::to_value(b).unwrap().as_object().unwrap().len(), LIMITS.len());
        assert!(!b.set_limit("mood", d(1)) && b.limit("mood").is_none());
    }

    #[test]
    fn a_limit_is_a_plausible_number_in_its_own_unit() {
        assert_eq!(read_limit("glucose_high", " 250.0 "), Ok(d(250)));
        assert_eq!(read_limit("glucose_high", ""), Ok(None));
        assert!(matches!(read_limit("glucose_high", "16.7"), Err(LimitTrouble::Implausible { .. })), "that is mmol/L");
        assert!(matches!(read_limit("systolic_high", "1500"), Err(LimitTrouble::Implausible { .. })));
        assert!(matches!(read_limit("systolic_high", "150.25"), Err(LimitTrouble::TooFine(_))));
        assert!(matches!(read_limit("systolic_high", "high"), Err(LimitTrouble::NotANumber(_))));
        assert_eq!(read_limit("mood", ""), Err(LimitTrouble::Unknown));
    }

    #[test]
    fn the_defaults_are_sound() {
        assert_eq!(sound(&Bounds::defaults(), &Bounds::defaults()), Ok(()));
    }

    #[test]
    fn a_low_limit_is_below_its_high_one_also_when_that_is_the_default() {
        let low = Bounds { systolic_low: d(160), ..Bounds::default() };
        assert_eq!(sound(&low, &Bounds::defaults()).unwrap_err().0, "systolic_low");
        let high = Bounds { glucose_high: d(80), ..Bounds::default() };
        let defaults = Bounds { glucose_low: d(90), ..Bounds::defaults() };
        assert_eq!(sound(&high, &defaults).unwrap_err().0, "glucose_high");
        assert_eq!(sound(&high, &Bounds::defaults()), Ok(()));
    }
}
