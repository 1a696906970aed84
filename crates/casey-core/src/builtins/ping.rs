use std::time::Duration;

use twilight_interactions::command::{CommandModel, CreateCommand};

use super::core::Core;
use crate::{call::Call, reply::Reply};

/// See whether Casey is awake
#[derive(CommandModel, CreateCommand)]
#[command(name = "ping", desc = "See whether I am awake")]
pub(super) struct Ping {}

/// A way longer than this means that the clocks of Discord and of this machine differ, and says nothing about the way.
const PLAUSIBLE: Duration = Duration::from_mins(10);

pub(super) fn run(core: &Core, call: &Call) -> Reply {
    let way = call.received().since(call.sent());
    let text = core.text(call);
    if way >= PLAUSIBLE || call.sent() > call.received() {
        return Reply::text(text.msg_ping_plain());
    }
    Reply::text(text.msg_ping(u32::try_from(way.as_millis()).unwrap_or(u32::MAX)))
}
