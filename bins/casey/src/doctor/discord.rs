//! Discord: whether it takes the token, grants what Casey is set to use, and knows the commands of this version.

use std::collections::BTreeSet;

use casey_bot::BotError;
use casey_config::{HttpUrl, PrivilegedIntents, Shards};
use casey_core::{CommandInfo, Timestamp};
use casey_discord::{
    ApplicationFacts, Error, GatewayFacts, Inspector, Privileges, RegisteredCommand, Settings,
};
use time::{OffsetDateTime, format_description::well_known::Rfc2822};

use super::{
    check::{Check, count, within},
    clocks,
    code::Code,
    context::Context,
};

/// Settings that decide which Discord is asked.
const NEEDED: &[&str] = &["discord_token", "discord_api_url", "discord_global_limit"];

pub(super) async fn look(context: &Context) -> Vec<Check> {
    if !context.is_right(NEEDED) {
        return vec![Check::skipped(Code::DiscordApi, "a setting for Discord is wrong")];
    }
    if context.is_simulated() {
        return vec![simulated(context.production)];
    }
    let Ok((token, api)) = context.config.connected_discord() else {
        let found = "CASEY_DISCORD_API_URL is set and no token is";
        let remedy = "set CASEY_DISCORD_TOKEN_FILE, or unset both for a simulated Discord";
        return vec![Check::problem(Code::DiscordToken, found, remedy)];
    };
    let mut checks = Vec::new();
    let place = api.map_or("Discord", HttpUrl::as_str);
    if api.is_some_and(|url| !url.is_https() && !url.is_loopback()) {
        let found = format!("the token goes to {place} in the clear");
        let remedy = "write https:// in CASEY_DISCORD_API_URL";
        checks.push(Check::promise(context.production, Code::DiscordApi, found, remedy));
    }
    let settings = Settings::new(token.expose())
        .api_url(api.map(HttpUrl::as_str))
        .global_limit(context.config.discord_global_limit);
    let inspector = match Inspector::new(&settings) {
        Ok(inspector) => inspector,
        Err(error) => {
            checks.push(refused(&error));
            return checks;
        }
    };
    let application = match within(inspector.application()).await {
        None => {
            checks.push(Check::late(Code::DiscordApi, &format!("asking {place}")));
            return checks;
        }
        Some(Err(error)) => {
            checks.push(refused(&error));
            return checks;
        }
        Some(Ok(application)) => application,
    };
    let answered = context.clock.now();
    if checks.is_empty() {
        checks.push(Check::ok(Code::DiscordApi, format!("{place} answers")));
    }
    checks.push(Check::ok(Code::DiscordToken, "the token is accepted"));
    checks.extend(intents(context, &application));
    checks.push(clock(context, &application, answered));
    let (gateway, commands) =
        tokio::join!(gateway(context, &inspector), commands(context, &inspector, &application));
    checks.extend(gateway);
    checks.push(commands);
    checks
}

/// Nobody but the people of the simulation would be served.
fn simulated(production: bool) -> Check {
    if production {
        return Check::problem(
            Code::DiscordToken,
            "there is no bot token, so that Casey would simulate Discord instead of serving people",
            "set CASEY_DISCORD_TOKEN_FILE to the file with the token from Discord's developer portal (Bot, Reset Token)",
        );
    }
    Check::skipped(Code::DiscordApi, "there is no bot token: `casey up` simulates Discord")
}

fn refused(error: &Error) -> Check {
    match error {
        Error::Token => Check::problem(
            Code::DiscordToken,
            error.to_string(),
            "copy the token again from the developer portal (Bot, Reset Token)",
        ),
        Error::Address(_) => {
            Check::problem(Code::DiscordApi, error.to_string(), "correct CASEY_DISCORD_API_URL")
        }
        other => Check::problem(
            Code::DiscordApi,
            other.to_string(),
            "check the network, and CASEY_DISCORD_API_URL if it is set",
        ),
    }
}

fn intents(context: &Context, application: &ApplicationFacts) -> Option<Check> {
    if !context.is_right(&["discord_intents"]) {
        return None;
    }
    Some(match application.privileges {
        None => Check::skipped(Code::DiscordIntents, "Discord does not tell which intents are switched on"),
        Some(granted) => granted_intents(context.config.discord_intents, granted),
    })
}

/// Discord closes every shard that asks for an intent it does not grant (close code 4014).
fn granted_intents(wanted: PrivilegedIntents, granted: Privileges) -> Check {
    let all = [
        ("members", "Server Members Intent", wanted.members, granted.members),
        ("message_content", "Message Content Intent", wanted.message_content, granted.message_content),
        ("presences", "Presence Intent", wanted.presences, granted.presences),
    ];
    let missing: Vec<_> = all.iter().filter(|(_, _, wanted, granted)| *wanted && !granted).collect();
    if missing.is_empty() {
        let used: Vec<&str> =
            all.iter().filter(|(_, _, wanted, _)| *wanted).map(|(name, ..)| *name).collect();
        let found = if used.is_empty() { "no privileged intent is used".to_owned() } else { used.join(", ") };
        return Check::ok(Code::DiscordIntents, format!("granted as configured: {found}"));
    }
    let names: Vec<&str> = missing.iter().map(|(name, ..)| *name).collect();
    let switches: Vec<&str> = missing.iter().map(|(_, switch, ..)| *switch).collect();
    let kept: Vec<&str> =
        all.iter().filter(|(_, _, wanted, granted)| *wanted && *granted).map(|(name, ..)| *name).collect();
    let kept = if kept.is_empty() { "none".to_owned() } else { kept.join(",") };
    Check::problem(
        Code::DiscordIntents,
        format!("Discord does not grant {}, and would close every shard (4014)", names.join(", ")),
        format!(
            "switch on {} in the developer portal under Bot, or set CASEY_DISCORD_INTENTS={kept}",
            switches.join(" and ")
        ),
    )
}

fn clock(context: &Context, application: &ApplicationFacts, answered: Timestamp) -> Check {
    let date = application.date.as_deref().and_then(|text| OffsetDateTime::parse(text, &Rfc2822).ok());
    match date {
        None => Check::skipped(Code::DiscordClock, "the answer has no date"),
        Some(date) => {
            let theirs = Timestamp::from_millis(date.unix_timestamp().saturating_mul(1_000));
            clocks::compare(Code::DiscordClock, "Discord", context, theirs, answered)
        }
    }
}

async fn gateway(context: &Context, inspector: &Inspector) -> Vec<Check> {
    match within(inspector.gateway()).await {
        None => vec![Check::late(Code::DiscordSessions, "asking Discord for its gateway")],
        Some(Err(error)) => vec![Check::problem(
            Code::DiscordSessions,
            error.to_string(),
            "wait a moment and look again; discordstatus.com tells of outages",
        )],
        Some(Ok(_)) if !context.is_right(&["shards"]) => {
            vec![Check::skipped(Code::DiscordShards, "CASEY_SHARDS is wrong")]
        }
        Some(Ok(facts)) => {
            let shards = context.config.shards;
            vec![sessions(&facts, here(shards, facts.shards)), enough(&facts, shards)]
        }
    }
}

/// How many shards run in this process.
fn here(shards: Shards, recommended: u32) -> u32 {
    match shards {
        Shards::Count(count) => count,
        Shards::Range { from, to, .. } => to - from,
        _ => recommended.max(1),
    }
}

fn sessions(facts: &GatewayFacts, shards: u32) -> Check {
    let GatewayFacts { sessions_left: left, sessions_total: total, reset_after_ms, at_a_time, .. } = facts;
    let found = format!("{left} of {total} sessions may be started, {at_a_time} at a time");
    let minutes = reset_after_ms.div_ceil(60_000);
    let remedy = format!(
        "wait {minutes} minutes before Casey is started anew, and find out what starts sessions again and again"
    );
    if *left < shards {
        let found = format!("{found}, and {} needed here", count(shards as usize, "session"));
        return Check::problem(Code::DiscordSessions, found, remedy);
    }
    if *left < shards.saturating_mul(5) {
        return Check::warning(Code::DiscordSessions, found, remedy);
    }
    Check::ok(Code::DiscordSessions, found)
}

fn enough(facts: &GatewayFacts, shards: Shards) -> Check {
    let recommended = facts.shards;
    let (total, told) = match shards {
        Shards::Count(count) => (count, format!("{count} in this process")),
        Shards::Range { from, to, total } => {
            (total, format!("{from} to {} of {total} in this process", to - 1))
        }
        _ => return Check::ok(Code::DiscordShards, format!("as many as Discord recommends: {recommended}")),
    };
    if total < recommended {
        return Check::warning(
            Code::DiscordShards,
            format!("{told}, and Discord recommends {recommended}: each serves more servers than it should"),
            format!("set CASEY_SHARDS=auto, or to at least {recommended} in all"),
        );
    }
    Check::ok(Code::DiscordShards, format!("{told}; Discord recommends {recommended}"))
}

async fn commands(context: &Context, inspector: &Inspector, application: &ApplicationFacts) -> Check {
    let wanted = match casey_bot::commands(&context.config).await {
        Ok(wanted) => wanted,
        Err(error) => return mistake(&error),
    };
    match within(inspector.commands(application.id)).await {
        None => Check::late(Code::DiscordCommands, "asking Discord for the registered commands"),
        Some(Err(error)) => Check::problem(
            Code::DiscordCommands,
            error.to_string(),
            "wait a moment and look again; discordstatus.com tells of outages",
        ),
        Some(Ok(registered)) => registered_commands(&wanted, &registered),
    }
}

fn mistake(error: &BotError) -> Check {
    Check::problem(Code::DiscordCommands, error.sentence(), "tell Casey's makers: this is a mistake in Casey")
}

/// Names and descriptions; `casey commands sync` and every start of the bot compare everything else, too.
fn registered_commands(wanted: &[CommandInfo], registered: &[RegisteredCommand]) -> Check {
    let wanted: BTreeSet<(&str, &str)> =
        wanted.iter().map(|command| (command.name.as_str(), command.description.as_str())).collect();
    let there: BTreeSet<(&str, &str)> =
        registered.iter().map(|command| (command.name.as_str(), command.description.as_str())).collect();
    let differing: BTreeSet<&str> = wanted.symmetric_difference(&there).map(|(name, _)| *name).collect();
    if differing.is_empty() {
        let found = format!("{} registered, as in this version", count(wanted.len(), "command"));
        return Check::ok(Code::DiscordCommands, found);
    }
    Check::warning(
        Code::DiscordCommands,
        format!("{} registered otherwise than in this version", count(differing.len(), "command")),
        "start the bot, which registers them, or run `casey commands sync`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::State;

    fn facts(shards: u32, sessions_left: u32) -> GatewayFacts {
        GatewayFacts {
            url: "wss://gateway".to_owned(),
            shards,
            sessions_left,
            sessions_total: 1_000,
            reset_after_ms: 120_000,
            at_a_time: 1,
        }
    }

    #[test]
    fn sessions_have_to_suffice_for_the_shards_here() {
        for (left, state) in [(0, State::Problem), (9, State::Warning), (10, State::Ok)] {
            let check = sessions(&facts(2, left), here(Shards::Auto, 2));
            assert_eq!(check.state, state, "{check:?}");
        }
        let none = sessions(&facts(1, 0), 1);
        assert!(none.remedy.is_some_and(|remedy| remedy.starts_with("wait 2 minutes")));
    }

    #[test]
    fn fewer_shards_than_recommended_are_told() {
        let range = |total| Shards::Range { from: 0, to: 1, total };
        for (shards, state) in [
            (Shards::Auto, State::Ok),
            (Shards::Count(4), State::Ok),
            (Shards::Count(3), State::Warning),
            (range(4), State::Ok),
            (range(2), State::Warning),
        ] {
            assert_eq!(enough(&facts(4, 1_000), shards).state, state, "{shards:?}");
        }
    }

    #[test]
    fn a_missing_intent_is_told_with_both_ways_out() {
        let wanted = PrivilegedIntents { members: true, message_content: true, presences: false };
        let mut granted = Privileges { members: true, message_content: true, presences: true };
        assert_eq!(granted_intents(wanted, granted).state, State::Ok);
        granted.message_content = false;
        let check = granted_intents(wanted, granted);
        assert_eq!(check.state, State::Problem);
        let remedy = check.remedy.unwrap_or_default();
        assert!(
            remedy.contains("Message Content Intent") && remedy.ends_with("CASEY_DISCORD_INTENTS=members")
        );
        assert_eq!(granted_intents(PrivilegedIntents::NONE, Privileges::default()).state, State::Ok);
    }

    #[test]
    fn commands_that_differ_are_counted_once() {
        let command = |name: &str, description: &str| RegisteredCommand {
            name: name.to_owned(),
            description: description.to_owned(),
        };
        let nothing_wanted = registered_commands(&[], &[command("ping", "Ping"), command("ban", "Ban")]);
        assert_eq!(nothing_wanted.state, State::Warning);
        assert!(nothing_wanted.found.starts_with("2 commands"));
        assert_eq!(registered_commands(&[], &[]).state, State::Ok);
    }
}
