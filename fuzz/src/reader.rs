use std::fmt::Write as _;

use casey_core::{
    reader::{MessageContext, Read, Refusal, Request},
    testing::read_whole,
};
use twilight_model::application::{
    command::{Command, CommandOption, CommandOptionType},
    interaction::application_command::{CommandDataOption, CommandOptionValue},
};

use crate::{
    schema::{self, BOUNDS, LENGTHS},
    server::{HERE, look_up},
};

/// Arguments of prefix commands. The first line describes a command by letters (see the README), the rest is what is typed: reading ends, points into the text, gives what
/// the command takes, loses no word, and reads what it gave, written out by name, as the same again.
pub fn reader(data: &[u8]) {
    let text = crate::text(data);
    let (letters, typed) = text.split_once('\n').unwrap_or((&text, ""));
    let schema = schema::command(letters);
    match finish(&schema, typed) {
        Ok(read) => {
            let options = innermost(&read, &schema);
            fits(&schema, &options, typed);
            no_word_is_lost(&read, &schema, &options, typed);
            reads_back(&schema, &read, &options);
        }
        Err(refusal) => points_into(&refusal, typed),
    }
}

/// Reads to the end, answering what is asked.
fn finish(schema: &Command, typed: &str) -> Result<Read, Box<Refusal>> {
    let bare = ["set"];
    let message = MessageContext { guild_id: Some(HERE), ..MessageContext::default() };
    let request = Request { bare: Some(&bare), ..Request::new(schema, typed, message) };
    let (read, rounds) = read_whole(&request, look_up);
    // As many as there are pairs of an option and a word, at most.
    let most = (leaf(schema).len() + 1) * (typed.split_whitespace().count() + 1);
    assert!(rounds <= most, "{rounds} rounds of questions about {typed:?}");
    read
}

/// The options that can be given.
fn leaf(schema: &Command) -> &[CommandOption] {
    match &schema.options[..] {
        [only] if only.kind == CommandOptionType::SubCommand => only.options.as_deref().unwrap_or_default(),
        options => options,
    }
}

/// Whether they are those of the sub-command.
fn is_grouped(schema: &Command) -> bool {
    schema.options.iter().any(|option| option.kind == CommandOptionType::SubCommand)
}

/// The options that were given.
fn innermost<'r>(read: &'r Read, schema: &Command) -> Vec<&'r CommandDataOption> {
    assert_eq!(read.path, if is_grouped(schema) { vec!["set".to_owned()] } else { Vec::new() });
    match &read.options[..] {
        [CommandDataOption { value: CommandOptionValue::SubCommand(inner), .. }] => inner.iter().collect(),
        options => options.iter().collect(),
    }
}

/// Each option once, in the order of the command, with a value that Discord would let pass; and all that are required.
fn fits(schema: &Command, options: &[&CommandDataOption], typed: &str) {
    let declared = leaf(schema);
    let place = |option: &CommandDataOption| declared.iter().position(|known| known.name == option.name);
    let places: Vec<Option<usize>> = options.iter().map(|option| place(option)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted_by(|one, next| one < next), "{options:?}");
    for (at, known) in declared.iter().enumerate() {
        let given = options.iter().find(|option| option.name == known.name);
        match given {
            None => assert_ne!(known.required, Some(true), "option {at} is missing in {typed:?}"),
            Some(option) => {
                assert_eq!(option.value.kind(), known.kind, "{option:?}");
                within_bounds(known, &option.value);
            }
        }
    }
}

fn within_bounds(known: &CommandOption, value: &CommandOptionValue) {
    match value {
        CommandOptionValue::String(text) if known.choices.is_some() => {
            assert!(["d", "w"].contains(&&**text), "{text:?} was not to be chosen");
        }
        CommandOptionValue::String(text) => {
            let length = text.chars().count();
            let most = known.max_length.map_or(6_000, usize::from);
            let least = known.min_length.map_or(1, usize::from);
            assert!((least..=most).contains(&length), "{text:?} for {}", known.name);
            assert!(most == 6_000 || most == usize::from(*LENGTHS.end()));
        }
        CommandOptionValue::Integer(number) if known.min_value.is_some() => {
            assert!(BOUNDS.contains(number), "{number} for {}", known.name);
        }
        CommandOptionValue::Integer(number) => assert!(number.unsigned_abs() < 1 << 53, "{number}"),
        CommandOptionValue::Number(number) => assert!(number.is_finite(), "{number}"),
        _ => {}
    }
}

/// What is in none of the values is the sub-command and the mark that ends flags.
fn no_word_is_lost(read: &Read, schema: &Command, options: &[&CommandDataOption], typed: &str) {
    let mut left = typed.as_bytes().to_vec();
    for option in options {
        let Some(span) = read.span(&option.name) else {
            panic!("{} stands nowhere in {typed:?}", option.name)
        };
        assert!(typed.get(span.clone()).is_some(), "{span:?} is no place in {typed:?}");
        left[span].fill(b' ');
    }
    let left = String::from_utf8_lossy(&left).into_owned();
    let mut words: Vec<&str> = left.split_whitespace().collect();
    if is_grouped(schema) && words.first().is_some_and(|word| word.eq_ignore_ascii_case("set")) {
        words.remove(0);
    }
    assert!(words.is_empty() || words == ["--"], "{words:?} of {typed:?} is lost");
}

/// The values, written by name, are read as the same values.
fn reads_back(schema: &Command, read: &Read, options: &[&CommandDataOption]) {
    let mut typed = read.path.join(" ");
    for CommandDataOption { name, value } in options {
        let written = match value {
            CommandOptionValue::String(text) => {
                format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
            }
            CommandOptionValue::Integer(number) => number.to_string(),
            CommandOptionValue::Number(number) => number.to_string(),
            CommandOptionValue::Boolean(yes) => yes.to_string(),
            CommandOptionValue::User(id) => format!("<@{id}>"),
            CommandOptionValue::Role(id) => format!("<@&{id}>"),
            CommandOptionValue::Channel(id) => format!("<#{id}>"),
            // A role may share its id with nobody here.
            CommandOptionValue::Mentionable(id) => id.to_string(),
            other => panic!("{other:?} was never asked for"),
        };
        write!(typed, " --{name}={written}").unwrap_or_else(|error| panic!("{error}"));
    }
    match finish(schema, &typed) {
        Ok(again) => assert_eq!(again.options, read.options, "{typed:?}"),
        Err(refusal) => panic!("{typed:?} is refused: {refusal:?}"),
    }
}

fn points_into(refusal: &Refusal, typed: &str) {
    assert!(typed.get(refusal.span.clone()).is_some(), "{:?} is no place in {typed:?}", refusal.span);
    let shown = refusal.pointer(typed);
    assert!(shown.split('\n').count() == 2 && shown.contains('^'), "{shown:?}");
}
