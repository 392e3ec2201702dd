//! What the Visits screen says, in the two languages that ship.

use super::words::{no_text_words, pick, say};
use chrono::{Datelike, NaiveDateTime, Timelike};
use decide::visits::{date_words, Hindrance, Planned, PlannedState, Which};
use decide::wallclock::PatientZone;
use decide::{At, VisitEventType, VisitRequest, VisitState};
use wire::Language;

/// "3:00 PM".
pub(super) fn clock(t: NaiveDateTime) -> String {
    let hour = match t.hour() % 12 {
        0 => 12,
        h => h,
    };
    format!("{hour}:{:02} {}", t.minute(), if t.hour() < 12 { "AM" } else { "PM" })
}

/// "Sun, Mar 8, 3:00 PM".
pub(super) fn moment(t: NaiveDateTime, l: Language) -> String {
    let (day, month) = (t.weekday().num_days_from_monday() as usize, t.month0() as usize);
    match l {
        Language::En => {
            const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
            const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
            format!("{}, {} {}, {}", DAYS[day], MONTHS[month], t.day(), clock(t))
        }
        Language::Es => {
            const DAYS: [&str; 7] = ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"];
            const MONTHS: [&str; 12] = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"];
            format!("{} {} {}, {}", DAYS[day], t.day(), MONTHS[month], clock(t))
        }
    }
}

/// "-0500".
pub(super) fn offset(minutes: i32) -> String {
    format!("{}{:02}{:02}", if minutes < 0 { '-' } else { '+' }, minutes.abs() / 60, minutes.abs() % 60)
}

/// The name of a state on the wire.
pub(super) fn state_name(state: VisitState) -> &'static str {
    match state {
        VisitState::Queued => "QUEUED",
        VisitState::Reminded1 => "REMINDED-1",
        VisitState::Reminded2 => "REMINDED-2",
        VisitState::Expired => "EXPIRED",
        VisitState::Canceled => "CANCELED",
        VisitState::NoShowed => "NOSHOWED",
    }
}

/// Why a visit's text waits or is not sent, in a few words; none for a reason that is not a visit's own.
pub(super) fn why(reason: &str, l: Language) -> Option<String> {
    if let Some(rule) = reason.strip_prefix("filtered") {
        let rule = rule.trim_start_matches([':', ' ', '_']);
        return Some(if rule.is_empty() {
            pick(l, "filtered", "filtrado").into()
        } else {
            say!(l, "filtered: {rule}", "filtrado: {rule}")
        });
    }
    let (en, es) = match reason {
        "quiet_hours" => ("quiet hours", "horas de silencio"),
        "outreach_window" => ("outside the outreach window", "fuera del horario de contacto"),
        "gap" => ("right after another text", "justo después de otro mensaje"),
        "superseded" => ("the second reminder takes its place", "la sustituye el segundo recordatorio"),
        "daily_limit" => ("two reminders a day are the limit", "el límite es de dos recordatorios al día"),
        "no_open_window" => ("no open window before the visit", "sin horario abierto antes de la cita"),
        "console_was_closed" => ("the console was closed", "la consola estaba cerrada"),
        "not_allowed" => ("the patient may not be texted", "no se puede escribir al paciente"),
        "canceled" => ("the visit is canceled", "la cita está cancelada"),
        "noshowed" => ("the patient did not come", "el paciente no vino"),
        "expired" => ("the visit's time has passed", "la hora de la cita ya pasó"),
        "confirmed" => ("the visit is confirmed", "la cita está confirmada"),
        "none_left" => ("no reminder is left", "no queda ningún recordatorio"),
        "held_text" => ("another text about the visit waits", "espera otro mensaje sobre la cita"),
        _ => return None,
    };
    Some(pick(l, en, es).into())
}

/// The same, whatever the reason.
pub(super) fn any_why(reason: &str, l: Language) -> String {
    why(reason, l).unwrap_or_else(|| no_text_words(reason, l))
}

/// One reminder of the plan as a sentence.
pub(super) fn planned(p: &Planned, zone: &PatientZone, l: Language) -> String {
    let at = |t: At| moment(zone.wall(t), l);
    let due = at(p.due);
    let why = p.why.as_deref().map(|w| any_why(w, l)).unwrap_or_default();
    match (p.state, p.goes) {
        (PlannedState::Sent, Some(t)) => {
            let t = at(t);
            say!(l, "Sent {t}.", "Enviado {t}.")
        }
        (PlannedState::Scheduled, Some(t)) if t > p.due => {
            let t = at(t);
            say!(l, "Booked late: goes {t}.", "Reserva tardía: sale {t}.")
        }
        (PlannedState::Scheduled, _) => say!(l, "Goes {due}.", "Sale {due}."),
        (PlannedState::Held, Some(t)) => {
            let t = at(t);
            say!(l, "Due {due}; held until {t}: {why}.", "Toca {due}; espera hasta {t}: {why}.")
        }
        (PlannedState::Off, _) => pick(l, "Switched off in the settings.", "Desactivado en los ajustes.").into(),
        (PlannedState::Dropped, _) => say!(l, "Not sent: {why}.", "No se envió: {why}."),
        _ => say!(l, "Will not be sent: {why}.", "No se enviará: {why}."),
    }
}

/// "the first reminder".
pub(super) fn which_words(which: Which, l: Language) -> &'static str {
    match which {
        Which::First => pick(l, "first reminder", "primer recordatorio"),
        Which::Second => pick(l, "second reminder", "segundo recordatorio"),
    }
}

/// Why no reminder may go now, as a sentence.
pub(crate) fn hindrance_words(h: &Hindrance, zone: &PatientZone, l: Language) -> String {
    let why = any_why(h.why, l);
    match (h.why, h.until) {
        ("gap", Some(_)) => pick(
            l,
            "The patient was just texted: the reminder is offered two minutes after that.",
            "Se acaba de escribir al paciente: el recordatorio se ofrece dos minutos después.",
        )
        .into(),
        (_, Some(until)) => {
            let until = moment(zone.wall(until), l);
            say!(
                l,
                "The reminder may not go now: {why}. Next opening {until}.",
                "El recordatorio no puede salir ahora: {why}. Desde {until}."
            )
        }
        (_, None) => say!(l, "The reminder may not go: {why}.", "El recordatorio no puede salir: {why}."),
    }
}

/// A line about an appointment: what happened, and what else is so.
pub(super) fn appointment(
    state: VisitState,
    request: VisitRequest,
    confirmed: bool,
    event: Option<VisitEventType>,
    wall_clock: Option<NaiveDateTime>,
    l: Language,
) -> (String, Option<String>) {
    let in_words = wall_clock.map(|t| date_words(t, if l == Language::Es { decide::Language::Es } else { decide::Language::En }));
    let when = in_words.unwrap_or_default();
    let mark = confirmed.then(|| pick(l, "confirmed", "confirmada").to_string());
    let title = match (event, request, state) {
        (Some(VisitEventType::Booked), ..) => say!(l, "Booked for {when}", "Reservada para las {when}"),
        (Some(VisitEventType::Rescheduled), ..) => say!(l, "Rescheduled to {when}", "Cambiada a las {when}"),
        (Some(VisitEventType::Modified), ..) => say!(l, "Changed; it is at {when}", "Modificada; es a las {when}"),
        (Some(VisitEventType::NoShowed), ..) => pick(l, "The patient did not come", "El paciente no vino").into(),
        (Some(VisitEventType::Canceled), ..) => pick(l, "Canceled by the EHR", "Cancelada en el expediente").into(),
        (Some(VisitEventType::Confirmed), ..) => pick(l, "Confirmed by the EHR", "Confirmada en el expediente").into(),
        (None, VisitRequest::Confirm, _) => {
            pick(l, "Confirm requested: the EHR has not answered", "Se pidió confirmar: falta la respuesta").into()
        }
        (None, VisitRequest::Cancel, _) => {
            pick(l, "Cancel requested: the EHR has not answered", "Se pidió cancelar: falta la respuesta").into()
        }
        (None, _, VisitState::Reminded1) => pick(l, "Reminded the first time", "Primer recordatorio enviado").into(),
        (None, _, VisitState::Reminded2) => pick(l, "Reminded the second time", "Segundo recordatorio enviado").into(),
        (None, _, VisitState::Expired) => pick(l, "The visit's time has passed", "La hora de la cita pasó").into(),
        (None, _, state) => say!(l, "Visit: {}", "Cita: {}", state_name(state)),
    };
    (title, mark)
}

/// A request to the EHR and what became of it.
pub(super) fn request(event_type: &str, status: &str, l: Language) -> String {
    let what = match event_type {
        "CONFIRM" => pick(l, "Request to confirm", "Pedido de confirmar"),
        _ => pick(l, "Request to cancel", "Pedido de cancelar"),
    };
    let how = match status {
        "queued" => pick(l, "on its way to the EHR", "en camino al expediente"),
        "sent" => pick(l, "the EHR has taken it", "el expediente lo recibió"),
        "failed" => pick(l, "not taken, trying again", "no lo recibió, se reintenta"),
        "would_send" => pick(l, "would have been sent (shadow)", "se habría enviado (sombra)"),
        other => other,
    };
    format!("{what}: {how}")
}

/// A visit that is over, as a sentence; none while it is to come.
pub(super) fn over(state: VisitState, l: Language) -> Option<&'static str> {
    Some(match state {
        VisitState::Canceled => pick(l, "The visit is canceled: nothing more is sent.", "La cita está cancelada: no se envía nada más."),
        VisitState::NoShowed => pick(l, "The patient did not come.", "El paciente no vino."),
        VisitState::Expired => {
            pick(l, "The visit's time has passed: nothing more is sent.", "La hora de la cita pasó: no se envía nada más.")
        }
        _ => return None,
    })
}
