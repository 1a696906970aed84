//! The closed list of categories: the one table behind the enum and behind the compile errors.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::LitStr;

use crate::words::suggestion;

/// Key, variant, what it is. The keys are those of the fideslang taxonomy ("Data categories"), and a few of our
/// own under its parents.
const CATEGORIES: &[(&str, &str, &str)] = &[
    ("user.unique_id", "UserUniqueId", "An id that stands for one person, such as a Discord user id."),
    (
        "user.unique_id.pseudonymous",
        "UserUniqueIdPseudonymous",
        "A tag that stands for one person to those who have its key.",
    ),
    ("user.account.username", "UserAccountUsername", "The name of an account."),
    ("user.account.settings", "UserAccountSettings", "A setting a person chose."),
    (
        "user.authorization.credentials",
        "UserAuthorizationCredentials",
        "A token or key that acts for a person. Always encrypted.",
    ),
    ("user.behavior", "UserBehavior", "What a person did."),
    ("user.behavior.command_usage", "UserBehaviorCommandUsage", "Which commands a person used."),
    (
        "user.behavior.media_consumption",
        "UserBehaviorMediaConsumption",
        "What a person listened to or watched.",
    ),
    ("user.content.private", "UserContentPrivate", "What a person wrote for few eyes."),
    ("user.content.public", "UserContentPublic", "What a person wrote for many eyes."),
    ("user.social", "UserSocial", "How people stand to one another."),
    ("user.social.membership", "UserSocialMembership", "Which servers a person is in."),
    ("user.social.moderation_case", "UserSocialModerationCase", "What a server decided about a person."),
    ("user.telemetry", "UserTelemetry", "When and how something was used."),
    ("user.demographic.language", "UserDemographicLanguage", "The language a person reads."),
    ("user.privacy_preferences", "UserPrivacyPreferences", "What a person agreed or objected to."),
    ("user.device.ip_address", "UserDeviceIpAddress", "The address a device came from."),
    ("user.device.cookie_id", "UserDeviceCookieId", "An id in a browser."),
    ("user.contact.email", "UserContactEmail", "An address for mail."),
    ("system.operations", "SystemOperations", "What the system needs to run; about nobody."),
    ("system.authentication", "SystemAuthentication", "Keys of the system itself; about nobody."),
];

/// A category that was found in the table.
#[derive(Clone, Copy)]
pub(crate) struct Category {
    pub(crate) key: &'static str,
    variant: &'static str,
}

impl Category {
    pub(crate) const OPERATIONS: Self = Self { key: "system.operations", variant: "SystemOperations" };
    pub(crate) const UNIQUE_ID: Self = Self { key: "user.unique_id", variant: "UserUniqueId" };

    pub(crate) fn parse(literal: &LitStr) -> syn::Result<Self> {
        let wanted = literal.value();
        let found = CATEGORIES.iter().find(|(key, ..)| *key == wanted);
        found.map(|&(key, variant, _)| Self { key, variant }).ok_or_else(|| {
            let hint = suggestion(&wanted, CATEGORIES.iter().map(|(key, ..)| *key));
            syn::Error::new(literal.span(), format!("unknown category \"{wanted}\"{hint}"))
        })
    }

    pub(crate) fn is_personal(self) -> bool {
        self.key.starts_with("user.")
    }

    pub(crate) fn tokens(self) -> TokenStream {
        let variant = Ident::new(self.variant, Span::call_site());
        quote!(::casey_privacy::Category::#variant)
    }
}

pub(crate) fn expand_enum() -> TokenStream {
    let keys: Vec<_> = CATEGORIES.iter().map(|(key, ..)| *key).collect();
    let variants: Vec<_> =
        CATEGORIES.iter().map(|(_, variant, _)| Ident::new(variant, Span::call_site())).collect();
    let docs = CATEGORIES.iter().map(|(key, _, doc)| format!(" {doc} (`{key}`)"));
    quote! {
        /// What kind of data it is: the fideslang taxonomy ("Data categories") as far as Casey needs it, and a
        /// few kinds of our own under its parents. The list is closed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Category {
            #(#[doc = #docs] #variants,)*
        }

        impl Category {
            /// Every category.
            pub const ALL: &'static [Self] = &[#(Self::#variants),*];

            /// The key, such as `user.unique_id`.
            pub const fn key(self) -> &'static str {
                match self { #(Self::#variants => #keys,)* }
            }

            /// The category of this key.
            pub fn from_key(key: &str) -> ::core::option::Option<Self> {
                match key { #(#keys => ::core::option::Option::Some(Self::#variants),)* _ => ::core::option::Option::None }
            }
        }
    }
}
