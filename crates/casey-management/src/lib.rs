#![doc = include_str!("../README.md")]

mod module;
mod reminders;
mod text;

pub use self::{
    module::Management,
    reminders::{
        Added, MOST_REMINDERS, MOST_TEXT, MemoryReminders, NewReminder, REMINDER, Reminder, ReminderDelivery,
        ReminderStore, job_key, job_of,
    },
};

#[cfg(test)]
mod assertions {
    use static_assertions::{assert_impl_all, assert_obj_safe};

    assert_obj_safe!(crate::ReminderStore);
    assert_impl_all!(crate::ReminderDelivery: Send, Sync);
    assert_impl_all!(crate::Management: Send, Sync);
}
