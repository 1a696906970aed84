//! Slash commands.

use std::{sync::Arc, time::Duration};

use twilight_interactions::command::CommandInputData;
use twilight_model::{
    application::interaction::{
        Interaction, InteractionContextType,
        application_command::{CommandData, CommandDataOption, CommandOptionValue},
    },
    channel::ChannelType,
    guild::Permissions,
    id::{Id, marker::ChannelMarker},
};

use super::{Input, Ready, full_path, run};
use crate::{
    call::{Call, Caller, Inner, Origin, Place},
    deliver,
    effect::InteractionRef,
    escape,
    house::House,
    ports::Way,
    privacy,
    reply::Reply,
    time::Timestamp,
};

/// Answers a slash command.
pub(crate) async fn command(
    house: Arc<House>,
    interaction: Interaction,
    data: CommandData,
    received: Timestamp,
) {
    let path = sub_path(&data.options);
    let Some(found) = house.catalogue.find(&data.name).filter(|found| found.path.is_none()) else {
        return Box::pin(gone(&house, interaction, &data.name, received)).await;
    };
    let entry = house.catalogue.entry(found.index);
    let rules = entry.command.rules_of(&path);
    let path = full_path(entry, &path);
    let Some(call) = call(&house, interaction, Way::Slash, path, entry.module, received).await else {
        return;
    };
    let input = Input::Read(Box::new(CommandInputData::from(data)));
    let ready = Ready { call, entry: found.index, rules, input, admitted: false };
    run(house, ready).await;
}

/// A command that is still registered but gone from this version. It is no use of a command, so nothing is kept of it.
pub(super) async fn gone(house: &House, interaction: Interaction, name: &str, received: Timestamp) {
    tracing::warn!("a slash command that this version does not have");
    let placed = call(house, interaction, Way::Slash, String::new(), privacy::CORE, received).await;
    let Some(call) = placed else { return };
    let said = house.texts.of(&call).msg_help_unknown(escape::code(&format!("/{name}")));
    if let Err(error) = deliver::reply(house.texts.of(&call), &call, Reply::text(said).private(), None).await
    {
        tracing::debug!(error = crate::causes(&error), "an answer could not be delivered");
    }
}

/// `set` or `group set`, as far as the options are sub-commands.
pub(super) fn sub_path(mut options: &[CommandDataOption]) -> String {
    let mut path = String::new();
    while let [option] = options
        && let CommandOptionValue::SubCommand(inner) | CommandOptionValue::SubCommandGroup(inner) =
            &option.value
    {
        if !path.is_empty() {
            path.push(' ');
        }
        path.push_str(&option.name);
        options = inner;
    }
    path
}

/// The call that an interaction stands for; `None` if Discord left out who or where.
pub(crate) async fn call(
    house: &House,
    interaction: Interaction,
    way: Way,
    path: String,
    module: &'static str,
    received: Timestamp,
) -> Option<Call> {
    let user = interaction.author()?.clone();
    let (channel, kind, nsfw) = placed(house, &interaction).await?;
    let guild = interaction.guild_id.filter(|_| interaction.context != Some(InteractionContextType::BotDm));
    let place = Place {
        guild,
        channel,
        kind,
        nsfw,
        bot_permissions: interaction.app_permissions.unwrap_or(Permissions::empty()),
    };
    let language = interaction.locale.or(interaction.guild_locale).unwrap_or_else(|| "en".to_owned());
    let (nick, roles, permissions) = match interaction.member {
        Some(member) => (member.nick, member.roles, member.permissions.unwrap_or(Permissions::empty())),
        None => (None, Vec::new(), Permissions::empty()),
    };
    Some(Call::new(Inner {
        caller: Caller { user, nick, roles, permissions },
        place,
        origin: Origin::Interaction {
            interaction: InteractionRef { id: interaction.id, token: interaction.token },
            way,
        },
        path,
        module,
        lead: "/".to_owned(),
        language,
        received,
        discord: Arc::clone(&house.ports.discord),
        clock: Arc::clone(&house.ports.clock),
        signer: house.signer.clone(),
        tongues: house.catalogue.tongues().clone(),
        texts: house.texts.clone(),
    }))
}

/// How long the directory may look for the channel of an interaction.
const LOOKING: Duration = Duration::from_secs(1);

/// The channel, its kind, and whether it is age-restricted. Discord sends a partial channel: a thread there does not tell whether its channel is
/// age-restricted, so that the directory has to.
async fn placed(house: &House, interaction: &Interaction) -> Option<(Id<ChannelMarker>, ChannelType, bool)> {
    #[allow(deprecated, reason = "still sent, and all there is where the channel itself is left out")]
    let id = interaction.channel.as_ref().map(|channel| channel.id).or(interaction.channel_id)?;
    let sent = interaction.channel.as_ref();
    let kind = sent.map(|channel| channel.kind);
    if interaction.guild_id.is_none() {
        return Some((id, kind.unwrap_or(ChannelType::Private), false));
    }
    if let (Some(kind), Some(nsfw)) = (kind, sent.and_then(|channel| channel.nsfw)) {
        return Some((id, kind, nsfw));
    }
    let clock = &house.ports.clock;
    let known = tokio::select! {
        known = house.ports.directory.channel(id) => known.ok().flatten(),
        // An interaction has three seconds in all: a channel that is not known by then counts as not age-restricted.
        () = clock.sleep_until(clock.now() + LOOKING) => None,
    };
    let kind = kind.or(known.map(|known| known.kind)).unwrap_or(ChannelType::GuildText);
    Some((id, kind, known.is_some_and(|known| known.nsfw)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn option(name: &str, value: CommandOptionValue) -> CommandDataOption {
        CommandDataOption { name: name.into(), value }
    }

    #[test]
    fn the_path_is_that_of_the_sub_command() {
        let text = option("prefix", CommandOptionValue::String("!".into()));
        assert_eq!(sub_path(std::slice::from_ref(&text)), "");
        let set = option("set", CommandOptionValue::SubCommand(vec![text]));
        assert_eq!(sub_path(std::slice::from_ref(&set)), "set");
        let group = option("own", CommandOptionValue::SubCommandGroup(vec![set]));
        assert_eq!(sub_path(&[group]), "own set");
    }
}
