//! What is wrong with a component, and small helpers that buttons, select menus and modals share.

use thiserror::Error;
use twilight_model::channel::message::component::{ActionRow, Button, ButtonStyle, Component};

use crate::custom_id::CustomIdError;

/// A select menu or modal that Discord would refuse.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ComponentError {
    /// A text is too short or too long.
    #[error("{what} has {length} characters; {min} to {max} are possible")]
    Length {
        /// Which text: “the title of a modal”.
        what: &'static str,
        /// Its characters.
        length: usize,
        /// At least so many.
        min: usize,
        /// At most so many.
        max: usize,
    },
    /// There are too few or too many of something.
    #[error("there are {count} {what}; {min} to {max} are possible")]
    Count {
        /// Of what: “options of a select menu”.
        what: &'static str,
        /// How many.
        count: usize,
        /// At least so many.
        min: usize,
        /// At most so many.
        max: usize,
    },
    /// Two have the same name or value.
    #[error("two {what} are the same")]
    Twice {
        /// Of what: “values of a select menu”.
        what: &'static str,
    },
    /// The least is more than the most.
    #[error("at least {min} and at most {max} {what} cannot be asked for")]
    Range {
        /// Of what: “characters”.
        what: &'static str,
        /// The least.
        min: usize,
        /// The most.
        max: usize,
    },
    /// A value that is set beforehand is of another kind than can be chosen.
    #[error("a value that is set beforehand is of another kind than the select menu offers")]
    Preset,
    /// The custom id cannot be made.
    #[error(transparent)]
    CustomId(#[from] CustomIdError),
}

/// Checks the length of a text in characters.
pub(crate) fn fits(what: &'static str, text: &str, min: usize, max: usize) -> Result<(), ComponentError> {
    let length = text.chars().count();
    if (min..=max).contains(&length) {
        return Ok(());
    }
    Err(ComponentError::Length { what, length, min, max })
}

/// Checks a number of things.
pub(crate) fn count(what: &'static str, count: usize, min: usize, max: usize) -> Result<(), ComponentError> {
    if (min..=max).contains(&count) {
        return Ok(());
    }
    Err(ComponentError::Count { what, count, min, max })
}

/// Checks that all differ.
pub(crate) fn differ<'t>(
    what: &'static str,
    texts: impl IntoIterator<Item = &'t str>,
) -> Result<(), ComponentError> {
    let mut seen = std::collections::BTreeSet::new();
    if texts.into_iter().all(|text| seen.insert(text)) { Ok(()) } else { Err(ComponentError::Twice { what }) }
}

/// The same with nothing in it that can be used any more. Buttons that are links stay.
pub(crate) fn disabled(components: Vec<Component>) -> Vec<Component> {
    components.into_iter().map(disabled_one).collect()
}

fn disabled_one(component: Component) -> Component {
    match component {
        Component::ActionRow(row) => {
            Component::ActionRow(ActionRow { components: disabled(row.components), ..row })
        }
        Component::Button(button) if button.style != ButtonStyle::Link => {
            Component::Button(Button { disabled: true, ..button })
        }
        Component::SelectMenu(mut menu) => {
            menu.disabled = true;
            Component::SelectMenu(menu)
        }
        other => other,
    }
}
