//! The configuration file: flat TOML.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use crate::error::{ConfigError, shown};
use crate::place::Place;

/// One `key = value` of the file, its value as text.
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) place: Place,
}

/// Reads `text`, the content of `path`.
pub(crate) fn parse(path: &Path, text: &str) -> Result<Vec<Entry>, ConfigError> {
    let table = DeTable::parse(text).map_err(|error| {
        let (line, column) = position(text, error.span().map_or(0, |span| span.start));
        ConfigError::Syntax { path: path.to_owned(), line, column, problem: first_line(error.message()) }
    })?;
    let mut entries = Vec::new();
    for (key, value) in table.get_ref() {
        let name = key.get_ref().to_string();
        let (line, _) = position(text, key.span().start);
        let place = Place::File { path: path.to_owned(), line };
        let Some(text) = flat(value.get_ref()) else {
            return Err(ConfigError::Invalid {
                name: shown(&name),
                place,
                read: Some(format!("a TOML {}", value.get_ref().type_str())),
                expected: "a text, a number, true or false: keys stand at the top, such as prefix = \"!\""
                    .to_owned(),
            });
        };
        entries.push(Entry { name, text, place });
    }
    entries.sort_by_key(|entry| match entry.place {
        Place::File { line, .. } => line,
        _ => 0,
    });
    Ok(entries)
}

/// A flat value as text: lists of texts are joined by commas, an empty list is `none`.
fn flat(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(
            i64::from_str_radix(number.as_str(), number.radix())
                .map_or_else(|_| number.as_str().to_owned(), |number| number.to_string()),
        ),
        DeValue::Boolean(value) => Some(value.to_string()),
        DeValue::Array(items) if items.is_empty() => Some("none".to_owned()),
        DeValue::Array(items) => {
            let words: Option<Vec<&str>> = items.iter().map(|item| item.get_ref().as_str()).collect();
            words.map(|words| words.join(","))
        }
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => None,
    }
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or("it cannot be read").to_owned()
}

/// Line and column, both from 1, of a byte offset.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = String::from_utf8_lossy(&text.as_bytes()[..offset.min(text.len())]);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}
