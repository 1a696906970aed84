use std::sync::Arc;

use async_trait::async_trait;
use casey_privacy::{Category, Holder, HolderError, PersonalData, StoreDecl, StoreKind, SubjectId, Summary};

use crate::fixture::{self, CaseNote, ModCase, UserPrefix};

struct Tables {
    counts: Vec<(&'static StoreDecl, u64)>,
}

#[async_trait]
impl Holder for Tables {
    fn stores(&self) -> &'static [&'static StoreDecl] {
        const { &[UserPrefix::STORE, ModCase::STORE, CaseNote::STORE] }
    }

    async fn count(&self, _: SubjectId) -> Result<Vec<(&'static StoreDecl, u64)>, HolderError> {
        Ok(self.counts.clone())
    }
}

struct Broken;

#[async_trait]
impl Holder for Broken {
    fn stores(&self) -> &'static [&'static StoreDecl] {
        &[]
    }

    async fn count(&self, _: SubjectId) -> Result<Vec<(&'static StoreDecl, u64)>, HolderError> {
        Err(HolderError::new("count rows", "user_prefix", "the disk is gone"))
    }
}

async fn summary(counts: &[(&'static StoreDecl, u64)]) -> Result<Summary, HolderError> {
    let holders: [Arc<dyn Holder>; 1] = [Arc::new(Tables { counts: counts.to_vec() })];
    Summary::of(&fixture::inventory(), &holders, SubjectId::new(7)).await
}

#[tokio::test]
async fn what_is_held_is_told_with_its_rights() {
    let summary = summary(&[(UserPrefix::STORE, 1), (ModCase::STORE, 3)]).await.unwrap();
    assert!(!summary.holds_nothing());
    let [case, prefix] = summary.held() else { panic!("two stores hold something") };
    assert_eq!((case.store, case.rows), (ModCase::STORE, 3));
    assert_eq!(case.categories, [Category::UserUniqueId]);
    assert!(case.rights.object && case.rights.portability);
    assert_eq!(prefix.rights.setters, ["prefix.set"]);
    insta::assert_snapshot!(summary);
}

#[tokio::test]
async fn nothing_is_an_answer_and_what_was_not_counted_is_named() {
    let summary = summary(&[(UserPrefix::STORE, 0)]).await.unwrap();
    assert!(summary.holds_nothing());
    assert_eq!(summary.uncounted().len(), 1);
    insta::assert_snapshot!(summary);
}

#[tokio::test]
async fn an_undeclared_store_and_a_broken_holder_are_errors() {
    const SECRET: StoreDecl = StoreDecl::new(StoreKind::Table, "secret", "core");
    let error = summary(&[(&SECRET, 1)]).await.unwrap_err();
    assert_eq!(error.to_string(), "could not count rows in secret");
    let holders: [Arc<dyn Holder>; 1] = [Arc::new(Broken)];
    let error = Summary::of(&fixture::inventory(), &holders, SubjectId::new(7)).await.unwrap_err();
    assert_eq!(error.to_string(), "could not count rows in user_prefix");
}
