//! `prefix`: which prefixes work here, and changing them.

use std::sync::Arc;

use twilight_interactions::command::{CommandModel, CreateCommand};
use twilight_model::id::{Id, marker::GuildMarker};

use super::core::Core;
use crate::{
    call::Call,
    error::Failure,
    escape,
    ports::PrefixEntry,
    prefix::{Prefix, PrefixError},
    reply::Reply,
    text::Text,
};

/// Prefixes a server can have.
pub(super) const MOST: usize = 10;

/// Prefixes a person can have.
const MOST_PERSONAL: usize = 5;

#[derive(CommandModel, CreateCommand)]
#[command(name = "prefix", desc = "Which prefixes work here, and changing them")]
pub(super) enum PrefixCommand {
    #[command(name = "show")]
    Show(Show),
    #[command(name = "set")]
    Set(Set),
    #[command(name = "add")]
    Add(Add),
    #[command(name = "remove")]
    Remove(Remove),
    #[command(name = "reset")]
    Reset(Reset),
    #[command(name = "personal")]
    Personal(Personal),
}

#[derive(CommandModel, CreateCommand)]
#[command(name = "show", desc = "Show the prefixes that work here")]
pub(super) struct Show {}

#[derive(CommandModel, CreateCommand)]
#[command(name = "set", desc = "Set the one prefix of this server")]
pub(super) struct Set {
    /// At most 10 characters, without spaces
    prefix: String,
}

#[derive(CommandModel, CreateCommand)]
#[command(name = "add", desc = "Add a prefix to those of this server")]
pub(super) struct Add {
    /// At most 10 characters, without spaces
    prefix: String,
}

#[derive(CommandModel, CreateCommand)]
#[command(name = "remove", desc = "Remove a prefix of this server")]
pub(super) struct Remove {
    /// One of the prefixes of this server
    prefix: String,
}

#[derive(CommandModel, CreateCommand)]
#[command(name = "reset", desc = "Go back to my default prefix")]
pub(super) struct Reset {}

#[derive(CommandModel, CreateCommand)]
#[command(name = "personal", desc = "Set a prefix of your own, which works in every server")]
pub(super) struct Personal {
    /// At most 10 characters, without spaces
    prefix: Option<String>,
    /// Forget your own prefixes
    clear: Option<bool>,
}

pub(super) async fn run(core: Arc<Core>, call: Call, command: PrefixCommand) -> Result<Reply, Failure> {
    match command {
        PrefixCommand::Show(_) => show(&core, &call).await,
        PrefixCommand::Set(Set { prefix }) => set(&core, &call, &prefix).await,
        PrefixCommand::Add(Add { prefix }) => add(&core, &call, &prefix).await,
        PrefixCommand::Remove(Remove { prefix }) => remove(&core, &call, &prefix).await,
        PrefixCommand::Reset(_) => reset(&core, &call).await,
        PrefixCommand::Personal(personal) => own(&core, &call, personal).await,
    }
}

async fn show(core: &Core, call: &Call) -> Result<Reply, Failure> {
    let text = core.text(call);
    let here = call
        .guild()
        .map_or_else(|| vec![core.book.default_prefix().clone()], |guild| core.book.of_guild(guild));
    let listed = list(&here);
    let mut lines =
        vec![if here.len() == 1 { text.msg_prefix_here(listed) } else { text.msg_prefix_several(listed) }];
    let own = core.settings.personal_prefixes(call.user_id()).await?;
    if !own.is_empty() {
        lines.push(text.msg_prefix_personal(list(&own)));
    }
    lines.push(text.msg_prefix_mention(format!("<@{}>", core.directory.me().user)));
    Ok(Reply::text(lines.join("\n")))
}

async fn set(core: &Core, call: &Call, typed: &str) -> Result<Reply, Failure> {
    let text = core.text(call);
    let prefix = read(text, typed)?;
    core.change(call, guild(call)?, |settings| {
        settings.prefixes = vec![prefix.clone()];
        Ok(())
    })
    .await?;
    Ok(Reply::text(
        text.msg_prefix_set(escape::code(prefix.as_str()), escape::code(&format!("{prefix}help"))),
    ))
}

async fn add(core: &Core, call: &Call, typed: &str) -> Result<Reply, Failure> {
    let text = core.text(call);
    let prefix = read(text, typed)?;
    let default = core.book.default_prefix();
    let all = core
        .change(call, guild(call)?, |settings| {
            if settings.prefixes.is_empty() {
                // Adding keeps what worked before.
                settings.prefixes.push(default.clone());
            }
            if settings.prefixes.contains(&prefix) {
                return Err(Failure::refused(text.msg_prefix_known(escape::code(prefix.as_str()))));
            }
            if settings.prefixes.len() >= MOST {
                return Err(Failure::refused(text.msg_prefix_too_many(MOST)));
            }
            settings.prefixes.push(prefix.clone());
            Ok(())
        })
        .await?;
    Ok(Reply::text(text.msg_prefix_added(escape::code(prefix.as_str()), list(&all))))
}

async fn remove(core: &Core, call: &Call, typed: &str) -> Result<Reply, Failure> {
    let text = core.text(call);
    let default = core.book.default_prefix();
    let shown = escape::code(&escape::shorten(typed.trim(), 40));
    let all = core
        .change(call, guild(call)?, |settings| {
            if settings.prefixes.is_empty() {
                settings.prefixes.push(default.clone());
            }
            let before = settings.prefixes.len();
            settings.prefixes.retain(|prefix| prefix.as_str() != typed.trim());
            if settings.prefixes.len() == before {
                return Err(Failure::refused(
                    text.msg_prefix_unknown(shown.clone(), list(&settings.prefixes)),
                ));
            }
            // Where nothing remains the default counts: taking that away changes nothing.
            if settings.prefixes.is_empty() && default.as_str() == typed.trim() {
                return Err(Failure::refused(text.msg_prefix_last(shown.clone())));
            }
            Ok(())
        })
        .await?;
    let all = if all.is_empty() { vec![default.clone()] } else { all };
    Ok(Reply::text(text.msg_prefix_removed(shown, list(&all))))
}

async fn reset(core: &Core, call: &Call) -> Result<Reply, Failure> {
    core.change(call, guild(call)?, |settings| {
        settings.prefixes.clear();
        Ok(())
    })
    .await?;
    Ok(Reply::text(core.text(call).msg_prefix_reset(escape::code(core.book.default_prefix().as_str()))))
}

async fn own(core: &Core, call: &Call, personal: Personal) -> Result<Reply, Failure> {
    let text = core.text(call);
    let _turn = core.turns.of(call.user_id().get()).await;
    let mut prefixes = core.settings.personal_prefixes(call.user_id()).await?;
    let said = match (personal.prefix, personal.clear.unwrap_or(false)) {
        (None, false) if prefixes.is_empty() => return Ok(Reply::text(text.msg_prefix_personal_none())),
        (None, false) => return Ok(Reply::text(text.msg_prefix_personal(list(&prefixes)))),
        (None, true) => {
            prefixes.clear();
            text.msg_prefix_personal_cleared()
        }
        (Some(typed), clear) => {
            let prefix = read(text, &typed)?;
            if clear {
                prefixes.clear();
            }
            if !prefixes.contains(&prefix) {
                prefixes.push(prefix.clone());
            }
            if prefixes.len() > MOST_PERSONAL {
                return Err(Failure::refused(text.msg_prefix_too_many_personal(MOST_PERSONAL)));
            }
            text.msg_prefix_personal_set(escape::code(prefix.as_str()))
        }
    };
    let permit = core.permit(call).await?;
    core.settings.set_personal_prefixes(permit, prefixes.clone()).await?;
    core.book.write([PrefixEntry::User(call.user_id(), prefixes)]);
    Ok(Reply::text(said))
}

/// The guard lets these commands pass in servers only.
fn guild(call: &Call) -> Result<Id<GuildMarker>, Failure> {
    call.guild()
        .ok_or_else(|| Failure::Broken("a server's prefix was to be changed outside of a server".into()))
}

pub(super) fn read(text: &Text, typed: &str) -> Result<Prefix, Failure> {
    Prefix::new(typed).map_err(|error| {
        Failure::refused(match error {
            PrefixError::Empty => text.msg_prefix_bad_empty(),
            PrefixError::TooLong => text.msg_prefix_bad_length(Prefix::MAX_LENGTH),
            PrefixError::Character => text.msg_prefix_bad_character(),
            PrefixError::Beginning => text.msg_prefix_bad_beginning(),
        })
    })
}

fn list(prefixes: &[Prefix]) -> String {
    prefixes.iter().map(|prefix| escape::code(prefix.as_str())).collect::<Vec<_>>().join(" ")
}
