//! Sub-commands, groups, aliases, and what a bare group runs.

use super::{
    CommandOptionType::{Integer, String as Text, SubCommand, SubCommandGroup, User},
    *,
};

fn fm() -> Command {
    let now = group(SubCommand, "now", vec![option(User, "who")]);
    let recent = group(SubCommand, "recent", vec![option(Integer, "count")]);
    let set = group(SubCommand, "set", vec![required(Text, "value")]);
    let list = group(SubCommand, "list", vec![]);
    command("fm", vec![now, recent, group(SubCommandGroup, "option", vec![set, list])])
}

const ALIASES: [Alias<'static>; 3] = [
    Alias { word: "r", path: &["recent"] },
    Alias { word: "o", path: &["option"] },
    Alias { word: "ls", path: &["option", "list"] },
];

fn fm_reads(text: &str, bare: Option<&[&str]>) -> String {
    let schema = fm();
    shown(&Request { bare, aliases: &ALIASES, ..Request::new(&schema, text, here()) })
}

#[test]
fn sub_commands_go_by_name_and_alias() {
    assert_eq!(fm_reads("recent 5", None), "recent(count=5)");
    assert_eq!(fm_reads("RECENT", None), "recent()");
    assert_eq!(fm_reads("r 5", None), "recent(count=5)");
    assert_eq!(fm_reads("option set a b", None), "option(set(value=\"a b\"))");
    assert_eq!(fm_reads("o LS", None), "option(list())");
    // An alias is understood in its own group alone.
    assert_eq!(fm_reads("ls", None), "UnknownSubcommand - \"ls\"");
    assert_eq!(fm_reads("option r", None), "UnknownSubcommand - \"r\"");
}

#[test]
fn the_path_is_kept() {
    let schema = fm();
    let read = finish(&Request::new(&schema, "option set x", here())).0.unwrap();
    assert_eq!(read.path, ["option", "set"]);
    assert_eq!(read.span("value"), Some(11..12));
    assert!(matches!(&read.options[0].value, CommandOptionValue::SubCommandGroup(inner)
        if matches!(&inner[0].value, CommandOptionValue::SubCommand(_))));
}

#[test]
fn a_missing_or_unknown_name_lists_the_names() {
    let schema = fm();
    let refusal = finish(&Request::new(&schema, "option ", here())).0.unwrap_err();
    let names = vec!["set".to_owned(), "list".to_owned()];
    assert_eq!(refusal.kind, RefusalKind::MissingSubcommand { names });
    assert_eq!((refusal.path, refusal.span), (vec!["option".to_owned()], 6..6));
    let refusal = finish(&Request::new(&schema, "recnet 5", here())).0.unwrap_err();
    let names = vec!["now".to_owned(), "recent".to_owned(), "option".to_owned()];
    assert_eq!(refusal.kind, RefusalKind::UnknownSubcommand { names, nearest: Some("recent".to_owned()) });
    assert_eq!(refusal.span, 0..6);
}

#[test]
fn a_bare_group_runs_what_it_is_told_to() {
    let bare = Some(&["now"][..]);
    assert_eq!(fm_reads("", bare), "now()");
    assert_eq!(fm_reads("bob", bare), "now(who=bob)");
    assert_eq!(fm_reads("--who bob", bare), "now(who=bob)");
    assert_eq!(fm_reads("recent", bare), "recent()");
    assert_eq!(fm_reads("\"recent\"", bare), "UnknownSubcommand - \"\\\"recent\\\"\"");
    assert_eq!(fm_reads("recnet", bare), "UnknownSubcommand - \"recnet\"");
    assert_eq!(fm_reads("stranger", bare), "NotFound who \"stranger\"");
    assert_eq!(fm_reads("option", bare), "MissingSubcommand - \"\"");
    let bare = Some(&["option", "list"][..]);
    assert_eq!(fm_reads("", bare), "option(list())");
    assert_eq!(fm_reads("option", bare), "option(list())");
    assert_eq!(fm_reads("stranger", bare), "UnknownSubcommand - \"stranger\"");
    // A path that leads nowhere, or to a group, is no path.
    assert_eq!(fm_reads("", Some(&["gone"])), "MissingSubcommand - \"\"");
    assert_eq!(fm_reads("", Some(&["option"])), "MissingSubcommand - \"\"");
}
