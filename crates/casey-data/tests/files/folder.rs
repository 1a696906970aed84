//! Files in a folder of this machine.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};

use bytes::Bytes;
use casey_core::Timestamp;
use casey_data::{Files, FilesCause, FilesError};
use tempfile::TempDir;

use crate::contract::{ALL, evidence, export, holds};

fn open(folder: &Path) -> Result<Files, FilesError> {
    Files::open(&format!("file://{}", folder.display()), [], ALL)
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path.clone());
            }
            found.push(path);
        }
    }
    found
}

#[tokio::test]
async fn a_folder_holds_the_contract() {
    let folder = TempDir::new().unwrap();
    holds(open(&folder.path().join("a b/files")).unwrap()).await;
}

#[cfg(unix)]
#[tokio::test]
async fn everything_in_it_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("deep/files");
    let files = open(&root).unwrap();
    files.put(&evidence(1, 2), Bytes::from_static(b"x")).await.unwrap();
    let source = folder.path().join("source");
    fs::write(&source, b"y").unwrap();
    files.put_file(&export(), &source).await.unwrap();
    let all = below(&folder.path().join("deep"));
    assert_eq!(all.iter().filter(|path| path.is_file()).count(), 2);
    for path in all {
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    }
}

#[tokio::test]
async fn what_nobody_declared_is_told_without_its_name() {
    let folder = TempDir::new().unwrap();
    let files = open(folder.path()).unwrap();
    files.put(&export(), Bytes::from_static(b"x")).await.unwrap();
    fs::create_dir_all(folder.path().join("exports/80351110224678912")).unwrap();
    fs::write(folder.path().join("exports/80351110224678912/secret.zip"), b"x").unwrap();
    fs::write(folder.path().join("exports/name"), b"x").unwrap();
    fs::write(folder.path().join("core"), b"x").unwrap();
    let told: Vec<_> = files.strays().await.unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "K8-undeclared-object exports/… (2 objects): Declare the prefix and list it in its module, or delete them.",
            "K8-undeclared-object … (1 object): Declare the prefix and list it in its module, or delete them.",
        ]
    );
}

#[tokio::test]
async fn what_an_interrupted_write_left_goes_after_a_day() {
    let folder = TempDir::new().unwrap();
    let files = open(folder.path()).unwrap();
    let key = export();
    files.put(&key, Bytes::from_static(b"x")).await.unwrap();
    let left = folder.path().join(format!("{}#1", key.as_str()));
    fs::write(&left, b"half").unwrap();
    let written = fs::metadata(&left).unwrap().modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
    let written = Timestamp::from_millis(i64::try_from(written.as_millis()).unwrap());
    assert_eq!(files.sweep(written + Duration::from_hours(24)).await.unwrap().unfinished, 0);
    let swept = files.sweep(written + Duration::from_hours(25)).await.unwrap();
    assert_eq!((swept.unfinished, swept.deleted, swept.kept), (1, 0, 1));
    assert!(!left.exists());
}

/// Troubles of the system, as far as this machine has them.
#[cfg(target_os = "linux")]
mod trouble {
    use super::*;

    /// A file system of the kernel's own, which nobody may write to, root neither.
    #[tokio::test]
    async fn a_folder_that_cannot_be_made_is_told_plainly() {
        let error = open(Path::new("/proc/casey/files")).unwrap_err();
        assert_eq!(error.cause(), Some(FilesCause::NotThere), "{error}");
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, b"").unwrap();
        let error = open(&file.join("files")).unwrap_err();
        assert_eq!(error.cause(), Some(FilesCause::NotThere), "{error}");
    }

    #[tokio::test]
    async fn a_folder_of_somebody_else_is_told_plainly() {
        use std::os::unix::fs::PermissionsExt;
        let folder = TempDir::new().unwrap();
        let files = open(folder.path()).unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
        let put = files.put(&export(), Bytes::from_static(b"x")).await;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        match put {
            Err(error) => {
                assert_eq!(error.cause(), Some(FilesCause::NotOurs));
                assert!(error.to_string().contains("make Casey its owner"), "{error}");
            }
            Ok(()) => println!("SKIPPED: this user may write to every folder"),
        }
    }

    #[tokio::test]
    async fn a_full_disk_is_told_plainly_and_leaves_nothing_half() {
        let Some(disk) = SmallDisk::mount() else {
            println!("SKIPPED: this user may not mount a small disk");
            return;
        };
        let files = open(&disk.0.path().join("files")).unwrap();
        files.check().await.unwrap();
        let key = export();
        let error = files.put(&key, Bytes::from(vec![7; 4 * 1024 * 1024])).await.unwrap_err();
        assert_eq!(error.cause(), Some(FilesCause::Full), "{error}");
        assert!(error.to_string().ends_with("the disk is full; make room on it"), "{error}");
        assert_eq!(files.get(&key).await.unwrap(), None);

        let elsewhere = TempDir::new().unwrap();
        let source = elsewhere.path().join("large");
        fs::write(&source, vec![7; 24 * 1024 * 1024]).unwrap();
        let error = files.put_file(&key, &source).await.unwrap_err();
        assert_eq!(error.cause(), Some(FilesCause::Full), "{error}");
        assert_eq!(files.get(&key).await.unwrap(), None);
        files.check().await.unwrap();

        disk.read_only();
        let error = files.check().await.unwrap_err();
        assert_eq!(error.cause(), Some(FilesCause::ReadOnly), "{error}");
        assert!(error.to_string().contains("mount it for writing"), "{error}");
    }

    /// One mebibyte in memory, mounted in a folder. Needs root.
    struct SmallDisk(TempDir);

    impl SmallDisk {
        fn mount() -> Option<Self> {
            let folder = TempDir::new().unwrap();
            let mut mount = std::process::Command::new("mount");
            mount.args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(folder.path());
            let mounted = mount.output().is_ok_and(|output| output.status.success());
            mounted.then_some(Self(folder))
        }

        fn read_only(&self) {
            let mut mount = std::process::Command::new("mount");
            mount.args(["-o", "remount,ro"]).arg(self.0.path());
            assert!(mount.output().unwrap().status.success());
        }
    }

    impl Drop for SmallDisk {
        fn drop(&mut self) {
            let _ = std::process::Command::new("umount").arg(self.0.path()).output();
        }
    }
}
