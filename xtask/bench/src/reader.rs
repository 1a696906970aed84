//! How long the prefix reader takes.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use casey_core::reader::{Knowledge, MessageContext, Reading, Request, read};
use serde_json::json;
use twilight_model::{application::command::Command, channel::message::Mention, id::Id};

use crate::{error::BenchError, sample::median};

/// How long one round of one case lasts, at least.
const ROUND: Duration = Duration::from_millis(50);

/// Readings between two looks at the clock.
const BATCH: u32 = 64;

/// Rounds of a case, at least.
const ROUNDS: usize = 5;

/// Who is mentioned.
const SOMEBODY: u64 = 100_000_000_000_000_002;

/// How long reading a text took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReaderFigure {
    pub(crate) case: &'static str,
    pub(crate) nanoseconds: f64,
}

/// A text and the command it is read as.
struct Case<'a> {
    name: &'static str,
    schema: &'a Command,
    text: &'static str,
    fits: bool,
}

/// Reads texts again and again.
pub(crate) fn measure(commands: &[Command], rounds: usize) -> Result<Vec<ReaderFigure>, BenchError> {
    let named = |name: &'static str| {
        commands.iter().find(|command| command.name == name).ok_or(BenchError::NoCommand(name))
    };
    let ban = ban().map_err(BenchError::Schema)?;
    let mention = mention().map_err(BenchError::Schema)?;
    let cases = [
        Case { name: "ping", schema: named("ping")?, text: "", fits: true },
        Case { name: "prefix set !", schema: named("prefix")?, text: "set !", fits: true },
        Case {
            name: "ban <@…> 7d reason of twelve words",
            schema: &ban,
            text: "<@100000000000000002> 7d spam in every channel, after two warnings and \"one more chance\" --delete-days 1",
            fits: true,
        },
        Case {
            name: "the same, refused: --delete-days 9",
            schema: &ban,
            text: "<@100000000000000002> 7d spam in every channel, after two warnings and \"one more chance\" --delete-days 9",
            fits: false,
        },
    ];
    let knowledge = Knowledge::new();
    let mut figures = Vec::new();
    for case in &cases {
        let message = MessageContext {
            guild_id: Some(Id::new(SOMEBODY - 1)),
            mentions: std::slice::from_ref(&mention),
            ..MessageContext::default()
        };
        let accepts = |option: &str, text: &str| option != "duration" || is_duration(text);
        let request = Request { accepts: Some(&accepts), ..Request::new(case.schema, case.text, message) };
        let as_expected = match read(&request, &knowledge) {
            Reading::Done(_) => case.fits,
            Reading::Refused(_) => !case.fits,
            Reading::Need(_) => false,
        };
        if !as_expected {
            return Err(BenchError::Reader(case.name));
        }
        let taken = (0..rounds.max(ROUNDS)).map(|_| nanoseconds(&request, &knowledge)).collect();
        figures.push(ReaderFigure { case: case.name, nanoseconds: median(taken) });
    }
    Ok(figures)
}

/// Nanoseconds per reading over one round.
fn nanoseconds(request: &Request<'_>, knowledge: &Knowledge) -> f64 {
    let begin = Instant::now();
    let mut readings = 0_u32;
    while begin.elapsed() < ROUND {
        for _ in 0..BATCH {
            black_box(read(black_box(request), black_box(knowledge)));
        }
        readings += BATCH;
    }
    begin.elapsed().as_secs_f64() * 1e9 / f64::from(readings)
}

/// A number and a unit: enough to tell a duration from the first word of a reason.
fn is_duration(text: &str) -> bool {
    text.strip_suffix(['s', 'm', 'h', 'd', 'w']).is_some_and(|number| number.parse::<u32>().is_ok())
}

/// A command of the kind moderation has.
fn ban() -> serde_json::Result<Command> {
    serde_json::from_value(json!({
        "name": "ban", "description": "Bans somebody", "type": 1, "version": "1",
        "default_member_permissions": null,
        "options": [
            { "type": 6, "name": "who", "description": "Whom", "required": true },
            { "type": 3, "name": "duration", "description": "For how long" },
            { "type": 4, "name": "delete-days", "description": "Messages to delete", "min_value": 0, "max_value": 7 },
            { "type": 5, "name": "silent", "description": "Without telling them" },
            { "type": 3, "name": "reason", "description": "Why" },
        ],
    }))
}

fn mention() -> serde_json::Result<Mention> {
    serde_json::from_value(json!({
        "id": SOMEBODY.to_string(), "username": "somebody", "discriminator": "0", "avatar": null, "public_flags": 0,
        "member": {
            "communication_disabled_until": null, "deaf": false, "flags": 0, "joined_at": null, "mute": false,
            "nick": null, "roles": [],
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_from_words() {
        assert!(is_duration("7d") && is_duration("90m"));
        assert!(!is_duration("spam") && !is_duration("d") && !is_duration("seconds"));
    }

    #[test]
    fn a_case_that_is_not_there_is_told() {
        assert!(matches!(measure(&[], 1), Err(BenchError::NoCommand("ping"))));
    }
}
