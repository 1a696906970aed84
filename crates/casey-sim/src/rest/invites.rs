//! Invites (Discord docs: Invite; Channel, Create Channel Invite).

use serde_json::{Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    channel_body::small,
    error::ApiError,
};
use crate::{
    gateway::{Event, Intents},
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Action, Done, Invite},
};

/// Invites of a guild.
const MOST: usize = 1_000;

pub(super) fn create(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = ctx.channel(Permissions::CREATE_INSTANT_INVITE)?;
    let guild =
        ctx.state.channels.get(&channel).and_then(|one| one.guild).ok_or_else(ApiError::not_for_direct)?;
    let (max_age_s, max_uses, temporary, unique) = ctx.form(|form| {
        for key in ["target_user_id", "target_application_id", "target_type", "role_ids"] {
            form.refuse(key);
        }
        (
            form.integer("max_age", 0, 604_800).map_or(86_400, small),
            form.integer("max_uses", 0, 100).map_or(0, small),
            form.boolean("temporary").unwrap_or(false),
            form.boolean("unique").unwrap_or(false),
        )
    })?;
    ctx.state.expire_invites();
    let inviter = ctx.bot()?;
    let alike = |one: &&Invite| {
        one.channel == channel
            && one.inviter == inviter
            && (one.max_age_s, one.max_uses, one.temporary) == (max_age_s, max_uses, temporary)
    };
    let old = ctx.state.invites.values().find(alike).filter(|_| !unique).cloned();
    if let Some(old) = old {
        return Answer::ok(ctx.state.invite_json(&old, true));
    }
    if ctx.state.invites.values().filter(|one| one.guild == guild).count() >= MOST {
        return Err(ApiError::too_many_invites());
    }
    let id = ctx.state.mint();
    let made_at = ctx.state.now();
    let invite =
        Invite { code: code(id), guild, channel, inviter, max_age_s, max_uses, uses: 0, temporary, made_at };
    let body = ctx.state.invite_json(&invite, true);
    ctx.state.invites.insert(invite.code.clone(), invite.clone());
    let told = json!({
        "channel_id": channel, "guild_id": guild, "code": invite.code, "created_at": body["created_at"],
        "inviter": body["inviter"], "max_age": max_age_s, "max_uses": max_uses, "temporary": temporary, "uses": 0,
        "expires_at": body["expires_at"],
    });
    tell(ctx, "INVITE_CREATE", &invite, told);
    let done = Done { target: None, ..Done::to(Action::InviteCreate, guild) };
    ctx.log(guild, done.differences(&Value::Null, &logged(&invite)))?;
    Answer::ok(body)
}

/// What the audit log tells of an invite.
fn logged(invite: &Invite) -> Value {
    json!({
        "code": invite.code,
        "channel_id": invite.channel,
        "inviter_id": invite.inviter,
        "max_uses": invite.max_uses,
        "uses": invite.uses,
        "max_age": invite.max_age_s,
        "temporary": invite.temporary,
    })
}

/// Eight characters that look like Discord's.
fn code(id: Snowflake) -> String {
    const LETTERS: &[u8; 55] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let mut rest = id.get().wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut code = String::new();
    for _ in 0..8 {
        let index = usize::try_from(rest % 55).unwrap_or(0);
        code.push(char::from(LETTERS[index]));
        rest /= 55;
    }
    code
}

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let invite = find(ctx)?;
    let mut body = ctx.state.invite_json(&invite, false);
    if ctx.query_is_true("with_counts") {
        let count = ctx.state.guilds.get(&invite.guild).map_or(0, |guild| guild.members.len());
        body["approximate_member_count"] = json!(count);
        body["approximate_presence_count"] = json!(count);
    }
    Answer::ok(body)
}

pub(super) fn delete(ctx: &mut Ctx<'_>) -> Outcome {
    let invite = find(ctx)?;
    // Either of the two is enough.
    if ctx.allowed_in_guild(invite.guild, Permissions::MANAGE_GUILD).is_err() {
        ctx.allowed(invite.channel, Permissions::MANAGE_CHANNELS)?;
    }
    ctx.state.invites.remove(&invite.code);
    let told = json!({ "channel_id": invite.channel, "guild_id": invite.guild, "code": invite.code });
    tell(ctx, "INVITE_DELETE", &invite, told);
    let done = Done { target: None, ..Done::to(Action::InviteDelete, invite.guild) };
    ctx.log(invite.guild, done.differences(&logged(&invite), &Value::Null))?;
    Answer::ok(ctx.state.invite_json(&invite, false))
}

pub(super) fn of_channel(ctx: &mut Ctx<'_>) -> Outcome {
    let channel = ctx.channel(Permissions::MANAGE_CHANNELS)?;
    list(ctx, |invite| invite.channel == channel)
}

pub(super) fn of_guild(ctx: &mut Ctx<'_>) -> Outcome {
    let guild = ctx.guild()?;
    ctx.allowed_in_guild(guild, Permissions::MANAGE_GUILD)?;
    list(ctx, |invite| invite.guild == guild)
}

fn list(ctx: &mut Ctx<'_>, wanted: impl Fn(&Invite) -> bool) -> Outcome {
    ctx.state.expire_invites();
    let invites = ctx.state.invites.values().filter(|invite| wanted(invite));
    let bodies: Vec<Value> = invites.map(|invite| ctx.state.invite_json(invite, true)).collect();
    Answer::ok(json!(bodies))
}

fn find(ctx: &mut Ctx<'_>) -> Result<Invite, ApiError> {
    ctx.state.expire_invites();
    ctx.state.invites.get(ctx.param("code")).cloned().ok_or_else(ApiError::unknown_invite)
}

fn tell(ctx: &mut Ctx<'_>, name: &'static str, invite: &Invite, body: Value) {
    let event = Event::guild(name, invite.guild, Intents::GUILD_INVITES, body);
    ctx.state.emit(&event.for_those_with(Permissions::MANAGE_CHANNELS));
}
