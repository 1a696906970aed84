//! Points at a place in a text, in characters of equal width.

use std::ops::Range;

/// Greatest width of the line, in columns.
const WIDTH: usize = 60;

/// Combining marks shown in a row. Letters have two at most where people write a language; without a limit the line would have no end, because marks take no column.
const STACKED: usize = 2;

/// Two lines for a code block: `text` on one line, and carets under `span` (bytes).
///
/// At most 60 columns; what does not fit is cut on either side with `…`. Line breaks show as `⏎`, backticks as `ˋ` so
/// that the code block stays closed, other control and invisible characters as `�`. Wide characters (East Asian
/// scripts, emoji) count as two columns, combining marks as none; of these, two in a row are shown. A span outside the text points past its end.
///
/// ```
/// # use casey_core::reader::pointer;
/// assert_eq!(pointer("50 apples", 3..9), "50 apples\n   ^^^^^^");
/// ```
pub fn pointer(text: &str, span: Range<usize>) -> String {
    let cells = cells(text, &span);
    let (from, to) = window(&cells);
    let mut line = String::new();
    let mut marks = String::new();
    if from > 0 {
        line.push('…');
        marks.push(' ');
    }
    for cell in &cells[from..to] {
        line.push(cell.shown);
        let mark = if cell.marked { '^' } else { ' ' };
        marks.extend(std::iter::repeat_n(mark, cell.width));
    }
    if to < cells.len() {
        line.push('…');
    }
    if !marks.contains('^') {
        marks.push('^');
    }
    format!("{}\n{}", line.trim_end(), marks.trim_end())
}

/// One character as shown.
struct Cell {
    shown: char,
    width: usize,
    marked: bool,
}

fn cells(text: &str, span: &Range<usize>) -> Vec<Cell> {
    let mut stacked = 0;
    text.trim_end()
        .char_indices()
        .map(|(at, c)| {
            let (shown, width) = shape(c);
            Cell { shown, width, marked: span.contains(&at) }
        })
        .filter(|cell| {
            stacked = if cell.width == 0 { stacked + 1 } else { 0 };
            stacked <= STACKED
        })
        .collect()
}

/// The cells to show, so that the marked ones, or the end if there are none, are in sight.
fn window(cells: &[Cell]) -> (usize, usize) {
    let width = |range: &[Cell]| range.iter().map(|cell| cell.width).sum::<usize>();
    // One column stays free for a caret behind the text.
    if width(cells) < WIDTH {
        return (0, cells.len());
    }
    let first = cells.iter().position(|cell| cell.marked).unwrap_or(cells.len());
    let last = cells.iter().rposition(|cell| cell.marked).map_or(cells.len(), |last| last + 1);
    // Both ellipses and the caret behind the text.
    let room = WIDTH - 3;
    let mut from = first;
    let mut used = 0;
    let context = room.saturating_sub(width(&cells[first..last])) / 2;
    while from > 0 && used + cells[from - 1].width <= context {
        from -= 1;
        used += cells[from].width;
    }
    let mut to = from;
    used = 0;
    while to < cells.len() && used + cells[to].width <= room {
        used += cells[to].width;
        to += 1;
    }
    while to == cells.len() && from > 0 && used + cells[from - 1].width <= room {
        from -= 1;
        used += cells[from].width;
    }
    (from, to)
}

/// Characters that show nothing, or change the direction of those around them.
const INVISIBLE: &[(char, char)] = &[
    ('\u{ad}', '\u{ad}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{180e}', '\u{180e}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// Characters drawn over the one before them.
const MARKS: &[(char, char)] = &[
    ('\u{300}', '\u{36f}'),
    ('\u{1ab0}', '\u{1aff}'),
    ('\u{1dc0}', '\u{1dff}'),
    ('\u{20d0}', '\u{20ff}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{fe20}', '\u{fe2f}'),
];

/// Characters two columns wide.
const WIDE: &[(char, char)] = &[
    ('\u{1100}', '\u{115f}'),
    ('\u{2e80}', '\u{a4cf}'),
    ('\u{ac00}', '\u{d7a3}'),
    ('\u{f900}', '\u{faff}'),
    ('\u{fe30}', '\u{fe6f}'),
    ('\u{ff00}', '\u{ff60}'),
    ('\u{ffe0}', '\u{ffe6}'),
    ('\u{1f300}', '\u{1faff}'),
    ('\u{20000}', '\u{3fffd}'),
];

fn within(c: char, ranges: &[(char, char)]) -> bool {
    ranges.iter().any(|&(first, last)| (first..=last).contains(&c))
}

/// How a character is shown, and how many columns it takes.
fn shape(c: char) -> (char, usize) {
    match c {
        '\n' => ('⏎', 1),
        '`' => ('ˋ', 1),
        c if c.is_whitespace() => (' ', 1),
        c if c.is_control() => ('�', 1),
        c if within(c, INVISIBLE) => ('�', 1),
        c if within(c, MARKS) => (c, 0),
        c if within(c, WIDE) => (c, 2),
        c => (c, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_end_is_pointed_at_when_something_is_missing() {
        assert_eq!(pointer("set", 3..3), "set\n   ^");
        assert_eq!(pointer("", 0..0), "\n^");
        assert_eq!(pointer("set  ", 5..5), "set\n   ^");
    }

    #[test]
    fn wide_characters_take_two_columns_and_marks_none() {
        assert_eq!(pointer("日本 x", 7..8), "日本 x\n     ^");
        assert_eq!(pointer("e\u{301} x", 4..5), "e\u{301} x\n  ^");
        assert_eq!(pointer("a 🎉", 2..6), "a 🎉\n  ^^");
    }

    #[test]
    fn marks_do_not_pile_up() {
        let text = format!("e{} x", "\u{301}".repeat(2_000));
        assert_eq!(pointer(&text, text.len() - 1..text.len()), "e\u{301}\u{301} x\n  ^");
    }

    #[test]
    fn the_line_stays_one_line_and_inside_its_code_block() {
        assert_eq!(pointer("a\n```b", 5..6), "a⏎ˋˋˋb\n     ^");
        assert_eq!(pointer("a\u{202e}b", 4..5), "a�b\n  ^");
    }

    #[test]
    fn long_lines_are_cut_on_both_sides() {
        let text = format!("{} here {}", "left ".repeat(30), "right ".repeat(30));
        let at = text.find("here").unwrap_or_default();
        insta::assert_snapshot!(pointer(&text, at..at + 4));
        insta::assert_snapshot!(pointer(&text, text.len()..text.len()));
        insta::assert_snapshot!(pointer(&text, 0..4));
        insta::assert_snapshot!(pointer(&text, 0..text.len()));
    }

    proptest! {
        #[test]
        fn two_lines_of_at_most_sixty_columns(text in any::<String>(), start in 0_usize..200, length in 0_usize..200) {
            let shown = pointer(&text, start..start + length);
            let lines: Vec<&str> = shown.split('\n').collect();
            prop_assert_eq!(lines.len(), 2);
            for line in lines {
                prop_assert!(line.chars().map(|c| shape(c).1).sum::<usize>() <= WIDTH, "{}", shown);
            }
            prop_assert!(shown.contains('^'));
        }
    }
}
