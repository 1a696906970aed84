//! Discord's OpenAPI document as a judge of requests and answers (feature `openapi`).
//!
//! The document is Discord's own (`discord/discord-api-spec`, `specs/openapi.json`); it is not part of this crate. It
//! forbids no unknown fields, which [`OpenApi::unknown_fields`] makes up for, and where it and the documentation
//! differ, the documentation is right: the few known differences are allowed for here.

use std::{
    collections::HashMap,
    fmt, fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

use crate::error::SimError;

/// Fields that the documentation names and the document lacks: of commands, and what clients echo of them.
const DOCUMENTED: [&str; 4] = ["nsfw", "version", "application_id", "guild_id"];

/// Permission sets: the documentation has strings where the document has integers.
const PERMISSION_SETS: [&str; 4] = ["default_member_permissions", "permissions", "allow", "deny"];

/// How deep fields are followed; components may contain one another.
const DEPTH: usize = 12;

/// The document, ready to judge.
pub struct OpenApi {
    document: Value,
    registry: Registry<'static>,
    validators: Mutex<HashMap<String, Option<Arc<Validator>>>>,
}

impl OpenApi {
    /// Reads the document.
    ///
    /// # Errors
    /// [`SimError::Contract`] when the file cannot be read or is no such document.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, SimError> {
        let path = path.as_ref();
        let failed = |why: String| SimError::Contract { path: path.display().to_string(), why };
        let text = fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
        let document: Value = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
        if !document["paths"].is_object() {
            return Err(failed("it has no paths".to_owned()));
        }
        let registry = Registry::new()
            .add("urn:discord", document.clone())
            .and_then(jsonschema::RegistryBuilder::prepare)
            .map_err(|error| failed(error.to_string()))?;
        Ok(Self { document, registry, validators: Mutex::new(HashMap::new()) })
    }

    /// Where the document usually lies beside a workspace: `discord/openapi.json` under the folder in the variable
    /// `CASEY_SHARED`, or under a folder `shared` beside `start` or one of the folders above it.
    pub fn find(start: impl AsRef<Path>) -> Option<PathBuf> {
        let named = std::env::var_os("CASEY_SHARED").map(PathBuf::from);
        let beside = start.as_ref().ancestors().map(|folder| folder.join("shared"));
        named
            .into_iter()
            .chain(beside)
            .map(|folder| folder.join("discord/openapi.json"))
            .find(|path| path.is_file())
    }

    /// What is wrong with the JSON body of a request, in words; empty if nothing is. `path` stands below `/api/v10`.
    pub fn validate_request(&self, method: &str, path: &str, body: &Value) -> Vec<String> {
        let Some(pointer) = self.operation(method, path) else {
            return vec![format!("the document has no {method} {path}")];
        };
        let schema = format!("{pointer}/requestBody/content/application~1json/schema");
        let mut body = body.clone();
        as_the_document_has_it(&mut body);
        forwards_as_replies(&mut body);
        self.judge(&schema, &body)
    }

    /// What is wrong with an answer, in words; empty if nothing is. Answers without a body are given as null.
    pub fn validate_response(&self, method: &str, path: &str, status: u16, body: &Value) -> Vec<String> {
        let Some(pointer) = self.operation(method, path) else {
            return vec![format!("the document has no {method} {path}")];
        };
        let answers = self.document.pointer(&pointer).map(|operation| &operation["responses"]);
        let known = answers.is_some_and(|answers| !answers[status.to_string()].is_null());
        match status {
            _ if known && body.is_null() => Vec::new(),
            // The document gives the nested errors numbers for codes; the documentation's examples have words.
            400.. => self.judge("/components/schemas/Error", body),
            _ if known => {
                let mut body = body.clone();
                forwards_as_replies(&mut body);
                self.judge(&format!("{pointer}/responses/{status}/content/application~1json/schema"), &body)
            }
            _ => vec![format!("the document has no answer {status} to {method} {path}")],
        }
    }

    /// Fields of a request's body that no schema of the route names.
    pub fn unknown_fields(&self, method: &str, path: &str, body: &Value) -> Vec<String> {
        let Some(pointer) = self.operation(method, path) else { return Vec::new() };
        let schema = format!("{pointer}/requestBody/content/application~1json/schema");
        let mut unknown = Vec::new();
        if let Some(schema) = self.document.pointer(&schema) {
            self.walk(&[schema], body, "", DEPTH, &mut unknown);
        }
        unknown
    }

    /// Pointer to the operation of a path: of the templates that fit, the one with the most literal segments.
    fn operation(&self, method: &str, path: &str) -> Option<String> {
        let paths = self.document["paths"].as_object()?;
        let segments: Vec<&str> = path.split('/').collect();
        let method = method.to_lowercase();
        let literal = |template: &str| {
            let parts: Vec<&str> = template.split('/').collect();
            let open = |part: &str| part.starts_with('{');
            let fits = parts.len() == segments.len()
                && parts.iter().zip(&segments).all(|(part, one)| open(part) || part == one);
            fits.then(|| parts.iter().filter(|part| !open(part)).count())
        };
        let fitting = paths.iter().filter(|(_, item)| !item[&method].is_null());
        let (template, _) = fitting
            .filter_map(|(template, _)| literal(template).map(|count| (template, count)))
            .max_by_key(|(_, count)| *count)?;
        Some(format!("/paths/{}/{method}", template.replace('~', "~0").replace('/', "~1")))
    }

    fn judge(&self, pointer: &str, body: &Value) -> Vec<String> {
        match self.validator(pointer) {
            Some(validator) => validator
                .iter_errors(body)
                .map(|error| format!("{}: {}", error.instance_path(), error.masked()))
                .collect(),
            // A body where the document knows none is Discord's to ignore.
            None => Vec::new(),
        }
    }

    fn validator(&self, pointer: &str) -> Option<Arc<Validator>> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        let made = validators.entry(pointer.to_owned()).or_insert_with(|| {
            self.document.pointer(pointer)?;
            let fragment = pointer.replace('{', "%7B").replace('}', "%7D");
            let schema = json!({ "$ref": format!("urn:discord#{fragment}") });
            match jsonschema::options().with_registry(&self.registry).build(&schema) {
                Ok(validator) => Some(Arc::new(validator)),
                Err(error) => {
                    tracing::error!(%error, pointer, "a schema of the OpenAPI document cannot be used");
                    None
                }
            }
        });
        made.clone()
    }

    fn walk(&self, schemas: &[&Value], value: &Value, path: &str, depth: usize, unknown: &mut Vec<String>) {
        if depth == 0 {
            return;
        }
        let flat = self.flatten(schemas);
        match value {
            Value::Array(list) => {
                let items: Vec<&Value> = flat.iter().filter_map(|schema| schema.get("items")).collect();
                for (index, one) in list.iter().enumerate().filter(|_| !items.is_empty()) {
                    self.walk(&items, one, &format!("{path}[{index}]"), depth - 1, unknown);
                }
            }
            Value::Object(map) => {
                let open = |schema: &&Value| schema.get("additionalProperties").is_some_and(Value::is_object);
                if flat.iter().any(open) || !flat.iter().any(|schema| schema.get("properties").is_some()) {
                    return;
                }
                for (key, inner) in map {
                    let named: Vec<&Value> =
                        flat.iter().filter_map(|schema| schema.get("properties")?.get(key)).collect();
                    let at = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    if named.is_empty() {
                        if !DOCUMENTED.contains(&key.as_str()) {
                            unknown.push(format!("no schema names the field {at}"));
                        }
                    } else {
                        self.walk(&named, inner, &at, depth - 1, unknown);
                    }
                }
            }
            _ => {}
        }
    }

    /// The schemas with their references and alternatives laid side by side.
    fn flatten<'a>(&'a self, schemas: &[&'a Value]) -> Vec<&'a Value> {
        let mut waiting: Vec<&Value> = schemas.to_vec();
        let mut flat = Vec::new();
        while let Some(schema) = waiting.pop() {
            let target = schema["$ref"].as_str().and_then(|to| self.document.pointer(to.strip_prefix('#')?));
            waiting.extend(target);
            for key in ["oneOf", "anyOf", "allOf"] {
                waiting.extend(schema[key].as_array().into_iter().flatten());
            }
            flat.push(schema);
        }
        flat
    }
}

impl fmt::Debug for OpenApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths = self.document["paths"].as_object().map_or(0, serde_json::Map::len);
        f.debug_struct("OpenApi").field("paths", &paths).finish_non_exhaustive()
    }
}

/// Permission sets become numbers; numbers of uploaded files, which the documentation writes as such, strings.
fn as_the_document_has_it(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(as_the_document_has_it),
        Value::Object(map) => {
            for (key, inner) in map {
                if let Some(number) = inner.as_str().and_then(|text| text.parse::<u64>().ok())
                    && PERMISSION_SETS.contains(&key.as_str())
                {
                    *inner = json!(number);
                } else if key == "attachments" {
                    for file in inner.as_array_mut().into_iter().flatten() {
                        if let Some(number) = file["id"].as_u64() {
                            file["id"] = json!(number.to_string());
                        }
                    }
                } else {
                    as_the_document_has_it(inner);
                }
            }
        }
        _ => {}
    }
}

/// The document knows references of type 0 only; the documentation has 1 for forwards (Message, Message Reference).
fn forwards_as_replies(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(forwards_as_replies),
        Value::Object(map) => {
            for (key, inner) in map {
                if key == "message_reference" && inner["type"] == 1 {
                    inner["type"] = json!(0);
                }
                forwards_as_replies(inner);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_document_judges_bodies_and_names_what_it_does_not_know() {
        let Some(path) = OpenApi::find(env!("CARGO_MANIFEST_DIR")) else {
            eprintln!("skipped: Discord's OpenAPI document is not here");
            return;
        };
        let document = OpenApi::load(path).unwrap();
        let route = "/channels/1/messages";
        assert_eq!(document.validate_request("POST", route, &json!({ "content": "hi" })), [""; 0]);
        assert_eq!(
            document.validate_request("POST", route, &json!({ "content": 5, "embeds": "no" })).len(),
            2
        );
        assert_eq!(
            document.unknown_fields("POST", route, &json!({ "content": "hi", "embeds": [{ "colour": 1 }] })),
            ["no schema names the field embeds[0].colour"]
        );
        assert_eq!(document.validate_request("POST", "/nowhere", &json!({})).len(), 1);
        assert_eq!(document.validate_response("GET", "/users/1", 200, &json!({})).len(), 8);
        let error = json!({ "code": 10013, "message": "Unknown User" });
        assert_eq!(document.validate_response("GET", "/users/1", 404, &error), [""; 0]);
    }
}
