//! Stored readings in the order they arrived, piece by piece: what a back-test replays.

use crate::codes::{ms, vital_code};
use crate::reader::Reader;
use crate::{episodes, patients, people, readings, LedgerError};
use decide::{At, Episode, Mrn, Patient, Reading, Vital};
use rusqlite::{params, Connection, OptionalExtension};

impl Reader {
    /// Every patient.
    pub fn patients(&self) -> Result<Vec<Patient>, LedgerError> {
        patients::all(&self.conn)
    }

    /// Numbers of the first reading that arrived at or after that instant, and of the newest one.
    pub fn readings_span(&self, since: At) -> Result<Option<(u64, u64)>, LedgerError> {
        let Some(last) = self.conn.query_row("SELECT max(id) FROM reading", [], |r| r.get::<_, Option<u64>>(0))? else { return Ok(None) };
        // Numbers follow arrival, so the first one is found by halving.
        let (mut low, mut high) = (0, last + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            match at_or_after(&self.conn, middle)? {
                Some((_, arrived)) if arrived < ms(since) => low = middle + 1,
                _ => high = middle,
            }
        }
        Ok(at_or_after(&self.conn, low)?.map(|(first, _)| (first, last)))
    }

    /// The next readings of these vitals from that number on, in the order of arrival, and where to go on: each call is a
    /// look of its own, so that a long replay holds up nobody.
    pub fn readings_from(&self, id: u64, vitals: &[Vital], max: u32) -> Result<(Vec<Reading>, Option<u64>), LedgerError> {
        let codes: Vec<String> = vitals.iter().map(|v| vital_code(*v).to_string()).collect();
        let last: Option<u64> = self
            .conn
            .prepare_cached("SELECT max(id) FROM (SELECT id FROM reading WHERE id >= ?1 ORDER BY id LIMIT ?2)")?
            .query_row(params![id, max], |r| r.get(0))?;
        let Some(last) = last else { return Ok((Vec::new(), None)) };
        Ok((readings::between(&self.conn, id, last, &codes.join(","))?, Some(last + 1)))
    }

    /// One patient's readings of a vital that were measured or arrived since then, in the order of arrival.
    pub fn readings_of(&self, mrn: &Mrn, vital: Vital, since: At) -> Result<Vec<Reading>, LedgerError> {
        let Some(person) = people::find(&self.conn, mrn)? else { return Ok(Vec::new()) };
        let mut found = readings::trend(&self.conn, person, vital, since, usize::MAX >> 1)?;
        found.sort_by_key(|r| r.id);
        Ok(found)
    }

    /// Calls with every episode that was open at or after that instant; of one patient, or of all.
    pub fn each_episode_since(&self, since: At, mrn: Option<&Mrn>, mut take: impl FnMut(Episode)) -> Result<(), LedgerError> {
        let person = match mrn {
            None => None,
            Some(mrn) => match people::find(&self.conn, mrn)? {
                Some(person) => Some(person),
                None => return Ok(()),
            },
        };
        episodes::each_since(&self.conn, since, person, &mut take)
    }

    /// The newest episodes before that number, newest first.
    pub fn newest_episodes(&self, before: Option<u64>, max: u32) -> Result<Vec<Episode>, LedgerError> {
        episodes::newest(&self.conn, before, max)
    }
}

/// The first reading with that number or a later one, and when it arrived.
fn at_or_after(conn: &Connection, id: u64) -> Result<Option<(u64, i64)>, LedgerError> {
    Ok(conn
        .prepare_cached("SELECT id, arrived_ms FROM reading WHERE id >= ?1 ORDER BY id LIMIT 1")?
        .query_row([id], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?)
}
