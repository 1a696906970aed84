//! Every command, by slash and by prefix: both succeed, and say the same.

use std::collections::BTreeSet;

use super::{
    place::{Theatre, catalogue, good},
    rows::ROWS,
    same::{Asked, same},
};

#[tokio::test]
async fn every_command_has_a_row_and_every_option_is_in_one() {
    let mut expected = BTreeSet::new();
    for command in catalogue().await {
        expected.insert((command.name.clone(), String::new()));
        expected.extend(command.options.into_iter().map(|option| (command.name.clone(), option.name)));
    }
    let mut found = BTreeSet::new();
    for row in ROWS {
        found.insert((row.command.to_owned(), String::new()));
        found.extend(row.options.iter().map(|(option, _)| (row.command.to_owned(), (*option).to_owned())));
    }
    let missing: Vec<_> = expected.difference(&found).collect();
    assert!(missing.is_empty(), "rows.rs has no example of {missing:?}");
    let surplus: Vec<_> = found.difference(&expected).collect();
    assert!(surplus.is_empty(), "rows.rs has examples of what there is not: {surplus:?}");
}

#[tokio::test]
async fn slash_and_prefix_say_the_same() {
    let name = |at: usize, way: &str| format!("{way} {at}");
    let servers: Vec<String> =
        (0..ROWS.len()).flat_map(|at| ["slash", "prefix"].map(|way| name(at, way))).collect();
    let theatre = Theatre::open(&servers).await;
    let commands = catalogue().await;
    for (at, row) in ROWS.iter().enumerate() {
        let places = ["slash", "prefix"].map(|way| theatre.place(&name(at, way)));
        for place in &places {
            for text in row.before {
                place.says(&place.owner, text).await;
            }
        }
        let [slash, prefix] = &places;
        let chosen =
            slash.slash(&slash.owner, row).await.unwrap_or_else(|error| panic!("{}: {error:?}", row.command));
        let chosen = good(chosen, row.command);
        let typed = format!(",{} {}", row.command, row.typed);
        let typed = prefix.says(&prefix.owner, typed.trim()).await;
        for heard in [&chosen, &typed] {
            assert!(heard.text().contains(row.answer), "{} {}: {}", row.command, row.typed, heard.text());
        }
        let (chosen, typed) = (Asked::of(&chosen, slash), Asked::of(&typed, prefix));
        assert_eq!(same(chosen, &commands), same(typed, &commands), "{} {}", row.command, row.typed);
    }
    let places: Vec<_> = servers.iter().map(|server| theatre.place(server)).collect();
    theatre.close(places).await;
}

/// What help shows as examples is typed as it stands there.
#[tokio::test]
async fn the_examples_in_help_work() {
    let commands = catalogue().await;
    let examples: Vec<(&str, &str)> = commands
        .iter()
        .flat_map(|command| command.examples.iter().map(|example| (command.name.as_str(), example.as_str())))
        .collect();
    assert!(examples.len() >= 10, "{examples:?}");
    let servers: Vec<String> = (0..examples.len()).map(|at| format!("example {at}")).collect();
    let theatre = Theatre::open(&servers).await;
    for (server, (command, example)) in servers.iter().zip(examples) {
        let place = theatre.place(server);
        // Examples that undo something need something to undo.
        for text in ROWS.iter().filter(|row| row.command == command).flat_map(|row| row.before).take(1) {
            place.says(&place.owner, text).await;
        }
        let example =
            example.replace("@Crew", "{role}").replace("#general", "{channel}").replace("@Bob", "{member}");
        let heard = place.says(&place.owner, &format!(",{example}")).await;
        // A refusal of arguments repeats, in text, how the command is typed.
        assert!(!heard.content.contains("\nUsage: "), ",{example}: {}", heard.text());
    }
    let places: Vec<_> = servers.iter().map(|server| theatre.place(server)).collect();
    theatre.close(places).await;
}
