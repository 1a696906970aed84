//! What a column can hold, as far as databases tell it apart.

/// The kind of value in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// A whole number of two bytes.
    Int2,
    /// A whole number of four bytes.
    Int4,
    /// A whole number of eight bytes.
    Int8,
    /// A whole number; the database does not say how long.
    Int,
    /// A number with a fraction.
    Real,
    /// True or false.
    Bool,
    /// Text, bounded or not.
    Text,
    /// Bytes.
    Bytes,
}

impl ValueKind {
    /// Whether a column of one kind can be declared as the other.
    pub const fn agrees(self, other: Self) -> bool {
        const fn whole(kind: ValueKind) -> bool {
            matches!(kind, ValueKind::Int2 | ValueKind::Int4 | ValueKind::Int8 | ValueKind::Int)
        }
        match (self, other) {
            (Self::Int, other) | (other, Self::Int) => whole(other),
            _ => self as u8 == other as u8,
        }
    }

    /// A stable name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Int2 => "int2",
            Self::Int4 => "int4",
            Self::Int8 => "int8",
            Self::Int => "int",
            Self::Real => "real",
            Self::Bool => "bool",
            Self::Text => "text",
            Self::Bytes => "bytes",
        }
    }

    /// In words, after "is".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Int2 => "a whole number of two bytes",
            Self::Int4 => "a whole number of four bytes",
            Self::Int8 => "a whole number of eight bytes",
            Self::Int => "a whole number",
            Self::Real => "a number with a fraction",
            Self::Bool => "true or false",
            Self::Text => "text",
            Self::Bytes => "bytes",
        }
    }
}

/// What a column holds, as its field says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Value {
    /// The kind.
    pub kind: ValueKind,
    /// Whether it may be NULL.
    pub nullable: bool,
}

#[cfg(test)]
mod tests {
    use super::ValueKind::{Bool, Int, Int2, Int4, Int8, Text};

    #[test]
    fn a_number_of_unknown_length_agrees_with_every_other() {
        for kind in [Int, Int2, Int4, Int8] {
            assert!(kind.agrees(Int) && Int.agrees(kind) && kind.agrees(kind));
            assert!(!kind.agrees(Text) && !Bool.agrees(kind));
        }
        assert!(!Int4.agrees(Int8) && !Text.agrees(Bool));
    }
}
