//! The console is back after an absence, closed or asleep.

use crate::due::due_visits;
use crate::spine::{decide_one, Turned};
use chrono::TimeDelta;
use decide::desk::{Answer, Desk};
use decide::input::Input;
use decide::watch::Why;
use decide::At;
use ledger::{LedgerError, Turn};

/// An absence without anything due is told from here on.
const SHORT_ABSENCE: TimeDelta = TimeDelta::minutes(5);

/// The console is back after an absence: catches up in this very turn, and says what was due meanwhile.
pub(crate) fn back(
    desk: &mut Desk,
    turn: &mut Turn<'_>,
    now: At,
    input: &Input,
    absence: Option<(At, Why)>,
    answers: &mut Vec<Answer>,
    out: &mut Turned,
) -> Result<(), LedgerError> {
    let due = absence.map(|(from, why)| (from, why, desk.due_while_away(from, now)));
    let said = out.lines.len();
    decide_one(desk, turn, now, input.clone(), answers, out)?;
    habits(desk, turn, now)?;
    let mut aside = Vec::new();
    decide_one(desk, turn, now, Input::Tick, &mut aside, out)?;
    due_visits(desk, turn, now, out)?;
    let Some((from, why, due)) = due else { return Ok(()) };
    let away = desk.away(from, now, why, &due, &out.lines[said..]);
    if away.items.is_empty() && now - from < SHORT_ABSENCE {
        return Ok(());
    }
    decide_one(desk, turn, now, Input::WasAway(Box::new(away)), &mut aside, out)
}

/// Who usually sends what, once it is asked for.
pub(crate) fn habits(desk: &mut Desk, turn: &Turn<'_>, now: At) -> Result<(), LedgerError> {
    if desk.watch.wants_sent(&desk.settings) {
        desk.remember_sent(now, turn.sent(now)?);
    }
    Ok(())
}
