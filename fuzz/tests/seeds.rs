//! Every seed, and with it every input that ever broke something, through its target.
#![allow(clippy::unwrap_used)]

use std::{fs, path::Path};

use casey_fuzz::{TARGETS, Target};

fn seeds(name: &str, target: Target) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(name);
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        target(&fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count >= 3, "{name} has only {count} seeds");
}

fn target(name: &str) -> Target {
    TARGETS.iter().find(|(known, _)| *known == name).unwrap().1
}

macro_rules! a_test_each {
    ($($name:ident)*) => { $(
        #[test]
        fn $name() {
            seeds(stringify!($name), target(stringify!($name)));
        }
    )* };
}

a_test_each!(custom_id duration escape message prefix reader);

#[test]
fn every_target_has_a_file_and_a_test() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<String> = fs::read_dir(folder.join("fuzz_targets"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    files.sort();
    let targets: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(files, targets);
    let tested = include_str!("seeds.rs").split("\na_test_each!(").nth(1).unwrap();
    assert_eq!(tested.split(')').next().unwrap().split(' ').collect::<Vec<_>>(), targets);
}
