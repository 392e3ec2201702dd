//! The simulator's commands: through the built-in vendors and the same way in as any device cloud.

use super::refusal::{field, no_simulator, vendor};
use crate::clock::stopwatch;
use crate::console::{lock, Console};
use crate::shorthand::{observation, Short};
use crate::spine::Incoming;
use crate::views::{self, pick, say};
use accept::Found;
use decide::desk::Answer;
use decide::input::RowId;
use decide::outbox::Vendor;
use decide::trail::{IntakeOutcome, Line};
use decide::{minutes, Mrn, Severity, Source, Vital};
use ledger::{Page, TrailFilter};
use sandbox::{FaultState, PageAct, Sandbox, VendorFault};
use std::sync::Arc;
use std::time::Duration;
use wire::{
    Language, Person, PlayedScenario, SimDemoArgs, SimOnCallArgs, SimOutcome, SimPageArgs, SimPlayArgs, SimReadingArgs, SimReplyArgs,
    SimVendorArgs, UserError,
};

/// A reply goes round by the vendor and its webhook: so long it is waited for, to say how it was read.
const REPLY_WAIT: Duration = Duration::from_millis(1_500);
const REPLY_LOOK: Duration = Duration::from_millis(25);
/// A slow vendor answers after so long.
const SLOW_SECONDS: f64 = 4.0;
const LONGEST_SCENARIO: usize = 1 << 20;

fn outcome(outcome: &str, said: impl Into<String>, row: Option<RowId>) -> SimOutcome {
    SimOutcome { outcome: outcome.into(), said: said.into(), row: row.map(|r| r.to_string()) }
}

/// A JSON number as a device writes it: no fraction where there is none.
fn number(v: f64) -> Option<serde_json::Number> {
    if v.fract() == 0.0 && v.abs() < 1e9 {
        return Some((v as i64).into());
    }
    serde_json::Number::from_f64(v)
}

impl Console {
    fn built_in(&self, l: Language) -> Result<&Arc<Sandbox>, UserError> {
        self.sandbox.as_ref().ok_or_else(|| no_simulator(l))
    }

    fn enrolled(&self, mrn: &str) -> Result<Mrn, UserError> {
        let mrn = Mrn::new(mrn);
        let there = lock(&self.engine).desk.patients.contains_key(&mrn);
        there.then_some(mrn).ok_or_else(|| UserError::not_found("That patient"))
    }

    pub(crate) fn do_sim_reading(&self, who: &Person, args: &SimReadingArgs) -> Result<SimOutcome, UserError> {
        let l = who.language;
        self.built_in(l)?;
        let vital = Vital::named(&args.vital).ok_or_else(|| field("vital", l, "This vital is not known.", "Este signo no se conoce."))?;
        if !(-2880.0..=525_600.0).contains(&args.minutes_ago) {
            return Err(field("minutes_ago", l, "Choose a time within the last year.", "Elija una hora dentro del último año."));
        }
        if args.mrn.trim().is_empty() {
            return Err(field("mrn", l, "Choose a patient.", "Elija un paciente."));
        }
        let part = |name: &'static str, v: Option<f64>| match v {
            Some(v) => number(v).ok_or_else(|| field(name, l, "This is not a number.", "No es un número.")),
            None => Err(field(name, l, "Enter a value.", "Escriba un valor.")),
        };
        let bp = vital == Vital::Bp;
        let now = self.now();
        let short = Short {
            mrn: args.mrn.trim().into(),
            vital,
            systolic: bp.then(|| part("systolic", args.systolic)).transpose()?,
            diastolic: bp.then(|| part("diastolic", args.diastolic)).transpose()?,
            value: (!bp).then(|| part("value", args.value)).transpose()?,
            unit: match args.unit.as_deref() {
                None | Some("") => None,
                Some("none") => Some(None),
                Some(unit) => Some(Some(unit.to_string())),
            },
            measured_at: now - minutes(args.minutes_ago),
            status: "final".into(),
            source_id: uuid::Uuid::now_v7().to_string(),
            version: None,
        };
        let body = serde_json::to_vec(&observation(&short)).unwrap_or_default();
        let found = match decide::decode::entries(&body) {
            Ok(body) => Found::Readings { bundle: body.bundle, entries: body.entries },
            Err(refusal) => Found::Refused(refusal),
        };
        let answer = self.take(vec![Incoming::Body { source: Source::Simulator, body, found }], l)?;
        Ok(self.became(&answer, &Mrn::new(short.mrn), l))
    }

    /// What became of a reading, in a sentence.
    fn became(&self, answer: &Answer, mrn: &Mrn, l: Language) -> SimOutcome {
        let reason = answer.reason.as_deref().map(|r| views::quarantine_title(r, l)).unwrap_or_default();
        match answer.outcome {
            IntakeOutcome::Duplicate => outcome(
                "duplicate",
                pick(l, "The same reading again: counted, nothing else.", "La misma lectura: solo se cuenta."),
                answer.row,
            ),
            IntakeOutcome::Quarantined => {
                outcome("quarantined", say!(l, "Kept whole, not used: {reason}.", "Se guarda entera, sin usar: {reason}."), answer.row)
            }
            IntakeOutcome::Refused => outcome("refused", say!(l, "Refused: {reason}.", "Rechazada: {reason}."), answer.row),
            IntakeOutcome::Kept => {
                let (judged, severity) = self.judged(mrn, l);
                let then = answer.row.map(|row| self.consequence(row, severity, l)).unwrap_or_default();
                let said = say!(l, "Kept: {judged}{then}.", "Guardada: {judged}{then}.");
                outcome("kept", said, answer.row)
            }
        }
    }

    /// The newest verdict on the trail, in words.
    fn judged(&self, mrn: &Mrn, l: Language) -> (String, Option<Severity>) {
        let filter = TrailFilter { kinds: vec!["verdict".into()], mrn: Some(mrn.clone()), ..TrailFilter::default() };
        let newest = lock(&self.reader).trail(&filter, Page::first(1)).ok().and_then(|lines| lines.into_iter().next());
        let Some(Line::Verdict { severity, rule, flags, .. }) = newest.map(|f| f.entry.line) else {
            return (pick(l, "stored", "guardada").into(), None);
        };
        let word = match (severity, rule.as_str()) {
            (_, "implausible") => pick(l, "not plausible", "no verosímil"),
            (_, "not_enough_readings") => pick(l, "nothing yet to compare it with", "aún sin con qué compararla"),
            (Severity::Routine, _) => pick(l, "inside the limits", "dentro de los límites"),
            (Severity::Abnormal, _) => pick(l, "abnormal", "anormal"),
            (Severity::Critical, _) => pick(l, "critical", "crítica"),
        };
        let late = flags.iter().any(|f| matches!(f.as_str(), "late" | "out_of_order"));
        let word =
            if late { format!("{word} ({})", pick(l, "old: no text, no page", "antigua: sin mensaje ni llamada")) } else { word.into() };
        (word, Some(severity))
    }

    /// What the row that a reading touched does now.
    fn consequence(&self, row: RowId, severity: Option<Severity>, l: Language) -> String {
        let engine = lock(&self.engine);
        let words = match row {
            RowId::Task(_) => pick(l, ", put before staff", ", se muestra al personal"),
            RowId::Episode(id) => match engine.desk.episodes.get(&id) {
                Some(e) => {
                    let asked = e.question.as_ref().is_some_and(|q| q.open());
                    let paged = e.pages.iter().any(|p| !p.resolved);
                    match (severity, paged, asked, e.held_until.is_some()) {
                        (Some(Severity::Routine), _, _, _) => pick(l, ", joined its open row", ", se une a su fila abierta"),
                        (_, true, true, _) => {
                            pick(l, ", on call is paged and the patient is asked", ", se llama a la guardia y se pregunta al paciente")
                        }
                        (_, true, false, _) => pick(l, ", on call is paged", ", se llama a la guardia"),
                        (_, false, true, _) => pick(l, ", the patient is asked by text", ", se pregunta al paciente por mensaje"),
                        (_, false, false, true) => pick(l, ", held for the end of quiet hours", ", espera el fin de las horas de silencio"),
                        _ => pick(l, ", put before the nurse", ", se muestra a enfermería"),
                    }
                }
                None => "",
            },
        };
        words.into()
    }

    pub(crate) fn do_sim_reply(&self, who: &Person, args: &SimReplyArgs) -> Result<SimOutcome, UserError> {
        let l = who.language;
        let sandbox = self.built_in(l)?;
        let text = args.text.trim();
        if text.is_empty() || text.chars().count() > 1_600 {
            return Err(field("text", l, "Write 1 to 1600 characters.", "Escriba de 1 a 1600 caracteres."));
        }
        let mrn = self.enrolled(&args.mrn)?;
        let phone = lock(&self.engine).desk.patients.get(&mrn).and_then(|p| p.phone.clone()).filter(|p| !p.is_empty());
        let phone = phone.ok_or_else(|| field("mrn", l, "This patient has no mobile number.", "Este paciente no tiene móvil."))?;
        let from = self.last_line();
        sandbox.reply(phone.expose(), text, None);
        let watch = stopwatch();
        while watch.elapsed() < REPLY_WAIT {
            if let Some((read_as, row)) = self.reply_since(from, phone.expose(), text) {
                let read = views::read_as_words(&read_as, l);
                let then = row.map(|row| self.consequence(row, None, l)).unwrap_or_default();
                return Ok(outcome("kept", say!(l, "Read as {read}{then}.", "Leído como {read}{then}."), row));
            }
            std::thread::sleep(REPLY_LOOK);
        }
        Ok(outcome("kept", pick(l, "The text is on its way.", "El mensaje está en camino."), None))
    }

    fn last_line(&self) -> u64 {
        lock(&self.reader).anchor().map_or(0, |a| a.lines)
    }

    fn reply_since(&self, line: u64, phone: &str, text: &str) -> Option<(String, Option<RowId>)> {
        let lines = lock(&self.reader).trail_since(line, 500).ok()?;
        lines.into_iter().find_map(|f| match f.entry.line {
            Line::Reply { from, body, read_as, .. } if from.expose() == phone && body == text => {
                Some((read_as, f.entry.episode.map(RowId::Episode)))
            }
            _ => None,
        })
    }

    pub(crate) fn do_sim_page(&self, who: &Person, args: &SimPageArgs) -> Result<SimOutcome, UserError> {
        let l = who.language;
        let sandbox = self.built_in(l)?;
        let act = PageAct::named(&args.action)
            .ok_or_else(|| field("action", l, "This is not something the pager can do.", "El localizador no puede hacer eso."))?;
        let by = (!args.by.trim().is_empty()).then(|| args.by.trim());
        let note = (!args.note.trim().is_empty()).then(|| args.note.trim());
        sandbox.act(&args.incident, act, by, note).map_err(|e| vendor(views::capital(&format!("{e}.")), l))?;
        let row = {
            let engine = lock(&self.engine);
            let of = |p: &decide::PageStep| p.incident.as_deref() == Some(&args.incident) || p.dedup_key == args.incident;
            engine.desk.episodes.values().find(|e| e.pages.iter().any(of)).map(|e| RowId::Episode(e.id))
        };
        let by = by.unwrap_or(&sandbox.config().pagerduty.on_call).to_string();
        let said = match act {
            PageAct::Acknowledge => say!(l, "{by} acknowledged at the pager.", "{by} atendió en el localizador."),
            PageAct::Resolve => say!(l, "{by} resolved it at the pager.", "{by} lo resolvió en el localizador."),
            PageAct::AutoResolve => {
                pick(l, "The pager resolved it by itself: nobody has reviewed it.", "El localizador lo resolvió solo: nadie lo revisó.")
                    .into()
            }
            PageAct::Annotate => say!(l, "{by} wrote a note at the pager.", "{by} escribió una nota en el localizador."),
        };
        Ok(outcome("kept", said, row))
    }

    pub(crate) fn do_sim_vendor(&self, who: &Person, args: &SimVendorArgs) -> Result<SimOutcome, UserError> {
        let l = who.language;
        let sandbox = self.built_in(l)?;
        let which =
            Vendor::named(&args.vendor).ok_or_else(|| field("vendor", l, "This vendor is not known.", "Este proveedor no se conoce."))?;
        let fault = match args.state.as_str() {
            "up" => FaultState::Up,
            "down" => FaultState::Down,
            "unreachable" => FaultState::Unreachable,
            "slow" => FaultState::Slow { delay_s: SLOW_SECONDS },
            "rate_limited" => FaultState::RateLimited { retry_after_s: Some(5) },
            "reject" => FaultState::Reject { status: None, error_code: None },
            "accept_then_drop" => FaultState::AcceptThenDrop,
            _ => return Err(field("state", l, "This state is not known.", "Este estado no se conoce.")),
        };
        let up = fault == FaultState::Up;
        sandbox.set_fault(which, VendorFault::lasting(fault));
        let name = views::label(which);
        let state = args.state.replace('_', " ");
        let said = if up {
            say!(l, "{name} works again.", "{name} funciona de nuevo.")
        } else {
            say!(l, "{name} is now {state}.", "{name}: ahora {state}.")
        };
        Ok(outcome("kept", said, None))
    }

    pub(crate) fn do_sim_on_call(&self, who: &Person, args: &SimOnCallArgs) -> Result<SimOutcome, UserError> {
        let l = who.language;
        self.built_in(l)?.on_call(args.present);
        let said = if args.present {
            pick(l, "Somebody is on call.", "Hay alguien de guardia.")
        } else {
            pick(l, "Nobody is on call.", "No hay nadie de guardia.")
        };
        Ok(outcome("kept", said, None))
    }

    pub(crate) fn do_sim_play(&self, who: &Person, args: &SimPlayArgs) -> Result<PlayedScenario, UserError> {
        let l = who.language;
        if args.text.trim().is_empty() || args.text.len() > LONGEST_SCENARIO {
            return Err(field(
                "text",
                l,
                "A scenario file has something in it and at most 1 MB.",
                "Un escenario no está vacío y ocupa como máximo 1 MB.",
            ));
        }
        let played = (self.play)(&args.text);
        lock(&self.remembered).played = Some(played.clone());
        Ok(played)
    }

    pub(crate) fn do_sim_demo(&self, who: &Person, args: &SimDemoArgs) -> Result<SimOutcome, UserError> {
        let l = who.language;
        if !(0.1..=600.0).contains(&args.speed) {
            return Err(field(
                "speed",
                l,
                "The demo day goes from 0.1 to 600 times as fast.",
                "El día de demostración va de 0,1 a 600 veces más rápido.",
            ));
        }
        self.demo.set(args.playing, args.speed).map_err(|why| vendor(why, l))?;
        let said = if args.playing {
            pick(l, "The demo day plays.", "El día de demostración está en marcha.")
        } else {
            pick(l, "The demo day stands still.", "El día de demostración está parado.")
        };
        Ok(outcome("kept", said, None))
    }
}
