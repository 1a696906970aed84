//! People and places in the hands of a script.

mod access;
mod expect;
mod interact;
mod menu;
mod modal;
mod options;
mod person;
mod place;
mod press;
mod slash;

pub use expect::{Expectation, edit, reply};
pub use menu::ContextMenu;
pub use modal::Modal;
pub use options::OptionValue;
pub use person::{MessageRef, Person};
pub(crate) use place::find;
pub use place::{Channel, Guild, Role};
pub use press::Press;
pub use slash::{Choice, Slash, Used};
