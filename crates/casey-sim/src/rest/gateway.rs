//! Where the gateway is (Discord docs: Gateway, Get Gateway Bot).

use serde_json::json;

use super::call::{Answer, Ctx, Outcome};

pub(super) fn open(ctx: &mut Ctx<'_>) -> Outcome {
    Answer::ok(json!({ "url": ctx.state.gateway_url() }))
}

pub(super) fn bot(ctx: &mut Ctx<'_>) -> Outcome {
    let bot = ctx.bot()?;
    let guilds = ctx.state.guilds.values().filter(|guild| guild.members.contains_key(&bot)).count();
    Answer::ok(json!({
        "url": ctx.state.gateway_url(),
        "shards": (guilds / 1_000).max(1),
        "session_start_limit": { "total": 1_000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1 },
    }))
}
