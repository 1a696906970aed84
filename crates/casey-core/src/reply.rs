//! What a person is answered.

use serde::Serialize;
use twilight_model::{
    channel::message::{AllowedMentions, Component, Embed, MentionType},
    id::{
        Id,
        marker::{RoleMarker, UserMarker},
    },
};

/// A file that goes with a message.
///
/// Discord allows ten per message and, for bots, 10 MiB each (Discord Docs/Uploading Files).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct File {
    /// Name shown to people, with its ending.
    pub name: String,
    /// Content.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// Alternative text for people who cannot see it, at most 1,024 characters.
    pub description: Option<String>,
}

/// Whom a message may ping. Nobody, unless said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pings {
    users: Vec<Id<UserMarker>>,
    roles: Vec<Id<RoleMarker>>,
}

impl Pings {
    /// Discord's form of this: lists only, so that text alone can never ping.
    pub fn allowed_mentions(&self) -> AllowedMentions {
        AllowedMentions {
            parse: Vec::<MentionType>::new(),
            replied_user: false,
            roles: self.roles.clone(),
            users: self.users.clone(),
        }
    }
}

/// An answer: text, embeds, files, buttons. Handlers return it; where and how it is sent is decided elsewhere.
///
/// Text longer than Discord allows (2,000 characters) is sent as a file named `message.txt` instead of being cut.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[must_use]
pub struct Reply {
    /// Text in Discord's Markdown. Text that people wrote has to be passed through [`escape`](crate::escape) first.
    pub content: String,
    /// Up to ten embeds, 6,000 characters in all.
    pub embeds: Vec<Embed>,
    /// Rows of buttons and menus.
    pub components: Vec<Component>,
    /// Files.
    pub files: Vec<File>,
    /// Only for the person who asked: ephemeral in slash use, a direct message in prefix use.
    pub private: bool,
    /// Whom it may ping.
    pub pings: Pings,
}

impl Reply {
    /// An answer with text only.
    pub fn text(content: impl Into<String>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }

    /// An answer with one embed.
    pub fn embed(embed: Embed) -> Self {
        Self { embeds: vec![embed], ..Self::default() }
    }

    /// Shows it only to the person who asked.
    pub fn private(mut self) -> Self {
        self.private = true;
        self
    }

    /// Adds an embed.
    pub fn with_embed(mut self, embed: Embed) -> Self {
        self.embeds.push(embed);
        self
    }

    /// Adds a file.
    pub fn with_file(mut self, name: impl Into<String>, bytes: Vec<u8>, description: Option<String>) -> Self {
        self.files.push(File { name: name.into(), bytes, description });
        self
    }

    /// Adds a row of buttons or menus.
    pub fn with_row(mut self, row: Component) -> Self {
        self.components.push(row);
        self
    }

    /// Lets the message ping this person.
    pub fn pinging(mut self, user: Id<UserMarker>) -> Self {
        self.pings.users.push(user);
        self
    }

    /// Lets the message ping the holders of this role.
    pub fn pinging_role(mut self, role: Id<RoleMarker>) -> Self {
        self.pings.roles.push(role);
        self
    }

    /// Whether there is nothing in it; Discord refuses such messages.
    pub fn is_empty(&self) -> bool {
        self.content.trim().is_empty()
            && self.embeds.is_empty()
            && self.components.is_empty()
            && self.files.is_empty()
    }

    /// The same with its embeds written out as text, for channels where Casey may not embed.
    pub fn without_embeds(mut self) -> Self {
        let mut lines: Vec<String> = Vec::new();
        if !self.content.is_empty() {
            lines.push(std::mem::take(&mut self.content));
        }
        for embed in self.embeds.drain(..) {
            lines.extend(embed.title.map(|title| format!("**{title}**")));
            lines.extend(embed.description);
            lines
                .extend(embed.fields.into_iter().map(|field| format!("**{}**\n{}", field.name, field.value)));
            lines.extend(embed.footer.map(|footer| format!("-# {}", footer.text)));
        }
        self.content = lines.join("\n");
        self
    }

    /// The same, within Discord's lengths: longer text becomes a file, and embeds that are longer than all embeds together may be become text.
    pub fn fitted(mut self) -> Self {
        if self.embeds.iter().map(characters).sum::<usize>() > EMBEDS {
            self = self.without_embeds();
        }
        if self.content.chars().count() > 2_000 {
            let text = std::mem::take(&mut self.content);
            self.files.push(File { name: "message.txt".into(), bytes: text.into_bytes(), description: None });
        }
        self
    }
}

/// Characters of all embeds of a message together (Discord Docs/Embed Limits).
const EMBEDS: usize = 6_000;

/// The characters of an embed that count: title, description, fields, footer, author.
fn characters(embed: &Embed) -> usize {
    let fields = embed.fields.iter().flat_map(|field| [&field.name, &field.value]);
    let author = embed.author.iter().map(|author| &author.name);
    let footer = embed.footer.iter().map(|footer| &footer.text);
    let texts = embed.title.iter().chain(&embed.description).chain(fields).chain(author).chain(footer);
    texts.map(|text| text.chars().count()).sum()
}

#[cfg(test)]
mod tests {
    use twilight_util::builder::embed::{EmbedBuilder, EmbedFieldBuilder};

    use super::*;

    #[test]
    fn embeds_that_are_too_long_become_text_and_nothing_is_lost() {
        let field = || EmbedFieldBuilder::new("n".repeat(100), "v".repeat(900));
        let many = |count| (0..count).fold(EmbedBuilder::new(), |embed, _| embed.field(field())).build();
        assert_eq!(Reply::embed(many(6)).fitted().embeds.len(), 1);
        let fitted = Reply::embed(many(7)).fitted();
        assert!(fitted.embeds.is_empty() && fitted.content.is_empty());
        let text = String::from_utf8_lossy(&fitted.files[0].bytes).into_owned();
        assert_eq!(text.matches(&"v".repeat(900)).count(), 7);
    }

    #[test]
    fn nobody_is_pinged_unless_named() {
        let allowed = Reply::text("@everyone <@1>").pings.allowed_mentions();
        assert!(allowed.parse.is_empty() && allowed.users.is_empty() && allowed.roles.is_empty());
        let named = Reply::text("<@1>").pinging(Id::new(1)).pings.allowed_mentions();
        assert_eq!(named.users, [Id::new(1)]);
    }

    #[test]
    fn long_text_becomes_a_file_and_nothing_is_lost() {
        let text = "ü".repeat(2_001);
        let fitted = Reply::text(text.clone()).fitted();
        assert!(fitted.content.is_empty());
        assert_eq!(fitted.files[0].bytes, text.into_bytes());
        assert_eq!(Reply::text("ü".repeat(2_000)).fitted().files, []);
    }
}
