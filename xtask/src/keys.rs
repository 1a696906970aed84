//! What the tests left in their Redis, held against what Casey declares (check K7).

use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::program::cargo;
use crate::services::Services;
use crate::step::Outcome;

/// Looks at every key in every database: all are Casey's, declared, and end in time.
pub(crate) fn check(services: Option<&Services>) -> Outcome {
    let Some(url) = services.and_then(|services| services.variable("TEST_REDIS_URL")) else {
        return Outcome::Skipped("there was no Redis (--quick)".to_owned());
    };
    let port = url.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    match port.ok_or_else(|| io::Error::other("its address has no port")).and_then(all) {
        Err(error) => Outcome::Failed(format!("Redis cannot be asked: {error}")),
        Ok(found) => judge(&found, |number| is_declared(url, number)),
    }
}

/// `declared` tells whether Casey finds a database as it is declared. Number 0 is always asked about: an empty one is well, too.
fn judge(found: &[(u32, Vec<String>)], mut declared: impl FnMut(u32) -> bool) -> Outcome {
    let mut wrong = Vec::new();
    for (number, keys) in found {
        let strange: Vec<&String> = keys.iter().filter(|key| !is_known(key)).collect();
        if let Some(first) = strange.first() {
            wrong.push(format!("database {number} has {} keys of nobody, such as {first}", strange.len()));
        }
    }
    let mut numbers: Vec<u32> = found.iter().map(|(number, _)| *number).collect();
    if !numbers.contains(&0) {
        numbers.insert(0, 0);
    }
    wrong.extend(numbers.into_iter().filter(|number| !declared(*number)).map(|number| {
        format!(
            "database {number} is not as declared: see above, and let tests that write wrong keys remove them"
        )
    }));
    if wrong.is_empty() { Outcome::Passed } else { Outcome::Failed(wrong.join("; ")) }
}

/// Casey looks at all keys of its own; tests lend databases to each other with the other ones.
fn is_known(key: &str) -> bool {
    key.starts_with("casey:") || key.starts_with("test-lease:")
}

/// Runs `casey privacy check` on one database, without anything of this environment.
fn is_declared(url: &str, number: u32) -> bool {
    let mut command = cargo();
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CASEY_") {
            command.env_remove(name);
        }
    }
    println!("keys of database {number}:");
    let nowhere = std::env::temp_dir().join(format!("casey-xtask-nowhere-{}", std::process::id()));
    command.args(["run", "--quiet", "-p", "casey", "--", "privacy", "check"]);
    command.env("CASEY_REDIS_URL", format!("{url}/{number}")).env("CASEY_DATA_DIR", nowhere);
    command.status().is_ok_and(|status| status.success())
}

/// Databases of a Redis server as it comes.
const DATABASES: u32 = 16;

/// All keys of a server, database by database. A server of the tests is small enough to ask for all at once.
fn all(port: u16) -> io::Result<Vec<(u32, Vec<String>)>> {
    let mut server = BufReader::new(TcpStream::connect(("127.0.0.1", port))?);
    server.get_ref().set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut found = Vec::new();
    for number in 0..DATABASES {
        write!(server.get_mut(), "SELECT {number}\r\nKEYS *\r\n")?;
        answer(&mut server)?;
        let keys = answer(&mut server)?;
        if !keys.is_empty() {
            found.push((number, keys));
        }
    }
    Ok(found)
}

/// Reads an answer (Redis serialization protocol): the strings of an array, nothing for a plain “OK”.
fn answer(server: &mut impl BufRead) -> io::Result<Vec<String>> {
    let head = line(server)?;
    if head.starts_with('+') {
        return Ok(Vec::new());
    }
    let count = number(&head, '*')?;
    let mut strings = Vec::new();
    for _ in 0..count {
        let length = number(&line(server)?, '$')?;
        let mut bytes = vec![0; length + 2];
        server.read_exact(&mut bytes)?;
        bytes.truncate(length);
        strings.push(String::from_utf8_lossy(&bytes).into_owned());
    }
    Ok(strings)
}

fn line(server: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    server.read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}

fn number(head: &str, mark: char) -> io::Result<usize> {
    let number = head.strip_prefix(mark).and_then(|rest| rest.parse().ok());
    number.ok_or_else(|| io::Error::other(format!("Redis answered {head:?}")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{Outcome, all, answer, judge};

    #[test]
    fn answers_are_read() {
        let mut said = "+OK\r\n*2\r\n$3\r\na b\r\n$1\r\nc\r\n*0\r\n-ERR no\r\n".as_bytes();
        assert!(answer(&mut said).unwrap().is_empty());
        assert_eq!(answer(&mut said).unwrap(), ["a b", "c"]);
        assert!(answer(&mut said).unwrap().is_empty());
        assert_eq!(answer(&mut said).unwrap_err().to_string(), "Redis answered \"-ERR no\"");
    }

    #[test]
    fn a_server_tells_what_it_has() {
        let url = std::env::var("TEST_REDIS_URL").ok();
        let Some(port) = url.as_deref().and_then(|url| url.rsplit_once(':')?.1.parse().ok()) else {
            eprintln!("SKIPPED: TEST_REDIS_URL is not set, or has no port at its end");
            return;
        };
        // What that is changes with the tests beside this one.
        assert!(all(port).unwrap().iter().all(|(number, keys)| *number < 16 && !keys.is_empty()));
    }

    #[test]
    fn a_key_that_casey_does_not_declare_fails() {
        let of = |number: u32, key: &str| (number, vec![key.to_owned()]);
        let clean = [of(0, "test-lease:3"), of(2, "casey:e:a:1")];
        assert_eq!(judge(&clean, |_| true), Outcome::Passed);
        assert!(
            matches!(judge(&clean, |number| number != 2), Outcome::Failed(why) if why.contains("database 2"))
        );
        let failed = judge(&[of(0, "casey:e:a:1"), of(4, "stray")], |_| true);
        assert_eq!(failed, Outcome::Failed("database 4 has 1 keys of nobody, such as stray".to_owned()));
        assert_eq!(judge(&[], |number| number == 0), Outcome::Passed);
        assert!(matches!(judge(&[], |_| false), Outcome::Failed(_)));
    }
}
