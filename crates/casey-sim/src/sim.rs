//! Starting a simulation, and everything reachable from it.

use std::{
    collections::BTreeMap,
    fmt,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use tokio::net::TcpListener;

use crate::{
    clock::Clock,
    control::found,
    error::SimError,
    faults::{FaultPlan, Faults},
    gateway::{Gateway, GatewaySettings},
    journal::Transcript,
    people::{Guild, Person, find},
    record::Call,
    rest::{self, Limiter, RateCounts, RateLimits},
    shared::Shared,
    world::{Settings, World},
};

/// A running simulation of Discord. Clones are handles to the same one; it stops when the last is dropped.
#[derive(Clone)]
pub struct Sim {
    shared: Arc<Shared>,
    address: SocketAddr,
    _running: Arc<Running>,
}

/// Stops the server's tasks when the last handle goes.
struct Running(Arc<Shared>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Settings of a simulation before it starts.
#[derive(Debug)]
#[must_use]
pub struct SimBuilder {
    world: World,
    address: SocketAddr,
    clock: Clock,
    settings: Settings,
    #[cfg(feature = "openapi")]
    contract: Option<Arc<crate::contract::OpenApi>>,
    rate_limits: RateLimits,
}

impl Sim {
    /// Starts a simulation of `world` on a free loopback port.
    ///
    /// # Errors
    /// [`SimError::World`] when the description contradicts itself, [`SimError::Listen`] without a free port.
    pub async fn start(world: World) -> Result<Self, SimError> {
        Self::builder(world).start().await
    }

    /// Settings for a simulation of `world`.
    pub fn builder(world: World) -> SimBuilder {
        SimBuilder {
            world,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            clock: Clock::system(),
            settings: Settings::default(),
            #[cfg(feature = "openapi")]
            contract: None,
            rate_limits: RateLimits::default(),
        }
    }

    /// Where it listens, for HTTP and the gateway.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Base of the HTTP API, `http://ADDRESS`, to which clients add `/api/v10/…`.
    pub fn api_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Address of the gateway, `ws://ADDRESS`.
    pub fn gateway_url(&self) -> String {
        format!("ws://{}", self.address)
    }

    /// The simulated time.
    pub fn clock(&self) -> Clock {
        self.shared.lock().clock.clone()
    }

    /// The guild of this name.
    ///
    /// # Errors
    /// [`SimError::NoSuch`] with the names there are.
    pub fn guild(&self, name: &str) -> Result<Guild, SimError> {
        let state = self.shared.lock();
        let id = find("guild", name, state.guilds.values().map(|guild| (guild.id, guild.name.clone())))?;
        drop(state);
        Ok(Guild::new(Arc::clone(&self.shared), id))
    }

    /// The person or bot of this name, outside any guild.
    ///
    /// # Errors
    /// [`SimError::NoSuch`] with the names there are.
    pub fn person(&self, name: &str) -> Result<Person, SimError> {
        let state = self.shared.lock();
        let id = find("person", name, state.users.values().map(|user| (user.id, user.name.clone())))?;
        drop(state);
        Ok(Person::new(Arc::clone(&self.shared), id, None))
    }

    /// The gateway: dropping connections, raw events, counts, floods.
    pub fn gateway(&self) -> Gateway {
        Gateway::new(Arc::clone(&self.shared))
    }

    /// Failures on demand.
    pub fn faults(&self) -> FaultPlan {
        FaultPlan::new(Arc::clone(&self.shared))
    }

    /// Requests to the HTTP API so far, oldest first; the last 10,000.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.lock().record.calls()
    }

    /// Number of requests by method and route (`("POST", "/channels/{channel_id}/messages")`) since the start.
    pub fn counters(&self) -> BTreeMap<(String, &'static str), u64> {
        self.shared.lock().record.counters()
    }

    /// What requests met with rate limits, and how many were of the invalid kind that leads to a ban.
    pub fn rate_counts(&self) -> RateCounts {
        self.shared.lock().limiter.counts()
    }

    /// What Discord would not have understood: unknown routes, fields, query parameters.
    pub fn violations(&self) -> Vec<String> {
        self.shared.lock().record.violations()
    }

    /// Forgets the recorded calls, gateway frames and violations; counters and the transcript stay.
    pub fn forget_recordings(&self) {
        self.shared.lock().record.clear();
    }

    /// Makes sure that there was nothing Discord would not have understood.
    ///
    /// # Errors
    /// [`SimError::Unmet`] with the violations.
    pub fn expects_no_violations(&self) -> Result<(), SimError> {
        let violations = self.violations();
        if violations.is_empty() {
            return Ok(());
        }
        let found = format!("but there were:\n  {}", violations.join("\n  "));
        Err(self.shared.unmet("the API", "only requests that Discord understands", &found))
    }

    /// The conversation so far; the last 10,000 entries.
    pub fn transcript(&self) -> Transcript {
        self.shared.lock().journal.transcript()
    }

    /// Whether slash commands, or a slash command of this name, are registered in any guild or globally.
    pub fn has_command(&self, name: &str) -> bool {
        let state = self.shared.lock();
        let mut commands = state
            .apps
            .values()
            .flat_map(|app| app.commands.iter().chain(app.guild_commands.values().flatten()));
        commands.any(|command| command.name() == name)
    }

    /// Adds bots and guilds to what is there. Names that are known stand for the same people; bots that were there
    /// before are told of their new guilds, and new bots are in the new guilds only.
    ///
    /// # Errors
    /// [`SimError::World`] when the description contradicts itself or what is there. What came before the contradiction
    /// stays.
    pub fn extend(&self, world: &World) -> Result<(), SimError> {
        found(&mut self.shared.lock(), world)?;
        self.shared.tell();
        Ok(())
    }

    /// Waits until a command of this name is registered.
    ///
    /// # Errors
    /// [`SimError::Unmet`] when it is not in time.
    pub async fn expects_command(&self, name: &str) -> Result<(), SimError> {
        let check = || self.has_command(name).then_some(());
        let found = || "but it is not registered".to_owned();
        self.shared.wait_for("the applications", &format!("the command /{name}"), check, found).await
    }

    /// Closes the gateway's connections and stops listening, for every handle.
    pub fn stop(&self) {
        self.shared.stop();
    }
}

impl SimBuilder {
    /// Listens here instead of on a free loopback port. Port 0 means any free one.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Uses this clock instead of the machine's.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Asks clients for a heartbeat this often (real time) instead of every 41.25 seconds.
    pub fn heartbeat(mut self, interval: Duration) -> Self {
        self.settings.gateway.heartbeat = interval;
        self
    }

    /// Changes what of the gateway can be set: `.gateway(|gateway| gateway.max_concurrency = 16)`.
    pub fn gateway(mut self, change: impl FnOnce(&mut GatewaySettings)) -> Self {
        change(&mut self.settings.gateway);
        self
    }

    /// Lets expectations wait this long (real time) instead of five seconds.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.settings.patience = patience;
        self
    }

    /// How long (real time) silence must last for [`Channel::expects_no_more`](crate::Channel::expects_no_more).
    pub fn quiet(mut self, quiet: Duration) -> Self {
        self.settings.quiet = quiet;
        self
    }

    /// Gives interactions other times (simulated) than 3 seconds for the first answer and 15 minutes for the rest.
    pub fn interaction_times(mut self, first_answer: Duration, follow_up: Duration) -> Self {
        self.settings.first_answer = first_answer;
        self.settings.follow_up = follow_up;
        self
    }

    /// Limits requests. Without this nothing is refused for its number, because waiting takes real time.
    pub fn rate_limits(mut self, limits: RateLimits) -> Self {
        self.rate_limits = limits;
        self
    }

    /// Validates every request against Discord's OpenAPI document; what does not fit becomes a violation.
    #[cfg(feature = "openapi")]
    pub fn contract(mut self, contract: Arc<crate::contract::OpenApi>) -> Self {
        self.contract = Some(contract);
        self
    }

    /// Starts the simulation.
    ///
    /// # Errors
    /// [`SimError::World`] when the description contradicts itself, [`SimError::Listen`] when the address is taken.
    pub async fn start(self) -> Result<Sim, SimError> {
        let mut state = self.world.build()?;
        let failed = |source| SimError::Listen { address: self.address, source };
        let listener = TcpListener::bind(self.address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        state.base = format!("http://{address}");
        state.clock = self.clock;
        state.settings = self.settings;
        state.limiter = Limiter::new(self.rate_limits);
        state.faults = Faults::seeded(self.settings.gateway.seed);
        let shared = Shared::new(state);
        #[cfg(feature = "openapi")]
        let shared = shared.under(self.contract);
        let shared = Arc::new(shared);
        rest::listen(Arc::clone(&shared), listener);
        Ok(Sim { _running: Arc::new(Running(Arc::clone(&shared))), shared, address })
    }
}

impl fmt::Debug for Sim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sim").field("address", &self.address).finish_non_exhaustive()
    }
}
