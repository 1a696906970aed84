//! What every command refuses: missing and overlong arguments, people without permission, the wrong place.

use casey_core::CommandInfo;
use casey_sim::{Heard, SimError};
use serde_json::json;
use twilight_model::application::command::{CommandOption, CommandOptionType};

use super::{
    place::{Place, Theatre, catalogue, good},
    rows::{Given, Row, fullest},
    same::{Asked, same},
};

/// A server for each command.
async fn stage() -> (Theatre, Vec<(CommandInfo, Place)>) {
    let commands = catalogue().await;
    let servers: Vec<String> = commands.iter().map(|command| command.name.clone()).collect();
    let theatre = Theatre::open(&servers).await;
    let places = commands.into_iter().map(|command| {
        let place = theatre.place(&command.name);
        (command, place)
    });
    let places = places.collect();
    (theatre, places)
}

/// Whether Discord itself refuses, with this reason.
fn refused(used: Result<Heard, SimError>, reason: &str) {
    match used {
        Err(SimError::Refused { why, .. }) => assert!(why.contains(reason), "{why:?} instead of {reason:?}"),
        other => panic!("it was not refused: {other:?}"),
    }
}

#[tokio::test]
async fn without_a_required_argument() {
    let (theatre, places) = stage().await;
    let mut count = 0;
    for (command, place) in &places {
        let Some(required) = command.options.iter().find(|option| option.required) else { continue };
        let heard = place.says(&place.owner, &format!(",{}", command.name)).await;
        let missing = format!("`{}` is missing: expected ", required.name);
        assert!(heard.text().starts_with(&missing), "{}: {}", command.name, heard.text());
        assert!(heard.text().contains(&format!("Usage: `,{}`", command.usage)), "{}", heard.text());
        refused(
            place.owner.slash(&place.general, &command.name).await,
            &format!("{:?} is required", required.name),
        );
        count += 1;
    }
    assert!(count >= 8, "only {count} commands require something");
    theatre.close(places.into_iter().map(|(_, place)| place)).await;
}

/// The options with a limit on their length.
fn limited(theatre: &Theatre, command: &str) -> Vec<CommandOption> {
    let mut options = theatre.options(command);
    options.retain(|option| option.kind == CommandOptionType::String && option.max_length.is_some());
    options
}

/// The row with a text of this length in one of its options: as flags, and for slash.
fn overlong(row: &'static Row, option: &CommandOption, place: &Place) -> (String, String, usize) {
    let most = usize::from(option.max_length.unwrap());
    let long = "x".repeat(most + 1);
    let others = row.options.iter().filter(|(name, _)| *name != option.name);
    let flags: Vec<String> = others.map(|(name, given)| format!("--{name}={}", given.typed(place))).collect();
    (format!(",{} --{}={long} {}", row.command, option.name, flags.join(" ")), long, most)
}

#[tokio::test]
async fn with_a_text_that_is_too_long() {
    let (theatre, places) = stage().await;
    let mut count = 0;
    for (command, place) in &places {
        for option in limited(&theatre, &command.name) {
            let row = fullest(&command.name);
            let (typed, long, most) = overlong(row, &option, place);
            let heard = place.says(&place.owner, &typed).await;
            let told = format!("`{}` has {} characters; at most {most} fit.", option.name, most + 1);
            assert!(heard.text().starts_with(&told), "{}: {}", command.name, heard.text());
            let others: Vec<(&str, Given)> =
                row.options.iter().copied().filter(|(name, _)| *name != option.name).collect();
            let slash = place.filled(&place.owner, &command.name, others).option(&option.name, long.as_str());
            refused(slash.await, &format!("and {most} characters"));
            count += 1;
        }
    }
    assert!(count >= 8, "only {count} options have a limit");
    theatre.close(places.into_iter().map(|(_, place)| place)).await;
}

#[tokio::test]
async fn by_somebody_without_the_permission() {
    let (theatre, places) = stage().await;
    let commands: Vec<CommandInfo> = places.iter().map(|(command, _)| command.clone()).collect();
    let mut count = 0;
    for (command, place) in &places {
        let Some(needed) = command.permissions.first() else { continue };
        let row = fullest(&command.name);
        let typed = place.says(&place.member, format!(",{} {}", row.command, row.typed).trim()).await;
        let needs = format!("You need **{needed}** here");
        assert!(typed.text().starts_with(&needs), "{}: {}", command.name, typed.text());
        // Arguments that do not fit are not explained to somebody who may not use the command anyhow.
        let odd = place.says(&place.member, &format!(",{} --nonsense \"", row.command)).await;
        assert!(odd.text().starts_with(&needs), "{}: {}", command.name, odd.text());
        match place.slash(&place.member, row).await {
            Ok(chosen) => {
                assert!(chosen.is_ephemeral(), "{}", command.name);
                let [chosen, typed] = [chosen, typed].map(|heard| same(Asked::of(&heard, place), &commands));
                assert_eq!(chosen, typed, "{}", command.name);
            }
            Err(SimError::Refused { why, .. }) => {
                assert!(why.contains("only offered to members with"), "{why}");
            }
            Err(other) => panic!("{}: {other:?}", command.name),
        }
        count += 1;
    }
    assert!(count >= 8, "only {count} commands need a permission");
    theatre.close(places.into_iter().map(|(_, place)| place)).await;
}

#[tokio::test]
async fn in_a_direct_message() {
    let (theatre, places) = stage().await;
    let commands: Vec<CommandInfo> = places.iter().map(|(command, _)| command.clone()).collect();
    for (command, place) in &places {
        let row = fullest(&command.name);
        let dm = place.owner.dm().unwrap();
        let text = place.with_mentions(format!(",{} {}", row.command, row.typed).trim());
        let said = place.owner.says(&dm, &text).await.unwrap();
        let typed = good(dm.expects_next(casey_sim::reply().in_reply_to(said)).await.unwrap(), &text);
        if command.guild_only {
            assert_eq!(typed.text(), "This command works in servers only.", "{}", command.name);
        }
        // Where something changes, the second time is not like the first; refusals are.
        let slash = place.member.slash(&place.member.dm().unwrap(), &command.name);
        let slash =
            row.options.iter().fold(slash, |slash, (name, given)| slash.option(name, given.chosen(place)));
        match slash.await {
            Ok(chosen) => {
                let [chosen, typed] =
                    [chosen, typed].map(|heard| same(Asked::of(&good(heard, &text), place), &commands));
                assert_eq!(chosen, typed, "{}", command.name);
            }
            Err(SimError::Refused { why, .. }) => {
                assert!(command.guild_only, "{}: {why}", command.name);
                assert!(why.contains("not offered in this kind of place") || why.contains("option"), "{why}");
            }
            Err(other) => panic!("{}: {other:?}", command.name),
        }
    }
    theatre.close(places.into_iter().map(|(_, place)| place)).await;
}

/// A client that Discord did not write sends what does not fit the command: it is answered once, and never with what the command would have done.
#[tokio::test]
async fn from_a_hostile_client() {
    let (theatre, places) = stage().await;
    for (command, place) in &places {
        let mut words: Vec<&str> = command.name.split(' ').collect();
        let top = words.remove(0);
        for value in [json!(7), json!("x".repeat(6_001)), json!({ "x": [] })] {
            let inner: Vec<_> = command
                .options
                .iter()
                .map(|option| json!({ "name": option.name, "type": 3, "value": value }))
                .chain([json!({ "name": "nonsense", "type": 3, "value": "x" })])
                .collect();
            let raw = words
                .iter()
                .rev()
                .fold(json!(inner), |inner, word| json!([{ "name": word, "type": 1, "options": inner }]));
            let used = place.owner.slash(&place.general, top).raw_options(raw).sends().await.unwrap();
            // What is not even of the shape of an interaction cannot be read, and so not be answered.
            if value.is_string() || command.options.is_empty() {
                let heard = used.answer().await.unwrap();
                assert!(heard.pings().is_empty(), "{}: {}", command.name, heard.text());
            }
        }
        let still = place.says(&place.owner, ",ping").await;
        assert!(still.text().starts_with("Pong!"), "after {}: {}", command.name, still.text());
    }
    theatre.close(places.into_iter().map(|(_, place)| place)).await;
}
