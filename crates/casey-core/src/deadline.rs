//! Answers in time. Discord wants a first answer to an interaction within three seconds and the rest within fifteen minutes
//! (Discord Docs/Responding to an Interaction); a person who typed a prefix wants to see that something happens. Handlers know nothing of this.

use std::{future::Future, time::Duration};

use crate::{
    call::Call,
    effect::{Effect, InteractionRef},
    error::Failure,
    failing::{Panicked, TookTooLong},
};

/// After this long without an answer, the person is told that it will take a little.
pub(crate) const PATIENCE: Duration = Duration::from_millis(1_800);

/// How long “Casey is typing …” is shown by Discord, less a second for the way.
const TYPING: Duration = Duration::from_secs(9);

/// The token of an interaction lives fifteen minutes; some of it is needed to say that it did not work.
const LONGEST: Duration = Duration::from_mins(14);

/// How a late answer to an interaction is announced.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Late {
    /// As an answer to come.
    Answer {
        /// Whether only the person will see it.
        private: bool,
    },
    /// Without a visible change: the message that a button or menu belongs to will change.
    Update,
}

impl Late {
    fn effect(self, interaction: InteractionRef) -> Effect {
        match self {
            Self::Answer { private } => Effect::Defer { interaction, private },
            Self::Update => Effect::Acknowledge { interaction },
        }
    }
}

/// Waits for a handler's answer, announcing that it is late where need be. Tells whether it was announced.
///
/// The handler runs as a task of its own: if it panics, that is an ordinary failure.
pub(crate) async fn wait<T: Send + 'static>(
    call: &Call,
    late: Late,
    handler: impl Future<Output = Result<T, Failure>> + Send + 'static,
) -> (Result<T, Failure>, bool) {
    let mut work = tokio::spawn(handler);
    // Where the clock was set back meanwhile, the time counts from now on.
    let start = call.received().min(call.now());
    let announced = tokio::select! {
        // An answer that is there needs no announcement.
        biased;
        done = &mut work => return (contained(done), false),
        () = call.clock().sleep_until(start + PATIENCE) => announce(call, late).await,
    };
    let give_up = start + LONGEST;
    loop {
        let next = (call.now() + TYPING).min(give_up);
        tokio::select! {
            biased;
            done = &mut work => return (contained(done), announced),
            () = call.clock().sleep_until(next) => {}
        }
        if call.now() >= give_up {
            work.abort();
            return (Err(Failure::from(TookTooLong(LONGEST))), announced);
        }
        if !announced {
            announce(call, late).await;
        }
    }
}

/// Defers an interaction, or shows typing. Returns whether the interaction counts as answered from now on.
async fn announce(call: &Call, late: Late) -> bool {
    let (effect, is_interaction) = match call.interaction() {
        Some(interaction) => (late.effect(interaction.clone()), true),
        None => (Effect::Typing { channel: call.channel() }, false),
    };
    match call.perform(effect).await {
        Ok(_) => is_interaction,
        Err(error) => {
            tracing::debug!(error = crate::causes(&error), "could not announce a late answer");
            false
        }
    }
}

fn contained<T>(done: Result<Result<T, Failure>, tokio::task::JoinError>) -> Result<T, Failure> {
    done.unwrap_or_else(|_| Err(Failure::from(Panicked)))
}
