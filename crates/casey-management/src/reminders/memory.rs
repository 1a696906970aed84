use std::{
    collections::BTreeMap,
    fmt::{self, Formatter},
    sync::{Arc, PoisonError},
};

use async_trait::async_trait;
use casey_core::{JobStore, MemoryJobs, StoreError, StoreErrorKind, Timestamp};
use casey_privacy::{Permit, purposes::CoreCommands};
use std::sync::{Mutex, MutexGuard};
use twilight_model::id::{Id, marker::UserMarker};

use super::{Added, MOST_REMINDERS, NewReminder, Reminder, ReminderStore, job_key, job_of};

/// Reminders in the memory of one process.
#[derive(Default)]
pub struct MemoryReminders {
    jobs: Arc<MemoryJobs>,
    reminders: Mutex<BTreeMap<i64, Reminder>>,
}

impl fmt::Debug for MemoryReminders {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryReminders").finish_non_exhaustive()
    }
}

impl MemoryReminders {
    /// None yet; their jobs go here.
    pub fn new(jobs: Arc<MemoryJobs>) -> Self {
        Self { jobs, reminders: Mutex::default() }
    }

    fn reminders(&self) -> MutexGuard<'_, BTreeMap<i64, Reminder>> {
        self.reminders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ReminderStore for MemoryReminders {
    async fn add(
        &self,
        permit: Permit<CoreCommands>,
        now: Timestamp,
        new: NewReminder,
    ) -> Result<Added, StoreError> {
        let nobody = || StoreError::new(StoreErrorKind::Missing, "keeping a reminder");
        let mut reminder = Reminder::new(&permit, new, 1, now).ok_or_else(nobody)?;
        {
            let mut reminders = self.reminders();
            if let Some(known) = reminders.get(&reminder.id) {
                return Ok(Added::Kept(known.clone()));
            }
            let mine = reminders.values().filter(|known| known.user == reminder.user);
            let numbers: Vec<u32> = mine.map(|known| known.number).collect();
            if numbers.len() >= MOST_REMINDERS {
                return Ok(Added::TooMany);
            }
            reminder.number = numbers.iter().max().map_or(1, |highest| highest + 1);
            reminders.insert(reminder.id, reminder.clone());
        }
        self.jobs.add(now, job_of(&permit, &reminder)).await?;
        Ok(Added::Kept(reminder))
    }

    async fn list(&self, user: Id<UserMarker>) -> Result<Vec<Reminder>, StoreError> {
        let mut mine: Vec<Reminder> =
            self.reminders().values().filter(|reminder| reminder.user == user).cloned().collect();
        mine.sort_by_key(|reminder| (reminder.due, reminder.number));
        Ok(mine)
    }

    async fn get(&self, id: i64) -> Result<Option<Reminder>, StoreError> {
        Ok(self.reminders().get(&id).cloned())
    }

    async fn cancel(&self, user: Id<UserMarker>, number: u32) -> Result<bool, StoreError> {
        let found = {
            let mut reminders = self.reminders();
            let found = reminders.values().find(|known| known.user == user && known.number == number);
            let id = found.map(|reminder| reminder.id);
            id.and_then(|id| reminders.remove(&id))
        };
        let Some(reminder) = found else { return Ok(false) };
        self.jobs.cancel(&job_key(reminder.id)).await?;
        Ok(true)
    }

    async fn delivered(&self, id: i64) -> Result<(), StoreError> {
        self.reminders().remove(&id);
        Ok(())
    }

    async fn undeliverable(&self, id: i64, now: Timestamp) -> Result<(), StoreError> {
        if let Some(reminder) = self.reminders().get_mut(&id) {
            reminder.undeliverable = Some(now);
        }
        Ok(())
    }
}
