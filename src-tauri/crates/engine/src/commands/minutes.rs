//! Logging minutes beside an episode, and taking them back.

use super::refusal::{field, refused};
use crate::console::{lock, Console};
use crate::spine::Incoming;
use crate::views::pick;
use decide::input::{Change, Input};
use decide::minutes::{Logged, MinutesChange, Program};
use decide::Mrn;
use rust_decimal::Decimal;
use wire::{Done, Language, LogMinutesArgs, Person, StrikeMinutesArgs, UserError};

/// The desk's refusals in the reader's language.
fn spanish(why: &str) -> &str {
    match why {
        "That patient is not enrolled here." => "Ese paciente no está inscrito aquí.",
        "Choose what was done." => "Elija qué se hizo.",
        "A live talk is a call or a video call." => "Una conversación en vivo es una llamada o videollamada.",
        "That time has not come yet." => "Esa hora aún no ha llegado.",
        "It was taken back already." => "Ya se retiró.",
        "Say why it does not count." => "Diga por qué no cuenta.",
        other => other,
    }
}

impl Console {
    fn change_minutes(&self, who: &Person, change: MinutesChange) -> Result<(), UserError> {
        let l = who.language;
        let input = Input::Change { who: who.name.clone(), change: Change::Minutes(change) };
        let answer = self.take(vec![Incoming::Direct(input)], l)?;
        let Some(why) = answer.refused else { return Ok(()) };
        let why = if l == Language::Es { spanish(&why).to_string() } else { why };
        Err(match answer.field {
            Some(at) => UserError::invalid(&at, why, pick(l, "Correct it and send it again.", "Corríjalo y envíelo de nuevo.")),
            None => refused(&why, l),
        })
    }

    pub(crate) fn do_log_minutes(&self, who: &Person, args: &LogMinutesArgs) -> Result<Done, UserError> {
        let l = who.language;
        let program = Program::named(&args.program).ok_or_else(|| field("program", l, "RPM or CCM.", "RPM o CCM."))?;
        let wrong = || field("minutes", l, "Minutes go from more than 0 to 600.", "Los minutos van de más de 0 a 600.");
        let minutes = Decimal::from_f64_retain(args.minutes).ok_or_else(wrong)?.round_dp(2).normalize();
        let entry = Logged {
            id: 0,
            mrn: Mrn::from(args.mrn.trim()),
            program,
            at: args.at,
            minutes,
            activity: args.activity.clone(),
            contact: args.contact,
            note: args.note.trim().into(),
            by: String::new(),
            logged_at: args.at,
            struck: None,
        };
        self.change_minutes(who, MinutesChange::Log(Box::new(entry)))?;
        Ok(Done { said: pick(l, "Logged.", "Anotado.").into(), undo: None })
    }

    pub(crate) fn do_strike_minutes(&self, who: &Person, args: StrikeMinutesArgs) -> Result<Done, UserError> {
        let l = who.language;
        let found = lock(&self.reader).minutes_entry(args.id).map_err(super::store_error)?;
        let entry = Box::new(found.ok_or_else(|| UserError::not_found("That entry"))?);
        self.change_minutes(who, MinutesChange::Strike { entry, why: args.why })?;
        Ok(Done { said: pick(l, "Taken back; it stays on record.", "Retirado; queda en el registro.").into(), undo: None })
    }
}
