//! The visits simulator's commands: through the same way in as any EHR, about made-up patients only.

use super::refusal::{field, no_simulator, too_late};
use crate::clock::stopwatch;
use crate::console::{lock, Console};
use crate::spine::Incoming;
use crate::views::{hindrance_words, no_visit, pick, say};
use accept::Found;
use decide::desk::Answer;
use decide::trail::{IntakeOutcome, Line};
use decide::{Phone, Source, Visit, VisitEventType};
use serde_json::{Map, Value};
use std::time::Duration;
use wire::{Language, Person, SimEhrArgs, SimVisitAnswerArgs, SimVisitArgs, SimVisitOutcome, UserError};

/// Appointments that the simulator made up begin so.
pub(crate) const SIMULATED: &str = "SIM-";
/// The built-in EHR answers after so long, unless told otherwise.
pub(crate) const EHR_ANSWERS_AFTER_SECONDS: f64 = 8.0;
const LONGEST_ANSWER_SECONDS: f64 = 3_600.0;
const LONGEST_TEXT: usize = 1_600;
/// A reply goes round by the vendor and its webhook: so long it is waited for.
const REPLY_WAIT: Duration = Duration::from_millis(1_500);
const REPLY_LOOK: Duration = Duration::from_millis(25);

/// The fields of an event, and those of the form that they are filled from.
const FORM: [(&str, &str); 10] = [
    ("event_type", "event_type"),
    ("patient_first_name", "first_name"),
    ("patient_last_name", "last_name"),
    ("patient_phone", "phone"),
    ("provider_first_name", "provider_first_name"),
    ("provider_last_name", "provider_last_name"),
    ("provider_callback_phone", "callback_phone"),
    ("appointment_location", "location"),
    ("appointment_datetime", "wall_clock"),
    ("appointment_timezone", "offset"),
];

fn outcome(outcome: &str, said: impl Into<String>, appointment_id: &str) -> SimVisitOutcome {
    SimVisitOutcome { outcome: outcome.into(), said: said.into(), appointment_id: appointment_id.into() }
}

/// What was typed, or what stands already.
fn or(typed: &str, known: Option<&str>) -> String {
    match typed.trim() {
        "" => known.unwrap_or_default().into(),
        typed => typed.into(),
    }
}

impl Console {
    /// A made-up visit; any other is none of the simulator's.
    fn simulated(&self, appointment_id: &str, l: Language) -> Result<Visit, UserError> {
        self.sandbox.as_ref().ok_or_else(|| no_simulator(l))?;
        if !appointment_id.starts_with(SIMULATED) {
            return Err(field(
                "appointment_id",
                l,
                "The simulator touches made-up visits only.",
                "El simulador solo toca citas inventadas.",
            ));
        }
        lock(&self.reader).visit_of(appointment_id).map_err(super::store_error)?.ok_or_else(|| no_visit(l))
    }

    pub(crate) fn do_sim_visit(&self, who: &Person, args: &SimVisitArgs) -> Result<SimVisitOutcome, UserError> {
        let l = who.language;
        let sandbox = self.sandbox.as_ref().ok_or_else(|| no_simulator(l))?;
        let known = args.appointment_id.as_deref().map(|id| self.simulated(id, l)).transpose()?;
        let event = self.event_of(args, known.as_ref(), l)?;
        let body = Value::Object(event.clone()).to_string().into_bytes();
        let told = decide::decode::appointment::event(&body).map_err(|r| {
            let typed = FORM.iter().find(|(of_event, _)| r.field.as_deref() == Some(of_event)).map_or("event_type", |(_, form)| form);
            refused_field(typed, &r.detail, l)
        })?;
        let number = told.patient_phone.clone().unwrap_or_default();
        if let Some(whose) = lock(&self.engine).desk.people_at(&number).first().cloned() {
            tracing::debug!(?whose, "a made-up visit asked for an enrolled patient's number");
            return Err(field(
                "phone",
                l,
                "An enrolled patient has this number: make up another one.",
                "Un paciente inscrito tiene este número: invente otro.",
            ));
        }
        let (id, event_type) = (told.appointment_id.clone(), told.event_type);
        let answer = self.take(vec![Incoming::Body { source: Source::Simulator, body, found: Found::Visit(told) }], l)?;
        if answer.outcome == IntakeOutcome::Kept {
            sandbox.ehr_sent(&event);
        }
        Ok(became(&answer, &id, event_type, l))
    }

    /// The event as the EHR would send it: what was typed over what is known.
    fn event_of(&self, args: &SimVisitArgs, known: Option<&Visit>, l: Language) -> Result<Map<String, Value>, UserError> {
        let told = known.map(|v| &v.told);
        let fresh = uuid::Uuid::now_v7().simple().to_string();
        let blank = self.blank_visit();
        let (id, patient) = match told {
            Some(e) => (e.appointment_id.clone(), e.patient_id.expose().to_string()),
            // The time-ordered half first, so that the newest sort last.
            None => (format!("{SIMULATED}{}", &fresh[..16].to_uppercase()), format!("{SIMULATED}P{}", &fresh[6..16].to_uppercase())),
        };
        let first = or(&args.first_name, told.map(|e| e.patient_first_name.expose()));
        let last = or(&args.last_name, told.map(|e| e.patient_last_name.expose()));
        if first.is_empty() {
            return Err(field("first_name", l, "The patient needs a first name.", "El paciente necesita un nombre."));
        }
        if last.is_empty() {
            return Err(field("last_name", l, "The patient needs a last name.", "El paciente necesita un apellido."));
        }
        let phone = or(&args.phone, told.and_then(|e| e.patient_phone.as_ref()).map(Phone::expose));
        if phone.is_empty() {
            return Err(field("phone", l, "The patient needs a mobile number.", "El paciente necesita un móvil."));
        }
        let wall = match told {
            Some(e) => or(&args.wall_clock, Some(&e.wall_clock.format("%Y-%m-%dT%H:%M:%S").to_string())),
            None => or(&args.wall_clock, Some(&blank.wall_clock)),
        };
        // A form gives minutes; an event has seconds.
        let wall = if wall.len() == 16 { format!("{wall}:00") } else { wall };
        let zone = match told {
            Some(e) => {
                let m = e.offset_minutes;
                or(&args.offset, Some(&format!("{}{:02}{:02}", if m < 0 { '-' } else { '+' }, m.abs() / 60, m.abs() % 60)))
            }
            None => or(&args.offset, Some(&blank.offset)),
        };
        let of = |typed: &str, known: Option<&str>, fresh: &str| or(typed, Some(known.unwrap_or(fresh)));
        let fields = [
            ("event_type", args.event_type.trim().to_string()),
            // To the second, as the EHR writes it: two events within one second are the same moment.
            ("event_datetime_utc", self.now().format("%Y-%m-%dT%H:%M:%SZ").to_string()),
            ("patient_id", patient),
            ("patient_first_name", first),
            ("patient_last_name", last),
            ("patient_phone", phone),
            ("provider_id", told.map_or_else(|| format!("{SIMULATED}D1"), |e| e.provider_id.clone())),
            (
                "provider_first_name",
                of(&args.provider_first_name, told.map(|e| e.provider_first_name.as_str()), &blank.provider_first_name),
            ),
            ("provider_last_name", of(&args.provider_last_name, told.map(|e| e.provider_last_name.as_str()), &blank.provider_last_name)),
            (
                "provider_callback_phone",
                of(&args.callback_phone, told.and_then(|e| e.provider_callback_phone.as_deref()), &blank.callback_phone),
            ),
            ("appointment_location", of(&args.location, told.map(|e| e.location.as_str()), &blank.location)),
            ("appointment_id", id),
            ("appointment_datetime", wall),
            ("appointment_timezone", zone),
        ];
        Ok(fields.into_iter().map(|(name, value)| (name.to_string(), Value::String(value))).collect())
    }

    pub(crate) fn do_sim_visit_reminder(&self, who: &Person, appointment_id: &str) -> Result<SimVisitOutcome, UserError> {
        let l = who.language;
        let visit = self.simulated(appointment_id, l)?;
        let answer = self.take(vec![Incoming::Remind { visit: visit.id }], l)?;
        if answer.refused.is_some() {
            let now = self.now();
            let (mrn, day) = lock(&self.engine).desk.reminder_day(&visit, now);
            let today = lock(&self.reader).reminders_on(&mrn, &day).map_err(super::store_error)?;
            let engine = lock(&self.engine);
            let zone = engine.desk.visit_plan(&visit, now, today).zone;
            let why = engine.desk.may_remind(&visit, now, today).err();
            let sentence = why.map_or_else(
                || pick(l, "The reminder may not go now.", "El recordatorio no puede salir ahora.").to_string(),
                |h| hindrance_words(&h, &zone, l),
            );
            return Err(too_late(sentence, l));
        }
        Ok(outcome("kept", pick(l, "The reminder is on its way.", "El recordatorio está en camino."), appointment_id))
    }

    pub(crate) fn do_sim_visit_answer(&self, who: &Person, args: &SimVisitAnswerArgs) -> Result<SimVisitOutcome, UserError> {
        let l = who.language;
        let visit = self.simulated(&args.appointment_id, l)?;
        let sandbox = self.sandbox.as_ref().ok_or_else(|| no_simulator(l))?;
        let text = args.text.trim();
        if text.is_empty() || text.chars().count() > LONGEST_TEXT {
            return Err(field("text", l, "Write 1 to 1600 characters.", "Escriba de 1 a 1600 caracteres."));
        }
        let phone = visit.told.patient_phone.clone().unwrap_or_default();
        let from = lock(&self.reader).anchor().map_or(0, |a| a.lines);
        sandbox.reply(phone.expose(), text, None);
        let watch = stopwatch();
        while watch.elapsed() < REPLY_WAIT {
            if let Some(read_as) = self.read_since(from, &phone, text) {
                let said = read_as_visit(&read_as, l);
                return Ok(outcome("kept", said, &args.appointment_id));
            }
            std::thread::sleep(REPLY_LOOK);
        }
        Ok(outcome("kept", pick(l, "The text is on its way.", "El mensaje está en camino."), &args.appointment_id))
    }

    /// How a reply that came after that line was read.
    fn read_since(&self, line: u64, phone: &Phone, text: &str) -> Option<String> {
        let lines = lock(&self.reader).trail_since(line, 500).ok()?;
        lines.into_iter().find_map(|f| match f.entry.line {
            Line::Reply { from, body, read_as, .. } if from == *phone && body == text => Some(read_as),
            _ => None,
        })
    }

    pub(crate) fn do_sim_ehr(&self, who: &Person, args: &SimEhrArgs) -> Result<SimVisitOutcome, UserError> {
        let l = who.language;
        let sandbox = self.sandbox.as_ref().ok_or_else(|| no_simulator(l))?;
        if !(0.0..=LONGEST_ANSWER_SECONDS).contains(&args.after_seconds) {
            return Err(field("after_seconds", l, "Choose 0 to 3600 seconds.", "Elija de 0 a 3600 segundos."));
        }
        sandbox.ehr_answers(args.answers.then_some(args.after_seconds));
        let after = args.after_seconds;
        let said = if args.answers {
            say!(l, "The EHR answers requests after {after} seconds.", "El expediente responde a los {after} segundos.")
        } else {
            pick(l, "The EHR answers nothing by itself.", "El expediente no responde por sí solo.").to_string()
        };
        Ok(outcome("kept", said, ""))
    }
}

/// A field of the form that does not hold.
fn refused_field(name: &str, detail: &str, l: Language) -> UserError {
    match name {
        "phone" | "callback_phone" => field(
            name,
            l,
            "This is not a mobile number: + with country code and digits, e.g. +12025550101.",
            "No es un número móvil: + con código de país y dígitos, p. ej. +12025550101.",
        ),
        "wall_clock" => field(name, l, "This is not a date and time.", "No es una fecha y hora."),
        "offset" => field(name, l, "This is not an offset: e.g. -0500.", "No es un desfase: p. ej. -0500."),
        "event_type" => field(name, l, "This event is not known.", "Este evento no se conoce."),
        _ => {
            let mut e = field(name, l, "This does not fit here.", "Esto no sirve aquí.");
            e.what_happened = detail.into();
            e
        }
    }
}

/// How an answer about a visit was read.
fn read_as_visit(read_as: &str, l: Language) -> String {
    let words = crate::views::read_as_words(read_as, l);
    match read_as {
        "confirm" | "cancel" => say!(l, "Read as {words}. The EHR is asked.", "Leído como {words}. Se pide al expediente."),
        "not_understood" => {
            pick(l, "Not understood: help text once, and put before staff.", "No se entendió: un texto de ayuda y se muestra al personal.")
                .into()
        }
        _ => say!(l, "Read as {words}.", "Leído como {words}."),
    }
}

/// What became of an event, in a sentence.
fn became(answer: &Answer, id: &str, event_type: VisitEventType, l: Language) -> SimVisitOutcome {
    let name = event_type.name();
    match (answer.outcome, answer.reason.as_deref()) {
        (IntakeOutcome::Duplicate, _) => {
            outcome("duplicate", pick(l, "The same event again: counted, nothing else.", "El mismo evento: solo se cuenta."), id)
        }
        (IntakeOutcome::Kept, Some("after_cancel")) => outcome(
            "kept",
            say!(l, "{name} changes nothing: the visit is canceled. Put before staff.", "{name} no cambia nada: la cita está cancelada."),
            id,
        ),
        (IntakeOutcome::Kept, Some("older")) => {
            outcome("kept", pick(l, "Older than what is known: nothing changed.", "Anterior a lo conocido: nada cambió."), id)
        }
        (IntakeOutcome::Kept, _) => outcome("kept", say!(l, "{name} taken.", "{name} recibido."), id),
        (IntakeOutcome::Quarantined, _) => outcome("quarantined", pick(l, "Kept whole, not used.", "Se guarda entero, sin usar."), id),
        (IntakeOutcome::Refused, _) => outcome("refused", pick(l, "Refused.", "Rechazado."), id),
    }
}
