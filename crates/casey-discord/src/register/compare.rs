//! What differs between two lists of commands. Pure.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What registering changed, or would change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Names of new commands.
    pub added: Vec<String>,
    /// Names of commands that look different.
    pub changed: Vec<String>,
    /// Names of commands that are gone.
    pub removed: Vec<String>,
}

impl Difference {
    /// Whether nothing differs.
    pub const fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

/// Fields that we decide about. Others are Discord's: ids, versions, and what it may add some day.
const OF_COMMAND: &[&str] = &[
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "options",
    "default_member_permissions",
    "contexts",
    "integration_types",
    "nsfw",
];
const OF_OPTION: &[&str] = &[
    "type",
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "required",
    "choices",
    "options",
    "channel_types",
    "min_value",
    "max_value",
    "min_length",
    "max_length",
    "autocomplete",
    "file_types",
];
const OF_CHOICE: &[&str] = &["name", "name_localizations", "value"];

/// Compares commands as registered with commands as wanted.
pub(super) fn compare(registered: &Value, wanted: &Value) -> Difference {
    let (registered, wanted) = (by_name(registered), by_name(wanted));
    let mut difference = Difference::default();
    for (key, command) in &wanted {
        match registered.get(key) {
            None => difference.added.push(key.1.clone()),
            Some(before) if before != command => difference.changed.push(key.1.clone()),
            Some(_) => {}
        }
    }
    let gone = registered.keys().filter(|key| !wanted.contains_key(*key));
    difference.removed = gone.map(|key| key.1.clone()).collect();
    difference
}

/// Commands by type (1 is a chat command) and name.
fn by_name(commands: &Value) -> BTreeMap<(u64, String), Value> {
    let commands = commands.as_array().into_iter().flatten();
    commands
        .map(|command| {
            let kind = command["type"].as_u64().unwrap_or(1);
            let name = command["name"].as_str().unwrap_or_default().to_owned();
            ((kind, name), normal(command, OF_COMMAND))
        })
        .collect()
}

/// A command, option or choice with the fields that count, without those that say nothing.
fn normal(node: &Value, fields: &[&str]) -> Value {
    let mut found = Map::new();
    for field in fields {
        let value = match (*field, &node[*field]) {
            ("options", Value::Array(options)) => {
                options.iter().map(|option| normal(option, OF_OPTION)).collect()
            }
            ("choices", Value::Array(choices)) => {
                choices.iter().map(|choice| normal(choice, OF_CHOICE)).collect()
            }
            ("contexts" | "integration_types" | "channel_types", Value::Array(kinds)) => sorted(kinds),
            (_, value) => with_one_kind_of_number(value),
        };
        if !says_nothing(&value) {
            found.insert((*field).to_owned(), value);
        }
    }
    Value::Object(found)
}

/// These lists are sets.
fn sorted(kinds: &[Value]) -> Value {
    let mut kinds: Vec<_> = kinds.iter().filter_map(Value::as_u64).collect();
    kinds.sort_unstable();
    kinds.into()
}

/// `1` and `1.0` are the same bound.
fn with_one_kind_of_number(value: &Value) -> Value {
    value.as_f64().map_or_else(|| value.clone(), Value::from)
}

/// The same without what a missing field means as well. Discord's schema has some fields for some kinds of options only, even as `false`.
pub(super) fn lean(node: &Value) -> Value {
    match node {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), lean(value)))
            .filter(|(_, value)| !says_nothing(value))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(lean).collect(),
        other => other.clone(),
    }
}

/// Null, false and empty are what a missing field means.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ban() -> Value {
        json!({
            "type": 1, "version": "1", "name": "ban", "description": "Ban", "contexts": [0],
            "default_member_permissions": "4",
            "options": [
                { "type": 6, "name": "who", "description": "Who", "required": true },
                { "type": 4, "name": "days", "description": "Days", "min_value": 0, "max_value": 7,
                  "choices": [{ "name": "none", "value": 0 }] },
            ],
        })
    }

    /// As Discord gives it back: with ids and with defaults spelt out.
    fn ban_as_registered() -> Value {
        json!({
            "id": "9", "application_id": "2", "version": "77", "type": 1, "name": "ban", "nsfw": false,
            "name_localizations": null, "description": "Ban", "description_localizations": {}, "contexts": [0],
            "default_member_permissions": "4", "dm_permission": true, "default_permission": true, "handler": 1,
            "options": [
                { "type": 6, "name": "who", "description": "Who", "required": true, "name_localizations": null },
                { "type": 4, "name": "days", "description": "Days", "min_value": 0.0, "max_value": 7.0,
                  "required": false, "autocomplete": false,
                  "choices": [{ "name": "none", "value": 0, "name_localizations": null }] },
            ],
        })
    }

    #[test]
    fn what_discord_adds_is_no_difference() {
        assert!(compare(&json!([ban_as_registered()]), &json!([ban()])).is_empty());
        assert!(compare(&json!([]), &json!([])).is_empty());
    }

    #[test]
    fn additions_changes_and_removals_are_told_apart() {
        let mut changed = ban();
        changed["options"][1]["max_value"] = json!(6);
        let kick = json!({ "type": 1, "name": "kick", "description": "Kick" });
        let old = json!({ "type": 1, "name": "old", "description": "Old" });
        let difference = compare(&json!([ban_as_registered(), old]), &json!([changed, kick]));
        let expected = Difference {
            added: vec!["kick".into()],
            changed: vec!["ban".into()],
            removed: vec!["old".into()],
        };
        assert_eq!(difference, expected);
    }

    #[test]
    fn every_field_that_people_see_counts() {
        let changes = [
            ("/description", json!("Ban them")),
            ("/default_member_permissions", json!("8")),
            ("/contexts", json!([0, 1])),
            ("/nsfw", json!(true)),
            ("/description_localizations", json!({ "de": "Bannen" })),
            ("/options/0/required", json!(false)),
            ("/options/0/type", json!(9)),
            ("/options/1/choices/0/value", json!(1)),
            ("/options/1/autocomplete", json!(true)),
        ];
        for (path, value) in changes {
            let mut wanted = ban();
            let (parent, field) = path.rsplit_once('/').unwrap_or_default();
            if let Some(parent) = wanted.pointer_mut(parent) {
                parent[field] = value;
            }
            let difference = compare(&json!([ban_as_registered()]), &json!([wanted]));
            assert_eq!(difference.changed, ["ban"], "{path}");
        }
    }

    #[test]
    fn what_is_sent_says_nothing_in_vain_and_loses_nothing() {
        let wordy = json!([{ "name": "x", "nsfw": false, "options": [
            { "type": 4, "name": "y", "autocomplete": false, "required": true, "min_value": 0, "choices": [],
              "name_localizations": null },
        ] }]);
        let short = json!([{ "name": "x", "options": [
            { "type": 4, "name": "y", "required": true, "min_value": 0 },
        ] }]);
        assert_eq!(lean(&wordy), short);
        assert!(compare(&wordy, &short).is_empty());
    }

    #[test]
    fn commands_of_different_types_may_share_a_name() {
        let menu = json!({ "type": 2, "name": "ban", "description": "" });
        assert_eq!(compare(&json!([ban_as_registered()]), &json!([ban(), menu])).added, ["ban"]);
    }
}
