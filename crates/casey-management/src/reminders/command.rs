//! `remind`: sets, lists and cancels reminders.

use casey_core::{Call, Failure, Reply, Timestamp, Way, duration, escape};
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
    #[command(min_value = 1, max_value = 1_000_000)]
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
            let command = escape::code(&format!("{}remind cancel 1", call.lead()));
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
    let shown = escape::markdown(&escape::shorten(&reminder.text.replace('\n', " "), SHOWN));
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
    let list = escape::code(&format!("{}remind list", call.lead()));
    Err(Failure::refused(text.msg_remind_unknown(number, list)))
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
        let typed = match call.way() {
            Way::Prefix => format!("{}remind me in 2h to stretch", call.lead()),
            _ => "/remind me when:2h what:stretch".to_owned(),
        };
        escape::code(&typed)
    };
    Failure::refused(match unclear {
        Unclear::NoTime => text.msg_remind_no_time(example()),
        Unclear::Absolute(word) => {
            text.msg_remind_absolute(escape::code(&escape::shorten(&word, 40)), example())
        }
        Unclear::Bounds => text.msg_remind_bounds(duration::words(SOONEST), duration::words(LATEST)),
        Unclear::NoText => text.msg_remind_no_text(example()),
        Unclear::TooLong => text.msg_remind_text_long(MOST_TEXT),
    })
}

/// Discord's markup for a moment, relative to when it is read (Discord Docs/Message Formatting).
fn relative(moment: Timestamp) -> String {
    format!("<t:{}:R>", moment.as_secs())
}
