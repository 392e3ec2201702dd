//! The words that ship. A symptom check fits one GSM-7 segment with its value, YES always means trouble in it, and it ends
//! with what to do in an emergency (behaviour.md 1.5); a visit's text names what behaviour.md 2.2 asks for.

use super::Script;
use crate::Direction::{High, Low};
use crate::Language::{self, En, Es};
use crate::VisitEventType::{Booked, Canceled, Confirmed, Modified, NoShowed, Rescheduled};
use crate::{Direction, Vital};

pub(super) fn text(script: Script, language: Language) -> &'static str {
    match (script, language) {
        (Script::Check { vital, direction }, l) => check(vital, direction, l),
        (Script::Clarify, En) => "Sorry, we did not understand. Do you have those symptoms now? Reply YES or NO. Emergency: call 911.",
        (Script::Clarify, Es) => "No entendimos su respuesta. Tiene esos sintomas ahora? Responda SI o NO. Emergencia: llame al 911.",
        (Script::Visit(Booked), En) => "{greeting} your {visit} is booked. Reply CANCEL APPT to cancel. {questions}",
        (Script::Visit(Booked), Es) => "{greeting} su {visit} esta reservada. Responda CANCELAR CITA para cancelar. {questions}",
        (Script::Visit(Rescheduled), En) => {
            "{greeting} your appointment has a new time: your {visit}. Reply CANCEL APPT to cancel. {questions}"
        }
        (Script::Visit(Rescheduled), Es) => {
            "{greeting} su cita tiene nueva hora: su {visit}. Responda CANCELAR CITA para cancelar. {questions}"
        }
        (Script::Visit(Modified), En | Es) => MODIFIED[usize::from(language == Es)],
        (Script::Visit(NoShowed), En) => "{greeting} we missed you at your {visit}. {to_reschedule}",
        (Script::Visit(NoShowed), Es) => "{greeting} no le vimos en su {visit}. {to_reschedule}",
        (Script::Visit(Canceled), En) => "{greeting} your {visit} is canceled. {to_reschedule}",
        (Script::Visit(Canceled), Es) => "{greeting} su {visit} esta cancelada. {to_reschedule}",
        (Script::Visit(Confirmed), En) => "{greeting} your {visit} is confirmed. See you then. {questions}",
        (Script::Visit(Confirmed), Es) => "{greeting} su {visit} esta confirmada. Le esperamos. {questions}",
        (Script::Reminder, En) => {
            "{clinic}: reminder for {patient}: {visit}. Reply CONFIRM APPT to confirm or CANCEL APPT to cancel. {questions}"
        }
        (Script::Reminder, Es) => {
            "{clinic}: recordatorio para {patient}: {visit}. Responda CONFIRMAR para confirmar o CANCELAR CITA para cancelar. {questions}"
        }
        (Script::VisitHelp, En) => {
            "Sorry, we did not understand. Reply CONFIRM APPT to confirm your appointment or CANCEL APPT to cancel it."
        }
        (Script::VisitHelp, Es) => {
            "No entendimos su respuesta. Responda CONFIRMAR para confirmar su cita o CANCELAR CITA para cancelarla."
        }
        (Script::CheckIn, En) => {
            "{first_name}, {clinic} asks: how have you been this week? Answer in your own words. Reply STOP to end these texts. Emergency: call 911."
        }
        (Script::CheckIn, Es) => {
            "{first_name}, {clinic} pregunta: como ha estado esta semana? Conteste con sus palabras. Responda STOP para no recibir mas. Emergencia: llame al 911."
        }
    }
}

const MODIFIED: [&str; 2] = ["{greeting} your {visit} {changed}. {questions}", "{greeting} su {visit} {changed}. {questions}"];

fn check(vital: Vital, direction: Direction, language: Language) -> &'static str {
    match (vital, direction, language) {
        (Vital::Bp, High, En) => "Your blood pressure reading is {value}. Are you feeling lightheaded, chest pain or a change in vision? Reply YES or NO. Emergency: call 911.",
        (Vital::Bp, Low, En) => "Your blood pressure reading is {value}. Are you feeling faint, dizzy, confused or cold? Reply YES or NO. Emergency: call 911.",
        (Vital::Glucose, High, En) => "Your glucose reading is {value}. Are you very thirsty, vomiting, confused or short of breath? Reply YES or NO. Emergency: call 911.",
        (Vital::Glucose, Low, En) => "Your glucose reading is {value}. Are you shaky, sweating, confused or faint? Reply YES or NO. Take sugar now. Emergency: call 911.",
        (Vital::Weight, _, En) => "Your weight is {value} lb, up quickly. Are you short of breath, or are your legs or belly swollen? Reply YES or NO. Emergency: call 911.",
        (Vital::Spo2, _, En) => "Your oxygen reading is {value}%. Are you short of breath, confused, or are your lips blue? Reply YES or NO. Emergency: call 911.",
        (Vital::HeartRate, _, En) => "Your heart rate is {value}. Are you feeling faint, chest pain or short of breath? Reply YES or NO. Emergency: call 911.",
        (Vital::Symptoms, _, En) => "Are you feeling unwell now? Reply YES or NO. Emergency: call 911.",
        (Vital::Bp, High, Es) => "Su presion arterial es {value}. Siente mareo, dolor de pecho o cambios en la vista? Responda SI o NO. Emergencia: llame al 911.",
        (Vital::Bp, Low, Es) => "Su presion arterial es {value}. Siente debilidad, mareo, confusion o frio? Responda SI o NO. Emergencia: llame al 911.",
        (Vital::Glucose, High, Es) => "Su glucosa es {value}. Tiene mucha sed, vomito, confusion o falta de aire? Responda SI o NO. Emergencia: llame al 911.",
        (Vital::Glucose, Low, Es) => "Su glucosa es {value}. Siente temblor, sudor, confusion o desmayo? Responda SI o NO. Tome azucar ya. Emergencia: llame al 911.",
        (Vital::Weight, _, Es) => "Su peso es {value} lb y subio rapido. Tiene falta de aire o las piernas o el vientre hinchados? Responda SI o NO. Emergencia: llame al 911.",
        (Vital::Spo2, _, Es) => "Su nivel de oxigeno es {value}%. Tiene falta de aire, confusion o labios azules? Responda SI o NO. Emergencia: llame al 911.",
        (Vital::HeartRate, _, Es) => "Su pulso es {value}. Siente desmayo, dolor de pecho o falta de aire? Responda SI o NO. Emergencia: llame al 911.",
        (Vital::Symptoms, _, Es) => "Se siente mal ahora? Responda SI o NO. Emergencia: llame al 911.",
    }
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use crate::outbox::{measure, Encoding};

    #[test]
    fn every_built_in_question_fits_one_segment_of_plain_letters_and_says_what_to_do_in_an_emergency() {
        for script in ALL.into_iter().filter(|s| s.group() == Group::Vitals) {
            for language in LANGUAGES {
                let body = filled(&Settings::default(), script, language, script.builtin(language), &SAMPLES[0]);
                let m = measure(&body);
                assert!(m.encoding == Encoding::Gsm7 && m.segments == 1, "{} {body}", m.places);
                assert!(body.contains("911") && body.is_ascii(), "{body}");
            }
        }
    }

    #[test]
    fn no_built_in_script_has_anything_to_warn_about() {
        for script in ALL {
            for language in LANGUAGES {
                let checked = check(&Settings::default(), script, language, script.builtin(language));
                let said: Vec<_> = checked.problems.iter().filter(|p| p.level != Level::Note).collect();
                assert!(said.is_empty(), "{} {said:?}", script.key(language));
            }
        }
    }
}
