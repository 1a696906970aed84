//! Rules every declaration keeps. The derive reports them at the exact field; here they are applied again, to
//! what was written by hand.

use std::collections::BTreeSet;

use crate::{purpose::Purpose, purposes::PersonalPrefs};

use super::{
    category::Category,
    column::{ColumnDecl, Erase, Rectify, Source},
    store::{StoreDecl, Subject},
};

/// What is wrong with a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// A store without columns says nothing about what it holds.
    #[error("it declares no columns")]
    NoColumns,
    /// Two columns have the same name.
    #[error("the column is declared twice")]
    DuplicateColumn,
    /// The subject names a column that is not declared.
    #[error("the subject names a column that is not declared")]
    SubjectIsNoColumn,
    /// What a row's age counts from names a column that is not declared.
    #[error("`aged_by` names a column that is not declared")]
    AgedByIsNoColumn,
    /// A retention with impossible numbers.
    #[error("the retention is empty or its bounds are out of order")]
    UnsoundRetention,
    /// Personal data without a purpose.
    #[error("personal data needs at least one purpose")]
    NoPurpose,
    /// Declared as no personal data without saying why.
    #[error("say why it is no personal data")]
    NoReason,
    /// Credentials in the clear.
    #[error("credentials must be encrypted")]
    PlainCredentials,
    /// A preference that nobody expressed.
    #[error("preferences must be provided, never inferred")]
    InferredPreference,
    /// Something a person provided and cannot put right.
    #[error("what a person provided needs a setter")]
    NoSetter,
    /// Content that is not declared as such.
    #[error("content must be free text that a person provided")]
    UndeclaredContent,
}

/// The faults of a store, each with the column it concerns.
pub(crate) fn store_faults(store: &StoreDecl) -> Vec<(Option<&'static str>, Fault)> {
    let mut faults = Vec::new();
    if store.columns.is_empty() {
        faults.push((None, Fault::NoColumns));
    }
    if !store.retention.is_sound() {
        faults.push((None, Fault::UnsoundRetention));
    }
    let mut seen = BTreeSet::new();
    for column in store.columns {
        if !seen.insert(column.name) {
            faults.push((Some(column.name), Fault::DuplicateColumn));
        }
        faults.extend(column_faults(column).into_iter().map(|fault| (Some(column.name), fault)));
    }
    if let Subject::Column(name) | Subject::Through { column: name, .. } = store.subject
        && !seen.contains(name)
    {
        faults.push((Some(name), Fault::SubjectIsNoColumn));
    }
    if let Some(name) = store.aged_by.filter(|name| !seen.contains(name)) {
        faults.push((Some(name), Fault::AgedByIsNoColumn));
    }
    faults
}

fn column_faults(column: &ColumnDecl) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut check = |broken: bool, fault: Fault| {
        if broken {
            faults.push(fault);
        }
    };
    let reason_given = column.why.is_some_and(|why| !why.trim().is_empty());
    if let Erase::NotPersonal { why } = column.erase {
        check(why.trim().is_empty(), Fault::NoReason);
    } else {
        check(column.purposes.is_empty(), Fault::NoPurpose);
        let misleading = looks_personal(column.name) && !column.category.is_personal();
        check(misleading && !reason_given, Fault::NoReason);
    }
    if let Erase::KeepUntil { retention, .. } = column.erase {
        check(!retention.is_sound(), Fault::UnsoundRetention);
    }
    check(column.retention.is_some_and(|retention| !retention.is_sound()), Fault::UnsoundRetention);
    check(
        column.category == Category::UserAuthorizationCredentials && !column.encrypted,
        Fault::PlainCredentials,
    );
    let preference = column.purposes.iter().any(|purpose| purpose.id == PersonalPrefs::ID);
    check(preference && column.source == Source::Inferred, Fault::InferredPreference);
    let provided = column.source == Source::Provided && !column.erase.is_not_personal();
    check(provided && !matches!(column.rectify, Rectify::Setter(_)), Fault::NoSetter);
    let content = column.category.key().starts_with("user.content.");
    check(content && !(column.free_text && column.source == Source::Provided), Fault::UndeclaredContent);
    faults
}

/// Whether a column's name suggests that it holds personal data.
pub(crate) fn looks_personal(name: &str) -> bool {
    const SIGNS: [&str; 7] = ["user", "author", "member", "moderator", "token", "ip", "mail"];
    let name = name.to_ascii_lowercase();
    SIGNS.iter().any(|sign| name.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        declare::{Retention, StoreKind},
        purposes::{CoreSettings, SocialLastfm},
    };

    const SETTINGS: &[&crate::PurposeDecl] = &[CoreSettings::ENTRY];

    fn faults(column: ColumnDecl) -> Vec<Fault> {
        column_faults(&column)
    }

    #[test]
    fn each_rule_has_its_fault() {
        let id = ColumnDecl::new("user_id", Category::UserUniqueId, SETTINGS);
        assert_eq!(faults(id), []);
        assert_eq!(faults(ColumnDecl { purposes: &[], ..id }), [Fault::NoPurpose]);
        assert_eq!(faults(ColumnDecl { source: Source::Provided, ..id }), [Fault::NoSetter]);
        assert_eq!(faults(ColumnDecl::not_personal("user_count", " ")), [Fault::NoReason]);
        assert_eq!(faults(ColumnDecl { category: Category::SystemOperations, ..id }), [Fault::NoReason]);
        let inferred = ColumnDecl { purposes: &[PersonalPrefs::ENTRY], source: Source::Inferred, ..id };
        assert_eq!(faults(inferred), [Fault::InferredPreference]);
        let key = ColumnDecl::new("key", Category::UserAuthorizationCredentials, &[SocialLastfm::ENTRY]);
        assert_eq!(faults(key), [Fault::PlainCredentials]);
        assert_eq!(faults(ColumnDecl { encrypted: true, ..key }), []);
        let note = ColumnDecl::new("note", Category::UserContentPrivate, SETTINGS);
        assert_eq!(faults(note), [Fault::UndeclaredContent]);
        let declared = ColumnDecl {
            free_text: true,
            source: Source::Provided,
            rectify: Rectify::Setter("note.set"),
            ..note
        };
        assert_eq!(faults(declared), []);
        assert_eq!(
            faults(ColumnDecl { retention: Some(Retention::Days(0)), ..id }),
            [Fault::UnsoundRetention]
        );
    }

    #[test]
    fn a_store_needs_columns_and_a_subject_among_them() {
        const TWICE: &[ColumnDecl] =
            &[ColumnDecl::not_personal("n", "a counter"), ColumnDecl::not_personal("n", "a counter")];
        let empty = StoreDecl::new(StoreKind::Table, "empty", "core");
        assert_eq!(store_faults(&empty), [(None, Fault::NoColumns)]);
        let store = StoreDecl { subject: Subject::Column("user_id"), columns: TWICE, ..empty };
        assert_eq!(
            store_faults(&store),
            [(Some("n"), Fault::DuplicateColumn), (Some("user_id"), Fault::SubjectIsNoColumn)]
        );
        let store = StoreDecl { aged_by: Some("made_at"), columns: &TWICE[..1], ..empty };
        assert_eq!(store_faults(&store), [(Some("made_at"), Fault::AgedByIsNoColumn)]);
    }
}
