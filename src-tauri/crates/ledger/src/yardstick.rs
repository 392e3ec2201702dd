//! What the file itself can do: the same rows, file, cipher and pragmas with no ledger around them. The raw
//! limit that speeds are held against; nothing of the console goes through here.

use crate::{checkpoint, open, Durability, Key, Ledger, LedgerError};
use rusqlite::{params, Connection};
use std::path::Path;

/// A new file that takes made-up rows.
pub struct Yardstick {
    checkpoints: checkpoint::Checkpoints,
    conn: Connection,
    rows: i64,
}

impl Yardstick {
    /// Makes a new file, as durable as a console's own.
    pub fn create(path: &Path, key: &Key) -> Result<Self, LedgerError> {
        drop(Ledger::create(path, key, Durability::Full)?);
        let conn = open::writer(path, key, Durability::Full, false)?;
        conn.execute_batch(
            "WITH RECURSIVE n(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n WHERE n < 5000) INSERT INTO person (key, mrn) SELECT n, n FROM n;
             INSERT INTO shape (key, body) VALUES (1, '[\"Observation.code\"]');",
        )?;
        Ok(Self { checkpoints: checkpoint::Checkpoints::start(path, key), conn, rows: 0 })
    }

    /// Inserts all the rows that so many routine readings leave - body, reading, two lines of the trail - in one transaction.
    pub fn readings(&mut self, count: usize, body: &[u8]) -> Result<(), LedgerError> {
        self.conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        for _ in 0..count {
            self.rows += 1;
            let (id, at, day) = (self.rows, 1_780_000_000_000 + self.rows, 20_602);
            // Neighbours in time are strangers, as they are to the console.
            let scrambled = id.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64);
            let person = 1 + (scrambled >> 20).rem_euclid(PERSONS);
            self.conn.prepare_cached("INSERT INTO raw (id, at_ms, source, body) VALUES (?1, ?2, 1, ?3)")?.execute(params![id, at, body])?;
            self.conn
                .prepare_cached(
                    "INSERT INTO reading (id, person, vital, standing, measured_ms, measured_as, arrived_ms, source, status, severity, rule,
                         withdrawn, in_chart, value, loinc, source_key, source_id, version, shape, rest, day)
                     VALUES (?1, ?7, 2, 0, ?2, 0, ?2, 1, 1, 0, 0, 0, 0, '182.4', '29463-7', ?3, ?4, '1', 1, ?5, ?6)",
                )?
                .execute(params![id, at, scrambled, SOURCE_ID, REST, day, person])?;
            for (half, kind, line) in [(0, "intake", INTAKE), (1, "verdict", VERDICT)] {
                self.conn
                    .prepare_cached("INSERT INTO trail (seq, at_ms, kind, person, body, hash) VALUES (?1, ?2, ?3, ?6, ?4, ?5)")?
                    .execute(params![id * 2 + half, at, kind, line, [7u8; 32], person])?;
            }
        }
        self.conn.prepare_cached("COMMIT")?.execute([])?;
        self.checkpoints.committed();
        Ok(())
    }
}

/// Reads every column of every line of a trail; returns how many lines there are.
pub fn read_trail(path: &Path, key: &Key) -> Result<u64, LedgerError> {
    let conn = open::reader(path, key, open::Durability::Full)?;
    let mut statement = conn.prepare("SELECT seq, at_ms, kind, by, person, episode, body, hash FROM trail ORDER BY seq")?;
    let mut rows = statement.query([])?;
    let mut lines = 0;
    while let Some(row) = rows.next()? {
        for column in 0..8 {
            std::hint::black_box(row.get_ref(column)?);
        }
        lines += 1;
    }
    Ok(lines)
}

/// Patients of the made-up rows.
const PERSONS: i64 = 5_000;

// As long as what the console writes for a reading.
const SOURCE_ID: &str = "5b0c9c3e-6d1f-4b7a-9f0e-2a7c64d1e9b3";
const REST: &str = r#"{"given":"182.4 [lb_av]","limit":"weight_gain_24h_lb","limit_value":"3","compared":"0.4"}"#;
const INTAKE: &str = r#"{"kind":"intake","source":"fhir","outcome":"kept","mrn":"1000001"}"#;
const VERDICT: &str = r#"{"kind":"verdict","mrn":"1000001","vital":"weight","value":"182.4","unit":"lb","severity":"routine","rule":"inside","limit":"weight_gain_24h_lb","limit_value":"3","compared":"0.4"}"#;
