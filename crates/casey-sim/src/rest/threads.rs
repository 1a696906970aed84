//! Starting and changing threads (Discord docs: Channel, Start Thread from Message and the following).

use serde_json::{Value, json};

use super::{
    call::{Answer, Ctx, Outcome},
    channel_body::{ARCHIVE_MINUTES, small},
    channels,
    draft::{Draft, Place},
    error::ApiError,
    form::{self, Form},
    interactions::fill,
};
use crate::{
    gateway::{Event, Intents},
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Action, Channel, Done, Kind, Post, Thread, flags},
};

/// A thread as a body describes it.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    name: String,
    minutes: Option<u32>,
    slowmode_s: Option<u32>,
    kind: Option<Kind>,
    invitable: Option<bool>,
    tags: Vec<Snowflake>,
}

impl Wanted {
    /// A post of a forum that comes through a webhook.
    pub(super) fn named(name: &str, tags: Vec<Snowflake>) -> Self {
        Self { name: name.to_owned(), tags, ..Self::default() }
    }

    fn read(form: &mut Form<'_>) -> Self {
        Self {
            name: form.required_text("name", 1, 100).unwrap_or_default(),
            minutes: form.one_of("auto_archive_duration", &ARCHIVE_MINUTES).map(small),
            slowmode_s: form.integer("rate_limit_per_user", 0, 21_600).map(small),
            ..Self::default()
        }
    }
}

/// A thread that begins with a message of the channel, and gets its id.
pub(super) fn start_from_message(ctx: &mut Ctx<'_>) -> Outcome {
    let parent = ctx.channel(Permissions::CREATE_PUBLIC_THREADS | Permissions::READ_MESSAGE_HISTORY)?;
    let kind = match ctx.state.channels.get(&parent).map(|channel| channel.kind) {
        Some(Kind::Text) => Kind::PublicThread,
        Some(Kind::News) => Kind::NewsThread,
        _ => return Err(ApiError::wrong_channel_type()),
    };
    let message = ctx.message(parent)?.id;
    if ctx.state.channels.contains_key(&message) {
        return Err(ApiError::thread_exists());
    }
    let wanted = ctx.form(|form| {
        // The channel decides; discord.js says it all the same.
        form.one_of("type", &[10, 11]);
        Wanted::read(form)
    })?;
    open(ctx, parent, message, Wanted { kind: Some(kind), ..wanted })?;
    let found = ctx.state.channels.get_mut(&parent).and_then(|one| one.messages.get_mut(&message));
    if let Some(found) = found {
        found.flags |= flags::HAS_THREAD;
        let told = found.clone();
        ctx.state.emit_message("MESSAGE_UPDATE", &told);
    }
    channels::show(ctx, message, 201)
}

/// A thread of its own, or a post of a forum.
pub(super) fn start(ctx: &mut Ctx<'_>) -> Outcome {
    let parent = ctx.channel(Permissions::NONE)?;
    match ctx.state.channels.get(&parent).map(|channel| channel.kind) {
        Some(Kind::Forum) => return start_post(ctx, parent),
        Some(Kind::Text | Kind::News) if ctx.files.is_empty() => {}
        _ => return Err(ApiError::wrong_channel_type()),
    }
    let news = ctx.state.channels.get(&parent).is_some_and(|channel| channel.kind == Kind::News);
    let wanted = ctx.form(|form| {
        let number = form.one_of("type", if news { &[10] } else { &[11, 12] });
        let kind = match number {
            Some(10) => Kind::NewsThread,
            Some(11) => Kind::PublicThread,
            _ if news => Kind::NewsThread,
            // As the documentation says, for the sake of old clients.
            _ => Kind::PrivateThread,
        };
        let invitable = form.boolean("invitable");
        Wanted { kind: Some(kind), invitable, ..Wanted::read(form) }
    })?;
    let private = wanted.kind == Some(Kind::PrivateThread);
    let needed =
        if private { Permissions::CREATE_PRIVATE_THREADS } else { Permissions::CREATE_PUBLIC_THREADS };
    ctx.allowed(parent, needed)?;
    let id = ctx.state.mint();
    open(ctx, parent, id, wanted)?;
    channels::show(ctx, id, 201)
}

fn start_post(ctx: &mut Ctx<'_>, parent: Snowflake) -> Outcome {
    let files = ctx.files;
    let (wanted, draft) = ctx.form(|form| {
        let tags = form.ids("applied_tags", 5).unwrap_or_default();
        // A post is a public thread whatever is said; discord.py says it.
        form.one_of("type", &[11]);
        form.required("message");
        let draft = form.form("message").map(|inner| Draft::read_form(inner, files, Place::Post));
        (Wanted { tags, kind: Some(Kind::PublicThread), ..Wanted::read(form) }, draft.unwrap_or_default())
    })?;
    if draft.is_empty() {
        return Err(ApiError::empty_message());
    }
    ctx.allowed(parent, draft.needs())?;
    let id = ctx.state.mint();
    open(ctx, parent, id, wanted)?;
    let bot = ctx.bot()?;
    let post = fill(ctx, Post { id: Some(id), ..Post::text(id, bot, "") }, draft);
    let message = ctx.state.post(post);
    let Answer::Json(status, mut body) = channels::show(ctx, id, 201)? else { return Ok(Answer::Empty) };
    if let Some(first) = ctx.state.message(id, message) {
        body["message"] = ctx.state.message_json(first, ctx.view()?);
    }
    Ok(Answer::Json(status, body))
}

/// Puts a thread under a channel.
pub(super) fn open(
    ctx: &mut Ctx<'_>,
    parent: Snowflake,
    id: Snowflake,
    wanted: Wanted,
) -> Result<(), ApiError> {
    let owner = ctx.bot()?;
    open_by(ctx, owner, parent, id, wanted)
}

/// Puts a thread of somebody under a channel.
pub(super) fn open_by(
    ctx: &mut Ctx<'_>,
    owner: Snowflake,
    parent: Snowflake,
    id: Snowflake,
    wanted: Wanted,
) -> Result<(), ApiError> {
    let place = ctx.state.channels.get(&parent).cloned().ok_or_else(ApiError::unknown_channel)?;
    let guild = place.guild.ok_or_else(ApiError::not_for_direct)?;
    check_tags(ctx, &place, &wanted.tags)?;
    let number = |key: &str| place.extra.get(key).and_then(Value::as_i64).map(small);
    let mut thread = Thread::new(owner, ctx.state.now());
    thread.auto_archive_minutes =
        wanted.minutes.or(number("default_auto_archive_duration")).unwrap_or(thread.auto_archive_minutes);
    thread.invitable = wanted.invitable.unwrap_or(true);
    thread.tags = wanted.tags;
    let mut channel = Channel::text(id, Some(guild), &wanted.name);
    channel.kind = wanted.kind.unwrap_or(Kind::PublicThread);
    channel.parent = Some(parent);
    channel.nsfw = place.nsfw;
    channel.slowmode_s =
        wanted.slowmode_s.or(number("default_thread_rate_limit_per_user")).unwrap_or_default();
    channel.thread = Some(thread);
    let mut body = ctx.state.channel_json(&channel);
    ctx.state.channels.insert(id, channel);
    body["newly_created"] = json!(true);
    ctx.state
        .emit(&Event { channel: Some(id), ..Event::guild("THREAD_CREATE", guild, Intents::GUILDS, body) });
    let done = Done::to(Action::ThreadCreate, id).change("name", &Value::Null, &json!(wanted.name));
    ctx.state.log(guild, owner, ctx.reason, done);
    Ok(())
}

fn check_tags(ctx: &Ctx<'_>, forum: &Channel, tags: &[Snowflake]) -> Result<(), ApiError> {
    let known = forum.extra.get("available_tags").and_then(Value::as_array).cloned().unwrap_or_default();
    let find = |id: &Snowflake| known.iter().find(|tag| tag["id"] == json!(id));
    for tag in tags {
        let tag = find(tag).ok_or_else(ApiError::unknown_tag)?;
        if tag["moderated"] == true {
            ctx.allowed(forum.id, Permissions::MANAGE_THREADS)?;
        }
    }
    let required = forum.extra.get("flags").and_then(Value::as_u64).unwrap_or(0) & (1 << 4) != 0;
    if required && tags.is_empty() { Err(ApiError::tag_required()) } else { Ok(()) }
}

/// What Modify Channel does to a thread.
pub(super) fn edit(ctx: &mut Ctx<'_>, old: &Channel, guild: Snowflake) -> Outcome {
    let id = old.id;
    let bot = ctx.bot()?;
    let manages = ctx.allowed(id, Permissions::MANAGE_THREADS).is_ok();
    let mut new = old.clone();
    let Some(mut thread) = old.thread.clone() else { return Err(ApiError::unknown_channel()) };
    let given: Vec<String> = ctx.body.as_object().into_iter().flat_map(|map| map.keys().cloned()).collect();
    form::read(ctx.body, |form| read_changes(form, &mut new, &mut thread))?;
    let only = |keys: &[&str]| given.iter().all(|key| keys.contains(&key.as_str()));
    // The one who started it may name, archive and tag it; everybody who may write there may take it out of the archive.
    let own = thread.owner == bot
        && !thread.locked
        && only(&["name", "archived", "auto_archive_duration", "applied_tags", "rate_limit_per_user"]);
    let revives = only(&["archived"]) && !thread.archived && !thread.locked;
    let revives = revives && ctx.allowed(id, Permissions::SEND_MESSAGES).is_ok();
    if !(manages || own || revives) {
        return Err(ApiError::missing_permissions(Permissions::MANAGE_THREADS));
    }
    let was = old.thread.as_ref().is_some_and(|thread| thread.archived);
    if was && thread.archived && !only(&["archived", "locked"]) {
        return Err(ApiError::archived_thread());
    }
    if let Some(parent) = old.parent.and_then(|id| ctx.state.channels.get(&id)) {
        check_tags(ctx, parent, &thread.tags)?;
    }
    if was != thread.archived {
        thread.archived_at = ctx.state.now();
    }
    new.thread = Some(thread);
    let (before, after) = (ctx.state.channel_json(old), ctx.state.channel_json(&new));
    ctx.state.channels.insert(id, new);
    ctx.state.tell_channel("THREAD_UPDATE", id);
    let done = Done::to(Action::ThreadUpdate, id).differences(&before, &after);
    ctx.log(guild, done.differences(&before["thread_metadata"], &after["thread_metadata"]))?;
    channels::show(ctx, id, 200)
}

fn read_changes(form: &mut Form<'_>, channel: &mut Channel, thread: &mut Thread) {
    if let Some(name) = form.text("name", 1, 100) {
        channel.name = name;
    }
    if let Some(seconds) = form.integer("rate_limit_per_user", 0, 21_600) {
        channel.slowmode_s = small(seconds);
    }
    if let Some(minutes) = form.one_of("auto_archive_duration", &ARCHIVE_MINUTES) {
        thread.auto_archive_minutes = small(minutes);
    }
    thread.archived = form.boolean("archived").unwrap_or(thread.archived);
    thread.locked = form.boolean("locked").unwrap_or(thread.locked);
    if let Some(invitable) = form.boolean("invitable") {
        if channel.kind == Kind::PrivateThread {
            thread.invitable = invitable;
        } else {
            form.issue("invitable", "BASE_TYPE_BAD_TYPE", "Only private threads have this.");
        }
    }
    if let Some(tags) = form.ids("applied_tags", 5) {
        thread.tags = tags;
    }
    if let Some(bits) = form.integer("flags", 0, i64::from(i32::MAX)) {
        // PINNED, in a forum.
        channel.extra.insert("flags".to_owned(), json!(bits & (1 << 1)));
    }
    for key in ["bitrate", "user_limit", "rtc_region", "video_quality_mode"] {
        form.refuse(key);
    }
}
