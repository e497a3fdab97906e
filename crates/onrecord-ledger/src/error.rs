//! What can go wrong with a ledger, each told in one line.

use std::fmt;

use rusqlite::ErrorCode;

/// Why the ledger could not do something. What it had stored before is untouched.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// There is no ledger at this place.
    Missing,
    /// The file is something else.
    NotALedger,
    /// It was written by a later version of this library: the schema found, and the newest that is known.
    Newer {
        /// The version of its schema.
        found: u32,
        /// The newest version that this library knows.
        known: u32,
    },
    /// Somebody else is writing to it.
    Taken,
    /// It, or its folder, may not be written to.
    ReadOnly,
    /// The disk is full.
    Full,
    /// What it holds contradicts itself; `verify` tells more.
    Damaged(String),
    /// Nothing in it has this name.
    Unknown(String),
    /// A search that means nothing.
    Query(String),
    /// The question was given up before it was answered.
    GivenUp,
    /// A correction that cannot be made.
    Correction(String),
    /// Anything else that the database says.
    Database(rusqlite::Error),
    /// Anything else that the file system says.
    Io(std::io::Error),
}

/// What the ledger gives, or why it cannot.
pub type Result<T> = std::result::Result<T, Error>;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Missing => f.write_str("there is no ledger here; `onrecord add` begins one"),
            Error::NotALedger => f.write_str("this file is no ledger"),
            Error::Newer { found, known } => write!(
                f,
                "a later version of onrecord wrote this ledger (its schema is {found}, this program knows {known}); \
                 nothing was changed"
            ),
            Error::Taken => f.write_str("another onrecord is writing to this ledger; try again when it is done"),
            Error::ReadOnly => f.write_str("the ledger or its folder may not be written to"),
            Error::Full => f.write_str("the disk is full; what was added before is kept"),
            Error::Damaged(what) => write!(f, "the ledger is damaged: {what}"),
            Error::Unknown(what) => write!(f, "there is no {what} in this ledger"),
            Error::GivenUp => f.write_str("the question took too long and was given up"),
            Error::Query(why) | Error::Correction(why) => f.write_str(why),
            Error::Database(error) => write!(f, "the database says: {error}"),
            Error::Io(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Database(error) => Some(error),
            Error::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Error::Full,
            Some(ErrorCode::ReadOnly) => Error::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Taken,
            Some(ErrorCode::OperationInterrupted) => Error::GivenUp,
            Some(ErrorCode::NotADatabase) => Error::NotALedger,
            Some(ErrorCode::DatabaseCorrupt) => Error::Damaged(error.to_string()),
            _ => Error::Database(error),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Error {
        match error.kind() {
            std::io::ErrorKind::StorageFull => Error::Full,
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => Error::ReadOnly,
            std::io::ErrorKind::NotFound => Error::Missing,
            _ => Error::Io(error),
        }
    }
}
