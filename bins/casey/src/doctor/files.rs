//! Where files are kept: whether something can be written there, read again and deleted, and what lies there that nobody declared.

use casey_data::{Files, FilesError, ObjectPrefix};
use casey_privacy::{Inventory, StoreDecl, StoreKind};

use super::{
    check::{Check, within},
    code::Code,
    context::Context,
};

/// What is written for a moment.
const CONTENT: &[u8] = b"casey doctor";

pub(super) async fn look(context: &Context, inventory: &Inventory) -> Vec<Check> {
    if !context.is_right(&["files_url", "data_dir"]) {
        return vec![Check::skipped(Code::FilesStore, "CASEY_FILES_URL or CASEY_DATA_DIR is wrong")];
    }
    let prefixes: Vec<&'static StoreDecl> =
        inventory.stores().filter(|store| store.kind == StoreKind::ObjectPrefix).collect();
    let local = context.config.files_url.is_none();
    let mut checks = kind(context.production && local && !prefixes.is_empty());
    // Opens what is there, and makes nothing.
    match casey_bot::existing_files(&context.config) {
        Ok(None) => checks.push(Check::ok(
            Code::FilesStore,
            "the folder for files is not there yet; the first start makes it",
        )),
        Ok(Some(files)) => checks.extend(look_into(&files, &prefixes).await),
        Err(error) => checks.push(Check::told(Code::FilesStore, error)),
    }
    checks
}

/// Said only where a version keeps files at all.
fn kind(of_one_process: bool) -> Vec<Check> {
    if !of_one_process {
        return Vec::new();
    }
    vec![Check::warning(
        Code::FilesKind,
        "files go to a folder in the data folder, which processes on other machines do not see",
        "set CASEY_FILES_URL if there is more than one process, or leave it so on purpose",
    )]
}

async fn look_into(files: &Files, prefixes: &[&'static StoreDecl]) -> Vec<Check> {
    let place = files.place();
    let (used, strays) = tokio::join!(within(use_once(files, prefixes)), within(files.strays()));
    let store = match used {
        None => Check::late(Code::FilesStore, &format!("writing a small file to {place}")),
        Some(Err(error)) => return vec![Check::told(Code::FilesStore, error)],
        Some(Ok(Used::Listed)) => Check::ok(
            Code::FilesStore,
            format!("{place} can be listed; this version keeps no files, so nothing was written"),
        ),
        Some(Ok(Used::Written)) => Check::ok(
            Code::FilesStore,
            format!("a small file was written to {place}, read again and deleted"),
        ),
        Some(Ok(Used::Changed)) => Check::problem(
            Code::FilesStore,
            format!("a small file in {place} came back changed, or not at all"),
            "check what stands between Casey and the store, and that the store reads what was just written",
        ),
    };
    let strays = match strays {
        None => Check::skipped(Code::FilesStrays, "there are too many files to list in five seconds"),
        Some(Err(error)) => Check::told(Code::FilesStrays, error),
        Some(Ok(strays)) if strays.is_empty() => {
            Check::ok(Code::FilesStrays, "every file there belongs to a declared prefix")
        }
        Some(Ok(strays)) => {
            let told: Vec<String> =
                strays.iter().map(|stray| format!("{} ({})", stray.place, stray.objects)).collect();
            Check::warning(
                Code::FilesStrays,
                format!("files that nobody declared: {}", told.join(", ")),
                "give Casey a bucket or a folder to itself, and move those files elsewhere",
            )
        }
    };
    vec![store, strays]
}

/// What could be tried.
#[derive(Debug, PartialEq, Eq)]
enum Used {
    Listed,
    Written,
    Changed,
}

/// Writes a small file, reads and deletes it, under the first prefix whose names need nothing but chance; else lists what is there.
async fn use_once(files: &Files, prefixes: &[&'static StoreDecl]) -> Result<Used, FilesError> {
    let plain = prefixes.iter().find(|store| store.name.matches('<').count() == 1);
    let Some(store) = plain else {
        files.strays().await?;
        return Ok(Used::Listed);
    };
    let key = ObjectPrefix::declared(store)?.fresh(&[])?;
    files.put(&key, CONTENT.into()).await?;
    let read = files.get(&key).await;
    files.delete(&key).await?;
    Ok(if read?.is_some_and(|content| *content == *CONTENT) { Used::Written } else { Used::Changed })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use casey_privacy::{ColumnDecl, Retention};

    use super::*;
    use crate::doctor::check::State;

    const EXPORTS: &StoreDecl = &StoreDecl {
        retention: Retention::Days(7),
        columns: &[ColumnDecl::not_personal("file", "an example")],
        ..StoreDecl::new(StoreKind::ObjectPrefix, "exports/<uuid>", "core")
    };

    #[tokio::test]
    async fn a_store_is_used_and_left_as_it_was() {
        let files = Files::in_memory(&[EXPORTS]).unwrap();
        assert_eq!(use_once(&files, &[EXPORTS]).await.unwrap(), Used::Written);
        assert_eq!(files.list(ObjectPrefix::declared(EXPORTS).unwrap()).await.unwrap(), []);
        assert_eq!(use_once(&files, &[]).await.unwrap(), Used::Listed);
    }

    #[tokio::test]
    async fn what_nobody_declared_is_told() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("photos")).unwrap();
        std::fs::write(folder.path().join("photos/holiday"), "").unwrap();
        let url = format!("file://{}", folder.path().display());
        let files = Files::open(&url, [], &[EXPORTS]).unwrap();
        let [store, strays] = &look_into(&files, &[EXPORTS]).await[..] else { panic!("two checks") };
        assert_eq!(store.state, State::Ok);
        assert_eq!((strays.code, strays.state), (Code::FilesStrays, State::Warning));
        assert!(strays.found.ends_with("photos/… (1)"), "{strays:?}");
    }
}
