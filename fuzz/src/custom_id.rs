use std::time::Duration;

use casey_core::{CustomId, CustomIdError, Rejected, Signer, Timestamp};
use twilight_model::id::Id;

/// Characters that a custom id may have (Discord Docs/Component Reference).
const MOST: usize = 100;

/// Custom ids. The first three lines are module, action and state of one, the rest is an id that somebody made up: what was signed opens, with this key, for this
/// person, in time, and unchanged; nothing else does.
pub fn custom_id(data: &[u8]) {
    let text = crate::text(data);
    let mut lines = text.splitn(4, '\n');
    let mut line = || lines.next().unwrap_or_default().to_owned();
    let (module, action, state, made_up) = (line(), line(), line(), line());
    let (own, other) = (Signer::new(key(data)), Signer::new([8; 32]));
    let now = Timestamp::from_millis(1_800_000_000_000);
    let (owner, stranger) = (Id::new(1 + u64::from(data.first().copied().unwrap_or(0))), Id::new(4_711));
    for foreign in [&made_up, &*text] {
        assert_eq!(own.open(foreign, owner, now), Err(Rejected::Foreign), "{foreign:?} was never signed");
    }
    let bound_to = data.len().is_multiple_of(2).then_some(owner);
    let expires = now + Duration::from_mins(15);
    let id = CustomId { module, action, state, owner: bound_to, expires };
    let signed = match own.sign(&id) {
        Ok(signed) => signed,
        Err(CustomIdError::Name) => {
            return assert!(
                [&id.module, &id.action].iter().any(|name| name.is_empty() || name.contains(':'))
            );
        }
        Err(CustomIdError::TooLong { length }) => return assert!(length > CustomId::ROOM),
    };
    assert!(signed.chars().count() <= MOST, "{signed:?} is too long for Discord");
    assert_eq!(own.open(&signed, owner, now), Ok(id.clone()), "{signed:?}");
    assert_eq!(own.open(&signed, owner, expires), Err(Rejected::Expired));
    let foreign = bound_to.map_or(Ok(id), |_| Err(Rejected::NotYours));
    assert_eq!(own.open(&signed, stranger, now), foreign);
    assert_eq!(other.open(&signed, owner, now), Err(Rejected::Foreign), "the key of another bot");
    for changed in changes(&signed, data) {
        assert_eq!(own.open(&changed, owner, now), Err(Rejected::Foreign), "{changed:?} was {signed:?}");
    }
}

/// A key for this input alone: a fuzzer sees what is signed, and would present it again as what somebody made up.
fn key(data: &[u8]) -> [u8; 32] {
    let mut key = [7_u8; 32];
    for (at, byte) in data.iter().enumerate() {
        let before = key[(at + 31) % 32];
        key[at % 32] = key[at % 32].wrapping_mul(31).wrapping_add(before) ^ byte;
    }
    key
}

/// The id with one character left out, doubled or replaced, at a place that the data chooses.
fn changes(signed: &str, data: &[u8]) -> Vec<String> {
    let chars: Vec<char> = signed.chars().collect();
    let at = data.iter().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte)))
        % chars.len();
    let with = char::from(data.last().copied().unwrap_or_default() & 0x7f);
    let around =
        |middle: &[char]| [&chars[..at], middle, &chars[at + 1..]].concat().into_iter().collect::<String>();
    [
        around(&[]),
        around(&[chars[at], chars[at]]),
        around(&[with]),
        format!("{signed}{with}"),
        format!("{with}{signed}"),
    ]
    .into_iter()
    .filter(|changed| changed != signed)
    .collect()
}
