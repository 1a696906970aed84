//! A channel described before it exists.

use super::Kind;
use crate::permissions::Permissions;

/// A channel.
#[derive(Clone, Debug)]
#[must_use]
pub struct ChannelSpec {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) topic: Option<String>,
    pub(super) nsfw: bool,
    pub(super) parent: Option<String>,
    /// Name of a role or member, allowed, denied.
    pub(super) overwrites: Vec<(String, Permissions, Permissions)>,
}

impl ChannelSpec {
    fn new(name: &str, kind: Kind) -> Self {
        Self { name: name.to_owned(), kind, topic: None, nsfw: false, parent: None, overwrites: Vec::new() }
    }

    /// A text channel.
    pub fn text(name: &str) -> Self {
        Self::new(name, Kind::Text)
    }

    /// A voice channel.
    pub fn voice(name: &str) -> Self {
        Self::new(name, Kind::Voice)
    }

    /// A category.
    pub fn category(name: &str) -> Self {
        Self::new(name, Kind::Category)
    }

    /// An announcement channel, which only community servers have.
    pub fn announcement(name: &str) -> Self {
        Self::new(name, Kind::News)
    }

    /// A stage channel, which only community servers have.
    pub fn stage(name: &str) -> Self {
        Self::new(name, Kind::Stage)
    }

    /// A forum.
    pub fn forum(name: &str) -> Self {
        Self::new(name, Kind::Forum)
    }

    /// What stands beside the name.
    pub fn topic(mut self, topic: &str) -> Self {
        self.topic = Some(topic.to_owned());
        self
    }

    /// Makes the channel age-restricted.
    pub fn nsfw(mut self) -> Self {
        self.nsfw = true;
        self
    }

    /// Puts the channel under a category that was added before it.
    pub fn under(mut self, category: &str) -> Self {
        self.parent = Some(category.to_owned());
        self
    }

    /// Allows a role (`@everyone` too) or a member something here.
    pub fn allow(mut self, who: &str, permissions: Permissions) -> Self {
        self.overwrites.push((who.to_owned(), permissions, Permissions::NONE));
        self
    }

    /// Denies a role or a member something here.
    pub fn deny(mut self, who: &str, permissions: Permissions) -> Self {
        self.overwrites.push((who.to_owned(), Permissions::NONE, permissions));
        self
    }

    /// Hides the channel from `@everyone`.
    pub fn hidden(self) -> Self {
        self.deny("@everyone", Permissions::VIEW_CHANNEL)
    }

    /// Shows a hidden channel to a role or a member.
    pub fn visible_to(self, who: &str) -> Self {
        self.allow(who, Permissions::VIEW_CHANNEL)
    }
}
