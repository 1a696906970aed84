//! Splits the text of a message into words without copying it.

use std::{borrow::Cow, ops::Range};

/// How a word was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Up to the next white space.
    Plain,
    /// In double or typographic quotes, which are not part of its value.
    Quoted,
    /// In backticks, which are part of its value.
    Code,
}

/// One word, with its place in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// Offset of `raw` in the text, in bytes.
    pub(super) start: usize,
    /// The word as written, quotes included.
    pub(super) raw: &'a str,
    /// The word without its quotes, escapes still in place.
    body: &'a str,
    pub(super) form: Form,
    escapes: bool,
}

impl<'a> Word<'a> {
    /// Reads all of `raw` as one word: quoted if its quotes enclose the whole of it, plain otherwise.
    pub(super) fn whole(raw: &'a str, start: usize) -> Self {
        match quoted(raw) {
            Some(word) if word.raw.len() == raw.len() => Self { start, ..word },
            _ => Self { start, raw, body: raw, form: Form::Plain, escapes: false },
        }
    }

    /// Offset just past the word, in bytes.
    pub(super) fn end(&self) -> usize {
        self.start + self.raw.len()
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.start..self.end()
    }

    /// What the word says: without quotes, with escapes undone.
    pub(super) fn value(&self) -> Cow<'a, str> {
        if self.escapes { Cow::Owned(unescape(self.body)) } else { Cow::Borrowed(self.body) }
    }

    pub(super) fn is_quoted(&self) -> bool {
        self.form == Form::Quoted
    }

    /// Whether the word, not quoted, is exactly this.
    pub(super) fn is_plainly(&self, raw: &str) -> bool {
        self.form == Form::Plain && self.raw == raw
    }
}

/// Walks over the words of a text.
#[derive(Clone, Debug)]
pub(super) struct Words<'a> {
    text: &'a str,
    at: usize,
    /// Openers known to have no partner further on, so that a text full of them stays linear.
    unclosed: u8,
}

impl<'a> Words<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, unclosed: 0 }
    }

    /// The text not walked over yet.
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn enclosed(&mut self, rest: &'a str) -> Option<Word<'a>> {
        let opener = opener(rest)?;
        if self.unclosed & opener != 0 {
            return None;
        }
        let word = quoted(rest).or_else(|| code(rest));
        if word.is_none() {
            self.unclosed |= opener;
        }
        word
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        let rest = self.rest().trim_start();
        if rest.is_empty() {
            self.at = self.text.len();
            return None;
        }
        let start = self.text.len() - rest.len();
        let word = self.enclosed(rest).unwrap_or_else(|| {
            let value_at = flag_value(rest);
            let raw =
                match value_at.and_then(|at| self.enclosed(&rest[at..]).map(|value| at + value.raw.len())) {
                    Some(len) => &rest[..len],
                    None => plain(rest),
                };
            Word { start: 0, raw, body: raw, form: Form::Plain, escapes: false }
        });
        self.at = start + word.raw.len();
        Some(Word { start, ..word })
    }
}

/// The characters that a backslash inside quotes takes literally.
fn escapable(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '\\')
}

/// A bit for the kind of opener the text begins with.
fn opener(rest: &str) -> Option<u8> {
    match rest.chars().next()? {
        '"' => Some(1),
        '“' | '”' | '„' => Some(2),
        '`' if rest.starts_with("```") => Some(4),
        '`' if rest.starts_with("``") => Some(8),
        '`' => Some(16),
        _ => None,
    }
}

fn plain(rest: &str) -> &str {
    &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())]
}

/// Reads a quoted word. Its closing quote is one followed by white space or the end, so that an inch mark or a
/// quotation inside does not cut it short.
fn quoted(rest: &str) -> Option<Word<'_>> {
    let mut chars = rest.char_indices();
    let (_, open) = chars.next()?;
    let closes: fn(char) -> bool = match open {
        '"' => |c| c == '"',
        '“' | '”' | '„' => |c| matches!(c, '”' | '“'),
        _ => return None,
    };
    let mut escapes = false;
    while let Some((at, c)) = chars.next() {
        let after = at + c.len_utf8();
        if c == '\\' && rest[after..].starts_with(escapable) {
            escapes = true;
            chars.next();
        } else if closes(c) && rest[after..].chars().next().is_none_or(char::is_whitespace) {
            let body = &rest[open.len_utf8()..at];
            return Some(Word { start: 0, raw: &rest[..after], body, form: Form::Quoted, escapes });
        }
    }
    None
}

/// Reads a code block or code span, together with what is attached to its end.
fn code(rest: &str) -> Option<Word<'_>> {
    let ticks = rest.bytes().take(3).take_while(|&byte| byte == b'`').count();
    if ticks == 0 {
        return None;
    }
    let close = rest[ticks..].find(&rest[..ticks])? + 2 * ticks;
    let raw = &rest[..close + plain(&rest[close..]).len()];
    Some(Word { start: 0, raw, body: raw, form: Form::Code, escapes: false })
}

/// Where the value of `--name=value` begins, if the text begins like that.
fn flag_value(rest: &str) -> Option<usize> {
    let name = super::flags::dashed(rest)?;
    let at = name.find(|c: char| c == '=' || c.is_whitespace())?;
    name[at..].starts_with('=').then(|| rest.len() - name.len() + at + 1)
}

fn unescape(body: &str) -> String {
    let mut text = String::with_capacity(body.len());
    let mut chars = body.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(&next) if c == '\\' && escapable(next) => {
                text.push(next);
                chars.next();
            }
            _ => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        Words::new(text).map(|word| word.value().into_owned()).collect()
    }

    #[test]
    fn white_space_of_any_kind_separates() {
        assert_eq!(words(" a\tb\n\nc\u{a0}d\u{3000}e "), ["a", "b", "c", "d", "e"]);
        assert!(words(" \n ").is_empty());
    }

    #[test]
    fn quotes_hold_words_together() {
        assert_eq!(
            words(r#""two words" and “two more” „und zwei“"#),
            ["two words", "and", "two more", "und zwei"]
        );
        assert_eq!(words(r#""say \"hi\" \\ to \n""#), [r#"say "hi" \ to \n"#]);
        assert_eq!(words(r#""" x"#), ["", "x"]);
    }

    #[test]
    fn an_unclosed_quote_is_text() {
        assert_eq!(words(r#"a "b c"#), ["a", "\"b", "c"]);
        assert_eq!(words(r#""a"b c"#), ["\"a\"b", "c"]);
        assert_eq!(words("it's 5\" wide"), ["it's", "5\"", "wide"]);
    }

    #[test]
    fn code_is_kept_whole() {
        assert_eq!(words("```rs\nlet a = 1;\n``` x"), ["```rs\nlet a = 1;\n```", "x"]);
        assert_eq!(words("`a b`, c"), ["`a b`,", "c"]);
        assert_eq!(words("`a b"), ["`a", "b"]);
    }

    #[test]
    fn a_flag_keeps_its_quoted_value() {
        assert_eq!(words(r#"--why="two words" x"#), [r#"--why="two words""#, "x"]);
        assert_eq!(words(r#"--why="two words"#), [r#"--why="two"#, "words"]);
    }

    #[test]
    fn a_text_full_of_openers_stays_linear() {
        let text = "\"a ".repeat(200_000);
        assert_eq!(Words::new(&text).count(), 200_000);
        let text = "“b --c=\"d ".repeat(50_000);
        assert_eq!(Words::new(&text).count(), 100_000);
    }
}
