//! The files in `deploy/`: what they name exists, and what they make works.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use casey_config::{Config, ConfigError, Sources};

use crate::common::Home;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy")
}

fn text(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap()
}

/// Names that begin with `CASEY_`, wherever they stand in a text.
fn variables(text: &str) -> BTreeSet<String> {
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    text.split(|c| !is_name(c)).filter(|word| word.starts_with("CASEY_")).map(ToOwned::to_owned).collect()
}

#[test]
fn every_variable_in_them_is_a_setting() {
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            seen.extend(variables(&fs::read_to_string(path).unwrap()));
        }
    }
    // The placeholder in `CASEY_…_FILE`.
    seen.remove("CASEY_");
    assert!(seen.len() > 8, "{seen:?}");
    for variable in seen {
        let loaded = Config::load(&Sources::new([(variable.as_str(), "")], "."));
        assert!(!matches!(loaded, Err(ConfigError::Unknown { .. })), "{variable} is not a setting");
    }
}

#[test]
fn every_line_of_the_example_is_a_setting() {
    let is_setting = |line: &&str| line.split_once(" = ").is_some_and(|(name, _)| !name.contains(' '));
    let example = text("casey.toml.example");
    let lines: Vec<&str> =
        example.lines().map(|line| line.trim_start_matches("# ")).filter(is_setting).collect();
    assert!(lines.len() > 10, "{lines:?}");
    let home = Home::new();
    for line in lines {
        fs::write(home.file("casey.toml"), format!("{line}\n")).unwrap();
        match Config::load(&Sources::new([("", ""); 0], home.path())) {
            // A file that the example names is not here.
            Ok(_) | Err(ConfigError::Read { .. }) => {}
            Err(error) => panic!("{line}: {error}"),
        }
    }
    fs::write(home.file("casey.toml"), &example).unwrap();
    Config::load(&Sources::new([("", ""); 0], home.path())).unwrap();
}

#[test]
fn every_command_in_them_is_one() {
    let home = Home::new();
    let units = format!("{}{}", text("casey.service"), text("casey-doctor.service"));
    let mut commands: Vec<&str> =
        units.lines().filter_map(|line| line.strip_prefix("ExecStart=/usr/local/bin/casey ")).collect();
    let readme = text("README.md");
    commands.extend(readme.lines().filter_map(|line| line.strip_prefix("docker compose run --rm casey ")));
    assert_eq!(commands, ["up", "doctor --production", "migrate", "doctor --production"]);
    for command in commands {
        let arguments: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        let output = home.casey(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn the_units_are_what_systemd_takes() {
    let home = Home::new();
    for name in ["casey.service", "casey-doctor.service"] {
        let unit = text(name).replace("/usr/local/bin/casey", env!("CARGO_BIN_EXE_casey"));
        fs::write(home.file(name), unit).unwrap();
        let Ok(output) =
            Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(home.file(name)).output()
        else {
            println!("SKIPPED: there is no systemd-analyze to read the units with");
            return;
        };
        let told = String::from_utf8_lossy(&output.stderr);
        // Other units of this machine are read, too, and may be complained of.
        assert!(!told.contains(name), "{told}");
    }
}

#[test]
fn the_scripts_are_scripts() {
    for name in ["certificates.sh", "prepare.sh", "postgres-init.sh"] {
        let output = Command::new("sh").arg("-n").arg(folder().join(name)).output().unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn the_authority_stays_and_certificates_are_made_anew() {
    if Command::new("openssl").arg("version").stdout(Stdio::null()).status().is_err() {
        println!("SKIPPED: there is no openssl to make certificates with");
        return;
    }
    let home = Home::new();
    let make = || {
        let mut script = Command::new("sh");
        script.arg(folder().join("certificates.sh")).arg(home.file("tls")).args(["db.example", "127.0.0.1"]);
        let output = script.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        ["ca.crt", "db.example.crt", "127.0.0.1.crt"]
            .map(|name| fs::read(home.file("tls").join(name)).unwrap())
    };
    let (first, second) = (make(), make());
    assert_eq!(first[0], second[0]);
    assert_ne!(first[1], second[1]);
    for (file, host) in
        [("db.example.crt", "-verify_hostname=db.example"), ("127.0.0.1.crt", "-verify_ip=127.0.0.1")]
    {
        let (option, value) = host.split_once('=').unwrap();
        let verified = Command::new("openssl")
            .args([
                "verify",
                "-x509_strict",
                "-purpose",
                "sslserver",
                option,
                value,
                "-CAfile",
                "ca.crt",
                file,
            ])
            .current_dir(home.file("tls"))
            .output()
            .unwrap();
        assert!(verified.status.success(), "{file}: {}", String::from_utf8_lossy(&verified.stderr));
    }
    let mode = |name: &str| {
        use std::os::unix::fs::PermissionsExt as _;
        fs::metadata(home.file("tls").join(name)).unwrap().permissions().mode() & 0o777
    };
    assert_eq!((mode("ca.key"), mode("db.example.key"), mode("ca.crt")), (0o600, 0o600, 0o644));
    let refused =
        Command::new("sh").arg(folder().join("certificates.sh")).arg(home.file("tls")).arg("../x").output();
    assert_eq!(refused.unwrap().status.code(), Some(2));
}
