//! Forms that a command opens in place of running: [`Command::form`](crate::Command::form).

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use twilight_interactions::command::CommandInputData;
use twilight_model::{
    application::interaction::{
        Interaction,
        application_command::{CommandDataOption, CommandOptionValue},
    },
    channel::message::component::ButtonStyle,
};

use super::{HOUSE, Input, Ready, component, full_path, note, refuse, run, settled, slash};
use crate::{
    call::{Call, row},
    catalogue::Entry,
    command::Rules,
    custom_id::Rejected,
    deadline::PATIENCE,
    deliver,
    effect::{Effect, InteractionRef},
    error::{Failure, StoreError, StoreErrorKind},
    failing::Panicked,
    guard,
    house::House,
    modal::Modal,
    ports::{Outcome, Way},
    reply::Reply,
    time::Timestamp,
};

/// The house's action that opens the form of a command.
pub(super) const OPEN: &str = "open";

/// How long a button that opens a form works.
const BUTTON: std::time::Duration = std::time::Duration::from_mins(15);

/// What the command asks for before it runs, if it does.
pub(super) fn wanted(house: &House, ready: &Ready) -> Option<Result<Modal, Failure>> {
    let form = house.catalogue.entry(ready.entry).command.form.as_ref()?;
    let Input::Read(input) = &ready.input else { return None };
    // What comes of a form cannot be another one.
    if ready.call.way() == Way::Modal {
        return None;
    }
    // A button for the form would have to remember what was typed: the handler makes do with that.
    if ready.call.way() == Way::Prefix && !bare(&input.options) {
        return None;
    }
    let asked = catch_unwind(AssertUnwindSafe(|| form(&ready.call, (**input).clone())));
    asked.unwrap_or_else(|_| Err(Failure::from(Panicked))).transpose()
}

/// Whether nothing was typed behind the command.
fn bare(options: &[CommandDataOption]) -> bool {
    options.iter().all(|option| match &option.value {
        CommandOptionValue::SubCommand(inner) | CommandOptionValue::SubCommandGroup(inner) => bare(inner),
        _ => false,
    })
}

/// Opens the form, or offers a button that does.
pub(super) async fn open(house: Arc<House>, ready: Ready, wanted: Result<Modal, Failure>) {
    let Ready { call, entry, rules, admitted, .. } = ready;
    let entry = house.catalogue.entry(entry);
    let allowed = match wanted {
        Ok(modal) if admitted => Ok(modal),
        Ok(modal) => admit(&house, &call, entry, &rules).await.map(|()| modal),
        Err(failure) => Err(failure),
    };
    match (allowed, call.interaction().cloned()) {
        (Ok(modal), Some(interaction)) => {
            let outcome = show(&call, interaction, modal).await;
            note(&house, &call, outcome).await;
        }
        (Ok(_), None) => match button(&house, &call, entry) {
            Ok(reply) => settled(&house, &call, &rules, Ok(reply)).await,
            Err(failure) => refuse(&house, &call, &rules, failure).await,
        },
        (Err(failure), _) => refuse(&house, &call, &rules, failure).await,
    }
}

/// Asks the guards, in the time that there is before a form has to be open.
pub(super) async fn admit(house: &House, call: &Call, entry: &Entry, rules: &Rules) -> Result<(), Failure> {
    let end = call.received().min(call.now()) + PATIENCE;
    tokio::select! {
        biased;
        admitted = guard::admit(house, call, entry, rules) => admitted,
        () = call.clock().sleep_until(end) => {
            Err(StoreError::new(StoreErrorKind::Unavailable, "asking in time whether a form may be opened").into())
        }
    }
}

/// Opens a form as first answer to an interaction.
pub(super) async fn show(call: &Call, interaction: InteractionRef, modal: Modal) -> Outcome {
    match call.perform(Effect::OpenModal { interaction, modal }).await {
        Ok(_) => Outcome::Done,
        // By a process before this one.
        Err(error) if error.is_answered() => Outcome::Done,
        Err(error) => {
            tracing::warn!(
                command = call.path(),
                error = crate::causes(&error),
                "a form could not be opened"
            );
            Outcome::Failed
        }
    }
}

fn button(house: &House, call: &Call, entry: &Entry) -> Result<Reply, Failure> {
    let text = house.texts.of(call);
    let path = call.path().strip_prefix(entry.command.name()).unwrap_or_default().trim_start();
    let state = format!("{} {path}", entry.command.name());
    let button = call.button_of(
        HOUSE,
        text.msg_form_open(),
        ButtonStyle::Primary,
        OPEN,
        state.trim_end().to_owned(),
        BUTTON,
    )?;
    Ok(Reply::text(text.msg_form_needed()).with_row(row([button])))
}

/// The button was pressed: the command begins anew, without anything typed.
pub(super) async fn pressed(house: Arc<House>, interaction: Interaction, path: &str, received: Timestamp) {
    let (name, sub) = path.split_once(' ').unwrap_or((path, ""));
    let found = house.catalogue.find(name).filter(|found| found.path.is_none());
    let Some(found) = found else {
        return Box::pin(component::reject(&house, interaction, Rejected::Expired, received)).await;
    };
    let entry = house.catalogue.entry(found.index);
    let rules = Rules { cooldown: None, ..entry.command.rules_of(sub) };
    let path = full_path(entry, sub);
    let placed = slash::call(&house, interaction, Way::Component, path, entry.module, received).await;
    let Some(call) = placed else { return };
    let input = CommandInputData { options: nest(sub, Vec::new()), resolved: None };
    run(
        house,
        Ready { call, entry: found.index, rules, input: Input::Read(Box::new(input)), admitted: false },
    )
    .await;
}

/// Options within their sub-command, as Discord nests them.
pub(super) fn nest(path: &str, options: Vec<CommandDataOption>) -> Vec<CommandDataOption> {
    let mut words = path.split(' ').filter(|word| !word.is_empty()).rev();
    let Some(sub) = words.next() else { return options };
    let option = |name: &str, value| CommandDataOption { name: name.to_owned(), value };
    let sub = vec![option(sub, CommandOptionValue::SubCommand(options))];
    match words.next() {
        Some(group) => vec![option(group, CommandOptionValue::SubCommandGroup(sub))],
        None => sub,
    }
}

/// Tells that it is too late, and gives back what was written.
pub(super) async fn expired<'t>(house: &House, call: &Call, written: impl Iterator<Item = &'t str>) {
    let text = house.texts.of(call);
    let blocks: Vec<String> = written.map(crate::escape::block).collect();
    let said = if blocks.is_empty() {
        text.msg_form_expired()
    } else {
        format!("{}\n{}\n{}", text.msg_form_expired(), text.msg_form_written(), blocks.join("\n"))
    };
    if let Err(error) = deliver::reply(text, call, Reply::text(said).private(), None).await {
        tracing::debug!(error = crate::causes(&error), "an answer could not be delivered");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_nested_as_deep_as_their_path() {
        assert_eq!(nest("", Vec::new()), []);
        let sub = nest("set", Vec::new());
        assert_eq!(sub[0].name, "set");
        let group = nest("own set", Vec::new());
        assert_eq!(group[0].value, CommandOptionValue::SubCommandGroup(sub.clone()));
        assert!(bare(&group) && bare(&sub));
        let value = CommandOptionValue::Boolean(true);
        assert!(!bare(&nest("set", vec![CommandDataOption { name: "x".into(), value }])));
    }
}
