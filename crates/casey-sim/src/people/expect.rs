//! What a script expects a bot to say.

use std::{fmt, sync::Arc};

use super::{MessageRef, Person};
use crate::heard::{Heard, embed_lines};

type Check = Arc<dyn Fn(&Heard) -> bool + Send + Sync>;

/// A message of a bot.
pub fn reply() -> Expectation {
    Expectation { edit: false, checks: Vec::new() }
}

/// An edit of a message of a bot.
pub fn edit() -> Expectation {
    Expectation { edit: true, checks: Vec::new() }
}

/// A description of a message, made with [`reply`] or [`edit`]. All parts must hold.
#[derive(Clone)]
#[must_use]
pub struct Expectation {
    edit: bool,
    checks: Vec<(String, Check)>,
}

impl Expectation {
    /// The text or an embed contains this.
    pub fn containing(self, part: &str) -> Self {
        let wanted = part.to_owned();
        self.and(format!("containing {part:?}"), move |heard| heard.text().contains(&wanted))
    }

    /// The text is exactly this, embeds aside.
    pub fn exactly(self, text: &str) -> Self {
        let wanted = text.to_owned();
        self.and(format!("exactly {text:?}"), move |heard| heard.content == wanted)
    }

    /// Something else holds; `what` names it in failures.
    pub fn matching(self, what: &str, check: impl Fn(&Heard) -> bool + Send + Sync + 'static) -> Self {
        self.and(what.to_owned(), check)
    }

    /// Only one person sees it.
    pub fn ephemeral(self) -> Self {
        self.and("ephemeral".to_owned(), Heard::is_ephemeral)
    }

    /// Everyone in the channel sees it.
    pub fn public(self) -> Self {
        self.and("public".to_owned(), |heard| !heard.is_ephemeral())
    }

    /// It replies to this message.
    pub fn in_reply_to(self, message: impl Into<MessageRef>) -> Self {
        let id = message.into().id;
        self.and(format!("in reply to message {id}"), move |heard| heard.reply_to == Some(id))
    }

    /// An embed contains this anywhere in its text.
    pub fn with_embed(self, part: &str) -> Self {
        let wanted = part.to_owned();
        self.and(format!("with an embed containing {part:?}"), move |heard| {
            heard.embeds.iter().any(|embed| embed_lines(embed).join("\n").contains(&wanted))
        })
    }

    /// There is a button with this label or custom id.
    pub fn with_button(self, name: &str) -> Self {
        let wanted = name.to_owned();
        self.and(format!("with a button {name:?}"), move |heard| heard.button(&wanted).is_some())
    }

    /// There is a file of this name.
    pub fn with_file(self, name: &str) -> Self {
        let wanted = name.to_owned();
        self.and(format!("with a file {name:?}"), move |heard| heard.file(&wanted).is_some())
    }

    /// It notifies nobody.
    pub fn pinging_nobody(self) -> Self {
        self.and("pinging nobody".to_owned(), |heard| heard.pings.is_empty())
    }

    /// It notifies this person.
    pub fn pinging(self, person: &Person) -> Self {
        let name = person.name();
        self.and(format!("pinging {name}"), move |heard| heard.pings.people.contains(&name))
    }

    /// It is by the bot of this name.
    pub fn by(self, bot: &str) -> Self {
        let wanted = bot.to_owned();
        self.and(format!("by {bot}"), move |heard| heard.author == wanted)
    }

    /// Whether a message is what is described.
    pub fn fits(&self, heard: &Heard) -> bool {
        heard.edited == self.edit && self.checks.iter().all(|(_, check)| check(heard))
    }

    pub(super) fn is_edit(&self) -> bool {
        self.edit
    }

    fn and(mut self, what: String, check: impl Fn(&Heard) -> bool + Send + Sync + 'static) -> Self {
        self.checks.push((what, Arc::new(check)));
        self
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.edit { "an edit" } else { "a message" })?;
        for (index, (what, _)) in self.checks.iter().enumerate() {
            write!(f, "{} {what}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
