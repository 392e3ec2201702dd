//! A conversation from the trail: texts with what became of them, and how each reply was read.

use super::visit_words;
use super::words::{no_text_words, pick};
use decide::outbox::{Act, Effect, EffectState, TextPurpose};
use decide::trail::Line;
use ledger::Filed;
use wire::{Language, MessageView};

/// The name of a purpose on the wire.
pub(crate) fn purpose_name(p: TextPurpose) -> String {
    serde_json::to_value(p).ok().and_then(|v| v.as_str().map(String::from)).unwrap_or_default()
}

/// How a reply was read, in words.
pub(crate) fn read_as_words(read_as: &str, l: Language) -> String {
    let (en, es) = match read_as {
        "yes" => ("YES: symptoms", "SÍ: con síntomas"),
        "no" => ("NO: no symptoms", "NO: sin síntomas"),
        "danger_words" => ("danger words: counts as YES", "palabras de alarma: cuenta como SÍ"),
        "opt_out" => ("STOP: no more texts", "STOP: no más mensajes"),
        "opt_in" => ("START: texts again", "START: mensajes de nuevo"),
        "help" => ("asked for help", "pidió ayuda"),
        "not_understood" => ("not understood", "no se entendió"),
        "confirm" => ("CONFIRM: keeps the visit", "CONFIRMAR: mantiene la cita"),
        "cancel" => ("CANCEL APPT: asks to cancel", "CANCELAR CITA: pide cancelar"),
        "short_form_fits_several" => ("fits more than one question", "sirve para varias preguntas"),
        other => return other.replace('_', " "),
    };
    pick(l, en, es).into()
}

/// Why a text is where it is.
fn why_words(reason: &str, l: Language) -> String {
    let (en, es) = match reason {
        "quiet_hours" => ("quiet hours", "horas de silencio"),
        "back_to_normal" => ("a later reading is inside the limits", "una lectura posterior está dentro de los límites"),
        "closed" => ("closed before", "cerrado antes"),
        "undone" => ("undone", "deshecho"),
        "corrected" => ("the reading was corrected", "la lectura se corrigió"),
        "retracted" => ("the reading was taken back", "la lectura se retiró"),
        "too_late" => ("too late to be of use", "demasiado tarde para servir"),
        other => return visit_words::why(other, l).unwrap_or_else(|| no_text_words(other, l)),
    };
    pick(l, en, es).into()
}

/// The conversation. `waiting` are texts that have not been taken yet.
pub(crate) fn conversation<'a>(lines: &[Filed], waiting: impl Iterator<Item = &'a Effect>, l: Language) -> Vec<MessageView> {
    let mut messages: Vec<MessageView> = Vec::new();
    for filed in lines {
        let at = filed.entry.at;
        match &filed.entry.line {
            Line::Sms { purpose, body, status, reason, .. } => {
                let purpose = purpose_name(*purpose);
                let why = reason.as_deref().map(|r| why_words(r, l));
                // One text may have several lines: held, then failed, then sent.
                let former = messages.iter_mut().rev().find(|m| {
                    !m.from_patient
                        && m.purpose == purpose
                        && matches!(m.status.as_str(), "held" | "failed")
                        && (m.body == *body || m.status == "held")
                });
                match former {
                    Some(m) => {
                        m.at = at;
                        m.status = status.clone();
                        m.why = why;
                        if !body.is_empty() {
                            m.body = body.clone();
                        }
                    }
                    None if body.is_empty() => {}
                    None => messages.push(MessageView {
                        at,
                        from_patient: false,
                        body: body.clone(),
                        purpose,
                        status: status.clone(),
                        why,
                        read_as: None,
                    }),
                }
            }
            Line::Delivery { status, error_code, .. } => {
                // The newest text that the carrier may be speaking of.
                let about = messages.iter_mut().rev().find(|m| !m.from_patient && matches!(m.status.as_str(), "sent" | "delivered"));
                if let Some(m) = about {
                    match status.as_str() {
                        "delivered" | "read" => m.status = "delivered".into(),
                        "undelivered" | "failed" | "canceled" if m.status != "delivered" => {
                            m.status = "undelivered".into();
                            m.why = error_code.map(|c| c.to_string());
                        }
                        _ => {}
                    }
                }
            }
            Line::Reply { body, read_as, .. } => messages.push(MessageView {
                at,
                from_patient: true,
                body: body.clone(),
                purpose: "reply".into(),
                status: "received".into(),
                why: None,
                read_as: Some(read_as_words(read_as, l)),
            }),
            _ => {}
        }
    }
    for f in waiting {
        let Act::Text(t) = &f.act else { continue };
        let status = match f.state {
            EffectState::Sending { .. } => "sending",
            EffectState::Unknown { .. } => "unknown",
            _ => "owed",
        };
        let why = f.problem.as_ref().map(|p| p.said.clone());
        let purpose = purpose_name(t.purpose);
        match messages.iter_mut().rev().find(|m| m.body == t.body && m.purpose == purpose && m.status == "failed") {
            Some(m) => (m.status, m.why) = (status.into(), why),
            None => messages.push(MessageView {
                at: f.owed_at,
                from_patient: false,
                body: t.body.clone(),
                purpose,
                status: status.into(),
                why,
                read_as: None,
            }),
        }
    }
    messages
}
