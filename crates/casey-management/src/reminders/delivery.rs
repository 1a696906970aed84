//! Tells people what they wanted to be reminded of.

use std::{
    fmt::{self, Formatter},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use casey_core::{
    Clock, Discord, DiscordError, DiscordErrorKind, Effect, Failure, Job, JobHandler, JobOutcome, Reply,
    duration, escape,
};

use super::{ID, REMINDER, Reminder, ReminderStore, command::is_link};
use crate::text::Texts;

/// From here on a reminder says that it is late.
const LATE: Duration = Duration::from_mins(1);

/// Delivers reminders: in the channel they were asked for in, pinging their owner and nobody else; by direct message if they were asked for so,
/// or the channel is gone or closed. What cannot be delivered either way stays in the owner's list.
pub struct ReminderDelivery {
    store: Arc<dyn ReminderStore>,
    discord: Arc<dyn Discord>,
    clock: Arc<dyn Clock>,
    texts: Texts,
}

impl fmt::Debug for ReminderDelivery {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReminderDelivery").finish_non_exhaustive()
    }
}

impl ReminderDelivery {
    pub(crate) fn new(
        store: Arc<dyn ReminderStore>,
        discord: Arc<dyn Discord>,
        clock: Arc<dyn Clock>,
        texts: Texts,
    ) -> Self {
        Self { store, discord, clock, texts }
    }

    fn message(&self, reminder: &Reminder) -> Reply {
        let text = self.texts.in_language("en");
        let who = format!("<@{}>", reminder.user);
        let about =
            if is_link(&reminder.text) { reminder.text.clone() } else { escape::markdown(&reminder.text) };
        let mut said = text.msg_remind_due(who, about);
        let late = self.clock.now().since(reminder.due);
        if late >= LATE {
            said = format!("{said}\n{}", text.msg_remind_late(duration::words(rounded(late))));
        }
        Reply::text(said).pinging(reminder.user)
    }

    async fn send(&self, reminder: &Reminder, nonce: u64) -> Result<(), DiscordError> {
        let message = self.message(reminder);
        if let Some(channel) = reminder.channel {
            let say = Effect::Say { channel, message: message.clone(), reply_to: None, nonce: Some(nonce) };
            match self.discord.perform(say).await {
                Err(error) if is_final(error.kind()) => {}
                sent => return sent.map(drop),
            }
        }
        let whisper = Effect::Whisper { user: reminder.user, message, nonce: Some(nonce) };
        self.discord.perform(whisper).await.map(drop)
    }
}

/// Whether trying again would come to the same.
const fn is_final(kind: DiscordErrorKind) -> bool {
    matches!(
        kind,
        DiscordErrorKind::Forbidden
            | DiscordErrorKind::Missing
            | DiscordErrorKind::CannotMessage
            | DiscordErrorKind::Invalid
    )
}

/// Without seconds once it is hours, and without minutes once it is days.
fn rounded(late: Duration) -> Duration {
    let unit = match late.as_secs() {
        172_800.. => 3_600,
        3_600.. => 60,
        _ => 1,
    };
    Duration::from_secs(late.as_secs() / unit * unit)
}

#[async_trait]
impl JobHandler for ReminderDelivery {
    fn kind(&self) -> &'static str {
        REMINDER
    }

    /// With the waits between them, Discord may be gone for five hours.
    fn attempts(&self) -> u32 {
        14
    }

    async fn run(&self, job: &Job) -> Result<JobOutcome, Failure> {
        let Some(id) = job.number(ID) else {
            return Err(Failure::Broken("a job to deliver a reminder names none".into()));
        };
        // One that is not there was cancelled, or delivered by an attempt whose end could not be written.
        let Some(reminder) = self.store.get(id).await? else { return Ok(JobOutcome::Done) };
        match self.send(&reminder, job.id.get()).await {
            Ok(()) => self.store.delivered(id).await?,
            Err(error) if is_final(error.kind()) => self.store.undeliverable(id, self.clock.now()).await?,
            Err(error) => return Err(error.into()),
        }
        Ok(JobOutcome::Done)
    }

    async fn given_up(&self, job: &Job) -> Result<(), Failure> {
        if let Some(id) = job.number(ID) {
            self.store.undeliverable(id, self.clock.now()).await?;
        }
        Ok(())
    }
}
