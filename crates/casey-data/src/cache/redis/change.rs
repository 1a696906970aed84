use std::fmt::{self, Formatter};

use serde_json::{Value, json};

/// What was changed: a store, and whose part of it.
///
/// Prints without the id: it may be a person's.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Change {
    store: String,
    scope: u64,
}

impl Change {
    /// A change of the store of this name (`guild_settings`), of this server's or person's part of it; 0 stands for all of it.
    pub fn new(store: impl Into<String>, scope: u64) -> Self {
        Self { store: store.into(), scope }
    }

    /// The store's name.
    pub fn store(&self) -> &str {
        &self.store
    }

    /// The server or person; 0 for everybody. Not for logs.
    pub const fn scope(&self) -> u64 {
        self.scope
    }
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change").field("store", &self.store).finish_non_exhaustive()
    }
}

/// A message between processes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    /// The process that sent it.
    pub(super) from: String,
    /// What changed; nothing if more changed than could be told.
    pub(super) change: Option<Change>,
}

impl Message {
    /// As text. The id is written as text too: it is larger than what many readers of JSON hold exactly.
    pub(super) fn encode(&self) -> String {
        match &self.change {
            Some(Change { store, scope }) => {
                json!({"v": 1, "from": self.from, "store": store, "scope": scope.to_string()})
            }
            None => json!({"v": 1, "from": self.from}),
        }
        .to_string()
    }

    /// `None` for what cannot be understood, a later version's message for example.
    pub(super) fn decode(text: &[u8]) -> Option<Self> {
        let message: Value = serde_json::from_slice(text).ok()?;
        let field = |name| message.get(name).and_then(Value::as_str);
        if message.get("v").and_then(Value::as_u64) != Some(1) {
            return None;
        }
        let change = match (field("store"), field("scope")) {
            (Some(store), Some(scope)) => Some(Change::new(store, scope.parse().ok()?)),
            (None, None) => None,
            _ => return None,
        };
        Some(Self { from: field("from")?.to_owned(), change })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_message_arrives_as_it_was_sent(from: String, store: String, scope: u64, all: bool) {
            let message = Message { from, change: (!all).then(|| Change::new(store, scope)) };
            prop_assert_eq!(Message::decode(message.encode().as_bytes()), Some(message));
        }

        #[test]
        fn noise_is_not_understood(noise: Vec<u8>) {
            prop_assert_eq!(Message::decode(&noise), None);
        }
    }

    #[test]
    fn ids_do_not_print() {
        let change = Change::new("guild_settings", 80_351_110_224_678_912);
        assert_eq!(format!("{change:?}"), r#"Change { store: "guild_settings", .. }"#);
    }

    #[test]
    fn other_versions_and_halves_are_not_understood() {
        for text in [r#"{"v":2,"from":"a"}"#, r#"{"v":1}"#, r#"{"v":1,"from":"a","store":"s"}"#, "[]"] {
            assert_eq!(Message::decode(text.as_bytes()), None, "{text}");
        }
    }
}
