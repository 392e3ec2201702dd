//! Visits whose time has come, or that are planned again: each is read, decided on and stored by itself.

use crate::spine::{decide_one, Turned};
use decide::desk::{Desk, Duty};
use decide::input::Input;
use decide::rows::Row;
use decide::{At, Visit};
use ledger::{LedgerError, Turn};

/// So many visits are looked at in one turn: a turn stays short for whoever waits for its answer.
const VISITS_A_TURN: usize = 256;

/// Visits whose time has come: each is read, decided on and stored by itself. So many in a turn; the rest in the next.
pub(crate) fn due_visits(desk: &mut Desk, turn: &mut Turn<'_>, now: At, out: &mut Turned) -> Result<(), LedgerError> {
    for _ in 0..VISITS_A_TURN {
        let Some(id) = desk.ahead.first_due(now) else { break };
        due_visit(desk, turn, now, id, out)?;
    }
    Ok(())
}

/// One visit that is due.
pub(crate) fn due_visit(desk: &mut Desk, turn: &mut Turn<'_>, now: At, id: u64, out: &mut Turned) -> Result<(), LedgerError> {
    // A visit never asks for the same instant twice; should one, the rest must not wait for it.
    desk.ahead.set(id, None);
    let Some(visit) = turn.visit(id)? else { return Ok(()) };
    let reminders_today = reminders_today(desk, turn, &visit, now)?;
    decide_one(desk, turn, now, Input::VisitDue { visit: Box::new(visit), reminders_today }, &mut Vec::new(), out)
}

/// After a change of settings: the next visits in order of their start, which is the order of their due times. How far
/// it came is stored in the same turn.
pub(crate) fn plan_again(desk: &mut Desk, turn: &mut Turn<'_>, now: At, out: &mut Turned) -> Result<(), LedgerError> {
    let Some(place) = desk.ahead.planned_to() else { return Ok(()) };
    let visits = turn.visits_starting_after(place, VISITS_A_TURN)?;
    let last = visits.last().filter(|_| visits.len() == VISITS_A_TURN).map(|v| (v.told.instant(), v.id));
    for visit in visits {
        desk.place.visit = Some(visit.id);
        // One that is set aside is planned when it is tried again.
        if desk.aside_holds(&Duty::Visit(visit.id)) {
            continue;
        }
        visit_again(desk, turn, now, visit, out)?;
    }
    desk.ahead.plan_again(last, now);
    turn.write(&Row::PlannedTo(last))
}

pub(crate) fn visit_again(desk: &mut Desk, turn: &mut Turn<'_>, now: At, visit: Visit, out: &mut Turned) -> Result<(), LedgerError> {
    let reminders_today = reminders_today(desk, turn, &visit, now)?;
    decide_one(desk, turn, now, Input::VisitAgain { visit: Box::new(visit), reminders_today }, &mut Vec::new(), out)
}

pub(crate) fn reminders_today(desk: &Desk, turn: &mut Turn<'_>, visit: &Visit, now: At) -> Result<u32, LedgerError> {
    let (mrn, day) = desk.reminder_day(visit, now);
    turn.reminders_on(&mrn, &day)
}
