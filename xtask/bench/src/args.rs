//! The command line.

use std::path::PathBuf;

/// What to do, as a person reads it.
pub(crate) const USAGE: &str = "\
cargo xtask bench [OPTION…]     measures Casey beside a bare twilight loop, as release builds

  --json           one JSON object instead of tables
  --quick          60,000 events, 1 round: a look, not a figure to quote
  --guilds N       guilds in the world (1,000), each of 200 members, 20 channels, 15 roles
  --events N       events that happen in it (200,000)
  --rounds N       rounds, of which the medians are taken (3)
  --commands N     prefix commands in 1,000 messages (10)
  --asks N         times that /ping is used in a round while 2,000 events a second happen (1,000)
  --unfiltered     sends every client everything, whatever it asked for
  --casey PATH     the built `casey`; without it only bare loops and the prefix reader are measured";

/// A world and how often to measure in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) casey: Option<PathBuf>,
    pub(crate) json: bool,
    pub(crate) guilds: usize,
    pub(crate) events: u64,
    pub(crate) rounds: usize,
    /// Of 1,000 messages, how many are prefix commands.
    pub(crate) commands: u64,
    pub(crate) unfiltered: bool,
    /// How often `/ping` is asked in a round.
    pub(crate) asks: usize,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            casey: None,
            json: false,
            guilds: 1_000,
            events: 200_000,
            rounds: 3,
            commands: 10,
            unfiltered: false,
            asks: 1_000,
        }
    }
}

/// What the bare loop is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BareTask {
    /// Address of the gateway.
    pub(crate) gateway: String,
    pub(crate) token: String,
    /// Bits of the intents to ask for.
    pub(crate) intents: u64,
    /// Bits of the types of events to decode.
    pub(crate) types: u128,
    /// Where commands are answered; it answers none without.
    pub(crate) api: Option<String>,
}

/// What is asked of this program.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    Help,
    Measure(Plan),
    /// Be the bare loop. The measurement starts itself so.
    Bare(BareTask),
}

/// Reads the arguments after the program's name.
pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Ask, String> {
    let mut arguments = arguments.into_iter().peekable();
    if arguments.peek().is_some_and(|first| first == "bare") {
        return bare(arguments.skip(1)).map(Ask::Bare);
    }
    let arguments: Vec<String> = arguments.collect();
    let mut plan = Plan::default();
    if arguments.iter().any(|argument| argument == "--quick") {
        plan = Plan { events: 60_000, rounds: 1, asks: 300, ..plan };
    }
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "-h" | "--help" => return Ok(Ask::Help),
            "--quick" => {}
            "--json" => plan.json = true,
            "--unfiltered" => plan.unfiltered = true,
            "--casey" => plan.casey = Some(value(&argument, arguments.next())?.into()),
            "--guilds" => plan.guilds = number(&argument, arguments.next(), 1..=2_000)?,
            "--events" => plan.events = number(&argument, arguments.next(), 1_000..=10_000_000)?,
            "--rounds" => plan.rounds = number(&argument, arguments.next(), 1..=99)?,
            "--asks" => plan.asks = number(&argument, arguments.next(), 1..=100_000)?,
            "--commands" => plan.commands = number(&argument, arguments.next(), 0..=1_000)?,
            other => return Err(format!("there is no option {other}")),
        }
    }
    Ok(Ask::Measure(plan))
}

fn bare(arguments: impl IntoIterator<Item = String>) -> Result<BareTask, String> {
    let (mut gateway, mut token, mut intents, mut types, mut api) = (None, None, None, None, None);
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let value = value(&argument, arguments.next());
        match argument.as_str() {
            "--gateway" => gateway = Some(value?),
            "--token" => token = Some(value?),
            "--intents" => intents = value?.parse().ok(),
            "--types" => types = value?.parse().ok(),
            "--api" => api = Some(value?),
            other => return Err(format!("`bare` has no option {other}")),
        }
    }
    match (gateway, token, intents, types) {
        (Some(gateway), Some(token), Some(intents), Some(types)) => {
            Ok(BareTask { gateway, token, intents, types, api })
        }
        _ => Err("`bare` needs --gateway, --token, --intents and --types".to_owned()),
    }
}

fn value(name: &str, value: Option<String>) -> Result<String, String> {
    value.ok_or_else(|| format!("{name} needs a value"))
}

fn number<T>(name: &str, given: Option<String>, range: std::ops::RangeInclusive<T>) -> Result<T, String>
where
    T: std::str::FromStr + PartialOrd + std::fmt::Display,
{
    let given = value(name, given)?;
    given.replace([',', '_'], "").parse().ok().filter(|number| range.contains(number)).ok_or_else(|| {
        format!("{name} takes a number from {} to {}, not {given}", range.start(), range.end())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Ask, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn what_is_said_goes_before_what_quick_means_wherever_it_stands() {
        let expected = Plan {
            casey: Some("casey".into()),
            json: true,
            guilds: 50,
            events: 60_000,
            rounds: 1,
            asks: 300,
            ..Plan::default()
        };
        assert_eq!(read("--guilds 50 --casey casey --quick --json"), Ok(Ask::Measure(expected)));
        assert_eq!(read("--events 10,000"), Ok(Ask::Measure(Plan { events: 10_000, ..Plan::default() })));
    }

    #[test]
    fn the_bare_loop_needs_everything() {
        let task =
            BareTask { gateway: "ws://a".into(), token: "t".into(), intents: 1, types: 1 << 90, api: None };
        let line = format!("bare --gateway ws://a --token t --intents 1 --types {}", task.types);
        assert_eq!(read(&line), Ok(Ask::Bare(task)));
        assert!(read("bare --gateway ws://a").is_err());
    }

    #[test]
    fn the_rest_is_refused() {
        assert_eq!(read("--fast"), Err("there is no option --fast".to_owned()));
        assert_eq!(read("--rounds"), Err("--rounds needs a value".to_owned()));
        assert_eq!(read("--rounds 0"), Err("--rounds takes a number from 1 to 99, not 0".to_owned()));
    }
}
