//! Buttons and select menus in action rows (Discord docs: Components).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::form::Form;
use crate::limits;

/// What must be unique in a message.
#[derive(Default)]
struct Used {
    custom_ids: BTreeSet<String>,
    next_id: i64,
}

/// Reads the `components` of a body.
pub(super) fn read(form: &mut Form<'_>) -> Option<Vec<Value>> {
    let rows = form.forms("components", limits::ROWS)?;
    let mut used = Used { next_id: 1, ..Used::default() };
    Some(rows.into_iter().map(|row| read_row(row, &mut used)).collect())
}

fn read_row(mut row: Form<'_>, used: &mut Used) -> Value {
    row.required("type");
    match row.value("type").and_then(Value::as_i64) {
        Some(1) => {}
        Some(kind @ (9 | 10 | 12 | 13 | 14 | 17)) => {
            row.issues.unsupported(&row.at("type"), &format!("component type {kind}"));
            return Value::Null;
        }
        _ => {
            row.issue(
                "type",
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (1, 9, 10, 12, 13, 14, 17).",
            );
            return Value::Null;
        }
    }
    let id = row.integer("id", 0, i64::from(i32::MAX)).unwrap_or_else(|| used.id());
    row.required("components");
    let parts = row.forms("components", limits::BUTTONS).unwrap_or_default();
    if parts.is_empty() {
        row.issue("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
    }
    let mut list = Vec::new();
    for part in parts {
        list.push(read_part(part, used));
    }
    let menus = list.iter().filter(|one| one["type"] != 2).count();
    if menus > 1 || (menus == 1 && list.len() > 1) {
        row.issue(
            "components",
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
            "The specified component exceeds the maximum width",
        );
    }
    row.finish();
    json!({ "type": 1, "id": id, "components": list })
}

fn read_part(mut part: Form<'_>, used: &mut Used) -> Value {
    part.required("type");
    let id = part.integer("id", 0, i64::from(i32::MAX)).unwrap_or_else(|| used.id());
    let kind = part.value("type").and_then(Value::as_i64).unwrap_or_default();
    let mut body = Map::new();
    body.insert("type".to_owned(), json!(kind));
    body.insert("id".to_owned(), json!(id));
    match kind {
        2 => read_button(&mut part, used, &mut body),
        3 | 5..=8 => read_menu(&mut part, used, kind, &mut body),
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

fn read_button(part: &mut Form<'_>, used: &mut Used, body: &mut Map<String, Value>) {
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

fn read_menu(part: &mut Form<'_>, used: &mut Used, kind: i64, body: &mut Map<String, Value>) {
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
        part.refuse("default_values");
        if kind == 8 {
            put_some(body, "channel_types", part.value("channel_types").cloned());
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

fn read_emoji(part: &mut Form<'_>) -> Option<Value> {
    let mut emoji = part.form("emoji")?;
    let id = emoji.id("id");
    let name = emoji.text("name", 0, 32);
    emoji.ignore("animated");
    if id.is_some() {
        emoji.issues.unsupported(&emoji.at("id"), "custom emoji");
    } else if name.as_deref().unwrap_or_default().is_empty() {
        emoji.issue("name", "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji");
    }
    emoji.finish();
    Some(json!({ "name": name }))
}

fn put(body: &mut Map<String, Value>, key: &str, value: Value) {
    body.insert(key.to_owned(), value);
}

fn put_some(body: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        put(body, key, value);
    }
}

impl Used {
    fn id(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id - 1
    }

    fn custom_id(&mut self, part: &Form<'_>, custom_id: Option<String>, body: &mut Map<String, Value>) {
        match custom_id {
            None => part.issue("custom_id", "BASE_TYPE_REQUIRED", "This field is required"),
            Some(id) => {
                if !self.custom_ids.insert(id.clone()) {
                    part.issue(
                        "custom_id",
                        "COMPONENT_CUSTOM_ID_DUPLICATED",
                        "Component custom id cannot be duplicated",
                    );
                }
                put(body, "custom_id", json!(id));
            }
        }
    }
}
