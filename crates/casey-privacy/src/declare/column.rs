//! One column, or one part of a key or value.

use crate::purpose::{Basis, PurposeDecl};

use super::{category::Category, retention::Retention, value::Value};

/// Where the data comes from. Portability (GDPR, article 20) covers the first two, access covers all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The person typed or chose it.
    Provided,
    /// Seen while the person used the service.
    Observed,
    /// Computed from the first two.
    Derived,
    /// Guessed. Never allowed for preferences.
    Inferred,
    /// Received from somebody else, such as Last.fm.
    ThirdParty,
}

/// Why something is withheld or kept, in the words of the Data Privacy Vocabulary ("Rights impact").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// A legitimate interest weighs more.
    LegitimateInterestOverride,
    /// Handing it out would endanger security.
    SecurityImpaired,
    /// Somebody else's rights would suffer.
    ThirdPartyRightsImpaired,
    /// The law demands it.
    LegalObligationImpaired,
    /// It is needed for legal claims.
    LegalClaimDefenceImpaired,
    /// The person could not be told to be who they say.
    IdentityVerificationFailure,
    /// It cannot be done.
    FulfilmentImpossible,
    /// The request is excessive.
    ProcessExcessive,
}

impl Refusal {
    /// The DPV term.
    pub const fn key(self) -> &'static str {
        match self {
            Self::LegitimateInterestOverride => "LegitimateInterestOverride",
            Self::SecurityImpaired => "SecurityImpaired",
            Self::ThirdPartyRightsImpaired => "ThirdPartyRightsImpaired",
            Self::LegalObligationImpaired => "LegalObligationImpaired",
            Self::LegalClaimDefenceImpaired => "LegalClaimDefenceImpaired",
            Self::IdentityVerificationFailure => "IdentityVerificationFailure",
            Self::FulfilmentImpossible => "FulfilmentImpossible",
            Self::ProcessExcessive => "ProcessExcessive",
        }
    }

    /// The reason in plain English, so that it follows "because".
    pub const fn words(self) -> &'static str {
        match self {
            Self::LegitimateInterestOverride => "a legitimate interest weighs more",
            Self::SecurityImpaired => "security would suffer",
            Self::ThirdPartyRightsImpaired => "somebody else's rights would suffer",
            Self::LegalObligationImpaired => "the law demands it",
            Self::LegalClaimDefenceImpaired => "it is needed for legal claims",
            Self::IdentityVerificationFailure => "it is not certain who asks",
            Self::FulfilmentImpossible => "it cannot be done",
            Self::ProcessExcessive => "the request is excessive",
        }
    }
}

/// What erasing a person does to the column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Erase {
    /// The whole row goes.
    DeleteRow,
    /// The column becomes NULL, the row stays.
    Nullify,
    /// The column becomes this text, the row stays.
    Replace(&'static str),
    /// The value becomes coarse enough to be about nobody, the row stays.
    Bucket,
    /// The row stays for a stated reason, at most as long as this.
    KeepUntil {
        /// Why it stays.
        reason: Refusal,
        /// How long it stays.
        retention: Retention,
    },
    /// It goes when the row it belongs to goes.
    WithParent,
    /// It is no personal data.
    NotPersonal {
        /// Why it is none.
        why: &'static str,
    },
}

impl Erase {
    /// Whether the column is declared to be no personal data.
    pub const fn is_not_personal(self) -> bool {
        matches!(self, Self::NotPersonal { .. })
    }
}

/// In which answers the column appears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Export {
    /// In the answer to a request for access (GDPR, article 15).
    Access,
    /// In that, and in the portable copy (article 20).
    Portability,
    /// In neither, for this reason; that it is withheld is said.
    Withhold(Refusal),
}

/// How a wrong value is put right (GDPR, article 16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rectify {
    /// By the setter of this id, such as `prefix.set`.
    Setter(&'static str),
    /// By asking Discord again.
    RefreshFromDiscord,
    /// Not at all, for this reason.
    Immutable(&'static str),
}

/// One column of a table, or one part of a key or value: what it is, why it is there, and what every right
/// does to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ColumnDecl {
    /// The column's name in the database.
    pub name: &'static str,
    /// What kind of data it is.
    pub category: Category,
    /// What it is for; at least one unless it is no personal data.
    pub purposes: &'static [&'static PurposeDecl],
    /// The legal basis, where it is not that of the purposes.
    pub basis: Option<Basis>,
    /// Where it comes from.
    pub source: Source,
    /// How long it is kept, where that differs from the store's rule.
    pub retention: Option<Retention>,
    /// What erasure does.
    pub erase: Erase,
    /// In which answers it appears.
    pub export: Export,
    /// How it is put right.
    pub rectify: Rectify,
    /// Whether the application encrypts it.
    pub encrypted: bool,
    /// Whether a person may have written anything at all in it, about anybody.
    pub free_text: bool,
    /// Why it is no personal data although it may look so.
    pub why: Option<&'static str>,
    /// What it holds, where that is known: the check of the schema compares it.
    pub value: Option<Value>,
    /// A short name a person understands, or the key of its translation.
    pub label: &'static str,
    /// A sentence about it, or the key of its translation; may be empty.
    pub explain: &'static str,
}

impl ColumnDecl {
    /// A column with careful defaults, to be refined by struct update: observed, deleted with its row, shown
    /// on access, not to be changed.
    ///
    /// ```
    /// use casey_privacy::{Category, ColumnDecl, Purpose, purposes::DiagErrors};
    ///
    /// const CODE_PATH: ColumnDecl = ColumnDecl {
    ///     explain: "where in the code it happened",
    ///     ..ColumnDecl::new("code_path", Category::UserTelemetry, &[DiagErrors::ENTRY])
    /// };
    /// assert_eq!(CODE_PATH.label, "code_path");
    /// ```
    pub const fn new(
        name: &'static str,
        category: Category,
        purposes: &'static [&'static PurposeDecl],
    ) -> Self {
        Self {
            name,
            category,
            purposes,
            basis: None,
            source: Source::Observed,
            retention: None,
            erase: Erase::DeleteRow,
            export: Export::Access,
            rectify: Rectify::Immutable("recorded as it happened"),
            encrypted: false,
            free_text: false,
            value: None,
            why: None,
            label: name,
            explain: "",
        }
    }

    /// A column that holds no personal data, and why not.
    pub const fn not_personal(name: &'static str, why: &'static str) -> Self {
        Self {
            erase: Erase::NotPersonal { why },
            why: Some(why),
            ..Self::new(name, Category::SystemOperations, &[])
        }
    }

    /// Whether the column holds personal data.
    pub fn is_personal(&self) -> bool {
        !self.erase.is_not_personal() && self.category.is_personal()
    }

    /// The legal bases: the one that was given, otherwise those of the purposes, each once.
    pub fn bases(&self) -> Vec<Basis> {
        if let Some(basis) = self.basis {
            return vec![basis];
        }
        let mut bases: Vec<_> = self.purposes.iter().map(|purpose| purpose.basis).collect();
        bases.sort_unstable();
        bases.dedup();
        bases
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        purpose::Purpose,
        purposes::{CoreCommands, CoreSettings, StatsUsage},
    };

    #[test]
    fn bases_come_from_the_purposes_unless_given() {
        let column = ColumnDecl::new(
            "command",
            Category::UserBehaviorCommandUsage,
            &[StatsUsage::ENTRY, CoreCommands::ENTRY, CoreSettings::ENTRY],
        );
        assert_eq!(column.bases(), [Basis::Contract, Basis::LegitimateInterest]);
        assert_eq!(ColumnDecl { basis: Some(Basis::Consent), ..column }.bases(), [Basis::Consent]);
    }

    #[test]
    fn what_is_not_personal_says_why() {
        let column = ColumnDecl::not_personal("revision", "a counter");
        assert!(!column.is_personal());
        assert_eq!(column.why, Some("a counter"));
    }
}
