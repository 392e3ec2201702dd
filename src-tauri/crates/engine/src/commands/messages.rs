//! What a person does to a message, and to sending itself. Each is an input of the spine, by role and on the trail.

use super::refusal::{field, refused, too_late};
use super::work::{words, UNDO_SECONDS};
use crate::console::{lock, Console};
use crate::spine::Incoming;
use crate::views::{label, pick, say};
use decide::input::{Change, DowntimeChange, Input, MessageAct};
use decide::outbox::{Effect, Vendor};
use decide::{At, DowntimeKind, Phone};
use wire::{
    Done, Language, MaintenanceArgs, MessageEditArgs, MessageParkArgs, Person, QuarantineEditArgs, StopSendingArgs, Undo, UserError,
};

const LONGEST_REASON: usize = 300;
const LONGEST_TEXT: usize = 1_600;
const LONGEST_BODY: usize = 1 << 20;

impl Console {
    /// A message as it stands: what is open is in memory, what is settled in the file.
    pub(crate) fn stored_effect(&self, id: u64) -> Result<Effect, UserError> {
        if let Some(f) = lock(&self.engine).desk.effects.get(&id) {
            return Ok(f.clone());
        }
        let found = lock(&self.reader).effect(id).map_err(super::store_error)?;
        found.ok_or_else(|| UserError::not_found("That message"))
    }

    fn on_message(&self, who: &Person, id: u64, act: MessageAct, said: &str) -> Result<Done, UserError> {
        let effect = Box::new(self.stored_effect(id)?);
        let input = Input::Message { who: who.name.clone(), effect, act, undo_seconds: UNDO_SECONDS };
        let answer = self.take(vec![Incoming::Direct(input)], who.language)?;
        match answer.refused {
            Some(why) => Err(by_field(&why, who.language)),
            None => {
                let undo = answer.undo.map(|(token, until)| Undo { token: token.to_string(), until });
                Ok(Done { said: said.into(), undo })
            }
        }
    }

    pub(crate) fn do_message_send_again(&self, who: &Person, id: u64) -> Result<Done, UserError> {
        let said = pick(who.language, "It is tried again in 10 seconds.", "Se intenta de nuevo en 10 segundos.");
        self.on_message(who, id, MessageAct::SendAgain, said)
    }

    pub(crate) fn do_message_park(&self, who: &Person, args: MessageParkArgs) -> Result<Done, UserError> {
        let l = who.language;
        let why = words("why", &args.why, LONGEST_REASON, l)?;
        let said = pick(l, "Parked. It waits until somebody lets it go.", "En espera hasta que alguien lo libere.");
        self.on_message(who, args.id, MessageAct::Park { why }, said)
    }

    pub(crate) fn do_message_unpark(&self, who: &Person, id: u64) -> Result<Done, UserError> {
        let said = pick(who.language, "It goes out in 10 seconds.", "Sale en 10 segundos.");
        self.on_message(who, id, MessageAct::Unpark, said)
    }

    pub(crate) fn do_message_edit(&self, who: &Person, args: MessageEditArgs) -> Result<Done, UserError> {
        let l = who.language;
        let body = words("body", &args.body, LONGEST_TEXT, l)?;
        let to = args.to.trim().to_string();
        if !decide::followup::change::e164(&to) {
            return Err(field("to", l, "Numbers are written like +12025550100.", "Los números se escriben así: +12025550100."));
        }
        let said = pick(l, "Corrected. It goes out in 10 seconds.", "Corregido. Sale en 10 segundos.");
        self.on_message(who, args.id, MessageAct::Edit { to: Some(Phone::new(to)), body: Some(body) }, said)
    }

    pub(crate) fn do_reprocess_edited(&self, who: &Person, args: QuarantineEditArgs) -> Result<Done, UserError> {
        let l = who.language;
        if args.body.trim().is_empty() {
            return Err(field("body", l, "This must not be empty.", "No puede quedar vacío."));
        }
        if args.body.len() > LONGEST_BODY {
            return Err(field("body", l, "This is too long.", "Es demasiado largo."));
        }
        self.waiting_record(args.id)?;
        let again = Incoming::AgainAs { quarantine: args.id, body: args.body.into_bytes() };
        self.process_again(who, args.id, "reprocess_edited", again, l)
    }

    // ---- downtime ---------------------------------------------------------------------------------

    fn change_downtime(&self, who: &Person, change: DowntimeChange, said: String) -> Result<Done, UserError> {
        let input = Input::Change { who: who.name.clone(), change: Change::Downtime(change) };
        match self.take(vec![Incoming::Direct(input)], who.language)?.refused {
            Some(why) => Err(by_field(&why, who.language)),
            None => Ok(Done { said, undo: None }),
        }
    }

    pub(crate) fn do_announce_maintenance(&self, who: &Person, args: MaintenanceArgs) -> Result<Done, UserError> {
        let l = who.language;
        let Some(vendor) = Vendor::named(&args.vendor) else {
            return Err(field("vendor", l, "Say whose maintenance it is.", "Indique de quién es el mantenimiento."));
        };
        let why = words("why", &args.why, LONGEST_REASON, l)?;
        let name = label(vendor);
        let said = say!(l, "Maintenance of {name} is announced.", "Mantenimiento de {name} anunciado.");
        let from: At = args.from.unwrap_or_else(|| self.now());
        self.change_downtime(who, DowntimeChange::Announce { vendor, from, until: args.until, why }, said)
    }

    pub(crate) fn do_stop_sending(&self, who: &Person, args: StopSendingArgs) -> Result<Done, UserError> {
        let l = who.language;
        let vendor = match args.vendor.as_str() {
            "" => None,
            name => match Vendor::named(name) {
                None => return Err(field("vendor", l, "Say to whom sending stops.", "Indique a quién se detienen los envíos.")),
                some => some,
            },
        };
        let why = words("why", &args.why, LONGEST_REASON, l)?;
        let said = match vendor.map(label) {
            Some(name) => say!(l, "Sending to {name} is stopped.", "Envíos a {name} detenidos."),
            None => pick(l, "Sending is stopped: nothing leaves.", "Envíos detenidos: no sale nada.").to_string(),
        };
        self.change_downtime(who, DowntimeChange::Stop { vendor, why }, said)
    }

    pub(crate) fn do_end_downtime(&self, who: &Person, id: u64) -> Result<Done, UserError> {
        let l = who.language;
        let kind = lock(&self.engine).desk.downtimes.get(&id).map(|d| d.kind);
        let said = match kind {
            None => return Err(too_late(pick(l, "That is over already.", "Eso ya terminó."), l)),
            Some(DowntimeKind::Stop) => pick(l, "Sending goes on: what waited leaves now.", "Siguen los envíos: sale lo que esperaba."),
            Some(DowntimeKind::Maintenance) => pick(l, "The maintenance is over.", "El mantenimiento terminó."),
        };
        self.change_downtime(who, DowntimeChange::End { id }, said.into())
    }
}

/// The desk's refusal; one that begins with a field's name is that field's.
fn by_field(sentence: &str, l: Language) -> UserError {
    let named = sentence.split_once(": ").filter(|(name, _)| ["to", "body", "why", "until", "from"].contains(name));
    match named {
        Some((name, why)) => UserError { field: Some(name.into()), code: "invalid".into(), ..refused(why, l) },
        None => refused(sentence, l),
    }
}
