//! Lays file, environment and flags over one another.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{ConfigError, shown};
use crate::key::{self, Found, KEYS, Key, Kind};
use crate::place::Place;
use crate::sources::Sources;
use crate::{file, mode, secret_file};

/// A value as text, with where it came from.
#[derive(Clone)]
pub(crate) struct Raw {
    pub(crate) text: String,
    pub(crate) place: Place,
    /// The file a secret was read from, if it was.
    pub(crate) through: Option<PathBuf>,
}

/// One layer: the values given at one level.
type Layer = BTreeMap<&'static str, Raw>;

/// All values, later layers laid over earlier ones.
pub(crate) struct Gathered {
    pub(crate) values: Layer,
    pub(crate) warnings: Vec<String>,
    /// systemd's credentials directory, if there is one.
    pub(crate) credentials: Option<PathBuf>,
}

/// Reads every layer.
pub(crate) fn gather(sources: &Sources) -> Result<Gathered, ConfigError> {
    let credentials =
        sources.env.get(OsStr::new("CREDENTIALS_DIRECTORY")).filter(|dir| !dir.is_empty()).map(PathBuf::from);
    let reader = Reader { sources, credentials: credentials.as_deref() };
    let flags = reader.flags()?;
    let environment = reader.environment()?;
    let (mut values, warnings) = reader.file(&[&flags, &environment])?;
    values.extend(environment);
    values.extend(flags);
    Ok(Gathered { values, warnings, credentials })
}

struct Reader<'a> {
    sources: &'a Sources,
    credentials: Option<&'a std::path::Path>,
}

impl Reader<'_> {
    fn flags(&self) -> Result<Layer, ConfigError> {
        let mut layer = Layer::new();
        // The last of two equal flags wins, as everywhere on a command line.
        let mut last: BTreeMap<String, &String> = BTreeMap::new();
        for (name, value) in &self.sources.flags {
            last.insert(name.trim_start_matches('-').replace('-', "_"), value);
        }
        for (name, value) in last {
            self.put(&mut layer, &name, value.clone(), Place::Flag)?;
        }
        Ok(layer)
    }

    fn environment(&self) -> Result<Layer, ConfigError> {
        let mut layer = Layer::new();
        for (variable, value) in &self.sources.env {
            let variable = variable.to_string_lossy();
            let Some(upper) = variable.strip_prefix("CASEY_") else { continue };
            // Names are exact: `casey_prefix` or `CASEY_Prefix` would be read on some systems only.
            let name = upper.to_ascii_lowercase();
            if name.to_ascii_uppercase() != upper || key::find(&name).is_none() {
                return Err(unknown(&variable, &name, Place::Environment));
            }
            let Some(value) = value.to_str() else {
                return Err(ConfigError::Invalid {
                    name: variable.into_owned(),
                    place: Place::Environment,
                    read: None,
                    expected: "UTF-8 text".to_owned(),
                });
            };
            self.put(&mut layer, &name, value.to_owned(), Place::Environment)?;
        }
        self.credentials(&mut layer)?;
        Ok(layer)
    }

    fn credentials(&self, layer: &mut Layer) -> Result<(), ConfigError> {
        let Some(folder) = self.credentials else { return Ok(()) };
        for key in KEYS.iter().filter(|key| key.kind == Kind::Secret) {
            let path = folder.join(key.variable());
            if !path.exists() {
                continue;
            }
            let text = secret_file::read(&path, &key.variable(), true)?;
            insert(layer, key, Raw { text, place: Place::Credential { path }, through: None })?;
        }
        self.misnamed(folder)
    }

    /// Refuses a credential that is named like one of Casey's and is none: it would be missed without a word. One that a setting names, such as
    /// `CASEY_KEY_FILE=%d/CASEY_KEY`, may be called as it likes.
    fn misnamed(&self, folder: &Path) -> Result<(), ConfigError> {
        let named = |path: &Path| self.sources.env.iter().any(|(_, value)| Path::new(value) == path);
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            let Some(short) = name.strip_prefix("CASEY_").map(str::to_ascii_lowercase) else { continue };
            let known = KEYS.iter().any(|key| key.kind == Kind::Secret && key.name == short);
            if !known && !named(&path) {
                return Err(unknown(&name, &short, Place::Credential { path }));
            }
        }
        Ok(())
    }

    /// The file's layer. It is named by a flag, else by the environment; else `casey.toml`, which need not exist.
    fn file(&self, above: &[&Layer]) -> Result<(Layer, Vec<String>), ConfigError> {
        let named = above.iter().find_map(|layer| layer.get("config"));
        if let Some(raw) = named.filter(|raw| raw.text.is_empty()) {
            return Err(ConfigError::Invalid {
                name: key::label("config", &raw.place),
                place: raw.place.clone(),
                read: Some(String::new()),
                expected: "the path of a TOML file".to_owned(),
            });
        }
        let shown_path = named.map_or_else(|| PathBuf::from("casey.toml"), |raw| PathBuf::from(&raw.text));
        let path = self.sources.resolve(&shown_path);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
                return Ok((Layer::new(), Vec::new()));
            }
            Err(source) => {
                return Err(ConfigError::Read {
                    path: shown_path,
                    what: "the configuration file".to_owned(),
                    source,
                });
            }
        };
        let mut layer = Layer::new();
        let mut holds_secret = false;
        for entry in file::parse(&shown_path, text.trim_start_matches('\u{feff}'))? {
            match key::find(&entry.name) {
                Some(Found::Value(key)) if matches!(key.kind, Kind::ConfigFile | Kind::Ignored) => {
                    return Err(unknown(&entry.name, &entry.name, entry.place));
                }
                Some(Found::Value(key)) => holds_secret |= key.kind == Kind::Secret,
                Some(Found::SecretFile(_)) => {}
                None => return Err(unknown(&entry.name, &entry.name, entry.place)),
            }
            self.put(&mut layer, &entry.name, entry.text, entry.place)?;
        }
        let mut warnings = Vec::new();
        if holds_secret
            && fs::metadata(&path).is_ok_and(|metadata| mode::others_can_read(&metadata).is_some())
        {
            let path = shown_path.display();
            warnings.push(format!("{path} holds a secret and can be read by others: run chmod 600 {path}"));
        }
        Ok((layer, warnings))
    }

    /// Adds one value to a layer, reading the secret's file where the name says so.
    fn put(&self, layer: &mut Layer, name: &str, text: String, place: Place) -> Result<(), ConfigError> {
        match key::find(name) {
            None => Err(unknown(&key::label(name, &place), name, place)),
            Some(Found::Value(key)) if key.kind == Kind::Ignored => match place {
                Place::Environment => Ok(()),
                _ => Err(unknown(&key.label(&place), name, place)),
            },
            Some(Found::Value(key)) => insert(layer, key, Raw { text, place, through: None }),
            Some(Found::SecretFile(key)) => {
                if text.is_empty() {
                    return Err(ConfigError::Invalid {
                        name: key::label(name, &place),
                        place,
                        read: Some(String::new()),
                        expected: "the path of a file".to_owned(),
                    });
                }
                let path = self.sources.resolve(&text);
                let trusted = self.credentials.is_some_and(|folder| path.starts_with(folder));
                let text = secret_file::read(&path, &key::label(name, &place), trusted)?;
                insert(layer, key, Raw { text, place, through: Some(path) })
            }
        }
    }
}

fn insert(layer: &mut Layer, key: &'static Key, raw: Raw) -> Result<(), ConfigError> {
    if let Some(first) = layer.get(key.name) {
        return Err(ConfigError::Twice { name: key.variable(), first: way(first), second: way(&raw) });
    }
    layer.insert(key.name, raw);
    Ok(())
}

fn way(raw: &Raw) -> String {
    match &raw.through {
        Some(path) => format!("{} through the file {}", raw.place, path.display()),
        None => raw.place.to_string(),
    }
}

fn unknown(as_read: &str, name: &str, place: Place) -> ConfigError {
    let nearest = key::nearest(name, &place);
    ConfigError::Unknown { name: shown(as_read), place, nearest }
}
