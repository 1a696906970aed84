use casey_core::{
    escape::{block, code, markdown, shorten},
    reader::pointer,
};

/// The greatest width of a line that points at a place in a text.
const WIDTH: usize = 60;

/// Text of people inside Casey's messages: nothing in it keeps its force, and as much as fits is shown.
pub fn escape(data: &[u8]) {
    let text = crate::text(data);
    in_markdown(&text);
    in_code(&text);
    for most in [0, 1, 40, text.chars().count()] {
        let shown = shorten(&text, most);
        assert!(shown.chars().count() <= most.max(1), "{shown:?} has more than {most} characters");
        assert!(text.starts_with(shown.trim_end_matches('…')), "{shown:?} is how {text:?} begins");
    }
    let place = |at: usize| data.get(at).map_or(0, |byte| usize::from(*byte));
    pointed(&text, place(0), place(1));
}

fn in_markdown(text: &str) {
    let shown = markdown(text);
    let mut chars = shown.chars();
    let mut plain = String::new();
    while let Some(c) = chars.next() {
        match c {
            '\\' => plain.extend(chars.next()),
            '@' => {
                assert_eq!(chars.next(), Some('\u{200b}'), "a mention in {shown:?}");
                plain.push('@');
            }
            _ => {
                assert!(!"*_~`|><#[]()".contains(c), "{c:?} has its force in {shown:?}");
                plain.push(c);
            }
        }
    }
    assert_eq!(plain, text, "nothing else is changed");
}

fn in_code(text: &str) {
    let shown = code(text);
    assert!(!shown.contains('\n'), "{shown:?} is one line");
    let inner = match shown.strip_prefix("``") {
        Some(rest) => rest.strip_suffix("``").filter(|inner| !inner.contains("``")),
        None => shown
            .strip_prefix('`')
            .and_then(|rest| rest.strip_suffix('`'))
            .filter(|inner| !inner.contains('`')),
    };
    assert!(inner.is_some_and(|inner| !inner.is_empty()), "{shown:?} ends where it should");
    let shown = block(text);
    let inner = shown.strip_prefix("```\n").and_then(|rest| rest.strip_suffix("\n```"));
    assert!(inner.is_some_and(|inner| !inner.contains("```")), "{shown:?} ends where it should");
}

/// Any place can be pointed at, even one that is not there.
fn pointed(text: &str, start: usize, length: usize) {
    let shown = pointer(text, start..start + length);
    let lines: Vec<&str> = shown.split('\n').collect();
    assert!(lines.len() == 2 && lines[1].contains('^'), "{shown:?}");
    // Two combining marks may stand on each character.
    assert!(lines[0].chars().count() <= 3 * WIDTH, "{shown:?}");
    assert!(lines[1].len() <= WIDTH && !shown.contains('`'), "{shown:?}");
}
