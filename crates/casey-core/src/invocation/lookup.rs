//! Reads the arguments of a prefix command, looking up what the reader asks for.

use twilight_model::{
    application::interaction::InteractionChannel,
    channel::{Channel, Message},
    guild::{Member, Permissions, Role},
    id::{
        Id,
        marker::{ChannelMarker, GuildMarker},
    },
};

use crate::{
    catalogue::Entry,
    error::{DiscordError, Failure},
    house::House,
    ports::Directory,
    reader::{
        Alias, Answer, Knowledge, MessageContext, Query, Read, Reading, Refusal, Request, read as read_words,
    },
};

/// What came of the arguments.
pub(crate) enum Outcome {
    Read(Read),
    Refused(Refusal),
}

/// Reads the text behind a command's name.
///
/// # Errors
///
/// A [`Failure`] if Discord had to be asked and did not answer.
pub(crate) async fn read(
    house: &House,
    entry: &Entry,
    message: &Message,
    text: &str,
) -> Result<Outcome, Failure> {
    let command = &entry.command;
    let bare: Option<Vec<&str>> = command.bare.map(|path| path.split(' ').collect());
    let paths: Vec<Vec<&str>> = command.subs.iter().map(|sub| sub.path.split(' ').collect()).collect();
    let of_sub = command
        .subs
        .iter()
        .zip(&paths)
        .flat_map(|(sub, path)| sub.rules.aliases.iter().map(move |word| Alias { word, path }));
    let said: Vec<Vec<&str>> = command.said.iter().map(|(path, _)| path.split(' ').collect()).collect();
    let of_languages = command.said.iter().zip(&said).map(|((_, word), path)| Alias { word, path });
    let aliases: Vec<Alias<'_>> = of_sub.chain(of_languages).collect();
    let accepts =
        |option: &str, text: &str| command.takes.iter().all(|(name, test)| *name != option || test(text));
    let request = Request {
        bare: bare.as_deref(),
        aliases: &aliases,
        accepts: Some(&accepts),
        ..Request::new(&command.schema, text, MessageContext::from(message))
    };
    let mut knowledge = Knowledge::new();
    loop {
        match read_words(&request, &knowledge) {
            Reading::Done(read) => return Ok(Outcome::Read(read)),
            Reading::Refused(refusal) => return Ok(Outcome::Refused(refusal)),
            Reading::Need(queries) => {
                for query in queries {
                    let answer = look_up(house.ports.directory.as_ref(), message.guild_id, &query).await?;
                    knowledge.add(query, answer);
                }
            }
        }
    }
}

async fn look_up(
    directory: &dyn Directory,
    guild: Option<Id<GuildMarker>>,
    query: &Query,
) -> Result<Answer, DiscordError> {
    let Some(guild) = guild else { return outside(directory, query).await };
    Ok(match query {
        Query::User(id) => match directory.member(guild, *id).await? {
            Some(member) => Answer::from(member),
            None => outside(directory, query).await?,
        },
        Query::Member { name } => {
            let found = directory.find_members(guild, name).await?;
            one_of(found.into_iter().filter(|member| is_called(member, name)), |member| {
                member.user.name.clone()
            })
        }
        Query::Role(id) => {
            let roles = directory.roles(guild).await?;
            roles.into_iter().find(|role| role.id == *id).map_or(Answer::Absent, Answer::from)
        }
        Query::RoleNamed(name) => {
            let named = |role: &Role| same(&role.name, name);
            one_of(directory.roles(guild).await?.into_iter().filter(named), |role| role.id.to_string())
        }
        Query::Channel(id) => {
            let channels = directory.channels(guild).await?;
            match channels.into_iter().find(|channel| channel.id == *id) {
                Some(channel) => Answer::from(channel),
                None => thread(directory, guild, *id).await?,
            }
        }
        Query::ChannelNamed { name, types } => {
            let named = |channel: &Channel| {
                (types.is_empty() || types.contains(&channel.kind))
                    && channel.name.as_ref().is_some_and(|known| same(known, name))
            };
            one_of(directory.channels(guild).await?.into_iter().filter(named), |channel| {
                channel.id.to_string()
            })
        }
    })
}

/// Threads are not among a server's channels; what is known of one has no name.
async fn thread(
    directory: &dyn Directory,
    guild: Id<GuildMarker>,
    id: Id<ChannelMarker>,
) -> Result<Answer, DiscordError> {
    let known = directory.channel(id).await?.filter(|known| known.guild == Some(guild));
    Ok(known.map_or(Answer::Absent, |known| {
        Answer::Channel(Box::new(InteractionChannel {
            id,
            kind: known.kind,
            name: String::new(),
            parent_id: known.parent,
            permissions: Permissions::empty(),
            app_permissions: None,
            thread_metadata: None,
        }))
    }))
}

/// Without a server only people are known, by their ids.
async fn outside(directory: &dyn Directory, query: &Query) -> Result<Answer, DiscordError> {
    match query {
        Query::User(id) => Ok(directory.user(*id).await?.map_or(Answer::Absent, Answer::from)),
        _ => Ok(Answer::Absent),
    }
}

/// The only one, or what to tell several apart by.
fn one_of<T: Into<Answer>>(found: impl Iterator<Item = T>, apart: impl Fn(&T) -> String) -> Answer {
    let mut found: Vec<T> = found.take(10).collect();
    match found.len() {
        0 => Answer::Absent,
        1 => found.remove(0).into(),
        _ => Answer::Ambiguous(found.iter().map(apart).collect()),
    }
}

/// Only whole names count: a beginning could be somebody else tomorrow, and the command may be a ban.
fn is_called(member: &Member, name: &str) -> bool {
    let names = [Some(&member.user.name), member.user.global_name.as_ref(), member.nick.as_ref()];
    names.into_iter().flatten().any(|known| same(known, name))
}

fn same(known: &str, typed: &str) -> bool {
    known.to_lowercase() == typed.to_lowercase()
}
