//! Words that several views share, in the two languages that ship.

use decide::{Closed, Direction, EpisodeState, Patient, Rule, Shown, Verdict, Vital};
use rust_decimal::Decimal;
use wire::Language;

/// One sentence in the reader's language; both texts may name variables.
macro_rules! say {
    ($language:expr, $en:literal, $es:literal $(, $value:expr)*) => {
        match $language {
            wire::Language::En => format!($en $(, $value)*),
            wire::Language::Es => format!($es $(, $value)*),
        }
    };
}
pub(crate) use say;

/// One of two fixed texts.
pub(crate) fn pick(l: Language, en: &'static str, es: &'static str) -> &'static str {
    match l {
        Language::En => en,
        Language::Es => es,
    }
}

/// "Ann L.": how staff speak of a patient in a sentence.
pub(crate) fn short_name(p: &Patient, l: Language) -> String {
    let (first, last) = (p.first_name.expose().trim(), p.last_name.expose().trim());
    match (first, last.chars().next()) {
        ("", None) => pick(l, "the patient", "el paciente").into(),
        ("", Some(_)) => last.to_string(),
        (first, None) => first.to_string(),
        (first, Some(initial)) => format!("{first} {initial}."),
    }
}

/// The same at the beginning of a sentence.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The vital as a nurse says it.
pub(crate) fn vital_words(v: Vital, l: Language) -> &'static str {
    match l {
        Language::En => v.words(),
        Language::Es => match v {
            Vital::Bp => "presión arterial",
            Vital::Glucose => "glucosa",
            Vital::Weight => "peso",
            Vital::Spo2 => "saturación de oxígeno",
            Vital::HeartRate => "frecuencia cardíaca",
            Vital::Symptoms => "síntomas comunicados",
        },
    }
}

/// "+22 %", "−4 %": whole percents, one place below one percent.
pub(crate) fn percent(d: Decimal) -> String {
    let rounded = if d.abs() < Decimal::ONE { d.round_dp(1) } else { d.round_dp(0) };
    let sign = if d.is_sign_negative() { "−" } else { "+" };
    format!("{sign}{} %", rounded.abs().normalize())
}

/// "limit 160", "gain limit 3 lb in 24 h".
pub(crate) fn limit_words(v: &Verdict, l: Language) -> Option<String> {
    let limit = decide::plain(v.limit_value?);
    Some(match v.limit.as_deref()? {
        "weight_gain_24h_lb" => say!(l, "gain limit {limit} lb in 24 h", "límite de aumento {limit} lb en 24 h"),
        "weight_gain_7d_lb" => say!(l, "gain limit {limit} lb in 7 days", "límite de aumento {limit} lb en 7 días"),
        name if name.ends_with("_stat") => say!(l, "stat limit {limit}", "límite urgente {limit}"),
        _ => say!(l, "limit {limit}", "límite {limit}"),
    })
}

/// "blood pressure 195/96 is above the limit of 160": what is wrong with a value, in words.
pub(crate) fn against_limit(vital: Vital, shown: &Shown, l: Language) -> String {
    let words = beyond(vital, shown, l);
    // A stat value is critical however near the patient's own limit is: the words must say it.
    match shown.verdict.rule {
        Rule::Stat => format!("{words} ({})", pick(l, "always critical", "siempre crítico")),
        _ => words,
    }
}

fn beyond(vital: Vital, shown: &Shown, l: Language) -> String {
    let name = capital(vital_words(vital, l));
    let (value, v) = (shown.value.text(), &shown.verdict);
    let far = v.rule == Rule::BeyondBy20Percent;
    match (v.limit.as_deref(), v.limit_value, v.direction) {
        (Some(window @ ("weight_gain_24h_lb" | "weight_gain_7d_lb")), Some(limit), Some(_)) => {
            let (gain, limit) = (decide::plain(v.compared.unwrap_or_default()), decide::plain(limit));
            if window == "weight_gain_24h_lb" {
                say!(
                    l,
                    "Weight {value} lb, up {gain} lb in 24 h (limit {limit})",
                    "Peso {value} lb, subió {gain} lb en 24 h (límite {limit})"
                )
            } else {
                say!(
                    l,
                    "Weight {value} lb, up {gain} lb in 7 days (limit {limit})",
                    "Peso {value} lb, subió {gain} lb en 7 días (límite {limit})"
                )
            }
        }
        (Some(_), Some(limit), Some(direction)) => {
            let limit = decide::plain(limit);
            match (direction, far) {
                (Direction::High, true) => {
                    say!(l, "{name} {value} is far above the limit of {limit}", "{name} {value}: muy por encima del límite de {limit}")
                }
                (Direction::High, false) => {
                    say!(l, "{name} {value} is above the limit of {limit}", "{name} {value}: por encima del límite de {limit}")
                }
                (Direction::Low, true) => {
                    say!(l, "{name} {value} is far below the limit of {limit}", "{name} {value}: muy por debajo del límite de {limit}")
                }
                (Direction::Low, false) => {
                    say!(l, "{name} {value} is below the limit of {limit}", "{name} {value}: por debajo del límite de {limit}")
                }
            }
        }
        _ => say!(l, "{name} {value} is inside the limits", "{name} {value}: dentro de los límites"),
    }
}

/// Why no text can reach the patient.
pub(crate) fn no_text_words(why: &str, l: Language) -> String {
    let known = match why {
        "no_mobile" => Some(("no mobile number", "sin número de móvil")),
        "opted_out" => Some(("opted out of texts", "no acepta mensajes")),
        "no_consent" => Some(("no consent to texts", "sin consentimiento para mensajes")),
        "not_active" => Some(("paused or not active", "en pausa o inactivo")),
        "maintenance" => Some(("Twilio is in maintenance", "Twilio está en mantenimiento")),
        "filtered" => Some(("stopped by a filter", "detenido por un filtro")),
        "superseded" => Some(("a newer text takes its place", "la sustituye otro mensaje más reciente")),
        "daily_limit" => Some(("two reminders today already", "ya hubo dos recordatorios hoy")),
        "no_open_window" => Some(("no open window before the visit", "sin horario permitido antes de la cita")),
        "console_was_closed" => Some(("the console was closed", "la consola estaba cerrada")),
        "canceled" => Some(("the visit is canceled", "la cita está cancelada")),
        "noshowed" => Some(("the patient did not come", "el paciente no acudió")),
        "studio_busy" | "81002" => {
            Some(("the patient is in an earlier texting flow", "el paciente sigue en un flujo de mensajes anterior"))
        }
        "not_taken_in_time" => Some(("the text could not be sent in time", "el mensaje no salió a tiempo")),
        _ => None,
    };
    if let Some((en, es)) = known {
        return pick(l, en, es).into();
    }
    let code = why.rsplit('_').next().filter(|c| c.bytes().all(|b| b.is_ascii_digit()));
    let code = code.map(|c| format!(" ({c})")).unwrap_or_default();
    if why.starts_with("undelivered") {
        return say!(l, "the text was not delivered{code}", "el mensaje no se entregó{code}");
    }
    if why.starts_with("rejected") {
        return say!(l, "the number refused the text{code}", "el número rechazó el mensaje{code}");
    }
    why.replace('_', " ")
}

/// Who closed it and how.
pub(crate) fn closed_words(c: &Closed, l: Language) -> String {
    let by = &c.by;
    let how = disposition_words(&c.disposition, l);
    say!(l, "Closed by {by}: {how}", "Cerrado por {by}: {how}")
}

/// A disposition in words.
pub(crate) fn disposition_words(d: &str, l: Language) -> String {
    let known = match d {
        "acted" => ("acted on", "se actuó"),
        "watched" => ("watched", "en observación"),
        "false_alarm" => ("false alarm", "falsa alarma"),
        "wrong_limit" => ("wrong limit", "límite incorrecto"),
        "device" => ("device", "dispositivo"),
        "resolved_in_pagerduty" => ("resolved at the pager", "resuelto en el localizador"),
        "episode_closed" => ("its episode was closed", "se cerró su episodio"),
        "reprocessed" => ("tried again, it worked", "reprocesado con éxito"),
        "set_aside" => ("set aside", "apartado"),
        "went_live" => ("shadow mode ended", "terminó el modo sombra"),
        _ => return d.replace('_', " "),
    };
    pick(l, known.0, known.1).into()
}

/// An episode's state as staff say it.
pub(crate) fn state_words(s: EpisodeState, l: Language) -> &'static str {
    let (en, es) = match s {
        EpisodeState::Open => ("Opened", "Abierto"),
        EpisodeState::Held => ("Held for the end of quiet hours", "En espera del fin de las horas de silencio"),
        EpisodeState::AnsweredNo => ("Answered: no symptoms", "Respondió: sin síntomas"),
        EpisodeState::Paged => ("On call paged", "Se llamó a la guardia"),
        EpisodeState::Acknowledged => ("Acknowledged", "Atendido"),
        EpisodeState::BackToNormal => ("Back inside the limits", "De nuevo dentro de los límites"),
        EpisodeState::Shelved => ("Put aside", "Aplazado"),
        EpisodeState::NurseReview => ("For the nurse to review", "Para revisión de enfermería"),
        EpisodeState::Closed => ("Closed", "Cerrado"),
        EpisodeState::Charted => ("In the chart", "En la historia clínica"),
    };
    pick(l, en, es)
}

/// Why somebody was paged.
pub(crate) fn page_reason_words(r: decide::outbox::PageReason, l: Language) -> &'static str {
    use decide::outbox::PageReason as R;
    match l {
        Language::En => decide::narrate::why_paged(r),
        Language::Es => match r {
            R::Critical => "lectura crítica",
            R::NoAnswer => "sin respuesta a la pregunta de síntomas",
            R::Symptoms => "el paciente comunica síntomas",
            R::NoTextPossible => "no se puede enviar mensajes al paciente",
            R::QuietHours => "fuera de límite en horas de silencio",
            R::Unverified => "sin verificar: faltaba la unidad, crítico en cualquiera",
            R::LeaseExpired => "alguien lo tomó y no lo terminó a tiempo",
            R::ReviewOverdue => "demasiado tiempo esperando revisión",
            R::Nurse => "llamada por enfermería",
        },
    }
}
