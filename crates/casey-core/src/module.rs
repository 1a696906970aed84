//! Modules: what a bot is built from.

use std::sync::Arc;

use async_trait::async_trait;
use casey_privacy::StoreDecl;
use twilight_model::gateway::{
    Intents,
    event::{Event, EventType},
};

use crate::{
    call::Call,
    command::Command,
    error::Failure,
    modal::{Submission, Submitted},
    press::{Press, Pressed},
    time::Timestamp,
    words::Wording,
};

/// What a module wants to hear from Discord. Nothing else is asked for: the bot's intents are the union over its modules.
#[derive(Clone, Debug)]
#[must_use]
pub struct Wants {
    /// Intents, without which Discord does not send the events (Discord Docs/Gateway Intents).
    pub intents: Intents,
    /// Events that [`Module::hear`] is called with.
    pub events: Vec<EventType>,
}

impl Wants {
    /// Nothing but commands.
    pub const fn nothing() -> Self {
        Self { intents: Intents::empty(), events: Vec::new() }
    }

    /// These events, which come with these intents.
    pub fn events(intents: Intents, events: impl IntoIterator<Item = EventType>) -> Self {
        Self { intents, events: events.into_iter().collect() }
    }
}

/// When and by whom an event was received.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// When Casey received it.
    pub received: Timestamp,
}

/// A part of the bot: its commands, buttons and listeners. It owns the ports it needs.
#[async_trait]
pub trait Module: Send + Sync + 'static {
    /// A short name in lower case; it is part of custom ids, so changing it breaks buttons that are in use.
    fn name(&self) -> &'static str;

    /// The title in help.
    fn title(&self) -> &'static str {
        self.name()
    }

    /// Whether a server may switch it off.
    fn optional(&self) -> bool {
        true
    }

    /// What it wants to hear.
    fn wants(&self) -> Wants {
        Wants::nothing()
    }

    /// Its commands.
    fn commands(self: Arc<Self>) -> Vec<Command> {
        Vec::new()
    }

    /// What its commands are called in other languages, a table for each.
    fn wording(&self) -> &'static [Wording] {
        &[]
    }

    /// What it keeps: caches and in-memory lists that are no tables. The composition root adds them to the inventory; a bot that answers
    /// `privacy` is not built while one is missing there.
    fn keeps(&self) -> &'static [&'static StoreDecl] {
        &[]
    }

    /// Hears an event it [`wants`](Self::wants), before commands are looked for. Events of one server come in order.
    ///
    /// # Errors
    ///
    /// A [`Failure`] is logged; the person sees nothing of it.
    async fn hear(&self, moment: Moment, event: &Event) -> Result<(), Failure> {
        let _ = (moment, event);
        Ok(())
    }

    /// Answers a press of a button or a choice in a menu that this module made with [`Call::button`] or [`Call::select`]. Signature,
    /// owner and end have been checked; permissions have to be checked again here, with [`Call::require`].
    ///
    /// # Errors
    ///
    /// A [`Failure`], shown only to the person who pressed.
    async fn press(&self, call: &Call, press: &Press) -> Result<Pressed, Failure> {
        let _ = call;
        Err(Failure::Broken(
            format!("module {} does not know the action {}", self.name(), press.action).into(),
        ))
    }

    /// Answers a form that this module made with [`Call::modal`] and that was sent off. What holds for [`press`](Self::press) holds here.
    ///
    /// # Errors
    ///
    /// A [`Failure`], shown only to the person who filled it in.
    async fn submit(&self, call: &Call, submission: &Submission) -> Result<Submitted, Failure> {
        let _ = call;
        Err(Failure::Broken(
            format!("module {} does not know the form {}", self.name(), submission.action).into(),
        ))
    }
}
