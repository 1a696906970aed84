use casey_privacy::{
    Category, ColumnDecl, Fault, Inventory, InventoryError, PersonalData, Purpose, StoreDecl, StoreKind,
    Subject, cache_family,
    purposes::{CoreCommands, CoreSettings, DiagErrors},
};

use crate::fixture::{self, CORE, CaseNote, MODERATION, UserPrefix};

#[test]
fn the_committed_form() {
    insta::assert_snapshot!(fixture::inventory().to_json());
}

#[test]
fn the_committed_form_does_not_depend_on_order() {
    let other = fixture::builder().module("core", CORE).module("moderation", MODERATION).build().unwrap();
    assert_eq!(other.to_json(), fixture::inventory().to_json());
}

#[test]
fn look_ups() {
    let inventory = fixture::inventory();
    let store = inventory.store(StoreKind::Table, "user_prefix").unwrap();
    assert_eq!(store, UserPrefix::STORE);
    assert!(inventory.store(StoreKind::Cookie, "user_prefix").is_none());
    let people: Vec<_> = inventory.about_people().map(|store| store.name).collect();
    assert_eq!(people, ["case_note", "mod_case", "user_prefix", "casey:e:cd:{user}:{command}"]);
    assert!(inventory.purposes().any(|purpose| purpose.id == "core.commands"));
}

#[test]
fn nothing_is_listed_twice() {
    let purposes = fixture::builder().purpose::<CoreCommands>().build().unwrap_err();
    assert_eq!(purposes, InventoryError::DuplicatePurpose { purpose: "core.commands" });
    let stores = fixture::builder().module("core", CORE).module("core", CORE).build().unwrap_err();
    assert_eq!(stores, InventoryError::DuplicateStore { store: "command", module: "core" });
}

#[test]
fn a_module_lists_its_own_stores_in_as_many_parts_as_it_has() {
    const FIRST: &[&StoreDecl] = &[UserPrefix::STORE];
    const SECOND: &[&StoreDecl] = &[&fixture::COMMAND_FIELD];
    let inventory = fixture::builder().module("core", FIRST).module("core", SECOND).build().unwrap();
    assert_eq!(inventory.stores().count(), 2);
    let error = fixture::builder().module("music", CORE).build().unwrap_err();
    assert_eq!(error.to_string(), "the store command belongs to the module core, but music lists it");
}

#[test]
fn purposes_must_be_allowed() {
    let error = Inventory::builder().purpose::<CoreSettings>().module("core", CORE).build().unwrap_err();
    let expected = InventoryError::PurposeNotAllowed {
        store: "user_prefix",
        column: "prefix",
        purpose: "personal.prefs",
    };
    assert_eq!(error, expected);
}

#[test]
fn what_is_written_by_hand_keeps_the_same_rules() {
    const PLAIN: StoreDecl = StoreDecl {
        columns: &[ColumnDecl::new("key", Category::UserAuthorizationCredentials, &[DiagErrors::ENTRY])],
        ..StoreDecl::new(StoreKind::MemCache, "keys", "core")
    };
    let error = fixture::builder().module("core", &[&PLAIN]).build().unwrap_err();
    assert_eq!(
        error,
        InventoryError::Unsound { place: "keys.key".to_owned(), fault: Fault::PlainCredentials }
    );
}

#[test]
fn a_parent_must_be_listed() {
    const ORPHAN: StoreDecl = StoreDecl {
        subject: Subject::Column("user_id"),
        columns: &[ColumnDecl::not_personal("n", "a counter")],
        ..StoreDecl::new(StoreKind::Table, "orphan", "core")
    };
    const ALONE: &[&StoreDecl] = &[CaseNote::STORE];
    let error = fixture::builder().module("moderation", ALONE).build().unwrap_err();
    assert_eq!(
        error,
        InventoryError::UnknownParent { store: "case_note", through: "mod_case.id".to_owned() }
    );
    let error = fixture::builder().module("core", &[&ORPHAN]).build().unwrap_err();
    assert_eq!(
        error,
        InventoryError::Unsound { place: "orphan.user_id".to_owned(), fault: Fault::SubjectIsNoColumn }
    );
}

cache_family! {
    /// Would produce keys of the other family.
    pub struct OtherCooldownKey { guild: u64, action: &str } = "e:cd:{guild}:{action}",
    class = ephemeral, purpose = SecurityAbuse, not_personal, why = "about a server", owner = "other", label = "cooldown of a server"
}

#[test]
fn families_do_not_overlap() {
    const OTHER: &[&StoreDecl] = &[OtherCooldownKey::STORE];
    let error = fixture::builder().module("core", CORE).module("other", OTHER).build().unwrap_err();
    assert!(matches!(error, InventoryError::OverlappingFamilies { .. }), "{error}");
}
