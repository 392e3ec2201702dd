//! Failures as a person reads them.

use crate::views::{pick, say};
use wire::{Language, UserError};

fn error(code: &str, title: String, what_happened: String, what_to_do: String, retryable: bool) -> UserError {
    UserError { code: code.into(), title, what_happened, what_to_do, retryable, field: None }
}

/// Only a clinician or an administrator may.
pub(crate) fn needs_clinician(l: Language) -> UserError {
    let what = pick(l, "This needs a clinician or an administrator.", "Esto requiere un médico o administración.");
    let to_do = pick(l, "Ask somebody whose role allows it.", "Pídalo a alguien cuyo rol lo permita.");
    error("forbidden", pick(l, "Not allowed", "No permitido").into(), what.into(), to_do.into(), false)
}

/// The role does not allow it.
pub(crate) fn forbidden(role: &str, l: Language) -> UserError {
    let what = match role {
        "auditor" => {
            pick(l, "An auditor may look at everything and change nothing.", "Auditoría puede verlo todo y no cambiar nada.").to_string()
        }
        "nurse" | "clinician" => pick(l, "This needs an administrator.", "Esto requiere administración.").to_string(),
        _ => say!(l, "The role \"{role}\" is not known here.", "El rol «{role}» no se conoce aquí."),
    };
    let to_do = pick(l, "Ask somebody whose role allows it.", "Pídalo a alguien cuyo rol lo permita.");
    error("forbidden", pick(l, "Not allowed", "No permitido").into(), what, to_do.into(), false)
}

/// The store takes no writes now.
pub(crate) fn not_stored(l: Language) -> UserError {
    error(
        "store",
        pick(l, "Not saved", "No se guardó").into(),
        pick(
            l,
            "The console's file takes no writes now; nothing was changed.",
            "El archivo de la consola no admite cambios ahora; nada cambió.",
        )
        .into(),
        pick(l, "Check the free space on this computer and try again.", "Revise el espacio libre de este equipo e inténtelo de nuevo.")
            .into(),
        true,
    )
}

/// The store could not be read.
pub(crate) fn store_error(e: ledger::LedgerError) -> UserError {
    tracing::error!(error = %e, "the store could not be read for a screen");
    error(
        "store",
        "Not read".into(),
        "The console's file could not be read.".into(),
        "Try again; if it stays, tell an administrator.".into(),
        true,
    )
}

/// The trail, or the head of it that is kept outside, could not be read.
pub(crate) fn trail_unread(l: Language) -> UserError {
    error(
        "store",
        pick(l, "The trail was not verified", "No se verificó el registro").into(),
        pick(
            l,
            "The trail, or the heads of it kept beside the database, could not be read.",
            "No se pudo leer el registro o sus cabezas guardadas aparte.",
        )
        .into(),
        pick(l, "Run `careloop audit verify` and keep what it says.", "Ejecute `careloop audit verify` y guarde lo que diga.").into(),
        false,
    )
}

/// What was asked does not fit the row as it is now.
pub(crate) fn too_late(what: impl Into<String>, l: Language) -> UserError {
    let to_do = pick(l, "Look at the row as it is now.", "Vea la fila como está ahora.");
    error("too_late", pick(l, "Not possible now", "No es posible ahora").into(), what.into(), to_do.into(), false)
}

/// The desk refused an act, in its own sentence.
pub(crate) fn refused(sentence: &str, l: Language) -> UserError {
    let code = if sentence.contains("not there any more") { "not_found" } else { "too_late" };
    let to_do = pick(l, "Look at the row as it is now.", "Vea la fila como está ahora.");
    error(code, pick(l, "Not done", "No se hizo").into(), in_language(sentence, l), to_do.into(), false)
}

/// The desk's refusals in the reader's language.
fn in_language(sentence: &str, l: Language) -> String {
    if l == Language::En {
        return sentence.into();
    }
    if let Some(why) = sentence.strip_prefix("This patient cannot be texted: ") {
        let why = why.trim_end_matches(". Please call.").replace(' ', "_");
        return format!("No se puede escribir a este paciente: {}. Llame.", crate::views::no_text_words(&why, l));
    }
    match sentence {
        "It is too late to undo that." => "Ya es tarde para deshacerlo.",
        "Something else has happened on that row since: it cannot be undone." => {
            "Desde entonces pasó algo más en esa fila: no se puede deshacer."
        }
        "That row is not there any more." => "Esa fila ya no está.",
        "That episode is closed already." => "Ese episodio ya está cerrado.",
        "The episode is closed." => "El episodio está cerrado.",
        "That row has no patient to text." => "Esa fila no tiene paciente a quien escribir.",
        other => other,
    }
    .into()
}

/// The simulator is off.
pub(crate) fn no_simulator(l: Language) -> UserError {
    error(
        "forbidden",
        pick(l, "No simulator here", "Sin simulador").into(),
        pick(
            l,
            "This workspace speaks to the real vendors: nothing is simulated in it.",
            "Este espacio habla con los proveedores reales: aquí no se simula nada.",
        )
        .into(),
        pick(l, "Open the sandbox workspace to try things out.", "Abra el espacio de pruebas para experimentar.").into(),
        false,
    )
}

/// A vendor could not do what was asked.
pub(crate) fn vendor(what: impl Into<String>, l: Language) -> UserError {
    let to_do = pick(l, "See what is open there now and try again.", "Vea qué hay abierto allí ahora e inténtelo de nuevo.");
    error("vendor", pick(l, "The vendor did not take it", "El proveedor no lo aceptó").into(), what.into(), to_do.into(), false)
}

/// A field to correct.
pub(crate) fn field(name: &str, l: Language, en: &'static str, es: &'static str) -> UserError {
    let mut e = UserError::invalid(name, pick(l, en, es), pick(l, "Correct it and send it again.", "Corríjalo y envíelo de nuevo."));
    e.title = pick(l, "Please check one field", "Revise un campo").into();
    e
}
