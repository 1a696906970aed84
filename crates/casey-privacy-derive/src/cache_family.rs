//! `cache_family!`: a family of cache keys and the only type that builds them.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{
    Attribute, Field, Ident, LitStr, Token, Visibility, braced,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
};

use crate::{
    args::{Arg, Args, doc_text, option, purposes_tokens},
    category::Category,
    column::{self, Column},
    store::{self, Scope, Subject},
    template::Template,
    words::{Word, one_of},
};

const KEYS: &[&str] = &[
    "class",
    "purpose",
    "purposes",
    "category",
    "source",
    "subject",
    "scope",
    "since",
    "max_ttl",
    "not_personal",
    "why",
    "owner",
    "label",
    "explain",
];

/// `/// doc pub struct Name { part: Type } = "template", key = value, …`
pub(crate) struct Family {
    attributes: Vec<Attribute>,
    visibility: Visibility,
    name: Ident,
    parts: Vec<Field>,
    template: LitStr,
    args: Vec<Arg>,
}

impl Parse for Family {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        input.parse::<Token![struct]>()?;
        let name = input.parse()?;
        let content;
        braced!(content in input);
        let parts = content.parse_terminated(Field::parse_named, Token![,])?;
        input.parse::<Token![=]>()?;
        let template = input.parse()?;
        let args = if input.is_empty() {
            Vec::new()
        } else {
            input.parse::<Token![,]>()?;
            Punctuated::<Arg, Token![,]>::parse_terminated(input)?.into_iter().collect()
        };
        Ok(Self { attributes, visibility, name, parts: parts.into_iter().collect(), template, args })
    }
}

/// A class as the macro knows it: its word, its letter, whether it may hold personal data.
const CLASSES: [(&str, &str, char, bool); 4] = [
    ("cache", "Cache", 'c', true),
    ("public", "Public", 'p', false),
    ("ephemeral", "Ephemeral", 'e', true),
    ("coordination", "Coordination", 'x', false),
];

impl Family {
    pub(crate) fn expand(self) -> syn::Result<TokenStream> {
        let Self { attributes, visibility, name, parts, template, args } = self;
        let args = Args::new(args, name.span(), KEYS)?;
        let parts: Vec<_> =
            parts.iter().filter_map(|part| part.ident.as_ref().map(|ident| (ident, &part.ty))).collect();
        let idents: Vec<_> = parts.iter().map(|(ident, _)| *ident).collect();
        let types: Vec<_> = parts.iter().map(|(_, ty)| *ty).collect();

        let (class, letter, admits_personal) = class(&args)?;
        let template = Template::parse(&template, letter, &idents)?;
        let subject = subject(&args, &idents)?;
        let store = store(&args, &attributes, &template, subject, &class, admits_personal)?;
        let max_ttl = option(args.lifetime("max_ttl")?);

        // Hygienic, so that a part may be called `key` as well.
        let key = Ident::new("key", Span::mixed_site());
        let build = template.build(&key);
        let subject = option(subject.map(|part| quote!(::casey_privacy::__private::subject_of(#part))));
        let constructor = format!(" The key of these parts, for the family `{}`.", template.text());
        let title = name.to_string();
        Ok(quote! {
            #(#attributes)*
            #[derive(Clone, PartialEq, Eq, Hash)]
            #visibility struct #name {
                key: ::std::string::String,
                subject: ::core::option::Option<::casey_privacy::SubjectId>,
            }

            impl #name {
                /// The family of these keys.
                #visibility const FAMILY: &'static ::casey_privacy::CacheFamily = &::casey_privacy::CacheFamily {
                    store: #store,
                    class: #class,
                    max_ttl: #max_ttl,
                };

                #[doc = #constructor]
                #visibility fn new(#(#idents: #types),*) -> Self {
                    let mut #key = ::std::string::String::from("casey");
                    #build
                    Self { key: #key, subject: #subject }
                }
            }

            // The key may hold ids, so it is not printed.
            impl ::core::fmt::Debug for #name {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.write_str(#title)
                }
            }

            impl ::casey_privacy::CacheKey for #name {
                fn family(&self) -> &'static ::casey_privacy::CacheFamily {
                    Self::FAMILY
                }

                fn key(&self) -> ::std::string::String {
                    ::std::clone::Clone::clone(&self.key)
                }

                fn subject(&self) -> ::core::option::Option<::casey_privacy::SubjectId> {
                    self.subject
                }
            }

            impl ::casey_privacy::PersonalData for #name {
                const STORE: &'static ::casey_privacy::StoreDecl = &Self::FAMILY.store;
            }

            const _: () = ::casey_privacy::__private::check_max_ttl(#class, #max_ttl);
        })
    }
}

fn class(args: &Args) -> syn::Result<(TokenStream, char, bool)> {
    let word = Word::parse(args.required("class", "cache, public, ephemeral or coordination")?, "class")?;
    let [] = word.exactly("class = ephemeral")?;
    if word.name == "mirror" {
        return Err(syn::Error::new(
            word.name.span(),
            "a mirror lives in memory and has no keys: declare it as a StoreDecl of StoreKind::MemCache",
        ));
    }
    let wanted = one_of(word.name, "class", &CLASSES.map(|(word, ..)| word))?;
    let found = CLASSES.iter().find(|(word, ..)| *word == wanted);
    found
        .map(|(_, variant, letter, personal)| {
            let variant = Ident::new(variant, word.name.span());
            (quote!(::casey_privacy::CacheClass::#variant), *letter, *personal)
        })
        .ok_or_else(|| syn::Error::new(word.name.span(), "unknown class"))
}

fn subject<'a>(args: &Args, parts: &[&'a Ident]) -> syn::Result<Option<&'a Ident>> {
    let Some(expr) = args.expr("subject")? else { return Ok(None) };
    match Subject::parse(expr)? {
        Subject::None => Ok(None),
        Subject::Column(wanted) => {
            parts.iter().copied().find(|part| **part == wanted).map(Some).ok_or_else(|| {
                syn::Error::new(wanted.span(), format!("the subject `{wanted}` names no field of the key"))
            })
        }
        Subject::Through { column, .. } => {
            Err(syn::Error::new(column.span(), "the subject of a key is one of its fields, or `none`"))
        }
    }
}

fn store(
    args: &Args,
    attributes: &[Attribute],
    template: &Template,
    subject: Option<&Ident>,
    class: &TokenStream,
    admits_personal: bool,
) -> syn::Result<TokenStream> {
    let value = value_column(args)?;
    if !admits_personal && (subject.is_some() || value.category.is_personal()) {
        return Err(syn::Error::new(args.span_of("class"), "this class holds nothing about a person"));
    }
    let name = template.text();
    let owner = args.required_text("owner", "the module it belongs to")?;
    let label = args.required_text("label", "a short name a person understands")?;
    let explain =
        args.text("explain")?.map(|text| text.value()).or_else(|| doc_text(attributes)).unwrap_or_default();
    let since = args.integer("since")?.map_or_else(|| quote!(1), |since| quote!(#since));
    let scope = match args.expr("scope")? {
        Some(expr) => Scope::parse(expr)?,
        None if subject.is_some() => Scope::User,
        None => Scope::None,
    };
    let (on_member_leave, on_guild_leave) = store::leaves(args, scope)?;
    let scope = scope.tokens();
    let max_ttl = option(args.lifetime("max_ttl")?);
    let value = value.tokens;
    let (subject, part) = match subject {
        None => (quote!(::casey_privacy::Subject::None), None),
        Some(part) => {
            let (part, category) = (part.to_string(), Category::UNIQUE_ID.tokens());
            let purposes = purposes_tokens(&args.purposes()?);
            (
                quote!(::casey_privacy::Subject::Column(#part)),
                Some(quote!(::casey_privacy::ColumnDecl::new(#part, #category, #purposes),)),
            )
        }
    };
    Ok(quote! {
        ::casey_privacy::StoreDecl {
            kind: ::casey_privacy::StoreKind::CacheFamily,
            name: #name,
            owner: #owner,
            since: #since,
            subject: #subject,
            scope: #scope,
            on_member_leave: #on_member_leave,
            on_guild_leave: #on_guild_leave,
            retention: #class.retention(#max_ttl),
            aged_by: ::core::option::Option::None,
            art15_4: ::casey_privacy::Art15::OwnOnly,
            label: #label,
            explain: #explain,
            columns: &[#part #value],
        }
    })
}

/// The value under the key, as a column. Cached values are observed and go with their key unless said otherwise.
fn value_column(args: &Args) -> syn::Result<Column> {
    args.value_column().and_then(|args| column::expand("value".to_owned(), None, None, &args))
}
