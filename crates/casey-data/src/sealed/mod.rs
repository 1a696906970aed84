//! Columns whose values are sealed: encrypted with keys that are in the database themselves, wrapped with the root key, which is not.

mod column;
mod decl;
mod error;
mod format;
mod keyring;
mod rotate;
mod stored;

pub use self::{
    column::SealedColumn,
    decl::{KeyColumn, SealedDecl},
    error::SealError,
    keyring::Keyring,
    rotate::Rotated,
    stored::KeyInfo,
};

/// Every sealed column. Rotation walks this list.
pub const SEALED: &[&SealedDecl] = &[GATEWAY_SESSION];

/// What Discord calls a gateway session: with the bot token it opens the session.
pub(crate) const GATEWAY_SESSION: &SealedDecl = &SealedDecl {
    table: "gateway_session",
    keys: &[KeyColumn::Big("application_id"), KeyColumn::Integer("shard"), KeyColumn::Integer("shards")],
    column: "session_id",
    subject: None,
};
