//! Which routes there are. The table is the list of what is simulated.

use super::{
    applications, audit_log, bans,
    call::{Ctx, Outcome},
    channels, command_permissions, commands, emojis, events, gateway, guild_channels, guilds, interactions,
    invites, members, messages, overwrites, pins, reactions, roles, rules, stickers, thread_lists,
    thread_members, threads, users, webhook_messages, webhooks,
};

/// What a route takes as its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    Json,
    /// JSON, or a form with files.
    Files,
    /// JSON or nothing.
    Maybe,
    /// A form whose fields are texts and one file.
    Form,
}

/// A route: method, path below `/api/v10`, query parameters, body, and what it does.
pub(super) struct Route {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) query: &'static [&'static str],
    pub(super) takes: Takes,
    /// Whether a bot token is needed.
    pub(super) token: bool,
    pub(super) run: fn(&mut Ctx<'_>) -> Outcome,
}

const fn route(
    method: &'static str,
    path: &'static str,
    query: &'static [&'static str],
    takes: Takes,
    run: fn(&mut Ctx<'_>) -> Outcome,
) -> Route {
    Route { method, path, query, takes, token: true, run }
}

const fn open(
    method: &'static str,
    path: &'static str,
    query: &'static [&'static str],
    takes: Takes,
    run: fn(&mut Ctx<'_>) -> Outcome,
) -> Route {
    Route { method, path, query, takes, token: false, run }
}

use Takes::{Files, Form, Json, Maybe, Nothing};

/// Every simulated route.
#[rustfmt::skip]
pub(super) static ROUTES: &[Route] = &[
    open("GET", "/gateway", &[], Nothing, gateway::open),
    route("GET", "/gateway/bot", &[], Nothing, gateway::bot),
    route("GET", "/users/@me", &[], Nothing, users::me),
    route("PATCH", "/users/@me", &[], Json, users::rename),
    route("GET", "/users/@me/guilds", &["before", "after", "limit", "with_counts"], Nothing, users::guilds),
    route("DELETE", "/users/@me/guilds/{guild_id}", &[], Nothing, guilds::leave),
    route("GET", "/users/@me/guilds/{guild_id}/member", &[], Nothing, members::own),
    route("POST", "/users/@me/channels", &[], Json, users::open_direct),
    route("GET", "/users/{user_id}", &[], Nothing, users::get),
    route("GET", "/applications/@me", &[], Nothing, applications::me),
    route("PATCH", "/applications/@me", &[], Json, applications::modify),
    route("GET", "/applications/{application_id}/emojis", &[], Nothing, emojis::list),
    route("POST", "/applications/{application_id}/emojis", &[], Json, emojis::create),
    route("GET", "/applications/{application_id}/emojis/{emoji_id}", &[], Nothing, emojis::get),
    route("PATCH", "/applications/{application_id}/emojis/{emoji_id}", &[], Json, emojis::modify),
    route("DELETE", "/applications/{application_id}/emojis/{emoji_id}", &[], Nothing, emojis::delete),
    route("GET", "/oauth2/applications/@me", &[], Nothing, applications::me),
    route("GET", "/applications/{application_id}/commands", &["with_localizations"], Nothing, commands::list),
    route("POST", "/applications/{application_id}/commands", &[], Json, commands::create),
    route("PUT", "/applications/{application_id}/commands", &[], Json, commands::overwrite),
    route("GET", "/applications/{application_id}/commands/{command_id}", &[], Nothing, commands::get),
    route("PATCH", "/applications/{application_id}/commands/{command_id}", &[], Json, commands::edit),
    route("DELETE", "/applications/{application_id}/commands/{command_id}", &[], Nothing, commands::delete),
    route("GET", "/applications/{application_id}/guilds/{guild_id}/commands", &["with_localizations"], Nothing, commands::list),
    route("POST", "/applications/{application_id}/guilds/{guild_id}/commands", &[], Json, commands::create),
    route("PUT", "/applications/{application_id}/guilds/{guild_id}/commands", &[], Json, commands::overwrite),
    route("GET", "/applications/{application_id}/guilds/{guild_id}/commands/permissions", &[], Nothing, command_permissions::list),
    route("GET", "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}/permissions", &[], Nothing, command_permissions::get),
    route("PUT", "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}/permissions", &[], Json, command_permissions::put),
    route("GET", "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}", &[], Nothing, commands::get),
    route("PATCH", "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}", &[], Json, commands::edit),
    route("DELETE", "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}", &[], Nothing, commands::delete),
    open("POST", "/interactions/{interaction_id}/{interaction_token}/callback", &["with_response"], Files, interactions::answer),
    open("POST", "/webhooks/{webhook_id}/{webhook_token}", &["wait", "thread_id", "with_components"], Files, webhook_messages::execute),
    open("GET", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", &["thread_id"], Nothing, webhook_messages::get),
    open("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", &["thread_id", "with_components"], Files, webhook_messages::edit),
    open("DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", &["thread_id"], Nothing, webhook_messages::delete),
    route("POST", "/channels/{channel_id}/messages/{message_id}/crosspost", &[], Nothing, messages::crosspost),
    route("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions", &[], Nothing, reactions::remove_all),
    route("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}", &[], Nothing, reactions::remove_emoji),
    open("GET", "/webhooks/{webhook_id}/{webhook_token}", &[], Nothing, webhooks::get_with_token),
    open("PATCH", "/webhooks/{webhook_id}/{webhook_token}", &[], Json, webhooks::modify_with_token),
    open("DELETE", "/webhooks/{webhook_id}/{webhook_token}", &[], Nothing, webhooks::delete_with_token),
    route("GET", "/webhooks/{webhook_id}", &[], Nothing, webhooks::get),
    route("PATCH", "/webhooks/{webhook_id}", &[], Json, webhooks::modify),
    route("DELETE", "/webhooks/{webhook_id}", &[], Nothing, webhooks::delete),
    route("GET", "/channels/{channel_id}/webhooks", &[], Nothing, webhooks::of_channel),
    route("POST", "/channels/{channel_id}/webhooks", &[], Json, webhooks::create),
    route("POST", "/channels/{channel_id}/followers", &[], Json, webhooks::follow),
    route("GET", "/guilds/{guild_id}/webhooks", &[], Nothing, webhooks::of_guild),
    route("GET", "/channels/{channel_id}", &[], Nothing, channels::get),
    route("PATCH", "/channels/{channel_id}", &[], Json, channels::edit),
    route("DELETE", "/channels/{channel_id}", &[], Nothing, channels::delete),
    route("PUT", "/channels/{channel_id}/permissions/{overwrite_id}", &[], Json, overwrites::put),
    route("DELETE", "/channels/{channel_id}/permissions/{overwrite_id}", &[], Nothing, overwrites::delete),
    route("GET", "/channels/{channel_id}/invites", &[], Nothing, invites::of_channel),
    route("POST", "/channels/{channel_id}/invites", &[], Json, invites::create),
    route("GET", "/invites/{code}", &["with_counts", "guild_scheduled_event_id"], Nothing, invites::get),
    route("DELETE", "/invites/{code}", &[], Nothing, invites::delete),
    route("GET", "/guilds/{guild_id}/invites", &[], Nothing, invites::of_guild),
    route("POST", "/channels/{channel_id}/threads", &["use_nested_fields"], Files, threads::start),
    route("POST", "/channels/{channel_id}/messages/{message_id}/threads", &[], Json, threads::start_from_message),
    route("GET", "/channels/{channel_id}/threads/archived/public", &["before", "limit"], Nothing, thread_lists::public),
    route("GET", "/channels/{channel_id}/threads/archived/private", &["before", "limit"], Nothing, thread_lists::private),
    route("GET", "/channels/{channel_id}/users/@me/threads/archived/private", &["before", "limit"], Nothing, thread_lists::joined),
    route("GET", "/guilds/{guild_id}/threads/active", &[], Nothing, thread_lists::active),
    route("GET", "/channels/{channel_id}/thread-members", &["with_member", "limit", "after"], Nothing, thread_members::list),
    route("PUT", "/channels/{channel_id}/thread-members/@me", &[], Nothing, thread_members::join),
    route("DELETE", "/channels/{channel_id}/thread-members/@me", &[], Nothing, thread_members::leave),
    route("GET", "/channels/{channel_id}/thread-members/{user_id}", &["with_member"], Nothing, thread_members::get),
    route("PUT", "/channels/{channel_id}/thread-members/{user_id}", &[], Nothing, thread_members::put),
    route("DELETE", "/channels/{channel_id}/thread-members/{user_id}", &[], Nothing, thread_members::delete),
    route("GET", "/channels/{channel_id}/messages/pins", &["before", "limit"], Nothing, pins::page),
    route("PUT", "/channels/{channel_id}/messages/pins/{message_id}", &[], Nothing, pins::pin),
    route("DELETE", "/channels/{channel_id}/messages/pins/{message_id}", &[], Nothing, pins::unpin),
    route("GET", "/channels/{channel_id}/pins", &[], Nothing, pins::list),
    route("PUT", "/channels/{channel_id}/pins/{message_id}", &[], Nothing, pins::pin),
    route("DELETE", "/channels/{channel_id}/pins/{message_id}", &[], Nothing, pins::unpin),
    route("POST", "/channels/{channel_id}/typing", &[], Nothing, channels::typing),
    route("GET", "/channels/{channel_id}/messages", &["around", "before", "after", "limit"], Nothing, messages::list),
    route("POST", "/channels/{channel_id}/messages", &[], Files, messages::create),
    route("POST", "/channels/{channel_id}/messages/bulk-delete", &[], Json, messages::delete_many),
    route("GET", "/channels/{channel_id}/messages/{message_id}", &[], Nothing, messages::get),
    route("PATCH", "/channels/{channel_id}/messages/{message_id}", &[], Files, messages::edit),
    route("DELETE", "/channels/{channel_id}/messages/{message_id}", &[], Nothing, messages::delete),
    route("GET", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}", &["after", "limit", "type"], Nothing, reactions::list),
    route("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me", &[], Nothing, reactions::add),
    route("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me", &[], Nothing, reactions::remove_own),
    route("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/{user_id}", &[], Nothing, reactions::remove),
    route("GET", "/guilds/{guild_id}", &["with_counts"], Nothing, guilds::get),
    route("PATCH", "/guilds/{guild_id}", &[], Json, guilds::modify),
    route("GET", "/guilds/{guild_id}/preview", &[], Nothing, guilds::preview),
    route("GET", "/guilds/{guild_id}/prune", &["days", "include_roles"], Nothing, guilds::prune_count),
    route("POST", "/guilds/{guild_id}/prune", &[], Json, guilds::prune),
    route("GET", "/guilds/{guild_id}/regions", &[], Nothing, guilds::regions),
    route("GET", "/voice/regions", &[], Nothing, guilds::regions),
    route("GET", "/guilds/{guild_id}/integrations", &[], Nothing, guilds::integrations),
    route("GET", "/guilds/{guild_id}/vanity-url", &[], Nothing, guilds::vanity_url),
    route("PUT", "/guilds/{guild_id}/incident-actions", &[], Json, guilds::incident_actions),
    route("GET", "/guilds/{guild_id}/audit-logs", &["user_id", "target_id", "action_type", "before", "after", "limit"], Nothing, audit_log::get),
    route("GET", "/guilds/{guild_id}/bans", &["limit", "before", "after"], Nothing, bans::list),
    route("POST", "/guilds/{guild_id}/bulk-ban", &[], Json, bans::bulk),
    route("GET", "/guilds/{guild_id}/bans/{user_id}", &[], Nothing, bans::get),
    route("PUT", "/guilds/{guild_id}/bans/{user_id}", &["delete_message_seconds"], Maybe, bans::create),
    route("DELETE", "/guilds/{guild_id}/bans/{user_id}", &[], Nothing, bans::delete),
    route("GET", "/guilds/{guild_id}/emojis", &[], Nothing, emojis::list),
    route("POST", "/guilds/{guild_id}/emojis", &[], Json, emojis::create),
    route("GET", "/guilds/{guild_id}/emojis/{emoji_id}", &[], Nothing, emojis::get),
    route("PATCH", "/guilds/{guild_id}/emojis/{emoji_id}", &[], Json, emojis::modify),
    route("DELETE", "/guilds/{guild_id}/emojis/{emoji_id}", &[], Nothing, emojis::delete),
    route("GET", "/stickers/{sticker_id}", &[], Nothing, stickers::anywhere),
    route("GET", "/guilds/{guild_id}/stickers", &[], Nothing, stickers::list),
    route("POST", "/guilds/{guild_id}/stickers", &[], Form, stickers::create),
    route("GET", "/guilds/{guild_id}/stickers/{sticker_id}", &[], Nothing, stickers::get),
    route("PATCH", "/guilds/{guild_id}/stickers/{sticker_id}", &[], Json, stickers::modify),
    route("DELETE", "/guilds/{guild_id}/stickers/{sticker_id}", &[], Nothing, stickers::delete),
    route("GET", "/guilds/{guild_id}/scheduled-events", &["with_user_count"], Nothing, events::list),
    route("POST", "/guilds/{guild_id}/scheduled-events", &[], Json, events::create),
    route("GET", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}", &["with_user_count"], Nothing, events::get),
    route("PATCH", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}", &[], Json, events::modify),
    route("DELETE", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}", &[], Nothing, events::delete),
    route("GET", "/guilds/{guild_id}/scheduled-events/{guild_scheduled_event_id}/users", &["with_member", "limit", "before", "after"], Nothing, events::users),
    route("GET", "/guilds/{guild_id}/auto-moderation/rules", &[], Nothing, rules::list),
    route("POST", "/guilds/{guild_id}/auto-moderation/rules", &[], Json, rules::create),
    route("GET", "/guilds/{guild_id}/auto-moderation/rules/{rule_id}", &[], Nothing, rules::get),
    route("PATCH", "/guilds/{guild_id}/auto-moderation/rules/{rule_id}", &[], Json, rules::modify),
    route("DELETE", "/guilds/{guild_id}/auto-moderation/rules/{rule_id}", &[], Nothing, rules::delete),
    route("GET", "/guilds/{guild_id}/channels", &[], Nothing, guild_channels::list),
    route("POST", "/guilds/{guild_id}/channels", &[], Json, guild_channels::create),
    route("PATCH", "/guilds/{guild_id}/channels", &[], Json, guild_channels::reorder),
    route("GET", "/guilds/{guild_id}/roles", &[], Nothing, roles::list),
    route("POST", "/guilds/{guild_id}/roles", &[], Json, roles::create),
    route("PATCH", "/guilds/{guild_id}/roles", &[], Json, roles::reorder),
    route("GET", "/guilds/{guild_id}/roles/member-counts", &[], Nothing, roles::member_counts),
    route("GET", "/guilds/{guild_id}/roles/{role_id}", &[], Nothing, roles::get),
    route("PATCH", "/guilds/{guild_id}/roles/{role_id}", &[], Json, roles::modify),
    route("DELETE", "/guilds/{guild_id}/roles/{role_id}", &[], Nothing, roles::delete),
    route("GET", "/guilds/{guild_id}/members", &["limit", "after"], Nothing, members::list),
    route("GET", "/guilds/{guild_id}/members/search", &["limit", "query"], Nothing, members::search),
    route("GET", "/guilds/{guild_id}/members/{user_id}", &[], Nothing, members::get),
    route("PATCH", "/guilds/{guild_id}/members/@me", &[], Json, members::modify_me),
    route("PATCH", "/guilds/{guild_id}/members/{user_id}", &[], Json, members::modify),
    route("DELETE", "/guilds/{guild_id}/members/{user_id}", &[], Nothing, members::kick),
    route("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", &[], Nothing, members::add_role),
    route("DELETE", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", &[], Nothing, members::remove_role),
];

/// Method and path (below `/api/v10`) of every route of the HTTP API that is simulated.
pub fn routes() -> Vec<(&'static str, &'static str)> {
    ROUTES.iter().map(|route| (route.method, route.path)).collect()
}

/// The result of looking a path up.
pub(super) enum Found {
    Route(&'static Route, Vec<(&'static str, String)>),
    /// The path exists with other methods.
    OtherMethod,
    Nothing,
}

/// The route of a request. Of several that fit, the one with the most literal segments wins.
pub(super) fn find(method: &str, path: &str) -> Found {
    let segments: Vec<&str> = path.split('/').collect();
    let fitting: Vec<_> =
        ROUTES.iter().filter_map(|route| fit(route.path, &segments).map(|params| (route, params))).collect();
    let literal = |params: &[(&'static str, String)]| std::cmp::Reverse(params.len());
    let best =
        fitting.iter().filter(|(route, _)| route.method == method).max_by_key(|(_, params)| literal(params));
    match best {
        Some((route, params)) => Found::Route(route, params.clone()),
        None if fitting.is_empty() => Found::Nothing,
        None => Found::OtherMethod,
    }
}

fn fit(template: &'static str, segments: &[&str]) -> Option<Vec<(&'static str, String)>> {
    let parts: Vec<&'static str> = template.split('/').collect();
    if parts.len() != segments.len() {
        return None;
    }
    let mut params = Vec::new();
    for (part, segment) in parts.into_iter().zip(segments) {
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) if !segment.is_empty() => params.push((name, decode(segment))),
            None if part == *segment || part == decode(segment) => {}
            _ => return None,
        }
    }
    Some(params)
}

/// Percent-decoding; what is not valid UTF-8 afterwards is replaced.
pub(super) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(&byte) = bytes.get(index) {
        let hex = bytes.get(index + 1..index + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match hex.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(decoded) if byte == b'%' => {
                out.push(decoded);
                index += 3;
            }
            _ => {
                out.push(byte);
                index += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn path_of(method: &str, path: &str) -> Option<&'static str> {
        match find(method, path) {
            Found::Route(route, _) => Some(route.path),
            _ => None,
        }
    }

    #[test]
    fn literal_segments_win() {
        assert_eq!(path_of("GET", "/users/@me"), Some("/users/@me"));
        assert_eq!(path_of("GET", "/users/%40me"), Some("/users/@me"));
        assert_eq!(path_of("GET", "/users/5"), Some("/users/{user_id}"));
        let search = "/guilds/{guild_id}/members/search";
        assert_eq!(path_of("GET", "/guilds/1/members/search"), Some(search));
        assert!(matches!(find("PUT", "/users/5"), Found::OtherMethod));
        assert!(matches!(find("GET", "/users"), Found::Nothing));
    }

    proptest! {
        #[test]
        fn any_path_is_looked_up(path in "\\PC{0,60}") {
            let _ = find("GET", &path);
            prop_assert!(decode(&path).len() <= path.len() * 3);
        }
    }
}
