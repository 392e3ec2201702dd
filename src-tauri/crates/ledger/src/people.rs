//! Table `person`: every MRN once, known inside by a small number.

use crate::LedgerError;
use decide::Mrn;
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashMap;

/// The numbers met so far; `added` lists those of the open turn.
#[derive(Default)]
pub(crate) struct People {
    keys: HashMap<Mrn, i64>,
    added: Vec<Mrn>,
}

impl People {
    /// The number of a person, if the file has one.
    pub fn find(&mut self, conn: &Connection, mrn: &Mrn) -> Result<Option<i64>, LedgerError> {
        if let Some(key) = self.keys.get(mrn) {
            return Ok(Some(*key));
        }
        let key = find(conn, mrn)?;
        if let Some(key) = key {
            self.keys.insert(mrn.clone(), key);
        }
        Ok(key)
    }

    /// The number of a person; a new one if needed.
    pub fn key(&mut self, conn: &Connection, mrn: &Mrn) -> Result<i64, LedgerError> {
        if let Some(key) = self.find(conn, mrn)? {
            return Ok(key);
        }
        conn.prepare_cached("INSERT INTO person (mrn) VALUES (?1)")?.execute([mrn.expose()])?;
        let key = conn.last_insert_rowid();
        self.keys.insert(mrn.clone(), key);
        self.added.push(mrn.clone());
        Ok(key)
    }

    /// How many the open turn has added.
    pub fn added(&self) -> usize {
        self.added.len()
    }

    /// Forgets those added since then: the turn that added them was rolled back.
    pub fn forget_since(&mut self, mark: usize) {
        for mrn in self.added.drain(mark..) {
            self.keys.remove(&mrn);
        }
    }

    /// The turn is committed.
    pub fn settle(&mut self) {
        self.added.clear();
    }
}

/// The number of a person, if the file has one.
pub(crate) fn find(conn: &Connection, mrn: &Mrn) -> Result<Option<i64>, LedgerError> {
    Ok(conn.prepare_cached("SELECT key FROM person WHERE mrn = ?1")?.query_row([mrn.expose()], |r| r.get(0)).optional()?)
}

/// Every MRN by its number.
pub(crate) fn all(conn: &Connection) -> Result<HashMap<i64, String>, LedgerError> {
    let mut statement = conn.prepare("SELECT key, mrn FROM person")?;
    let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
