//! Lines of the trail with their links: enough to work out each hash again, away from the file.

use crate::codes::ms;
use crate::reader::Reader;
use crate::trail::{self, Canonical};
use crate::{people, LedgerError};
use decide::{At, Mrn};
use rusqlite::{params, OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A line exactly as it is chained, with the hash before it and its own, hex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub seq: u64,
    pub at_ms: i64,
    pub kind: String,
    pub mrn: Option<String>,
    pub episode: Option<u64>,
    pub by: Option<String>,
    /// What the line says, as the text that was hashed.
    pub body: String,
    /// Hash of the line before; none = that line is not in the file any more.
    pub before: Option<String>,
    pub hash: String,
}

impl Link {
    /// The hash worked out again; none when the one before is not known.
    pub fn worked_out(&self) -> Option<String> {
        let before = unhex(self.before.as_deref()?)?;
        let line = Canonical {
            seq: self.seq,
            at_ms: self.at_ms,
            kind: &self.kind,
            mrn: self.mrn.as_deref(),
            episode: self.episode,
            by: self.by.as_deref(),
            body: &self.body,
        };
        Some(trail::hex(&line.hash(&before)))
    }
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(|i| u8::from_str_radix(text.get(i..i + 2)?, 16).ok()).collect();
    bytes?.try_into().ok()
}

impl Reader {
    /// The lines of an episode, and those about its patient between two instants that belong to no other episode; in order.
    pub fn links(&self, episode: u64, mrn: &Mrn, from: At, to: At) -> Result<Vec<Link>, LedgerError> {
        const COLUMNS: &str = "seq, at_ms, kind, person, episode, by, body, hash";
        let mrns = people::all(&self.conn)?;
        let mut found: BTreeMap<u64, Link> = BTreeMap::new();
        let mut take = |row: &Row<'_>| -> rusqlite::Result<()> {
            let person: Option<i64> = row.get(3)?;
            let link = Link {
                seq: row.get(0)?,
                at_ms: row.get(1)?,
                kind: row.get(2)?,
                // A line about somebody whose number is unknown was hashed with an empty one, as `verify` reads it.
                mrn: person.map(|key| mrns.get(&key).cloned().unwrap_or_default()),
                episode: row.get(4)?,
                by: row.get(5)?,
                body: row.get(6)?,
                before: None,
                hash: trail::hex(&row.get::<_, Vec<u8>>(7)?),
            };
            found.insert(link.seq, link);
            Ok(())
        };
        let mut of_episode = self.conn.prepare_cached(&format!("SELECT {COLUMNS} FROM trail WHERE episode = ?1 ORDER BY seq"))?;
        let mut rows = of_episode.query([episode])?;
        while let Some(row) = rows.next()? {
            take(row)?;
        }
        if let (Some(person), Some((first, last))) = (people::find(&self.conn, mrn)?, trail::span(&self.conn, Some(from), Some(to))?) {
            let mut of_patient = self.conn.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM trail WHERE person = ?1 AND (seq >> 12) = ?2 AND seq BETWEEN ?3 AND ?4
                 AND at_ms >= ?5 AND at_ms < ?6 AND episode IS NULL ORDER BY seq"
            ))?;
            for stretch in first >> 12..=last >> 12 {
                let mut rows = of_patient.query(params![person, stretch, first, last, ms(from), ms(to)])?;
                while let Some(row) = rows.next()? {
                    take(row)?;
                }
            }
        }
        let mut before = self.conn.prepare_cached("SELECT hash FROM trail WHERE seq = ?1")?;
        let mut links: Vec<Link> = found.into_values().collect();
        for link in &mut links {
            link.before = if link.seq == 1 {
                Some("0".repeat(64))
            } else {
                before.query_row([link.seq - 1], |r| r.get::<_, Vec<u8>>(0)).optional()?.map(|hash| trail::hex(&hash))
            };
        }
        Ok(links)
    }
}
