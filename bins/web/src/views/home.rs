//! The first page: how Casey is, what runs where, how to talk to it, how to run one.

use leptos::prelude::*;

use super::document;
use super::shell::{Mark, Shell};
use super::state::Badge;
use crate::part::State;
use crate::site::CommandLine;

/// Everything the page shows.
pub(crate) struct Home {
    pub(crate) version: String,
    pub(crate) prefix: String,
    pub(crate) parts: Vec<Shown>,
    pub(crate) commands: Vec<CommandLine>,
}

/// A part as it is shown.
pub(crate) struct Shown {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) about: String,
    pub(crate) place: String,
    pub(crate) address: Option<String>,
    /// `None`: this process cannot see it.
    pub(crate) seen: Option<Seen>,
}

/// What was seen of a part.
pub(crate) struct Seen {
    pub(crate) state: State,
    pub(crate) says: String,
    /// The moment for machines, the moment for people, and how long that is.
    pub(crate) since: Option<(String, String, String)>,
    pub(crate) figures: Vec<(String, String)>,
    /// The moment for machines, and how long ago that is.
    pub(crate) read: Option<(String, String)>,
}

impl Seen {
    /// The website is seen by being read.
    pub(crate) fn website() -> Self {
        Self {
            state: State::Up,
            says: "you are reading it".to_owned(),
            since: None,
            figures: Vec::new(),
            read: None,
        }
    }
}

/// How Casey is as a whole, in a heading and a sentence.
fn mood(parts: &[Shown]) -> (&'static str, String) {
    let named = |state| {
        let titles: Vec<_> = parts
            .iter()
            .filter(|part| part.seen.as_ref().is_some_and(|seen| seen.state == state))
            .map(|part| part.title.as_str())
            .collect();
        (!titles.is_empty()).then(|| titles.join(", "))
    };
    if let Some(titles) = named(State::Down) {
        return ("Casey needs a hand.", format!("Does not work: {titles}."));
    }
    if let Some(titles) = named(State::Starting) {
        return ("Casey is waking up.", format!("Not there yet: {titles}."));
    }
    if parts.iter().any(|part| part.name == "bot" && part.seen.is_some()) {
        ("Casey is awake.", "Everything this page can see works.".to_owned())
    } else {
        (
            "The site is up.",
            "What this page can see works. The bot runs elsewhere, out of its sight.".to_owned(),
        )
    }
}

pub(crate) fn render(home: Home) -> String {
    let (heading, sentence) = mood(&home.parts);
    document(move || {
        view! {
            <Shell
                title=format!("{heading} What runs where")
                description="Casey is a free Discord bot. This page says what of it runs where, and how to talk to it."
                version=home.version
            >
                <Hero heading sentence prefix=home.prefix.clone()/>
                <main id="content" class="wrap">
                    <Parts parts=home.parts/>
                    <Talk prefix=home.prefix commands=home.commands/>
                    <RunOne/>
                </main>
            </Shell>
        }
    })
}

#[component]
fn Hero(heading: &'static str, sentence: String, prefix: String) -> impl IntoView {
    view! {
        <header class="hero">
            <div class="wrap">
                <div class="bar">
                    <a class="home" href="/" aria-current="page"><Mark class="mark"/>"Casey"</a>
                    <nav aria-label="On this page">
                        <a href="#parts">"Status"</a>
                        <a href="#talk">"Commands"</a>
                        <a href="#run">"Run one"</a>
                    </nav>
                </div>
                <h1>{heading}</h1>
                <p class="sentence">{sentence}</p>
                <p class="lead">
                    "Casey is a bot for Discord. Write " <code>{prefix}"ping"</code> " or pick " <code>"/ping"</code>
                    ": each command is defined once and works both ways."
                </p>
            </div>
            <Mark class="giant"/>
        </header>
    }
}

#[component]
fn Parts(parts: Vec<Shown>) -> impl IntoView {
    view! {
        <section aria-labelledby="parts">
            <div class="side">
                <h2 id="parts">"What runs where"</h2>
                <p>"Each part is looked at when somebody asks, at most once in two seconds. "<a href="/">"Look again"</a>"."</p>
                <p>"Programs ask "<a href="/readyz">"/readyz"</a>" and "<a href="/healthz">"/healthz"</a>"."</p>
            </div>
            <ul class="parts" role="list">{parts.into_iter().map(part).collect_view()}</ul>
        </section>
    }
}

fn part(part: Shown) -> AnyView {
    let state = part.seen.as_ref().map(|seen| seen.state);
    view! {
        <li>
            <div class="what">
                <h3>{part.title}</h3>
                {text("about", part.about)}
                {text("where", part.place)}
                {part.address.map(address)}
            </div>
            <div class="how">
                <Badge state/>
                {part.seen.map(seen)}
            </div>
        </li>
    }
    .into_any()
}

/// A paragraph, if there is something to say.
fn text(class: &'static str, text: String) -> Option<AnyView> {
    (!text.is_empty()).then(|| view! { <p class=class>{text}</p> }.into_any())
}

/// A link, where the address is one that a browser can safely follow.
fn address(address: String) -> AnyView {
    let link = address.starts_with("http://") || address.starts_with("https://");
    view! {
        <p class="where">
            {if link {
                view! { <a href=address.clone()>{address.clone()}</a> }.into_any()
            } else {
                view! { <code>{address}</code> }.into_any()
            }}
        </p>
    }
    .into_any()
}

fn seen(seen: Seen) -> AnyView {
    let since = seen.since.map(|(machine, people, lasting)| {
        fact("since", view! { <time datetime=machine>{people}</time>", "{lasting} }.into_any())
    });
    let figures = seen.figures.into_iter().map(|(name, value)| fact(name, value.into_any()));
    let read = seen
        .read
        .map(|(machine, ago)| fact("looked at", view! { <time datetime=machine>{ago}</time> }.into_any()));
    let facts: Vec<_> = since.into_iter().chain(figures).chain(read).collect();
    let facts = (!facts.is_empty()).then(|| view! { <dl class="facts">{facts}</dl> });
    view! {
        <p class="says">{seen.says}</p>
        {facts}
    }
    .into_any()
}

fn fact(name: impl Into<String>, value: AnyView) -> AnyView {
    view! { <div><dt>{name.into()}</dt><dd>{value}</dd></div> }.into_any()
}

#[component]
fn Talk(prefix: String, commands: Vec<CommandLine>) -> impl IntoView {
    let list = if commands.is_empty() {
        view! { <p>"Casey lists its commands itself: "<code>{prefix.clone()}"help"</code>"."</p> }.into_any()
    } else {
        let rows = commands.into_iter().map(|command| {
            view! {
                <div>
                    <dt><code>{prefix.clone()}{command.usage}</code></dt>
                    <dd>{command.description}" "<span class="slash">"As slash command: "<code>"/"{command.name}</code></span></dd>
                </div>
            }
        });
        view! { <dl class="commands">{rows.collect_view()}</dl> }.into_any()
    };
    view! {
        <section aria-labelledby="talk">
            <div class="side">
                <h2 id="talk">"Talk to Casey"</h2>
                <p>
                    "In a server or a direct message: with a prefix, with a slash, or by mentioning Casey first. A server can choose other prefixes; here they are shown with the one that counts until it does."
                </p>
            </div>
            {list}
        </section>
    }
}

#[component]
fn RunOne() -> impl IntoView {
    view! {
        <section aria-labelledby="run">
            <div class="side">
                <h2 id="run">"Run one"</h2>
                <p>"With Rust on your machine, in a copy of the source. No account and no other program is needed to begin."</p>
            </div>
            <dl class="commands">
                <div>
                    <dt><code>"cargo run -- demo"</code></dt>
                    <dd>"A conversation between people and Casey on a simulated Discord, printed as it happens. Leaves nothing behind."</dd>
                </div>
                <div>
                    <dt><code>"cargo run"</code></dt>
                    <dd>"A whole Casey: the bot, this page, a SQLite file, and a simulated Discord that only this machine can reach."</dd>
                </div>
                <div>
                    <dt><code>"CASEY_DISCORD_TOKEN=… cargo run"</code></dt>
                    <dd>"The same, with Discord itself in place of the simulated one."</dd>
                </div>
            </dl>
        </section>
    }
}
