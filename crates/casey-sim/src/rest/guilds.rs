//! Guilds and their channels (Discord docs: Guild).

use serde_json::{Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    channels,
    error::ApiError,
    form::{Form, Issues},
};
use crate::{
    permissions::Permissions,
    world::{Channel, Kind, State},
};

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.guild()?;
    let guild = ctx.state.guilds.get(&id).ok_or_else(ApiError::unknown_guild)?;
    let mut body = State::guild_json(guild);
    if ctx.query_is_true("with_counts") {
        body["approximate_member_count"] = json!(guild.members.len());
        body["approximate_presence_count"] = json!(guild.members.len());
    }
    Answer::ok(body)
}

pub(super) fn channels(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.guild()?;
    let guild = ctx.state.guilds.get(&id).ok_or_else(ApiError::unknown_guild)?;
    let found = guild.channels.iter().filter_map(|id| ctx.state.channels.get(id));
    let bodies: Vec<Value> = found.map(|channel| ctx.state.channel_json(channel)).collect();
    Answer::ok(json!(bodies))
}

pub(super) fn create_channel(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    ctx.allowed_in_guild(guild, Permissions::MANAGE_CHANNELS)?;
    let id = ctx.state.mint();
    let mut channel = Channel::text(id, Some(guild), "");
    let count = ctx.state.guilds.get(&guild).map_or(0, |guild| guild.channels.len());
    channel.position = u32::try_from(count).unwrap_or(u32::MAX);
    let issues = Issues::default();
    if let Some(mut form) = Form::new(ctx.body, String::new(), &issues) {
        if let Some(number) = form.integer("type", 0, 16) {
            match Kind::in_guild(number) {
                Some(kind) => channel.kind = kind,
                None => form.issues.unsupported("type", &format!("channels of type {number}")),
            }
        }
        channels::read(form, &mut channel, true);
    }
    issues.result()?;
    channels::overwrites_allowed(ctx, guild, id, &channel)?;
    ctx.state.channels.insert(id, channel);
    if let Some(guild) = ctx.state.guilds.get_mut(&guild) {
        guild.channels.push(id);
    }
    channels::tell(ctx, "CHANNEL_CREATE", guild, id);
    channels::show(ctx, id, 201)
}
