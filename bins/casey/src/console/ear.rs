//! What has happened since it was last looked.

use casey_sim::Entry;

/// Remembers how far a transcript has been told. A transcript forgets its beginning when it grows long, so the last entry told is what is remembered,
/// not its number.
#[derive(Debug, Default)]
pub(crate) struct Ear {
    last: Option<Entry>,
}

impl Ear {
    /// Lines for what is new among `entries`, with the place where it changes.
    pub(crate) fn news(&mut self, entries: &[Entry]) -> Vec<String> {
        let told = self.last.as_ref().and_then(|last| entries.iter().rposition(|entry| same(entry, last)));
        let mut place = self.last.as_ref().map(|last| last.place.clone());
        let mut lines = Vec::new();
        for entry in entries.iter().skip(told.map_or(0, |index| index + 1)) {
            if place.as_ref() != Some(&entry.place) {
                lines.push(entry.place.clone());
                place = Some(entry.place.clone());
            }
            for (index, line) in entry.lines.iter().enumerate() {
                let who = if index == 0 { entry.who.as_str() } else { "" };
                lines.push(format!("  {who:6}  {line}").trim_end().to_owned());
            }
        }
        if let Some(last) = entries.last() {
            self.last = Some(last.clone());
        }
        lines
    }
}

fn same(one: &Entry, other: &Entry) -> bool {
    one.at == other.at && one.who == other.who && one.place == other.place && one.lines == other.lines
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use casey_sim::{Sim, World};

    use super::*;

    #[tokio::test]
    async fn each_thing_is_told_once_even_when_the_beginning_is_forgotten() {
        let sim = Sim::start(World::demo()).await.unwrap();
        let guild = sim.guild("Casey's Harbour").unwrap();
        let (general, music) = (guild.channel("general").unwrap(), guild.channel("music").unwrap());
        let alice = guild.owner().unwrap();
        let mut ear = Ear::default();
        assert!(ear.news(&sim.transcript().entries).is_empty());
        alice.says(&general, "ahoy\nall").await.unwrap();
        let news = ear.news(&sim.transcript().entries);
        assert_eq!(news, ["#general", "  Alice   ahoy", "          all"]);
        assert!(ear.news(&sim.transcript().entries).is_empty());
        alice.says(&general, "again").await.unwrap();
        alice.says(&music, "la").await.unwrap();
        // The first entry is gone, as in a long transcript.
        let rest = sim.transcript().entries.split_off(1);
        assert_eq!(ear.news(&rest[..1]), ["  Alice   again"]);
        assert_eq!(ear.news(&rest), ["#music", "  Alice   la"]);
    }
}
