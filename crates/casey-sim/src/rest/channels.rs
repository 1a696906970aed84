//! Channels (Discord docs: Channel).

use serde_json::json;

use super::{
    call::{Answer, Ctx, Outcome},
    error::ApiError,
    form::{Form, Issues},
};
use crate::{
    gateway::{Event, Intents},
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Channel, Kind, Overwrite},
};

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.channel(Permissions::NONE)?;
    show(ctx, id, 200)
}

pub(super) fn edit(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.channel(Permissions::MANAGE_CHANNELS)?;
    let mut channel = ctx.state.channels.get(&id).cloned().ok_or_else(ApiError::unknown_channel)?;
    let guild = channel.guild.ok_or_else(ApiError::not_for_direct)?;
    let issues = Issues::default();
    if let Some(form) = Form::new(ctx.body, String::new(), &issues) {
        read(form, &mut channel, false);
    }
    issues.result()?;
    overwrites_allowed(ctx, guild, id, &channel)?;
    ctx.state.channels.insert(id, channel);
    tell(ctx, "CHANNEL_UPDATE", guild, id);
    show(ctx, id, 200)
}

/// Making and changing overwrites takes `MANAGE_ROLES`, and cannot grant what the bot lacks.
pub(super) fn overwrites_allowed(
    ctx: &Ctx<'_>,
    guild: Snowflake,
    channel: Snowflake,
    new: &Channel,
) -> Result<(), ApiError> {
    let set = |list: &[Overwrite]| list.iter().map(|one| (one.id, one.allow, one.deny)).collect::<Vec<_>>();
    let old = ctx.state.channels.get(&channel).map(|old| set(&old.overwrites)).unwrap_or_default();
    if old == set(&new.overwrites) {
        return Ok(());
    }
    let mine = ctx.state.guild_permissions(ctx.bot()?, guild);
    let touched = new.overwrites.iter().fold(Permissions::NONE, |sum, one| sum | one.allow | one.deny);
    let missing = (Permissions::MANAGE_ROLES | touched) - mine;
    if missing == Permissions::NONE { Ok(()) } else { Err(ApiError::missing_permissions(missing)) }
}

/// Reads what a body says about a channel.
pub(super) fn read(mut form: Form<'_>, channel: &mut Channel, new: bool) {
    if new {
        form.required("name");
    }
    if let Some(name) = form.text("name", 1, 100) {
        // Text channels are lower case with dashes.
        channel.name = if channel.kind == Kind::Text { name.to_lowercase().replace(' ', "-") } else { name };
    }
    if form.given("topic") {
        channel.topic = form.text("topic", 0, 1_024).filter(|topic| !topic.is_empty());
    }
    if let Some(nsfw) = form.boolean("nsfw") {
        channel.nsfw = nsfw;
    }
    let small = |number: i64| u32::try_from(number).unwrap_or(0);
    if let Some(seconds) = form.integer("rate_limit_per_user", 0, 21_600) {
        channel.slowmode_s = small(seconds);
    }
    if let Some(position) = form.integer("position", 0, i64::from(i32::MAX)) {
        channel.position = small(position);
    }
    if form.given("parent_id") {
        channel.parent = form.id("parent_id");
    }
    if let Some(overwrites) = form.forms("permission_overwrites", 100) {
        channel.overwrites.clear();
        for mut overwrite in overwrites {
            overwrite.required("id");
            let id = overwrite.id("id").unwrap_or_default();
            let role = overwrite.integer("type", 0, 1).unwrap_or(0) == 0;
            let allow = Permissions::from_bits(overwrite.permissions("allow").unwrap_or(0));
            let deny = Permissions::from_bits(overwrite.permissions("deny").unwrap_or(0));
            overwrite.finish();
            channel.overwrites.push(Overwrite { id, role, allow, deny });
        }
    }
    form.ignore("type");
    for key in [
        "bitrate",
        "user_limit",
        "rtc_region",
        "video_quality_mode",
        "default_auto_archive_duration",
        "default_reaction_emoji",
        "default_thread_rate_limit_per_user",
        "default_sort_order",
        "default_forum_layout",
        "default_tag_setting",
        "flags",
        "available_tags",
    ] {
        form.refuse(key);
    }
    form.finish();
}

pub(super) fn tell(ctx: &mut Ctx<'_>, name: &'static str, guild: Snowflake, channel: Snowflake) {
    let Some(found) = ctx.state.channels.get(&channel) else { return };
    let body = ctx.state.channel_json(found);
    let event = Event { channel: Some(channel), ..Event::guild(name, guild, Intents::GUILDS, body) };
    ctx.state.emit(&event);
}

pub(super) fn show(ctx: &Ctx<'_>, id: Snowflake, status: u16) -> Outcome {
    let channel = ctx.state.channels.get(&id).ok_or_else(ApiError::unknown_channel)?;
    Ok(Answer::Json(status, ctx.state.channel_json(channel)))
}

pub(super) fn typing(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.channel(Permissions::SEND_MESSAGES)?;
    let bot = ctx.bot()?;
    let guild = ctx.state.channels.get(&id).and_then(|channel| channel.guild);
    let mut body = json!({ "channel_id": id, "user_id": bot, "timestamp": ctx.state.now().unix_timestamp() });
    if let Some(guild) = guild {
        body["guild_id"] = json!(guild);
        if let Some(member) = ctx.state.member(guild, bot) {
            body["member"] = ctx.state.member_json(member);
        }
    }
    let intents = (Intents::GUILD_MESSAGE_TYPING, Intents::DIRECT_MESSAGE_TYPING);
    ctx.state.emit(&Event::channel("TYPING_START", guild, id, intents, body));
    Ok(Answer::Empty)
}
