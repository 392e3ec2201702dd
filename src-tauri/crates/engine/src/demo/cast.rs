//! The made-up patients of the demo day. No name, number or record is a real person's.

use decide::{At, Consent, Hhmm, Language, Patient};
use rust_decimal::Decimal;

/// What a patient measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    Pressure,
    Diabetes,
    Heart,
    Lungs,
}

/// A patient of the day.
#[derive(Debug, Clone)]
pub struct Member {
    pub mrn: String,
    pub first_name: &'static str,
    pub last_name: &'static str,
    pub birth_date: String,
    pub phone: String,
    pub program: Program,
    pub language: Language,
    pub zone: &'static str,
    pub opted_out: bool,
    /// Own systolic limit, for those who have one.
    pub systolic_high: Option<u32>,
    /// Where this patient's figures lie on an ordinary day.
    pub usual: Usual,
}

/// Figures of an ordinary day.
#[derive(Debug, Clone, Copy)]
pub struct Usual {
    pub systolic: f64,
    pub diastolic: f64,
    pub glucose: f64,
    pub weight: f64,
    pub spo2: f64,
}

const NAMES: [(&str, &str); 40] = [
    ("Oluchi", "Adebanjo"),
    ("Marisol", "Quintanar"),
    ("Thaddeus", "Brockwell"),
    ("Yevgenia", "Drozdova"),
    ("Leopold", "Vansteenkiste"),
    ("Kamala", "Raghunathan"),
    ("Anselm", "Hochstetler"),
    ("Guadalupe", "Zaragoza"),
    ("Winifred", "Oyelaran"),
    ("Ignatius", "Kowalczyk"),
    ("Philippa", "Strathmore"),
    ("Hyacinth", "Bellerose"),
    ("Cornelius", "Abernethy"),
    ("Xiomara", "Villalobos"),
    ("Dagfinn", "Thorvaldsen"),
    ("Rosalind", "Pemberley"),
    ("Emeka", "Nwachukwu"),
    ("Saoirse", "Gallchobhair"),
    ("Bartholomew", "Quigley"),
    ("Ludmila", "Hrdlickova"),
    ("Fitzgerald", "Oduya"),
    ("Concepcion", "Iturralde"),
    ("Ottoline", "Featherstone"),
    ("Balthazar", "Mbeki-Rowe"),
    ("Perpetua", "Szczepanski"),
    ("Aurelio", "Montenegro"),
    ("Wilhelmina", "Djurkovic"),
    ("Tecumseh", "Blackwater"),
    ("Araceli", "Santibanez"),
    ("Montgomery", "Ashgrove"),
    ("Nkechi", "Obiakor"),
    ("Desdemona", "Carmichael"),
    ("Evaristo", "Belmonte"),
    ("Gwendolyn", "Prothero"),
    ("Hamish", "MacIlwraith"),
    ("Ysolde", "Tremblay-Fox"),
    ("Caspian", "Whitlock"),
    ("Mehetabel", "Goodspeed"),
    ("Rafaela", "Urdaneta"),
    ("Zebulon", "Farthingale"),
];

/// Zones to choose from, nearest to home first.
const ZONES: [&str; 16] = [
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "Pacific/Guam",
    "America/Puerto_Rico",
    "Europe/London",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Asia/Dubai",
    "Pacific/Auckland",
    "America/Sao_Paulo",
];

/// Who the special patients are, by their place in the cast.
pub mod who {
    pub const CRITICAL_PRESSURE: usize = 0;
    pub const ANSWERED_NO: usize = 1;
    pub const WAITING: usize = 2;
    pub const LOW_OXYGEN: usize = 3;
    pub const CHARTED: usize = 4;
    pub const UNCLEAR: usize = 5;
    pub const WEIGHT_GAIN: usize = 6;
    pub const OPTED_OUT: usize = 7;
    pub const ASLEEP: usize = 8;
    pub const NO_UNIT: usize = 9;
    pub const BACK_TO_NORMAL: usize = 10;
    pub const SPEAKS_SPANISH: usize = 13;
}

/// The cast, as it is at that instant: awake where it is day, but for one who sleeps.
pub fn cast(now: At) -> Vec<Member> {
    let (awake, asleep) = zones(now);
    NAMES.iter().enumerate().map(|(n, (first_name, last_name))| member(n, first_name, last_name, &awake, asleep)).collect()
}

/// Up to three zones where it is day for some hours more, and one where it is night.
fn zones(now: At) -> (Vec<&'static str>, &'static str) {
    let quiet = |name: &str, at: At| {
        let patient = Patient { time_zone: Some(name.into()), ..Patient::new("zone".into()) };
        decide::wallclock::zone_of(&patient, &decide::Settings::default()).quiet(at, Hhmm(2100), Hhmm(800))
    };
    let hours = |h: i64| now + chrono::TimeDelta::hours(h);
    let is_day = |z: &&str| !(0..4).any(|h| quiet(z, hours(h)));
    let is_night = |z: &&str| !(0..2).any(|h| !quiet(z, hours(h)));
    let awake: Vec<&'static str> = ZONES.into_iter().filter(is_day).take(3).collect();
    let asleep = ZONES.into_iter().find(is_night).unwrap_or("Asia/Tokyo");
    (if awake.is_empty() { vec!["America/New_York"] } else { awake }, asleep)
}

fn member(n: usize, first_name: &'static str, last_name: &'static str, awake: &[&'static str], asleep: &'static str) -> Member {
    use Program::*;
    let program = match n {
        who::CRITICAL_PRESSURE | who::WAITING | who::CHARTED | who::ASLEEP | who::BACK_TO_NORMAL => Pressure,
        who::ANSWERED_NO | who::UNCLEAR | who::OPTED_OUT | who::NO_UNIT => Diabetes,
        who::WEIGHT_GAIN => Heart,
        who::LOW_OXYGEN => Lungs,
        n => [Pressure, Diabetes, Pressure, Heart, Lungs, Diabetes][n % 6],
    };
    let spanish = [who::SPEAKS_SPANISH, 21, 25, 28, 38].contains(&n);
    let spread = (n * 7 % 11) as f64;
    Member {
        mrn: format!("4071{:04}", 8801 + n * 13),
        first_name,
        last_name,
        birth_date: format!("19{:02}-{:02}-{:02}", 38 + n * 5 % 37, 1 + n * 5 % 12, 1 + n * 11 % 28),
        phone: format!("+1202555{:04}", 101 + n),
        program,
        language: if spanish { Language::Es } else { Language::En },
        zone: if n == who::ASLEEP { asleep } else { awake[n % awake.len()] },
        opted_out: n == who::OPTED_OUT,
        systolic_high: (n % 9 == 2).then_some(150),
        usual: Usual {
            systolic: 124.0 + spread,
            diastolic: 72.0 + spread / 2.0,
            glucose: 132.0 + spread * 5.0,
            weight: 148.0 + spread * 8.0,
            spo2: 96.0 - (n % 3) as f64,
        },
    }
}

impl Member {
    /// The patient to enrol.
    pub fn patient(&self, now: At) -> Patient {
        let mut patient = Patient {
            first_name: self.first_name.into(),
            last_name: self.last_name.into(),
            birth_date: Some(self.birth_date.clone()),
            phone: Some(self.phone.as_str().into()),
            time_zone: Some(self.zone.into()),
            zone_checked_at: Some(now),
            language: self.language,
            sms_consent: Consent::Yes,
            consent_at: Some(now),
            ..Patient::new(self.mrn.as_str().into())
        };
        patient.bounds.systolic_high = self.systolic_high.map(Decimal::from);
        patient
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn at(hour: u32) -> At {
        format!("2026-11-20T{hour:02}:30:00Z").parse().unwrap()
    }

    #[test]
    fn no_two_patients_share_a_name_a_number_or_a_record() {
        let cast = cast(at(15));
        for field in [|m: &Member| m.mrn.clone(), |m: &Member| m.phone.clone(), |m: &Member| m.last_name.to_string()] {
            assert_eq!(cast.iter().map(field).collect::<HashSet<_>>().len(), 40);
        }
        assert!(cast.iter().all(|m| decide::followup::change::e164(&m.phone)));
    }

    #[test]
    fn at_every_hour_all_are_awake_but_one() {
        let settings = decide::Settings::default();
        for hour in 0..24 {
            let now = at(hour);
            let quiet = |m: &Member| {
                decide::wallclock::zone_of(&m.patient(now), &settings).quiet(now, settings.quiet_hours_start, settings.quiet_hours_finish)
            };
            let asleep: Vec<usize> = cast(now).iter().enumerate().filter(|(_, m)| quiet(m)).map(|(n, _)| n).collect();
            assert_eq!(asleep, [who::ASLEEP], "at {hour} UTC");
        }
    }
}
