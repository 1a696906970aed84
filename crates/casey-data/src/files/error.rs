//! What can go wrong with files, in words that hold no secret and no key.

use std::{
    error::Error as StdError,
    fmt::{self, Display, Formatter},
    io,
    ops::Range,
};

use casey_core::{StoreError, StoreErrorKind};

/// Why files could not be used. Each reads as one sentence with its remedy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilesError {
    /// The address names a kind of store that Casey does not know.
    #[error("files are kept at file:///FOLDER, s3://BUCKET, gs://BUCKET or az://CONTAINER, not at {scheme}")]
    Scheme {
        /// What it begins with; never the rest.
        scheme: String,
    },
    /// The address begins rightly and cannot be read further.
    #[error(
        "the address for files cannot be read; it is written file:///FOLDER, or {scheme}://NAME/FOLDER without user, query or fragment"
    )]
    Address {
        /// What it begins with.
        scheme: String,
    },
    /// The options that the store needs are not all there.
    #[error("the options for {scheme}:// do not suffice; set {needed}")]
    Options {
        /// Which kind of store.
        scheme: &'static str,
        /// What is needed as a rule.
        needed: &'static str,
    },
    /// An option would make connections unsafe.
    #[error("the option {option} would make connections to the file store unsafe; remove it")]
    UnsafeOption {
        /// The option's name.
        option: String,
    },
    /// An endpoint elsewhere without encryption.
    #[error("files would be sent to {host} in the clear; write https:// in the endpoint, or use 127.0.0.1")]
    Plaintext {
        /// The other machine.
        host: String,
    },
    /// A declaration that is no prefix for files.
    #[error("the prefix {template} cannot be used: {why}")]
    Template {
        /// The template.
        template: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A key of a prefix that these files were not opened with.
    #[error(
        "the prefix {template} is not among those declared for these files; list it where they are opened"
    )]
    Undeclared {
        /// The template.
        template: &'static str,
    },
    /// The system gives no random numbers, so no name can be given that nobody guesses.
    #[error("the system gives no random numbers, so that no file can be named; check /dev/urandom")]
    NoRandomness,
    /// More was asked for than there is.
    #[error("bytes {} to {} were asked for, of a file that has {size}", range.start, range.end)]
    OutOfRange {
        /// What was asked for.
        range: Range<u64>,
        /// Bytes there are.
        size: u64,
    },
    /// The store refused.
    #[error("{doing} in {place}: {cause}")]
    Refused {
        /// What was being done: “writing a file”.
        doing: &'static str,
        /// The folder or bucket.
        place: String,
        /// Why.
        cause: FilesCause,
    },
}

impl FilesError {
    /// The cause, if the store itself was asked.
    pub const fn cause(&self) -> Option<FilesCause> {
        match self {
            Self::Refused { cause, .. } => Some(*cause),
            _ => None,
        }
    }

    /// Whether waiting may help, as with a store that is away. Everything else an operator has to mend.
    pub const fn passes(&self) -> bool {
        matches!(self.cause(), Some(FilesCause::Unreachable | FilesCause::Full))
    }
}

impl From<FilesError> for StoreError {
    fn from(error: FilesError) -> Self {
        Self::new(StoreErrorKind::Unavailable, "using files").caused_by(error)
    }
}

/// Why a store did not do what was asked. The store's own words are left out, because they may quote keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FilesCause {
    /// The disk is used up.
    Full,
    /// The folder cannot be written to.
    ReadOnly,
    /// The folder is somebody else's.
    NotOurs,
    /// The folder or the bucket does not exist.
    NotThere,
    /// No credentials are set, and the machine has none of its own.
    NoCredentials,
    /// The store does not accept the credentials.
    WrongCredentials,
    /// The credentials do not permit it.
    NotPermitted,
    /// The store cannot be reached, or failed.
    Unreachable,
}

impl FilesCause {
    pub(super) fn of_io(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            io::ErrorKind::PermissionDenied => Self::NotOurs,
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::NotThere,
            _ => Self::Unreachable,
        }
    }

    pub(super) fn of(error: &object_store::Error, has_credentials: bool) -> Self {
        use object_store::Error;
        match error {
            Error::PermissionDenied { .. } => Self::NotPermitted,
            Error::Unauthenticated { .. } => Self::WrongCredentials,
            Error::NotFound { .. } => Self::NotThere,
            _ => match io_behind(error) {
                Some(error) => Self::of_io(error),
                None if has_credentials => Self::Unreachable,
                None => Self::NoCredentials,
            },
        }
    }
}

/// The system's error, if that is where it began. Only the folder's errors have one that says more than “it failed”.
fn io_behind(error: &object_store::Error) -> Option<&io::Error> {
    let object_store::Error::Generic { store: "LocalFileSystem", source } = error else { return None };
    let mut next: Option<&(dyn StdError + 'static)> = Some(&**source);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return Some(error);
        }
        next = error.source();
    }
    None
}

impl Display for FilesCause {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "the disk is full; make room on it",
            Self::ReadOnly => "the folder cannot be written to; mount it for writing, or choose another",
            Self::NotOurs => "the folder does not admit Casey; make Casey its owner, or choose another",
            Self::NotThere => "it does not exist; create it, or correct the address",
            Self::NoCredentials => {
                "there are no credentials; set them, or run where the machine has a role of its own"
            }
            Self::WrongCredentials => "the credentials are not accepted; correct them",
            Self::NotPermitted => {
                "the credentials do not suffice; correct them, or permit them to read, write, list and delete"
            }
            Self::Unreachable => "the store cannot be reached or failed; check the endpoint and the network",
        })
    }
}

impl StdError for FilesCause {}
