//! The inventory as committed: JSON whose order never depends on the code's.

use serde_json::{Map, Value, json};

use crate::{
    declare::{Art15, ColumnDecl, Erase, Export, OnLeave, Rectify, Retention, Source, StoreDecl, Subject},
    purpose::{Basis, PurposeDecl},
};

use super::Inventory;

/// Raised when the meaning or layout of the file changes.
const FORMAT: u32 = 1;

pub(super) fn render(inventory: &Inventory) -> String {
    let value = json!({
        "format": FORMAT,
        "purposes": inventory.purposes.iter().map(|purpose| purpose_value(purpose)).collect::<Vec<_>>(),
        "stores": inventory.stores.iter().map(|store| store_value(store)).collect::<Vec<_>>(),
    });
    format!("{:#}\n", sorted(value))
}

/// Sorts the keys of every object: whether the map keeps insertion order is decided by features other crates
/// choose, and the file must not change with them.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.into_iter().collect();
            entries.sort_by(|left, right| left.0.cmp(&right.0));
            Value::Object(entries.into_iter().map(|(key, value)| (key, sorted(value))).collect::<Map<_, _>>())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(sorted).collect()),
        other => other,
    }
}

fn purpose_value(purpose: &PurposeDecl) -> Value {
    json!({
        "id": purpose.id,
        "data_use": purpose.data_use.key(),
        "dpv": purpose.dpv,
        "basis": purpose.basis.iri(),
        "objection": purpose.objection.key(),
    })
}

fn store_value(store: &StoreDecl) -> Value {
    let mut columns: Vec<_> = store.columns.iter().collect();
    columns.sort_unstable_by_key(|column| column.name);
    json!({
        "kind": store.kind.key(),
        "name": store.name,
        "owner": store.owner,
        "since": store.since,
        "subject": subject_value(store.subject),
        "scope": store.scope.key(),
        "on_member_leave": leave_text(store.on_member_leave),
        "on_guild_leave": leave_text(store.on_guild_leave),
        "retention": retention_value(store.retention),
        "aged_by": store.aged_by,
        "art15_4": art15_text(store.art15_4),
        "label": store.label,
        "explain": store.explain,
        "columns": columns.into_iter().map(column_value).collect::<Vec<_>>(),
    })
}

fn column_value(column: &ColumnDecl) -> Value {
    let mut purposes: Vec<_> = column.purposes.iter().map(|purpose| purpose.id).collect();
    purposes.sort_unstable();
    json!({
        "name": column.name,
        "category": column.category.key(),
        "purposes": purposes,
        "basis": column.bases().into_iter().map(Basis::iri).collect::<Vec<_>>(),
        "source": source_text(column.source),
        "retention": column.retention.map(retention_value),
        "erase": erase_value(column.erase),
        "export": export_text(column.export),
        "rectify": rectify_text(column.rectify),
        "encrypted": column.encrypted,
        "free_text": column.free_text,
        "value": column.value.map(|value| json!({ "kind": value.kind.key(), "nullable": value.nullable })),
        "why": column.why,
        "label": column.label,
        "explain": column.explain,
    })
}

fn subject_value(subject: Subject) -> Value {
    match subject {
        Subject::None => Value::Null,
        Subject::Column(name) => json!(name),
        Subject::Through { column, store, key } => json!(format!("{column} -> {store}.{key}")),
    }
}

fn retention_value(retention: Retention) -> Value {
    match retention {
        Retention::Days(days) => json!({ "days": days }),
        Retention::WhileInUse => json!("while_in_use"),
        Retention::UntilErased => json!("until_erased"),
        Retention::AfterEvent { event, days } => json!({ "after": event, "days": days }),
        Retention::GuildSetting { min, max, default } => {
            json!({ "guild_setting": { "min": min, "max": max, "default": default } })
        }
        // Whole seconds are exact for every bound; the least of most classes is a millisecond, hence text.
        Retention::Ttl { min, max } => {
            json!({ "ttl": { "min": format!("{min:?}"), "max": format!("{max:?}") } })
        }
    }
}

fn erase_value(erase: Erase) -> Value {
    match erase {
        Erase::DeleteRow => json!("delete_row"),
        Erase::Nullify => json!("nullify"),
        Erase::Replace(text) => json!({ "replace": text }),
        Erase::Bucket => json!("bucket"),
        Erase::KeepUntil { reason, retention } => {
            json!({ "keep": { "reason": reason.key(), "until": retention_value(retention) } })
        }
        Erase::WithParent => json!("with_parent"),
        Erase::NotPersonal { why } => json!({ "not_personal": why }),
    }
}

fn leave_text(leave: OnLeave) -> String {
    match leave {
        OnLeave::Unaffected => "unaffected".to_owned(),
        OnLeave::EraseNow => "erase_now".to_owned(),
        OnLeave::EraseAfterGrace => "erase_after_grace".to_owned(),
        OnLeave::Keep(why) => format!("keep: {why}"),
    }
}

fn export_text(export: Export) -> String {
    match export {
        Export::Access => "access".to_owned(),
        Export::Portability => "portability".to_owned(),
        Export::Withhold(reason) => format!("withhold: {}", reason.key()),
    }
}

fn rectify_text(rectify: Rectify) -> String {
    match rectify {
        Rectify::Setter(id) => format!("setter: {id}"),
        Rectify::RefreshFromDiscord => "refresh_from_discord".to_owned(),
        Rectify::Immutable(why) => format!("immutable: {why}"),
    }
}

const fn source_text(source: Source) -> &'static str {
    match source {
        Source::Provided => "provided",
        Source::Observed => "observed",
        Source::Derived => "derived",
        Source::Inferred => "inferred",
        Source::ThirdParty => "third_party",
    }
}

const fn art15_text(art15: Art15) -> &'static str {
    match art15 {
        Art15::OwnOnly => "own_only",
        Art15::PseudonymiseOthers => "pseudonymise_others",
        Art15::WithholdIfOther => "withhold_if_other",
    }
}
