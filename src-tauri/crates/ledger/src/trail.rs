//! Table `trail`: every line that is ever shown, transcribed or audited, chained by hash.

use crate::codes::{at, ms};
use crate::error::unreadable;
use crate::{people, LedgerError, Page};
use decide::trail::{Entry, Line};
use decide::{At, Mrn};
use rusqlite::{params, Connection, OptionalExtension, Row};
use sha2::{Digest, Sha256};

/// A line with its place on the trail.
#[derive(Debug, Clone, PartialEq)]
pub struct Filed {
    pub seq: u64,
    pub entry: Entry,
}

/// Which lines to show; what is left out does not narrow.
#[derive(Debug, Clone, Default)]
pub struct TrailFilter {
    /// Kinds as in transcripts (`intake`, `sms` ...); none = all.
    pub kinds: Vec<String>,
    pub mrn: Option<Mrn>,
    pub episode: Option<u64>,
    /// The acting person, as written, in any case.
    pub by: Option<String>,
    /// From this instant on.
    pub from: Option<At>,
    /// Before this instant.
    pub to: Option<At>,
}

/// The head of the chain, kept outside the file so that a cut tail shows.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Anchor {
    pub lines: u64,
    /// Hash of the last line, hex.
    pub head: String,
}

/// What a walk along the whole chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Lines walked, up to the first broken one.
    pub lines: u64,
    /// Lines before the first one here, sealed in archives: part of `lines`.
    pub archived: u64,
    /// Hash of the last good line, hex.
    pub head: String,
    pub first_broken: Option<Broken>,
}

/// The first line that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub seq: u64,
    /// A sentence without PHI.
    pub why: String,
}

/// The last link: where the next line goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub seq: u64,
    pub hash: [u8; 32],
}

impl Head {
    /// Before the first line.
    pub const NONE: Head = Head { seq: 0, hash: [0; 32] };

    pub fn anchor(&self) -> Anchor {
        Anchor { lines: self.seq, head: hex(&self.hash) }
    }
}

/// The name of a line's kind, as in transcripts.
pub(crate) fn kind(line: &Line) -> &'static str {
    match line {
        Line::Intake { .. } => "intake",
        Line::Verdict { .. } => "verdict",
        Line::Episode { .. } => "episode",
        Line::Sms { .. } => "sms",
        Line::Page { .. } => "page",
        Line::Slack { .. } => "slack",
        Line::Chart { .. } => "chart",
        Line::Appointment { .. } => "appointment",
        Line::EhrRequest { .. } => "ehr_request",
        Line::Execution { .. } => "execution",
        Line::OptOut { .. } => "opt_out",
        Line::Setting { .. } => "setting",
        Line::Attention { .. } => "attention",
        Line::Reply { .. } => "reply",
        Line::Delivery { .. } => "delivery",
        Line::Incident { .. } => "incident",
        Line::Act { .. } => "act",
        Line::Access { .. } => "access",
        Line::Credential { .. } => "credential",
        Line::Downtime { .. } => "downtime",
        Line::Away(_) => "away",
        Line::Archived { .. } => "archived",
    }
}

/// Whom a line is about.
pub fn mrn(line: &Line) -> Option<&Mrn> {
    match line {
        Line::Verdict { mrn, .. }
        | Line::Episode { mrn, .. }
        | Line::Page { mrn, .. }
        | Line::Chart { mrn, .. }
        | Line::Incident { mrn, .. } => Some(mrn),
        Line::Intake { mrn, .. }
        | Line::Sms { mrn, .. }
        | Line::Attention { mrn, .. }
        | Line::Reply { mrn, .. }
        | Line::Delivery { mrn, .. }
        | Line::Appointment { mrn, .. }
        | Line::EhrRequest { mrn, .. }
        | Line::Execution { mrn, .. }
        | Line::Act { mrn, .. } => mrn.as_ref(),
        Line::Slack { .. }
        | Line::OptOut { .. }
        | Line::Setting { .. }
        | Line::Access { .. }
        | Line::Credential { .. }
        | Line::Downtime { .. }
        | Line::Away(_)
        | Line::Archived { .. } => None,
    }
}

/// Which episode a line belongs to: a verdict may name it inside only.
fn episode(entry: &Entry) -> Option<u64> {
    entry.episode.or(match &entry.line {
        Line::Verdict { episode, .. } => *episode,
        _ => None,
    })
}

/// Everything a line says, as it is stored.
pub(crate) struct Canonical<'a> {
    pub seq: u64,
    pub at_ms: i64,
    pub kind: &'a str,
    pub mrn: Option<&'a str>,
    pub episode: Option<u64>,
    pub by: Option<&'a str>,
    pub body: &'a str,
}

impl Canonical<'_> {
    /// SHA-256 over the hash before and every part with its length, so that no two lines read alike.
    pub fn hash(&self, before: &[u8; 32]) -> [u8; 32] {
        let mut digest = Sha256::new();
        digest.update(before);
        digest.update(self.seq.to_le_bytes());
        digest.update(self.at_ms.to_le_bytes());
        // Zero is "no episode": ids count from one.
        digest.update(self.episode.unwrap_or(0).to_le_bytes());
        for part in [Some(self.kind), self.mrn, self.by, Some(self.body)] {
            digest.update(part.map_or(u64::MAX, |p| p.len() as u64).to_le_bytes());
            digest.update(part.unwrap_or_default());
        }
        digest.finalize().into()
    }
}

/// Adds a line; returns the new head.
pub(crate) fn append(conn: &Connection, head: &Head, person: Option<i64>, entry: &Entry) -> Result<Head, LedgerError> {
    let body = serde_json::to_string(&entry.line)?;
    let line = Canonical {
        seq: head.seq + 1,
        at_ms: ms(entry.at),
        kind: kind(&entry.line),
        mrn: mrn(&entry.line).map(Mrn::expose),
        episode: episode(entry),
        by: entry.by.as_deref(),
        body: &body,
    };
    let hash = line.hash(&head.hash);
    conn.prepare_cached("INSERT INTO trail (seq, at_ms, kind, person, episode, by, body, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?
        .execute(params![line.seq, line.at_ms, line.kind, person, line.episode, line.by, line.body, hash])?;
    Ok(Head { seq: line.seq, hash })
}

/// The last link of the chain.
pub(crate) fn head(conn: &Connection) -> Result<Head, LedgerError> {
    let last = conn
        .query_row("SELECT seq, hash FROM trail ORDER BY seq DESC LIMIT 1", [], |r| Ok((r.get(0)?, r.get::<_, Vec<u8>>(1)?)))
        .optional()?;
    match last {
        None => Ok(Head::NONE),
        Some((seq, hash)) => Ok(Head { seq, hash: hash.try_into().map_err(|_| unreadable("a hash of the trail"))? }),
    }
}

/// The first line here (the next one, if there is none), and the link it goes on from. After a cut that is what the newest
/// line about an archive says; such a line is part of the chain, so that one that was changed breaks it.
pub(crate) fn start(conn: &Connection) -> Result<(u64, Head), LedgerError> {
    let first: Option<u64> = conn.query_row("SELECT min(seq) FROM trail", [], |r| r.get(0))?;
    let first = first.unwrap_or(1);
    if first == 1 {
        return Ok((first, Head::NONE));
    }
    let mut statement =
        conn.prepare("SELECT body FROM trail WHERE kind = 'archived' AND kind NOT IN ('intake', 'verdict') ORDER BY seq DESC")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Ok(Line::Archived { last, head, .. }) = serde_json::from_str(text(row, 0)?) {
            if last + 1 == first {
                return Ok((first, unhex(&head).map_or(Head::NONE, |hash| Head { seq: last, hash })));
            }
        }
    }
    Ok((first, Head::NONE))
}

/// The hash of a line that is in this file, hex.
pub(crate) fn hash_at(conn: &Connection, seq: u64) -> Result<Option<String>, LedgerError> {
    Ok(conn.query_row("SELECT hash FROM trail WHERE seq = ?1", [seq], |r| r.get::<_, Vec<u8>>(0)).optional()?.map(|h| hex(&h)))
}

/// When the last line was written.
pub(crate) fn last_at(conn: &Connection) -> Result<Option<At>, LedgerError> {
    let last: Option<i64> = conn.query_row("SELECT at_ms FROM trail ORDER BY seq DESC LIMIT 1", [], |r| r.get(0)).optional()?;
    last.map(at).transpose()
}

/// Walks the whole chain and names the first line that does not fit; with an anchor, also a cut or rewritten tail.
pub(crate) fn verify(conn: &Connection, anchor: Option<&Anchor>) -> Result<Verified, LedgerError> {
    let mrns = people::all(conn)?;
    let (first, mut head) = start(conn)?;
    let archived = head.seq;
    let broken = |head: &Head, seq: u64, why: &str| Verified {
        lines: head.seq,
        archived,
        head: hex(&head.hash),
        first_broken: Some(Broken { seq, why: why.into() }),
    };
    if first > head.seq + 1 {
        let why = format!("{} line(s) are missing here, and no line says that they were sealed into an archive", first - head.seq - 1);
        return Ok(broken(&head, head.seq + 1, &why));
    }
    if anchor.is_some_and(|a| a.lines == head.seq && a.head != hex(&head.hash)) {
        return Ok(broken(&head, head.seq, "the archived lines do not end with the head that was kept outside"));
    }
    let mut statement = conn.prepare("SELECT seq, at_ms, kind, person, episode, by, body, hash FROM trail ORDER BY seq")?;
    let mut rows = statement.query([])?;
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => break,
            Err(error) => {
                return Ok(broken(&head, head.seq + 1, &format!("the file cannot be read from here on: {}", LedgerError::from(error))))
            }
        };
        let seq: u64 = row.get(0)?;
        if seq != head.seq + 1 {
            let missing = seq - head.seq - 1;
            return Ok(broken(&head, head.seq + 1, &format!("{missing} line(s) are missing here")));
        }
        let person: Option<i64> = row.get(3)?;
        let mrn = person.map(|key| mrns.get(&key).map_or("", String::as_str));
        let line = Canonical {
            seq,
            at_ms: row.get(1)?,
            kind: text(row, 2)?,
            mrn,
            episode: row.get(4)?,
            by: row.get_ref(5)?.as_str_or_null().map_err(|_| unreadable("a name"))?,
            body: text(row, 6)?,
        };
        let hash = line.hash(&head.hash);
        if row.get_ref(7)?.as_blob().ok() != Some(&hash[..]) {
            return Ok(broken(&head, seq, "this line, or the one before it, is not what was written"));
        }
        head = Head { seq, hash };
        if let Some(anchor) = anchor {
            if anchor.lines == seq && anchor.head != hex(&hash) {
                return Ok(broken(&head, seq, "the trail was rewritten: it fits by itself, but not the head that was kept outside"));
            }
        }
    }
    if let Some(anchor) = anchor {
        if anchor.lines > head.seq {
            let cut = anchor.lines - head.seq;
            return Ok(broken(&head, head.seq + 1, &format!("the last {cut} line(s) that were there when the head was kept are gone")));
        }
    }
    Ok(Verified { lines: head.seq, archived, head: hex(&head.hash), first_broken: None })
}

const COLUMNS: &str = "seq, at_ms, episode, by, body";

fn filed(row: &Row<'_>) -> Result<Filed, LedgerError> {
    Ok(Filed {
        seq: row.get(0)?,
        entry: Entry { at: at(row.get(1)?)?, episode: row.get(2)?, by: row.get(3)?, line: serde_json::from_str(text(row, 4)?)? },
    })
}

pub(crate) fn text<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r str, LedgerError> {
    row.get_ref(column)?.as_str().map_err(|_| unreadable("a text"))
}

fn collect(conn: &Connection, sql: &str, params: impl rusqlite::Params) -> Result<Vec<Filed>, LedgerError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        lines.push(filed(row)?);
    }
    Ok(lines)
}

/// Lines of one episode, in order.
pub(crate) fn timeline(conn: &Connection, episode: u64) -> Result<Vec<Filed>, LedgerError> {
    collect(conn, &format!("SELECT {COLUMNS} FROM trail WHERE episode = ?1 ORDER BY seq"), [episode])
}

/// Texts, replies and delivery reports of a patient since then, in order.
pub(crate) fn conversation(conn: &Connection, person: i64, since: At) -> Result<Vec<Filed>, LedgerError> {
    collect(
        conn,
        &format!("SELECT {COLUMNS} FROM trail WHERE person = ?1 AND (kind = 'sms' OR kind = 'reply' OR kind = 'delivery') AND at_ms >= ?2 ORDER BY seq"),
        params![person, ms(since)],
    )
}

/// Lines after that one, in order.
pub(crate) fn since(conn: &Connection, seq: u64, max: usize) -> Result<Vec<Filed>, LedgerError> {
    collect(conn, &format!("SELECT {COLUMNS} FROM trail WHERE seq > ?1 ORDER BY seq LIMIT ?2"), params![seq, max as i64])
}

/// Calls with each line of some rare kinds between two instants, in order.
pub(crate) fn lines_of(conn: &Connection, kinds: &[&str], from: At, to: At, mut take: impl FnMut(Entry)) -> Result<(), LedgerError> {
    let Some((first, last)) = span(conn, Some(from), Some(to))? else { return Ok(()) };
    // Known names only: they are written into the statement so that the index of rare kinds serves.
    let kinds: Vec<String> = KINDS.into_iter().filter(|k| kinds.contains(k)).map(|k| format!("'{k}'")).collect();
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM trail WHERE kind IN ({}) AND kind NOT IN ('intake', 'verdict') AND seq BETWEEN ?1 AND ?2 AND at_ms >= ?3 AND at_ms < ?4 ORDER BY seq",
        kinds.join(", ")
    ))?;
    let mut rows = statement.query(params![first, last, ms(from), ms(to)])?;
    while let Some(row) = rows.next()? {
        take(filed(row)?.entry);
    }
    Ok(())
}

/// The first and last line between two instants; none if there is no line between them.
pub(crate) fn span(conn: &Connection, from: Option<At>, to: Option<At>) -> Result<Option<(u64, u64)>, LedgerError> {
    let (from, to) = (from.map_or(i64::MIN, ms), to.map_or(i64::MAX, ms));
    let (first, last): (Option<u64>, Option<u64>) =
        conn.query_row("SELECT min(seq), max(seq) FROM trail WHERE at_ms >= ?1 AND at_ms < ?2", params![from, to], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })?;
    Ok(first.zip(last))
}

/// Lines that fit a filter, newest first.
pub(crate) fn page(conn: &Connection, filter: &TrailFilter, page: Page) -> Result<Vec<Filed>, LedgerError> {
    let (mut first, mut last) = (1, page.below().saturating_sub(1).min(head(conn)?.seq));
    if filter.from.is_some() || filter.to.is_some() {
        let Some((from, to)) = span(conn, filter.from, filter.to)? else { return Ok(Vec::new()) };
        (first, last) = (from, to.min(last));
    }
    let (from, to) = (filter.from.map_or(i64::MIN, ms), filter.to.map_or(i64::MAX, ms));
    let mut sql = format!("SELECT {COLUMNS} FROM trail WHERE seq BETWEEN ?1 AND ?2 AND at_ms >= ?3 AND at_ms < ?4");
    sql.push_str(if filter.episode.is_some() { " AND episode = ?5" } else { " AND ?5 IS NULL" });
    // Names are few and lines many: looked at line by line, so callers bound the time.
    sql.push_str(if filter.by.is_some() { " AND by = ?9 COLLATE NOCASE" } else { " AND ?9 IS NULL" });
    if !filter.kinds.is_empty() {
        // Known names only: they are written into the statement so that the index of rare kinds serves.
        let kinds: Vec<_> = KINDS.into_iter().filter(|k| filter.kinds.iter().any(|f| f == k)).collect();
        let list = kinds.iter().map(|k| format!("'{k}'")).collect::<Vec<_>>().join(", ");
        sql.push_str(&format!(" AND kind IN ({list})"));
        if !kinds.iter().any(|k| matches!(*k, "intake" | "verdict")) {
            sql.push_str(" AND kind NOT IN ('intake', 'verdict')");
        }
    }
    let Some(mrn) = &filter.mrn else {
        sql.push_str(" AND ?7 IS NULL AND ?8 IS NULL ORDER BY seq DESC LIMIT ?6");
        return collect(conn, &sql, params![first, last, from, to, filter.episode, page.limit, None::<i64>, None::<i64>, filter.by]);
    };
    let Some(person) = people::find(conn, mrn)? else { return Ok(Vec::new()) };
    sql.push_str(" AND person = ?7 AND (seq >> 12) = ?8 ORDER BY seq DESC LIMIT ?6");
    // The index by person is cut into stretches of the trail: walk them back until the page is full.
    let mut lines = Vec::new();
    for stretch in (first >> 12..=last >> 12).rev() {
        let wanted = page.limit as usize - lines.len();
        if wanted == 0 {
            break;
        }
        lines.extend(collect(conn, &sql, params![first, last, from, to, filter.episode, wanted as i64, person, stretch, filter.by])?);
    }
    Ok(lines)
}

/// All kinds of lines.
pub const KINDS: [&str; 21] = [
    "archived",
    "away",
    "appointment",
    "ehr_request",
    "intake",
    "verdict",
    "episode",
    "sms",
    "page",
    "slack",
    "chart",
    "opt_out",
    "setting",
    "attention",
    "reply",
    "delivery",
    "incident",
    "act",
    "credential",
    "downtime",
    "access",
];

fn unhex(text: &str) -> Option<[u8; 32]> {
    let byte = |i: usize| u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok();
    let bytes: Vec<u8> = (0..32).map(byte).collect::<Option<_>>()?;
    (text.len() == 64).then(|| bytes.try_into().ok()).flatten()
}

/// Bytes in small hexadecimal digits; formatting each byte would be a third of an export's time.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).filter_map(|half| char::from_digit(half.into(), 16)).collect()
}
