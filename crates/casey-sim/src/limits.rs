//! Discord's limits, each with the page that states it.

use std::time::Duration;

/// Characters of a message by a bot (Discord docs: Message, Create Message).
pub(crate) const CONTENT: usize = 2_000;
/// Embeds of a message (Message, Create Message).
pub(crate) const EMBEDS: usize = 10;
/// Characters of all embeds of a message together (Message, Embed Limits).
pub(crate) const EMBED_TOTAL: usize = 6_000;
/// Fields of an embed (Message, Embed Limits).
pub(crate) const EMBED_FIELDS: usize = 25;
/// Action rows of a message (Components, Legacy Message Component Behavior).
pub(crate) const ROWS: usize = 5;
/// Buttons of an action row (Components, Action Row).
pub(crate) const BUTTONS: usize = 5;
/// Characters of a custom id (Components, Custom ID).
pub(crate) const CUSTOM_ID: usize = 100;
/// Characters of a button's label (Components, Button).
pub(crate) const LABEL: usize = 80;
/// Options of a select menu (Components, String Select).
pub(crate) const SELECT_OPTIONS: usize = 25;
/// Files of a message (Message, Attachments).
pub(crate) const FILES: usize = 10;
/// Bytes of one file, without boosts (API Reference, Uploading Files).
pub(crate) const FILE_BYTES: usize = 10 * 1024 * 1024;
/// Bytes of a whole request (Message, Create Message).
pub(crate) const REQUEST_BYTES: usize = 25 * 1024 * 1024;
/// Characters of a nonce (Message, Create Message).
pub(crate) const NONCE: usize = 25;
/// Global commands of an application, and commands in one guild (Application Commands, Registering a Command).
pub(crate) const COMMANDS: usize = 100;
/// Options of a command, and choices of an option (Application Commands).
pub(crate) const OPTIONS: usize = 25;
/// Characters of names, descriptions and values of a command together (Application Commands, Slash Commands).
pub(crate) const COMMAND_CHARACTERS: usize = 4_000;
/// Different reactions on one message (error 30010).
pub(crate) const REACTIONS: usize = 20;
/// Age of messages that can still be deleted in bulk (Message, Bulk Delete Messages).
pub(crate) const BULK_DELETE_AGE: time::Duration = time::Duration::days(14);
/// How far ahead a timeout may end (Guild, Modify Guild Member).
pub(crate) const TIMEOUT: time::Duration = time::Duration::days(28);
/// Seconds back for which a ban deletes messages (Guild, Create Guild Ban).
pub(crate) const BAN_DELETES_S: i64 = 604_800;
/// Roles of a guild (error 30005).
pub(crate) const ROLES: usize = 250;
/// Channels of a guild (error 30013).
pub(crate) const CHANNELS: usize = 500;
/// Pinned messages of a channel (error 30003).
pub(crate) const PINS: usize = 50;
/// Webhooks of a channel (error 30007).
pub(crate) const WEBHOOKS: usize = 15;
/// Emoji of a guild without boosts, still and animated each (error 30008).
pub(crate) const EMOJIS: usize = 50;
/// Stickers of a guild without boosts (error 30039).
pub(crate) const STICKERS: usize = 5;
/// Characters of everything shown in a message with `IS_COMPONENTS_V2` (Components, Component Reference).
pub(crate) const COMPONENT_TEXT: usize = 4_000;
/// Components of a message with `IS_COMPONENTS_V2`, nested ones too (Components, Component Reference).
pub(crate) const COMPONENTS: usize = 40;
/// The same with all localizations, whichever is longest for each text (Application Commands, Localization).
pub(crate) const COMMAND_CHARACTERS_LOCALIZED: usize = 8_000;
/// Time for the first answer to an interaction (Receiving and Responding).
pub(crate) const FIRST_ANSWER: Duration = Duration::from_secs(3);
/// Time for which an interaction's token can be used (Receiving and Responding).
pub(crate) const FOLLOW_UP: Duration = Duration::from_mins(15);
/// Time within which a nonce is compared (Message, Create Message: "the past few minutes").
pub(crate) const NONCE_MEMORY: time::Duration = time::Duration::minutes(5);
/// Frames a client may send on a gateway connection within a minute (Gateway, Rate Limiting).
pub(crate) const GATEWAY_SENDS: usize = 120;
/// Bytes of a frame a client sends (Gateway, Sending Events).
pub(crate) const GATEWAY_FRAME: usize = 4_096;
/// Dispatches a session keeps for a resume.
pub(crate) const REPLAY: usize = 20_000;
