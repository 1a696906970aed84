//! `help` when there is more than fits a page.
#![allow(clippy::unwrap_used, missing_docs)]

use std::sync::Arc;

use casey_core::{Call, Command, Module, Reply, testing::Stage};
use twilight_interactions::command::{CommandModel, CreateCommand};
use twilight_model::channel::message::{Component, component::SelectMenu};

macro_rules! commands {
    ($($kind:ident $name:literal),*) => {
        $(
            #[derive(CommandModel, CreateCommand)]
            #[command(name = $name, desc = "One of many")]
            struct $kind {}
        )*

        fn many() -> Vec<Command> {
            vec![$(Command::new(async |_: Call, _: $kind| Ok(Reply::text($name)))),*]
        }
    };
}

commands!(
    A "a1", B "b2", C "c3", D "d4", E "e5", F "f6", G "g7", H "h8", I "i9", J "j10", K "k11", L "l12", M "m13"
);

struct Crowd;

impl Module for Crowd {
    fn name(&self) -> &'static str {
        "crowd"
    }

    fn title(&self) -> &'static str {
        "Crowd"
    }

    fn commands(self: Arc<Self>) -> Vec<Command> {
        many()
    }
}

fn menu(reply: &Reply) -> &SelectMenu {
    let mut rows = reply.components.iter().filter_map(|row| match row {
        Component::ActionRow(row) => row.components.first(),
        _ => None,
    });
    rows.find_map(|one| if let Component::SelectMenu(menu) = one { Some(menu) } else { None }).unwrap()
}

fn shown(reply: &Reply) -> String {
    serde_json::to_string(&reply.embeds).unwrap()
}

fn chosen(reply: &Reply) -> Vec<String> {
    let options = menu(reply).options.clone().unwrap();
    options.into_iter().filter(|option| option.default).map(|option| option.value).collect()
}

#[tokio::test]
async fn a_part_of_help_can_be_chosen_and_paged() {
    let stage = Stage::builder().module(Arc::new(Crowd)).raise().await;
    stage.says(Stage::BOB, ",help").await;
    let first = stage.reply();
    assert_eq!(first.components.len(), 2, "pages, and the menu");
    assert_eq!(chosen(&first), ["*"]);
    let titles: Vec<String> =
        menu(&first).options.iter().flatten().map(|option| option.label.clone()).collect();
    assert_eq!(titles, ["Everything", "General", "Crowd"]);

    stage.chooses(Stage::BOB, &first.components, &menu(&first).custom_id, &["core"]).await;
    let core = stage.reply();
    assert!(shown(&core).contains("`,ping`") && !shown(&core).contains("`,a1`"), "{core:?}");
    assert_eq!((core.components.len(), chosen(&core)), (1, vec!["core".to_owned()]));

    stage.chooses(Stage::BOB, &core.components, &menu(&core).custom_id, &["crowd"]).await;
    let crowd = stage.reply();
    assert!(
        shown(&crowd).contains("`,l12`") && !shown(&crowd).contains("`,m13`"),
        "the prefix stays: {crowd:?}"
    );
    let Component::ActionRow(pages) = &crowd.components[0] else { panic!("{crowd:?}") };
    let Component::Button(next) = &pages.components[2] else { panic!("{crowd:?}") };
    stage.presses(Stage::BOB, next.custom_id.as_deref().unwrap()).await;
    let second = stage.reply();
    assert!(shown(&second).contains("`,m13`") && !shown(&second).contains("`,ping`"), "{second:?}");
    assert_eq!(chosen(&second), ["crowd"]);

    stage.chooses(Stage::BOB, &second.components, &menu(&second).custom_id, &["*"]).await;
    assert_eq!(stage.reply().embeds, first.embeds);
}

#[tokio::test]
async fn a_page_is_enough_where_everything_fits_it() {
    let stage = Stage::builder().raise().await;
    stage.says(Stage::BOB, ",help").await;
    assert_eq!(stage.reply().components, []);
}
