//! Forms that open in answer to an interaction (Discord docs: Receiving and Responding, Modal; Components, Label and
//! Text Input).

use serde_json::{Map, Value, json};

use super::{Used, controls, controls::put_some};
use crate::{limits, rest::form::Form};

/// Reads the `data` of an answer that opens a form.
pub(in crate::rest) fn read(mut form: Form<'_>) -> Value {
    let custom_id = form.required_text("custom_id", 1, limits::CUSTOM_ID);
    let title = form.required_text("title", 1, 45);
    form.required("components");
    let mut used = Used::default();
    let mut list = Vec::new();
    for top in form.forms("components", limits::ROWS).unwrap_or_default() {
        list.push(read_top(top, &mut used));
    }
    if list.is_empty() {
        form.issue("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
    }
    for key in ["content", "embeds", "flags", "allowed_mentions", "tts", "attachments", "poll", "choices"] {
        // Some libraries send these along as nothing.
        form.refuse(key);
    }
    form.finish();
    json!({ "custom_id": custom_id, "title": title, "components": list })
}

/// A label with what is filled in, an older action row with a text input, or a text to read.
fn read_top(mut top: Form<'_>, used: &mut Used) -> Value {
    top.required("type");
    let kind = top.one_of("type", &[1, 10, 18]);
    let id = used.id(&mut top);
    let mut body = json!({ "type": kind, "id": id });
    match kind {
        Some(1) => {
            top.required("components");
            let parts = top.forms("components", 1).unwrap_or_default();
            let inputs: Vec<Value> = parts.into_iter().map(|part| read_field(part, used, true)).collect();
            if inputs.len() != 1 {
                top.issue("components", "BASE_TYPE_BAD_LENGTH", "Must be 1 in length.");
            }
            body["components"] = json!(inputs);
        }
        Some(10) => body["content"] = json!(top.required_text("content", 1, 4_000)),
        Some(_) => {
            body["label"] = json!(top.required_text("label", 1, 45));
            body["description"] = json!(top.text("description", 1, 100));
            top.required("component");
            body["component"] =
                top.form("component").map(|part| read_field(part, used, false)).unwrap_or_default();
        }
        None => {}
    }
    top.finish();
    body
}

/// A text input or a menu. The older form has its label in the input.
fn read_field(mut part: Form<'_>, used: &mut Used, in_row: bool) -> Value {
    part.required("type");
    let kinds: &[i64] = if in_row { &[4] } else { &[3, 4, 5, 6, 7, 8] };
    let mut body = Map::new();
    match part.value("type").and_then(Value::as_i64) {
        Some(kind @ (19 | 21 | 22 | 23)) if !in_row => {
            part.issues.unsupported(&part.at("type"), &format!("component type {kind}"));
            return Value::Null;
        }
        _ => {}
    }
    let Some(kind) = part.one_of("type", kinds) else { return Value::Null };
    body.insert("type".to_owned(), json!(kind));
    body.insert("id".to_owned(), json!(used.id(&mut part)));
    let required = part.boolean("required").unwrap_or(true);
    body.insert("required".to_owned(), json!(required));
    if kind == 4 {
        read_input(&mut part, used, in_row, &mut body);
    } else {
        controls::read_menu(&mut part, used, kind, &mut body);
        if part.boolean("disabled") == Some(true) {
            part.issue("disabled", "COMPONENT_DISABLED_IN_MODAL", "Nothing can be switched off in a form.");
        }
        if required && body.get("min_values") == Some(&json!(0)) {
            part.issue(
                "min_values",
                "SELECT_COMPONENT_REQUIRED_MIN_VALUES",
                "Required, but nothing need be chosen.",
            );
        }
    }
    part.finish();
    Value::Object(body)
}

fn read_input(part: &mut Form<'_>, used: &mut Used, in_row: bool, body: &mut Map<String, Value>) {
    let custom_id = part.text("custom_id", 1, limits::CUSTOM_ID);
    used.custom_id(part, custom_id, body);
    part.required("style");
    put_some(body, "style", part.one_of("style", &[1, 2]).map(|style| json!(style)));
    if in_row {
        part.required("label");
        put_some(body, "label", part.text("label", 1, 45).map(Value::String));
    } else {
        part.refuse("label");
    }
    let (min, max) = (part.integer("min_length", 0, 4_000), part.integer("max_length", 1, 4_000));
    if min.is_some_and(|min| max.is_some_and(|max| min > max)) {
        part.issue("min_length", "TEXT_INPUT_MIN_LENGTH_TOO_LARGE", "min_length is larger than max_length");
    }
    put_some(body, "min_length", min.map(|min| json!(min)));
    put_some(body, "max_length", max.map(|max| json!(max)));
    put_some(body, "placeholder", part.text("placeholder", 0, 100).map(Value::String));
    let most = max.and_then(|max| usize::try_from(max).ok()).unwrap_or(4_000);
    put_some(body, "value", part.text("value", 0, most).map(Value::String));
}
