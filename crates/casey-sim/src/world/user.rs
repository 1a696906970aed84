//! People and bots, as far as they exist outside a guild.

use crate::snowflake::Snowflake;

/// An account.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: Snowflake,
    /// Name as people see it; the unique username is made of it.
    pub(crate) name: String,
    pub(crate) bot: bool,
    /// Refuses direct messages from bots (error 50007).
    pub(crate) closed_to_dms: bool,
}

impl User {
    pub(crate) fn named(id: Snowflake, name: &str, bot: bool) -> Self {
        Self { id, name: name.to_owned(), bot, closed_to_dms: false }
    }

    /// The username: lower case, without the characters Discord does not allow in one.
    pub(crate) fn username(&self) -> String {
        let name: String = self
            .name
            .to_lowercase()
            .chars()
            .map(|c| if c == ' ' { '_' } else { c })
            .filter(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
            .collect();
        if name.is_empty() { format!("user{}", self.id) } else { name }
    }
}
