//! The headline of a row: what is wrong, in one sentence.

use super::words::{against_limit, capital, closed_words, no_text_words, pick, say, vital_words};
use decide::{Answer, Episode, EpisodeState, Severity, Task, Vital};
use wire::Language;

/// What is wrong on an episode.
pub(crate) fn of_episode(e: &Episode, who: &str, l: Language) -> String {
    if let Some(c) = e.closed.as_ref() {
        let what = base(e, l);
        let how = closed_words(c, l);
        return format!("{what}. {how}");
    }
    if e.vital == Vital::Symptoms {
        let who = capital(who);
        return say!(l, "{who} wrote of symptoms without being asked", "{who} escribió que tiene síntomas sin que se le preguntara");
    }
    let what = base(e, l);
    match detail(e, who, l) {
        Some(more) => format!("{what}; {more}"),
        None => what,
    }
}

/// The value against its limit, or what became of it.
fn base(e: &Episode, l: Language) -> String {
    let name = capital(vital_words(e.vital, l));
    if e.vital == Vital::Symptoms {
        return name;
    }
    if super::lamps::unverified(e) {
        let value = e.acted.as_ref().unwrap_or(&e.latest).value.text();
        return say!(
            l,
            "{name} {value} came without its unit: critical in every unit",
            "{name} {value} llegó sin unidad: crítico en cualquiera"
        );
    }
    let value = e.latest.value.text();
    let taken_back = e.readings.iter().any(|r| r.reading == e.latest.reading && r.withdrawn);
    if taken_back || e.review.as_deref() == Some("retracted") {
        return say!(l, "{name} {value} was taken back by its source", "{name} {value}: el origen retiró la lectura");
    }
    let inside = e.latest.verdict.severity == Severity::Routine;
    if inside && (e.state == EpisodeState::BackToNormal || e.review.as_deref() == Some("back_to_normal")) {
        return say!(l, "{name} {value} is back inside the limits", "{name} {value}: de nuevo dentro de los límites");
    }
    if inside && e.review.as_deref() == Some("corrected") {
        return say!(l, "{name} was corrected to {value}: inside the limits", "{name}: corregida a {value}, dentro de los límites");
    }
    match &e.acted {
        // The reading that opened it still counts: a newer one inside the limits settles nothing within the debounce.
        Some(acted) if inside && acted.reading != e.latest.reading && acted.verdict.severity > Severity::Routine => {
            let was = against_limit(e.vital, acted, l);
            say!(l, "{was}; the newest is {value}", "{was}; la última es {value}")
        }
        _ => against_limit(e.vital, &e.latest, l),
    }
}

/// What the patient said, or why nothing could be asked.
fn detail(e: &Episode, who: &str, l: Language) -> Option<String> {
    match e.symptoms {
        Some(true) => return Some(say!(l, "{who} reports symptoms", "{who} comunica síntomas")),
        Some(false) => return Some(say!(l, "{who} reports no symptoms", "{who} dice que no tiene síntomas")),
        None => {}
    }
    if let Some(why) = &e.no_text {
        let why = no_text_words(why, l);
        return Some(say!(l, "{who} cannot be texted ({why})", "no se puede escribir a {who} ({why})"));
    }
    let q = e.question.as_ref()?;
    match (&q.answer, q.ended.as_deref()) {
        (None, None) if q.clarified => Some(say!(l, "the answer of {who} was not understood", "no se entendió la respuesta de {who}")),
        (None, Some("no_answer")) => Some(say!(l, "{who} has not answered", "{who} no ha respondido")),
        _ => None,
    }
}

/// What is wrong on a task.
pub(crate) fn of_task(t: &Task, l: Language) -> String {
    match l {
        Language::En if !t.detail.is_empty() => capital(&t.detail),
        _ => match t.quarantine {
            Some(_) => {
                let reason = t.detail.split(':').next().unwrap_or_default().replace(' ', "_");
                format!("{}: {}", super::reasons::title(&t.reason, l), super::reasons::quarantine_title(&reason, l))
            }
            None => super::reasons::title(&t.reason, l),
        },
    }
}

/// Small words beside the value.
pub(crate) fn marks(e: &Episode, l: Language) -> Vec<String> {
    let mut marks = Vec::new();
    let answered = e.question.as_ref().and_then(|q| q.answer);
    match (e.symptoms, answered) {
        (Some(true), _) | (_, Some(Answer::Symptoms)) => marks.push(pick(l, "symptoms", "con síntomas").to_string()),
        (Some(false), _) | (_, Some(Answer::NoSymptoms)) => marks.push(pick(l, "no symptoms", "sin síntomas").to_string()),
        (None, None) => {}
    }
    if let Some(why) = &e.no_text {
        marks.push(no_text_words(why, l));
    }
    if e.held_until.is_some() {
        marks.push(pick(l, "quiet hours", "horas de silencio").to_string());
    }
    if super::lamps::unverified(e) {
        marks.push(pick(l, "unverified", "sin verificar").to_string());
    }
    if e.state == EpisodeState::BackToNormal {
        marks.push(pick(l, "back inside the limits", "dentro de los límites").to_string());
    }
    if e.pages.len() > 1 {
        let n = e.pages.len();
        marks.push(say!(l, "paged {n} times", "{n} llamadas"));
    }
    if !e.live {
        marks.push(pick(l, "shadow", "sombra").to_string());
    }
    marks
}
