//! What holds for whatever people write.

use super::{
    CommandOptionType::{
        Boolean, Channel, Integer, Mentionable, Number, Role, String as Text, SubCommand, User,
    },
    *,
};
use proptest::prelude::*;

/// Text as nobody should write it: any characters, among pieces that mean something to the reader.
fn wild() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => prop::sample::select(vec![
            "\"", "“", "”", "\\", "`", "```", "--", "—", "--count", "--on=", "--no-on", "--text", "--who=\"", "<@", "<@0>",
            "<@!1>", "<@&1>", "<#1>", ">", "@everyone", "@", "#", "bob", "sam", "general", "100000000000000002", "5",
            "-5.5", "9999999999999999999", "yes", "week", "set", "\u{200b}", "\u{202e}", "\u{feff}", "\0", "\n", "e\u{301}",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => any::<String>(),
    ];
    let space = prop::sample::select(vec!["", " ", " ", "\n", "\u{a0}"]);
    prop::collection::vec((piece, space), 0..12)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, space)| piece + space).collect())
}

/// An option of any kind, by number, named after its place.
fn any_option(at: usize, kind: usize, needed: bool) -> CommandOption {
    let kinds = [Text, Integer, Boolean, User, Channel, Role, Mentionable, Number, Text];
    let names = ["text", "count", "on", "who", "where", "role", "whom", "share", "pick"];
    let kind = kind % kinds.len();
    let made =
        CommandOption { required: Some(needed), ..option(kinds[kind], &format!("{}{at}", names[kind])) };
    if kind == 8 {
        CommandOption {
            choices: Some(choices(vec![("Day", "d".to_owned()), ("A week", "w".to_owned())])),
            ..made
        }
    } else {
        made
    }
}

fn any_options() -> impl Strategy<Value = Vec<CommandOption>> {
    prop::collection::vec((0_usize..9, any::<bool>()), 0..6).prop_map(|options| {
        options.into_iter().enumerate().map(|(at, (kind, needed))| any_option(at, kind, needed)).collect()
    })
}

/// A value for every option, as a word that stands for it and the value it stands for.
fn value_of(option: &CommandOption, seed: u64, text: &str, quote: bool) -> (String, String) {
    let bit = seed.is_multiple_of(2);
    let pick = |yes: &str, no: &str| if bit { yes.to_owned() } else { no.to_owned() };
    match option.kind {
        Text if option.choices.is_some() => (pick("DAY", "\"a week\""), pick("\"d\"", "\"w\"")),
        Text => {
            let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
            let bare = !quote && text.chars().all(char::is_alphanumeric);
            (if bare { text.to_owned() } else { format!("\"{escaped}\"") }, format!("{text:?}"))
        }
        Integer => {
            let value = i64::try_from(seed >> 11).unwrap() * if bit { 1 } else { -1 };
            (value.to_string(), value.to_string())
        }
        Number => {
            let value = f64::from(u32::try_from(seed >> 32).unwrap()) / 64.0;
            (value.to_string(), value.to_string())
        }
        Boolean => (pick("On", "no"), bit.to_string()),
        User => (pick("@bob", &format!("<@{ALICE}>")), pick("bob", "alice")),
        Channel => (pick("#general", &format!("<#{LOUNGE}>")), pick("general", "lounge")),
        Role => (pick("\"The Crew\"", "@everyone"), pick("crew", "everyone")),
        _ => (pick(&format!("<@{ZOE}>"), &format!("<@&{CREW}>")), pick("zoe", "crew")),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is written, the reading ends, and a refusal points into the text.
    #[test]
    fn any_text_gives_a_reading(options in any_options(), text in wild(), reply in any::<bool>(), grouped in any::<bool>()) {
        let places = options.len() * (text.split_whitespace().count() + 1) * 2 + 2;
        let bare = ["set"];
        let options = if grouped { vec![group(SubCommand, "set", options)] } else { options };
        let schema = command("test", options);
        let author = user(ALICE, "alice");
        let replied = Some(Replied { author: Some(&author), ..Replied::default() }).filter(|_| reply);
        let message = MessageContext { replied, ..here() };
        let request = Request { bare: Some(&bare), ..Request::new(&schema, &text, message) };
        let (result, rounds) = finish(&request);
        prop_assert!(rounds <= places, "{rounds} rounds");
        if let Err(refusal) = result {
            prop_assert!(text.get(refusal.span.clone()).is_some(), "{:?} in {:?}", refusal.span, text);
            prop_assert!(!refusal.pointer(&text).is_empty());
        }
    }

    /// Every word is part of a value, a flag or a sub-command, or the text is refused.
    #[test]
    fn no_word_is_lost(options in any_options(), text in wild()) {
        let schema = command("test", vec![group(SubCommand, "set", options)]);
        let text = format!("set {text}");
        if let Ok(read) = finish(&Request::new(&schema, &text, here())).0 {
            let mut left = text.clone().into_bytes();
            left[..3].fill(b' ');
            for span in &read.spans {
                left[span.clone()].fill(b' ');
            }
            let left = String::from_utf8(left).unwrap();
            let left = left.trim();
            // All that remains may be the mark that ends flags.
            prop_assert!(left.is_empty() || left == "--", "{left:?} of {text:?} is lost in {}", show(&read.options));
        }
    }

    /// What is written for a set of values is read as those values, by place or by name.
    #[test]
    fn values_survive_being_written(
        options in any_options(),
        seeds in prop::collection::vec(any::<u64>(), 6),
        texts in prop::collection::vec("[^\\p{White_Space}\0]{1,5}|[ -~]{1,12}|\\PC{1,8}", 6),
        quote in prop::collection::vec(any::<bool>(), 6),
        by_name in prop::collection::vec(any::<bool>(), 6),
    ) {
        prop_assume!(texts.iter().all(|text| !text.trim().is_empty()));
        let mut words = Vec::new();
        let mut expected = Vec::new();
        let last = super::super::leaf::greedy(&options);
        for (at, option) in options.iter().enumerate() {
            let (word, value) = value_of(option, seeds[at], &texts[at], quote[at]);
            // An option after the one that takes the rest can only be given by name.
            let flag = by_name[at] || last.is_some_and(|last| last < at);
            words.push(if flag { format!("--{}={word}", option.name) } else { word });
            expected.push(format!("{}={value}", option.name));
        }
        let text = words.join(" ");
        let schema = command("test", options);
        prop_assert_eq!(shown(&Request::new(&schema, &text, here())), expected.join(" "), "{}", text);
    }

    /// The rest of the line is kept as it is.
    #[test]
    fn the_tail_is_untouched(tail in "[a-z\"`][ -,.-~\n“”🎉]{0,60}[a-z]") {
        let schema = command("test", vec![required(Integer, "count"), required(Text, "text")]);
        let text = format!("5 {tail}");
        let read = finish(&Request::new(&schema, &text, here())).0.unwrap();
        prop_assert_eq!(&read.options[1].value, &CommandOptionValue::String(tail));
    }
}
