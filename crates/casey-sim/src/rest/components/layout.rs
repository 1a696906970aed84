//! Components that make up a message by themselves (Discord docs: Components, Layout and Content).

use serde_json::{Value, json};

use super::{Used, controls, read_row};
use crate::rest::form::Form;

/// What may stand at the top of a message.
pub(super) const TOP: &[i64] = &[1, 9, 10, 12, 13, 14, 17];
/// What may stand in a container.
const INSIDE: &[i64] = &[1, 9, 10, 12, 13, 14];

/// Reads a component of one of the `allowed` types.
pub(super) fn read(mut form: Form<'_>, used: &mut Used, allowed: &[i64]) -> Value {
    form.required("type");
    match form.one_of("type", allowed) {
        Some(1) => read_row(form, used),
        Some(kind) => {
            let id = used.id(&mut form);
            let mut body = json!({ "type": kind, "id": id });
            match kind {
                9 => read_section(&mut form, used, &mut body),
                10 => body["content"] = read_text(&mut form, used),
                11 => read_thumbnail(&mut form, id, &mut body),
                12 => read_gallery(&mut form, id, &mut body),
                13 => read_file(&mut form, id, &mut body),
                14 => {
                    body["spacing"] = json!(form.one_of("spacing", &[1, 2]).unwrap_or(1));
                    body["divider"] = json!(form.boolean("divider").unwrap_or(true));
                }
                _ => read_container(&mut form, used, &mut body),
            }
            form.finish();
            body
        }
        None => Value::Null,
    }
}

fn read_text(form: &mut Form<'_>, used: &mut Used) -> Value {
    let text = form.required_text("content", 1, 4_000).unwrap_or_default();
    used.characters += text.chars().count();
    json!(text)
}

/// One to three texts with a button or a picture beside them.
fn read_section(form: &mut Form<'_>, used: &mut Used, body: &mut Value) {
    form.required("components");
    let texts = form.forms("components", 3).unwrap_or_default();
    if texts.is_empty() {
        form.issue("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 3 in length.");
    }
    body["components"] = json!(texts.into_iter().map(|one| read(one, used, &[10])).collect::<Vec<_>>());
    form.required("accessory");
    if let Some(mut accessory) = form.form("accessory") {
        let button = accessory.value("type").and_then(Value::as_i64) == Some(2);
        body["accessory"] =
            if button { controls::read(accessory, used) } else { read(accessory, used, &[11]) };
    }
}

fn read_thumbnail(form: &mut Form<'_>, id: i64, body: &mut Value) {
    form.required("media");
    body["media"] = read_media(form, "media", id);
    body["description"] = json!(form.text("description", 1, 1_024));
    body["spoiler"] = json!(form.boolean("spoiler").unwrap_or(false));
}

fn read_gallery(form: &mut Form<'_>, id: i64, body: &mut Value) {
    form.required("items");
    let mut items = Vec::new();
    for mut item in form.forms("items", 10).unwrap_or_default() {
        item.required("media");
        items.push(json!({
            "media": read_media(&mut item, "media", id),
            "description": item.text("description", 1, 1_024),
            "spoiler": item.boolean("spoiler").unwrap_or(false),
        }));
        item.finish();
    }
    if items.is_empty() {
        form.issue("items", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 10 in length.");
    }
    body["items"] = json!(items);
}

/// A file that comes with the message.
fn read_file(form: &mut Form<'_>, id: i64, body: &mut Value) {
    form.required("file");
    body["file"] = read_media(form, "file", id);
    let name = body["file"]["url"].as_str().and_then(|url| url.strip_prefix("attachment://"));
    if name.is_none() {
        form.issue("file", "UNFURLED_MEDIA_ATTACHMENT_REQUIRED", "Must be an attachment:// reference.");
    }
    body["name"] = json!(name);
    body["size"] = json!(0);
    body["spoiler"] = json!(form.boolean("spoiler").unwrap_or(false));
}

fn read_media(form: &mut Form<'_>, key: &'static str, id: i64) -> Value {
    let Some(mut media) = form.form(key) else { return Value::Null };
    media.required("url");
    let url = media.url("url", true);
    for ignored in ["proxy_url", "height", "width", "content_type", "attachment_id", "id", "loading_state"] {
        media.ignore(ignored);
    }
    media.finish();
    json!({ "id": id.to_string(), "url": url, "proxy_url": url, "width": 0, "height": 0, "content_type": null })
}

fn read_container(form: &mut Form<'_>, used: &mut Used, body: &mut Value) {
    form.required("components");
    let parts = form.forms("components", 40).unwrap_or_default();
    if parts.is_empty() {
        form.issue("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 40 in length.");
    }
    body["components"] = json!(parts.into_iter().map(|one| read(one, used, INSIDE)).collect::<Vec<_>>());
    body["accent_color"] = json!(form.integer("accent_color", 0, 0xFF_FFFF));
    body["spoiler"] = json!(form.boolean("spoiler").unwrap_or(false));
}
