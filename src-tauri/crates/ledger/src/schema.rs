//! The tables, and the forward-only steps from one format of the file to the next.

use crate::LedgerError;
use rusqlite::Connection;

/// Each step once, in order, each in its own transaction; a step that was released never changes.
const STEPS: &[&str] = &[
    FIRST,
    VISITS,
    MESSAGES,
    STAFF,
    PLANNING,
    VISIT_LISTS,
    WATCH,
    STRETCHES,
    EXCHANGES,
    CHECK_INS,
    SWEEPS,
    CONNECTIONS,
    TALK,
    SCRIPTS,
    crate::shadow::STEP,
    crate::minutes::STEP,
    OPT_OUT_BY,
];

const FIRST: &str = "
-- Every MRN once: hot tables carry the small number.
CREATE TABLE person (key INTEGER PRIMARY KEY, mrn TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE patient (
    person INTEGER PRIMARY KEY REFERENCES person(key),
    body TEXT NOT NULL
) STRICT;

CREATE TABLE limit_change (
    id INTEGER PRIMARY KEY,
    person INTEGER NOT NULL REFERENCES person(key),
    body TEXT NOT NULL
) STRICT;
CREATE INDEX limit_change_person ON limit_change(person);

-- Payload shapes, each text once.
CREATE TABLE shape (key INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE shape_seen (
    source INTEGER NOT NULL,
    shape INTEGER NOT NULL REFERENCES shape(key),
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (source, shape)
) STRICT, WITHOUT ROWID;

-- standing: 0 stands, 1 set aside as implausible, 2 never a baseline.
-- Every index of the busy tables leads with something that grows with time, so that a new row
-- touches recent pages only, however much is stored.
CREATE TABLE reading (
    id INTEGER PRIMARY KEY,
    person INTEGER NOT NULL REFERENCES person(key),
    vital INTEGER NOT NULL,
    standing INTEGER NOT NULL,
    day INTEGER NOT NULL,
    measured_ms INTEGER NOT NULL,
    measured_as INTEGER NOT NULL,
    measured_from_ms INTEGER,
    arrived_ms INTEGER NOT NULL,
    source INTEGER NOT NULL,
    status INTEGER NOT NULL,
    severity INTEGER NOT NULL,
    rule INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL,
    in_chart INTEGER NOT NULL,
    episode INTEGER,
    value TEXT NOT NULL,
    loinc TEXT NOT NULL,
    source_key INTEGER,
    source_id TEXT,
    version TEXT,
    shape INTEGER NOT NULL REFERENCES shape(key),
    rest TEXT NOT NULL
) STRICT;
CREATE INDEX reading_measured ON reading(day, person, vital, measured_ms, standing);
CREATE INDEX reading_source ON reading(id >> 15, source_key) WHERE source_key IS NOT NULL;
CREATE TABLE source_filter (filter INTEGER PRIMARY KEY, words BLOB NOT NULL) STRICT;

CREATE TABLE episode (
    id INTEGER PRIMARY KEY,
    person INTEGER NOT NULL REFERENCES person(key),
    vital INTEGER NOT NULL,
    opened_ms INTEGER NOT NULL,
    closed_ms INTEGER,
    live INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX episode_live ON episode(id) WHERE live = 1;
CREATE INDEX episode_closed ON episode(closed_ms) WHERE closed_ms IS NOT NULL;
CREATE INDEX episode_person ON episode(person);

CREATE TABLE task (id INTEGER PRIMARY KEY, live INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX task_live ON task(id) WHERE live = 1;

CREATE TABLE effect (
    id INTEGER PRIMARY KEY,
    vendor INTEGER NOT NULL,
    live INTEGER NOT NULL,
    episode INTEGER,
    reference TEXT,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX effect_live ON effect(id) WHERE live = 1;
CREATE INDEX effect_reference ON effect(reference) WHERE reference IS NOT NULL;
CREATE INDEX effect_episode ON effect(episode) WHERE episode IS NOT NULL;

CREATE TABLE opt_out (phone TEXT PRIMARY KEY, opted_out INTEGER NOT NULL, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY,
    state TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX quarantine_state ON quarantine(state);

CREATE TABLE seen (key TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE raw (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    source INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;

-- Append-only: each hash covers the line and the hash before it.
CREATE TABLE trail (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    person INTEGER REFERENCES person(key),
    episode INTEGER,
    by TEXT,
    body TEXT NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX trail_at ON trail(at_ms);
CREATE INDEX trail_person ON trail(seq >> 15, person) WHERE person IS NOT NULL;
CREATE INDEX trail_talk ON trail(person) WHERE kind IN ('sms', 'reply', 'delivery');
CREATE INDEX trail_episode ON trail(episode) WHERE episode IS NOT NULL;
-- Two kinds are most of the trail and need no index to be found.
CREATE INDEX trail_kind ON trail(kind) WHERE kind NOT IN ('intake', 'verdict');
";

const VISITS: &str = "
CREATE TABLE visit (
    id INTEGER PRIMARY KEY,
    appointment_id TEXT NOT NULL UNIQUE,
    phone TEXT,
    starts_ms INTEGER NOT NULL,
    next_ms INTEGER,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX visit_phone ON visit(phone, starts_ms) WHERE phone IS NOT NULL;
CREATE INDEX visit_starts ON visit(starts_ms);
CREATE INDEX visit_next ON visit(next_ms) WHERE next_ms IS NOT NULL;

CREATE TABLE reminder_day (
    person INTEGER NOT NULL REFERENCES person(key),
    day TEXT NOT NULL,
    reminders INTEGER NOT NULL,
    PRIMARY KEY (person, day)
) STRICT, WITHOUT ROWID;
";

const MESSAGES: &str = "
-- Maintenance and stops of sending.
CREATE TABLE downtime (id INTEGER PRIMARY KEY, live INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX downtime_live ON downtime(id) WHERE live = 1;

-- How a message stands; questions to a vendor are no messages and have none.
ALTER TABLE effect ADD COLUMN standing INTEGER;
ALTER TABLE effect ADD COLUMN person INTEGER REFERENCES person(key);
ALTER TABLE effect ADD COLUMN owed_ms INTEGER NOT NULL DEFAULT 0;
UPDATE effect SET
    standing = CASE WHEN json_extract(body, '$.act.do') = 'look' THEN NULL ELSE
        CASE json_extract(body, '$.state.is')
            WHEN 'owed' THEN 0 WHEN 'sending' THEN 1 WHEN 'unknown' THEN 2 WHEN 'blocked' THEN 3 WHEN 'parked' THEN 4
            WHEN 'done' THEN 5 WHEN 'failed' THEN 6 WHEN 'withdrawn' THEN 7 ELSE 8 END END,
    person = (SELECT key FROM person WHERE mrn = json_extract(body, '$.about.mrn')),
    owed_ms = CAST(round((julianday(json_extract(body, '$.owed_at')) - 2440587.5) * 86400000) AS INTEGER);
CREATE INDEX effect_standing ON effect(standing, vendor, id) WHERE standing IS NOT NULL;
CREATE INDEX effect_person ON effect(person, id) WHERE person IS NOT NULL AND standing IS NOT NULL;
CREATE INDEX effect_owed ON effect(owed_ms) WHERE standing IS NOT NULL;
";

const STAFF: &str = "
CREATE TABLE staff (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
";

const PLANNING: &str = "
ALTER TABLE visit ADD COLUMN patient TEXT;
UPDATE visit SET patient = json_extract(body, '$.told.patient_id');
CREATE INDEX visit_patient ON visit(patient, starts_ms);

-- At most one row: how far live visits are planned again after a change of settings.
CREATE TABLE planned_to (starts_ms INTEGER NOT NULL, visit INTEGER NOT NULL) STRICT;
";

/// Visits by the day their own wall clock shows, and by the words one searches them with.
const VISIT_LISTS: &str = "
-- standing: where the visit stands, as one small number.
ALTER TABLE visit ADD COLUMN day TEXT NOT NULL DEFAULT '';
ALTER TABLE visit ADD COLUMN standing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE visit ADD COLUMN words TEXT NOT NULL DEFAULT '';
CREATE INDEX visit_day ON visit(day, starts_ms, id, standing);

CREATE TABLE visit_word (
    word TEXT NOT NULL,
    visit INTEGER NOT NULL REFERENCES visit(id),
    PRIMARY KEY (word, visit)
) STRICT, WITHOUT ROWID;
CREATE INDEX visit_word_visit ON visit_word(visit);
";

const WATCH: &str = "
CREATE TABLE watch (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
";

const STRETCHES: &str = "
-- A turn writes to each page of the newest stretch that one of its rows falls on: some twenty pages, not hundreds.
DROP INDEX reading_source;
CREATE INDEX reading_source ON reading(id >> 12, source_key) WHERE source_key IS NOT NULL;
DROP INDEX trail_person;
CREATE INDEX trail_person ON trail(seq >> 12, person) WHERE person IS NOT NULL;
";

const EXCHANGES: &str = "
-- What was last said to a vendor about an effect.
CREATE TABLE exchange (effect INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
";

const CHECK_INS: &str = "
CREATE TABLE check_in (id INTEGER PRIMARY KEY, live INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX check_in_live ON check_in(id) WHERE live = 1;
";

const SWEEPS: &str = "
-- At most one row: when the last whole sweep of the chart began.
CREATE TABLE swept_from (one INTEGER PRIMARY KEY CHECK (one = 1), began_ms INTEGER NOT NULL) STRICT;
";

const CONNECTIONS: &str = "
-- A vendor's set-up. Its secrets are in the keyring: the body names their entries.
CREATE TABLE connection (vendor TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
";

// Written with OR: a list of more than two makes SQLite build a table of it for each line that is added.
const TALK: &str = "
DROP INDEX trail_talk;
CREATE INDEX trail_talk ON trail(person) WHERE kind = 'sms' OR kind = 'reply' OR kind = 'delivery';
";

const SCRIPTS: &str = "
-- What each script was and became; NULL = the built-in words.
CREATE TABLE script_version (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL,
    was TEXT,
    text TEXT,
    at_ms INTEGER NOT NULL,
    by TEXT NOT NULL,
    why TEXT NOT NULL
) STRICT;
CREATE INDEX script_version_key ON script_version(key, id);
";

const OPT_OUT_BY: &str = "
-- Who put an opt-out down on the console; null: the patient's own word, or the vendor's.
ALTER TABLE opt_out ADD COLUMN by TEXT;
";

/// Brings the file to the format of this version.
pub(crate) fn migrate(conn: &Connection) -> Result<(), LedgerError> {
    let known = STEPS.len() as i64;
    let found: i64 = conn.query_row("PRAGMA user_version", [], |r| r.get(0))?;
    if found > known {
        return Err(LedgerError::Newer { found, known });
    }
    for (step, sql) in STEPS.iter().enumerate().skip(found as usize) {
        let stepped = (|| {
            conn.execute_batch(&format!("BEGIN IMMEDIATE; {sql}"))?;
            if *sql == VISIT_LISTS {
                crate::visits::list_all(conn)?;
            }
            conn.execute_batch(&format!("PRAGMA user_version = {}; COMMIT;", step + 1))?;
            Ok(())
        })();
        stepped.inspect_err(|_: &LedgerError| drop(conn.execute_batch("ROLLBACK")))?;
    }
    Ok(())
}
