//! The command line.

use crate::fuzz;

/// What to do, as a person reads it.
pub(crate) const USAGE: &str = "\
cargo xtask test [--quick]           run everything that has to pass; --quick leaves services and browser out
cargo xtask bench [--json] [ARG…]    build the release binaries and measure Casey beside a bare twilight loop
cargo xtask fuzz [--seconds N] [TARGET]  run the fuzz targets, or one, for so long each (60 s)";

/// One chore.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Chore {
    Help,
    Test { quick: bool },
    Bench { arguments: Vec<String> },
    Fuzz { seconds: u32, target: Option<String> },
}

/// Reads the arguments after the program's name.
pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Chore, String> {
    let mut arguments = arguments.into_iter();
    match arguments.next().as_deref() {
        None => Err("which chore?".to_owned()),
        Some("help" | "-h" | "--help") => Ok(Chore::Help),
        Some("bench") => Ok(Chore::Bench { arguments: arguments.collect() }),
        Some("fuzz") => fuzz(arguments),
        Some("test") => {
            let mut quick = false;
            for argument in arguments {
                match argument.as_str() {
                    "--quick" => quick = true,
                    "-h" | "--help" => return Ok(Chore::Help),
                    other => return Err(format!("`test` does not know {other}")),
                }
            }
            Ok(Chore::Test { quick })
        }
        Some(other) => Err(format!("there is no chore {other}")),
    }
}

fn fuzz(mut arguments: impl Iterator<Item = String>) -> Result<Chore, String> {
    let (mut seconds, mut target) = (fuzz::LONG, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "-h" | "--help" => return Ok(Chore::Help),
            "--seconds" => {
                let number = arguments.next().unwrap_or_default();
                seconds = number.parse().map_err(|_| format!("{number:?} is no number of seconds"))?;
            }
            other if other.starts_with('-') || target.is_some() => {
                return Err(format!("`fuzz` does not know {other}"));
            }
            _ => target = Some(argument),
        }
    }
    Ok(Chore::Fuzz { seconds, target })
}

#[cfg(test)]
mod tests {
    use super::{Chore, parse};

    fn read(line: &str) -> Result<Chore, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn reads_chores() {
        assert_eq!(read("test"), Ok(Chore::Test { quick: false }));
        assert_eq!(read("test --quick"), Ok(Chore::Test { quick: true }));
        assert_eq!(read("bench --json x"), Ok(Chore::Bench { arguments: vec!["--json".into(), "x".into()] }));
    }

    #[test]
    fn reads_how_to_fuzz() {
        assert_eq!(read("fuzz"), Ok(Chore::Fuzz { seconds: 60, target: None }));
        let one = Chore::Fuzz { seconds: 5, target: Some("reader".to_owned()) };
        assert_eq!(read("fuzz --seconds 5 reader"), Ok(one));
        assert_eq!(read("fuzz --seconds soon"), Err("\"soon\" is no number of seconds".to_owned()));
        assert_eq!(read("fuzz reader prefix"), Err("`fuzz` does not know prefix".to_owned()));
    }

    #[test]
    fn refuses_the_rest() {
        assert_eq!(read("test --fast"), Err("`test` does not know --fast".to_owned()));
        assert_eq!(read("tets"), Err("there is no chore tets".to_owned()));
        assert!(read("").is_err());
    }
}
