use std::{
    collections::BTreeMap,
    fmt::{self, Formatter},
    time::Duration,
};

use async_trait::async_trait;
use casey_privacy::{Permit, Purpose};
use twilight_model::id::{
    Id,
    marker::{GuildMarker, UserMarker},
};

use crate::{error::StoreError, time::Timestamp};

/// The number of a job. Messages that a job sends carry it as their nonce, so that a job that runs twice says nothing twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(u64);

impl JobId {
    /// A job's number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// A number for something that is made now: like Discord's ids it begins with the time (42 bits of milliseconds since 2015) and ends in 22
    /// random bits. Numbers that were given up do not come back, which Discord would take for a message that was sent already.
    pub fn fresh(now: Timestamp) -> Self {
        let mut random = [0_u8; 4];
        if getrandom::fill(&mut random).is_err() {
            // Without randomness the time alone has to tell them apart; the store refuses what it cannot.
            random = [0; 4];
        }
        let millis = now.since(Timestamp::of_id(Id::<UserMarker>::new(1))).as_millis();
        let millis = u64::try_from(millis).unwrap_or_default() & 0x1ff_ffff_ffff;
        Self(millis << 22 | u64::from(u32::from_le_bytes(random) & 0x3f_ffff))
    }

    /// The number of the one job that an event leads to, whose id this is: the same event always leads to the same number, so that what its job says is
    /// said once even if the event comes again after the job was done. It differs from the event's own, which the answer carries.
    pub const fn of_event(event: u64) -> Self {
        // Of the 22 bits behind the time, so that it remains as unique as a fresh one.
        Self(event ^ 0x2a_aaaa)
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// Something to be done later, once.
///
/// Besides its kind and its time it holds only numbers, such as the number of a reminder. Text that people wrote stays in the table it was
/// written to; there is no way to put it here.
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct NewJob {
    /// Which handler does it; at most 64 characters, such as `management.reminder`.
    pub kind: String,
    /// Names the job: as long as a job of this key is there, adding another changes nothing. At most 128 characters.
    pub key: String,
    /// When it is due.
    pub run_at: Timestamp,
    /// Numbers by name.
    pub numbers: BTreeMap<String, i64>,
    /// The number it gets, unless another has it; a fresh one if there is none.
    pub id: Option<JobId>,
    /// The server it is about.
    pub guild: Option<Id<GuildMarker>>,
    user: Option<Id<UserMarker>>,
}

impl NewJob {
    /// A job about nobody.
    pub fn new(kind: &str, key: impl Into<String>, run_at: Timestamp) -> Self {
        let (kind, key) = (kind.to_owned(), key.into());
        Self { kind, key, run_at, numbers: BTreeMap::new(), id: None, guild: None, user: None }
    }

    /// Adds a number.
    pub fn with(mut self, name: &str, number: i64) -> Self {
        self.numbers.insert(name.to_owned(), number);
        self
    }

    /// Says which number it gets.
    pub fn numbered(mut self, id: JobId) -> Self {
        self.id = Some(id);
        self
    }

    /// Says which server it is about.
    pub fn in_guild(mut self, guild: Option<Id<GuildMarker>>) -> Self {
        self.guild = guild;
        self
    }

    /// Says that it is about the person who is permitted, and is erased with them.
    pub fn about<P: Purpose>(mut self, permit: &Permit<P>) -> Self {
        self.user = permit.subject().and_then(|subject| Id::new_checked(subject.get()));
        self
    }

    /// Whom it is about.
    pub const fn user(&self) -> Option<Id<UserMarker>> {
        self.user
    }
}

impl fmt::Debug for NewJob {
    /// Without ids, which keys may hold.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewJob")
            .field("kind", &self.kind)
            .field("run_at", &self.run_at)
            .finish_non_exhaustive()
    }
}

/// A job in somebody's hands.
#[derive(Clone, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// Which handler does it.
    pub kind: String,
    /// Its name.
    pub key: String,
    /// When it was due.
    pub run_at: Timestamp,
    /// Numbers by name.
    pub numbers: BTreeMap<String, i64>,
    /// Whom it is about.
    pub user: Option<Id<UserMarker>>,
    /// The server it is about.
    pub guild: Option<Id<GuildMarker>>,
    /// How often it was begun, this time included.
    pub attempts: u32,
    /// When it was added.
    pub created_at: Timestamp,
}

impl Job {
    /// A number that was given with the job.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.numbers.get(name).copied()
    }
}

impl fmt::Debug for Job {
    /// Without ids of people and servers.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("run_at", &self.run_at)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// What somebody who has time for jobs asks for.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Who asks: a name of this process that no other has.
    pub owner: String,
    /// The kinds it can do.
    pub kinds: Vec<String>,
    /// Jobs that it has in its hands already.
    pub except: Vec<JobId>,
    /// How many it takes at most.
    pub most: u64,
    /// The present moment.
    pub now: Timestamp,
    /// How long the jobs are its own unless it renews that.
    pub lease: Duration,
}

/// Whose a job is: good for one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub job: JobId,
    /// Who has it.
    pub owner: String,
    /// Which attempt this is.
    pub attempt: u32,
}

/// What becomes of a job that was in somebody's hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is done and goes.
    Done,
    /// It is done for now and due again at this moment, with its attempts counted anew.
    Again(Timestamp),
    /// It failed and is tried again at this moment.
    Retry(Timestamp),
    /// It is handed back as if it had not been begun: the process ends.
    Released,
    /// It failed for good, at this moment. It stays for a while, is not tried again, and can be counted.
    Failed(Timestamp),
}

/// How many jobs there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobCounts {
    /// Waiting or running.
    pub waiting: u64,
    /// Given up after too many attempts.
    pub failed: u64,
    /// When the first of those waiting may be taken, or could have been; one that runs counts with the end of its lease.
    pub next: Option<Timestamp>,
}

/// Keeps jobs. A job is in one process's hands at a time, by the clock that the callers share.
#[async_trait]
pub trait JobStore: Send + Sync {
    /// Adds a job and tells its number. If one with this key is there, nothing changes and its number is told.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    async fn add(&self, now: Timestamp, job: NewJob) -> Result<JobId, StoreError>;

    /// Takes a job back; `false` if there is none of this key. One that runs is told at its next renewal, and what becomes of it is ignored.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    async fn cancel(&self, key: &str) -> Result<bool, StoreError>;

    /// Sees to it that a job is due at this moment at the latest; `false` if it is already, or there is none of this key. For jobs that are repeated, and
    /// were put off by a clock that has been set back since.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    async fn hasten(&self, key: &str, latest: Timestamp) -> Result<bool, StoreError>;

    /// Takes jobs that are due and in nobody's hands, those due first first. A lease that has ended is nobody's; so is one that ends later than
    /// two leases from now, for the clock was set back since.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they could not be taken.
    async fn claim(&self, claim: Claim) -> Result<Vec<Job>, StoreError>;

    /// Keeps a job until this moment; `false` if it is no longer the caller's.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    async fn renew(&self, lease: &Lease, until: Timestamp) -> Result<bool, StoreError>;

    /// Says what becomes of a job; `false`, and nothing changes, if it is no longer the caller's.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be written.
    async fn settle(&self, lease: &Lease, settled: Settled) -> Result<bool, StoreError>;

    /// When the next job of these kinds can be claimed, other than `except`: the moment it is due, or that its lease ends.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be read.
    async fn next_due(&self, kinds: &[String], except: &[JobId]) -> Result<Option<Timestamp>, StoreError>;

    /// How many there are.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they cannot be counted.
    async fn counts(&self) -> Result<JobCounts, StoreError>;
}
