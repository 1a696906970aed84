//! The message of `setup`: what is set, and controls that change it.

use std::time::Duration;

use twilight_model::{
    channel::{
        ChannelType,
        message::component::{Button, ButtonStyle, Component, SelectDefaultValue},
    },
    id::{
        Id,
        marker::{ChannelMarker, GuildMarker},
    },
};
use twilight_util::builder::embed::{EmbedBuilder, EmbedFieldBuilder};

use super::needs::{self, Lacks};
use crate::{
    builtins::{core::Core, help::ACCENT, settings},
    call::{Call, row},
    error::Failure,
    escape,
    overrides::{Override, What, Whom},
    permissions,
    ports::GuildSettings,
    reply::Reply,
    select::{Select, SelectOption},
    text::Text,
};

pub(super) const PREFIXES: &str = "setup-prefixes";
pub(super) const LANGUAGE: &str = "setup-language";
pub(super) const MODULES: &str = "setup-modules";
pub(super) const CHANNELS: &str = "setup-channels";
pub(super) const CHECK: &str = "setup-check";
pub(super) const DONE: &str = "setup-done";

/// How long the controls work.
const LASTING: Duration = Duration::from_hours(1);

/// Options and values of a select menu (Discord Docs/Component Reference, String Select).
const OPTIONS: usize = 25;

/// The whole panel.
pub(super) async fn show(core: &Core, call: &Call) -> Result<Reply, Failure> {
    let (guild, settings) = read(core, call).await?;
    let lacks = needs::lacking(core, call, guild, &settings).await?;
    let mut reply = summary(core, call, guild, &settings, Some(lacks));
    for control in controls(core, call, guild, &settings, lacks)? {
        reply = reply.with_row(control);
    }
    Ok(reply)
}

/// What was decided, without controls.
pub(super) async fn finished(core: &Core, call: &Call) -> Result<Reply, Failure> {
    let (guild, settings) = read(core, call).await?;
    let more = call.command("help");
    let reply = summary(core, call, guild, &settings, None);
    Ok(Reply { content: core.text(call).msg_setup_done(escape::code(&more)), ..reply })
}

async fn read(core: &Core, call: &Call) -> Result<(Id<GuildMarker>, GuildSettings), Failure> {
    let guild = settings::guild(core, call)?;
    Ok((guild, (*core.settings.guild(guild).await?).clone()))
}

fn summary(
    core: &Core,
    call: &Call,
    guild: Id<GuildMarker>,
    settings: &GuildSettings,
    lacks: Option<Lacks>,
) -> Reply {
    let text = core.text(call);
    let mut embed = EmbedBuilder::new().title(text.msg_settings_title()).color(ACCENT);
    if lacks.is_some() {
        embed = embed.description(text.msg_setup_intro());
    }
    for (name, value) in settings::overview(core, call, guild, settings) {
        embed = embed.field(EmbedFieldBuilder::new(name, value));
    }
    if let Some(lacks) = lacks {
        embed = embed.field(EmbedFieldBuilder::new(text.msg_setup_permissions(), told(text, lacks)));
    }
    Reply::embed(embed.build())
}

/// What Casey lacks, and where to give it.
fn told(text: &Text, lacks: Lacks) -> String {
    if lacks.is_empty() {
        return text.msg_setup_lacks_nothing();
    }
    let names = |lacking| escape::shorten(&permissions::names(lacking).join(", "), 400);
    let mut lines = Vec::new();
    if !lacks.server.is_empty() {
        lines.push(text.msg_setup_lacks_server(names(lacks.server)));
    }
    if !lacks.channel.is_empty() {
        lines.push(text.msg_setup_lacks_channel(names(lacks.channel)));
    }
    lines.join("\n")
}

fn controls(
    core: &Core,
    call: &Call,
    guild: Id<GuildMarker>,
    settings: &GuildSettings,
    lacks: Lacks,
) -> Result<Vec<Component>, Failure> {
    let text = core.text(call);
    let mut rows = vec![call.select(languages(core, text, settings), LANGUAGE, "", LASTING)?];
    if let Some(modules) = modules(core, text, settings) {
        rows.push(call.select(modules, MODULES, "", LASTING)?);
        // A menu that cannot show all of them would drop the others with the next choice.
        if only_in(settings).len() <= OPTIONS {
            rows.push(call.select(channels(text, settings), CHANNELS, "", LASTING)?);
        }
    }
    let button = |label, style, action| call.button(label, style, action, "", LASTING);
    let mut buttons = vec![
        button(text.msg_settings_prefixes(), ButtonStyle::Primary, PREFIXES)?,
        button(text.msg_setup_check(), ButtonStyle::Secondary, CHECK)?,
        button(text.msg_setup_finish(), ButtonStyle::Success, DONE)?,
    ];
    if !lacks.server.is_empty() {
        buttons.push(link(text.msg_setup_give(), needs::invite(core, Some(guild))));
    }
    rows.push(row(buttons));
    Ok(rows)
}

/// A button that opens an address.
pub(in crate::builtins) fn link(label: String, url: String) -> Button {
    Button {
        id: None,
        custom_id: None,
        disabled: false,
        emoji: None,
        label: Some(label),
        style: ButtonStyle::Link,
        url: Some(url),
        sku_id: None,
    }
}

fn languages(core: &Core, text: &Text, settings: &GuildSettings) -> Select {
    let now = settings.language.as_deref().unwrap_or("en");
    let known = core.texts.names().take(OPTIONS);
    let options = known.map(|(tag, name)| SelectOption::new(name, tag).description(tag).chosen(tag == now));
    Select::strings(options).placeholder(text.msg_settings_language())
}

fn modules(core: &Core, text: &Text, settings: &GuildSettings) -> Option<Select> {
    let options: Vec<_> = core
        .switches
        .iter()
        .take(OPTIONS)
        .map(|known| {
            let on = !settings.disabled_modules.contains(known.name);
            SelectOption::new(known.title, known.name).chosen(on)
        })
        .collect();
    let most = u8::try_from(options.len()).ok().filter(|most| *most > 0)?;
    Some(Select::strings(options).between(0, most).placeholder(text.msg_setup_no_modules()))
}

fn channels(text: &Text, settings: &GuildSettings) -> Select {
    let closed = is_closed(settings) && only_in(settings).is_empty();
    let preset = only_in(settings).into_iter().take(OPTIONS).map(SelectDefaultValue::Channel);
    Select::channels([
        ChannelType::GuildText,
        ChannelType::GuildAnnouncement,
        ChannelType::GuildForum,
        ChannelType::GuildVoice,
        ChannelType::GuildStageVoice,
        ChannelType::GuildCategory,
    ])
    .between(0, 25)
    .preset(preset)
    .placeholder(if closed { text.msg_setup_nowhere() } else { text.msg_setup_everywhere() })
}

/// Whether everything is forbidden to everybody, but where rules say otherwise.
pub(in crate::builtins) fn is_closed(settings: &GuildSettings) -> bool {
    let closing =
        |rule: &Override| rule.what == What::Everything && rule.whom == Whom::Everyone && !rule.allowed;
    settings.overrides.iter().any(closing)
}

/// The channels outside of which nothing works; none, if it works everywhere or nowhere.
pub(in crate::builtins) fn only_in(settings: &GuildSettings) -> Vec<Id<ChannelMarker>> {
    let rules = || settings.overrides.iter().filter(|rule| rule.what == What::Everything);
    if !is_closed(settings) {
        return Vec::new();
    }
    rules()
        .filter(|rule| rule.allowed)
        .filter_map(|rule| match rule.whom {
            Whom::Channel(id) => Some(id),
            _ => None,
        })
        .collect()
}
