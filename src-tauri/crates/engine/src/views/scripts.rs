//! Scripts in words: what each is for, what may be named in it, and what is to be said about a draft.

use super::words::{pick, say, vital_words};
use decide::outbox::Measure;
use decide::scripts::{Level, Problem, Sample, Script};
use decide::{Direction, VisitEventType, Vital};
use wire::{Language, ScriptCost, ScriptProblem, ScriptSample, ScriptVariable};

/// "Blood pressure, high".
pub(crate) fn title(script: Script, l: Language) -> String {
    let fixed = match script {
        Script::Check { vital: Vital::Symptoms, .. } => ("Feeling unwell", "Se siente mal"),
        Script::Check { vital, direction } => {
            let way = match direction {
                Direction::High => pick(l, "high", "alta"),
                Direction::Low => pick(l, "low", "baja"),
            };
            let way = if l == Language::Es && vital == Vital::Weight { "alto" } else { way };
            return super::capital(&format!("{}, {way}", vital_words(vital, l)));
        }
        Script::Clarify => ("Asked again", "Se pregunta de nuevo"),
        Script::Visit(VisitEventType::Booked) => ("Booked", "Reservada"),
        Script::Visit(VisitEventType::Rescheduled) => ("New time", "Nueva hora"),
        Script::Visit(VisitEventType::Modified) => ("Changed", "Cambiada"),
        Script::Visit(VisitEventType::Confirmed) => ("Confirmed", "Confirmada"),
        Script::Visit(VisitEventType::Canceled) => ("Canceled", "Cancelada"),
        Script::Visit(VisitEventType::NoShowed) => ("Missed", "No acudió"),
        Script::Reminder => ("Reminder", "Recordatorio"),
        Script::VisitHelp => ("Not understood", "No se entendió"),
        Script::CheckIn => ("Check-in", "Seguimiento"),
    };
    pick(l, fixed.0, fixed.1).into()
}

/// When a patient gets it.
pub(crate) fn when(script: Script, l: Language) -> &'static str {
    match script {
        Script::Check { vital: Vital::Symptoms, .. } => pick(
            l,
            "Asked when a patient wrote of symptoms and no reading is behind it.",
            "Se pregunta cuando el paciente escribió sobre síntomas sin una lectura.",
        ),
        Script::Check { .. } => pick(
            l,
            "Asked after a reading beyond the limit. YES pages on call, NO goes to the nurse.",
            "Se pregunta tras una lectura fuera del límite. SÍ llama a la guardia, NO pasa a enfermería.",
        ),
        Script::Clarify => pick(
            l,
            "Sent once when the answer to a symptom check was not understood; the clock keeps running.",
            "Se envía una vez si la respuesta no se entendió; el tiempo sigue corriendo.",
        ),
        Script::Visit(VisitEventType::Booked) => pick(l, "Sent when a visit is booked.", "Se envía cuando se reserva una cita."),
        Script::Visit(VisitEventType::Rescheduled) => {
            pick(l, "Sent when a visit gets a new time.", "Se envía cuando una cita cambia de hora.")
        }
        Script::Visit(VisitEventType::Modified) => pick(
            l,
            "Sent when the place, the provider or the telephone of a visit changes.",
            "Se envía cuando cambia el lugar, el profesional o el teléfono de una cita.",
        ),
        Script::Visit(VisitEventType::Confirmed) => {
            pick(l, "Sent when the EHR has confirmed a visit.", "Se envía cuando el expediente confirmó la cita.")
        }
        Script::Visit(VisitEventType::Canceled) => pick(l, "Sent when a visit is canceled.", "Se envía cuando se cancela una cita."),
        Script::Visit(VisitEventType::NoShowed) => pick(l, "Sent when the patient did not come.", "Se envía cuando el paciente no acudió."),
        Script::Reminder => pick(l, "Sent before a visit, twice at most.", "Se envía antes de la cita, dos veces como máximo."),
        Script::VisitHelp => pick(
            l,
            "Sent once when words about a visit were not understood; staff see them too.",
            "Se envía una vez si no se entendió lo que escribió sobre una cita; el personal también lo ve.",
        ),
        Script::CheckIn => pick(
            l,
            "What a new check-in begins with; each check-in may then say it differently.",
            "Con lo que empieza un seguimiento nuevo; cada uno puede decirlo de otro modo.",
        ),
    }
}

/// What may be named, with what stands for it.
pub(crate) fn variables(script: Script, l: Language) -> Vec<ScriptVariable> {
    let label = |name: &str| match name {
        "value" => pick(l, "the value", "el valor"),
        "unit" => pick(l, "its unit", "su unidad"),
        "clinic" => pick(l, "the clinic", "la clínica"),
        "greeting" => pick(l, "clinic and patient", "clínica y paciente"),
        "visit" => pick(l, "the whole visit", "la cita completa"),
        "changed" => pick(l, "what changed", "lo que cambió"),
        "questions" => pick(l, "“Questions? Call …”", "«Preguntas? Llame …»"),
        "to_reschedule" => pick(l, "“To reschedule, call …”", "«Para cambiarla, llame …»"),
        "patient" => pick(l, "the patient", "el paciente"),
        "first_name" => pick(l, "first name", "nombre"),
        "provider" => pick(l, "the provider", "el profesional"),
        "when" => pick(l, "time and date", "hora y fecha"),
        "date" => pick(l, "the date", "la fecha"),
        "time" => pick(l, "the time", "la hora"),
        "location" => pick(l, "the place", "el lugar"),
        "phone" => pick(l, "callback phone", "teléfono"),
        _ => "",
    };
    script.variables().iter().map(|name| ScriptVariable { name: (*name).into(), label: label(name).into() }).collect()
}

/// A made-up patient.
pub(crate) fn sample(s: &Sample, l: Language) -> ScriptSample {
    let label = match s.name {
        "long" => pick(l, "long names and places", "nombres y lugares largos"),
        "accents" => pick(l, "accents", "acentos"),
        "night" => pick(l, "just after midnight, far zone", "pasada la medianoche, zona lejana"),
        "sparse" => pick(l, "nothing but a first name", "solo el nombre"),
        _ => pick(l, "ordinary", "corriente"),
    };
    let patient = format!("{} {}", s.first_name, s.last_name);
    ScriptSample { name: s.name.into(), patient: patient.trim().into(), label: label.into() }
}

/// What a text costs.
pub(crate) fn cost(sample: &Sample, m: &Measure) -> ScriptCost {
    let (single, joined) = m.encoding.room();
    ScriptCost {
        sample: sample.name.into(),
        encoding: m.encoding.name().into(),
        characters: m.characters,
        places: m.places,
        segments: m.segments,
        room: if m.segments == 1 { single } else { joined },
        left: m.left,
        last: m.last,
    }
}

/// Something about a draft: what is the matter, what happens, what to do.
pub(crate) fn problem(p: &Problem, l: Language) -> ScriptProblem {
    let (said, to_do) = words(p, l);
    let level = p.level.name().into();
    ScriptProblem {
        level,
        code: p.code.into(),
        at: p.at as u32,
        length: p.length as u32,
        said,
        to_do,
        instead: p.instead.clone().filter(|_| matches!(p.code, "wide_letter" | "unknown_variable") || p.level == Level::Warn),
    }
}

fn words(p: &Problem, l: Language) -> (String, String) {
    let w = &p.word;
    let place = p.at + 1;
    let say_instead = match &p.instead {
        Some(other) => say!(l, "Ask for {other} instead.", "Pida {other} en su lugar."),
        None => pick(l, "Ask for another word.", "Pida otra palabra.").into(),
    };
    let fixed = |en: (&'static str, &'static str), es: (&'static str, &'static str)| {
        let (said, to_do) = if l == Language::En { en } else { es };
        (said.to_string(), to_do.to_string())
    };
    match p.code {
        "opt_out_word" => (
            say!(
                l,
                "\"{w}\" alone is an opt-out word. Twilio then blocks every text to this patient, symptom checks too, and whatever {w} was meant for does not happen.",
                "«{w}» a solas es una palabra de baja. Twilio bloquea entonces todos los mensajes a este paciente, también las preguntas de síntomas, y lo que {w} debía hacer no ocurre."
            ),
            say_instead,
        ),
        "opt_in_word" => (
            say!(
                l,
                "\"{w}\" is an opt-in word: Twilio answers it by itself, and Careloop reads no answer in it.",
                "«{w}» es una palabra de alta: Twilio la contesta por su cuenta y Careloop no lee en ella ninguna respuesta."
            ),
            say_instead,
        ),
        "help_word" => (
            say!(
                l,
                "\"{w}\" is Twilio's help word: Twilio sends its own help text, and nobody here is asked.",
                "«{w}» es la palabra de ayuda de Twilio: Twilio envía su propio texto y aquí nadie se entera."
            ),
            say_instead,
        ),
        "answers_a_check" => (
            say!(
                l,
                "\"{w}\" answers a symptom check: with one open, YES pages on call and NO closes the question. YES can also be taken for an opt-in.",
                "«{w}» responde a una pregunta de síntomas: si hay una abierta, SÍ llama a la guardia y NO cierra la pregunta. YES también puede tomarse por un alta."
            ),
            say_instead,
        ),
        "answers_a_visit" => (
            say!(
                l,
                "\"{w}\" answers a text about a visit, not this one: it could cancel or confirm an appointment.",
                "«{w}» responde a un texto sobre una cita, no a este: podría cancelar o confirmar una cita."
            ),
            say_instead,
        ),
        "not_understood" => (
            say!(
                l,
                "\"{w}\" is understood neither by Careloop nor by Twilio: who answers so gets no further.",
                "«{w}» no lo entienden ni Careloop ni Twilio: quien responda así no avanza."
            ),
            say_instead,
        ),
        "empty" => fixed(
            ("There are no words.", "Write what the patient is to read."),
            ("No hay palabras.", "Escriba lo que el paciente debe leer."),
        ),
        "too_long" => (
            say!(
                l,
                "The script has {w} characters; at most {0} are kept.",
                "El texto tiene {w} caracteres; se admiten {0} como máximo.",
                decide::scripts::LONGEST_SCRIPT
            ),
            pick(l, "Shorten it.", "Acórtelo.").into(),
        ),
        "control" => (
            say!(l, "Character {place} cannot be shown ({w}).", "El carácter {place} no se puede mostrar ({w})."),
            pick(l, "Delete it.", "Bórrelo.").into(),
        ),
        "private_variable" => (
            say!(
                l,
                "{{{w}}} at character {place} would tell whoever holds the phone who the patient is. No text carries it.",
                "{{{w}}} en el carácter {place} diría a quien tenga el teléfono quién es el paciente. Ningún mensaje lo lleva."
            ),
            pick(l, "Take it out.", "Quítelo.").into(),
        ),
        "unknown_variable" => (
            say!(
                l,
                "{{{w}}} at character {place} is not known in this script: the patient would read it as it stands.",
                "{{{w}}} en el carácter {place} no existe en este texto: el paciente lo leería tal cual."
            ),
            match &p.instead {
                Some(other) => say!(l, "Did you mean {other}?", "¿Quiso decir {other}?"),
                None => pick(l, "Choose one of the names below.", "Elija uno de los nombres de abajo.").into(),
            },
        ),
        "malformed" => (
            say!(
                l,
                "\"{w}\" at character {place} is not a name in braces. Nothing is computed in a script.",
                "«{w}» en el carácter {place} no es un nombre entre llaves. En un texto no se calcula nada."
            ),
            pick(l, "Write {name} with one of the names below, or no brace.", "Escriba {nombre} con uno de los de abajo, o sin llaves.").into(),
        ),
        "too_long_filled" => (
            pick(l, "With long names the text is longer than Twilio takes (1,600 characters).", "Con nombres largos el texto pasa de lo que admite Twilio (1600 caracteres).").into(),
            pick(l, "Shorten it.", "Acórtelo.").into(),
        ),
        "wide_letter" => (
            say!(
                l,
                "\"{w}\" at character {place} turns the whole text into UCS-2: 70 letters in a segment instead of 160.",
                "«{w}» en el carácter {place} pasa todo el texto a UCS-2: 70 letras por segmento en lugar de 160."
            ),
            match &p.instead {
                Some(other) => say!(l, "Write \"{other}\" instead.", "Escriba «{other}» en su lugar."),
                None => pick(l, "Use another letter, or accept the price.", "Use otra letra o acepte el precio.").into(),
            },
        ),
        "wide_filled" => {
            let letter = p.instead.clone().unwrap_or_default();
            (
                say!(
                    l,
                    "The script is plain, but a patient's name or place with \"{letter}\" makes that patient's text UCS-2.",
                    "El texto es sencillo, pero un nombre o lugar con «{letter}» lo vuelve UCS-2 para ese paciente."
                ),
                pick(l, "Nothing to do; look at the accents sample.", "No hay nada que hacer; vea la muestra con acentos.").into(),
            )
        }
        "many_segments" => (
            say!(l, "It takes {w} segments; each is billed and takes its own second.", "Ocupa {w} segmentos; cada uno se cobra y tarda un segundo."),
            pick(l, "Shorten it if you can.", "Acórtelo si puede.").into(),
        ),
        "more_segments" => (
            say!(l, "For some patients it takes up to {w} segments.", "Para algunos pacientes ocupa hasta {w} segmentos."),
            pick(l, "Try the other sample patients.", "Pruebe con los otros pacientes de muestra.").into(),
        ),
        "translation_missing" => {
            if w == "es" {
                fixed(
                    ("The Spanish text is still the built-in one: it may say something else now.", "Write the Spanish text too."),
                    ("El texto en español sigue siendo el de fábrica: ahora puede decir otra cosa.", "Escriba también el texto en español."),
                )
            } else {
                fixed(
                    ("The English text is still the built-in one: it may say something else now.", "Write the English text too."),
                    ("El texto en inglés sigue siendo el de fábrica: ahora puede decir otra cosa.", "Escriba también el texto en inglés."),
                )
            }
        }
        "typed_mrn" => (
            say!(l, "\"{w}\" reads like a record number: this text goes to every patient.", "«{w}» parece un número de expediente: este texto va a todos los pacientes."),
            pick(l, "Take it out.", "Quítelo.").into(),
        ),
        "typed_date" => (
            say!(l, "\"{w}\" is one fixed date: every patient would read it, and a birth date must not be here.", "«{w}» es una fecha fija: la leería cada paciente, y una fecha de nacimiento no debe estar aquí."),
            pick(l, "Use {date}, or take it out.", "Use {date} o quítela.").into(),
        ),
        code => missing(code, l),
    }
}

/// What a script has to say and does not.
fn missing(code: &str, l: Language) -> (String, String) {
    let (said, to_do) = match (code, l) {
        ("no_yes_or_no", Language::En) => ("It does not ask for YES or NO: no answer could be read.", "Ask \"Reply YES or NO.\""),
        ("no_yes_or_no", Language::Es) => ("No pide SÍ o NO: no se podría leer ninguna respuesta.", "Pida «Responda SI o NO.»"),
        ("no_emergency", Language::En) => ("It does not say what to do in an emergency.", "End with \"Emergency: call 911.\""),
        ("no_emergency", Language::Es) => ("No dice qué hacer en una emergencia.", "Termine con «Emergencia: llame al 911.»"),
        ("no_value", Language::En) => ("The patient does not read the value.", "Add {value}, if they should."),
        ("no_value", Language::Es) => ("El paciente no lee el valor.", "Añada {value} si debe leerlo."),
        ("no_patient", Language::En) => ("It does not say whose visit it is; a phone can be shared.", "Add {greeting} or {patient}."),
        ("no_patient", Language::Es) => ("No dice de quién es la cita; un teléfono puede ser de varios.", "Añada {greeting} o {patient}."),
        ("no_clinic", Language::En) => ("It does not say who is writing.", "Add {greeting} or {clinic}."),
        ("no_clinic", Language::Es) => ("No dice quién escribe.", "Añada {greeting} o {clinic}."),
        ("no_time", Language::En) => ("It does not say when.", "Add {visit} or {when}."),
        ("no_time", Language::Es) => ("No dice cuándo.", "Añada {visit} o {when}."),
        ("no_provider", Language::En) => ("It does not say with whom.", "Add {visit} or {provider}."),
        ("no_provider", Language::Es) => ("No dice con quién.", "Añada {visit} o {provider}."),
        ("no_location", Language::En) => ("It does not say where.", "Add {visit} or {location}."),
        ("no_location", Language::Es) => ("No dice dónde.", "Añada {visit} o {location}."),
        ("no_phone", Language::En) => ("It gives no telephone to call back.", "Add {questions} or {phone}."),
        ("no_phone", Language::Es) => ("No da un teléfono al que llamar.", "Añada {questions} o {phone}."),
        ("no_way_to_cancel", Language::En) => ("It does not say how to cancel.", "Add \"Reply CANCEL APPT to cancel.\""),
        ("no_way_to_cancel", Language::Es) => ("No dice cómo cancelar.", "Añada «Responda CANCELAR CITA para cancelar.»"),
        ("no_way_to_confirm", Language::En) => ("It does not say how to confirm.", "Add \"Reply CONFIRM APPT to confirm.\""),
        ("no_way_to_confirm", Language::Es) => ("No dice cómo confirmar.", "Añada «Responda CONFIRMAR para confirmar.»"),
        ("no_way_to_reschedule", Language::En) => ("It does not say how to get another time.", "Add {to_reschedule}."),
        ("no_way_to_reschedule", Language::Es) => ("No dice cómo pedir otra hora.", "Añada {to_reschedule}."),
        ("no_changes", Language::En) => ("It does not say what changed.", "Add {changed}."),
        ("no_changes", Language::Es) => ("No dice qué cambió.", "Añada {changed}."),
        ("no_opt_out", Language::En) => ("It does not say how to end these texts.", "Add \"Reply STOP to end these texts.\""),
        ("no_opt_out", Language::Es) => ("No dice cómo dejar de recibirlos.", "Añada «Responda STOP para no recibir mas.»"),
        (other, _) => (other, ""),
    };
    (said.into(), to_do.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use decide::scripts::{check, ALL, LANGUAGES, SAMPLES};
    use decide::Settings;

    #[test]
    fn everything_that_can_be_said_about_a_draft_is_said_in_words_in_both_languages() {
        let drafts = [
            "",
            "x",
            "{mrn} {nobody} {x",
            "MRN 1022228 1958-04-12 \u{7}",
            "Reply CANCEL, START, HELP, LATER or YES. ’",
            "Responda CONFIRMAR o 1",
            "STOP",
            "{value} {greeting} {visit} {questions}",
        ];
        let long = "a".repeat(1_200);
        let mut settings = Settings::default();
        for script in ALL {
            settings.scripts = [(script.key(decide::Language::En), "x".to_string())].into();
            for draft in drafts.iter().copied().chain([long.as_str()]) {
                for tongue in LANGUAGES {
                    for p in check(&settings, script, tongue, draft).problems {
                        for l in [Language::En, Language::Es] {
                            let told = problem(&p, l);
                            assert!(told.said.contains(' ') && told.to_do.contains(' ') | told.to_do.ends_with('.'), "{} {l:?}", p.code);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn every_script_has_a_title_a_when_and_a_label_for_each_name() {
        for l in [Language::En, Language::Es] {
            let mut titles: Vec<String> = ALL.into_iter().map(|s| format!("{} {}", s.group().name(), title(s, l))).collect();
            titles.sort();
            titles.dedup();
            assert_eq!(titles.len(), ALL.len());
            for script in ALL {
                assert!(!when(script, l).is_empty());
                assert!(variables(script, l).iter().all(|v| !v.label.is_empty()), "{}", script.name());
            }
            assert!(SAMPLES.iter().all(|s| !sample(s, l).label.is_empty()));
        }
    }
}
