//! The purposes of Casey. Extending this list is a major change of the privacy policy.

use crate::purpose::{Basis, DataUse, Objection, Purpose, PurposeDecl};

macro_rules! purposes {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal, $use:ident, $dpv:literal, $basis:ident, $objection:ident;)+) => {
        $(
            $(#[doc = $doc])+
            ///
            #[doc = concat!("The purpose `", $id, "`.")]
            #[derive(Clone, Copy, Debug)]
            pub enum $name {}

            impl Purpose for $name {
                const ID: &'static str = $id;
                const WORDS: &'static str = concat!($($doc),+).trim_ascii();
                const DATA_USE: DataUse = DataUse::$use;
                const DPV: &'static str = concat!("dpv:", $dpv);
                const BASIS: Basis = Basis::$basis;
                const OBJECTION: Objection = Objection::$objection;
            }
        )+

        /// Every purpose of this module, in the order of the privacy policy.
        pub const ALL: &[&PurposeDecl] = &[$(<$name as Purpose>::ENTRY),+];
    };
}

purposes! {
    /// Executing the commands a person calls.
    CoreCommands = "core.commands", Service, "RequestedServiceProvision", Contract, No;
    /// Remembering settings a person or a server chose.
    CoreSettings = "core.settings", Service, "RequestedServiceProvision", Contract, No;
    /// Showing what a person listens to, from the Last.fm account they linked.
    SocialLastfm = "social.lastfm", Functional, "RequestedServiceProvision", Consent, Withdraw;
    /// Showing TikTok posts that are linked in a message.
    SocialTiktok = "social.tiktok", Functional, "ServiceProvision", LegitimateInterestOfOthers, Yes;
    /// Carrying out and recording what a server's moderators decide.
    ModEnforcement = "mod.enforcement", Security, "MisusePreventionAndDetection", LegitimateInterestOfOthers, ReviewedByGuild;
    /// Applying a server's rules to messages as they arrive.
    ModAutomod = "mod.automod", Security, "MisusePreventionAndDetection", LegitimateInterestOfOthers, ReviewedByGuild;
    /// Handling the appeal a person made against a decision.
    ModAppeals = "mod.appeals", Security, "RequestedServiceProvision", Contract, No;
    /// Keeping the bot itself from being abused: cooldowns, limits, blocks.
    SecurityAbuse = "security.abuse", AbuseDetection, "EnforceSecurity", LegitimateInterest, No;
    /// Answering faster by remembering for a day or two.
    PerfCache = "perf.cache", Operations, "TechnicalServiceProvision", LegitimateInterest, Yes;
    /// Measuring how the system performs.
    PerfMetrics = "perf.metrics", Operations, "TechnicalServiceProvision", LegitimateInterest, Yes;
    /// Finding out why something failed.
    DiagErrors = "diag.errors", Improvement, "ServiceMonitoring", LegitimateInterest, Yes;
    /// Counting how often commands are used.
    StatsUsage = "stats.usage", SystemAnalytics, "ServiceUsageAnalytics", LegitimateInterest, Yes;
    /// Preferences a person set for themselves; never inferred ones.
    PersonalPrefs = "personal.prefs", Personalisation, "ServicePersonalisation", Contract, Yes;
    /// Answering requests about rights, and proving it.
    RightsFulfil = "rights.fulfil", LegalObligation, "RightsFulfilment", LegalObligation, No;
    /// Announcing changes of the privacy policy.
    NotifyPolicy = "notify.policy", LegalObligation, "RightsFulfilment", LegalObligation, No;
    /// Running the features a server switched on: logs, roles, feeds, tags.
    ManageServer = "manage.server", Functional, "RequestedServiceProvision", LegitimateInterestOfOthers, Yes;
    /// Games and scores.
    FunGames = "fun.games", Functional, "RequestedServiceProvision", Contract, Yes;
    /// Keeping a person signed in on the website.
    WebSession = "web.session", Authentication, "IdentityVerification", Contract, No;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_well_formed() {
        let ids: BTreeSet<_> = ALL.iter().map(|purpose| purpose.id).collect();
        assert_eq!(ids.len(), ALL.len());
        for id in ids {
            let words: Vec<_> = id.split('.').collect();
            assert_eq!(words.len(), 2, "{id}");
            assert!(words.iter().all(|word| word.chars().all(|c| c.is_ascii_lowercase())), "{id}");
        }
    }

    #[test]
    fn a_legitimate_interest_can_be_objected_to_unless_it_is_security() {
        for purpose in ALL {
            let interest =
                matches!(purpose.basis, Basis::LegitimateInterest | Basis::LegitimateInterestOfOthers);
            if interest && purpose.id != SecurityAbuse::ID {
                assert!(purpose.objection.is_possible(), "{}", purpose.id);
            }
            if purpose.basis == Basis::Consent {
                assert_eq!(purpose.objection, Objection::Withdraw, "{}", purpose.id);
            }
        }
    }
}
