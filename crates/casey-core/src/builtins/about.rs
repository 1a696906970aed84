use twilight_interactions::command::{CommandModel, CreateCommand};

use super::{core::Core, setup};
use crate::{
    call::{Call, row},
    escape,
    reply::Reply,
};

/// Who Casey is
#[derive(CommandModel, CreateCommand)]
#[command(name = "about", desc = "Who I am, and where to find more")]
pub(super) struct About {}

pub(super) fn run(core: &Core, call: &Call) -> Reply {
    let text = core.text(call);
    let about = core.facts.about.clone();
    let mut lines = vec![
        about.unwrap_or_else(|| text.msg_about(env!("CARGO_PKG_VERSION"))),
        text.msg_about_guilds(core.directory.guild_count()),
        text.msg_about_since(format!("<t:{}:R>", core.started.as_secs())),
    ];
    if core.has_privacy {
        lines.push(text.msg_about_privacy(escape::code(&call.command("privacy"))));
    }
    lines.extend(core.facts.site.as_ref().map(|site| format!("<{site}>")));
    let invite = setup::link(text.msg_about_invite(), setup::invite(core, None));
    Reply::text(lines.join("\n")).with_row(row([invite]))
}
