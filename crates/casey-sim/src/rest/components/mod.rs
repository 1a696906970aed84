//! Components of messages and of forms (Discord docs: Components).

mod controls;
mod layout;
mod modal;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::form::Form;
use crate::limits;

pub(super) use modal::read as read_modal;

/// How the components of a message are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Action rows below the text.
    Rows,
    /// The message is nothing but components (flag `IS_COMPONENTS_V2`).
    Whole,
    /// An edit, which keeps to what the message is.
    Either,
}

/// What must be unique in a message, and what is counted over all of it.
#[derive(Default)]
struct Used {
    custom_ids: BTreeSet<String>,
    next_id: i64,
    /// Components, nested ones too.
    count: usize,
    /// Characters of all texts.
    characters: usize,
}

/// Reads the `components` of a message.
pub(super) fn read(form: &mut Form<'_>, layout: Layout) -> Option<Vec<Value>> {
    let most = if layout == Layout::Rows { limits::ROWS } else { limits::COMPONENTS };
    let tops = form.forms("components", most)?;
    let mut used = Used::default();
    let list: Vec<Value> = tops
        .into_iter()
        .map(|top| match layout {
            Layout::Rows => read_row(top, &mut used),
            _ => layout::read(top, &mut used, layout::TOP),
        })
        .collect();
    if used.count > limits::COMPONENTS {
        form.issue(
            "components",
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            "At most 40 components in a message.",
        );
    }
    if used.characters > limits::COMPONENT_TEXT {
        let what = "The texts of all components must be 4000 or fewer in length.";
        form.issue("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", what);
    }
    Some(list)
}

/// Whether components are such as only a message with `IS_COMPONENTS_V2` has.
pub(super) fn only_whole(list: &[Value]) -> bool {
    list.iter().any(|one| one["type"] != 1)
}

/// Reads an action row of buttons, or of one menu.
fn read_row(mut row: Form<'_>, used: &mut Used) -> Value {
    row.required("type");
    match row.value("type").and_then(Value::as_i64) {
        Some(1) => {}
        Some(9 | 10 | 12 | 13 | 14 | 17) => {
            let what = "This component takes a message with the flag IS_COMPONENTS_V2.";
            row.issue("type", "UNION_TYPE_CHOICES", what);
            return Value::Null;
        }
        _ => {
            row.issue(
                "type",
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (1, 9, 10, 12, 13, 14, 17).",
            );
            return Value::Null;
        }
    }
    let id = used.id(&mut row);
    row.required("components");
    let parts = row.forms("components", limits::BUTTONS).unwrap_or_default();
    if parts.is_empty() {
        row.issue("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
    }
    let list: Vec<Value> = parts.into_iter().map(|part| controls::read(part, used)).collect();
    let menus = list.iter().filter(|one| one["type"] != 2).count();
    if menus > 1 || (menus == 1 && list.len() > 1) {
        row.issue(
            "components",
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
            "The specified component exceeds the maximum width",
        );
    }
    row.finish();
    json!({ "type": 1, "id": id, "components": list })
}

impl Used {
    /// Counts a component and gives its id: the one it asks for, or the next.
    fn id(&mut self, form: &mut Form<'_>) -> i64 {
        self.count += 1;
        match form.integer("id", 0, i64::from(i32::MAX)) {
            Some(id) if id > 0 => id,
            _ => {
                self.next_id += 1;
                self.next_id
            }
        }
    }

    fn custom_id(&mut self, part: &Form<'_>, custom_id: Option<String>, body: &mut Map<String, Value>) {
        match custom_id {
            None => part.issue("custom_id", "BASE_TYPE_REQUIRED", "This field is required"),
            Some(id) => {
                if !self.custom_ids.insert(id.clone()) {
                    part.issue(
                        "custom_id",
                        "COMPONENT_CUSTOM_ID_DUPLICATED",
                        "Component custom id cannot be duplicated",
                    );
                }
                body.insert("custom_id".to_owned(), json!(id));
            }
        }
    }
}
