//! Who may use what, where, how often. The same for slash and prefix; a refusal is an answer.

use twilight_model::{channel::ChannelType, guild::Permissions};

use crate::{
    call::Call,
    catalogue::Entry,
    command::Rules,
    error::Failure,
    escape,
    house::House,
    overrides::{Asked, Verdict, Whom, judge, places},
    permissions,
    ports::{Allowance, Way},
    privacy::CooldownKey,
    text::Text,
};

/// Lets a call pass, or tells the person why not.
///
/// The order is: place, person, module, age restriction, Casey's own permissions, cooldown. The cooldown is last, so that a refused call costs none.
pub(crate) async fn admit(house: &House, call: &Call, entry: &Entry, rules: &Rules) -> Result<(), Failure> {
    let text = house.texts.of(call);
    in_place(text, call, rules)?;
    if let Some(needs) = rules.needs {
        require(text, call, needs)?;
    }
    enabled(house, text, call, entry).await?;
    grown_up(text, call, rules)?;
    if let Some(needs) = rules.bot_needs {
        able(text, call, needs)?;
    }
    rested(house, text, call, rules).await
}

fn in_place(text: &Text, call: &Call, rules: &Rules) -> Result<(), Failure> {
    if rules.guild_only && call.guild().is_none() {
        return Err(Failure::refused(text.msg_guard_guild_only()));
    }
    Ok(())
}

/// Refuses unless the person has these permissions in the channel. In direct messages nobody has any: a permission is one of a server.
pub(crate) fn require(text: &Text, call: &Call, needs: Permissions) -> Result<(), Failure> {
    if call.guild().is_none() {
        return Err(Failure::refused(text.msg_guard_guild_only()));
    }
    let missing = permissions::missing(call.permissions(), needs);
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::refused(text.msg_guard_permission(bold_list(missing))))
}

async fn enabled(house: &House, text: &Text, call: &Call, entry: &Entry) -> Result<(), Failure> {
    let Some(guild) = call.guild().filter(|_| entry.optional) else { return Ok(()) };
    let settings = house.ports.settings.guild(guild).await?;
    let channels = places(&*house.ports.directory, &settings, call.channel()).await?;
    let asked = Asked {
        module: entry.module,
        path: call.path(),
        member: call.user_id(),
        roles: call.roles(),
        channels: &channels,
    };
    let rule = match judge(&settings, &asked) {
        Verdict::ModuleOff => return Err(Failure::refused(text.msg_guard_disabled(entry.title))),
        Verdict::Rule(rule) if !rule.allowed => rule,
        Verdict::Rule(_) | Verdict::Free => return Ok(()),
    };
    let command = escape::code(&call.command(call.path()));
    Err(Failure::refused(match rule.whom {
        Whom::Everyone => text.msg_guard_override_server(command),
        Whom::Channel(_) => text.msg_guard_override_channel(command),
        Whom::Role(_) => text.msg_guard_override_role(command),
        Whom::Member(_) => text.msg_guard_override_member(command),
    }))
}

fn grown_up(text: &Text, call: &Call, rules: &Rules) -> Result<(), Failure> {
    if rules.nsfw && call.guild().is_some() && !call.nsfw() {
        return Err(Failure::refused(text.msg_guard_nsfw()));
    }
    Ok(())
}

/// Refuses, naming what is missing, unless Casey has these permissions in the channel.
pub(crate) fn able(text: &Text, call: &Call, needs: Permissions) -> Result<(), Failure> {
    let missing = permissions::missing(call.bot_permissions(), needs);
    if call.guild().is_none() || missing.is_empty() {
        return Ok(());
    }
    Err(Failure::refused(text.msg_guard_bot_permission(bold_list(missing))))
}

/// What Casey needs to answer a message where it was written.
pub(crate) const fn to_answer(kind: ChannelType) -> Permissions {
    match kind {
        ChannelType::PublicThread | ChannelType::PrivateThread | ChannelType::AnnouncementThread => {
            Permissions::VIEW_CHANNEL.union(Permissions::SEND_MESSAGES_IN_THREADS)
        }
        _ => Permissions::VIEW_CHANNEL.union(Permissions::SEND_MESSAGES),
    }
}

async fn rested(house: &House, text: &Text, call: &Call, rules: &Rules) -> Result<(), Failure> {
    let Some(limit) = rules.cooldown else { return Ok(()) };
    let key = CooldownKey::new(call.user_id().get(), call.path());
    match house.ports.quota.spend(&key, limit).await {
        Ok(Allowance::Granted) => Ok(()),
        Ok(Allowance::Wait(time)) => {
            let again = (call.now() + time).as_secs() + 1;
            Err(Failure::refused(text.msg_guard_cooldown(format!("<t:{again}:R>"))))
        }
        // A counter that cannot be reached must not stop people: cooldowns are a courtesy, not a lock.
        Err(error) => {
            tracing::warn!(error = crate::causes(&error), way = way(call.way()), "cooldown not counted");
            Ok(())
        }
    }
}

const fn way(way: Way) -> &'static str {
    match way {
        Way::Slash => "slash",
        Way::Prefix => "prefix",
        Way::Menu => "menu",
        Way::Component => "component",
        Way::Modal => "modal",
    }
}

fn bold_list(permissions: Permissions) -> String {
    let names: Vec<String> =
        permissions::names(permissions).into_iter().map(|name| format!("**{name}**")).collect();
    names.join(", ")
}
