//! Custom ids of buttons and menus: signed, bound to a person, with an end. They need no memory and survive a restart.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use thiserror::Error;
use twilight_model::id::{Id, marker::UserMarker};

use crate::time::Timestamp;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What a button stands for: `module:action:state`, who may press it, until when.
///
/// Discord allows 100 characters: 58 for module, action and state, 11 for the owner, 6 for the end, 22 for the signature, 3 dots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomId {
    /// Module that answers.
    pub module: String,
    /// What it shall do.
    pub action: String,
    /// What it needs to know for that.
    pub state: String,
    /// Who may press it; `None` for everybody.
    pub owner: Option<Id<UserMarker>>,
    /// The first second at which it is too late.
    pub expires: Timestamp,
}

/// A custom id that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CustomIdError {
    /// Too much to remember in a button; longer state belongs behind a stored key.
    #[error("module, action and state take {length} characters, {max} is the most", max = CustomId::ROOM)]
    TooLong {
        /// Their length together, with the two colons.
        length: usize,
    },
    /// A colon in a name would make the parts ambiguous.
    #[error("a module or action name must not be empty or have a colon in it")]
    Name,
}

/// Why a press is not acted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Rejected {
    /// Not made by this Casey, or changed.
    #[error("not a button of this bot")]
    Foreign,
    /// Too late.
    #[error("the button has expired")]
    Expired,
    /// It is somebody else's.
    #[error("the button belongs to somebody else")]
    NotYours,
}

impl CustomId {
    /// Characters for module, action, state and the two colons between them.
    pub const ROOM: usize = 58;
}

/// Makes and opens custom ids with a key that stays the same over restarts.
#[derive(Clone)]
pub struct Signer {
    key: [u8; 32],
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(…)")
    }
}

impl Signer {
    /// A signer with this key.
    pub const fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// Writes a custom id.
    ///
    /// # Errors
    ///
    /// [`CustomIdError`] if it would not fit, or the names have colons.
    pub fn sign(&self, id: &CustomId) -> Result<String, CustomIdError> {
        if [&id.module, &id.action].iter().any(|name| name.is_empty() || name.contains(':')) {
            return Err(CustomIdError::Name);
        }
        let head = format!("{}:{}:{}", id.module, id.action, id.state);
        let length = head.chars().count();
        if length > CustomId::ROOM {
            return Err(CustomIdError::TooLong { length });
        }
        let owner = URL_SAFE_NO_PAD.encode(id.owner.map_or(0, Id::get).to_be_bytes());
        let body = format!("{head}.{owner}.{}", six_digits(id.expires.as_secs()));
        let tag = URL_SAFE_NO_PAD.encode(&self.tag(&body)[..16]);
        Ok(format!("{body}.{tag}"))
    }

    /// Opens a custom id that `presser` pressed at `now`.
    ///
    /// # Errors
    ///
    /// [`Rejected`]: nothing in the id may be believed then.
    pub fn open(&self, text: &str, presser: Id<UserMarker>, now: Timestamp) -> Result<CustomId, Rejected> {
        let (body, tag) = text.rsplit_once('.').ok_or(Rejected::Foreign)?;
        let tag = URL_SAFE_NO_PAD.decode(tag).map_err(|_| Rejected::Foreign)?;
        if tag.len() != 16 {
            return Err(Rejected::Foreign);
        }
        self.mac(body).verify_truncated_left(&tag).map_err(|_| Rejected::Foreign)?;
        let id = parse(body).ok_or(Rejected::Foreign)?;
        if now >= id.expires {
            return Err(Rejected::Expired);
        }
        if id.owner.is_some_and(|owner| owner != presser) {
            return Err(Rejected::NotYours);
        }
        Ok(id)
    }

    fn mac(&self, body: &str) -> Hmac<Sha256> {
        // A key of 32 bytes is never refused: HMAC takes keys of any length.
        let mut mac = <Hmac<Sha256> as Mac>::new(&self.key.into_mac_key());
        mac.update(body.as_bytes());
        mac
    }

    fn tag(&self, body: &str) -> Vec<u8> {
        self.mac(body).finalize().into_bytes().to_vec()
    }
}

/// HMAC-SHA256 takes its key as a block of 64 bytes; shorter ones are padded with zeros (RFC 2104).
trait IntoMacKey {
    fn into_mac_key(self) -> hmac::digest::Key<Hmac<Sha256>>;
}

impl IntoMacKey for [u8; 32] {
    fn into_mac_key(self) -> hmac::digest::Key<Hmac<Sha256>> {
        let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
        block[..32].copy_from_slice(&self);
        block
    }
}

fn parse(body: &str) -> Option<CustomId> {
    let mut parts = body.rsplitn(3, '.');
    let expires = six_digits_back(parts.next()?)?;
    let owner = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
    let owner = u64::from_be_bytes(owner.try_into().ok()?);
    let mut head = parts.next()?.splitn(3, ':');
    Some(CustomId {
        module: head.next()?.to_owned(),
        action: head.next()?.to_owned(),
        state: head.next()?.to_owned(),
        owner: Id::new_checked(owner),
        expires: Timestamp::from_millis(expires.checked_mul(1_000)?),
    })
}

/// Seconds in six digits of base 64: enough until the year 4147.
fn six_digits(seconds: i64) -> String {
    let seconds = seconds.clamp(0, (1 << 36) - 1);
    (0..6)
        .rev()
        .map(|place| char::from(DIGITS[usize::try_from((seconds >> (6 * place)) & 63).unwrap_or(0)]))
        .collect()
}

fn six_digits_back(text: &str) -> Option<i64> {
    if text.len() != 6 {
        return None;
    }
    text.bytes().try_fold(0_i64, |number, byte| {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        Some((number << 6) | i64::try_from(digit).ok()?)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    const ALICE: Id<UserMarker> = Id::new(u64::MAX);
    const BOB: Id<UserMarker> = Id::new(5);

    fn id(state: &str, owner: Option<Id<UserMarker>>) -> CustomId {
        CustomId {
            module: "core".into(),
            action: "page".into(),
            state: state.into(),
            owner,
            expires: Timestamp::from_millis(1_000_000),
        }
    }

    #[test]
    fn comes_back_as_it_went_and_fits_in_100_characters() {
        let signer = Signer::new([7; 32]);
        let widest = id(&"x".repeat(CustomId::ROOM - "core:page:".len()), Some(ALICE));
        let text = signer.sign(&widest).unwrap();
        assert_eq!(text.chars().count(), 100);
        assert_eq!(signer.open(&text, ALICE, Timestamp::from_millis(999_999)), Ok(widest));
        let too_wide = id(&"x".repeat(CustomId::ROOM - "core:page:".len() + 1), None);
        assert_eq!(signer.sign(&too_wide), Err(CustomIdError::TooLong { length: 59 }));
    }

    #[test]
    fn others_the_late_and_forgers_are_rejected() {
        let signer = Signer::new([7; 32]);
        let text = signer.sign(&id("a.b:c", Some(ALICE))).unwrap();
        let early = Timestamp::from_millis(0);
        assert_eq!(signer.open(&text, BOB, early), Err(Rejected::NotYours));
        assert_eq!(signer.open(&text, ALICE, Timestamp::from_millis(1_000_000)), Err(Rejected::Expired));
        assert_eq!(Signer::new([8; 32]).open(&text, ALICE, early), Err(Rejected::Foreign));
        assert_eq!(signer.open(&text.replace("a.b", "a.c"), ALICE, early), Err(Rejected::Foreign));
        let anyones = signer.sign(&id("a.b:c", None)).unwrap();
        assert_eq!(signer.open(&anyones, BOB, early).unwrap().state, "a.b:c");
    }

    proptest! {
        #[test]
        fn any_state_comes_back(state in ".{0,40}", owner in any::<u64>(), secs in 1_i64..(1 << 36)) {
            let signer = Signer::new([1; 32]);
            let mut wanted = id(&state, Id::new_checked(owner));
            wanted.expires = Timestamp::from_millis(secs * 1_000);
            let text = signer.sign(&wanted).unwrap();
            let presser = Id::new_checked(owner).unwrap_or(BOB);
            prop_assert_eq!(signer.open(&text, presser, Timestamp::from_millis(0)), Ok(wanted));
        }

        #[test]
        fn no_text_breaks_it(text in ".*") {
            prop_assert_eq!(Signer::new([1; 32]).open(&text, BOB, Timestamp::from_millis(0)), Err(Rejected::Foreign));
        }
    }
}
