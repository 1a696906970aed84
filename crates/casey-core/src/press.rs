//! Buttons and menus being used.

use crate::{modal::Modal, reply::Reply, select::Chosen, time::Timestamp};

/// A button pressed, or a choice made in a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Press {
    /// The action it was made with.
    pub action: String,
    /// The state it was made with.
    pub state: String,
    /// What was chosen in a select menu: values of its options, or ids.
    pub values: Vec<String>,
    /// The members, roles and channels that were chosen.
    pub chosen: Chosen,
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
    /// A form opens; what is entered goes to the module's [`submit`](crate::Module::submit). Discord takes that within three seconds: if the press
    /// was being worked on for longer than 1.8 seconds, the person is asked to press again.
    Modal(Box<Modal>),
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

    /// A form opens.
    pub fn modal(modal: Modal) -> Self {
        Self::Modal(Box::new(modal))
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
