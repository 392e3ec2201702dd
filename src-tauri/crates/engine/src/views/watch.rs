//! What was due while the console was away, on the Connections screen.

use super::row::brief_of;
use super::timeline::purpose_words;
use super::words::pick;
use decide::desk::Desk;
use decide::outbox::TextPurpose;
use decide::watch::{AwayItem, Why};
use decide::ClockKind;
use serde::Deserialize;
use wire::{AwayRow, AwayView, Language};

/// So many rows are listed.
const LISTED: usize = 50;

/// The last absence; none: there was none, or nothing was due in it.
pub(crate) fn away(desk: &Desk, l: Language) -> Option<AwayView> {
    let away = desk.watch.away.as_ref().filter(|a| !a.items.is_empty())?;
    let row = |i: &AwayItem| AwayRow {
        due: i.due,
        what: what(&i.what, l),
        became: serde_json::to_value(i.became).ok().and_then(|v| v.as_str().map(String::from)).unwrap_or_default(),
        until: i.until,
        patient: i.mrn.as_ref().map(|mrn| brief_of(desk, mrn)),
        appointment_id: i.appointment_id.clone(),
        row: i.row.map(|r| r.to_string()),
    };
    Some(AwayView {
        from: away.from,
        until: away.until,
        why: if away.why == Why::Asleep { "asleep" } else { "closed" }.into(),
        items: away.items.iter().take(LISTED).map(row).collect(),
        more: (away.more + away.items.len().saturating_sub(LISTED)) as u32,
    })
}

/// A clock, a text or a request, in words.
fn what(name: &str, l: Language) -> String {
    let value = serde_json::Value::from(name);
    if let Ok(purpose) = TextPurpose::deserialize(&value) {
        return purpose_words(purpose, l).into();
    }
    let (en, es) = match ClockKind::deserialize(&value) {
        Ok(ClockKind::ReplyWait | ClockKind::ReplyLook | ClockKind::InboundPoll) => ("wait for an answer", "espera de respuesta"),
        Ok(ClockKind::TextLimit) => ("time limit of a text", "plazo de un mensaje"),
        Ok(ClockKind::HoldEnds) => ("end of quiet hours", "fin de las horas de silencio"),
        Ok(ClockKind::AckTarget | ClockKind::AckLimit) => ("acknowledgement of a page", "confirmación de un aviso"),
        Ok(ClockKind::BackupText) => ("text to the backup numbers", "aviso a los números de respaldo"),
        Ok(ClockKind::Lease) => ("end of a claim", "fin de una toma a cargo"),
        Ok(ClockKind::ShelfEnds) => ("end of a shelf", "fin de un aplazamiento"),
        Ok(ClockKind::Proof | ClockKind::PagerFallback | ClockKind::PagerPoll) => ("proof of a page", "prueba de un aviso"),
        Ok(ClockKind::Review | ClockKind::ReviewPage) => ("review by staff", "revisión del personal"),
        Err(_) => match name {
            "page" => ("page", "aviso"),
            "post" => ("Slack post", "mensaje en Slack"),
            "chart" => ("entry in the chart", "anotación en la historia"),
            "ehr_request" => ("request to the EHR", "solicitud a la HCE"),
            _ => ("request", "solicitud"),
        },
    };
    pick(l, en, es).into()
}
