//! Usage lines.

use super::{
    CommandOptionType::{
        Attachment as File, Boolean, Integer, String as Text, SubCommand, SubCommandGroup, User,
    },
    *,
};

#[test]
fn usage_shows_what_to_write() {
    let kind = CommandOption {
        choices: Some(choices(vec![("text", "t".to_owned()), ("voice", "v".to_owned())])),
        ..option(Text, "kind")
    };
    let ban = vec![
        required(User, "who"),
        kind,
        option(Text, "reason"),
        option(Integer, "days"),
        option(Boolean, "silent"),
    ];
    let schema = command("ban", ban);
    let none: [&str; 0] = [];
    assert_eq!(usage_line(&schema, &none, ","), ",ban <who> [text|voice] [reason…] [--days days] [--silent]");
    let schema = command("post", vec![required(File, "picture"), required(Integer, "count")]);
    assert_eq!(usage_line(&schema, &none, "!"), "!post <file> <count>");
}

#[test]
fn usage_of_a_group_shows_its_names() {
    let set = group(SubCommand, "set", vec![required(Text, "prefix")]);
    let list = group(SubCommand, "list", vec![]);
    let schema = command("settings", vec![group(SubCommandGroup, "prefix", vec![set, list])]);
    assert_eq!(usage_line(&schema, &["prefix", "set"], ","), ",settings prefix set <prefix…>");
    assert_eq!(usage_line(&schema, &["prefix".to_owned()], ","), ",settings prefix <set|list>");
    assert_eq!(usage_line(&schema, &["prefix", "gone"], ","), ",settings prefix <set|list>");
}

#[test]
fn long_lists_of_choices_give_way_to_the_name() {
    let names: Vec<String> = (0..25).map(|at| format!("choice {at}")).collect();
    let many = CommandOption {
        choices: Some(choices(names.iter().map(|name| (&**name, name.clone())).collect())),
        ..required(Text, "pick")
    };
    assert_eq!(usage_line::<&str>(&command("pick", vec![many]), &[], ","), ",pick <pick>");
}
