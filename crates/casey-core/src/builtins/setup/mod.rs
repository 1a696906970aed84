//! `setup`: one message with all that an admin decides about Casey first, and what Casey lacks.

mod needs;
mod panel;

use std::sync::Arc;

use twilight_interactions::command::{CommandModel, CreateCommand};
use twilight_model::{guild::Permissions, id::Id};

use self::panel::{CHANNELS, CHECK, DONE, LANGUAGE, MODULES, PREFIXES};
pub(super) use self::{
    needs::invite,
    panel::{is_closed, link, only_in},
};
use super::{core::Core, prefix, settings};
use crate::{
    call::Call,
    error::Failure,
    escape,
    modal::{Input, Submission, Submitted},
    overrides::{Override, What, Whom},
    ports::GuildSettings,
    prefix::Prefix,
    press::{Press, Pressed},
    reply::Reply,
};

/// The action that opens it beside what `settings show` shows.
pub(super) const OPEN: &str = "setup";

#[derive(CommandModel, CreateCommand)]
#[command(name = "setup", desc = "Set me up here, in one message")]
pub(super) struct Setup {}

pub(super) async fn run(core: Arc<Core>, call: Call, _: Setup) -> Result<Reply, Failure> {
    panel::show(&core, &call).await
}

/// Whether a press belongs to the setup.
pub(super) fn is_action(action: &str) -> bool {
    action.starts_with(OPEN)
}

pub(super) async fn press(core: &Core, call: &Call, press: &Press) -> Result<Pressed, Failure> {
    call.require(Permissions::MANAGE_GUILD)?;
    match press.action.as_str() {
        OPEN => return Ok(Pressed::reply(panel::show(core, call).await?.private())),
        PREFIXES => return ask_for_prefixes(core, call),
        DONE => return Ok(Pressed::update(panel::finished(core, call).await?)),
        CHECK => {}
        LANGUAGE => {
            let language =
                press.values.first().filter(|tag| core.texts.names().any(|(known, _)| known == *tag));
            change(core, call, |settings| settings.language = language.cloned().or(settings.language.take()))
                .await?;
        }
        MODULES => {
            change(core, call, |settings| switch(core, settings, &press.values)).await?;
        }
        CHANNELS => {
            let text = core.text(call);
            core.change(call, settings::guild(core, call)?, |settings| {
                work_only_in(settings, &press.values);
                let most = settings::rules::MOST;
                if settings.overrides.len() > most {
                    return Err(Failure::refused(text.msg_rules_too_many(most)));
                }
                Ok(())
            })
            .await?;
        }
        other => return Err(Failure::Broken(format!("the setup has no action {other}").into())),
    }
    Ok(Pressed::update(panel::show(core, call).await?))
}

/// Takes the form of prefixes.
pub(super) async fn submit(core: &Core, call: &Call, form: &Submission) -> Result<Submitted, Failure> {
    call.require(Permissions::MANAGE_GUILD)?;
    let text = core.text(call);
    let mut prefixes: Vec<Prefix> = Vec::new();
    for typed in form.text(PREFIXES).split_whitespace() {
        let prefix = prefix::read(text, typed)?;
        if !prefixes.contains(&prefix) {
            prefixes.push(prefix);
        }
    }
    if prefixes.len() > prefix::MOST {
        return Err(Failure::refused(text.msg_prefix_too_many(prefix::MOST)));
    }
    change(core, call, |settings| settings.prefixes = prefixes).await?;
    Ok(Submitted::update(panel::show(core, call).await?))
}

fn ask_for_prefixes(core: &Core, call: &Call) -> Result<Pressed, Failure> {
    let text = core.text(call);
    let guild = settings::guild(core, call)?;
    let now: Vec<_> = core.book.of_guild(guild).iter().map(Prefix::to_string).collect();
    // Ten of ten characters, with room for spaces between them.
    let input = Input::line(PREFIXES, text.msg_settings_prefixes())
        .hint(text.msg_setup_prefixes_hint(core.book.default_prefix().as_str()))
        .between(0, 120)
        .value(escape::shorten(&now.join(" "), 120))
        .optional();
    let form = call.modal(text.msg_settings_prefixes(), PREFIXES, "").input(input).build()?;
    Ok(Pressed::modal(form))
}

async fn change(core: &Core, call: &Call, change: impl FnOnce(&mut GuildSettings)) -> Result<(), Failure> {
    let guild = settings::guild(core, call)?;
    let all = |settings: &mut GuildSettings| {
        change(settings);
        Ok(())
    };
    core.change(call, guild, all).await.map(drop)
}

/// Switches the modules on that are chosen, and those off that are not. What this version does not know stays as it is.
fn switch(core: &Core, settings: &mut GuildSettings, chosen: &[String]) {
    for known in &core.switches {
        if chosen.iter().any(|name| name == known.name) {
            settings.disabled_modules.remove(known.name);
        } else {
            settings.disabled_modules.insert(known.name.to_owned());
        }
    }
}

/// Makes the rules by which commands work in these channels only; everywhere, if there are none.
fn work_only_in(settings: &mut GuildSettings, channels: &[String]) {
    let channels: Vec<_> = channels.iter().filter_map(|id| id.parse().ok()).map(|id: Id<_>| id).collect();
    // What is forbidden in a channel stays so, unless that channel is chosen.
    let placed = |rule: &Override| {
        rule.what == What::Everything
            && match rule.whom {
                Whom::Everyone => true,
                Whom::Channel(id) => rule.allowed || channels.contains(&id),
                Whom::Role(_) | Whom::Member(_) => false,
            }
    };
    settings.overrides.retain(|rule| !placed(rule));
    let rule = |whom, allowed| Override { what: What::Everything, whom, allowed };
    if !channels.is_empty() {
        settings.overrides.push(rule(Whom::Everyone, false));
        settings.overrides.extend(channels.into_iter().map(|id| rule(Whom::Channel(id), true)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn choosing_channels_replaces_what_was_chosen_before_and_nothing_else() {
        let kept = [
            Override { what: What::Everything, whom: Whom::Role(Id::new(9)), allowed: true },
            Override { what: What::Everything, whom: Whom::Channel(Id::new(8)), allowed: false },
            Override { what: What::Module("fm".into()), whom: Whom::Channel(Id::new(5)), allowed: false },
        ];
        let mut settings = GuildSettings { overrides: kept.to_vec(), ..GuildSettings::default() };
        work_only_in(&mut settings, &chosen(&["5", "6"]));
        assert_eq!(panel::only_in(&settings), [Id::new(5), Id::new(6)]);
        work_only_in(&mut settings, &chosen(&["7"]));
        assert_eq!(panel::only_in(&settings), [Id::new(7)]);
        work_only_in(&mut settings, &[]);
        assert_eq!(settings.overrides, kept);
        assert!(panel::only_in(&settings).is_empty());
    }
}
