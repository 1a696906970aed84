//! What can go wrong at the walls, and what a person is told of it.

use std::{
    error::Error as StdError,
    fmt::{self, Display, Formatter},
};

use crate::reply::Reply;

/// An error and its causes on one line, for logs and operators: JSON logs would keep only the error itself.
///
/// Causes that an error has told already are left out.
///
/// ```
/// # use std::{fmt, io};
/// #[derive(Debug)]
/// struct Reading(io::Error);
/// # impl fmt::Display for Reading {
/// #     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str("reading the key") }
/// # }
/// # impl std::error::Error for Reading {
/// #     fn source(&self) -> Option<&(dyn std::error::Error + 'static)> { Some(&self.0) }
/// # }
/// let error = Reading(io::Error::other("the disk is full"));
/// assert_eq!(casey_core::causes(&error), "reading the key: the disk is full");
/// ```
pub fn causes(error: &dyn StdError) -> String {
    let mut told = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if !told.contains(&text) {
            told.push_str(": ");
            told.push_str(&text);
        }
        next = cause.source();
    }
    told
}

/// Why a request to Discord did not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DiscordErrorKind {
    /// Casey lacks a permission (403, code 50013) or may not see the place (50001).
    Forbidden,
    /// What was asked for does not exist (404, codes 10001 to 10099).
    Missing,
    /// The person's direct messages are closed to Casey (code 50007).
    CannotMessage,
    /// The interaction was answered before (code 40060) or its time has passed (10062, 50027).
    Expired,
    /// The token is wrong (401).
    Unauthorized,
    /// Discord refused the request as malformed (400): our mistake.
    Invalid,
    /// Discord asks to wait (429).
    RateLimited,
    /// Discord or the way to it is down (5xx, time-out, no connection).
    Unavailable,
}

impl DiscordErrorKind {
    /// A stable name for metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::Missing => "missing",
            Self::CannotMessage => "cannot_message",
            Self::Expired => "expired",
            Self::Unauthorized => "unauthorized",
            Self::Invalid => "invalid",
            Self::RateLimited => "rate_limited",
            Self::Unavailable => "unavailable",
        }
    }
}

/// A request to Discord that did not work.
#[derive(Debug)]
pub struct DiscordError {
    kind: DiscordErrorKind,
    code: Option<u64>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl DiscordError {
    /// An error of this kind, with Discord's JSON error code where there is one.
    pub const fn new(kind: DiscordErrorKind, code: Option<u64>) -> Self {
        Self { kind, code, source: None }
    }

    /// Adds the cause, for the log.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What kind it is.
    pub const fn kind(&self) -> DiscordErrorKind {
        self.kind
    }

    /// Discord's JSON error code (Discord Docs/JSON Error Codes).
    pub const fn code(&self) -> Option<u64> {
        self.code
    }

    /// Whether an interaction could not be answered because it has been answered already (Discord Docs/JSON Error Codes, 40060).
    pub fn is_answered(&self) -> bool {
        self.code() == Some(40_060)
    }
}

impl Display for DiscordError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            DiscordErrorKind::Forbidden => "Discord did not permit the request",
            DiscordErrorKind::Missing => "Discord does not know what was asked for",
            DiscordErrorKind::CannotMessage => "the person accepts no direct messages from Casey",
            DiscordErrorKind::Expired => "the interaction was answered before or has expired",
            DiscordErrorKind::Unauthorized => "Discord does not accept the bot token",
            DiscordErrorKind::Invalid => "Discord refused the request as malformed",
            DiscordErrorKind::RateLimited => "Discord asks to wait",
            DiscordErrorKind::Unavailable => "Discord could not be reached",
        };
        match self.code {
            Some(code) => write!(f, "{what} (code {code})"),
            None => f.write_str(what),
        }
    }
}

impl StdError for DiscordError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// Why a store did not do what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// What was to be changed is not there.
    Missing,
    /// Somebody else changed it meanwhile, or it exists already.
    Conflict,
    /// The store cannot be reached, is full, or read-only.
    Unavailable,
    /// What was read cannot be understood.
    Corrupt,
}

/// A store that did not do what was asked. Its source is for the log, never for a person.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    doing: &'static str,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl StoreError {
    /// An error of this kind, met while `doing` (“reading the server's settings”).
    pub const fn new(kind: StoreErrorKind, doing: &'static str) -> Self {
        Self { kind, doing, source: None }
    }

    /// Adds the cause, for the log.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What kind it is.
    pub const fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl Display for StoreError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            StoreErrorKind::Missing => "it does not exist",
            StoreErrorKind::Conflict => "it was changed meanwhile",
            StoreErrorKind::Unavailable => "the store is not available",
            StoreErrorKind::Corrupt => "what is stored cannot be understood",
        };
        write!(f, "{}: {what}", self.doing)
    }
}

impl StdError for StoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// Why a handler has no answer.
///
/// A person's mistake is a [`Failure::Refused`]: it is shown as it is. Ours is [`Failure::Broken`]: the person sees an apology with a
/// reference code, the log gets the cause under the same code.
#[derive(Debug)]
pub enum Failure {
    /// The person can put it right; this tells how.
    Refused(Box<Reply>),
    /// Our fault, or that of something we depend on.
    Broken(Box<dyn StdError + Send + Sync>),
}

impl Failure {
    /// A refusal with text.
    pub fn refused(text: impl Into<String>) -> Self {
        Self::Refused(Box::new(Reply::text(text)))
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Broken(Box::new(error))
    }
}

/// A short code that a person can tell and an operator can find in the log: eight characters without the ones that look alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference(String);

impl Reference {
    /// A new random code.
    pub fn random() -> Self {
        const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let mut bytes = [0_u8; 8];
        if getrandom::fill(&mut bytes).is_err() {
            // Without randomness the code still has to lead to a line of the log.
            return Self("00000000".into());
        }
        Self(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect())
    }
}

impl Display for Reference {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
