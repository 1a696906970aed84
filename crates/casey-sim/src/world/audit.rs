//! The audit log of a guild (Discord docs: Audit Log).

use serde_json::{Value, json};

use super::State;
use crate::{
    gateway::{Event, Intents},
    permissions::Permissions,
    snowflake::Snowflake,
};

/// Entries kept for a guild, so that a long run does not grow.
const KEPT: usize = 1_000;

/// What was done (Discord docs: Audit Log, Audit Log Events).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    GuildUpdate = 1,
    ChannelCreate = 10,
    ChannelUpdate = 11,
    ChannelDelete = 12,
    OverwriteCreate = 13,
    OverwriteUpdate = 14,
    OverwriteDelete = 15,
    MemberKick = 20,
    MemberPrune = 21,
    MemberBanAdd = 22,
    MemberBanRemove = 23,
    MemberUpdate = 24,
    MemberRoleUpdate = 25,
    RoleCreate = 30,
    RoleUpdate = 31,
    RoleDelete = 32,
    InviteCreate = 40,
    InviteDelete = 42,
    WebhookCreate = 50,
    WebhookUpdate = 51,
    WebhookDelete = 52,
    EmojiCreate = 60,
    EmojiUpdate = 61,
    EmojiDelete = 62,
    MessageDelete = 72,
    MessageBulkDelete = 73,
    MessagePin = 74,
    MessageUnpin = 75,
    StickerCreate = 90,
    StickerUpdate = 91,
    StickerDelete = 92,
    EventCreate = 100,
    EventUpdate = 101,
    EventDelete = 102,
    ThreadCreate = 110,
    ThreadUpdate = 111,
    ThreadDelete = 112,
    RuleCreate = 140,
    RuleUpdate = 141,
    RuleDelete = 142,
}

/// One entry.
#[derive(Clone, Debug)]
pub(crate) struct AuditEntry {
    pub(crate) id: Snowflake,
    pub(crate) action: Action,
    pub(crate) user: Snowflake,
    pub(crate) target: Option<Snowflake>,
    pub(crate) changes: Vec<Value>,
    pub(crate) options: Option<Value>,
    pub(crate) reason: Option<String>,
}

/// What is known of an entry before it has an id.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) action: Action,
    pub(crate) target: Option<Snowflake>,
    pub(crate) changes: Vec<Value>,
    pub(crate) options: Option<Value>,
}

impl Done {
    /// Something done to `target`.
    pub(crate) fn to(action: Action, target: Snowflake) -> Self {
        Self { action, target: Some(target), changes: Vec::new(), options: None }
    }

    /// Notes how a field changed, if it did.
    pub(crate) fn change(mut self, key: &str, old: &Value, new: &Value) -> Self {
        if old != new {
            let mut change = json!({ "key": key });
            for (name, value) in [("old_value", old), ("new_value", new)] {
                if !value.is_null() {
                    change[name] = value.clone();
                }
            }
            self.changes.push(change);
        }
        self
    }

    /// Notes every field of two objects that differs; one of them may be null, if it was made or is gone.
    pub(crate) fn differences(mut self, old: &Value, new: &Value) -> Self {
        let whole = if new.is_null() { old } else { new };
        let keys: Vec<String> =
            whole.as_object().into_iter().flat_map(|map| map.keys()).map(ToOwned::to_owned).collect();
        for key in keys {
            self = self.change(&key, &old[&key], &new[&key]);
        }
        self
    }

    pub(crate) fn options(self, options: Value) -> Self {
        Self { options: Some(options), ..self }
    }
}

impl AuditEntry {
    pub(crate) fn json(&self) -> Value {
        let mut body = json!({
            "id": self.id,
            "action_type": self.action as u16,
            "user_id": self.user,
            "target_id": self.target,
        });
        if !self.changes.is_empty() {
            body["changes"] = json!(self.changes);
        }
        if let Some(options) = &self.options {
            body["options"] = options.clone();
        }
        if let Some(reason) = &self.reason {
            body["reason"] = json!(reason);
        }
        body
    }
}

impl State {
    /// Writes into the audit log and tells bots that may view it.
    pub(crate) fn log(&mut self, guild: Snowflake, user: Snowflake, reason: Option<&str>, done: Done) {
        let entry = AuditEntry {
            id: self.mint(),
            action: done.action,
            user,
            target: done.target,
            changes: done.changes,
            options: done.options,
            reason: reason.map(ToOwned::to_owned),
        };
        let mut body = entry.json();
        body["guild_id"] = json!(guild);
        let Some(place) = self.guilds.get_mut(&guild) else { return };
        if place.audit.len() == KEPT {
            place.audit.pop_front();
        }
        place.audit.push_back(entry);
        let event = Event::guild("GUILD_AUDIT_LOG_ENTRY_CREATE", guild, Intents::GUILD_MODERATION, body);
        self.emit(&event.for_those_with(Permissions::VIEW_AUDIT_LOG));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_a_change() {
        let done = Done::to(Action::RoleUpdate, Snowflake::new(1))
            .differences(&json!({ "name": "a", "hoist": true }), &json!({ "name": "b", "hoist": true }));
        assert_eq!(done.changes, [json!({ "key": "name", "old_value": "a", "new_value": "b" })]);
    }
}
