//! Reading a JSON body strictly: every mistake is collected with its path, every unknown field is loud.

use std::{cell::RefCell, collections::BTreeSet};

use base64::Engine as _;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::error::ApiError;
use crate::snowflake::Snowflake;

/// Mistakes of a body, as the nested `errors` object Discord answers (Discord docs: API Reference, Error Messages).
#[derive(Debug, Default)]
pub(super) struct Issues {
    tree: RefCell<Value>,
    unknown: RefCell<Vec<String>>,
}

impl Issues {
    /// Notes a mistake at a path like `embeds.0.title`.
    pub(super) fn add(&self, path: &str, code: &str, message: &str) {
        let mut tree = self.tree.borrow_mut();
        let mut node = &mut *tree;
        for part in path.split('.').filter(|part| !part.is_empty()) {
            if !node.is_object() {
                *node = json!({});
            }
            node = &mut node[part];
        }
        if !node["_errors"].is_array() {
            node["_errors"] = json!([]);
        }
        if let Some(list) = node["_errors"].as_array_mut() {
            list.push(json!({ "code": code, "message": message }));
        }
    }

    fn unknown(&self, path: &str) {
        self.unknown.borrow_mut().push(format!("unknown field {path}"));
        self.add(path, "UNKNOWN_FIELD", "casey-sim: Discord does not know this field.");
    }

    /// Something real that is not simulated.
    pub(super) fn unsupported(&self, path: &str, what: &str) {
        self.unknown.borrow_mut().push(format!("not simulated: {what} ({path})"));
        self.add(path, "NOT_SIMULATED", &format!("casey-sim: {what} is not simulated."));
    }

    /// Whether there was no mistake.
    pub(super) fn result(self) -> Result<(), ApiError> {
        let tree = self.tree.into_inner();
        if tree.is_null() {
            return Ok(());
        }
        Err(ApiError { errors: Some(tree), violations: self.unknown.into_inner(), ..ApiError::wrong_form() })
    }
}

/// Reads a whole body strictly.
pub(super) fn read<T>(body: &Value, read: impl FnOnce(&mut Form<'_>) -> T) -> Result<T, ApiError> {
    let issues = Issues::default();
    let read = Form::new(body, String::new(), &issues).map(|mut form| {
        let read = read(&mut form);
        form.finish();
        read
    });
    issues.result()?;
    read.ok_or_else(ApiError::wrong_form)
}

/// One JSON object being read. [`finish`](Self::finish) complains about what nobody asked for.
pub(super) struct Form<'a> {
    map: &'a Map<String, Value>,
    path: String,
    seen: BTreeSet<&'static str>,
    pub(super) issues: &'a Issues,
}

impl<'a> Form<'a> {
    /// The object at `path`, or `None` (with the mistake noted) if it is something else.
    pub(super) fn new(value: &'a Value, path: String, issues: &'a Issues) -> Option<Self> {
        let Some(map) = value.as_object() else {
            issues.add(&path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType");
            return None;
        };
        Some(Self { map, path, seen: BTreeSet::new(), issues })
    }

    /// Path of a field.
    pub(super) fn at(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    pub(super) fn issue(&self, key: &str, code: &str, message: &str) {
        self.issues.add(&self.at(key), code, message);
    }

    /// The value, even if it is null.
    pub(super) fn raw(&mut self, key: &'static str) -> Option<&'a Value> {
        self.seen.insert(key);
        self.map.get(key)
    }

    /// The value, if it is there and not null.
    pub(super) fn value(&mut self, key: &'static str) -> Option<&'a Value> {
        self.raw(key).filter(|value| !value.is_null())
    }

    /// The value, without saying that it was read.
    pub(super) fn peek(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key)
    }

    /// Whether the field is there, null or not.
    pub(super) fn given(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    /// A field that exists on Discord, is understood, and changes nothing here.
    pub(super) fn ignore(&mut self, key: &'static str) {
        self.seen.insert(key);
    }

    /// A field that exists on Discord but is not simulated: loud if it says anything.
    pub(super) fn refuse(&mut self, key: &'static str) {
        let says_nothing = |value: &Value| {
            value == &Value::Bool(false)
                || value.as_array().is_some_and(Vec::is_empty)
                || value.as_object().is_some_and(Map::is_empty)
        };
        if self.value(key).is_some_and(|value| !says_nothing(value)) {
            self.issues.unsupported(&self.at(key), key);
        }
    }

    /// A field Discord does not know, and libraries send all the same: loud if it says anything.
    pub(super) fn idle(&mut self, key: &'static str) {
        if self.value(key).is_some_and(|value| value != &Value::Bool(false)) {
            self.issues.unknown(&self.at(key));
        }
    }

    /// Text of `min` to `max` characters.
    pub(super) fn text(&mut self, key: &'static str, min: usize, max: usize) -> Option<String> {
        let value = self.value(key)?;
        let Some(text) = value.as_str() else {
            self.issue(key, "BASE_TYPE_BAD_TYPE", "Could not interpret value as string.");
            return None;
        };
        let length = text.chars().count();
        if length > max {
            self.issue(key, "BASE_TYPE_MAX_LENGTH", &format!("Must be {max} or fewer in length."));
        } else if length < min {
            self.issue(key, "BASE_TYPE_BAD_LENGTH", &format!("Must be between {min} and {max} in length."));
        }
        Some(text.to_owned())
    }

    /// Text that must be there.
    pub(super) fn required_text(&mut self, key: &'static str, min: usize, max: usize) -> Option<String> {
        self.required(key);
        self.text(key, min, max)
    }

    /// Complains if the field is missing.
    pub(super) fn required(&mut self, key: &'static str) {
        if self.value(key).is_none() {
            self.issue(key, "BASE_TYPE_REQUIRED", "This field is required");
        }
    }

    pub(super) fn boolean(&mut self, key: &'static str) -> Option<bool> {
        let value = self.value(key)?;
        if value.as_bool().is_none() {
            self.issue(key, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.");
        }
        value.as_bool()
    }

    /// A boolean that may also be written as text.
    pub(super) fn written_boolean(&mut self, key: &'static str) -> Option<bool> {
        match self.value(key)?.as_str() {
            Some("true" | "True") => Some(true),
            Some("false" | "False") => Some(false),
            _ => self.boolean(key),
        }
    }

    /// A whole number in a range.
    pub(super) fn integer(&mut self, key: &'static str, min: i64, max: i64) -> Option<i64> {
        let value = self.value(key)?;
        match value.as_i64() {
            None => self.issue(key, "NUMBER_TYPE_COERCE", "Value is not an integer."),
            Some(number) if number < min => {
                self.issue(
                    key,
                    "NUMBER_TYPE_MIN",
                    &format!("int value should be greater than or equal to {min}."),
                );
            }
            Some(number) if number > max => {
                self.issue(
                    key,
                    "NUMBER_TYPE_MAX",
                    &format!("int value should be less than or equal to {max}."),
                );
            }
            Some(number) => return Some(number),
        }
        None
    }

    /// An id.
    pub(super) fn id(&mut self, key: &'static str) -> Option<Snowflake> {
        let value = self.value(key)?;
        let id = Snowflake::of_json(value);
        if id.is_none() {
            self.issue(key, "NUMBER_TYPE_COERCE", &format!("Value {value} is not snowflake."));
        }
        id
    }

    /// Ids of a list with at most `max` elements.
    pub(super) fn ids(&mut self, key: &'static str, max: usize) -> Option<Vec<Snowflake>> {
        let list = self.list(key, max)?;
        let ids: Vec<Snowflake> = list.iter().filter_map(Snowflake::of_json).collect();
        if ids.len() != list.len() {
            self.issue(key, "NUMBER_TYPE_COERCE", "Value is not snowflake.");
        }
        Some(ids)
    }

    /// The same, or a text with commas between the ids.
    pub(super) fn written_ids(&mut self, key: &'static str, max: usize) -> Option<Vec<Snowflake>> {
        let Some(text) = self.value(key)?.as_str() else { return self.ids(key, max) };
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let ids: Result<Vec<Snowflake>, _> = parts.map(str::parse).collect();
        if ids.is_err() {
            self.issue(key, "NUMBER_TYPE_COERCE", "Value is not snowflake.");
        }
        ids.ok()
    }

    /// One of a few numbers.
    pub(super) fn one_of(&mut self, key: &'static str, choices: &[i64]) -> Option<i64> {
        let value = self.value(key)?;
        let number = value.as_i64().filter(|number| choices.contains(number));
        if number.is_none() {
            let all: Vec<String> = choices.iter().map(ToString::to_string).collect();
            let message = format!("Value must be one of ({}).", all.join(", "));
            self.issue(key, "BASE_TYPE_CHOICES", &message);
        }
        number
    }

    /// An ISO 8601 time.
    pub(super) fn time(&mut self, key: &'static str) -> Option<OffsetDateTime> {
        let text = self.text(key, 1, 64)?;
        let parsed = OffsetDateTime::parse(&text, &time::format_description::well_known::Rfc3339).ok();
        if parsed.is_none() {
            self.issue(key, "DATE_TIME_TYPE_PARSE", "Could not parse timestamp. Should be ISO8601.");
        }
        parsed
    }

    /// A picture as a data address (Discord docs: Reference, Image Data), given back as the hash Discord makes of it.
    pub(super) fn image(&mut self, key: &'static str) -> Option<String> {
        let text = self.value(key)?.as_str().unwrap_or_default().to_owned();
        let kinds = [
            "data:image/png;base64,",
            "data:image/jpeg;base64,",
            // Not a type there is, but discord.js writes it and Discord looks at the bytes.
            "data:image/jpg;base64,",
            "data:image/gif;base64,",
            "data:image/webp;base64,",
        ];
        let data = kinds.iter().find_map(|kind| text.strip_prefix(kind)).filter(|data| !data.is_empty());
        if data.is_none_or(|data| base64::engine::general_purpose::STANDARD.decode(data).is_err()) {
            self.issue(key, "IMAGE_INVALID", "Invalid image data");
            return None;
        }
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Some(format!("{hash:016x}{:016x}", hash.rotate_left(32)))
    }

    /// A permission set: a string of digits (Discord docs: Permissions), or a number as the schema has it.
    pub(super) fn permissions(&mut self, key: &'static str) -> Option<u64> {
        let value = self.value(key)?;
        let bits = value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        if bits.is_none() {
            self.issue(key, "NUMBER_TYPE_COERCE", "Value is not a permission set.");
        }
        bits
    }

    /// A list with at most `max` elements.
    pub(super) fn list(&mut self, key: &'static str, max: usize) -> Option<&'a [Value]> {
        let value = self.value(key)?;
        let Some(list) = value.as_array() else {
            self.issue(key, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
            return None;
        };
        if list.len() > max {
            self.issue(key, "BASE_TYPE_MAX_LENGTH", &format!("Must be {max} or fewer in length."));
        }
        Some(list)
    }

    /// Objects of a list, each as a form of its own.
    pub(super) fn forms(&mut self, key: &'static str, max: usize) -> Option<Vec<Form<'a>>> {
        let list = self.list(key, max)?;
        let path = self.at(key);
        Some(
            list.iter()
                .enumerate()
                .filter_map(|(index, value)| Form::new(value, format!("{path}.{index}"), self.issues))
                .collect(),
        )
    }

    /// An object as a form of its own.
    pub(super) fn form(&mut self, key: &'static str) -> Option<Form<'a>> {
        let value = self.value(key)?;
        Form::new(value, self.at(key), self.issues)
    }

    /// An http or https address, or one of an uploaded file where those are allowed.
    pub(super) fn url(&mut self, key: &'static str, attachments: bool) -> Option<String> {
        let url = self.text(key, 1, 2_048)?;
        let web = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let fine = web.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
            || (attachments && url.starts_with("attachment://"));
        if !fine {
            self.issue(key, "URL_TYPE_INVALID_URL", "Not a well formed URL.");
        }
        Some(url)
    }

    /// Complains about fields nobody asked for.
    pub(super) fn finish(self) {
        for key in self.map.keys().filter(|key| !self.seen.contains(key.as_str())) {
            self.issues.unknown(&self.at(key));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    fn read(body: &Value) -> Result<Option<String>, ApiError> {
        let issues = Issues::default();
        let mut text = None;
        if let Some(mut form) = Form::new(body, String::new(), &issues) {
            text = form.text("content", 0, 5);
            for mut inner in form.forms("embeds", 2).unwrap_or_default() {
                inner.boolean("inline");
                inner.finish();
            }
            form.finish();
        }
        issues.result().map(|()| text)
    }

    #[test]
    fn mistakes_are_nested_like_discords() {
        let error = read(&json!({ "content": "too long", "embeds": [{}, { "inline": 3 }] })).unwrap_err();
        assert_eq!(
            error.body(),
            json!({ "message": "Invalid Form Body", "code": 50035, "errors": {
                "content": { "_errors": [{ "code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 5 or fewer in length." }] },
                "embeds": { "1": { "inline": { "_errors": [
                    { "code": "BOOLEAN_TYPE_CONVERT", "message": "Must be either true or false." }
                ] } } },
            } })
        );
        assert!(error.violations.is_empty());
    }

    #[test]
    fn unknown_fields_are_violations() {
        let error = read(&json!({ "contents": "x", "embeds": [{ "colour": 1 }] })).unwrap_err();
        assert_eq!(error.violations, ["unknown field embeds.0.colour", "unknown field contents"]);
    }

    #[test]
    fn lists_and_booleans_may_be_written_as_text() {
        let prune = |body: &Value| {
            super::read(body, |form| (form.written_boolean("count"), form.written_ids("roles", 2)))
        };
        let ids = || Some(vec![Snowflake::new(1), Snowflake::new(2)]);
        assert_eq!(prune(&json!({ "count": "true", "roles": "1, 2" })).unwrap(), (Some(true), ids()));
        assert_eq!(prune(&json!({ "count": false, "roles": ["1", 2] })).unwrap(), (Some(false), ids()));
        assert_eq!(prune(&json!({ "roles": "" })).unwrap(), (None, Some(Vec::new())));
        assert!(prune(&json!({ "count": "maybe" })).is_err());
        assert!(prune(&json!({ "roles": "Crew" })).is_err());
    }

    #[test]
    fn pictures_are_data_addresses() {
        let image = |text: &str| super::read(&json!({ "icon": text }), |form| form.image("icon"));
        assert!(image("data:image/png;base64,AAAA").is_ok() && image("data:image/jpg;base64,AAAA").is_ok());
        assert!(image("data:image/bmp;base64,AAAA").is_err() && image("data:image/png;base64,?").is_err());
    }

    proptest! {
        #[test]
        fn any_json_is_either_read_or_refused(text in "[\\[\\]{}\":,a-z0-9 ]{0,40}", content in "\\PC{0,8}") {
            if let Ok(value) = serde_json::from_str::<Value>(&text) {
                let _ = read(&value);
            }
            let fits = content.chars().count() <= 5;
            prop_assert_eq!(read(&json!({ "content": content })).is_ok(), fits);
        }
    }
}
