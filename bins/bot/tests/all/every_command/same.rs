//! Answers without what has to differ between slash and prefix, and between two servers.

use casey_core::CommandInfo;
use casey_sim::Heard;

use super::place::Place;

/// An answer with names for the ids of its place.
pub(crate) struct Asked(String);

impl Asked {
    /// The answer to somebody there.
    pub(crate) fn of(heard: &Heard, place: &Place) -> Self {
        let mut text = heard.text();
        for (mention, name) in [
            (place.owner.mention(), "@owner"),
            (place.member.mention(), "@member"),
            (place.role.mention(), "@role"),
            (place.general.mention(), "#general"),
        ] {
            text = text.replace(&mention, name);
        }
        for button in &heard.buttons {
            text.extend(["\n[", &button.label, "]"]);
        }
        Self(text)
    }
}

/// The text without numbers that are times, and with one sign in front of commands, however they are called.
pub(crate) fn same(Asked(text): Asked, commands: &[CommandInfo]) -> String {
    let tops = commands.iter().map(|command| command.name.split(' ').next().unwrap());
    let mut text = tops.fold(text, |text, top| {
        text.replace(&format!("/{top}"), &format!("¤{top}")).replace(&format!(",{top}"), &format!("¤{top}"))
    });
    for before in ["took ", "<t:", "Running since "] {
        text = without_numbers(&text, before);
    }
    text
}

fn without_numbers(text: &str, before: &str) -> String {
    let mut parts = text.split(before);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| {
        format!("{all}{before}{}", part.trim_start_matches(|c: char| c.is_ascii_digit()))
    })
}

#[test]
fn only_times_and_leads_are_taken_out() {
    let info: CommandInfo = CommandInfo {
        name: "remind me".to_owned(),
        module: String::new(),
        description: String::new(),
        usage: String::new(),
        aliases: Vec::new(),
        examples: Vec::new(),
        permissions: Vec::new(),
        bot_permissions: Vec::new(),
        guild_only: false,
        nsfw: false,
        cooldown: None,
        options: Vec::new(),
    };
    let of = |text: &str| same(Asked(text.to_owned()), std::slice::from_ref(&info));
    assert_eq!(
        of("Reminder 1 <t:15:R> `,remind list` took 3 ms"),
        "Reminder 1 <t::R> `¤remind list` took  ms"
    );
    assert_eq!(of("/remind"), of(",remind"));
    assert_ne!(of("Reminder 1"), of("Reminder 2"));
}
