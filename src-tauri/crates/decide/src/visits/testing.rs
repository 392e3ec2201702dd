//! The visit that the tests of this folder share.

use super::plan::Rules;
use crate::wallclock::PatientZone;
use crate::{At, Hhmm, Reminder, Settings, Visit, VisitEvent, VisitEventType, VisitRequest, VisitState};

/// An instant from its text.
pub fn at(text: &str) -> At {
    text.parse().unwrap()
}

/// The defaults with quiet hours off.
pub fn settings() -> Settings {
    Settings { quiet_hours_start: Hhmm(0), quiet_hours_finish: Hhmm(0), ..Settings::default() }
}

/// 2026-03-10 15:00 at -0500, nothing sent yet.
pub fn booked() -> Visit {
    Visit {
        id: 1,
        told: VisitEvent {
            event_type: VisitEventType::Booked,
            event_at: None,
            appointment_id: "A1".into(),
            patient_id: "1022228".into(),
            patient_first_name: "Ann".into(),
            patient_last_name: "Lee".into(),
            patient_phone: Some("+12025550101".into()),
            phone_problem: None,
            provider_id: "D1".into(),
            provider_first_name: "Al".into(),
            provider_last_name: "Ray".into(),
            provider_callback_phone: Some("+12025550199".into()),
            location: "Main Clinic".into(),
            service: String::new(),
            wall_clock: "2026-03-10T15:00:00".parse().unwrap(),
            offset_minutes: -300,
            conflict: None,
            test: false,
        },
        newest_at: at("2026-03-05T16:20:00Z"),
        state: VisitState::Queued,
        confirmed: false,
        request: VisitRequest::None,
        first: Reminder::ToCome,
        second: Reminder::ToCome,
        last_text_at: None,
        left_at: None,
        held: None,
        telling: None,
        helped: false,
        heard: None,
        next: None,
    }
}

/// The rules on a console that has run for days.
pub fn rules<'a>(settings: &'a Settings, zone: &'a PatientZone, textable: bool) -> Rules<'a> {
    Rules { settings, zone, started_at: at("2026-03-01T00:00:00Z"), textable, textable_from: None, waiting: false }
}
