//! `remind`: sets, lists and cancels reminders.

use casey_core::{Call, Choice, Failure, Reply, Timestamp, Way, duration, escape};
use casey_privacy::{Denied, Permit, SubjectId, purposes::CoreCommands};
use twilight_interactions::command::{CommandModel, CreateCommand};
use twilight_util::builder::embed::EmbedBuilder;

use super::{
    Added, LATEST, MOST_REMINDERS, MOST_TEXT, NewReminder, Reminder, SOONEST,
    phrase::{self, Phrase, Unclear},
};
use crate::{module::Management, text::Text};

/// The colour of embeds.
const ACCENT: u32 = 0x00E0_7A5F;
/// Characters of a reminder that are shown in the list, which has to fit into one embed.
const SHOWN: usize = 50;

#[derive(CommandModel, CreateCommand)]
#[command(name = "remind", desc = "Let me remind you of something later")]
pub(crate) enum Remind {
    #[command(name = "me")]
    Me(Me),
    #[command(name = "list")]
    List(List),
    #[command(name = "cancel")]
    Cancel(Cancel),
}

#[derive(CommandModel, CreateCommand)]
#[command(name = "me", desc = "Remind you of something after a while")]
pub(crate) struct Me {
    /// How long from now, like 2h or 1 hour and 30 minutes
    #[command(max_length = 60)]
    when: String,
    /// What I shall remind you of
    #[command(max_length = 500)]
    what: String,
    /// Send it as direct message instead of here
    dm: Option<bool>,
}

#[derive(CommandModel, CreateCommand)]
#[command(name = "list", desc = "Show your reminders")]
pub(crate) struct List {}

#[derive(CommandModel, CreateCommand)]
#[command(name = "cancel", desc = "Cancel one of your reminders")]
pub(crate) struct Cancel {
    /// Its number in your list
    #[command(min_value = 1, max_value = 1_000_000, autocomplete = true)]
    number: i64,
}

pub(crate) async fn run(me: &Management, call: &Call, asked: Remind) -> Result<Reply, Failure> {
    match asked {
        Remind::Me(asked) => set(me, call, asked).await,
        Remind::List(List {}) => list(me, call).await,
        Remind::Cancel(Cancel { number }) => cancel(me, call, number).await,
    }
}

async fn set(me: &Management, call: &Call, Me { when, what, dm }: Me) -> Result<Reply, Failure> {
    let text = me.texts.in_language(call.language());
    let read = if call.way() == Way::Prefix {
        // The first word was taken for the time; where the time ends only the whole sentence tells.
        phrase::sentence(&format!("{when} {what}"))
    } else {
        phrase::apart(&when, &what)
    };
    let Phrase { after, text: about } = read.map_err(|unclear| refusal(text, call, unclear))?;
    let permit = permit(me, text, call).await?;
    let channel = (call.guild().is_some() && dm != Some(true)).then(|| call.channel());
    let new = NewReminder { event: call.event_id(), channel, text: about, due: call.now() + after };
    match me.reminders.add(permit, call.now(), new).await? {
        Added::Kept(kept) => {
            me.jobs.added();
            let (moment, relative) = (kept.due.mention(), relative(kept.due));
            Ok(Reply::text(if channel.is_some() {
                text.msg_remind_set(kept.number, moment, relative)
            } else {
                text.msg_remind_set_dm(kept.number, moment, relative)
            }))
        }
        Added::TooMany => {
            let command = escape::code(&call.command("remind cancel 1"));
            Err(Failure::refused(text.msg_remind_too_many(MOST_REMINDERS, command)))
        }
    }
}

async fn list(me: &Management, call: &Call) -> Result<Reply, Failure> {
    let text = me.texts.in_language(call.language());
    let kept = me.reminders.list(call.user_id()).await?;
    if kept.is_empty() {
        return Ok(Reply::text(text.msg_remind_none()).private());
    }
    let lines: Vec<String> = kept.iter().map(|reminder| entry(text, reminder)).collect();
    let embed =
        EmbedBuilder::new().title(text.msg_remind_title()).color(ACCENT).description(lines.join("\n"));
    Ok(Reply::embed(embed.build()).private())
}

fn entry(text: &Text, reminder: &Reminder) -> String {
    let shown = if is_link(&reminder.text) {
        reminder.text.clone()
    } else {
        escape::markdown(&escape::shorten(&reminder.text.replace('\n', " "), SHOWN))
    };
    let (number, relative) = (escape::code(&reminder.number.to_string()), relative(reminder.due));
    match (reminder.undeliverable, reminder.channel) {
        (Some(_), _) => text.msg_remind_entry_undelivered(number, relative, shown),
        (None, Some(channel)) => text.msg_remind_entry(number, relative, format!("<#{channel}>"), shown),
        (None, None) => text.msg_remind_entry_dm(number, relative, shown),
    }
}

async fn cancel(me: &Management, call: &Call, number: i64) -> Result<Reply, Failure> {
    let text = me.texts.in_language(call.language());
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    if me.reminders.cancel(call.user_id(), number).await? {
        return Ok(Reply::text(text.msg_remind_cancelled(number)));
    }
    let list = escape::code(&call.command("remind list"));
    Err(Failure::refused(text.msg_remind_unknown(number, list)))
}

/// The person's own reminders: those whose number begins with what was typed, or whose text has it in it.
pub(crate) async fn complete(me: &Management, call: &Call, typed: &str) -> Result<Vec<Choice>, Failure> {
    let typed = typed.trim().to_lowercase();
    let kept = me.reminders.list(call.user_id()).await?;
    let fits = |reminder: &&Reminder| {
        reminder.number.to_string().starts_with(&typed) || reminder.text.to_lowercase().contains(&typed)
    };
    let choice = |reminder: &Reminder| {
        let text = escape::shorten(&reminder.text.replace('\n', " "), SHOWN);
        Choice::integer(format!("{}: {text}", reminder.number), i64::from(reminder.number))
    };
    Ok(kept.iter().filter(fits).map(choice).collect())
}

/// A reminder is a command that is carried out later, so it is stored for the same purpose as the command itself is carried out.
async fn permit(me: &Management, text: &Text, call: &Call) -> Result<Permit<CoreCommands>, Failure> {
    match me.gate.permit(SubjectId::new(call.user_id().get())).await {
        Ok(permit) => Ok(permit),
        Err(Denied::Objected { .. } | Denied::Suppressed { .. }) => {
            Err(Failure::refused(text.msg_remind_not_stored()))
        }
        Err(error) => Err(error.into()),
    }
}

fn refusal(text: &Text, call: &Call, unclear: Unclear) -> Failure {
    let example = || {
        let typed = if call.way() == Way::Prefix {
            format!("{}remind me in 2h to stretch", call.lead())
        } else {
            let option = |name: &str| {
                let said = call.command(&format!("remind me {name}"));
                said.rsplit(' ').next().unwrap_or(name).to_owned()
            };
            format!("{} {}:2h {}:stretch", call.command("remind me"), option("when"), option("what"))
        };
        escape::code(&typed)
    };
    Failure::refused(match unclear {
        Unclear::NoTime => text.msg_remind_no_time(example()),
        Unclear::Absolute(word) => {
            text.msg_remind_absolute(escape::code(&escape::shorten(&word, 40)), example())
        }
        Unclear::Bounds => {
            let words = |length| duration::words_in(length, call.language());
            text.msg_remind_bounds(words(SOONEST), words(LATEST))
        }
        Unclear::NoText => text.msg_remind_no_text(example()),
        Unclear::TooLong => text.msg_remind_text_long(MOST_TEXT),
    })
}

/// Whether the text is a link to a message and nothing else, as the entry of the context menu makes it: it leads nowhere outside of Discord.
pub(super) fn is_link(text: &str) -> bool {
    let Some(path) = text.strip_prefix("https://discord.com/channels/") else { return false };
    let number =
        |part: &str| (1..=20).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    match path.split('/').collect::<Vec<_>>()[..] {
        [guild, channel, message] => (guild == "@me" || number(guild)) && number(channel) && number(message),
        _ => false,
    }
}

/// Discord's markup for a moment, relative to when it is read (Discord Docs/Message Formatting).
fn relative(moment: Timestamp) -> String {
    format!("<t:{}:R>", moment.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_link_to_a_message_is_shown_as_it_is() {
        assert!(is_link("https://discord.com/channels/1/2/3"));
        assert!(is_link("https://discord.com/channels/@me/2/3"));
        for text in [
            "https://discord.com/channels/1/2",
            "https://discord.com/channels/1/2/3/4",
            "https://discord.com/channels/1/2/3?x",
            "https://discord.com/channels/1/2/@everyone",
            "https://discord.com.example/channels/1/2/3",
            "see https://discord.com/channels/1/2/3",
        ] {
            assert!(!is_link(text), "{text}");
        }
    }
}
