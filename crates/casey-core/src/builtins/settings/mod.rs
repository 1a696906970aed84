//! `settings`: what a server has set, language, modules, and rules about commands.

pub(super) mod rules;

use std::{sync::Arc, time::Duration};

use twilight_interactions::command::{CommandModel, CreateCommand};
use twilight_util::builder::embed::{EmbedBuilder, EmbedFieldBuilder};

use twilight_model::{
    channel::message::component::ButtonStyle,
    guild::Permissions,
    id::{Id, marker::GuildMarker},
};

use super::{Switch, core::Core, help::ACCENT, setup};
use crate::{
    call::{Call, row},
    complete::Choice,
    error::Failure,
    escape,
    ports::GuildSettings,
    reply::Reply,
    text::Text,
};

/// How long the button works that opens the setup.
const CHANGEABLE: Duration = Duration::from_hours(24);

#[derive(CommandModel, CreateCommand)]
#[command(name = "settings", desc = "The settings of this server")]
pub(super) enum SettingsCommand {
    #[command(name = "show")]
    Show(Show),
    #[command(name = "language")]
    Language(Language),
    #[command(name = "enable")]
    Enable(Enable),
    #[command(name = "disable")]
    Disable(Disable),
    #[command(name = "allow")]
    Allow(rules::Allow),
    #[command(name = "deny")]
    Deny(rules::Deny),
    #[command(name = "clear")]
    Clear(rules::Clear),
    #[command(name = "rules")]
    Rules(rules::Rules),
    #[command(name = "why")]
    Why(rules::Why),
}

#[derive(CommandModel, CreateCommand)]
#[command(name = "show", desc = "Show the settings of this server")]
pub(super) struct Show {}

#[derive(CommandModel, CreateCommand)]
#[command(name = "language", desc = "Set the language I answer prefix commands in")]
pub(super) struct Language {
    /// A language I speak, such as en; leave it out to see which there are
    #[command(max_length = 20, autocomplete = true)]
    language: Option<String>,
}

#[derive(CommandModel, CreateCommand)]
#[command(name = "enable", desc = "Switch a module on")]
pub(super) struct Enable {
    /// The module's name
    #[command(max_length = 40, autocomplete = true)]
    module: String,
}

#[derive(CommandModel, CreateCommand)]
#[command(name = "disable", desc = "Switch a module off")]
pub(super) struct Disable {
    /// The module's name
    #[command(max_length = 40, autocomplete = true)]
    module: String,
}

pub(super) async fn run(core: Arc<Core>, call: Call, command: SettingsCommand) -> Result<Reply, Failure> {
    match command {
        SettingsCommand::Show(_) => show(&core, &call).await,
        SettingsCommand::Language(Language { language }) => set_language(&core, &call, language).await,
        SettingsCommand::Enable(Enable { module }) => switch(&core, &call, &module, true).await,
        SettingsCommand::Disable(Disable { module }) => switch(&core, &call, &module, false).await,
        SettingsCommand::Allow(typed) => rules::allow(&core, &call, typed).await,
        SettingsCommand::Deny(typed) => rules::deny(&core, &call, typed).await,
        SettingsCommand::Clear(typed) => rules::clear(&core, &call, typed).await,
        SettingsCommand::Rules(_) => rules::list(&core, &call).await,
        SettingsCommand::Why(typed) => rules::why(&core, &call, typed).await,
    }
}

async fn show(core: &Core, call: &Call) -> Result<Reply, Failure> {
    let text = core.text(call);
    let guild = guild(core, call)?;
    let settings = core.settings.guild(guild).await?;
    let mut embed = EmbedBuilder::new().title(text.msg_settings_title()).color(ACCENT);
    for (name, value) in overview(core, call, guild, &settings) {
        embed = embed.field(EmbedFieldBuilder::new(name, value));
    }
    let reply = Reply::embed(embed.build());
    if call.require(Permissions::MANAGE_GUILD).is_err() {
        return Ok(reply);
    }
    let change =
        call.button(text.msg_settings_change(), ButtonStyle::Secondary, setup::OPEN, "", CHANGEABLE)?;
    Ok(reply.with_row(row([change])))
}

/// Names and values of all that is set.
pub(super) fn overview(
    core: &Core,
    call: &Call,
    guild: Id<GuildMarker>,
    settings: &GuildSettings,
) -> Vec<(String, String)> {
    let text = core.text(call);
    let prefixes: Vec<String> =
        core.book.of_guild(guild).iter().map(|prefix| escape::code(prefix.as_str())).collect();
    let language = core.texts.name(settings.language.as_deref().unwrap_or("en"));
    let modules: Vec<String> =
        core.switches.iter().map(|switch| state(core, call, switch, settings)).collect();
    let mut fields = vec![
        (text.msg_settings_prefixes(), prefixes.join(" ")),
        (text.msg_settings_language(), language.to_owned()),
    ];
    if !modules.is_empty() {
        fields.push((text.msg_settings_modules(), escape::shorten(&modules.join("\n"), 1_024)));
        fields.push((text.msg_rules_title(), escape::shorten(&places(text, call, settings), 1_024)));
    }
    fields
}

/// Where commands work, and how many rules there are besides.
fn places(text: &Text, call: &Call, settings: &GuildSettings) -> String {
    let only: Vec<String> = setup::only_in(settings).iter().map(|id| format!("<#{id}>")).collect();
    let closed = setup::is_closed(settings);
    let mut lines = vec![match (closed, only.is_empty()) {
        (false, _) => text.msg_settings_everywhere(),
        (true, true) => text.msg_settings_nowhere(),
        (true, false) => text.msg_settings_only_in(only.join(" ")),
    }];
    // Those that make it so are not told twice.
    let told = only.len() + usize::from(closed);
    let more = settings.overrides.len() - told;
    if more > 0 {
        lines.push(text.msg_settings_rules(more, escape::code(&call.command("settings rules"))));
    }
    lines.join("\n")
}

fn state(core: &Core, call: &Call, switch: &Switch, settings: &GuildSettings) -> String {
    let text = core.text(call);
    let off = settings.disabled_modules.contains(switch.name);
    let word = if off { text.msg_settings_off() } else { text.msg_settings_on() };
    format!("{} ({}): {word}", switch.title, escape::code(switch.name))
}

async fn set_language(core: &Core, call: &Call, wanted: Option<String>) -> Result<Reply, Failure> {
    let text = core.text(call);
    let known = || {
        let names = core.texts.names().map(|(tag, name)| format!("{name} ({})", escape::code(tag)));
        names.collect::<Vec<_>>().join(", ")
    };
    let Some(wanted) = wanted else {
        let settings = core.settings.guild(guild(core, call)?).await?;
        let now = core.texts.name(settings.language.as_deref().unwrap_or("en"));
        return Ok(Reply::text(text.msg_settings_language_now(now, known())));
    };
    let same = |tag: &str, name: &str| {
        tag.eq_ignore_ascii_case(&wanted) || name.to_lowercase() == wanted.to_lowercase()
    };
    let Some((tag, name)) = core.texts.names().find(|(tag, name)| same(tag, name)) else {
        return Err(Failure::refused(text.msg_settings_language_unknown(escape::code(&wanted), known())));
    };
    change(core, call, |settings| {
        settings.language = Some(tag.to_owned());
        Ok(())
    })
    .await?;
    Ok(Reply::text(core.texts.in_language(tag).msg_settings_language_set(name)))
}

/// The languages there are.
pub(super) fn complete_language(core: &Core, _: &Call, typed: &str) -> Vec<Choice> {
    let names = core.texts.names().map(|(tag, name)| (format!("{name} ({tag})"), tag));
    matching(names, typed)
}

/// The modules that can be switched.
pub(super) fn complete_module(core: &Core, _: &Call, typed: &str) -> Vec<Choice> {
    matching(core.switches.iter().map(|switch| (switch.title.to_owned(), switch.name)), typed)
}

/// Names that have what was typed in them, or in their value.
fn matching<'v>(names: impl Iterator<Item = (String, &'v str)>, typed: &str) -> Vec<Choice> {
    let typed = typed.trim().to_lowercase();
    let fits =
        |(name, value): &(String, &str)| name.to_lowercase().contains(&typed) || value.contains(&typed);
    names.filter(fits).map(|(name, value)| Choice::text(name, value)).collect()
}

async fn switch(core: &Core, call: &Call, wanted: &str, on: bool) -> Result<Reply, Failure> {
    let text = core.text(call);
    if core.switches.is_empty() {
        return Err(Failure::refused(text.msg_settings_no_modules()));
    }
    let is = |switch: &&Switch| {
        switch.name.eq_ignore_ascii_case(wanted) || switch.title.eq_ignore_ascii_case(wanted)
    };
    let Some(found) = core.switches.iter().find(is) else {
        let names: Vec<String> = core.switches.iter().map(|switch| escape::code(switch.name)).collect();
        return Err(Failure::refused(
            text.msg_settings_module_unknown(escape::code(wanted), names.join(", ")),
        ));
    };
    change(core, call, |settings| {
        if on {
            settings.disabled_modules.remove(found.name);
        } else {
            settings.disabled_modules.insert(found.name.to_owned());
        }
        Ok(())
    })
    .await?;
    Ok(Reply::text(if on {
        text.msg_settings_enabled(found.title)
    } else {
        text.msg_settings_disabled(found.title)
    }))
}

/// Changes the server's settings, or nothing if the change refuses.
async fn change(
    core: &Core,
    call: &Call,
    change: impl FnOnce(&mut GuildSettings) -> Result<(), Failure>,
) -> Result<(), Failure> {
    core.change(call, guild(core, call)?, change).await.map(drop)
}

pub(super) fn guild(core: &Core, call: &Call) -> Result<Id<GuildMarker>, Failure> {
    call.guild().ok_or_else(|| Failure::refused(core.text(call).msg_guard_guild_only()))
}
