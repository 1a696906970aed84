//! What a check found.

use std::fmt;

/// What is wrong; the text of each is stable, so that scripts may look for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Code {
    /// A table nobody declared.
    UndeclaredTable,
    /// A view nobody declared.
    UndeclaredView,
    /// A column nobody declared.
    UndeclaredColumn,
    /// A declared table that is not there.
    MissingTable,
    /// A declared column that is not there.
    MissingColumn,
    /// A declared column of another type, or one that may be NULL where its field says otherwise.
    OtherType,
    /// Erasure shall set a column to NULL that may not be NULL.
    NullifyNotNull,
    /// Personal data that no person's id leads to.
    Unreachable,
    /// A person's id that no index leads with.
    NoIndex,
    /// A column whose name suggests personal data, declared otherwise without a reason.
    Name,
}

impl Code {
    /// The stable text, such as `K3-undeclared-column`.
    pub const fn text(self) -> &'static str {
        match self {
            Self::UndeclaredTable => "K3-undeclared-table",
            Self::UndeclaredView => "K3-undeclared-view",
            Self::UndeclaredColumn => "K3-undeclared-column",
            Self::MissingTable => "K3-missing-table",
            Self::MissingColumn => "K3-missing-column",
            Self::OtherType => "K3-other-type",
            Self::NullifyNotNull => "K3-nullify-not-null",
            Self::Unreachable => "K4-unreachable",
            Self::NoIndex => "K4-no-index",
            Self::Name => "K5-name",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// One thing a check found: what, where, and how to put it right. Prints as one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub code: Code,
    /// The table, or `table.column`.
    pub place: String,
    /// One sentence with the remedy.
    pub remedy: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code, self.place, self.remedy)
    }
}
