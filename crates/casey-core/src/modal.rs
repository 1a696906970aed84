//! Modals: forms that open over Discord's window (Discord Docs/Component Reference, Label and Text Input).

use std::{collections::BTreeMap, fmt};

use serde::Serialize;
use twilight_model::{
    application::interaction::{
        InteractionDataResolved,
        modal::{ModalInteractionComponent, ModalInteractionData},
    },
    channel::message::component::{Component, Label, TextInput, TextInputStyle},
};

use crate::{
    components::{ComponentError, count, differ, fits},
    custom_id::CustomIdError,
    reply::Reply,
    select::{Chosen, Select},
};

/// Characters a text input can take.
const LONGEST: u16 = 4_000;

/// A form that can be opened: a title and one to five inputs. Made with [`Call::modal`](crate::Call::modal).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Modal {
    custom_id: String,
    title: String,
    components: Vec<Component>,
}

impl Modal {
    /// The signed custom id.
    pub fn custom_id(&self) -> &str {
        &self.custom_id
    }

    /// The title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Its inputs, each in its label.
    pub fn components(&self) -> &[Component] {
        &self.components
    }
}

/// One input of a [`Modal`].
#[derive(Clone, Debug)]
#[must_use]
pub struct Input {
    name: String,
    label: String,
    hint: Option<String>,
    required: bool,
    field: Field,
}

#[derive(Clone, Debug)]
enum Field {
    Text { style: TextInputStyle, min: u16, max: u16, placeholder: Option<String>, value: Option<String> },
    Select(Select),
}

impl Input {
    fn text(name: impl Into<String>, label: impl Into<String>, style: TextInputStyle) -> Self {
        let field = Field::Text { style, min: 0, max: LONGEST, placeholder: None, value: None };
        Self { name: name.into(), label: label.into(), hint: None, required: true, field }
    }

    /// One line of text. What is entered is found by `name` (at most 100 characters); people see `label` (at most 45).
    pub fn line(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::text(name, label, TextInputStyle::Short)
    }

    /// Several lines of text.
    pub fn paragraph(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::text(name, label, TextInputStyle::Paragraph)
    }

    /// A select menu.
    pub fn select(name: impl Into<String>, label: impl Into<String>, select: Select) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            hint: None,
            required: true,
            field: Field::Select(select),
        }
    }

    /// A sentence below the label, at most 100 characters.
    pub fn hint(mut self, text: impl Into<String>) -> Self {
        self.hint = Some(text.into());
        self
    }

    /// It may be left empty.
    pub const fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// How many characters, at most 4,000. For text.
    pub fn between(mut self, least: u16, most: u16) -> Self {
        if let Field::Text { min, max, .. } = &mut self.field {
            (*min, *max) = (least, most);
        }
        self
    }

    /// What is shown while nothing is entered, at most 100 characters. For text; a [`Select`] says it itself.
    pub fn placeholder(mut self, text: impl Into<String>) -> Self {
        if let Field::Text { placeholder, .. } = &mut self.field {
            *placeholder = Some(text.into());
        }
        self
    }

    /// What is entered beforehand. For text.
    pub fn value(mut self, text: impl Into<String>) -> Self {
        if let Field::Text { value, .. } = &mut self.field {
            *value = Some(text.into());
        }
        self
    }

    fn build(self) -> Result<Component, ComponentError> {
        fits("the name of an input", &self.name, 1, 100)?;
        fits("the label of an input", &self.label, 1, 45)?;
        if let Some(hint) = &self.hint {
            fits("the hint of an input", hint, 1, 100)?;
        }
        let component = match self.field {
            Field::Select(select) => Component::SelectMenu(select.build(self.name, Some(self.required))?),
            Field::Text { style, min, max, placeholder, value } => {
                let (least, most) = (usize::from(min), usize::from(max));
                if least > most || most == 0 || max > LONGEST {
                    return Err(ComponentError::Range { what: "characters", min: least, max: most });
                }
                if let Some(placeholder) = &placeholder {
                    fits("the placeholder of an input", placeholder, 1, 100)?;
                }
                if let Some(value) = &value {
                    fits("the text that is entered beforehand", value, least, most)?;
                }
                #[allow(deprecated, reason = "its own label, which the one around it has taken the place of")]
                let input = TextInput {
                    custom_id: self.name,
                    id: None,
                    label: None,
                    max_length: Some(max),
                    min_length: (min > 0).then_some(min),
                    placeholder,
                    required: Some(self.required),
                    style,
                    value,
                };
                Component::TextInput(input)
            }
        };
        Ok(Component::Label(Label {
            component: Box::new(component),
            description: self.hint,
            id: None,
            label: self.label,
        }))
    }
}

/// Collects the inputs of a [`Modal`].
#[derive(Clone, Debug)]
#[must_use]
pub struct ModalBuilder {
    custom_id: Result<String, CustomIdError>,
    title: String,
    inputs: Vec<Input>,
}

impl ModalBuilder {
    pub(crate) const fn new(custom_id: Result<String, CustomIdError>, title: String) -> Self {
        Self { custom_id, title, inputs: Vec::new() }
    }

    /// Adds an input; five are the most.
    pub fn input(mut self, input: Input) -> Self {
        self.inputs.push(input);
        self
    }

    /// Puts the form together.
    ///
    /// # Errors
    ///
    /// [`ComponentError`] if Discord would refuse it: a title of 1 to 45 characters, 1 to 5 inputs with names that differ, action and state
    /// that fit into a custom id.
    pub fn build(self) -> Result<Modal, ComponentError> {
        let custom_id = self.custom_id?;
        fits("the title of a modal", &self.title, 1, 45)?;
        count("inputs of a modal", self.inputs.len(), 1, 5)?;
        differ("names of inputs", self.inputs.iter().map(|input| input.name.as_str()))?;
        let components = self.inputs.into_iter().map(Input::build).collect::<Result<_, _>>()?;
        Ok(Modal { custom_id, title: self.title, components })
    }
}

/// A [`Modal`] that was filled in and sent off.
#[derive(Clone, PartialEq)]
pub struct Submission {
    /// The action it was made with.
    pub action: String,
    /// The state it was made with.
    pub state: String,
    entered: BTreeMap<String, Entered>,
    resolved: Option<Box<InteractionDataResolved>>,
}

/// What an input holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Entered {
    Text(String),
    Values(Vec<String>),
}

impl fmt::Debug for Submission {
    /// Only which inputs there are: what people write is not for logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.entered.keys().collect();
        f.debug_struct("Submission")
            .field("action", &self.action)
            .field("inputs", &names)
            .finish_non_exhaustive()
    }
}

impl Submission {
    pub(crate) fn new(action: String, state: String, data: ModalInteractionData) -> Self {
        let mut entered = BTreeMap::new();
        for component in data.components {
            collect(component, &mut entered);
        }
        Self { action, state, entered, resolved: data.resolved.map(Box::new) }
    }

    /// The text in the input of this name; empty if nothing was entered or there is no such input.
    pub fn text(&self, name: &str) -> &str {
        match self.entered.get(name) {
            Some(Entered::Text(text)) => text,
            _ => "",
        }
    }

    /// What was chosen in the select menu of this name: values of its options, or ids.
    pub fn values(&self, name: &str) -> &[String] {
        match self.entered.get(name) {
            Some(Entered::Values(values)) => values,
            _ => &[],
        }
    }

    /// The members, roles and channels that were chosen in the select menu of this name.
    pub fn chosen(&self, name: &str) -> Chosen {
        Chosen::of(self.values(name), self.resolved.as_deref())
    }

    pub(crate) fn resolved(&self) -> Option<&InteractionDataResolved> {
        self.resolved.as_deref()
    }

    /// All texts that were entered.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.entered.values().filter_map(|entered| match entered {
            Entered::Text(text) if !text.trim().is_empty() => Some(text.as_str()),
            _ => None,
        })
    }
}

fn collect(component: ModalInteractionComponent, into: &mut BTreeMap<String, Entered>) {
    use ModalInteractionComponent as Sent;
    fn ids<T: ToString>(values: &[T]) -> Entered {
        Entered::Values(values.iter().map(ToString::to_string).collect())
    }
    let (name, entered) = match component {
        Sent::Label(label) => return collect(*label.component, into),
        Sent::ActionRow(row) => {
            return row.components.into_iter().for_each(|component| collect(component, into));
        }
        Sent::TextInput(input) => (input.custom_id, Entered::Text(input.value)),
        Sent::StringSelect(menu) => (menu.custom_id, Entered::Values(menu.values)),
        Sent::UserSelect(menu) => (menu.custom_id, ids(&menu.values)),
        Sent::RoleSelect(menu) => (menu.custom_id, ids(&menu.values)),
        Sent::ChannelSelect(menu) => (menu.custom_id, ids(&menu.values)),
        Sent::MentionableSelect(menu) => (menu.custom_id, ids(&menu.values)),
        _ => return,
    };
    into.insert(name, entered);
}

/// What comes of a [`Submission`]. A form cannot be answered with another form, so there is no such variant (Discord Docs/Interaction Callback Type).
#[derive(Clone, Debug, PartialEq)]
pub enum Submitted {
    /// The message changes whose button or menu opened the form; a new message if a command opened it.
    Update(Box<Reply>),
    /// A new message.
    Reply(Box<Reply>),
    /// Nothing that is seen.
    Nothing,
}

impl Submitted {
    /// The message whose button or menu opened the form changes into this.
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
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;
    use crate::select::SelectOption;

    fn form(title: &str) -> ModalBuilder {
        ModalBuilder::new(Ok("id".into()), title.into())
    }

    #[test]
    fn a_form_is_what_discord_takes() {
        let colours = Select::strings([SelectOption::new("Red", "r"), SelectOption::new("Green", "g")]);
        let modal = form("Report")
            .input(Input::line("title", "Title").between(3, 60).placeholder("Short"))
            .input(Input::paragraph("text", "What happened?").hint("In your own words").optional())
            .input(Input::select("colour", "Colour", colours).optional())
            .build()
            .unwrap();
        insta::assert_json_snapshot!("form", modal);
    }

    #[test]
    fn what_discord_would_refuse_is_not_built() {
        let line = || Input::line("a", "A");
        let many = (0..6).fold(form("T"), |form, at| form.input(Input::line(at.to_string(), "A")));
        for (form, wrong) in [
            (form("T"), "inputs"),
            (many, "inputs"),
            (form("").input(line()), "title"),
            (form(&"x".repeat(46)).input(line()), "title"),
            (form("T").input(line()).input(line()), "the same"),
            (form("T").input(Input::line("", "A")), "name"),
            (form("T").input(Input::line("x".repeat(101), "A")), "name"),
            (form("T").input(Input::line("a", "x".repeat(46))), "label"),
            (form("T").input(line().hint("x".repeat(101))), "hint"),
            (form("T").input(line().placeholder("x".repeat(101))), "placeholder"),
            (form("T").input(line().between(5, 4)), "at least 5"),
            (form("T").input(line().between(0, 4_001)), "4001"),
            (form("T").input(line().between(0, 0)), "characters"),
            (form("T").input(line().between(0, 3).value("four")), "beforehand"),
            (form("T").input(Input::select("a", "A", Select::strings([]))), "options"),
            (ModalBuilder::new(Err(CustomIdError::Name), "T".into()).input(line()), "name"),
        ] {
            let error = form.build().unwrap_err().to_string();
            assert!(error.contains(wrong), "{wrong}: {error}");
        }
    }

    #[test]
    fn what_was_entered_is_found_by_name_and_not_printed() {
        let data: ModalInteractionData = serde_json::from_value(json!({
            "custom_id": "x",
            "components": [
                { "type": 18, "id": 1, "component": { "type": 4, "id": 2, "custom_id": "text", "value": "canary" } },
                { "type": 1, "id": 3, "components": [{ "type": 4, "id": 4, "custom_id": "old", "value": "row" }] },
                { "type": 18, "id": 5, "component": { "type": 6, "id": 6, "custom_id": "role", "values": ["5"] } },
            ],
        }))
        .unwrap();
        let submission = Submission::new("do".into(), "it".into(), data);
        assert_eq!(
            (submission.text("text"), submission.text("old"), submission.text("no")),
            ("canary", "row", "")
        );
        assert_eq!(submission.values("role"), ["5"]);
        assert_eq!(submission.chosen("role"), Chosen::default(), "Discord resolved nothing");
        assert!(!format!("{submission:?}").contains("canary"));
    }
}
