//! From text to typed values, with the sentence when it fails.

use std::path::PathBuf;

use crate::config::Setting;
use crate::error::{ConfigError, shown};
use crate::gather::{Gathered, Raw};
use crate::key::{self, Found, Key, Kind};
use crate::place::Place;
use crate::secret::Secret;

/// Reads values and remembers where each came from.
pub(crate) struct Reader {
    gathered: Gathered,
    settings: Vec<Setting>,
}

impl Reader {
    pub(crate) fn new(gathered: Gathered) -> Self {
        Self { gathered, settings: Vec::new() }
    }

    /// What is known beside the values: where they came from, systemd's folder, the warnings.
    pub(crate) fn finish(self) -> (Vec<Setting>, Option<PathBuf>, Vec<String>) {
        (self.settings, self.gathered.credentials, self.gathered.warnings)
    }

    /// The value of `name` if it was given, read by `parse`.
    pub(crate) fn optional<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(Found::Value(key)) = key::find(name) else { return Ok(None) };
        let Some(raw) = self.gathered.values.get(name) else {
            self.settings.push(Setting { name, place: Place::Default, value: None });
            return Ok(None);
        };
        // An empty value is a mistake, never "not set": a lost token must not turn into a healthy simulation.
        let value = if raw.text.is_empty() { None } else { parse(&raw.text) };
        let value = value.ok_or_else(|| invalid(key, raw))?;
        let text = if key.kind == Kind::Secret { "…".to_owned() } else { shown(&raw.text) };
        self.settings.push(Setting { name, place: raw.place.clone(), value: Some(text) });
        Ok(Some(value))
    }

    /// The value of `name`, or `fallback`, which is written `default` among the settings.
    pub(crate) fn or<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
        default: impl Into<String>,
        fallback: T,
    ) -> Result<T, ConfigError> {
        let value = self.optional(name, parse)?;
        if value.is_none()
            && let Some(setting) = self.settings.last_mut()
        {
            setting.value = Some(shown(&default.into()));
        }
        Ok(value.unwrap_or(fallback))
    }

    /// A secret that is one word.
    pub(crate) fn secret(&mut self, name: &'static str) -> Result<Option<Secret>, ConfigError> {
        self.optional(name, |text| {
            let word = text.strip_prefix("Bot ").unwrap_or(text);
            (!word.is_empty() && word.bytes().all(|byte| byte.is_ascii_graphic())).then(|| Secret::new(word))
        })
    }
}

fn invalid(key: &Key, raw: &Raw) -> ConfigError {
    let name = match &raw.through {
        Some(path) => format!("{} (the content of {})", key.label(&raw.place), path.display()),
        None => key.label(&raw.place),
    };
    let hidden = key.kind == Kind::Secret && !raw.text.is_empty();
    ConfigError::Invalid {
        name,
        place: raw.place.clone(),
        read: (!hidden).then(|| shown(&raw.text)),
        expected: key.expected.to_owned(),
    }
}
