//! Users and direct messages (Discord docs: User).

use serde_json::{Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    error::ApiError,
    form::{Form, Issues},
};

pub(super) fn me(ctx: &mut Ctx<'_>) -> Outcome {
    let bot = ctx.bot()?;
    Answer::ok(ctx.state.own_user_json(bot))
}

pub(super) fn get(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.id("user_id")?;
    if !ctx.state.users.contains_key(&id) {
        return Err(ApiError::unknown_user());
    }
    Answer::ok(ctx.state.user_json(id))
}

pub(super) fn rename(ctx: &mut Ctx<'_>) -> Outcome {
    let bot = ctx.bot()?;
    let issues = Issues::default();
    let mut name = None;
    if let Some(mut form) = Form::new(ctx.body, String::new(), &issues) {
        name = form.text("username", 2, 32);
        form.refuse("avatar");
        form.refuse("banner");
        form.finish();
    }
    issues.result()?;
    if let (Some(name), Some(user)) = (name, ctx.state.users.get_mut(&bot)) {
        user.name = name;
    }
    Answer::ok(ctx.state.own_user_json(bot))
}

pub(super) fn guilds(ctx: &mut Ctx<'_>) -> Outcome {
    let bot = ctx.bot()?;
    let limit = ctx.query_number("limit", 1, 200, 200)?;
    let (before, after) = (ctx.query_id("before")?, ctx.query_id("after")?);
    let counts = ctx.query_is_true("with_counts");
    let mine = ctx.state.guilds.values().filter(|guild| {
        guild.members.contains_key(&bot)
            && before.is_none_or(|id| guild.id < id)
            && after.is_none_or(|id| guild.id > id)
    });
    let list: Vec<Value> = mine
        .take(limit)
        .map(|guild| {
            let mut body = json!({
                "id": guild.id,
                "name": guild.name,
                "icon": null,
                "banner": null,
                "owner": guild.owner == bot,
                "permissions": ctx.state.guild_permissions(bot, guild.id).bits().to_string(),
                "features": [],
            });
            if counts {
                body["approximate_member_count"] = json!(guild.members.len());
                body["approximate_presence_count"] = json!(guild.members.len());
            }
            body
        })
        .collect();
    Answer::ok(json!(list))
}

pub(super) fn open_direct(ctx: &mut Ctx<'_>) -> Outcome {
    let bot = ctx.bot()?;
    let issues = Issues::default();
    let mut person = None;
    if let Some(mut form) = Form::new(ctx.body, String::new(), &issues) {
        form.required("recipient_id");
        person = form.id("recipient_id");
        form.refuse("access_tokens");
        form.refuse("nicks");
        form.finish();
    }
    issues.result()?;
    let person = person.unwrap_or_default();
    match ctx.state.users.get(&person) {
        None => return Err(ApiError::unknown_user()),
        // Discord refuses bots as well as the bot itself.
        Some(user) if user.bot => return Err(ApiError::cannot_message_user()),
        Some(_) => {}
    }
    let channel = ctx.state.direct(person, bot);
    let body = ctx.state.channels.get(&channel).map(|channel| ctx.state.channel_json(channel));
    Answer::ok(body.unwrap_or_default())
}
