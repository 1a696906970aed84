//! `casey commands list` and `casey commands sync`.

use casey_bot::Upstream;
use casey_config::Config;
use casey_core::CommandInfo;
use serde_json::json;

use crate::{error::CaseyError, output};

/// Prints every command, without asking Discord.
pub(crate) async fn list(config: &Config, as_json: bool) -> Result<(), CaseyError> {
    let commands = casey_bot::commands(config).await?;
    if as_json {
        output::json(&json!(commands));
    } else {
        output::text(table(&commands));
    }
    Ok(())
}

/// Registers the commands with Discord and prints what differed.
pub(crate) async fn sync(config: &Config, as_json: bool) -> Result<(), CaseyError> {
    let upstream = Upstream::configured(config)?;
    let changes = casey_bot::register(config, &upstream).await?;
    if as_json {
        output::json(&json!({
            "added": changes.added,
            "changed": changes.changed,
            "removed": changes.removed,
        }));
        return Ok(());
    }
    for (what, names) in
        [("added", &changes.added), ("changed", &changes.changed), ("removed", &changes.removed)]
    {
        for name in names {
            output::line(format_args!("{what:<8} {name}"));
        }
    }
    if changes.is_empty() {
        output::line("Discord has these commands already; nothing was written.");
    }
    Ok(())
}

/// How each command is typed, what it does, who may use it.
fn table(commands: &[CommandInfo]) -> String {
    let width = commands.iter().map(|command| command.usage.chars().count()).max().unwrap_or(0);
    let lines = commands.iter().map(|CommandInfo { usage, description, permissions, .. }| {
        let needs = match permissions.as_slice() {
            [] => String::new(),
            names => format!(" (needs {})", names.join(", ")),
        };
        format!("{usage:width$}  {description}{needs}\n")
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(usage: &str, description: &str, permissions: &[&str]) -> CommandInfo {
        CommandInfo {
            name: String::new(),
            module: String::new(),
            description: description.to_owned(),
            usage: usage.to_owned(),
            aliases: Vec::new(),
            examples: Vec::new(),
            permissions: permissions.iter().map(ToString::to_string).collect(),
            bot_permissions: Vec::new(),
            guild_only: false,
            nsfw: false,
            cooldown: None,
            options: Vec::new(),
        }
    }

    #[test]
    fn the_table_is_readable() {
        let commands =
            [command("ping", "Ping.", &[]), command("ban <who…>", "Ban.", &["Ban Members", "Speak"])];
        assert_eq!(table(&commands), "ping        Ping.\nban <who…>  Ban. (needs Ban Members, Speak)\n");
        assert_eq!(table(&[]), "");
    }
}
