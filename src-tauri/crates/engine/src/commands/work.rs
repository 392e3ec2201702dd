//! What a person does to a row. Each act is an input of the spine and can be undone for ten seconds.

use super::refusal::{field, not_stored, refused, too_late};
use crate::console::{lock, Console};
use crate::spine::Incoming;
use crate::views::{self, pick, row_id, say};
use decide::desk::Answer;
use decide::input::{Act, Input, RowId};
use decide::trail::IntakeOutcome;
use decide::{followup::nurse::DISPOSITIONS, minutes};
use rust_decimal::Decimal;
use wire::{CallArgs, CloseArgs, Done, Language, MuteArgs, NoteArgs, PageArgs, Person, ShelveArgs, TextArgs, Undo, UserError};

/// An act can be taken back for so long.
pub(super) const UNDO_SECONDS: f64 = 10.0;
const LONGEST_REASON: usize = 300;
const LONGEST_NOTE: usize = 4_000;
const LONGEST_TEXT: usize = 1_600;
const LONGEST_MUTE_MINUTES: f64 = 60.0;
const OUTCOMES: [&str; 4] = ["reached", "voicemail", "no_answer", "wrong_number"];

/// Words that must be there and not be too many.
pub(super) fn words(name: &str, text: &str, longest: usize, l: Language) -> Result<String, UserError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(field(name, l, "This must not be empty.", "No puede quedar vacío."));
    }
    at_most(name, text, longest, l)
}

fn at_most(name: &str, text: &str, longest: usize, l: Language) -> Result<String, UserError> {
    if text.chars().count() > longest {
        return Err(field(name, l, "This is too long.", "Es demasiado largo."));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(field(name, l, "There are signs in it that cannot be shown.", "Contiene signos que no se pueden mostrar."));
    }
    Ok(text.trim().to_string())
}

fn minutes_spent(given: Option<f64>, l: Language) -> Result<Option<Decimal>, UserError> {
    let wrong = || field("minutes", l, "Minutes go from 0 to 600.", "Los minutos van de 0 a 600.");
    given
        .map(|m| {
            if (0.0..=600.0).contains(&m) {
                Decimal::from_f64_retain(m).map(|d| d.round_dp(2).normalize()).ok_or_else(wrong)
            } else {
                Err(wrong())
            }
        })
        .transpose()
}

impl Console {
    /// Hands one input over and waits for its answer.
    pub(crate) fn take(&self, incoming: Vec<Incoming>, l: Language) -> Result<Answer, UserError> {
        let answers = (self.submit)(incoming).ok_or_else(|| not_stored(l))?;
        Ok(answers.into_iter().rev().flatten().next().unwrap_or_default())
    }

    fn act(&self, who: &Person, act: Act, said: String) -> Result<Done, UserError> {
        let input = Input::Act { who: who.name.clone(), act, undo_seconds: UNDO_SECONDS };
        let answer = self.take(vec![Incoming::Direct(input)], who.language)?;
        if let Some(why) = answer.refused {
            return Err(refused(&why, who.language));
        }
        Ok(Done { said, undo: answer.undo.map(|(token, until)| Undo { token: token.to_string(), until }) })
    }

    /// The row, whom it is about, and that the key works on it now.
    fn row(&self, id: &str, letter: &str, l: Language) -> Result<(RowId, String), UserError> {
        let row = row_id(id)?;
        let engine = lock(&self.engine);
        let (allowed, whom) = views::allowed(&engine.desk, row, self.now(), l).ok_or_else(|| UserError::not_found("That row"))?;
        if !allowed.iter().any(|a| a == letter) {
            return Err(too_late(
                pick(l, "That cannot be done with this row as it is now.", "Eso no se puede hacer con esta fila como está ahora."),
                l,
            ));
        }
        Ok((row, whom))
    }

    pub(crate) fn do_acknowledge(&self, who: &Person, id: &str) -> Result<Done, UserError> {
        let (row, whom) = self.row(id, "A", who.language)?;
        self.act(who, Act::Acknowledge { row }, say!(who.language, "Acknowledged: {whom}.", "Atendido: {whom}."))
    }

    pub(crate) fn do_claim(&self, who: &Person, id: &str) -> Result<Done, UserError> {
        let (row, whom) = self.row(id, "C", who.language)?;
        self.act(who, Act::Claim { row }, say!(who.language, "You are taking this: {whom}.", "Usted se encarga: {whom}."))
    }

    pub(crate) fn do_shelve(&self, who: &Person, args: ShelveArgs) -> Result<Done, UserError> {
        let l = who.language;
        if !(1.0..=1440.0).contains(&args.minutes) {
            return Err(field("minutes", l, "A shelf lasts from 1 minute to 24 hours.", "Se aplaza de 1 minuto a 24 horas."));
        }
        let reason = words("reason", &args.reason, LONGEST_REASON, l)?;
        let (row, whom) = self.row(&args.id, "S", l)?;
        let said = say!(l, "Put aside: {whom}. A higher severity brings it back.", "Aplazado: {whom}. Vuelve si empeora.");
        self.act(who, Act::Shelve { row, minutes: args.minutes, reason }, said)
    }

    pub(crate) fn do_unshelve(&self, who: &Person, id: &str) -> Result<Done, UserError> {
        let (row, whom) = self.row(id, "U", who.language)?;
        self.act(who, Act::Unshelve { row }, say!(who.language, "Back on the list: {whom}.", "De nuevo en la lista: {whom}."))
    }

    pub(crate) fn do_text(&self, who: &Person, args: TextArgs) -> Result<Done, UserError> {
        let l = who.language;
        let body = words("body", &args.body, LONGEST_TEXT, l)?;
        let row = row_id(&args.id)?;
        // Whether this patient may be texted is the desk's to say, with the reason.
        let said = pick(l, "The text goes out in 10 seconds.", "El mensaje sale en 10 segundos.");
        self.act(who, Act::Text { row, body }, said.into())
    }

    pub(crate) fn do_page(&self, who: &Person, args: PageArgs) -> Result<Done, UserError> {
        let l = who.language;
        let reason = words("reason", &args.reason, LONGEST_REASON, l)?;
        let (row, whom) = self.row(&args.id, "P", l)?;
        let said = say!(l, "On call is paged about {whom} in 10 seconds.", "Se llama a la guardia por {whom} en 10 segundos.");
        self.act(who, Act::Page { row, reason }, said)
    }

    pub(crate) fn do_call(&self, who: &Person, args: CallArgs) -> Result<Done, UserError> {
        let l = who.language;
        if !OUTCOMES.contains(&args.outcome.as_str()) {
            return Err(field("outcome", l, "Say how the call ended.", "Indique cómo terminó la llamada."));
        }
        let note = at_most("note", &args.note, LONGEST_NOTE, l)?;
        let (row, whom) = self.row(&args.id, "L", l)?;
        let said = say!(l, "Call logged: {whom}.", "Llamada anotada: {whom}.");
        self.act(who, Act::Call { row, outcome: args.outcome, note }, said)
    }

    pub(crate) fn do_note(&self, who: &Person, args: NoteArgs) -> Result<Done, UserError> {
        let l = who.language;
        let text = words("text", &args.text, LONGEST_NOTE, l)?;
        let (row, whom) = self.row(&args.id, "N", l)?;
        self.act(who, Act::Note { row, text }, say!(l, "Note kept: {whom}.", "Nota guardada: {whom}."))
    }

    pub(crate) fn do_close(&self, who: &Person, args: CloseArgs) -> Result<Done, UserError> {
        let l = who.language;
        if !DISPOSITIONS.contains(&args.disposition.as_str()) {
            return Err(field("disposition", l, "Say how it ended: 1 to 5.", "Indique cómo terminó: de 1 a 5."));
        }
        let spent = minutes_spent(args.minutes, l)?;
        let note = at_most("note", &args.note, LONGEST_NOTE, l)?;
        let (row, whom) = self.row(&args.id, "1-5", l)?;
        let closed = matches!(row, RowId::Episode(n) if lock(&self.engine).desk.episodes.get(&n).is_some_and(|e| !e.is_open()));
        if closed {
            return Err(too_late(pick(l, "That episode is closed already.", "Ese episodio ya está cerrado."), l));
        }
        let missing = matches!(row, RowId::Episode(_)) && spent.is_none();
        let said = if missing {
            say!(l, "Closed: {whom}. The minutes are still to be entered.", "Cerrado: {whom}. Faltan los minutos.")
        } else {
            say!(l, "Closed: {whom}.", "Cerrado: {whom}.")
        };
        self.act(who, Act::Close { row, disposition: args.disposition, minutes: spent, note }, said)
    }

    pub(crate) fn do_complete(&self, who: &Person, args: CloseArgs) -> Result<Done, UserError> {
        let l = who.language;
        let spent = minutes_spent(args.minutes, l)?;
        let note = at_most("note", &args.note, LONGEST_NOTE, l)?;
        let (row, whom) = self.row(&args.id, "1-5", l)?;
        let waits = matches!(row, RowId::Episode(n) if lock(&self.engine).desk.episodes.get(&n).is_some_and(views::waits_for_words));
        if !waits {
            return Err(too_late(pick(l, "Nothing is missing there.", "Allí no falta nada."), l));
        }
        if spent.is_none() && note.is_empty() {
            return Err(field("minutes", l, "Enter the minutes or the note.", "Anote los minutos o la nota."));
        }
        self.act(who, Act::Complete { row, minutes: spent, note }, say!(l, "Record completed: {whom}.", "Registro completado: {whom}."))
    }

    pub(crate) fn do_undo(&self, who: &Person, token: &str) -> Result<Done, UserError> {
        let l = who.language;
        if let Some(version) = token.strip_prefix(super::scripts::UNDO) {
            return self.undo_script(who, version);
        }
        let token = token
            .parse()
            .map_err(|_| field("token", l, "There is nothing to undo by that name.", "No hay nada que deshacer con ese nombre."))?;
        let answer = self.take(vec![Incoming::Direct(Input::Undo { who: who.name.clone(), token })], l)?;
        match answer.refused {
            Some(why) => Err(refused(&why, l)),
            None => Ok(Done { said: pick(l, "Undone.", "Deshecho.").into(), undo: None }),
        }
    }

    pub(crate) fn do_mute(&self, who: &Person, args: &MuteArgs) -> Result<Done, UserError> {
        let l = who.language;
        if !(0.0..=LONGEST_MUTE_MINUTES).contains(&args.minutes) {
            return Err(field("minutes", l, "The sound is muted for 60 minutes at most.", "El sonido se silencia 60 minutos como máximo."));
        }
        let now = self.now();
        let until = (args.minutes > 0.0).then(|| now + minutes(args.minutes));
        self.on_trail(who, if until.is_some() { "mute" } else { "unmute" })?;
        self.sound.mute(now, until);
        let n = args.minutes;
        let said = match until {
            Some(_) => say!(
                l,
                "Muted for {n} minutes. A new critical sounds all the same.",
                "Silenciado {n} minutos. Un crítico nuevo suena igual."
            ),
            None => pick(l, "The sound is on.", "El sonido está activo.").into(),
        };
        Ok(Done { said, undo: None })
    }

    pub(crate) fn do_sound_test(&self, who: &Person) -> Result<Done, UserError> {
        self.on_trail(who, "sound_test")?;
        self.sound.test(self.now());
        Ok(Done {
            said: pick(who.language, "The critical pattern plays now. Can you hear it?", "Suena ahora el patrón crítico. ¿Lo oye?").into(),
            undo: None,
        })
    }

    /// Something done that belongs on the trail only.
    fn on_trail(&self, who: &Person, what: &str) -> Result<(), UserError> {
        let input = Input::Act { who: who.name.clone(), act: Act::Saw { what: what.into(), mrn: None }, undo_seconds: 0.0 };
        self.take(vec![Incoming::Direct(input)], who.language).map(|_| ())
    }

    pub(crate) fn waiting_record(&self, id: u64) -> Result<(), UserError> {
        let there = lock(&self.engine).desk.quarantine.contains_key(&id);
        there.then_some(()).ok_or_else(|| UserError::not_found("That record"))
    }

    pub(crate) fn do_reprocess(&self, who: &Person, id: u64) -> Result<Done, UserError> {
        let l = who.language;
        self.waiting_record(id)?;
        self.process_again(who, id, "reprocess", Incoming::Again { quarantine: id }, l)
    }

    /// Tries a quarantined record and says what came of it; on the trail under that name.
    pub(crate) fn process_again(&self, who: &Person, id: u64, what: &str, again: Incoming, l: Language) -> Result<Done, UserError> {
        let trace = Input::Act { who: who.name.clone(), act: Act::Saw { what: what.into(), mrn: None }, undo_seconds: 0.0 };
        let answers = (self.submit)(vec![Incoming::Direct(trace), again]).ok_or_else(|| not_stored(l))?;
        let answer = answers.into_iter().nth(1).and_then(|a| a.into_iter().next());
        let still = lock(&self.engine).desk.quarantine.get(&id).map(|q| q.reason.clone());
        let said = match (still, answer.map(|a| a.outcome)) {
            (Some(reason), _) => {
                let why = views::quarantine_title(&reason, l);
                say!(l, "Still not usable: {why}.", "Sigue sin poder usarse: {why}.")
            }
            (None, Some(IntakeOutcome::Duplicate)) => {
                pick(l, "It was known already: counted, nothing else.", "Ya se conocía: solo se cuenta.").into()
            }
            (None, _) => pick(l, "It could be used now.", "Ahora se pudo usar.").into(),
        };
        Ok(Done { said, undo: None })
    }

    pub(crate) fn do_set_aside(&self, who: &Person, id: u64) -> Result<Done, UserError> {
        self.waiting_record(id)?;
        let input = Input::Act { who: who.name.clone(), act: Act::SetAside { quarantine: id }, undo_seconds: 0.0 };
        self.take(vec![Incoming::Direct(input)], who.language)?;
        Ok(Done { said: pick(who.language, "Set aside. It stays in the trail.", "Apartado. Queda en el registro.").into(), undo: None })
    }
}
