//! The colours of the style sheet against one another, in both schemes.
//!
//! See WCAG 2.2/Success Criterion 1.4.3 and its definition of relative luminance.

#![allow(clippy::unwrap_used)]

use super::assets::CSS;

/// The light and the dark value of a custom property.
fn colours(name: &str) -> [[f64; 3]; 2] {
    let (_, rest) = CSS.split_once(&format!("--{name}: light-dark(")).unwrap();
    let (light, rest) = rest.split_once(", ").unwrap();
    let (dark, _) = rest.split_once(')').unwrap();
    [light, dark].map(|text| {
        let channel = |at: usize| f64::from(u8::from_str_radix(&text[at..at + 2], 16).unwrap()) / 255.0;
        [channel(1), channel(3), channel(5)]
    })
}

fn luminance(colour: [f64; 3]) -> f64 {
    let [r, g, b] = colour.map(|c| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

#[test]
fn black_on_white_is_known() {
    assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 1e-9);
}

#[test]
fn everything_can_be_read() {
    let on_paper = ["ink", "quiet", "link", "up", "starting", "down"].map(|text| (text, "paper"));
    let others = [
        ("ink", "code"),
        ("on-sun", "sun"),
        ("on-sun", "comma"),
        ("shout", "sun"),
        ("shout", "comma"),
        ("quiet", "code"),
    ];
    for (text, ground) in on_paper.into_iter().chain(others) {
        let ratios = [0, 1].map(|scheme| contrast(colours(text)[scheme], colours(ground)[scheme]));
        assert!(ratios.iter().all(|ratio| *ratio >= 4.5), "{text} on {ground}: {ratios:.2?}");
    }
}
