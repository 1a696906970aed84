//! Discord's error answers (Discord docs: Opcodes and Status Codes, JSON).

use serde_json::{Value, json};

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
    too_large = 413, 40005, "Request entity too large";
    unknown_application = 404, 10002, "Unknown Application";
    unknown_channel = 404, 10003, "Unknown Channel";
    unknown_guild = 404, 10004, "Unknown Guild";
    unknown_member = 404, 10007, "Unknown Member";
    unknown_message = 404, 10008, "Unknown Message";
    unknown_user = 404, 10013, "Unknown User";
    unknown_emoji = 400, 10014, "Unknown Emoji";
    unknown_webhook = 404, 10015, "Unknown Webhook";
    unknown_interaction = 404, 10062, "Unknown interaction";
    unknown_command = 404, 10063, "Unknown application command";
    too_many_reactions = 400, 30010, "Maximum number of reactions reached (20)";
    too_many_commands = 400, 30032, "Maximum number of application commands reached (100)";
    already_acknowledged = 400, 40060, "Interaction has already been acknowledged.";
    missing_access = 403, 50001, "Missing Access";
    not_for_direct = 403, 50003, "Cannot execute action on a DM channel";
    not_your_message = 403, 50005, "Cannot edit a message authored by another user";
    empty_message = 400, 50006, "Cannot send an empty message";
    cannot_message_user = 403, 50007, "Cannot send messages to this user";
    not_a_text_channel = 400, 50008, "Cannot send messages in a non-text channel";
    bulk_count = 400, 50016, "Provided too few or too many messages to delete. Must provide at least 2 and fewer than 100 messages to delete";
    invalid_token = 401, 50027, "Invalid Webhook Token";
    too_old_for_bulk = 400, 50034, "A message provided was too old to bulk delete";
    not_json = 400, 50109, "The request body contains invalid JSON.";
    wrong_form = 400, 50035, "Invalid Form Body";
}

impl ApiError {
    pub(super) fn new(status: u16, code: u64, message: &str) -> Self {
        Self { status, code, message: message.to_owned(), errors: None, violations: Vec::new() }
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
