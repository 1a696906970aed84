//! `casey privacy lock`: the declarations as they are committed.

use std::{fs, io::ErrorKind, path::Path};

use casey_bot::BotError;
use casey_config::Exit;

use crate::{error::CaseyError, output};

/// Writes the file, or with `check` tells whether it says what the code says. Needs no configuration.
pub(crate) fn run(file: &Path, check: bool) -> Result<Exit, CaseyError> {
    let declared = casey_bot::inventory().map_err(BotError::from)?.to_json();
    let committed = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(source) => return Err(CaseyError::Lock { doing: "reading", file: file.to_owned(), source }),
    };
    let name = file.display();
    if committed == declared {
        output::line(format_args!("{name} says what is declared."));
        return Ok(Exit::Done);
    }
    if check {
        let first = first_difference(&committed, &declared);
        output::line(format_args!(
            "{name} differs from what is declared, from line {first} on: run `casey privacy lock` and commit the file."
        ));
        return Ok(Exit::Failed);
    }
    fs::write(file, &declared).map_err(|source| CaseyError::Lock {
        doing: "writing",
        file: file.to_owned(),
        source,
    })?;
    output::line(format_args!("{name} is written: {} lines.", declared.lines().count()));
    Ok(Exit::Done)
}

/// The number of the first line that differs, from 1.
fn first_difference(one: &str, other: &str) -> usize {
    1 + one.lines().zip(other.lines()).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_committed_file_says_what_is_declared() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../privacy.lock.json");
        assert_eq!(
            run(&file, true).unwrap(),
            Exit::Done,
            "run `casey privacy lock` in the root of the repository"
        );
    }

    #[test]
    fn a_file_that_says_something_else_is_told_and_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("privacy.lock.json");
        assert_eq!(run(&file, true).unwrap(), Exit::Failed);
        assert!(!file.exists(), "checking writes nothing");
        assert_eq!(run(&file, false).unwrap(), Exit::Done);
        let written = fs::read_to_string(&file).unwrap();
        fs::write(&file, written.replacen("discord_user", "somebody", 1)).unwrap();
        assert_eq!(run(&file, true).unwrap(), Exit::Failed);
        assert_eq!(run(&file, false).unwrap(), Exit::Done);
        assert_eq!(fs::read_to_string(&file).unwrap(), written);
        assert!(run(folder.path(), false).is_err(), "a folder is no file");
    }

    #[test]
    fn the_first_difference_is_counted_from_one() {
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), 2);
        assert_eq!(first_difference("", "a"), 1);
        assert_eq!(first_difference("a\n", "a\nb\n"), 2);
    }
}
