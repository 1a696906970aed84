use casey_core::{DiscordError, DiscordErrorKind};

/// Why Casey is not connected to Discord.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address of the HTTP API cannot be used.
    #[error("{0:?} is not the address of an HTTP API; expected something like http://127.0.0.1:4800")]
    Address(String),
    /// Discord does not know the token (status 401, or close code 4004).
    #[error("Discord does not accept the bot token")]
    Token,
    /// A request at the start did not work.
    #[error("{doing} did not work: {source}")]
    Request {
        /// What the request was for.
        doing: &'static str,
        /// What became of it.
        source: DiscordError,
    },
    /// Discord does not grant an intent (close codes 4013 and 4014).
    #[error(
        "Discord does not grant the intents {0}; privileged ones are switched on in the developer portal \
         under Bot, Privileged Gateway Intents"
    )]
    Intents(String),
    /// Discord does not accept the shards (close codes 4010 and 4011).
    #[error("Discord does not accept shard {number} of {total} (close code {code})")]
    Shard {
        /// Number of the shard, from 0.
        number: u32,
        /// How many there are in all.
        total: u32,
        /// The code Discord closed the connection with.
        code: u16,
    },
    /// Discord ended the connection in a way that another attempt cannot change.
    #[error("Discord ended the connection for good (close code {code})")]
    Closed {
        /// The code (Discord Docs/Opcodes and Status Codes).
        code: u16,
    },
}

impl Error {
    /// An error of a request at the start; a refused token has its own variant.
    pub(crate) fn request(doing: &'static str, source: DiscordError) -> Self {
        if source.kind() == DiscordErrorKind::Unauthorized {
            Self::Token
        } else {
            Self::Request { doing, source }
        }
    }

    /// Whether the operator has to change the configuration: token, intents, shards or address.
    pub const fn is_configuration(&self) -> bool {
        matches!(self, Self::Address(_) | Self::Token | Self::Intents(_) | Self::Shard { .. })
    }
}
