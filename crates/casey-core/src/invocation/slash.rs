//! Slash commands.

use std::sync::Arc;

use twilight_interactions::command::CommandInputData;
use twilight_model::{
    application::interaction::{
        Interaction, InteractionContextType,
        application_command::{CommandData, CommandDataOption, CommandOptionValue},
    },
    channel::{Channel, ChannelType},
    guild::Permissions,
};

use super::{Ready, full_path, refuse, run};
use crate::{
    call::{Call, Caller, Inner, Origin, Place},
    effect::InteractionRef,
    guard,
    house::House,
    ports::Way,
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
        // A command that is still registered but gone from this version; Discord tells the person that it did not respond.
        tracing::warn!("a slash command that this version does not have");
        return;
    };
    let entry = house.catalogue.entry(found.index);
    let rules = entry.command.rules_of(&path);
    let Some(call) = call(&house, interaction, Way::Slash, full_path(entry, &path), entry.module, received)
    else {
        return;
    };
    if let Err(failure) = guard::admit(&house, &call, entry, &rules).await {
        return refuse(&house, &call, &rules, failure).await;
    }
    let ready = Ready { call, entry: found.index, rules, input: CommandInputData::from(data) };
    run(house, ready).await;
}

/// `set` or `group set`, as far as the options are sub-commands.
fn sub_path(mut options: &[CommandDataOption]) -> String {
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
pub(crate) fn call(
    house: &House,
    interaction: Interaction,
    way: Way,
    path: String,
    module: &'static str,
    received: Timestamp,
) -> Option<Call> {
    let user = interaction.author()?.clone();
    let channel = interaction.channel.as_ref()?;
    let guild = interaction.guild_id.filter(|_| interaction.context != Some(InteractionContextType::BotDm));
    let place = Place {
        guild,
        channel: channel.id,
        kind: channel.kind,
        nsfw: is_nsfw(channel),
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
        texts: house.texts.clone(),
    }))
}

/// Discord sends a partial channel; a thread there does not tell whether its channel is age-restricted.
fn is_nsfw(channel: &Channel) -> bool {
    channel.nsfw.unwrap_or(false) && channel.kind != ChannelType::Private
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
