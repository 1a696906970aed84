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
    let lines = commands.iter().map(|command| {
        let mut line = format!("{:width$}  {}", command.usage, command.description);
        if !command.permissions.is_empty() {
            line.push_str(&format!(" (needs {})", command.permissions.join(", ")));
        }
        line + "\n"
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use casey_config::Sources;

    use super::*;

    #[tokio::test]
    async fn the_table_is_readable() {
        let config = Config::load(&Sources::new([("CASEY_PREFIX", ",")], std::env::temp_dir())).unwrap();
        insta::assert_snapshot!(table(&casey_bot::commands(&config).await.unwrap()));
    }
}
