//! Bots, guilds, channels, members and roles that are added while the simulation runs.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Ask,
    answer::{Answer, Problem},
};
use crate::{
    error::SimError,
    gateway::{Event, Intents},
    permissions::Permissions,
    snowflake::Snowflake,
    world::{BotSpec, Channel, ChannelSpec, GuildSpec, Kind, Member, Role, State, World},
};

/// Adds everything described to a running simulation, and tells the bots about their new guilds.
pub(crate) fn found(state: &mut State, world: &World) -> Result<Vec<Snowflake>, SimError> {
    let before: Vec<Snowflake> = state.guilds.keys().copied().collect();
    world.extend(state)?;
    let new: Vec<Snowflake> = state.guilds.keys().copied().filter(|id| !before.contains(id)).collect();
    for guild in &new {
        state.announce_guild(*guild);
    }
    Ok(new)
}

/// Everything there is, by name and id.
pub(super) fn describe(ask: &Ask) -> Answer {
    let state = ask.scene.shared.lock();
    let bots: Vec<Value> = state
        .apps
        .values()
        .map(|app| {
            json!({ "name": app.name, "token": app.token, "application_id": app.id, "user_id": app.bot })
        })
        .collect();
    let guilds: Vec<Value> = state.guilds.keys().map(|id| guild_json(&state, *id)).collect();
    Answer::ok(json!({
        "api": format!("{}/api", state.base),
        "gateway": state.gateway_url(),
        "now": crate::snowflake::timestamp(state.now()),
        "bots": bots,
        "guilds": guilds,
    }))
}

fn guild_json(state: &State, id: Snowflake) -> Value {
    let Some(guild) = state.guilds.get(&id) else { return Value::Null };
    let channels = guild.channels.iter().filter_map(|id| state.channels.get(id));
    json!({
        "id": id,
        "name": guild.name,
        "owner": state.name(guild.owner),
        "channels": channels
            .map(|one| json!({ "id": one.id, "name": one.name, "type": one.kind.number() }))
            .collect::<Vec<_>>(),
        "roles": guild.roles.values().map(|one| json!({ "id": one.id, "name": one.name })).collect::<Vec<_>>(),
        "members": guild
            .members
            .keys()
            .map(|id| json!({ "id": id, "name": state.name(*id) }))
            .collect::<Vec<_>>(),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewBot {
    name: String,
    token: String,
    /// Privileged intents that are switched off: `message_content`, `members`, `presences`.
    #[serde(default)]
    without: Vec<String>,
    /// Guilds it is added to; all of them if nothing is said.
    guilds: Option<Vec<String>>,
}

pub(super) fn bot(ask: &Ask) -> Result<Answer, Problem> {
    let new: NewBot = ask.body()?;
    let mut spec = BotSpec::new(&new.name, &new.token);
    for intent in &new.without {
        spec = match intent.as_str() {
            "message_content" => spec.without_message_content(),
            "members" => spec.without_members(),
            "presences" => spec.without_presences(),
            other => return Err(Problem::wrong(format!("there is no privileged intent {other:?}"))),
        };
    }
    let guilds: Vec<Snowflake> = match &new.guilds {
        None => ask.scene.shared.lock().guilds.keys().copied().collect(),
        Some(names) => {
            names.iter().map(|name| ask.scene.guild_id(Some(name))).collect::<Result<_, Problem>>()?
        }
    };
    let mut state = ask.scene.shared.lock();
    found(&mut state, &World::new().bot_with(spec))?;
    let app = state.app_of_token(&new.token).map(|app| (app.id, app.bot));
    let (app, bot) = app.ok_or_else(|| Problem::no_such("the bot is gone"))?;
    for guild in guilds {
        bot_joins(&mut state, guild, bot, &new.name);
    }
    Ok(Answer::ok(json!({ "name": new.name, "application_id": app, "user_id": bot })))
}

/// Adds a bot to a guild with a role of its own, as its invitation does.
fn bot_joins(state: &mut State, guild: Snowflake, bot: Snowflake, name: &str) {
    let (id, now) = (state.mint(), state.now());
    let Some(place) = state.guilds.get_mut(&guild) else { return };
    let position = u32::try_from(place.roles.len()).unwrap_or(u32::MAX);
    let role = Role { bot: Some(bot), ..Role::named(id, name, Permissions::USUAL_BOT, position) };
    let member = Member { roles: vec![id], ..Member::joined(bot, now) };
    place.roles.insert(id, role.clone());
    let role = json!({ "guild_id": guild, "role": State::role_json(&role) });
    state.emit(&Event::guild("GUILD_ROLE_CREATE", guild, Intents::GUILDS, role));
    let mut body = state.member_json(&member);
    body["guild_id"] = json!(guild);
    state.emit(&Event::guild("GUILD_MEMBER_ADD", guild, Intents::GUILD_MEMBERS, body));
    if let Some(place) = state.guilds.get_mut(&guild) {
        place.members.insert(bot, member);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewGuild {
    name: String,
    owner: Option<String>,
    #[serde(default)]
    members: Vec<String>,
    #[serde(default)]
    roles: Vec<NewRole>,
    #[serde(default)]
    channels: Vec<NewChannel>,
    /// Whether the bots are in it.
    #[serde(default = "yes")]
    bots: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewRole {
    name: String,
    /// The bits, as text.
    permissions: Option<String>,
    #[serde(default)]
    mentionable: bool,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewChannel {
    guild: Option<String>,
    name: String,
    #[serde(default)]
    kind: ChannelKind,
    topic: Option<String>,
    #[serde(default)]
    nsfw: bool,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ChannelKind {
    #[default]
    Text,
    Voice,
    Category,
}

impl NewChannel {
    fn spec(&self) -> ChannelSpec {
        let spec = match self.kind {
            ChannelKind::Text => ChannelSpec::text(&self.name),
            ChannelKind::Voice => ChannelSpec::voice(&self.name),
            ChannelKind::Category => ChannelSpec::category(&self.name),
        };
        let spec = if self.nsfw { spec.nsfw() } else { spec };
        match &self.topic {
            Some(topic) => spec.topic(topic),
            None => spec,
        }
    }
}

pub(super) fn guild(ask: &Ask) -> Result<Answer, Problem> {
    let new: NewGuild = ask.body()?;
    let describe = |spec: GuildSpec| -> Result<GuildSpec, Problem> {
        let mut spec = if new.bots { spec } else { spec.without_bots() };
        if let Some(owner) = &new.owner {
            spec = spec.owner(owner);
        }
        for role in &new.roles {
            let bits = role.permissions.as_deref().unwrap_or("0").parse();
            let bits = bits.map_err(|_| Problem::wrong("permissions are bits, written as text"))?;
            let permissions = Permissions::from_bits(bits);
            spec = if role.mentionable {
                spec.mentionable_role(&role.name, permissions)
            } else {
                spec.role(&role.name, permissions)
            };
        }
        let spec = new.members.iter().fold(spec, |spec, name| spec.member(name));
        Ok(new.channels.iter().fold(spec, |spec, channel| spec.add(channel.spec())))
    };
    let mut failed = None;
    let world = World::new().guild(&new.name, |spec| {
        describe(spec.clone()).unwrap_or_else(|problem| {
            failed = Some(problem);
            spec
        })
    });
    if let Some(problem) = failed {
        return Err(problem);
    }
    let mut state = ask.scene.shared.lock();
    let made = found(&mut state, &world)?;
    Ok(Answer::ok(made.first().map_or(Value::Null, |id| guild_json(&state, *id))))
}

pub(super) fn channel(ask: &Ask) -> Result<Answer, Problem> {
    let new: NewChannel = ask.body()?;
    let guild = ask.scene.guild_id(new.guild.as_deref())?;
    let mut state = ask.scene.shared.lock();
    let id = state.mint();
    let kind = match new.kind {
        ChannelKind::Text => Kind::Text,
        ChannelKind::Voice => Kind::Voice,
        ChannelKind::Category => Kind::Category,
    };
    let place = state.guilds.get_mut(&guild).ok_or_else(|| Problem::no_such("the guild is gone"))?;
    let position = u32::try_from(place.channels.len()).unwrap_or(u32::MAX);
    place.channels.push(id);
    let text = Channel::text(id, Some(guild), &new.name);
    let channel = Channel { kind, topic: new.topic, nsfw: new.nsfw, position, ..text };
    state.channels.insert(id, channel);
    state.tell_channel("CHANNEL_CREATE", id);
    Ok(Answer::ok(json!({ "id": id, "name": new.name, "type": kind.number() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Membership {
    guild: Option<String>,
    person: String,
    role: Option<String>,
}

pub(super) async fn join(ask: &Ask) -> Result<Answer, Problem> {
    let Membership { guild, person, .. } = ask.body()?;
    let joined = ask.scene.guild(guild.as_deref())?.joins(&person).await?;
    Ok(Answer::ok(json!({ "id": joined.id(), "name": joined.name() })))
}

pub(super) async fn leave(ask: &Ask) -> Result<Answer, Problem> {
    let Membership { guild, person, .. } = ask.body()?;
    ask.scene.member(guild.as_deref(), &person)?.leaves().await;
    Ok(Answer::Nothing)
}

pub(super) async fn gain(ask: &Ask) -> Result<Answer, Problem> {
    let Membership { guild, person, role } = ask.body()?;
    let role = role.ok_or_else(|| Problem::wrong("a role must be named"))?;
    ask.scene.member(guild.as_deref(), &person)?.gains(&role).await?;
    Ok(Answer::Nothing)
}

pub(super) async fn lose(ask: &Ask) -> Result<Answer, Problem> {
    let Membership { guild, person, role } = ask.body()?;
    let role = role.ok_or_else(|| Problem::wrong("a role must be named"))?;
    ask.scene.member(guild.as_deref(), &person)?.loses(&role).await?;
    Ok(Answer::Nothing)
}
