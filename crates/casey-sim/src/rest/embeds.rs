//! Embeds: limits, and the form in which Discord gives them back (Discord docs: Message, Embed Object and Embed
//! Limits).

use serde_json::{Map, Value, json};

use super::form::Form;
use crate::{limits, snowflake::timestamp};

/// Reads the `embeds` of a body.
pub(super) fn read(form: &mut Form<'_>) -> Option<Vec<Value>> {
    let embeds = form.forms("embeds", limits::EMBEDS)?;
    let mut total = 0;
    let read: Vec<Value> = embeds.into_iter().map(|embed| read_one(embed, &mut total)).collect();
    if total > limits::EMBED_TOTAL {
        let message = format!("Embed size exceeds maximum size of {}", limits::EMBED_TOTAL);
        form.issue("embeds", "MAX_EMBED_SIZE_EXCEEDED", &message);
    }
    Some(read)
}

fn read_one(mut form: Form<'_>, total: &mut usize) -> Value {
    let mut embed = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            embed.insert(key.to_owned(), value);
        }
    };
    let mut count = |text: Option<String>| {
        *total += text.as_ref().map_or(0, |text| text.chars().count());
        text.map(Value::String)
    };
    for ignored in ["type", "flags", "video", "provider"] {
        // Of embeds that Discord makes; libraries send them back with an embed they got.
        form.ignore(ignored);
    }
    put("type", Some(json!("rich")));
    put("title", count(form.text("title", 0, 256)));
    put("description", count(form.text("description", 0, 4_096)));
    put("url", form.url("url", false).map(Value::String));
    put("timestamp", read_timestamp(&mut form));
    put("color", form.integer("color", 0, 0xFF_FFFF).map(|color| json!(color)));
    if let Some(mut author) = form.form("author") {
        let name = count(author.required_text("name", 1, 256));
        let body = with_links(name.as_ref(), "name", &mut author);
        put("author", Some(body));
        author.finish();
    }
    if let Some(mut footer) = form.form("footer") {
        let text = count(footer.required_text("text", 1, 2_048));
        let body = with_links(text.as_ref(), "text", &mut footer);
        put("footer", Some(body));
        footer.finish();
    }
    for key in ["image", "thumbnail"] {
        put(key, read_image(&mut form, key));
    }
    if let Some(fields) = form.forms("fields", limits::EMBED_FIELDS) {
        let mut list = Vec::new();
        for mut field in fields {
            let name = count(field.required_text("name", 1, 256));
            let value = count(field.required_text("value", 1, 1_024));
            let inline = field.boolean("inline").unwrap_or(false);
            list.push(json!({ "name": name, "value": value, "inline": inline }));
            field.finish();
        }
        put("fields", (!list.is_empty()).then(|| json!(list)));
    }
    if embed.keys().all(|key| matches!(key.as_str(), "type" | "color" | "url" | "timestamp")) {
        form.issue("description", "BASE_TYPE_REQUIRED", "This field is required");
    }
    form.finish();
    Value::Object(embed)
}

/// Author and footer: a text with an icon, the author with an address.
fn with_links(text: Option<&Value>, key: &str, form: &mut Form<'_>) -> Value {
    let mut body = json!({ key: text });
    if let Some(icon) = form.url("icon_url", true) {
        body["icon_url"] = json!(icon);
    }
    if key == "name"
        && let Some(url) = form.url("url", false)
    {
        body["url"] = json!(url);
    }
    form.ignore("proxy_icon_url");
    body
}

fn read_image(form: &mut Form<'_>, key: &'static str) -> Option<Value> {
    let mut image = form.form(key)?;
    image.required("url");
    let url = image.url("url", true);
    for ignored in
        ["proxy_url", "height", "width", "content_type", "placeholder", "placeholder_version", "flags"]
    {
        image.ignore(ignored);
    }
    image.finish();
    url.map(|url| json!({ "url": url, "width": 0, "height": 0 }))
}

/// An ISO 8601 time, given back as Discord writes times.
fn read_timestamp(form: &mut Form<'_>) -> Option<Value> {
    let text = form.text("timestamp", 1, 64)?;
    let parsed = time::OffsetDateTime::parse(&text, &time::format_description::well_known::Rfc3339);
    if parsed.is_err() {
        form.issue("timestamp", "DATE_TIME_TYPE_PARSE", "Could not parse timestamp. Should be ISO8601.");
    }
    parsed.ok().map(|at| json!(timestamp(at)))
}
