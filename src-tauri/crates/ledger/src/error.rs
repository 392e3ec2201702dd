//! What can go wrong with the file, in words for the person at the desk.

use rusqlite::ErrorCode;

/// Why the ledger could not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// No file is there.
    #[error("there is no database at {0}: check the data folder, or restore a backup into it")]
    Missing(String),
    /// A new file was asked for where one is.
    #[error("a database exists already at {0}: it is never replaced by an empty one")]
    Exists(String),
    /// The key does not open this file (or its first page is damaged: the two cannot be told apart).
    #[error("the key does not open this database: use the key it was made with, or restore a backup together with its recovery key")]
    KeyWrong,
    /// The file or its folder cannot be written.
    #[error("the database cannot be written: check the permissions of the data folder ({0})")]
    NotWritable(String),
    /// No room is left.
    #[error("the disk is full: free some space; nothing that was accepted is lost")]
    DiskFull,
    /// The file is damaged.
    #[error("the database is damaged: stop, keep a copy of the file, and restore the last backup ({0})")]
    Corrupt(String),
    /// Another program has the file.
    #[error("the database is in use by another program: close the other console")]
    InUse,
    /// The file was written by a newer version of this program.
    #[error("the database was written by a newer version (format {found}, this version knows {known}): update this console")]
    Newer { found: i64, known: i64 },
    /// One record or one statement, and nothing else, cannot be done.
    #[error("the database refused one record: {0}")]
    Refused(String),
    /// One stored row cannot be read.
    #[error("{0}: the database may be damaged; keep a copy of the file and report it with the log")]
    Unreadable(String),
    /// Anything else.
    #[error("the database did not do what was asked: {0}")]
    Other(String),
}

impl LedgerError {
    /// Whether only what was just asked is at fault, and the store as such takes writes.
    pub fn of_one_record(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Unreadable(_))
    }
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as Sql;
        match &error {
            Sql::SqliteFailure(failure, said) => {
                // The library's own words name tables at most, never a value.
                let said = said.clone().unwrap_or_else(|| failure.to_string());
                match failure.code {
                    ErrorCode::NotADatabase => Self::KeyWrong,
                    ErrorCode::DiskFull => Self::DiskFull,
                    ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => Self::NotWritable(said),
                    ErrorCode::DatabaseCorrupt => Self::Corrupt(said),
                    ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::InUse,
                    ErrorCode::ConstraintViolation
                    | ErrorCode::TypeMismatch
                    | ErrorCode::TooBig
                    | ErrorCode::ParameterOutOfRange
                    | ErrorCode::InternalMalfunction
                    | ErrorCode::ApiMisuse
                    | ErrorCode::Unknown => Self::Refused(said),
                    _ => Self::Other(said),
                }
            }
            Sql::FromSqlConversionFailure(..) | Sql::InvalidColumnType(..) | Sql::IntegralValueOutOfRange(..) => {
                Self::Unreadable("a stored row cannot be read".into())
            }
            // Never the statement's values: they may name a person.
            _ => Self::Refused(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for LedgerError {
    fn from(error: serde_json::Error) -> Self {
        // Only where, not what: the text may name a person.
        Self::Unreadable(format!("a stored row cannot be read at column {}: {:?}", error.column(), error.classify()))
    }
}

/// A stored row that says what no version of this program wrote.
pub(crate) fn unreadable(what: &str) -> LedgerError {
    LedgerError::Unreadable(format!("a stored row cannot be read: {what}"))
}
