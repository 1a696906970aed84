//! What a typed line means.

/// Somebody does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    /// Their name; the owner of the server if none was typed.
    pub(crate) who: Option<&'a str>,
    pub(crate) deed: Deed<'a>,
}

/// What somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed<'a> {
    /// Writes a message.
    Says(&'a str),
    /// Uses a slash command, as typed behind the slash.
    Slash(&'a str),
    /// Presses the button of this name.
    Presses(&'a str),
}

/// Reads a line: a name, with or without colon, in front of what is said; without a name it is the owner's. `None` if nothing was typed.
pub(crate) fn read<'a>(typed: &'a str, people: &[&'a str]) -> Option<Line<'a>> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let named = typed.split_once(char::is_whitespace).and_then(|(word, rest)| {
        let name = word.strip_suffix(':').unwrap_or(word);
        let person = people.iter().find(|person| person.eq_ignore_ascii_case(name))?;
        Some((*person, rest.trim_start()))
    });
    let (who, text) = named.map_or((None, typed), |(person, rest)| (Some(person), rest));
    Some(Line { who, deed: deed(text) })
}

fn deed(text: &str) -> Deed<'_> {
    let button = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match (button.map(str::trim), text.strip_prefix('/')) {
        (Some(button), _) if !button.is_empty() => Deed::Presses(button),
        (_, Some(command)) if command.starts_with(char::is_alphabetic) => Deed::Slash(command),
        _ => Deed::Says(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEOPLE: [&str; 2] = ["Alice", "Bob"];

    #[test]
    fn a_name_in_front_says_who() {
        for (typed, who, deed) in [
            (",ping", None, Deed::Says(",ping")),
            ("  bob  ,ping now ", Some("Bob"), Deed::Says(",ping now")),
            ("BOB: /prefix set prefix:!", Some("Bob"), Deed::Slash("prefix set prefix:!")),
            ("alice [Next]", Some("Alice"), Deed::Presses("Next")),
            ("/ping", None, Deed::Slash("ping")),
            ("bob", None, Deed::Says("bob")),
            ("bobby ,ping", None, Deed::Says("bobby ,ping")),
            ("[]", None, Deed::Says("[]")),
            ("/ 2", None, Deed::Says("/ 2")),
        ] {
            assert_eq!(read(typed, &PEOPLE), Some(Line { who, deed }), "{typed}");
        }
        assert_eq!(read(" \t", &PEOPLE), None);
    }
}
