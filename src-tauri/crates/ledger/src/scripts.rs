//! Table `script_version`: what each script became, when, by whom and why. Rows are only ever added.

use crate::codes::{at, ms};
use crate::LedgerError;
use decide::scripts::ScriptVersion;
use rusqlite::{params, Connection};

pub(crate) fn write(conn: &Connection, v: &ScriptVersion) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT INTO script_version (key, was, text, at_ms, by, why) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![v.key, v.was, v.text, ms(v.at), v.by, v.why])?;
    Ok(())
}

/// Versions of the scripts whose key begins so (`bp.high.`; empty: of all), newest first.
pub(crate) fn versions(conn: &Connection, prefix: &str, max: usize) -> Result<Vec<ScriptVersion>, LedgerError> {
    let mut statement = conn.prepare_cached(
        "SELECT id, key, was, text, at_ms, by, why FROM script_version WHERE substr(key, 1, length(?1)) = ?1 ORDER BY id DESC LIMIT ?2",
    )?;
    let mut rows = statement.query(params![prefix, max])?;
    let mut found = Vec::new();
    while let Some(r) = rows.next()? {
        found.push(ScriptVersion {
            id: r.get(0)?,
            key: r.get(1)?,
            was: r.get(2)?,
            text: r.get(3)?,
            at: at(r.get(4)?)?,
            by: r.get(5)?,
            why: r.get(6)?,
        });
    }
    Ok(found)
}

/// The newest version of every script that was ever changed.
pub(crate) fn newest(conn: &Connection) -> Result<Vec<ScriptVersion>, LedgerError> {
    let keys: Vec<String> = {
        let mut statement = conn.prepare_cached("SELECT DISTINCT key FROM script_version ORDER BY key")?;
        let keys = statement.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?;
        keys
    };
    let newest = keys.iter().map(|key| Ok(versions(conn, key, 1)?.pop()));
    Ok(newest.collect::<Result<Vec<_>, LedgerError>>()?.into_iter().flatten().collect())
}
