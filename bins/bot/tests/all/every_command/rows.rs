//! Example arguments for every command.

use casey_sim::OptionValue;

use super::place::Place;

/// A value of an option.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Given {
    Text(&'static str),
    Whole(i64),
    Yes,
    /// The ordinary member of the server.
    Member,
    Role,
    Channel,
}

use Given::{Channel, Member, Role, Text, Whole, Yes};

impl Given {
    /// As it is chosen in a slash command.
    pub(crate) fn chosen(self, place: &Place) -> OptionValue {
        match self {
            Text(text) => text.into(),
            Whole(number) => number.into(),
            Yes => true.into(),
            Member => (&place.member).into(),
            Role => (&place.role).into(),
            Channel => (&place.general).into(),
        }
    }

    /// As it is typed behind a flag.
    pub(crate) fn typed(self, place: &Place) -> String {
        match self {
            Text(text) => format!("\"{text}\""),
            Whole(number) => number.to_string(),
            Yes => "yes".to_owned(),
            Member => place.member.mention(),
            Role => place.role.mention(),
            Channel => place.general.mention(),
        }
    }
}

/// One use of a command, which has to succeed.
pub(crate) struct Row {
    /// Its full name.
    pub(crate) command: &'static str,
    /// What the owner of the server says before.
    pub(crate) before: &'static [&'static str],
    /// Its options in slash use.
    pub(crate) options: &'static [(&'static str, Given)],
    /// The same in prefix use, with `{member}`, `{role}` and `{channel}` for mentions.
    pub(crate) typed: &'static str,
    /// A part of the answer.
    pub(crate) answer: &'static str,
}

const fn row(command: &'static str, typed: &'static str, answer: &'static str) -> Row {
    Row { command, before: &[], options: &[], typed, answer }
}

/// At least one row for each command, and each option in at least one of them. All are used by somebody who may.
pub(crate) const ROWS: &[Row] = &[
    row("ping", "", "Pong!"),
    row("help", "", "What I can do"),
    Row {
        options: &[("command", Text("prefix set"))],
        ..row("help", "prefix set", "Works in servers only.")
    },
    row("about", "", "I am **Casey**"),
    row("prefix show", "", "The prefix here is `,`."),
    Row { options: &[("prefix", Text("!"))], ..row("prefix set", "!", "The prefix is `!` now.") },
    Row { options: &[("prefix", Text("?"))], ..row("prefix add", "?", "`?` works now, too.") },
    Row {
        before: &[",prefix add ?"],
        options: &[("prefix", Text("?"))],
        ..row("prefix remove", "?", "`?` is no prefix any more.")
    },
    Row { before: &[",prefix add ?"], ..row("prefix reset", "", "The prefix is `,` again.") },
    Row {
        options: &[("prefix", Text("c!"))],
        ..row("prefix personal", "c!", "`c!` works for you everywhere now.")
    },
    Row {
        before: &[",prefix personal c!"],
        options: &[("clear", Yes)],
        ..row("prefix personal", "--clear", "You have no prefix of your own any more.")
    },
    row("setup", "", "Choose below what I should do here."),
    row("settings show", "", "Settings of this server"),
    Row {
        options: &[("language", Text("en"))],
        ..row("settings language", "en", "I answer in English here now.")
    },
    Row {
        options: &[("module", Text("management"))],
        ..row("settings enable", "management", "Management is on.")
    },
    Row {
        options: &[("module", Text("management"))],
        ..row("settings disable", "management", "Management is off.")
    },
    Row {
        options: &[("command", Text("remind"))],
        ..row("settings allow", "remind", "everybody in this server")
    },
    Row {
        options: &[("command", Text("remind")), ("role", Role)],
        ..row("settings allow", "remind --role {role}", "is allowed now")
    },
    Row {
        options: &[("command", Text("remind me")), ("member", Member)],
        ..row("settings allow", "remind me {member}", "is allowed now")
    },
    Row {
        options: &[("command", Text("management")), ("channel", Channel)],
        ..row("settings allow", "management {channel}", "is allowed now")
    },
    Row {
        options: &[("command", Text("remind")), ("channel", Channel)],
        ..row("settings deny", "remind {channel}", "is not allowed any more")
    },
    Row {
        options: &[("command", Text("remind")), ("role", Role)],
        ..row("settings deny", "remind {role}", "is not allowed any more")
    },
    Row {
        options: &[("command", Text("remind")), ("member", Member)],
        ..row("settings deny", "remind --member {member}", "is not allowed any more")
    },
    Row {
        before: &[",settings deny remind"],
        options: &[("command", Text("remind"))],
        ..row("settings clear", "remind", "is gone.")
    },
    Row {
        before: &[",settings deny remind {channel}"],
        options: &[("command", Text("remind")), ("channel", Channel)],
        ..row("settings clear", "remind {channel}", "is gone.")
    },
    Row {
        before: &[",settings deny remind {role}"],
        options: &[("command", Text("remind")), ("role", Role)],
        ..row("settings clear", "remind {role}", "is gone.")
    },
    Row {
        before: &[",settings deny remind {member}"],
        options: &[("command", Text("remind")), ("member", Member)],
        ..row("settings clear", "remind {member}", "is gone.")
    },
    row("settings rules", "", "There are no rules here"),
    Row {
        before: &[",settings deny remind {channel}"],
        ..row("settings rules", "", "Where and for whom commands work")
    },
    Row {
        options: &[("command", Text("remind me"))],
        ..row("settings why", "remind me", "No rule of this server")
    },
    Row {
        before: &[",settings deny remind {member}"],
        options: &[("command", Text("remind me")), ("member", Member), ("channel", Channel)],
        ..row("settings why", "remind me {member} {channel}", "may not use")
    },
    row("privacy summary", "", "What I keep about you"),
    row("privacy object", "", "Choose below what I shall store nothing for."),
    Row {
        options: &[("purpose", Text("stats.usage"))],
        ..row("privacy object", "stats.usage", "From now on I store nothing about you for `stats.usage`")
    },
    Row {
        before: &[",privacy object stats.usage"],
        options: &[("purpose", Text("stats.usage")), ("withdraw", Yes)],
        ..row("privacy object", "stats.usage --withdraw", "You no longer object to `stats.usage`")
    },
    Row {
        options: &[("when", Text("2h")), ("what", Text("stretch"))],
        ..row("remind me", "in 2h to stretch", "Reminder 1 is set")
    },
    Row {
        options: &[("when", Text("1 hour and 30 minutes")), ("what", Text("tea")), ("dm", Yes)],
        ..row("remind me", "1h30m tea --dm", "I will send you a direct message.")
    },
    row("remind list", "", "You have no reminders."),
    Row { before: &[",remind 2h tea"], ..row("remind list", "", "Your reminders") },
    Row {
        before: &[",remind 2h tea"],
        options: &[("number", Whole(1))],
        ..row("remind cancel", "1", "Reminder 1 is cancelled and forgotten.")
    },
];

/// The first row of a command that has options, or the first there is.
pub(crate) fn fullest(command: &str) -> &'static Row {
    let rows = || ROWS.iter().filter(|row| row.command == command);
    rows().max_by_key(|row| row.options.len()).unwrap_or_else(|| panic!("{command} has no row"))
}
