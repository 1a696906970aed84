//! The ways a command is given: slash, prefix, context menu, button. All end in the same [`run`].

pub(crate) mod completion;
pub(crate) mod component;
pub(crate) mod menu;
pub(crate) mod prefix;
pub(crate) mod slash;
pub(crate) mod submission;

mod form;
mod lookup;
mod refusal;

use std::{future::Future, pin::Pin, sync::Arc};

use twilight_interactions::command::CommandInputData;

use crate::{
    call::{Call, Origin},
    catalogue::Entry,
    command::Rules,
    deadline::{self, Late},
    deliver,
    error::{DiscordErrorKind, Failure},
    failing, guard,
    house::House,
    ports::{CommandUse, Outcome},
    reply::Reply,
    tracker::State,
};

/// Stands for the house itself in custom ids; no module has this name.
pub(crate) const HOUSE: &str = "/";

/// The arguments of a command.
pub(crate) enum Input {
    /// As they were read.
    Read(Box<CommandInputData<'static>>),
    /// Something has to be looked up first, in the time that the command has.
    Later(Pin<Box<dyn Future<Output = Result<CommandInputData<'static>, Failure>> + Send>>),
}

impl Input {
    async fn there(self) -> Result<CommandInputData<'static>, Failure> {
        match self {
            Self::Read(input) => Ok(*input),
            Self::Later(input) => input.await,
        }
    }
}

/// A command whose arguments are read, ready to run.
pub(crate) struct Ready {
    pub(crate) call: Call,
    pub(crate) entry: usize,
    pub(crate) rules: Rules,
    pub(crate) input: Input,
    /// Whether it passed its guards already. If not, they are asked while the deadline runs: an interaction has three seconds, stores may be slow.
    pub(crate) admitted: bool,
}

/// Runs a command, answers, and keeps what has to be kept.
pub(crate) async fn run(house: Arc<House>, ready: Ready) {
    if let Some(wanted) = form::wanted(&house, &ready) {
        return Box::pin(form::open(house, ready, wanted)).await;
    }
    let Ready { call, entry, rules, input, admitted } = ready;
    let work = {
        let (house, call, rules) = (Arc::clone(&house), call.clone(), rules.clone());
        async move {
            let entry = house.catalogue.entry(entry);
            if !admitted {
                guard::admit(&house, &call, entry, &rules).await?;
            }
            (entry.command.handler)(call, input.there().await?).await
        }
    };
    let (result, announced) = deadline::wait(&call, Late::Answer { private: rules.private }, work).await;
    let deferred = announced.then_some(rules.private);
    conclude(&house, &call, &rules, result, deferred).await;
}

/// Answers with a refusal (or a failure) that was met before the command could run.
pub(crate) async fn refuse(house: &House, call: &Call, rules: &Rules, failure: Failure) {
    conclude(house, call, rules, Err(failure), None).await;
}

/// Answers with what was there before the command could run.
async fn settled(house: &House, call: &Call, rules: &Rules, result: Result<Reply, Failure>) {
    conclude(house, call, rules, result, None).await;
}

async fn conclude(
    house: &House,
    call: &Call,
    rules: &Rules,
    result: Result<Reply, Failure>,
    deferred: Option<bool>,
) {
    let text = house.texts.of(call);
    let (mut reply, mut outcome) = failing::settle(text, call.path(), result);
    if outcome == Outcome::Done {
        reply.private |= rules.private;
    } else if call.interaction().is_some() {
        // What went wrong is nobody else's business.
        reply.private = true;
    }
    let answer = match deliver::reply(text, call, reply, deferred).await {
        Ok(answer) => answer,
        Err(error) => {
            outcome = Outcome::Failed;
            undelivered(house, call, error, deferred).await
        }
    };
    if let Origin::Message { id, .. } = call.origin() {
        let open = outcome == Outcome::Refused || rules.read_only;
        let state = if open { State::Open } else { State::Closed };
        if !house.tracker.finish(id.get(), state, answer) {
            // The command was deleted while it ran: its answer goes, too.
            component::forget(house, call.channel(), answer).await;
        }
    }
    note(house, call, outcome).await;
}

/// An answer that Discord did not take. If it was malformed, the person gets an apology instead of silence.
async fn undelivered(
    house: &House,
    call: &Call,
    error: crate::error::DiscordError,
    deferred: Option<bool>,
) -> Option<twilight_model::id::Id<twilight_model::id::marker::MessageMarker>> {
    if error.kind() != DiscordErrorKind::Invalid {
        tracing::warn!(
            command = call.path(),
            error = crate::causes(&error),
            "an answer could not be delivered"
        );
        // What is known of Casey's permissions was wrong or is old: the person need not be left without a word.
        if error.kind() == DiscordErrorKind::Forbidden
            && call.guild().is_some()
            && let Err(error) = deliver::barred(house.texts.of(call), call).await
        {
            tracing::debug!(error = crate::causes(&error), "that could not be told either");
        }
        return None;
    }
    let text = house.texts.of(call);
    let mut apology = failing::apology(text, call.path(), &error);
    apology.private = call.interaction().is_some();
    deliver::reply(text, call, apology, deferred).await.unwrap_or(None)
}

/// Keeps that the command was used, as far as the person permits.
async fn note(house: &House, call: &Call, outcome: Outcome) {
    let took = call.now().since(call.received());
    house.observer.command(call.path(), call.way(), outcome, took);
    let subject = casey_privacy::SubjectId::new(call.user_id().get());
    let gate = &house.ports.gate;
    let Ok(met) = gate.permit(subject).await else { return };
    let stats = gate.permit(subject).await.ok();
    let entry = CommandUse {
        user: call.user_id(),
        guild: call.guild(),
        channel: call.guild().map(|_| call.channel()),
        command: call.path().to_owned(),
        outcome,
        took,
        hour: call.received().hour(),
    };
    house.ports.usage.used(met, stats, entry);
}

/// The full name of a command: `prefix set`.
pub(crate) fn full_path(entry: &Entry, sub: &str) -> String {
    format!("{} {sub}", entry.command.name()).trim_end().to_owned()
}
