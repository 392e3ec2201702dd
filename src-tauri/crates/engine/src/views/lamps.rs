//! The five lamps: received, judged, patient reached, clinician acknowledged, charted.

use super::standing::due_of;
use super::words::{no_text_words, page_reason_words, pick, say};
use decide::{minutes, Answer, At, ClockKind, Episode, PageStep, Question, Vital, WriteState};
use wire::{Lamp, LampState, Language};

struct Light {
    state: LampState,
    at: Option<At>,
    due: Option<At>,
    why: Option<String>,
}

impl Light {
    fn new(state: LampState) -> Self {
        Self { state, at: None, due: None, why: None }
    }

    fn at(mut self, at: impl Into<Option<At>>) -> Self {
        self.at = at.into();
        self
    }

    fn due(mut self, due: impl Into<Option<At>>) -> Self {
        self.due = due.into();
        self
    }

    fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    fn named(self, which: &str) -> Lamp {
        Lamp { which: which.into(), state: self.state, at: self.at, due: self.due, why: self.why }
    }
}

/// The lamps of an episode.
pub(crate) fn lamps(e: &Episode, ack_target_minutes: f64, l: Language) -> Vec<Lamp> {
    vec![
        Light::new(LampState::Done).at(e.opened_at).named("received"),
        judged(e, l).named("judged"),
        patient(e, l).named("patient"),
        clinician(e, ack_target_minutes, l).named("clinician"),
        charted(e, l).named("charted"),
    ]
}

/// No reading is behind it, and the patient did not write: a value whose unit was missing.
pub(crate) fn unverified(e: &Episode) -> bool {
    e.vital != Vital::Symptoms && e.acted.as_ref().is_some_and(|a| a.reading == 0)
}

fn judged(e: &Episode, l: Language) -> Light {
    if unverified(e) {
        let why = pick(l, "the unit was missing: not verified", "faltaba la unidad: sin verificar");
        return Light::new(LampState::Impossible).at(e.opened_at).why(why);
    }
    Light::new(LampState::Done).at(e.opened_at)
}

fn patient(e: &Episode, l: Language) -> Light {
    if let Some(q) = &e.question {
        return asked(e, q, l);
    }
    if let Some(why) = &e.no_text {
        return Light::new(LampState::Impossible).why(no_text_words(why, l));
    }
    if let Some(until) = e.held_until {
        return Light::new(LampState::ToCome).due(until).why(pick(l, "quiet hours", "horas de silencio"));
    }
    if e.vital == Vital::Symptoms {
        return Light::new(LampState::Done).at(e.opened_at).why(pick(l, "the patient wrote", "el paciente escribió"));
    }
    let why = match e.pages.last() {
        _ if unverified(e) => {
            Some(pick(l, "not texted about an unverified value", "no se pregunta por un valor sin verificar").to_string())
        }
        Some(p) => Some(say_no_text(p, l)),
        None if !e.is_open() => Some(pick(l, "closed before", "cerrado antes").to_string()),
        None => None,
    };
    match why {
        Some(why) => Light::new(LampState::Impossible).why(why),
        None => Light::new(LampState::ToCome),
    }
}

fn say_no_text(p: &PageStep, l: Language) -> String {
    let reason = page_reason_words(p.reason, l);
    say!(l, "paged instead: {reason}", "se llamó a la guardia: {reason}")
}

fn asked(e: &Episode, q: &Question, l: Language) -> Light {
    let reached = q.delivered_at.or(q.taken_at);
    match q.answer {
        Some(Answer::Symptoms) => {
            return Light::new(LampState::Done).at(reached).why(pick(l, "answered: symptoms", "respondió: con síntomas"))
        }
        Some(Answer::NoSymptoms) => {
            return Light::new(LampState::Done).at(reached).why(pick(l, "answered: no symptoms", "respondió: sin síntomas"))
        }
        None => {}
    }
    match q.ended.as_deref() {
        None => match q.taken_at {
            None => Light::new(LampState::Running).due(due_of(&e.clocks, ClockKind::TextLimit)).why(pick(l, "being sent", "enviándose")),
            Some(at) => {
                Light::new(LampState::Running).at(at).due(q.wait_due).why(pick(l, "waiting for the answer", "esperando la respuesta"))
            }
        },
        Some("no_answer") if q.delivered_at.is_some() => {
            Light::new(LampState::Done).at(q.delivered_at).why(pick(l, "delivered, no answer", "entregado, sin respuesta"))
        }
        Some("no_answer") => Light::new(LampState::Late).at(q.taken_at).due(q.wait_due).why(pick(l, "no answer", "sin respuesta")),
        Some("closed") if q.delivered_at.is_some() => Light::new(LampState::Done).at(q.delivered_at),
        Some("closed") => Light::new(LampState::Impossible).why(pick(l, "closed before an answer", "cerrado antes de responder")),
        Some("corrected") => Light::new(LampState::Impossible).why(pick(l, "the reading was corrected", "la lectura se corrigió")),
        Some("retracted") => Light::new(LampState::Impossible).why(pick(l, "the reading was taken back", "la lectura se retiró")),
        Some(why) => Light::new(LampState::Impossible).why(no_text_words(why, l)),
    }
}

fn clinician(e: &Episode, ack_target_minutes: f64, l: Language) -> Light {
    let Some(page) = e.pages.last() else {
        if !e.is_open() {
            return Light::new(LampState::Impossible).why(pick(l, "nobody was paged", "no se llamó a nadie"));
        }
        let due = e.question.as_ref().filter(|q| q.open()).and_then(|q| q.wait_due);
        let why = due.map(|_| pick(l, "paged if there is no answer", "se llama si no hay respuesta").to_string());
        return Light { why, ..Light::new(LampState::ToCome).due(due) };
    };
    if let Some(held) = &page.acknowledged {
        return Light::new(LampState::Done).at(held.at).why(held.by.clone());
    }
    if let Some(held) = &e.held_by {
        let by = &held.by;
        return Light::new(LampState::Done).at(held.at).why(say!(l, "{by}, on the console", "{by}, en la consola"));
    }
    if let Some(closed) = &e.closed {
        return Light::new(LampState::Done).at(closed.at).why(closed.by.clone());
    }
    if page.resolved {
        return Light::new(LampState::Late).why(pick(l, "resolved by nobody", "resuelto por nadie"));
    }
    let due = page.sent_at.unwrap_or(page.owed_at) + minutes(ack_target_minutes);
    if page.sent_at.is_none() && page.first_failed_at.is_some() {
        return Light::new(LampState::Late).due(due).why(pick(l, "the pager cannot be reached", "el localizador no responde"));
    }
    // The clock stops when it has rung: then the budget is over.
    let running = due_of(&e.clocks, ClockKind::AckTarget).is_some();
    Light::new(if running { LampState::Running } else { LampState::Late }).due(due).why(page_reason_words(page.reason, l))
}

fn charted(e: &Episode, l: Language) -> Light {
    let Some(w) = e.writes else { return Light::new(LampState::ToCome) };
    let all = [w.reviewed, w.note, w.flowsheet];
    if all.iter().all(|s| matches!(s, WriteState::Done | WriteState::NotNeeded)) {
        return Light::new(LampState::Done);
    }
    if !e.live {
        return Light::new(LampState::Impossible).why(pick(l, "shadow: nothing is written", "modo sombra: no se escribe nada"));
    }
    if all.contains(&WriteState::Blocked) {
        return Light::new(LampState::Late).why(pick(l, "the chart refused an entry", "la historia rechazó una entrada"));
    }
    if w.note == WriteState::Missing {
        return Light::new(LampState::Running).why(pick(l, "waits for a note", "falta la nota"));
    }
    if w.flowsheet == WriteState::Missing {
        return Light::new(LampState::Running).why(pick(l, "waits for the minutes", "faltan los minutos"));
    }
    Light::new(LampState::Running).why(pick(l, "being written", "escribiéndose"))
}
