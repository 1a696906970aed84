//! What commands are called in other languages: a table for each, applied to the schemas that are registered
//! (Discord Docs/Application Commands, Localization). English is in the commands themselves.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use twilight_model::application::command::{Command as Schema, CommandOption, CommandType};

/// Names and descriptions of commands in one language.
///
/// A line of the table is `path = name: description`. The path is the English name, with those of sub-command and option behind it; an entry of
/// a context menu is `[Its name] = Name`. Lines that begin with `#` are comments.
///
/// ```text
/// greet = grüßen: Jemanden grüßen
/// greet who = wen: Wen ich grüßen soll
/// [Greet] = Grüßen
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Wording {
    /// Discord's tag of the language (Discord Docs/Locales): `de`.
    pub language: &'static str,
    /// The table.
    pub table: &'static str,
}

/// One line of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    name: String,
    description: String,
}

type Table = BTreeMap<String, Word>;

/// A line that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misworded {
    pub(crate) path: String,
    pub(crate) problem: &'static str,
}

fn wrong(path: &str, problem: &'static str) -> Misworded {
    Misworded { path: path.to_owned(), problem }
}

fn read(table: &str) -> Result<Table, Misworded> {
    let mut words = Table::new();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (path, rest) = line.split_once(" = ").ok_or_else(|| wrong(line, "is no line of a table"))?;
        let menu = path.starts_with('[');
        let (name, description) = rest.split_once(": ").filter(|_| !menu).unwrap_or((rest, ""));
        if !menu && !(1..=100).contains(&description.chars().count()) {
            return Err(wrong(path, "has a description that is not 1 to 100 characters long"));
        }
        if !(if menu { is_menu_name(name) } else { is_name(name) }) {
            return Err(wrong(path, "has a name that Discord does not take"));
        }
        let word = Word { name: name.to_owned(), description: description.to_owned() };
        if words.insert(path.to_owned(), word).is_some() {
            return Err(wrong(path, "is there twice"));
        }
    }
    Ok(words)
}

/// Whether this can be the name of a command or option (Discord Docs/Application Commands, Naming).
pub(crate) fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\'');
    (1..=32).contains(&name.chars().count()) && name.chars().all(fits) && name.to_lowercase() == name
}

/// Whether this can be the name of a context menu's entry.
pub(crate) fn is_menu_name(name: &str) -> bool {
    (1..=32).contains(&name.chars().count()) && name.trim() == name && !name.chars().any(char::is_control)
}

/// How commands are called, by language and English path. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tongues(Arc<HashMap<&'static str, HashMap<String, String>>>);

impl Tongues {
    /// The path as it is called in a language, as far as it has words for it. What follows the known words stays.
    pub(crate) fn path(&self, language: &str, path: &str) -> String {
        let Some(names) = self.0.get(language) else { return path.to_owned() };
        let (mut english, mut said) = (String::new(), String::new());
        for word in path.split(' ') {
            for text in [&mut english, &mut said] {
                if !text.is_empty() {
                    text.push(' ');
                }
            }
            english.push_str(word);
            said.push_str(names.get(&english).map_or(word, String::as_str));
        }
        said
    }

    /// English paths that are called otherwise somewhere, with the last word of what they are called.
    pub(crate) fn said(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut languages: Vec<_> = self.0.iter().collect();
        languages.sort_unstable_by_key(|(language, _)| **language);
        languages
            .into_iter()
            .flat_map(|(_, names)| names.iter().map(|(path, name)| (path.as_str(), name.as_str())))
    }
}

/// Puts names and descriptions into the schemas. `tables` are those of all modules.
pub(crate) fn apply(
    schemas: &mut [&mut Schema],
    tables: &[Wording],
) -> Result<Tongues, (&'static str, Misworded)> {
    let mut tongues: HashMap<&'static str, HashMap<String, String>> = HashMap::new();
    for Wording { language, table } in tables {
        let words = read(table).map_err(|error| (*language, error))?;
        let mut used = BTreeSet::new();
        for schema in schemas.iter_mut() {
            dress(schema, language, &words, &mut used).map_err(|error| (*language, error))?;
        }
        if let Some(path) = words.keys().find(|path| !used.contains(path.as_str())) {
            return Err((*language, wrong(path, "names nothing that there is")));
        }
        let names = words.into_iter().filter(|(path, _)| !path.starts_with('['));
        tongues.entry(language).or_default().extend(names.map(|(path, word)| (path, word.name)));
    }
    for language in tongues.keys() {
        unique(schemas, language).map_err(|error| (*language, error))?;
    }
    Ok(Tongues(Arc::new(tongues)))
}

fn dress<'w>(
    schema: &mut Schema,
    language: &str,
    words: &'w Table,
    used: &mut BTreeSet<&'w str>,
) -> Result<(), Misworded> {
    let menu = schema.kind != CommandType::ChatInput;
    let path = if menu { format!("[{}]", schema.name) } else { schema.name.clone() };
    if let Some((path, word)) = words.get_key_value(&path) {
        used.insert(path);
        put(&mut schema.name_localizations, language, &word.name);
        if !menu {
            put(&mut schema.description_localizations, language, &word.description);
        }
    }
    dress_options(&mut schema.options, &path, language, words, used)
}

fn dress_options<'w>(
    options: &mut [CommandOption],
    above: &str,
    language: &str,
    words: &'w Table,
    used: &mut BTreeSet<&'w str>,
) -> Result<(), Misworded> {
    for option in options.iter_mut() {
        let path = format!("{above} {}", option.name);
        if let Some((path, word)) = words.get_key_value(&path) {
            used.insert(path);
            put(&mut option.name_localizations, language, &word.name);
            put(&mut option.description_localizations, language, &word.description);
        }
        dress_options(option.options.as_deref_mut().unwrap_or_default(), &path, language, words, used)?;
    }
    differ(
        options.iter().map(|option| said(&option.name, option.name_localizations.as_ref(), language)),
        above,
    )
}

fn put(into: &mut Option<HashMap<String, String>>, language: &str, text: &str) {
    into.get_or_insert_default().insert(language.to_owned(), text.to_owned());
}

/// A name as people with this language see it.
fn said<'n>(name: &'n str, localized: Option<&'n HashMap<String, String>>, language: &str) -> &'n str {
    localized.and_then(|names| names.get(language)).map_or(name, String::as_str)
}

fn differ<'n>(names: impl Iterator<Item = &'n str>, path: &str) -> Result<(), Misworded> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(wrong(path, "is called like another one beside it"));
        }
    }
    Ok(())
}

/// Commands of one kind are called differently in each language.
fn unique(schemas: &[&mut Schema], language: &str) -> Result<(), Misworded> {
    for kind in [CommandType::ChatInput, CommandType::User, CommandType::Message] {
        let mut seen = BTreeSet::new();
        for schema in schemas.iter().filter(|schema| schema.kind == kind) {
            if !seen.insert(said(&schema.name, schema.name_localizations.as_ref(), language)) {
                return Err(wrong(&schema.name, "is called like another one beside it"));
            }
        }
    }
    Ok(())
}

/// The schema as people with this language see it: descriptions, and names if `names`.
pub(crate) fn in_language(schema: &Schema, language: &str, names: bool) -> Schema {
    let mut schema = schema.clone();
    if names {
        schema.name = said(&schema.name, schema.name_localizations.as_ref(), language).to_owned();
    }
    schema.description =
        said(&schema.description, schema.description_localizations.as_ref(), language).to_owned();
    translate(&mut schema.options, language, names);
    schema
}

fn translate(options: &mut [CommandOption], language: &str, names: bool) {
    for option in options {
        if names {
            option.name = said(&option.name, option.name_localizations.as_ref(), language).to_owned();
        }
        option.description =
            said(&option.description, option.description_localizations.as_ref(), language).to_owned();
        translate(option.options.as_deref_mut().unwrap_or_default(), language, names);
    }
}

/// Characters that count towards Discord's limit: names, descriptions and values, each in its longest language.
pub(crate) fn characters(schema: &Schema) -> usize {
    longest(&schema.name, schema.name_localizations.as_ref())
        + longest(&schema.description, schema.description_localizations.as_ref())
        + schema.options.iter().map(option_characters).sum::<usize>()
}

fn option_characters(option: &CommandOption) -> usize {
    use twilight_model::application::command::CommandOptionChoiceValue as Value;
    let choices = option.choices.iter().flatten().map(|choice| {
        let value = match &choice.value {
            Value::String(text) => text.chars().count(),
            _ => 0,
        };
        longest(&choice.name, choice.name_localizations.as_ref()) + value
    });
    longest(&option.name, option.name_localizations.as_ref())
        + longest(&option.description, option.description_localizations.as_ref())
        + choices.sum::<usize>()
        + option.options.iter().flatten().map(option_characters).sum::<usize>()
}

fn longest(text: &str, others: Option<&HashMap<String, String>>) -> usize {
    let lengths = others.into_iter().flat_map(HashMap::values).map(|text| text.chars().count());
    lengths.fold(text.chars().count(), usize::max)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    fn greet() -> Schema {
        serde_json::from_value(json!({
            "type": 1, "name": "greet", "description": "Greet somebody", "version": "1", "options": [
                { "type": 6, "name": "who", "description": "Whom", "required": true },
                { "type": 3, "name": "how", "description": "How" },
            ],
        }))
        .unwrap()
    }

    fn menu() -> Schema {
        let menu = json!({ "type": 2, "name": "Greet", "description": "", "version": "1", "options": [] });
        serde_json::from_value(menu).unwrap()
    }

    fn applied(table: &'static str) -> Result<(Schema, Schema, Tongues), Misworded> {
        let (mut greet, mut menu) = (greet(), menu());
        let tables = [Wording { language: "de", table }];
        let tongues = apply(&mut [&mut greet, &mut menu], &tables).map_err(|(_, error)| error)?;
        Ok((greet, menu, tongues))
    }

    #[test]
    fn names_and_descriptions_go_where_they_belong() {
        let table = "# Comment\ngreet = grüßen: Jemanden grüßen\ngreet who = wen: Wen ich grüßen soll\n[Greet] = Grüßen";
        let (greet, menu, tongues) = applied(table).unwrap();
        let german = in_language(&greet, "de", true);
        assert_eq!((german.name.as_str(), german.description.as_str()), ("grüßen", "Jemanden grüßen"));
        assert_eq!(german.options[0].name, "wen");
        assert_eq!(german.options[1].name, "how", "what has no word stays");
        assert_eq!(in_language(&greet, "de", false).name, "greet");
        assert_eq!(in_language(&greet, "fr", true), greet);
        assert_eq!(menu.name_localizations.unwrap()["de"], "Grüßen");
        assert_eq!(menu.description_localizations, None);
        assert_eq!(tongues.path("de", "greet who"), "grüßen wen");
        assert_eq!(tongues.path("de", "greet @Alice"), "grüßen @Alice");
        assert_eq!(tongues.path("fr", "greet"), "greet");
    }

    #[test]
    fn mistakes_are_found() {
        for (table, problem) in [
            ("greet grüßen", "no line"),
            ("greet = grüßen", "description"),
            ("greet = Grüßen: d", "does not take"),
            ("greet = two words: d", "does not take"),
            ("greet = grüßen: d\ngreet = gruß: d", "twice"),
            ("greet whom = wen: d", "nothing that there is"),
            ("[Wave] = Winken", "nothing that there is"),
            ("greet who = how: d", "beside it"),
        ] {
            let found = applied(table).unwrap_err().problem;
            assert!(found.contains(problem), "{table}: {found}");
        }
        let mut other = greet();
        "wave".clone_into(&mut other.name);
        let tables = [Wording { language: "de", table: "greet = wave: d" }];
        assert!(
            apply(&mut [&mut greet(), &mut other], &tables).is_err(),
            "it is called like another command"
        );
    }

    #[test]
    fn the_longest_language_counts() {
        let plain = characters(&greet());
        assert_eq!(plain, "greetGreet somebodywhoWhomhowHow".len());
        let (dressed, ..) = applied("greet = grüßen: Jemanden grüßen").unwrap();
        assert_eq!(characters(&dressed), plain + 1 + 1);
    }
}
