//! What a handler makes for the person who asks: buttons, select menus, forms.

use std::time::Duration;

use twilight_model::channel::message::component::{ActionRow, Component};

use super::Call;
use crate::{
    components::ComponentError,
    custom_id::{CustomId, CustomIdError},
    modal::ModalBuilder,
    press,
    select::Select,
};

/// How long a form can be sent off after it was made: people write long texts slowly.
const FORM: Duration = Duration::from_hours(1);

impl Call {
    /// A select menu, in a row of its own, that only the person who asks can use, until `lasting` has passed. Its module's
    /// [`press`](crate::Module::press) is called with action, state and what was chosen.
    ///
    /// # Errors
    ///
    /// [`ComponentError`] if Discord would refuse it, or action and state do not fit into a custom id.
    pub fn select(
        &self,
        select: Select,
        action: &str,
        state: impl Into<String>,
        lasting: Duration,
    ) -> Result<Component, ComponentError> {
        let action = if select.is_once() { press::once(action, self.now()) } else { action.to_owned() };
        let custom_id = self.signed(self.0.module, action, state.into(), lasting)?;
        let menu = Component::SelectMenu(select.build(custom_id, None)?);
        Ok(Component::ActionRow(ActionRow { id: None, components: vec![menu] }))
    }

    /// A form that only the person who asks can send off, within an hour. Its module's [`submit`](crate::Module::submit) is called with action,
    /// state and what was entered.
    pub fn modal(&self, title: impl Into<String>, action: &str, state: impl Into<String>) -> ModalBuilder {
        self.modal_of(self.0.module, title.into(), action, state.into())
    }

    pub(crate) fn modal_of(&self, module: &str, title: String, action: &str, state: String) -> ModalBuilder {
        ModalBuilder::new(self.signed(module, action.to_owned(), state, FORM), title)
    }

    /// A custom id of the person who asks.
    pub(super) fn signed(
        &self,
        module: &str,
        action: String,
        state: String,
        lasting: Duration,
    ) -> Result<String, CustomIdError> {
        let id = CustomId {
            module: module.to_owned(),
            action,
            state,
            owner: Some(self.user_id()),
            expires: self.now() + lasting,
        };
        self.0.signer.sign(&id)
    }
}
