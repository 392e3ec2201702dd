//! The table of behaviour.md 1.1: which codes name a vital, which units it may come in.

use crate::Vital;
use rust_decimal::{Decimal, RoundingStrategy};

/// The system of LOINC codes; a code of any other system names nothing here.
pub(super) const LOINC: &str = "http://loinc.org";
/// The system of UCUM units.
pub(super) const UCUM: &str = "http://unitsofmeasure.org";
/// The parts of a blood pressure.
pub(super) const SYSTOLIC: &str = "8480-6";
/// The parts of a blood pressure.
pub(super) const DIASTOLIC: &str = "8462-4";

/// The vital that a LOINC code names.
pub(super) fn vital(loinc: &str) -> Option<Vital> {
    Some(match loinc {
        "85354-9" | "55284-4" | SYSTOLIC | DIASTOLIC => Vital::Bp,
        "2339-0" | "2345-7" | "41653-7" | "99504-3" | "41604-0" | "15074-8" | "14743-9" | "14749-6" => Vital::Glucose,
        "29463-7" | "3141-9" => Vital::Weight,
        "2708-6" | "59408-5" => Vital::Spo2,
        "8867-4" => Vital::HeartRate,
        _ => return None,
    })
}

/// How a number in a unit becomes one in the unit that the vital is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Factor {
    Same,
    Times(Decimal),
    Over(Decimal),
}

/// An accepted unit.
pub(super) struct Unit {
    pub ucum: &'static str,
    /// Unit texts that are believed when no code is given: exactly these.
    pub texts: &'static [&'static str],
    pub factor: Factor,
}

/// mg/dL in one mmol/L of glucose: a tenth of 180.156 g/mol.
const MG_DL_PER_MMOL_L: Decimal = Decimal::from_parts(180_156, 0, 0, false, 4);
/// Kilograms in a pound, exact by definition.
const KG_PER_LB: Decimal = Decimal::from_parts(45_359_237, 0, 0, false, 8);
/// The same in grams.
const G_PER_LB: Decimal = Decimal::from_parts(45_359_237, 0, 0, false, 5);

/// Decimal places of a converted value: enough to tell any two readings apart, few enough that two
/// weights a whole limit apart stay exactly that after the division.
const CONVERTED_PLACES: u32 = 12;

/// No device measures beyond this; it keeps every later multiplication in range.
const MOST: i64 = 1_000_000;

/// The units a vital may come in; the first is the one it is kept in.
pub(super) fn accepted(vital: Vital) -> &'static [Unit] {
    match vital {
        Vital::Bp => &[Unit { ucum: "mm[Hg]", texts: &["mmHg", "mm[Hg]"], factor: Factor::Same }],
        Vital::Glucose => &[
            Unit { ucum: "mg/dL", texts: &["mg/dL"], factor: Factor::Same },
            Unit { ucum: "mmol/L", texts: &["mmol/L"], factor: Factor::Times(MG_DL_PER_MMOL_L) },
        ],
        Vital::Weight => &[
            Unit { ucum: "[lb_av]", texts: &["[lb_av]", "lb", "lbs"], factor: Factor::Same },
            Unit { ucum: "kg", texts: &["kg"], factor: Factor::Over(KG_PER_LB) },
            Unit { ucum: "g", texts: &["g"], factor: Factor::Over(G_PER_LB) },
        ],
        Vital::Spo2 => &[Unit { ucum: "%", texts: &["%"], factor: Factor::Same }],
        Vital::HeartRate => &[Unit { ucum: "/min", texts: &["/min", "bpm", "beats/min", "beats/minute"], factor: Factor::Same }],
        // What a patient writes, not what a device measures.
        Vital::Symptoms => &[],
    }
}

/// "mg/dL or mmol/L", for a sentence.
pub(super) fn accepted_words(vital: Vital) -> String {
    let codes: Vec<&str> = accepted(vital).iter().map(|u| u.ucum).collect();
    match codes.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => codes.concat(),
    }
}

impl Unit {
    /// The number in the vital's own unit; none if no device could have measured it.
    pub fn keep(&self, n: Decimal) -> Option<Decimal> {
        let kept = match self.factor {
            Factor::Same => n,
            Factor::Times(f) => n.checked_mul(f)?,
            Factor::Over(f) => n.checked_div(f)?.round_dp_with_strategy(CONVERTED_PLACES, RoundingStrategy::MidpointAwayFromZero),
        };
        (n.abs() < Decimal::from(MOST) && kept.abs() < Decimal::from(MOST)).then_some(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(vital: Vital, unit: &str, n: &str) -> String {
        let unit = accepted(vital).iter().find(|u| u.ucum == unit).unwrap();
        unit.keep(crate::decimal(n).unwrap()).map_or("none".into(), |d| d.normalize().to_string())
    }

    #[test]
    fn every_unit_is_kept_in_the_unit_of_its_vital() {
        for (vital, unit, n, expect) in [
            (Vital::Bp, "mm[Hg]", "165", "165"),
            (Vital::Glucose, "mg/dL", "54.9", "54.9"),
            (Vital::Glucose, "mmol/L", "16.7", "300.86052"),
            (Vital::Glucose, "mmol/L", "3.05", "54.94758"),
            (Vital::Weight, "[lb_av]", "185", "185"),
            (Vital::Weight, "kg", "0.45359237", "1"),
            (Vital::Weight, "kg", "83.9", "184.967837973112"),
            (Vital::Weight, "g", "453.59237", "1"),
            (Vital::Spo2, "%", "88", "88"),
            (Vital::HeartRate, "/min", "61", "61"),
        ] {
            assert_eq!(kept(vital, unit, n), expect, "{n} {unit}");
        }
    }

    #[test]
    fn weights_a_whole_limit_apart_in_kilograms_are_exactly_that_apart_in_pounds() {
        let kg = accepted(Vital::Weight).iter().find(|u| u.ucum == "kg").unwrap();
        for tenth in 400..2500 {
            let from = Decimal::new(tenth, 1);
            let to = from + Decimal::new(136_077_711, 8);
            assert_eq!(kg.keep(to).unwrap() - kg.keep(from).unwrap(), Decimal::from(3), "{from} kg");
        }
    }

    #[test]
    fn a_number_that_no_device_measures_is_not_kept() {
        assert_eq!(kept(Vital::Glucose, "mmol/L", "79228162514264337593543950335"), "none");
        assert_eq!(kept(Vital::Weight, "[lb_av]", "1000000"), "none");
        assert_eq!(kept(Vital::Glucose, "mmol/L", "60000"), "none");
    }

    #[test]
    fn the_units_of_a_vital_can_be_said_in_a_sentence() {
        assert_eq!(accepted_words(Vital::Weight), "[lb_av], kg or g");
        assert_eq!(accepted_words(Vital::Spo2), "%");
    }
}
