//! A bot, built from modules.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use casey_privacy::Inventory;
use thiserror::Error;
use twilight_model::{
    application::command::Command as Schema,
    gateway::{
        Intents,
        event::{Event, EventType},
    },
    id::{
        Id,
        marker::{GuildMarker, MessageMarker, UserMarker},
    },
};

use crate::{
    builtins,
    catalogue::{Catalogue, CatalogueError, Entry},
    custom_id::Signer,
    delivery::Delivery,
    dispatch,
    error::StoreError,
    house::{House, Ports},
    invocation::HOUSE,
    lanes::Lanes,
    module::Module,
    ports::{Observer, PrefixEntry},
    prefix::{Prefix, PrefixBook},
    running::Running,
    text::Texts,
    tracker::Tracker,
    words::Wording,
};

/// Why a bot cannot be put together.
#[derive(Debug, Error)]
pub enum BuildError {
    /// Commands stand in each other's way.
    #[error("putting the commands together")]
    Catalogue(#[from] CatalogueError),
    /// Two modules have the same name, or one has a colon in it.
    #[error("the module name “{0}” is taken, empty, or has a colon in it")]
    ModuleName(&'static str),
    /// A module keeps something that the inventory, which `privacy` answers from, does not have.
    #[error("the module “{module}” keeps “{store}”, which is not in the inventory")]
    Undeclared {
        /// The module.
        module: &'static str,
        /// What it keeps.
        store: &'static str,
    },
    /// The system has no random numbers to make a key of.
    #[error("making a key for buttons: the system gives no random numbers")]
    Randomness,
    /// The prefixes in force could not be read.
    #[error("reading the prefixes in force")]
    Prefixes(#[from] StoreError),
}

/// What can be seen of a message at a glance, before it is decoded as a whole.
#[derive(Clone, Copy, Debug)]
pub struct Glance<'a> {
    /// Its text.
    pub content: &'a str,
    /// Server it was written in; none for direct messages.
    pub guild: Option<Id<GuildMarker>>,
    /// Who wrote it.
    pub author: Id<UserMarker>,
    /// Whether that is a bot or a webhook.
    pub bot: bool,
}

/// Collects what a [`Bot`] is built from.
#[must_use]
pub struct BotBuilder {
    ports: Ports,
    modules: Vec<Arc<dyn Module>>,
    prefix: Option<Prefix>,
    key: Option<[u8; 32]>,
    privileged: Intents,
    facts: builtins::Facts,
    privacy: Option<builtins::PrivacyDesk>,
    observer: Arc<dyn Observer>,
}

impl std::fmt::Debug for BotBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BotBuilder").field("modules", &self.modules.len()).finish_non_exhaustive()
    }
}

impl BotBuilder {
    /// Adds a module. The order is that of help and of listeners.
    pub fn module<M: Module>(mut self, module: Arc<M>) -> Self {
        self.modules.push(module);
        self
    }

    /// The prefix where a server has set none; `,` unless said.
    pub fn prefix(mut self, prefix: Prefix) -> Self {
        self.prefix = Some(prefix);
        self
    }

    /// The key that signs buttons. With the same key they survive a restart; without one they last as long as the process.
    pub const fn signing_key(mut self, key: [u8; 32]) -> Self {
        self.key = Some(key);
        self
    }

    /// Which privileged intents the operator has been granted: of `MESSAGE_CONTENT`, `GUILD_MEMBERS`, `GUILD_PRESENCES`. Both of the first unless
    /// said. Others are never asked for; without `MESSAGE_CONTENT` a prefix works in direct messages and as mention only.
    pub const fn privileged_intents(mut self, intents: Intents) -> Self {
        self.privileged = intents;
        self
    }

    /// What `about` tells.
    pub fn facts(mut self, facts: builtins::Facts) -> Self {
        self.facts = facts;
        self
    }

    /// The inventory and the holders of data that `privacy` answers from. Without it there is no `privacy` command.
    pub fn privacy(mut self, desk: builtins::PrivacyDesk) -> Self {
        self.privacy = Some(desk);
        self
    }

    /// Who looks on, to count; nobody unless said.
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = observer;
        self
    }

    /// Puts the bot together and starts its lanes. Needs a Tokio runtime.
    ///
    /// # Errors
    ///
    /// [`BuildError`] if names clash, a module keeps what is not declared, or the prefixes cannot be read.
    pub async fn build(self) -> Result<Bot, BuildError> {
        let Self { ports, mut modules, prefix, key, privileged, facts, privacy, observer } = self;
        let book = Arc::new(PrefixBook::new(prefix.unwrap_or_else(Prefix::comma), ports.directory.me().user));
        book.write(ports.settings.prefixes().await?);
        let texts = Texts::load();
        let finished = Arc::new(std::sync::OnceLock::new());
        let inventory = privacy.as_ref().map(|desk| Arc::clone(&desk.inventory));
        let core = builtins::modules(&ports, &book, &texts, &finished, facts, privacy, &modules);
        modules.splice(0..0, core);
        names_differ(&modules)?;
        if let Some(inventory) = inventory {
            all_declared(&modules, &inventory)?;
        }
        let tables: Vec<Wording> = modules.iter().flat_map(|module| module.wording()).copied().collect();
        let catalogue = Arc::new(Catalogue::build(entries(&modules), &tables)?);
        // It was made above, so it is empty: help finds the catalogue there.
        let _ = finished.set(Arc::downgrade(&catalogue));
        let running = Running::default();
        let house = Arc::new(House {
            listeners: listeners(&modules),
            catalogue,
            book,
            signer: Signer::new(key.map_or_else(random_key, Ok)?),
            tracker: Tracker::default(),
            interactions: Tracker::default(),
            prompts: Tracker::default(),
            texts,
            running: running.clone(),
            modules,
            ports,
            observer,
        });
        let lanes = Lanes::start(&running, {
            let house = Arc::clone(&house);
            move |delivery| dispatch::event(Arc::clone(&house), delivery)
        });
        let allowed = !privileged_intents() | privileged;
        let intents = wanted_intents(&house.modules) & allowed;
        let kinds = wanted_kinds(&house.modules);
        Ok(Bot { inner: Arc::new(Inner { house, lanes, intents, kinds }) })
    }
}

/// A running bot. Clones are the same bot.
#[derive(Clone)]
pub struct Bot {
    inner: Arc<Inner>,
}

struct Inner {
    house: Arc<House>,
    lanes: Lanes,
    intents: Intents,
    kinds: HashSet<EventType>,
}

impl std::fmt::Debug for Bot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bot").field("modules", &self.inner.house.modules.len()).finish_non_exhaustive()
    }
}

impl Bot {
    /// Starts to build a bot.
    pub fn builder(ports: Ports) -> BotBuilder {
        BotBuilder {
            ports,
            modules: Vec::new(),
            prefix: None,
            key: None,
            privileged: Intents::MESSAGE_CONTENT | Intents::GUILD_MEMBERS,
            facts: builtins::Facts::default(),
            privacy: None,
            observer: Arc::new(()),
        }
    }

    /// The intents to connect with: what the modules want, and no more.
    pub fn intents(&self) -> Intents {
        self.inner.intents
    }

    /// Whether events of this kind are worth decoding.
    pub fn wants(&self, kind: EventType) -> bool {
        self.inner.kinds.contains(&kind)
    }

    /// Whether a new message is worth decoding: it begins with a prefix, or a module listens to messages.
    pub fn looks_at(&self, glance: &Glance<'_>) -> bool {
        let house = &self.inner.house;
        house.listeners.contains_key(&EventType::MessageCreate)
            || (!glance.bot && house.book.strip(glance.content, glance.guild, glance.author).is_some())
    }

    /// Whether it matters that this message was edited or deleted.
    pub fn tracks(&self, message: Id<MessageMarker>) -> bool {
        let house = &self.inner.house;
        house.tracker.knows(message.get())
            || house.listeners.contains_key(&EventType::MessageUpdate)
            || house.listeners.contains_key(&EventType::MessageDelete)
    }

    /// Takes an event. Never waits: interactions start at once, everything else queues by server.
    ///
    /// # Errors
    ///
    /// The event is handed back if the queues are full; [`room`](Self::room) tells when to try again.
    pub fn offer(&self, delivery: Delivery) -> Result<(), Box<Delivery>> {
        let house = &self.inner.house;
        let kind = delivery.event.kind();
        match delivery.event {
            Event::InteractionCreate(interaction) => {
                house.observer.event(kind);
                let work = dispatch::interaction(Arc::clone(house), interaction.0);
                house.running.spawn(async move {
                    work.await;
                    drop(delivery.done);
                });
                Ok(())
            }
            event if self.wants(kind) => {
                self.inner.lanes.push(lane(&event), Delivery { event, ..delivery })?;
                house.observer.event(kind);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// How many bytes of events wait or are being handled.
    pub fn waiting_bytes(&self) -> usize {
        self.inner.lanes.weight()
    }

    /// Waits until there is room for events again.
    pub async fn room(&self) {
        self.inner.lanes.room().await;
    }

    /// Finishes what runs and writes what is waiting to be written. Returns `false` if that took longer than `within`.
    pub async fn drain(&self, within: Duration) -> bool {
        let house = &self.inner.house;
        let end = house.ports.clock.now() + within;
        let done = tokio::select! {
            () = async { self.inner.lanes.emptied().await; house.running.finished().await } => true,
            () = house.ports.clock.sleep_until(end) => false,
        };
        if let Err(error) = house.ports.usage.flush().await {
            tracing::error!(error = crate::causes(&error), "command usage could not be written");
            return false;
        }
        done
    }

    /// Forgets what is kept in memory for a limited time and has outlived it. To be called every minute or so.
    pub fn tidy(&self) {
        let house = &self.inner.house;
        house.tracker.tidy(house.ports.clock.now());
    }

    /// Takes prefixes that another process has changed: an entry without prefixes goes back to the default.
    pub fn prefixes_changed(&self, entries: impl IntoIterator<Item = PrefixEntry>) {
        self.inner.house.book.write(entries);
    }

    /// What has to be registered with Discord.
    pub fn schemas(&self) -> Vec<Schema> {
        self.inner.house.catalogue.schemas()
    }

    /// All commands.
    pub fn catalogue(&self) -> &Catalogue {
        &self.inner.house.catalogue
    }
}

fn random_key() -> Result<[u8; 32], BuildError> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|_| BuildError::Randomness)?;
    Ok(key)
}

const fn privileged_intents() -> Intents {
    Intents::MESSAGE_CONTENT.union(Intents::GUILD_MEMBERS).union(Intents::GUILD_PRESENCES)
}

fn wanted_intents(modules: &[Arc<dyn Module>]) -> Intents {
    modules.iter().fold(Intents::empty(), |all, module| all | module.wants().intents)
}

fn wanted_kinds(modules: &[Arc<dyn Module>]) -> HashSet<EventType> {
    let mut kinds: HashSet<EventType> = modules.iter().flat_map(|module| module.wants().events).collect();
    kinds.extend([
        EventType::MessageCreate,
        EventType::MessageUpdate,
        EventType::MessageDelete,
        EventType::MessageDeleteBulk,
        EventType::InteractionCreate,
    ]);
    kinds
}

fn listeners(modules: &[Arc<dyn Module>]) -> HashMap<EventType, Vec<Arc<dyn Module>>> {
    let mut listeners: HashMap<EventType, Vec<Arc<dyn Module>>> = HashMap::new();
    for module in modules {
        for kind in module.wants().events {
            listeners.entry(kind).or_default().push(Arc::clone(module));
        }
    }
    listeners
}

fn entries(modules: &[Arc<dyn Module>]) -> Vec<Entry> {
    let of_one = |module: &Arc<dyn Module>| {
        let (name, title, optional) = (module.name(), module.title(), module.optional());
        let commands = Arc::clone(module).commands();
        commands.into_iter().map(move |command| Entry { command, module: name, title, optional })
    };
    modules.iter().flat_map(of_one).collect()
}

fn names_differ(modules: &[Arc<dyn Module>]) -> Result<(), BuildError> {
    let mut seen = BTreeSet::new();
    for module in modules {
        let name = module.name();
        if name.is_empty() || name.contains(':') || name == HOUSE || !seen.insert(name) {
            return Err(BuildError::ModuleName(name));
        }
    }
    Ok(())
}

fn all_declared(modules: &[Arc<dyn Module>], inventory: &Inventory) -> Result<(), BuildError> {
    for module in modules {
        if let Some(store) =
            module.keeps().iter().find(|store| inventory.store(store.kind, store.name).is_none())
        {
            return Err(BuildError::Undeclared { module: module.name(), store: store.name });
        }
    }
    Ok(())
}

/// The lane of an event: its server, or its channel in direct messages.
fn lane(event: &Event) -> u64 {
    if let Some(guild) = event.guild_id() {
        return guild.get();
    }
    match event {
        Event::MessageCreate(message) => message.channel_id.get(),
        Event::MessageUpdate(message) => message.channel_id.get(),
        Event::MessageDelete(deleted) => deleted.channel_id.get(),
        _ => 0,
    }
}
