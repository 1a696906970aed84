use std::{
    fmt::{self, Formatter},
    sync::Arc,
};

use casey_core::{Call, Clock, Command, Discord, Jobs, Menu, Module, Rules, Wording};
use casey_privacy::WriteGate;

use crate::{
    reminders::{ReminderDelivery, ReminderStore, command},
    text::Texts,
};

/// The module: `remind`, and later the features a server switches on.
pub struct Management {
    pub(crate) reminders: Arc<dyn ReminderStore>,
    pub(crate) jobs: Jobs,
    pub(crate) gate: WriteGate,
    pub(crate) texts: Texts,
}

impl fmt::Debug for Management {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Management").finish_non_exhaustive()
    }
}

impl Management {
    /// The module. `jobs` are those that `reminders` puts its own into.
    pub fn new(reminders: Arc<dyn ReminderStore>, jobs: Jobs, gate: WriteGate) -> Self {
        Self { reminders, jobs, gate, texts: Texts::load() }
    }

    /// What delivers the reminders: give it to the [`JobRunner`](casey_core::JobRunner).
    pub fn delivery(&self, discord: Arc<dyn Discord>, clock: Arc<dyn Clock>) -> ReminderDelivery {
        ReminderDelivery::new(Arc::clone(&self.reminders), discord, clock, self.texts.clone())
    }
}

impl Module for Management {
    fn name(&self) -> &'static str {
        "management"
    }

    fn title(&self) -> &'static str {
        "Management"
    }

    fn wording(&self) -> &'static [Wording] {
        const GERMAN: Wording = Wording { language: "de", table: include_str!("../locales/de/commands.txt") };
        &[GERMAN]
    }

    fn commands(self: Arc<Self>) -> Vec<Command> {
        let number = {
            let me = Arc::clone(&self);
            move |call: Call, typed: String| {
                let me = Arc::clone(&me);
                async move { command::complete(&me, &call, &typed).await }
            }
        };
        let remind = move |call: Call, asked: command::Remind| {
            let me = Arc::clone(&self);
            async move { command::run(&me, &call, asked).await }
        };
        vec![
            Command::new(remind)
                .rules(Rules::new().aliases(["reminder", "reminders", "remindme"]))
                .bare("me")
                .complete("number", number)
                .menu(Menu::message("Remind me").sub("me").fills("what").private())
                .sub("me", Rules::new().example("in 2h to stretch").example("1h30m tea --dm"))
                .sub("list", Rules::new().aliases(["show"]).read_only().private())
                .sub("cancel", Rules::new().aliases(["delete", "remove", "clear"]).example("2").private()),
        ]
    }
}
