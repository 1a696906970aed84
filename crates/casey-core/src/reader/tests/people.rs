//! Users, roles, channels, files, and what a reply adds.

use super::{
    CommandOptionType::{Attachment as File, Channel, Integer, Mentionable, Role, String as Text, User},
    *,
};

fn warn() -> Vec<CommandOption> {
    vec![required(User, "who"), option(Text, "reason")]
}

#[test]
fn users_go_by_mention_id_and_name() {
    for text in [
        format!("<@{BOB}>"),
        format!("<@!{BOB}>"),
        BOB.to_string(),
        "bob".into(),
        "@Bob".into(),
        "\"bob\"".into(),
    ] {
        assert_eq!(reading(&warn(), &text), "who=bob", "{text}");
    }
    assert_eq!(reading(&warn(), &ZOE.to_string()), "who=zoe");
    assert_eq!(reading(&warn(), "nobody"), "NotFound who \"nobody\"");
    assert_eq!(reading(&warn(), "<@100000000000000009> x"), "NotFound who \"<@100000000000000009>\"");
    assert_eq!(reading(&warn(), "sam x"), "Ambiguous who \"sam\"");
    assert_eq!(reading(&warn(), ""), "Missing who \"\"");
}

#[test]
fn what_cannot_be_a_user_is_not_looked_up() {
    let long = "x".repeat(38);
    for text in
        ["<@0>", "<@99999999999999999999999999999>", "<#1>", "<@&1>", "@here", "@everyone", "5", &long]
    {
        let schema = command("warn", warn());
        let (result, rounds) = finish(&Request::new(&schema, text, here()));
        assert_eq!(result.unwrap_err().kind, RefusalKind::Misfit, "{text}");
        assert_eq!(rounds, 0, "{text}");
    }
}

#[test]
fn a_mention_brings_user_and_member_along() {
    let mentions = [mention(BOB, "bob")];
    let schema = command("warn", warn());
    let message = MessageContext { mentions: &mentions, ..here() };
    let text = format!("<@{BOB}> spam");
    let (read, rounds) = finish(&Request::new(&schema, &text, message));
    assert_eq!(rounds, 0);
    let resolved = read.unwrap().resolved.unwrap();
    let id = Id::<UserMarker>::new(BOB);
    assert_eq!(resolved.users[&id].name, "bob");
    assert_eq!(resolved.members[&id].nick.as_deref(), Some("the mentioned"));
}

#[test]
fn people_outside_the_server_have_no_member() {
    let schema = command("warn", warn());
    let text = format!("{ZOE} {BOB}");
    let resolved = finish(&Request::new(&schema, &text, here())).0.unwrap().resolved.unwrap();
    assert_eq!(resolved.users.len(), 1);
    assert!(resolved.members.is_empty());
}

#[test]
fn a_reply_names_the_user() {
    let schema = command("warn", warn());
    let author = user(ALICE, "alice");
    let replied = Some(Replied { author: Some(&author), ..Replied::default() });
    let reply = |text| shown(&Request::new(&schema, text, MessageContext { replied, ..here() }));
    assert_eq!(reply(""), "who=alice");
    assert_eq!(reply("spam again"), "who=alice reason=\"spam again\"");
    assert_eq!(reply("bob spam"), "who=bob reason=\"spam\"");
    // Words that were meant for a person never fall to the one replied to.
    assert_eq!(reply("<@0> spam"), "Misfit who \"<@0>\"");
    assert_eq!(reply("100000000000000009 spam"), "NotFound who \"100000000000000009\"");
    assert_eq!(reply("@nobody spam"), "NotFound who \"@nobody\"");
    assert_eq!(reply("sam spam"), "Ambiguous who \"sam\"");
    assert_eq!(reply("<@0>"), "Misfit who \"<@0>\"");
    let none = Some(Replied::default());
    assert_eq!(
        shown(&Request::new(&schema, "", MessageContext { replied: none, ..here() })),
        "Missing who \"\""
    );
}

#[test]
fn the_author_of_a_reply_is_looked_up_for_membership() {
    let schema = command("warn", warn());
    for (id, in_server) in [(ALICE, true), (ZOE, false), (100_000_000_000_000_009, false)] {
        let author = user(id, "author");
        let replied = Some(Replied { author: Some(&author), ..Replied::default() });
        let request = Request::new(&schema, "", MessageContext { replied, ..here() });
        assert_eq!(read(&request, &Knowledge::new()), Reading::Need(vec![Query::User(Id::new(id))]));
        let resolved = finish(&request).0.unwrap().resolved.unwrap();
        assert!(resolved.users.contains_key(&Id::new(id)));
        assert_eq!(resolved.members.contains_key(&Id::new(id)), in_server);
        let direct = Request::new(&schema, "", MessageContext { replied, ..MessageContext::default() });
        assert_eq!(finish(&direct).1, 0);
    }
}

#[test]
fn a_reply_fills_the_option_it_is_told_to() {
    let schema = command("swap", vec![required(User, "this"), option(User, "that")]);
    let author = user(ALICE, "alice");
    let replied = Some(Replied { author: Some(&author), ..Replied::default() });
    let request = Request::new(&schema, "bob", MessageContext { replied, ..here() });
    assert_eq!(shown(&request), "this=bob");
    assert_eq!(shown(&Request { implied: Some("that"), ..request }), "this=bob that=alice");
    let schema = command("who", vec![option(Mentionable, "who")]);
    assert_eq!(shown(&Request { schema: &schema, text: "", ..request }), "who=alice");
    assert_eq!(shown(&Request { schema: &schema, text: "<@&9>", ..request }), "NotFound who \"<@&9>\"");
}

#[test]
fn a_message_brings_its_context() {
    let message = |id: &str| {
        json!({
            "id": id, "channel_id": "1", "author": {"id": ALICE.to_string(), "username": "alice", "discriminator": "0",
            "avatar": null}, "content": "", "timestamp": "2026-01-01T00:00:00+00:00", "edited_timestamp": null,
            "tts": false, "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [],
            "embeds": [], "pinned": false, "type": 0,
        })
    };
    let mut reply = message("2");
    reply["guild_id"] = HERE.to_string().into();
    reply["referenced_message"] = message("1");
    let schema = command("warn", warn());
    let read = |reply: &serde_json::Value| {
        let reply: Message = serde_json::from_value(reply.clone()).unwrap();
        shown(&Request::new(&schema, "spam", MessageContext::from(&reply)))
    };
    assert_eq!(read(&reply), "who=alice reason=\"spam\"");
    // The author of a webhook's message is no user.
    reply["referenced_message"]["webhook_id"] = "3".into();
    assert_eq!(read(&reply), "NotFound who \"spam\"");
}

#[test]
fn a_request_can_wait_for_answers_on_another_thread() {
    fn sendable<T: Send + Sync>(_: &T) {}
    let schema = command("warn", warn());
    let prefix = String::from("7");
    let accepts = |_: &str, text: &str| text.starts_with(&prefix);
    let request = Request { accepts: Some(&accepts), ..Request::new(&schema, "bob 7 days", here()) };
    sendable(&request);
    assert_eq!(shown(&request), "who=bob reason=\"7 days\"");
}

#[test]
fn roles_go_by_mention_id_and_name() {
    let options = [required(Role, "role")];
    for text in [format!("<@&{CREW}>"), CREW.to_string(), "\"the crew\"".into(), "\"@The Crew\"".into()] {
        assert_eq!(reading(&options, &text), "role=crew", "{text}");
    }
    assert_eq!(reading(&options, "@everyone"), "role=everyone");
    assert_eq!(reading(&options, &format!("<@{CREW}>")), format!("Misfit role \"<@{CREW}>\""));
    assert_eq!(reading(&options, "none"), "NotFound role \"none\"");
    let direct = command("role", options.to_vec());
    let request = Request::new(&direct, "@everyone", MessageContext::default());
    assert_eq!(shown(&request), "NotFound role \"@everyone\"");
}

#[test]
fn a_mentionable_is_a_user_or_a_role() {
    let options = [required(Mentionable, "whom")];
    for (text, expected) in [
        (format!("<@{BOB}>"), "whom=bob"),
        (BOB.to_string(), "whom=bob"),
        ("bob".into(), "whom=bob"),
        (format!("<@&{CREW}>"), "whom=crew"),
        (CREW.to_string(), "whom=crew"),
        ("\"the crew\"".into(), "whom=crew"),
        ("@everyone".into(), "whom=everyone"),
        ("sam".into(), "Ambiguous whom \"sam\""),
        ("nobody".into(), "NotFound whom \"nobody\""),
    ] {
        assert_eq!(reading(&options, &text), expected);
    }
}

#[test]
fn channels_go_by_mention_id_name_and_link() {
    let options = [required(Channel, "where")];
    for text in [
        format!("<#{GENERAL}>"),
        GENERAL.to_string(),
        "#general".into(),
        "general".into(),
        format!("https://discord.com/channels/{HERE}/{GENERAL}/100000000000000099"),
    ] {
        assert_eq!(reading(&options, &text), "where=general", "{text}");
    }
    let elsewhere = format!("https://discord.com/channels/{ALICE}/{GENERAL}");
    assert!(reading(&options, &elsewhere).starts_with("NotFound where"));
    assert_eq!(reading(&options, "<#0>"), "Misfit where \"<#0>\"");
}

#[test]
fn channels_must_be_of_the_right_type() {
    let voice = CommandOption {
        channel_types: Some(vec![ChannelType::GuildVoice, ChannelType::GuildStageVoice]),
        ..required(Channel, "where")
    };
    assert_eq!(one(&voice, "lounge"), "where=lounge");
    assert_eq!(one(&voice, "<#100000000000000021>"), "WrongChannelType where \"<#100000000000000021>\"");
    let schema = command("move", vec![voice]);
    let Reading::Need(queries) = read(&Request::new(&schema, "x", here()), &Knowledge::new()) else {
        panic!("a name must be looked up");
    };
    let types = vec![ChannelType::GuildVoice, ChannelType::GuildStageVoice];
    assert_eq!(queries, [Query::ChannelNamed { name: "x".into(), types }]);
}

#[test]
fn several_questions_are_asked_at_once() {
    let schema =
        command("test", vec![required(User, "who"), required(Channel, "where"), option(Role, "what")]);
    let request = Request::new(&schema, "bob general \"the crew\"", here());
    let (read, rounds) = finish(&request);
    assert_eq!(show(&read.unwrap().options), "who=bob where=general what=crew");
    assert_eq!(rounds, 1);
    // A text that cannot fit is refused without asking.
    let request = Request::new(&schema, "bob", here());
    assert_eq!(finish(&request).1, 0);
    assert_eq!(shown(&request), "Missing where \"\"");
}

#[test]
fn a_name_that_is_nobodys_is_left_to_the_next() {
    let options = [option(User, "who"), option(Integer, "count"), option(Text, "text")];
    assert_eq!(reading(&options, "bob 5 hello"), "who=bob count=5 text=\"hello\"");
    assert_eq!(reading(&options, "hello bob"), "text=\"hello bob\"");
    assert_eq!(reading(&options, "5"), "count=5");
    assert_eq!(reading(&options, "@5"), "text=\"@5\"");
    let options = [option(User, "who"), option(Integer, "count")];
    assert_eq!(reading(&options, "nobody"), "NotFound who \"nobody\"");
}

#[test]
fn an_answer_of_another_kind_counts_as_absent() {
    let schema = command("warn", warn());
    let mut knowledge = Knowledge::new();
    knowledge.add(Query::Member { name: "bob".into() }, role(CREW, "bob").into());
    let reading = read(&Request::new(&schema, "bob", here()), &knowledge);
    assert!(matches!(reading, Reading::Refused(Refusal { kind: RefusalKind::NotFound, .. })), "{reading:?}");
    // The first answer stays.
    knowledge.add(Query::Member { name: "bob".into() }, person(BOB, "bob"));
    assert_eq!(knowledge.len(), 1);
}

#[test]
fn files_are_taken_in_order() {
    let options = vec![required(File, "first"), option(File, "second"), option(Text, "title")];
    let schema = command("post", options);
    let files = [file(1, "a.png", "image/png"), file(2, "b.pdf", "application/pdf")];
    let with = |attachments, replied, text| {
        shown(&Request::new(&schema, text, MessageContext { attachments, replied, ..here() }))
    };
    assert_eq!(with(&files[..], None, "a title"), "first=1 second=2 title=\"a title\"");
    assert_eq!(with(&files[..1], None, ""), "first=1");
    assert_eq!(with(&[], None, ""), "Missing first \"\"");
    // Only what is required is taken from the message replied to.
    let replied = Some(Replied { attachments: &files, ..Replied::default() });
    assert_eq!(with(&[], replied, ""), "first=1");
    assert_eq!(with(&[], None, "--first x"), "Missing first \"\"");
}

#[test]
fn files_must_be_of_the_right_type() {
    let types = |types: &[&str]| Some(types.iter().map(|kind| (*kind).to_owned()).collect());
    let picture = CommandOption { file_types: types(&["image", ".PDF"]), ..required(File, "picture") };
    let schema = command("post", vec![picture]);
    let with = |files: &[Attachment]| {
        shown(&Request::new(&schema, "", MessageContext { attachments: files, ..here() }))
    };
    assert_eq!(with(&[file(1, "a.txt", "text/plain"), file(2, "b.png", "image/png")]), "picture=2");
    assert_eq!(with(&[file(3, "c.pdf", "application/pdf")]), "picture=3");
    assert_eq!(with(&[file(1, "a.txt", "text/plain")]), "WrongFileType picture \"\"");
}
