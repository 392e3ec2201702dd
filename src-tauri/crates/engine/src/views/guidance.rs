//! What to do now: a small table by vital and direction, with what the situation adds.

use super::words::pick;
use decide::{Direction, Episode, Severity, Vital};
use wire::Language;

/// The guidance of an episode.
pub(crate) fn of_episode(e: &Episode, l: Language) -> String {
    if !e.is_open() {
        let (en, es) = if super::waits_for_words(e) {
            (
                "Complete the record: the note and the minutes go to the chart.",
                "Complete el registro: la nota y los minutos van a la historia clínica.",
            )
        } else {
            ("Closed. A further reading beyond a limit opens a new row.", "Cerrado. Otra lectura fuera de límite abre una fila nueva.")
        };
        return pick(l, en, es).into();
    }
    let mut parts = Vec::new();
    if let Some(first) = situation(e, l) {
        parts.push(first);
    }
    parts.push(table(e.vital, e.direction.unwrap_or(Direction::High), l));
    parts.join(" ")
}

/// What the situation asks for before anything else.
fn situation(e: &Episode, l: Language) -> Option<&'static str> {
    let unsent = e.pages.last().is_some_and(|p| p.sent_at.is_none() && p.first_failed_at.is_some());
    let (en, es) = if super::lamps::unverified(e) {
        (
            "The unit is missing: call and read the value from the device with the patient.",
            "Falta la unidad: llame y lea el valor del dispositivo con el paciente.",
        )
    } else if unsent {
        ("The pager is down: telephone the clinician on call yourself.", "El localizador no responde: telefonee usted a la guardia.")
    } else if e.symptoms == Some(true) {
        ("The patient reports symptoms: call now.", "El paciente comunica síntomas: llame ahora.")
    } else if e.review.as_deref() == Some("unclear_answer") {
        ("The answer was not understood: read it below and call if in doubt.", "No se entendió la respuesta: léala abajo y llame si duda.")
    } else if e.latest.verdict.severity == Severity::Routine {
        (
            "The newest reading is inside the limits: confirm how the patient feels.",
            "La última lectura está dentro de los límites: confirme cómo se siente.",
        )
    } else if e.no_text.is_some() {
        ("Texts do not reach this patient: call.", "Los mensajes no llegan a este paciente: llame.")
    } else if e.worst == Severity::Critical {
        ("Call the patient now; do not wait for the answer to the text.", "Llame al paciente ahora; no espere la respuesta al mensaje.")
    } else if e.symptoms == Some(false) {
        ("No symptoms: check the trend and the medication, then close.", "Sin síntomas: revise la tendencia y la medicación, y cierre.")
    } else {
        return None;
    };
    Some(pick(l, en, es))
}

/// What to ask and do for a vital that is off in that direction.
fn table(vital: Vital, direction: Direction, l: Language) -> &'static str {
    use Direction::{High, Low};
    let (en, es) = match (vital, direction) {
        (Vital::Bp, High) => (
            "Ask about chest pain, headache, weakness and vision. Repeat seated after five minutes of rest. 911 if there are symptoms.",
            "Pregunte por dolor de pecho, de cabeza, debilidad y visión. Repita sentado tras cinco minutos de reposo. 911 si hay síntomas.",
        ),
        (Vital::Bp, Low) => (
            "Ask about dizziness, fainting and fluids. Have the patient sit or lie down and repeat. Ask about today's pills.",
            "Pregunte por mareo, desmayo y líquidos. Que se siente o acueste y repita. Pregunte por las pastillas de hoy.",
        ),
        (Vital::Glucose, High) => (
            "Ask about thirst, vomiting and breathing, and about missed insulin. Repeat in an hour. 911 if confused or vomiting.",
            "Pregunte por sed, vómito, respiración e insulina omitida. Repita en una hora. 911 si hay confusión o vómito.",
        ),
        (Vital::Glucose, Low) => (
            "15 g of sugar now, repeat after 15 minutes. Stay on the line. 911 if the patient cannot swallow or is confused.",
            "15 g de azúcar ahora, repita a los 15 minutos. No cuelgue. 911 si no puede tragar o está confuso.",
        ),
        (Vital::Weight, _) => (
            "Ask about breathing, sleeping flat, swelling, salt and missed water pills. Check that the scale stood on a hard floor.",
            "Pregunte por respiración, dormir acostado, hinchazón, sal y diuréticos omitidos. Compruebe que la báscula estaba en piso firme.",
        ),
        (Vital::Spo2, _) => (
            "Ask about breath and colour of the lips. Warm the finger, remove polish, repeat. 911 if short of breath at rest or still below 88.",
            "Pregunte por la respiración y el color de los labios. Caliente el dedo, quite esmalte, repita. 911 si hay ahogo en reposo o sigue bajo 88.",
        ),
        (Vital::HeartRate, _) => (
            "Ask about palpitations, chest pain and fainting. Repeat at rest. 911 if there are symptoms.",
            "Pregunte por palpitaciones, dolor de pecho y desmayo. Repita en reposo. 911 si hay síntomas.",
        ),
        (Vital::Symptoms, _) => ("Call the patient now. 911 if you cannot reach them or they are worse.", "Llame al paciente ahora. 911 si no lo localiza o está peor."),
    };
    pick(l, en, es)
}

/// What to do about a task.
pub(crate) fn of_task(reason: &str, l: Language) -> String {
    let (en, es) = match reason {
        "quarantined" => (
            "The record is kept whole. Mend its cause (enrol the patient, ask the sender for the unit), then try it again on Connections.",
            "El registro se guarda entero. Corrija la causa (inscriba al paciente, pida la unidad) y reproceselo en Conexiones.",
        ),
        "engine_fault" => (
            "It is tried again by itself. Until then look after this yourself, and report it with the log.",
            "Se reintenta solo. Mientras tanto atiéndalo usted y comuníquelo con el registro.",
        ),
        "check_device" => (
            "Ask the patient to check the device and measure again. Nobody was paged.",
            "Pida al paciente que revise el dispositivo y repita. No se llamó a nadie.",
        ),
        "text_without_question" => {
            ("Read what the patient wrote and answer or call.", "Lea lo que escribió el paciente y responda o llame.")
        }
        "danger_words_unknown_number" => ("Call that number now and find out who it is.", "Llame ahora a ese número y averigüe quién es."),
        "critical_while_away" => (
            "Nobody was texted or paged because the patient is away: tell the team that has them.",
            "No se escribió ni llamó porque el paciente está fuera: avise al equipo que lo atiende.",
        ),
        "reading_after_end" => {
            ("Ask who still uses this device, and have it collected.", "Averigüe quién usa aún el dispositivo y que se recoja.")
        }
        "late_reading" | "out_of_order_reading" | "reading_without_time" => (
            "It raised no text and no page by itself. Look at when it was measured and call if it still matters.",
            "No causó mensaje ni llamada. Mire cuándo se midió y llame si aún importa.",
        ),
        "still_out_of_limit" => (
            "The limit is still exceeded after the close: decide whether to act again.",
            "Sigue fuera de límite tras el cierre: decida si actuar de nuevo.",
        ),
        "time_conflict" => (
            "Ask the scheduling desk which time is right. Nobody was texted, and the visit stays as it was.",
            "Pregunte en citas cuál es la hora correcta. No se escribió a nadie y la cita queda como estaba.",
        ),
        "cancel_meant_appointment" => (
            "Call the patient: the word CANCEL stopped all texts, and the visit still stands.",
            "Llame al paciente: la palabra CANCEL detuvo los mensajes y la cita sigue en pie.",
        ),
        "shared_phone" => (
            "Call and ask which patient answered: nothing was confirmed or canceled.",
            "Llame y pregunte qué paciente respondió: nada se confirmó ni canceló.",
        ),
        "phone_problem" => (
            "Ask for a number that takes texts and have it corrected in the schedule.",
            "Pida un número que reciba mensajes y que se corrija en la agenda.",
        ),
        "daily_limit" | "no_open_window" | "console_was_closed" => {
            ("The patient was not reminded: call if the visit matters.", "No se recordó la cita al paciente: llame si la cita importa.")
        }
        "after_cancel" | "visit_past" | "modified_time" => {
            ("Compare with the schedule: if it is right there, close this.", "Compare con la agenda: si allí está bien, cierre esto.")
        }
        _ => ("Look at it, do what it needs, and close it.", "Véalo, haga lo que pida y ciérrelo."),
    };
    pick(l, en, es).into()
}
