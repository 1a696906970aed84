//! The channels of a guild (Discord docs: Guild, Get Guild Channels and the following).

use serde_json::{Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    channel_body, channels,
    error::ApiError,
    form::{self, Form, Issues},
};
use crate::{
    limits,
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Action, Channel, Done, Kind},
};

pub(super) fn list(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.guild()?;
    let guild = ctx.state.guilds.get(&id).ok_or_else(ApiError::unknown_guild)?;
    let found = guild.channels.iter().filter_map(|id| ctx.state.channels.get(id));
    let bodies: Vec<Value> = found.map(|channel| ctx.state.channel_json(channel)).collect();
    Answer::ok(json!(bodies))
}

pub(super) fn create(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    ctx.allowed_in_guild(guild, Permissions::MANAGE_CHANNELS)?;
    let place = ctx.state.guilds.get(&guild).ok_or_else(ApiError::unknown_guild)?;
    let (count, community) = (place.channels.len(), place.has_feature("COMMUNITY"));
    if count >= limits::CHANNELS {
        return Err(ApiError::too_many_channels());
    }
    let id = ctx.state.mint();
    let mut channel = Channel::text(id, Some(guild), "");
    channel.position = u32::try_from(count).unwrap_or(u32::MAX);
    let (body, state) = (ctx.body, &mut *ctx.state);
    form::read(body, |form| {
        if let Some(kind) = form.one_of("type", &[0, 2, 4, 5, 13, 15]).and_then(Kind::in_guild) {
            if kind.needs_community() && !community {
                form.issue("type", "BASE_TYPE_CHOICES", "Only community servers have such channels.");
            }
            channel.kind = kind;
        }
        channel_body::read(form, state, &mut channel, true);
    })?;
    channels::overwrites_allowed(ctx, guild, &[], &channel.overwrites)?;
    let name = channel.name.clone();
    ctx.state.channels.insert(id, channel);
    if let Some(guild) = ctx.state.guilds.get_mut(&guild) {
        guild.channels.push(id);
    }
    ctx.state.tell_channel("CHANNEL_CREATE", id);
    ctx.log(guild, Done::to(Action::ChannelCreate, id).change("name", &Value::Null, &json!(name)))?;
    channels::show(ctx, id, 201)
}

/// New positions and categories of several channels.
pub(super) fn reorder(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    ctx.allowed_in_guild(guild, Permissions::MANAGE_CHANNELS)?;
    let moves = read_moves(ctx)?;
    for one in &moves {
        let there = ctx.state.channels.get(&one.id).is_some_and(|channel| channel.guild == Some(guild));
        if !there {
            return Err(ApiError::unknown_channel());
        }
    }
    for one in moves {
        let parent = one.parent.flatten().and_then(|id| ctx.state.channels.get(&id));
        let overwrites = parent.filter(|_| one.sync).map(|parent| parent.overwrites.clone());
        let Some(channel) = ctx.state.channels.get_mut(&one.id) else { continue };
        channel.position = one.position.unwrap_or(channel.position);
        if let Some(parent) = one.parent {
            channel.parent = parent;
        }
        if let Some(overwrites) = overwrites {
            channel.overwrites = overwrites;
        }
        ctx.state.tell_channel("CHANNEL_UPDATE", one.id);
    }
    Ok(Answer::Empty)
}

#[expect(clippy::option_option, reason = "not given, taken away, or set")]
struct Move {
    id: Snowflake,
    position: Option<u32>,
    parent: Option<Option<Snowflake>>,
    sync: bool,
}

fn read_moves(ctx: &Ctx<'_>) -> Result<Vec<Move>, ApiError> {
    let issues = Issues::default();
    let mut moves = Vec::new();
    for (index, one) in ctx.body.as_array().ok_or_else(ApiError::wrong_form)?.iter().enumerate() {
        let Some(mut form) = Form::new(one, index.to_string(), &issues) else { continue };
        form.required("id");
        moves.push(Move {
            id: form.id("id").unwrap_or_default(),
            position: form.integer("position", 0, i64::from(i32::MAX)).map(channel_body::small),
            parent: form.given("parent_id").then(|| form.id("parent_id")),
            sync: form.boolean("lock_permissions").unwrap_or(false),
        });
        form.finish();
    }
    issues.result()?;
    // Only one channel can go to another category in a request.
    if moves.iter().filter(|one| one.parent.is_some()).count() > 1 {
        let what = "Only one channel may get another parent at a time.";
        return Err(ApiError::invalid("parent_id", "CHANNEL_PARENT_MULTIPLE", what));
    }
    Ok(moves)
}
