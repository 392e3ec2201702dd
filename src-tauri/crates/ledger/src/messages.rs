//! Messages as the browser pages through them: what was owed to a vendor and what came in and waits in quarantine.
//!
//! Both are numbered by the same count, so a page is the newest numbers below the last one shown. Every
//! question is answered from an index, however many messages are stored.

use crate::codes::ms;
use crate::effects::vendor_code;
use crate::{people, quarantines, LedgerError, Reader};
use decide::outbox::{Act, Effect, EffectState, Vendor};
use decide::rows::{Exchange, Quarantined};
use decide::{At, Mrn};
use rusqlite::{params, Connection, OptionalExtension};

/// How a message stands, as a column. The numbers are in files already written: only ever add at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    Owed = 0,
    Sending = 1,
    Unknown = 2,
    Blocked = 3,
    Parked = 4,
    Done = 5,
    Failed = 6,
    Withdrawn = 7,
    WouldSend = 8,
}

impl Standing {
    /// All of them.
    pub const ALL: [Standing; 9] = [
        Standing::Owed,
        Standing::Sending,
        Standing::Unknown,
        Standing::Blocked,
        Standing::Parked,
        Standing::Done,
        Standing::Failed,
        Standing::Withdrawn,
        Standing::WouldSend,
    ];

    /// How an effect stands; a question has none.
    pub fn of(effect: &Effect) -> Option<Standing> {
        if matches!(effect.act, Act::Look(_)) {
            return None;
        }
        Some(match effect.state {
            EffectState::Owed => Standing::Owed,
            EffectState::Sending { .. } => Standing::Sending,
            EffectState::Unknown { .. } => Standing::Unknown,
            EffectState::Blocked => Standing::Blocked,
            EffectState::Parked { .. } => Standing::Parked,
            EffectState::Done { .. } => Standing::Done,
            EffectState::Failed { .. } => Standing::Failed,
            EffectState::Withdrawn { .. } => Standing::Withdrawn,
            EffectState::WouldSend { .. } => Standing::WouldSend,
        })
    }
}

/// Which messages to show; what is left out does not narrow.
#[derive(Debug, Clone, Default)]
pub struct MessageFilter {
    /// None of them named = all.
    pub standings: Vec<Standing>,
    pub vendors: Vec<Vendor>,
    /// Any of these patients; none = whoever.
    pub patients: Option<Vec<Mrn>>,
    /// Owed from then on, and before then.
    pub from: Option<At>,
    pub to: Option<At>,
    /// Messages that go out.
    pub outgoing: bool,
    /// Records in quarantine: in that state, or in any.
    pub quarantine: Option<QuarantineStates>,
}

/// Which quarantined records to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuarantineStates {
    Waiting,
    All,
}

/// One message, whichever way it goes.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    Out(Box<Effect>),
    In(Box<Quarantined>),
}

impl Message {
    /// Its number.
    pub fn id(&self) -> u64 {
        match self {
            Message::Out(f) => f.id,
            Message::In(q) => q.id,
        }
    }
}

pub(crate) fn write_exchanges(conn: &Connection, effect: u64, exchanges: &[Exchange]) -> Result<(), LedgerError> {
    conn.prepare_cached("INSERT OR REPLACE INTO exchange (effect, body) VALUES (?1, ?2)")?
        .execute(params![effect, serde_json::to_string(exchanges)?])?;
    Ok(())
}

/// Forgets what was said about messages that are settled, where the last word is older than that: at most so many,
/// oldest first. How many it was.
pub(crate) fn forget_exchanges(conn: &Connection, before: At, most: u32) -> Result<usize, LedgerError> {
    // Numbers grow with time: only the old end of the table is looked at.
    let last: Option<u64> = conn
        .prepare_cached("SELECT id FROM effect WHERE standing IS NOT NULL AND owed_ms < ?1 ORDER BY owed_ms DESC LIMIT 1")?
        .query_row([ms(before)], |r| r.get(0))
        .optional()?;
    let Some(last) = last else { return Ok(0) };
    Ok(conn
        .prepare_cached(
            "DELETE FROM exchange WHERE effect IN (
                 SELECT x.effect FROM exchange x JOIN effect e ON e.id = x.effect
                 WHERE x.effect <= ?1 AND e.live = 0 AND julianday(json_extract(x.body, '$[#-1].at')) < julianday(?2)
                 ORDER BY x.effect LIMIT ?3)",
        )?
        .execute(params![last, before.to_rfc3339(), most])?)
}

impl Reader {
    /// What was last said to a vendor about an effect, in order.
    pub fn exchanges(&self, effect: u64) -> Result<Vec<Exchange>, LedgerError> {
        Ok(crate::bodies(&self.conn, "SELECT body FROM exchange WHERE effect = ?1", [effect])?.pop().unwrap_or_default())
    }

    /// Messages that fit, newest first, with a number below `before`.
    pub fn messages(&self, filter: &MessageFilter, before: Option<u64>, limit: u32) -> Result<Vec<Message>, LedgerError> {
        // One snapshot for all the questions of a page.
        let transaction = self.conn.unchecked_transaction()?;
        let (low, high) = self.span(filter, before)?;
        let mut found = Vec::new();
        if filter.outgoing {
            for id in self.outgoing(filter, low, high, limit)? {
                found.extend(self.effect(id)?.map(|f| Message::Out(Box::new(f))));
            }
        }
        if let Some(states) = filter.quarantine {
            found.extend(self.incoming(filter, states, low, high, limit)?);
        }
        transaction.commit()?;
        found.sort_by_key(|m| std::cmp::Reverse(m.id()));
        found.truncate(limit as usize);
        Ok(found)
    }

    /// Numbers grow with time: a span of time is a span of numbers, from the first up to below the second.
    fn span(&self, filter: &MessageFilter, before: Option<u64>) -> Result<(u64, u64), LedgerError> {
        // The filter's own times are looked at again on each message: this only says where to begin and end.
        let first_since = |at: At| -> Result<Option<u64>, LedgerError> {
            Ok(self
                .conn
                .prepare_cached("SELECT id FROM effect WHERE standing IS NOT NULL AND owed_ms >= ?1 ORDER BY owed_ms, id LIMIT 1")?
                .query_row([ms(at)], |r| r.get(0))
                .optional()?)
        };
        let newest = before.unwrap_or(i64::MAX as u64);
        // Quarantined records have no such index and may be the newest of all.
        let high = match filter.to {
            Some(to) if filter.quarantine.is_none() => first_since(to)?.map_or(newest, |id| newest.min(id)),
            _ => newest,
        };
        let low = match filter.from {
            Some(from) if filter.quarantine.is_none() => first_since(from)?.unwrap_or(high),
            _ => 0,
        };
        Ok((low, high))
    }

    fn outgoing(&self, filter: &MessageFilter, low: u64, high: u64, limit: u32) -> Result<Vec<u64>, LedgerError> {
        let mut ids: Vec<u64> = Vec::new();
        let from = filter.from.map_or(i64::MIN, ms);
        let to = filter.to.map_or(i64::MAX, ms);
        match &filter.patients {
            Some(patients) => {
                for mrn in patients {
                    let Some(person) = people::find(&self.conn, mrn)? else { continue };
                    // A patient's messages are few: what else is asked is looked at one by one.
                    let mut statement = self.conn.prepare_cached(
                        "SELECT id, standing, vendor FROM effect WHERE person = ?1 AND standing IS NOT NULL AND id >= ?2 AND id < ?3
                         AND owed_ms >= ?4 AND owed_ms < ?5 ORDER BY id DESC",
                    )?;
                    let mut rows = statement.query(params![person, low, high, from, to])?;
                    let mut of_patient = 0;
                    while let (true, Some(row)) = (of_patient < limit, rows.next()?) {
                        let (standing, vendor): (i64, i64) = (row.get(1)?, row.get(2)?);
                        let fits = (filter.standings.is_empty() || filter.standings.iter().any(|s| *s as i64 == standing))
                            && (filter.vendors.is_empty() || filter.vendors.iter().any(|v| vendor_code(*v) == vendor));
                        if fits {
                            ids.push(row.get(0)?);
                            of_patient += 1;
                        }
                    }
                }
            }
            None => {
                let standings = if filter.standings.is_empty() { &Standing::ALL[..] } else { &filter.standings };
                let vendors = if filter.vendors.is_empty() { &Vendor::ALL[..] } else { &filter.vendors };
                for standing in standings {
                    for vendor in vendors {
                        let mut statement = self.conn.prepare_cached(
                            "SELECT id FROM effect WHERE standing = ?1 AND vendor = ?2 AND id >= ?3 AND id < ?4
                             AND owed_ms >= ?5 AND owed_ms < ?6 ORDER BY id DESC LIMIT ?7",
                        )?;
                        let mut rows = statement.query(params![*standing as i64, vendor_code(*vendor), low, high, from, to, limit])?;
                        while let Some(row) = rows.next()? {
                            ids.push(row.get(0)?);
                        }
                    }
                }
            }
        }
        ids.sort_unstable_by(|a, b| b.cmp(a));
        ids.truncate(limit as usize);
        Ok(ids)
    }

    fn incoming(
        &self,
        filter: &MessageFilter,
        states: QuarantineStates,
        low: u64,
        high: u64,
        limit: u32,
    ) -> Result<Vec<Message>, LedgerError> {
        let state = (states == QuarantineStates::Waiting).then_some("waiting");
        let mut found = Vec::new();
        let mut before = high;
        // Quarantined records are few; those of other patients or times are passed over.
        loop {
            let page = quarantines::page(&self.conn, state, crate::Page { before: Some(before), limit })?;
            let last = page.last().map(|q| q.id);
            let whole = page.len() as u32 == limit;
            found.extend(
                page.into_iter()
                    .filter(|q| q.id >= low)
                    .filter(|q| filter.patients.as_ref().is_none_or(|p| q.mrn.as_ref().is_some_and(|m| p.contains(m))))
                    .filter(|q| filter.from.is_none_or(|f| q.at >= f) && filter.to.is_none_or(|t| q.at < t))
                    .map(|q| Message::In(Box::new(q))),
            );
            match last {
                Some(last) if whole && found.len() < limit as usize && last > low => before = last,
                _ => return Ok(found),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(conn: &Connection, sql: &str) -> String {
        let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let lines = statement.query_map([], |r| r.get::<_, String>(3)).unwrap();
        lines.map(|l| l.unwrap()).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn no_question_walks_through_all_messages() {
        let conn = Connection::open_in_memory().unwrap();
        crate::schema::migrate(&conn).unwrap();
        for (sql, index) in [
            (
                "SELECT id FROM effect WHERE standing = 5 AND vendor = 1 AND id >= 0 AND id < 99 ORDER BY id DESC LIMIT 50",
                "effect_standing",
            ),
            ("SELECT id FROM effect WHERE person = 1 AND standing IS NOT NULL AND id >= 0 AND id < 99 ORDER BY id DESC", "effect_person"),
            ("SELECT id FROM effect WHERE standing IS NOT NULL AND owed_ms >= 7 ORDER BY owed_ms, id LIMIT 1", "effect_owed"),
        ] {
            let plan = plan(&conn, sql);
            assert!(plan.contains(index) && !plan.contains("TEMP B-TREE") && !plan.contains("SCAN"), "{sql}: {plan}");
        }
    }
}
