//! Quarantined records that are tried again, from their kept bytes.

use crate::spine::{reading, studio, visit, Turned};
use decide::decode::unbroken;
use decide::desk::{Answer, Desk};
use decide::input::RawRef;
use decide::trail::IntakeOutcome;
use decide::{At, Source};
use ledger::{LedgerError, Turn};

/// Decodes a quarantined record from its kept bytes and takes it again.
pub(crate) fn again(
    desk: &mut Desk,
    turn: &mut Turn<'_>,
    now: At,
    id: u64,
    corrected: Option<&[u8]>,
    answers: &mut Vec<Answer>,
    out: &mut Turned,
) -> Result<(), LedgerError> {
    let Some(q) = desk.quarantine.get(&id).cloned() else { return Ok(()) };
    let (kept, raw) = match corrected {
        Some(body) => (turn.keep_raw(now, q.source, body)?, Some(body.to_vec())),
        None => (q.raw, turn.raw(q.raw)?),
    };
    let Some(raw) = raw else { return Ok(()) };
    let at = RawRef { raw: kept, entry: q.entry, again: Some(id) };
    let told = match q.source {
        Source::StudioHook => {
            return match unbroken(|| decide::decode::studio::answer(&raw, None)) {
                Ok(answer) => studio(desk, turn, now, &answer, at, answers, out),
                Err(r) => {
                    answers.push(still_waiting(r.reason, r.detail));
                    Ok(())
                }
            };
        }
        Source::AppointmentHook => unbroken(|| decide::decode::appointment::event(&raw)),
        Source::Mllp => unbroken(|| decide::hl7::decode(&raw, &desk.site_map()).map_err(decide::decode::Refusal::from)),
        Source::ChartAppointments => return crate::appointments::again(desk, turn, now, &raw, at, answers, out),
        _ => {
            let entry =
                unbroken(|| decide::decode::entries(&raw)).ok().and_then(|b| b.entries.into_iter().find(|e| e.at as u32 == q.entry));
            return match entry {
                Some(entry) => reading(desk, turn, now, q.source, &entry.decoded, at, answers, out),
                None => {
                    answers.push(still_waiting(q.reason, q.detail));
                    Ok(())
                }
            };
        }
    };
    match told {
        Ok(event) => visit(desk, turn, now, q.source, &event, at, answers, out),
        Err(r) => {
            answers.push(still_waiting(r.reason, r.detail));
            Ok(())
        }
    }
}

/// Tried again and still not readable.
fn still_waiting(reason: String, detail: String) -> Answer {
    Answer { outcome: IntakeOutcome::Quarantined, reason: Some(reason), detail: Some(detail), ..Answer::default() }
}
