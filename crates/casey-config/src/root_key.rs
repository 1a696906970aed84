//! The root key, from which every other key is derived.

use std::fmt::{self, Write as _};
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use hkdf::Hkdf;
use secrecy::zeroize::Zeroizing;
use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::data_dir::DataDir;
use crate::error::ConfigError;
use crate::mode;
use crate::value::hex_32;

const WHAT: &str = "the root key";

/// The file in the data folder, where no other is named.
const OWN: &str = "root.key";

/// 32 bytes known to this installation alone. Whoever has them can forge buttons and sessions and read what is encrypted. They are overwritten in
/// memory when it is dropped.
#[derive(Clone)]
pub struct RootKey(Zeroizing<[u8; 32]>);

impl RootKey {
    /// Reads the key that is set, or `root.key` in `data`, which is made once with mode 0600 when it is missing.
    ///
    /// A file holds 32 raw bytes or 64 hexadecimal digits. A key that was named is never made: one that is missing was lost.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or written, has another length, or can be read by others (except in systemd's
    /// credentials directory).
    pub fn open(config: &Config, data: &DataDir) -> Result<Self, ConfigError> {
        Self::existing(config)?.map_or_else(|| Self::make(data), Ok)
    }

    /// The same where no key may be made: `None` if none is named and `data_dir` has none yet.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn existing(config: &Config) -> Result<Option<Self>, ConfigError> {
        if let Some(path) = &config.key_file {
            let trusted = config.credentials.as_ref().is_some_and(|folder| path.starts_with(folder));
            return Self::read(path, trusted).map(Some);
        }
        match Self::read(&config.data_dir.join(OWN), false) {
            // Where the folder cannot be one, whoever makes a key says so.
            Err(ConfigError::Read { source, .. })
                if matches!(source.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
            {
                Ok(None)
            }
            other => other.map(Some),
        }
    }

    /// A key of these bytes, for tests and tools.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A key for one use (HKDF-SHA256, RFC 5869, without salt; `label` is the info). Equal labels give equal keys; nothing
    /// follows from one derived key about another or about the root. It is overwritten when it is dropped.
    pub fn derive(&self, label: &str) -> Zeroizing<[u8; 32]> {
        let mut out = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(None, &*self.0)
            .expand(label.as_bytes(), &mut *out)
            .unwrap_or_else(|_| unreachable!("HKDF-SHA256 gives up to 8160 bytes"));
        out
    }

    /// 16 hexadecimal digits that tell this key from another without telling anything about it.
    pub fn fingerprint(&self) -> String {
        hex(&Sha256::digest(self.derive("fingerprint"))[..8])
    }

    fn read(path: &Path, trusted: bool) -> Result<Self, ConfigError> {
        let failed = |source| ConfigError::Read { path: path.to_owned(), what: WHAT.to_owned(), source };
        let metadata = fs::metadata(path).map_err(failed)?;
        mode::ordinary(&metadata).map_err(failed)?;
        if !trusted && let Some(mode) = mode::others_can_read(&metadata) {
            return Err(ConfigError::TooOpen { path: path.to_owned(), what: WHAT.to_owned(), mode });
        }
        let bytes = Zeroizing::new(fs::read(path).map_err(failed)?);
        let from_raw = || <[u8; 32]>::try_from(bytes.as_slice()).ok();
        let from_hex = || std::str::from_utf8(&bytes).ok().and_then(|text| hex_32(text.trim()));
        from_raw()
            .or_else(from_hex)
            .map(Self::from_bytes)
            .ok_or_else(|| ConfigError::RootKey { path: path.to_owned(), length: bytes.len() })
    }

    /// Makes `root.key` in `data`. Of two processes that do this at once both end with the same one.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn make(data: &DataDir) -> Result<Self, ConfigError> {
        Self::make_at(&data.path().join(OWN))
    }

    fn make_at(path: &Path) -> Result<Self, ConfigError> {
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *key).map_err(|_| ConfigError::Random)?;
        let temporary = path.with_extension(format!("key.{}", std::process::id()));
        let placed = place(&temporary, path, &Zeroizing::new(hex(&*key)));
        // A leftover would hold a key nobody uses; that it cannot be removed is no reason to stop.
        let _ = fs::remove_file(&temporary);
        match placed {
            Ok(()) => Ok(Self(key)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Self::read(path, false),
            Err(source) => Err(ConfigError::Write { path: path.to_owned(), what: WHAT, source }),
        }
    }
}

/// Writes `text` to `temporary` and gives it the name `path` unless that exists: a link, unlike a rename, never replaces.
fn place(temporary: &Path, path: &Path, text: &str) -> io::Result<()> {
    let mut file = mode::private_file().open(temporary)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    fs::hard_link(temporary, path)
}

fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RootKey({})", self.fingerprint())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;
    use std::path::Path;

    use super::{RootKey, hex};
    use crate::config::Config;
    use crate::data_dir::DataDir;
    use crate::error::ConfigError;
    use crate::sources::Sources;

    fn open(cwd: &Path, key_file: Option<&Path>) -> Result<RootKey, ConfigError> {
        let env = key_file.map(|path| ("CASEY_KEY_FILE", path.to_owned()));
        let config = Config::load(&Sources::new(env, cwd))?;
        RootKey::open(&config, &DataDir::open(&config.data_dir)?)
    }

    #[cfg(unix)]
    fn chmod(path: &Path, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn is_made_once_and_kept() {
        let temp = tempfile::tempdir().unwrap();
        let first = open(temp.path(), None).unwrap();
        let second = open(temp.path(), None).unwrap();
        assert_eq!(first.fingerprint(), second.fingerprint());
        let names: Vec<_> =
            fs::read_dir(temp.path().join("casey-data")).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(names, ["root.key"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(temp.path().join("casey-data/root.key")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn two_that_make_it_at_once_agree() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("root.key");
        let first = RootKey::make_at(&path).unwrap();
        let second = RootKey::make_at(&path).unwrap();
        assert_eq!(first.0, second.0);
    }

    #[cfg(unix)]
    #[test]
    fn raw_bytes_and_digits_are_the_same_key() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("key");
        let bytes: Vec<u8> = (100..132).collect();
        fs::write(&path, &bytes).unwrap();
        chmod(&path, 0o600);
        let raw = open(temp.path(), Some(&path)).unwrap();
        fs::write(&path, format!("{}\n", hex(&bytes))).unwrap();
        assert_eq!(open(temp.path(), Some(&path)).unwrap().0, raw.0);
    }

    #[cfg(unix)]
    #[test]
    fn a_wrong_file_is_refused_with_its_remedy() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("key");
        assert!(open(temp.path(), Some(&path)).unwrap_err().to_string().contains("there is no such file"));
        fs::write(&path, [7; 31]).unwrap();
        chmod(&path, 0o600);
        assert!(
            open(temp.path(), Some(&path)).unwrap_err().to_string().contains("holds 31 bytes: expected 32")
        );
        fs::write(&path, [7; 32]).unwrap();
        chmod(&path, 0o640);
        let text = open(temp.path(), Some(&path)).unwrap_err().to_string();
        assert!(text.contains("(mode 0640): run chmod 600 "), "{text}");
    }

    #[test]
    fn derives_by_the_standard() {
        // RFC 5869's extract step with an absent salt, checked with an independent implementation (Python's hmac).
        let key = RootKey::from_bytes([0x0b; 32]);
        assert_eq!(hex(&*key.derive("custom-id")), DERIVED);
        assert_ne!(key.derive("a"), key.derive("b"));
        assert_eq!(key.fingerprint().len(), 16);
    }

    #[test]
    fn debug_shows_the_fingerprint_only() {
        let key = RootKey::from_bytes([0x42; 32]);
        assert_eq!(format!("{key:?}"), format!("RootKey({})", key.fingerprint()));
    }

    const DERIVED: &str = "f4730a3a99d859c388f1782c5f95d37db6a14e83b124d6e3c165f195ac6f0faa";
}
