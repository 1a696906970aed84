//! What happened, as a conversation to read and as a queue of bot messages to expect.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
};

use serde_json::Value;
use time::OffsetDateTime;

use crate::{
    heard::{Heard, embed_lines, walk},
    snowflake::Snowflake,
    world::{Message, State},
};

/// Entries kept, so that a long run does not grow.
const KEPT: usize = 10_000;

/// One thing somebody did, in words.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// When, in simulated time.
    pub at: OffsetDateTime,
    /// Where: `#general`, or whose direct messages.
    pub place: String,
    /// Who.
    pub who: String,
    /// Whether it was a bot.
    pub bot: bool,
    /// What, line by line.
    pub lines: Vec<String>,
}

/// A conversation, oldest first. Its `Display` is meant for people.
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    /// What happened.
    pub entries: Vec<Entry>,
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.entries.iter().map(|entry| entry.who.chars().count()).max().unwrap_or(0);
        let mut place: Option<&str> = None;
        for entry in &self.entries {
            if place != Some(&entry.place) {
                if place.is_some() {
                    writeln!(f)?;
                }
                writeln!(f, "{}", entry.place)?;
                place = Some(&entry.place);
            }
            for (index, line) in entry.lines.iter().enumerate() {
                let who = if index == 0 { entry.who.as_str() } else { "" };
                writeln!(f, "{}", format!("  {who:width$}  {line}").trim_end())?;
            }
        }
        if place.is_none() {
            writeln!(f, "(nothing happened)")?;
        }
        Ok(())
    }
}

/// Bot messages of one channel, and how far expectations have read them.
#[derive(Debug, Default)]
struct Queue {
    heard: VecDeque<Heard>,
    /// Messages dropped from the front.
    dropped: usize,
    read: usize,
}

/// The journal of a simulation.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: VecDeque<Entry>,
    queues: HashMap<Snowflake, Queue>,
}

impl Journal {
    pub(crate) fn transcript(&self) -> Transcript {
        Transcript { entries: self.entries.iter().cloned().collect() }
    }

    /// Forgets the conversation; what bots said counts as read.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        for queue in self.queues.values_mut() {
            queue.read = queue.dropped + queue.heard.len();
        }
    }

    fn note(&mut self, entry: Entry) {
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    fn hear(&mut self, heard: Heard) {
        let queue = self.queues.entry(heard.channel).or_default();
        if queue.heard.len() == KEPT {
            queue.heard.pop_front();
            queue.dropped += 1;
        }
        queue.heard.push_back(heard);
    }

    /// Bot messages of a channel that no expectation has read yet.
    pub(crate) fn unread(&self, channel: Snowflake) -> Vec<&Heard> {
        let Some(queue) = self.queues.get(&channel) else { return Vec::new() };
        queue.heard.iter().skip(queue.read.saturating_sub(queue.dropped)).collect()
    }

    /// Reads on, past `count` more messages.
    pub(crate) fn read(&mut self, channel: Snowflake, count: usize) {
        if let Some(queue) = self.queues.get_mut(&channel) {
            queue.read =
                queue.read.max(queue.dropped).saturating_add(count).min(queue.dropped + queue.heard.len());
        }
    }

    /// Where the next message of a channel will stand.
    pub(crate) fn position(&self, channel: Snowflake) -> usize {
        self.queues.get(&channel).map_or(0, |queue| queue.dropped + queue.heard.len())
    }

    /// Messages of a channel from a position on.
    pub(crate) fn since(&self, channel: Snowflake, position: usize) -> Vec<&Heard> {
        let Some(queue) = self.queues.get(&channel) else { return Vec::new() };
        queue.heard.iter().skip(position.saturating_sub(queue.dropped)).collect()
    }

    /// Takes one message out of those still to be expected, because it was handed out directly.
    pub(crate) fn hand_out(&mut self, channel: Snowflake, message: Snowflake, edited: bool) {
        let Some(queue) = self.queues.get_mut(&channel) else { return };
        let read = queue.read.saturating_sub(queue.dropped);
        let found =
            queue.heard.iter().skip(read).position(|heard| heard.id == message && heard.edited == edited);
        if let Some(offset) = found {
            // Moved in front of the unread ones and marked as read: the rest keeps its order.
            if let Some(heard) = queue.heard.remove(read + offset) {
                queue.heard.insert(read, heard);
                queue.read = queue.dropped + read + 1;
            }
        }
    }
}

impl State {
    /// Notes something a person or bot did.
    pub(crate) fn note(&mut self, channel: Snowflake, who: Snowflake, lines: Vec<String>) {
        let bot = self.users.get(&who).is_some_and(|user| user.bot);
        self.note_as(channel, self.name(who), bot, lines);
    }

    fn note_as(&mut self, channel: Snowflake, who: String, bot: bool, lines: Vec<String>) {
        let entry = Entry { at: self.now(), place: self.place(channel), who, bot, lines };
        self.journal.note(entry);
    }

    /// Notes a message that appeared or was edited; a bot's can be expected from now on.
    pub(crate) fn note_message(&mut self, message: &Message, edited: bool) {
        let heard = self.perceive(message, edited);
        let lines = self.message_lines(message, &heard);
        let bot = self.by_bot(message);
        self.note_as(message.channel, self.author_name(message), bot, lines);
        if bot {
            self.journal.hear(heard);
        }
    }

    /// A message line by line, with names for ids.
    fn message_lines(&self, message: &Message, heard: &Heard) -> Vec<String> {
        let mut remarks = Vec::new();
        if heard.edited {
            remarks.push("edited".to_owned());
        }
        if let Some(name) = &heard.only_for {
            remarks.push(format!("only {name} sees this"));
        }
        if let Some(quoted) = message.reply_to.and_then(|id| self.message(message.channel, id)) {
            remarks.push(format!(
                "to {}: {}",
                self.name(quoted.author),
                shorten(&self.with_names(&quoted.content))
            ));
        }
        let mut lines: Vec<String> = self.with_names(&heard.content).lines().map(ToOwned::to_owned).collect();
        if !remarks.is_empty() {
            let remark = format!("({})", remarks.join("; "));
            match lines.first_mut() {
                Some(first) => *first = format!("{first}  {remark}"),
                None => lines.push(remark),
            }
        }
        for embed in &heard.embeds {
            let text = embed_lines(embed).join("\n");
            lines.extend(self.with_names(&text).lines().map(|line| format!("│ {line}")));
        }
        lines.extend(component_lines(&heard.components));
        lines.extend(heard.files.iter().map(|file| format!("📎 {} ({} bytes)", file.name, file.bytes.len())));
        if lines.is_empty() {
            lines.push("(an empty message)".to_owned());
        }
        lines
    }

    /// Text with names in the place of mentions.
    pub(crate) fn with_names(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find('<') {
            out.push_str(&rest[..start]);
            rest = &rest[start..];
            let Some(end) = rest.find('>') else { break };
            if let Some(name) = self.mention_name(&rest[1..end]) {
                out.push_str(&name);
                rest = &rest[end + 1..];
            } else {
                out.push('<');
                rest = &rest[1..];
            }
        }
        out + rest
    }

    fn mention_name(&self, inside: &str) -> Option<String> {
        let id = |text: &str| text.parse::<Snowflake>().ok();
        if let Some(role) = inside.strip_prefix("@&") {
            let role = id(role)?;
            return self
                .guilds
                .values()
                .find_map(|guild| guild.roles.get(&role))
                .map(|role| format!("@{}", role.name));
        }
        if let Some(user) = inside.strip_prefix('@') {
            let user = id(user.strip_prefix('!').unwrap_or(user))?;
            return self.users.get(&user).map(|user| format!("@{}", user.name));
        }
        let channel = id(inside.strip_prefix('#')?)?;
        self.channels.get(&channel).map(|channel| format!("#{}", channel.name))
    }
}

/// Components line by line: rows of controls, and the texts of messages that are made of components.
fn component_lines(components: &[Value]) -> Vec<String> {
    let mut lines = Vec::new();
    for top in walk(components) {
        let row: Vec<String> = match top["type"].as_u64() {
            Some(1) => top["components"].as_array().into_iter().flatten().map(component_text).collect(),
            Some(9) if top["accessory"]["type"] == 2 => vec![component_text(&top["accessory"])],
            Some(10) => {
                let text = top["content"].as_str().unwrap_or_default();
                lines.extend(text.lines().map(|line| format!("│ {line}")));
                continue;
            }
            _ => continue,
        };
        lines.push(row.join(" "));
    }
    lines
}

fn component_text(component: &Value) -> String {
    let label = component["label"].as_str().or(component["emoji"]["name"].as_str());
    let off = if component["disabled"] == true { " (off)" } else { "" };
    match component["type"].as_u64() {
        Some(2) if component["url"].is_string() => format!("[{} ↗{off}]", label.unwrap_or("link")),
        Some(2) => format!("[{}{off}]", label.unwrap_or("button")),
        _ => format!("[{} ▾{off}]", component["placeholder"].as_str().unwrap_or("choose")),
    }
}

fn shorten(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= 24 {
        line.to_owned()
    } else {
        line.chars().take(23).collect::<String>() + "…"
    }
}
