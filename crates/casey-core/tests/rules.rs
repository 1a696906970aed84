//! Rules of a server about commands: made, shown, cleared, explained, obeyed.
#![allow(clippy::unwrap_used, missing_docs)]

use std::sync::Arc;

use async_trait::async_trait;
use casey_core::{Call, Command, Module, Reply, testing::Stage};
use serde_json::json;
use twilight_interactions::command::{CommandModel, CreateCommand};

#[derive(CommandModel, CreateCommand)]
#[command(name = "dance", desc = "Dance")]
struct Dance {}

#[derive(CommandModel, CreateCommand)]
#[command(name = "sing", desc = "Sing")]
enum Sing {
    #[command(name = "loud")]
    Loud(Loud),
    #[command(name = "low")]
    Low(Low),
}

#[derive(CommandModel, CreateCommand)]
#[command(name = "loud", desc = "Sing loudly")]
struct Loud {}

#[derive(CommandModel, CreateCommand)]
#[command(name = "low", desc = "Sing softly")]
struct Low {}

struct Party;

#[async_trait]
impl Module for Party {
    fn name(&self) -> &'static str {
        "party"
    }

    fn title(&self) -> &'static str {
        "Party"
    }

    fn commands(self: Arc<Self>) -> Vec<Command> {
        vec![
            Command::new(async |_: Call, _: Dance| Ok(Reply::text("dancing"))),
            Command::new(async |_: Call, _: Sing| Ok(Reply::text("singing"))),
        ]
    }
}

async fn stage() -> Stage {
    Stage::builder().module(Arc::new(Party)).raise().await
}

async fn said(
    stage: &Stage,
    who: twilight_model::id::Id<twilight_model::id::marker::UserMarker>,
    text: &str,
) -> String {
    stage.says(who, text).await;
    let reply = stage.reply();
    let embeds = reply.embeds.iter().filter_map(|embed| embed.description.clone());
    std::iter::once(reply.content)
        .filter(|text| !text.is_empty())
        .chain(embeds)
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test]
async fn a_rule_holds_until_it_is_cleared() {
    let stage = stage().await;
    assert_eq!(said(&stage, Stage::BOB, ",dance").await, "dancing");
    assert_eq!(
        said(&stage, Stage::ALICE, ",settings deny dance").await,
        "`,dance` is not allowed any more: everybody in this server"
    );
    assert_eq!(said(&stage, Stage::BOB, ",dance").await, "`,dance` is not allowed in this server.");
    assert_eq!(said(&stage, Stage::BOB, ",sing loud").await, "singing");
    stage.slash(Stage::BOB, "dance", json!([])).await;
    assert!(stage.reply().content.contains("is not allowed"), "slash and prefix alike");
    assert_eq!(
        said(&stage, Stage::ALICE, ",settings allow dance <@700000000000000002>").await,
        "`,dance` is allowed now: <@700000000000000002>"
    );
    assert_eq!(said(&stage, Stage::BOB, ",dance").await, "dancing");
    assert_eq!(said(&stage, Stage::ALICE, ",settings clear dance").await, "2 rules about `,dance` are gone.");
    assert_eq!(said(&stage, Stage::ALICE, ",dance").await, "dancing");
    assert_eq!(
        said(&stage, Stage::ALICE, ",settings clear dance").await,
        "There is no such rule about `,dance`."
    );
}

#[tokio::test]
async fn rules_are_shown_and_explained() {
    let stage = stage().await;
    assert!(said(&stage, Stage::ALICE, ",settings rules").await.starts_with("There are no rules here"));
    said(&stage, Stage::ALICE, ",settings deny Party <#800000000000000002>").await;
    said(&stage, Stage::ALICE, ",settings allow sing loud <@700000000000000002>").await;
    let listed = said(&stage, Stage::ALICE, ",settings rules").await;
    insta::assert_snapshot!(listed);
    assert!(said(&stage, Stage::ALICE, ",settings why dance").await.contains("may not use `,dance`"));
    assert!(
        said(&stage, Stage::ALICE, ",settings why sing loud <@700000000000000002>")
            .await
            .contains("may use `,sing loud`")
    );
    assert!(said(&stage, Stage::ALICE, ",settings why ping").await.contains("cannot be switched off"));
    assert_eq!(said(&stage, Stage::BOB, ",sing loud").await, "singing");
    assert_eq!(said(&stage, Stage::BOB, ",sing low").await, "`,sing low` is not allowed in this channel.");
}

#[tokio::test]
async fn a_module_that_is_off_can_be_on_for_some() {
    let stage = stage().await;
    said(&stage, Stage::ALICE, ",settings disable party").await;
    assert_eq!(said(&stage, Stage::BOB, ",dance").await, "Party is switched off in this server.");
    assert!(said(&stage, Stage::ALICE, ",settings why dance").await.contains("Party is switched off"));
    said(&stage, Stage::ALICE, ",settings allow party <@700000000000000002>").await;
    assert_eq!(said(&stage, Stage::BOB, ",dance").await, "dancing");
    assert_eq!(said(&stage, Stage::ALICE, ",dance").await, "Party is switched off in this server.");
}

#[tokio::test]
async fn what_makes_no_sense_changes_nothing() {
    let stage = stage().await;
    for (text, part) in [
        (",settings deny privacy summary", "There is no command or module"),
        (",settings deny settings", "cannot be switched off"),
        (",settings deny ping", "cannot be switched off"),
        (",settings deny nonsense", "There is no command or module `nonsense`"),
        (",settings deny sing nonsense", "There is no command or module"),
        (
            ",settings deny dance <#800000000000000002> <@700000000000000002>",
            "Name one of channel, role and member",
        ),
    ] {
        let reply = said(&stage, Stage::ALICE, text).await;
        assert!(reply.contains(part), "{text}: {reply}");
    }
    assert!(said(&stage, Stage::BOB, ",settings deny dance").await.contains("Manage Server"));
    assert!(said(&stage, Stage::ALICE, ",settings rules").await.starts_with("There are no rules here"));
}
