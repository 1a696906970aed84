//! Reads the words of a prefix message by the schema of a slash command.
//!
//! A command is defined once, as a slash command. The same schema is the grammar by which [`read`] turns the text
//! behind a prefix and a command name into exactly the [`CommandInputData`] that Discord would have sent for the
//! slash command, so that a handler never learns which way it was called.
//!
//! # How people write
//!
//! | in the schema | people write |
//! | --- | --- |
//! | sub-command, group | its name or an alias, any case; a bare group can stand for one of its sub-commands |
//! | string | one word, or several in `"quotes"` or “quotes”; `\"` is a quote inside quotes |
//! | the last string | the rest of the line as it is, line breaks included; quotes around all of it are dropped |
//! | integer, number | `5`, `-5`; a number also `2.5` |
//! | boolean | `yes no on off true false y n 1 0 enable disable`, any case |
//! | choices | the name or the value of a choice, any case |
//! | user | a mention, an id, `@name` or a name; or a reply to a message of theirs |
//! | role | a mention, an id, a name, `@everyone` |
//! | channel | a mention, an id, `#name`, a name, a link to the channel or a message in it |
//! | mentionable | as user or role |
//! | attachment | files uploaded with the message, in order; for a required one also those of the message replied to |
//! | any but attachments | `--name value`, `--name=value`; for a boolean `--name` and `--no-name` |
//!
//! * White space of any kind separates words. A quote that is not closed, and one in the middle of a word, is text.
//!   Code spans and blocks are one word, backticks included.
//! * The last string takes the rest only if it has no choices and nothing required follows; options behind it are
//!   set by flags alone.
//! * Words fill options in order. An optional option that a word does not fit leaves it to the next. The layout that
//!   fills the earliest options is taken, and a word that no option takes is refused.
//! * Flags may stand anywhere before the rest of the line, and at its end. Their names may be cut short as long as
//!   they are unambiguous. A boolean flag takes its value only behind `=`. `--` ends flags. An unknown flag is
//!   refused, unless there is a trailing text, of which it becomes part.
//! * A bare number of fewer than 17 digits is not taken for a name; `@5` and `"5"` are.
//! * A reply fills an option for a user that no word fills, but never in place of a word that was surely meant for a
//!   person: a mention, an id, `@name`, or a name that several share.
//!
//! # How to read
//!
//! Reading is pure. Where it depends on something that only Discord knows, it says so with [`Reading::Need`]; the
//! caller looks that up, adds the answers to [`Knowledge`], and reads again. Nothing is asked twice. A text that does
//! not fit gives a [`Refusal`]: plain data that names the option, the place in the text, and what was expected.
//!
//! ```
//! use casey_core::reader::{Knowledge, MessageContext, Reading, Request, read};
//! use twilight_interactions::command::{CommandModel, CreateCommand};
//! use twilight_model::application::command::Command;
//!
//! #[derive(CommandModel, CreateCommand)]
//! #[command(name = "roll", desc = "Rolls dice")]
//! struct Roll {
//!     /// How many
//!     #[command(min_value = 1, max_value = 100)]
//!     count: i64,
//!     /// What for
//!     reason: Option<String>,
//! }
//!
//! let schema = Command::from(Roll::create_command());
//! let message = MessageContext::default();
//! let knowledge = Knowledge::new();
//! let Reading::Done(roll) = read(&Request::new(&schema, "3 to see who goes first", message), &knowledge) else {
//!     panic!("this fits");
//! };
//! let roll = Roll::from_interaction(roll.into_input())?;
//! assert_eq!((roll.count, roll.reason.as_deref()), (3, Some("to see who goes first")));
//!
//! let Reading::Refused(refusal) = read(&Request::new(&schema, "300 dice", message), &knowledge) else {
//!     panic!("too many");
//! };
//! assert_eq!(refusal.option.as_deref(), Some("count"));
//! assert_eq!(refusal.pointer("300 dice"), "300 dice\n^^^");
//! # Ok::<(), twilight_interactions::error::ParseError>(())
//! ```

mod attempt;
mod enter;
mod flags;
mod knowledge;
mod layout;
mod leaf;
mod nearest;
mod pointer;
mod refusal;
mod resolve;
mod subcommand;
mod target;
#[cfg(test)]
mod tests;
mod usage;
mod value;
mod words;

pub use self::{
    knowledge::{Answer, Knowledge, Query},
    nearest::nearest,
    pointer::pointer,
    refusal::{Expectation, Refusal, RefusalKind},
    usage::usage_line,
};

pub(crate) use self::{enter::enter, target::Target};

use std::{borrow::Cow, fmt, ops::Range};
use twilight_interactions::command::CommandInputData;
use twilight_model::{
    application::{
        command::{Command, CommandOption, CommandOptionType},
        interaction::{
            InteractionDataResolved,
            application_command::{CommandDataOption, CommandOptionValue},
        },
    },
    channel::{Attachment, Message, message::Mention},
    guild::PartialMember,
    id::{Id, marker::GuildMarker},
    user::User,
};

/// What to read, and by what rules.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The command, as registered with Discord.
    pub schema: &'a Command,
    /// The text behind the prefix and the command's name.
    pub text: &'a str,
    /// What the message brings along besides its text.
    pub message: MessageContext<'a>,
    /// Path of the sub-command that runs when its group is named alone, outermost name first.
    pub bare: Option<&'a [&'a str]>,
    /// Other words for sub-commands.
    pub aliases: &'a [Alias<'a>],
    /// Name of the user or mentionable option that a reply fills; the first one if not given.
    pub implied: Option<&'a str>,
    /// A further test for string options without choices, given the option's name and the text: whether it can be
    /// its value. Lets an optional duration leave the first word of a reason to the reason.
    pub accepts: Option<&'a Accepts<'a>>,
}

impl<'a> Request<'a> {
    /// A request without aliases, bare sub-command or further tests.
    pub const fn new(schema: &'a Command, text: &'a str, message: MessageContext<'a>) -> Self {
        Self { schema, text, message, bare: None, aliases: &[], implied: None, accepts: None }
    }
}

impl fmt::Debug for Request<'_> {
    /// Shows the command alone: what people write is not for logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("schema", &self.schema.name).finish_non_exhaustive()
    }
}

/// Tests whether an option, by its name, takes a text. See [`Request::accepts`].
pub type Accepts<'a> = dyn Fn(&str, &str) -> bool + Sync + 'a;

/// Another word for a sub-command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alias<'a> {
    /// The word, understood where the last name of `path` is.
    pub word: &'a str,
    /// Path of the sub-command or group it stands for, outermost name first.
    pub path: &'a [&'a str],
}

/// What a message brings along besides its text.
#[derive(Clone, Copy, Default)]
pub struct MessageContext<'a> {
    /// The server; none in direct messages.
    pub guild_id: Option<Id<GuildMarker>>,
    /// Files uploaded with the message.
    pub attachments: &'a [Attachment],
    /// Users mentioned in it.
    pub mentions: &'a [Mention],
    /// The message it replies to.
    pub replied: Option<Replied<'a>>,
}

impl MessageContext<'_> {
    /// All files at hand, the message's own first.
    fn files(&self) -> impl Iterator<Item = &Attachment> {
        let replied = self.replied.map_or(&[][..], |replied| replied.attachments);
        self.attachments.iter().chain(replied)
    }
}

impl<'a> From<&'a Message> for MessageContext<'a> {
    fn from(message: &'a Message) -> Self {
        Self {
            guild_id: message.guild_id,
            attachments: &message.attachments,
            mentions: &message.mentions,
            replied: message.referenced_message.as_deref().map(Replied::from),
        }
    }
}

impl fmt::Debug for MessageContext<'_> {
    /// Shows sizes alone: what people send is not for logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageContext")
            .field("attachments", &self.attachments.len())
            .field("mentions", &self.mentions.len())
            .field("replied", &self.replied.is_some())
            .finish_non_exhaustive()
    }
}

/// What a message that is replied to adds to the reply.
#[derive(Clone, Copy, Debug, Default)]
pub struct Replied<'a> {
    /// Its author; none for a webhook, whose author is not a user.
    pub author: Option<&'a User>,
    /// The author's membership, where the message carries it.
    pub member: Option<&'a PartialMember>,
    /// Files uploaded with it.
    pub attachments: &'a [Attachment],
}

impl<'a> From<&'a Message> for Replied<'a> {
    fn from(message: &'a Message) -> Self {
        let author = Some(&message.author).filter(|_| message.webhook_id.is_none());
        Self { author, member: message.member.as_ref(), attachments: &message.attachments }
    }
}

/// What came of a reading.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// The text fits the command.
    Done(Read),
    /// Look these up, add the answers to [`Knowledge`], and read again. Never empty, and never holds a query that
    /// has an answer.
    Need(Vec<Query>),
    /// The text does not fit.
    Refused(Refusal),
}

/// A text that fits its command.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The sub-command, outermost name first; empty for a command without.
    pub path: Vec<String>,
    /// The options as Discord nests them, in the order of the schema.
    pub options: Vec<CommandDataOption>,
    /// What the options refer to; none if they refer to nothing.
    pub resolved: Option<Box<InteractionDataResolved>>,
    /// Where each of the innermost options was read.
    spans: Vec<Range<usize>>,
}

impl Read {
    /// Where the value of an option, with its flag if it has one, stands in the text, in bytes. Empty, at the end,
    /// for a value that came from an upload or a reply; none for an option without a value.
    pub fn span(&self, option: &str) -> Option<Range<usize>> {
        let at = self.innermost().iter().position(|known| known.name == option)?;
        self.spans.get(at).cloned()
    }

    /// The options of the sub-command itself.
    fn innermost(&self) -> &[CommandDataOption] {
        let mut options = &self.options;
        while let [option] = &options[..] {
            match &option.value {
                CommandOptionValue::SubCommand(inner) | CommandOptionValue::SubCommandGroup(inner) => {
                    options = inner;
                }
                _ => break,
            }
        }
        options
    }

    /// The input for a command model.
    pub fn into_input(self) -> CommandInputData<'static> {
        CommandInputData {
            options: self.options,
            resolved: self.resolved.map(|resolved| Cow::Owned(*resolved)),
        }
    }

    /// Wraps the options of a sub-command into its path.
    fn nest(
        path: &[&CommandOption],
        options: Vec<CommandDataOption>,
        spans: Vec<Range<usize>>,
        resolved: Option<InteractionDataResolved>,
    ) -> Self {
        let options = path.iter().rev().fold(options, |inner, option| {
            let value = match option.kind {
                CommandOptionType::SubCommandGroup => CommandOptionValue::SubCommandGroup(inner),
                _ => CommandOptionValue::SubCommand(inner),
            };
            vec![CommandDataOption { name: option.name.clone(), value }]
        });
        let path = path.iter().map(|option| option.name.clone()).collect();
        Self { path, options, resolved: resolved.map(Box::new), spans }
    }
}

/// Reads a text by the schema of a command, given what has been looked up so far.
///
/// Pure and total: any text gives a reading, and with the queries of each [`Reading::Need`] answered, the same
/// request comes to [`Reading::Done`] or [`Reading::Refused`] after at most as many rounds as there are pairs of an
/// option and a word.
pub fn read(request: &Request<'_>, knowledge: &Knowledge) -> Reading {
    subcommand::descend(request, knowledge)
}
