//! Requests without an effect of their own.

use casey_core::{DiscordError, Method};
use serde_json::{Value, json};
use twilight_http::request::{Method as Verb, Request, RequestBuilder};
use twilight_model::id::{Id, marker::UserMarker};

use crate::fault;

/// The longest reason that Discord keeps (Discord Docs/Audit Log), in characters.
const REASON: usize = 512;

/// A request as a module asked for it.
pub(super) fn request(
    method: Method,
    path: String,
    body: Option<&Value>,
    reason: Option<&str>,
) -> Result<Request, DiscordError> {
    // The path is put behind `/api/v10/`; it must not lead anywhere else.
    let stays = !path.starts_with('/')
        && path.split(['/', '?']).all(|part| part != "..")
        && path.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '#' | '\\'));
    if !stays {
        return Err(fault::invalid("the path of a request has to be relative and percent-encoded"));
    }
    let mut request = RequestBuilder::raw(verb(method), path);
    if let Some(body) = body {
        request = request.json(body);
    }
    if let Some(reason) = reason {
        request =
            with_reason(request, reason).map_err(|()| fault::invalid("the audit reason cannot be sent"))?;
    }
    request.build().map_err(fault::unbuilt)
}

/// A request for the direct-message channel with a person.
pub(super) fn open_direct(user: Id<UserMarker>) -> Result<Request, DiscordError> {
    RequestBuilder::raw(Verb::Post, "users/@me/channels".into())
        .json(&json!({ "recipient_id": user }))
        .build()
        .map_err(fault::unbuilt)
}

fn with_reason(request: RequestBuilder, reason: &str) -> Result<RequestBuilder, ()> {
    let value = encoded(reason).parse().map_err(drop)?;
    let name = "x-audit-log-reason".parse().map_err(drop)?;
    Ok(request.headers(std::iter::once((name, value))))
}

/// A reason as the header takes it: UTF-8, percent-encoded, cut at 512 characters.
fn encoded(reason: &str) -> String {
    let cut = reason.char_indices().nth(REASON).map_or(reason.len(), |(at, _)| at);
    reason[..cut].bytes().fold(String::with_capacity(cut), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            text.push(char::from(byte));
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            text.push('%');
            text.push(char::from(HEX[usize::from(byte >> 4)]));
            text.push(char::from(HEX[usize::from(byte & 15)]));
        }
        text
    })
}

const fn verb(method: Method) -> Verb {
    match method {
        Method::Get => Verb::Get,
        Method::Post => Verb::Post,
        Method::Put => Verb::Put,
        Method::Patch => Verb::Patch,
        Method::Delete => Verb::Delete,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn reasons_are_encoded_and_cut_between_characters() {
        assert_eq!(encoded("case 12 | ü"), "case%2012%20%7C%20%C3%BC");
        assert_eq!(encoded(&"ü".repeat(600)), "%C3%BC".repeat(512));
        let sent = request(Method::Put, "guilds/1/bans/2".into(), Some(&json!({})), Some("a b")).unwrap();
        assert_eq!(sent.headers().unwrap()["x-audit-log-reason"], "a%20b");
    }

    #[test]
    fn a_path_cannot_leave_the_api() {
        for path in ["/users/@me", "../../oauth2", "users/../..", "a b", "users#x", "users/ü", "x\\y"] {
            assert!(request(Method::Get, path.into(), None, None).is_err(), "{path}");
        }
        assert!(request(Method::Get, "guilds/1/members/search?query=a%20b".into(), None, None).is_ok());
    }
}
