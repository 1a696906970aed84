//! What can go wrong with a database, in words that hold no values.

use std::{
    error::Error as StdError,
    fmt::{self, Display, Formatter},
    io,
    path::PathBuf,
};

use casey_core::{StoreError, StoreErrorKind};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, SqlxError};

/// Why a database could not be opened, migrated or inspected. Each reads as one sentence with its remedy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// The address names a kind of database that is not there yet.
    #[error("PostgreSQL comes with the next release of Casey; until then give the database as sqlite://FILE")]
    PostgresNotYet,
    /// The address names no kind of database that Casey knows.
    #[error("a database address begins with sqlite://, not with {scheme}")]
    Scheme {
        /// What it begins with; never the rest, which may hold a password.
        scheme: String,
    },
    /// The address begins rightly and cannot be read further.
    #[error("the database address cannot be read; it is written sqlite://FILE")]
    Address,
    /// The folder for the file cannot be made, or the file cannot be made in it.
    #[error("the database {} cannot be created ({}); choose a folder that Casey may write to", file.display(), plain_io(source))]
    Create {
        /// The database's file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The database refused.
    #[error("{doing} {}: {cause}", place.display())]
    Database {
        /// What was being done: “opening the database”.
        doing: &'static str,
        /// The database's file, or `:memory:`.
        place: PathBuf,
        /// Why.
        cause: Cause,
    },
    /// The lock that keeps two processes from migrating at once could not be had.
    #[error("the lock file {} cannot be used ({}); it is needed while the database schema changes", file.display(), plain_io(source))]
    Lock {
        /// The lock's file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A newer version of Casey has changed the schema.
    #[error("a newer version of Casey has changed the database {}; update this one", place.display())]
    Newer {
        /// The database's file.
        place: PathBuf,
    },
}

/// What kind of trouble a database is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Trouble {
    /// The disk, or the room given to the database, is used up.
    Full,
    /// The file, its folder or the file system cannot be written to.
    ReadOnly,
    /// Another process holds it, or every connection is in use.
    Busy,
    /// The file cannot be opened.
    CannotOpen,
    /// The file is something else.
    NotADatabase,
    /// The file is damaged.
    Damaged,
    /// Reading or writing the file failed.
    Io,
    /// It exists already.
    Exists,
    /// Tables or columns are not those this version expects.
    Schema,
    /// What was read cannot be understood.
    Unreadable,
    /// The database was closed.
    Closed,
    /// Anything else.
    Other,
}

/// Why a database refused: the kind of trouble and its result code. The database's own words are left out, because they may quote values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cause {
    trouble: Trouble,
    code: Option<i32>,
}

impl Cause {
    /// What kind of trouble it is.
    pub const fn trouble(self) -> Trouble {
        self.trouble
    }

    /// SQLite's extended result code (SQLite, “Result and Error Codes”).
    pub const fn code(self) -> Option<i32> {
        self.code
    }

    pub(crate) const fn of_trouble(trouble: Trouble) -> Self {
        Self { trouble, code: None }
    }

    /// The cause behind a result code of SQLite.
    pub(crate) const fn of_code(code: i32) -> Self {
        let trouble = match code {
            1555 | 2067 => Trouble::Exists,
            // SQLITE_IOERR_SHMSIZE: the file that connections share has no room on the disk.
            4874 => Trouble::Full,
            _ => match code & 0xff {
                1 | 17 => Trouble::Schema,
                3 | 8 | 23 => Trouble::ReadOnly,
                5 | 6 => Trouble::Busy,
                10 => Trouble::Io,
                11 => Trouble::Damaged,
                13 => Trouble::Full,
                14 => Trouble::CannotOpen,
                19 => Trouble::Exists,
                26 => Trouble::NotADatabase,
                _ => Trouble::Other,
            },
        };
        Self { trouble, code: Some(code) }
    }

    pub(crate) fn of(error: &DbErr) -> Self {
        match error {
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Self::of_trouble(Trouble::Busy),
            DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => Self::of_trouble(Trouble::Closed),
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => Self::of_sqlx(error),
            DbErr::TryIntoErr { .. } | DbErr::Type(_) | DbErr::Json(_) => {
                Self::of_trouble(Trouble::Unreadable)
            }
            _ => Self::of_trouble(Trouble::Other),
        }
    }

    fn of_sqlx(error: &SqlxError) -> Self {
        match error {
            SqlxError::Database(error) => {
                let code = error.code().and_then(|code| code.parse().ok());
                code.map_or(Self::of_trouble(Trouble::Other), Self::of_code)
            }
            SqlxError::PoolTimedOut => Self::of_trouble(Trouble::Busy),
            SqlxError::PoolClosed => Self::of_trouble(Trouble::Closed),
            SqlxError::Io(_) => Self::of_trouble(Trouble::Io),
            SqlxError::ColumnDecode { .. } | SqlxError::Decode(_) => Self::of_trouble(Trouble::Unreadable),
            SqlxError::ColumnNotFound(_) => Self::of_trouble(Trouble::Schema),
            _ => Self::of_trouble(Trouble::Other),
        }
    }
}

impl Display for Cause {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let what = match self.trouble {
            Trouble::Full => "the disk is full; make room on it",
            Trouble::ReadOnly => {
                "it cannot be written to; give Casey write access to the file and its folder"
            }
            Trouble::Busy => "another process is holding it; stop that process or try again later",
            Trouble::CannotOpen => "the file cannot be opened; check that it and its folder are Casey's own",
            Trouble::NotADatabase => "the file is not an SQLite database; choose another file",
            Trouble::Damaged => "the file is damaged; restore it from a backup",
            Trouble::Io => "the file cannot be read or written; check the disk",
            Trouble::Exists => "it exists already",
            Trouble::Schema => "its tables are not those of this version; run `casey migrate`",
            Trouble::Unreadable => "what is stored cannot be understood",
            Trouble::Closed => "it has been closed",
            Trouble::Other => "it did not do what was asked",
        };
        match self.code {
            Some(code) => write!(f, "{what} (SQLite code {code})"),
            None => f.write_str(what),
        }
    }
}

impl StdError for Cause {}

/// Turns an error of the database into one of a store, for whatever was being done.
pub(crate) fn while_doing(doing: &'static str) -> impl Fn(DbErr) -> StoreError {
    move |error| store_error(doing, Cause::of(&error))
}

pub(crate) fn store_error(doing: &'static str, cause: Cause) -> StoreError {
    let kind = match cause.trouble() {
        Trouble::Exists => StoreErrorKind::Conflict,
        Trouble::Unreadable | Trouble::Schema | Trouble::Damaged | Trouble::NotADatabase => {
            StoreErrorKind::Corrupt
        }
        _ => StoreErrorKind::Unavailable,
    };
    StoreError::new(kind, doing).caused_by(cause)
}

/// The system's word on a file without its number, which says nothing to a person.
fn plain_io(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_sqlite_become_kinds() {
        for (code, trouble, kind) in [
            (13, Trouble::Full, StoreErrorKind::Unavailable),
            (4874, Trouble::Full, StoreErrorKind::Unavailable),
            (8, Trouble::ReadOnly, StoreErrorKind::Unavailable),
            (1032, Trouble::ReadOnly, StoreErrorKind::Unavailable),
            (5, Trouble::Busy, StoreErrorKind::Unavailable),
            (517, Trouble::Busy, StoreErrorKind::Unavailable),
            (778, Trouble::Io, StoreErrorKind::Unavailable),
            (14, Trouble::CannotOpen, StoreErrorKind::Unavailable),
            (26, Trouble::NotADatabase, StoreErrorKind::Corrupt),
            (11, Trouble::Damaged, StoreErrorKind::Corrupt),
            (1, Trouble::Schema, StoreErrorKind::Corrupt),
            (1555, Trouble::Exists, StoreErrorKind::Conflict),
            (2067, Trouble::Exists, StoreErrorKind::Conflict),
        ] {
            let cause = Cause::of_code(code);
            assert_eq!(cause.trouble(), trouble, "{code}");
            assert_eq!(store_error("writing", cause).kind(), kind, "{code}");
        }
    }

    #[test]
    fn what_the_database_quotes_stays_inside() {
        let error = DbErr::Type("secret value 80351110224678912".to_owned());
        let told = while_doing("reading the server's settings")(error);
        let mut text = told.to_string();
        let mut source = told.source();
        while let Some(cause) = source {
            text += &cause.to_string();
            source = cause.source();
        }
        assert!(!text.contains("80351110224678912"), "{text}");
        assert_eq!(told.kind(), StoreErrorKind::Corrupt);
    }
}
