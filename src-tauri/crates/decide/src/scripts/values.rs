//! What stands for a name in a visit's script.

use super::template;
use crate::visits::{date_part, date_words, time_part};
use crate::{Language, VisitEvent};
use std::collections::BTreeMap;

/// A visit's script as the patient reads it.
pub(crate) fn visit_text(text: &str, clinic: &str, e: &VisitEvent, changed: &[String], l: Language) -> String {
    let values = values(clinic, e, changed, l);
    template::fill(text, |name| values.get(name).map(String::as_str))
}

/// "Dr. Ray"; empty when nobody is named.
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

/// Empty when there is nothing to put after the words.
fn part(before: &str, what: &str) -> String {
    if what.is_empty() {
        String::new()
    } else {
        format!("{before}{what}")
    }
}

/// Everything that may be named about a visit. `visit`, `greeting`, `questions` and `to_reschedule` leave out what is not
/// known; the single names are empty then. `changed` names what a MODIFIED changed.
pub(super) fn values(clinic: &str, e: &VisitEvent, changed: &[String], l: Language) -> BTreeMap<&'static str, String> {
    use Language::{En, Es};
    let (who, with, when) = (patient(e), provider(e), date_words(e.wall_clock, l));
    let phone = e.provider_callback_phone.as_deref().unwrap_or_default();
    let what = changed.join(", ");
    let greeting = match (clinic, who.as_str()) {
        ("", "") => String::new(),
        ("", who) => format!("{who}:"),
        (clinic, "") => format!("{clinic}:"),
        (clinic, who) => format!("{clinic}: {who},"),
    };
    let visit = match l {
        En => format!("appointment{} at {when}{}", part(" with ", &with), part(" at ", &e.location)),
        Es => format!("cita{} a las {when}{}", part(" con ", &with), part(" en ", &e.location)),
    };
    let questions = match (phone, l) {
        ("", _) => String::new(),
        (phone, En) => format!("Questions? Call {phone}."),
        (phone, Es) => format!("Preguntas? Llame al {phone}."),
    };
    let to_reschedule = match (phone, l) {
        ("", En) => "Please call us to reschedule.".into(),
        ("", Es) => "Por favor llame para cambiar la cita.".into(),
        (phone, En) => format!("To reschedule, call {phone}."),
        (phone, Es) => format!("Para cambiarla, llame al {phone}."),
    };
    let has_changed = match l {
        En => format!("has changed{}", part(": ", &what)),
        Es => format!("ha cambiado{}", part(": ", &what)),
    };
    BTreeMap::from([
        ("greeting", greeting),
        ("visit", visit),
        ("questions", questions),
        ("to_reschedule", to_reschedule),
        ("changed", has_changed),
        ("clinic", clinic.to_string()),
        ("patient", who),
        ("first_name", e.patient_first_name.expose().to_string()),
        ("provider", with),
        ("when", when),
        ("date", date_part(e.wall_clock, l)),
        ("time", time_part(e.wall_clock)),
        ("location", e.location.clone()),
        ("phone", phone.to_string()),
    ])
}
