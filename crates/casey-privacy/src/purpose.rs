//! Why something may be stored.

/// What a purpose uses data for, as a key of the fideslang taxonomy ("Data uses").
///
/// The list is closed on purpose: advertising, sale and training of models have no variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DataUse {
    /// Giving the service that was asked for.
    Service,
    /// Knowing who is signed in.
    Authentication,
    /// Keeping people safe from misuse.
    Security,
    /// Keeping the service running.
    Operations,
    /// Finding and mending faults.
    Improvement,
    /// Telling people what they must know.
    Notifications,
    /// Detecting abuse of the service itself.
    AbuseDetection,
    /// Doing what the law demands.
    LegalObligation,
    /// Features beyond the core, used by those who want them.
    Functional,
    /// Behaving as a person explicitly asked.
    Personalisation,
    /// Counting, in aggregate, how the system performs.
    SystemAnalytics,
}

impl DataUse {
    /// The fideslang key, such as `essential.service`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Service => "essential.service",
            Self::Authentication => "essential.service.authentication",
            Self::Security => "essential.service.security",
            Self::Operations => "essential.service.operations",
            Self::Improvement => "essential.service.operations.improve",
            Self::Notifications => "essential.service.notifications",
            Self::AbuseDetection => "essential.fraud_detection",
            Self::LegalObligation => "essential.legal_obligation",
            Self::Functional => "functional.service",
            Self::Personalisation => "personalize.system",
            Self::SystemAnalytics => "analytics.reporting.system.performance",
        }
    }
}

/// The legal basis of a purpose (GDPR, article 6, paragraph 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Basis {
    /// Consent, letter a.
    Consent,
    /// A service the person asked for, letter b.
    Contract,
    /// A duty under the law, letter c.
    LegalObligation,
    /// A legitimate interest of whoever runs the bot, letter f.
    LegitimateInterest,
    /// A legitimate interest of a third party, such as a server's owner, letter f.
    LegitimateInterestOfOthers,
}

impl Basis {
    /// The term of the Data Privacy Vocabulary (DPV, "EU-GDPR"), such as `eu-gdpr:A6-1-a`.
    pub const fn iri(self) -> &'static str {
        match self {
            Self::Consent => "eu-gdpr:A6-1-a",
            Self::Contract => "eu-gdpr:A6-1-b",
            Self::LegalObligation => "eu-gdpr:A6-1-c",
            Self::LegitimateInterest => "eu-gdpr:A6-1-f-controller",
            Self::LegitimateInterestOfOthers => "eu-gdpr:A6-1-f-third-party",
        }
    }

    /// The basis in words, as fideslang writes it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Consent => "Consent",
            Self::Contract => "Contract",
            Self::LegalObligation => "Legal obligations",
            Self::LegitimateInterest | Self::LegitimateInterestOfOthers => "Legitimate interests",
        }
    }
}

/// What an objection (GDPR, article 21) to a purpose does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Objection {
    /// Not possible; the remedy is deletion, or there is none because the law or safety demands it.
    No,
    /// Takes effect with the next write.
    Yes,
    /// Consent is withdrawn, which takes effect with the next write.
    Withdraw,
    /// A person of the server decides; it takes effect once upheld.
    ReviewedByGuild,
}

impl Objection {
    /// Whether an objection can ever take effect.
    pub const fn is_possible(self) -> bool {
        !matches!(self, Self::No)
    }

    /// A stable word for committed files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Yes => "yes",
            Self::Withdraw => "withdraw",
            Self::ReviewedByGuild => "reviewed_by_guild",
        }
    }
}

/// A purpose as plain data: what [`Purpose`] says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PurposeDecl {
    /// The stable id, such as `core.commands`.
    pub id: &'static str,
    /// The purpose in plain words, for the people whose data it is: “Counting how often commands are used.”
    pub words: &'static str,
    /// What the data is used for.
    pub data_use: DataUse,
    /// The purpose in the Data Privacy Vocabulary, such as `dpv:RequestedServiceProvision`.
    pub dpv: &'static str,
    /// The legal basis.
    pub basis: Basis,
    /// What an objection does.
    pub objection: Objection,
}

/// Why something is stored: a marker type, so that a [`Permit`](crate::Permit) for one purpose is no
/// permit for another.
///
/// Those of Casey are in [`purposes`](crate::purposes). A foreign module brings its own by implementing
/// this trait; the composition root decides whether it is allowed.
///
/// ```
/// use casey_privacy::{Basis, DataUse, Objection, Purpose};
///
/// /// Remembering birthdays for those who ask for it.
/// enum Birthdays {}
///
/// impl Purpose for Birthdays {
///     const ID: &'static str = "example.birthdays";
///     const DATA_USE: DataUse = DataUse::Functional;
///     const DPV: &'static str = "dpv:RequestedServiceProvision";
///     const BASIS: Basis = Basis::Consent;
///     const OBJECTION: Objection = Objection::Withdraw;
/// }
///
/// assert_eq!(Birthdays::ENTRY.id, "example.birthdays");
/// ```
pub trait Purpose: Send + Sync + 'static {
    /// The stable id: words of lower case letters separated by dots.
    const ID: &'static str;
    /// The purpose in plain words, one sentence; the id where there are none.
    const WORDS: &'static str = Self::ID;
    /// What the data is used for.
    const DATA_USE: DataUse;
    /// The purpose in the Data Privacy Vocabulary, such as `dpv:RequestedServiceProvision`.
    const DPV: &'static str;
    /// The legal basis.
    const BASIS: Basis;
    /// What an objection does.
    const OBJECTION: Objection;
    /// All of the above as plain data. There is no reason to override it.
    const ENTRY: &'static PurposeDecl = &PurposeDecl {
        id: Self::ID,
        words: Self::WORDS,
        data_use: Self::DATA_USE,
        dpv: Self::DPV,
        basis: Self::BASIS,
        objection: Self::OBJECTION,
    };
}
