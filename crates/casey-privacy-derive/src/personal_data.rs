//! `#[derive(PersonalData)]`: a struct whose fields are the columns of a table.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Data, DataStruct, DeriveInput, Field, Fields, Ident, Meta, Type, ext::IdentExt, spanned::Spanned};

use crate::{
    args::{Args, doc_text, option, sea_orm_args, sea_orm_text},
    column::{self, Column},
    store::{self, Scope, Subject},
    words::Word,
};

const STORE_KEYS: &[&str] = &[
    "owner",
    "table",
    "subject",
    "scope",
    "since",
    "retention",
    "aged_by",
    "on_member_leave",
    "on_guild_leave",
    "art15_4",
    "label",
    "explain",
];

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    // `#[sea_orm::model]` copies derives to this struct; the declaration belongs to `Model`.
    if input.ident == "ModelEx" {
        return Ok(TokenStream::new());
    }
    let Data::Struct(DataStruct { fields: Fields::Named(fields), .. }) = &input.data else {
        return Err(syn::Error::new_spanned(
            &input.ident,
            "PersonalData describes a struct with named fields",
        ));
    };
    let args = Args::of_privacy(&input.attrs, input.ident.span(), STORE_KEYS)?.ok_or_else(|| {
        syn::Error::new_spanned(
            &input.ident,
            "missing #[privacy(…)] on the struct: its owner, subject, scope, since, retention, label",
        )
    })?;

    // Every field is looked at, so that one build shows all that is wrong.
    let (mut columns, mut errors) = (Vec::new(), None::<syn::Error>);
    for field in &fields.named {
        match read_field(field) {
            Ok(Some(column)) => columns.push((field, column)),
            Ok(None) => {}
            Err(error) => match &mut errors {
                Some(errors) => errors.combine(error),
                None => errors = Some(error),
            },
        }
    }
    match errors {
        Some(errors) => Err(errors),
        None => expand_store(input, &args, &columns),
    }
}

fn read_field(field: &Field) -> syn::Result<Option<Column>> {
    let Some(ident) = &field.ident else { return Ok(None) };
    let metas = sea_orm_args(&field.attrs)?;
    let args = Args::of_privacy(&field.attrs, ident.span(), column::KEYS)?;
    if !is_column(field, &metas) {
        return match args {
            None => Ok(None),
            Some(_) => {
                Err(syn::Error::new(ident.span(), "a relation is no column: remove its #[privacy(…)]"))
            }
        };
    }
    let args = args.ok_or_else(|| {
        syn::Error::new(
            ident.span(),
            format!(
                "the column `{ident}` has no #[privacy(…)]: say its category, purpose, source and erasure"
            ),
        )
    })?;
    let name = sea_orm_text(&metas, "column_name").unwrap_or_else(|| ident.unraw().to_string());
    column::expand(name, doc_text(&field.attrs), Some(&field.ty), &args).map(Some)
}

/// Relations, and what the ORM is told to ignore, are not columns.
fn is_column(field: &Field, metas: &[Meta]) -> bool {
    const NOT_COLUMNS: [&str; 5] = ["has_one", "has_many", "belongs_to", "self_ref", "ignore"];
    const RELATIONS: [&str; 3] = ["HasOne", "HasMany", "BelongsTo"];
    let by_attribute = metas.iter().any(|meta| NOT_COLUMNS.iter().any(|name| meta.path().is_ident(name)));
    let by_type = match &field.ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|segment| RELATIONS.iter().any(|name| segment.ident == name)),
        _ => false,
    };
    !by_attribute && !by_type
}

fn expand_store(input: &DeriveInput, args: &Args, columns: &[(&Field, Column)]) -> syn::Result<TokenStream> {
    let name = table_name(input, args)?;
    let owner = args.required_text("owner", "the module it belongs to")?;
    let label = args.required_text("label", "a short name a person understands")?;
    let explain = match args.text("explain")? {
        Some(text) => text.value(),
        None => doc_text(&input.attrs)
            .ok_or_else(|| syn::Error::new(args.span, "missing `explain`, or a doc comment in its place"))?,
    };
    let since = args.integer("since")?.ok_or_else(|| {
        syn::Error::new(args.span, "missing `since`: the version of the policy that announces it")
    })?;
    let scope = Scope::parse(args.required("scope", "who a row belongs to, such as `user`")?)?;
    let retention = store::retention(args.required("retention", "how long a row is kept")?)?;
    let aged_by = aged_by(args, columns)?;
    let (on_member_leave, on_guild_leave) = store::leaves(args, scope)?;

    let subject = Subject::parse(args.required("subject", "the column with the person's id, or `none`")?)?;
    let subject_name = subject_column(&subject, columns)?;
    let names_others = columns
        .iter()
        .any(|(_, column)| column.category.key == "user.unique_id" && Some(&column.name) != subject_name);
    let art15_4 = store::art15_4(args, names_others)?;
    let subject = subject.tokens(subject_name.map_or("", String::as_str));

    let scope = scope.tokens();
    let columns = columns.iter().map(|(_, column)| &column.tokens);
    let ident = &input.ident;
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #impl_generics ::casey_privacy::PersonalData for #ident #type_generics #where_clause {
            const STORE: &'static ::casey_privacy::StoreDecl = &::casey_privacy::StoreDecl {
                kind: ::casey_privacy::StoreKind::Table,
                name: #name,
                owner: #owner,
                since: #since,
                subject: #subject,
                scope: #scope,
                on_member_leave: #on_member_leave,
                on_guild_leave: #on_guild_leave,
                retention: #retention,
                aged_by: #aged_by,
                art15_4: #art15_4,
                label: #label,
                explain: #explain,
                columns: &[#(#columns),*],
            };
        }
    })
}

fn table_name(input: &DeriveInput, args: &Args) -> syn::Result<String> {
    let metas = sea_orm_args(&input.attrs)?;
    if let Some(meta) = metas.iter().find(|meta| meta.path().is_ident("rename_all")) {
        return Err(syn::Error::new(
            meta.span(),
            "PersonalData does not know `rename_all`: use `column_name`",
        ));
    }
    match (sea_orm_text(&metas, "table_name"), args.text("table")?) {
        (Some(name), None) => Ok(name),
        (None, Some(name)) => Ok(name.value()),
        (Some(_), Some(name)) => {
            Err(syn::Error::new(name.span(), "#[sea_orm(table_name)] names the table already"))
        }
        (None, None) => Err(syn::Error::new(
            args.span,
            "missing `table`: the table's name, unless #[sea_orm(table_name = \"…\")] gives it",
        )),
    }
}

/// The database's name of the column the subject names by its field.
fn subject_column<'a>(subject: &Subject, columns: &'a [(&Field, Column)]) -> syn::Result<Option<&'a String>> {
    subject.column().map(|wanted| named("subject", wanted, columns)).transpose()
}

/// The column that a row's age counts from, as code.
fn aged_by(args: &Args, columns: &[(&Field, Column)]) -> syn::Result<TokenStream> {
    let Some(expr) = args.expr("aged_by")? else { return Ok(option(None)) };
    let word = Word::parse(expr, "column")?;
    let [] = word.exactly("aged_by = made_at")?;
    let name = named("column of its age", word.name, columns)?;
    Ok(option(Some(quote!(#name))))
}

/// The database's name of a column that is named by its field.
fn named<'a>(what: &str, wanted: &Ident, columns: &'a [(&Field, Column)]) -> syn::Result<&'a String> {
    let found = columns.iter().find(|(field, _)| field.ident.as_ref() == Some(wanted));
    found.map(|(_, column)| &column.name).ok_or_else(|| {
        let wanted = wanted.to_token_stream();
        syn::Error::new_spanned(&wanted, format!("the {what} `{wanted}` names no column of this table"))
    })
}
