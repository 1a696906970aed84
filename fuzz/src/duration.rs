use std::time::Duration;

use casey_core::duration::{is_duration, parse, short, words};

/// The longest that any command permits is far below this.
const MOST: Duration = Duration::from_hours(1_000 * 365 * 24);

/// Lengths of time: what is read is within bounds, and what is written reads back to the same.
pub fn duration(data: &[u8]) {
    let text = crate::text(data);
    let read = parse(&text, MOST);
    if let Ok(length) = read {
        assert!(length > Duration::ZERO && length <= MOST, "{text:?} is {length:?}");
        assert!(is_duration(&text), "{text:?} is one, and then it is not");
        let shorter = length.checked_sub(Duration::from_millis(1)).unwrap_or_default();
        assert!(parse(&text, shorter).is_err(), "{text:?} is longer than permitted");
        written(length);
    }
    assert_eq!(parse(&text.to_ascii_uppercase(), MOST), read, "case does not matter in {text:?}");
    assert_eq!(parse(&format!(" {text}\n"), MOST), read, "white space around {text:?} does not matter");
    if let Some(seconds) = data.first_chunk::<5>() {
        written(Duration::from_secs(
            seconds.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)) % MOST.as_secs(),
        ));
    }
}

fn written(length: Duration) {
    let whole = Duration::from_secs(length.as_secs());
    for shown in [short(length), words(length)] {
        assert!(shown.len() <= 80, "{shown:?} is short enough for a sentence");
        match parse(&shown, MOST) {
            Ok(read) => assert_eq!(read, whole, "{shown:?}"),
            Err(error) => assert!(whole.is_zero(), "{shown:?}, which is {whole:?}: {error}"),
        }
    }
}
