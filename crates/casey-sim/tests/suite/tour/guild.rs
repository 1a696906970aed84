//! The guild as a whole: settings, members, roles, bans, the audit log, expressions, events and rules.

use serde_json::{Value, json};
use twilight_http::request::{AuditLogReason as _, Method};
use twilight_model::{
    guild::{
        Ban, Emoji, Guild, GuildIntegration, GuildPreview, GuildPrune, Member, Role, VanityUrl,
        VerificationLevel, audit_log::AuditLog, auto_moderation::AutoModerationRule,
        scheduled_event::GuildScheduledEvent,
    },
    id::Id,
    voice::VoiceRegion,
};

use super::{PIXEL, Tour, id};

pub(super) async fn visit(tour: &Tour) {
    settings(tour).await;
    roles(tour).await;
    members(tour).await;
    expressions(tour).await;
    events(tour).await;
    rules(tour).await;
    bans(tour).await;
}

async fn settings(tour: &Tour) {
    let guild = format!("/guilds/{}", tour.guild);
    let found: Guild = tour.model(Method::Get, &format!("{guild}?with_counts=true"), None).await;
    assert_eq!(found.approximate_member_count, Some(5));
    let change = json!({
        "name": "Haven", "verification_level": 2, "icon": PIXEL, "features": ["COMMUNITY", "NEWS", "INVITES_DISABLED"],
        "system_channel_id": tour.channel("general"), "description": "Boats",
    });
    let changed: Guild = tour.model(Method::Patch, &guild, Some(change)).await;
    assert_eq!((changed.name.as_str(), changed.verification_level), ("Haven", VerificationLevel::Medium));
    tour.patch(&guild, json!({ "name": "Harbour" })).await;
    let _: GuildPreview = tour.model(Method::Get, &format!("{guild}/preview"), None).await;
    let _: Vec<VoiceRegion> = tour.model(Method::Get, &format!("{guild}/regions"), None).await;
    tour.get("/voice/regions").await;
    let bots: Vec<GuildIntegration> = tour.model(Method::Get, &format!("{guild}/integrations"), None).await;
    assert_eq!(bots.len(), 1);
    let _: VanityUrl = tour.model(Method::Get, &format!("{guild}/vanity-url"), None).await;
    tour.get(&format!("{guild}/invites")).await;
    tour.get(&format!("{guild}/webhooks")).await;
    let until =
        time::OffsetDateTime::from_unix_timestamp(tour.sim.clock().now().unix_timestamp() + 3_600).unwrap();
    let until = until.format(&time::format_description::well_known::Rfc3339).unwrap();
    let data = tour
        .put(&format!("{guild}/incident-actions"), Some(json!({ "invites_disabled_until": until })))
        .await;
    assert!(data["invites_disabled_until"].is_string() && data["dms_disabled_until"].is_null());
    tour.get(&guild).await;
    let count: GuildPrune = tour.model(Method::Get, &format!("{guild}/prune?days=7"), None).await;
    assert_eq!(count.pruned, 2, "Carol and Dave have no role and never wrote; the owner and Bob stay");
}

async fn roles(tour: &Tour) {
    let roles = format!("/guilds/{}/roles", tour.guild);
    let before: Vec<Role> = tour.model(Method::Get, &roles, None).await;
    let made: Role = tour.model(Method::Post, &roles, Some(json!({ "name": "Deck", "color": 9 }))).await;
    let one = format!("{roles}/{}", made.id);
    let changed: Role =
        tour.model(Method::Patch, &one, Some(json!({ "name": "Decks", "hoist": true }))).await;
    assert!(changed.hoist && changed.name == "Decks" && changed.colors.primary_color == 9);
    let moved: Vec<Role> =
        tour.model(Method::Patch, &roles, Some(json!([{ "id": made.id, "position": 2 }]))).await;
    let positions: Vec<i64> = {
        let mut sorted = moved.clone();
        sorted.sort_by_key(|role| role.position);
        sorted.iter().map(|role| role.position).collect()
    };
    assert_eq!(positions, (0..).take(before.len() + 1).collect::<Vec<i64>>(), "no gaps, none twice");
    assert_eq!(moved.iter().find(|role| role.id == made.id).unwrap().position, 2);
    let _: Role = tour.model(Method::Get, &one, None).await;
    let counts = tour.get(&format!("{roles}/member-counts")).await;
    assert_eq!(counts[tour.role("Officer")], 1);
    tour.delete(&one).await;
    assert_eq!(tour.model::<Vec<Role>>(Method::Get, &roles, None).await.len(), before.len());
}

async fn members(tour: &Tour) {
    let members = format!("/guilds/{}/members", tour.guild);
    let (carol, crew) = (tour.person("Carol"), tour.role("Crew"));
    tour.get(&format!("{members}?limit=1000")).await;
    tour.get(&format!("{members}/search?query=car")).await;
    let one = format!("{members}/{carol}");
    let _: Member = tour.model(Method::Get, &one, None).await;
    let change = json!({ "nick": "Caz", "roles": [crew], "communication_disabled_until": null });
    let changed: Member = tour.model(Method::Patch, &one, Some(change)).await;
    assert_eq!((changed.nick.as_deref(), changed.roles.len()), (Some("Caz"), 1));
    tour.delete(&format!("{one}/roles/{crew}")).await;
    tour.put(&format!("{one}/roles/{crew}"), None).await;
    let me: Value = tour.patch(&format!("{members}/@me"), json!({ "nick": "Parrot" })).await;
    assert_eq!(me["nick"], "Parrot");
}

async fn expressions(tour: &Tour) {
    let emojis = format!("/guilds/{}/emojis", tour.guild);
    let made: Emoji =
        tour.model(Method::Post, &emojis, Some(json!({ "name": "wave", "image": PIXEL }))).await;
    let one = format!("{emojis}/{}", made.id);
    tour.patch(&one, json!({ "name": "waves" })).await;
    let found: Emoji = tour.model(Method::Get, &one, None).await;
    assert_eq!((found.name.as_str(), found.animated), ("waves", false));
    assert_eq!(tour.get(&emojis).await.as_array().map(Vec::len), Some(1));
    let sent = tour
        .post(&format!("/channels/{}/messages", tour.channel("general")), json!({ "content": "x" }))
        .await;
    let message = format!("/channels/{}/messages/{}", tour.channel("general"), id(&sent));
    tour.put(&format!("{message}/reactions/waves:{}/@me", made.id), None).await;
    let with: twilight_model::channel::Message = tour.model(Method::Get, &message, None).await;
    assert_eq!(with.reactions.len(), 1);
    tour.delete(&one).await;

    let guild = Id::new(tour.guild.parse().unwrap());
    let sticker: twilight_model::channel::message::sticker::Sticker = tour
        .judge(tour.http.create_guild_sticker(guild, "boat", "A boat", "boat", b"bytes").await.unwrap())
        .await;
    let stickers = format!("/guilds/{}/stickers", tour.guild);
    let one = format!("{stickers}/{}", sticker.id);
    tour.patch(&one, json!({ "name": "boats" })).await;
    tour.get(&one).await;
    tour.get(&format!("/stickers/{}", sticker.id)).await;
    assert_eq!(tour.get(&stickers).await[0]["name"], "boats");
    let body = json!({ "sticker_ids": [sticker.id] });
    let sent: twilight_model::channel::Message = tour
        .model(Method::Post, &format!("/channels/{}/messages", tour.channel("general")), Some(body))
        .await;
    assert_eq!(sent.sticker_items.len(), 1);
    tour.delete(&one).await;
}

async fn events(tour: &Tour) {
    let events = format!("/guilds/{}/scheduled-events", tour.guild);
    let external = json!({
        "name": "Regatta", "privacy_level": 2, "entity_type": 3, "entity_metadata": { "location": "Bay" },
        "scheduled_start_time": "2099-01-01T10:00:00Z", "scheduled_end_time": "2099-01-01T12:00:00Z",
    });
    let made: GuildScheduledEvent = tour.model(Method::Post, &events, Some(external)).await;
    let one = format!("{events}/{}", made.id);
    let voice = json!({
        "name": "Talk", "privacy_level": 2, "entity_type": 2, "channel_id": tour.channel("Quay"),
        "scheduled_start_time": "2099-01-01T10:00:00Z",
    });
    tour.model::<GuildScheduledEvent>(Method::Post, &events, Some(voice)).await;
    assert_eq!(tour.get(&events).await.as_array().map(Vec::len), Some(2));
    tour.patch(&one, json!({ "status": 2 })).await;
    let found: GuildScheduledEvent =
        tour.model(Method::Get, &format!("{one}?with_user_count=true"), None).await;
    assert_eq!(found.user_count, Some(0));
    tour.get(&format!("{one}/users")).await;
    tour.delete(&one).await;
}

async fn rules(tour: &Tour) {
    let rules = format!("/guilds/{}/auto-moderation/rules", tour.guild);
    let rule = json!({
        "name": "Words", "event_type": 1, "trigger_type": 1, "trigger_metadata": { "keyword_filter": ["barnacle"] },
        "actions": [{ "type": 1, "metadata": { "custom_message": "No" } }, { "type": 3, "metadata": { "duration_seconds": 60 } }],
    });
    let made: AutoModerationRule = tour.model(Method::Post, &rules, Some(rule)).await;
    let one = format!("{rules}/{}", made.id);
    let changed: AutoModerationRule = tour.model(Method::Patch, &one, Some(json!({ "enabled": true }))).await;
    assert!(changed.enabled && changed.actions.len() == 2);
    let _: AutoModerationRule = tour.model(Method::Get, &one, None).await;
    assert_eq!(tour.get(&rules).await.as_array().map(Vec::len), Some(1));
    tour.delete(&one).await;
}

async fn bans(tour: &Tour) {
    let guild = format!("/guilds/{}", tour.guild);
    let (bob, carol, dave) = (tour.person("Bob"), tour.person("Carol"), tour.person("Dave"));
    let ban = format!("{guild}/bans/{dave}");
    let (guild_id, dave_id) = (Id::new(tour.guild.parse().unwrap()), Id::new(dave.parse().unwrap()));
    tour.http.create_ban(guild_id, dave_id).reason("rude — ünd loud").await.unwrap();
    let found: Ban = tour.model(Method::Get, &ban, None).await;
    assert_eq!(found.reason.as_deref(), Some("rude — ünd loud"));
    let list: Vec<Ban> = tour.model(Method::Get, &format!("{guild}/bans?limit=10"), None).await;
    assert_eq!(list.len(), 1);
    tour.delete(&ban).await;
    tour.put(&ban, Some(json!({ "delete_message_seconds": 604_800 }))).await;
    tour.delete(&ban).await;
    tour.delete(&format!("{guild}/members/{bob}")).await;
    let many = json!({ "user_ids": [carol, "5"], "delete_message_seconds": 0 });
    let answer = tour.post(&format!("{guild}/bulk-ban"), many).await;
    assert_eq!(answer, json!({ "banned_users": [carol], "failed_users": ["5"] }));
    let pruned =
        tour.post(&format!("{guild}/prune"), json!({ "days": 7, "compute_prune_count": true })).await;
    assert_eq!(pruned["pruned"], 0, "nobody idle is left");
    let log: AuditLog = tour.model(Method::Get, &format!("{guild}/audit-logs?limit=100"), None).await;
    let actions: Vec<u16> = log.entries.iter().map(|entry| u16::from(entry.action_type)).collect();
    assert_eq!(actions[..7], [21, 22, 20, 23, 22, 23, 22]);
    assert_eq!(log.entries[6].reason.as_deref(), Some("rude — ünd loud"));
    let only: AuditLog = tour.model(Method::Get, &format!("{guild}/audit-logs?action_type=20"), None).await;
    assert_eq!(only.entries.len(), 1);
    // Carol is needed on the rest of the tour.
    tour.delete(&format!("{guild}/bans/{carol}")).await;
    tour.sim.guild("Harbour").unwrap().joins("Carol").await.unwrap();
}
