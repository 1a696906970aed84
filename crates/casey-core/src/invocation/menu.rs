//! Context menus: an entry in the menu of a person or a message was used.

use std::{borrow::Cow, sync::Arc};

use twilight_interactions::command::CommandInputData;
use twilight_model::{
    application::{
        command::{CommandOption, CommandOptionType},
        interaction::{
            Interaction, InteractionDataResolved, InteractionMember,
            application_command::{CommandData, CommandDataOption, CommandOptionValue},
        },
    },
    id::{
        Id,
        marker::{ChannelMarker, GuildMarker, UserMarker},
    },
    user::User,
};

use super::{HOUSE, Input, Ready, form, full_path, note, refusal, refuse, run, slash};
use crate::{
    call::Call,
    catalogue::{Entry, MenuEntry},
    command::Rules,
    components::ComponentError,
    error::Failure,
    house::House,
    menu::{Filling, Plan, Target, plan},
    modal::{self, Modal, Submission},
    ports::{Directory, Way},
    reader::{Answer, enter},
    select::{Select, SelectOption},
    text::Text,
    time::Timestamp,
};

/// The house's action of forms that ask for what a menu cannot tell.
pub(crate) const ASK: &str = "ask";

/// What an entry of a menu comes to: the command, and who uses it where.
struct Used<'h> {
    house: &'h Arc<House>,
    menu: &'h MenuEntry,
    entry: &'h Entry,
    rules: Rules,
    plan: Plan<'h>,
    call: Call,
}

/// Answers the use of an entry.
pub(crate) async fn used(
    house: Arc<House>,
    interaction: Interaction,
    data: CommandData,
    received: Timestamp,
) {
    let Some(menu) = house.catalogue.menu(data.kind, &data.name) else {
        return Box::pin(slash::gone(&house, interaction, &data.name, received)).await;
    };
    let Some(target) = target(&data) else { return };
    let Some(used) = Box::pin(prepare(&house, interaction, Way::Menu, menu, received)).await else { return };
    if let Err(failure) = used.fillable(target) {
        return refuse(&house, &used.call, &used.rules, failure).await;
    }
    if used.plan.asked.is_empty() {
        used.start(target, data.resolved, Vec::new()).await;
    } else {
        used.ask(target).await;
    }
}

/// The form that asked for what was missing was filled in.
pub(crate) async fn answered(
    house: Arc<House>,
    interaction: Interaction,
    submission: Submission,
    received: Timestamp,
) {
    let known = Target::read(&submission.state)
        .and_then(|(number, target)| Some((house.catalogue.menu_of(number)?, target)));
    let Some((menu, target)) = known else {
        let module = crate::privacy::CORE;
        let placed = slash::call(&house, interaction, Way::Modal, module.to_owned(), module, received).await;
        // An entry that this version does not have is as good as expired.
        if let Some(call) = placed {
            form::expired(&house, &call, submission.texts()).await;
        }
        return;
    };
    let Some(used) = Box::pin(prepare(&house, interaction, Way::Modal, menu, received)).await else { return };
    match used.entered(&submission) {
        Ok(options) => used.start(target, submission.resolved().cloned(), options).await,
        Err(failure) => refuse(&house, &used.call, &used.rules, failure).await,
    }
}

/// What was clicked on. The author of a message counts if it was written by a user: webhooks are none.
fn target(data: &CommandData) -> Option<Target> {
    let id = data.target_id?;
    let message = data.resolved.as_ref().and_then(|resolved| resolved.messages.get(&id.cast()));
    let author =
        message.filter(|message| message.webhook_id.is_none()).map(|message| message.author.id.cast());
    Some(Target { id, author })
}

async fn prepare<'h>(
    house: &'h Arc<House>,
    interaction: Interaction,
    way: Way,
    menu: &'h MenuEntry,
    received: Timestamp,
) -> Option<Used<'h>> {
    let entry = house.catalogue.entry(menu.index);
    let path = menu.menu.path;
    let mut rules = entry.command.rules_of(path);
    rules.private |= menu.menu.private;
    let call = slash::call(house, interaction, way, full_path(entry, path), entry.module, received).await?;
    match plan(&menu.menu, entry.command.options_of(path)) {
        Ok(plan) => Some(Used { house, menu, entry, rules, plan, call }),
        // The catalogue has tried it.
        Err(error) => {
            refuse(house, &call, &rules, Failure::Broken(error.words().into())).await;
            None
        }
    }
}

impl Used<'_> {
    fn text(&self) -> &Text {
        self.house.texts.of(&self.call)
    }

    fn is_message(&self) -> bool {
        self.menu.menu.kind == twilight_model::application::command::CommandType::Message
    }

    /// The person that an option is filled with.
    fn person(&self, target: Target) -> Option<Id<UserMarker>> {
        if self.is_message() { target.author.map(Id::cast) } else { Some(target.id.cast()) }
    }

    /// Refuses where a person is needed and there is none.
    fn fillable(&self, target: Target) -> Result<(), Failure> {
        let needed = |(option, filling): &(&CommandOption, Filling)| {
            *filling == Filling::Person && option.required == Some(true)
        };
        if self.person(target).is_none() && self.plan.filled.iter().any(needed) {
            return Err(Failure::refused(self.text().msg_menu_nobody()));
        }
        Ok(())
    }

    /// Opens a form for what is missing.
    async fn ask(self, target: Target) {
        let rules = Rules { cooldown: None, ..self.rules.clone() };
        let allowed = form::admit(self.house, &self.call, self.entry, &rules).await;
        let modal = allowed.and_then(|()| Ok(self.form(target)?));
        match (modal, self.call.interaction().cloned()) {
            (Ok(modal), Some(interaction)) => {
                let outcome = form::show(&self.call, interaction, modal).await;
                if outcome != crate::Outcome::Done {
                    note(self.house, &self.call, outcome).await;
                }
            }
            (Ok(_), None) => {}
            (Err(failure), _) => refuse(self.house, &self.call, &self.rules, failure).await,
        }
    }

    fn form(&self, target: Target) -> Result<Modal, ComponentError> {
        let language = self.call.language();
        let titles = self.menu.schema.name_localizations.as_ref();
        let title =
            titles.and_then(|titles| titles.get(language)).map_or(self.menu.menu.name, String::as_str);
        let form = self.call.modal_of(HOUSE, title.to_owned(), ASK, target.write(&self.menu.menu));
        let inputs = self.plan.asked.iter().map(|option| input(self.text(), option, language));
        inputs.fold(form, modal::ModalBuilder::input).build()
    }

    /// The options that were entered in the form.
    fn entered(&self, submission: &Submission) -> Result<Vec<CommandDataOption>, Failure> {
        let mut options = Vec::new();
        for option in &self.plan.asked {
            let typed = match submission.values(&option.name) {
                [value, ..] => value.as_str(),
                [] => submission.text(&option.name),
            };
            if typed.trim().is_empty() && option.required != Some(true) {
                continue;
            }
            let value = match (option.kind, typed.parse::<u64>().ok().and_then(Id::new_checked)) {
                (CommandOptionType::User, Some(id)) => CommandOptionValue::User(id.cast()),
                (CommandOptionType::Role, Some(id)) => CommandOptionValue::Role(id.cast()),
                (CommandOptionType::Channel, Some(id)) => CommandOptionValue::Channel(id.cast()),
                (CommandOptionType::Mentionable, Some(id)) => CommandOptionValue::Mentionable(id),
                _ => enter(option, typed)
                    .map_err(|refused| Failure::refused(refusal::sentence(self.text(), &refused, typed)))?,
            };
            options.push(CommandDataOption { name: option.name.clone(), value });
        }
        Ok(options)
    }

    /// Runs the command. What has to be looked up is looked up while the deadline runs.
    async fn start(
        self,
        target: Target,
        sent: Option<InteractionDataResolved>,
        more: Vec<CommandDataOption>,
    ) {
        let person = self.person(target).filter(|_| self.fills(Filling::Person).is_some());
        let mut options = more;
        if let Some(option) = self.fills(Filling::Link) {
            let link = link(self.call.guild(), self.call.channel(), target);
            options.push(CommandDataOption {
                name: option.name.clone(),
                value: CommandOptionValue::String(link),
            });
        }
        if let (Some(option), Some(id)) = (self.fills(Filling::Person), person) {
            let value = match option.kind {
                CommandOptionType::Mentionable => CommandOptionValue::Mentionable(id.cast()),
                _ => CommandOptionValue::User(id),
            };
            options.push(CommandDataOption { name: option.name.clone(), value });
        }
        let options = form::nest(self.menu.menu.path, options);
        let input = match person {
            Some(id) if !is_known(sent.as_ref(), id) => {
                let (house, call) = (Arc::clone(self.house), self.call.clone());
                Input::Later(Box::pin(async move {
                    let resolved = look_up(&house, &call, id, sent).await?;
                    Ok(CommandInputData { options, resolved: Some(Cow::Owned(resolved)) })
                }))
            }
            _ => Input::Read(Box::new(CommandInputData { options, resolved: sent.map(Cow::Owned) })),
        };
        let ready =
            Ready { call: self.call, entry: self.menu.index, rules: self.rules, input, admitted: false };
        run(Arc::clone(self.house), ready).await;
    }

    fn fills(&self, wanted: Filling) -> Option<&CommandOption> {
        self.plan.filled.iter().find(|(_, filling)| *filling == wanted).map(|(option, _)| *option)
    }
}

/// Whether Discord sent along who this is.
fn is_known(sent: Option<&InteractionDataResolved>, id: Id<UserMarker>) -> bool {
    sent.is_some_and(|sent| sent.users.contains_key(&id))
}

/// Finds a person whom Discord did not send along, and adds them to what it did.
async fn look_up(
    house: &House,
    call: &Call,
    id: Id<UserMarker>,
    sent: Option<InteractionDataResolved>,
) -> Result<InteractionDataResolved, Failure> {
    let author = sent.as_ref().and_then(|sent| {
        sent.messages.values().map(|message| &message.author).find(|author| author.id == id).cloned()
    });
    let nobody = || Failure::refused(house.texts.of(call).msg_menu_nobody());
    let found = find(house.ports.directory.as_ref(), call.guild(), id, author).await?;
    let (user, member) = found.ok_or_else(nobody)?;
    let mut resolved = sent.unwrap_or_else(|| InteractionDataResolved {
        attachments: std::collections::HashMap::new(),
        channels: std::collections::HashMap::new(),
        members: std::collections::HashMap::new(),
        messages: std::collections::HashMap::new(),
        roles: std::collections::HashMap::new(),
        users: std::collections::HashMap::new(),
    });
    resolved.users.insert(id, user);
    resolved.members.extend(member.map(|member| (id, member)));
    Ok(resolved)
}

async fn find(
    directory: &dyn Directory,
    guild: Option<Id<GuildMarker>>,
    id: Id<UserMarker>,
    author: Option<User>,
) -> Result<Option<(User, Option<InteractionMember>)>, Failure> {
    if let Some(guild) = guild
        && let Some(member) = directory.member(guild, id).await?
        && let Answer::User { user, member } = Answer::from(member)
    {
        return Ok(Some((*user, member.map(|member| *member))));
    }
    let user = match author {
        Some(author) => Some(author),
        None => directory.user(id).await?,
    };
    Ok(user.map(|user| (user, None)))
}

/// A link to the message (Discord Docs/Message Formatting knows no other mark for one).
fn link(guild: Option<Id<GuildMarker>>, channel: Id<ChannelMarker>, target: Target) -> String {
    let guild = guild.map_or_else(|| "@me".to_owned(), |guild| guild.to_string());
    format!("https://discord.com/channels/{guild}/{channel}/{}", target.id)
}

/// The input that asks for an option.
fn input(text: &Text, option: &CommandOption, language: &str) -> modal::Input {
    let said = |names: Option<&std::collections::HashMap<String, String>>, english: &str| {
        names.and_then(|names| names.get(language)).map_or(english, String::as_str).to_owned()
    };
    let label = capital(&said(option.name_localizations.as_ref(), &option.name));
    let hint = said(option.description_localizations.as_ref(), &option.description);
    let select = |select: Select| modal::Input::select(&option.name, &label, select);
    let choices = option.choices.iter().flatten();
    let input = match option.kind {
        CommandOptionType::User => select(Select::users()),
        CommandOptionType::Role => select(Select::roles()),
        CommandOptionType::Mentionable => select(Select::mentionables()),
        CommandOptionType::Channel => {
            select(Select::channels(option.channel_types.iter().flatten().copied()))
        }
        CommandOptionType::Boolean => select(Select::strings([
            SelectOption::new(text.msg_yes(), "yes"),
            SelectOption::new(text.msg_no(), "no"),
        ])),
        _ if choices.clone().next().is_some() => {
            let option = |choice: &twilight_model::application::command::CommandOptionChoice| {
                let shown = said(choice.name_localizations.as_ref(), &choice.name);
                SelectOption::new(shown, &choice.name)
            };
            select(Select::strings(choices.map(option)))
        }
        CommandOptionType::String => {
            let (min, max) = (option.min_length.unwrap_or(0), option.max_length.unwrap_or(4_000).min(4_000));
            let long = max > 200;
            let input = if long {
                modal::Input::paragraph(&option.name, &label)
            } else {
                modal::Input::line(&option.name, &label)
            };
            input.between(min.min(max), max)
        }
        _ => modal::Input::line(&option.name, &label).between(1, 30),
    };
    let input = input.hint(hint);
    if option.required == Some(true) { input } else { input.optional() }
}

/// With a capital letter in front.
fn capital(name: &str) -> String {
    let mut rest = name.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}
