//! How a sealed value is written: `v1.KEY.NONCE.CIPHERTEXT`, the latter two in Base64 for addresses (RFC 4648 §5) without padding.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce, aead::Aead as _, aead::Payload};
use secrecy::zeroize::Zeroizing;

/// Bytes of a nonce of `XChaCha20`: so many that random ones never meet.
pub(super) const NONCE: usize = 24;

const VERSION: &str = "v1";

/// The longest name of a key.
const NAME: usize = 16;

/// A sealed value, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sealed<'t> {
    pub(super) kid: &'t str,
    nonce: [u8; NONCE],
    ciphertext: Vec<u8>,
}

impl<'t> Sealed<'t> {
    /// Reads it; `None` if it is written in another way.
    pub(super) fn read(text: &'t str) -> Option<Self> {
        let mut parts = text.split('.');
        let [version, kid, nonce, ciphertext] = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
        let named = (1..=NAME).contains(&kid.len()) && kid.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if version != VERSION || !named || parts.next().is_some() {
            return None;
        }
        let nonce = URL_SAFE_NO_PAD.decode(nonce).ok()?.try_into().ok()?;
        Some(Self { kid, nonce, ciphertext: URL_SAFE_NO_PAD.decode(ciphertext).ok()? })
    }

    /// Opens it with a key, if it was sealed with that key and about this.
    pub(super) fn open(&self, key: &[u8; 32], about: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let payload = Payload { msg: &self.ciphertext, aad: about };
        XChaCha20Poly1305::new(key.into())
            .decrypt(XNonce::from_slice(&self.nonce), payload)
            .ok()
            .map(Zeroizing::new)
    }
}

/// Seals a value with a key. `about` says what it belongs to and has to be the same when it is opened. `None` without random numbers.
pub(super) fn seal(kid: &str, key: &[u8; 32], about: &[u8], value: &[u8]) -> Option<String> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).ok()?;
    let payload = Payload { msg: value, aad: about };
    let ciphertext = XChaCha20Poly1305::new(key.into()).encrypt(XNonce::from_slice(&nonce), payload).ok()?;
    Some(format!("{VERSION}.{kid}.{}.{}", URL_SAFE_NO_PAD.encode(nonce), URL_SAFE_NO_PAD.encode(ciphertext)))
}

/// What everything sealed with a key begins with, for finding it.
pub(super) fn beginning(kid: &str) -> String {
    format!("{VERSION}.{kid}.")
}

/// Joins parts so that no two lists of parts come to the same: each behind its length.
pub(super) fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let mut all = Vec::new();
    for part in parts {
        all.extend_from_slice(&(part.len() as u64).to_be_bytes());
        all.extend_from_slice(part);
    }
    all
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn what_is_sealed_opens_and_nothing_else_does() {
        let text = seal("k1", &KEY, b"row 1", b"sesame").unwrap();
        assert!(text.starts_with("v1.k1.") && !text.contains("sesame"));
        let sealed = Sealed::read(&text).unwrap();
        assert_eq!(sealed.open(&KEY, b"row 1").unwrap().as_slice(), b"sesame");
        assert_eq!(sealed.open(&KEY, b"row 2"), None);
        assert_eq!(sealed.open(&[8; 32], b"row 1"), None);
        for cut in 0..text.len() {
            let opened = Sealed::read(&text[..cut]).and_then(|sealed| sealed.open(&KEY, b"row 1"));
            assert_eq!(opened, None, "cut at {cut}");
        }
        assert_ne!(seal("k1", &KEY, b"row 1", b"sesame").unwrap(), text, "nonces differ");
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(joined(&[b"ab", b"c"]), joined(&[b"a", b"bc"]));
        assert_ne!(joined(&[b"ab"]), joined(&[b"ab", b""]));
    }

    proptest! {
        #[test]
        fn reading_is_total(text in any::<String>()) {
            let _ = Sealed::read(&text);
        }

        #[test]
        fn every_value_comes_back(value in prop::collection::vec(any::<u8>(), 0..200), about in prop::collection::vec(any::<u8>(), 0..40)) {
            let text = seal("k", &KEY, &about, &value).unwrap();
            let opened = Sealed::read(&text).unwrap().open(&KEY, &about).unwrap();
            prop_assert_eq!(opened.as_slice(), value.as_slice());
        }

        #[test]
        fn no_altered_value_opens(value in "[a-z]{1,40}", at in any::<prop::sample::Index>(), with in "[A-Za-z0-9_.-]") {
            let text = seal("k", &KEY, b"about", value.as_bytes()).unwrap();
            let at = at.index(text.len());
            let altered = format!("{}{with}{}", &text[..at], &text[at + 1..]);
            let opened = Sealed::read(&altered).and_then(|sealed| sealed.open(&KEY, b"about"));
            // Another name of the key is told by whoever looks the key up.
            let harmless = altered == text || Sealed::read(&altered).is_some_and(|sealed| sealed.kid != "k");
            prop_assert!(opened.is_none() || harmless);
        }
    }
}
