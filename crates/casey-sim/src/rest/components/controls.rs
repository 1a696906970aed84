//! Buttons and select menus (Discord docs: Components, Button and String Select and the following).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::Used;
use crate::{limits, rest::form::Form};

/// Reads a button or a menu.
pub(super) fn read(mut part: Form<'_>, used: &mut Used) -> Value {
    part.required("type");
    let id = used.id(&mut part);
    let kind = part.value("type").and_then(Value::as_i64).unwrap_or_default();
    let mut body = Map::new();
    body.insert("type".to_owned(), json!(kind));
    body.insert("id".to_owned(), json!(id));
    match kind {
        2 => read_button(&mut part, used, &mut body),
        3 | 5..=8 => {
            // For forms only, and ignored in messages (Components, String Select).
            part.boolean("required");
            read_menu(&mut part, used, kind, &mut body);
        }
        _ => part.issue(
            "type",
            "UNION_TYPE_CHOICES",
            "Value of field \"type\" must be one of (2, 3, 5, 6, 7, 8).",
        ),
    }
    if part.boolean("disabled") == Some(true) {
        body.insert("disabled".to_owned(), json!(true));
    }
    part.finish();
    Value::Object(body)
}

pub(super) fn read_button(part: &mut Form<'_>, used: &mut Used, body: &mut Map<String, Value>) {
    part.required("style");
    let style = part.integer("style", 1, 6).unwrap_or(1);
    let label = part.text("label", 0, limits::LABEL);
    let emoji = read_emoji(part);
    if label.as_deref().unwrap_or_default().is_empty() && emoji.is_none() {
        part.issue("label", "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A label or an emoji is required");
    }
    put(body, "style", json!(style));
    put_some(body, "label", label.map(Value::String));
    put_some(body, "emoji", emoji);
    let custom_id = part.text("custom_id", 1, limits::CUSTOM_ID);
    let url = part.url("url", false);
    match style {
        5 => {
            if custom_id.is_some() {
                part.issue(
                    "custom_id",
                    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                    "A custom id and url cannot both be specified",
                );
            }
            if url.is_none() {
                part.issue("url", "BASE_TYPE_REQUIRED", "This field is required");
            }
            put_some(body, "url", url.map(Value::String));
        }
        6 => part.issues.unsupported(&part.at("style"), "premium buttons"),
        _ => {
            if url.is_some() {
                part.issue(
                    "url",
                    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                    "Only link buttons have a url",
                );
            }
            used.custom_id(part, custom_id, body);
        }
    }
    part.refuse("sku_id");
}

/// Reads a select menu; those of forms may also say whether they must be filled in.
pub(super) fn read_menu(part: &mut Form<'_>, used: &mut Used, kind: i64, body: &mut Map<String, Value>) {
    let custom_id = part.text("custom_id", 1, limits::CUSTOM_ID);
    used.custom_id(part, custom_id, body);
    put_some(body, "placeholder", part.text("placeholder", 0, 150).map(Value::String));
    let min = part.integer("min_values", 0, 25).unwrap_or(1);
    let max = part.integer("max_values", 1, 25).unwrap_or(1);
    if min > max {
        part.issue(
            "min_values",
            "SELECT_COMPONENT_MIN_VALUES_TOO_LARGE",
            "min_values is larger than max_values",
        );
    }
    put(body, "min_values", json!(min));
    put(body, "max_values", json!(max));
    if kind != 3 {
        read_defaults(part, kind, usize::try_from(max).unwrap_or(25), body);
        if kind == 8 {
            put_some(body, "channel_types", part.list("channel_types", 20).map(|kinds| json!(kinds)));
        }
        return;
    }
    part.required("options");
    let mut values = BTreeSet::new();
    let mut list = Vec::new();
    for mut option in part.forms("options", limits::SELECT_OPTIONS).unwrap_or_default() {
        let label = option.required_text("label", 1, 100);
        let value = option.required_text("value", 1, 100);
        if !value.clone().is_none_or(|value| values.insert(value)) {
            option.issue(
                "value",
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            );
        }
        let mut one = Map::new();
        put(&mut one, "label", json!(label));
        put(&mut one, "value", json!(value));
        put_some(&mut one, "description", option.text("description", 0, 100).map(Value::String));
        put_some(&mut one, "emoji", read_emoji(&mut option));
        put_some(&mut one, "default", option.boolean("default").map(Value::Bool));
        list.push(Value::Object(one));
        option.finish();
    }
    if list.is_empty() {
        part.issue("options", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.");
    }
    put(body, "options", json!(list));
}

pub(in crate::rest) fn read_emoji(part: &mut Form<'_>) -> Option<Value> {
    let mut emoji = part.form("emoji")?;
    let id = emoji.id("id");
    let name = emoji.text("name", 0, 32);
    let animated = emoji.boolean("animated").unwrap_or(false);
    if id.is_none() && name.as_deref().unwrap_or_default().is_empty() {
        emoji.issue("name", "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji");
    }
    emoji.finish();
    Some(match id {
        Some(id) => json!({ "id": id, "name": name, "animated": animated }),
        None => json!({ "name": name }),
    })
}

/// What a menu of people, roles or channels begins with.
fn read_defaults(part: &mut Form<'_>, kind: i64, most: usize, body: &mut Map<String, Value>) {
    let allowed: &[&str] = match kind {
        5 => &["user"],
        6 => &["role"],
        7 => &["user", "role"],
        _ => &["channel"],
    };
    let mut list = Vec::new();
    for mut one in part.forms("default_values", most).unwrap_or_default() {
        one.required("id");
        let id = one.id("id");
        let word = one.required_text("type", 1, 20).unwrap_or_default();
        if !allowed.contains(&word.as_str()) {
            one.issue("type", "BASE_TYPE_CHOICES", "Not a type this menu offers.");
        }
        one.finish();
        list.push(json!({ "id": id, "type": word }));
    }
    if !list.is_empty() {
        put(body, "default_values", json!(list));
    }
}

pub(super) fn put(body: &mut Map<String, Value>, key: &str, value: Value) {
    body.insert(key.to_owned(), value);
}

pub(super) fn put_some(body: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        put(body, key, value);
    }
}
