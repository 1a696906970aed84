//! The database's shape against the inventory (checks K3, K4, K5).

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    declare::{ColumnDecl, Erase, StoreDecl, StoreKind, Subject, looks_personal},
    inventory::Inventory,
};

use super::{
    finding::{Code, Finding},
    shape::{ColumnShape, ShapeKind, TableShape},
};

/// Compares the shape of a database with the tables the inventory declares.
///
/// Empty means that every table, view and column is declared and there, that a person's id leads to all
/// personal data, and that an index leads with every such id. The database's own tables (`sqlite_…`,
/// `pg_…`) do not belong into `shapes`; the migration tool's does, and is declared like any other.
/// Findings are sorted by place.
pub fn schema(inventory: &Inventory, shapes: &[TableShape]) -> Vec<Finding> {
    let declared: BTreeMap<&str, &'static StoreDecl> = inventory
        .stores()
        .filter(|store| store.kind == StoreKind::Table)
        .map(|store| (store.name, store))
        .collect();
    let present: BTreeMap<&str, &TableShape> =
        shapes.iter().map(|shape| (shape.name.as_str(), shape)).collect();

    let mut findings = Vec::new();
    for (name, shape) in &present {
        match declared.get(name) {
            Some(store) => compare(store, shape, &mut findings),
            None => findings.push(undeclared(shape)),
        }
    }
    for (name, store) in &declared {
        if !present.contains_key(name) {
            findings.push(Finding {
                code: Code::MissingTable,
                place: (*name).to_owned(),
                remedy: format!(
                    "Add a migration that creates it, or remove it from the module {}.",
                    store.owner
                ),
            });
        }
        if store.is_personal() && !leads_to_person(store, &declared, &mut BTreeSet::new()) {
            findings.push(Finding {
                code: Code::Unreachable,
                place: (*name).to_owned(),
                remedy: "Name the column that holds the person's id as its subject, or lead through the table that does.".to_owned(),
            });
        }
    }
    findings.sort_by(|left, right| (&left.place, left.code).cmp(&(&right.place, right.code)));
    findings
}

fn undeclared(shape: &TableShape) -> Finding {
    let (code, remedy) = match shape.kind {
        ShapeKind::View => {
            (Code::UndeclaredView, "Declare the view like a table, or drop it in a migration.")
        }
        ShapeKind::Table => (
            Code::UndeclaredTable,
            "Derive PersonalData on its entity and list it in its module, or drop it in a migration.",
        ),
        ShapeKind::Virtual => (
            Code::UndeclaredTable,
            "Declare the virtual table and each table the database keeps for it, or drop it in a migration.",
        ),
    };
    Finding { code, place: shape.name.clone(), remedy: remedy.to_owned() }
}

fn compare(store: &StoreDecl, shape: &TableShape, findings: &mut Vec<Finding>) {
    let mut report = |code, column: &str, remedy: &str| {
        let place = format!("{}.{column}", store.name);
        findings.push(Finding { code, place, remedy: remedy.to_owned() });
    };
    for column in &shape.columns {
        if store.column(&column.name).is_none() {
            let remedy = if column.generated || column.hidden {
                "Declare it, although the database computes or hides it, or drop it in a migration."
            } else {
                "Add the field with its #[privacy(…)] to the entity, or drop the column in a migration."
            };
            report(Code::UndeclaredColumn, &column.name, remedy);
        }
    }
    for column in store.columns {
        match shape.columns.iter().find(|shape| shape.name == column.name) {
            None => report(
                Code::MissingColumn,
                column.name,
                "Add a migration that creates it, or remove the field from the entity.",
            ),
            Some(shape) if column.erase == Erase::Nullify && !shape.nullable => report(
                Code::NullifyNotNull,
                column.name,
                "Allow NULL in a migration, or choose another way to erase it.",
            ),
            Some(found) => {
                if let Some(remedy) = differs(column, found, shape.kind) {
                    report(Code::OtherType, column.name, &remedy);
                }
            }
        }
        if name_misleads(column) {
            report(
                Code::Name,
                column.name,
                "Its name suggests personal data: classify it so, or say why it is none.",
            );
        }
    }
    // Views have no indexes; those of the tables beneath count, and are checked there.
    if shape.kind == ShapeKind::Table {
        for column in indexed_columns(store) {
            if shape.columns.iter().any(|shape| shape.name == column) && !shape.finds_by(column) {
                report(
                    Code::NoIndex,
                    column,
                    "Add an index that starts with it, so that finding a person's rows takes bounded time.",
                );
            }
        }
    }
}

/// How to mend it if the database holds something else than the field says. A view says nothing of NULL.
fn differs(column: &ColumnDecl, found: &ColumnShape, of: ShapeKind) -> Option<String> {
    let declared = column.value?;
    if !found.kind.is_some_and(|kind| kind.agrees(declared.kind)) {
        let (is, sql_type) = (declared.kind.words(), &found.sql_type);
        return Some(format!(
            "It is declared as {is} and is {sql_type}: change one of the two in a migration."
        ));
    }
    (of == ShapeKind::Table && found.nullable != declared.nullable).then(|| {
        let (is, word) = if declared.nullable { ("may", "Drop") } else { ("may not", "Set") };
        format!("By its field it {is} be NULL, and in the database it is the other way round: {word} NOT NULL in a migration.")
    })
}

/// The columns by which a person's rows are found.
fn indexed_columns(store: &StoreDecl) -> BTreeSet<&'static str> {
    let mut columns: BTreeSet<_> = store.person_columns().map(|column| column.name).collect();
    if let Subject::Through { column, .. } = store.subject {
        columns.insert(column);
    }
    columns
}

fn name_misleads(column: &ColumnDecl) -> bool {
    let reason = match column.erase {
        Erase::NotPersonal { why } => Some(why),
        _ => column.why,
    };
    looks_personal(column.name)
        && !column.is_personal()
        && reason.is_none_or(|reason| reason.trim().is_empty())
}

fn leads_to_person(
    store: &StoreDecl,
    declared: &BTreeMap<&str, &'static StoreDecl>,
    seen: &mut BTreeSet<&'static str>,
) -> bool {
    if store.person_columns().next().is_some() {
        return true;
    }
    match store.subject {
        Subject::Through { store: next, .. } => {
            seen.insert(next) && declared.get(next).is_some_and(|next| leads_to_person(next, declared, seen))
        }
        Subject::None | Subject::Column(_) => false,
    }
}
