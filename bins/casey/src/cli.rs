//! The command line.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, Parser, Subcommand};

/// Settings that can be given as flags. Secrets are not among them: command lines can be read by others on the same machine.
const SETTINGS: &[(&str, &str, &str)] = &[
    ("config", "FILE", "Read this file instead of casey.toml"),
    ("data-dir", "FOLDER", "Where database and root key live"),
    ("key-file", "FILE", "The root key"),
    ("discord-api-url", "URL", "Discord's HTTP API at another address"),
    ("shards", "SHARDS", "auto, a number, or FROM..TO/TOTAL"),
    ("prefix", "PREFIX", "Default prefix of commands"),
    ("web-addr", "ADDRESS", "Where the website listens; port 0 is any free one"),
    ("public-url", "URL", "The website's public origin"),
    ("metrics-addr", "ADDRESS", "Where the bot serves metrics and health"),
    ("sim-addr", "ADDRESS", "Where the simulated Discord listens"),
    ("ready-file", "FILE", "Written when everything is ready"),
    ("clock-file", "FILE", "Seconds added to the clock, while Discord is on this machine"),
    ("log", "FILTER", "Which log lines, such as info or casey_core=debug,warn"),
    ("log-format", "FORMAT", "pretty or json"),
];

/// Shown below the list of options.
const AFTER: &str = "\
Settings are read from casey.toml, then from variables named CASEY_…, then from flags; later wins. docs/operating.md has them all.

Without a token and an API address `casey up` simulates Discord on this machine. To talk to the bot there, type lines while it runs:
  ,ping            said by Alice, who owns the server
  bob ,prefix      said by Bob; there are Alice, Bob and Carol
  carol /ping      the slash command; options as /prefix set prefix:!
  [Next]           presses the button of that name
Lines are read if stdin is a terminal, or with --talk.

Exit codes: 0 done, 1 a check failed or the work did, 2 wrong use or configuration.";

/// A Discord bot and its website. Without a command: `up`.
#[derive(Debug, Parser)]
#[command(name = "casey", version, args_conflicts_with_subcommands = true, after_help = AFTER)]
pub(crate) struct Cli {
    #[command(subcommand)]
    sub: Option<Sub>,
    #[command(flatten)]
    up: Up,
}

#[derive(Debug, Subcommand)]
enum Sub {
    /// Bot and website; with a simulated Discord if neither a token nor an API address is set
    #[command(after_help = AFTER)]
    Up(Up),
    /// The bot alone
    Bot(Settings),
    /// The website alone
    Web(Settings),
    /// A conversation in a temporary folder, whatever is configured: people type commands, Casey answers
    Demo {
        /// Print JSON lines
        #[arg(long)]
        json: bool,
    },
    /// Bring the database's schema up to date
    Migrate(Settings),
    /// Look whether configuration, storage, Discord and addresses are as they have to be; exit code 1 if there is any problem
    Doctor(Doctor),
    /// The keys that secrets in the database are sealed with
    #[command(subcommand, arg_required_else_help = true)]
    Keys(Keys),
    /// The commands people can type
    #[command(subcommand, arg_required_else_help = true)]
    Commands(Commands),
    /// What is declared about stored data
    #[command(subcommand, arg_required_else_help = true)]
    Privacy(Privacy),
}

#[derive(Debug, Args)]
struct Up {
    /// Read lines from stdin and say them in the simulated Discord, even if stdin is no terminal
    #[arg(long)]
    talk: bool,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
struct Doctor {
    /// Hold everything against what people are promised: storage encrypted, HTTPS, no clock of its own
    #[arg(long)]
    production: bool,
    #[command(flatten)]
    printed: Printed,
}

#[derive(Debug, Args)]
struct Printed {
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Commands {
    /// List them, without asking Discord
    List(Printed),
    /// Register them with Discord, where they differ from those registered now
    Sync(Printed),
}

#[derive(Debug, Subcommand)]
enum Keys {
    /// List them, with how much each has sealed
    List(Printed),
    /// Make a new one and seal everything anew with it; Casey may run meanwhile
    Rotate(Printed),
}

#[derive(Debug, Subcommand)]
enum Privacy {
    /// Compare the database with what is declared
    Check(Printed),
    /// Write the declarations to a file that is committed, so that a change of what is stored shows in every review
    Lock {
        /// Write nothing: exit with 1 if the file says something else
        #[arg(long)]
        check: bool,
        /// The file
        #[arg(long, value_name = "FILE", default_value = "privacy.lock.json")]
        out: PathBuf,
    },
}

/// Flags that are settings, as name and value.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings(Vec<(&'static str, String)>);

impl Settings {
    /// Name and value of each that was given.
    pub(crate) fn pairs(&self) -> &[(&'static str, String)] {
        &self.0
    }
}

impl Args for Settings {
    fn augment_args(command: Command) -> Command {
        SETTINGS.iter().fold(command, |command, &(name, value, help)| {
            command.arg(Arg::new(name).long(name).value_name(value).help(help).help_heading("Settings"))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Settings {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = SETTINGS
            .iter()
            .filter_map(|&(name, ..)| matches.get_one::<String>(name).map(|value| (name, value.clone())));
        Ok(Self(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Up { settings: Settings, talk: bool },
    Bot(Settings),
    Web(Settings),
    Demo { json: bool },
    Migrate(Settings),
    Doctor { settings: Settings, production: bool, json: bool },
    KeysList { settings: Settings, json: bool },
    KeysRotate { settings: Settings, json: bool },
    CommandsList { settings: Settings, json: bool },
    CommandsSync { settings: Settings, json: bool },
    PrivacyCheck { settings: Settings, json: bool },
    PrivacyLock { check: bool, out: PathBuf },
}

impl Cli {
    /// What was asked for; `up` if nothing was.
    pub(crate) fn action(self) -> Action {
        match self.sub.unwrap_or(Sub::Up(self.up)) {
            Sub::Up(Up { settings, talk }) => Action::Up { settings, talk },
            Sub::Bot(settings) => Action::Bot(settings),
            Sub::Web(settings) => Action::Web(settings),
            Sub::Demo { json } => Action::Demo { json },
            Sub::Migrate(settings) => Action::Migrate(settings),
            Sub::Doctor(Doctor { production, printed: Printed { json, settings } }) => {
                Action::Doctor { settings, production, json }
            }
            Sub::Keys(Keys::List(Printed { json, settings })) => Action::KeysList { settings, json },
            Sub::Keys(Keys::Rotate(Printed { json, settings })) => Action::KeysRotate { settings, json },
            Sub::Commands(Commands::List(Printed { json, settings })) => {
                Action::CommandsList { settings, json }
            }
            Sub::Commands(Commands::Sync(Printed { json, settings })) => {
                Action::CommandsSync { settings, json }
            }
            Sub::Privacy(Privacy::Check(Printed { json, settings })) => {
                Action::PrivacyCheck { settings, json }
            }
            Sub::Privacy(Privacy::Lock { check, out }) => Action::PrivacyLock { check, out },
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use casey_config::{Config, Sources};
    use clap::CommandFactory as _;

    use super::*;

    fn read(line: &str) -> Result<Action, clap::Error> {
        Cli::try_parse_from(std::iter::once("casey").chain(line.split_whitespace())).map(Cli::action)
    }

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn nothing_means_up() {
        assert_eq!(read("").unwrap(), Action::Up { settings: Settings::default(), talk: false });
        let given = Settings(vec![("prefix", "!".to_owned())]);
        assert_eq!(read("--talk --prefix !").unwrap(), Action::Up { settings: given, talk: true });
        assert_eq!(read("up --talk").unwrap(), read("--talk").unwrap());
    }

    #[test]
    fn doctor_takes_both_of_its_flags() {
        let doctor = |production, json| Action::Doctor { settings: Settings::default(), production, json };
        assert_eq!(read("doctor").unwrap(), doctor(false, false));
        assert_eq!(read("doctor --production --json").unwrap(), doctor(true, true));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for line in [
            "doctor everything",
            "--talk bot",
            "demo --prefix !",
            "commands",
            "commands list extra",
            "--token x",
        ] {
            let refused = read(line).unwrap_err();
            assert_eq!(refused.exit_code(), 2, "{line}");
            assert!(refused.use_stderr(), "{line}");
        }
    }

    #[test]
    fn every_flag_is_a_setting_that_the_configuration_knows() {
        for &(name, ..) in SETTINGS {
            let error =
                Config::load(&Sources::new([("", ""); 0], ".").flag(name, "")).unwrap_err().to_string();
            assert!(error.starts_with(&format!("--{name} on the command line is empty")), "{error}");
        }
    }
}
