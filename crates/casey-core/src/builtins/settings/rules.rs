//! `settings allow`, `deny`, `clear`, `rules`, `why`: where and for whom commands work.

use twilight_interactions::command::{CommandModel, CreateCommand, ResolvedUser};
use twilight_model::{application::interaction::InteractionChannel, guild::Role, id::Id};
use twilight_util::builder::embed::EmbedBuilder;

use super::{change, guild};
use crate::{
    builtins::{core::Core, help::ACCENT},
    call::Call,
    complete::Choice,
    error::Failure,
    escape,
    overrides::{Asked, Override, Verdict, What, Whom, judge, places},
    reader::Target,
    reply::Reply,
    text::Text,
};

/// Rules that a server can have.
pub(in crate::builtins) const MOST: usize = 100;

/// What is typed for all that can be switched off.
const EVERYTHING: &str = "everything";

/// A sub-command that names a command or module, and whom a rule about it is for.
macro_rules! about_a_rule {
    ($name:ident = $word:literal $desc:literal) => {
        #[derive(CommandModel, CreateCommand)]
        #[command(name = $word, desc = $desc)]
        pub(in crate::builtins) struct $name {
            /// Name of a command or module, or everything
            #[command(max_length = 60, autocomplete = true)]
            command: String,
            /// Only for this channel or category
            channel: Option<InteractionChannel>,
            /// Only for this role
            role: Option<Role>,
            /// Only for this member
            member: Option<ResolvedUser>,
        }

        impl From<$name> for Typed {
            fn from($name { command, channel, role, member }: $name) -> Self {
                Self::new(&command, channel, role, member)
            }
        }
    };
}
about_a_rule!(Allow = "allow" "Allow a command or module: for a channel, a role, a member, or everybody");
about_a_rule!(Deny = "deny" "Forbid a command or module: in a channel, to a role, to a member, or to everybody");
about_a_rule!(Clear = "clear" "Remove rules about a command or module");

#[derive(CommandModel, CreateCommand)]
#[command(name = "rules", desc = "Show where and for whom commands are allowed or not")]
pub(in crate::builtins) struct Rules {}

#[derive(CommandModel, CreateCommand)]
#[command(name = "why", desc = "Tell whether somebody may use a command here, and which rule says so")]
pub(in crate::builtins) struct Why {
    /// Name of a command
    #[command(max_length = 60, autocomplete = true)]
    command: String,
    /// Who; you, if you name nobody
    member: Option<ResolvedUser>,
    /// Where; here, if you name no channel
    channel: Option<InteractionChannel>,
}

/// A command or module as it was typed, and whom the rule is about.
struct Typed {
    command: String,
    named: Vec<Whom>,
}

impl Typed {
    /// From options, and from mentions behind the command's name: in prefix use its words are the rest of the line.
    fn new(
        typed: &str,
        channel: Option<InteractionChannel>,
        role: Option<Role>,
        member: Option<ResolvedUser>,
    ) -> Self {
        let mut named: Vec<Whom> = [
            channel.map(|channel| Whom::Channel(channel.id)),
            // The role @everyone is everybody.
            role.map(|role| if role.name == "@everyone" { Whom::Everyone } else { Whom::Role(role.id) }),
            member.map(|member| Whom::Member(member.resolved.id)),
        ]
        .into_iter()
        .flatten()
        .collect();
        let mut words: Vec<&str> = typed.split_whitespace().collect();
        while let Some(whom) = words.last().and_then(|word| mentioned(word)) {
            named.push(whom);
            words.pop();
        }
        Self { command: words.join(" "), named }
    }

    /// The one that was named; `None` if it was none.
    fn whom(&self, text: &Text) -> Result<Option<Whom>, Failure> {
        match self.named[..] {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => Err(Failure::refused(text.msg_rules_one_target())),
        }
    }
}

/// Whom a word mentions.
fn mentioned(word: &str) -> Option<Whom> {
    match Target::of(word, false) {
        Target::User(id) => Id::new_checked(id).map(Whom::Member),
        Target::Role(id) => Id::new_checked(id).map(Whom::Role),
        Target::Channel { id, .. } => Id::new_checked(id).map(Whom::Channel),
        Target::Everyone => Some(Whom::Everyone),
        Target::Id(_) | Target::Named { .. } | Target::Nothing => None,
    }
}

pub(in crate::builtins) async fn allow(core: &Core, call: &Call, typed: Allow) -> Result<Reply, Failure> {
    set(core, call, &typed.into(), true).await
}

pub(in crate::builtins) async fn deny(core: &Core, call: &Call, typed: Deny) -> Result<Reply, Failure> {
    set(core, call, &typed.into(), false).await
}

async fn set(core: &Core, call: &Call, typed: &Typed, allowed: bool) -> Result<Reply, Failure> {
    let text = core.text(call);
    let what = what(core, call, &typed.command)?;
    let whom = typed.whom(text)?.unwrap_or(Whom::Everyone);
    let rule = Override { what: what.clone(), whom, allowed };
    change(core, call, |settings| {
        let rules = &mut settings.overrides;
        let room = rules.len() < MOST;
        match rules.iter_mut().find(|known| known.what == rule.what && known.whom == rule.whom) {
            Some(known) => known.allowed = allowed,
            None if room => rules.push(rule),
            None => return Err(Failure::refused(text.msg_rules_too_many(MOST))),
        }
        Ok(())
    })
    .await?;
    let (what, whom) = (show_what(core, call, &what), show_whom(text, whom));
    Ok(Reply::text(if allowed {
        text.msg_rules_allowed(what, whom)
    } else {
        text.msg_rules_denied(what, whom)
    }))
}

pub(in crate::builtins) async fn clear(core: &Core, call: &Call, typed: Clear) -> Result<Reply, Failure> {
    let text = core.text(call);
    let typed = Typed::from(typed);
    let what = what(core, call, &typed.command)?;
    let whom = typed.whom(text)?;
    let mut gone = 0;
    change(core, call, |settings| {
        let before = settings.overrides.len();
        settings.overrides.retain(|rule| rule.what != what || whom.is_some_and(|whom| whom != rule.whom));
        gone = before - settings.overrides.len();
        if gone == 0 {
            return Err(Failure::refused(text.msg_rules_none_such(show_what(core, call, &what))));
        }
        Ok(())
    })
    .await?;
    Ok(Reply::text(text.msg_rules_cleared(gone, show_what(core, call, &what))))
}

pub(in crate::builtins) async fn list(core: &Core, call: &Call) -> Result<Reply, Failure> {
    let text = core.text(call);
    let settings = core.settings.guild(guild(core, call)?).await?;
    if settings.overrides.is_empty() {
        return Ok(Reply::text(text.msg_rules_none(call.command("settings deny"))));
    }
    let mut lines: Vec<(&Override, String)> =
        settings.overrides.iter().map(|rule| (rule, line(core, call, rule))).collect();
    lines.sort_by(|(one, _), (other, _)| (&one.what, one.whom).cmp(&(&other.what, other.whom)));
    let lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
    let embed = EmbedBuilder::new()
        .title(text.msg_rules_title())
        .color(ACCENT)
        .description(escape::shorten(&lines.join("\n"), 4_000));
    Ok(Reply::embed(embed.build()))
}

pub(in crate::builtins) async fn why(core: &Core, call: &Call, typed: Why) -> Result<Reply, Failure> {
    let text = core.text(call);
    let guild = guild(core, call)?;
    let Why { command: typed, member, channel } = typed;
    let typed = Typed::new(&typed, channel, None, member);
    let Named { module, title, optional, path } = command(core, &typed.command).ok_or_else(|| {
        Failure::refused(text.msg_rules_unknown(escape::code(&escape::shorten(&typed.command, 60))))
    })?;
    let member = typed.named.iter().find_map(|whom| match whom {
        Whom::Member(id) => Some(*id),
        _ => None,
    });
    let channel = typed.named.iter().find_map(|whom| match whom {
        Whom::Channel(id) => Some(*id),
        _ => None,
    });
    let roles = match member {
        Some(member) => {
            core.directory.member(guild, member).await?.map(|member| member.roles).unwrap_or_default()
        }
        None => call.roles().to_vec(),
    };
    let (member, channel) = (member.unwrap_or(call.user_id()), channel.unwrap_or(call.channel()));
    let settings = core.settings.guild(guild).await?;
    let channels = places(&*core.directory, &settings, channel).await?;
    let asked = Asked { module, path: &path, member, roles: &roles, channels: &channels };
    let shown = escape::code(&call.command(&path));
    let (who, place) = (format!("<@{member}>"), format!("<#{channel}>"));
    if !optional {
        return Ok(Reply::text(text.msg_rules_why_always(shown)));
    }
    Ok(Reply::text(match judge(&settings, &asked) {
        Verdict::Rule(rule) if rule.allowed => {
            text.msg_rules_why_yes(who, shown, place, line(core, call, rule))
        }
        Verdict::Rule(rule) => text.msg_rules_why_no(who, shown, place, line(core, call, rule)),
        Verdict::ModuleOff => text.msg_rules_why_module(shown, title),
        Verdict::Free => text.msg_rules_why_free(who, shown, place),
    }))
}

/// Modules and commands that rules can be about.
pub(in crate::builtins) fn complete(core: &Core, call: &Call, typed: &str) -> Vec<Choice> {
    let typed = typed.trim().to_lowercase();
    let Some(catalogue) = core.catalogue() else { return Vec::new() };
    let text = core.text(call);
    let modules =
        core.switches.iter().map(|switch| (text.msg_rules_module(switch.title), switch.name.to_owned()));
    let commands = catalogue.entries().iter().filter(|entry| entry.optional).flat_map(|entry| {
        let name = entry.command.name();
        let paths = entry.command.paths().into_iter().filter(|path| !path.is_empty());
        std::iter::once(name.to_owned()).chain(paths.map(move |path| format!("{name} {path}")))
    });
    let commands = commands.map(|path| (call.command(&path), path));
    let fits =
        |(name, value): &(String, String)| name.to_lowercase().contains(&typed) || value.contains(&typed);
    let all = std::iter::once((text.msg_rules_everything(), EVERYTHING.to_owned()));
    all.chain(modules).chain(commands).filter(fits).map(|(name, value)| Choice::text(name, value)).collect()
}

/// A command that was named.
struct Named {
    module: &'static str,
    title: &'static str,
    optional: bool,
    /// Its full path.
    path: String,
}

/// The command of this name, or one of its other names.
fn command(core: &Core, typed: &str) -> Option<Named> {
    let catalogue = core.shelf.get()?.upgrade()?;
    let typed = typed.trim().trim_start_matches(['/', ',', '!']).to_lowercase();
    let mut words = typed.split_whitespace();
    let found = catalogue.find(words.next()?)?;
    let entry = catalogue.entry(found.index);
    let rest: Vec<&str> = found.path.into_iter().chain(words).collect();
    let mut path = entry.command.name().to_owned();
    if !rest.is_empty() {
        let sub = rest.join(" ");
        let is = |known: &str| known == sub || known.starts_with(&format!("{sub} "));
        if !entry.command.paths().iter().any(|known| is(known)) {
            return None;
        }
        path = format!("{path} {sub}");
    }
    Some(Named { module: entry.module, title: entry.title, optional: entry.optional, path })
}

/// The module or command of this name, if a server may decide about it.
fn what(core: &Core, call: &Call, typed: &str) -> Result<What, Failure> {
    let text = core.text(call);
    let all = text.msg_rules_everything();
    if [EVERYTHING, "all", &all].iter().any(|word| word.eq_ignore_ascii_case(typed.trim())) {
        return Ok(What::Everything);
    }
    if let Some(Named { path, optional, .. }) = command(core, typed) {
        if !optional {
            return Err(Failure::refused(text.msg_rules_why_always(escape::code(&call.command(&path)))));
        }
        return Ok(What::Command(path));
    }
    let is = |name: &str| name.eq_ignore_ascii_case(typed.trim());
    if let Some(switch) = core.switches.iter().find(|switch| is(switch.name) || is(switch.title)) {
        return Ok(What::Module(switch.name.to_owned()));
    }
    Err(Failure::refused(text.msg_rules_unknown(escape::code(&escape::shorten(typed, 60)))))
}

fn line(core: &Core, call: &Call, rule: &Override) -> String {
    let text = core.text(call);
    let mark = if rule.allowed { "✅" } else { "🚫" };
    format!("{mark} {}: {}", show_what(core, call, &rule.what), show_whom(text, rule.whom))
}

fn show_what(core: &Core, call: &Call, what: &What) -> String {
    match what {
        What::Everything => core.text(call).msg_rules_everything(),
        What::Command(path) => escape::code(&call.command(path)),
        What::Module(name) => {
            let title = core
                .switches
                .iter()
                .find(|switch| switch.name == name)
                .map_or(name.as_str(), |switch| switch.title);
            core.text(call).msg_rules_module(title)
        }
    }
}

fn show_whom(text: &Text, whom: Whom) -> String {
    match whom {
        Whom::Everyone => text.msg_rules_everybody(),
        Whom::Channel(id) => format!("<#{id}>"),
        Whom::Role(id) => format!("<@&{id}>"),
        Whom::Member(id) => format!("<@{id}>"),
    }
}
