//! `privacy`: what is kept about the person who asks. A server cannot switch it off.

mod object;

use std::{future::ready, sync::Arc};

use async_trait::async_trait;
use casey_privacy::{Held, Holder, Inventory, ObjectionBook, SubjectId, Summary, WriteGate};
use twilight_interactions::command::{CommandModel, CreateCommand};
use twilight_util::builder::embed::{EmbedBuilder, EmbedFieldBuilder};

use super::help::ACCENT;
use crate::{
    call::Call,
    command::{Command, Rules},
    error::Failure,
    escape,
    module::Module,
    press::{Press, Pressed},
    reply::Reply,
    text::{Text, Texts},
    words::Wording,
};

/// What `privacy` answers from.
#[derive(Clone)]
pub struct PrivacyDesk {
    /// Everything that is declared.
    pub inventory: Arc<Inventory>,
    /// Whoever holds data.
    pub holders: Vec<Arc<dyn Holder>>,
    /// Who objected to what.
    pub objections: Arc<dyn ObjectionBook>,
    /// Where the policy is, once there is a page for it.
    pub policy: Option<String>,
}

impl std::fmt::Debug for PrivacyDesk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PrivacyDesk").field("holders", &self.holders.len()).finish_non_exhaustive()
    }
}

pub(super) struct Privacy {
    desk: PrivacyDesk,
    gate: WriteGate,
    texts: Texts,
}

#[derive(CommandModel, CreateCommand)]
#[command(name = "privacy", desc = "What I keep about you, and your rights")]
enum PrivacyCommand {
    #[command(name = "summary")]
    Summary(SummaryCommand),
    #[command(name = "object")]
    Object(object::Object),
}

#[derive(CommandModel, CreateCommand)]
#[command(name = "summary", desc = "Show what I keep about you, why, and how long")]
struct SummaryCommand {}

impl Privacy {
    pub(super) const fn new(desk: PrivacyDesk, gate: WriteGate, texts: Texts) -> Self {
        Self { desk, gate, texts }
    }

    async fn run(&self, call: &Call, command: PrivacyCommand) -> Result<Reply, Failure> {
        match command {
            PrivacyCommand::Summary(SummaryCommand {}) => self.summary(call).await,
            PrivacyCommand::Object(typed) => object::run(self, call, typed).await,
        }
    }

    async fn summary(&self, call: &Call) -> Result<Reply, Failure> {
        let text = self.texts.of(call);
        let subject = SubjectId::new(call.user_id().get());
        let summary = Summary::of(&self.desk.inventory, &self.desk.holders, subject).await?;
        let mut intro =
            if summary.holds_nothing() { text.msg_privacy_nothing() } else { text.msg_privacy_intro() };
        if let Some(policy) = &self.desk.policy {
            intro.extend(["\n", &text.msg_privacy_more(format!("<{policy}>"))]);
        }
        let mut embed = EmbedBuilder::new().title(text.msg_privacy_title()).color(ACCENT).description(intro);
        // An embed has room for 25 fields; the last one is for what is in memory only.
        for held in summary.held().iter().take(24) {
            embed = embed
                .field(EmbedFieldBuilder::new(escape::shorten(held.store.label, 256), entry(text, held)));
        }
        let passing: Vec<String> = summary
            .uncounted()
            .iter()
            .map(|store| format!("{}: {}", store.label, store.retention.words()))
            .collect();
        if !passing.is_empty() {
            let value = escape::shorten(&passing.join("\n"), 1_024);
            embed = embed.field(EmbedFieldBuilder::new(text.msg_privacy_memory(), value));
        }
        Ok(Reply::embed(embed.build()).private())
    }
}

fn entry(text: &Text, held: &Held) -> String {
    let what = format!("{}. {}", text.msg_privacy_rows(held.rows), held.store.explain);
    let why: Vec<&str> = held.purposes.iter().map(|purpose| purpose.words.trim_end_matches('.')).collect();
    escape::shorten(&text.msg_privacy_entry(what, why.join("; "), &held.retention), 1_024)
}

#[async_trait]
impl Module for Privacy {
    fn name(&self) -> &'static str {
        "privacy"
    }

    fn title(&self) -> &'static str {
        "Privacy"
    }

    fn optional(&self) -> bool {
        false
    }

    fn wording(&self) -> &'static [Wording] {
        const GERMAN: Wording =
            Wording { language: "de", table: include_str!("../../../locales/de/commands-privacy.txt") };
        &[GERMAN]
    }

    fn commands(self: Arc<Self>) -> Vec<Command> {
        let (me, completes) = (Arc::clone(&self), self);
        let command = Command::new(move |call: Call, command: PrivacyCommand| {
            let me = Arc::clone(&me);
            async move { me.run(&call, command).await }
        });
        vec![
            command
                .bare("summary")
                .rules(Rules::new().private())
                .complete("purpose", move |_, typed: String| ready(Ok(object::complete(&completes, &typed))))
                .sub("summary", Rules::new().aliases(["data"]).read_only())
                .sub("object", Rules::new().example("stats.usage").example("stats.usage --withdraw")),
        ]
    }

    async fn press(&self, call: &Call, press: &Press) -> Result<Pressed, Failure> {
        match press.action.as_str() {
            object::CHOOSE => object::chosen(self, call, press).await,
            other => Err(Failure::Broken(format!("privacy has no action {other}").into())),
        }
    }
}
