//! Webhooks themselves (Discord docs: Webhook).

use serde_json::{Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    error::ApiError,
    form::Form,
};
use crate::{
    gateway::{Event, Intents},
    limits,
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Action, Done, Kind, Webhook},
};

pub(super) fn create(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = ctx.channel(Permissions::MANAGE_WEBHOOKS)?;
    let place = ctx.state.channels.get(&channel).ok_or_else(ApiError::unknown_channel)?;
    let guild = place.guild.ok_or_else(ApiError::not_for_direct)?;
    if place.thread.is_some() || place.kind == Kind::Category {
        return Err(ApiError::wrong_channel_type());
    }
    let (name, avatar) = ctx.form(|form| {
        form.required("name");
        (name(form).unwrap_or_default(), form.image("avatar"))
    })?;
    room(ctx, channel)?;
    let app = ctx.application()?.id;
    let hook = put(ctx, guild, channel, &name)?;
    let hook = Webhook { avatar, app: Some(app), ..hook };
    ctx.state.webhooks.insert(hook.id, hook.clone());
    tell(ctx, guild, channel);
    ctx.log(guild, Done::to(Action::WebhookCreate, hook.id).change("name", &Value::Null, &json!(name)))?;
    Answer::ok(ctx.state.webhook_json(&hook, false))
}

/// Follows an announcement channel into another channel.
pub(super) fn follow(ctx: &mut Ctx<'_>) -> Outcome {
    let source = ctx.channel(Permissions::NONE)?;
    let place = ctx.state.channels.get(&source).ok_or_else(ApiError::unknown_channel)?;
    if place.kind != Kind::News {
        return Err(ApiError::wrong_channel_type());
    }
    let name = place.name.clone();
    let target = ctx.form(|form| {
        form.required("webhook_channel_id");
        form.id("webhook_channel_id").unwrap_or_default()
    })?;
    ctx.allowed(target, Permissions::MANAGE_WEBHOOKS)?;
    let guild =
        ctx.state.channels.get(&target).and_then(|one| one.guild).ok_or_else(ApiError::not_for_direct)?;
    room(ctx, target)?;
    let hook = Webhook { follows: Some(source), ..put(ctx, guild, target, &name)? };
    let id = hook.id;
    ctx.state.webhooks.insert(id, hook);
    tell(ctx, guild, target);
    ctx.log(guild, Done::to(Action::WebhookCreate, id))?;
    Answer::ok(json!({ "channel_id": source, "webhook_id": id }))
}

fn room(ctx: &Ctx<'_>, channel: Snowflake) -> Result<(), ApiError> {
    let there = ctx.state.webhooks.values().filter(|hook| hook.channel == channel).count();
    if there < limits::WEBHOOKS { Ok(()) } else { Err(ApiError::too_many_webhooks()) }
}

fn put(ctx: &mut Ctx<'_>, guild: Snowflake, channel: Snowflake, name: &str) -> Result<Webhook, ApiError> {
    let creator = ctx.bot()?;
    let id = ctx.state.mint();
    let token = token(id);
    let name = name.to_owned();
    Ok(Webhook { id, guild, channel, name, avatar: None, token, creator, app: None, follows: None })
}

/// 68 characters, as Discord's are: libraries know the address of a webhook by them.
fn token(id: Snowflake) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut state = id.get();
    let mut letter = || {
        // SplitMix64: tokens are the same in every run, and share nothing that shows.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        char::from(LETTERS[usize::try_from(mixed >> 58).unwrap_or(0)])
    };
    (0..68).map(|_| letter()).collect()
}

/// A name of 1 to 80 characters that does not pretend to be Discord (Webhook, Create Webhook).
fn name(form: &mut Form<'_>) -> Option<String> {
    let name = form.text("name", 1, 80)?;
    check_name(form, "name", &name);
    Some(name)
}

pub(super) fn check_name(form: &Form<'_>, key: &str, name: &str) {
    let lower = name.to_lowercase();
    if lower.contains("clyde") || lower.contains("discord") {
        let message = "Username cannot contain \"clyde\" or \"discord\"";
        form.issue(key, "USERNAME_INVALID_CONTAINS", message);
    }
}

pub(super) fn of_channel(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = ctx.channel(Permissions::MANAGE_WEBHOOKS)?;
    list(ctx, |hook| hook.channel == channel)
}

pub(super) fn of_guild(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    ctx.allowed_in_guild(guild, Permissions::MANAGE_WEBHOOKS)?;
    list(ctx, |hook| hook.guild == guild)
}

fn list(ctx: &Ctx<'_>, wanted: impl Fn(&Webhook) -> bool) -> Outcome {
    let app = ctx.application()?.id;
    let bodies: Vec<Value> =
        ctx.state.webhooks.values().filter(|hook| wanted(hook)).map(|hook| shown(ctx, hook, app)).collect();
    Answer::ok(json!(bodies))
}

/// A webhook as a bot sees it: tokens of those that other applications made are not shown.
fn shown(ctx: &Ctx<'_>, hook: &Webhook, app: Snowflake) -> Value {
    let mut body = ctx.state.webhook_json(hook, false);
    if hook.app.is_some_and(|other| other != app)
        && let Some(map) = body.as_object_mut()
    {
        map.remove("token");
        map.remove("url");
    }
    body
}

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let hook = managed(ctx)?;
    let app = ctx.application()?.id;
    Answer::ok(shown(ctx, &hook, app))
}

pub(super) fn get_with_token(ctx: &mut Ctx<'_>) -> Outcome {
    let hook = with_token(ctx)?;
    Answer::ok(ctx.state.webhook_json(&hook, true))
}

pub(super) fn modify(ctx: &mut Ctx<'_>) -> Outcome {
    let old = managed(ctx)?;
    let mut new = old.clone();
    let (given, channel) = ctx.form(|form| (read(form, &mut new), form.id("channel_id")))?;
    if let Some(channel) = channel {
        ctx.allowed(channel, Permissions::MANAGE_WEBHOOKS)?;
        if ctx.state.channels.get(&channel).and_then(|one| one.guild) != Some(old.guild) {
            return Err(ApiError::unknown_channel());
        }
        new.channel = channel;
    }
    change(ctx, &old, &new)?;
    tracing::trace!(given, "a webhook was changed");
    let app = ctx.application()?.id;
    Answer::ok(shown(ctx, &new, app))
}

pub(super) fn modify_with_token(ctx: &mut Ctx<'_>) -> Outcome {
    let old = with_token(ctx)?;
    let mut new = old.clone();
    ctx.form(|form| read(form, &mut new))?;
    change(ctx, &old, &new)?;
    Answer::ok(ctx.state.webhook_json(&new, true))
}

/// Reads a new name and picture. Whether there was one.
fn read(form: &mut Form<'_>, hook: &mut Webhook) -> bool {
    let new = name(form);
    let given = new.is_some() || form.given("avatar");
    hook.name = new.unwrap_or_else(|| hook.name.clone());
    if form.given("avatar") {
        hook.avatar = form.image("avatar");
    }
    given
}

fn change(ctx: &mut Ctx<'_>, old: &Webhook, new: &Webhook) -> Result<(), ApiError> {
    ctx.state.webhooks.insert(new.id, new.clone());
    tell(ctx, new.guild, new.channel);
    let done = Done::to(Action::WebhookUpdate, new.id)
        .change("name", &json!(old.name), &json!(new.name))
        .change("channel_id", &json!(old.channel), &json!(new.channel));
    let user = if ctx.app.is_some() { ctx.bot()? } else { new.creator };
    ctx.state.log(new.guild, user, ctx.reason, done);
    Ok(())
}

pub(super) fn delete(ctx: &mut Ctx<'_>) -> Outcome {
    let hook = managed(ctx)?;
    let bot = ctx.bot()?;
    remove(ctx, &hook, bot);
    Ok(Answer::Empty)
}

pub(super) fn delete_with_token(ctx: &mut Ctx<'_>) -> Outcome {
    let hook = with_token(ctx)?;
    remove(ctx, &hook, hook.creator);
    Ok(Answer::Empty)
}

fn remove(ctx: &mut Ctx<'_>, hook: &Webhook, by: Snowflake) {
    ctx.state.webhooks.remove(&hook.id);
    tell(ctx, hook.guild, hook.channel);
    let done = Done::to(Action::WebhookDelete, hook.id).change("name", &json!(hook.name), &Value::Null);
    ctx.state.log(hook.guild, by, ctx.reason, done);
}

/// The webhook of the path, which the bot may manage.
fn managed(ctx: &Ctx<'_>) -> Result<Webhook, ApiError> {
    let hook =
        ctx.state.webhooks.get(&ctx.id("webhook_id")?).cloned().ok_or_else(ApiError::unknown_webhook)?;
    ctx.allowed(hook.channel, Permissions::MANAGE_WEBHOOKS)?;
    Ok(hook)
}

/// The webhook of the path, whose token stands there too.
pub(super) fn with_token(ctx: &Ctx<'_>) -> Result<Webhook, ApiError> {
    let hook = ctx.state.webhooks.get(&ctx.id("webhook_id")?).ok_or_else(ApiError::unknown_webhook)?;
    if hook.token == ctx.param("webhook_token") { Ok(hook.clone()) } else { Err(ApiError::invalid_token()) }
}

fn tell(ctx: &mut Ctx<'_>, guild: Snowflake, channel: Snowflake) {
    let body = json!({ "guild_id": guild, "channel_id": channel });
    let event = Event::guild("WEBHOOKS_UPDATE", guild, Intents::GUILD_WEBHOOKS, body);
    ctx.state.emit(&Event { channel: Some(channel), ..event });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_look_like_discords_and_differ() {
        let (one, other) = (token(Snowflake::new(1)), token(Snowflake::new(2)));
        assert!(one != other && one == token(Snowflake::new(1)));
        assert_eq!(one.len(), 68);
        assert!(one.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')), "{one}");
    }
}
