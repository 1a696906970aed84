//! Slash commands as they are typed: `/prefix set prefix:!`, or with values in order: `/prefix set !`.

use twilight_model::application::command::{Command, CommandOption, CommandOptionType};

/// A command with its options filled in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Filled {
    /// Its name with those of sub-commands: `prefix set`.
    pub(crate) command: String,
    /// Name, type and value as it was typed.
    pub(crate) options: Vec<(String, CommandOptionType, String)>,
}

/// Reads what was typed behind the slash.
///
/// # Errors
///
/// A sentence that says what is not there.
pub(crate) fn read(commands: &[Command], typed: &str) -> Result<Filled, String> {
    let mut words = typed.split_whitespace().peekable();
    let name = words.next().unwrap_or_default();
    let found = commands.iter().find(|command| command.name == name);
    let mut level = &found.ok_or_else(|| format!("there is no command /{name}"))?.options;
    let mut command = name.to_owned();
    while let Some(sub) = words.peek().and_then(|word| level.iter().find(|option| is_sub(option, word))) {
        words.next();
        command.extend([" ", &sub.name]);
        level = sub.options.as_ref().unwrap_or(&EMPTY);
    }
    let words: Vec<&str> = words.collect();
    let values = if words.iter().any(|word| named(level, word).is_some()) {
        by_name(level, &words)?
    } else {
        in_order(level, &words)?
    };
    let typed = |(option, value): (&CommandOption, String)| (option.name.clone(), option.kind, value);
    Ok(Filled { command, options: values.into_iter().map(typed).collect() })
}

static EMPTY: Vec<CommandOption> = Vec::new();

fn is_sub(option: &CommandOption, word: &str) -> bool {
    matches!(option.kind, CommandOptionType::SubCommand | CommandOptionType::SubCommandGroup)
        && option.name == word
}

/// The option that `name:value` names, and the value.
fn named<'a, 'w>(options: &'a [CommandOption], word: &'w str) -> Option<(&'a CommandOption, &'w str)> {
    let (name, value) = word.split_once(':')?;
    Some((options.iter().find(|option| option.name == name)?, value))
}

fn by_name<'a>(
    options: &'a [CommandOption],
    words: &[&str],
) -> Result<Vec<(&'a CommandOption, String)>, String> {
    let mut values: Vec<(&CommandOption, String)> = Vec::new();
    for word in words {
        match (named(options, word), values.last_mut()) {
            (Some((option, value)), _) => values.push((option, value.to_owned())),
            // A value goes on until the next name.
            (None, Some((_, value))) => {
                if !value.is_empty() {
                    value.push(' ');
                }
                value.push_str(word);
            }
            (None, None) => return Err(format!("it is not clear which option {word} is for")),
        }
    }
    Ok(values)
}

fn in_order<'a>(
    options: &'a [CommandOption],
    words: &[&str],
) -> Result<Vec<(&'a CommandOption, String)>, String> {
    let mut values: Vec<(&CommandOption, String)> =
        options.iter().zip(words).map(|(option, word)| (option, (*word).to_owned())).collect();
    let rest = words.get(options.len()..).unwrap_or_default();
    match values.last_mut() {
        _ if rest.is_empty() => {}
        // Text at the end takes the rest.
        Some((option, value)) if option.kind == CommandOptionType::String => {
            *value = format!("{value} {}", rest.join(" "));
        }
        _ => return Err(format!("there is no option for {}", rest.join(" "))),
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// The commands as the bot registers them.
    fn commands() -> Vec<Command> {
        serde_json::from_value(serde_json::json!([
            { "name": "ping", "description": "Ping", "type": 1, "version": "1", "options": [] },
            { "name": "note", "description": "Note", "type": 1, "version": "1", "options": [
                { "name": "add", "description": "Add", "type": 1, "options": [
                    { "name": "who", "description": "Who", "type": 6, "required": true },
                    { "name": "text", "description": "Text", "type": 3, "required": true },
                ] },
                { "name": "list", "description": "List", "type": 1 },
            ] },
            { "name": "roll", "description": "Roll", "type": 1, "version": "1", "options": [
                { "name": "sides", "description": "Sides", "type": 4 },
            ] },
        ]))
        .unwrap()
    }

    fn filled(typed: &str) -> Result<(String, Vec<String>), String> {
        let Filled { command, options } = read(&commands(), typed)?;
        Ok((command, options.into_iter().map(|(name, _, value)| format!("{name}={value}")).collect()))
    }

    #[test]
    fn values_are_given_by_name_or_in_order() {
        for (typed, command, options) in [
            ("ping", "ping", &[][..]),
            ("note list", "note list", &[]),
            ("note add @Bob late again", "note add", &["who=@Bob", "text=late again"]),
            ("note add text:late again who:Bob", "note add", &["text=late again", "who=Bob"]),
            ("note add who: Bob text: a:b", "note add", &["who=Bob", "text=a:b"]),
            ("roll 6", "roll", &["sides=6"]),
        ] {
            let (name, values) = filled(typed).unwrap();
            assert_eq!((name.as_str(), values), (command, options.iter().map(ToString::to_string).collect()));
        }
    }

    #[test]
    fn what_is_not_there_is_said() {
        for (typed, why) in [
            ("dance", "there is no command /dance"),
            ("roll 6 7", "there is no option for 7"),
            ("note add Bob text:x", "it is not clear which option Bob is for"),
        ] {
            assert_eq!(filled(typed).unwrap_err(), why);
        }
    }
}
