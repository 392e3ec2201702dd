//! Copies of the whole encrypted file, and what is known of one once it was opened again.

use crate::{open, trail, Counts, Key, Ledger, LedgerError, Reader, Verified};
use std::path::{Path, PathBuf};

/// Makes and opens copies of one file with its key; may go to another thread.
#[derive(Debug, Clone)]
pub struct Copies {
    pub(crate) path: PathBuf,
    pub(crate) key: Key,
}

/// A copy that was looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    pub counts: Counts,
    pub trail: Verified,
    /// What the file itself says is wrong with it; none = every page and every index is whole.
    pub damage: Option<String>,
}

/// How far a look is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Every page is unsealed and checked.
    Pages,
    /// Every table and index is walked.
    Tables,
    /// Every line of the trail is hashed again.
    Trail,
}

impl Ledger {
    /// Copies of this file.
    pub fn copies(&self) -> Copies {
        Copies { path: self.path.clone(), key: self.key.clone() }
    }
}

impl Copies {
    /// Of a file that need not exist yet.
    pub fn of(path: &Path, key: &Key) -> Copies {
        Copies { path: path.to_path_buf(), key: key.clone() }
    }

    /// The key that opens the file and its copies.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// How large the file and its log are now, bytes.
    pub fn bytes(&self) -> u64 {
        let of = |path: &Path| path.metadata().map_or(0, |m| m.len());
        of(&self.path) + of(&crate::checkpoint::log_of(&self.path))
    }

    /// Writes a consistent copy, with the same key, at a path where nothing is yet. The writer is not kept waiting.
    pub fn write(&self, to: &Path) -> Result<(), LedgerError> {
        self.reader()?.copy_to(to)
    }

    pub(crate) fn reader(&self) -> Result<Reader, LedgerError> {
        Ok(Reader { conn: open::reader(&self.path, &self.key, open::Durability::Full)? })
    }

    /// Whether line `lines` of the file has that hash: a copy that ends with it is one of this trail.
    pub fn holds(&self, lines: u64, head: &str) -> Result<bool, LedgerError> {
        Ok(trail::hash_at(&self.reader()?.conn, lines)?.is_some_and(|hash| hash == head))
    }

    /// Opens the file, unseals every page, walks every table and the whole trail; `tell` hears of each stage as it begins.
    /// Changes nothing.
    pub fn look(&self, mut tell: impl FnMut(Stage)) -> Result<Look, LedgerError> {
        let reader = self.reader()?;
        tell(Stage::Pages);
        // One row for each page whose seal does not fit; none when all is well.
        let mut damage = first(&reader, "PRAGMA cipher_integrity_check")?;
        tell(Stage::Tables);
        damage = damage.or(first(&reader, "PRAGMA quick_check(1)")?.filter(|said| said != "ok"));
        let damage = damage.or(first(&reader, "PRAGMA foreign_key_check")?.map(|table| format!("a row of {table} belongs to nothing")));
        tell(Stage::Trail);
        Ok(Look { counts: reader.counts()?, trail: reader.verify()?, damage })
    }
}

fn first(reader: &Reader, sql: &str) -> Result<Option<String>, LedgerError> {
    let mut statement = reader.conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    Ok(rows.next()?.map(|row| row.get::<_, String>(0)).transpose()?)
}
