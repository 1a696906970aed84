//! Context menus: entries in the menu of a person or a message that run a command (Discord Docs/Application Commands, User Commands and
//! Message Commands).

use sha2::{Digest, Sha256};
use twilight_model::{
    application::command::{CommandOption, CommandOptionType, CommandType},
    id::{Id, marker::GenericMarker},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Entries of one kind that an application can have (Discord's `OpenAPI` file: 130 commands in all, 100 of them chat commands).
pub(crate) const MOST: usize = 15;

/// Inputs a form can have.
const INPUTS: usize = 5;

/// A context menu's entry that runs a command, or one of its sub-commands.
///
/// What was clicked fills the options it can: a person the first option of a user, a message the first such option with its author, and a
/// text option with a link to it. Required options that are left open are asked for in a form.
#[derive(Clone, Debug)]
#[must_use]
pub struct Menu {
    pub(crate) kind: CommandType,
    pub(crate) name: &'static str,
    pub(crate) path: &'static str,
    pub(crate) fills: Option<&'static str>,
    pub(crate) asks: Vec<&'static str>,
    pub(crate) private: bool,
}

impl Menu {
    const fn of(kind: CommandType, name: &'static str) -> Self {
        Self { kind, name, path: "", fills: None, asks: Vec::new(), private: false }
    }

    /// In the menu of a person. The name, at most 32 characters, is what people see: “Warn”.
    pub const fn user(name: &'static str) -> Self {
        Self::of(CommandType::User, name)
    }

    /// In the menu of a message.
    pub const fn message(name: &'static str) -> Self {
        Self::of(CommandType::Message, name)
    }

    /// It runs this sub-command, named as people type it: `set`, or `group set`.
    pub const fn sub(mut self, path: &'static str) -> Self {
        self.path = path;
        self
    }

    /// The option that is filled: by the person, or by a link to the message. Unless said, the first option of a user, and the text option
    /// called `message`.
    pub const fn fills(mut self, option: &'static str) -> Self {
        self.fills = Some(option);
        self
    }

    /// Optional options that are asked for as well.
    pub fn asks(mut self, options: impl IntoIterator<Item = &'static str>) -> Self {
        self.asks.extend(options);
        self
    }

    /// Its answer is only for the person who used it, though the command's is not.
    pub const fn private(mut self) -> Self {
        self.private = true;
        self
    }

    /// A number for it that stays the same over restarts and versions, in 11 characters.
    pub(crate) fn number(&self) -> String {
        let digest = Sha256::digest(format!("{}:{}", u8::from(self.kind), self.name));
        URL_SAFE_NO_PAD.encode(&digest[..8])
    }
}

/// What fills an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filling {
    /// The person clicked on, or the author of the message.
    Person,
    /// A link to the message.
    Link,
}

/// How an entry of a menu comes to its command's options.
#[derive(Debug, PartialEq)]
pub(crate) struct Plan<'s> {
    /// What was clicked fills these.
    pub(crate) filled: Vec<(&'s CommandOption, Filling)>,
    /// These are asked for.
    pub(crate) asked: Vec<&'s CommandOption>,
}

/// Why an entry cannot come to its command's options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unplanned {
    /// No option takes what is clicked on.
    NothingFilled,
    /// There is no option of a name that was given.
    NoSuchOption,
    /// A required option takes a file, which a form cannot ask for.
    File,
    /// More than five options are left open.
    TooMany,
}

impl Unplanned {
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::NothingFilled => "no option of its command takes what is clicked on",
            Self::NoSuchOption => "it names an option that its command does not have",
            Self::File => "its command needs a file, which cannot be asked for in a form",
            Self::TooMany => "its command needs more than five options besides",
        }
    }
}

/// Decides what is filled and what is asked for.
pub(crate) fn plan<'s>(menu: &Menu, options: &'s [CommandOption]) -> Result<Plan<'s>, Unplanned> {
    let named = |name: &str| options.iter().find(|option| option.name == name);
    let mut given = menu.fills.iter().chain(&menu.asks);
    if given.any(|name| named(name).is_none()) {
        return Err(Unplanned::NoSuchOption);
    }
    let of_kind = |kind: CommandOptionType| options.iter().find(move |option| option.kind == kind);
    let chosen = menu.fills.and_then(named);
    let for_people = [CommandOptionType::User, CommandOptionType::Mentionable];
    let person = chosen
        .filter(|option| for_people.contains(&option.kind))
        .or_else(|| for_people.into_iter().find_map(of_kind));
    let mut filled: Vec<_> = person.map(|option| (option, Filling::Person)).into_iter().collect();
    if menu.kind == CommandType::Message {
        let text = |option: &&CommandOption| option.kind == CommandOptionType::String;
        let link = chosen.filter(text).or_else(|| named("message").filter(text));
        filled.extend(link.map(|option| (option, Filling::Link)));
    }
    if filled.is_empty() || chosen.is_some_and(|chosen| filled.iter().all(|(option, _)| *option != chosen)) {
        return Err(Unplanned::NothingFilled);
    }
    let open = options.iter().filter(|option| filled.iter().all(|(known, _)| known.name != option.name));
    let asked: Vec<_> = open
        .filter(|option| option.required == Some(true) || menu.asks.contains(&option.name.as_str()))
        .collect();
    if asked.iter().any(|option| option.kind == CommandOptionType::Attachment) {
        return Err(Unplanned::File);
    }
    if asked.len() > INPUTS {
        return Err(Unplanned::TooMany);
    }
    Ok(Plan { filled, asked })
}

/// What was clicked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The person or message.
    pub(crate) id: Id<GenericMarker>,
    /// The author of the message, if that is a person.
    pub(crate) author: Option<Id<GenericMarker>>,
}

impl Target {
    /// Entry and target in 33 characters, for the custom id of a form.
    pub(crate) fn write(self, menu: &Menu) -> String {
        let id = |id: u64| URL_SAFE_NO_PAD.encode(id.to_be_bytes());
        format!("{}{}{}", menu.number(), id(self.id.get()), id(self.author.map_or(0, Id::get)))
    }

    /// The entry's number and the target; `None` if this was not written by [`write`](Self::write).
    pub(crate) fn read(text: &str) -> Option<(&str, Self)> {
        let (number, ids) = text.split_at_checked(11)?;
        let (id, author) = ids.split_at_checked(11)?;
        let number_of = |text: &str| {
            let bytes: [u8; 8] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
            Some(u64::from_be_bytes(bytes))
        };
        let target =
            Self { id: Id::new_checked(number_of(id)?)?, author: Id::new_checked(number_of(author)?) };
        Some((number, target))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::custom_id::{CustomId, Signer};

    fn options(list: &[(&str, u8, bool)]) -> Vec<CommandOption> {
        let option = |(name, kind, required): &(&str, u8, bool)| json!({ "name": name, "description": "d", "type": kind, "required": required });
        serde_json::from_value(list.iter().map(option).collect()).unwrap()
    }

    /// What fills each option by its name, and the options that are asked for.
    type Planned = (Vec<(String, Filling)>, Vec<String>);

    fn shape(menu: &Menu, options: &[CommandOption]) -> Result<Planned, Unplanned> {
        let plan = plan(menu, options)?;
        let filled = plan.filled.iter().map(|(option, with)| (option.name.clone(), *with)).collect();
        Ok((filled, plan.asked.iter().map(|option| option.name.clone()).collect()))
    }

    #[test]
    fn what_is_clicked_fills_and_what_is_missing_is_asked_for() {
        let warn = options(&[("who", 6, true), ("reason", 3, true), ("days", 4, false)]);
        let filled = vec![("who".to_owned(), Filling::Person)];
        assert_eq!(shape(&Menu::user("Warn"), &warn), Ok((filled.clone(), vec!["reason".to_owned()])));
        let asking = Menu::message("Warn for this").asks(["days"]);
        assert_eq!(shape(&asking, &warn), Ok((filled, vec!["reason".to_owned(), "days".to_owned()])));

        let note = options(&[("message", 3, true), ("who", 6, false)]);
        let both = vec![("who".to_owned(), Filling::Person), ("message".to_owned(), Filling::Link)];
        assert_eq!(shape(&Menu::message("Note"), &note), Ok((both, vec![])));
        let remind = options(&[("when", 3, true), ("what", 3, true)]);
        let link = vec![("what".to_owned(), Filling::Link)];
        assert_eq!(
            shape(&Menu::message("Remind").fills("what"), &remind),
            Ok((link, vec!["when".to_owned()]))
        );
    }

    #[test]
    fn an_entry_that_cannot_work_is_refused() {
        let text = options(&[("when", 3, true)]);
        assert_eq!(shape(&Menu::user("X"), &text), Err(Unplanned::NothingFilled));
        assert_eq!(shape(&Menu::message("X"), &text), Err(Unplanned::NothingFilled));
        assert_eq!(shape(&Menu::user("X").fills("when"), &text), Err(Unplanned::NothingFilled));
        assert_eq!(shape(&Menu::message("X").fills("who"), &text), Err(Unplanned::NoSuchOption));
        let file = options(&[("who", 6, true), ("file", 11, true)]);
        assert_eq!(shape(&Menu::user("X"), &file), Err(Unplanned::File));
        let many =
            options(&[("who", 6, true), ("a", 3, true), ("b", 3, true), ("c", 3, true), ("d", 3, true)]);
        assert!(shape(&Menu::user("X"), &many).is_ok());
        let more = [many, options(&[("e", 3, true), ("f", 3, true)])].concat();
        assert_eq!(shape(&Menu::user("X"), &more), Err(Unplanned::TooMany));
    }

    proptest! {
        #[test]
        fn a_target_comes_back_and_fits_into_a_custom_id(id in 1_u64.., author in any::<u64>(), owner in 1_u64..) {
            let menu = Menu::message("Warn for this");
            let target = Target { id: Id::new(id), author: Id::new_checked(author) };
            let state = target.write(&menu);
            let number = menu.number();
            prop_assert_eq!(Target::read(&state), Some((number.as_str(), target)));
            let signed = Signer::new([1; 32]).sign(&CustomId {
                module: crate::invocation::HOUSE.into(),
                action: crate::invocation::menu::ASK.into(),
                state,
                owner: Some(Id::new(owner)),
                expires: crate::Timestamp::from_millis(0),
            });
            prop_assert!(signed.is_ok_and(|id| id.len() <= 100));
        }

        #[test]
        fn no_text_breaks_it(text in ".*") {
            if let Some((number, _)) = Target::read(&text) {
                prop_assert_eq!(number.len(), 11);
            }
        }
    }
}
