//! `setup` as an admin uses it: menus, a form, buttons.

#![allow(clippy::unwrap_used)]

use casey_sim::{Channel, Heard, MessageRef, Permissions, Person, Sim, World, reply};

use crate::common::{Home, TOKEN, casey, strict, until, world};

/// Names of the controls.
const LANGUAGE: &str = "Language";
const MODULES: &str = "All modules are off";
const CHANNELS: &str = "Commands work everywhere; choose channels to change that";

struct Place {
    sim: Sim,
    home: Home,
    alice: Person,
    carol: Person,
    general: Channel,
    mods: Channel,
}

async fn place(world: World) -> Place {
    let sim = strict(world).await;
    let guild = sim.guild("Harbour").unwrap();
    Place {
        alice: guild.person("Alice").unwrap(),
        carol: guild.person("Carol").unwrap(),
        general: guild.channel("general").unwrap(),
        mods: guild.channel("mods").unwrap(),
        home: Home::new(),
        sim,
    }
}

async fn said(person: &Person, channel: &Channel, text: &str) -> Heard {
    let asked = person.says(channel, text).await.unwrap();
    channel.expects(reply().in_reply_to(asked)).await.unwrap()
}

/// The panel as it stands now.
fn standing(channel: &Channel, panel: MessageRef) -> String {
    channel.message(panel).unwrap().text()
}

#[tokio::test]
async fn everything_is_decided_in_one_message() {
    let place = place(world()).await;
    let Place { sim, home, alice, carol, general, mods } = &place;
    let running = casey(sim, home, &[]).await;
    let panel = said(alice, general, ",setup").await;
    let text = panel.text();
    for part in [
        "Prefixes",
        "`,`",
        "English",
        "Management (`management`): on",
        "Everywhere",
        "I may do all I need to.",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(panel.button("Give me these permissions").is_none());

    // Prefixes, by a form that shows those there are.
    let form = alice.presses(&panel, "Prefixes").sends().await.unwrap().modal().await.unwrap();
    assert_eq!((form.title(), form.labels()), ("Prefixes".into(), vec!["Prefixes".into()]));
    let refused = form.clone().fill("Prefixes", "! @no").await.unwrap();
    assert!(refused.is_ephemeral() && refused.text().contains("cannot begin with @"), "{}", refused.text());
    assert!(standing(general, panel.message()).contains("`,`"), "nothing was changed");
    form.fill("Prefixes", " !  casey! ! ").await.unwrap();
    assert!(standing(general, panel.message()).contains("`!` `casey!`"));
    assert!(said(carol, general, "!ping").await.text().contains("Pong"));

    // Language.
    alice.selects(&panel, LANGUAGE, vec!["Deutsch".into()]).await.unwrap();
    assert!(standing(general, panel.message()).contains("Deutsch"));
    alice.selects(&panel, LANGUAGE, vec!["English".into()]).await.unwrap();

    // Modules off and on.
    alice.selects(&panel, MODULES, vec![]).await.unwrap();
    assert!(standing(general, panel.message()).contains("Management (`management`): off"));
    assert!(said(carol, general, "!remind 1h tea").await.text().contains("switched off"));
    alice.selects(&panel, MODULES, vec!["management".into()]).await.unwrap();
    assert!(said(carol, general, "!remind 1h tea").await.text().contains("Reminder 1 is set"));

    // Channels.
    alice.selects(&panel, CHANNELS, vec![mods.into()]).await.unwrap();
    assert!(standing(general, panel.message()).contains(&format!("Only in {}", mods.mention())));
    assert!(said(carol, general, "!remind 2h cake").await.text().contains("not allowed"));
    let told = said(alice, general, "!settings why remind list").await.text();
    assert!(told.contains("🚫 everything: everybody in this server"), "{told}");
    assert!(said(alice, mods, "!remind 1h rum").await.text().contains("Reminder 1 is set"));
    alice.selects(&panel, CHANNELS, vec![]).await.unwrap();
    assert!(said(carol, general, "!remind 2h cake").await.text().contains("Reminder 2 is set"));

    let done = alice.presses(&panel, "Done").await.unwrap();
    assert!(done.components.is_empty() && done.text().contains("All set. `/help` shows"), "{}", done.text());
    running.stop().await.unwrap();
    sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn nobody_else_decides() {
    let place = place(world()).await;
    let Place { sim, home, alice, carol, general, .. } = &place;
    let running = casey(sim, home, &[]).await;
    assert!(said(carol, general, ",setup").await.text().contains("Manage Server"));
    let shown = said(carol, general, ",settings").await;
    assert!(shown.buttons.is_empty(), "she can look, and not change");

    // The owner's panel is the owner's.
    let panel = said(alice, general, ",setup").await;
    for button in ["Prefixes", "Done"] {
        let refused = carol.presses(&panel, button).await.unwrap();
        assert!(
            refused.is_ephemeral() && refused.text().contains("Only the person who used the command"),
            "{}",
            refused.text()
        );
    }

    // It opens from the settings, for their eyes only, and outlives the process.
    let shown = said(alice, general, ",settings").await;
    running.stop().await.unwrap();
    let running = casey(sim, home, &[]).await;
    let opened = alice.presses(&shown, "Change these").await.unwrap();
    assert!(opened.is_ephemeral() && opened.button("Done").is_some());
    alice.selects(&opened, LANGUAGE, vec!["Deutsch".into()]).await.unwrap();
    assert!(said(carol, general, ",settings").await.text().contains("Deutsch"));
    running.stop().await.unwrap();
    sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn who_lost_the_permission_decides_no_more() {
    let world = World::new().bot("Casey", TOKEN).guild("Harbour", |guild| {
        guild
            .owner("Alice")
            .role("Manager", Permissions::MANAGE_GUILD)
            .member_with("Bob", &["Manager"])
            .member("Carol")
            .channel("general")
            .channel("mods")
    });
    let place = place(world).await;
    let Place { sim, home, general, .. } = &place;
    let bob = sim.guild("Harbour").unwrap().person("Bob").unwrap();
    let running = casey(sim, home, &[]).await;
    let panel = said(&bob, general, ",setup").await;
    let form = bob.presses(&panel, "Prefixes").sends().await.unwrap().modal().await.unwrap();
    bob.loses("Manager").await.unwrap();
    let refusals = [
        bob.presses(&panel, "Done").await.unwrap(),
        bob.selects(&panel, LANGUAGE, vec!["Deutsch".into()]).await.unwrap(),
        form.fill("Prefixes", "!").await.unwrap(),
    ];
    for refused in refusals {
        assert!(refused.is_ephemeral() && refused.text().contains("Manage Server"), "{}", refused.text());
    }
    assert!(standing(general, panel.message()).contains("`,`"));
    running.stop().await.unwrap();
    sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn what_casey_lacks_is_named_with_the_place_to_mend_it() {
    let few = Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES | Permissions::READ_MESSAGE_HISTORY;
    let world = World::new().bot("Casey", TOKEN).guild("Harbour", |guild| {
        guild
            .owner("Alice")
            .member("Carol")
            .everyone(few)
            .bot_permissions(few)
            .channel("general")
            .channel("mods")
    });
    let place = place(world).await;
    let Place { sim, home, alice, general, .. } = &place;
    let running = casey(sim, home, &[]).await;
    // Without embeds the panel is plain text.
    let panel = said(alice, general, ",setup").await;
    assert!(panel.embeds.is_empty());
    let text = panel.text();
    assert!(text.contains("My role lacks: Send Messages in Threads, Embed Links."), "{text}");
    let fix = panel.button("Give me these permissions").unwrap().url.clone().unwrap();
    assert!(fix.contains("guild_id=") && fix.contains("permissions="), "{fix}");
    running.stop().await.unwrap();
    until(|| sim.gateway().sessions() == 0).await;
    sim.expects_no_violations().unwrap();
}
