//! The core's own module: what it holds and which commands it has.

use std::{
    future::{Ready, ready},
    sync::{Arc, OnceLock, Weak},
};

use async_trait::async_trait;
use casey_privacy::{Denied, Permit, StoreDecl, SubjectId, WriteGate, purposes::CoreSettings};
use twilight_interactions::command::{CommandModel, CreateCommand};
use twilight_model::{
    gateway::Intents,
    guild::Permissions,
    id::{Id, marker::GuildMarker},
};

use super::{Switch, about, help, ping, prefix, settings, setup, turns::Turns};
use crate::{
    call::{CANCEL, Call},
    catalogue::Catalogue,
    command::{Command, Rules},
    complete::Choice,
    error::Failure,
    modal::{Submission, Submitted},
    module::{Module, Wants},
    ports::{Directory, GuildSettings, PrefixEntry, Settings},
    prefix::{Prefix, PrefixBook},
    press::{Press, Pressed},
    privacy,
    reply::Reply,
    text::{Text, Texts},
    time::Timestamp,
    words::Wording,
};

/// What `about` tells of the bot. By default: that it is made with casey-core.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// One or two sentences about the bot, in Discord's Markdown.
    pub about: Option<String>,
    /// Address of its website.
    pub site: Option<String>,
}

pub(super) struct Core {
    pub(super) settings: Arc<dyn Settings>,
    pub(super) directory: Arc<dyn Directory>,
    pub(super) gate: WriteGate,
    pub(super) book: Arc<PrefixBook>,
    pub(super) texts: Texts,
    pub(super) turns: Turns,
    pub(super) shelf: Arc<OnceLock<Weak<Catalogue>>>,
    pub(super) switches: Vec<Switch>,
    pub(super) started: Timestamp,
    pub(super) facts: Facts,
    /// Whether there is a `privacy` command.
    pub(super) has_privacy: bool,
}

impl Core {
    pub(super) fn text(&self, call: &Call) -> &Text {
        self.texts.of(call)
    }

    /// All commands, once the bot is built and as long as it is there.
    pub(super) fn catalogue(&self) -> Option<Arc<Catalogue>> {
        self.shelf.get()?.upgrade()
    }

    /// A command whose handler is given this module.
    fn command<A, F, R>(self: &Arc<Self>, handler: F) -> Command
    where
        A: CommandModel + CreateCommand + Send + 'static,
        F: Fn(Arc<Self>, Call, A) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Reply, Failure>> + Send + 'static,
    {
        let me = Arc::clone(self);
        Command::new(move |call, arguments| handler(Arc::clone(&me), call, arguments))
    }

    /// What completes an option of text, given this module.
    fn completer<F>(
        self: &Arc<Self>,
        offer: F,
    ) -> impl Fn(Call, String) -> Ready<Result<Vec<Choice>, Failure>> + use<F>
    where
        F: Fn(&Self, &Call, &str) -> Vec<Choice>,
    {
        let me = Arc::clone(self);
        move |call, typed| ready(Ok(offer(&me, &call, &typed)))
    }

    /// Changes a server's settings, and the list that messages are matched against. Returns the prefixes as they are then.
    pub(super) async fn change(
        &self,
        call: &Call,
        guild: Id<GuildMarker>,
        change: impl FnOnce(&mut GuildSettings) -> Result<(), Failure>,
    ) -> Result<Vec<Prefix>, Failure> {
        let _turn = self.turns.of(guild.get()).await;
        let mut settings = (*self.settings.guild(guild).await?).clone();
        change(&mut settings)?;
        let prefixes = settings.prefixes.clone();
        let permit = self.permit(call).await?;
        self.settings.set_guild(permit, guild, settings).await?;
        self.book.write([PrefixEntry::Guild(guild, prefixes.clone())]);
        Ok(prefixes)
    }

    /// Asks to store something the person provides; a refusal tells the person why not.
    pub(super) async fn permit(&self, call: &Call) -> Result<Permit<CoreSettings>, Failure> {
        match self.gate.permit(SubjectId::new(call.user_id().get())).await {
            Ok(permit) => Ok(permit),
            Err(Denied::Objected { .. } | Denied::Suppressed { .. }) => {
                Err(Failure::refused(self.text(call).msg_store_refused()))
            }
            Err(error) => Err(error.into()),
        }
    }
}

#[async_trait]
impl Module for Core {
    fn name(&self) -> &'static str {
        privacy::CORE
    }

    fn title(&self) -> &'static str {
        "General"
    }

    fn optional(&self) -> bool {
        false
    }

    fn wants(&self) -> Wants {
        let messages = Intents::GUILD_MESSAGES | Intents::DIRECT_MESSAGES | Intents::MESSAGE_CONTENT;
        Wants { intents: Intents::GUILDS | messages, events: Vec::new() }
    }

    fn keeps(&self) -> &'static [&'static StoreDecl] {
        privacy::STORES
    }

    fn wording(&self) -> &'static [Wording] {
        const GERMAN: Wording =
            Wording { language: "de", table: include_str!("../../locales/de/commands.txt") };
        &[GERMAN]
    }

    fn commands(self: Arc<Self>) -> Vec<Command> {
        let admins = || Rules::new().needs(Permissions::MANAGE_GUILD).guild_only();
        vec![
            self.command(async |me, call, _: ping::Ping| Ok(ping::run(&me, &call)))
                .rules(Rules::new().read_only()),
            self.command(async |me, call, command| help::run(&me, &call, command))
                .complete("command", self.completer(help::complete))
                .rules(Rules::new().aliases(["h", "commands"]).read_only().example("").example("prefix set")),
            self.command(async |me, call, _: about::About| Ok(about::run(&me, &call)))
                .rules(Rules::new().aliases(["info", "invite"]).read_only()),
            self.command(prefix::run)
                .bare("show")
                .sub("show", Rules::new().read_only())
                .sub("set", admins().example("!"))
                .sub("add", admins().example("?"))
                .sub("remove", admins().aliases(["delete"]).example("?"))
                .sub("reset", admins())
                .sub("personal", Rules::new().aliases(["mine", "own"]).example("c!").example("--clear")),
            self.command(setup::run).rules(admins()),
            self.command(settings::run)
                .bare("show")
                .complete("language", self.completer(settings::complete_language))
                .complete("module", self.completer(settings::complete_module))
                .complete("command", self.completer(settings::rules::complete))
                .sub("show", Rules::new().guild_only().read_only())
                .sub("language", admins().example("en"))
                .sub("enable", admins().aliases(["on"]))
                .sub("disable", admins().aliases(["off"]))
                .sub("allow", admins().example("remind --role @Crew"))
                .sub("deny", admins().example("remind #general"))
                .sub("clear", admins().example("remind"))
                .sub("rules", admins().read_only())
                .sub("why", Rules::new().guild_only().read_only().example("remind me @Bob")),
        ]
    }

    async fn press(&self, call: &Call, press: &Press) -> Result<Pressed, Failure> {
        match press.action.as_str() {
            CANCEL => Ok(Pressed::update(Reply::text(self.text(call).msg_cancelled()))),
            help::TURN => help::turn(self, call, &press.state),
            help::PICK => help::pick(self, call, press),
            action if setup::is_action(action) => setup::press(self, call, press).await,
            other => Err(Failure::Broken(format!("the core has no action {other}").into())),
        }
    }

    async fn submit(&self, call: &Call, submission: &Submission) -> Result<Submitted, Failure> {
        setup::submit(self, call, submission).await
    }
}
