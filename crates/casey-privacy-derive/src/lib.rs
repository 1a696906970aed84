#![doc = include_str!("../README.md")]

mod args;
mod cache_family;
mod category;
mod column;
mod personal_data;
mod store;
mod template;
mod words;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Declares what a database table holds; see the documentation of the crate for the attributes.
///
/// It emits `impl casey_privacy::PersonalData` for the struct, or nothing if the struct is called `ModelEx`,
/// because `#[sea_orm::model]` copies derives to a second struct of that name.
#[proc_macro_derive(PersonalData, attributes(privacy, sea_orm))]
pub fn personal_data(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    personal_data::expand(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Declares a family of cache keys and the only type that builds them; see the documentation of the crate for
/// its form.
#[proc_macro]
pub fn cache_family(input: TokenStream) -> TokenStream {
    let family = parse_macro_input!(input as cache_family::Family);
    family.expand().unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Expands to the enum `Category`, so that its list is written once. For casey-privacy itself.
#[doc(hidden)]
#[proc_macro]
pub fn __category_enum(_: TokenStream) -> TokenStream {
    category::expand_enum().into()
}
