//! Forms that were filled in and sent off.

use std::sync::Arc;

use twilight_model::application::interaction::{Interaction, modal::ModalInteractionData};

use super::{HOUSE, component, form, menu, slash};
use crate::{
    call::Call,
    custom_id::Rejected,
    deadline::{self, Late},
    deliver,
    effect::Effect,
    error::{DiscordError, Failure},
    failing,
    house::House,
    modal::{Submission, Submitted},
    ports::Way,
    press::Pressed,
    reply::Reply,
    time::Timestamp,
};

/// Answers a form.
pub(crate) async fn submitted(
    house: Arc<House>,
    interaction: Interaction,
    data: ModalInteractionData,
    received: Timestamp,
) {
    let Some(presser) = interaction.author_id() else { return };
    let opened = house.signer.open(&data.custom_id, presser, received);
    let id = match opened {
        Ok(id) if id.module == HOUSE && id.action == menu::ASK => {
            let submission = Submission::new(id.action, id.state, data);
            return Box::pin(menu::answered(house, interaction, submission, received)).await;
        }
        Ok(id) => id,
        Err(rejected) => {
            return Box::pin(rejected_form(&house, interaction, rejected, data, received)).await;
        }
    };
    let Some(module) = house.module(&id.module).cloned() else {
        // A form of a module that this version does not have is as good as expired.
        return Box::pin(rejected_form(&house, interaction, Rejected::Expired, data, received)).await;
    };
    let name = module.name();
    let on_message = interaction.message.is_some();
    let placed = slash::call(&house, interaction, Way::Modal, name.to_owned(), name, received).await;
    let Some(call) = placed else { return };
    let submission = Submission::new(id.action, id.state, data);
    let work = {
        let call = call.clone();
        async move { module.submit(&call, &submission).await }
    };
    let late = if on_message { Late::Update } else { Late::Answer { private: false } };
    let (result, announced) = deadline::wait(&call, late, work).await;
    let done = if on_message {
        component::conclude(&house, &call, result.map(pressed), announced, None).await
    } else {
        conclude(&house, &call, result, announced).await
    };
    if let Err(error) = done {
        tracing::warn!(module = name, error = crate::causes(&error), "a form could not be answered");
    }
}

/// A form on a message is answered as its button would be.
fn pressed(submitted: Submitted) -> Pressed {
    match submitted {
        Submitted::Update(reply) => Pressed::Update(reply),
        Submitted::Reply(reply) => Pressed::Reply(reply),
        Submitted::Nothing => Pressed::Nothing,
    }
}

/// Answers a form that a command opened: there is no message to change.
async fn conclude(
    house: &House,
    call: &Call,
    result: Result<Submitted, Failure>,
    announced: bool,
) -> Result<(), DiscordError> {
    let text = house.texts.of(call);
    let reply = match result {
        Ok(Submitted::Update(reply) | Submitted::Reply(reply)) => *reply,
        Ok(Submitted::Nothing) => return nothing(call, announced).await,
        Err(failure) => {
            let (reply, _) = failing::settle(text, call.path(), Err(failure));
            Reply { private: true, ..reply }
        }
    };
    let deferred = announced.then_some(false);
    match deliver::reply(text, call, reply, deferred).await {
        Err(error) if error.kind() == crate::DiscordErrorKind::Invalid => {
            let apology = failing::apology(text, call.path(), &error).private();
            deliver::reply(text, call, apology, deferred).await.map(drop)
        }
        done => done.map(drop),
    }
}

/// Discord wants an answer all the same: one is announced and taken back.
async fn nothing(call: &Call, announced: bool) -> Result<(), DiscordError> {
    let Some(interaction) = call.interaction().cloned() else { return Ok(()) };
    if !announced {
        call.perform(Effect::Defer { interaction: interaction.clone(), private: true }).await?;
    }
    call.perform(Effect::Withdraw { interaction }).await.map(drop)
}

/// A form that is not acted on. One that came too late is given back to whoever filled it in.
async fn rejected_form(
    house: &House,
    interaction: Interaction,
    rejected: Rejected,
    data: ModalInteractionData,
    received: Timestamp,
) {
    if rejected != Rejected::Expired {
        return Box::pin(component::reject(house, interaction, rejected, received)).await;
    }
    let module = crate::privacy::CORE;
    let placed = slash::call(house, interaction, Way::Modal, module.to_owned(), module, received).await;
    let Some(call) = placed else { return };
    let submission = Submission::new(String::new(), String::new(), data);
    form::expired(house, &call, submission.texts()).await;
}
