//! What patients read about their visits (the scripts filled in), and the exact date wording.

use crate::scripts::{self, Script};
use crate::{Language, Settings, VisitEvent, VisitEventType};
use chrono::{Datelike, NaiveDateTime, Timelike};

/// "3:00 PM on Tuesday, March 10, 2026".
pub fn date_words(at: NaiveDateTime, language: Language) -> String {
    let (time, date) = (time_part(at), date_part(at, language));
    match language {
        Language::En => format!("{time} on {date}"),
        Language::Es => format!("{time} del {date}"),
    }
}

/// "3:00 PM".
pub(crate) fn time_part(at: NaiveDateTime) -> String {
    let hour = match at.hour() % 12 {
        0 => 12,
        h => h,
    };
    format!("{hour}:{:02} {}", at.minute(), if at.hour() < 12 { "AM" } else { "PM" })
}

/// "Tuesday, March 10, 2026", "martes 10 de marzo de 2026".
pub(crate) fn date_part(at: NaiveDateTime, language: Language) -> String {
    let day = at.weekday().num_days_from_monday() as usize;
    let month = at.month0() as usize;
    match language {
        Language::En => {
            const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
            const MONTHS: [&str; 12] =
                ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
            format!("{}, {} {}, {}", DAYS[day], MONTHS[month], at.day(), at.year())
        }
        Language::Es => {
            const DAYS: [&str; 7] = ["lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"];
            const MONTHS: [&str; 12] = [
                "enero",
                "febrero",
                "marzo",
                "abril",
                "mayo",
                "junio",
                "julio",
                "agosto",
                "septiembre",
                "octubre",
                "noviembre",
                "diciembre",
            ];
            format!("{} {} de {} de {}", DAYS[day], at.day(), MONTHS[month], at.year())
        }
    }
}

/// The text of an event. `changed` names what a MODIFIED changed.
pub fn event_text(settings: &Settings, e: &VisitEvent, event_type: VisitEventType, changed: &[String], l: Language) -> String {
    filled(settings, Script::Visit(event_type), e, changed, l)
}

/// A reminder says how to confirm and how to cancel.
pub fn reminder_text(settings: &Settings, e: &VisitEvent, l: Language) -> String {
    filled(settings, Script::Reminder, e, &[], l)
}

/// The one help text for words not understood.
pub fn help_text(settings: &Settings, e: &VisitEvent, l: Language) -> String {
    filled(settings, Script::VisitHelp, e, &[], l)
}

fn filled(settings: &Settings, script: Script, e: &VisitEvent, changed: &[String], l: Language) -> String {
    scripts::visit_text(script.text(settings, l), &settings.customer_name, e, changed, l)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_is_worded_exactly() {
        for (at, words) in [
            ("2021-11-12T13:15:00", "1:15 PM on Friday, November 12, 2021"),
            ("2021-01-02T06:04:00", "6:04 AM on Saturday, January 2, 2021"),
            ("2021-01-02T00:04:00", "12:04 AM on Saturday, January 2, 2021"),
            ("2021-01-02T12:04:00", "12:04 PM on Saturday, January 2, 2021"),
            ("2026-03-10T15:00:00", "3:00 PM on Tuesday, March 10, 2026"),
        ] {
            assert_eq!(date_words(at.parse().unwrap(), Language::En), words);
        }
    }
}
