//! The arguments of `#[privacy(…)]` and of `cache_family!`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{
    Attribute, Expr, ExprLit, Ident, Lit, LitInt, LitStr, Meta, Path, Token, parenthesized,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
};

use crate::words::suggestion;

/// One argument: `encrypted`, `source = Observed`, `purposes(A, B)`, `max_ttl = 1 h`.
#[derive(Clone)]
pub(crate) struct Arg {
    key: Ident,
    value: Value,
}

#[derive(Clone)]
enum Value {
    Flag,
    Expr(Box<Expr>),
    List(Vec<Path>),
    Lifetime(LitInt, Ident),
}

impl Parse for Arg {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key: Ident = input.parse()?;
        if input.peek(syn::token::Paren) {
            let content;
            parenthesized!(content in input);
            let paths = Punctuated::<Path, Token![,]>::parse_terminated(&content)?;
            return Ok(Self { key, value: Value::List(paths.into_iter().collect()) });
        }
        if !input.peek(Token![=]) {
            return Ok(Self { key, value: Value::Flag });
        }
        input.parse::<Token![=]>()?;
        if input.peek(LitInt) && input.peek2(Ident) {
            return Ok(Self { key, value: Value::Lifetime(input.parse()?, input.parse()?) });
        }
        Ok(Self { key, value: Value::Expr(Box::new(input.parse()?)) })
    }
}

/// All arguments of one declaration.
pub(crate) struct Args {
    args: Vec<Arg>,
    /// Where to point when something is missing.
    pub(crate) span: Span,
}

impl Args {
    /// Refuses keys that are unknown or given twice.
    pub(crate) fn new(args: impl IntoIterator<Item = Arg>, span: Span, known: &[&str]) -> syn::Result<Self> {
        let mut kept: Vec<Arg> = Vec::new();
        for arg in args {
            let key = arg.key.to_string();
            if !known.contains(&key.as_str()) {
                let hint = suggestion(&key, known.iter().copied());
                return Err(syn::Error::new(arg.key.span(), format!("unknown key `{key}`{hint}")));
            }
            if kept.iter().any(|other| other.key == arg.key) {
                return Err(syn::Error::new(arg.key.span(), format!("`{key}` is given twice")));
            }
            kept.push(arg);
        }
        Ok(Self { args: kept, span })
    }

    /// The arguments of every `#[privacy(…)]` among the attributes; `None` if there is none.
    pub(crate) fn of_privacy(
        attributes: &[Attribute],
        span: Span,
        known: &[&str],
    ) -> syn::Result<Option<Self>> {
        let mut all = None;
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("privacy")) {
            let args = attribute.parse_args_with(Punctuated::<Arg, Token![,]>::parse_terminated)?;
            all.get_or_insert_with(Vec::new).extend(args);
        }
        all.map(|args| Self::new(args, span, known)).transpose()
    }

    /// The arguments that describe the value of a cache key, as those of a column.
    pub(crate) fn value_column(&self) -> syn::Result<Self> {
        const SHARED: [&str; 6] = ["category", "purpose", "purposes", "source", "not_personal", "why"];
        let mut args: Vec<_> =
            self.args.iter().filter(|arg| SHARED.iter().any(|key| arg.key == key)).cloned().collect();
        let mut add = |key: &str, value: Expr| {
            if !args.iter().any(|arg| arg.key == key) {
                args.push(Arg { key: Ident::new(key, self.span), value: Value::Expr(Box::new(value)) });
            }
        };
        if !self.flag("not_personal")? {
            add("source", syn::parse_quote!(Observed));
            add("erase", syn::parse_quote!(DeleteRow));
            add("export", syn::parse_quote!(Access));
        }
        Ok(Self { args, span: self.span })
    }

    fn find(&self, key: &str) -> Option<&Arg> {
        self.args.iter().find(|arg| arg.key == key)
    }

    /// Where a key stands, or where the declaration does.
    pub(crate) fn span_of(&self, key: &str) -> Span {
        self.find(key).map_or(self.span, |arg| arg.key.span())
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    pub(crate) fn flag(&self, key: &str) -> syn::Result<bool> {
        match self.find(key) {
            None => Ok(false),
            Some(Arg { value: Value::Flag, .. }) => Ok(true),
            Some(arg) => {
                Err(syn::Error::new(arg.key.span(), format!("`{key}` stands alone, without a value")))
            }
        }
    }

    pub(crate) fn expr(&self, key: &str) -> syn::Result<Option<&Expr>> {
        match self.find(key) {
            None => Ok(None),
            Some(Arg { value: Value::Expr(expr), .. }) => Ok(Some(expr)),
            Some(arg) => Err(syn::Error::new(arg.key.span(), format!("write `{key} = …`"))),
        }
    }

    /// A value that must be there; `what` says what it is, for the error.
    pub(crate) fn required(&self, key: &str, what: &str) -> syn::Result<&Expr> {
        self.expr(key)?.ok_or_else(|| syn::Error::new(self.span, format!("missing `{key}`: {what}")))
    }

    pub(crate) fn text(&self, key: &str) -> syn::Result<Option<LitStr>> {
        self.expr(key)?.map(text_of).transpose()
    }

    pub(crate) fn required_text(&self, key: &str, what: &str) -> syn::Result<LitStr> {
        text_of(self.required(key, what)?)
    }

    pub(crate) fn integer(&self, key: &str) -> syn::Result<Option<LitInt>> {
        self.expr(key)?.map(integer_of).transpose()
    }

    /// A `Duration` such as `1 h`.
    pub(crate) fn lifetime(&self, key: &str) -> syn::Result<Option<TokenStream>> {
        let Some(arg) = self.find(key) else { return Ok(None) };
        let Value::Lifetime(number, unit) = &arg.value else {
            return Err(syn::Error::new(arg.key.span(), format!("write `{key} = 1 h`, with s, min, h or d")));
        };
        let seconds = match unit.to_string().as_str() {
            "s" => 1,
            "min" => 60,
            "h" => 3600,
            "d" => 86_400,
            _ => return Err(syn::Error::new(unit.span(), "expected s, min, h or d")),
        };
        let seconds = number
            .base10_parse::<u64>()?
            .checked_mul(seconds)
            .ok_or_else(|| syn::Error::new(number.span(), "that is too long"))?;
        Ok(Some(quote!(::core::time::Duration::from_secs(#seconds))))
    }

    /// `purpose = A` or `purposes(A, B)`.
    pub(crate) fn purposes(&self) -> syn::Result<Vec<Path>> {
        let paths = match (self.find("purpose"), self.find("purposes")) {
            (Some(_), Some(arg)) => {
                return Err(syn::Error::new(arg.key.span(), "give either `purpose` or `purposes`"));
            }
            (Some(Arg { value: Value::Expr(expr), .. }), None) => match &**expr {
                Expr::Path(path) => vec![path.path.clone()],
                other => {
                    return Err(syn::Error::new_spanned(
                        other,
                        "a purpose is a type, such as `CoreSettings`",
                    ));
                }
            },
            (Some(arg), None) => {
                return Err(syn::Error::new(arg.key.span(), "write `purpose = CoreSettings`"));
            }
            (None, Some(Arg { value: Value::List(paths), .. })) => paths.clone(),
            (None, Some(arg)) => return Err(syn::Error::new(arg.key.span(), "write `purposes(A, B)`")),
            (None, None) => Vec::new(),
        };
        Ok(paths)
    }
}

/// The purposes as a constant slice. A bare name is one of Casey's, a path is taken as it stands.
pub(crate) fn purposes_tokens(paths: &[Path]) -> TokenStream {
    let entries = paths.iter().map(|path| {
        let path =
            path.get_ident().map_or_else(|| quote!(#path), |name| quote!(::casey_privacy::purposes::#name));
        quote!(<#path as ::casey_privacy::Purpose>::ENTRY)
    });
    quote!(&[#(#entries),*])
}

pub(crate) fn text_of(expr: &Expr) -> syn::Result<LitStr> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if !text.value().trim().is_empty() => Ok(text.clone()),
        other => Err(syn::Error::new_spanned(other, "expected a text that is not empty")),
    }
}

pub(crate) fn integer_of(expr: &Expr) -> syn::Result<LitInt> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => Ok(number.clone()),
        other => Err(syn::Error::new_spanned(other, "expected a number")),
    }
}

/// The first paragraph of a doc comment, on one line.
pub(crate) fn doc_text(attributes: &[Attribute]) -> Option<String> {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value().trim().to_owned()),
            _ => None,
        },
        _ => None,
    });
    let text = lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// The arguments of every `#[sea_orm(…)]` among the attributes.
pub(crate) fn sea_orm_args(attributes: &[Attribute]) -> syn::Result<Vec<Meta>> {
    let mut metas = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("sea_orm")) {
        metas.extend(attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)?);
    }
    Ok(metas)
}

/// The text of `key = "text"` among them.
pub(crate) fn sea_orm_text(metas: &[Meta], key: &str) -> Option<String> {
    metas.iter().find_map(|meta| match meta {
        Meta::NameValue(pair) if pair.path.is_ident(key) => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    })
}

/// An `Option` as code.
pub(crate) fn option(tokens: Option<TokenStream>) -> TokenStream {
    tokens.map_or_else(
        || quote!(::core::option::Option::None),
        |tokens| quote!(::core::option::Option::Some(#tokens)),
    )
}
