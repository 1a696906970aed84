//! Discord's error answers (Discord docs: Opcodes and Status Codes, JSON).

use serde_json::{Value, json};

use super::form::Issues;
use crate::permissions::Permissions;

/// An error answer.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    pub(super) status: u16,
    pub(super) code: u64,
    pub(super) message: String,
    /// The nested `errors` of an invalid body.
    pub(super) errors: Option<Value>,
    /// What Discord would not have understood at all; it is recorded.
    pub(super) violations: Vec<String>,
}

macro_rules! known {
    ($($(#[$doc:meta])* $name:ident = $status:literal, $code:literal, $message:literal;)+) => {
        impl ApiError {
            $($(#[$doc])*
            pub(super) fn $name() -> Self {
                Self::new($status, $code, $message)
            })+
        }
    };
}

known! {
    unauthorized = 401, 0, "401: Unauthorized";
    method_not_allowed = 405, 0, "405: Method Not Allowed";
    unknown_application = 404, 10002, "Unknown Application";
    unknown_channel = 404, 10003, "Unknown Channel";
    unknown_guild = 404, 10004, "Unknown Guild";
    unknown_invite = 404, 10006, "Unknown Invite";
    unknown_member = 404, 10007, "Unknown Member";
    unknown_message = 404, 10008, "Unknown Message";
    unknown_overwrite = 404, 10009, "Unknown Permission Overwrite";
    unknown_role = 404, 10011, "Unknown Role";
    unknown_user = 404, 10013, "Unknown User";
    /// For reactions; Discord answers 400 there.
    unknown_emoji = 400, 10014, "Unknown Emoji";
    no_such_emoji = 404, 10014, "Unknown Emoji";
    unknown_webhook = 404, 10015, "Unknown Webhook";
    unknown_ban = 404, 10026, "Unknown Ban";
    unknown_sticker = 404, 10060, "Unknown sticker";
    unknown_interaction = 404, 10062, "Unknown interaction";
    unknown_command = 404, 10063, "Unknown application command";
    unknown_command_permissions = 404, 10066, "Unknown application command permissions";
    unknown_event = 404, 10070, "Unknown Guild Scheduled Event";
    unknown_tag = 404, 10087, "Unknown Tag";
    bots_cannot = 403, 20001, "Bots cannot use this endpoint";
    not_this_application = 403, 20012, "You are not authorized to perform this action on this application";
    too_many_pins = 400, 30003, "Maximum number of pins reached (50)";
    too_many_roles = 400, 30005, "Maximum number of guild roles reached (250)";
    too_many_webhooks = 400, 30007, "Maximum number of webhooks reached (15)";
    too_many_emojis = 400, 30008, "Maximum number of emojis reached (50)";
    too_many_reactions = 400, 30010, "Maximum number of reactions reached (20)";
    too_many_channels = 400, 30013, "Maximum number of guild channels reached (500)";
    too_many_invites = 400, 30016, "Maximum number of invites reached (1000)";
    too_many_commands = 400, 30032, "Maximum number of application commands reached (100)";
    too_many_events = 400, 30038, "Maximum number of uncompleted guild scheduled events reached (100)";
    too_many_stickers = 400, 30039, "Maximum number of stickers reached (5)";
    too_large = 413, 40005, "Request entity too large";
    not_in_voice = 400, 40032, "Target user is not connected to voice.";
    already_crossposted = 400, 40033, "This message has already been crossposted.";
    not_in_a_forum = 400, 40058, "Cannot send messages in a forum channel";
    already_acknowledged = 400, 40060, "Interaction has already been acknowledged.";
    tag_required = 400, 40067, "A tag is required to create a forum post in this channel";
    missing_access = 403, 50001, "Missing Access";
    not_for_direct = 403, 50003, "Cannot execute action on a DM channel";
    not_your_message = 403, 50005, "Cannot edit a message authored by another user";
    empty_message = 400, 50006, "Cannot send an empty message";
    cannot_message_user = 403, 50007, "Cannot send messages to this user";
    not_a_text_channel = 400, 50008, "Cannot send messages in a non-text channel";
    bulk_count = 400, 50016, "Provided too few or too many messages to delete. Must provide at least 2 and fewer than 100 messages to delete";
    wrong_channel_type = 400, 50024, "Cannot execute action on this channel type";
    invalid_token = 401, 50027, "Invalid Webhook Token";
    invalid_role = 400, 50028, "Invalid Role";
    too_old_for_bulk = 400, 50034, "A message provided was too old to bulk delete";
    wrong_form = 400, 50035, "Invalid Form Body";
    file_too_large = 413, 50045, "File uploaded exceeds the maximum size";
    required_for_community = 400, 50074, "Cannot delete a channel required for Community guilds";
    invalid_sticker = 400, 50081, "Invalid sticker sent";
    archived_thread = 400, 50083, "Thread is archived";
    not_json = 400, 50109, "The request body contains invalid JSON.";
    cannot_reply = 400, 160_002, "Cannot reply without permission to read message history";
    thread_exists = 400, 160_004, "A thread has already been created for this message";
    locked_thread = 400, 160_005, "Thread is locked";
    finished_event = 400, 180_000, "Cannot update a finished event";
    hook_needs_thread = 400, 220_001, "Webhooks posted to forum channels must have a thread_name or thread_id";
    hook_one_thread = 400, 220_002, "Webhooks posted to forum channels can only have one of thread_name or thread_id";
    hook_no_forum = 400, 220_003, "Webhooks can only create threads in forum channels";
    nobody_banned = 400, 500_000, "Failed to ban users";
}

impl ApiError {
    pub(super) fn new(status: u16, code: u64, message: &str) -> Self {
        Self { status, code, message: message.to_owned(), errors: None, violations: Vec::new() }
    }

    /// 50035 with one mistake.
    pub(super) fn invalid(path: &str, code: &str, message: &str) -> Self {
        let issues = Issues::default();
        issues.add(path, code, message);
        issues.result().err().unwrap_or_else(Self::wrong_form)
    }

    /// 50013, naming in the log what is missing.
    pub(super) fn missing_permissions(missing: Permissions) -> Self {
        tracing::debug!(missing = ?missing.names(), "refused for missing permissions");
        Self::new(403, 50013, "Missing Permissions")
    }

    /// Something that does not exist on Discord, or does not exist here yet: the answer says which, and it is
    /// recorded as a violation.
    pub(super) fn loud(status: u16, what: &str) -> Self {
        Self { violations: vec![what.to_owned()], ..Self::new(status, 0, &format!("casey-sim: {what}")) }
    }

    /// The JSON of the answer.
    pub(super) fn body(&self) -> Value {
        let mut body = json!({ "message": self.message, "code": self.code });
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }
}
