//! Buttons and menus being used.

use crate::reply::Reply;

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
