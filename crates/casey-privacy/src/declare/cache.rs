//! Keys of cached values.

use std::{
    fmt::{self, Write},
    time::Duration,
};

use crate::subject::SubjectId;

use super::{
    class::{Bounds, CacheClass, Ttl, TtlError},
    store::StoreDecl,
};

/// A family of cache keys, as [`cache_family!`](crate::cache_family) declares it.
///
/// A bound outside the class does not compile:
///
/// ```compile_fail,E0080
/// casey_privacy::cache_family! {
///     /// When a person may use a command again.
///     struct CooldownKey { user: u64 } = "e:cd:{user}",
///     class = ephemeral, purpose = SecurityAbuse, category = "user.behavior", subject = user,
///     max_ttl = 2 d, owner = "core", label = "cooldown"
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CacheFamily {
    /// What is stored under the keys; its name is the template, such as `casey:e:cd:{user}:{command}`.
    pub store: StoreDecl,
    /// The class, which decides how long a value may live.
    pub class: CacheClass,
    /// A bound of the family's own within that of its class.
    pub max_ttl: Option<Duration>,
}

impl CacheFamily {
    fn bounds(&'static self) -> Bounds {
        Bounds {
            family: self.store.name,
            min: self.class.shortest(),
            max: self.max_ttl.or(self.class.longest()),
        }
    }
}

/// A key of a declared family. Only [`cache_family!`](crate::cache_family) makes types that implement it, so
/// a cache that takes `&dyn CacheKey` stores nothing that is not declared.
pub trait CacheKey: Send + Sync + fmt::Debug {
    /// The family the key belongs to.
    fn family(&self) -> &'static CacheFamily;

    /// The whole key, such as `casey:e:cd:80351110224678912:fm%20now`. It may hold ids: not for logs.
    fn key(&self) -> String;

    /// The person the value is about.
    fn subject(&self) -> Option<SubjectId>;

    /// The lifetime `wanted`, if the family permits it.
    ///
    /// # Errors
    ///
    /// [`TtlError`], with the bound that was broken.
    fn ttl(&self, wanted: Duration) -> Result<Ttl, TtlError> {
        self.family().bounds().exact(wanted)
    }

    /// The lifetime nearest to `wanted` that the family permits.
    fn clamped_ttl(&self, wanted: Duration) -> Ttl {
        self.family().bounds().clamped(wanted)
    }

    /// A lifetime that may be shorter than the class asks, for a value that itself ends then.
    ///
    /// # Errors
    ///
    /// [`TtlError`] when it is below a millisecond or above the family's bound.
    fn expiring_ttl(&self, wanted: Duration) -> Result<Ttl, TtlError> {
        self.family().bounds().expiring(wanted)
    }

    /// No end at all, which only coordination permits.
    ///
    /// # Errors
    ///
    /// [`TtlError::Required`] for every other class.
    fn no_ttl(&self) -> Result<Ttl, TtlError> {
        self.family().bounds().unlimited()
    }
}

/// Appends one part of a key. Everything but letters, digits, `-`, `_` and `.` of ASCII becomes `%XX`, so that
/// no part holds a colon or a wildcard, and different values never become the same text.
pub fn key_part(key: &mut String, part: &dyn fmt::Display) {
    // Writing to a string cannot fail, and the escaping writer below never reports an error of its own.
    let _ = write!(Escaped(key), "{part}");
}

/// The person a key is about, from whatever number or id type the key was built with.
pub fn subject_of(id: impl Into<u64>) -> SubjectId {
    SubjectId::new(id.into())
}

struct Escaped<'a>(&'a mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
                self.0.push(char::from(byte));
            } else {
                write!(self.0, "%{byte:02X}")?;
            }
        }
        Ok(())
    }
}
