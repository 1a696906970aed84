//! `casey demo`: everything in a temporary folder and on free ports, and people who type commands.

mod audit;
mod programme;
mod scenes;
mod stage;

use std::path::Path;

use casey_config::{Config, ConfigError, Exit, Sources};
use casey_sim::Entry;
use serde_json::{Value, json};

use self::{
    audit::Audit,
    programme::{Programme, Section},
    scenes::{AFTER, BEFORE, away},
    stage::{Stage, Trouble},
};
use crate::{error::CaseyError, output, whole::Whole};

/// The file in the temporary folder that moves the clock.
const CLOCK: &str = "clock";

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
    let Some(sim) = whole.simulation().map(|simulation| simulation.sim().clone()) else {
        whole.stop().await?;
        return Err(CaseyError::Stopped("the simulated Discord"));
    };
    let mut programme = Programme::new(sim);
    let (whole, played) = performance(whole, &config, &folder.path().join(CLOCK), &mut programme).await;
    print(&programme, played.as_ref().ok(), as_json);
    let stopped = match whole {
        Some(whole) => whole.stop().await,
        None => Ok(()),
    };
    played?;
    stopped?;
    Ok(Exit::Done)
}

/// Defaults, whatever is configured, in a folder of its own. Of the environment only the log filter counts, if it is one.
fn configuration(folder: &Path) -> Result<Config, ConfigError> {
    let fixed = [
        ("data-dir", "data"),
        ("web-addr", "127.0.0.1:0"),
        ("sim-addr", "127.0.0.1:0"),
        ("clock-file", CLOCK),
    ];
    let sources = || Sources::new([("", ""); 0], folder).flags(fixed);
    let asked = std::env::var("CASEY_LOG").unwrap_or_else(|_| "off".to_owned());
    Config::load(&sources().flag("log", asked)).or_else(|_| Config::load(&sources().flag("log", "off")))
}

/// Everything, with a restart in the middle. Gives also what runs in the end, if anything does.
async fn performance(
    whole: Whole,
    config: &Config,
    clock: &Path,
    programme: &mut Programme,
) -> (Option<Whole>, Result<Audit, CaseyError>) {
    let stage = match before(&whole, clock, programme).await {
        Ok(stage) => stage,
        Err(error) => return (Some(whole), Err(error)),
    };
    let scene = "Casey is restarted, and misses nothing";
    programme.begins(scene);
    let (whole, typed) = match whole.restart(config, away::typed(&stage)).await {
        Ok(restarted) => restarted,
        Err(error) => return (None, Err(error)),
    };
    let played = async {
        connected(&whole).await.map_err(|trouble| missing(scene, trouble))?;
        let typed = typed.map_err(|trouble| missing(scene, trouble))?;
        away::answered(&stage, typed).await.map_err(|trouble| missing(scene, trouble))?;
        programme.play(&stage, AFTER).await?;
        Audit::of(&whole, &stage).await.map_err(|trouble| missing("looking back", trouble))
    };
    let played = played.await;
    (Some(whole), played)
}

async fn before(whole: &Whole, clock: &Path, programme: &mut Programme) -> Result<Stage, CaseyError> {
    let arrive = |trouble| missing("everybody arrives", trouble);
    connected(whole).await.map_err(arrive)?;
    let stage = Stage::new(programme.sim(), clock).map_err(arrive)?;
    programme.play(&stage, BEFORE).await?;
    Ok(stage)
}

async fn connected(whole: &Whole) -> Result<(), Trouble> {
    if whole.ready().await { Ok(()) } else { Err(Trouble("Casey did not connect".to_owned())) }
}

fn missing(scene: &'static str, Trouble(what): Trouble) -> CaseyError {
    CaseyError::Demo { scene, what }
}

/// Prints the conversation as far as it went, and what was found when looking back.
fn print(programme: &Programme, audit: Option<&Audit>, as_json: bool) {
    let sections = programme.sections();
    let scenes = sections.len();
    if as_json {
        for Section { scene, transcript } in &sections {
            transcript.entries.iter().for_each(|entry| output::json(&line(scene, entry)));
        }
        if let Some(audit) = audit {
            output::json(&json!({ "ok": true, "scenes": scenes, "replies": audit.replies }));
        }
        return;
    }
    for Section { scene, transcript } in &sections {
        output::line(format_args!("== {scene}"));
        output::text(format_args!("{transcript}\n"));
    }
    if let Some(Audit { replies }) = audit {
        output::line(format_args!(
            "{scenes} scenes, {replies} replies, each as expected. Nobody was pinged but by a reminder of their own, Discord would have understood every \
             request, and the website is ready."
        ));
    }
}

fn line(scene: &str, entry: &Entry) -> Value {
    json!({
        "at": entry.at.unix_timestamp_nanos() / 1_000_000,
        "scene": scene,
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
        assert_eq!(config.clock_file, Some(folder.path().join(CLOCK)));
    }
}
