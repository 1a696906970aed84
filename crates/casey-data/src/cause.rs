//! Why a database refused: its code becomes a kind of trouble, its own words stay inside.

use std::{
    error::Error as StdError,
    fmt::{self, Display, Formatter},
};

use casey_core::{StoreError, StoreErrorKind};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, SqlxError, sqlx::postgres::PgDatabaseError};

/// What kind of trouble a database is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Trouble {
    /// The disk, or the room given to the database, is used up.
    Full,
    /// The file, its folder or the file system cannot be written to, or the server is a copy that only reads.
    ReadOnly,
    /// Somebody else holds what is needed, or every connection is in use.
    Busy,
    /// The file cannot be opened.
    CannotOpen,
    /// The file is something else.
    NotADatabase,
    /// What is stored is damaged.
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
    /// The server cannot be reached, or the connection to it was lost.
    Gone,
    /// The server does not accept the user, the password, or what this user wants to do.
    Denied,
    /// The server has no database of this name.
    NoSuchDatabase,
    /// Anything else.
    Other,
}

/// The number a database gives its refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Code {
    /// SQLite, “Result and Error Codes”: the extended code.
    Sqlite(i32),
    /// PostgreSQL, “PostgreSQL Error Codes”: the SQLSTATE.
    Postgres([u8; 5]),
}

/// Why a database refused: the kind of trouble and its result code. The database's own words are left out, because they may quote values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cause {
    trouble: Trouble,
    code: Option<Code>,
}

impl Cause {
    /// What kind of trouble it is.
    pub const fn trouble(self) -> Trouble {
        self.trouble
    }

    /// SQLite's extended result code (SQLite, “Result and Error Codes”).
    pub const fn code(self) -> Option<i32> {
        match self.code {
            Some(Code::Sqlite(code)) => Some(code),
            _ => None,
        }
    }

    /// PostgreSQL's SQLSTATE (PostgreSQL, “PostgreSQL Error Codes”).
    pub fn sqlstate(&self) -> Option<&str> {
        match &self.code {
            Some(Code::Postgres(code)) => std::str::from_utf8(code).ok(),
            _ => None,
        }
    }

    /// Whether the database took everything back because of somebody else at work, so that trying again may help.
    pub(crate) fn lost_a_race(&self) -> bool {
        matches!(self.sqlstate(), Some("40001" | "40P01"))
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
        Self { trouble, code: Some(Code::Sqlite(code)) }
    }

    /// The cause behind an SQLSTATE of PostgreSQL: its class, and a few codes that stand out in theirs.
    pub(crate) fn of_sqlstate(state: &str) -> Self {
        let trouble = match state {
            "25006" => Trouble::ReadOnly,
            "3D000" => Trouble::NoSuchDatabase,
            "42501" => Trouble::Denied,
            "53100" => Trouble::Full,
            "55P03" | "57014" => Trouble::Busy,
            "58030" => Trouble::Io,
            _ => match state.get(..2) {
                Some("08" | "57") => Trouble::Gone,
                Some("23") => Trouble::Exists,
                Some("28") => Trouble::Denied,
                Some("40" | "53") => Trouble::Busy,
                Some("3F" | "42") => Trouble::Schema,
                Some("XX") => Trouble::Damaged,
                _ => Trouble::Other,
            },
        };
        Self { trouble, code: state.as_bytes().try_into().ok().map(Code::Postgres) }
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

    pub(crate) fn of_sqlx(error: &SqlxError) -> Self {
        match error {
            SqlxError::Database(error) => {
                if let Some(error) = error.try_downcast_ref::<PgDatabaseError>() {
                    return Self::of_sqlstate(error.code());
                }
                let code = error.code().and_then(|code| code.parse().ok());
                code.map_or(Self::of_trouble(Trouble::Other), Self::of_code)
            }
            SqlxError::PoolTimedOut => Self::of_trouble(Trouble::Busy),
            SqlxError::PoolClosed => Self::of_trouble(Trouble::Closed),
            // SQLite reads its file itself and tells by codes; these come from connections to a server.
            SqlxError::Io(_) | SqlxError::Tls(_) | SqlxError::Protocol(_) => Self::of_trouble(Trouble::Gone),
            SqlxError::ColumnDecode { .. } | SqlxError::Decode(_) => Self::of_trouble(Trouble::Unreadable),
            SqlxError::ColumnNotFound(_) => Self::of_trouble(Trouble::Schema),
            _ => Self::of_trouble(Trouble::Other),
        }
    }
}

impl Display for Cause {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let server = matches!(self.code, Some(Code::Postgres(_)));
        let what = match self.trouble {
            Trouble::Full if server => "the disk of its server is full; make room on it",
            Trouble::Full => "the disk is full; make room on it",
            Trouble::ReadOnly if server => {
                "the server only lets it be read; give the address of the one that can be written to"
            }
            Trouble::ReadOnly => {
                "it cannot be written to; give Casey write access to the file and its folder"
            }
            Trouble::Busy if server => {
                "it is held by others, or has no room for another connection; try again later"
            }
            Trouble::Busy if self.code.is_none() => {
                "it gave no connection in time; check that it runs and is not overloaded"
            }
            Trouble::Busy => "another process is holding it; stop that process or try again later",
            Trouble::CannotOpen => "the file cannot be opened; check that it and its folder are Casey's own",
            Trouble::NotADatabase => "the file is not an SQLite database; choose another file",
            Trouble::Damaged if server => "it is damaged; restore it from a backup",
            Trouble::Damaged => "the file is damaged; restore it from a backup",
            Trouble::Io if server => "its server cannot read or write its files; check the server's disk",
            Trouble::Io => "the file cannot be read or written; check the disk",
            Trouble::Exists => "it exists already",
            Trouble::Schema => "its tables are not those of this version; run `casey migrate`",
            Trouble::Unreadable => "what is stored cannot be understood",
            Trouble::Closed => "it has been closed",
            Trouble::Gone => "its server cannot be reached; check that it runs and that the address is right",
            Trouble::Denied => {
                "its server does not accept the user, the password, or what this user wants to do; check them in the address"
            }
            Trouble::NoSuchDatabase => "its server has no database of this name; create it there",
            Trouble::Other => "it did not do what was asked",
        };
        match self.code {
            Some(Code::Sqlite(code)) => write!(f, "{what} (SQLite code {code})"),
            Some(Code::Postgres(_)) => {
                write!(f, "{what} (PostgreSQL code {})", self.sqlstate().unwrap_or_default())
            }
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
    fn codes_of_postgresql_become_kinds() {
        for (state, trouble, kind) in [
            ("23505", Trouble::Exists, StoreErrorKind::Conflict),
            ("40001", Trouble::Busy, StoreErrorKind::Unavailable),
            ("40P01", Trouble::Busy, StoreErrorKind::Unavailable),
            ("57P01", Trouble::Gone, StoreErrorKind::Unavailable),
            ("57P03", Trouble::Gone, StoreErrorKind::Unavailable),
            ("08006", Trouble::Gone, StoreErrorKind::Unavailable),
            ("57014", Trouble::Busy, StoreErrorKind::Unavailable),
            ("53300", Trouble::Busy, StoreErrorKind::Unavailable),
            ("53100", Trouble::Full, StoreErrorKind::Unavailable),
            ("25006", Trouble::ReadOnly, StoreErrorKind::Unavailable),
            ("28P01", Trouble::Denied, StoreErrorKind::Unavailable),
            ("42501", Trouble::Denied, StoreErrorKind::Unavailable),
            ("3D000", Trouble::NoSuchDatabase, StoreErrorKind::Unavailable),
            ("42P01", Trouble::Schema, StoreErrorKind::Corrupt),
            ("42703", Trouble::Schema, StoreErrorKind::Corrupt),
            ("XX001", Trouble::Damaged, StoreErrorKind::Corrupt),
            ("22001", Trouble::Other, StoreErrorKind::Unavailable),
        ] {
            let cause = Cause::of_sqlstate(state);
            assert_eq!((cause.trouble(), cause.sqlstate()), (trouble, Some(state)));
            assert_eq!(store_error("writing", cause).kind(), kind, "{state}");
            assert_eq!(cause.lost_a_race(), matches!(state, "40001" | "40P01"), "{state}");
            assert!(cause.to_string().ends_with(&format!("(PostgreSQL code {state})")), "{cause}");
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
