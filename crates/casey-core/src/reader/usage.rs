//! Shows how a command is written.

use super::{
    leaf::greedy,
    refusal::choices,
    subcommand::{inside, is_group},
};
use twilight_model::application::command::{Command, CommandOption, CommandOptionType};

/// Choices beyond this width, in characters, give way to the option's name.
const CHOICES_WIDTH: usize = 40;

/// How to write a command with this prefix, on one line.
///
/// `path` names a sub-command; where it stops at a group, or names nothing, the names that may follow are shown.
/// Required options stand in `< >`, others in `[ ]`; choices with `|` between them unless they are long; the option
/// that takes the rest of the line ends in `…`; an uploaded file shows as `file`; an option that can only be set by
/// its name shows as `--name`.
pub fn usage_line<S: AsRef<str>>(schema: &Command, path: &[S], prefix: &str) -> String {
    let mut line = format!("{prefix}{}", schema.name);
    let mut options = &schema.options[..];
    for name in path {
        let Some(option) = options.iter().find(|option| option.name == name.as_ref()) else { break };
        line.push(' ');
        line.push_str(&option.name);
        options = inside(option);
    }
    if is_group(options) {
        let names: Vec<&str> = options.iter().map(|option| &*option.name).collect();
        return line + " <" + &names.join("|") + ">";
    }
    let greedy = greedy(options);
    for (at, option) in options.iter().enumerate() {
        line.push(' ');
        line.push_str(&one(option, greedy.map(|greedy| at.cmp(&greedy))));
    }
    line
}

/// One option, given how its place compares to that of the one that takes the rest.
fn one(option: &CommandOption, to_greedy: Option<std::cmp::Ordering>) -> String {
    let (open, close) = if option.required == Some(true) { ('<', '>') } else { ('[', ']') };
    let file = option.kind == CommandOptionType::Attachment;
    let inner = match to_greedy {
        _ if file => "file".to_owned(),
        Some(std::cmp::Ordering::Equal) => format!("{}…", option.name),
        Some(std::cmp::Ordering::Greater) if option.kind == CommandOptionType::Boolean => {
            format!("--{}", option.name)
        }
        Some(std::cmp::Ordering::Greater) => format!("--{} {}", option.name, placeholder(option)),
        _ => placeholder(option),
    };
    format!("{open}{inner}{close}")
}

fn placeholder(option: &CommandOption) -> String {
    let names = choices(option).unwrap_or_default().iter().map(|choice| &*choice.name);
    let shown = names.collect::<Vec<_>>().join("|");
    if shown.is_empty() || shown.chars().count() > CHOICES_WIDTH { option.name.clone() } else { shown }
}
