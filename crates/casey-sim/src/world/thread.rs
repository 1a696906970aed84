//! What makes a channel a thread (Discord docs: Threads).

use std::collections::BTreeMap;

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{Channel, Kind, State};
use crate::{
    gateway::{Event, Intents},
    permissions::Permissions,
    snowflake::{Snowflake, timestamp},
};

/// A thread's own settings.
#[derive(Clone, Debug)]
pub(crate) struct Thread {
    pub(crate) owner: Snowflake,
    pub(crate) archived: bool,
    /// When `archived` last changed.
    pub(crate) archived_at: OffsetDateTime,
    pub(crate) locked: bool,
    pub(crate) invitable: bool,
    pub(crate) auto_archive_minutes: u32,
    pub(crate) made_at: OffsetDateTime,
    /// Who follows it, since when.
    pub(crate) members: BTreeMap<Snowflake, OffsetDateTime>,
    pub(crate) tags: Vec<Snowflake>,
    /// Messages ever sent, without the first one.
    pub(crate) sent: u64,
}

impl Thread {
    pub(crate) fn new(owner: Snowflake, now: OffsetDateTime) -> Self {
        Self {
            owner,
            archived: false,
            archived_at: now,
            locked: false,
            invitable: true,
            auto_archive_minutes: 1_440,
            made_at: now,
            members: BTreeMap::from([(owner, now)]),
            tags: Vec::new(),
            sent: 0,
        }
    }

    pub(crate) fn metadata_json(&self, kind: Kind) -> Value {
        let mut body = json!({
            "archived": self.archived,
            "archive_timestamp": timestamp(self.archived_at),
            "auto_archive_duration": self.auto_archive_minutes,
            "locked": self.locked,
            "create_timestamp": timestamp(self.made_at),
        });
        if kind == Kind::PrivateThread {
            body["invitable"] = json!(self.invitable);
        }
        body
    }
}

/// What a thread's parent allows, as it counts in the thread: a thread is written in with `SEND_MESSAGES_IN_THREADS`,
/// and a private one is seen by its members and by those who manage threads (Discord docs: Permissions, Threads).
pub(crate) fn permissions_in(
    parent: Permissions,
    kind: Kind,
    thread: &Thread,
    user: Snowflake,
) -> Permissions {
    if parent.contains(Permissions::ALL) {
        return parent;
    }
    let hidden = kind == Kind::PrivateThread
        && !thread.members.contains_key(&user)
        && !parent.contains(Permissions::MANAGE_THREADS);
    if hidden || !parent.contains(Permissions::VIEW_CHANNEL) {
        return Permissions::NONE;
    }
    if parent.contains(Permissions::SEND_MESSAGES_IN_THREADS) {
        parent | Permissions::SEND_MESSAGES
    } else {
        parent - Permissions::SEND_MESSAGES
    }
}

impl State {
    /// A member of a thread as Discord writes it.
    pub(crate) fn thread_member_json(&self, thread: &Channel, user: Snowflake, whole: bool) -> Option<Value> {
        let since = thread.thread.as_ref()?.members.get(&user)?;
        let mut body = json!({
            "id": thread.id,
            "user_id": user,
            "join_timestamp": timestamp(*since),
            "flags": 1,
        });
        if whole && let Some(member) = thread.guild.and_then(|guild| self.member(guild, user)) {
            body["member"] = self.member_json(member);
        }
        Some(body)
    }

    /// Threads under a channel.
    pub(crate) fn threads_of(&self, parent: Snowflake) -> Vec<Snowflake> {
        let threads = self.channels.values().filter(|one| one.thread.is_some() && one.parent == Some(parent));
        let mut ids: Vec<Snowflake> = threads.map(|one| one.id).collect();
        ids.sort_unstable();
        ids
    }

    /// Archives the threads of a guild in which nothing was said for too long.
    pub(crate) fn archive_idle_threads(&mut self, guild: Snowflake) {
        let now = self.now();
        let idle = |channel: &&Channel| {
            channel.thread.as_ref().is_some_and(|thread| {
                let last = channel.last_message.and_then(|id| channel.messages.get(&id));
                let active =
                    last.map_or(thread.archived_at, |message| message.sent_at.max(thread.archived_at));
                let minutes = time::Duration::minutes(thread.auto_archive_minutes.into());
                !thread.archived && now - active > minutes
            })
        };
        let of_guild = self.channels.values().filter(|channel| channel.guild == Some(guild));
        let ids: Vec<Snowflake> = of_guild.filter(idle).map(|channel| channel.id).collect();
        for id in ids {
            self.set_archived(id, true);
        }
    }

    /// Archives a thread or takes it out of the archive, and tells.
    pub(crate) fn set_archived(&mut self, id: Snowflake, archived: bool) {
        let now = self.now();
        let Some(thread) = self.channels.get_mut(&id).and_then(|channel| channel.thread.as_mut()) else {
            return;
        };
        thread.archived = archived;
        thread.archived_at = now;
        self.tell_channel("THREAD_UPDATE", id);
    }

    /// Tells about a channel or thread.
    pub(crate) fn tell_channel(&mut self, name: &'static str, id: Snowflake) {
        let Some(channel) = self.channels.get(&id) else { return };
        let Some(guild) = channel.guild else { return };
        let body = self.channel_json(channel);
        self.emit(&Event { channel: Some(id), ..Event::guild(name, guild, Intents::GUILDS, body) });
    }
}
