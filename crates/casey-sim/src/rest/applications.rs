//! The application (Discord docs: Application).

use serde_json::json;

use super::{
    call::{Answer, Ctx, Outcome},
    error::ApiError,
};
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
    let mut body = json!({
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
    });
    if let Some(map) = body.as_object_mut() {
        map.extend(app.settings.clone());
    }
    Answer::ok(body)
}

/// What a bot may change about its application.
pub(super) fn modify(ctx: &mut Ctx<'_>) -> Outcome {
    let id = ctx.application()?.id;
    let settings = ctx.form(|form| {
        let mut settings = serde_json::Map::new();
        if let Some(text) = form.text("description", 0, 400) {
            settings.insert("description".to_owned(), json!(text));
        }
        if let Some(tags) = form.list("tags", 5) {
            if !tags.iter().all(|tag| tag.as_str().is_some_and(|tag| (1..=20).contains(&tag.chars().count())))
            {
                form.issue("tags", "BASE_TYPE_BAD_LENGTH", "Each must be between 1 and 20 in length.");
            }
            settings.insert("tags".to_owned(), json!(tags));
        }
        if let Some(url) = form.url("custom_install_url", false) {
            settings.insert("custom_install_url".to_owned(), json!(url));
        }
        for key in [
            "icon",
            "cover_image",
            "team_id",
            "flags",
            "interactions_endpoint_url",
            "explicit_content_filter",
            "max_participants",
            "type",
            "install_params",
            "role_connections_verification_url",
            "integration_types_config",
            "event_webhooks_status",
            "event_webhooks_url",
            "event_webhooks_types",
        ] {
            form.refuse(key);
        }
        settings
    })?;
    let app = ctx.state.apps.get_mut(&id).ok_or_else(ApiError::unknown_application)?;
    app.settings.extend(settings);
    me(ctx)
}
