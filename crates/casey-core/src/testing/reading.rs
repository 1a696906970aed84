//! The prefix reader without a Discord to ask.

use twilight_model::application::command::{CommandOption, CommandOptionType};

use crate::reader::{Answer, Knowledge, Query, Read, Reading, Refusal, Request, read};

/// More rounds of questions than any text leads to.
const ROUNDS: usize = 10_000;

/// An option that says nothing but what kind it is.
pub fn option(kind: CommandOptionType, name: &str) -> CommandOption {
    CommandOption {
        autocomplete: None,
        channel_types: None,
        choices: None,
        description: name.to_owned(),
        description_localizations: None,
        file_types: None,
        kind,
        max_length: None,
        max_value: None,
        min_length: None,
        min_value: None,
        name: name.to_owned(),
        name_localizations: None,
        options: None,
        required: None,
    }
}

/// Reads to the end, answering what is asked; gives also how many rounds of questions there were.
///
/// # Errors
///
/// The [`Refusal`], if the text does not fit.
///
/// # Panics
///
/// If the reader asks for nothing, for something it was told, or without end.
pub fn read_whole(
    request: &Request<'_>,
    answer: impl Fn(&Query) -> Answer,
) -> (Result<Read, Box<Refusal>>, usize) {
    let mut knowledge = Knowledge::new();
    for rounds in 0..ROUNDS {
        match read(request, &knowledge) {
            Reading::Done(read) => return (Ok(read), rounds),
            Reading::Refused(refusal) => return (Err(Box::new(refusal)), rounds),
            Reading::Need(queries) => {
                assert!(!queries.is_empty(), "nothing is asked for");
                for query in queries {
                    assert_eq!(knowledge.get(&query), None, "asked twice");
                    let known = answer(&query);
                    knowledge.add(query, known);
                }
            }
        }
    }
    panic!("no end of questions");
}
