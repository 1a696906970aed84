//! The body of an application command (Discord docs: Application Commands).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::form::Form;
use crate::limits;

/// Locales Discord knows (Discord docs: Reference, Locales).
const LOCALES: [&str; 32] = [
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl",
    "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja",
    "zh-TW", "ko",
];

/// Characters of a command's names, descriptions and values.
#[derive(Default)]
struct Size {
    plain: usize,
    /// With the longest localization in the place of each text.
    longest: usize,
}

impl Size {
    /// Counts a text, whose localizations stand under `key`.
    fn add(&mut self, form: &Form<'_>, text: &str, key: &str) {
        let count = text.chars().count();
        self.plain += count;
        let words = form.peek(key).and_then(Value::as_object).into_iter().flat_map(Map::values);
        let longest = words.filter_map(Value::as_str).map(|word| word.chars().count()).max();
        self.longest += longest.unwrap_or(0).max(count);
    }

    fn check(&self, form: &Form<'_>) {
        for (size, most) in
            [(self.plain, limits::COMMAND_CHARACTERS), (self.longest, limits::COMMAND_CHARACTERS_LOCALIZED)]
        {
            if size > most {
                let message = format!("Command exceeds maximum size ({most})");
                form.issues.add("", "APPLICATION_COMMAND_TOO_LARGE", &message);
            }
        }
    }
}

/// Reads a command strictly and gives what Discord answers about it, ids aside. `old` are the values of a command
/// that is being changed.
pub(super) fn read(mut form: Form<'_>, old: Option<&Value>) -> Value {
    let kind = form.integer("type", 1, 3).or(old.and_then(|old| old["type"].as_i64())).unwrap_or(1);
    let mut body = old.and_then(Value::as_object).cloned().unwrap_or_default();
    let mut size = Size::default();
    body.insert("type".to_owned(), json!(kind));
    if old.is_none() || form.given("name") {
        let name = form.required_text("name", 1, 32).unwrap_or_default();
        check_name(&form, &name, kind);
        size.add(&form, &name, "name_localizations");
        body.insert("name".to_owned(), json!(name));
    }
    if old.is_none() || form.given("description") {
        let description = if kind == 1 {
            form.required_text("description", 1, 100)
        } else {
            form.text("description", 0, 0)
        };
        let description = description.unwrap_or_default();
        size.add(&form, &description, "description_localizations");
        body.insert("description".to_owned(), json!(description));
    }
    if old.is_none() || form.given("options") {
        if kind != 1 {
            form.refuse("options");
        }
        let options = read_options(&mut form, 0, &mut size);
        body.remove("options");
        if !options.is_empty() {
            body.insert("options".to_owned(), json!(options));
        }
    }
    read_rules(&mut form, old.is_some(), &mut body);
    size.check(&form);
    // Clients send these back as they got them; what they say is decided here.
    for key in ["id", "application_id", "guild_id", "version"] {
        form.ignore(key);
    }
    form.refuse("handler");
    form.finish();
    Value::Object(body)
}

/// Where, by whom and in which words a command can be used.
fn read_rules(form: &mut Form<'_>, changing: bool, body: &mut Map<String, Value>) {
    let mut put = |key: &str, given: bool, value: Value| {
        if !changing || given {
            body.insert(key.to_owned(), value);
        }
    };
    let given = form.given("default_member_permissions");
    let permissions = form.permissions("default_member_permissions").map(|bits| bits.to_string());
    put("default_member_permissions", given, json!(permissions));
    let given = form.given("nsfw");
    put("nsfw", given, json!(form.boolean("nsfw").unwrap_or(false)));
    let given = form.given("dm_permission");
    put("dm_permission", given, json!(form.boolean("dm_permission").unwrap_or(true)));
    let given = form.given("contexts");
    put("contexts", given, read_numbers(form, "contexts", 2).unwrap_or(Value::Null));
    let given = form.given("integration_types");
    put("integration_types", given, read_numbers(form, "integration_types", 1).unwrap_or(json!([0])));
    for (key, max) in [("name_localizations", 32), ("description_localizations", 100)] {
        if let Some(words) = read_localizations(form, key, max) {
            put(key, true, words);
        }
    }
}

fn read_numbers(form: &mut Form<'_>, key: &'static str, max: u64) -> Option<Value> {
    let list = form.list(key, 3)?;
    let fine = list.iter().all(|one| one.as_u64().is_some_and(|number| number <= max));
    let distinct = list.iter().map(Value::to_string).collect::<BTreeSet<_>>().len() == list.len();
    if !fine || !distinct || list.is_empty() {
        form.issue(key, "BASE_TYPE_CHOICES", &format!("Must be distinct numbers from 0 to {max}."));
    }
    Some(json!(list))
}

fn read_localizations(form: &mut Form<'_>, key: &'static str, max: usize) -> Option<Value> {
    let words = form.value(key)?;
    let fits = |word: &Value| word.as_str().is_some_and(|word| (1..=max).contains(&word.chars().count()));
    let known = |locale: &String| LOCALES.contains(&locale.as_str());
    match words.as_object() {
        Some(map) if map.values().all(fits) && map.keys().all(known) => Some(words.clone()),
        _ => {
            form.issue(
                key,
                "APPLICATION_COMMAND_INVALID_LOCALIZATION",
                &format!("Must map locales to 1 to {max} characters."),
            );
            None
        }
    }
}

fn check_name(form: &Form<'_>, name: &str, kind: i64) {
    let words = form.peek("name_localizations").and_then(Value::as_object).into_iter().flat_map(Map::values);
    if kind == 1 && !words.filter_map(Value::as_str).all(is_name) {
        form.issue("name_localizations", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
    }
    if kind == 1 && !name.is_empty() && !is_name(name) {
        form.issue("name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
    }
}

/// Lower case letters of any script, digits, dashes, underscores and apostrophes.
fn is_name(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '\'')) && name.to_lowercase() == name
}

/// Options of a command (level 0), a group (level 1) or a subcommand (level 2).
fn read_options(form: &mut Form<'_>, level: u8, size: &mut Size) -> Vec<Value> {
    let mut names = BTreeSet::new();
    let mut optional_seen = false;
    let mut kinds = BTreeSet::new();
    let mut read = Vec::new();
    for mut option in form.forms("options", limits::OPTIONS).unwrap_or_default() {
        option.required("type");
        let kind = option.integer("type", 1, 11).unwrap_or(3);
        kinds.insert(kind <= 2);
        let misplaced = match level {
            0 => false,
            1 => kind != 1,
            _ => kind <= 2,
        };
        if misplaced {
            option.issue(
                "type",
                "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                "Sub-command option type is invalid",
            );
        }
        let body = read_option(&mut option, kind, size);
        let name = body["name"].as_str().unwrap_or_default().to_owned();
        check_name(&option, &name, 1);
        if !names.insert(name) {
            option.issue(
                "name",
                "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                "Option name already exists",
            );
        }
        let required = body["required"] == true;
        if required && optional_seen {
            option.issue(
                "required",
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            );
        }
        optional_seen |= !required && kind > 2;
        option.finish();
        read.push(body);
    }
    if kinds.len() > 1 {
        form.issue(
            "options",
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types are mutually exclusive to all other types",
        );
    }
    read
}

fn read_option(option: &mut Form<'_>, kind: i64, size: &mut Size) -> Value {
    let name = option.required_text("name", 1, 32).unwrap_or_default();
    let description = option.required_text("description", 1, 100).unwrap_or_default();
    size.add(option, &name, "name_localizations");
    size.add(option, &description, "description_localizations");
    let mut body = json!({ "type": kind, "name": name, "description": description });
    for (key, max) in [("name_localizations", 32), ("description_localizations", 100)] {
        if let Some(words) = read_localizations(option, key, max) {
            body[key] = words;
        }
    }
    if kind <= 2 {
        option.boolean("required");
        let inner = read_options(option, if kind == 2 { 1 } else { 2 }, size);
        if kind == 2 && inner.is_empty() {
            option.issue("options", "BASE_TYPE_REQUIRED", "This field is required");
        }
        if !inner.is_empty() {
            body["options"] = json!(inner);
        }
        return body;
    }
    // Discord leaves out what is false.
    for key in ["required", "autocomplete"] {
        let allowed = key == "required" || matches!(kind, 3 | 4 | 10);
        match option.boolean(key) {
            Some(true) if allowed => body[key] = json!(true),
            Some(true) => option.issue(
                key,
                "APPLICATION_COMMAND_OPTION_INVALID",
                "Not possible for this type of option",
            ),
            _ => {}
        }
    }
    read_bounds(option, kind, &mut body);
    let choices = read_choices(option, kind, size);
    if !choices.is_empty() {
        if body["autocomplete"] == true {
            option.issue(
                "choices",
                "APPLICATION_COMMAND_OPTION_AUTOCOMPLETE_CHOICES",
                "Autocomplete and choices exclude each other",
            );
        }
        body["choices"] = json!(choices);
    }
    body
}

fn read_bounds(option: &mut Form<'_>, kind: i64, body: &mut Value) {
    match kind {
        3 => {
            let min = option.integer("min_length", 0, 6_000);
            let max = option.integer("max_length", 1, 6_000);
            if let (Some(min), Some(max)) = (min, max)
                && min > max
            {
                option.issue(
                    "min_length",
                    "APPLICATION_COMMAND_OPTION_MIN_LENGTH",
                    "min_length is larger than max_length",
                );
            }
            for (key, value) in [("min_length", min), ("max_length", max)] {
                if let Some(value) = value {
                    body[key] = json!(value);
                }
            }
        }
        4 | 10 => {
            for key in ["min_value", "max_value"] {
                let Some(value) = option.value(key) else { continue };
                if !(value.is_i64() || value.is_u64() || (kind == 10 && value.is_f64())) {
                    option.issue(key, "NUMBER_TYPE_COERCE", "Value is not a number of the option's type.");
                }
                body[key] = value.clone();
            }
        }
        7 => {
            if let Some(kinds) = option.list("channel_types", 20).filter(|kinds| !kinds.is_empty()) {
                body["channel_types"] = json!(kinds);
            }
        }
        _ => {}
    }
}

fn read_choices(option: &mut Form<'_>, kind: i64, size: &mut Size) -> Vec<Value> {
    if !matches!(kind, 3 | 4 | 10) {
        option.refuse("choices");
        return Vec::new();
    }
    let mut names = BTreeSet::new();
    let mut read = Vec::new();
    for mut choice in option.forms("choices", limits::OPTIONS).unwrap_or_default() {
        let name = choice.required_text("name", 1, 100).unwrap_or_default();
        choice.required("value");
        let value = choice.value("value").cloned().unwrap_or_default();
        let fits = match kind {
            3 => value.as_str().is_some_and(|text| (1..=100).contains(&text.chars().count())),
            4 => value.is_i64(),
            _ => value.is_number(),
        };
        if !fits {
            choice.issue(
                "value",
                "APPLICATION_COMMAND_OPTION_CHOICE_VALUE",
                "Value does not fit the option's type",
            );
        }
        size.add(&choice, &name, "name_localizations");
        size.add(&choice, value.as_str().unwrap_or_default(), "");
        if !names.insert(name.clone()) {
            choice.issue(
                "name",
                "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS",
                "Choice name already exists",
            );
        }
        let mut body = json!({ "name": name, "value": value });
        if let Some(words) = read_localizations(&mut choice, "name_localizations", 100) {
            body["name_localizations"] = words;
        }
        choice.finish();
        read.push(body);
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::form::Issues;

    fn codes(body: &Value) -> String {
        let issues = Issues::default();
        if let Some(form) = Form::new(body, String::new(), &issues) {
            read(form, None);
        }
        issues.result().map_or_else(|error| error.body()["errors"].to_string(), |()| String::new())
    }

    fn with(options: &Value) -> Value {
        json!({ "name": "tool", "description": "A tool", "options": options })
    }

    #[test]
    fn names_are_lower_case_words() {
        for good in ["ping", "über", "a-b_c", "日本"] {
            assert_eq!(codes(&json!({ "name": good, "description": "d" })), "", "{good}");
        }
        for bad in ["Ping", "two words", "x!"] {
            let found = codes(&json!({ "name": bad, "description": "d" }));
            assert!(found.contains("APPLICATION_COMMAND_INVALID_NAME"), "{bad}");
        }
    }

    #[test]
    fn options_follow_discords_rules() {
        let text = |name: &str, required: bool| json!({ "type": 3, "name": name, "description": "d", "required": required });
        assert_eq!(codes(&with(&json!([text("a", true), text("b", false)]))), "");
        assert!(codes(&with(&json!([text("a", false), text("b", true)]))).contains("REQUIRED_INVALID"));
        assert!(codes(&with(&json!([text("a", true), text("a", true)]))).contains("NAME_ALREADY_EXISTS"));
        let sub = json!({ "type": 1, "name": "now", "description": "d" });
        assert_eq!(codes(&with(&json!([sub]))), "");
        assert!(codes(&with(&json!([sub, text("a", true)]))).contains("mutually exclusive"));
        let many: Vec<Value> = (0..26).map(|n| text(&format!("o{n}"), false)).collect();
        assert!(codes(&with(&json!(many))).contains("25 or fewer"));
    }

    #[test]
    fn a_command_may_not_be_too_large_as_a_whole() {
        let option = |n: usize| {
            let choices: Vec<Value> = (0..25)
                .map(|c| json!({ "name": format!("{n}-{c}-{}", "x".repeat(20)), "value": "y" }))
                .collect();
            json!({ "type": 3, "name": format!("o{n}"), "description": "d", "choices": choices })
        };
        let few: Vec<Value> = (0..3).map(option).collect();
        let many: Vec<Value> = (0..8).map(option).collect();
        assert_eq!(codes(&with(&json!(few))), "");
        assert!(codes(&with(&json!(many))).contains("APPLICATION_COMMAND_TOO_LARGE"));
    }
}
