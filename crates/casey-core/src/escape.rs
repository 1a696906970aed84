//! Text that people wrote, made harmless inside Casey's messages.

/// The text with Discord's Markdown, mentions and links taken out of force. It looks as it was typed.
///
/// Mentions cannot ping anyhow (`allowed_mentions`); this keeps them from being rendered as such.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' | '*' | '_' | '~' | '`' | '|' | '>' | '<' | '#' | '[' | ']' | '(' | ')' | '-' | ':' => {
                out.push('\\');
                out.push(c);
            }
            // A zero-width space after the sign keeps `@everyone` from looking like a mention.
            '@' => out.push_str("@\u{200b}"),
            _ => out.push(c),
        }
    }
    out
}

/// The text as inline code: nothing in it is Markdown, whatever it contains. Line breaks become spaces.
pub fn code(text: &str) -> String {
    let visible = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        // Characters that turn the direction of writing, or take no room, would change how the rest of the message looks.
        c if c.is_control() || (is_invisible(c) && !joins(c)) => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    let text: String = text.chars().map(visible).collect();
    if !text.contains('`') {
        return if text.is_empty() { "` `".into() } else { format!("`{text}`") };
    }
    // Discord ends inline code of two backticks only at two backticks: break such runs up.
    let mut inner = text.replace('`', "`\u{200b}");
    if inner.starts_with('`') {
        inner.insert(0, ' ');
    }
    format!("``{inner}``")
}

/// Characters that take no room on the screen, or turn the direction of writing.
pub(crate) const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

/// Invisible characters that shape the one before them: emoji are made with these.
pub(crate) const fn joins(c: char) -> bool {
    matches!(c, '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// The text as a code block.
pub fn block(text: &str) -> String {
    let broken = if text.contains("``") { text.replace('`', "`\u{200b}") } else { text.to_owned() };
    format!("```\n{broken}\n```")
}

/// At most `most` characters, with `…` in place of what is left out.
pub fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(most.saturating_sub(1)).collect();
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_cannot_be_seen_is_shown_as_such() {
        assert_eq!(code("a\u{202e}b\u{200b}"), "`a\u{fffd}b\u{fffd}`");
        assert_eq!(code("❤\u{fe0f}"), "`❤\u{fe0f}`");
    }

    #[test]
    fn nothing_keeps_its_force() {
        assert_eq!(markdown("**b** <@1> @here"), "\\*\\*b\\*\\* \\<@\u{200b}1\\> @\u{200b}here");
        assert_eq!(code("a`b"), "``a`\u{200b}b``");
        assert_eq!(code("!"), "`!`");
        assert_eq!(block("a```b"), "```\na`\u{200b}`\u{200b}`\u{200b}b\n```");
        assert_eq!(shorten("äöü", 2), "ä…");
        assert_eq!(shorten("äöü", 3), "äöü");
    }

    proptest! {
        #[test]
        fn code_has_no_end_within(text in ".*") {
            let shown = code(&text);
            if shown.starts_with("``") {
                prop_assert_eq!(shown[2..shown.len() - 2].find("``"), None);
            } else {
                prop_assert_eq!(shown[1..shown.len() - 1].find('`'), None);
            }
        }

        #[test]
        fn a_block_has_no_end_within(text in "[`a\n]*") {
            let shown = block(&text);
            prop_assert_eq!(shown[4..shown.len() - 4].find("```"), None);
        }
    }
}
