//! Completion: what Discord offers while an option is being typed (Discord Docs/Application Commands, Autocomplete).

use std::{collections::BTreeSet, future::Future, pin::Pin, sync::Arc};

use twilight_model::application::command::{CommandOptionChoice, CommandOptionChoiceValue};

use crate::{call::Call, error::Failure, escape};

/// Choices Discord shows at most.
const MOST: usize = 25;

/// Characters of a name or a value.
const LONGEST: usize = 100;

type Completing = Pin<Box<dyn Future<Output = Result<Vec<Choice>, Failure>> + Send>>;
pub(crate) type Completer = Arc<dyn Fn(Call, String) -> Completing + Send + Sync>;

/// One thing that is offered: what people see, and the value that stands for it. Names longer than 100 characters are shortened; a text of
/// more than 100 characters cannot be a value and is left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    name: String,
    value: CommandOptionChoiceValue,
}

impl Choice {
    /// For an option that takes text.
    pub fn text(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: CommandOptionChoiceValue::String(value.into()) }
    }

    /// For an option that takes a whole number.
    pub fn integer(name: impl Into<String>, value: i64) -> Self {
        Self { name: name.into(), value: CommandOptionChoiceValue::Integer(value) }
    }

    /// The name people see.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The choices as Discord takes them: the first 25, each once.
pub(crate) fn offered(choices: Vec<Choice>) -> Vec<CommandOptionChoice> {
    let mut seen = BTreeSet::new();
    let possible = choices.into_iter().filter_map(|Choice { name, value }| {
        let name = escape::shorten(name.trim(), LONGEST);
        let fits = match &value {
            CommandOptionChoiceValue::String(text) => (1..=LONGEST).contains(&text.chars().count()),
            _ => true,
        };
        (!name.is_empty() && fits && seen.insert(name.clone())).then_some(CommandOptionChoice {
            name,
            name_localizations: None,
            value,
        })
    });
    possible.take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn long_names_are_shortened_and_long_values_left_out() {
        let choices = vec![
            Choice::text("ü".repeat(101), "a"),
            Choice::text("b", "v".repeat(101)),
            Choice::text("c", "v".repeat(100)),
            Choice::integer("c", 2),
            Choice::text(" ", "d"),
        ];
        let offered = offered(choices);
        assert_eq!(offered.iter().map(|one| one.name.chars().count()).collect::<Vec<_>>(), [100, 1]);
        assert!(offered[0].name.ends_with('…'));
    }

    proptest! {
        #[test]
        fn discord_can_take_whatever_is_offered(names in prop::collection::vec("\\PC{0,120}", 0..40)) {
            let offered = offered(names.iter().map(|name| Choice::text(name, name)).collect());
            prop_assert!(offered.len() <= 25);
            let mut seen = BTreeSet::new();
            for choice in offered {
                prop_assert!((1..=100).contains(&choice.name.chars().count()));
                prop_assert!(seen.insert(choice.name));
            }
        }
    }
}
