//! From what Discord refuses to the errors of the core: by Discord's JSON code first, by status second.
//!
//! The body of a refusal may repeat what people wrote. Nothing of it is kept but numbers and the paths of refused fields.

use std::{fmt::Write as _, time::Duration};

use casey_core::{DiscordError, DiscordErrorKind, causes};
use serde_json::Value;
use twilight_http::error::Error;

/// What happened, in words that are safe to log.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Cause(String);

/// The kind of a refusal. Codes: Discord Docs/JSON Error Codes.
pub(crate) fn kind(status: u16, code: Option<u64>) -> DiscordErrorKind {
    match code {
        // Unknown interaction; already acknowledged; invalid webhook token, which is what an interaction's becomes after 15 minutes.
        Some(10_062 | 40_060 | 50_027) => DiscordErrorKind::Expired,
        Some(10_001..=10_099) => DiscordErrorKind::Missing,
        // Closed direct messages; no server in common.
        Some(50_007 | 50_278) => DiscordErrorKind::CannotMessage,
        Some(50_001 | 50_013) => DiscordErrorKind::Forbidden,
        _ => match status {
            401 => DiscordErrorKind::Unauthorized,
            403 => DiscordErrorKind::Forbidden,
            404 => DiscordErrorKind::Missing,
            429 => DiscordErrorKind::RateLimited,
            500.. => DiscordErrorKind::Unavailable,
            _ => DiscordErrorKind::Invalid,
        },
    }
}

/// From an answer that says that something was not done.
pub(crate) fn refused(status: u16, body: &[u8]) -> DiscordError {
    let body: Option<Value> = serde_json::from_slice(body).ok();
    // The body of an error that is not Discord's JSON comes from something in between: a proxy, a gateway that is down.
    let Some(body) = body.filter(Value::is_object) else {
        let kind = match kind(status, None) {
            kind @ (DiscordErrorKind::Unauthorized | DiscordErrorKind::RateLimited) => kind,
            _ => DiscordErrorKind::Unavailable,
        };
        let cause = format!("status {status}, and the answer does not come from Discord's API");
        return DiscordError::new(kind, None).caused_by(Cause(cause));
    };
    // Code 0 only repeats the status.
    let code = body["code"].as_u64().filter(|code| *code != 0);
    let cause = match refused_fields(&body) {
        fields if fields.is_empty() => format!("status {status}"),
        fields => format!("status {status}, refused {fields}"),
    };
    DiscordError::new(kind(status, code), code).caused_by(Cause(cause))
}

/// From a request that got no answer. Its address is left out: it may hold the token of an interaction.
pub(crate) fn unsent(error: reqwest::Error) -> DiscordError {
    if error.is_builder() {
        return invalid("the request could not be built");
    }
    unavailable(if error.is_timeout() {
        "the request took too long".into()
    } else {
        format!("the connection failed: {}", causes(&error.without_url()))
    })
}

/// That Discord asks to wait for longer than anybody would.
pub(crate) fn limited(wait: Duration) -> DiscordError {
    let cause = format!("status 429, for {} seconds", wait.as_secs());
    DiscordError::new(DiscordErrorKind::RateLimited, None).caused_by(Cause(cause))
}

/// From a request that cannot be sent.
pub(crate) fn unbuilt(_: Error) -> DiscordError {
    invalid("the request could not be built")
}

/// That an answer could not be read.
pub(crate) fn unreadable() -> DiscordError {
    unavailable("the answer could not be read".into())
}

/// That Discord, or the way to it, is down.
pub(crate) fn unavailable(what: String) -> DiscordError {
    DiscordError::new(DiscordErrorKind::Unavailable, None).caused_by(Cause(what))
}

/// That our own request is malformed.
pub(crate) fn invalid(what: impl Into<String>) -> DiscordError {
    DiscordError::new(DiscordErrorKind::Invalid, None).caused_by(Cause(what.into()))
}

/// Paths and codes out of the `errors` object of a refusal, as `embeds.0.title BASE_TYPE_MAX_LENGTH`; at most eight. The messages
/// beside the codes are left out: they repeat what was sent.
fn refused_fields(body: &Value) -> String {
    let mut found = Vec::new();
    if let Some(errors) = body.get("errors") {
        collect(errors, &mut String::new(), &mut found);
    }
    found.truncate(8);
    found.join(", ")
}

fn collect(node: &Value, path: &mut String, found: &mut Vec<String>) {
    let Some(fields) = node.as_object() else { return };
    for (name, below) in fields {
        if name == "_errors" {
            for code in below.as_array().into_iter().flatten().filter_map(|error| error["code"].as_str()) {
                found.push(format!("{path} {code}").trim_start().to_owned());
            }
            continue;
        }
        let length = path.len();
        let dot = if path.is_empty() { "" } else { "." };
        let _ = write!(path, "{dot}{name}");
        collect(below, path, found);
        path.truncate(length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_before_statuses() {
        let cases = [
            (404, Some(10_062), DiscordErrorKind::Expired),
            (400, Some(40_060), DiscordErrorKind::Expired),
            (404, Some(10_008), DiscordErrorKind::Missing),
            (403, Some(50_013), DiscordErrorKind::Forbidden),
            (403, Some(50_007), DiscordErrorKind::CannotMessage),
            (400, Some(50_035), DiscordErrorKind::Invalid),
            (401, None, DiscordErrorKind::Unauthorized),
            (429, None, DiscordErrorKind::RateLimited),
            (502, None, DiscordErrorKind::Unavailable),
            (404, None, DiscordErrorKind::Missing),
        ];
        for (status, code, expected) in cases {
            assert_eq!(kind(status, code), expected, "{status} {code:?}");
        }
    }

    #[test]
    fn what_does_not_come_from_discord_means_that_the_way_is_closed() {
        for (status, body, expected) in [
            (403, &b"<html>"[..], DiscordErrorKind::Unavailable),
            (404, b"", DiscordErrorKind::Unavailable),
            (502, b"[]", DiscordErrorKind::Unavailable),
            (401, b"", DiscordErrorKind::Unauthorized),
            (403, br#"{"message":"Missing Access","code":50001}"#, DiscordErrorKind::Forbidden),
            (404, br#"{"message":"404: Not Found","code":0}"#, DiscordErrorKind::Missing),
        ] {
            assert_eq!(refused(status, body).kind(), expected, "{status}");
        }
    }

    #[test]
    fn refused_fields_are_named_without_what_was_sent() {
        let body: &[u8] = br#"{"code":50035,"message":"Invalid Form Body","errors":{"embeds":{"0":{"title":
            {"_errors":[{"code":"BASE_TYPE_MAX_LENGTH","message":"my secret text"}]}}}}}"#;
        let error = refused(400, body);
        assert_eq!((error.kind(), error.code()), (DiscordErrorKind::Invalid, Some(50_035)));
        assert!(
            causes(&error).ends_with("status 400, refused embeds.0.title BASE_TYPE_MAX_LENGTH"),
            "{}",
            causes(&error)
        );
    }
}
