use casey_privacy::{
    ValueKind,
    check::{Code, ColumnShape, ShapeKind, TableShape, schema},
};

use crate::fixture;

fn integer(name: &str) -> ColumnShape {
    ColumnShape::new(name, "bigint")
}

/// The shape that fits the fixture.
fn shapes() -> Vec<TableShape> {
    vec![
        TableShape::table("user_prefix")
            .column(integer("user_id"))
            .column(ColumnShape::new("prefix", "TEXT"))
            .index(["user_id"]),
        TableShape::table("mod_case")
            .column(integer("id"))
            .column(integer("target_id"))
            .column(integer("moderator_id").nullable())
            .index(["id"])
            .index(["target_id", "id"])
            .index(["moderator_id"]),
        TableShape::table("case_note")
            .column(integer("case_id"))
            .column(ColumnShape::new("written_at", "BIGINT"))
            .column(ColumnShape::new("text", "TEXT"))
            .index(["case_id"]),
    ]
}

/// Changes the shape, and expects exactly these findings.
#[track_caller]
fn expect(change: impl FnOnce(&mut Vec<TableShape>), expected: &[(Code, &str)]) {
    let mut shapes = shapes();
    change(&mut shapes);
    let findings = schema(&fixture::inventory(), &shapes);
    let found: Vec<_> = findings.iter().map(|finding| (finding.code, finding.place.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_clean_schema_has_no_findings() {
    expect(|_| {}, &[]);
}

#[test]
fn every_undeclared_thing_is_found() {
    expect(|shapes| shapes.push(TableShape::table("secret")), &[(Code::UndeclaredTable, "secret")]);
    expect(
        |shapes| shapes.push(TableShape { kind: ShapeKind::View, ..TableShape::table("everyone") }),
        &[(Code::UndeclaredView, "everyone")],
    );
    expect(
        |shapes| shapes.push(TableShape { kind: ShapeKind::Virtual, ..TableShape::table("search_idx") }),
        &[(Code::UndeclaredTable, "search_idx")],
    );
    expect(
        |shapes| {
            shapes[0].columns.push(ColumnShape { generated: true, hidden: true, ..integer("lower_prefix") });
        },
        &[(Code::UndeclaredColumn, "user_prefix.lower_prefix")],
    );
}

#[test]
fn every_missing_thing_is_found() {
    expect(|shapes| drop(shapes.pop()), &[(Code::MissingTable, "case_note")]);
    expect(
        |shapes| shapes[0].columns.retain(|column| column.name != "prefix"),
        &[(Code::MissingColumn, "user_prefix.prefix")],
    );
}

#[test]
fn an_index_must_start_with_the_person() {
    expect(
        |shapes| {
            shapes[1].indexes =
                vec![vec!["id".to_owned(), "target_id".to_owned()], vec!["moderator_id".to_owned()]];
        },
        &[(Code::NoIndex, "mod_case.target_id")],
    );
    expect(|shapes| drop(shapes[1].indexes.pop()), &[(Code::NoIndex, "mod_case.moderator_id")]);
    expect(|shapes| shapes[2].indexes.clear(), &[(Code::NoIndex, "case_note.case_id")]);
}

#[test]
fn a_column_that_is_nulled_may_be_null() {
    expect(
        |shapes| shapes[1].columns[2].nullable = false,
        &[(Code::NullifyNotNull, "mod_case.moderator_id")],
    );
}

#[test]
fn a_column_holds_what_its_field_says() {
    let retyped = |sql_type: &str| {
        let changed = ColumnShape::new("text", sql_type);
        move |shapes: &mut Vec<TableShape>| shapes[2].columns[2] = changed
    };
    for fits in ["TEXT", "text", "character varying(900)", "varchar"] {
        expect(retyped(fits), &[]);
    }
    for differs in ["bigint", "bytea", "jsonb", "integer", ""] {
        expect(retyped(differs), &[(Code::OtherType, "case_note.text")]);
    }
    expect(
        |shapes| shapes[2].columns[1] = ColumnShape::new("written_at", "integer"),
        &[(Code::OtherType, "case_note.written_at")],
    );
    // Where the database does not say how long a number may be, every length fits.
    let any = ColumnShape { kind: Some(ValueKind::Int), ..ColumnShape::new("written_at", "INTEGER") };
    expect(|shapes| shapes[2].columns[1] = any, &[]);
    expect(
        |shapes| shapes[2].columns[2] = ColumnShape::new("text", "text").nullable(),
        &[(Code::OtherType, "case_note.text")],
    );
}

#[test]
fn a_finding_is_one_line_with_its_remedy() {
    let mut shapes = shapes();
    shapes[0].columns.push(integer("age"));
    let findings = schema(&fixture::inventory(), &shapes);
    assert_eq!(
        findings[0].to_string(),
        "K3-undeclared-column user_prefix.age: Add the field with its #[privacy(…)] to the entity, or drop the \
         column in a migration."
    );
}

mod lost {
    use casey_privacy::{
        Category, ColumnDecl, Purpose, StoreDecl, StoreKind, Subject, purposes::CoreSettings,
    };

    use super::*;

    const LOST: StoreDecl = StoreDecl {
        columns: &[ColumnDecl::new("locale", Category::UserDemographicLanguage, &[CoreSettings::ENTRY])],
        ..StoreDecl::new(StoreKind::Table, "lost", "core")
    };
    const RING: StoreDecl = StoreDecl {
        subject: Subject::Through { column: "locale", store: "ring", key: "locale" },
        ..StoreDecl { name: "ring", ..LOST }
    };

    #[test]
    fn personal_data_that_nobody_leads_to() {
        let inventory = fixture::builder().module("core", &[&LOST, &RING]).build().unwrap();
        let shapes = ["lost", "ring"]
            .map(|name| TableShape::table(name).column(ColumnShape::new("locale", "TEXT")).index(["locale"]));
        let found: Vec<_> = schema(&inventory, &shapes).into_iter().map(|f| (f.code, f.place)).collect();
        assert_eq!(found, [(Code::Unreachable, "lost".to_owned()), (Code::Unreachable, "ring".to_owned())]);
    }
}
