//! What the reader asks for, and what it has been told.

use twilight_model::{
    application::interaction::{InteractionChannel, InteractionMember},
    channel::{Channel, ChannelType},
    guild::{Member, PartialMember, Permissions, Role},
    id::{
        Id,
        marker::{ChannelMarker, RoleMarker, UserMarker},
    },
    user::User,
};

/// Something to look up before the reading can go on.
///
/// Names are as typed, without `@`, `#` or quotes; they are compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// The user of this id, with the membership in the server if there is one.
    User(Id<UserMarker>),
    /// The one member of the server with this user name, display name or nickname.
    Member {
        /// At most 37 characters (a name of 32 and an old style `#1234`).
        name: String,
    },
    /// The role of this id in the server.
    Role(Id<RoleMarker>),
    /// The one role of the server with this name.
    RoleNamed(String),
    /// The channel or thread of this id in the server.
    Channel(Id<ChannelMarker>),
    /// The one channel or thread of the server with this name.
    ChannelNamed {
        /// At most 100 characters.
        name: String,
        /// Only channels of these types count; empty for all.
        types: Vec<ChannelType>,
    },
}

/// What came of a [`Query`].
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// For [`Query::User`] and [`Query::Member`].
    User {
        /// The person.
        user: Box<User>,
        /// Their membership, if they are in the server.
        member: Option<Box<InteractionMember>>,
    },
    /// For [`Query::Role`] and [`Query::RoleNamed`].
    Role(Box<Role>),
    /// For [`Query::Channel`] and [`Query::ChannelNamed`].
    Channel(Box<InteractionChannel>),
    /// There is none, or it could not be found out. An answer of another kind than the query counts as this.
    Absent,
    /// Several share the name: what to tell them apart by.
    Ambiguous(Vec<String>),
}

impl From<User> for Answer {
    /// A user who is not in the server.
    fn from(user: User) -> Self {
        Self::User { user: Box::new(user), member: None }
    }
}

impl From<Member> for Answer {
    /// A member, whose permissions in the channel are left empty.
    fn from(member: Member) -> Self {
        let partial = InteractionMember {
            avatar: member.avatar,
            avatar_decoration_data: member.avatar_decoration_data,
            banner: member.banner,
            communication_disabled_until: member.communication_disabled_until,
            flags: member.flags,
            joined_at: member.joined_at,
            nick: member.nick,
            pending: member.pending,
            permissions: Permissions::empty(),
            premium_since: member.premium_since,
            roles: member.roles,
        };
        Self::User { user: Box::new(member.user), member: Some(Box::new(partial)) }
    }
}

impl From<Role> for Answer {
    fn from(role: Role) -> Self {
        Self::Role(Box::new(role))
    }
}

impl From<Channel> for Answer {
    /// A channel, in which the invoking user's permissions are left empty.
    fn from(channel: Channel) -> Self {
        Self::Channel(Box::new(InteractionChannel {
            id: channel.id,
            kind: channel.kind,
            name: channel.name.unwrap_or_default(),
            parent_id: channel.parent_id,
            permissions: Permissions::empty(),
            app_permissions: None,
            thread_metadata: channel.thread_metadata,
        }))
    }
}

/// The membership that a message carries, as an interaction would carry it.
pub(super) fn membership(member: &PartialMember) -> InteractionMember {
    InteractionMember {
        avatar: member.avatar,
        avatar_decoration_data: member.avatar_decoration_data.clone(),
        banner: member.banner,
        communication_disabled_until: member.communication_disabled_until,
        flags: member.flags,
        joined_at: member.joined_at,
        nick: member.nick.clone(),
        pending: false,
        permissions: member.permissions.unwrap_or(Permissions::empty()),
        premium_since: member.premium_since,
        roles: member.roles.clone(),
    }
}

/// The answers collected so far for one message.
///
/// Starts empty. After [`Reading::Need`](super::Reading::Need) the driver adds one answer for each query and reads
/// again. A query that has an answer is never asked again, so the rounds come to an end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Knowledge {
    answers: Vec<(Query, Answer)>,
}

impl Knowledge {
    /// Nothing looked up yet.
    pub const fn new() -> Self {
        Self { answers: Vec::new() }
    }

    /// Adds an answer; the first answer to a query stays.
    pub fn add(&mut self, query: Query, answer: Answer) {
        if self.get(&query).is_none() {
            self.answers.push((query, answer));
        }
    }

    /// The answer to a query, if it has been asked.
    pub fn get(&self, query: &Query) -> Option<&Answer> {
        self.answers.iter().find(|(known, _)| known == query).map(|(_, answer)| answer)
    }

    /// How many queries have an answer.
    pub fn len(&self) -> usize {
        self.answers.len()
    }

    /// Whether nothing has been looked up.
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// The person of this id, however they were found.
    pub(super) fn user(&self, id: Id<UserMarker>) -> Option<(&User, Option<&InteractionMember>)> {
        self.answers.iter().find_map(|(_, answer)| match answer {
            Answer::User { user, member } if user.id == id => Some((&**user, member.as_deref())),
            _ => None,
        })
    }

    /// The role of this id, however it was found.
    pub(super) fn role(&self, id: Id<RoleMarker>) -> Option<&Role> {
        self.answers.iter().find_map(|(_, answer)| match answer {
            Answer::Role(role) if role.id == id => Some(&**role),
            _ => None,
        })
    }

    /// The channel of this id, however it was found.
    pub(super) fn channel(&self, id: Id<ChannelMarker>) -> Option<&InteractionChannel> {
        self.answers.iter().find_map(|(_, answer)| match answer {
            Answer::Channel(channel) if channel.id == id => Some(&**channel),
            _ => None,
        })
    }
}
