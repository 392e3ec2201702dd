//! What patients read about their visits: a script per event and language, the exact date wording.

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
pub(super) fn time_part(at: NaiveDateTime) -> String {
    let hour = match at.hour() % 12 {
        0 => 12,
        h => h,
    };
    format!("{hour}:{:02} {}", at.minute(), if at.hour() < 12 { "AM" } else { "PM" })
}

/// "Tuesday, March 10, 2026", "martes 10 de marzo de 2026".
pub(super) fn date_part(at: NaiveDateTime, language: Language) -> String {
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

fn provider(e: &VisitEvent) -> String {
    match (e.provider_last_name.as_str(), e.provider_first_name.as_str()) {
        ("", "") => String::new(),
        ("", first) => first.to_string(),
        (last, _) => format!("Dr. {last}"),
    }
}

fn patient(e: &VisitEvent) -> String {
    let name = format!("{} {}", e.patient_first_name.expose(), e.patient_last_name.expose());
    name.trim().to_string()
}

/// Joined by spaces, leaving out what is not there.
fn part(before: &str, what: &str) -> String {
    if what.is_empty() {
        String::new()
    } else {
        format!("{before}{what}")
    }
}

/// The visit in words: "Ann Lee's appointment with Dr. Ray at 3:00 PM on ..., Main Clinic".
fn visit(e: &VisitEvent, l: Language) -> String {
    let when = date_words(e.wall_clock, l);
    match l {
        Language::En => format!("appointment{} at {when}{}", part(" with ", &provider(e)), part(" at ", &e.location)),
        Language::Es => format!("cita{} a las {when}{}", part(" con ", &provider(e)), part(" en ", &e.location)),
    }
}

fn call(e: &VisitEvent, l: Language) -> String {
    match (e.provider_callback_phone.as_deref().unwrap_or(""), l) {
        ("", _) => String::new(),
        (phone, Language::En) => format!(" Questions? Call {phone}."),
        (phone, Language::Es) => format!(" Preguntas? Llame al {phone}."),
    }
}

fn to_reschedule(e: &VisitEvent, l: Language) -> String {
    match (e.provider_callback_phone.as_deref().unwrap_or(""), l) {
        ("", Language::En) => " Please call us to reschedule.".into(),
        ("", Language::Es) => " Por favor llame para cambiar la cita.".into(),
        (phone, Language::En) => format!(" To reschedule, call {phone}."),
        (phone, Language::Es) => format!(" Para cambiarla, llame al {phone}."),
    }
}

/// The text of an event. `changed` names what a MODIFIED changed.
pub fn event_text(settings: &Settings, e: &VisitEvent, event_type: VisitEventType, changed: &[String], l: Language) -> String {
    let who = patient(e);
    let from = settings.customer_name.as_str();
    let (visit, call) = (visit(e, l), call(e, l));
    let hello = match (who.as_str(), from) {
        ("", from) => format!("{from}: "),
        (who, "") => format!("{who}: "),
        (who, from) => format!("{from}: {who}, "),
    };
    use Language::*;
    use VisitEventType::*;
    match (event_type, l) {
        (Booked, En) => format!("{hello}your {visit} is booked. Reply CANCEL APPT to cancel.{call}"),
        (Booked, Es) => format!("{hello}su {visit} esta reservada. Responda CANCELAR CITA para cancelar.{call}"),
        (Rescheduled, En) => format!("{hello}your appointment has a new time: your {visit}. Reply CANCEL APPT to cancel.{call}"),
        (Rescheduled, Es) => format!("{hello}su cita tiene nueva hora: su {visit}. Responda CANCELAR CITA para cancelar.{call}"),
        (Modified, En) => format!("{hello}your {visit} has changed{}.{call}", part(": ", &changed.join(", "))),
        (Modified, Es) => format!("{hello}su {visit} ha cambiado{}.{call}", part(": ", &changed.join(", "))),
        (NoShowed, En) => format!("{hello}we missed you at your {visit}.{}", to_reschedule(e, l)),
        (NoShowed, Es) => format!("{hello}no le vimos en su {visit}.{}", to_reschedule(e, l)),
        (Canceled, En) => format!("{hello}your {visit} is canceled.{}", to_reschedule(e, l)),
        (Canceled, Es) => format!("{hello}su {visit} esta cancelada.{}", to_reschedule(e, l)),
        (Confirmed, En) => format!("{hello}your {visit} is confirmed. See you then.{call}"),
        (Confirmed, Es) => format!("{hello}su {visit} esta confirmada. Le esperamos.{call}"),
    }
}

/// A reminder says how to confirm and how to cancel.
pub fn reminder_text(settings: &Settings, e: &VisitEvent, l: Language) -> String {
    let who = patient(e);
    let (visit, call) = (visit(e, l), call(e, l));
    let hello = &settings.customer_name;
    match l {
        Language::En => format!("{hello}: reminder for {who}: {visit}. Reply CONFIRM APPT to confirm or CANCEL APPT to cancel.{call}"),
        Language::Es => {
            format!("{hello}: recordatorio para {who}: {visit}. Responda CONFIRMAR para confirmar o CANCELAR CITA para cancelar.{call}")
        }
    }
}

/// The one help text for words not understood.
pub fn help_text(l: Language) -> &'static str {
    match l {
        Language::En => "Sorry, we did not understand. Reply CONFIRM APPT to confirm your appointment or CANCEL APPT to cancel it.",
        Language::Es => "No entendimos su respuesta. Responda CONFIRMAR para confirmar su cita o CANCELAR CITA para cancelarla.",
    }
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
