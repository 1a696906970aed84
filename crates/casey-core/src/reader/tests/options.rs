//! One option at a time, and several in order.

use super::{
    CommandOptionType::{Boolean, Integer, Number, String as Text, User},
    *,
};
use twilight_model::application::command::CommandOptionValue as Bound;

#[test]
fn a_command_without_options_takes_no_words() {
    assert_eq!(reading(&[], ""), "");
    assert_eq!(reading(&[], " \n"), "");
    assert_eq!(reading(&[], "now please"), "Surplus - \"now\"");
    assert_eq!(reading(&[], "--now"), "Surplus - \"--now\"");
}

#[test]
fn the_last_string_is_the_rest_of_the_line_untouched() {
    let options = [required(Integer, "count"), required(Text, "reason")];
    assert_eq!(reading(&options, "5  two  words\nand more "), r#"count=5 reason="two  words\nand more""#);
    assert_eq!(reading(&options, r#"5 "all of it""#), r#"count=5 reason="all of it""#);
    assert_eq!(reading(&options, r#"5 "not all" of it"#), r#"count=5 reason="\"not all\" of it""#);
    assert_eq!(reading(&options, "5 ```rs\nx\n```"), r#"count=5 reason="```rs\nx\n```""#);
    assert_eq!(reading(&options, "5"), "Missing reason \"\"");
    assert_eq!(reading(&options, "x y"), "Misfit count \"x\"");
}

#[test]
fn earlier_strings_are_one_word_or_quoted() {
    let options = [required(Text, "key"), required(Text, "value")];
    assert_eq!(reading(&options, "a b c"), r#"key="a" value="b c""#);
    assert_eq!(reading(&options, "“a b” c"), r#"key="a b" value="c""#);
    assert_eq!(reading(&options, r#""a \"b\"" c"#), r#"key="a \"b\"" value="c""#);
    assert_eq!(reading(&options, r#""a b"#), r#"key="\"a" value="b""#);
}

#[test]
fn lengths_count_characters() {
    let name = CommandOption { min_length: Some(2), max_length: Some(4), ..required(Text, "name") };
    assert_eq!(one(&name, "äöü🎉"), "name=\"äöü🎉\"");
    assert_eq!(one(&name, "x"), "TooShort name \"x\"");
    assert_eq!(one(&name, "a b c"), "TooLong name \"a b c\"");
    assert_eq!(reading(&[name], "\"\""), "TooShort name \"\\\"\\\"\"");
}

#[test]
fn integers_are_plain_and_bounded() {
    let count = CommandOption {
        min_value: Some(Bound::Integer(-2)),
        max_value: Some(Bound::Integer(100)),
        ..required(Integer, "count")
    };
    for (text, expected) in [
        ("5", "count=5"),
        ("+5", "count=5"),
        ("-2", "count=-2"),
        ("-3", "OutOfRange count \"-3\""),
        ("101", "OutOfRange count \"101\""),
        ("99999999999999999999999", "OutOfRange count \"99999999999999999999999\""),
        ("1_000", "Misfit count \"1_000\""),
        ("1,000", "Misfit count \"1,000\""),
        ("1.0", "Misfit count \"1.0\""),
        ("٣", "Misfit count \"٣\""),
        ("-", "Misfit count \"-\""),
    ] {
        assert_eq!(one(&count, text), expected);
    }
    let any = [required(Integer, "count")];
    assert_eq!(reading(&any, "9007199254740991"), "count=9007199254740991");
    assert_eq!(reading(&any, "9007199254740992"), "OutOfRange count \"9007199254740992\"");
}

#[test]
fn numbers_have_a_point_but_no_exponent() {
    let share = CommandOption { max_value: Some(Bound::Integer(1)), ..required(Number, "share") };
    for (text, expected) in [
        ("0.5", "share=0.5"),
        (".5", "share=0.5"),
        ("-0.25", "share=-0.25"),
        ("1.5", "OutOfRange share \"1.5\""),
        ("1e-3", "Misfit share \"1e-3\""),
        ("inf", "Misfit share \"inf\""),
        ("NaN", "Misfit share \"NaN\""),
        ("1.2.3", "Misfit share \"1.2.3\""),
        (".", "Misfit share \".\""),
    ] {
        assert_eq!(one(&share, text), expected);
    }
    let huge = "9".repeat(400);
    assert!(reading(&[required(Number, "share")], &huge).starts_with("OutOfRange share"));
}

#[test]
fn booleans_have_many_names() {
    let on = [required(Boolean, "on")];
    for text in ["yes", "Y", "ON", "true", "1", "enable", "enabled"] {
        assert_eq!(reading(&on, text), "on=true");
    }
    for text in ["no", "n", "Off", "false", "0", "disable", "disabled"] {
        assert_eq!(reading(&on, text), "on=false");
    }
    assert_eq!(reading(&on, "maybe"), "Misfit on \"maybe\"");
}

#[test]
fn choices_go_by_name_or_value() {
    let period = CommandOption {
        choices: Some(choices(vec![("One week", 7), ("Month", 30)])),
        ..required(Integer, "p")
    };
    assert_eq!(one(&period, "MONTH"), "p=30");
    assert_eq!(one(&period, "\"one week\""), "p=7");
    assert_eq!(one(&period, "30"), "p=30");
    assert_eq!(one(&period, "8"), "Misfit p \"8\"");
    let schema = command("test", vec![period]);
    let refusal = finish(&Request::new(&schema, "mnoth", here())).0.unwrap_err();
    let names = vec!["One week".to_owned(), "Month".to_owned()];
    assert_eq!(refusal.expected, Expectation::Choice { names, nearest: Some("Month".to_owned()) });
    let word = CommandOption {
        choices: Some(choices(vec![("Ünder", "u".to_owned()), ("Over", "o".to_owned())])),
        ..required(Text, "word")
    };
    assert_eq!(
        reading(&[word.clone(), required(Text, "rest")], "üNDER the sea"),
        r#"word="u" rest="the sea""#
    );
    assert_eq!(reading(&[word], "over more"), "Surplus - \"more\"");
}

#[test]
fn an_optional_option_leaves_a_word_that_does_not_fit() {
    let options = [option(Integer, "count"), option(Boolean, "pinned"), option(Text, "reason")];
    assert_eq!(reading(&options, ""), "");
    assert_eq!(reading(&options, "5 yes spam"), "count=5 pinned=true reason=\"spam\"");
    assert_eq!(reading(&options, "yes spam"), "pinned=true reason=\"spam\"");
    assert_eq!(reading(&options, "spam and more"), "reason=\"spam and more\"");
    // What fits an earlier option goes there.
    assert_eq!(reading(&options, "1 2"), "count=1 reason=\"2\"");
    assert_eq!(reading(&options, "1 0"), "count=1 pinned=false");
}

#[test]
fn an_optional_option_gives_way_to_a_required_one() {
    let options = [option(Integer, "count"), required(Text, "reason")];
    assert_eq!(reading(&options, "50"), "reason=\"50\"");
    assert_eq!(reading(&options, "50 x"), "count=50 reason=\"x\"");
    let options = [option(Integer, "from"), required(Integer, "to")];
    assert_eq!(reading(&options, "3"), "to=3");
    assert_eq!(reading(&options, "3 4"), "from=3 to=4");
    assert_eq!(reading(&options, "3 4 5"), "Surplus - \"5\"");
}

#[test]
fn a_further_test_tells_texts_apart() {
    let options = [required(User, "who"), option(Text, "for"), option(Text, "reason")];
    let schema = command("ban", options.to_vec());
    let accepts = |name: &str, text: &str| name != "for" || text.starts_with(|c: char| c.is_ascii_digit());
    let read = |text| shown(&Request { accepts: Some(&accepts), ..Request::new(&schema, text, here()) });
    assert_eq!(read("bob 7d rude words"), "who=bob for=\"7d\" reason=\"rude words\"");
    assert_eq!(read("bob rude words"), "who=bob reason=\"rude words\"");
    assert_eq!(read("bob --for later rude"), "Misfit for \"later\"");
}

#[test]
fn required_words_after_the_last_string_keep_it_to_one_word() {
    let options = [required(Text, "name"), required(Integer, "count")];
    assert_eq!(reading(&options, "a 5"), "name=\"a\" count=5");
    assert_eq!(reading(&options, "a b 5"), "Misfit count \"b\"");
}

#[test]
fn values_know_their_place() {
    let schema = command("test", vec![required(Integer, "count"), option(Text, "reason")]);
    let text = " 5  so it --reason-less is ";
    let read = finish(&Request::new(&schema, text, here())).0.unwrap();
    assert_eq!(read.span("count").map(|span| &text[span]), Some("5"));
    assert_eq!(read.span("reason").map(|span| &text[span]), Some("so it --reason-less is"));
    assert_eq!(read.span("other"), None);
    assert_eq!(read.resolved, None);
    assert_eq!(read.into_input().options.len(), 2);
}
