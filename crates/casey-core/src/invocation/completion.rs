//! Completion: an option is being typed, and Discord asks what to offer. Nothing of it is kept.

use std::{sync::Arc, time::Duration};

use twilight_model::application::interaction::{
    Interaction,
    application_command::{CommandData, CommandDataOption, CommandOptionValue},
};

use super::{full_path, slash};
use crate::{
    command::Rules,
    complete::{Choice, Completer, offered},
    effect::{Effect, InteractionRef},
    error::Failure,
    guard,
    house::House,
    ports::Way,
    time::Timestamp,
};

/// How long an offer may take. Discord waits three seconds; some of it is needed for the way.
const WITHIN: Duration = Duration::from_secs(2);

/// Offers what the option that is being typed could be; nothing if that cannot be told.
pub(crate) async fn asked(
    house: Arc<House>,
    interaction: Interaction,
    data: CommandData,
    received: Timestamp,
) {
    let answer = InteractionRef { id: interaction.id, token: interaction.token.clone() };
    let clock = Arc::clone(&house.ports.clock);
    // A task of its own: one that panics offers nothing.
    let mut work = {
        let house = Arc::clone(&house);
        tokio::spawn(async move { Box::pin(choices(&house, interaction, &data, received)).await })
    };
    let choices = tokio::select! {
        biased;
        done = &mut work => done.unwrap_or_default(),
        () = clock.sleep_until(received.min(clock.now()) + WITHIN) => {
            work.abort();
            Vec::new()
        }
    };
    let suggest = Effect::Suggest { interaction: answer, choices: offered(choices) };
    if let Err(error) = house.ports.discord.perform(suggest).await {
        tracing::debug!(error = crate::causes(&error), "a completion came too late");
    }
}

async fn choices(
    house: &House,
    interaction: Interaction,
    data: &CommandData,
    received: Timestamp,
) -> Vec<Choice> {
    let Some((command, completer, typed)) = completer(house, data) else { return Vec::new() };
    let entry = house.catalogue.entry(command);
    let sub = slash::sub_path(&data.options);
    // Whoever may not use the command is told nothing of what is behind it. Asking costs nothing of the cooldown.
    let rules = Rules { cooldown: None, bot_needs: None, ..entry.command.rules_of(&sub) };
    let path = full_path(entry, &sub);
    let placed = slash::call(house, interaction, Way::Slash, path, entry.module, received).await;
    let Some(call) = placed else { return Vec::new() };
    let result = match guard::admit(house, &call, entry, &rules).await {
        Ok(()) => completer(call.clone(), typed).await,
        Err(failure) => Err(failure),
    };
    match result {
        Ok(choices) => choices,
        Err(Failure::Refused(_)) => Vec::new(),
        Err(Failure::Broken(error)) => {
            tracing::warn!(command = call.path(), error = crate::causes(&*error), "a completion failed");
            Vec::new()
        }
    }
}

/// The command, what completes the option, and what was typed so far.
fn completer(house: &House, data: &CommandData) -> Option<(usize, Completer, String)> {
    let found = house.catalogue.find(&data.name).filter(|found| found.path.is_none())?;
    let (option, typed) = focused(&data.options)?;
    let completers = &house.catalogue.entry(found.index).command.completers;
    let (_, completer) = completers.iter().find(|(name, _)| name == option)?;
    Some((found.index, Arc::clone(completer), typed.to_owned()))
}

/// The option that is being typed.
fn focused(options: &[CommandDataOption]) -> Option<(&String, &str)> {
    options.iter().find_map(|option| match &option.value {
        CommandOptionValue::Focused(typed, _) => Some((&option.name, typed.as_str())),
        CommandOptionValue::SubCommand(inner) | CommandOptionValue::SubCommandGroup(inner) => focused(inner),
        _ => None,
    })
}
