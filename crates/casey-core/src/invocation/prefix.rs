//! Messages that begin with a prefix.

use std::sync::Arc;

use twilight_model::{
    channel::{ChannelType, Message, message::MessageType},
    guild::Permissions,
    id::{Id, marker::MessageMarker},
};

use super::{Input, Ready, full_path, lookup, refusal, refuse, run};
use crate::{
    call::{Call, Caller, Inner, Origin, Place},
    catalogue::Found,
    command::Rules,
    deliver,
    delivery::Arrival,
    effect::Effect,
    error::{DiscordError, Failure},
    escape, failing, guard,
    house::House,
    permissions, privacy,
    reply::Reply,
    time::Timestamp,
    tracker::State,
};

/// A message whose command is known.
struct Typed {
    message: Message,
    found: Found,
    text: String,
    answered: Option<Id<MessageMarker>>,
    arrival: Arrival,
}

/// Looks at a new message.
pub(crate) async fn created(house: Arc<House>, message: Message, arrival: Arrival) {
    let Some(rest) = command_text(&house, &message) else { return };
    let rest = rest.to_owned();
    if !house.tracker.begin(message.id.get(), &message.content, arrival.received) {
        return;
    }
    consider(house, message, rest, None, arrival).await;
}

/// Looks at an edited message: it may correct what was refused.
pub(crate) async fn edited(house: Arc<House>, message: Message, arrival: Arrival) {
    let Some(rest) = command_text(&house, &message) else { return };
    let rest = rest.to_owned();
    if let Some(reopened) = house.tracker.reopen(message.id.get(), &message.content, arrival.received) {
        consider(house, message, rest, reopened.answered, arrival).await;
    }
}

/// What follows the prefix, if a person wrote it.
fn command_text<'m>(house: &House, message: &'m Message) -> Option<&'m str> {
    let by_person = !message.author.bot && message.webhook_id.is_none();
    let typed = matches!(message.kind, MessageType::Regular | MessageType::Reply);
    if !by_person || !typed {
        return None;
    }
    house.book.strip(&message.content, message.guild_id, message.author.id)
}

async fn consider(
    house: Arc<House>,
    message: Message,
    rest: String,
    answered: Option<Id<MessageMarker>>,
    arrival: Arrival,
) {
    let (word, text) = rest.split_once(char::is_whitespace).unwrap_or((&rest, ""));
    if let Some(found) = house.catalogue.find(word) {
        let text = match found.path {
            Some(path) => format!("{path} {text}"),
            None => text.to_owned(),
        };
        return prepared(house, Typed { message, found, text, answered, arrival }).await;
    }
    // Text that only looks like a command is none of Casey's business, unless Casey was called by name.
    let id = message.id.get();
    let addressed = house.book.by_mention(&message.content);
    if addressed {
        let word = word.to_owned();
        called_by_name(&house, message, &word, answered, arrival.received).await;
    } else {
        house.tracker.finish(id, State::Open, None);
    }
}

/// Reads the arguments, asks the guards, and starts the command on its own, so that a slow one holds nobody up.
async fn prepared(house: Arc<House>, typed: Typed) {
    let Typed { message, found, text, answered, arrival } = typed;
    let received = arrival.received;
    let entry = house.catalogue.entry(found.index);
    let call =
        |path: &str| make_call(&house, &message, full_path(entry, path), entry.module, answered, received);
    let read = match lookup::read(&house, entry, &message, &text).await {
        Ok(lookup::Outcome::Read(read)) => read,
        Ok(lookup::Outcome::Refused(refused)) => {
            let path = refused.path.join(" ");
            let rules = entry.command.rules_of(&path);
            let Some(call) = call(&path).await else { return };
            // Whoever may not use the command is told that, and not how it is typed.
            let failure = match guard::admit(&house, &call, entry, &Rules { cooldown: None, ..rules.clone() })
                .await
            {
                Ok(()) => Failure::Refused(Box::new(refusal::reply(&house, &call, entry, &refused, &text))),
                Err(failure) => failure,
            };
            return refuse(&house, &call, &rules, failure).await;
        }
        Err(failure) => {
            let Some(call) = call("").await else { return };
            return refuse(&house, &call, &entry.command.rules_of(""), failure).await;
        }
    };
    let path = read.path.join(" ");
    let rules = entry.command.rules_of(&path);
    let Some(call) = call(&path).await else { return };
    if let Err(failure) = guard::admit(&house, &call, entry, &rules).await {
        return refuse(&house, &call, &rules, failure).await;
    }
    let input = Input::Read(Box::new(read.into_input()));
    let ready = Ready { call, entry: found.index, rules, input, admitted: true };
    let command = run(Arc::clone(&house), ready);
    house.running.spawn(async move {
        command.await;
        drop(arrival.done);
    });
}

/// Casey was mentioned: tell its prefix, or what was probably meant. Anything else is talk about Casey, not to it.
async fn called_by_name(
    house: &House,
    message: Message,
    word: &str,
    answered: Option<Id<MessageMarker>>,
    received: Timestamp,
) {
    let id = message.id.get();
    let near = house.catalogue.nearest(word);
    if !word.is_empty() && near.is_none() {
        house.tracker.finish(id, State::Open, None);
        return;
    }
    let Some(call) = make_call(house, &message, "help".to_owned(), privacy::CORE, answered, received).await
    else {
        return;
    };
    let text = house.texts.of(&call);
    let lead = call.lead();
    let said = match near {
        Some(near) => text.msg_unknown_command_near(
            escape::code(&escape::shorten(word, 40)),
            escape::code(&format!("{lead}{near}")),
        ),
        None => text.msg_hello(escape::code(lead), escape::code(&format!("{lead}help"))),
    };
    let answer = deliver::reply(text, &call, Reply::text(said), None).await.unwrap_or_else(|error| {
        tracing::warn!(error = crate::causes(&error), "a mention could not be answered");
        None
    });
    house.tracker.finish(id, State::Open, answer);
}

/// The call that a message stands for; `None` if its channel or author cannot be placed, which is logged.
async fn make_call(
    house: &House,
    message: &Message,
    path: String,
    module: &'static str,
    answered: Option<Id<MessageMarker>>,
    received: Timestamp,
) -> Option<Call> {
    let placed = match message.guild_id {
        None => Ok((direct(message), Permissions::empty())),
        Some(_) => in_guild(house, message).await,
    };
    let (place, permissions) = match placed {
        Ok(placed) => placed,
        Err(error) => {
            unplaced(house, message, &path, answered, &error).await;
            return None;
        }
    };
    let language = match place.guild {
        Some(guild) => {
            house.ports.settings.guild(guild).await.ok().and_then(|settings| settings.language.clone())
        }
        None => None,
    };
    let member = message.member.as_ref();
    Some(Call::new(Inner {
        caller: Caller {
            user: message.author.clone(),
            nick: member.and_then(|member| member.nick.clone()),
            roles: member.map(|member| member.roles.clone()).unwrap_or_default(),
            permissions,
        },
        place,
        origin: Origin::Message { id: message.id, answered },
        path,
        module,
        lead: house.book.shown(message.guild_id).as_str().to_owned(),
        language: language.unwrap_or_else(|| "en".to_owned()),
        received,
        discord: Arc::clone(&house.ports.discord),
        clock: Arc::clone(&house.ports.clock),
        signer: house.signer.clone(),
        tongues: house.catalogue.tongues().clone(),
        texts: house.texts.clone(),
    }))
}

/// What everybody may do is unknown, so the command cannot run; that is told, if it can be.
async fn unplaced(
    house: &House,
    message: &Message,
    path: &str,
    answered: Option<Id<MessageMarker>>,
    error: &DiscordError,
) {
    let apology = failing::apology(house.texts.in_language("en"), path, error);
    let said = Effect::Say {
        channel: message.channel_id,
        message: apology,
        reply_to: Some(message.id),
        nonce: answered.is_none().then_some(message.id.get()),
    };
    let answer = match house.ports.discord.perform(said).await {
        Ok(receipt) => receipt.message().map(|(_, id)| id),
        Err(error) => {
            tracing::debug!(error = crate::causes(&error), "an answer could not be delivered");
            None
        }
    };
    house.tracker.finish(message.id.get(), State::Open, answer);
}

fn direct(message: &Message) -> Place {
    Place {
        guild: None,
        channel: message.channel_id,
        kind: ChannelType::Private,
        nsfw: false,
        bot_permissions: Permissions::all(),
    }
}

/// Where a message of a server was written, and what author and Casey may do there.
async fn in_guild(house: &House, message: &Message) -> Result<(Place, Permissions), DiscordError> {
    let directory = &house.ports.directory;
    let channel = directory.channel(message.channel_id).await?;
    let guild = message.guild_id.or_else(|| channel.and_then(|channel| channel.guild));
    let Some(guild) = guild else { return Ok((direct(message), Permissions::empty())) };
    let roles = message.member.as_ref().map(|member| member.roles.as_slice());
    let held = directory.permissions(guild, message.channel_id, message.author.id, roles).await?;
    let bot = directory.permissions(guild, message.channel_id, directory.me().user, None).await?;
    let place = Place {
        guild: Some(guild),
        channel: message.channel_id,
        kind: channel.map_or(ChannelType::GuildText, |channel| channel.kind),
        nsfw: channel.is_some_and(|channel| channel.nsfw),
        bot_permissions: bot.unwrap_or(Permissions::empty()),
    };
    let held = held.unwrap_or(Permissions::empty());
    // Somebody who is timed out cannot write, but can edit what was written before.
    let timed_out = message
        .member
        .as_ref()
        .and_then(|member| member.communication_disabled_until)
        .is_some_and(|until| until.as_secs() > house.ports.clock.now().as_secs());
    Ok((place, if timed_out { permissions::while_timed_out(held) } else { held }))
}
