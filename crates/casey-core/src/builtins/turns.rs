//! One change at a time: settings are read, changed and written as a whole, so two changes side by side would lose one.

use tokio::sync::{Mutex, MutexGuard};

/// How many changes can be under way at once; each server or person always has the same turn.
const TURNS: usize = 64;

/// Turns to change what belongs to a server or a person, within this process.
pub(super) struct Turns(Vec<Mutex<()>>);

impl Turns {
    pub(super) fn new() -> Self {
        Self(std::iter::repeat_with(Mutex::default).take(TURNS).collect())
    }

    /// Waits for the turn of this id; it lasts as long as the guard is held.
    pub(super) async fn of(&self, id: u64) -> MutexGuard<'_, ()> {
        // Ids count up within a millisecond, so their upper bits spread evenly.
        let turn = usize::try_from(id >> 22).unwrap_or(0) % TURNS;
        self.0[turn].lock().await
    }
}
