//! What the door says when it does not open.

use crate::views::{pick, say};
use wire::{Language, UserError};

/// Why the door does not open.
pub(crate) enum Trouble {
    SignIn,
    Ended,
    Locked,
    FirstThing,
    NotFirstStart,
    NoEmergencyCode,
    SecondFactor,
    /// Which of name, password and code was wrong is for the trail only.
    Wrong,
    /// Seconds until the next try.
    Wait(i64),
    NoOwnSignIn,
    Broke,
    /// The desk refused, in its own sentence.
    Refused(String),
}

impl Trouble {
    /// In the reader's language; `code` is what the screen branches on.
    pub fn said(self, l: Language) -> UserError {
        let (code, title, what, to_do) = match self {
            Trouble::SignIn => (
                "sign_in",
                pick(l, "Please sign in", "Entre, por favor"),
                pick(
                    l,
                    "Nobody is signed in at this desk, or the sign-in has ended.",
                    "Nadie ha entrado en este puesto, o la sesión terminó.",
                )
                .into(),
                pick(l, "Sign in again.", "Vuelva a entrar."),
            ),
            Trouble::Ended => (
                "sign_in",
                pick(l, "Please sign in", "Entre, por favor"),
                pick(l, "This sign-in was ended by an administrator.", "Administración terminó esta sesión.").into(),
                pick(l, "Ask an administrator.", "Pregunte a administración."),
            ),
            Trouble::Locked => (
                "locked",
                pick(l, "This desk is locked", "Este puesto está bloqueado"),
                pick(l, "It was left alone for a while, or locked by hand.", "Quedó solo un rato, o se bloqueó a mano.").into(),
                pick(l, "Unlock it with your password.", "Desbloquéelo con su contraseña."),
            ),
            Trouble::FirstThing => (
                "sign_in",
                pick(l, "One thing first", "Algo antes"),
                pick(l, "A new password or a second factor is due first.", "Antes hace falta una contraseña nueva o un segundo factor.")
                    .into(),
                pick(l, "Finish signing in.", "Termine de entrar."),
            ),
            Trouble::NotFirstStart => (
                "forbidden",
                pick(l, "Not the first start", "No es el primer inicio"),
                pick(l, "Somebody may sign in at this desk already.", "Alguien puede entrar ya en este puesto.").into(),
                pick(l, "Sign in, or ask an administrator.", "Entre, o pregunte a administración."),
            ),
            Trouble::NoEmergencyCode => (
                "forbidden",
                pick(l, "No emergency code", "Sin código de emergencia"),
                pick(
                    l,
                    "No administrator has made a sealed code for this desk.",
                    "Administración no ha hecho un código sellado para este puesto.",
                )
                .into(),
                pick(l, "Call an administrator.", "Llame a administración."),
            ),
            Trouble::SecondFactor => (
                "second_factor",
                pick(l, "The second factor", "El segundo factor"),
                pick(l, "The six digits of your authenticator are needed.", "Hacen falta los seis dígitos de su autenticador.").into(),
                pick(l, "Type them, or a recovery code.", "Escríbalos, o un código de recuperación."),
            ),
            Trouble::Wrong => (
                "wrong",
                pick(l, "Not let in", "No se puede entrar"),
                pick(l, "The name, the password or the code is not right.", "El nombre, la contraseña o el código no es correcto.").into(),
                pick(
                    l,
                    "Try again; an administrator can set a new password.",
                    "Inténtelo de nuevo; administración puede poner otra contraseña.",
                ),
            ),
            Trouble::Wait(seconds) => (
                "wait",
                pick(l, "Too many wrong tries", "Demasiados intentos"),
                say!(l, "The door opens again in {seconds} seconds.", "Se podrá intentar de nuevo en {seconds} segundos."),
                pick(l, "Wait, then try once more.", "Espere y vuelva a intentarlo."),
            ),
            Trouble::NoOwnSignIn => (
                "forbidden",
                pick(l, "Not possible here", "No es posible aquí"),
                pick(l, "Nobody is signed in with a password of their own.", "Nadie ha entrado con contraseña propia.").into(),
                pick(l, "Sign in first.", "Entre primero."),
            ),
            Trouble::Broke => (
                "broke",
                pick(l, "That did not work", "No funcionó"),
                pick(
                    l,
                    "The console broke on this request; nothing else is affected.",
                    "La consola falló en esta petición; nada más se ve afectado.",
                )
                .into(),
                pick(
                    l,
                    "Try again; if it happens again, report it with the log.",
                    "Inténtelo de nuevo; si se repite, avise con el registro.",
                ),
            ),
            Trouble::Refused(why) => (
                "too_late",
                pick(l, "Not done", "No se hizo"),
                in_language(&why, l),
                pick(l, "Look at the list of people as it is now.", "Vea la lista de personas como está ahora."),
            ),
        };
        UserError { code: code.into(), title: title.into(), what_happened: what, what_to_do: to_do.into(), retryable: false, field: None }
    }
}

/// A field to correct, with the desk's sentence in the reader's language.
pub(crate) fn at_field(name: &str, why: &str, l: Language) -> UserError {
    let mut error = UserError::invalid(name, in_language(why, l), pick(l, "Correct it and try again.", "Corríjalo e inténtelo de nuevo."));
    error.title = pick(l, "Please check one field", "Revise un campo").into();
    error
}

fn in_language(sentence: &str, l: Language) -> String {
    if l == Language::En {
        return sentence.into();
    }
    match sentence {
        "Somebody else signs in with that name already." => "Otra persona ya entra con ese nombre.",
        "This is the last administrator: make another one first." => "Es la última persona de administración: añada otra antes.",
        "A sign-in name has 2 to 40 lower case letters, digits, dots, hyphens or underscores." => {
            "Un nombre de entrada tiene de 2 a 40 minúsculas, cifras, puntos o guiones."
        }
        "A password has at least 12 characters; a few words in a row are easy to remember." => {
            "Una contraseña tiene al menos 12 caracteres; varias palabras seguidas se recuerdan bien."
        }
        "A password has at most 200 characters." => "Una contraseña tiene como mucho 200 caracteres.",
        "A password of one repeated character is guessed at once." => "Una contraseña de un solo carácter repetido se adivina enseguida.",
        "A password must not contain the sign-in name." => "La contraseña no debe contener el nombre de entrada.",
        "That name is kept for the emergency sign-in." => "Ese nombre está reservado para emergencias.",
        "That is the password you have." => "Esa es la contraseña que ya tiene.",
        "A name as it shall stand on the trail is needed: \"R. Example, RN\"." => {
            "Hace falta un nombre como debe quedar en el registro: «R. Ejemplo, RN»."
        }
        "Say in a few words why nobody else can sign in; the administrators read it." => {
            "Diga en pocas palabras por qué nadie más puede entrar; administración lo leerá."
        }
        "A role is nurse, clinician, administrator or auditor." => "Un rol es enfermería, clínica, administración o auditoría.",
        "No new second factor is being set up." => "No se está configurando un segundo factor.",
        "These six digits do not fit: wait for the next ones, and check this computer's clock." => {
            "Estos seis dígitos no coinciden: espere los siguientes y revise la hora de este equipo."
        }
        other => other,
    }
    .into()
}
