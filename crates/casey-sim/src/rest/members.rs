//! Members (Discord docs: Guild).

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{
    call::{Answer, Ctx, Outcome},
    error::ApiError,
    form::Form,
};
use crate::{
    gateway::Intents,
    limits,
    permissions::Permissions,
    snowflake::{Snowflake, timestamp},
    world::{Action, Done, Member, State},
};

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    let user = known(ctx, guild)?;
    answer(ctx, guild, user)
}

pub(super) fn list(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    if !ctx.application()?.privileged.contains(Intents::GUILD_MEMBERS) {
        return Err(ApiError::missing_access());
    }
    let limit = ctx.query_number("limit", 1, 1_000, 1)?;
    let after = ctx.query_id("after")?;
    show(ctx, guild, limit, |member| after.is_none_or(|after| member.user > after))
}

pub(super) fn search(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    let limit = ctx.query_number("limit", 1, 1_000, 1)?;
    let Some(query) = ctx.query("query").map(str::to_lowercase) else {
        return Err(ApiError::loud(400, "a member search without a query"));
    };
    let state = &*ctx.state;
    show(ctx, guild, limit, |member| state.answers_to(member, &query))
}

/// What a body says about a member. The outer `None` is a field that was not given.
#[derive(Debug, Default)]
#[expect(clippy::option_option, reason = "not given, taken away, or set")]
struct Wanted {
    nick: Option<Option<String>>,
    roles: Option<Vec<Snowflake>>,
    mute: Option<bool>,
    deaf: Option<bool>,
    moves: bool,
    timeout: Option<Option<OffsetDateTime>>,
    flags: Option<u64>,
}

fn read(form: &mut Form<'_>) -> Wanted {
    let nick = form.given("nick").then(|| form.text("nick", 0, 32).filter(|nick| !nick.is_empty()));
    let timeout = "communication_disabled_until";
    // discord.js sends its own name for it along.
    form.ignore("communicationDisabledUntil");
    Wanted {
        nick,
        roles: if form.given("roles") { Some(form.ids("roles", 250).unwrap_or_default()) } else { None },
        mute: form.boolean("mute"),
        deaf: form.boolean("deaf"),
        moves: form.given("channel_id") && form.id("channel_id").is_some(),
        timeout: form.given(timeout).then(|| form.time(timeout)),
        flags: form.integer("flags", 0, i64::from(i32::MAX)).and_then(|bits| u64::try_from(bits).ok()),
    }
}

pub(super) fn modify(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    let user = known(ctx, guild)?;
    let wanted = ctx.form(read)?;
    check(ctx, guild, user, &wanted)?;
    let now = ctx.state.now();
    let old = ctx.state.member(guild, user).cloned().ok_or_else(ApiError::unknown_member)?;
    let mut new = old.clone();
    if let Some(nick) = wanted.nick {
        new.nick = nick;
    }
    if let Some(roles) = &wanted.roles {
        new.roles.clone_from(roles);
    }
    if let Some(until) = wanted.timeout {
        new.timed_out_until = until.filter(|until| *until > now);
    }
    if let Some(flags) = wanted.flags {
        new.flags = flags;
    }
    let timeout = |member: &Member| json!(member.timed_out_until.map(timestamp));
    let done = Done::to(Action::MemberUpdate, user)
        .change("nick", &json!(old.nick), &json!(new.nick))
        .change("communication_disabled_until", &timeout(&old), &timeout(&new));
    ctx.state.change_member(guild, user, |member| *member = new.clone());
    if !done.changes.is_empty() {
        ctx.log(guild, done)?;
    }
    if wanted.roles.is_some() {
        log_roles(ctx, guild, &old, &new)?;
    }
    answer(ctx, guild, user)
}

/// Whether the bot may change what it wants to change.
fn check(ctx: &Ctx<'_>, guild: Snowflake, user: Snowflake, wanted: &Wanted) -> Result<(), ApiError> {
    let bot = ctx.bot()?;
    let mine = ctx.state.guild_permissions(bot, guild);
    let need = |given: bool, needed: Permissions| {
        let missing = if given { needed - mine } else { Permissions::NONE };
        if missing == Permissions::NONE { Ok(()) } else { Err(ApiError::missing_permissions(missing)) }
    };
    need(wanted.nick.is_some(), Permissions::MANAGE_NICKNAMES)?;
    need(wanted.roles.is_some(), Permissions::MANAGE_ROLES)?;
    need(wanted.timeout.is_some(), Permissions::MODERATE_MEMBERS)?;
    need(wanted.mute.is_some(), Permissions::MUTE_MEMBERS)?;
    need(wanted.deaf.is_some(), Permissions::DEAFEN_MEMBERS)?;
    need(wanted.moves, Permissions::MOVE_MEMBERS)?;
    need(wanted.flags.is_some(), Permissions::MANAGE_GUILD)?;
    if user != bot && (wanted.nick.is_some() || wanted.timeout.is_some()) {
        ctx.stands_above(guild, user)?;
    }
    if let Some(Some(until)) = wanted.timeout {
        // Nobody can time out an administrator, nor itself.
        let target = ctx.state.guild_permissions(user, guild);
        if user == bot || target.contains(Permissions::ADMINISTRATOR) {
            return Err(ApiError::missing_permissions(Permissions::ADMINISTRATOR));
        }
        if until - ctx.state.now() > limits::TIMEOUT {
            let what = "Timeouts end at most 28 days from now.";
            return Err(ApiError::invalid("communication_disabled_until", "BASE_TYPE_MAX", what));
        }
    }
    if let Some(roles) = &wanted.roles {
        let old = ctx.state.member(guild, user).map(|member| member.roles.clone()).unwrap_or_default();
        let changed =
            roles.iter().filter(|id| !old.contains(id)).chain(old.iter().filter(|id| !roles.contains(id)));
        for role in changed {
            assignable(ctx, guild, *role)?;
        }
    }
    // Voice is not simulated: nobody is ever connected.
    let voice = wanted.mute.is_some() || wanted.deaf.is_some() || wanted.moves;
    if voice { Err(ApiError::not_in_voice()) } else { Ok(()) }
}

/// Whether the bot may give and take this role.
fn assignable(ctx: &Ctx<'_>, guild: Snowflake, role: Snowflake) -> Result<(), ApiError> {
    let place = ctx.state.guilds.get(&guild).ok_or_else(ApiError::unknown_guild)?;
    let role = place.roles.get(&role).ok_or_else(ApiError::unknown_role)?;
    if role.bot.is_some() || role.id == guild {
        return Err(ApiError::invalid_role());
    }
    let bot = ctx.bot()?;
    if bot == place.owner || place.rank(bot) > role.rank() {
        Ok(())
    } else {
        Err(ApiError::missing_permissions(Permissions::NONE))
    }
}

fn log_roles(ctx: &mut Ctx<'_>, guild: Snowflake, old: &Member, new: &Member) -> Result<(), ApiError> {
    let named = |ids: Vec<&Snowflake>| {
        let place = ctx.state.guilds.get(&guild);
        let roles = ids.into_iter().filter_map(|id| place.and_then(|place| place.roles.get(id)));
        json!(roles.map(|role| json!({ "id": role.id, "name": role.name })).collect::<Vec<_>>())
    };
    let added = named(new.roles.iter().filter(|id| !old.roles.contains(id)).collect());
    let removed = named(old.roles.iter().filter(|id| !new.roles.contains(id)).collect());
    let done = Done::to(Action::MemberRoleUpdate, new.user).change("$add", &json!([]), &added).change(
        "$remove",
        &json!([]),
        &removed,
    );
    if done.changes.is_empty() { Ok(()) } else { ctx.log(guild, without_old_values(done)) }
}

/// Added and removed roles have only a new value.
fn without_old_values(mut done: Done) -> Done {
    for change in &mut done.changes {
        if let Some(map) = change.as_object_mut() {
            map.remove("old_value");
        }
    }
    done
}

pub(super) fn modify_me(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    let bot = ctx.bot()?;
    let nick = ctx.form(|form| {
        form.refuse("avatar");
        form.refuse("banner");
        form.refuse("bio");
        form.given("nick").then(|| form.text("nick", 0, 32).filter(|nick| !nick.is_empty()))
    })?;
    if let Some(nick) = nick {
        ctx.allowed_in_guild(guild, Permissions::CHANGE_NICKNAME)?;
        let old = ctx.state.member(guild, bot).and_then(|member| member.nick.clone());
        let done = Done::to(Action::MemberUpdate, bot).change("nick", &json!(old), &json!(nick));
        ctx.state.change_member(guild, bot, |member| member.nick = nick);
        ctx.log(guild, done)?;
    }
    own(ctx)
}

/// The bot's own membership.
pub(super) fn own(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    let bot = ctx.bot()?;
    let member = ctx.state.member(guild, bot).ok_or_else(ApiError::unknown_member)?;
    let mut body = ctx.state.member_json(member);
    body["permissions"] = json!(ctx.state.guild_permissions(bot, guild).bits().to_string());
    Answer::ok(body)
}

pub(super) fn add_role(ctx: &mut Ctx<'_>) -> Outcome {
    change_role(ctx, true)
}

pub(super) fn remove_role(ctx: &mut Ctx<'_>) -> Outcome {
    change_role(ctx, false)
}

fn change_role(ctx: &mut Ctx<'_>, add: bool) -> Outcome {
    let guild = ctx.guild()?;
    let (user, role) = (known(ctx, guild)?, ctx.id("role_id")?);
    ctx.allowed_in_guild(guild, Permissions::MANAGE_ROLES)?;
    assignable(ctx, guild, role)?;
    let old = ctx.state.member(guild, user).cloned().ok_or_else(ApiError::unknown_member)?;
    if old.roles.contains(&role) == add {
        return Ok(Answer::Empty);
    }
    let mut new = old.clone();
    if add {
        new.roles.push(role);
    } else {
        new.roles.retain(|one| *one != role);
    }
    ctx.state.change_member(guild, user, |member| *member = new.clone());
    log_roles(ctx, guild, &old, &new)?;
    Ok(Answer::Empty)
}

pub(super) fn kick(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    ctx.allowed_in_guild(guild, Permissions::KICK_MEMBERS)?;
    let user = known(ctx, guild)?;
    ctx.stands_above(guild, user)?;
    ctx.state.leave(guild, user);
    ctx.log(guild, Done::to(Action::MemberKick, user))?;
    Ok(Answer::Empty)
}

/// The user in the path, who must be a member.
fn known(ctx: &Ctx<'_>, guild: Snowflake) -> Result<Snowflake, ApiError> {
    let user = ctx.id("user_id")?;
    match ctx.state.member(guild, user) {
        Some(_) => Ok(user),
        None if ctx.state.users.contains_key(&user) => Err(ApiError::unknown_member()),
        None => Err(ApiError::unknown_user()),
    }
}

fn answer(ctx: &Ctx<'_>, guild: Snowflake, user: Snowflake) -> Outcome {
    let member = ctx.state.member(guild, user).ok_or_else(ApiError::unknown_member)?;
    Answer::ok(ctx.state.member_json(member))
}

fn show(ctx: &Ctx<'_>, guild: Snowflake, limit: usize, wanted: impl Fn(&Member) -> bool) -> Outcome {
    let guild = ctx.state.guilds.get(&guild).ok_or_else(ApiError::unknown_guild)?;
    let chosen = guild.members.values().filter(|member| wanted(member)).take(limit);
    let bodies: Vec<Value> = chosen.map(|member| ctx.state.member_json(member)).collect();
    Answer::ok(json!(bodies))
}

/// Members who would be pruned: no role but those named, and not seen for so many days (Discord docs: Guild, Get
/// Guild Prune Count). Whoever wrote a message was seen.
pub(super) fn idle(state: &State, guild: Snowflake, days: i64, roles: &[Snowflake]) -> Vec<Snowflake> {
    let Some(place) = state.guilds.get(&guild) else { return Vec::new() };
    let since = state.now() - time::Duration::days(days);
    let mut seen = std::collections::BTreeSet::new();
    for channel in state.channels.values().filter(|channel| channel.guild == Some(guild)) {
        let recent = channel.messages.values().rev().take_while(|message| message.sent_at >= since);
        seen.extend(recent.map(|message| message.author));
    }
    let bot = |user: Snowflake| state.users.get(&user).is_some_and(|user| user.bot);
    let idle = |member: &&Member| {
        let only = member.roles.iter().all(|role| roles.contains(role));
        let absent = member.joined_at < since && !seen.contains(&member.user);
        only && absent && member.user != place.owner && !bot(member.user)
    };
    place.members.values().filter(idle).map(|member| member.user).collect()
}
