//! Options given by name.

use super::{
    CommandOptionType::{Boolean, Integer, String as Text, User},
    *,
};

fn ban() -> Vec<CommandOption> {
    let max = CommandOption { max_value: Some(7.into()), ..option(Integer, "delete_days") };
    vec![required(User, "who"), option(Text, "reason"), max, option(Boolean, "silent")]
}

fn roll() -> Vec<CommandOption> {
    vec![option(Integer, "count"), option(Integer, "sides"), option(Boolean, "secret")]
}

#[test]
fn flags_stand_before_and_after_the_rest_of_the_line() {
    let expected = "who=bob reason=\"rude words\" delete_days=3 silent=true";
    for text in [
        "bob --delete_days 3 --silent rude words",
        "--silent --delete-days=3 bob rude words",
        "--silent bob --DELETE_DAYS=\"3\" rude words",
        "bob rude words --silent --delete_days 3",
        "bob --silent rude words --delete_days 3",
        "bob —silent rude words —delete_days 3",
        "bob --sil rude words --del 3",
        "--who bob --reason \"rude words\" --del 3 --sil",
        "--who=bob --reason=\"rude words\" --del 3 --sil",
    ] {
        assert_eq!(reading(&ban(), text), expected, "{text}");
    }
}

#[test]
fn a_boolean_flag_takes_no_word() {
    assert_eq!(reading(&ban(), "bob --silent no mercy"), "who=bob reason=\"no mercy\" silent=true");
    assert_eq!(reading(&ban(), "bob --silent=no mercy"), "who=bob reason=\"mercy\" silent=false");
    assert_eq!(reading(&ban(), "bob --no-silent mercy"), "who=bob reason=\"mercy\" silent=false");
    assert_eq!(reading(&ban(), "bob mercy --no-sil"), "who=bob reason=\"mercy\" silent=false");
}

#[test]
fn dashes_inside_the_rest_of_the_line_are_text() {
    for reason in
        ["this -- or that", "a --silent b", "--unknown thing", "--no-reason at all", "-1", "a --", "— so"]
    {
        assert_eq!(reading(&ban(), &format!("bob {reason}")), format!("who=bob reason={reason:?}"));
    }
}

#[test]
fn two_dashes_end_flags() {
    assert_eq!(reading(&ban(), "bob -- --silent"), "who=bob reason=\"--silent\"");
    assert_eq!(reading(&ban(), "-- bob rude --silent"), "who=bob reason=\"rude --silent\"");
    assert_eq!(reading(&ban(), "bob --silent --"), "who=bob silent=true");
    assert_eq!(reading(&roll(), "-- 3 --secret"), "Misfit sides \"--secret\"");
}

#[test]
fn flags_free_their_option_from_the_words() {
    assert_eq!(reading(&roll(), "--count 3 6"), "count=3 sides=6");
    assert_eq!(reading(&roll(), "6 --count 3"), "count=3 sides=6");
    assert_eq!(reading(&roll(), "--sides 6 3 yes"), "count=3 sides=6 secret=true");
    assert_eq!(reading(&ban(), "--reason rude bob and more"), "Surplus - \"and\"");
}

#[test]
fn flags_are_refused_by_name() {
    assert_eq!(reading(&roll(), "--cuont 3"), "UnknownFlag - \"--cuont\"");
    assert_eq!(reading(&roll(), "--s 3"), "UnknownFlag - \"--s\"");
    assert_eq!(reading(&roll(), "--no-count"), "UnknownFlag - \"--no-count\"");
    assert_eq!(reading(&roll(), "--count"), "Missing count \"--count\"");
    assert_eq!(reading(&roll(), "--count= 3"), "Missing count \"--count=\"");
    assert_eq!(reading(&roll(), "--count --secret"), "Missing count \"--count\"");
    assert_eq!(reading(&roll(), "--count 3 --count 4"), "Repeated count \"--count 4\"");
    assert_eq!(reading(&roll(), "--count x"), "Misfit count \"x\"");
    assert_eq!(reading(&ban(), "bob rude --delete_days 9"), "OutOfRange delete_days \"9\"");
    assert_eq!(reading(&ban(), "bob rude --delete_days"), "Missing delete_days \"--delete_days\"");
    let schema = command("roll", roll());
    let refusal = finish(&Request::new(&schema, "--cuont=3", here())).0.unwrap_err();
    let names = vec!["count".into(), "sides".into(), "secret".into()];
    assert_eq!(refusal.kind, RefusalKind::UnknownFlag { names, nearest: Some("count".into()) });
}

#[test]
fn the_span_of_a_flag_covers_flag_and_value() {
    let schema = command("roll", roll());
    let text = "6 --count  3 --secret";
    let read = finish(&Request::new(&schema, text, here())).0.unwrap();
    assert_eq!(read.span("count").map(|span| &text[span]), Some("--count  3"));
    assert_eq!(read.span("secret").map(|span| &text[span]), Some("--secret"));
}
