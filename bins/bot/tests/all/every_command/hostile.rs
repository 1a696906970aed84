//! What people type to see what happens: it is answered once, and pings nobody.

use twilight_model::application::command::{CommandOption, CommandOptionType};

use super::{
    place::{Place, Theatre, catalogue, good},
    rows::{Given, fullest},
};

/// Texts for every option that takes text. Mentions are of the place.
fn texts(place: &Place) -> Vec<String> {
    vec![
        "@everyone @here".to_owned(),
        format!("{} {} {}", place.member.mention(), place.role.mention(), place.general.mention()),
        "x".repeat(1_800),
        "a\u{200b}\u{200d}\u{feff}b\u{2060}".to_owned(),
        "\u{202e}txet desrever\u{2066}".to_owned(),
        "``` `a` ** __ ~~ || [x](https://example.com) <t:0> \\".to_owned(),
        "' OR 1=1; -- ".to_owned(),
        "{ $prefix } %s {0} \u{0}".to_owned(),
    ]
}

#[tokio::test]
async fn hostile_text_in_every_option_is_answered_once_and_pings_nobody() {
    let commands = catalogue().await;
    let servers: Vec<String> = commands.iter().map(|command| command.name.clone()).collect();
    let theatre = Theatre::open(&servers).await;
    let casey = theatre.sim.person("Casey").unwrap().mention();
    let mut count = 0;
    for command in &commands {
        let place = theatre.place(&command.name);
        for option in theatre.options(&command.name) {
            if option.kind != CommandOptionType::String {
                continue;
            }
            for text in texts(&place) {
                // By mention, which works whatever became of the prefix.
                let typed = format!("{casey} {} --{}={}", command.name, option.name, quoted(&text));
                place.says(&place.owner, &typed).await;
                place.says(&place.owner, &format!("{casey} {} {text}", command.name)).await;
                by_slash(&place, &command.name, &option, &text).await;
                count += 1;
            }
        }
    }
    assert!(count >= 80, "only {count} texts were tried");
    let places: Vec<_> = servers.iter().map(|server| theatre.place(server)).collect();
    theatre.close(places).await;
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// By slash, with whatever else the command needs; Discord itself refuses what is too long.
async fn by_slash(place: &Place, command: &str, option: &CommandOption, text: &str) {
    let too_long = option.max_length.is_some_and(|most| text.chars().count() > usize::from(most));
    if too_long {
        return;
    }
    let others: Vec<(&str, Given)> =
        fullest(command).options.iter().copied().filter(|(name, _)| *name != option.name).collect();
    let slash = place.filled(&place.owner, command, others).option(&option.name, text);
    good(slash.await.unwrap_or_else(|error| panic!("{command}: {error:?}")), text);
}
