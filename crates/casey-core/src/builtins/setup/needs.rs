//! What Casey needs in a server, what it lacks in a channel, and where that is to be mended.

use twilight_model::{
    guild::{Permissions, Role},
    id::{
        Id,
        marker::{ApplicationMarker, GuildMarker, RoleMarker},
    },
};

use crate::{
    builtins::core::Core, call::Call, error::DiscordError, permissions::missing, ports::GuildSettings,
};

/// What every answer needs (Discord Docs/Permissions).
const ALWAYS: Permissions = Permissions::VIEW_CHANNEL
    .union(Permissions::SEND_MESSAGES)
    .union(Permissions::SEND_MESSAGES_IN_THREADS)
    .union(Permissions::EMBED_LINKS)
    .union(Permissions::READ_MESSAGE_HISTORY);

/// What Casey lacks, by the place where an admin finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lacks {
    /// No role of Casey's has it.
    pub(super) server: Permissions,
    /// The channel takes it away.
    pub(super) channel: Permissions,
}

impl Lacks {
    fn of(needed: Permissions, everywhere: Permissions, here: Permissions) -> Self {
        let server = missing(everywhere, needed);
        Self { server, channel: missing(here, needed) - server }
    }

    pub(super) const fn is_empty(self) -> bool {
        self.server.is_empty() && self.channel.is_empty()
    }
}

/// What the commands need that a server has not switched off; all of them without settings.
pub(super) fn needed(core: &Core, settings: Option<&GuildSettings>) -> Permissions {
    let mut needed = ALWAYS;
    let Some(catalogue) = core.catalogue() else { return needed };
    for entry in catalogue.entries() {
        if settings.is_none_or(|settings| !settings.disabled_modules.contains(entry.module)) {
            for path in entry.command.paths() {
                needed |= entry.command.rules_of(&path).bot_needs.unwrap_or(Permissions::empty());
            }
        }
    }
    needed
}

/// What Casey lacks in the channel.
pub(super) async fn lacking(
    core: &Core,
    call: &Call,
    guild: Id<GuildMarker>,
    settings: &GuildSettings,
) -> Result<Lacks, DiscordError> {
    let (needed, here) = (needed(core, Some(settings)), call.bot_permissions());
    if here.contains(Permissions::ADMINISTRATOR) {
        return Ok(Lacks::of(needed, here, here));
    }
    let roles = core.directory.roles(guild).await?;
    let me = core.directory.member(guild, core.directory.me().user).await?;
    let own = me.map(|member| member.roles).unwrap_or_default();
    Ok(Lacks::of(needed, everywhere(guild, &roles, &own), here))
}

/// What roles give in the whole server, the one of everybody among them (its id is the server's).
fn everywhere(guild: Id<GuildMarker>, roles: &[Role], own: &[Id<RoleMarker>]) -> Permissions {
    let counts = |role: &&Role| role.id == guild.cast() || own.contains(&role.id);
    roles.iter().filter(counts).fold(Permissions::empty(), |sum, role| sum | role.permissions)
}

/// The address that adds Casey to a server with all it needs; to this one, if one is named: there it gives Casey's role what it lacks
/// (Discord Docs/OAuth2, Bot Authorization Flow).
pub(in crate::builtins) fn invite(core: &Core, guild: Option<Id<GuildMarker>>) -> String {
    address(core.directory.me().application, needed(core, None), guild)
}

fn address(
    application: Id<ApplicationMarker>,
    permissions: Permissions,
    guild: Option<Id<GuildMarker>>,
) -> String {
    let place = guild.map(|guild| format!("&guild_id={guild}&disable_guild_select=true")).unwrap_or_default();
    let bits = permissions.bits();
    format!(
        "https://discord.com/oauth2/authorize?client_id={application}&scope=bot+applications.commands&permissions={bits}{place}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lacking_is_told_apart_by_where_it_is_mended() {
        let (needed, all) = (Permissions::SEND_MESSAGES | Permissions::EMBED_LINKS, Permissions::all());
        assert!(Lacks::of(needed, needed, needed).is_empty());
        let lacks = Lacks::of(needed, Permissions::SEND_MESSAGES, Permissions::empty());
        assert_eq!((lacks.server, lacks.channel), (Permissions::EMBED_LINKS, Permissions::SEND_MESSAGES));
        // Given in the channel only: it works here, and nowhere else.
        let lacks = Lacks::of(needed, Permissions::SEND_MESSAGES, needed);
        assert_eq!((lacks.server, lacks.channel), (Permissions::EMBED_LINKS, Permissions::empty()));
        assert!(Lacks::of(all, Permissions::ADMINISTRATOR, Permissions::ADMINISTRATOR).is_empty());
    }

    #[test]
    fn the_address_names_application_permissions_and_server() {
        let address = |guild| address(Id::new(5), Permissions::SEND_MESSAGES, guild);
        let begin = "https://discord.com/oauth2/authorize?client_id=5&scope=bot+applications.commands&permissions=2048";
        assert_eq!(address(None), begin);
        assert_eq!(address(Some(Id::new(7))), format!("{begin}&guild_id=7&disable_guild_select=true"));
    }
}
