//! `casey demo`: everything in a temporary folder and on free ports, and people who type commands.

mod audit;
mod script;
mod stage;

use casey_config::{Config, ConfigError, Exit, Sources};
use casey_sim::{Entry, Sim};
use serde_json::{Value, json};

use self::{
    audit::Audit,
    script::{SCENES, play},
    stage::{Stage, Trouble},
};
use crate::{error::CaseyError, output, whole::Whole};

/// Plays the script and prints the conversation.
///
/// # Errors
///
/// [`CaseyError::Demo`] names the first reply that was missing; otherwise what kept Casey from running at all.
pub(crate) async fn run(as_json: bool) -> Result<Exit, CaseyError> {
    let folder = tempfile::tempdir().map_err(CaseyError::Folder)?;
    let config = configuration(folder.path())?;
    casey_bot::init_logging(&config)?;
    let whole = Whole::start(&config).await?;
    let played = conversation(&whole, as_json).await;
    let stopped = whole.stop().await;
    played?;
    stopped?;
    Ok(Exit::Done)
}

/// Defaults, whatever is configured, in a folder of its own. Of the environment only the log filter counts, if it is one.
fn configuration(folder: &std::path::Path) -> Result<Config, ConfigError> {
    let fixed = [("data-dir", "data"), ("web-addr", "127.0.0.1:0"), ("sim-addr", "127.0.0.1:0")];
    let sources = || Sources::new([("", ""); 0], folder).flags(fixed);
    let asked = std::env::var("CASEY_LOG").unwrap_or_else(|_| "off".to_owned());
    Config::load(&sources().flag("log", asked)).or_else(|_| Config::load(&sources().flag("log", "off")))
}

async fn conversation(whole: &Whole, as_json: bool) -> Result<(), CaseyError> {
    let Some(simulation) = whole.simulation() else {
        return Err(CaseyError::Stopped("the simulated Discord"));
    };
    let sim = simulation.sim();
    let played = async {
        let stage = Stage::new(whole, sim).await.map_err(|trouble| missing("everybody arrives", trouble))?;
        play(&stage).await?;
        Audit::of(whole, &stage).await.map_err(|trouble| missing("looking back", trouble))
    };
    let audit = played.await;
    print(sim, audit.as_ref().ok(), as_json);
    audit.map(|_| ())
}

fn missing(scene: &'static str, Trouble(what): Trouble) -> CaseyError {
    CaseyError::Demo { scene, what }
}

/// Prints the conversation as far as it went, and what was found when looking back.
fn print(sim: &Sim, audit: Option<&Audit>, as_json: bool) {
    let transcript = sim.transcript();
    if as_json {
        for entry in &transcript.entries {
            output::json(&line(entry));
        }
        if let Some(audit) = audit {
            output::json(&json!({ "ok": true, "scenes": SCENES.len(), "replies": audit.replies }));
        }
        return;
    }
    output::text(&transcript);
    if let Some(Audit { replies }) = audit {
        output::line(format_args!(
            "\n{} scenes, {replies} replies, each as expected. Nobody was pinged, Discord would have understood every request, and the website is ready.",
            SCENES.len()
        ));
    }
}

fn line(entry: &Entry) -> Value {
    json!({
        "at": entry.at.unix_timestamp_nanos() / 1_000_000,
        "place": entry.place,
        "who": entry.who,
        "bot": entry.bot,
        "lines": entry.lines,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_configuration_is_that_of_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let config = configuration(folder.path()).unwrap();
        assert!(config.discord_token.is_none() && config.discord_api_url.is_none());
        assert_eq!(config.data_dir, folder.path().join("data"));
        assert_eq!((config.web_addr.port(), config.sim_addr.port()), (0, 0));
    }
}
