//! What stands on the struct: the store.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Ident, LitStr};

use crate::{
    args::{Args, integer_of, text_of},
    words::{Word, one_of},
};

/// How rows lead to a person.
pub(crate) enum Subject {
    None,
    Column(Ident),
    Through { column: Ident, store: String, key: String },
}

impl Subject {
    pub(crate) fn parse(expr: &Expr) -> syn::Result<Self> {
        let word = Word::parse(expr, "subject")?;
        match (word.name.to_string().as_str(), word.arguments.is_empty()) {
            ("none", true) => Ok(Self::None),
            (_, true) => Ok(Self::Column(word.name.clone())),
            ("through", false) => {
                let form = r#"through(column, "table.column")"#;
                let [column, target] = word.exactly(form)?;
                let column = Word::parse(column, "column")?.name.clone();
                let target: LitStr = text_of(target)?;
                let value = target.value();
                let (store, key) = value
                    .split_once('.')
                    .ok_or_else(|| syn::Error::new(target.span(), format!("write it as `{form}`")))?;
                Ok(Self::Through { column, store: store.to_owned(), key: key.to_owned() })
            }
            _ => Err(syn::Error::new(
                word.name.span(),
                r#"the subject is a column, `none`, or `through(column, "table.column")`"#,
            )),
        }
    }

    /// The column of this table it names.
    pub(crate) fn column(&self) -> Option<&Ident> {
        match self {
            Self::None => None,
            Self::Column(column) | Self::Through { column, .. } => Some(column),
        }
    }

    /// `name` is the database's name of the column.
    pub(crate) fn tokens(&self, name: &str) -> TokenStream {
        match self {
            Self::None => quote!(::casey_privacy::Subject::None),
            Self::Column(_) => quote!(::casey_privacy::Subject::Column(#name)),
            Self::Through { store, key, .. } => {
                quote!(::casey_privacy::Subject::Through { column: #name, store: #store, key: #key })
            }
        }
    }
}

/// Who a row belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    User,
    Member,
    Guild,
    Site,
    None,
}

impl Scope {
    pub(crate) fn parse(expr: &Expr) -> syn::Result<Self> {
        let word = Word::parse(expr, "scope")?;
        let [] = word.exactly("scope = user")?;
        Ok(match one_of(word.name, "scope", &["user", "member", "guild", "site", "none"])?.as_str() {
            "user" => Self::User,
            "member" => Self::Member,
            "guild" => Self::Guild,
            "site" => Self::Site,
            _ => Self::None,
        })
    }

    pub(crate) fn tokens(self) -> TokenStream {
        match self {
            Self::User => quote!(::casey_privacy::Scope::User),
            Self::Member => quote!(::casey_privacy::Scope::Member),
            Self::Guild => quote!(::casey_privacy::Scope::Guild),
            Self::Site => quote!(::casey_privacy::Scope::Site),
            Self::None => quote!(::casey_privacy::Scope::None),
        }
    }
}

/// `days(30)`, `while_in_use`, `until_erased`, `after("the member leaves", 1)`, `guild_setting(30, 730, 365)`.
pub(crate) fn retention(expr: &Expr) -> syn::Result<TokenStream> {
    const KNOWN: &[&str] = &["days", "while_in_use", "until_erased", "after", "guild_setting"];
    let word = Word::parse(expr, "retention")?;
    Ok(match one_of(word.name, "retention", KNOWN)?.as_str() {
        "days" => {
            let [days] = word.exactly("days(30)")?;
            let days = integer_of(days)?;
            if days.base10_parse::<u16>()? == 0 {
                return Err(syn::Error::new(days.span(), "a retention of no days stores nothing"));
            }
            quote!(::casey_privacy::Retention::Days(#days))
        }
        "while_in_use" => {
            let [] = word.exactly("while_in_use")?;
            quote!(::casey_privacy::Retention::WhileInUse)
        }
        "until_erased" => {
            let [] = word.exactly("until_erased")?;
            quote!(::casey_privacy::Retention::UntilErased)
        }
        "after" => {
            let [event, days] = word.exactly(r#"after("the member leaves", 1)"#)?;
            let (event, days) = (text_of(event)?, integer_of(days)?);
            quote!(::casey_privacy::Retention::AfterEvent { event: #event, days: #days })
        }
        _ => {
            let [min, max, default] = word.exactly("guild_setting(min, max, default)")?;
            let (min, max, default) = (integer_of(min)?, integer_of(max)?, integer_of(default)?);
            let (least, most, usual) =
                (min.base10_parse::<u16>()?, max.base10_parse::<u16>()?, default.base10_parse::<u16>()?);
            if !(least <= usual && usual <= most) {
                return Err(syn::Error::new(word.name.span(), "the default must lie between min and max"));
            }
            quote!(::casey_privacy::Retention::GuildSetting { min: #min, max: #max, default: #default })
        }
    })
}

/// `unaffected`, `erase_now`, `erase_after_grace`, `keep("why")`.
fn on_leave(expr: &Expr) -> syn::Result<TokenStream> {
    let word = Word::parse(expr, "event")?;
    let known = &["unaffected", "erase_now", "erase_after_grace", "keep"];
    Ok(match one_of(word.name, "answer to leaving", known)?.as_str() {
        "unaffected" => quote!(::casey_privacy::OnLeave::Unaffected),
        "erase_now" => quote!(::casey_privacy::OnLeave::EraseNow),
        "erase_after_grace" => quote!(::casey_privacy::OnLeave::EraseAfterGrace),
        _ => {
            let [why] = word.exactly(r#"keep("why")"#)?;
            let why = text_of(why)?;
            quote!(::casey_privacy::OnLeave::Keep(#why))
        }
    })
}

/// What happens on leaving, for the member and for the guild: as given, otherwise what the scope implies.
pub(crate) fn leaves(args: &Args, scope: Scope) -> syn::Result<(TokenStream, TokenStream)> {
    let unaffected = quote!(::casey_privacy::OnLeave::Unaffected);
    let grace = quote!(::casey_privacy::OnLeave::EraseAfterGrace);
    let member = match args.expr("on_member_leave")? {
        Some(expr) => on_leave(expr)?,
        None if scope == Scope::Member => grace.clone(),
        None => unaffected.clone(),
    };
    let guild = match args.expr("on_guild_leave")? {
        Some(expr) => on_leave(expr)?,
        None if matches!(scope, Scope::Member | Scope::Guild) => grace,
        None => unaffected,
    };
    Ok((member, guild))
}

/// `own_only`, `pseudonymise_others`, `withhold_if_other`; otherwise what the columns imply.
pub(crate) fn art15_4(args: &Args, names_others: bool) -> syn::Result<TokenStream> {
    let Some(expr) = args.expr("art15_4")? else {
        return Ok(if names_others {
            quote!(::casey_privacy::Art15::PseudonymiseOthers)
        } else {
            quote!(::casey_privacy::Art15::OwnOnly)
        });
    };
    let word = Word::parse(expr, "rule")?;
    let known = &["own_only", "pseudonymise_others", "withhold_if_other"];
    Ok(match one_of(word.name, "rule", known)?.as_str() {
        "own_only" => quote!(::casey_privacy::Art15::OwnOnly),
        "pseudonymise_others" => quote!(::casey_privacy::Art15::PseudonymiseOthers),
        _ => quote!(::casey_privacy::Art15::WithholdIfOther),
    })
}
