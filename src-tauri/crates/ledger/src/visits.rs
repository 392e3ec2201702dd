//! Tables `visit` and `reminder_day`: every visit whole, and how many reminders a patient got on a local day.

use crate::codes::{at, ms};
use crate::LedgerError;
use decide::{At, Mrn, Phone, Visit, VisitRequest, VisitState};
use rusqlite::{params, Connection, OptionalExtension};

/// Where a visit stands, as a number for the index: its state, what was asked of the EHR, and its mark.
fn standing(visit: &Visit) -> i64 {
    let request = match visit.request {
        VisitRequest::None => 0,
        VisitRequest::Confirm => 1,
        VisitRequest::Cancel => 2,
    };
    state_code(visit.state) + REQUEST * request + CONFIRMED * i64::from(visit.confirmed)
}

const REQUEST: i64 = 8;
const CONFIRMED: i64 = 32;

fn state_code(state: VisitState) -> i64 {
    match state {
        VisitState::Queued => 0,
        VisitState::Reminded1 => 1,
        VisitState::Reminded2 => 2,
        VisitState::Expired => 3,
        VisitState::Canceled => 4,
        VisitState::NoShowed => 5,
    }
}

/// A page of a day's visits.
#[derive(Debug, Clone, Default)]
pub struct VisitPage {
    /// The day as the visit's own wall clock has it, YYYY-MM-DD.
    pub day: String,
    pub only: VisitFilter,
    /// Where the page before ended: its last visit's start and number.
    pub after: Option<(At, u64)>,
    pub limit: usize,
}

/// Which visits of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum VisitFilter {
    #[default]
    All,
    Queued,
    Reminded,
    /// The patient asked something of the EHR, and it has not answered.
    Requested,
    Confirmed,
    Canceled,
    NoShowed,
    Expired,
}

impl VisitFilter {
    /// Whether a visit is meant.
    pub fn has(self, visit: &Visit) -> bool {
        self.takes(standing(visit))
    }

    /// Whether a visit of that standing is meant.
    fn takes(self, standing: i64) -> bool {
        let state = standing % REQUEST;
        let requested = standing % CONFIRMED >= REQUEST;
        match self {
            Self::All => true,
            Self::Queued => state == 0,
            Self::Reminded => state == 1 || state == 2,
            Self::Requested => requested,
            Self::Confirmed => standing >= CONFIRMED && state < 3,
            Self::Expired => state == 3,
            Self::Canceled => state == 4,
            Self::NoShowed => state == 5,
        }
    }
}

/// How many visits of a day there are of each kind; a visit may count in several.
pub type VisitCounts = Vec<(VisitFilter, u32)>;

const FILTERS: [VisitFilter; 8] = [
    VisitFilter::All,
    VisitFilter::Queued,
    VisitFilter::Reminded,
    VisitFilter::Requested,
    VisitFilter::Confirmed,
    VisitFilter::Canceled,
    VisitFilter::NoShowed,
    VisitFilter::Expired,
];

/// The words one may search a visit by: names, MRN, appointment; as they are compared, each once.
fn words(visit: &Visit) -> String {
    let e = &visit.told;
    let all = [e.patient_first_name.expose(), e.patient_last_name.expose(), e.patient_id.expose(), &e.appointment_id].map(search_words);
    let mut all: Vec<String> = all.into_iter().flatten().collect();
    all.sort();
    all.dedup();
    all.join(" ")
}

/// What a person typed, as the words that are compared.
fn search_words(text: &str) -> Vec<String> {
    decide::replies::plain(text).split(' ').filter(|w| !w.is_empty()).map(String::from).collect()
}

fn day(visit: &Visit) -> String {
    visit.told.wall_clock.date().to_string()
}

pub(crate) fn write(conn: &Connection, visit: &Visit) -> Result<(), LedgerError> {
    let words = words(visit);
    let known: Option<String> =
        conn.prepare_cached("SELECT words FROM visit WHERE id = ?1")?.query_row([visit.id], |r| r.get(0)).optional()?;
    // In place, so that only those indexes are touched whose columns changed.
    conn.prepare_cached(
        "INSERT INTO visit (id, appointment_id, phone, starts_ms, next_ms, body, day, standing, words, patient) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (id) DO UPDATE SET appointment_id = ?2, phone = ?3, starts_ms = ?4, next_ms = ?5, body = ?6, day = ?7, standing = ?8, words = ?9, patient = ?10",
    )?
    .execute(params![
        visit.id,
        visit.told.appointment_id,
        visit.told.patient_phone.as_ref().map(Phone::expose),
        ms(visit.told.instant()),
        visit.next.map(ms),
        serde_json::to_string(visit)?,
        day(visit),
        standing(visit),
        words,
        visit.told.patient_id.expose(),
    ])?;
    if known.as_deref() != Some(words.as_str()) {
        if known.is_some() {
            conn.prepare_cached("DELETE FROM visit_word WHERE visit = ?1")?.execute([visit.id])?;
        }
        write_words(conn, visit.id, &words)?;
    }
    Ok(())
}

fn write_words(conn: &Connection, id: u64, words: &str) -> Result<(), LedgerError> {
    let mut add = conn.prepare_cached("INSERT INTO visit_word (word, visit) VALUES (?1, ?2)")?;
    for word in words.split(' ').filter(|w| !w.is_empty()) {
        add.execute(params![word, id])?;
    }
    Ok(())
}

/// Puts every stored visit on the lists: once, when a file of an earlier format is opened. Only the columns of that format.
pub(crate) fn list_all(conn: &Connection) -> Result<(), LedgerError> {
    for visit in crate::bodies::<Visit>(conn, "SELECT body FROM visit ORDER BY id", [])? {
        let words = words(&visit);
        conn.prepare_cached("UPDATE visit SET day = ?2, standing = ?3, words = ?4 WHERE id = ?1")?.execute(params![
            visit.id,
            day(&visit),
            standing(&visit),
            words
        ])?;
        write_words(conn, visit.id, &words)?;
    }
    Ok(())
}

fn read(body: String) -> Result<Visit, LedgerError> {
    Ok(serde_json::from_str(&body)?)
}

pub(crate) fn of_appointment(conn: &Connection, appointment_id: &str) -> Result<Option<Visit>, LedgerError> {
    let body: Option<String> =
        conn.prepare_cached("SELECT body FROM visit WHERE appointment_id = ?1")?.query_row([appointment_id], |r| r.get(0)).optional()?;
    body.map(read).transpose()
}

pub(crate) fn one(conn: &Connection, id: u64) -> Result<Option<Visit>, LedgerError> {
    let body: Option<String> = conn.prepare_cached("SELECT body FROM visit WHERE id = ?1")?.query_row([id], |r| r.get(0)).optional()?;
    body.map(read).transpose()
}

/// Visits of a number that have not begun yet.
pub(crate) fn ahead_of_phone(conn: &Connection, phone: &Phone, now: At) -> Result<Vec<Visit>, LedgerError> {
    let mut statement = conn.prepare_cached("SELECT body FROM visit WHERE phone = ?1 AND starts_ms > ?2 ORDER BY starts_ms")?;
    let rows = statement.query_map(params![phone.expose(), ms(now)], |r| r.get::<_, String>(0))?;
    rows.map(|body| read(body?)).collect()
}

/// Visits of a patient that have not begun yet.
pub(crate) fn ahead_of_patient(conn: &Connection, mrn: &Mrn, now: At) -> Result<Vec<Visit>, LedgerError> {
    let mut statement = conn.prepare_cached("SELECT body FROM visit WHERE patient = ?1 AND starts_ms > ?2 ORDER BY starts_ms")?;
    let rows = statement.query_map(params![mrn.expose(), ms(now)], |r| r.get::<_, String>(0))?;
    rows.map(|body| read(body?)).collect()
}

/// The next visits with a clock after that place, in order of their start.
pub(crate) fn starting_after(conn: &Connection, (start, id): (At, u64), max: usize) -> Result<Vec<Visit>, LedgerError> {
    let mut statement = conn.prepare_cached(
        "SELECT body FROM visit WHERE (starts_ms, id) > (?1, ?2) AND next_ms IS NOT NULL ORDER BY starts_ms, id LIMIT ?3",
    )?;
    let rows = statement.query_map(params![ms(start), id, max as i64], |r| r.get::<_, String>(0))?;
    rows.map(|body| read(body?)).collect()
}

/// How far planning the visits again has come, if it is under way.
pub(crate) fn planned_to(conn: &Connection) -> Result<Option<(At, u64)>, LedgerError> {
    let place =
        conn.prepare("SELECT starts_ms, visit FROM planned_to")?.query_row([], |r| Ok((r.get::<_, i64>(0)?, r.get(1)?))).optional()?;
    place.map(|(start, id)| Ok((at(start)?, id))).transpose()
}

pub(crate) fn write_planned_to(conn: &Connection, to: Option<(At, u64)>) -> Result<(), LedgerError> {
    conn.prepare_cached("DELETE FROM planned_to")?.execute([])?;
    if let Some((start, id)) = to {
        conn.prepare_cached("INSERT INTO planned_to (starts_ms, visit) VALUES (?1, ?2)")?.execute(params![ms(start), id])?;
    }
    Ok(())
}

/// When each visit wants to be looked at.
pub(crate) fn due(conn: &Connection) -> Result<Vec<(u64, At)>, LedgerError> {
    let mut statement = conn.prepare("SELECT id, next_ms FROM visit WHERE next_ms IS NOT NULL")?;
    let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get::<_, i64>(1)?)))?;
    rows.map(|row| {
        let (id, next) = row?;
        Ok((id, at(next)?))
    })
    .collect()
}

/// A page of a day, in order of the visits' starts.
pub(crate) fn page(conn: &Connection, page: &VisitPage) -> Result<Vec<Visit>, LedgerError> {
    let (starts, id) = page.after.map_or((i64::MIN, 0), |(at, id)| (ms(at), id));
    let mut list =
        conn.prepare_cached("SELECT id, standing FROM visit WHERE day = ?1 AND (starts_ms, id) > (?2, ?3) ORDER BY starts_ms, id")?;
    let mut rows = list.query(params![page.day, starts, id])?;
    let mut found = Vec::new();
    while let (true, Some(row)) = (found.len() < page.limit, rows.next()?) {
        if page.only.takes(row.get(1)?) {
            found.extend(one(conn, row.get(0)?)?);
        }
    }
    Ok(found)
}

/// How many visits of each kind a day has.
pub(crate) fn counts(conn: &Connection, day: &str) -> Result<VisitCounts, LedgerError> {
    let mut statement = conn.prepare_cached("SELECT standing, count(*) FROM visit WHERE day = ?1 GROUP BY standing")?;
    let rows = statement.query_map([day], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, u32>(1)?)))?;
    let by_standing = rows.collect::<Result<Vec<_>, _>>()?;
    Ok(FILTERS.map(|f| (f, by_standing.iter().filter(|(s, _)| f.takes(*s)).map(|(_, n)| n).sum())).to_vec())
}

/// Visits in which every word of the search begins a word of theirs, whatever the day; at most `max`, in no order.
pub(crate) fn search(conn: &Connection, text: &str, max: usize) -> Result<Vec<Visit>, LedgerError> {
    let mut words = search_words(text);
    words.sort_by_key(|w| std::cmp::Reverse(w.chars().count()));
    let Some(longest) = words.first() else { return Ok(Vec::new()) };
    // The index is walked by the longest word; the others are compared in what it finds.
    let mut statement = conn.prepare_cached(
        "SELECT v.id, v.words FROM visit_word w JOIN visit v ON v.id = w.visit WHERE w.word >= ?1 AND w.word < ?2 ORDER BY w.word, w.visit",
    )?;
    let mut rows = statement.query(params![longest, format!("{longest}\u{10ffff}")])?;
    let (mut found, mut looked) = (Vec::<Visit>::new(), 0);
    while let (true, Some(row)) = (found.len() < max && looked < MOST_LOOKED_AT, rows.next()?) {
        looked += 1;
        let (id, theirs): (u64, String) = (row.get(0)?, row.get(1)?);
        let fits = words.iter().all(|w| theirs.split(' ').any(|t| t.starts_with(w.as_str())));
        if fits && !found.iter().any(|v| v.id == id) {
            found.extend(one(conn, id)?);
        }
    }
    Ok(found)
}

/// A search that fits more than this says so and asks for another word.
const MOST_LOOKED_AT: usize = 5_000;

/// Visits whose appointment begins so, newest first.
pub(crate) fn with_prefix(conn: &Connection, prefix: &str, max: usize) -> Result<Vec<Visit>, LedgerError> {
    let mut statement = conn
        .prepare_cached("SELECT id FROM visit WHERE appointment_id >= ?1 AND appointment_id < ?2 ORDER BY appointment_id DESC LIMIT ?3")?;
    let rows = statement.query_map(params![prefix, format!("{prefix}\u{10ffff}"), max as i64], |r| r.get::<_, u64>(0))?;
    let mut found = Vec::new();
    for id in rows {
        found.extend(one(conn, id?)?);
    }
    Ok(found)
}

pub(crate) fn count_reminder(conn: &Connection, person: i64, day: &str) -> Result<(), LedgerError> {
    conn.prepare_cached(
        "INSERT INTO reminder_day (person, day, reminders) VALUES (?1, ?2, 1) ON CONFLICT DO UPDATE SET reminders = reminders + 1",
    )?
    .execute(params![person, day])?;
    Ok(())
}

/// A reminder that was counted never left.
pub(crate) fn uncount_reminder(conn: &Connection, person: i64, day: &str) -> Result<(), LedgerError> {
    conn.prepare_cached("UPDATE reminder_day SET reminders = max(0, reminders - 1) WHERE person = ?1 AND day = ?2")?
        .execute(params![person, day])?;
    Ok(())
}

pub(crate) fn reminders_on(conn: &Connection, person: i64, day: &str) -> Result<u32, LedgerError> {
    Ok(conn
        .prepare_cached("SELECT reminders FROM reminder_day WHERE person = ?1 AND day = ?2")?
        .query_row(params![person, day], |r| r.get(0))
        .optional()?
        .unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_of_visits_goes_by_an_index() {
        let conn = Connection::open_in_memory().unwrap();
        crate::schema::migrate(&conn).unwrap();
        let plan = |sql: &str| -> String {
            let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let lines = statement.query_map([], |r| r.get::<_, String>(3)).unwrap();
            lines.map(Result::unwrap).collect::<Vec<_>>().join("; ")
        };
        let of_day = plan("SELECT id, standing FROM visit WHERE day = '2026-03-10' AND (starts_ms, id) > (1, 2) ORDER BY starts_ms, id");
        assert!(of_day.contains("COVERING INDEX visit_day (day=?"), "{of_day}");
        assert!(!of_day.contains("TEMP B-TREE"), "{of_day}");
        let counts = plan("SELECT standing, count(*) FROM visit WHERE day = '2026-03-10' GROUP BY standing");
        assert!(counts.contains("COVERING INDEX visit_day (day=?)"), "{counts}");
        let search = plan("SELECT v.id FROM visit_word w JOIN visit v ON v.id = w.visit WHERE w.word >= 'lee' AND w.word < 'lef'");
        assert!(search.contains("SEARCH w USING PRIMARY KEY (word>? AND word<?)"), "{search}");
    }
}
