//! Whether translations are whole.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::Path,
};

use twilight_model::application::command::{Command as Schema, CommandOption, CommandType};

/// What differs between the sentences in English and in other languages: keys that are missing or too many, and arguments that are not the same.
/// `locales` is the folder with a folder for each language. Empty if all is well.
///
/// # Panics
///
/// If the folder cannot be read.
pub fn untranslated(locales: &Path) -> Vec<String> {
    let languages: BTreeMap<String, BTreeMap<String, Vec<String>>> =
        entries(locales).into_iter().map(|folder| (file_name(&folder), sentences(&folder))).collect();
    let english = languages.get("en").cloned().unwrap_or_default();
    let mut problems = Vec::new();
    if english.is_empty() {
        problems.push("en: there are no sentences".to_owned());
    }
    for (language, sentences) in &languages {
        for (key, arguments) in &english {
            match sentences.get(key) {
                None => problems.push(format!("{language}: {key} is missing")),
                Some(own) if own != arguments => {
                    problems.push(format!("{language}: {key} has {own:?} instead of {arguments:?}"));
                }
                Some(_) => {}
            }
        }
        let more = sentences.keys().filter(|key| !english.contains_key(*key));
        problems.extend(more.map(|key| format!("{language}: {key} is not in English")));
    }
    problems
}

fn entries(folder: &Path) -> Vec<std::path::PathBuf> {
    let read = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    read.flatten().map(|entry| entry.path()).collect()
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The keys of a language with the arguments they use, sorted.
fn sentences(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let mut sentences: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let files =
        entries(folder).into_iter().filter(|file| file.extension().is_some_and(|ending| ending == "ftl"));
    for file in files {
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let mut key = String::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if line.starts_with(|c: char| c.is_ascii_alphabetic())
                && let Some((name, _)) = line.split_once(" =")
            {
                name.clone_into(&mut key);
                sentences.entry(key.clone()).or_default();
            }
            if let Some(arguments) = sentences.get_mut(&key) {
                let named = line.split('$').skip(1).map(|rest| {
                    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect::<String>()
                });
                arguments.extend(named);
                arguments.sort();
                arguments.dedup();
            }
        }
    }
    sentences
}

/// Paths of commands, options and menu entries that have no name, or no description, in a language.
pub fn unnamed(schemas: &[Schema], language: &str) -> Vec<String> {
    let has =
        |texts: Option<&HashMap<String, String>>| texts.is_some_and(|texts| texts.contains_key(language));
    let mut missing = Vec::new();
    for schema in schemas {
        let described =
            schema.kind != CommandType::ChatInput || has(schema.description_localizations.as_ref());
        if !has(schema.name_localizations.as_ref()) || !described {
            missing.push(schema.name.clone());
        }
        options(&schema.options, &schema.name, &has, &mut missing);
    }
    missing
}

fn options(
    options_here: &[CommandOption],
    above: &str,
    has: &impl Fn(Option<&HashMap<String, String>>) -> bool,
    missing: &mut Vec<String>,
) {
    for option in options_here {
        let path = format!("{above} {}", option.name);
        if !has(option.name_localizations.as_ref()) || !has(option.description_localizations.as_ref()) {
            missing.push(path.clone());
        }
        options(option.options.as_deref().unwrap_or_default(), &path, has, missing);
    }
}
