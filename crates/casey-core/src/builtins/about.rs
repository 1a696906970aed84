use twilight_interactions::command::{CommandModel, CreateCommand};

use super::core::Core;
use crate::{call::Call, escape, reply::Reply};

/// Who Casey is
#[derive(CommandModel, CreateCommand)]
#[command(name = "about", desc = "Who I am, and where to find more")]
pub(super) struct About {}

pub(super) fn run(core: &Core, call: &Call) -> Reply {
    let text = core.text(call);
    let lines = [
        text.msg_about(&core.facts.version),
        text.msg_about_guilds(core.directory.guild_count()),
        text.msg_about_since(format!("<t:{}:R>", core.started.as_secs())),
        text.msg_about_privacy(escape::code(&format!("{}privacy", call.lead()))),
        text.msg_about_links(format!("<{}>", core.facts.site)),
    ];
    Reply::text(lines.join("\n"))
}
