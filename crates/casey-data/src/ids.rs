//! Discord's ids in the database: the same number, signed. They stay below 2⁶³ (Discord Docs/Snowflakes).

use casey_privacy::SubjectId;
use twilight_model::id::Id;

/// The column's value for an id.
pub(crate) const fn column<T>(id: Id<T>) -> i64 {
    id.get().cast_signed()
}

/// The column's value for a person.
pub(crate) const fn subject_column(subject: SubjectId) -> i64 {
    subject.get().cast_signed()
}

/// The id behind a column's value; `None` for zero, which is no id.
pub(crate) fn id<T>(column: i64) -> Option<Id<T>> {
    Id::new_checked(column.cast_unsigned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use twilight_model::id::marker::UserMarker;

    use super::*;

    proptest! {
        #[test]
        fn every_id_comes_back(number in 1_u64..) {
            let there: Id<UserMarker> = Id::new(number);
            prop_assert_eq!(id(column(there)), Some(there));
            prop_assert_eq!(column(there), subject_column(SubjectId::new(number)));
        }
    }

    #[test]
    fn zero_is_no_id() {
        assert_eq!(id::<UserMarker>(0), None);
    }
}
