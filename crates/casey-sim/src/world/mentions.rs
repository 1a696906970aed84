//! Whom a message pings (Discord docs: Message, Allowed Mentions Object).

use crate::snowflake::Snowflake;

/// Which mentions of the text may ping. Absent on Discord means: all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AllowedMentions {
    pub(crate) everyone: bool,
    pub(crate) users: Which,
    pub(crate) roles: Which,
    pub(crate) replied_user: bool,
}

/// All of a kind, or those named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    All,
    Only(Vec<Snowflake>),
}

impl Which {
    fn contains(&self, id: Snowflake) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => ids.contains(&id),
        }
    }
}

impl Default for AllowedMentions {
    fn default() -> Self {
        Self { everyone: true, users: Which::All, roles: Which::All, replied_user: true }
    }
}

impl AllowedMentions {
    /// Pings nobody.
    pub(crate) fn none() -> Self {
        let none = || Which::Only(Vec::new());
        Self { everyone: false, users: none(), roles: none(), replied_user: false }
    }
}

/// Whom a message mentions so that they are notified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mentions {
    pub(crate) users: Vec<Snowflake>,
    pub(crate) roles: Vec<Snowflake>,
    pub(crate) everyone: bool,
}

impl Mentions {
    /// Mentions written in `text`, whoever may be pinged. Code is not looked at, as in Discord.
    pub(crate) fn written(text: &str) -> Self {
        let text = without_code(text);
        let mut found =
            Self { everyone: text.contains("@everyone") || text.contains("@here"), ..Self::default() };
        for (start, _) in text.match_indices("<@") {
            let rest = &text[start + 2..];
            let Some(end) = rest.find('>') else { continue };
            let inner = &rest[..end];
            let (list, digits) = match inner.strip_prefix('&') {
                Some(role) => (&mut found.roles, role),
                None => (&mut found.users, inner.strip_prefix('!').unwrap_or(inner)),
            };
            if let Ok(id) = digits.parse::<Snowflake>()
                && !list.contains(&id)
            {
                list.push(id);
            }
        }
        found
    }

    /// Keeps what `allowed` lets through.
    pub(crate) fn allowed(mut self, allowed: &AllowedMentions) -> Self {
        self.everyone &= allowed.everyone;
        self.users.retain(|id| allowed.users.contains(*id));
        self.roles.retain(|id| allowed.roles.contains(*id));
        self
    }
}

fn without_code(text: &str) -> String {
    let mut rest = text;
    let mut out = String::new();
    while let Some(start) = rest.find('`') {
        let ticks = rest[start..].chars().take_while(|c| *c == '`').count();
        let fence = &rest[start..start + ticks];
        let after = &rest[start + ticks..];
        out.push_str(&rest[..start]);
        if let Some(end) = after.find(fence) {
            rest = &after[end + ticks..];
        } else {
            out.push_str(fence);
            rest = after;
        }
        out.push(' ');
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn id(raw: u64) -> Snowflake {
        Snowflake::new(raw)
    }

    #[test]
    fn users_roles_and_everyone_are_found_once_each() {
        let found = Mentions::written("<@1> <@!1> <@&2> hello @everyone <@x> <@");
        assert_eq!(found, Mentions { users: vec![id(1)], roles: vec![id(2)], everyone: true });
    }

    #[test]
    fn code_mentions_nobody() {
        assert_eq!(Mentions::written("`@everyone` ```\n<@1>\n```"), Mentions::default());
        assert!(Mentions::written("` @everyone").everyone);
    }

    #[test]
    fn allowed_mentions_let_through_only_what_they_name() {
        let allowed = AllowedMentions { users: Which::Only(vec![id(1)]), ..AllowedMentions::none() };
        let kept = Mentions::written("<@1> <@2> <@&3> @here").allowed(&allowed);
        assert_eq!(kept, Mentions { users: vec![id(1)], ..Mentions::default() });
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_nothing_allowed_pings_nobody(text in "\\PC*|[`<@&!0-9> a]{0,40}") {
            let kept = Mentions::written(&text).allowed(&AllowedMentions::none());
            prop_assert_eq!(kept, Mentions::default());
        }
    }
}
