//! What every store has to do.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use bytes::Bytes;
use casey_core::Timestamp;
use casey_data::{Files, FilesError, ObjectKey, ObjectPrefix, Part};
use casey_privacy::{ColumnDecl, Retention, StoreDecl, StoreKind};

const FILE: &[ColumnDecl] = &[ColumnDecl::not_personal("file", "made up by a test")];

pub(crate) const EXPORTS: &StoreDecl = &StoreDecl {
    retention: Retention::Days(7),
    columns: FILE,
    ..StoreDecl::new(StoreKind::ObjectPrefix, "exports/<uuid>", "test")
};
pub(crate) const EVIDENCE: &StoreDecl = &StoreDecl {
    retention: Retention::Days(90),
    columns: FILE,
    ..StoreDecl::new(StoreKind::ObjectPrefix, "evidence/<guild>/<case>/<uuid>", "test")
};
pub(crate) const KEPT: &StoreDecl =
    &StoreDecl { columns: FILE, ..StoreDecl::new(StoreKind::ObjectPrefix, "kept/<uuid>", "test") };
pub(crate) const ALL: &[&StoreDecl] = &[EXPORTS, EVIDENCE, KEPT];

pub(crate) fn export() -> ObjectKey {
    ObjectPrefix::declared(EXPORTS).unwrap().fresh(&[]).unwrap()
}

pub(crate) fn evidence(guild: u64, case: u64) -> ObjectKey {
    ObjectPrefix::declared(EVIDENCE).unwrap().fresh(&[Part::Number(guild), Part::Number(case)]).unwrap()
}

const DAY: Duration = Duration::from_hours(24);

pub(crate) async fn holds(files: Files) {
    files.check().await.unwrap();
    what_is_written_is_read(&files).await;
    ranges_are_exact(&files).await;
    prefixes_are_listed_apart(&files).await;
    only_declared_prefixes_are_written(&files).await;
    files_of_any_size_are_copied(&files).await;
    time_over_means_gone(&files).await;
}

async fn what_is_written_is_read(files: &Files) {
    let key = export();
    assert_eq!(files.get(&key).await.unwrap(), None);
    assert_eq!(files.entry(&key).await.unwrap(), None);
    for content in [&b"first"[..], b"", b"\0\xffsecond"] {
        files.put(&key, Bytes::copy_from_slice(content)).await.unwrap();
        assert_eq!(files.get(&key).await.unwrap().as_deref(), Some(content));
        assert_eq!(files.entry(&key).await.unwrap().unwrap().bytes, content.len() as u64);
    }
    files.delete(&key).await.unwrap();
    assert_eq!(files.get(&key).await.unwrap(), None);
    files.delete(&key).await.unwrap();
}

async fn files_of_any_size_are_copied(files: &Files) {
    let folder = tempfile::TempDir::new().unwrap();
    let source = folder.path().join("source");
    for size in [0, 5, 8 * 1024 * 1024, 17 * 1024 * 1024 + 3] {
        let content: Vec<u8> = (0..size).map(|at: u32| at.to_le_bytes()[(at % 3) as usize]).collect();
        std::fs::write(&source, &content).unwrap();
        let key = export();
        files.put_file(&key, &source).await.unwrap();
        assert!(files.get(&key).await.unwrap().unwrap() == content, "{size} bytes are not what was written");
        files.delete(&key).await.unwrap();
    }
    let error = files.put_file(&export(), &folder.path().join("missing")).await.unwrap_err();
    assert!(error.cause().is_some(), "{error}");
}

async fn ranges_are_exact(files: &Files) {
    let key = export();
    assert_eq!(files.get_range(&key, 0..1).await.unwrap(), None);
    files.put(&key, Bytes::from_static(b"0123456789")).await.unwrap();
    for (range, expected) in [(0..10, &b"0123456789"[..]), (3..7, b"3456"), (9..10, b"9")] {
        assert_eq!(files.get_range(&key, range).await.unwrap().as_deref(), Some(expected));
    }
    #[allow(clippy::reversed_empty_ranges)]
    for range in [0..11, 10..11, 5..5, 7..3] {
        let error = files.get_range(&key, range.clone()).await.unwrap_err();
        assert!(matches!(error, FilesError::OutOfRange { size: 10, .. }), "{range:?}: {error}");
    }
    files.delete(&key).await.unwrap();
}

async fn prefixes_are_listed_apart(files: &Files) {
    let (mut exports, other) = ([export(), export(), export()], evidence(10, 3));
    for key in exports.iter().chain([&other]) {
        files.put(key, Bytes::from_static(b"x")).await.unwrap();
    }
    exports.sort_by(|left, right| left.as_str().cmp(right.as_str()));
    let listed = files.list(ObjectPrefix::declared(EXPORTS).unwrap()).await.unwrap();
    assert_eq!(listed.iter().map(|entry| &entry.key).collect::<Vec<_>>(), exports.iter().collect::<Vec<_>>());
    let listed = files.list(ObjectPrefix::declared(EVIDENCE).unwrap()).await.unwrap();
    assert_eq!(
        listed.iter().map(|entry| entry.key.clone()).collect::<Vec<_>>(),
        std::slice::from_ref(&other)
    );
    assert_eq!(files.list(ObjectPrefix::declared(KEPT).unwrap()).await.unwrap(), []);
    assert_eq!(files.strays().await.unwrap(), []);
    for key in exports.iter().chain([&other]) {
        files.delete(key).await.unwrap();
    }
}

async fn only_declared_prefixes_are_written(files: &Files) {
    const OTHER: &StoreDecl =
        &StoreDecl { columns: FILE, ..StoreDecl::new(StoreKind::ObjectPrefix, "other/<uuid>", "test") };
    let key = ObjectPrefix::declared(OTHER).unwrap().fresh(&[]).unwrap();
    let error = files.put(&key, Bytes::from_static(b"x")).await.unwrap_err();
    assert!(matches!(error, FilesError::Undeclared { template: "other/<uuid>" }), "{error}");
    assert_eq!(files.get(&key).await.unwrap(), None);
}

async fn time_over_means_gone(files: &Files) {
    let kept = ObjectPrefix::declared(KEPT).unwrap().fresh(&[]).unwrap();
    let (week, quarter) = (export(), evidence(1, 1));
    for key in [&kept, &week, &quarter] {
        files.put(key, Bytes::from_static(b"x")).await.unwrap();
    }
    let written = files.entry(&week).await.unwrap().unwrap().written;
    let there = async |key| files.entry(key).await.unwrap().is_some();
    let sweep = async |now: Timestamp| {
        let swept = files.sweep(now).await.unwrap();
        (swept.deleted, swept.kept)
    };
    // Stores count in whole seconds, and the others were written a moment later.
    assert_eq!(sweep(written + 7 * DAY - Duration::from_secs(1)).await, (0, 3));
    assert_eq!(sweep(written + 7 * DAY).await, (1, 2));
    assert!(!there(&week).await && there(&quarter).await);
    assert_eq!(sweep(written + 91 * DAY).await, (1, 1));
    assert!(!there(&quarter).await && there(&kept).await);
    assert_eq!(sweep(written + 10_000 * DAY).await, (0, 1));
    files.delete(&kept).await.unwrap();
}

#[tokio::test]
async fn memory_holds_the_contract() {
    let files = Files::in_memory(ALL).unwrap();
    assert_eq!(files.signed_url(&export(), DAY).await.unwrap(), None);
    holds(files).await;
}

#[test]
fn prefixes_that_meet_are_refused() {
    const CLOSED: &StoreDecl =
        &StoreDecl::new(StoreKind::ObjectPrefix, "evidence/<guild>/closed/<uuid>", "test");
    assert!(matches!(Files::in_memory(&[EVIDENCE, CLOSED]), Err(FilesError::Template { .. })));
    assert!(Files::in_memory(&[EXPORTS, CLOSED]).is_ok());
}
