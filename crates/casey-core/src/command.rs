//! Commands: defined once, used by slash and prefix alike.

use std::{future::Future, pin::Pin, sync::Arc};

use twilight_interactions::command::{CommandInputData, CommandModel, CreateCommand};
use twilight_model::{
    application::{
        command::{Command as Schema, CommandOption, CommandOptionType},
        interaction::InteractionContextType,
    },
    guild::Permissions,
    oauth::ApplicationIntegrationType,
};

use crate::{
    call::Call,
    catalogue::leaf,
    complete::{Choice, Completer},
    error::Failure,
    menu::Menu,
    modal::Modal,
    ports::Limit,
    reply::Reply,
};

type Handling = Pin<Box<dyn Future<Output = Result<Reply, Failure>> + Send>>;
type Handler = Arc<dyn Fn(Call, CommandInputData<'static>) -> Handling + Send + Sync>;

/// Decides whether a form is to be filled in first.
type Form = Arc<dyn Fn(&Call, CommandInputData<'static>) -> Result<Option<Modal>, Failure> + Send + Sync>;

/// Whether a text can be the value of an option.
type Test = fn(&str) -> bool;

/// What is said about a command, or one of its sub-commands, beyond its schema.
///
/// A sub-command takes over what it does not say itself, except aliases and examples.
#[derive(Clone, Debug, Default)]
#[must_use]
#[allow(clippy::struct_excessive_bools, reason = "each is a rule of its own")]
pub struct Rules {
    pub(crate) aliases: Vec<&'static str>,
    pub(crate) shortcuts: Vec<&'static str>,
    pub(crate) examples: Vec<&'static str>,
    pub(crate) needs: Option<Permissions>,
    pub(crate) bot_needs: Option<Permissions>,
    pub(crate) guild_only: bool,
    pub(crate) nsfw: bool,
    pub(crate) cooldown: Option<Limit>,
    pub(crate) read_only: bool,
    pub(crate) private: bool,
}

impl Rules {
    /// No rules.
    pub fn new() -> Self {
        Self::default()
    }

    /// Other words for it in prefix use: of the command itself, or of the sub-command within its group.
    pub fn aliases(mut self, aliases: impl IntoIterator<Item = &'static str>) -> Self {
        self.aliases.extend(aliases);
        self
    }

    /// Words that run a sub-command without naming its group, as `wk` for `fm whoknows`.
    pub fn shortcuts(mut self, words: impl IntoIterator<Item = &'static str>) -> Self {
        self.shortcuts.extend(words);
        self
    }

    /// An example of its arguments, without prefix and command name.
    pub fn example(mut self, arguments: &'static str) -> Self {
        self.examples.push(arguments);
        self
    }

    /// Permissions the person needs in the channel. Discord enforces them for slash use unless a server changes that; Casey enforces them for
    /// prefix use.
    pub fn needs(mut self, permissions: Permissions) -> Self {
        self.needs = Some(permissions);
        self
    }

    /// Permissions Casey needs in the channel.
    pub fn bot_needs(mut self, permissions: Permissions) -> Self {
        self.bot_needs = Some(permissions);
        self
    }

    /// Only in servers.
    pub fn guild_only(mut self) -> Self {
        self.guild_only = true;
        self
    }

    /// Only in age-restricted channels and direct messages.
    pub fn nsfw(mut self) -> Self {
        self.nsfw = true;
        self
    }

    /// So many uses in so much time, per person. At most an hour; [`BotBuilder::build`](crate::BotBuilder::build) refuses more.
    pub fn cooldown(mut self, limit: Limit) -> Self {
        self.cooldown = Some(limit);
        self
    }

    /// It changes nothing: an edited message may run it again.
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Its answer is only for the person who asks; a deferred one, too.
    pub fn private(mut self) -> Self {
        self.private = true;
        self
    }

    /// These rules with what they leave open taken from `parent`.
    fn under(&self, parent: &Self) -> Self {
        Self {
            needs: self.needs.or(parent.needs),
            bot_needs: self.bot_needs.or(parent.bot_needs),
            guild_only: self.guild_only || parent.guild_only,
            nsfw: self.nsfw || parent.nsfw,
            cooldown: self.cooldown.or(parent.cooldown),
            read_only: self.read_only || parent.read_only,
            private: self.private || parent.private,
            ..self.clone()
        }
    }
}

/// A sub-command and what is said about it.
#[derive(Clone, Debug)]
pub(crate) struct Sub {
    /// `set`, or `group set`.
    pub(crate) path: &'static str,
    pub(crate) rules: Rules,
}

/// A command: schema, handler, rules.
///
/// The schema comes from `#[derive(CommandModel, CreateCommand)]` of twilight-interactions. It registers the slash command and is the grammar of the prefix
/// form.
#[derive(Clone)]
#[must_use]
pub struct Command {
    pub(crate) schema: Schema,
    pub(crate) handler: Handler,
    pub(crate) rules: Rules,
    pub(crate) subs: Vec<Sub>,
    pub(crate) bare: Option<&'static str>,
    pub(crate) takes: Vec<(&'static str, Test)>,
    pub(crate) menus: Vec<Menu>,
    pub(crate) completers: Vec<(&'static str, Completer)>,
    pub(crate) form: Option<Form>,
    /// Sub-commands with their names in other languages.
    pub(crate) said: Vec<(String, String)>,
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Command")
            .field("name", &self.schema.name)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

impl Command {
    /// A command with its handler: an asynchronous function of the call and the arguments.
    pub fn new<A, F, R>(handler: F) -> Self
    where
        A: CommandModel + CreateCommand + Send + 'static,
        F: Fn(Call, A) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Reply, Failure>> + Send + 'static,
    {
        let handler: Handler = Arc::new(move |call, input| match A::from_interaction(input) {
            Ok(arguments) => Box::pin(handler(call, arguments)),
            // Input that fits the schema but not its model means that the two differ: our mistake.
            Err(error) => Box::pin(async move { Err(Failure::from(error)) }),
        });
        Self {
            schema: A::create_command().into(),
            handler,
            rules: Rules::new(),
            subs: Vec::new(),
            bare: None,
            takes: Vec::new(),
            menus: Vec::new(),
            completers: Vec::new(),
            form: None,
            said: Vec::new(),
        }
    }

    /// The rules of the command as a whole.
    pub fn rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    /// The rules of one sub-command, named as people type it: `set`, or `group set`.
    pub fn sub(mut self, path: &'static str, rules: Rules) -> Self {
        self.subs.push(Sub { path, rules });
        self
    }

    /// The sub-command that runs when the group is typed alone, in prefix use.
    pub fn bare(mut self, path: &'static str) -> Self {
        self.bare = Some(path);
        self
    }

    /// A test for an option that takes text, by its name, whichever sub-command it is in: in prefix use a word that fails it is left to the next
    /// option. With [`duration::is_duration`](crate::duration::is_duration), `,mute @Bob spam` has a reason and no duration.
    pub fn takes(mut self, option: &'static str, test: fn(&str) -> bool) -> Self {
        self.takes.push((option, test));
        self
    }

    /// Puts it into the menu of people, under this name: the person clicked on is its first option of a user. [`Menu`] can more.
    pub fn on_user(self, name: &'static str) -> Self {
        self.menu(Menu::user(name))
    }

    /// Puts it into the menu of messages, under this name: the author is its first option of a user, a link its text option called `message`.
    pub fn on_message(self, name: &'static str) -> Self {
        self.menu(Menu::message(name))
    }

    /// Puts it, or one of its sub-commands, into a context menu.
    pub fn menu(mut self, menu: Menu) -> Self {
        self.menus.push(menu);
        self
    }

    /// What is offered while the option of this name is being typed, whichever sub-command it is in: a function of the call and of what was
    /// typed so far. The schema marks the option with `#[command(autocomplete = true)]`.
    ///
    /// Whoever may not use the command is offered nothing. What takes longer than two seconds, fails or panics offers nothing, either. The
    /// first 25 choices are shown.
    pub fn complete<F, R>(mut self, option: &'static str, offer: F) -> Self
    where
        F: Fn(Call, String) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Vec<Choice>, Failure>> + Send + 'static,
    {
        self.completers.push((option, Arc::new(move |call, typed| Box::pin(offer(call, typed)))));
        self
    }

    /// A form that is filled in before the command can do anything: `form` is asked before the handler, and if it has one, that is opened and
    /// the handler does not run. What was entered goes to the module's [`submit`](crate::Module::submit).
    ///
    /// Discord takes a form as the first answer only, within three seconds, so that this function cannot wait for anything. In prefix use a
    /// button opens the form, if the command was typed without arguments; with arguments the handler runs.
    pub fn form<A, F>(mut self, form: F) -> Self
    where
        A: CommandModel + 'static,
        F: Fn(&Call, A) -> Result<Option<Modal>, Failure> + Send + Sync + 'static,
    {
        self.form = Some(Arc::new(move |call, input| form(call, A::from_interaction(input)?)));
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.schema.name
    }

    /// What holds for a sub-command, or for the command itself if `path` is empty.
    pub(crate) fn rules_of(&self, path: &str) -> Rules {
        if path.is_empty() {
            return self.rules.clone();
        }
        self.subs
            .iter()
            .find(|sub| sub.path == path)
            .map_or_else(|| Rules::new().under(&self.rules), |sub| sub.rules.under(&self.rules))
    }

    /// Paths of all sub-commands; one empty path if there are none.
    pub(crate) fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        for option in &self.schema.options {
            match option.kind {
                CommandOptionType::SubCommand => paths.push(option.name.clone()),
                CommandOptionType::SubCommandGroup => paths.extend(
                    option.options.iter().flatten().map(|sub| format!("{} {}", option.name, sub.name)),
                ),
                _ => {}
            }
        }
        if paths.is_empty() {
            paths.push(String::new());
        }
        paths
    }

    /// The options of a sub-command, or of the command itself if `path` is empty.
    pub(crate) fn options_of(&self, path: &str) -> &[CommandOption] {
        let words: Vec<&str> = path.split(' ').filter(|word| !word.is_empty()).collect();
        leaf(&self.schema, &words).1
    }

    /// The schema as it is registered: with default permissions, contexts and age restriction from the rules.
    pub(crate) fn registered(&self) -> Schema {
        Self::with_rules(self.schema.clone(), &self.rules)
    }

    /// The schema of one of its entries in a context menu.
    pub(crate) fn entry_of(&self, menu: &Menu) -> Schema {
        let schema = Schema {
            default_member_permissions: None,
            description: String::new(),
            description_localizations: None,
            kind: menu.kind,
            name: menu.name.to_owned(),
            name_localizations: None,
            options: Vec::new(),
            ..self.schema.clone()
        };
        Self::with_rules(schema, &self.rules_of(menu.path))
    }

    fn with_rules(mut schema: Schema, rules: &Rules) -> Schema {
        schema.default_member_permissions = schema.default_member_permissions.or(rules.needs);
        if schema.nsfw.is_none() && rules.nsfw {
            schema.nsfw = Some(true);
        }
        schema.contexts.get_or_insert_with(|| {
            if rules.guild_only {
                vec![InteractionContextType::Guild]
            } else {
                vec![InteractionContextType::Guild, InteractionContextType::BotDm]
            }
        });
        schema.integration_types.get_or_insert_with(|| vec![ApplicationIntegrationType::GuildInstall]);
        schema
    }
}
