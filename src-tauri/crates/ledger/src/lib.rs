//! The encrypted store of the console: rows in, rows out, and a trail that shows when it was touched.
//!
//! The only crate with SQL, and none of it leaves: a turn of the engine is one transaction
//! ([`Ledger::begin`]), screens read beside it ([`Ledger::reader`]). Nothing is decided here.

mod archive;
mod cells;
mod check_ins;
mod checkpoint;
mod codes;
mod connections;
mod copies;
mod downtimes;
mod effects;
mod episodes;
mod error;
mod evidence;
mod export;
mod export_patients;
mod key;
mod lasts;
mod load;
mod messages;
mod minutes;
mod open;
mod opt_outs;
mod past;
mod patients;
mod people;
mod quarantines;
mod raw;
mod reader;
mod readings;
mod replay;
mod schema;
mod scripts;
mod seen;
mod settings;
mod shadow;
mod shapes;
mod sources;
mod staff;
mod sweeps;
mod tasks;
mod trail;
mod turn;
mod visits;
mod watch;
pub mod yardstick;

pub use archive::Stretch;
pub use copies::{Copies, Look, Stage};
pub use error::LedgerError;
pub use evidence::Link;
pub use export::Export;
pub use key::Key;
pub use load::Stored;
pub use messages::{Message, MessageFilter, QuarantineStates, Standing};
pub use open::{Durability, Held};
pub use opt_outs::OptOut;
pub use raw::Raw;
pub use reader::{Counts, Reader};
pub use readings::Point;
pub use trail::{mrn as about, Anchor, Broken, Filed, TrailFilter, Verified, KINDS};
pub use turn::{Mark, Turn};
pub use visits::{VisitCounts, VisitFilter, VisitPage};

use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// The one writer of the encrypted file.
pub struct Ledger {
    /// Before the connection: the last one to close tidies up.
    checkpoints: Option<checkpoint::Checkpoints>,
    conn: Connection,
    path: PathBuf,
    key: Key,
    durability: Durability,
    people: people::People,
    shapes: shapes::Shapes,
    known: past::Known,
    head: trail::Head,
    next_raw: u64,
}

impl Ledger {
    /// Opens an existing file; a missing one is an error, never a new one.
    pub fn open(path: &Path, key: &Key, durability: Durability) -> Result<Ledger, LedgerError> {
        Self::with(path, key, durability, false)
    }

    /// Makes a new file; an existing one is an error.
    pub fn create(path: &Path, key: &Key, durability: Durability) -> Result<Ledger, LedgerError> {
        Self::with(path, key, durability, true)
    }

    fn with(path: &Path, key: &Key, durability: Durability, create: bool) -> Result<Ledger, LedgerError> {
        let conn = open::writer(path, key, durability, create)?;
        let head = trail::head(&conn)?;
        let next_raw = raw::last(&conn)? + 1;
        let known = past::Known::load(&conn)?;
        let checkpoints = (durability == Durability::Full).then(|| checkpoint::Checkpoints::start(path, key));
        Ok(Self {
            checkpoints,
            conn,
            path: path.to_path_buf(),
            key: key.clone(),
            durability,
            people: Default::default(),
            shapes: Default::default(),
            known,
            head,
            next_raw,
        })
    }

    /// What the engine holds in memory.
    pub fn load(&self) -> Result<Stored, LedgerError> {
        load::load(&self.conn)
    }

    /// Begins a turn: all of it is committed, or nothing.
    pub fn begin(&mut self) -> Result<Turn<'_>, LedgerError> {
        Turn::begin(self)
    }

    /// Another connection, for screens: read-only, may go to another thread.
    pub fn reader(&self) -> Result<Reader, LedgerError> {
        Ok(Reader { conn: open::reader(&self.path, &self.key, self.durability)? })
    }

    /// Walks the whole trail and names the first line that is not what was written.
    pub fn verify(&self) -> Result<Verified, LedgerError> {
        trail::verify(&self.conn, None)
    }

    /// The same, and whether the trail still goes on from a head that was kept outside.
    pub fn verify_against(&self, anchor: &Anchor) -> Result<Verified, LedgerError> {
        trail::verify(&self.conn, Some(anchor))
    }

    /// The head of the trail now: to be kept outside the file.
    pub fn anchor(&self) -> Anchor {
        self.head.anchor()
    }

    /// What Twilio calls the texts of other effects: a look must not take one of them for this effect's.
    pub fn sids_of_others(&self, effect: u64) -> Result<Vec<String>, LedgerError> {
        effects::sids_of_others(&self.conn, effect)
    }

    /// From now on the database refuses to store readings of a source id: for simulations of an odd error.
    pub fn refuse_reading(&self, source_id: &str) -> Result<(), LedgerError> {
        readings::refuse(&self.conn, source_id)
    }

    /// The disk has no room for one more page of the file, or has again: for simulations of a full disk.
    pub fn fill_disk(&self, full: bool) -> Result<(), LedgerError> {
        let most: i64 = if full { self.conn.pragma_query_value(None, "page_count", |r| r.get(0))? } else { i64::from(u32::MAX) - 1 };
        Ok(self.conn.pragma_update(None, "max_page_count", most)?)
    }
}

/// One page of a list that is read from its newest row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Only rows with a smaller number; none = from the newest.
    pub before: Option<u64>,
    pub limit: u32,
}

impl Page {
    /// The newest rows.
    pub fn first(limit: u32) -> Self {
        Self { before: None, limit }
    }

    fn below(&self) -> u64 {
        self.before.unwrap_or(i64::MAX as u64)
    }
}

/// Reads rows that are kept whole.
fn bodies<T: serde::de::DeserializeOwned>(conn: &Connection, sql: &str, params: impl rusqlite::Params) -> Result<Vec<T>, LedgerError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let body = row.get_ref(0)?.as_str().map_err(|_| error::unreadable("a row"))?;
        found.push(serde_json::from_str(body)?);
    }
    Ok(found)
}
