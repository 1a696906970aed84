//! Uploaded files and forms (Discord docs: API Reference, Uploading Files).

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Multipart, Request},
    http::{HeaderMap, header},
};
use serde_json::Value;

use super::error::ApiError;

/// A file of a form.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    /// The number in `files[n]`.
    pub(super) number: u64,
    pub(super) filename: String,
    pub(super) bytes: Bytes,
}

/// A body as it was sent.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) json: Value,
    pub(super) files: Vec<Upload>,
    /// Text fields of a form that is no message.
    pub(super) fields: Vec<(String, String)>,
    /// Whether there was anything at all.
    pub(super) any: bool,
}

/// Reads a JSON body or a form with `payload_json` and `files[n]`.
pub(super) async fn read(headers: &HeaderMap, bytes: Bytes) -> Result<Sent, ApiError> {
    if bytes.is_empty() {
        return Ok(Sent::default());
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/json") {
        let json = serde_json::from_slice(&bytes).map_err(|_| ApiError::not_json())?;
        return Ok(Sent { json, any: true, ..Sent::default() });
    }
    if kind.starts_with("multipart/form-data") {
        return read_form(kind, bytes).await;
    }
    Err(ApiError::loud(400, &format!("a body of the content type {kind:?} (JSON or a form is expected)")))
}

async fn read_form(kind: &str, bytes: Bytes) -> Result<Sent, ApiError> {
    let broken = |_| ApiError::loud(400, "a form that cannot be read");
    let request = Request::builder().header(header::CONTENT_TYPE, kind).body(Body::from(bytes));
    let request = request.map_err(|_| ApiError::loud(400, "a form that cannot be read"))?;
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| ApiError::loud(400, "a form without a boundary"))?;
    let mut sent = Sent { any: true, ..Sent::default() };
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        let filename = field.file_name().map(ToOwned::to_owned);
        let content = field.bytes().await.map_err(broken)?;
        let number = name.strip_prefix("files[").and_then(|rest| rest.strip_suffix(']')?.parse().ok());
        match (name.as_str(), number) {
            ("payload_json", _) => {
                sent.json = serde_json::from_slice(&content).map_err(|_| ApiError::not_json())?;
            }
            (_, Some(number)) => {
                let filename = filename.ok_or_else(|| ApiError::loud(400, "a file without a name"))?;
                sent.files.push(Upload { number, filename: clean(&filename), bytes: content });
            }
            ("file", None) => {
                let filename = clean(filename.as_deref().unwrap_or("file"));
                sent.files.push(Upload { number: 0, filename, bytes: content });
                // Named among the fields as well, so that only routes with such forms take it.
                sent.fields.push((name, String::new()));
            }
            _ => sent.fields.push((name, String::from_utf8_lossy(&content).into_owned())),
        }
    }
    if sent.json.is_null() {
        let texts = sent.fields.iter().filter(|(name, _)| name != "file");
        let fields = texts.map(|(name, text)| (name.clone(), Value::String(text.clone())));
        sent.json = Value::Object(fields.collect());
    }
    Ok(sent)
}

/// Discord replaces what does not belong in a file name.
fn clean(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' }).collect()
}

/// The content type a name suggests.
pub(crate) fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end.to_lowercase()).as_deref() {
        Some("txt" | "log" | "md" | "ftl") => "text/plain; charset=utf-8",
        Some("json") => "application/json; charset=utf-8",
        Some("csv") => "text/csv; charset=utf-8",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("gif") => "image/gif",
        Some("webp") => "image/webp",
        Some("mp4") => "video/mp4",
        Some("mp3") => "audio/mpeg",
        Some("zip") => "application/zip",
        _ => "application/octet-stream",
    }
}
