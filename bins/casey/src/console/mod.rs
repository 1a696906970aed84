//! Talking to the bot in the simulated Discord: lines that are typed are said by people, and what happens is printed.

mod ear;
mod line;
mod slash;
mod terminal;

use std::time::Duration;

use casey_core::{Clock as _, SystemClock};
use casey_sim::{Channel, Guild, OptionValue, Person, Sim, SimError};
use tokio::sync::mpsc::Receiver;
use twilight_model::application::command::{Command, CommandOptionType};

pub(crate) use self::terminal::{in_foreground, lines};
use self::{
    ear::Ear,
    line::{Deed, Line},
    slash::Filled,
};
use crate::output;

/// What a person at the terminal has to know.
pub(crate) fn greeting(prefix: &str) -> String {
    format!(
        "Talk to the bot: type  {prefix}ping  to say it as Alice, who owns the server, or  bob {prefix}prefix  or  carol /ping\n\
         or  @Casey ping.  Everything is said in #general by Alice, Bob or Carol. Ctrl-C stops everything.\n"
    )
}

/// The people of the demo world.
const PEOPLE: [&str; 3] = ["Alice", "Bob", "Carol"];

/// The bot of the demo world.
const BOT: &str = "Casey";

/// How often it is looked whether something happened.
const LOOK: Duration = Duration::from_millis(100);

/// A conversation in the simulated Discord.
pub(crate) struct Console {
    sim: Sim,
    guild: Guild,
    general: Channel,
    commands: Vec<Command>,
}

/// Why something was not done, for the one who typed it.
type Why = String;

impl Console {
    /// A conversation in the demo world, where these commands are registered.
    ///
    /// # Errors
    ///
    /// [`SimError::NoSuch`] in another world.
    pub(crate) fn new(sim: Sim, commands: Vec<Command>) -> Result<Self, SimError> {
        let guild = sim.guild("Casey's Harbour")?;
        let general = guild.channel("general")?;
        Ok(Self { sim, guild, general, commands })
    }

    /// Says the lines as they come and prints what happens. After the last line it goes on listening.
    pub(crate) async fn run(self, mut lines: Receiver<String>) {
        let mut ear = Ear::default();
        let mut open = true;
        loop {
            tokio::select! {
                line = lines.recv(), if open => match line {
                    Some(line) => self.say(&line).await,
                    None => open = false,
                },
                () = SystemClock.sleep_until(SystemClock.now() + LOOK) => {}
            }
            for heard in ear.news(&self.sim.transcript().entries) {
                output::line(heard);
            }
        }
    }

    async fn say(&self, typed: &str) {
        let Some(line) = line::read(typed, &PEOPLE) else { return };
        if let Err(why) = self.act(&line).await {
            output::line(format_args!("({why})"));
        }
    }

    async fn act(&self, line: &Line<'_>) -> Result<(), Why> {
        let person = match line.who {
            Some(name) => self.guild.person(name),
            None => self.guild.owner(),
        };
        let person = person.map_err(said)?;
        match line.deed {
            Deed::Says(text) => {
                person.says(&self.general, &self.with_mentions(text)).await.map(|_| ()).map_err(said)
            }
            Deed::Slash(text) => self.slash(&person, text).await,
            Deed::Presses(button) => self.press(&person, button).await,
        }
    }

    async fn slash(&self, person: &Person, text: &str) -> Result<(), Why> {
        let Filled { command, options } = slash::read(&self.commands, text)?;
        let mut slash = person.slash(&self.general, &command);
        for (name, kind, value) in options {
            slash = slash.option(&name, self.value(kind, &value)?);
        }
        slash.sends().await.map(|_| ()).map_err(said)
    }

    /// A typed value as the option takes it.
    fn value(&self, kind: CommandOptionType, typed: &str) -> Result<OptionValue, Why> {
        let name = typed.trim_start_matches(['@', '#']);
        Ok(match kind {
            CommandOptionType::Integer => {
                OptionValue::Integer(typed.parse().map_err(|_| format!("{typed} is no whole number"))?)
            }
            CommandOptionType::Number => {
                OptionValue::Number(typed.parse().map_err(|_| format!("{typed} is no number"))?)
            }
            CommandOptionType::Boolean => match typed.to_lowercase().as_str() {
                "true" | "yes" => OptionValue::Boolean(true),
                "false" | "no" => OptionValue::Boolean(false),
                _ => return Err(format!("{typed} is neither true nor false")),
            },
            CommandOptionType::User => OptionValue::from(&self.person(name)?),
            CommandOptionType::Mentionable => match self.person(name) {
                Ok(person) => OptionValue::from(&person),
                Err(_) => OptionValue::from(&self.guild.role(name).map_err(said)?),
            },
            CommandOptionType::Role => OptionValue::from(&self.guild.role(name).map_err(said)?),
            CommandOptionType::Channel => OptionValue::from(&self.guild.channel(name).map_err(said)?),
            CommandOptionType::Attachment => return Err("files cannot be attached here".to_owned()),
            _ => OptionValue::Text(typed.to_owned()),
        })
    }

    /// The text as a client sends it: `@Bob` becomes a mention.
    fn with_mentions(&self, text: &str) -> String {
        let word = |word: &str| {
            let name = word.trim_end().strip_prefix('@')?;
            let person = self.person(name).ok()?;
            Some(person.mention() + &word[name.len() + 1..])
        };
        text.split_inclusive(char::is_whitespace)
            .map(|part| word(part).unwrap_or_else(|| part.to_owned()))
            .collect()
    }

    fn person(&self, name: &str) -> Result<Person, Why> {
        let known = PEOPLE.iter().chain([&BOT]).find(|known| known.eq_ignore_ascii_case(name)).copied();
        self.guild.person(known.unwrap_or(name)).map_err(said)
    }

    /// Presses the newest button of that name.
    async fn press(&self, person: &Person, button: &str) -> Result<(), Why> {
        let messages = self.general.messages();
        let message = messages.iter().rev().find(|message| message.button(button).is_some());
        let message = message.ok_or_else(|| format!("there is no button [{button}]"))?;
        person.presses(message, button).sends().await.map(|_| ()).map_err(said)
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn said(error: SimError) -> Why {
    error.to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use casey_sim::World;

    use super::*;

    #[tokio::test]
    async fn people_say_what_is_typed() {
        let sim = Sim::start(World::demo()).await.unwrap();
        let console = Console::new(sim.clone(), Vec::new()).unwrap();
        for typed in ["ahoy", "bob: hello there @casey and @everyone", "", "carol"] {
            console.say(typed).await;
        }
        let said: Vec<String> = sim
            .transcript()
            .entries
            .iter()
            .map(|entry| format!("{} {}: {}", entry.place, entry.who, entry.lines.join("|")))
            .collect();
        let expected = [
            "#general Alice: ahoy",
            "#general Bob: hello there @Casey and @everyone",
            "#general Alice: carol",
        ];
        assert_eq!(said, expected);
        assert_eq!(console.with_mentions("@bob  x"), console.person("Bob").unwrap().mention() + "  x");
    }

    #[tokio::test]
    async fn what_cannot_be_done_is_said() {
        let sim = Sim::start(World::demo()).await.unwrap();
        let console = Console::new(sim, Vec::new()).unwrap();
        let why = |line: &'static str| async {
            console.act(&line::read(line, &PEOPLE).unwrap()).await.unwrap_err()
        };
        assert_eq!(why("bob [Next]").await, "there is no button [Next]");
        assert_eq!(why("/dance").await, "there is no command /dance");
    }
}
