//! Buttons and menus being used.

use crate::{reply::Reply, time::Timestamp};

/// A button pressed, or a choice made in a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Press {
    /// The action it was made with.
    pub action: String,
    /// The state it was made with.
    pub state: String,
    /// What was chosen, for menus.
    pub values: Vec<String>,
}

/// The action of a button that works once. The buttons of one prompt carry the same mark: when one of them was pressed, none works.
pub(crate) fn once(action: &str, made: Timestamp) -> String {
    format!("!{:03}{action}", made.as_millis().rem_euclid(1_000))
}

/// The mark of a button that works once, and its action.
pub(crate) fn mark(action: &str) -> (Option<&str>, &str) {
    let marked = action.strip_prefix('!').and_then(|rest| rest.split_at_checked(3));
    marked.map_or((None, action), |(mark, action)| (Some(mark), action))
}

/// What comes of a press.
#[derive(Clone, Debug, PartialEq)]
pub enum Pressed {
    /// The message the button belongs to changes.
    Update(Box<Reply>),
    /// A new message.
    Reply(Box<Reply>),
    /// Nothing that is seen.
    Nothing,
}

impl Pressed {
    /// The message the button belongs to changes into this.
    pub fn update(reply: Reply) -> Self {
        Self::Update(Box::new(reply))
    }

    /// A new message.
    pub fn reply(reply: Reply) -> Self {
        Self::Reply(Box::new(reply))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_comes_off_again() {
        let marked = once("ban", Timestamp::from_millis(1_007));
        assert_eq!(marked, "!007ban");
        assert_eq!(mark(&marked), (Some("007"), "ban"));
        assert_eq!(mark("turn"), (None, "turn"));
        assert_eq!(mark("!x"), (None, "!x"));
    }
}
