//! The secret part of the hooks' addresses: a new one, and the end of the former.

use super::refusal::field;
use crate::console::Console;
use crate::views::{pick, say};
use decide::connections::ConnectionChange;
use decide::hours;
use wire::{Done, NewKeyArgs, Person, UserError};

/// A former key is good for so long at most.
const LONGEST_GRACE_HOURS: f64 = 7.0 * 24.0;

impl Console {
    pub(crate) fn do_new_hooks_key(&self, who: &Person, args: &NewKeyArgs) -> Result<Done, UserError> {
        let l = who.language;
        if !(0.0..=LONGEST_GRACE_HOURS).contains(&args.grace_hours) {
            return Err(field("grace_hours", l, "0 to 168 hours.", "De 0 a 168 horas."));
        }
        if let Some(why) = self.why_no_change(l) {
            return Err(UserError::invalid("grace_hours", why, pick(l, "Open a live workspace.", "Abra un espacio real.")));
        }
        let _one = self.switchboard.alone();
        let until = self.now() + hours(args.grace_hours);
        let detail = format!("the former key is good until {}", until.format("%Y-%m-%dT%H:%M:%SZ"));
        self.change_connection(who, ConnectionChange::HooksKey { what: "replaced", detail })?;
        self.switchboard.new_hooks_key(self.now(), until).map_err(|e| super::refusal::vendor(e.to_string(), l))?;
        let rows = self.connection_rows();
        // Vendors are told the new address with the next message.
        self.switchboard.connect(&rows).map_err(|e| super::refusal::vendor(e.to_string(), l))?;
        let hours = args.grace_hours;
        Ok(Done {
            said: say!(
                l,
                "There is a new key. Give the new addresses to every sender within {hours} h.",
                "Hay una clave nueva. Dé las direcciones nuevas a cada remitente en {hours} h."
            ),
            undo: None,
        })
    }

    pub(crate) fn do_end_former_key(&self, who: &Person) -> Result<Done, UserError> {
        let l = who.language;
        let _one = self.switchboard.alone();
        if self.switchboard.former_until().is_none() {
            return Err(field("former", l, "There is no former key.", "No hay clave anterior."));
        }
        let used = match self.health.former_key_used() {
            Some(at) => format!("last used at {}", at.format("%Y-%m-%dT%H:%M:%SZ")),
            None => "not used since the console started".into(),
        };
        self.change_connection(who, ConnectionChange::HooksKey { what: "former ended", detail: used })?;
        self.switchboard.end_former().map_err(|e| super::refusal::vendor(e.to_string(), l))?;
        Ok(Done { said: pick(l, "The former key opens nothing any more.", "La clave anterior ya no abre nada.").into(), undo: None })
    }
}
