//! Reminders: set, listed, cancelled, delivered.

pub(crate) mod command;
mod delivery;
mod memory;
mod phrase;

use std::time::Duration;

use async_trait::async_trait;
use casey_core::{JobId, NewJob, StoreError, Timestamp};
use casey_privacy::{Permit, purposes::CoreCommands};
use twilight_model::id::{
    Id,
    marker::{ChannelMarker, UserMarker},
};

pub use self::{delivery::ReminderDelivery, memory::MemoryReminders};

/// Reminders that a person can have at the same time.
pub const MOST_REMINDERS: usize = 25;
/// Characters that a reminder can have.
pub const MOST_TEXT: usize = 500;
/// The shortest and the longest time until a reminder.
const SOONEST: Duration = Duration::from_secs(10);
const LATEST: Duration = Duration::from_hours(365 * 24);

/// The kind of job that delivers a reminder.
pub const REMINDER: &str = "management.reminder";
/// The name of the reminder's id among a job's numbers.
const ID: &str = "reminder";

/// A reminder to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReminder {
    /// The event that asked for it ([`Call::event_id`](casey_core::Call::event_id)). The same one again adds nothing.
    pub event: u64,
    /// Where it is delivered; none for a direct message, whose channel is not stored.
    pub channel: Option<Id<ChannelMarker>>,
    /// What the person wrote; at most [`MOST_TEXT`] characters.
    pub text: String,
    /// When it is due.
    pub due: Timestamp,
}

/// A reminder that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// Its id.
    pub id: i64,
    /// Whose it is.
    pub user: Id<UserMarker>,
    /// What the person calls it: counted from 1 among their own.
    pub number: u32,
    /// Where it is delivered; none for a direct message.
    pub channel: Option<Id<ChannelMarker>>,
    /// What the person wrote.
    pub text: String,
    /// When it is due.
    pub due: Timestamp,
    /// When it was asked for.
    pub created: Timestamp,
    /// When it turned out that it cannot be delivered.
    pub undeliverable: Option<Timestamp>,
}

impl Reminder {
    /// A reminder that somebody is permitted to keep; `None` if the permit names nobody.
    pub fn new(permit: &Permit<CoreCommands>, new: NewReminder, number: u32, now: Timestamp) -> Option<Self> {
        let NewReminder { event, channel, text, due } = new;
        Some(Self {
            id: event.cast_signed(),
            user: Id::new_checked(permit.subject()?.get())?,
            number,
            channel,
            text,
            due,
            created: now,
            undeliverable: None,
        })
    }
}

/// The job that delivers a reminder. It holds the reminder's id and nothing of its text. Its number follows from the event that asked for the reminder: should
/// that event come again after a restart when the reminder has been delivered, Discord takes the second message for the first.
pub fn job_of(permit: &Permit<CoreCommands>, reminder: &Reminder) -> NewJob {
    NewJob::new(REMINDER, job_key(reminder.id), reminder.due)
        .numbered(JobId::of_event(reminder.id.cast_unsigned()))
        .with(ID, reminder.id)
        .about(permit)
}

/// The key of the job that delivers a reminder.
pub fn job_key(id: i64) -> String {
    format!("reminder:{id}")
}

/// What came of adding a reminder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is kept, and will be delivered.
    Kept(Reminder),
    /// The person has as many as one can have.
    TooMany,
}

/// Keeps reminders, each with the [job](job_of) that delivers it: both, or neither.
#[async_trait]
pub trait ReminderStore: Send + Sync {
    /// Keeps a reminder of the person who is permitted. Its number is the one after the highest they have. If the event that asked for it has one
    /// already, that one stays as it is and is told.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written, or the permit names nobody.
    async fn add(
        &self,
        permit: Permit<CoreCommands>,
        now: Timestamp,
        new: NewReminder,
    ) -> Result<Added, StoreError>;

    /// A person's reminders, the next one first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they cannot be read.
    async fn list(&self, user: Id<UserMarker>) -> Result<Vec<Reminder>, StoreError>;

    /// A reminder by its id.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be read.
    async fn get(&self, id: i64) -> Result<Option<Reminder>, StoreError>;

    /// Forgets a reminder of a person, with its job. `false` if there is none of this number.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    async fn cancel(&self, user: Id<UserMarker>, number: u32) -> Result<bool, StoreError>;

    /// Forgets a reminder that was delivered. Its job is not touched: it is what calls this.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    async fn delivered(&self, id: i64) -> Result<(), StoreError>;

    /// Notes that a reminder cannot be delivered. It is kept, so that its owner finds it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    async fn undeliverable(&self, id: i64, now: Timestamp) -> Result<(), StoreError>;
}
