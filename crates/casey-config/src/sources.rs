//! What the configuration is read from.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Everything that [`Config::load`](crate::Config::load) reads, as values: nothing is taken from the process
/// behind its back.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    pub(crate) env: BTreeMap<OsString, OsString>,
    pub(crate) flags: Vec<(String, String)>,
    pub(crate) cwd: PathBuf,
}

impl Sources {
    /// Sources with the given environment. Relative paths are taken from `cwd`, which is also where `casey.toml`
    /// is looked for.
    pub fn new<K, V>(env: impl IntoIterator<Item = (K, V)>, cwd: impl Into<PathBuf>) -> Self
    where
        K: Into<OsString>,
        V: Into<OsString>,
    {
        Self {
            env: env.into_iter().map(|(key, value)| (key.into(), value.into())).collect(),
            flags: Vec::new(),
            cwd: cwd.into(),
        }
    }

    /// This process's environment and working directory.
    pub fn from_process() -> Self {
        Self::new(std::env::vars_os(), std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")))
    }

    /// Adds a flag. `key` is the variable's name without `CASEY_`, in lower case, with `_` or `-`; leading dashes are
    /// ignored. The last of two flags with one name wins.
    #[must_use]
    pub fn flag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.flags.push((key.into(), value.into()));
        self
    }

    /// Adds a list of flags; see [`Sources::flag`].
    #[must_use]
    pub fn flags<K: Into<String>, V: Into<String>>(
        mut self,
        flags: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.flags.extend(flags.into_iter().map(|(key, value)| (key.into(), value.into())));
        self
    }

    /// `path`, seen from the working directory.
    pub(crate) fn resolve(&self, path: impl AsRef<Path>) -> PathBuf {
        self.cwd.join(path)
    }
}
