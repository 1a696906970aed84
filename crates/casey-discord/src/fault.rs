//! From the errors of twilight-http to those of the core: by Discord's JSON code first, by status second.
//!
//! twilight's own error prints the response body, which may hold what people wrote. Nothing of it is kept but numbers and the
//! paths of refused fields.

use std::fmt::Write as _;

use casey_core::{DiscordError, DiscordErrorKind};
use serde_json::Value;
use twilight_http::{
    api_error::ApiError,
    error::{Error, ErrorType},
    response::DeserializeBodyError,
};

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

/// From an error of a request.
pub(crate) fn of(error: Error) -> DiscordError {
    let (what, source) = error.into_parts();
    match what {
        ErrorType::Response { body, error, status } => {
            let code = match error {
                // Code 0 only repeats the status.
                ApiError::General(general) if general.code != 0 => Some(general.code),
                _ => None,
            };
            let status = status.get();
            let cause = match refused_fields(&body) {
                fields if fields.is_empty() => format!("status {status}"),
                fields => format!("status {status}, refused {fields}"),
            };
            DiscordError::new(kind(status, code), code).caused_by(Cause(cause))
        }
        ErrorType::Unauthorized => DiscordError::new(DiscordErrorKind::Unauthorized, None),
        // The body of an error status that is not Discord's JSON comes from something in between: a proxy, a gateway that is down.
        ErrorType::Parsing { .. } => {
            unavailable("the answer was an error that does not come from Discord's API".into())
        }
        ErrorType::RequestTimedOut => unavailable("the request took too long".into()),
        ErrorType::RequestError | ErrorType::RequestCanceled => unavailable(match source {
            Some(source) => format!("the connection failed: {source}"),
            None => "the connection failed".into(),
        }),
        _ => DiscordError::new(DiscordErrorKind::Invalid, None)
            .caused_by(Cause("the request could not be built".into())),
    }
}

/// From an answer that could not be read.
pub(crate) fn unreadable(_: &DeserializeBodyError) -> DiscordError {
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
fn refused_fields(body: &[u8]) -> String {
    let mut found = Vec::new();
    if let Ok(body) = serde_json::from_slice::<Value>(body)
        && let Some(errors) = body.get("errors")
    {
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
    fn refused_fields_are_named_without_what_was_sent() {
        let body = br#"{"code":50035,"message":"Invalid Form Body","errors":{"embeds":{"0":{"title":
            {"_errors":[{"code":"BASE_TYPE_MAX_LENGTH","message":"my secret text"}]}}}}}"#;
        assert_eq!(refused_fields(body), "embeds.0.title BASE_TYPE_MAX_LENGTH");
        assert_eq!(refused_fields(b"<html>"), "");
    }
}
