//! Where an event goes: listeners first, then commands.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt;
use twilight_model::{
    application::{
        command::CommandType,
        interaction::{Interaction, InteractionData, InteractionType},
    },
    gateway::event::Event,
};

use crate::{
    delivery::{Arrival, Delivery},
    error::Failure,
    house::House,
    invocation::{completion, component, menu, prefix, slash, submission},
    module::Moment,
};

/// Handles one event of a lane.
pub(crate) async fn event(house: Arc<House>, delivery: Delivery) {
    let Delivery { event, done, .. } = delivery;
    let moment = Moment { received: house.ports.clock.now() };
    listeners(&house, moment, &event).await;
    let work =
        AssertUnwindSafe(commands(Arc::clone(&house), Arrival { received: moment.received, done }, event));
    if work.catch_unwind().await.is_err() {
        tracing::error!("handling an event panicked");
    }
}

/// How long a listener may take with one event. Longer work belongs into a task or a job of its own: the server's other events wait meanwhile.
const LONGEST_HEARING: Duration = Duration::from_secs(10);

async fn listeners(house: &House, moment: Moment, event: &Event) {
    for module in house.listeners.get(&event.kind()).into_iter().flatten() {
        // The call itself may panic, too, before there is a future.
        let hearing = async { module.hear(moment, event).await };
        let end = house.ports.clock.now() + LONGEST_HEARING;
        let heard = tokio::select! {
            heard = AssertUnwindSafe(hearing).catch_unwind() => heard,
            () = house.ports.clock.sleep_until(end) => {
                tracing::error!(module = module.name(), "a listener took too long and was given up");
                continue;
            }
        };
        match heard {
            Ok(Ok(()) | Err(Failure::Refused(_))) => {}
            Ok(Err(Failure::Broken(error))) => {
                tracing::error!(module = module.name(), error = crate::causes(&*error), "a listener failed");
            }
            Err(_) => tracing::error!(module = module.name(), "a listener panicked"),
        }
    }
}

async fn commands(house: Arc<House>, arrival: Arrival, event: Event) {
    match event {
        Event::MessageCreate(message) => {
            Box::pin(prefix::created(house, message.message, arrival)).await;
        }
        Event::MessageUpdate(message) => Box::pin(prefix::edited(house, message.0, arrival)).await,
        Event::MessageDelete(deleted) => {
            let answer = house.tracker.delete(deleted.id.get());
            component::forget(&house, deleted.channel_id, answer).await;
        }
        Event::MessageDeleteBulk(deleted) => {
            for id in deleted.ids {
                let answer = house.tracker.delete(id.get());
                component::forget(&house, deleted.channel_id, answer).await;
            }
        }
        _ => {}
    }
}

/// Handles an interaction; it has three seconds, so it waits in no lane.
pub(crate) async fn interaction(house: Arc<House>, mut interaction: Interaction) {
    let received = house.ports.clock.now();
    // The kind counts, not the data alone: while somebody still types, Discord asks for completions with the data of a command.
    if interaction.kind == InteractionType::ApplicationCommandAutocomplete {
        // One that comes twice does no harm, and there are many: none is remembered.
        if let Some(InteractionData::ApplicationCommand(data)) = interaction.data.take() {
            Box::pin(completion::asked(house, interaction, *data, received)).await;
        }
        return;
    }
    if !house.interactions.begin(interaction.id.get(), "", received) {
        return;
    }
    match (interaction.kind, interaction.data.take()) {
        (InteractionType::ApplicationCommand, Some(InteractionData::ApplicationCommand(data))) => {
            if data.kind == CommandType::ChatInput {
                Box::pin(slash::command(house, interaction, *data, received)).await;
            } else {
                Box::pin(menu::used(house, interaction, *data, received)).await;
            }
        }
        (InteractionType::MessageComponent, Some(InteractionData::MessageComponent(data))) => {
            Box::pin(component::pressed(house, interaction, *data, received)).await;
        }
        (InteractionType::ModalSubmit, Some(InteractionData::ModalSubmit(data))) => {
            Box::pin(submission::submitted(house, interaction, *data, received)).await;
        }
        _ => tracing::debug!("an interaction of a kind that is not used"),
    }
}
