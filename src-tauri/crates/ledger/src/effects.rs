//! Table `effect`: what is owed to the world, and what became of it.

use crate::codes::ms;
use crate::LedgerError;
use decide::outbox::{Act, Effect, EffectState, Vendor};
use rusqlite::{params, Connection, OptionalExtension};

pub(crate) fn vendor_code(vendor: Vendor) -> i64 {
    match vendor {
        Vendor::Cerner => 0,
        Vendor::Twilio => 1,
        Vendor::PagerDuty => 2,
        Vendor::Slack => 3,
        Vendor::Ehr => 4,
    }
}

pub(crate) fn write(conn: &Connection, person: Option<i64>, effect: &Effect) -> Result<(), LedgerError> {
    // Only a text is ever looked up by what the vendor called it.
    let reference = match (&effect.act, &effect.state) {
        (Act::Text(_), EffectState::Done { receipt, .. }) => Some(&receipt.reference),
        _ => None,
    };
    conn.prepare_cached(
        "INSERT OR REPLACE INTO effect (id, vendor, live, episode, reference, body, standing, person, owed_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        effect.id,
        vendor_code(effect.vendor),
        effect.outstanding(),
        effect.about.episode,
        reference,
        serde_json::to_string(effect)?,
        crate::messages::Standing::of(effect).map(|s| s as i64),
        person,
        ms(effect.owed_at)
    ])?;
    Ok(())
}

/// Those still to be worked on.
pub(crate) fn outstanding(conn: &Connection) -> Result<Vec<Effect>, LedgerError> {
    crate::bodies(conn, "SELECT body FROM effect WHERE live = 1 ORDER BY id", [])
}

/// The text that Twilio knows by this sid.
pub(crate) fn by_sid(conn: &Connection, sid: &str) -> Result<Option<u64>, LedgerError> {
    Ok(conn
        .prepare_cached("SELECT id FROM effect WHERE reference = ?1 ORDER BY id DESC LIMIT 1")?
        .query_row([sid], |r| r.get(0))
        .optional()?)
}

/// What Twilio calls the texts of other effects that are near this one.
pub(crate) fn sids_of_others(conn: &Connection, id: u64) -> Result<Vec<String>, LedgerError> {
    const NEAR: u64 = 20_000;
    let mut statement =
        conn.prepare_cached("SELECT reference FROM effect WHERE id BETWEEN ?1 AND ?2 AND id <> ?3 AND reference IS NOT NULL")?;
    let found = statement.query_map(params![id.saturating_sub(NEAR), id + NEAR, id], |r| r.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// One effect.
pub(crate) fn one(conn: &Connection, id: u64) -> Result<Option<Effect>, LedgerError> {
    Ok(crate::bodies(conn, "SELECT body FROM effect WHERE id = ?1", [id])?.pop())
}

/// What an episode has owed, in order.
pub(crate) fn of_episode(conn: &Connection, episode: u64) -> Result<Vec<Effect>, LedgerError> {
    crate::bodies(conn, "SELECT body FROM effect WHERE episode = ?1 ORDER BY id", [episode])
}
