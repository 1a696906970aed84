//! Select menus of all kinds, in messages and in modals (Discord Docs/Component Reference, String Select and the following).

use twilight_interactions::command::ResolvedUser;
use twilight_model::{
    application::interaction::{InteractionChannel, InteractionDataResolved},
    channel::{
        ChannelType,
        message::component::{SelectDefaultValue, SelectMenu, SelectMenuOption, SelectMenuType},
    },
    guild::Role,
    id::{Id, marker::GenericMarker},
};

use crate::components::{ComponentError, count, differ, fits};

/// Options a select menu can have, and values that can be chosen at once.
const MOST: u8 = 25;

/// One option of a select menu of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct SelectOption(SelectMenuOption);

impl SelectOption {
    /// An option: what people see, and what the handler is told. Each at most 100 characters.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self(SelectMenuOption {
            default: false,
            description: None,
            emoji: None,
            label: label.into(),
            value: value.into(),
        })
    }

    /// A line below the label, at most 100 characters.
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.0.description = Some(text.into());
        self
    }

    /// Chosen beforehand, if `chosen`.
    pub const fn chosen(mut self, chosen: bool) -> Self {
        self.0.default = chosen;
        self
    }
}

/// A select menu, before it is given a place: in a message by [`Call::select`](crate::Call::select), in a modal by
/// [`Input::select`](crate::Input::select). Limits are checked there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Select {
    kind: SelectMenuType,
    options: Vec<SelectMenuOption>,
    channel_types: Vec<ChannelType>,
    preset: Vec<SelectDefaultValue>,
    placeholder: Option<String>,
    min: u8,
    max: u8,
    once: bool,
}

impl Select {
    const fn of(kind: SelectMenuType) -> Self {
        Self {
            kind,
            options: Vec::new(),
            channel_types: Vec::new(),
            preset: Vec::new(),
            placeholder: None,
            min: 1,
            max: 1,
            once: false,
        }
    }

    /// Of these options, 1 to 25.
    pub fn strings(options: impl IntoIterator<Item = SelectOption>) -> Self {
        Self {
            options: options.into_iter().map(|option| option.0).collect(),
            ..Self::of(SelectMenuType::Text)
        }
    }

    /// Of the server's members.
    pub const fn users() -> Self {
        Self::of(SelectMenuType::User)
    }

    /// Of the server's roles.
    pub const fn roles() -> Self {
        Self::of(SelectMenuType::Role)
    }

    /// Of members and roles.
    pub const fn mentionables() -> Self {
        Self::of(SelectMenuType::Mentionable)
    }

    /// Of the server's channels of these types; of all if none is named.
    pub fn channels(types: impl IntoIterator<Item = ChannelType>) -> Self {
        Self { channel_types: types.into_iter().collect(), ..Self::of(SelectMenuType::Channel) }
    }

    /// What is shown while nothing is chosen, at most 150 characters.
    pub fn placeholder(mut self, text: impl Into<String>) -> Self {
        self.placeholder = Some(text.into());
        self
    }

    /// How many have to and can be chosen: one, unless said. At least 0 and at most 25.
    pub const fn between(mut self, min: u8, max: u8) -> Self {
        self.min = min;
        self.max = max;
        self
    }

    /// Members, roles or channels that are chosen beforehand. Options of a menu of texts say it themselves: [`SelectOption::chosen`].
    pub fn preset(mut self, values: impl IntoIterator<Item = SelectDefaultValue>) -> Self {
        self.preset.extend(values);
        self
    }

    /// It works once: when a choice was made and answered with a new message, it and everything beside it is disabled. In a modal this says
    /// nothing.
    pub const fn once(mut self) -> Self {
        self.once = true;
        self
    }

    pub(crate) const fn is_once(&self) -> bool {
        self.once
    }

    /// The component with this custom id.
    pub(crate) fn build(
        self,
        custom_id: String,
        required: Option<bool>,
    ) -> Result<SelectMenu, ComponentError> {
        self.check()?;
        let text = self.kind == SelectMenuType::Text;
        Ok(SelectMenu {
            channel_types: (!self.channel_types.is_empty()).then_some(self.channel_types),
            custom_id,
            default_values: (!self.preset.is_empty()).then_some(self.preset),
            disabled: false,
            id: None,
            kind: self.kind,
            max_values: Some(self.max),
            min_values: Some(if required == Some(false) { 0 } else { self.min }),
            options: text.then_some(self.options),
            placeholder: self.placeholder,
            required,
        })
    }

    fn check(&self) -> Result<(), ComponentError> {
        if let Some(placeholder) = &self.placeholder {
            fits("the placeholder of a select menu", placeholder, 1, 150)?;
        }
        let (min, max) = (usize::from(self.min), usize::from(self.max));
        let mut most = usize::from(MOST);
        if self.kind == SelectMenuType::Text {
            count("options of a select menu", self.options.len(), 1, most)?;
            most = self.options.len();
            for option in &self.options {
                fits("the label of a select menu's option", &option.label, 1, 100)?;
                fits("the value of a select menu's option", &option.value, 1, 100)?;
                if let Some(description) = &option.description {
                    fits("the description of a select menu's option", description, 1, 100)?;
                }
            }
            differ("values of a select menu", self.options.iter().map(|option| option.value.as_str()))?;
        }
        count("values to choose at most", max, 1, most)?;
        if min > max {
            return Err(ComponentError::Range { what: "values", min, max });
        }
        let beforehand = self.preset.len() + self.options.iter().filter(|option| option.default).count();
        count("values chosen beforehand", beforehand, 0, max)?;
        if self.preset.iter().all(|value| self.offers(value)) { Ok(()) } else { Err(ComponentError::Preset) }
    }

    const fn offers(&self, value: &SelectDefaultValue) -> bool {
        matches!(
            (self.kind, value),
            (SelectMenuType::User | SelectMenuType::Mentionable, SelectDefaultValue::User(_))
                | (SelectMenuType::Role | SelectMenuType::Mentionable, SelectDefaultValue::Role(_))
                | (SelectMenuType::Channel, SelectDefaultValue::Channel(_))
        )
    }
}

/// Members, roles and channels that were chosen, in the order they were chosen in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// People, with their membership where they are in the server.
    pub users: Vec<ResolvedUser>,
    /// Roles.
    pub roles: Vec<Role>,
    /// Channels.
    pub channels: Vec<InteractionChannel>,
}

impl Chosen {
    /// What these values refer to.
    pub(crate) fn of(values: &[String], resolved: Option<&InteractionDataResolved>) -> Self {
        let mut chosen = Self::default();
        let Some(resolved) = resolved else { return chosen };
        for id in values.iter().filter_map(|value| value.parse::<Id<GenericMarker>>().ok()) {
            if let Some(user) = resolved.users.get(&id.cast()) {
                let member = resolved.members.get(&id.cast()).cloned();
                chosen.users.push(ResolvedUser { resolved: user.clone(), member });
            } else if let Some(role) = resolved.roles.get(&id.cast()) {
                chosen.roles.push(role.clone());
            } else if let Some(channel) = resolved.channels.get(&id.cast()) {
                chosen.channels.push(channel.clone());
            }
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn options(count: usize) -> Select {
        Select::strings((0..count).map(|at| SelectOption::new(format!("Option {at}"), at.to_string())))
    }

    fn built(select: Select) -> Result<SelectMenu, ComponentError> {
        select.build("id".into(), None)
    }

    #[test]
    fn every_kind_is_built_with_what_it_has() {
        let menu = built(options(3).placeholder("Which?").between(0, 3)).unwrap();
        assert_eq!((menu.kind, menu.min_values, menu.max_values), (SelectMenuType::Text, Some(0), Some(3)));
        assert_eq!(menu.options.unwrap().len(), 3);
        let menu = built(Select::channels([ChannelType::GuildText])).unwrap();
        assert_eq!(menu.channel_types, Some(vec![ChannelType::GuildText]));
        assert_eq!(menu.options, None);
        let preset = SelectDefaultValue::Role(Id::new(5));
        for select in [Select::roles(), Select::mentionables()] {
            assert_eq!(built(select.preset([preset])).unwrap().default_values, Some(vec![preset]));
        }
        assert_eq!(built(Select::users()).unwrap().default_values, None);
    }

    #[test]
    fn what_discord_would_refuse_is_not_built() {
        let preset = |count: u64| (1..=count).map(|id| SelectDefaultValue::User(Id::new(id)));
        for (select, wrong) in [
            (options(0), "options"),
            (options(26), "options"),
            (options(2).between(1, 3), "at most"),
            (Select::users().between(1, 26), "at most"),
            (Select::users().between(0, 0), "at most"),
            (Select::users().between(3, 2), "at least 3"),
            (Select::users().preset(preset(2)), "beforehand"),
            (Select::channels([]).preset(preset(1)), "another kind"),
            (options(2).placeholder("x".repeat(151)), "placeholder"),
            (Select::strings([SelectOption::new("", "1")]), "label"),
            (Select::strings([SelectOption::new("ü".repeat(101), "1")]), "label"),
            (Select::strings([SelectOption::new("a", "v".repeat(101))]), "value"),
            (Select::strings([SelectOption::new("a", "1").description("")]), "description"),
            (Select::strings([SelectOption::new("a", "1"), SelectOption::new("b", "1")]), "the same"),
        ] {
            let error = built(select).unwrap_err().to_string();
            assert!(error.contains(wrong), "{wrong}: {error}");
        }
    }

    #[test]
    fn the_widest_that_is_possible_is_built() {
        let wide = (0..25).map(|at| SelectOption::new("ü".repeat(100), format!("{at:0100}")).chosen(true));
        assert!(built(Select::strings(wide).between(25, 25).placeholder("x".repeat(150))).is_ok());
    }
}
