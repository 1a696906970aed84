//! What a channel changes about permissions (Discord docs: Channel, Edit Channel Permissions).

use serde_json::{Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    channel_body, channels,
    error::ApiError,
};
use crate::{
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Action, Done, Overwrite},
};

pub(super) fn put(ctx: &mut Ctx<'_>) -> Outcome {
    let (channel, guild) = place(ctx)?;
    let id = ctx.id("overwrite_id")?;
    let wanted = ctx.form(|form| {
        form.required("type");
        // The path says it; discord.py and discord.js repeat it.
        form.id("id");
        channel_body::read_overwrite(form, id)
    })?;
    let known = ctx.state.guilds.get(&guild).is_some_and(|guild| {
        if wanted.role { guild.roles.contains_key(&id) } else { guild.members.contains_key(&id) }
    });
    if !known {
        return Err(if wanted.role { ApiError::unknown_role() } else { ApiError::unknown_user() });
    }
    let old = ctx.state.channels.get(&channel).map(|one| one.overwrites.clone()).unwrap_or_default();
    let mut new = old.clone();
    let earlier = new.iter().position(|one| one.id == id).map(|index| new.remove(index));
    new.push(wanted);
    channels::overwrites_allowed(ctx, guild, &old, &new)?;
    set(ctx, channel, new);
    let action = if earlier.is_some() { Action::OverwriteUpdate } else { Action::OverwriteCreate };
    let bits = |set: Option<Permissions>| set.map_or(Value::Null, |set| json!(set.bits().to_string()));
    let done = Done::to(action, channel)
        .change("allow", &bits(earlier.map(|one| one.allow)), &bits(Some(wanted.allow)))
        .change("deny", &bits(earlier.map(|one| one.deny)), &bits(Some(wanted.deny)));
    ctx.log(guild, done.options(options(ctx, guild, &wanted)))?;
    Ok(Answer::Empty)
}

pub(super) fn delete(ctx: &mut Ctx<'_>) -> Outcome {
    let (channel, guild) = place(ctx)?;
    let id = ctx.id("overwrite_id")?;
    let mut list = ctx.state.channels.get(&channel).map(|one| one.overwrites.clone()).unwrap_or_default();
    let index = list.iter().position(|one| one.id == id).ok_or_else(ApiError::unknown_overwrite)?;
    let gone = list.remove(index);
    set(ctx, channel, list);
    let done = Done::to(Action::OverwriteDelete, channel).options(options(ctx, guild, &gone));
    ctx.log(guild, done)?;
    Ok(Answer::Empty)
}

fn place(ctx: &Ctx<'_>) -> Result<(Snowflake, Snowflake), ApiError> {
    let id = ctx.channel(Permissions::NONE)?;
    let channel = ctx.state.channels.get(&id).ok_or_else(ApiError::unknown_channel)?;
    let guild = channel.guild.ok_or_else(ApiError::not_for_direct)?;
    if channel.thread.is_some() {
        return Err(ApiError::wrong_channel_type());
    }
    ctx.allowed(id, Permissions::MANAGE_ROLES)?;
    Ok((id, guild))
}

fn set(ctx: &mut Ctx<'_>, id: Snowflake, overwrites: Vec<Overwrite>) {
    if let Some(channel) = ctx.state.channels.get_mut(&id) {
        channel.overwrites = overwrites;
    }
    ctx.state.tell_channel("CHANNEL_UPDATE", id);
}

/// Whom an entry of the audit log is about.
fn options(ctx: &Ctx<'_>, guild: Snowflake, overwrite: &Overwrite) -> Value {
    let role = ctx.state.guilds.get(&guild).and_then(|guild| guild.roles.get(&overwrite.id));
    let mut body = json!({ "id": overwrite.id, "type": if overwrite.role { "0" } else { "1" } });
    if let Some(role) = role {
        body["role_name"] = json!(role.name);
    }
    body
}
