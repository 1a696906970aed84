use std::fmt::{self, Formatter};

/// What is wrong with a key; the text of each is stable, so that scripts may look for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum KeyFault {
    /// No declared family makes such a key.
    Undeclared,
    /// More than one family makes it.
    Ambiguous,
    /// It never ends, although its family does.
    NoEnd,
    /// It ends later than its family permits, counted from now or from its birth.
    TooLong,
    /// Its value was not written by Casey: there is no telling how old it is.
    Foreign,
}

impl KeyFault {
    /// The stable text, such as `K7-no-end`.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Undeclared => "K7-undeclared-key",
            Self::Ambiguous => "K7-ambiguous-key",
            Self::NoEnd => "K7-no-end",
            Self::TooLong => "K7-too-long",
            Self::Foreign => "K7-foreign-value",
        }
    }

    /// One sentence with what to do.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Undeclared => {
                "Declare the family with cache_family! and list it in its module, or delete the keys."
            }
            Self::Ambiguous => "Give one of the families another name.",
            Self::NoEnd => {
                "Delete the keys, and find what removed their end: nothing but Casey may write to them."
            }
            Self::TooLong => {
                "Delete the keys, and find what moved their end: nothing but Casey may write to them."
            }
            Self::Foreign => "Delete the keys: nothing but Casey may write to them.",
        }
    }
}

/// What a look at the keys found: what, in which family, how often. Prints as one line, which holds no key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyFinding {
    /// What is wrong.
    pub fault: KeyFault,
    /// The family's template, or what is plainly no id of a key that has none.
    pub place: String,
    /// How many keys.
    pub keys: u64,
}

impl fmt::Display for KeyFinding {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let keys = if self.keys == 1 { "key" } else { "keys" };
        let Self { fault, place, keys: count } = self;
        write!(f, "{} {place} ({count} {keys}): {}", fault.text(), fault.remedy())
    }
}
