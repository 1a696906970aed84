//! Commands that are described by letters, so that a seed can be read and a fuzzer can change it.

use casey_core::testing;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use twilight_model::application::command::{
    Command, CommandOption, CommandOptionChoice, CommandOptionChoiceValue, CommandOptionType,
    CommandOptionValue,
};

/// Options that a command has at most, so that an input is soon read.
const MOST: usize = 8;

/// The bounds of the option `j`, and the lengths of the option `l`.
pub(crate) const BOUNDS: std::ops::RangeInclusive<i64> = 1..=5;
pub(crate) const LENGTHS: std::ops::RangeInclusive<u16> = 2..=8;

/// The command that the letters describe, one option each: `s` text, `l` text of 2 to 8 characters, `c` one of two choices, `i` whole number, `j` whole number from 1
/// to 5, `n` number, `b` yes or no, `u` user, `r` role, `h` channel, `m` user or role. Capitals are required. `g` puts them all into the sub-command `set`.
pub(crate) fn command(letters: &str) -> Command {
    let mut options: Vec<CommandOption> = letters.chars().filter_map(option).take(MOST).collect();
    for (at, option) in options.iter_mut().enumerate() {
        option.name = format!("{}{at}", option.name);
    }
    if letters.contains(['g', 'G']) {
        options = vec![CommandOption {
            options: Some(options),
            ..testing::option(CommandOptionType::SubCommand, "set")
        }];
    }
    let head = json!({ "default_member_permissions": null, "description": "Test", "name": "test", "type": 1, "version": "1" });
    Command { options, ..made(head) }
}

/// What the description makes.
pub(crate) fn made<T: DeserializeOwned>(description: Value) -> T {
    serde_json::from_value(description).unwrap_or_else(|error| panic!("the description is wrong: {error}"))
}

fn option(letter: char) -> Option<CommandOption> {
    let option = match letter.to_ascii_lowercase() {
        's' => testing::option(CommandOptionType::String, "text"),
        'l' => CommandOption {
            min_length: Some(*LENGTHS.start()),
            max_length: Some(*LENGTHS.end()),
            ..testing::option(CommandOptionType::String, "short")
        },
        'c' => CommandOption {
            choices: Some(vec![choice("Day", "d"), choice("A week", "w")]),
            ..testing::option(CommandOptionType::String, "pick")
        },
        'i' => testing::option(CommandOptionType::Integer, "count"),
        'j' => CommandOption {
            min_value: Some(CommandOptionValue::Integer(*BOUNDS.start())),
            max_value: Some(CommandOptionValue::Integer(*BOUNDS.end())),
            ..testing::option(CommandOptionType::Integer, "few")
        },
        'n' => testing::option(CommandOptionType::Number, "share"),
        'b' => testing::option(CommandOptionType::Boolean, "on"),
        'u' => testing::option(CommandOptionType::User, "who"),
        'r' => testing::option(CommandOptionType::Role, "role"),
        'h' => testing::option(CommandOptionType::Channel, "where"),
        'm' => testing::option(CommandOptionType::Mentionable, "whom"),
        _ => return None,
    };
    Some(CommandOption { required: Some(letter.is_ascii_uppercase()), ..option })
}

fn choice(name: &str, value: &str) -> CommandOptionChoice {
    CommandOptionChoice {
        name: name.to_owned(),
        name_localizations: None,
        value: CommandOptionChoiceValue::String(value.to_owned()),
    }
}
