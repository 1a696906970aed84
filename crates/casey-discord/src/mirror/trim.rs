//! Dropping what nobody asked for before it is copied.

use twilight_model::{
    gateway::{event::Event, payload::incoming::GuildCreate},
    id::{Id, marker::UserMarker},
};

/// Leaves of a `GUILD_CREATE` only what the mirror keeps: people other than Casey, presences and pictures go.
pub(crate) fn trim(event: &mut Event, me: Id<UserMarker>) {
    let Event::GuildCreate(guild) = event else { return };
    let GuildCreate::Available(guild) = &mut **guild else { return };
    guild.members.retain(|member| member.user.id == me);
    guild.presences = Vec::new();
    guild.voice_states = Vec::new();
    guild.emojis = Vec::new();
    guild.stickers = Vec::new();
    guild.stage_instances = Vec::new();
    guild.guild_scheduled_events = Vec::new();
}
