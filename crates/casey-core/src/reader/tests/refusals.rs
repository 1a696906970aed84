//! What refusals say and where they point.

use super::{
    CommandOptionType::{Integer, Number, String as Text, SubCommand, User},
    *,
};
use twilight_model::application::command::CommandOptionValue as Bound;

fn refusal(options: Vec<CommandOption>, text: &str) -> Refusal {
    *finish(&Request::new(&command("test", options), text, here())).0.unwrap_err()
}

#[test]
fn a_refusal_points_at_the_words() {
    let options = vec![group(
        SubCommand,
        "set",
        vec![required(User, "who"), required(Integer, "count"), option(Text, "reason")],
    )];
    let text = "set bob many apples";
    let refusal = refusal(options, text);
    assert_eq!(refusal.path, ["set"]);
    assert_eq!(refusal.option.as_deref(), Some("count"));
    assert_eq!(refusal.read(text), "many");
    assert_eq!(refusal.expected, Expectation::Integer { min: None, max: None });
    assert_eq!(refusal.pointer(text), "set bob many apples\n        ^^^^");
}

#[test]
fn bounds_are_told() {
    let count = CommandOption { min_value: Some(Bound::Integer(1)), ..required(Integer, "count") };
    let expected = Expectation::Integer { min: Some(1), max: Some(9_007_199_254_740_991) };
    assert_eq!(refusal(vec![count], "0").expected, expected);
    let share = CommandOption { max_value: Some(Bound::Number(0.5)), ..required(Number, "share") };
    let Expectation::Number { min, max } = refusal(vec![share], "0.6").expected else {
        panic!("not a number")
    };
    assert_eq!((min, max), (Some(-9_007_199_254_740_991.0), Some(0.5)));
    let name = CommandOption { max_length: Some(3), ..required(Text, "name") };
    let refusal = refusal(vec![name], "four");
    assert_eq!(refusal.kind, RefusalKind::TooLong { length: 4, max: 3 });
    assert_eq!(refusal.expected, Expectation::Text { min: 1, max: 3 });
}

#[test]
fn candidates_are_told() {
    let candidates = vec!["sam#1".to_owned(), "sam#2".to_owned()];
    assert_eq!(refusal(vec![required(User, "who")], "sam").kind, RefusalKind::Ambiguous { candidates });
}

#[test]
fn the_reason_nearest_to_what_was_meant_is_given() {
    let count = CommandOption { max_value: Some(Bound::Integer(10)), ..option(Integer, "count") };
    let options = vec![option(CommandOptionType::Boolean, "on"), count];
    let refusal_of = |text| {
        let refusal = refusal(options.clone(), text);
        (refusal.option, refusal.kind)
    };
    assert_eq!(refusal_of("50"), (Some("count".into()), RefusalKind::OutOfRange));
    assert_eq!(refusal_of("x"), (Some("on".into()), RefusalKind::Misfit));
    assert_eq!(refusal_of("yes 5 6"), (None, RefusalKind::Surplus));
    // A text too long for the option that would take it is told as that.
    let reason = CommandOption { max_length: Some(5), ..option(Text, "reason") };
    let refusal = refusal(vec![option(Integer, "count"), reason], "much too long");
    assert_eq!(refusal.option.as_deref(), Some("reason"));
    assert!(matches!(refusal.kind, RefusalKind::TooLong { .. }));
}
