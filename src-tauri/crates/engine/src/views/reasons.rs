//! What put something before staff, in words: task headlines and attention lines.

use wire::Language;

/// The reason as a short sentence, English and Spanish; none for a reason without words of its own.
fn words(reason: &str) -> Option<(&'static str, &'static str)> {
    Some(match reason {
        "open_at_go_live" => ("It was open in shadow mode: nobody was told", "Estaba abierto en modo sombra: no se avisó a nadie"),
        "held" => ("Waits for the end of quiet hours", "Espera el fin de las horas de silencio"),
        "no_text_possible" => ("The patient cannot be reached by text", "No se puede contactar al paciente por mensaje"),
        "ack_limit" => ("Nobody acknowledged within the limit", "Nadie atendió dentro del plazo máximo"),
        "ack_overdue" => ("The page has not been acknowledged in time", "La llamada a la guardia no se atendió a tiempo"),
        "lease_expired" => ("Taken earlier and not finished", "Alguien lo tomó y no lo terminó"),
        "note_without_incident" => ("A note for on call found no incident", "Una nota para la guardia no encontró incidente"),
        "page_not_proven" => ("The page may not have reached anybody", "La llamada quizá no llegó a nadie"),
        "pager_down" => ("The pager cannot be reached: call on call yourself", "El localizador no responde: llame usted a la guardia"),
        "review_overdue" => ("Waiting for staff too long", "Espera al personal demasiado tiempo"),
        "device_clock" => ("The device's clock is ahead", "El reloj del dispositivo está adelantado"),
        "still_out_of_limit" => ("Still out of limit after it was closed", "Sigue fuera de límite después del cierre"),
        "check_device" => ("Not plausible: check the device", "No es verosímil: revise el dispositivo"),
        "reading_after_end" => ("A reading came for a patient who is not active", "Llegó una lectura de un paciente inactivo"),
        "critical_while_away" => ("Critical while the patient is paused or admitted", "Crítico con el paciente en pausa o ingresado"),
        "late_reading" => ("An old reading came in late", "Una lectura antigua llegó tarde"),
        "out_of_order_reading" => ("A reading came in out of order", "Una lectura llegó fuera de orden"),
        "reading_without_time" => ("A reading came without its time", "Llegó una lectura sin hora"),
        "corrected" => ("The source corrected the reading", "El origen corrigió la lectura"),
        "retracted" => ("The source took the reading back", "El origen retiró la lectura"),
        "critical_again" => ("Critical again", "Crítico de nuevo"),
        "quarantined" => ("A record could not be used", "Un registro no se pudo usar"),
        "event_text_too_late" => ("The visit was over before its text could be sent", "La cita pasó antes de poder enviar su mensaje"),
        "engine_fault" => ("The program broke on it", "El programa falló con esto"),
        "symptoms" => ("The patient reports symptoms", "El paciente comunica síntomas"),
        "help_asked" => ("The patient asked for help by text", "El paciente pidió ayuda por mensaje"),
        "answered_no" => ("Answered: no symptoms", "Respondió: sin síntomas"),
        "late_answer" => ("An answer came after the wait", "Llegó una respuesta después del plazo"),
        "unclear_answer" => ("The answer was not understood", "No se entendió la respuesta"),
        "ambiguous_answer" => ("The answer fits more than one question", "La respuesta sirve para más de una pregunta"),
        "text_without_question" => ("The patient wrote without being asked", "El paciente escribió sin que se le preguntara"),
        "danger_words_unknown_number" => ("Danger words from an unknown number", "Palabras de alarma desde un número desconocido"),
        "check_in_reply" => ("The patient answered a check-in", "El paciente respondió a un mensaje de seguimiento"),
        "check_in_too_late" => ("A check-in could not be sent in time", "Un mensaje de seguimiento no pudo enviarse a tiempo"),
        "reminder_refused" => ("A reminder was refused: nobody was reminded", "Un recordatorio fue rechazado: no se recordó a nadie"),
        "readings_not_pulled" => ("Readings could not be read from the chart", "No se pudieron leer las mediciones de la historia clínica"),
        "chart_pull_slow" => {
            ("Reading the chart once takes more than 5 minutes", "Leer la historia clínica una vez tarda más de 5 minutos")
        }
        "nobody_on_call" => ("Nobody is on call", "No hay nadie de guardia"),
        "on_call_unknown" => ("Who is on call is not known", "No se sabe quién está de guardia"),
        "connection_trouble" => ("A connection has a problem", "Una conexión tiene un problema"),
        "connection_blocked" => ("A connection is not set up", "Una conexión no está configurada"),
        "connection_restored" => ("A connection works again", "Una conexión funciona de nuevo"),
        "note_missing" => ("Closed without a note: please write one", "Cerrado sin nota: escriba una"),
        "minutes_missing" => ("Closed without minutes: please enter them", "Cerrado sin minutos: anótelos"),
        "chart_blocked" => ("The chart did not take an entry", "La historia clínica no aceptó una entrada"),
        "unacknowledged" => ("The page is open again", "La llamada está abierta de nuevo"),
        "resolved_by_nobody" => {
            ("Resolved automatically: no clinician has reviewed it", "Resuelto automáticamente: ningún clínico lo ha revisado")
        }
        "back_to_normal" => ("Back inside the limits", "De nuevo dentro de los límites"),
        "test_message" => ("A test message about a visit", "Mensaje de prueba sobre una cita"),
        "time_conflict" => ("A message gives two times for one visit", "Un mensaje da dos horas para una cita"),
        "after_cancel" => ("News about a visit that is canceled", "Novedad sobre una cita cancelada"),
        "modified_time" => ("Changed to a new time: handled as rescheduled", "Cambió de hora: tratada como reprogramada"),
        "phone_problem" => ("The number for a visit cannot be used", "El número de una cita no sirve"),
        "visit_past" => ("News about a visit whose time has passed", "Novedad sobre una cita ya pasada"),
        "daily_limit" => ("A reminder was not sent: daily limit", "Un recordatorio no se envió: límite diario"),
        "no_open_window" => ("A reminder was not sent: no open window", "Un recordatorio no se envió: sin horario abierto"),
        "console_was_closed" => ("A reminder was not sent: the console was closed", "Un recordatorio no se envió: consola cerrada"),
        "shared_phone" => ("An answer from a number that patients share", "Respuesta desde un número compartido"),
        "cancel_meant_appointment" => {
            ("Wrote CANCEL: texts stopped, visit not canceled", "Escribió CANCEL: sin mensajes, cita sin cancelar")
        }
        "coverage_hole" => ("Nobody is on call for a while: cover the schedule", "Habrá un tiempo sin nadie de guardia: cubra el turno"),
        "coverage_filled" => ("The schedule is covered again", "El turno de guardia está cubierto de nuevo"),
        "coverage_unknown" => ("The on-call schedule cannot be read", "No se puede leer el calendario de guardias"),
        "coverage_known" => ("The on-call schedule can be read again", "El calendario de guardias se puede leer de nuevo"),
        "webhook_disabled" => {
            ("The pager no longer tells this console by itself", "El localizador ya no avisa por sí mismo a esta consola")
        }
        "webhook_restored" => ("The pager tells this console again", "El localizador avisa de nuevo a esta consola"),
        "backup_failed" => ("The records could not be copied", "No se pudieron copiar los registros"),
        "backup_late" => ("No good copy of the records is recent", "No hay copia reciente de los registros"),
        "signature_refused" => ("A webhook's signature did not match", "La firma de un webhook no coincide"),
        "paged_by_second_key" => ("Paged by the second routing key", "Se llamó por la segunda clave"),
        "source_silent" => ("A source of data is silent", "Un origen de datos no envía nada"),
        "source_again" => ("Data arrives again", "Los datos llegan de nuevo"),
        "missing_readings" => ("A patient has stopped sending readings", "El paciente dejó de enviar lecturas"),
        "readings_again" => ("Readings arrive again", "Las lecturas llegan de nuevo"),
        "clock_set" => ("This computer's clock was set", "Se cambió el reloj de este equipo"),
        "heartbeat_failed" => ("The outside watch could not be told", "No se pudo avisar a la vigilancia externa"),
        "heartbeat_restored" => ("The outside watch is told again", "La vigilancia externa recibe avisos de nuevo"),
        "scopes_excess" => (
            "The chart grants more than this console may hold: nothing is sent to it",
            "La historia clínica concede más de lo permitido: no se le envía nada",
        ),
        "credential_overdue" => ("A credential is to be renewed", "Toca renovar una credencial"),
        "stuck" => ("Messages are stuck", "Hay mensajes atascados"),
        "queue_drained" => ("Everything that waited has gone out", "Salió todo lo que esperaba"),
        "sending_stopped" => ("Sending is stopped: call the clinician yourself", "Envíos detenidos: llame usted al médico"),
        "pager_maintenance" => {
            ("The pager is in maintenance: call the clinician yourself", "El localizador está en mantenimiento: llame usted al médico")
        }
        "message_parked" => ("A message is parked", "Hay un mensaje en espera"),
        "unverified" => ("The value is not verified", "El valor no está verificado"),
        "filtered" => ("Stopped by a filter", "Detenido por un filtro"),
        "studio_busy" => {
            ("A visit text could not go: an earlier texting flow did not end", "Un mensaje de cita no salió: un flujo anterior no terminó")
        }
        "too_late" => ("A visit text could not be sent in time", "Un mensaje de cita no salió a tiempo"),
        "answers_disagree" => ("The patient's words and the texting flow disagree", "Las palabras del paciente y el flujo no coinciden"),
        "answer_too_late" => ("The patient's answer came too late for the visit", "La respuesta llegó tarde para la cita"),
        "unknown_visit" => ("An answer came for a visit that is not known", "Llegó una respuesta de una cita desconocida"),
        _ => return None,
    })
}

/// The reason as a short sentence.
pub(crate) fn title(reason: &str, l: Language) -> String {
    match (words(reason), l) {
        (Some((en, _)), Language::En) => en.into(),
        (Some((_, es)), Language::Es) => es.into(),
        (None, _) => super::words::capital(&reason.replace('_', " ")),
    }
}

/// Why a record is in quarantine, English and Spanish.
pub(crate) fn quarantine_title(reason: &str, l: Language) -> String {
    let (en, es) = match reason {
        "unknown_patient" => ("The patient is not enrolled here", "El paciente no está inscrito aquí"),
        "ambiguous_patient" => ("Several patients fit", "Coincide con varios pacientes"),
        "no_patient" => ("No patient is named", "No nombra a ningún paciente"),
        "no_unit" => ("The unit is missing", "Falta la unidad"),
        "unknown_unit" => ("The unit is not known", "Unidad desconocida"),
        "unknown_code" => ("The code is not known", "Código desconocido"),
        "no_value" => ("There is no value", "No hay valor"),
        "comparator_straddles_limit" => ("Only a bound was given and a limit lies inside it", "Solo dio una cota y un límite cae dentro"),
        "no_time" => ("The time is missing", "Falta la hora"),
        "future_dated" => ("Dated more than a day ahead", "Fechado con más de un día de adelanto"),
        "unknown_status" => ("The status is not known", "Estado desconocido"),
        "not_an_observation" => ("Not an Observation", "No es una observación"),
        "does_not_fit" => ("It does not fit what is known here", "No encaja con lo que se sabe aquí"),
        "unreadable" => ("Could not be read", "No se pudo leer"),
        other => return super::words::capital(&other.replace('_', " ")),
    };
    super::words::pick(l, en, es).into()
}
