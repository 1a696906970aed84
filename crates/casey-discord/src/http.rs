//! The client that all requests go through.

use twilight_http::Client;
use twilight_http_ratelimiting::RateLimiter;
use twilight_model::channel::message::AllowedMentions;

use crate::{address::Address, error::Error};

/// Directives that belong at the end of every log filter, in the syntax of tracing-subscriber's `EnvFilter`.
///
/// Below warnings, twilight-http and its rate limiter tell the paths of requests, and these hold ids and the tokens of interactions.
pub const LOG_DIRECTIVES: &str = "twilight_http=warn,twilight_http_ratelimiting=warn";

/// A client that pings nobody unless told and keeps to `limit` requests per second.
pub(crate) fn client(token: &str, api_url: Option<&str>, limit: u16) -> Result<Client, Error> {
    // Without a limiter a refusal for rate limits would be repeated at once and for ever; no limit is the highest it can count.
    let limit = if limit == 0 { u16::MAX } else { limit };
    let mut builder = Client::builder()
        .token(token.to_owned())
        .default_allowed_mentions(AllowedMentions::default())
        .ratelimiter(Some(RateLimiter::new(limit)));
    if let Some(url) = api_url {
        let address = Address::parse(url)?;
        builder = builder.proxy(address.host, address.plain);
    }
    Ok(builder.build())
}
