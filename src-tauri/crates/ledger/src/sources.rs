//! Which source ids were ever stored, kept so that a new id costs no look into old pages.
//!
//! Ids of the world's systems are random: one big index over them would touch a cold page for every
//! reading. The index is therefore cut into stretches of readings (`id >> 12`), and a filter in memory
//! says which stretches can hold an id at all. Filters of finished stretches are kept in table
//! `source_filter`; a missing one is rebuilt from the index.

use crate::error::unreadable;
use crate::LedgerError;
use rusqlite::{params, Connection, OptionalExtension};
use std::collections::BTreeMap;

/// Readings in one stretch of the index, as a power of two; the same as in the index's definition.
const STRETCH_BITS: u32 = 12;
/// Readings under one filter, as a power of two.
const FILTER_BITS: u32 = 18;
/// Sixteen bits a reading and eight probes: one look in some 1,700 is in vain.
const WORDS: usize = 1 << (FILTER_BITS + 4 - 6);
const PROBES: u64 = 8;

struct Filter {
    words: Vec<u64>,
    kept: bool,
}

impl Filter {
    fn empty() -> Self {
        Self { words: vec![0; WORDS], kept: false }
    }

    fn probes(key: i64) -> impl Iterator<Item = (usize, u64)> {
        // The key is part of a digest already: its halves serve as two hashes.
        let (first, step) = (key as u64, (key as u64).rotate_left(32) | 1);
        (0..PROBES).map(move |n| {
            let bit = first.wrapping_add(n.wrapping_mul(step)) as usize % (WORDS * 64);
            (bit / 64, 1 << (bit % 64))
        })
    }

    fn may_hold(&self, key: i64) -> bool {
        Self::probes(key).all(|(word, bit)| self.words[word] & bit != 0)
    }

    fn add(&mut self, key: i64) {
        for (word, bit) in Self::probes(key) {
            self.words[word] |= bit;
        }
    }
}

/// The filters of all readings.
pub(crate) struct Sources(BTreeMap<u64, Filter>);

impl Sources {
    /// Reads the kept filters and rebuilds the others.
    pub fn load(conn: &Connection) -> Result<Self, LedgerError> {
        let mut filters = BTreeMap::new();
        let mut statement = conn.prepare("SELECT filter, words FROM source_filter")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let bytes = row.get_ref(1)?.as_blob().map_err(|_| unreadable("a filter"))?;
            let words: Vec<u64> = bytes.chunks_exact(8).map(|b| u64::from_le_bytes(b.try_into().expect("eight bytes"))).collect();
            if words.len() == WORDS {
                filters.insert(row.get(0)?, Filter { words, kept: true });
            }
        }
        let last: Option<u64> = conn.query_row("SELECT id FROM reading ORDER BY id DESC LIMIT 1", [], |r| r.get(0)).optional()?;
        let mut statement =
            conn.prepare("SELECT source_key FROM reading INDEXED BY reading_source WHERE (id >> 12) = ?1 AND source_key IS NOT NULL")?;
        for number in last.map_or(0..0, |last| 0..(last >> FILTER_BITS) + 1) {
            if filters.contains_key(&number) {
                continue;
            }
            let mut filter = Filter::empty();
            for stretch in stretches(number) {
                let mut rows = statement.query([stretch])?;
                while let Some(row) = rows.next()? {
                    filter.add(row.get(0)?);
                }
            }
            filters.insert(number, filter);
        }
        Ok(Self(filters))
    }

    /// Remembers the id of a reading that is being written. What a rolled-back turn leaves here costs a look in vain, no more.
    pub fn add(&mut self, conn: &Connection, reading: u64, key: i64) -> Result<(), LedgerError> {
        let number = reading >> FILTER_BITS;
        if !self.0.contains_key(&number) {
            self.keep_below(conn, number)?;
            self.0.insert(number, Filter::empty());
        }
        let filter = self.0.get_mut(&number).expect("it was just put there");
        if !filter.may_hold(key) {
            filter.add(key);
            if filter.kept {
                // The kept one no longer says all: it is rebuilt at the next start.
                conn.prepare_cached("DELETE FROM source_filter WHERE filter = ?1")?.execute([number])?;
                filter.kept = false;
            }
        }
        Ok(())
    }

    /// Keeps the filters that no further reading will change.
    fn keep_below(&mut self, conn: &Connection, number: u64) -> Result<(), LedgerError> {
        for (number, filter) in self.0.range_mut(..number).filter(|(_, f)| !f.kept) {
            let bytes: Vec<u8> = filter.words.iter().flat_map(|w| w.to_le_bytes()).collect();
            conn.prepare_cached("INSERT OR REPLACE INTO source_filter (filter, words) VALUES (?1, ?2)")?.execute(params![number, bytes])?;
            filter.kept = true;
        }
        Ok(())
    }

    /// Stretches of the index that may hold an id, oldest first.
    pub fn stretches(&self, key: i64) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().filter(move |(_, filter)| filter.may_hold(key)).flat_map(|(number, _)| stretches(*number))
    }
}

/// The stretches under one filter.
fn stretches(filter: u64) -> std::ops::Range<u64> {
    let each = FILTER_BITS - STRETCH_BITS;
    filter << each..(filter + 1) << each
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_never_denies_what_it_holds_and_seldom_claims_what_it_does_not() {
        let key = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) as i64 ^ (n as i64) << 17;
        let mut filter = Filter::empty();
        (0..1 << FILTER_BITS).for_each(|n| filter.add(key(n)));
        assert!((0..1 << FILTER_BITS).all(|n| filter.may_hold(key(n))));
        let in_vain = (1 << 20..(1 << 20) + 10_000).filter(|n| filter.may_hold(key(*n))).count();
        assert!(in_vain < 100, "{in_vain} of 10,000");
    }
}
