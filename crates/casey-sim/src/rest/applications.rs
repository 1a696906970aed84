//! The application (Discord docs: Application).

use serde_json::json;

use super::call::{Answer, Ctx, Outcome};
use crate::gateway::Intents;

pub(super) fn me(ctx: &mut Ctx<'_>) -> Outcome {
    let app = ctx.application()?;
    let guilds = ctx.state.guilds.values().filter(|guild| guild.members.contains_key(&app.bot)).count();
    // Bits of the privileged intents for bots in fewer than 100 servers (Application, Application Flags).
    let flags =
        [(Intents::GUILD_PRESENCES, 13), (Intents::GUILD_MEMBERS, 15), (Intents::MESSAGE_CONTENT, 19)]
            .into_iter()
            .filter(|(intent, _)| app.privileged.contains(*intent))
            .fold(0_u64, |sum, (_, bit)| sum | 1 << bit);
    Answer::ok(json!({
        "id": app.id,
        "name": app.name,
        "icon": null,
        "description": "",
        "type": null,
        "bot": ctx.state.user_json(app.bot),
        "bot_public": true,
        "bot_require_code_grant": false,
        "integration_types_config": { "0": {} },
        "verify_key": "0".repeat(64),
        "flags": flags,
        "flags_new": flags.to_string(),
        "redirect_uris": [],
        "interactions_endpoint_url": null,
        "role_connections_verification_url": null,
        "owner": ctx.state.user_json(app.owner),
        "approximate_guild_count": guilds,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": null,
        "eligible_oauth2_scopes": [],
    }))
}
