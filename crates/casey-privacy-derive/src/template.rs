//! Templates of cache keys: `e:cd:{user}:{command}`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, LitStr};

/// A template that fits its class and its parts.
pub(crate) struct Template {
    segments: Vec<Segment>,
    text: String,
}

enum Segment {
    Literal(String),
    Part(Ident),
}

impl Template {
    /// A class letter, a name, then literals and each of the parts exactly once.
    pub(crate) fn parse(literal: &LitStr, letter: char, parts: &[&Ident]) -> syn::Result<Self> {
        let text = literal.value();
        let error = |message: String| syn::Error::new(literal.span(), message);
        let mut segments = Vec::new();
        let mut used: Vec<&Ident> = Vec::new();
        for (index, segment) in text.split(':').enumerate() {
            let inner = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            match (index, inner) {
                (0, _) if segment == letter.to_string() => {
                    segments.push(Segment::Literal(segment.to_owned()));
                }
                (0, _) => return Err(error(format!("keys of this class start with `{letter}:`"))),
                (1, Some(_)) => {
                    return Err(error("the second segment is the family's name, not a part".to_owned()));
                }
                (_, Some(name)) => {
                    let part = parts
                        .iter()
                        .copied()
                        .find(|part| *part == name)
                        .ok_or_else(|| error(format!("`{{{name}}}` is no field")))?;
                    if used.contains(&part) {
                        return Err(error(format!("`{{{name}}}` stands twice")));
                    }
                    used.push(part);
                    segments.push(Segment::Part(part.clone()));
                }
                (_, None) if is_name(segment) => segments.push(Segment::Literal(segment.to_owned())),
                (_, None) => {
                    return Err(error(format!(
                        "`{segment}` is neither a name of letters, digits, `-` and `_`, nor one `{{field}}`"
                    )));
                }
            }
        }
        if segments.len() < 2 {
            return Err(error("after the class comes the family's name".to_owned()));
        }
        match parts.iter().find(|part| !used.contains(part)) {
            Some(part) => {
                Err(syn::Error::new(part.span(), format!("the template does not use `{{{part}}}`")))
            }
            None => Ok(Self { segments, text: format!("casey:{text}") }),
        }
    }

    /// The whole template, as the inventory names the family.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Statements that append the key to a string of this name.
    pub(crate) fn build(&self, key: &Ident) -> TokenStream {
        let segments = self.segments.iter().map(|segment| match segment {
            Segment::Literal(text) => {
                let text = format!(":{text}");
                quote!(#key.push_str(#text);)
            }
            Segment::Part(part) => quote! {
                #key.push(':');
                ::casey_privacy::__private::key_part(&mut #key, &#part);
            },
        });
        quote!(#(#segments)*)
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}
