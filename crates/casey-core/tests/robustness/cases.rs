//! What such a bot has to do all the same.

use super::*;

#[tokio::test]
async fn changes_side_by_side_are_all_kept() {
    let rig = Rig::new().await;
    for (id, prefix) in [(1, "a!"), (2, "b!"), (3, "c!"), (4, "d!")] {
        let message = Rig::message(id, &format!(",prefix add {prefix}"), &json!({}));
        rig.offer(Event::MessageCreate(Box::new(MessageCreate { channel_type: None, message })));
    }
    let message = Rig::message(5, ",settings disable explosive", &json!({}));
    rig.offer(Event::MessageCreate(Box::new(MessageCreate { channel_type: None, message })));
    rig.rests().await;
    let stored = rig.settings.inner.guild(Id::new(GUILD)).await.unwrap();
    let mut prefixes: Vec<_> = stored.prefixes.iter().map(Prefix::as_str).collect();
    prefixes.sort_unstable();
    assert_eq!(prefixes, [",", "a!", "b!", "c!", "d!"]);
    assert!(stored.disabled_modules.contains("explosive"));
    assert_eq!(rig.discord.take().len(), 5);
}

#[tokio::test]
async fn a_store_that_is_down_changes_nothing_and_is_told() {
    let rig = Rig::new().await;
    rig.settings.down.store(true, Ordering::Relaxed);
    let said = only(rig.says(1, ",prefix set !").await).content;
    assert!(said.starts_with("I cannot reach something I need") && said.contains("Code "), "{said}");
    let said = only(rig.says(2, ",often").await).content;
    assert!(
        said.starts_with("I cannot reach something I need"),
        "whether the module is on is unknown: {said}"
    );
    assert!(only(rig.says(3, ",ping").await).content.starts_with("Pong!"));
    rig.settings.down.store(false, Ordering::Relaxed);
    assert_eq!(only(rig.says(4, ",often").await).content, "again");
}

#[tokio::test]
async fn a_directory_that_is_down_is_told_and_an_edit_tries_again() {
    let rig = Rig::new().await;
    rig.eyes.down.store(true, Ordering::Relaxed);
    let said = only(rig.says(1, ",ping").await).content;
    assert!(said.starts_with("I cannot reach something I need"), "{said}");
    rig.eyes.down.store(false, Ordering::Relaxed);
    let effects = rig.edits(1, ",ping again").await;
    assert!(
        matches!(&effects[..], [Effect::Edit { message, .. }] if message.content.contains("`again`")),
        "{effects:?}"
    );
}

#[tokio::test]
async fn a_direct_message_and_the_note_about_it_have_numbers_of_their_own() {
    let rig = Rig::new().await;
    let effects = rig.says(9, ",quiet").await;
    let [Effect::Whisper { nonce: Some(whispered), message, .. }, Effect::Say { nonce: Some(said), .. }] =
        &effects[..]
    else {
        panic!("{effects:?}")
    };
    assert_ne!(whispered, said);
    assert_eq!((message.content.as_str(), message.private), ("for you", false));
    let effects = rig.edits(9, ",hush").await;
    assert!(
        matches!(&effects[..], [Effect::Whisper { nonce: None, .. }, Effect::Edit { .. }]),
        "{effects:?}"
    );
}

#[tokio::test]
async fn a_private_command_is_private_either_way() {
    let rig = Rig::new().await;
    assert!(only(rig.slash(1, "quiet", &json!({})).await).private);
    let effects = rig.says(2, ",quiet").await;
    assert!(matches!(&effects[..], [Effect::Whisper { .. }, Effect::Say { .. }]), "{effects:?}");
}

#[tokio::test]
async fn ids_need_not_tell_the_time_nor_differ_between_kinds() {
    let rig = Rig::new().await;
    assert_eq!(rig.says(5, ",pnig").await, []);
    assert_eq!(only(rig.edits(5, ",ping").await).content, "Pong!");
    assert_eq!(rig.slash(5, "ping", &json!({})).await.len(), 1, "an interaction with the id of a message");
    assert_eq!(rig.slash(5, "ping", &json!({})).await, [], "the same interaction again");
    assert_eq!(rig.says(u64::MAX, ",ping").await.len(), 1);
    assert_eq!(rig.slash(u64::MAX, "ping", &json!({})).await.len(), 1);
}

#[tokio::test]
async fn an_interaction_without_its_channel_is_answered() {
    let rig = Rig::new().await;
    assert_eq!(rig.slash(1, "ping", &json!({ "channel": null })).await.len(), 1);
    assert_eq!(rig.slash(2, "ping", &json!({ "channel_id": null })).await.len(), 1);
}

#[tokio::test]
async fn a_thread_is_age_restricted_if_its_channel_is() {
    let rig = Rig::new().await;
    let thread =
        json!({ "channel": { "id": THREAD.to_string(), "type": 11 }, "channel_id": THREAD.to_string() });
    assert_eq!(only(rig.slash(1, "adult", &thread).await).content, "boo");
    assert!(only(rig.slash(2, "adult", &json!({})).await).private);
}

#[tokio::test]
async fn a_thread_can_be_named_as_channel() {
    let rig = Rig::new().await;
    assert_eq!(
        only(rig.says(1, &format!(",where <#{THREAD}>")).await).content,
        format!("{THREAD} PublicThread")
    );
    assert!(only(rig.says(2, ",where <#5>").await).content.starts_with("I cannot find `<#5>`"));
}

#[tokio::test]
async fn a_slash_command_that_is_gone_is_answered() {
    let rig = Rig::new().await;
    let reply = only(rig.slash(1, "gone", &json!({})).await);
    assert!(reply.private);
    assert_eq!(reply.content, "There is no command `/gone`.");
}

#[tokio::test]
async fn one_press_of_a_prompt_counts() {
    let rig = Rig::new().await;
    let prompt = buttons(&only(rig.slash(1, "sure", &json!({})).await));
    rig.difficult.failing.store(true, Ordering::Relaxed);
    assert_eq!(only(rig.presses(2, &prompt[0], 77).await).content, "not now");
    rig.difficult.failing.store(false, Ordering::Relaxed);
    let second = only(rig.presses(3, &prompt[0], 77).await);
    assert_eq!(second.content, "Really really?", "a press that was refused may be repeated");
    for (id, button) in [(4, 0), (5, 1)] {
        let effects = rig.presses(id, &prompt[button], 77).await;
        assert!(matches!(&effects[..], [Effect::Acknowledge { .. }]), "{effects:?}");
    }
    assert_eq!(*rig.difficult.acts.lock().unwrap(), ["really 42"]);
    assert_eq!(
        only(rig.presses(6, &prompt[0], 78).await).content,
        "Really really?",
        "another message, another prompt"
    );
}

#[tokio::test]
async fn a_second_prompt_in_the_same_message_works() {
    let rig = Rig::new().await;
    let first = buttons(&only(rig.slash(1, "sure", &json!({})).await));
    rig.clock.0.send_modify(|now| *now = Timestamp::from_millis(now.as_millis() + 5));
    let second = buttons(&only(rig.presses(2, &first[0], 77).await));
    assert_eq!(only(rig.presses(3, &second[0], 77).await).content, "done");
    assert_eq!(*rig.difficult.acts.lock().unwrap(), ["really 42", "again 42"]);
}

#[tokio::test]
async fn a_clock_that_is_set_back_stops_nobody_for_long() {
    let rig = Rig::new().await;
    assert_eq!(only(rig.says(1, ",often").await).content, "again");
    rig.clock.jump(-3_600);
    assert_eq!(only(rig.says(2, ",often").await).content, "again");
    assert!(only(rig.says(3, ",often").await).content.starts_with("That was a little fast"));
    rig.clock.jump(11);
    assert_eq!(only(rig.says(4, ",often").await).content, "again");
}

#[tokio::test]
async fn only_people_give_commands() {
    let rig = Rig::new().await;
    let mut bot = user();
    bot["bot"] = json!(true);
    assert_eq!(rig.says_with(1, ",ping", &json!({ "author": bot })).await, []);
    assert_eq!(rig.says_with(2, ",ping", &json!({ "webhook_id": "5" })).await, []);
    assert_eq!(rig.says_with(3, ",ping", &json!({ "type": 6 })).await, []);
    assert_eq!(rig.says_with(4, ",ping", &json!({ "type": 19 })).await.len(), 1);
}

#[tokio::test]
async fn a_listener_that_panics_in_its_call_stops_nothing() {
    let rig = Rig::new().await;
    assert_eq!(rig.says(1, "hello").await, []);
    assert_eq!(rig.says(2, ",ping").await.len(), 1);
}

#[tokio::test]
async fn a_shutdown_waits_as_long_as_it_is_told_to() {
    let rig = Rig::new().await;
    rig.says(1, ",slow").await;
    let bot = rig.bot.clone();
    let drained = tokio::spawn(async move { bot.drain(Duration::from_secs(10)).await });
    rig.rests().await;
    assert!(!drained.is_finished());
    rig.clock.jump(10);
    assert!(!drained.await.unwrap(), "the command still runs");
}

#[tokio::test]
async fn the_last_prefix_stays() {
    let rig = Rig::new().await;
    let kept = "`,` is the only prefix here, so it has to stay. Set another one instead.";
    assert_eq!(only(rig.says(1, ",prefix remove ,").await).content, kept);
    rig.says(2, ",prefix set ,").await;
    assert_eq!(only(rig.says(3, ",prefix remove ,").await).content, kept);
    rig.says(4, ",prefix set !").await;
    assert_eq!(
        only(rig.says(5, "!prefix remove !").await).content,
        "`!` is no prefix any more. What remains: `,`"
    );
}

#[tokio::test]
async fn what_is_still_being_typed_runs_nothing() {
    let rig = Rig::new().await;
    let data = json!({ "id": "1", "name": "ping", "type": 1, "options": [] });
    let effects = rig.interacts(1, 4, data, &json!({})).await;
    assert!(matches!(&effects[..], [Effect::Suggest { choices, .. }] if choices.is_empty()), "{effects:?}");
}

#[tokio::test]
async fn forged_and_empty_custom_ids_are_refused() {
    let rig = Rig::new().await;
    for (id, custom_id) in
        [(1, ""), (2, "....."), (3, "core:cancel:.AAAAAAAAAAA.AAAAAA.AAAAAAAAAAAAAAAAAAAAAA")]
    {
        let reply = only(rig.presses(id, custom_id, 5).await);
        assert!(reply.private && reply.content.starts_with("I do not know this button"), "{custom_id}");
    }
}

#[tokio::test]
async fn pages_of_help_keep_the_prefix_and_fit_discord() {
    let rig = Rig::new().await;
    let first = only(rig.says(1, ",help").await);
    let turn = buttons(&first).pop().unwrap();
    let second = only(rig.presses(2, &turn, 5).await);
    let shown = serde_json::to_string(&second.embeds).unwrap();
    assert!(shown.contains("`,many`") && !shown.contains("`/many`"), "{shown}");
}

#[tokio::test]
async fn a_cooldown_that_nothing_would_count_is_refused_at_the_start() {
    struct Patient;
    impl Module for Patient {
        fn name(&self) -> &'static str {
            "patient"
        }
        fn commands(self: Arc<Self>) -> Vec<Command> {
            let limit = Limit::new(1, Duration::from_hours(24));
            vec![
                Command::new(async |_: Call, _: Adult| Ok(Reply::text("x")))
                    .rules(Rules::new().cooldown(limit)),
            ]
        }
    }
    let built = Bot::builder(Rig::new().await.ports).module(Arc::new(Patient)).build().await;
    assert!(
        matches!(built, Err(BuildError::Catalogue(CatalogueError::Cooldown { command })) if command == "adult")
    );
}

#[tokio::test]
async fn what_a_module_keeps_has_to_be_in_the_inventory() {
    struct Hoarder;
    impl Module for Hoarder {
        fn name(&self) -> &'static str {
            "hoarder"
        }
        fn keeps(&self) -> &'static [&'static StoreDecl] {
            const NOTES: StoreDecl = StoreDecl::new(StoreKind::MemCache, "notes", "hoarder");
            &[&NOTES]
        }
    }
    let inventory = Inventory::builder()
        .purpose::<CoreCommands>()
        .purpose::<CoreSettings>()
        .purpose::<SecurityAbuse>()
        .module("core", casey_core::privacy::STORES)
        .build()
        .unwrap();
    let desk = PrivacyDesk {
        inventory: Arc::new(inventory),
        holders: Vec::new(),
        objections: Arc::new(casey_privacy::MemoryObjections::new()),
        policy: None,
    };
    let ports = Rig::new().await.ports;
    let builder = || Bot::builder(ports.clone()).privacy(desk.clone());
    assert!(builder().build().await.is_ok());
    let built = builder().module(Arc::new(Hoarder)).build().await;
    assert!(matches!(built, Err(BuildError::Undeclared { module: "hoarder", store: "notes" })), "{built:?}");
}

#[tokio::test]
async fn where_casey_may_not_read_the_history_it_speaks_without_replying() {
    let rig = Rig::new().await;
    let replies = rig.says(1, ",ping").await;
    assert!(matches!(&replies[..], [Effect::Say { reply_to: Some(_), .. }]), "{replies:?}");
    let speaks = Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES;
    rig.eyes.inner.member(Id::new(CASEY), "Casey", speaks);
    let speech = rig.says(2, ",ping").await;
    assert!(matches!(&speech[..], [Effect::Say { reply_to: None, .. }]), "{speech:?}");
}

#[tokio::test]
async fn what_discord_forbids_although_it_seemed_allowed_is_told_directly() {
    let rig = Rig::new().await;
    rig.discord.fail_next(DiscordErrorKind::Forbidden);
    let effects = rig.says(1, ",ping").await;
    let [Effect::Say { .. }, Effect::Whisper { message, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert!(
        message.content.starts_with("I cannot answer in <#800000000000000002>: Discord does not let me.")
    );
}

#[tokio::test]
async fn a_slow_store_defers_an_interaction() {
    let rig = Rig::new().await;
    rig.settings.stuck.store(true, Ordering::Relaxed);
    assert_eq!(rig.slash(1, "often", &json!({})).await, []);
    rig.clock.jump(2);
    rig.rests().await;
    assert!(matches!(rig.discord.take()[..], [Effect::Defer { .. }]));
    rig.settings.stuck.store(false, Ordering::Relaxed);
    rig.rests().await;
    let effects = rig.discord.take();
    assert!(
        matches!(&effects[..], [Effect::Amend { message, .. }] if message.content == "again"),
        "{effects:?}"
    );
}
