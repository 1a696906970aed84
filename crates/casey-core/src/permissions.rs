//! Names of permissions as Discord's own settings show them.

use twilight_model::guild::Permissions;

/// Permissions with the names people know, in Discord's order (Discord Docs/Permissions).
const NAMES: &[(Permissions, &str)] = &[
    (Permissions::ADMINISTRATOR, "Administrator"),
    (Permissions::VIEW_CHANNEL, "View Channel"),
    (Permissions::MANAGE_CHANNELS, "Manage Channels"),
    (Permissions::MANAGE_ROLES, "Manage Roles"),
    (Permissions::VIEW_AUDIT_LOG, "View Audit Log"),
    (Permissions::MANAGE_WEBHOOKS, "Manage Webhooks"),
    (Permissions::MANAGE_GUILD, "Manage Server"),
    (Permissions::CREATE_INVITE, "Create Invite"),
    (Permissions::CHANGE_NICKNAME, "Change Nickname"),
    (Permissions::MANAGE_NICKNAMES, "Manage Nicknames"),
    (Permissions::KICK_MEMBERS, "Kick Members"),
    (Permissions::BAN_MEMBERS, "Ban Members"),
    (Permissions::MODERATE_MEMBERS, "Timeout Members"),
    (Permissions::SEND_MESSAGES, "Send Messages"),
    (Permissions::SEND_MESSAGES_IN_THREADS, "Send Messages in Threads"),
    (Permissions::EMBED_LINKS, "Embed Links"),
    (Permissions::ATTACH_FILES, "Attach Files"),
    (Permissions::ADD_REACTIONS, "Add Reactions"),
    (Permissions::USE_EXTERNAL_EMOJIS, "Use External Emoji"),
    (Permissions::MENTION_EVERYONE, "Mention @everyone, @here and All Roles"),
    (Permissions::MANAGE_MESSAGES, "Manage Messages"),
    (Permissions::READ_MESSAGE_HISTORY, "Read Message History"),
    (Permissions::MANAGE_THREADS, "Manage Threads"),
    (Permissions::USE_SLASH_COMMANDS, "Use Application Commands"),
    (Permissions::CONNECT, "Connect"),
    (Permissions::SPEAK, "Speak"),
    (Permissions::MUTE_MEMBERS, "Mute Members"),
    (Permissions::DEAFEN_MEMBERS, "Deafen Members"),
    (Permissions::MOVE_MEMBERS, "Move Members"),
];

/// The names of all permissions in the set, as people find them in Discord's settings.
pub fn names(permissions: Permissions) -> Vec<String> {
    let mut rest = permissions;
    let mut names = Vec::new();
    for (bit, name) in NAMES {
        if permissions.contains(*bit) {
            names.push((*name).to_owned());
            rest.remove(*bit);
        }
    }
    names.extend(rest.iter_names().map(|(name, _)| title_case(name)));
    names
}

/// `MANAGE_EVENTS` as “Manage Events”, for permissions without an entry above.
fn title_case(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        format!("{first}{}", rest.to_lowercase())
    });
    words.collect::<Vec<_>>().join(" ")
}

/// What of `needed` is missing in `held`; administrators lack nothing.
pub fn missing(held: Permissions, needed: Permissions) -> Permissions {
    if held.contains(Permissions::ADMINISTRATOR) { Permissions::empty() } else { needed - held }
}

/// What remains of a member's permissions while they are timed out: seeing and reading. Administrators cannot be timed out
/// (Discord Docs/Permissions, Permissions for Timed Out Members).
pub fn while_timed_out(held: Permissions) -> Permissions {
    if held.contains(Permissions::ADMINISTRATOR) {
        return held;
    }
    held & (Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_has_a_name() {
        for (_, bit) in Permissions::all().iter_names() {
            assert_eq!(names(bit).len(), 1);
        }
        assert_eq!(
            names(Permissions::MANAGE_GUILD | Permissions::MANAGE_EVENTS),
            ["Manage Server", "Manage Events"]
        );
    }

    #[test]
    fn a_time_out_leaves_seeing_and_reading() {
        let held = Permissions::VIEW_CHANNEL | Permissions::MANAGE_GUILD;
        assert_eq!(while_timed_out(held), Permissions::VIEW_CHANNEL);
        assert_eq!(while_timed_out(Permissions::all()), Permissions::all());
    }

    #[test]
    fn administrators_lack_nothing() {
        let needed = Permissions::BAN_MEMBERS | Permissions::KICK_MEMBERS;
        assert_eq!(missing(Permissions::ADMINISTRATOR, needed), Permissions::empty());
        assert_eq!(missing(Permissions::BAN_MEMBERS, needed), Permissions::KICK_MEMBERS);
    }
}
