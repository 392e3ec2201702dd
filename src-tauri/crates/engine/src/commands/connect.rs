//! Vendors are connected on screen: secrets to the keyring, the rest to the ledger, new connectors in place at once.

use super::refusal::{field, vendor as vendor_error};
use crate::console::{lock, Console};
use crate::spine::Incoming;
use crate::switchboard::From;
use crate::vault::VaultError;
use crate::views::{label, pick, say};
use crate::workspace;
use decide::connections::{Connection, ConnectionChange, Kept};
use decide::input::{Change, Input};
use decide::outbox::Vendor;
use std::collections::BTreeMap;
use vendors::fields::{self, Unfit, Why};
use wire::{ConnectArgs, Done, Language, Person, UserError, VendorArgs};

/// Letters that tell one entry of a secret from the next.
const ENTRY_LETTERS: usize = 8;

pub(super) fn vendor(name: &str, l: Language) -> Result<Vendor, UserError> {
    Vendor::named(name).ok_or_else(|| field("vendor", l, "There is no such vendor.", "No existe ese proveedor."))
}

fn done(said: impl Into<String>) -> Done {
    Done { said: said.into(), undo: None }
}

impl Console {
    /// Puts a change of the connections on the trail and in the ledger.
    pub(super) fn change_connection(&self, who: &Person, change: ConnectionChange) -> Result<(), UserError> {
        let input = Input::Change { who: who.name.clone(), change: Change::Connection(change) };
        self.take(vec![Incoming::Direct(input)], who.language).map(|_| ())
    }

    pub(super) fn connection_rows(&self) -> BTreeMap<Vendor, Connection> {
        lock(&self.engine).desk.connections.clone()
    }

    /// Why nobody can connect a vendor here; none = an administrator can.
    pub(crate) fn why_no_change(&self, l: Language) -> Option<&'static str> {
        let sandbox = self.facts.profile != "live" || self.switchboard.home().is_none();
        sandbox.then(|| {
            pick(
                l,
                "The sandbox speaks to the built-in vendors only. Connect real ones in a live workspace.",
                "El espacio de pruebas habla solo con los proveedores incluidos. Conecte los reales en un espacio real.",
            )
        })
    }

    fn may_connect(&self, vendor: Vendor, rows: &BTreeMap<Vendor, Connection>, l: Language) -> Result<(), UserError> {
        if let Some(why) = self.why_no_change(l) {
            return Err(UserError::invalid("vendor", why, pick(l, "Open a live workspace.", "Abra un espacio real.")));
        }
        if self.switchboard.from(vendor, rows) == From::File {
            let why = pick(
                l,
                "This vendor was given by the start file: it counts for this start.",
                "Este proveedor viene del archivo de arranque: vale para este arranque.",
            );
            let to_do = pick(l, "Take it out of the file and start again.", "Quítelo del archivo y arranque de nuevo.");
            return Err(UserError::invalid("vendor", why, to_do));
        }
        Ok(())
    }

    pub(crate) fn do_connect_vendor(&self, who: &Person, args: &ConnectArgs) -> Result<Done, UserError> {
        let l = who.language;
        let vendor = vendor(&args.vendor, l)?;
        // One at a time: two forms for one vendor must not lose each other's fields.
        let _one = self.switchboard.alone();
        let rows = self.connection_rows();
        self.may_connect(vendor, &rows, l)?;
        let was = rows.get(&vendor).cloned().unwrap_or_else(|| Connection::new(vendor));
        let mut row = was.clone();
        let mut fresh: Vec<(String, &str)> = Vec::new();
        for (name, text) in &args.fields {
            let text = text.trim();
            let Some(field) = fields::named(vendor, name) else {
                return Err(UserError::invalid(name, pick(l, "There is no such field.", "No existe ese campo."), retype(l)));
            };
            if text.is_empty() {
                row.parts.remove(name);
                row.secrets.remove(name);
                continue;
            }
            fields::check(field, text).map_err(|unfit| unfit_error(&unfit, l))?;
            if !field.kind.is_secret() {
                row.parts.insert(name.clone(), text.into());
                continue;
            }
            let letters = workspace::random(ENTRY_LETTERS).map_err(|said| vault_error(&VaultError::Keyring { said }, l))?;
            let kept = Kept { at: self.now(), by: who.name.clone(), entry: format!("{}.{name} {letters}", vendor.name()) };
            fresh.push((kept.entry.clone(), text));
            let replaced = row.secrets.insert(name.clone(), kept);
            if let (Some(former), Some(replaced)) = (field.former, replaced) {
                // Webhooks signed before the change are still on their way.
                row.secrets.insert(former.into(), replaced);
            }
        }
        fields::whole(vendor, &row.parts, row.secrets.keys()).map_err(|unfit| unfit_error(&unfit, l))?;
        if row == was {
            return Ok(done(pick(l, "Nothing was changed.", "No cambió nada.")));
        }
        let new: Vec<String> = fresh.iter().map(|(entry, _)| entry.clone()).collect();
        for (entry, secret) in &fresh {
            if let Err(error) = self.switchboard.keep(entry, secret) {
                self.switchboard.forget(&new);
                return Err(vault_error(&error, l));
            }
        }
        // The row first: without it the new entries are nobody's, and the old ones still count. Each was read back.
        let read = fresh.iter().map(|(entry, _)| entry.split(' ').next().unwrap_or_default().to_string()).collect();
        let from = self.switchboard.home().unwrap_or_default();
        let changes = [ConnectionChange::Set(Box::new(row.clone())), ConnectionChange::Read { names: read, from }];
        let incoming = |change| Incoming::Direct(Input::Change { who: who.name.clone(), change: Change::Connection(change) });
        if let Err(error) = self.take(changes.map(incoming).into(), l) {
            self.switchboard.forget(&new);
            return Err(error);
        }
        self.reconnect(who, vendor)?;
        let kept: Vec<&String> = row.secrets.values().map(|k| &k.entry).collect();
        self.switchboard.forget(was.secrets.values().map(|k| &k.entry).filter(|e| !kept.contains(e)));
        let label = label(vendor);
        Ok(done(say!(l, "{label} is set up. It counts from now on; test it.", "{label} está configurado. Vale desde ahora; pruébelo.")))
    }

    pub(crate) fn do_disconnect_vendor(&self, who: &Person, args: &VendorArgs) -> Result<Done, UserError> {
        let l = who.language;
        let vendor = vendor(&args.vendor, l)?;
        let _one = self.switchboard.alone();
        let rows = self.connection_rows();
        self.may_connect(vendor, &rows, l)?;
        if let Some(was) = rows.get(&vendor) {
            self.change_connection(who, ConnectionChange::Remove { vendor })?;
            self.reconnect(who, vendor)?;
            self.switchboard.forget(was.secrets.values().map(|k| &k.entry));
        }
        let label = label(vendor);
        Ok(done(say!(
            l,
            "{label} is not connected any more; what is owed to it waits.",
            "{label} ya no está conectado; lo pendiente espera."
        )))
    }

    /// New connectors, then what waited for them.
    fn reconnect(&self, who: &Person, vendor: Vendor) -> Result<(), UserError> {
        let rows = self.connection_rows();
        let names = self.switchboard.to_read(&rows);
        if !names.is_empty() {
            let from = self.switchboard.home().unwrap_or_default();
            self.change_connection(who, ConnectionChange::Read { names, from })?;
        }
        self.switchboard.connect(&rows).map_err(|e| vendor_error(e.to_string(), who.language))?;
        self.change_connection(who, ConnectionChange::Connected { vendor })
    }
}

fn retype(l: Language) -> &'static str {
    pick(l, "Correct it and send it again.", "Corríjalo y envíelo de nuevo.")
}

/// The keyring, or the sealed file, did not do it.
fn vault_error(error: &VaultError, l: Language) -> UserError {
    UserError {
        code: "store".into(),
        title: pick(l, "Not saved", "No se guardó").into(),
        what_happened: error.to_string(),
        what_to_do: pick(l, "Nothing was changed. Mend that and try again.", "No cambió nada. Corríjalo e inténtelo de nuevo.").into(),
        retryable: true,
        field: None,
    }
}

/// What does not fit, by the name of its field.
fn unfit_error(unfit: &Unfit, l: Language) -> UserError {
    let said: String = match unfit.why {
        Why::Empty => pick(l, "This must be filled in.", "Hay que rellenarlo.").into(),
        Why::Either(other) => say!(l, "Fill in this or {other}.", "Rellene esto o {other}."),
        Why::With(other) => say!(l, "{other} needs it.", "{other} lo necesita."),
        Why::TooLong => pick(l, "That is too long.", "Es demasiado largo.").into(),
        Why::NotHttps => {
            pick(l, "Only https; plain http is for this computer itself.", "Solo https; http es solo para este mismo equipo.").into()
        }
        Why::NotAddress => pick(l, "That is not a web address.", "No es una dirección web.").into(),
        Why::NotSid(start) => say!(
            l,
            "It begins with {start}, then come 32 digits or letters a to f.",
            "Empieza por {start} y siguen 32 cifras o letras de la a a la f."
        ),
        Why::NotPhone => pick(l, "A number in E.164, e.g. +12025550100.", "Un número en E.164, p. ej. +12025550100.").into(),
        Why::NotEmail => pick(l, "That is not an email address.", "No es una dirección de correo.").into(),
        Why::NotCode => pick(l, "A code with its system: system|code.", "Un código con su sistema: sistema|código.").into(),
        Why::NotPeer => pick(l, "Host and port, e.g. ehr.example.org:2575.", "Servidor y puerto, p. ej. ehr.example.org:2575.").into(),
        Why::NotAlgorithm => "RS384, ES384.".into(),
        Why::NotRoutingKey => pick(l, "It has 32 letters and digits.", "Tiene 32 letras y cifras.").into(),
        Why::NotOneWord => pick(l, "There is a space in it: copy it again.", "Contiene un espacio: cópielo de nuevo.").into(),
        Why::NotPem => {
            pick(l, "That is not an RSA or P-384 private key in PEM (PKCS#8).", "No es una clave privada RSA o P-384 en PEM (PKCS#8).")
                .into()
        }
        Why::NotOneLine => pick(l, "One line only.", "Una sola línea.").into(),
    };
    let mut error = UserError::invalid(unfit.field, said, retype(l));
    error.title = pick(l, "Please check one field", "Revise un campo").into();
    error
}
