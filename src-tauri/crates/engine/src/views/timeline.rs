//! The timeline: every line of the trail in a nurse's words, with its reason and the line as recorded.

use super::messages::read_as_words;
use super::reasons;
use super::words::{
    capital, disposition_words, limit_words, no_text_words, page_reason_words, percent, pick, say, state_words, vital_words,
};
use decide::outbox::{ChartPurpose, PageAction, PostPurpose, TextPurpose};
use decide::trail::{IntakeOutcome, Line};
use decide::{EpisodeState, Rule, Severity, Verdict};
use ledger::Filed;
use rust_decimal::Decimal;
use std::str::FromStr;
use wire::{Language, TimelineLine};

/// One line.
pub(crate) fn line(filed: &Filed, l: Language) -> TimelineLine {
    let entry = &filed.entry;
    let (title, reason) = words(&entry.line, l);
    let raw = serde_json::to_value(entry).unwrap_or_default();
    TimelineLine {
        seq: filed.seq,
        at: entry.at,
        kind: raw.get("kind").and_then(|k| k.as_str()).unwrap_or("line").to_string(),
        title,
        reason,
        by: entry.by.clone(),
        raw: raw.to_string(),
    }
}

/// What a text is for.
pub(crate) fn purpose_words(p: TextPurpose, l: Language) -> &'static str {
    let (en, es) = match p {
        TextPurpose::SymptomCheck => ("symptom check", "pregunta de síntomas"),
        TextPurpose::Clarify => ("question asked again", "pregunta repetida"),
        TextPurpose::Help => ("help text", "texto de ayuda"),
        TextPurpose::Booked => ("booking text", "aviso de cita"),
        TextPurpose::Rescheduled => ("new time text", "aviso de cambio de hora"),
        TextPurpose::Modified => ("change text", "aviso de cambio"),
        TextPurpose::Confirmed => ("confirmation text", "confirmación"),
        TextPurpose::Canceled => ("cancellation text", "aviso de cancelación"),
        TextPurpose::Noshowed => ("missed visit text", "aviso de ausencia"),
        TextPurpose::Reminder1 | TextPurpose::Reminder2 => ("reminder", "recordatorio"),
        TextPurpose::CheckIn => ("check-in", "seguimiento"),
        TextPurpose::Backup => ("text to a backup number", "aviso a un número de respaldo"),
        TextPurpose::Nurse => ("text by the nurse", "mensaje de enfermería"),
        TextPurpose::ScriptTest => ("script tried on a phone of the clinic", "prueba de un texto en un teléfono de la clínica"),
    };
    pick(l, en, es)
}

/// What is written to the chart.
pub(crate) fn chart_words(p: ChartPurpose, l: Language) -> &'static str {
    let (en, es) = match p {
        ChartPurpose::Reviewed => ("reviewed reading", "lectura revisada"),
        ChartPurpose::Note => ("note", "nota"),
        ChartPurpose::Flowsheet => ("minutes", "minutos"),
        ChartPurpose::OptOut => ("opt-out note", "nota de baja de mensajes"),
        ChartPurpose::Reading => ("reading", "lectura"),
    };
    pick(l, en, es)
}

fn severity_words(s: Severity, l: Language) -> &'static str {
    match s {
        Severity::Routine => pick(l, "routine", "rutina"),
        Severity::Abnormal => pick(l, "abnormal", "anormal"),
        Severity::Critical => pick(l, "critical", "crítico"),
    }
}

fn words(line: &Line, l: Language) -> (String, Option<String>) {
    match line {
        Line::Intake { source, outcome, reason, field, .. } => {
            let title = match outcome {
                IntakeOutcome::Kept => say!(l, "Received from {source}", "Recibido de {source}"),
                IntakeOutcome::Duplicate => {
                    say!(l, "Received again from {source}: counted, nothing else", "Recibido otra vez de {source}: solo se cuenta")
                }
                IntakeOutcome::Refused => say!(l, "Refused from {source}", "Rechazado de {source}"),
                IntakeOutcome::Quarantined => {
                    say!(l, "Set aside from {source}: it could not be used", "Apartado de {source}: no se pudo usar")
                }
            };
            let why = reason.as_ref().map(|r| {
                let words = reasons::quarantine_title(r, l);
                field.as_ref().map_or(words.clone(), |f| format!("{words} ({f})"))
            });
            (title, why)
        }
        Line::Verdict { vital, value, unit, severity, rule, limit, limit_value, compared, distance_percent, flags, .. } => {
            let value = value.as_str().map_or_else(|| value.to_string(), String::from);
            let name = capital(vital_words(*vital, l));
            let judged = severity_words(*severity, l);
            let number = |v: &Option<serde_json::Value>| v.as_ref().and_then(|v| Decimal::from_str(v.to_string().trim_matches('"')).ok());
            let verdict = Verdict {
                severity: *severity,
                rule: if rule == Rule::Stat.name() { Rule::Stat } else { Rule::BeyondLimit },
                limit: limit.clone(),
                limit_value: number(limit_value),
                compared: number(compared),
                distance_percent: number(distance_percent),
                direction: None,
            };
            let mut why: Vec<String> = limit_words(&verdict, l).into_iter().collect();
            why.extend(verdict.distance_percent.map(percent));
            why.extend(rule_words(rule, l).map(String::from));
            why.extend(flags.iter().map(|f| flag_words(f, l)));
            (format!("{name} {value} {unit}: {judged}"), (!why.is_empty()).then(|| why.join(", ")))
        }
        Line::Episode { state, reason, .. } => (state_words(*state, l).into(), reason.as_ref().map(|r| state_reason(*state, r, l))),
        Line::Sms { purpose, status, reason, body, .. } => {
            let what = capital(purpose_words(*purpose, l));
            let how = sent_words(status, l);
            let why = match reason {
                Some(r) if r == "quiet_hours" => Some(pick(l, "quiet hours", "horas de silencio").to_string()),
                Some(r) => Some(no_text_words(r, l)),
                None => (!body.is_empty()).then(|| body.clone()),
            };
            (format!("{what}: {how}"), why)
        }
        Line::Execution { purpose, status, reason, .. } => {
            let (what, how) = (capital(purpose_words(*purpose, l)), sent_words(status, l));
            let flow = pick(l, "through the texting flow", "por el flujo de mensajes");
            (format!("{what}: {how}"), Some(reason.as_ref().map_or_else(|| flow.to_string(), |r| no_text_words(r, l))))
        }
        Line::Page { action, reason, status, urgency_word, detail, .. } => {
            let urgency = urgency_word.word();
            let what = match action {
                PageAction::Trigger => say!(l, "Page to on call ({urgency})", "Llamada a la guardia ({urgency})"),
                PageAction::Acknowledge => pick(l, "Page acknowledged from the console", "Llamada atendida desde la consola").to_string(),
                PageAction::Resolve => pick(l, "Page resolved from the console", "Llamada resuelta desde la consola").to_string(),
            };
            let how = match status.as_str() {
                "sent" => pick(l, "taken by the pager", "recibida por el localizador"),
                "would_send" => pick(l, "would have been sent (shadow)", "se habría enviado (sombra)"),
                "failed" => pick(l, "the pager did not take it, trying again", "el localizador no la recibió, se reintenta"),
                other => other,
            };
            let why = page_reason_words(*reason, l);
            (format!("{what}: {how}"), Some(detail.as_ref().map_or_else(|| why.to_string(), |d| format!("{why}. {d}"))))
        }
        Line::Slack { purpose, status, text } => {
            let what = match purpose {
                PostPurpose::ScheduleCoverage => pick(l, "Asked the team to cover the schedule", "Se pidió al equipo cubrir la guardia"),
                PostPurpose::PageNotProven => {
                    pick(l, "Told the team that a page is not proven", "Se avisó al equipo: llamada sin comprobar")
                }
                PostPurpose::PagerDown => pick(l, "Told the team that the pager is down", "Se avisó al equipo: localizador caído"),
                PostPurpose::AckOverdue => {
                    pick(l, "Told the team that a page is not acknowledged", "Se avisó al equipo: llamada sin atender")
                }
                PostPurpose::ReviewOverdue => pick(l, "Told the team that a row waits for review", "Se avisó al equipo: fila sin revisar"),
            };
            let how = match status.as_str() {
                "sent" => "",
                "would_send" => pick(l, " (shadow)", " (sombra)"),
                _ => pick(l, " (not sent, trying again)", " (no enviado, se reintenta)"),
            };
            (format!("{what}{how}"), text.clone())
        }
        Line::Chart { purpose, status, reason, .. } => {
            let what = capital(chart_words(*purpose, l));
            let how = match status.as_str() {
                "queued" => pick(l, "queued for the chart", "en cola para la historia clínica"),
                "done" => pick(l, "found in the chart", "está en la historia clínica"),
                "blocked" => pick(l, "the chart waits", "la historia espera"),
                "failed" => pick(l, "the chart did not take it", "la historia no la aceptó"),
                "would_send" => pick(l, "would have been written (shadow)", "se habría escrito (sombra)"),
                other => other,
            };
            let why = reason.as_ref().map(|r| {
                if matches!(r.as_str(), "note_missing" | "minutes_missing") {
                    reasons::title(r, l)
                } else {
                    r.clone()
                }
            });
            (format!("{what}: {how}"), why)
        }
        Line::Appointment { state, request, confirmed, event, wall_clock, .. } => {
            super::visit_words::appointment(*state, *request, *confirmed, *event, *wall_clock, l)
        }
        Line::EhrRequest { event_type, status, via, .. } => (super::visit_words::request(event_type, status, l), Some(via.to_uppercase())),
        Line::OptOut { state, .. } if state == "out" => {
            (pick(l, "The patient stopped text messages", "El paciente dejó de aceptar mensajes").into(), None)
        }
        Line::OptOut { .. } => (pick(l, "The patient takes text messages again", "El paciente acepta mensajes de nuevo").into(), None),
        Line::Setting { name, outcome, reason, why, ordered_by, .. } => {
            let by = ordered_by.as_ref().map(|by| say!(l, "ordered by {by}", "por orden de {by}"));
            let more: Vec<String> = [reason.clone(), why.clone(), by].into_iter().flatten().collect();
            (format!("{name}: {outcome}"), (!more.is_empty()).then(|| more.join("; ")))
        }
        Line::Attention { reason, detail, .. } => {
            let title = reasons::title(reason, l);
            // The detail is recorded in English; what quotes the patient or a vendor is shown as it is.
            let quotes = l == Language::En || detail.contains('"') || matches!(reason.as_str(), "chart_blocked" | "connection_trouble");
            (title, quotes.then(|| detail.clone()))
        }
        Line::Reply { body, read_as, .. } => {
            (say!(l, "The patient wrote: \"{body}\"", "El paciente escribió: \"{body}\""), Some(read_as_words(read_as, l)))
        }
        Line::Delivery { status, error_code, .. } => {
            let how = match status.as_str() {
                "delivered" | "read" => pick(l, "The text was delivered", "El mensaje se entregó").to_string(),
                "sent" => pick(l, "The text was handed to the carrier", "El mensaje pasó al operador").to_string(),
                "undelivered" | "failed" | "canceled" => pick(l, "The text was not delivered", "El mensaje no se entregó").to_string(),
                other => say!(l, "Delivery: {other}", "Entrega: {other}"),
            };
            (how, error_code.map(|c| format!("Twilio {c}")))
        }
        Line::Incident { action, note, .. } => (incident_words(action, l), note.clone()),
        Line::Act { what, detail, .. } => (act_words(what, l), detail.clone()),
        Line::Access { what, login, .. } => (format!("{login}: {}", what.replace('_', " ")), None),
        Line::Credential { what, action } => (format!("{what}: {action}"), None),
        Line::Archived { first, last, file, .. } => {
            let title =
                say!(l, "Lines {first} to {last} were sealed into an archive", "Las líneas {first} a {last} se sellaron en un archivo");
            (title, Some(file.clone()))
        }
        Line::Downtime { what, state, vendor, until, why, .. } => {
            (super::downtime::line_words(*what, state, *vendor, *until, l), Some(why.clone()))
        }
        Line::Away(_) => (pick(l, "The console was away", "La consola estuvo ausente").into(), None),
    }
}

fn rule_words(rule: &str, l: Language) -> Option<&'static str> {
    let (en, es) = match rule {
        "stat" => ("always critical", "siempre crítico"),
        "beyond_limit_20_percent" => ("20 % or more beyond", "20 % o más fuera"),
        "not_enough_readings" => ("not enough readings to compare", "sin lecturas suficientes para comparar"),
        "no_limit" => ("no limit set", "sin límite"),
        "implausible" => ("not plausible: check the device", "no es verosímil: revise el dispositivo"),
        "not_evaluated" => ("stored, not judged", "guardada, sin evaluar"),
        "withdrawn" => ("taken back", "retirada"),
        _ => return None,
    };
    Some(pick(l, en, es))
}

fn flag_words(flag: &str, l: Language) -> String {
    let (en, es) = match flag {
        "late" => ("came late", "llegó tarde"),
        "out_of_order" => ("older than the newest one", "anterior a la más reciente"),
        "device_clock" => ("device clock ahead", "reloj del dispositivo adelantado"),
        "no_exact_time" => ("no exact time", "sin hora exacta"),
        "bound" => ("only a bound was given", "solo dio una cota"),
        other => return other.replace('_', " "),
    };
    pick(l, en, es).into()
}

/// Why an episode changed its state.
fn state_reason(state: EpisodeState, reason: &str, l: Language) -> String {
    if state == EpisodeState::Closed {
        return disposition_words(reason, l);
    }
    let (en, es) = match reason {
        "critical" => ("critical reading", "lectura crítica"),
        "abnormal" => ("abnormal reading", "lectura anormal"),
        "no_answer" => ("no answer to the symptom check", "sin respuesta a la pregunta de síntomas"),
        "symptoms" => ("the patient reports symptoms", "el paciente comunica síntomas"),
        "no_symptoms" => ("the patient reports no symptoms", "el paciente dice que no tiene síntomas"),
        "no_text_possible" => ("the patient cannot be reached by text", "no se puede escribir al paciente"),
        "quiet_hours" => ("quiet hours", "horas de silencio"),
        "quiet_hours_over" => ("quiet hours are over", "terminaron las horas de silencio"),
        "lease_expired" => ("taken earlier and not finished", "alguien lo tomó y no lo terminó"),
        "review_overdue" => ("waiting for review too long", "demasiado tiempo sin revisar"),
        "nurse" => ("by hand", "a mano"),
        "unverified" => ("the unit was missing", "faltaba la unidad"),
        "back_to_normal" | "a later reading is inside the limits" => {
            ("a later reading is inside the limits", "una lectura posterior está dentro de los límites")
        }
        "out_of_limit_again" => ("out of limit again", "fuera de límite de nuevo"),
        "corrected" => ("corrected by its source", "corregida por su origen"),
        "retracted" => ("taken back by its source", "retirada por su origen"),
        "resolved_by_nobody" => ("resolved automatically", "resuelto automáticamente"),
        "unshelved" => ("taken off the shelf", "recuperado"),
        "shelf_ended" => ("the shelf ended", "terminó el aplazamiento"),
        "unacknowledged" => ("open again at the pager", "abierto de nuevo en el localizador"),
        "undone" => ("undone", "deshecho"),
        other => return other.replace('_', " "),
    };
    pick(l, en, es).into()
}

fn incident_words(action: &str, l: Language) -> String {
    let (en, es) = match action {
        "triggered" => ("The pager opened an incident", "El localizador abrió un incidente"),
        "acknowledged" => ("Acknowledged at the pager", "Atendido en el localizador"),
        "unacknowledged" => ("No longer acknowledged at the pager", "Ya no está atendido en el localizador"),
        "escalated" => ("Escalated to the next clinician", "Pasado al siguiente clínico"),
        "reassigned" => ("Given to another clinician", "Pasado a otro clínico"),
        "annotated" => ("Note at the pager", "Nota en el localizador"),
        "resolved" => ("Resolved at the pager", "Resuelto en el localizador"),
        "reopened" => ("Opened again at the pager", "Reabierto en el localizador"),
        other => return say!(l, "At the pager: {other}", "En el localizador: {other}"),
    };
    pick(l, en, es).into()
}

fn act_words(what: &str, l: Language) -> String {
    let (en, es) = match what {
        "acknowledge" => ("Acknowledged on the console", "Atendido en la consola"),
        "claim" => ("Claimed: \"I am taking this\"", "Tomado: «me encargo»"),
        "shelve" => ("Put aside", "Aplazado"),
        "unshelve" => ("Taken off the shelf", "Recuperado"),
        "text" => ("Text written by hand", "Mensaje escrito a mano"),
        "page" => ("On call paged by hand", "Guardia llamada a mano"),
        "call" => ("Telephone call logged", "Llamada telefónica anotada"),
        "note" => ("Note written", "Nota escrita"),
        "close" => ("Closed on the console", "Cerrado en la consola"),
        "complete" => ("Record completed", "Registro completado"),
        "undo" => ("Undone", "Deshecho"),
        "opened" => ("Opened the patient", "Abrió al paciente"),
        "set_aside" => ("Record set aside", "Registro apartado"),
        "limit" => ("Limit changed", "Límite cambiado"),
        "patient" => ("Patient changed", "Paciente cambiado"),
        "search" => ("Searched patients", "Buscó pacientes"),
        "texts_stopped" => ("No texts wanted, as told to staff", "No quiere mensajes, según dijo al personal"),
        "texts_allowed" => ("Texts allowed again by staff", "El personal permitió de nuevo los mensajes"),
        "import_patients" => ("Patients taken from a file", "Pacientes tomados de un archivo"),
        "export_patients" => ("Patients written out", "Pacientes exportados"),
        "export_limit_history" => ("History of limits written out", "Historial de límites exportado"),
        "message_sent_again" => ("Message sent again by hand", "Mensaje reenviado a mano"),
        "message_parked" => ("Message parked", "Mensaje en espera"),
        "message_unparked" => ("Parked message let go", "Mensaje liberado"),
        "message_edited" => ("Message corrected", "Mensaje corregido"),
        "judged" => ("Judged by a nurse (shadow)", "Valorado por enfermería (sombra)"),
        "missed_alert" => ("An alert that the console missed", "Una alerta que la consola no dio"),
        "missed_explained" => ("A missed alert explained", "Alerta no dada, explicada"),
        "minutes_logged" => ("Minutes logged", "Minutos anotados"),
        "minutes_struck" => ("Logged minutes taken back", "Minutos anotados, retirados"),
        "rehearsed" => ("Shadow day rehearsed from a scenario", "Día en sombra ensayado con un guion"),
        "rehearsal_judged" => ("An alert of a rehearsal judged", "Alerta de un ensayo valorada"),
        "gate_proof" => ("Go-live need proved", "Requisito de puesta en marcha probado"),
        "gate_override" => ("Go-live need waived", "Requisito de puesta en marcha dispensado"),
        "baa" => ("Date of a vendor's agreement", "Fecha del acuerdo con un proveedor"),
        "signed_off" => ("Signed for going live", "Firmado para la puesta en marcha"),
        "go_live_refused" => ("Going live refused: the gate is closed", "Puesta en marcha rechazada: faltan requisitos"),
        "went_live" => ("Went live", "Puesta en marcha"),
        "went_back_to_shadow" => ("Went back to shadow", "Vuelta al modo sombra"),
        "settings_exported" => ("Settings written to a file", "Configuración escrita en un archivo"),
        "backup_made" => ("The records were copied, and the copy proved", "Se copiaron los registros y se comprobó la copia"),
        "backup_tested" => ("A copy was opened as a test: it can be restored", "Se abrió una copia como prueba: se puede restaurar"),
        "backup_unusable" => ("A copy was tested and cannot be restored", "Se probó una copia y no se puede restaurar"),
        "restored_from_copy" => ("The records were restored from a copy", "Los registros se restauraron de una copia"),
        "message_opened" => ("Opened the message", "Abrió el mensaje"),
        other => return capital(&other.replace('_', " ")),
    };
    pick(l, en, es).into()
}

/// How far a text is.
fn sent_words(status: &str, l: Language) -> &str {
    match status {
        "sent" => pick(l, "sent", "enviado"),
        "would_send" => pick(l, "would have been sent (shadow)", "se habría enviado (sombra)"),
        "held" => pick(l, "held", "en espera"),
        "withheld" => pick(l, "not sent", "no enviado"),
        "failed" => pick(l, "could not be sent, trying again", "no se pudo enviar, se reintenta"),
        other => other,
    }
}
