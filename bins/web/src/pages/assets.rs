//! Files: the style sheet, under a name that changes with its content, and the mark.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;

pub(super) const CSS: &str = include_str!("../../assets/app.css");
const MARK: &str = include_str!("../../assets/mark.svg");

/// FNV-1a: tells versions of a file apart, which is all that a file name has to do.
const fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

const STYLE_BYTES: [u8; 32] = {
    let mut path = *b"/assets/app-.................css";
    let digits = b"0123456789abcdef";
    let hash = fingerprint(CSS.as_bytes());
    let mut at = 0;
    while at < 16 {
        path[12 + at] = digits[((hash >> (60 - 4 * at)) & 15) as usize];
        at += 1;
    }
    path
};

/// The path of the style sheet: `/assets/app-<hash>.css`, settled when the site is built.
pub(crate) const STYLE: &str = match std::str::from_utf8(&STYLE_BYTES) {
    Ok(path) => path,
    Err(_) => panic!("the path is ASCII"),
};

pub(crate) async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=31536000, immutable")], CSS)
}

pub(crate) async fn mark() -> impl IntoResponse {
    ([(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "public, max-age=86400")], MARK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_follows_the_content() {
        assert_eq!(STYLE, format!("/assets/app-{:016x}.css", fingerprint(CSS.as_bytes())));
        assert_eq!(fingerprint(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fingerprint(b"a"), 0xaf63_dc4c_8601_ec8c);
    }

    #[test]
    fn the_style_sheet_asks_nobody_for_anything() {
        assert!(!CSS.contains("url(") && !CSS.contains("@import") && !CSS.contains("://"));
        assert!(CSS.len() < 12 * 1024, "{} bytes", CSS.len());
    }
}
