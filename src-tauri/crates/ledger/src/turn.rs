//! One turn of the engine: everything it looks up and writes, committed as a whole or not at all.

use crate::trail::{self, Head};
use crate::{
    archive, check_ins, connections, downtimes, effects, episodes, opt_outs, past, patients, quarantines, raw, readings, scripts, seen,
    settings, shadow, shapes, staff, sweeps, tasks, visits, watch, Ledger, LedgerError,
};
use decide::input::{Past, Withdrawal};
use decide::rows::Row;
use decide::trail::Entry;
use decide::{Arrival, At, Mrn, Phone, Source, Visit};

/// An open transaction. Looks see what was written in it; dropping it without `commit` undoes it all.
pub struct Turn<'a> {
    ledger: &'a mut Ledger,
    began: Mark,
    savepoint: bool,
    done: bool,
}

/// A place in a turn to go back to.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    head: Head,
    next_raw: u64,
    people: usize,
}

impl<'a> Turn<'a> {
    pub(crate) fn begin(ledger: &'a mut Ledger) -> Result<Self, LedgerError> {
        ledger.conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let began = mark(ledger);
        Ok(Self { ledger, began, savepoint: false, done: false })
    }

    /// What is remembered that bears on an arrival of this patient.
    pub fn past(&mut self, mrn: &Mrn, arrival: &Arrival) -> Result<Past, LedgerError> {
        match self.ledger.people.find(&self.ledger.conn, mrn)? {
            None => Ok(Past::default()),
            Some(person) => past::of_arrival(&self.ledger.conn, &mut self.ledger.known, person, arrival),
        }
    }

    /// What a withdrawal without a value takes back: `former`. `repeat` if that was taken back before.
    pub fn past_of_withdrawal(&mut self, mrn: &Mrn, withdrawal: &Withdrawal) -> Result<Past, LedgerError> {
        match self.ledger.people.find(&self.ledger.conn, mrn)? {
            None => Ok(Past::default()),
            Some(person) => past::of_withdrawal(&self.ledger.conn, &self.ledger.known, person, withdrawal),
        }
    }

    /// A body as it came in, also one kept in this turn.
    pub fn raw(&self, id: u64) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(raw::one(&self.ledger.conn, id)?.map(|r| r.body))
    }

    /// Whether a webhook or message id was handled before.
    pub fn seen(&self, key: &str) -> Result<bool, LedgerError> {
        seen::contains(&self.ledger.conn, key)
    }

    /// When a webhook or message id was first handled.
    pub fn seen_at(&self, key: &str) -> Result<Option<At>, LedgerError> {
        seen::at(&self.ledger.conn, key)
    }

    /// The effect whose text Twilio knows by this sid.
    pub fn message_effect(&self, sid: &str) -> Result<Option<u64>, LedgerError> {
        effects::by_sid(&self.ledger.conn, sid)
    }

    /// The visit of an appointment.
    pub fn visit_of(&self, appointment_id: &str) -> Result<Option<Visit>, LedgerError> {
        visits::of_appointment(&self.ledger.conn, appointment_id)
    }

    /// A visit by its number.
    pub fn visit(&self, id: u64) -> Result<Option<Visit>, LedgerError> {
        visits::one(&self.ledger.conn, id)
    }

    /// Visits of a number that have not begun yet.
    pub fn visits_ahead(&self, phone: &Phone, now: At) -> Result<Vec<Visit>, LedgerError> {
        visits::ahead_of_phone(&self.ledger.conn, phone, now)
    }

    /// Visits of a patient that have not begun yet.
    pub fn visits_of_patient(&self, mrn: &Mrn, now: At) -> Result<Vec<Visit>, LedgerError> {
        visits::ahead_of_patient(&self.ledger.conn, mrn, now)
    }

    /// The next visits with a clock after a place, in order of their start.
    pub fn visits_starting_after(&self, place: (At, u64), max: usize) -> Result<Vec<Visit>, LedgerError> {
        visits::starting_after(&self.ledger.conn, place, max)
    }

    /// How many reminders a patient got on a local day.
    pub fn reminders_on(&mut self, mrn: &Mrn, day: &str) -> Result<u32, LedgerError> {
        match self.ledger.people.find(&self.ledger.conn, mrn)? {
            None => Ok(0),
            Some(person) => visits::reminders_on(&self.ledger.conn, person, day),
        }
    }

    /// Who sent what in the last fourteen days.
    pub fn sent(&self, now: At) -> Result<Vec<(Mrn, decide::Vital, decide::watch::Sent)>, LedgerError> {
        watch::sent(&self.ledger.conn, now)
    }

    /// Stores a row; a row of the same key is replaced.
    pub fn write(&mut self, row: &Row) -> Result<(), LedgerError> {
        let Ledger { conn, people, shapes, known, .. } = &mut *self.ledger;
        match row {
            Row::Reading(reading) => {
                let person = people.key(conn, &reading.mrn)?;
                let shape = shapes.key(conn, &reading.arrival.shape)?;
                known.note(conn, person, reading)?;
                readings::write(conn, person, shape, reading)
            }
            Row::ReadingWithdrawn { id } => {
                known.withdrawn(conn, *id)?;
                readings::withdraw(conn, *id)
            }
            Row::ReadingInChart { id } => readings::in_chart(conn, *id),
            Row::Patient(patient) => patients::write(conn, people.key(conn, &patient.mrn)?, patient),
            Row::Staff(staff) => staff::write(conn, staff),
            Row::LimitChange(change) => patients::write_change(conn, people.key(conn, &change.mrn)?, change),
            Row::Episode(episode) => episodes::write(conn, people.key(conn, &episode.mrn)?, episode),
            Row::Task(task) => tasks::write(conn, task),
            Row::Effect(effect) => {
                let person = effect.about.mrn.as_ref().map(|mrn| people.key(conn, mrn)).transpose()?;
                effects::write(conn, person, effect)
            }
            Row::Downtime(d) => downtimes::write(conn, d),
            Row::Connection(c) => connections::write(conn, c),
            Row::Disconnected(vendor) => connections::remove(conn, *vendor),
            Row::Exchanges { effect, exchanges } => crate::messages::write_exchanges(conn, *effect, exchanges),
            Row::OptOut { phone, out, at, by } => opt_outs::write(conn, phone, *out, *at, by.as_deref()),
            Row::Setting { name, value, at, by } => settings::write(conn, name, value, *at, by),
            Row::Quarantine(record) => quarantines::write(conn, record),
            Row::TrailCut { last } => archive::cut(conn, *last),
            Row::SweptFrom(began) => sweeps::write(conn, *began),
            Row::Script(version) => scripts::write(conn, version),
            Row::Judgement(j) => shadow::write(conn, j),
            Row::Minutes(l) => crate::minutes::write(conn, people.key(conn, &l.mrn)?, l),
            Row::Gate(gate) => shadow::write_gate(conn, gate),
            Row::CheckIn(c) => check_ins::write(conn, c),
            Row::Visit(visit) => visits::write(conn, visit),
            Row::ReminderDay { mrn, day } => visits::count_reminder(conn, people.key(conn, mrn)?, day),
            Row::ReminderBack { mrn, day } => visits::uncount_reminder(conn, people.key(conn, mrn)?, day),
            Row::PlannedTo(to) => visits::write_planned_to(conn, *to),
            Row::Watch { key, value } => watch::write(conn, key, value),
            Row::Seen { key, at } => seen::write(conn, key, *at),
            Row::Shape { source, shape, at } => shapes::write(conn, shapes.key(conn, shape)?, *source, *at),
        }
    }

    /// Forgets what was said to vendors about settled messages before then, at most so many; how many it was.
    pub fn forget_exchanges(&mut self, before: At, most: u32) -> Result<usize, LedgerError> {
        crate::messages::forget_exchanges(&self.ledger.conn, before, most)
    }

    /// Adds a line to the trail; returns its number.
    pub fn trail(&mut self, entry: &Entry) -> Result<u64, LedgerError> {
        let Ledger { conn, people, head, .. } = &mut *self.ledger;
        let person = trail::mrn(&entry.line).map(|mrn| people.key(conn, mrn)).transpose()?;
        *head = trail::append(conn, head, person, entry)?;
        Ok(head.seq)
    }

    /// Keeps a body exactly as it came; returns its number.
    pub fn keep_raw(&mut self, at: At, source: Source, body: &[u8]) -> Result<u64, LedgerError> {
        let id = self.ledger.next_raw;
        raw::write(&self.ledger.conn, id, at, source, body)?;
        self.ledger.next_raw += 1;
        Ok(id)
    }

    /// Marks a place before an input. Only the latest place can be gone back to.
    pub fn savepoint(&mut self) -> Result<Mark, LedgerError> {
        if self.savepoint {
            self.ledger.conn.prepare_cached("RELEASE input")?.execute([])?;
        }
        self.savepoint = false;
        self.ledger.conn.prepare_cached("SAVEPOINT input")?.execute([])?;
        self.savepoint = true;
        Ok(mark(self.ledger))
    }

    /// Undoes what was written since the latest savepoint: one bad input never spoils its batch.
    pub fn rollback_to(&mut self, place: Mark) -> Result<(), LedgerError> {
        self.ledger.conn.prepare_cached("ROLLBACK TO input")?.execute([])?;
        forget_since(self.ledger, place);
        Ok(())
    }

    /// Makes the turn last. When this has returned `Ok`, the turn survives power loss (`Durability::Full`).
    pub fn commit(mut self) -> Result<(), LedgerError> {
        self.ledger.conn.prepare_cached("COMMIT")?.execute([])?;
        self.ledger.people.settle();
        if let Some(checkpoints) = &self.ledger.checkpoints {
            checkpoints.committed();
        }
        self.done = true;
        Ok(())
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if !self.done {
            // A failed commit may have rolled back by itself; then this says so and nothing is lost.
            let _ = self.ledger.conn.execute_batch("ROLLBACK");
            forget_since(self.ledger, self.began);
        }
    }
}

fn mark(ledger: &Ledger) -> Mark {
    Mark { head: ledger.head, next_raw: ledger.next_raw, people: ledger.people.added() }
}

fn forget_since(ledger: &mut Ledger, place: Mark) {
    ledger.head = place.head;
    ledger.next_raw = place.next_raw;
    ledger.people.forget_since(place.people);
    ledger.shapes.forget();
    ledger.known.rolled_back();
}
