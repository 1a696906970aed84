//! Turns mentions, ids and names into users, roles and channels, and fills the `resolved` part of the input.

use super::{
    MessageContext,
    knowledge::{Answer, Knowledge, Query, membership},
    refusal::RefusalKind,
    target::Target,
    value::{Fit, Value},
};
use twilight_model::{
    application::{
        command::CommandOption,
        interaction::{InteractionDataResolved, InteractionMember},
    },
    channel::message::Mention,
    id::{
        Id,
        marker::{ChannelMarker, RoleMarker, UserMarker},
    },
    user::User,
};

/// Longest name of a person, in characters, with an old style discriminator.
const LONGEST_PERSON: usize = 37;

/// Looks things up in the message and in what has been found out so far.
pub(super) struct Resolver<'r> {
    pub(super) message: &'r MessageContext<'r>,
    pub(super) knowledge: &'r Knowledge,
}

impl Resolver<'_> {
    pub(super) fn user(&self, text: &str, quoted: bool) -> Fit<'static> {
        match Target::of(text, quoted) {
            Target::User(id) | Target::Id(id) => self.user_of(id),
            Target::Named { sigil: None | Some('@'), name } if name.chars().count() <= LONGEST_PERSON => {
                self.asked(Query::Member { name: name.to_owned() })
            }
            _ => Fit::No(RefusalKind::Misfit),
        }
    }

    pub(super) fn role(&self, text: &str, quoted: bool) -> Fit<'static> {
        match Target::of(text, quoted) {
            Target::Role(id) | Target::Id(id) => self.role_of(id),
            Target::Everyone => self.everyone(),
            Target::Named { sigil: None | Some('@'), name } => self.asked(Query::RoleNamed(name.to_owned())),
            _ => Fit::No(RefusalKind::Misfit),
        }
    }

    /// A person, else a role.
    pub(super) fn mentionable(&self, text: &str, quoted: bool) -> Fit<'static> {
        let fit = match Target::of(text, quoted) {
            Target::User(_) => self.user(text, quoted),
            Target::Role(_) | Target::Everyone => self.role(text, quoted),
            _ => match self.user(text, quoted) {
                Fit::No(RefusalKind::NotFound | RefusalKind::Misfit) => self.role(text, quoted),
                fit => fit,
            },
        };
        match fit {
            Fit::Ready(Value::User(id)) => Fit::Ready(Value::Mentionable(id.cast())),
            Fit::Ready(Value::Role(id)) => Fit::Ready(Value::Mentionable(id.cast())),
            fit => fit,
        }
    }

    pub(super) fn channel(&self, option: &CommandOption, text: &str, quoted: bool) -> Fit<'static> {
        let types = option.channel_types.as_deref().unwrap_or_default();
        let fit = match Target::of(text, quoted) {
            Target::Channel { guild: Some(guild), .. }
                if self.message.guild_id.is_none_or(|here| here.get() != guild) =>
            {
                Fit::No(RefusalKind::NotFound)
            }
            Target::Channel { id, .. } | Target::Id(id) => self.channel_of(id),
            Target::Named { sigil: None | Some('#'), name } => {
                self.asked(Query::ChannelNamed { name: name.to_owned(), types: types.to_vec() })
            }
            _ => Fit::No(RefusalKind::Misfit),
        };
        match fit {
            Fit::Ready(Value::Channel(id)) if !types.is_empty() => match self.knowledge.channel(id) {
                Some(channel) if types.contains(&channel.kind) => Fit::Ready(Value::Channel(id)),
                _ => Fit::No(RefusalKind::WrongChannelType),
            },
            fit => fit,
        }
    }

    /// The author of the message replied to. Asks for their membership if the message does not carry it.
    pub(super) fn replied(&self, author: &User) -> Fit<'static> {
        let known = self.message.guild_id.is_none() || self.found_user(author.id).1.is_some();
        let query = Query::User(author.id);
        if known || self.knowledge.get(&query).is_some() {
            Fit::Ready(Value::User(author.id))
        } else {
            Fit::Ask(query)
        }
    }

    fn user_of(&self, id: u64) -> Fit<'static> {
        match Id::<UserMarker>::new_checked(id) {
            Some(id) if self.found_user(id).0.is_some() => Fit::Ready(Value::User(id)),
            Some(id) => self.asked(Query::User(id)),
            None => Fit::No(RefusalKind::Misfit),
        }
    }

    fn role_of(&self, id: u64) -> Fit<'static> {
        match Id::<RoleMarker>::new_checked(id) {
            Some(id) if self.knowledge.role(id).is_some() => Fit::Ready(Value::Role(id)),
            Some(id) => self.asked(Query::Role(id)),
            None => Fit::No(RefusalKind::Misfit),
        }
    }

    fn channel_of(&self, id: u64) -> Fit<'static> {
        match Id::<ChannelMarker>::new_checked(id) {
            Some(id) if self.knowledge.channel(id).is_some() => Fit::Ready(Value::Channel(id)),
            Some(id) => self.asked(Query::Channel(id)),
            None => Fit::No(RefusalKind::Misfit),
        }
    }

    /// The role that everyone has, whose id is that of the server ("Permissions", Role Object).
    fn everyone(&self) -> Fit<'static> {
        self.message.guild_id.map_or(Fit::No(RefusalKind::NotFound), |guild| self.role_of(guild.get()))
    }

    /// The answer to a query, or the query itself.
    fn asked(&self, query: Query) -> Fit<'static> {
        let Some(answer) = self.knowledge.get(&query) else { return Fit::Ask(query) };
        match (answer, &query) {
            (Answer::User { user, .. }, Query::User(_) | Query::Member { .. }) => {
                Fit::Ready(Value::User(user.id))
            }
            (Answer::Role(role), Query::Role(_) | Query::RoleNamed(_)) => Fit::Ready(Value::Role(role.id)),
            (Answer::Channel(channel), Query::Channel(_) | Query::ChannelNamed { .. }) => {
                Fit::Ready(Value::Channel(channel.id))
            }
            (Answer::Ambiguous(candidates), _) => {
                Fit::No(RefusalKind::Ambiguous { candidates: candidates.clone() })
            }
            _ => Fit::No(RefusalKind::NotFound),
        }
    }

    /// All that is known of a person: from what was looked up, from the mentions, from the message replied to.
    fn found_user(&self, id: Id<UserMarker>) -> (Option<User>, Option<InteractionMember>) {
        let looked_up = self.knowledge.user(id);
        let mention = self.message.mentions.iter().find(|mention| mention.id == id);
        let author = self.message.replied.and_then(|replied| {
            let author = replied.author.filter(|author| author.id == id)?;
            Some((author, replied.member))
        });
        let user = looked_up
            .map(|(user, _)| user.clone())
            .or_else(|| author.map(|(author, _)| author.clone()))
            .or_else(|| mention.map(mentioned));
        let member = looked_up
            .and_then(|(_, member)| member.cloned())
            .or_else(|| author.and_then(|(_, member)| member).map(membership))
            .or_else(|| mention.and_then(|mention| mention.member.as_ref()).map(membership));
        (user, member)
    }

    /// Puts what a value refers to where Discord would put it.
    pub(super) fn describe(&self, value: &Value<'_>, resolved: &mut InteractionDataResolved) {
        match value {
            Value::User(id) => self.describe_user(*id, resolved),
            Value::Role(id) => self.describe_role(*id, resolved),
            Value::Mentionable(id) => {
                self.describe_user(id.cast(), resolved);
                self.describe_role(id.cast(), resolved);
            }
            Value::Channel(id) => {
                if let Some(channel) = self.knowledge.channel(*id) {
                    resolved.channels.insert(*id, channel.clone());
                }
            }
            Value::Attachment(id) => {
                if let Some(file) = self.message.files().find(|file| file.id == *id) {
                    resolved.attachments.insert(*id, file.clone());
                }
            }
            Value::Text(_) | Value::Integer(_) | Value::Number(_) | Value::Boolean(_) | Value::Asked => {}
        }
    }

    fn describe_user(&self, id: Id<UserMarker>, resolved: &mut InteractionDataResolved) {
        let (user, member) = self.found_user(id);
        if let Some(user) = user {
            resolved.users.insert(id, user);
            if let Some(member) = member {
                resolved.members.insert(id, member);
            }
        }
    }

    fn describe_role(&self, id: Id<RoleMarker>, resolved: &mut InteractionDataResolved) {
        if let Some(role) = self.knowledge.role(id) {
            resolved.roles.insert(id, role.clone());
        }
    }
}

/// The user that a mention describes.
fn mentioned(mention: &Mention) -> User {
    User {
        accent_color: None,
        avatar: mention.avatar,
        avatar_decoration: None,
        avatar_decoration_data: None,
        banner: None,
        bot: mention.bot,
        discriminator: mention.discriminator,
        email: None,
        flags: None,
        global_name: None,
        id: mention.id,
        locale: None,
        mfa_enabled: None,
        name: mention.name.clone(),
        premium_type: None,
        primary_guild: None,
        public_flags: Some(mention.public_flags),
        system: None,
        verified: None,
    }
}

/// Whether nothing was resolved, in which case Discord leaves the part out.
pub(super) fn is_empty(resolved: &InteractionDataResolved) -> bool {
    resolved.attachments.is_empty()
        && resolved.channels.is_empty()
        && resolved.members.is_empty()
        && resolved.roles.is_empty()
        && resolved.users.is_empty()
}
