//! Made-up patients to try a script on: the ordinary one, and those on whom a text breaks.

use super::{template, Script};
use crate::{Direction, Language, Settings, VisitEvent, VisitEventType, Vital};

/// A made-up patient with a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    pub name: &'static str,
    pub first_name: &'static str,
    pub last_name: &'static str,
    provider: &'static str,
    location: &'static str,
    phone: Option<&'static str>,
    wall_clock: &'static str,
    offset_minutes: i32,
}

/// Those that the screen offers; the first is the ordinary one.
pub const SAMPLES: [Sample; 5] = [
    Sample {
        name: "ordinary",
        first_name: "Ann",
        last_name: "Lee",
        provider: "Ray",
        location: "Main Clinic",
        phone: Some("+12025550199"),
        wall_clock: "2026-03-10T15:00:00",
        offset_minutes: -300,
    },
    Sample {
        name: "long",
        first_name: "Maximiliana Josephine",
        last_name: "Featherstonehaugh-Montgomery",
        provider: "Wolfeschlegelstein",
        location: "Riverside Medical Pavilion, Building C, Suite 1204",
        phone: Some("+12025550199"),
        wall_clock: "2026-09-23T11:30:00",
        offset_minutes: -240,
    },
    Sample {
        name: "accents",
        first_name: "Zoë",
        last_name: "Núñez-O\u{2019}Brien",
        provider: "Čapek",
        location: "Clínica del Río",
        phone: Some("+12025550199"),
        wall_clock: "2026-03-10T09:05:00",
        offset_minutes: -420,
    },
    Sample {
        name: "night",
        first_name: "Asha",
        last_name: "Rai",
        provider: "Osei",
        location: "Kathmandu House",
        phone: Some("+97715550199"),
        wall_clock: "2026-12-31T00:04:00",
        offset_minutes: 345,
    },
    Sample {
        name: "sparse",
        first_name: "Leo",
        last_name: "",
        provider: "",
        location: "",
        phone: None,
        wall_clock: "2026-03-10T15:00:00",
        offset_minutes: -300,
    },
];

impl Sample {
    /// The one of that name.
    pub fn named(name: &str) -> Option<&'static Sample> {
        SAMPLES.iter().find(|s| s.name == name)
    }

    fn visit(&self) -> VisitEvent {
        VisitEvent {
            event_type: VisitEventType::Booked,
            event_at: None,
            appointment_id: "SAMPLE".into(),
            patient_id: "0000000".into(),
            patient_first_name: self.first_name.into(),
            patient_last_name: self.last_name.into(),
            patient_phone: None,
            phone_problem: None,
            provider_id: String::new(),
            provider_first_name: String::new(),
            provider_last_name: self.provider.into(),
            provider_callback_phone: self.phone.map(String::from),
            location: self.location.into(),
            service: String::new(),
            wall_clock: self.wall_clock.parse().unwrap_or_default(),
            offset_minutes: self.offset_minutes,
            conflict: None,
            test: false,
        }
    }

    /// A reading beyond the usual limit; the longest that is plausible for the sample with long values.
    fn value(&self, vital: Vital, direction: Direction) -> &'static str {
        match (vital, direction, self.name == "long") {
            (Vital::Bp, Direction::High, false) => "168/102",
            (Vital::Bp, Direction::High, true) => "248/142",
            (Vital::Bp, Direction::Low, _) => "78/46",
            (Vital::Glucose, Direction::High, false) => "312",
            (Vital::Glucose, Direction::High, true) => "1024.5",
            (Vital::Glucose, Direction::Low, _) => "48",
            (Vital::Weight, _, false) => "183.6",
            (Vital::Weight, _, true) => "1083.65",
            (Vital::Spo2, ..) => "86",
            (Vital::HeartRate, Direction::High, _) => "142",
            (Vital::HeartRate, Direction::Low, _) => "38",
            (Vital::Symptoms, ..) => "",
        }
    }
}

/// A script's text as that sample patient would read it.
pub fn filled(settings: &Settings, script: Script, language: Language, text: &str, sample: &Sample) -> String {
    match script {
        Script::Check { vital, direction } => template::fill(text, |name| match name {
            "value" => Some(sample.value(vital, direction)),
            "unit" => Some(vital.unit()),
            "clinic" => Some(&settings.customer_name),
            _ => None,
        }),
        Script::Clarify => template::fill(text, |name| (name == "clinic").then_some(settings.customer_name.as_str())),
        Script::Visit(_) | Script::Reminder | Script::VisitHelp => {
            let changed = [match language {
                Language::En => "location is North Annex".to_string(),
                Language::Es => "el lugar es North Annex".to_string(),
            }];
            super::visit_text(text, &settings.customer_name, &sample.visit(), &changed, language)
        }
        Script::CheckIn => super::check_in(settings, text, sample.first_name),
    }
}
