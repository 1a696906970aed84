//! Sending, and sending again.

use std::time::Duration;

use casey_core::{Clock, DiscordError, DiscordErrorKind};
use twilight_http::request::Request;

use crate::http::Http;

/// Further attempts after the first, and the wait before the first of them; it doubles each time.
const ATTEMPTS: u32 = 3;
const WAIT: Duration = Duration::from_millis(500);
const WAIT_TO_ANSWER: Duration = Duration::from_millis(200);

/// Whether a request may be sent again after an attempt that may or may not have reached Discord.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    No,
    Yes,
    /// As `Yes`; that it is gone at a later attempt means that an earlier one removed it.
    ToRemove,
    /// As `Yes`, but soon, within the three seconds an interaction waits; that it is answered at a later attempt means that an earlier one
    /// answered it.
    ToAnswer,
}

/// Sends a request; returns the answer's body.
pub(crate) async fn send(
    http: &Http,
    clock: &dyn Clock,
    request: Request,
    again: Again,
) -> Result<Vec<u8>, DiscordError> {
    let mut attempt = 0;
    loop {
        match http.request(&request).await.map(|answer| answer.body) {
            Err(error) if attempt < ATTEMPTS && worth_repeating(again, &error) => {
                let first = if again == Again::ToAnswer { WAIT_TO_ANSWER } else { WAIT };
                let wait = first * 2_u32.pow(attempt);
                tracing::debug!(attempt, "Discord is not available; asking again");
                clock.sleep_until(clock.now() + wait).await;
                attempt += 1;
            }
            Err(error)
                if attempt > 0 && again == Again::ToRemove && error.kind() == DiscordErrorKind::Missing =>
            {
                return Ok(Vec::new());
            }
            Err(error) if attempt > 0 && again == Again::ToAnswer && error.is_answered() => {
                return Ok(Vec::new());
            }
            outcome => return outcome,
        }
    }
}

fn worth_repeating(again: Again, error: &DiscordError) -> bool {
    again != Again::No && error.kind() == DiscordErrorKind::Unavailable
}
