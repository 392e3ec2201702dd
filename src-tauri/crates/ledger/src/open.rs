//! Opening the encrypted file.

use crate::{checkpoint, schema, Key, LedgerError};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::sync::Once;
use std::time::Duration;
use zeroize::Zeroizing;

/// Statements that a connection keeps prepared.
const STATEMENTS_KEPT: usize = 96;

/// How hard a commit presses its bytes to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// A committed turn survives power loss.
    Full,
    /// For scenario runs with a hand-driven clock: survives a crash of the program only.
    Off,
    /// For thousands of made-up days: no file at all, and no cipher. It is there, under its path's name, while anything
    /// in this process has it open ([`Held`]).
    Memory,
}

/// Keeps a ledger in memory there while the engine that writes it is switched off.
pub struct Held {
    _conn: Connection,
}

impl Held {
    /// Holds on to the ledger of that name (an absolute path).
    pub fn new(path: &Path) -> Result<Held, LedgerError> {
        Ok(Held { _conn: in_memory(path)? })
    }
}

/// A connection to what is in memory under that name. SQLite shares it between connections when the name begins with a slash.
fn in_memory(path: &Path) -> Result<Connection, LedgerError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let conn = Connection::open_with_flags(format!("file:{}?vfs=memdb", path.display()), flags)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(conn)
}

/// The connection that writes; makes a new file only if told so.
pub(crate) fn writer(path: &Path, key: &Key, durability: Durability, create: bool) -> Result<Connection, LedgerError> {
    if durability == Durability::Memory {
        let conn = in_memory(path)?;
        conn.pragma_update(None, "journal_mode", "MEMORY")?;
        conn.pragma_update(None, "foreign_keys", true)?;
        schema::migrate(&conn)?;
        return Ok(conn);
    }
    let shown = path.display().to_string();
    if create {
        new_file(path)?;
        // What could not be readied is not left behind as an empty database.
        return ready_writer(path, key, durability).inspect_err(|_| drop(std::fs::remove_file(path)));
    }
    let log_has_turns = || checkpoint::log_of(path).metadata().is_ok_and(|log| log.len() > 0);
    match path.metadata() {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Err(LedgerError::Missing(shown)),
        Err(e) => return Err(LedgerError::NotWritable(e.to_string())),
        // SQLite would start a new database in it.
        Ok(about) if about.len() == 0 && !log_has_turns() => return Err(LedgerError::Corrupt(format!("{shown} is empty"))),
        Ok(_) => {}
    }
    ready_writer(path, key, durability)
}

fn ready_writer(path: &Path, key: &Key, durability: Durability) -> Result<Connection, LedgerError> {
    ready();
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    unlock(&conn, key)?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(
        None,
        "synchronous",
        match durability {
            Durability::Full => "FULL",
            Durability::Off | Durability::Memory => "OFF",
        },
    )?;
    conn.pragma_update(None, "foreign_keys", true)?;
    // A thread beside folds the log back; the writer does so itself only if that lags far behind.
    conn.pragma_update(None, "wal_autocheckpoint", 16_000)?;
    conn.pragma_update(None, "journal_size_limit", checkpoint::LOG_BYTES as i64)?;
    conn.pragma_update(None, "cache_size", -24_000)?;
    schema::migrate(&conn)?;
    Ok(conn)
}

/// A connection that folds the log back while another writes.
pub(crate) fn beside(path: &Path, key: &Key) -> Result<Connection, LedgerError> {
    ready();
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    unlock(&conn, key)?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "cache_size", -1_000)?;
    Ok(conn)
}

/// A connection that only reads, beside the one that writes.
pub(crate) fn reader(path: &Path, key: &Key, durability: Durability) -> Result<Connection, LedgerError> {
    if durability == Durability::Memory {
        let conn = in_memory(path)?;
        conn.pragma_update(None, "query_only", true)?;
        return Ok(conn);
    }
    ready();
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    unlock(&conn, key)?;
    conn.pragma_update(None, "query_only", true)?;
    conn.pragma_update(None, "cache_size", -8_000)?;
    Ok(conn)
}

/// A new file with no tables yet, for its owner alone: nothing beside it once it is closed.
pub(crate) fn bare(path: &Path, key: &Key) -> Result<Connection, LedgerError> {
    ready();
    new_file(path)?;
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    unlock(&conn, key)?;
    conn.pragma_update(None, "journal_mode", "DELETE")?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    Ok(conn)
}

/// Readies the library once, before any file is opened: a second thread that comes while it readies itself
/// is turned away. Pages are sealed with SHA-256, which processors do in hardware (the library's own choice
/// takes longer); as the default it also holds for copies.
fn ready() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if let Ok(conn) = Connection::open_in_memory() {
            let _ = conn.execute_batch("PRAGMA cipher_default_hmac_algorithm = HMAC_SHA256;");
        }
    });
}

/// The key is the first statement on every connection, raw, so that opening takes no key stretching.
fn unlock(conn: &Connection, key: &Key) -> Result<(), LedgerError> {
    let statement = Zeroizing::new(format!("PRAGMA key = \"x'{}'\";", key.to_hex().as_str()));
    conn.execute_batch(&statement)?;
    conn.execute_batch("PRAGMA cipher_log_level = NONE;")?;
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // A wrong key shows at the first look, not at the key statement.
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get::<_, i64>(0))?;
    Ok(())
}

/// The empty file, readable by its owner alone; the log beside it takes the same mode.
fn new_file(path: &Path) -> Result<(), LedgerError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Err(LedgerError::Exists(path.display().to_string())),
        Err(e) if e.kind() == std::io::ErrorKind::StorageFull => Err(LedgerError::DiskFull),
        Err(e) => Err(LedgerError::NotWritable(e.to_string())),
    }
}
