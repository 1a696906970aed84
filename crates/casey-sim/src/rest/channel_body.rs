//! What a body says about a channel of a guild (Discord docs: Channel, Modify Channel).

use serde_json::{Value, json};

use super::form::Form;
use crate::{
    permissions::Permissions,
    snowflake::Snowflake,
    world::{Channel, Kind, Overwrite, State},
};

/// Seconds of slow mode at most.
const SLOWMODE: i64 = 21_600;
/// Minutes after which a thread may be archived.
pub(super) const ARCHIVE_MINUTES: [i64; 4] = [60, 1_440, 4_320, 10_080];

pub(super) fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

/// Reads what a body says about a channel that is no thread.
pub(super) fn read(form: &mut Form<'_>, state: &mut State, channel: &mut Channel, new: bool) {
    if new {
        form.required("name");
    } else {
        // For several channels at once; discord.js sends it with the overwrites it has made of it.
        form.boolean("lock_permissions");
    }
    if let Some(name) = form.text("name", 1, 100) {
        // Text channels are lower case with dashes.
        let plain = matches!(channel.kind, Kind::Text | Kind::News | Kind::Forum);
        channel.name = if plain { name.to_lowercase().replace(' ', "-") } else { name };
    }
    if form.given("topic") {
        let most = if channel.kind == Kind::Forum { 4_096 } else { 1_024 };
        channel.topic = form.text("topic", 0, most).filter(|topic| !topic.is_empty());
    }
    if let Some(nsfw) = form.boolean("nsfw") {
        channel.nsfw = nsfw;
    }
    if let Some(seconds) = form.integer("rate_limit_per_user", 0, SLOWMODE) {
        channel.slowmode_s = small(seconds);
    }
    if let Some(position) = form.integer("position", 0, i64::from(i32::MAX)) {
        channel.position = small(position);
    }
    if form.given("parent_id") {
        channel.parent = form.id("parent_id");
        let category = |id| {
            state
                .channels
                .get(&id)
                .is_some_and(|one| one.kind == Kind::Category && one.guild == channel.guild)
        };
        if channel.parent.is_some_and(|id| !category(id)) {
            form.issue("parent_id", "CHANNEL_PARENT_INVALID_TYPE", "Not a category");
        }
    }
    if let Some(overwrites) = read_overwrites(form) {
        channel.overwrites = overwrites;
    }
    read_voice(form, channel);
    read_threads(form, channel);
    read_forum(form, state, channel);
}

fn read_overwrites(form: &mut Form<'_>) -> Option<Vec<Overwrite>> {
    let mut list = Vec::new();
    for mut overwrite in form.forms("permission_overwrites", 100)? {
        overwrite.required("id");
        let id = overwrite.id("id").unwrap_or_default();
        list.push(read_overwrite(&mut overwrite, id));
        overwrite.finish();
    }
    Some(list)
}

/// Type, allowed and denied bits of an overwrite.
pub(super) fn read_overwrite(form: &mut Form<'_>, id: Snowflake) -> Overwrite {
    Overwrite {
        id,
        role: form.integer("type", 0, 1).unwrap_or(0) == 0,
        allow: Permissions::from_bits(form.permissions("allow").unwrap_or(0)),
        deny: Permissions::from_bits(form.permissions("deny").unwrap_or(0)),
    }
}

fn read_voice(form: &mut Form<'_>, channel: &mut Channel) {
    let voice = matches!(channel.kind, Kind::Voice | Kind::Stage);
    let mut put = |key: &str, value: Value| {
        if voice {
            channel.extra.insert(key.to_owned(), value);
        }
    };
    if let Some(bits) = form.integer("bitrate", 8_000, 96_000) {
        put("bitrate", json!(bits));
    }
    if let Some(count) = form.integer("user_limit", 0, 99) {
        put("user_limit", json!(count));
    }
    if form.given("rtc_region") {
        put("rtc_region", json!(form.text("rtc_region", 1, 40)));
    }
    if let Some(mode) = form.one_of("video_quality_mode", &[1, 2]) {
        put("video_quality_mode", json!(mode));
    }
}

fn read_threads(form: &mut Form<'_>, channel: &mut Channel) {
    let mut put = |key: &str, value: Value| channel.extra.insert(key.to_owned(), value);
    if let Some(minutes) = form.one_of("default_auto_archive_duration", &ARCHIVE_MINUTES) {
        put("default_auto_archive_duration", json!(minutes));
    }
    if let Some(seconds) = form.integer("default_thread_rate_limit_per_user", 0, SLOWMODE) {
        put("default_thread_rate_limit_per_user", json!(seconds));
    }
}

fn read_forum(form: &mut Form<'_>, state: &mut State, channel: &mut Channel) {
    if channel.kind != Kind::Forum {
        for key in ["available_tags", "default_reaction_emoji", "default_sort_order", "default_forum_layout"]
        {
            form.refuse(key);
        }
        form.refuse("default_tag_setting");
        form.refuse("flags");
        return;
    }
    form.refuse("default_tag_setting");
    if let Some(bits) = form.integer("flags", 0, i64::from(i32::MAX)) {
        // REQUIRE_TAG is the only flag of a forum that can be set.
        channel.extra.insert("flags".to_owned(), json!(bits & (1 << 4)));
    }
    for (key, choices) in [("default_sort_order", &[0, 1][..]), ("default_forum_layout", &[0, 1, 2])] {
        if let Some(number) = form.one_of(key, choices) {
            channel.extra.insert(key.to_owned(), json!(number));
        }
    }
    if let Some(mut emoji) = form.form("default_reaction_emoji") {
        let body =
            json!({ "emoji_id": emoji.id("emoji_id"), "emoji_name": emoji.text("emoji_name", 0, 100) });
        emoji.finish();
        channel.extra.insert("default_reaction_emoji".to_owned(), body);
    }
    if let Some(tags) = form.forms("available_tags", 20) {
        let mut list = Vec::new();
        for mut tag in tags {
            let name = tag.required_text("name", 1, 50);
            let id = tag.id("id").unwrap_or_else(|| state.mint());
            let moderated = tag.boolean("moderated").unwrap_or(false);
            let (emoji, word) = (tag.id("emoji_id"), tag.text("emoji_name", 0, 100));
            tag.finish();
            list.push(json!({
                "id": id, "name": name, "moderated": moderated, "emoji_id": emoji, "emoji_name": word,
            }));
        }
        channel.extra.insert("available_tags".to_owned(), json!(list));
    }
}
