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
    let text = text.replace(['\n', '\r'], " ");
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
