//! What stands on a field: the column.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Expr, GenericArgument, LitStr, PathArguments, PathSegment, Type};

use crate::{
    args::{Args, option, purposes_tokens, text_of},
    category::Category,
    store::retention,
    words::{Word, last_name, one_of},
};

/// Every key a column may have.
pub(crate) const KEYS: &[&str] = &[
    "category",
    "purpose",
    "purposes",
    "basis",
    "source",
    "retention",
    "erase",
    "export",
    "rectify",
    "encrypted",
    "free_text",
    "not_personal",
    "why",
    "label",
    "explain",
];

/// A column after its rules were checked.
pub(crate) struct Column {
    /// The name in the database.
    pub(crate) name: String,
    pub(crate) category: Category,
    pub(crate) tokens: TokenStream,
}

/// Reads and checks the annotation of one column.
pub(crate) fn expand(
    name: String,
    doc: Option<String>,
    ty: Option<&Type>,
    args: &Args,
) -> syn::Result<Column> {
    let not_personal =
        args.flag("not_personal")? || erase_word(args)?.is_some_and(|word| word == "NotPersonal");
    let why = args.text("why")?;
    let category = category(args, not_personal)?;
    let source = source(args, not_personal)?;
    check_name(&name, args, category, not_personal, why.as_ref())?;
    check_content(args, category, &source)?;

    let purposes = purposes(args, not_personal, &source)?;
    let encrypted = args.flag("encrypted")?;
    if category.key == "user.authorization.credentials" && !encrypted {
        return Err(syn::Error::new(args.span_of("category"), "credentials must be stored `encrypted`"));
    }
    let free_text = args.flag("free_text")?;
    let erase = erase(args, not_personal, why.as_ref())?;
    let export = export(args, category, &source, not_personal)?;
    let rectify = rectify(args, &source, not_personal)?;
    let retention = option(args.expr("retention")?.map(retention).transpose()?);
    let basis = option(args.expr("basis")?.map(basis).transpose()?);
    let why = option(why.map(|why| quote!(#why)));
    let label = args.text("label")?.map_or_else(|| name.replace('_', " "), |label| label.value());
    let explain = args.text("explain")?.map(|text| text.value()).or(doc).unwrap_or_default();

    let value = option(ty.and_then(value));
    let category_tokens = category.tokens();
    let purposes = purposes_tokens(&purposes);
    let source = syn::Ident::new(&source, Span::call_site());
    let tokens = quote! {
        ::casey_privacy::ColumnDecl {
            name: #name,
            category: #category_tokens,
            purposes: #purposes,
            basis: #basis,
            source: ::casey_privacy::Source::#source,
            retention: #retention,
            erase: #erase,
            export: #export,
            rectify: #rectify,
            encrypted: #encrypted,
            free_text: #free_text,
            why: #why,
            value: #value,
            label: #label,
            explain: #explain,
        }
    };
    Ok(Column { name, category, tokens })
}

/// What a field of this type holds, if that is one of the types that every database knows.
fn value(ty: &Type) -> Option<TokenStream> {
    let segment = last_segment(ty)?;
    let inner = (segment.ident == "Option").then(|| argument(segment)).flatten();
    let nullable = inner.is_some();
    let segment = inner.map_or(Some(segment), last_segment)?;
    let kind = match segment.ident.to_string().as_str() {
        "i8" | "i16" | "u8" => quote!(Int2),
        "i32" | "u16" => quote!(Int4),
        "i64" | "u32" => quote!(Int8),
        "f32" | "f64" => quote!(Real),
        "bool" => quote!(Bool),
        "String" => quote!(Text),
        "Vec" if argument(segment).and_then(last_segment).is_some_and(|of| of.ident == "u8") => quote!(Bytes),
        _ => return None,
    };
    Some(quote! {
        ::casey_privacy::Value { kind: ::casey_privacy::ValueKind::#kind, nullable: #nullable }
    })
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

fn argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn category(args: &Args, not_personal: bool) -> syn::Result<Category> {
    match args.text("category")? {
        Some(literal) => Category::parse(&literal),
        None if not_personal => Ok(Category::OPERATIONS),
        None => Err(syn::Error::new(
            args.span,
            "missing `category`: what kind of data it is, such as \"user.unique_id\"; or `not_personal, why = \"…\"`",
        )),
    }
}

fn source(args: &Args, not_personal: bool) -> syn::Result<String> {
    let Some(expr) = args.expr("source")? else {
        return if not_personal {
            Ok("Observed".to_owned())
        } else {
            Err(syn::Error::new(args.span, "missing `source`: where the data comes from, such as `Observed`"))
        };
    };
    let word = Word::parse(expr, "source")?;
    let [] = word.exactly("source = Observed")?;
    one_of(word.name, "source", &["Provided", "Observed", "Derived", "Inferred", "ThirdParty"])
}

/// A name that suggests personal data needs a reason to be declared otherwise.
fn check_name(
    name: &str,
    args: &Args,
    category: Category,
    not_personal: bool,
    why: Option<&LitStr>,
) -> syn::Result<()> {
    const SIGNS: [&str; 7] = ["user", "author", "member", "moderator", "token", "ip", "mail"];
    if why.is_some() || (category.is_personal() && !not_personal) {
        return Ok(());
    }
    let lower = name.to_ascii_lowercase();
    if let Some(sign) = SIGNS.iter().find(|sign| lower.contains(**sign)) {
        return Err(syn::Error::new(
            args.span,
            format!("`{name}` looks personal (\"{sign}\"): say why it is not, with `why = \"…\"`"),
        ));
    }
    if not_personal {
        return Err(syn::Error::new(args.span, "say why it is no personal data, with `why = \"…\"`"));
    }
    Ok(())
}

fn check_content(args: &Args, category: Category, source: &str) -> syn::Result<()> {
    if category.key.starts_with("user.content.") && !(args.flag("free_text")? && source == "Provided") {
        return Err(syn::Error::new(
            args.span_of("category"),
            "content may only be stored as `free_text` with `source = Provided`",
        ));
    }
    Ok(())
}

fn purposes(args: &Args, not_personal: bool, source: &str) -> syn::Result<Vec<syn::Path>> {
    let purposes = args.purposes()?;
    if purposes.is_empty() && !not_personal {
        return Err(syn::Error::new(
            args.span,
            "missing `purpose`: why it is stored, such as `CoreSettings`",
        ));
    }
    if source == "Inferred"
        && let Some(path) = purposes.iter().find(|path| last_name(path) == "PersonalPrefs")
    {
        return Err(syn::Error::new_spanned(
            path,
            "preferences must be provided by the person, never inferred",
        ));
    }
    Ok(purposes)
}

fn erase_word(args: &Args) -> syn::Result<Option<String>> {
    Ok(args
        .expr("erase")?
        .map(|expr| Word::parse(expr, "erasure"))
        .transpose()?
        .map(|word| word.name.to_string()))
}

fn erase(args: &Args, not_personal: bool, why: Option<&LitStr>) -> syn::Result<TokenStream> {
    const KNOWN: &[&str] =
        &["DeleteRow", "Nullify", "Replace", "Bucket", "KeepUntil", "WithParent", "NotPersonal"];
    if not_personal {
        if args.flag("not_personal")? && args.has("erase") {
            return Err(syn::Error::new(
                args.span_of("erase"),
                "erasure does nothing to what is not personal",
            ));
        }
        let why = why.ok_or_else(|| {
            syn::Error::new(args.span, "say why it is no personal data, with `why = \"…\"`")
        })?;
        return Ok(quote!(::casey_privacy::Erase::NotPersonal { why: #why }));
    }
    let word = Word::parse(
        args.required("erase", "what erasing a person does to it, such as `DeleteRow`")?,
        "erasure",
    )?;
    Ok(match one_of(word.name, "erasure", KNOWN)?.as_str() {
        "Replace" => {
            let [text] = word.exactly(r#"Replace("deleted")"#)?;
            let text = text_of(text)?;
            quote!(::casey_privacy::Erase::Replace(#text))
        }
        "KeepUntil" => {
            let [reason, until] =
                word.exactly(r#"KeepUntil(LegalClaimDefenceImpaired, after("the sanction ends", 0))"#)?;
            let (reason, until) = (refusal(reason)?, retention(until)?);
            quote!(::casey_privacy::Erase::KeepUntil { reason: #reason, retention: #until })
        }
        _ => {
            let name = word.name;
            let [] = word.exactly(&name.to_string())?;
            quote!(::casey_privacy::Erase::#name)
        }
    })
}

fn refusal(expr: &Expr) -> syn::Result<TokenStream> {
    const KNOWN: &[&str] = &[
        "LegitimateInterestOverride",
        "SecurityImpaired",
        "ThirdPartyRightsImpaired",
        "LegalObligationImpaired",
        "LegalClaimDefenceImpaired",
        "IdentityVerificationFailure",
        "FulfilmentImpossible",
        "ProcessExcessive",
    ];
    let word = Word::parse(expr, "reason")?;
    one_of(word.name, "reason", KNOWN)?;
    let name = word.name;
    Ok(quote!(::casey_privacy::Refusal::#name))
}

/// As given; otherwise credentials are withheld, and the portable copy has what was provided or observed.
fn export(args: &Args, category: Category, source: &str, not_personal: bool) -> syn::Result<TokenStream> {
    let Some(expr) = args.expr("export")? else {
        return Ok(if category.key == "user.authorization.credentials" {
            quote!(::casey_privacy::Export::Withhold(::casey_privacy::Refusal::SecurityImpaired))
        } else if matches!(source, "Provided" | "Observed") && !not_personal {
            quote!(::casey_privacy::Export::Portability)
        } else {
            quote!(::casey_privacy::Export::Access)
        });
    };
    let word = Word::parse(expr, "export")?;
    let name = word.name;
    if one_of(name, "export", &["Access", "Portability", "Withhold"])? == "Withhold" {
        let [reason] = word.exactly("Withhold(SecurityImpaired)")?;
        let reason = refusal(reason)?;
        return Ok(quote!(::casey_privacy::Export::Withhold(#reason)));
    }
    let [] = word.exactly(&name.to_string())?;
    Ok(quote!(::casey_privacy::Export::#name))
}

fn rectify(args: &Args, source: &str, not_personal: bool) -> syn::Result<TokenStream> {
    let expr = args.expr("rectify")?;
    if let Some(Expr::Lit(_)) = expr {
        let setter = args.text("rectify")?;
        return Ok(quote!(::casey_privacy::Rectify::Setter(#setter)));
    }
    if source == "Provided" && !not_personal {
        return Err(syn::Error::new(
            args.span_of("source"),
            "what a person provided must be correctable: name its setter, `rectify = \"prefix.set\"`",
        ));
    }
    let Some(expr) = expr else {
        return Ok(quote!(::casey_privacy::Rectify::Immutable("recorded as it happened")));
    };
    let word = Word::parse(expr, "rectification")?;
    if one_of(word.name, "rectification", &["RefreshFromDiscord", "Immutable"])? == "Immutable" {
        let [why] = word.exactly(r#"Immutable("identifies you")"#)?;
        let why = text_of(why)?;
        return Ok(quote!(::casey_privacy::Rectify::Immutable(#why)));
    }
    let [] = word.exactly("RefreshFromDiscord")?;
    Ok(quote!(::casey_privacy::Rectify::RefreshFromDiscord))
}

fn basis(expr: &Expr) -> syn::Result<TokenStream> {
    const KNOWN: &[&str] =
        &["Consent", "Contract", "LegalObligation", "LegitimateInterest", "LegitimateInterestOfOthers"];
    let word = Word::parse(expr, "basis")?;
    let [] = word.exactly("basis = Consent")?;
    one_of(word.name, "basis", KNOWN)?;
    let name = word.name;
    Ok(quote!(::casey_privacy::Basis::#name))
}
