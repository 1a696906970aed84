//! Where an event goes: listeners first, then commands.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures_util::FutureExt;
use twilight_model::{
    application::interaction::{Interaction, InteractionData},
    gateway::event::Event,
};

use crate::{
    error::Failure,
    house::House,
    invocation::{component, prefix, slash},
    module::Moment,
};

/// Handles one event of a lane.
pub(crate) async fn event(house: Arc<House>, event: Event) {
    let moment = Moment { received: house.ports.clock.now() };
    listeners(&house, moment, &event).await;
    let work = AssertUnwindSafe(commands(Arc::clone(&house), moment, event));
    if work.catch_unwind().await.is_err() {
        tracing::error!("handling an event panicked");
    }
}

async fn listeners(house: &House, moment: Moment, event: &Event) {
    for module in house.listeners.get(&event.kind()).into_iter().flatten() {
        let heard = AssertUnwindSafe(module.hear(moment, event)).catch_unwind().await;
        match heard {
            Ok(Ok(()) | Err(Failure::Refused(_))) => {}
            Ok(Err(Failure::Broken(error))) => {
                tracing::error!(
                    module = module.name(),
                    error = &*error as &dyn std::error::Error,
                    "a listener failed"
                );
            }
            Err(_) => tracing::error!(module = module.name(), "a listener panicked"),
        }
    }
}

async fn commands(house: Arc<House>, moment: Moment, event: Event) {
    match event {
        Event::MessageCreate(message) => {
            Box::pin(prefix::created(house, message.message, moment.received)).await;
        }
        Event::MessageUpdate(message) => Box::pin(prefix::edited(house, message.0, moment.received)).await,
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
    if !house.tracker.begin(interaction.id.get(), "", received) {
        return;
    }
    match interaction.data.take() {
        Some(InteractionData::ApplicationCommand(data)) => {
            slash::command(house, interaction, *data, received).await;
        }
        Some(InteractionData::MessageComponent(data)) => {
            component::pressed(house, interaction, *data, received).await;
        }
        _ => tracing::debug!("an interaction of a kind that is not used"),
    }
}
