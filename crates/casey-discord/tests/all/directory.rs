//! What Casey knows of servers, from the mirror and over HTTP.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use crate::common::{connected, serve, world};
use casey_core::Directory;
use casey_sim::{Channel, Person, Sim};
use twilight_model::{
    guild::Permissions,
    id::{
        Id,
        marker::{ChannelMarker, GuildMarker, UserMarker},
    },
};

struct Asked {
    directory: Arc<dyn Directory>,
    guild: Id<GuildMarker>,
}

impl Asked {
    fn new(directory: Arc<dyn Directory>, sim: &Sim) -> Self {
        Self { directory, guild: Id::new(sim.guild("Harbour").unwrap().id().get()) }
    }

    async fn may(&self, person: Id<UserMarker>, channel: &Channel) -> Option<Permissions> {
        self.directory.permissions(self.guild, id(channel), person, None).await.unwrap()
    }
}

fn id(channel: &Channel) -> Id<ChannelMarker> {
    Id::new(channel.id().get())
}

fn who(person: &Person) -> Id<UserMarker> {
    Id::new(person.id().get())
}

/// The same questions, whichever way they are answered.
async fn ask_everything(asked: &Asked, sim: &Sim) {
    let harbour = sim.guild("Harbour").unwrap();
    let [general, mods, quiet, dark] =
        ["general", "mods", "quiet", "after-dark"].map(|name| harbour.channel(name).unwrap());
    let [alice, bob, carol] = ["Alice", "Bob", "Carol"].map(|name| who(&harbour.person(name).unwrap()));
    let sending = Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES;

    assert_eq!(asked.directory.guild(asked.guild).await.unwrap().unwrap().owner, alice);
    assert_eq!(asked.may(alice, &mods).await, Some(Permissions::all()));
    assert!(asked.may(bob, &mods).await.unwrap().contains(sending | Permissions::MANAGE_GUILD));
    assert!(!asked.may(carol, &mods).await.unwrap().contains(Permissions::VIEW_CHANNEL));
    assert!(asked.may(carol, &general).await.unwrap().contains(sending));
    assert!(!asked.may(carol, &general).await.unwrap().contains(Permissions::MANAGE_GUILD));
    assert!(!asked.may(carol, &quiet).await.unwrap().contains(Permissions::SEND_MESSAGES));
    let me = asked.directory.me().user;
    assert!(asked.may(me, &general).await.unwrap().contains(sending));

    let told = asked.directory.permissions(asked.guild, id(&general), bob, Some(&[])).await.unwrap().unwrap();
    assert!(!told.contains(Permissions::MANAGE_GUILD), "roles that the event told are believed");
    assert_eq!(asked.may(Id::new(4_242), &general).await, None);

    assert!(asked.directory.channel(id(&dark)).await.unwrap().unwrap().nsfw);
    let info = asked.directory.channel(id(&general)).await.unwrap().unwrap();
    assert_eq!((info.guild, info.nsfw), (Some(asked.guild), false));
    assert_eq!(asked.directory.channel(Id::new(4_242)).await.unwrap(), None);
    assert_eq!(asked.directory.guild(Id::new(4_242)).await.unwrap(), None);
}

#[tokio::test]
async fn before_any_event_everything_comes_over_http() {
    let sim = Sim::start(world()).await.unwrap();
    let connected = connected(&sim).await;
    ask_everything(&Asked::new(connected.directory(), &sim), &sim).await;
    sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn a_server_is_loaded_once_for_everybody_who_asks() {
    let sim = Sim::start(world()).await.unwrap();
    let connected = connected(&sim).await;
    let asked = Asked::new(connected.directory(), &sim);
    let questions = (0..30).map(|_| asked.directory.guild(asked.guild));
    for answer in futures_util::future::join_all(questions).await {
        assert!(answer.unwrap().is_some());
    }
    let path = format!("/guilds/{}", asked.guild);
    let loads = sim.calls().iter().filter(|call| call.path == path).count();
    assert_eq!(loads, 1);
}

#[tokio::test]
async fn once_connected_the_structure_of_servers_costs_no_requests() {
    let served = serve(Sim::start(world()).await.unwrap(), |bot| bot).await;
    served.until(|served| served.connected.directory().guild_count() == 1).await;
    let asked = Asked::new(served.connected.directory(), &served.sim);
    let general = served.sim.guild("Harbour").unwrap().channel("general").unwrap();
    served.until(|served| served.connected.counts().now().decoded >= 2).await;
    let before = served.sim.calls().len();
    let me = asked.directory.me().user;
    assert!(asked.may(me, &general).await.unwrap().contains(Permissions::SEND_MESSAGES));
    assert!(asked.directory.guild(asked.guild).await.unwrap().is_some());
    assert!(asked.directory.channel(id(&general)).await.unwrap().is_some());
    assert_eq!(served.sim.calls().len(), before);
    ask_everything(&asked, &served.sim).await;
    served.stop().await.unwrap();
}

#[tokio::test]
async fn people_and_members_are_found_and_remembered_for_a_minute() {
    let sim = Sim::start(world()).await.unwrap();
    let connected = connected(&sim).await;
    let asked = Asked::new(connected.directory(), &sim);
    let harbour = sim.guild("Harbour").unwrap();
    let (bob, role) = (harbour.person("Bob").unwrap(), harbour.role("Moderator").unwrap());
    for _ in 0..3 {
        let member = asked.directory.member(asked.guild, who(&bob)).await.unwrap().unwrap();
        assert_eq!(member.roles, [Id::new(role.id().get())]);
        assert_eq!(
            asked.directory.user(who(&bob)).await.unwrap().unwrap().global_name.as_deref(),
            Some("Bob")
        );
        assert_eq!(asked.directory.user(Id::new(4_242)).await.unwrap(), None);
    }
    let calls = sim.calls();
    let asked_for = |path: &str| calls.iter().filter(|call| call.path.contains(path)).count();
    assert_eq!(asked_for("/members/"), 1);
    assert_eq!(asked_for("/users/4242"), 1);
    let found = asked.directory.find_members(asked.guild, "bo").await.unwrap();
    assert_eq!(found.iter().map(|member| member.user.id).collect::<Vec<_>>(), [who(&bob)]);
    assert!(asked.directory.find_members(asked.guild, "").await.unwrap().is_empty());
    assert!(asked.directory.roles(asked.guild).await.unwrap().iter().any(|role| role.name == "Moderator"));
    assert_eq!(asked.directory.channels(asked.guild).await.unwrap().len(), 4);
    sim.expects_no_violations().unwrap();
}
