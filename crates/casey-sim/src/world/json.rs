//! Users, members, roles, channels and guilds as Discord writes them.

use serde_json::{Map, Value, json};

use super::{Channel, Command, Guild, Kind, Member, Overwrite, Role, State, User};
use crate::{
    gateway::Audience,
    permissions::Permissions,
    snowflake::{Snowflake, timestamp},
};

/// For whom a message is rendered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    /// The account that looks: `me` of a reaction, own messages.
    pub(crate) user: Snowflake,
    /// Whether it may read what others wrote (`MESSAGE_CONTENT`).
    pub(crate) content: bool,
}

impl State {
    pub(crate) fn user_json(&self, id: Snowflake) -> Value {
        let Some(user) = self.users.get(&id) else {
            return Self::account_json(&User::named(id, "Deleted User", false));
        };
        Self::account_json(user)
    }

    fn account_json(user: &User) -> Value {
        let mut body = json!({
            "id": user.id,
            "username": user.username(),
            "global_name": if user.bot { Value::Null } else { json!(user.name) },
            "discriminator": "0",
            "avatar": null,
            "banner": null,
            "accent_color": null,
            "avatar_decoration_data": null,
            "primary_guild": null,
            "public_flags": 0,
            "flags": 0,
        });
        if user.bot {
            body["bot"] = json!(true);
            body["username"] = json!(user.name);
        }
        body
    }

    /// The bot as it sees itself.
    pub(crate) fn own_user_json(&self, id: Snowflake) -> Value {
        let mut body = self.user_json(id);
        body["mfa_enabled"] = json!(true);
        body["locale"] = json!("en-US");
        body["email"] = Value::Null;
        body["verified"] = json!(true);
        body
    }

    /// A member without the user, as it stands in messages.
    pub(crate) fn partial_member_json(member: &Member) -> Value {
        json!({
            "nick": member.nick,
            "roles": member.roles,
            "joined_at": timestamp(member.joined_at),
            "communication_disabled_until": member.timed_out_until.map(timestamp),
            "avatar": null,
            "banner": null,
            "premium_since": null,
            "pending": false,
            "flags": member.flags,
            "mute": member.mute,
            "deaf": member.deaf,
        })
    }

    pub(crate) fn member_json(&self, member: &Member) -> Value {
        let mut body = Self::partial_member_json(member);
        body["user"] = self.user_json(member.user);
        body
    }

    pub(crate) fn role_json(role: &Role) -> Value {
        let mut body = json!({
            "id": role.id,
            "name": role.name,
            "permissions": role.permissions.bits().to_string(),
            "position": role.position,
            "color": role.color,
            "colors": { "primary_color": role.color, "secondary_color": null, "tertiary_color": null },
            "hoist": role.hoist,
            "managed": role.bot.is_some(),
            "mentionable": role.mentionable,
            "icon": null,
            "unicode_emoji": null,
            "flags": 0,
        });
        if let Some(bot) = role.bot {
            body["tags"] = json!({ "bot_id": bot });
        }
        body
    }

    pub(crate) fn roles_json(guild: &Guild) -> Vec<Value> {
        guild.roles.values().map(Self::role_json).collect()
    }

    /// A channel. The recipients of a direct message are those besides the bot.
    pub(crate) fn channel_json(&self, channel: &Channel) -> Value {
        let mut body = json!({
            "id": channel.id,
            "type": channel.kind.number(),
            "flags": 0,
        });
        if let (Some(map), Some(_)) = (body.as_object_mut(), channel.guild) {
            map.extend(guild_channel_fields(channel));
            map.extend(channel.extra.clone());
        }
        if let Some((_, at)) = channel.pins.last() {
            body["last_pin_timestamp"] = json!(timestamp(*at));
        }
        if channel.kind != Kind::Category {
            body["last_message_id"] = json!(channel.last_message);
        }
        if let Some((person, _)) = channel.recipients {
            body["recipients"] = json!([self.user_json(person)]);
        }
        body
    }

    /// The channel of an interaction or of a resolved option, with what `user` may do there.
    pub(crate) fn partial_channel_json(&self, channel: &Channel, permissions: Permissions) -> Value {
        let mut body = self.channel_json(channel);
        if let Some(map) = body.as_object_mut() {
            map.remove("permission_overwrites");
            if channel.guild.is_some() {
                map.insert("permissions".to_owned(), json!(permissions.bits().to_string()));
            }
        }
        body
    }

    /// A guild as the HTTP API answers it.
    pub(crate) fn guild_json(guild: &Guild) -> Value {
        let mut body = Self::new_guild_json(guild);
        if let Some(map) = body.as_object_mut() {
            map.extend(guild.settings.clone());
        }
        body
    }

    /// A guild in which nobody has changed a setting.
    fn new_guild_json(guild: &Guild) -> Value {
        json!({
            "id": guild.id,
            "name": guild.name,
            "icon": null,
            "description": null,
            "home_header": null,
            "splash": null,
            "discovery_splash": null,
            "features": guild.features,
            "banner": null,
            "owner_id": guild.owner,
            "application_id": null,
            "region": "deprecated",
            "afk_channel_id": null,
            "afk_timeout": 300,
            "system_channel_id": null,
            "system_channel_flags": 0,
            "widget_enabled": false,
            "widget_channel_id": null,
            "verification_level": 0,
            "roles": Self::roles_json(guild),
            "default_message_notifications": 1,
            "mfa_level": 0,
            "explicit_content_filter": 0,
            "max_presences": null,
            "max_members": 500_000,
            "max_stage_video_channel_users": 50,
            "max_video_channel_users": 25,
            "vanity_url_code": null,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "preferred_locale": "en-US",
            "rules_channel_id": null,
            "safety_alerts_channel_id": null,
            "public_updates_channel_id": null,
            "premium_progress_bar_enabled": false,
            "nsfw": false,
            "nsfw_level": 0,
            "emojis": guild.emojis.values().collect::<Vec<_>>(),
            "stickers": guild.stickers.values().collect::<Vec<_>>(),
            "incidents_data": null,
        })
    }

    /// What `GUILD_CREATE` adds. Without the presences intent Discord sends only the bot's own member. `unavailable` is
    /// there for guilds that READY listed as such, and is not for those the bot has just come into.
    pub(crate) fn guild_create_json(&self, guild: &Guild, to: Audience, new: bool) -> Value {
        let bot = to.bot;
        let mut body = Self::guild_json(guild);
        let shown = self.members_shown(guild, to);
        let members: Vec<Value> = shown.iter().map(|member| self.member_json(member)).collect();
        let presences = if to.presences { self.presences_json(guild.id, shown) } else { Vec::new() };
        let channels: Vec<Value> = guild
            .channels
            .iter()
            .filter_map(|id| self.channels.get(id))
            .map(|channel| {
                let mut body = self.channel_json(channel);
                if let Some(map) = body.as_object_mut() {
                    map.remove("guild_id");
                }
                body
            })
            .collect();
        let joined = guild.members.get(&bot).map(|member| timestamp(member.joined_at));
        let extra = json!({
            "joined_at": joined,
            "large": guild.members.len() > to.large_threshold,
            "member_count": guild.members.len(),
            "members": members,
            "channels": channels,
            "threads": self.threads_seen_by(guild.id, bot),
            "presences": presences,
            "voice_states": self.voice_states_json(guild.id),
            "stage_instances": [],
            "guild_scheduled_events": guild.events.values().collect::<Vec<_>>(),
            "soundboard_sounds": [],
        });
        if let (Some(map), Value::Object(extra)) = (body.as_object_mut(), extra) {
            map.extend(extra);
            if !new {
                map.insert("unavailable".to_owned(), json!(false));
            }
        }
        body
    }

    /// Active threads of a guild that a bot sees.
    pub(crate) fn threads_seen_by(&self, guild: Snowflake, bot: Snowflake) -> Vec<Value> {
        let active = |channel: &&Channel| {
            channel.guild == Some(guild) && channel.thread.as_ref().is_some_and(|thread| !thread.archived)
        };
        let mut threads: Vec<&Channel> = self.channels.values().filter(active).collect();
        threads.retain(|one| self.permissions(bot, one.id).contains(Permissions::VIEW_CHANNEL));
        threads.sort_by_key(|one| std::cmp::Reverse(one.id));
        threads.into_iter().map(|one| self.channel_json_for(one, bot)).collect()
    }

    /// A channel with the thread membership of `user`.
    pub(crate) fn channel_json_for(&self, channel: &Channel, user: Snowflake) -> Value {
        let mut body = self.channel_json(channel);
        if let Some(member) = self.thread_member_json(channel, user, false) {
            body["member"] = member;
        }
        body
    }

    pub(crate) fn command_json(app: Snowflake, command: &Command) -> Value {
        let mut body = command.body.clone();
        body["id"] = json!(command.id);
        body["application_id"] = json!(app);
        body["version"] = json!(command.version);
        if let Some(guild) = command.guild {
            body["guild_id"] = json!(guild);
        }
        body
    }
}

/// What the kind of a guild channel adds to its JSON.
fn guild_channel_fields(channel: &Channel) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut put = |key: &str, value: Value| fields.insert(key.to_owned(), value);
    put("guild_id", json!(channel.guild));
    put("name", json!(channel.name));
    put("parent_id", json!(channel.parent));
    if let Some(thread) = &channel.thread {
        put("owner_id", json!(thread.owner));
        put("thread_metadata", thread.metadata_json(channel.kind));
        put("rate_limit_per_user", json!(channel.slowmode_s));
        put("message_count", json!(channel.messages.keys().filter(|id| **id != channel.id).count()));
        put("total_message_sent", json!(thread.sent));
        put("member_count", json!(thread.members.len().min(50)));
        put("applied_tags", json!(thread.tags));
        return fields;
    }
    put("position", json!(channel.position));
    put("permission_overwrites", json!(channel.overwrites.iter().map(overwrite_json).collect::<Vec<_>>()));
    put("nsfw", json!(channel.nsfw));
    if channel.kind != Kind::Category {
        put("rate_limit_per_user", json!(channel.slowmode_s));
    }
    match channel.kind {
        Kind::Voice | Kind::Stage => {
            put("bitrate", json!(64_000));
            put("user_limit", json!(0));
            put("rtc_region", Value::Null);
        }
        Kind::Forum => {
            put("topic", json!(channel.topic));
            put("available_tags", json!([]));
            put("default_reaction_emoji", Value::Null);
            put("default_sort_order", Value::Null);
            put("default_forum_layout", json!(0));
        }
        Kind::Text | Kind::News => {
            put("topic", json!(channel.topic));
        }
        _ => {}
    }
    fields
}

fn overwrite_json(overwrite: &Overwrite) -> Value {
    json!({
        "id": overwrite.id,
        "type": u8::from(!overwrite.role),
        "allow": overwrite.allow.bits().to_string(),
        "deny": overwrite.deny.bits().to_string(),
    })
}
