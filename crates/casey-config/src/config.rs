//! The whole configuration, typed.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use casey_core::{Clock, Prefix, SystemClock};

use crate::clock_file::ClockFile;
use crate::error::ConfigError;
use crate::gather::gather;
use crate::place::Place;
use crate::read::Reader;
use crate::secret::Secret;
use crate::sources::Sources;
use crate::value::{
    AtRest, DatabaseUrl, FilesUrl, HttpUrl, LogFormat, PrivilegedIntents, RedisUrl, Shards, hex_32,
    socket_addr, switch,
};

/// Everything an operator can set, checked. Names are those of the variables without `CASEY_`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The bot token, without a leading `Bot `.
    pub discord_token: Option<Secret>,
    /// Base of Discord's HTTP API, without `/api/v10`; `None` is Discord itself.
    pub discord_api_url: Option<HttpUrl>,
    /// The application's id, for the website's login.
    pub discord_client_id: Option<u64>,
    /// The application's secret, for the website's login.
    pub discord_client_secret: Option<Secret>,
    /// The shards this process runs.
    pub shards: Shards,
    /// Requests per second Casey allows itself in all; 0 is as many as the limiter can count.
    pub discord_global_limit: u16,
    /// The default command prefix.
    pub prefix: Prefix,
    /// Privileged intents the operator has.
    pub discord_intents: PrivilegedIntents,
    /// Verifies Discord's webhook events.
    pub discord_public_key: Option<[u8; 32]>,
    /// The database; `None` is a `SQLite` file under the data folder (see [`Config::database`]).
    pub database_url: Option<DatabaseUrl>,
    /// The Redis server; `None` is the in-process cache.
    pub redis_url: Option<RedisUrl>,
    /// Where files go; `None` is a folder under the data folder.
    pub files_url: Option<FilesUrl>,
    /// Where the embedded defaults live.
    pub data_dir: PathBuf,
    /// The root key's file; `None` is `root.key` under the data folder, made when missing.
    pub key_file: Option<PathBuf>,
    /// How the storage below is encrypted.
    pub at_rest: AtRest,
    /// Where the website listens.
    pub web_addr: SocketAddr,
    /// The website's public origin; `None` is derived from the listening address.
    pub public_url: Option<HttpUrl>,
    /// Where metrics and health are served; `None` is nowhere.
    pub metrics_addr: Option<SocketAddr>,
    /// Last.fm's API key.
    pub lastfm_api_key: Option<Secret>,
    /// Last.fm's shared secret.
    pub lastfm_api_secret: Option<Secret>,
    /// Last.fm's API.
    pub lastfm_api_url: Option<HttpUrl>,
    /// Last.fm's website.
    pub lastfm_web_url: Option<HttpUrl>,
    /// One address for every TikTok host, for tests.
    pub tiktok_url: Option<HttpUrl>,
    /// Whether TikTok's pages may be read.
    pub tiktok_web_enabled: bool,
    /// Where the simulated Discord listens.
    pub sim_addr: SocketAddr,
    /// Written when everything is ready.
    pub ready_file: Option<PathBuf>,
    /// Moves the clock; see [`ClockFile`](crate::ClockFile).
    pub clock_file: Option<PathBuf>,
    /// The filter of log lines.
    pub log: String,
    /// How log lines look; `None` is pretty on a terminal and JSON elsewhere.
    pub log_format: Option<LogFormat>,
    pub(crate) credentials: Option<PathBuf>,
    settings: Vec<Setting>,
    warnings: Vec<String>,
}

/// One value and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Setting {
    /// The name in the configuration file.
    pub name: &'static str,
    /// Where the value was given.
    pub place: Place,
    /// The value in one line; three dots for a secret; `None` when nothing is set.
    pub value: Option<String>,
}

impl Setting {
    /// The name of the environment variable.
    pub fn variable(&self) -> String {
        format!("CASEY_{}", self.name.to_ascii_uppercase())
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{} = {value} ({})", self.name, self.place),
            None => write!(f, "{} is not set", self.name),
        }
    }
}

/// Which Discord Casey talks to.
#[derive(Clone, Copy, Debug)]
pub enum Discord<'a> {
    /// Neither a token nor an address is set: one that Casey simulates itself.
    Simulated,
    /// The one at `api`, or Discord itself.
    Connected {
        /// The bot token.
        token: &'a Secret,
        /// Base of the HTTP API; `None` is Discord itself.
        api: Option<&'a HttpUrl>,
    },
}

impl Config {
    /// Reads and checks everything in `sources`: the file, then the environment, then flags; later wins.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, in one sentence: an unknown name, a value that cannot be used, a file that cannot be
    /// read, a secret's file that others can read.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        let mut read = Reader::new(gather(sources)?);
        let r = &mut read;
        let loopback = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut config = Self {
            discord_token: r.secret("discord_token")?,
            discord_api_url: r.optional("discord_api_url", HttpUrl::parse_origin)?,
            discord_client_id: r.optional("discord_client_id", snowflake)?,
            discord_client_secret: r.secret("discord_client_secret")?,
            shards: r.or("shards", Shards::parse, "auto", Shards::Auto)?,
            discord_global_limit: r.or("discord_global_limit", number, "50", 50)?,
            prefix: r.or("prefix", |text| Prefix::new(text).ok(), ",", Prefix::comma())?,
            discord_intents: r.or(
                "discord_intents",
                PrivilegedIntents::parse,
                "members,message_content",
                PrivilegedIntents::default(),
            )?,
            discord_public_key: r.optional("discord_public_key", hex_32)?,
            database_url: r.optional("database_url", DatabaseUrl::parse)?,
            redis_url: r.optional("redis_url", RedisUrl::parse)?,
            files_url: r.optional("files_url", FilesUrl::parse)?,
            data_dir: r.or(
                "data_dir",
                |text| path_under(sources, text),
                "casey-data",
                sources.resolve("casey-data"),
            )?,
            key_file: r.optional("key_file", |text| path_under(sources, text))?,
            at_rest: r.or("at_rest", AtRest::parse, "none", AtRest::None)?,
            web_addr: r.or("web_addr", socket_addr, "127.0.0.1:3000", loopback(3000))?,
            public_url: r.optional("public_url", HttpUrl::parse_origin)?,
            metrics_addr: r.optional("metrics_addr", socket_addr)?,
            lastfm_api_key: r.secret("lastfm_api_key")?,
            lastfm_api_secret: r.secret("lastfm_api_secret")?,
            lastfm_api_url: r.optional("lastfm_api_url", HttpUrl::parse)?,
            lastfm_web_url: r.optional("lastfm_web_url", HttpUrl::parse)?,
            tiktok_url: r.optional("tiktok_url", HttpUrl::parse)?,
            tiktok_web_enabled: r.or("tiktok_web_enabled", switch, "false", false)?,
            sim_addr: r.or("sim_addr", socket_addr, "127.0.0.1:0", loopback(0))?,
            ready_file: r.optional("ready_file", |text| path_under(sources, text))?,
            clock_file: r.optional("clock_file", |text| path_under(sources, text))?,
            log: r.or("log", log_filter, "info", "info".to_owned())?,
            log_format: r.optional("log_format", LogFormat::parse)?,
            credentials: None,
            settings: Vec::new(),
            warnings: Vec::new(),
        };
        (config.settings, config.credentials, config.warnings) = read.finish();
        if config.clock_file.is_some() && !config.discord_is_loopback() {
            config.warnings.push("CASEY_CLOCK_FILE is ignored: Discord is not on this machine".to_owned());
        }
        Ok(config)
    }

    /// Each value with where it came from, secrets redacted.
    pub fn sources(&self) -> &[Setting] {
        &self.settings
    }

    /// Things worth a line in the log that do not keep Casey from running.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Which Discord to talk to.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Missing`] when an address is set without a token: a lost secret must never yield a healthy
    /// simulation.
    pub fn discord(&self) -> Result<Discord<'_>, ConfigError> {
        match (&self.discord_token, &self.discord_api_url) {
            (None, None) => Ok(Discord::Simulated),
            (Some(token), api) => Ok(Discord::Connected { token, api: api.as_ref() }),
            (None, Some(_)) => Err(ConfigError::Missing {
                what: "the bot token",
                remedy: "CASEY_DISCORD_API_URL is set, so set CASEY_DISCORD_TOKEN too, or unset both for a simulated Discord",
            }),
        }
    }

    /// The token and the API's address, for commands that never simulate.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Missing`] when there is no token.
    pub fn connected_discord(&self) -> Result<(&Secret, Option<&HttpUrl>), ConfigError> {
        match self.discord()? {
            Discord::Connected { token, api } => Ok((token, api)),
            Discord::Simulated => Err(ConfigError::Missing {
                what: "the bot token",
                remedy: "set CASEY_DISCORD_TOKEN, or run `casey up` for a simulated Discord",
            }),
        }
    }

    /// The database: the one that is set, or `casey.sqlite` under the data folder.
    pub fn database(&self) -> DatabaseUrl {
        self.database_url
            .clone()
            .unwrap_or_else(|| DatabaseUrl::sqlite_file(&self.data_dir.join("casey.sqlite")))
    }

    /// Whether the Discord that Casey talks to is on this machine.
    pub fn discord_is_loopback(&self) -> bool {
        match (&self.discord_token, &self.discord_api_url) {
            (_, Some(api)) => api.is_loopback(),
            (Some(_), None) => false,
            (None, None) => self.sim_addr.ip().is_loopback(),
        }
    }

    /// The clock: the machine's, moved by `clock_file` where that is set and Discord is on this machine.
    pub fn clock(&self) -> Arc<dyn Clock> {
        match &self.clock_file {
            Some(path) if self.discord_is_loopback() => Arc::new(ClockFile::new(path)),
            _ => Arc::new(SystemClock),
        }
    }
}

fn path_under(sources: &Sources, text: &str) -> Option<PathBuf> {
    (!text.contains('\0')).then(|| sources.resolve(text))
}

fn snowflake(text: &str) -> Option<u64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok().filter(|&id| id != 0)
    } else {
        None
    }
}

fn number(text: &str) -> Option<u16> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

fn log_filter(text: &str) -> Option<String> {
    tracing_subscriber::EnvFilter::try_new(text).ok().map(|_| text.to_owned())
}
