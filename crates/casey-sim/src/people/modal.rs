//! Forms that a bot opens, as people fill them in.

use std::{future::IntoFuture, pin::Pin, time::Duration};

use serde_json::{Map, Value, json};

use super::{
    OptionValue, Person, Used,
    interact::{Begun, Start},
    options::Given,
    press::choose,
};
use crate::{
    error::SimError,
    heard::Heard,
    snowflake::Snowflake,
    world::{Cause, State},
};

/// Real time between a form and its being sent: nobody is so fast that the bot hears of it before it was told that its
/// form was opened.
const READING: Duration = Duration::from_millis(50);

/// An opened form. Awaiting it sends it and waits for the answer; dropping it closes it, of which a bot never hears.
#[derive(Clone, Debug)]
#[must_use = "a form is sent when it is awaited"]
pub struct Modal {
    person: Person,
    app: Snowflake,
    channel: Snowflake,
    source: Option<Snowflake>,
    trigger: Cause,
    form: Value,
    filled: Vec<(String, Vec<OptionValue>)>,
}

impl Modal {
    pub(super) async fn wait(person: Person, begun: &Begun) -> Result<Self, SimError> {
        let shared = &person.shared;
        let check = || {
            let state = shared.lock();
            let one = state.interactions.get(begun.token())?;
            let form = one.form.clone()?;
            Some((one.app, one.channel, one.source, one.cause(), form))
        };
        let found = || "but the bot opened none".to_owned();
        let expected = format!("a form in answer to {} by {}", begun.what(), person.name());
        let place = shared.lock().place(begun.channel());
        let (app, channel, source, trigger, form) = shared.wait_for(&place, &expected, check, found).await?;
        tokio::time::sleep(READING).await;
        Ok(Self { app, channel, source, trigger, form, filled: Vec::new(), person })
    }

    /// What stands above it.
    pub fn title(&self) -> String {
        self.form["title"].as_str().unwrap_or_default().to_owned()
    }

    /// Labels of what can be filled in, from top to bottom.
    pub fn labels(&self) -> Vec<String> {
        fields(&self.form).iter().map(|field| field.label.clone()).collect()
    }

    /// Fills in a text, or chooses one value of a menu. Fields go by their label or custom id.
    pub fn fill(self, field: &str, value: impl Into<OptionValue>) -> Self {
        self.choose(field, vec![value.into()])
    }

    /// Chooses values of a menu.
    pub fn choose(mut self, field: &str, values: Vec<OptionValue>) -> Self {
        self.filled.push((field.to_owned(), values));
        self
    }

    /// Sends it without waiting for the answer.
    ///
    /// # Errors
    /// [`SimError::Refused`] when a field is not there, is empty though required, or too short or long.
    pub async fn sends(self) -> Result<Used, SimError> {
        let what = format!("send the form {:?}", self.title());
        let start = self.start().map_err(|why| self.person.refused(&what, &why))?;
        let begun = self.person.begin(start, format!("(sends the form [{}])", self.title())).await;
        Ok(Used::new(self.person, begun))
    }

    fn start(&self) -> Result<Start, String> {
        let known = fields(&self.form);
        for (name, _) in &self.filled {
            if !known.iter().any(|field| field.is(name)) {
                return Err(format!("there is no field {name:?}; there are: {}", self.labels().join(", ")));
            }
        }
        let state = self.person.shared.lock();
        let mut resolved = Map::new();
        let mut parts = Vec::new();
        for top in self.form["components"].as_array().into_iter().flatten() {
            parts.extend(self.part(&state, top, &mut resolved)?);
        }
        let mut data = json!({ "custom_id": self.form["custom_id"], "components": parts });
        if !resolved.is_empty() {
            data["resolved"] = Value::Object(resolved);
        }
        Ok(Start {
            source: self.source,
            trigger: Some(Box::new(self.trigger.clone())),
            ..Start::new(self.app, 5, self.channel, "", data)
        })
    }

    /// A part of the form as it is sent back.
    fn part(
        &self,
        state: &State,
        top: &Value,
        resolved: &mut Map<String, Value>,
    ) -> Result<Option<Value>, String> {
        let Some(field) = Field::of(top) else {
            return Ok((top["type"] == 10).then(|| json!({ "type": 10, "id": top["id"] })));
        };
        let given = self.filled.iter().rev().find(|(name, _)| field.is(name)).map(|(_, values)| values);
        let inner = field.sent(state, self.trigger.guild, given.map(Vec::as_slice), resolved)?;
        Ok(Some(if top["type"] == 1 {
            json!({ "type": 1, "id": top["id"], "components": [inner] })
        } else {
            json!({ "type": 18, "id": top["id"], "component": inner })
        }))
    }
}

/// A field of a form.
struct Field<'a> {
    label: String,
    part: &'a Value,
}

fn fields(form: &Value) -> Vec<Field<'_>> {
    form["components"].as_array().into_iter().flatten().filter_map(Field::of).collect()
}

impl<'a> Field<'a> {
    /// The field in a label, or in an older action row.
    fn of(top: &'a Value) -> Option<Self> {
        let (label, part) = match top["type"].as_u64()? {
            1 => (&top["components"][0]["label"], &top["components"][0]),
            18 => (&top["label"], &top["component"]),
            _ => return None,
        };
        Some(Self { label: label.as_str().unwrap_or_default().to_owned(), part })
    }

    fn is(&self, name: &str) -> bool {
        self.label == name || self.part["custom_id"] == name
    }

    fn sent(
        &self,
        state: &State,
        guild: Option<Snowflake>,
        given: Option<&[OptionValue]>,
        resolved: &mut Map<String, Value>,
    ) -> Result<Value, String> {
        let part = self.part;
        let mut body = json!({ "type": part["type"], "id": part["id"], "custom_id": part["custom_id"] });
        let required = part["required"] != false;
        if part["type"] == 4 {
            body["value"] = json!(self.text(given, required)?);
            return Ok(body);
        }
        let values = given.unwrap_or_default();
        body["values"] = if values.is_empty() && !required {
            json!([])
        } else {
            json!(choose(state, &Given::plain(guild, &[]), part, values, resolved)?)
        };
        Ok(body)
    }

    fn text(&self, given: Option<&[OptionValue]>, required: bool) -> Result<String, String> {
        let text = match given {
            None => self.part["value"].as_str().unwrap_or_default().to_owned(),
            Some([OptionValue::Text(text)]) => text.clone(),
            Some(other) => return Err(format!("the field {:?} takes text, not {other:?}", self.label)),
        };
        let length = text.chars().count() as u64;
        if text.is_empty() && !required {
            return Ok(text);
        }
        let (min, max) = (&self.part["min_length"], &self.part["max_length"]);
        let (min, max) = (min.as_u64().unwrap_or(u64::from(required)), max.as_u64().unwrap_or(4_000));
        if length < min || length > max {
            return Err(format!(
                "the field {:?} takes between {min} and {max} characters, not {length}",
                self.label
            ));
        }
        Ok(text)
    }
}

impl IntoFuture for Modal {
    type Output = Result<Heard, SimError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.sends().await?.answer().await })
    }
}
