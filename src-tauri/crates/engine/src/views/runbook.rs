//! The runbook's words: decisions, branches, and the data of each step as the trail kept it.

use super::timeline::{self, chart_words, purpose_words};
use super::words::{capital, limit_words, page_reason_words, percent, pick, say, state_words, vital_words};
use decide::outbox::{Act, Effect};
use decide::runbook::{taken, Decision, Taken};
use decide::trail::Line;
use decide::{Episode, Reading, Rule, Severity, Verdict, Vital};
use ledger::Filed;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::str::FromStr;
use wire::{Incident, Language, RunbookBranch, RunbookDatum, RunbookDecision, RunbookStep, RunbookTaken};

/// The decisions as the diagram draws them.
pub(crate) fn decisions(l: Language) -> Vec<RunbookDecision> {
    let branch = |d: Decision, b: &&str| RunbookBranch { id: (*b).into(), words: branch_words(d, b, l).into() };
    Decision::ALL
        .into_iter()
        .map(|d| RunbookDecision {
            id: d.name().into(),
            question: question(d, l).into(),
            branches: d.branches().iter().map(|b| branch(d, b)).collect(),
        })
        .collect()
}

fn question(d: Decision, l: Language) -> &'static str {
    let (en, es) = match d {
        Decision::Judged => ("How far beyond the limit?", "¿Cuánto se aparta del límite?"),
        Decision::Quiet => ("Quiet hours for the patient?", "¿Horas de silencio para el paciente?"),
        Decision::Reach => ("Can the patient be texted?", "¿Se puede escribir al paciente?"),
        Decision::Asked => ("The question to the patient", "La pregunta al paciente"),
        Decision::Answer => ("What did the patient answer?", "¿Qué respondió el paciente?"),
        Decision::Page => ("Page on call, and why?", "¿Llamar a la guardia, y por qué?"),
        Decision::Urgency => ("How urgently?", "¿Con qué urgencia?"),
        Decision::Proof => ("Did the page arrive?", "¿Llegó la llamada?"),
        Decision::Taken => ("Who took it?", "¿Quién lo tomó?"),
        Decision::Closed => ("How did it end?", "¿Cómo terminó?"),
        Decision::Charted => ("In the chart?", "¿En la historia clínica?"),
    };
    pick(l, en, es)
}

fn branch_words(d: Decision, branch: &str, l: Language) -> &'static str {
    let (en, es) = match (d, branch) {
        (Decision::Judged, "routine") => ("routine", "rutina"),
        (Decision::Judged, "abnormal") => ("abnormal", "anormal"),
        (Decision::Judged, "critical") => ("critical", "crítico"),
        (Decision::Judged, _) => ("unverified", "sin verificar"),
        (Decision::Quiet, "no") => ("no", "no"),
        (Decision::Quiet, "held") => ("held until morning", "en espera hasta la mañana"),
        (Decision::Quiet, "paged") => ("never held: page", "no se retiene: llamada"),
        (Decision::Quiet, _) => ("critical: not asked", "crítico: no se mira"),
        (Decision::Reach, "yes") => ("yes", "sí"),
        (Decision::Reach, _) => ("no", "no"),
        (Decision::Asked, "sent") => ("text sent", "mensaje enviado"),
        (Decision::Asked, "held") => ("text held", "mensaje en espera"),
        (Decision::Asked, "withheld") => ("no text", "sin mensaje"),
        (Decision::Asked, "failed") => ("text failed", "el mensaje falló"),
        (Decision::Asked, _) => ("not delivered", "no entregado"),
        (Decision::Answer, "symptoms") => ("symptoms", "con síntomas"),
        (Decision::Answer, "no_symptoms") => ("no symptoms", "sin síntomas"),
        (Decision::Answer, "not_understood") => ("not understood", "no se entendió"),
        (Decision::Answer, "none") => ("no answer", "sin respuesta"),
        (Decision::Answer, _) => ("stopped texts", "no quiere mensajes"),
        (Decision::Page, "critical") => ("critical reading", "lectura crítica"),
        (Decision::Page, "no_answer") => ("no answer", "sin respuesta"),
        (Decision::Page, "symptoms") => ("symptoms", "síntomas"),
        (Decision::Page, "no_text") => ("no text possible", "sin mensaje posible"),
        (Decision::Page, "quiet_hours") => ("quiet hours", "horas de silencio"),
        (Decision::Page, "unverified") => ("unverified value", "valor sin verificar"),
        (Decision::Page, "lease_expired") => ("taken, not finished", "tomado y no terminado"),
        (Decision::Page, "review_overdue") => ("waited too long", "esperó demasiado"),
        (Decision::Page, _) => ("by the nurse", "por enfermería"),
        (Decision::Urgency, "medium") => ("Medium", "Media"),
        (Decision::Urgency, "high") => ("High", "Alta"),
        (Decision::Urgency, _) => ("Critical", "Crítica"),
        (Decision::Proof, "seen") => ("incident seen", "incidente visto"),
        (Decision::Proof, "not_proven") => ("not proven: fallback", "sin comprobar: alternativa"),
        (Decision::Proof, "pager_down") => ("pager down: fallback", "localizador caído: alternativa"),
        (Decision::Proof, _) => ("nobody on call", "nadie de guardia"),
        (Decision::Taken, "pager") => ("at the pager", "en el localizador"),
        (Decision::Taken, "console") => ("on the console", "en la consola"),
        (Decision::Taken, "overdue") => ("nobody in time", "nadie a tiempo"),
        (Decision::Taken, _) => ("lease ran out", "venció el plazo"),
        (Decision::Closed, "acted") => ("acted", "se actuó"),
        (Decision::Closed, "watched") => ("watched", "en observación"),
        (Decision::Closed, "false_alarm") => ("false alarm", "falsa alarma"),
        (Decision::Closed, "wrong_limit") => ("wrong limit", "límite erróneo"),
        (Decision::Closed, "device") => ("device", "dispositivo"),
        (Decision::Closed, "back_to_normal") => ("back to normal", "de nuevo normal"),
        (Decision::Closed, _) => ("resolved at the pager", "resuelto en el localizador"),
        (Decision::Charted, "queued") => ("queued", "en cola"),
        (Decision::Charted, "done") => ("all three found", "los tres presentes"),
        (Decision::Charted, "blocked") => ("blocked", "bloqueado"),
        (Decision::Charted, "failed") => ("refused", "rechazado"),
        (Decision::Charted, _) => ("waits for a person", "espera a una persona"),
    };
    pick(l, en, es)
}

/// The branches each line took; a verdict changes what later lines are read against.
fn walk(lines: &[Filed]) -> Vec<Vec<Taken>> {
    let mut judged = Severity::Routine;
    lines
        .iter()
        .map(|filed| {
            if let Line::Verdict { severity, .. } = &filed.entry.line {
                judged = *severity;
            }
            taken(&filed.entry.line, judged)
        })
        .collect()
}

/// One line of the list.
pub(crate) fn incident(e: &Episode, lines: &[Filed], case_id: String, l: Language) -> Incident {
    // The worst verdict and the last branch of every other decision stand for it.
    let mut last: BTreeMap<Decision, &'static str> = BTreeMap::new();
    for (decision, branch) in walk(lines).into_iter().flatten() {
        let worse = |now: &&str| decision.branches().iter().position(|b| b == now);
        if decision != Decision::Judged || last.get(&decision).is_none_or(|was| worse(was) < worse(&branch)) {
            last.insert(decision, branch);
        }
    }
    let urgency = last.get(&Decision::Urgency).map(|b| branch_words(Decision::Urgency, b, l));
    let path = last.iter().filter_map(|(d, b)| match (d, *b) {
        // What another branch says already is left out.
        (Decision::Judged | Decision::Reach | Decision::Urgency, _)
        | (Decision::Quiet, "no" | "not_asked" | "paged")
        | (Decision::Proof, "seen") => None,
        (Decision::Page, _) => Some(say!(l, "paged {0}", "llamada {0}", urgency.unwrap_or_default())),
        (d, b) => Some(branch_words(*d, b, l).to_string()),
    });
    let path: Vec<String> = path.collect();
    Incident {
        id: decide::input::RowId::Episode(e.id).to_string(),
        case_id,
        vital: capital(vital_words(e.vital, l)),
        value: value_of(e),
        severity: match e.worst {
            Severity::Critical => "critical",
            Severity::Abnormal => "abnormal",
            Severity::Routine => "info",
        }
        .into(),
        opened_at: e.opened_at,
        closed_at: e.closed.as_ref().map(|c| c.at),
        shadow: !e.live,
        path,
    }
}

fn value_of(e: &Episode) -> String {
    if e.vital == Vital::Symptoms {
        return String::new();
    }
    let shown = e.acted.as_ref().unwrap_or(&e.latest);
    format!("{} {}", shown.value.text(), e.vital.unit())
}

/// What the steps are told with, beside the lines themselves.
pub(crate) struct Beside<'a> {
    /// Readings of the episode, in the order they joined.
    pub readings: &'a [Reading],
    pub effects: &'a [Effect],
    /// The wall clock of an instant.
    pub clock: &'a dyn Fn(decide::At) -> String,
}

/// The lines as steps.
pub(crate) fn steps(lines: &[Filed], beside: &Beside<'_>, l: Language) -> Vec<RunbookStep> {
    let mut next = 0;
    let branches = walk(lines);
    lines
        .iter()
        .zip(branches)
        .map(|(filed, taken)| {
            let told = timeline::line(filed, l);
            RunbookStep {
                seq: filed.seq,
                at: filed.entry.at,
                local_time: (beside.clock)(filed.entry.at),
                title: told.title,
                reason: told.reason,
                by: told.by,
                taken: taken.into_iter().map(|(d, b)| RunbookTaken { decision: d.name().into(), branch: b.into() }).collect(),
                data: data(&filed.entry.line, beside, &mut next, l),
                raw: told.raw,
            }
        })
        .collect()
}

/// A list of what was known, in words.
struct Known<'a> {
    l: Language,
    list: &'a mut Vec<RunbookDatum>,
}

impl Known<'_> {
    fn add(&mut self, en: &'static str, es: &'static str, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() {
            self.list.push(RunbookDatum { name: pick(self.l, en, es).into(), value });
        }
    }
}

fn plain(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), String::from)
}

fn data(line: &Line, beside: &Beside<'_>, next: &mut usize, l: Language) -> Vec<RunbookDatum> {
    let mut list = Vec::new();
    let mut known = Known { l, list: &mut list };
    let number = |v: &Option<serde_json::Value>| v.as_ref().and_then(|v| Decimal::from_str(&plain(v)).ok());
    match line {
        Line::Verdict { vital, value, unit, rule, limit, limit_value, compared, distance_percent, flags, severity, .. } => {
            let text = plain(value);
            known.add("Value", "Valor", format!("{text} {unit}"));
            let joined = beside.readings.iter().skip(*next).position(|r| r.arrival.value.text() == text);
            if let Some(nth) = joined {
                let r = &beside.readings[*next + nth];
                *next += nth + 1;
                known.add("As given", "Como llegó", r.arrival.given.clone());
                known.add("Measured", "Medido", (beside.clock)(r.arrival.measured.instant()));
                known.add("Received", "Recibido", (beside.clock)(r.arrived));
                known.add("From", "De", r.source.name());
                known.add("Code", "Código", format!("LOINC {}", r.arrival.loinc));
                known.add("Status", "Estado", r.arrival.status.code());
            }
            let verdict = Verdict {
                severity: *severity,
                rule: if rule == Rule::Stat.name() { Rule::Stat } else { Rule::BeyondLimit },
                limit: limit.clone(),
                limit_value: number(limit_value),
                compared: number(compared),
                distance_percent: number(distance_percent),
                direction: None,
            };
            known.add("Limit in force", "Límite vigente", limit_words(&verdict, l).unwrap_or_default());
            known.add("Compared", "Comparado", verdict.compared.map(decide::plain).unwrap_or_default());
            known.add("Distance", "Distancia", verdict.distance_percent.map(percent).unwrap_or_default());
            known.add("Rule", "Regla", rule.replace('_', " "));
            known.add("Also true", "Además", flags.join(", ").replace('_', " "));
            let _ = vital;
        }
        Line::Episode { state, reason, .. } => {
            known.add("State", "Estado", state_words(*state, l));
            known.add("Because", "Porque", reason.clone().unwrap_or_default().replace('_', " "));
        }
        Line::Sms { to, purpose, body, status, reason, until, detail, .. } => {
            known.add("Text", "Mensaje", capital(purpose_words(*purpose, l)));
            known.add("To", "Para", to.expose());
            known.add("Words", "Texto", body.clone());
            known.add("What came of it", "Resultado", status.replace('_', " "));
            known.add("Because", "Porque", reason.clone().unwrap_or_default().replace('_', " "));
            known.add("Waits until", "Espera hasta", until.map(|u| (beside.clock)(u)).unwrap_or_default());
            known.add("More", "Más", detail.clone().unwrap_or_default());
        }
        Line::Reply { from, body, read_as, .. } => {
            known.add("From", "De", from.expose());
            known.add("Words", "Texto", body.clone());
            known.add("Understood as", "Se entendió", super::read_as_words(read_as, l));
        }
        Line::Delivery { to, status, error_code, .. } => {
            known.add("To", "Para", to.expose());
            known.add("Carrier says", "El operador dice", status.clone());
            known.add("Twilio code", "Código de Twilio", error_code.map(|c| c.to_string()).unwrap_or_default());
        }
        Line::Page { dedup_key, severity, urgency_word, reason, status, detail, .. } => {
            known.add("Reason", "Motivo", page_reason_words(*reason, l));
            known.add("Urgency", "Urgencia", say!(l, "{0}, sent as {severity}", "{0}, enviada como {severity}", urgency_word.word()));
            known.add("Key", "Clave", dedup_key.clone());
            known.add("What came of it", "Resultado", status.replace('_', " "));
            known.add("More", "Más", detail.clone().unwrap_or_default());
            let page = beside.effects.iter().find_map(|f| match &f.act {
                Act::Page(p) if p.dedup_key == *dedup_key => Some(p),
                _ => None,
            });
            if let Some(page) = page {
                known.add("The clinician read", "El médico leyó", page.summary.clone());
                known.add("Reply known", "Respuesta conocida", page.details.get("reply").cloned().unwrap_or_default());
            }
        }
        Line::Slack { text, status, .. } => {
            known.add("Post", "Aviso", text.clone().unwrap_or_default());
            known.add("What came of it", "Resultado", status.replace('_', " "));
        }
        Line::Chart { purpose, status, reason, .. } => {
            known.add("Entry", "Entrada", capital(chart_words(*purpose, l)));
            known.add("What came of it", "Resultado", status.replace('_', " "));
            known.add("Because", "Porque", reason.clone().unwrap_or_default().replace('_', " "));
        }
        Line::Incident { action, note, dedup_key, .. } => {
            known.add("The pager says", "El localizador dice", action.replace('_', " "));
            known.add("Note", "Nota", note.clone().unwrap_or_default());
            known.add("Key", "Clave", dedup_key.clone());
        }
        Line::Act { detail, .. } => known.add("Detail", "Detalle", detail.clone().unwrap_or_default()),
        Line::Attention { detail, .. } => known.add("Detail", "Detalle", detail.clone()),
        _ => {}
    }
    list
}
