//! Where the gateway is (Discord docs: Gateway, Get Gateway Bot).

use std::time::Instant;

use serde_json::json;

use super::call::{Answer, Ctx, Outcome};

pub(super) fn open(ctx: &mut Ctx<'_>) -> Outcome {
    Answer::ok(json!({ "url": ctx.state.gateway_url() }))
}

pub(super) fn bot(ctx: &mut Ctx<'_>) -> Outcome {
    let (app, bot) = ctx.application().map(|app| (app.id, app.bot))?;
    let guilds = ctx.state.guilds.values().filter(|guild| guild.members.contains_key(&bot)).count();
    let settings = ctx.state.settings.gateway;
    let (remaining, reset_after) = ctx.state.hub.admission.left(app, Instant::now(), &settings);
    Answer::ok(json!({
        "url": ctx.state.gateway_url(),
        "shards": guilds.div_ceil(1_000.min(settings.guilds_per_shard)).max(1),
        "session_start_limit": {
            "total": settings.session_starts,
            "remaining": remaining,
            "reset_after": reset_after.as_millis(),
            "max_concurrency": settings.max_concurrency,
        },
    }))
}
