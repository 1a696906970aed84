//! Buttons and menus.

use std::sync::Arc;

use twilight_model::{
    application::interaction::{Interaction, message_component::MessageComponentInteractionData},
    channel::message::Component,
    id::{
        Id,
        marker::{ChannelMarker, MessageMarker},
    },
};

use super::{HOUSE, form, slash};
use crate::{
    call::Call,
    components,
    custom_id::Rejected,
    deadline::{self, Late},
    effect::{Effect, InteractionRef, Receipt},
    error::{DiscordError, DiscordErrorKind, Failure},
    failing,
    house::House,
    module::Module,
    ports::Way,
    press::{self, Press, Pressed},
    reply::Reply,
    select::Chosen,
    time::Timestamp,
    tracker::fingerprint,
};

/// Answers a press of a button or a choice in a menu.
pub(crate) async fn pressed(
    house: Arc<House>,
    interaction: Interaction,
    data: MessageComponentInteractionData,
    received: Timestamp,
) {
    let Some(presser) = interaction.author_id() else { return };
    let message = interaction.message.as_ref().map(|message| message.id);
    let id = match house.signer.open(&data.custom_id, presser, received) {
        Ok(id) => id,
        Err(rejected) => return Box::pin(reject(&house, interaction, rejected, received)).await,
    };
    if id.module == HOUSE && id.action == form::OPEN {
        return Box::pin(form::pressed(house, interaction, &id.state, received)).await;
    }
    let Some(module) = house.module(&id.module).cloned() else {
        // A button of a module that this version does not have is as good as expired.
        return Box::pin(reject(&house, interaction, Rejected::Expired, received)).await;
    };
    let name = module.name();
    let (mark, action) = press::mark(&id.action);
    let prompt = message.zip(mark).map(fingerprint);
    let beside = prompt.and(interaction.message.as_ref()).map(|message| message.components.clone());
    let placed = slash::call(&house, interaction, Way::Component, name.to_owned(), name, received).await;
    let Some(call) = placed else { return };
    let chosen = Chosen::of(&data.values, data.resolved.as_ref());
    let press = Press { action: action.to_owned(), state: id.state, values: data.values, chosen };
    let (result, announced) = act(&house, &call, module, press, prompt).await;
    if let Err(error) = conclude(&house, &call, result, announced, beside).await {
        tracing::warn!(module = name, error = crate::causes(&error), "a press could not be answered");
    }
}

/// Tells why a press or a form is not acted on.
pub(super) async fn reject(house: &House, interaction: Interaction, rejected: Rejected, received: Timestamp) {
    let core = crate::privacy::CORE;
    let placed = slash::call(house, interaction, Way::Component, core.to_owned(), core, received).await;
    let Some(call) = placed else { return };
    let failure = Err(rejection(house, &call, rejected));
    if let Err(error) = conclude(house, &call, failure, false, None).await {
        tracing::warn!(error = crate::causes(&error), "a press could not be answered");
    }
}

/// Lets the module act. `prompt` is what the press uses up; it is given back if nothing came of it.
async fn act(
    house: &House,
    call: &Call,
    module: Arc<dyn Module>,
    press: Press,
    prompt: Option<u64>,
) -> (Result<Pressed, Failure>, bool) {
    if prompt.is_some_and(|prompt| !house.prompts.begin(prompt, "", call.received())) {
        return (Ok(Pressed::Nothing), false);
    }
    let work = {
        let call = call.clone();
        async move { module.press(&call, &press).await }
    };
    let done = deadline::wait(call, Late::Update, work).await;
    // A form may be closed again without a word.
    if let (Err(_) | Ok(Pressed::Modal(_)), Some(prompt)) = (&done.0, prompt) {
        house.prompts.release(prompt);
    }
    done
}

fn rejection(house: &House, call: &Call, rejected: Rejected) -> Failure {
    let text = house.texts.of(call);
    Failure::refused(match rejected {
        Rejected::Foreign => text.msg_press_foreign(),
        Rejected::Expired => text.msg_press_expired(),
        Rejected::NotYours => text.msg_press_not_yours(),
    })
}

/// Shows what came of a press. `beside` are the components of its message, if they were for one press only.
pub(super) async fn conclude(
    house: &House,
    call: &Call,
    result: Result<Pressed, Failure>,
    announced: bool,
    beside: Option<Vec<Component>>,
) -> Result<(), DiscordError> {
    let Some(interaction) = call.interaction().cloned() else { return Ok(()) };
    let effect = match result {
        Ok(Pressed::Update(message)) if announced => Effect::Amend { interaction, message: *message },
        Ok(Pressed::Update(message)) => {
            let update = Effect::Update { interaction: interaction.clone(), message: (*message).clone() };
            match call.perform(update).await {
                // By a process that ended before it was done: the change is made all the same, and making it twice comes to the same.
                Err(error) if error.is_answered() => Effect::Amend { interaction, message: *message },
                done => return finished(house, call, done, announced).await,
            }
        }
        Ok(Pressed::Reply(message)) => {
            let disabled = disable(call, interaction.clone(), beside, announced).await;
            answer(interaction, *message, announced || disabled)
        }
        Ok(Pressed::Nothing) if announced => return Ok(()),
        Ok(Pressed::Nothing) => Effect::Acknowledge { interaction },
        // Discord takes a form as first answer only.
        Ok(Pressed::Modal(_)) if announced => {
            let late = Reply::text(house.texts.of(call).msg_form_late()).private();
            answer(interaction, late, announced)
        }
        Ok(Pressed::Modal(modal)) => Effect::OpenModal { interaction, modal: *modal },
        Err(failure) => {
            let text = house.texts.of(call);
            let (reply, _) = failing::settle(text, call.path(), Err(failure));
            answer(interaction, Reply { private: true, ..reply }, announced)
        }
    };
    let done = call.perform(effect).await;
    finished(house, call, done, announced).await
}

/// Disables what was there for one press only. Returns whether that was the answer to the press, so that another one has to follow it.
async fn disable(
    call: &Call,
    interaction: InteractionRef,
    beside: Option<Vec<Component>>,
    announced: bool,
) -> bool {
    let Some(beside) = beside.filter(|beside| !beside.is_empty()) else { return false };
    let components = components::disabled(beside);
    let effect = Effect::UpdateComponents { interaction, components, announced };
    match call.perform(effect).await {
        Ok(_) => !announced,
        Err(error) if error.is_answered() => true,
        Err(error) => {
            tracing::debug!(error = crate::causes(&error), "a menu could not be disabled");
            false
        }
    }
}

/// What is left to do after Discord said what it makes of an answer.
async fn finished(
    house: &House,
    call: &Call,
    done: Result<Receipt, DiscordError>,
    announced: bool,
) -> Result<(), DiscordError> {
    match done {
        // Answered by a process that ended right afterwards.
        Err(error) if error.is_answered() => Ok(()),
        // Malformed is our mistake: the person gets an apology instead of silence, as for a command.
        Err(error) if error.kind() == DiscordErrorKind::Invalid => {
            let reply = failing::apology(house.texts.of(call), call.path(), &error).private();
            match call.interaction().cloned() {
                Some(interaction) => call.perform(answer(interaction, reply, announced)).await.map(drop),
                None => Ok(()),
            }
        }
        done => done.map(drop),
    }
}

fn answer(interaction: InteractionRef, message: Reply, announced: bool) -> Effect {
    if announced {
        Effect::FollowUp { interaction, message }
    } else {
        Effect::Answer { interaction, message }
    }
}

/// Deletes an answer whose question is gone.
pub(crate) async fn forget(house: &House, channel: Id<ChannelMarker>, answer: Option<Id<MessageMarker>>) {
    let Some(id) = answer else { return };
    if let Err(error) = house.ports.discord.perform(Effect::Delete { channel, id }).await
        && error.kind() != DiscordErrorKind::Missing
    {
        tracing::debug!(error = crate::causes(&error), "an answer could not be deleted");
    }
}
