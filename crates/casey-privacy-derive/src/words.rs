//! Closed lists of words, and what to say about one that is not on its list.

use syn::{Expr, ExprCall, Ident, Path};

/// `; did you mean "x"?` for a near miss, otherwise the whole list.
pub(crate) fn suggestion<'a>(wanted: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let near = known
        .clone()
        .map(|word| {
            (strsim::normalized_damerau_levenshtein(&wanted.to_lowercase(), &word.to_lowercase()), word)
        })
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .filter(|(likeness, _)| *likeness > 0.7);
    match near {
        Some((_, word)) => format!("; did you mean `{word}`?"),
        None => format!(
            "; expected one of {}",
            known.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
        ),
    }
}

/// The word, if it is on the list.
pub(crate) fn one_of(word: &Ident, what: &str, known: &[&str]) -> syn::Result<String> {
    let text = word.to_string();
    if known.contains(&text.as_str()) {
        return Ok(text);
    }
    let hint = suggestion(&text, known.iter().copied());
    Err(syn::Error::new(word.span(), format!("unknown {what} `{text}`{hint}")))
}

/// A word, with or without arguments: `DeleteRow`, `Replace("deleted")`.
pub(crate) struct Word<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) arguments: Vec<&'a Expr>,
}

impl<'a> Word<'a> {
    pub(crate) fn parse(expr: &'a Expr, what: &str) -> syn::Result<Self> {
        let parsed = match expr {
            Expr::Path(path) => path.path.get_ident().map(|name| Self { name, arguments: Vec::new() }),
            Expr::Call(ExprCall { func, args, .. }) => match &**func {
                Expr::Path(path) => {
                    path.path.get_ident().map(|name| Self { name, arguments: args.iter().collect() })
                }
                _ => None,
            },
            _ => None,
        };
        parsed.ok_or_else(|| syn::Error::new_spanned(expr, format!("expected a word for the {what}")))
    }

    /// The arguments, if there are as many as the form (`Replace("text")`) shows.
    pub(crate) fn exactly<const N: usize>(&self, form: &str) -> syn::Result<[&'a Expr; N]> {
        <[&Expr; N]>::try_from(self.arguments.as_slice())
            .map_err(|_| syn::Error::new(self.name.span(), format!("write it as `{form}`")))
    }
}

/// The last segment of a path, which names the type.
pub(crate) fn last_name(path: &Path) -> String {
    path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
}
