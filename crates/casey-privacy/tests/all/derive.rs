use casey_privacy::{
    Art15, Basis, Category, Erase, Export, OnLeave, PersonalData, Purpose, Rectify, Refusal, Retention,
    Scope, Source, StoreKind, Subject, purposes,
};

use crate::fixture::{CaseNote, ModCase, UserPrefix};

#[test]
fn the_struct_stays_an_ordinary_struct() {
    let case = ModCase { id: 1, target: 2, moderator_id: Some(3) };
    assert_ne!(case, ModCase { moderator_id: None, ..case.clone() });
    let note = CaseNote { case_id: 1, r#text: "again".to_owned(), written: 5 };
    assert_eq!(note, note.clone());
    let prefix = UserPrefix { user_id: 2, prefix: "!".to_owned() };
    assert_eq!(prefix, prefix.clone());
    let account = Account { user: 2, token: vec![1], posts: HasMany(vec![4]), owner: None };
    assert_ne!(account, Account { user: 2, token: vec![1], posts: HasMany(Vec::new()), owner: Some(5) });
    let copy = copies::ModelEx { id: 1, others: None };
    assert_eq!((copies::Model { id: 1 }.id, None), (copy.id, copy.others));
}

#[test]
fn a_table_of_a_person() {
    let store = UserPrefix::STORE;
    assert_eq!(
        (store.kind, store.name, store.owner, store.since),
        (StoreKind::Table, "user_prefix", "core", 1)
    );
    assert_eq!((store.subject, store.scope), (Subject::Column("user_id"), Scope::User));
    assert_eq!(store.retention, Retention::UntilErased);
    assert_eq!((store.on_member_leave, store.on_guild_leave), (OnLeave::Unaffected, OnLeave::Unaffected));
    assert_eq!(store.art15_4, Art15::OwnOnly);
    assert_eq!(store.explain, "The prefix a person chose for themselves.");

    let prefix = store.column("prefix").unwrap();
    assert_eq!(prefix.category, Category::UserAccountSettings);
    assert_eq!(prefix.purposes, [purposes::PersonalPrefs::ENTRY, purposes::CoreSettings::ENTRY]);
    assert_eq!(prefix.bases(), [Basis::Contract]);
    assert_eq!((prefix.source, prefix.erase), (Source::Provided, Erase::DeleteRow));
    assert_eq!((prefix.export, prefix.rectify), (Export::Portability, Rectify::Setter("prefix.set")));
    assert_eq!((prefix.label, prefix.explain), ("prefix", "What you type before a command."));
    assert_eq!(store.column("user_id").unwrap().rectify, Rectify::Immutable("identifies you"));
}

#[test]
fn a_table_that_names_others() {
    let store = ModCase::STORE;
    assert_eq!(store.subject, Subject::Column("target_id"), "the database's name, not the field's");
    assert_eq!(store.on_member_leave, OnLeave::Keep("leaving must not clear a record"));
    assert_eq!(store.on_guild_leave, OnLeave::EraseAfterGrace);
    assert_eq!(store.art15_4, Art15::PseudonymiseOthers);
    assert_eq!(store.retention, Retention::GuildSetting { min: 30, max: 730, default: 365 });
    let people: Vec<_> = store.person_columns().map(|column| column.name).collect();
    assert_eq!(people, ["target_id", "moderator_id"]);
    let kept = Erase::KeepUntil {
        reason: Refusal::LegitimateInterestOverride,
        retention: Retention::AfterEvent { event: "the sanction ends", days: 0 },
    };
    assert_eq!(store.column("target_id").unwrap().erase, kept);
    assert_eq!(store.column("id").unwrap().erase, Erase::NotPersonal { why: "a counter" });
}

#[test]
fn a_table_that_leads_through_another() {
    let store = CaseNote::STORE;
    assert_eq!(store.subject, Subject::Through { column: "case_id", store: "mod_case", key: "id" });
    assert_eq!(store.aged_by, Some("written_at"), "the database's name, not the field's");
    assert_eq!(ModCase::STORE.aged_by, None);
    let text = store.column("text").unwrap();
    assert!(text.free_text);
    assert_eq!(text.export, Export::Withhold(Refusal::ThirdPartyRightsImpaired));
}

#[derive(Debug, PartialEq)]
struct HasMany<T>(Vec<T>);

/// Relations need no annotation, whether their type or an attribute shows it.
#[derive(Debug, PartialEq, PersonalData)]
#[sea_orm(table_name = "account")]
#[privacy(owner = "web", subject = user, scope = user, since = 1, retention = after("the last sign-in", 30), label = "account")]
struct Account {
    #[sea_orm(primary_key, auto_increment = false)]
    #[privacy(category = "user.unique_id", purpose = purposes::WebSession, source = Observed, erase = DeleteRow)]
    user: i64,
    #[privacy(category = "user.authorization.credentials", purpose = WebSession, source = ThirdParty, encrypted, erase = DeleteRow, retention = days(7), basis = Consent)]
    token: Vec<u8>,
    posts: HasMany<u8>,
    #[sea_orm(belongs_to, from = "user", to = "id")]
    owner: Option<u8>,
}

#[test]
fn relations_are_no_columns_and_credentials_are_withheld() {
    let names: Vec<_> = Account::STORE.columns.iter().map(|column| column.name).collect();
    assert_eq!(names, ["user", "token"]);
    let token = Account::STORE.column("token").unwrap();
    assert!(token.encrypted);
    assert_eq!(token.export, Export::Withhold(Refusal::SecurityImpaired));
    assert_eq!(token.retention, Some(Retention::Days(7)));
    assert_eq!(token.bases(), [Basis::Consent]);
}

/// The second struct `#[sea_orm::model]` makes has the same attributes; only the first gets the declaration.
mod copies {
    use casey_privacy::PersonalData;

    /// Counts.
    #[derive(PersonalData)]
    #[sea_orm(table_name = "counter")]
    #[privacy(owner = "core", subject = none, scope = none, since = 1, retention = while_in_use, label = "counter")]
    pub struct Model {
        #[privacy(not_personal, why = "a counter")]
        pub id: i64,
    }

    #[derive(PersonalData)]
    #[sea_orm(table_name = "counter")]
    #[privacy(owner = "core", subject = none, scope = none, since = 1, retention = while_in_use, label = "counter")]
    pub struct ModelEx {
        #[privacy(not_personal, why = "a counter")]
        pub id: i64,
        pub others: Option<u8>,
    }

    /// Would clash if the derive had implemented it.
    impl PersonalData for ModelEx {
        const STORE: &'static casey_privacy::StoreDecl = Model::STORE;
    }
}

#[test]
fn the_copy_gets_nothing() {
    assert_eq!(copies::ModelEx::STORE, copies::Model::STORE);
    assert!(!copies::Model::STORE.is_personal());
}
