//! The configuration: whether it can be read, where everything comes from, and what in it is of no use.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    path::PathBuf,
};

use casey_config::{Config, ConfigError, Discord, Place, Setting, Sources};

use super::{check::Check, code::Code, context::Context};

/// Mistakes that are told at most.
const MOST: usize = 50;

/// What this version reads, checks and does not use yet.
const NOT_YET: &[&str] = &[
    "discord_client_id",
    "discord_client_secret",
    "discord_public_key",
    "lastfm_api_key",
    "lastfm_api_secret",
    "lastfm_api_url",
    "lastfm_web_url",
    "tiktok_url",
    "tiktok_web_enabled",
];

/// What the configuration is read from. Kept apart from [`Sources`], so that what is wrong can be left out and the rest be read.
pub(super) struct Given {
    env: Vec<(OsString, OsString)>,
    flags: Vec<(&'static str, String)>,
    folder: PathBuf,
}

impl Given {
    /// This process's environment and folder, and these flags.
    pub(super) fn of_process(flags: &[(&'static str, String)]) -> Self {
        let folder = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        Self { env: std::env::vars_os().collect(), flags: flags.to_vec(), folder }
    }

    fn sources(&self) -> Sources {
        Sources::new(self.env.clone(), &self.folder).flags(self.flags.clone())
    }

    fn has(&self, variable: &str) -> bool {
        self.env.iter().any(|(name, _)| name.to_str() == Some(variable))
    }

    /// Leaves out what an error is about. Names what was left out; nothing if it stands where one thing cannot be left out.
    fn leave_out(&mut self, error: &ConfigError) -> Vec<String> {
        let (name, place) = match error {
            ConfigError::Unknown { name, place, .. } | ConfigError::Invalid { name, place, .. } => {
                (name, Some(place))
            }
            ConfigError::Twice { name, .. } => (name, None),
            ConfigError::Read { what, .. } | ConfigError::TooOpen { what, .. } => (what, None),
            _ => return Vec::new(),
        };
        let word = name.split(' ').next().unwrap_or_default();
        if matches!(place, Some(Place::Flag)) {
            let flag = word.trim_start_matches('-').replace('-', "_");
            let before = self.flags.len();
            self.flags.retain(|(name, _)| name.replace('-', "_") != flag);
            return if self.flags.len() < before { vec![flag] } else { Vec::new() };
        }
        if !matches!(place, None | Some(Place::Environment)) {
            return Vec::new();
        }
        let stem = word.strip_suffix("_FILE").unwrap_or(word);
        let names = [word.to_owned(), stem.to_owned(), format!("{stem}_FILE")];
        let before = self.env.len();
        self.env.retain(|(name, _)| !names.iter().any(|known| name.to_str() == Some(known)));
        if self.env.len() == before {
            return Vec::new();
        }
        names.iter().map(|name| name.trim_start_matches("CASEY_").to_lowercase()).collect()
    }
}

/// What came of reading it.
pub(super) struct Reading {
    pub(super) checks: Vec<Check>,
    /// What could be read; `None` if not even the rest of it can be relied on.
    config: Option<Config>,
    /// Settings that are wrong, and stand at their defaults in `config`.
    wrong: BTreeSet<String>,
}

impl Reading {
    /// Reads everything there is, and tells every mistake in it.
    pub(super) fn of(mut given: Given) -> Self {
        let mut reading = Self { checks: Vec::new(), config: None, wrong: BTreeSet::new() };
        while reading.checks.len() < MOST {
            let error = match Config::load(&given.sources()) {
                Ok(config) => {
                    reading.sum_up(&given, config);
                    break;
                }
                Err(error) => error,
            };
            reading.checks.push(told(&error));
            let left_out = given.leave_out(&error);
            if left_out.is_empty() {
                break;
            }
            reading.wrong.extend(left_out);
        }
        reading
    }

    fn sum_up(&mut self, given: &Given, config: Config) {
        if self.checks.is_empty() {
            self.checks.push(Check::ok(Code::ConfigRead, places(config.sources())));
        }
        self.checks.extend(unused(&config));
        self.checks.push(in_environment(given, config.sources()));
        let open_file = config.warnings().iter().filter_map(|warning| warning.split_once(": run chmod "));
        self.checks.extend(
            open_file
                .map(|(found, rest)| Check::problem(Code::SecretsFile, found, format!("run chmod {rest}"))),
        );
        self.config = Some(config);
    }

    /// What can be looked at with it; `None` if it cannot be relied on.
    pub(super) fn context(self, production: bool) -> Option<Context> {
        let config = self.config?;
        Some(Context { clock: config.clock(), config, production, wrong: self.wrong })
    }
}

/// What is wrong and what to do about it.
fn told(error: &ConfigError) -> Check {
    let sentence = error.to_string();
    let up_to = |end: &str| sentence.split(end).next().unwrap_or_default().to_owned();
    match error {
        ConfigError::Unknown { nearest, .. } => {
            let remedy = nearest.as_ref().map_or_else(
                || "remove it; docs/operating.md has all settings".to_owned(),
                |nearest| format!("write {nearest}, or remove it"),
            );
            Check::problem(Code::ConfigUnknown, up_to("; did you mean"), remedy)
        }
        ConfigError::Invalid { expected, .. } => {
            Check::problem(Code::ConfigInvalid, up_to(": expected "), format!("set it to {expected}"))
        }
        ConfigError::Twice { .. } => {
            Check::problem(Code::ConfigTwice, up_to(": keep one"), "keep one of them")
        }
        ConfigError::Syntax { .. } => {
            Check::problem(Code::ConfigFile, sentence, "correct it there; texts stand in quotes")
        }
        ConfigError::Read { what, .. } => {
            let code = if what == "the configuration file" { Code::ConfigFile } else { Code::SecretsFile };
            Check::problem(code, sentence, "correct the path, or let the user that runs Casey read it")
        }
        ConfigError::TooOpen { path, .. } => Check::problem(
            Code::SecretsFile,
            up_to(": run chmod"),
            format!("run chmod 600 {}", path.display()),
        ),
        _ => Check::problem(Code::ConfigInvalid, sentence, "correct it; docs/operating.md has all settings"),
    }
}

/// Which settings come from where.
fn places(settings: &[Setting]) -> String {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for setting in settings {
        let (place, name) = match &setting.place {
            Place::Default => continue,
            Place::File { path, .. } => (format!("in {}", path.display()), setting.name.to_owned()),
            Place::Credential { .. } => ("in systemd's credentials".to_owned(), setting.variable()),
            Place::Flag => (setting.place.to_string(), format!("--{}", setting.name.replace('_', "-"))),
            other => (other.to_string(), setting.variable()),
        };
        places.entry(place).or_default().push(name);
    }
    if places.is_empty() {
        return "nothing is set; defaults everywhere".to_owned();
    }
    let told: Vec<String> =
        places.into_iter().map(|(place, names)| format!("{place} {}", names.join(", "))).collect();
    told.join("; ")
}

/// What is set and does nothing.
fn unused(config: &Config) -> Option<Check> {
    let simulated = matches!(config.discord(), Ok(Discord::Simulated));
    let is_idle = |setting: &&Setting| {
        setting.place != Place::Default
            && (NOT_YET.contains(&setting.name) || (setting.name == "sim_addr" && !simulated))
    };
    let names: Vec<String> = config.sources().iter().filter(is_idle).map(Setting::variable).collect();
    (!names.is_empty()).then(|| {
        Check::warning(
            Code::ConfigUnused,
            format!("{} set, and this version does nothing with it", names.join(", ")),
            "remove it until a version needs it: a secret that is nowhere cannot be lost",
        )
    })
}

/// Secrets whose value is itself a variable: programs that Casey's user starts inherit it, and some tools print it.
fn in_environment(given: &Given, settings: &[Setting]) -> Check {
    let is_secret = |setting: &&Setting| setting.value.as_deref() == Some("…");
    let bare: Vec<String> = settings
        .iter()
        .filter(is_secret)
        .filter(|setting| setting.place == Place::Environment && given.has(&setting.variable()))
        .map(Setting::variable)
        .collect();
    if bare.is_empty() {
        return Check::ok(Code::SecretsEnvironment, "no secret is a variable of the environment");
    }
    let remedy = format!(
        "put each in a file with mode 0600 and name it, as in {}_FILE, or use systemd's LoadCredential",
        bare.first().map_or("NAME", String::as_str)
    );
    let found =
        format!("{} in the environment, which other programs of the same user can read", bare.join(", "));
    Check::warning(Code::SecretsEnvironment, found, remedy)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use super::*;
    use crate::doctor::check::State;

    fn read(env: &[(&str, &str)], flags: &[(&'static str, &str)], file: Option<&str>) -> Reading {
        let folder = tempfile::tempdir().unwrap();
        if let Some(text) = file {
            fs::write(folder.path().join("casey.toml"), text).unwrap();
        }
        let env = env.iter().map(|(name, value)| (name.into(), value.into())).collect();
        let flags = flags.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Reading::of(Given { env, flags, folder: folder.path().to_owned() })
    }

    fn texts(reading: &Reading) -> Vec<(&'static str, State)> {
        reading.checks.iter().map(|check| (check.code.text(), check.state)).collect()
    }

    #[test]
    fn every_mistake_is_told_and_the_rest_is_read() {
        let reading = read(
            &[("CASEY_PREFX", "!"), ("CASEY_REDIS_URL", "http://canary"), ("CASEY_PREFIX", "?")],
            &[("shards", "many"), ("data-dir", "data")],
            None,
        );
        let problems: Vec<_> = reading
            .checks
            .iter()
            .filter(|check| check.state == State::Problem)
            .map(|c| c.code.text())
            .collect();
        assert_eq!(problems, ["config.unknown", "config.invalid", "config.invalid"], "{:?}", reading.checks);
        assert!(!format!("{:?}", reading.checks).contains("canary"));
        let context = reading.context(false).unwrap();
        assert!(!context.is_right(&["redis_url"]) && !context.is_right(&["shards"]));
        assert!(context.is_right(&["prefix", "data_dir"]));
        assert_eq!(context.config.prefix.as_str(), "?");
    }

    #[test]
    fn a_mistake_in_the_file_leaves_nothing_to_rely_on() {
        for text in ["prefx = \"!\"\n", "prefix = !\n"] {
            let reading = read(&[], &[], Some(text));
            assert!(reading.config.is_none());
            assert!(matches!(texts(&reading)[..], [("config.unknown" | "config.file", State::Problem)]));
        }
    }

    #[test]
    fn where_everything_comes_from_is_told_without_values() {
        let reading =
            read(&[("CASEY_DISCORD_TOKEN", "canary")], &[("prefix", "!")], Some("shards = \"auto\"\n"));
        let [summary, environment] = &reading.checks[..] else { panic!("{:?}", reading.checks) };
        assert_eq!(
            summary.found,
            "in casey.toml shards; in the environment CASEY_DISCORD_TOKEN; on the command line --prefix"
        );
        assert_eq!((environment.code.text(), environment.state), ("secrets.environment", State::Warning));
        assert!(environment.remedy.as_ref().unwrap().contains("CASEY_DISCORD_TOKEN_FILE"));
    }

    #[test]
    fn what_does_nothing_yet_is_what_operators_are_told() {
        let document = include_str!("../../../../docs/operating.md");
        let table = document.split("nothing in this version uses them yet:").nth(1).unwrap();
        let table = table.split("\n\n").nth(1).unwrap();
        let is_name = |c: char| c.is_ascii_uppercase() || c == '_';
        let words = table.split(|c| !is_name(c)).filter_map(|word| word.strip_prefix("CASEY_"));
        let documented: Vec<String> = words.map(str::to_lowercase).collect();
        assert_eq!(documented, NOT_YET);
    }

    #[test]
    fn what_does_nothing_is_told() {
        let reading =
            read(&[("CASEY_LASTFM_API_KEY", "canary"), ("CASEY_SIM_ADDR", "127.0.0.1:0")], &[], None);
        let unused = reading.checks.iter().find(|check| check.code == Code::ConfigUnused).unwrap();
        assert!(unused.found.starts_with("CASEY_LASTFM_API_KEY set"), "the simulation listens: {unused:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_can_read_is_told_with_what_to_type() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        fs::write(&file, "canary").unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        fs::set_permissions(&file, mode).unwrap();
        let reading = read(&[("CASEY_DISCORD_TOKEN_FILE", file.to_str().unwrap())], &[], None);
        let told = &reading.checks[0];
        assert_eq!((told.code, told.state), (Code::SecretsFile, State::Problem));
        assert_eq!(told.remedy.as_deref(), Some(format!("run chmod 600 {}", file.display()).as_str()));
        assert!(!reading.context(false).unwrap().is_right(&["discord_token"]));
    }
}
