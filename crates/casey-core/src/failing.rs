//! Our mistakes: an apology with a reference code for the person, the cause under the same code for the log.

use std::error::Error;

use casey_privacy::Denied;

use crate::{
    error::{DiscordError, DiscordErrorKind, Failure, Reference, StoreError, StoreErrorKind, causes},
    ports::Outcome,
    reply::Reply,
    text::Text,
};

/// What a person is answered, and how the command ended.
pub(crate) fn settle(text: &Text, command: &str, result: Result<Reply, Failure>) -> (Reply, Outcome) {
    match result {
        Ok(reply) if reply.is_empty() => (Reply { content: text.msg_done(), ..reply }, Outcome::Done),
        Ok(reply) => (reply, Outcome::Done),
        Err(Failure::Refused(reply)) => (*reply, Outcome::Refused),
        Err(Failure::Broken(error)) => (apology(text, command, error.as_ref()), Outcome::Failed),
    }
}

/// Logs a failure and makes the apology for it.
pub(crate) fn apology(text: &Text, command: &str, error: &(dyn Error + Send + Sync + 'static)) -> Reply {
    let reference = Reference::random();
    tracing::error!(
        failure.id = %reference,
        command,
        error = causes(error),
        "a command failed"
    );
    let code = reference.to_string();
    let sentence = if is_unavailable(error) {
        text.msg_failure_unavailable(code)
    } else {
        text.msg_failure_broken(code)
    };
    Reply::text(sentence)
}

/// Whether waiting may help: something we depend on is down.
fn is_unavailable(error: &(dyn Error + Send + Sync + 'static)) -> bool {
    let store =
        error.downcast_ref::<StoreError>().is_some_and(|error| error.kind() == StoreErrorKind::Unavailable);
    let discord = error.downcast_ref::<DiscordError>().is_some_and(|error| {
        matches!(error.kind(), DiscordErrorKind::Unavailable | DiscordErrorKind::RateLimited)
    });
    let gate = matches!(error.downcast_ref::<Denied>(), Some(Denied::Unavailable(_)));
    store || discord || gate
}

/// A handler that panicked. The message went to the log by the panic hook; it is not repeated, because it may hold what people typed.
#[derive(Debug, thiserror::Error)]
#[error("the handler panicked")]
pub(crate) struct Panicked;

/// A handler that took longer than an answer may be late.
#[derive(Debug, thiserror::Error)]
#[error("the handler took longer than {minutes} minutes", minutes = .0.as_secs() / 60)]
pub(crate) struct TookTooLong(pub(crate) std::time::Duration);
