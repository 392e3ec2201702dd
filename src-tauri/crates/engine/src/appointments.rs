//! Appointments of the chart on their way through a turn: what a pull found, whose an appointment is, one tried again.

use crate::spine::{decide_one, Turned};
use decide::decode::chart_appointment::{entries, ChartAppointment};
use decide::decode::Refusal;
use decide::desk::{Answer, Desk};
use decide::input::{Input, RawRef};
use decide::outbox::SeenPatient;
use decide::rows::Row;
use decide::visits::{kept_appointment, open_key, version_key, ChartVisit};
use decide::{At, Source};
use ledger::{LedgerError, Turn};

/// What a pull of one place found: news are taken one by one, what was shown before is none.
pub(crate) fn pulled(
    desk: &mut Desk,
    turn: &mut Turn<'_>,
    now: At,
    location: &str,
    resources: &[String],
    out: &mut Turned,
) -> Result<(), LedgerError> {
    let key = format!("appointments-of:{location}");
    let since = turn.seen_at(&key)?;
    if since.is_none() {
        turn.write(&Row::Seen { key, at: now })?;
    }
    for resource in resources {
        let found = entries(resource.as_bytes());
        let one_of = found.and_then(|mut all| match all.pop() {
            Some(entry) => entry.decoded,
            None => Err(Refusal::invalid("not_an_appointment", "resourceType", "The chart's entry is not an Appointment.")),
        });
        // What cannot be read has no version: the same bytes are the same.
        let shown = one_of.as_ref().ok().and_then(version_key).unwrap_or_else(|| decide::hl7::dedupe_key(resource.as_bytes()));
        if turn.seen(&shown)? {
            continue;
        }
        turn.write(&Row::Seen { key: shown, at: now })?;
        let raw = RawRef { raw: turn.keep_raw(now, Source::ChartAppointments, resource.as_bytes())?, entry: 0, again: None };
        // What stood in the chart before this place was looked at first is nobody's news.
        let old_news = match (&one_of, since) {
            (Ok(a), Some(since)) => a.updated.is_some_and(|at| at < since),
            (Ok(_), None) => true,
            (Err(_), _) => false,
        };
        one(desk, turn, now, Source::ChartAppointments, &one_of, raw, old_news, &mut Vec::new(), out)?;
    }
    Ok(())
}

/// A body as the chart shows it: each entry is an input of its own.
pub(crate) fn shown(
    desk: &mut Desk,
    turn: &mut Turn<'_>,
    now: At,
    body: &[u8],
    answers: &mut Vec<Answer>,
    out: &mut Turned,
) -> Result<(), LedgerError> {
    let source = Source::ChartAppointments;
    let raw = turn.keep_raw(now, source, body)?;
    let at = |entry: usize| RawRef { raw, entry: entry as u32, again: None };
    match entries(body) {
        Ok(all) => {
            for entry in all {
                one(desk, turn, now, source, &entry.decoded, at(entry.at), false, answers, out)?;
            }
            Ok(())
        }
        Err(r) => one(desk, turn, now, source, &Err(r), at(0), false, answers, out),
    }
}

/// One Appointment, with what is remembered about it.
#[allow(clippy::too_many_arguments)]
pub(crate) fn one(
    desk: &mut Desk,
    turn: &mut Turn<'_>,
    now: At,
    source: Source,
    read: &Result<ChartAppointment, Refusal>,
    raw: RawRef,
    old_news: bool,
    answers: &mut Vec<Answer>,
    out: &mut Turned,
) -> Result<(), LedgerError> {
    let appointment = match read {
        Ok(a) => a.clone(),
        Err(r) => {
            let r = r.clone();
            let input = Input::Refused { source, raw, reason: r.reason, field: r.field, detail: r.detail };
            return decide_one(desk, turn, now, input, answers, out);
        }
    };
    take(desk, turn, now, source, appointment, None, raw, old_news, answers, out)
}

#[allow(clippy::too_many_arguments)]
fn take(
    desk: &mut Desk,
    turn: &mut Turn<'_>,
    now: At,
    source: Source,
    appointment: ChartAppointment,
    seen: Option<SeenPatient>,
    raw: RawRef,
    old_news: bool,
    answers: &mut Vec<Answer>,
    out: &mut Turned,
) -> Result<(), LedgerError> {
    let known = turn.visit_of(&appointment.id)?.map(Box::new);
    let was_open = turn.seen(&open_key(&appointment.id))?;
    // Only what nobody here has heard of is old news: a change of a known visit is told.
    let old_news = old_news && known.is_none();
    let visit = ChartVisit { source, appointment, seen, known, was_open, old_news, raw };
    decide_one(desk, turn, now, Input::ChartVisit(Box::new(visit)), answers, out)
}

/// The chart said whose a kept Appointment is: it is taken now.
pub(crate) fn whose(
    desk: &mut Desk,
    turn: &mut Turn<'_>,
    now: At,
    raw: RawRef,
    seen: SeenPatient,
    out: &mut Turned,
) -> Result<(), LedgerError> {
    let Some(body) = turn.raw(raw.raw)? else { return Ok(()) };
    let Some(Ok(appointment)) = kept_appointment(&body, raw.entry).map(|e| e.decoded) else { return Ok(()) };
    let first = first_sight(turn, &appointment)?;
    take(desk, turn, now, Source::ChartAppointments, appointment, Some(seen), raw, first, &mut Vec::new(), out)
}

/// Whether an Appointment whose patient had to be asked for stood in the chart before its place was looked at.
fn first_sight(turn: &Turn<'_>, a: &ChartAppointment) -> Result<bool, LedgerError> {
    let since = turn.seen_at(&format!("appointments-of:{}", a.location_id))?;
    Ok(since.is_some_and(|since| a.updated.is_some_and(|at| at < since)))
}

/// A quarantined Appointment is tried again.
pub(crate) fn again(
    desk: &mut Desk,
    turn: &mut Turn<'_>,
    now: At,
    body: &[u8],
    raw: RawRef,
    answers: &mut Vec<Answer>,
    out: &mut Turned,
) -> Result<(), LedgerError> {
    match kept_appointment(body, raw.entry).map(|e| e.decoded) {
        Some(Ok(appointment)) => take(desk, turn, now, Source::ChartAppointments, appointment, None, raw, false, answers, out),
        other => {
            let (reason, detail) = match other {
                Some(Err(r)) => (r.reason, r.detail),
                _ => ("unreadable".into(), "The body cannot be read as an Appointment.".into()),
            };
            answers.push(Answer {
                outcome: decide::trail::IntakeOutcome::Quarantined,
                reason: Some(reason),
                detail: Some(detail),
                ..Answer::default()
            });
            Ok(())
        }
    }
}
