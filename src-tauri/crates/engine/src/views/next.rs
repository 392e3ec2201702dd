//! What happens next by itself: one timer and one sentence. The screen adds the countdown to the sentence.

use super::standing::due_of;
use super::words::{pick, say};
use decide::{At, ClockKind, Episode, PageStep, Question, Task, WriteState};
use wire::{Language, NextTimer};

/// The timer and the sentence.
pub(crate) struct Next {
    pub timer: Option<NextTimer>,
    pub sentence: String,
}

fn next(what: &str, due: Option<At>, sentence: impl Into<String>) -> Next {
    Next { timer: due.map(|due| NextTimer { what: what.into(), due }), sentence: sentence.into() }
}

/// What is next for an episode; `retry_at` is the next attempt at a page that has not left.
pub(crate) fn of_episode(e: &Episode, who: &str, retry_at: Option<At>, l: Language) -> Next {
    if !e.is_open() {
        return after_close(e, l);
    }
    if let Some(s) = &e.shelf {
        let (by, reason) = (&s.by, &s.reason);
        return next("shelf", Some(s.until), say!(l, "Put aside by {by}: {reason}", "Aplazado por {by}: {reason}"));
    }
    if let Some(held) = &e.held_by {
        let by = &held.by;
        let lease = due_of(&e.clocks, ClockKind::Lease).or(held.until);
        let sentence = if held.claimed {
            say!(
                l,
                "{by} is taking this; if it is not closed in time it alarms again",
                "{by} se encarga; si no se cierra a tiempo vuelve a sonar"
            )
        } else {
            say!(
                l,
                "{by} has seen this; if it is not closed in time it alarms again",
                "{by} lo ha visto; si no se cierra a tiempo vuelve a sonar"
            )
        };
        return next("lease", lease, sentence);
    }
    if let Some(page) = e.pages.last().filter(|p| !p.resolved) {
        return paged(e, page, who, retry_at, l);
    }
    // One page per question: when one went out with it, the end of the wait pages nobody.
    if let Some(q) = e.question.as_ref().filter(|q| q.open() && !e.pages.iter().any(|p| p.owed_at >= q.since())) {
        return asked(e, q, who, l);
    }
    if let Some(until) = e.held_until {
        return if e.no_text.is_some() {
            next(
                "page",
                Some(until),
                say!(
                    l,
                    "Quiet hours for {who}: on call is paged when they end",
                    "Horas de silencio para {who}: se llama a la guardia cuando terminen"
                ),
            )
        } else {
            next(
                "text",
                Some(until),
                say!(
                    l,
                    "Quiet hours for {who}: the symptom check goes out when they end",
                    "Horas de silencio para {who}: la pregunta de síntomas sale cuando terminen"
                ),
            )
        };
    }
    review(e, who, l)
}

/// A page is out and nobody has taken it.
fn paged(e: &Episode, page: &PageStep, who: &str, retry_at: Option<At>, l: Language) -> Next {
    let backup = due_of(&e.clocks, ClockKind::BackupText);
    if page.sent_at.is_none() && page.first_failed_at.is_some() {
        let sentence = pick(
            l,
            "The pager cannot be reached and nobody has been paged: call on call; the console keeps trying",
            "El localizador no responde y no se avisó a nadie: llame a la guardia; la consola sigue intentando",
        );
        return next("retry", retry_at, sentence);
    }
    if let Some(due) = due_of(&e.clocks, ClockKind::AckTarget) {
        let asked = e.question.as_ref().is_some_and(|q| q.open() && q.taken_at.is_some());
        let sentence = match (e.live, asked) {
            (false, _) => {
                pick(l, "On call would have been paged (shadow mode)", "Se habría llamado a la guardia (modo sombra)").to_string()
            }
            (true, true) => say!(
                l,
                "On call has been paged and {who} has been asked; if nobody acknowledges it alarms again",
                "Se llamó a la guardia y se preguntó a {who}; si nadie atiende vuelve a sonar"
            ),
            (true, false) => pick(
                l,
                "On call has been paged; if nobody acknowledges it alarms again",
                "Se llamó a la guardia; si nadie atiende vuelve a sonar",
            )
            .to_string(),
        };
        return next("ack_due", Some(due), sentence);
    }
    if let Some(due) = backup {
        let sentence = pick(
            l,
            "On call has not acknowledged; the backup numbers are texted",
            "La guardia no atendió; se escribe a los números de respaldo",
        );
        return next("backup", Some(due), sentence);
    }
    let limit = due_of(&e.clocks, ClockKind::AckLimit);
    let sentence = pick(l, "On call has not acknowledged: call the clinician yourself", "La guardia no atendió: llame usted al clínico");
    next("ack_due", limit, sentence)
}

/// The patient has been asked and has not answered.
fn asked(e: &Episode, q: &Question, who: &str, l: Language) -> Next {
    let Some(due) = q.wait_due.filter(|_| q.taken_at.is_some()) else {
        return next(
            "text",
            due_of(&e.clocks, ClockKind::TextLimit),
            say!(l, "The symptom check to {who} is on its way", "La pregunta de síntomas para {who} está en camino"),
        );
    };
    let sentence = if q.clarified {
        say!(
            l,
            "{who} answered something unclear and was asked again; on call will be paged",
            "{who} respondió algo poco claro y se le preguntó de nuevo; se llamará a la guardia"
        )
    } else {
        say!(l, "{who} has not answered; on call will be paged", "{who} no ha respondido; se llamará a la guardia")
    };
    next("page", Some(due), sentence)
}

/// Nothing runs by itself but the clock of a row that waits for staff.
fn review(e: &Episode, who: &str, l: Language) -> Next {
    let sentence = match e.review.as_deref() {
        Some("answered_no") => {
            say!(l, "{who} reports no symptoms: look at it and close", "{who} dice que no tiene síntomas: revise y cierre")
        }
        Some("back_to_normal") => pick(
            l,
            "A later reading is inside the limits: look at it and close",
            "Una lectura posterior está dentro de los límites: revise y cierre",
        )
        .into(),
        Some("resolved_by_nobody") => {
            pick(l, "The page was resolved automatically: review it yourself", "La llamada se resolvió automáticamente: revísela usted")
                .into()
        }
        Some("corrected") => {
            pick(l, "The reading was corrected by its source: look at it and close", "El origen corrigió la lectura: revise y cierre")
                .into()
        }
        Some("retracted") => {
            pick(l, "The reading was taken back by its source: look at it and close", "El origen retiró la lectura: revise y cierre").into()
        }
        Some("unclear_answer") => {
            say!(l, "The answer of {who} was not understood: read it and call", "No se entendió la respuesta de {who}: léala y llame")
        }
        _ => pick(l, "Nothing more happens by itself: look at it and close", "Nada más ocurre por sí solo: revise y cierre").into(),
    };
    next("review", due_of(&e.clocks, ClockKind::Review).or(due_of(&e.clocks, ClockKind::ReviewPage)), sentence)
}

/// Closed: what the chart still waits for.
fn after_close(e: &Episode, l: Language) -> Next {
    let review = due_of(&e.clocks, ClockKind::Review);
    let Some(w) = e.writes else { return next("review", None, pick(l, "Closed", "Cerrado")) };
    let all = [w.reviewed, w.note, w.flowsheet];
    let count = |s: WriteState| all.iter().filter(|w| **w == s).count();
    if w.note == WriteState::Missing {
        return next("review", review, pick(l, "Write the note: the chart entry waits for it", "Escriba la nota: la entrada la espera"));
    }
    if w.flowsheet == WriteState::Missing {
        return next(
            "review",
            review,
            pick(l, "Enter the minutes: the chart entry waits for them", "Anote los minutos: la entrada los espera"),
        );
    }
    if !e.live {
        return next(
            "review",
            None,
            pick(l, "Closed in shadow mode: nothing is written to the chart", "Cerrado en modo sombra: no se escribe en la historia"),
        );
    }
    match (count(WriteState::Blocked), count(WriteState::Queued)) {
        (0, 0) => next("review", None, pick(l, "Everything is in the chart", "Todo está en la historia clínica")),
        (0, n) => {
            next("retry", None, say!(l, "{n} entries are on their way to the chart", "{n} entradas van camino de la historia clínica"))
        }
        (n, _) => next(
            "review",
            review,
            say!(
                l,
                "The chart refused {n} entries: see why and tell an administrator",
                "La historia rechazó {n} entradas: vea por qué y avise a administración"
            ),
        ),
    }
}

/// What is next for a task.
pub(crate) fn of_task(t: &Task, l: Language) -> Next {
    if let Some(c) = &t.closed {
        return next("review", None, super::words::closed_words(c, l));
    }
    if let Some(held) = &t.acknowledged {
        let by = &held.by;
        return next(
            "lease",
            due_of(&t.clocks, ClockKind::Lease).or(held.until),
            say!(l, "{by} has this; if it is not closed in time it alarms again", "{by} lo tiene; si no se cierra a tiempo vuelve a sonar"),
        );
    }
    let sentence = if t.overdue {
        pick(l, "Has waited too long: look at it now", "Esperó demasiado: véalo ahora")
    } else if t.quarantine.is_some() {
        pick(l, "Mend the cause and try the record again, or set it aside", "Corrija la causa y reprocese el registro, o apártelo")
    } else {
        pick(l, "Waits for a person to look at it", "Espera a que alguien lo vea")
    };
    next("review", due_of(&t.clocks, ClockKind::Review), sentence)
}
