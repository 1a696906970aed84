//! Where and for whom a server allows commands: rules of its own, and the one function that decides by them.

use twilight_model::id::{
    Id,
    marker::{ChannelMarker, RoleMarker, UserMarker},
};

use crate::{
    error::DiscordError,
    ports::{Directory, GuildSettings},
};

/// What a rule is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// All commands of all modules that a server may switch off.
    Everything,
    /// All commands of a module, by its name.
    Module(String),
    /// A command, or a sub-command, as `prefix set`. A rule for a command holds for its sub-commands, too.
    Command(String),
}

/// Whom a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Whom {
    /// Everybody in the server.
    Everyone,
    /// Everybody in a channel; in the threads of a channel and the channels of a category as well.
    Channel(Id<ChannelMarker>),
    /// Members with a role.
    Role(Id<RoleMarker>),
    /// One member.
    Member(Id<UserMarker>),
}

/// A rule of a server: a command or module is allowed, or not, for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// What it is about.
    pub what: What,
    /// Whom it is about.
    pub whom: Whom,
    /// Whether it allows.
    pub allowed: bool,
}

/// A use of a command that rules are asked about.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The command's module.
    pub module: &'a str,
    /// Command and sub-command.
    pub path: &'a str,
    /// Who uses it.
    pub member: Id<UserMarker>,
    /// Their roles.
    pub roles: &'a [Id<RoleMarker>],
    /// Where: the channel, then what it is in (channel of a thread, category).
    pub channels: &'a [Id<ChannelMarker>],
}

/// The rule that decides a use; `None` if no rule is about it.
///
/// Rules about the command or its module come before those about everything. Among them the nearest to the person decides: a rule for the member,
/// else for their roles, else for the channel (a thread before its channel, a channel before its category), else for everybody. Among those, the one
/// that says most about the command: `prefix set` before `prefix` before the module. If several roles are equally near, one that allows is enough, as
/// with Discord's own permissions.
pub fn decide<'r>(rules: &'r [Override], asked: &Asked<'_>) -> Option<&'r Override> {
    let (general, particular): (Vec<_>, Vec<_>) =
        rules.iter().partition(|rule| rule.what == What::Everything);
    nearest(&particular, asked).or_else(|| nearest(&general, asked))
}

/// The nearest to the person among these rules.
fn nearest<'r>(rules: &[&'r Override], asked: &Asked<'_>) -> Option<&'r Override> {
    let of = |is: &dyn Fn(Whom) -> bool| {
        let fitting = rules.iter().filter(|rule| is(rule.whom));
        fitting
            .filter_map(|rule| Some((about(&rule.what, asked)?, rule.allowed, *rule)))
            .max_by_key(|(depth, allowed, _)| (*depth, *allowed))
    };
    let found = of(&|whom| whom == Whom::Member(asked.member))
        .or_else(|| of(&|whom| matches!(whom, Whom::Role(role) if asked.roles.contains(&role))))
        .or_else(|| asked.channels.iter().find_map(|channel| of(&|whom| whom == Whom::Channel(*channel))))
        .or_else(|| of(&|whom| whom == Whom::Everyone));
    found.map(|(_, _, rule)| rule)
}

/// What a server makes of a use of a command of an optional module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict<'r> {
    /// Nothing is said about it.
    Free,
    /// The module is off, and nothing is said that comes before that.
    ModuleOff,
    /// This rule decides.
    Rule(&'r Override),
}

/// Decides by the server's rules and by the modules it switched off. A module that is off is off for everybody: what is said about it nearer to the person,
/// or about the command, comes before that.
pub(crate) fn judge<'r>(settings: &'r GuildSettings, asked: &Asked<'_>) -> Verdict<'r> {
    let off = settings.disabled_modules.contains(asked.module);
    let about_all = |rule: &Override| match rule.what {
        What::Everything => true,
        What::Module(_) => rule.whom == Whom::Everyone,
        What::Command(_) => false,
    };
    match decide(&settings.overrides, asked) {
        Some(rule) if !(off && about_all(rule)) => Verdict::Rule(rule),
        _ if off => Verdict::ModuleOff,
        _ => Verdict::Free,
    }
}

/// A channel and what it is in: a thread is in a channel, which is in a category. They are looked up only if a rule is about channels at all.
pub(crate) async fn places(
    directory: &dyn Directory,
    settings: &GuildSettings,
    channel: Id<ChannelMarker>,
) -> Result<Vec<Id<ChannelMarker>>, DiscordError> {
    let mut places = vec![channel];
    if settings.overrides.iter().any(|rule| matches!(rule.whom, Whom::Channel(_))) {
        let mut inner = channel;
        while places.len() < 3
            && let Some(outer) = directory.channel(inner).await?.and_then(|channel| channel.parent)
        {
            places.push(outer);
            inner = outer;
        }
    }
    Ok(places)
}

/// How much a rule says about a command: zero for its module or for everything, then a step for each word. `None` if it is about something else.
fn about(what: &What, asked: &Asked<'_>) -> Option<usize> {
    match what {
        What::Everything => Some(0),
        What::Module(module) => (module == asked.module).then_some(0),
        What::Command(path) => {
            let rest = asked.path.strip_prefix(path.as_str())?;
            (rest.is_empty() || rest.starts_with(' ')).then(|| path.split(' ').count())
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALICE: Id<UserMarker> = Id::new(1);
    const GENERAL: Id<ChannelMarker> = Id::new(10);
    const CATEGORY: Id<ChannelMarker> = Id::new(11);
    const MODS: Id<RoleMarker> = Id::new(20);
    const FANS: Id<RoleMarker> = Id::new(21);

    fn rule(what: What, whom: Whom, allowed: bool) -> Override {
        Override { what, whom, allowed }
    }

    fn command(path: &str) -> What {
        What::Command(path.into())
    }

    fn module() -> What {
        What::Module("fm".into())
    }

    fn asked(path: &'static str) -> Asked<'static> {
        Asked { module: "fm", path, member: ALICE, roles: &[MODS, FANS], channels: &[GENERAL, CATEGORY] }
    }

    fn allowed(rules: &[Override], path: &'static str) -> Option<bool> {
        decide(rules, &asked(path)).map(|rule| rule.allowed)
    }

    #[test]
    fn without_a_rule_nothing_is_decided() {
        assert_eq!(allowed(&[], "fm now"), None);
        let others = [
            rule(command("fmx"), Whom::Everyone, false),
            rule(command("fm no"), Whom::Everyone, false),
            rule(What::Module("fun".into()), Whom::Everyone, false),
            rule(module(), Whom::Member(Id::new(2)), false),
            rule(module(), Whom::Role(Id::new(22)), false),
            rule(module(), Whom::Channel(Id::new(12)), false),
        ];
        assert_eq!(allowed(&others, "fm now"), None);
    }

    #[test]
    fn the_nearest_to_the_person_decides() {
        let mut rules = Vec::new();
        for (whom, allow) in [
            (Whom::Everyone, false),
            (Whom::Channel(CATEGORY), true),
            (Whom::Channel(GENERAL), false),
            (Whom::Role(FANS), true),
            (Whom::Member(ALICE), false),
        ] {
            // What is said of the command in one place counts less than what is said of the module nearer to the person.
            rules.push(rule(module(), whom, allow));
            assert_eq!(allowed(&rules, "fm now"), Some(allow), "{whom:?}");
        }
        assert_eq!(
            allowed(&[rules[0].clone(), rule(command("fm now"), Whom::Everyone, true)], "fm now"),
            Some(true)
        );
    }

    #[test]
    fn who_says_more_about_the_command_decides_at_equal_distance() {
        let rules = [
            rule(module(), Whom::Everyone, true),
            rule(command("fm"), Whom::Everyone, false),
            rule(command("fm now"), Whom::Everyone, true),
        ];
        assert_eq!(allowed(&rules, "fm now"), Some(true));
        assert_eq!(allowed(&rules, "fm top"), Some(false));
        assert_eq!(allowed(&rules, "other"), Some(true));
    }

    #[test]
    fn of_several_roles_one_that_allows_is_enough() {
        let rules =
            [rule(command("fm"), Whom::Role(MODS), true), rule(command("fm"), Whom::Role(FANS), false)];
        assert_eq!(allowed(&rules, "fm now"), Some(true));
        let rules = [rule(module(), Whom::Role(MODS), true), rule(command("fm"), Whom::Role(FANS), false)];
        assert_eq!(allowed(&rules, "fm now"), Some(false), "the one says more");
    }

    #[test]
    fn what_is_said_of_everything_counts_where_nothing_else_is_said() {
        let everything = |whom, allowed| rule(What::Everything, whom, allowed);
        let only_here = [everything(Whom::Everyone, false), everything(Whom::Channel(CATEGORY), true)];
        assert_eq!(allowed(&only_here, "fm now"), Some(true));
        assert_eq!(allowed(&only_here[..1], "fm now"), Some(false));
        let with = |more| [&only_here[..], &[more]].concat();
        assert_eq!(allowed(&with(rule(module(), Whom::Everyone, false)), "fm now"), Some(false));
        assert_eq!(allowed(&with(everything(Whom::Role(FANS), false)), "fm now"), Some(false));

        // What is off stays off, whatever is said of everything.
        let mut settings = GuildSettings { overrides: only_here.to_vec(), ..GuildSettings::default() };
        assert_eq!(judge(&settings, &asked("fm now")), Verdict::Rule(&only_here[1]));
        settings.disabled_modules.insert("fm".into());
        assert_eq!(judge(&settings, &asked("fm now")), Verdict::ModuleOff);
    }

    fn rules() -> impl Strategy<Value = Vec<Override>> {
        let what = prop_oneof![
            Just(What::Everything),
            Just(module()),
            Just(command("fm")),
            Just(command("fm now")),
            Just(command("fm top")),
        ];
        let whom = prop_oneof![
            Just(Whom::Everyone),
            Just(Whom::Channel(GENERAL)),
            Just(Whom::Channel(CATEGORY)),
            Just(Whom::Role(MODS)),
            Just(Whom::Role(FANS)),
            Just(Whom::Member(ALICE)),
            Just(Whom::Member(Id::new(2))),
        ];
        prop::collection::vec(
            (what, whom, any::<bool>()).prop_map(|(what, whom, allow)| rule(what, whom, allow)),
            0..12,
        )
    }

    /// The same by ranking every rule on its own.
    fn ranked(rules: &[Override]) -> Option<bool> {
        let rank = |rule: &Override| {
            let near = match rule.whom {
                Whom::Member(member) if member == ALICE => 5,
                Whom::Member(_) => return None,
                Whom::Role(_) => 4,
                Whom::Channel(channel) if channel == GENERAL => 3,
                Whom::Channel(_) => 2,
                Whom::Everyone => 1,
            };
            let deep = match &rule.what {
                What::Everything | What::Module(_) => 0,
                What::Command(path) if path == "fm" => 1,
                What::Command(path) if path == "fm now" => 2,
                What::Command(_) => return None,
            };
            Some((rule.what != What::Everything, near, deep, rule.allowed))
        };
        rules.iter().filter_map(rank).max().map(|(.., allow)| allow)
    }

    proptest! {
        #[test]
        fn it_agrees_with_a_plain_ranking(rules in rules()) {
            prop_assert_eq!(allowed(&rules, "fm now"), ranked(&rules));
        }

        #[test]
        fn the_order_of_rules_does_not_matter(rules in rules(), turn in 0..12_usize) {
            let mut turned = rules.clone();
            let by = turn % turned.len().max(1);
            turned.rotate_left(by);
            prop_assert_eq!(allowed(&rules, "fm now"), allowed(&turned, "fm now"));
        }
    }
}
