//! A guild described before it exists.

use std::collections::HashMap;

use super::{
    Channel, Guild, Kind, Member, Overwrite, Role, State,
    channel_spec::ChannelSpec,
    spec::{FOUNDED, person},
};
use crate::{error::SimError, permissions::Permissions, snowflake::Snowflake};

/// A guild.
#[derive(Clone, Debug)]
#[must_use]
pub struct GuildSpec {
    name: String,
    owner: Option<String>,
    everyone: Permissions,
    bots: Permissions,
    without_bots: bool,
    community: bool,
    roles: Vec<RoleSpec>,
    members: Vec<(String, Vec<String>)>,
    channels: Vec<ChannelSpec>,
}

#[derive(Clone, Debug)]
struct RoleSpec {
    name: String,
    permissions: Permissions,
    mentionable: bool,
}

impl GuildSpec {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            owner: None,
            everyone: Permissions::EVERYONE,
            bots: Permissions::USUAL_BOT,
            without_bots: false,
            community: false,
            roles: Vec::new(),
            members: Vec::new(),
            channels: Vec::new(),
        }
    }

    /// Who owns the guild. Without one it is a person called "Owner".
    pub fn owner(mut self, name: &str) -> Self {
        self.owner = Some(name.to_owned());
        self
    }

    /// What `@everyone` may do instead of [`Permissions::EVERYONE`].
    pub fn everyone(mut self, permissions: Permissions) -> Self {
        self.everyone = permissions;
        self
    }

    /// What the bots' own roles grant instead of [`Permissions::USUAL_BOT`].
    pub fn bot_permissions(mut self, permissions: Permissions) -> Self {
        self.bots = permissions;
        self
    }

    /// Keeps the bots out.
    pub fn without_bots(mut self) -> Self {
        self.without_bots = true;
        self
    }

    /// Makes it a community server, which has announcement and stage channels.
    pub fn community(mut self) -> Self {
        self.community = true;
        self
    }

    /// Adds a role above those added before. The bots' own roles stand above all of these.
    pub fn role(mut self, name: &str, permissions: Permissions) -> Self {
        self.roles.push(RoleSpec { name: name.to_owned(), permissions, mentionable: false });
        self
    }

    /// Adds a role that everyone may mention.
    pub fn mentionable_role(mut self, name: &str, permissions: Permissions) -> Self {
        self.roles.push(RoleSpec { name: name.to_owned(), permissions, mentionable: true });
        self
    }

    /// Adds a member. A name stands for the same person in every guild.
    pub fn member(self, name: &str) -> Self {
        self.member_with(name, &[])
    }

    /// Adds a member with roles.
    pub fn member_with(mut self, name: &str, roles: &[&str]) -> Self {
        self.members.push((name.to_owned(), roles.iter().map(|&role| role.to_owned()).collect()));
        self
    }

    /// Adds a text channel.
    pub fn channel(self, name: &str) -> Self {
        self.add(ChannelSpec::text(name))
    }

    /// Adds a channel as described.
    #[expect(clippy::should_implement_trait, reason = "nobody takes a guild for a number")]
    pub fn add(mut self, channel: ChannelSpec) -> Self {
        self.channels.push(channel);
        self
    }

    pub(super) fn build(
        &self,
        state: &mut State,
        people: &mut HashMap<String, Snowflake>,
    ) -> Result<(), SimError> {
        if state.guilds.values().any(|guild| guild.name == self.name) {
            return Err(SimError::World(format!("there are two guilds called {:?}", self.name)));
        }
        let owner = person(state, people, self.owner.as_deref().unwrap_or("Owner"), false);
        let id = state.minter.next_apart(FOUNDED);
        let mut guild = Guild::named(id, &self.name, owner);
        guild.roles.insert(id, Role::named(id, "@everyone", self.everyone, 0));
        if self.community {
            guild.features = vec!["COMMUNITY".to_owned(), "NEWS".to_owned()];
        }
        guild.members.insert(owner, Member::joined(owner, FOUNDED));
        self.build_roles(state, &mut guild);
        for (name, roles) in &self.members {
            let user = person(state, people, name, false);
            let roles = roles.iter().map(|role| self.role_id(&guild, role)).collect::<Result<_, _>>()?;
            guild.members.insert(user, Member { roles, ..Member::joined(user, FOUNDED) });
        }
        for spec in &self.channels {
            let channel = self.build_channel(state, &guild, people, spec)?;
            guild.channels.push(channel.id);
            state.channels.insert(channel.id, channel);
        }
        state.guilds.insert(id, guild);
        Ok(())
    }

    fn build_roles(&self, state: &mut State, guild: &mut Guild) {
        let mut position = 0;
        for spec in &self.roles {
            position += 1;
            let id = state.minter.next_apart(FOUNDED);
            let role = Role::named(id, &spec.name, spec.permissions, position);
            guild.roles.insert(id, Role { mentionable: spec.mentionable, ..role });
        }
        if self.without_bots {
            return;
        }
        let bots: Vec<(Snowflake, String)> =
            state.apps.values().map(|app| (app.bot, app.name.clone())).collect();
        for (bot, name) in bots {
            position += 1;
            let id = state.minter.next_apart(FOUNDED);
            let role = Role::named(id, &name, self.bots, position);
            guild.roles.insert(id, Role { bot: Some(bot), ..role });
            guild.members.insert(bot, Member { roles: vec![id], ..Member::joined(bot, FOUNDED) });
        }
    }

    fn build_channel(
        &self,
        state: &mut State,
        guild: &Guild,
        people: &HashMap<String, Snowflake>,
        spec: &ChannelSpec,
    ) -> Result<Channel, SimError> {
        let id = state.minter.next_apart(FOUNDED);
        let mut channel = Channel::text(id, Some(guild.id), &spec.name);
        channel.kind = spec.kind;
        channel.topic.clone_from(&spec.topic);
        channel.nsfw = spec.nsfw;
        channel.position = u32::try_from(guild.channels.len()).unwrap_or(u32::MAX);
        if let Some(name) = &spec.parent {
            let siblings = guild.channels.iter().filter_map(|id| state.channels.get(id));
            let parent = siblings.into_iter().find(|one| one.kind == Kind::Category && one.name == *name);
            let missing = || {
                SimError::World(format!("the category {name:?} of #{} does not stand before it", spec.name))
            };
            channel.parent = Some(parent.ok_or_else(missing)?.id);
        }
        for (name, allow, deny) in &spec.overwrites {
            let member = people.get(name).filter(|id| guild.members.contains_key(id));
            let id = match (self.role_id(guild, name), member) {
                (Ok(role), _) => role,
                (Err(_), Some(member)) => *member,
                (Err(error), None) => return Err(error),
            };
            let role = guild.roles.contains_key(&id);
            channel.overwrites.push(Overwrite { id, role, allow: *allow, deny: *deny });
        }
        Ok(channel)
    }

    fn role_id(&self, guild: &Guild, name: &str) -> Result<Snowflake, SimError> {
        let found = guild.roles.values().find(|role| role.name == name).map(|role| role.id);
        found.ok_or_else(|| SimError::World(format!("the guild {:?} has no role called {name:?}", self.name)))
    }
}
