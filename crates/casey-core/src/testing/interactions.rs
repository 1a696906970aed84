//! What people on a stage do other than write: commands, menus, buttons, forms.

use serde_json::{Value, json};
use twilight_model::{
    application::command::CommandOptionChoice,
    channel::message::Component,
    gateway::{event::Event, payload::incoming::InteractionCreate},
    guild::Permissions,
    id::{
        Id,
        marker::{MessageMarker, UserMarker},
    },
};

use super::{Stage, events, stage::ORDINARY};
use crate::{effect::Effect, modal::Modal};

/// The number of a message on which buttons are pressed, unless another is said.
const ON: u64 = 77;

impl Stage {
    /// Somebody uses a slash command, with options as Discord sends them.
    pub async fn slash(&self, user: Id<UserMarker>, name: &str, options: Value) {
        let data = json!({ "id": "1", "name": name, "type": 1, "options": options });
        self.interacts(user, 2, &data, None).await;
    }

    /// Somebody types a slash command; the option that is being typed has `"focused": true`. Returns what is offered.
    ///
    /// # Panics
    ///
    /// If nothing was offered at all, not even an empty list.
    pub async fn types(&self, user: Id<UserMarker>, name: &str, options: Value) -> Vec<CommandOptionChoice> {
        let data = json!({ "id": "1", "name": name, "type": 1, "options": options });
        self.discord().take();
        self.interacts(user, 4, &data, None).await;
        self.offered().unwrap_or_else(|| panic!("nothing was offered"))
    }

    /// What was offered since this was asked last, if anything was.
    pub fn offered(&self) -> Option<Vec<CommandOptionChoice>> {
        self.discord().take().into_iter().find_map(|effect| match effect {
            Effect::Suggest { choices, .. } => Some(choices),
            _ => None,
        })
    }

    /// Somebody clicks on a person and uses an entry of the menu.
    pub async fn on_user(&self, user: Id<UserMarker>, entry: &str, target: Id<UserMarker>) {
        let resolved = events::resolved(target, Self::name(target));
        let data = json!({ "id": "1", "name": entry, "type": 2, "target_id": target, "resolved": resolved });
        self.interacts(user, 2, &data, None).await;
    }

    /// Somebody clicks on a message, which `author` wrote, and uses an entry of the menu.
    pub async fn on_message(
        &self,
        user: Id<UserMarker>,
        entry: &str,
        message: Id<MessageMarker>,
        author: Id<UserMarker>,
    ) {
        let sent = events::message_json(message.get(), (author, Self::name(author)), "as it was written");
        let resolved = json!({ "messages": { (message.to_string()): sent } });
        let data = json!({ "id": "1", "name": entry, "type": 3, "target_id": message, "resolved": resolved });
        self.interacts(user, 2, &data, None).await;
    }

    /// Somebody presses a button.
    pub async fn presses(&self, user: Id<UserMarker>, custom_id: &str) {
        self.interacts(user, 3, &json!({ "custom_id": custom_id, "component_type": 2, "values": [] }), None)
            .await;
    }

    /// Somebody chooses in a select menu of texts that is among these components of a message.
    pub async fn chooses(&self, user: Id<UserMarker>, among: &[Component], custom_id: &str, values: &[&str]) {
        self.picks(user, among, &json!({ "custom_id": custom_id, "component_type": 3, "values": values }))
            .await;
    }

    /// Somebody chooses people in a select menu that is among these components of a message.
    pub async fn chooses_users(
        &self,
        user: Id<UserMarker>,
        among: &[Component],
        custom_id: &str,
        chosen: &[Id<UserMarker>],
    ) {
        let mut resolved = json!({ "users": {}, "members": {} });
        for one in chosen {
            let found = events::resolved(*one, Self::name(*one));
            for kind in ["users", "members"] {
                resolved[kind][one.to_string()] = found[kind][one.to_string()].clone();
            }
        }
        let data = json!({
            "custom_id": custom_id, "component_type": 5, "values": chosen, "resolved": resolved,
        });
        self.picks(user, among, &data).await;
    }

    async fn picks(&self, user: Id<UserMarker>, among: &[Component], data: &Value) {
        let message = events::own_message(ON, &json!(among));
        self.interacts(user, 3, data, Some(&message)).await;
    }

    /// The form that was opened since this was asked last.
    ///
    /// # Panics
    ///
    /// If anything else was done, or nothing.
    pub fn form(&self) -> Modal {
        let mut effects = self.discord().take();
        assert_eq!(effects.len(), 1, "one form was expected: {effects:?}");
        match effects.remove(0) {
            Effect::OpenModal { modal, .. } => modal,
            other => panic!("a form was expected: {other:?}"),
        }
    }

    /// Somebody fills in the texts of a form and sends it off. `on_message` tells whether a button or menu of a message opened it.
    pub async fn submits(
        &self,
        user: Id<UserMarker>,
        custom_id: &str,
        texts: &[(&str, &str)],
        on_message: bool,
    ) {
        let inputs = texts.iter().map(|(name, text)| {
            json!({ "type": 18, "id": 1, "component": { "type": 4, "id": 2, "custom_id": name, "value": text } })
        });
        let data = json!({ "custom_id": custom_id, "components": inputs.collect::<Value>() });
        let message = on_message.then(|| events::own_message(ON, &json!([])));
        self.interacts(user, 5, &data, message.as_ref()).await;
    }

    async fn interacts(&self, user: Id<UserMarker>, kind: u8, data: &Value, on: Option<&Value>) {
        let held = if user == Self::ALICE { Permissions::all() } else { ORDINARY };
        let author = (user, Self::name(user));
        let interaction =
            events::interaction(self.id(), kind, author, (held, ORDINARY), &self.locale(), data, on);
        self.hears(Event::InteractionCreate(Box::new(InteractionCreate(interaction)))).await;
    }
}
