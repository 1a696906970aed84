//! `casey privacy check` with Redis and files: what nobody declared is found, without being told by name.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::common::{Home, said};

/// A database of the tests' Redis that nobody else uses meanwhile: tests lend them to each other with a key in number 0.
struct Lease {
    server: BufReader<TcpStream>,
    address: String,
    number: u32,
}

impl Lease {
    fn take() -> Option<Self> {
        let Ok(url) = std::env::var("TEST_REDIS_URL") else {
            println!("SKIPPED: TEST_REDIS_URL is not set");
            return None;
        };
        let address = url.strip_prefix("redis://").unwrap().split('/').next().unwrap().to_owned();
        let server = BufReader::new(TcpStream::connect(&address).unwrap());
        let mut lease = Self { server, address, number: 0 };
        loop {
            for number in 1..16 {
                if lease.say(&format!("SET test-lease:{number} 1 NX PX 120000")) == "+OK" {
                    lease.number = number;
                    assert_eq!(lease.say(&format!("SELECT {number}")), "+OK");
                    assert_eq!(lease.say("FLUSHDB"), "+OK");
                    return Some(lease);
                }
            }
            nap();
        }
    }

    /// One command; the first line of its answer.
    fn say(&mut self, command: &str) -> String {
        write!(self.server.get_mut(), "{command}\r\n").unwrap();
        let mut line = String::new();
        self.server.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn url(&self) -> String {
        format!("redis://{}/{}", self.address, self.number)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // Wrong keys have to be gone before anybody else looks.
        let number = self.number;
        for command in ["FLUSHDB".to_owned(), "SELECT 0".to_owned(), format!("DEL test-lease:{number}")] {
            self.say(&command);
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "other tests are waited for")]
fn nap() {
    thread::sleep(Duration::from_millis(20));
}

/// Exit code and output of a check.
fn check(home: &Home, env: &[(&str, &str)], arguments: &[&str]) -> (i32, String) {
    let output =
        home.casey(&[&["privacy", "check"], arguments].concat()).envs(env.iter().copied()).output().unwrap();
    (output.status.code().unwrap(), said(&output))
}

#[test]
fn a_key_that_nobody_declared_fails_the_check() {
    let Some(mut redis) = Lease::take() else { return };
    let (home, url) = (Home::new(), redis.url());
    let env = [("CASEY_REDIS_URL", url.as_str())];
    let (code, text) = check(&home, &env, &[]);
    assert!(
        code == 0 && text.contains("\nEvery key of Casey in Redis is declared and ends in time.\n"),
        "{text}"
    );

    assert_eq!(redis.say("SET casey:e:diary:80351110224678912 secret"), "+OK");
    let (code, text) = check(&home, &env, &[]);
    assert!(code == 1 && text.contains("K7-undeclared-key casey:e:diary:… (1 key): "), "{text}");
    let (code, text) = check(&home, &env, &["--json"]);
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &json["ok"], &json["redis"]), (1, &Value::Bool(false), &Value::from("checked")));
    assert_eq!(json["findings"][0]["code"], "K7-undeclared-key");
    assert!(!text.contains("80351110224678912") && !text.contains("secret"), "{text}");
}

#[test]
fn a_file_that_nobody_declared_fails_the_check() {
    let home = Home::new();
    assert!(!check(&home, &[], &[]).1.contains("file"), "there are none yet");
    let folder = home.file("casey-data/files");
    fs::create_dir_all(&folder).unwrap();
    let (code, text) = check(&home, &[], &[]);
    assert!(code == 0 && text.contains("\nEvery file is declared.\n"), "{text}");
    fs::create_dir_all(folder.join("diary")).unwrap();
    fs::write(folder.join("diary/carol"), "secret").unwrap();
    let (code, text) = check(&home, &[], &[]);
    assert!(code == 1 && text.contains("K8-undeclared-object diary/… (1 object): "), "{text}");
    assert!(!text.contains("carol"), "{text}");
}

#[test]
fn a_redis_that_is_not_there_is_no_clean_one() {
    let home = Home::new();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("redis://{nobody}");
    let output = home.casey(&["privacy", "check"]).env("CASEY_REDIS_URL", &url).output().unwrap();
    assert_ne!(output.status.code(), Some(0));
    assert!(!said(&output).contains("Redis is declared"));
}
