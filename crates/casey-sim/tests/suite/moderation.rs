//! Moderation through the API: permissions, hierarchy, limits, and what the audit log and the events tell of it.

use casey_sim::{Clock, Permissions, Sim, World};
use serde_json::{Value, json};
use time::macros::datetime;
use twilight_gateway::{Event, EventTypeFlags, Shard, ShardId, StreamExt};
use twilight_http::{Client, request::Method};

use crate::common::{TOKEN, config, http, intents, raw, refusal, start};

/// A bot that may do what `may` says, below the role "Captain" and above "Crew".
fn ship(may: Permissions) -> World {
    World::new().bot("Echo", TOKEN).guild("Harbour", |guild| {
        guild
            .owner("Alice")
            .bot_permissions(Permissions::EVERYONE | may)
            .role("Crew", Permissions::NONE)
            .member_with("Bob", &["Crew"])
            .member("Carol")
            .channel("general")
    })
}

struct Ship {
    sim: Sim,
    http: Client,
    guild: String,
}

impl Ship {
    async fn with(may: Permissions) -> Self {
        let sim = start(ship(may)).await;
        let guild = format!("/guilds/{}", sim.guild("Harbour").unwrap().id());
        Self { http: http(&sim), guild, sim }
    }

    fn person(&self, name: &str) -> String {
        self.sim.guild("Harbour").unwrap().person(name).unwrap().id().to_string()
    }

    fn role(&self, name: &str) -> String {
        self.sim.guild("Harbour").unwrap().role(name).unwrap().id().to_string()
    }

    async fn refused(&self, method: Method, path: &str, body: Option<Value>) -> (u16, u64) {
        refusal(&self.http, method, &format!("{}{path}", self.guild), body).await
    }

    async fn status(&self, method: Method, path: &str, body: Option<Value>) -> u16 {
        raw(&self.http, method, &format!("{}{path}", self.guild), body).await.0
    }
}

#[tokio::test]
async fn without_the_permission_nothing_can_be_done() {
    let ship = Ship::with(Permissions::NONE).await;
    let carol = ship.person("Carol");
    let crew = ship.role("Crew");
    let nick = Some(json!({ "nick": "x" }));
    for (method, path, body) in [
        (Method::Delete, format!("/members/{carol}"), None),
        (Method::Patch, format!("/members/{carol}"), nick),
        (Method::Put, format!("/members/{carol}/roles/{crew}"), None),
        (Method::Put, format!("/bans/{carol}"), Some(json!({}))),
        (Method::Get, "/bans".to_owned(), None),
        (Method::Post, "/bulk-ban".to_owned(), Some(json!({ "user_ids": [carol] }))),
        (Method::Post, "/roles".to_owned(), Some(json!({}))),
        (Method::Patch, String::new(), Some(json!({ "name": "Haven" }))),
        (Method::Get, "/audit-logs".to_owned(), None),
        (Method::Get, "/webhooks".to_owned(), None),
        (Method::Get, "/invites".to_owned(), None),
        (Method::Get, "/prune".to_owned(), None),
        (Method::Post, "/emojis".to_owned(), Some(json!({ "name": "ab", "image": crate::tour::PIXEL }))),
        (Method::Get, "/auto-moderation/rules".to_owned(), None),
    ] {
        assert_eq!(ship.refused(method, &path, body).await, (403, 50_013), "{path}");
    }
    ship.sim.expects_no_violations().unwrap();
}

#[tokio::test]
async fn nobody_acts_on_those_above() {
    let may = Permissions::KICK_MEMBERS
        | Permissions::BAN_MEMBERS
        | Permissions::MANAGE_ROLES
        | Permissions::MANAGE_NICKNAMES
        | Permissions::MODERATE_MEMBERS;
    let ship = Ship::with(may).await;
    let (alice, bob, echo) = (ship.person("Alice"), ship.person("Bob"), ship.person("Echo"));
    for person in [&alice, &echo] {
        assert_eq!(
            ship.refused(Method::Put, &format!("/bans/{person}"), Some(json!({}))).await,
            (403, 50_013)
        );
        assert_eq!(ship.refused(Method::Delete, &format!("/members/{person}"), None).await, (403, 50_013));
    }
    // The bot's own role is not for it to give, and cannot be taken away by hand.
    let own = ship.role("Echo");
    assert_eq!(ship.refused(Method::Put, &format!("/members/{bob}/roles/{own}"), None).await, (400, 50_028));
    assert_eq!(ship.refused(Method::Delete, &format!("/roles/{own}"), None).await, (400, 50_028));
    let position = json!([{ "id": ship.role("Crew"), "position": 5 }]);
    assert_eq!(ship.refused(Method::Patch, "/roles", Some(position)).await, (403, 50_013));
    assert_eq!(ship.refused(Method::Put, &format!("/members/{bob}/roles/77"), None).await, (404, 10_011));
    assert_eq!(
        ship.status(Method::Delete, &format!("/members/{bob}/roles/{}", ship.role("Crew")), None).await,
        204
    );
    assert_eq!(ship.refused(Method::Delete, "/members/77", None).await, (404, 10_013));
    assert_eq!(ship.refused(Method::Delete, "/bans/77", None).await, (404, 10_026));
    assert_eq!(ship.status(Method::Put, &format!("/bans/{bob}"), Some(json!({}))).await, 204);
    assert_eq!(ship.refused(Method::Delete, &format!("/members/{bob}"), None).await, (404, 10_007));
    let refused = ship.sim.guild("Harbour").unwrap().joins("Bob").await.unwrap_err().to_string();
    assert_eq!(refused, "Bob cannot join: they are banned");
}

#[tokio::test]
async fn timeouts_last_28_days_at_most_and_spare_administrators() {
    let clock = Clock::fixed(datetime!(2026-06-01 12:00 UTC));
    let sim = Sim::builder(ship(Permissions::MODERATE_MEMBERS)).clock(clock).start().await.unwrap();
    let (http, harbour) = (http(&sim), sim.guild("Harbour").unwrap());
    let bob = harbour.person("Bob").unwrap();
    let path = format!("/guilds/{}/members/{}", harbour.id(), bob.id());
    let until = |text: &str| Some(json!({ "communication_disabled_until": text }));
    assert_eq!(refusal(&http, Method::Patch, &path, until("2026-06-29T12:00:01Z")).await, (400, 50_035));
    let (status, member) = raw(&http, Method::Patch, &path, until("2026-06-29T12:00:00Z")).await;
    assert_eq!(
        (status, &member["communication_disabled_until"]),
        (200, &json!("2026-06-29T12:00:00.000000+00:00"))
    );
    assert!(bob.says(&harbour.channel("general").unwrap(), "mph").await.is_err());
    assert_eq!(
        raw(&http, Method::Patch, &path, Some(json!({ "communication_disabled_until": null }))).await.0,
        200
    );
    bob.says(&harbour.channel("general").unwrap(), "free").await.unwrap();
    let alice = format!("/guilds/{}/members/{}", harbour.id(), harbour.owner().unwrap().id());
    assert_eq!(refusal(&http, Method::Patch, &alice, until("2026-06-02T12:00:00Z")).await, (403, 50_013));
}

#[tokio::test]
async fn bans_come_in_pages_and_delete_messages() {
    let mut world = World::new().bot("Echo", TOKEN).guild("Harbour", |guild| {
        let guild = guild.owner("Alice").bot_permissions(Permissions::ALL).channel("general");
        (0..7).fold(guild, |guild, number| guild.member(&format!("P{number}")))
    });
    world = world.guild("Other", casey_sim::GuildSpec::without_bots);
    let sim = start(world).await;
    let (http, harbour) = (http(&sim), sim.guild("Harbour").unwrap());
    let general = harbour.channel("general").unwrap();
    let people: Vec<_> = (0..7).map(|number| harbour.person(&format!("P{number}")).unwrap()).collect();
    people[0].says(&general, "spam").await.unwrap();
    people[1].says(&general, "fine").await.unwrap();
    let bans = format!("/guilds/{}/bans", harbour.id());
    for person in &people {
        let body =
            if person.id() == people[0].id() { json!({ "delete_message_seconds": 60 }) } else { json!({}) };
        assert_eq!(raw(&http, Method::Put, &format!("{bans}/{}", person.id()), Some(body)).await.0, 204);
    }
    let texts: Vec<String> = general.messages().into_iter().map(|one| one.content).collect();
    assert_eq!(texts, ["fine"]);
    let page = async |query: &str| {
        let (_, list) = raw(&http, Method::Get, &format!("{bans}?{query}"), None).await;
        let names = list
            .as_array()
            .unwrap()
            .iter()
            .map(|ban| ban["user"]["global_name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(page("limit=3").await, "P0 P1 P2");
    assert_eq!(page(&format!("limit=3&after={}", people[2].id())).await, "P3 P4 P5");
    assert_eq!(page(&format!("limit=2&before={}", people[3].id())).await, "P1 P2");
    let too_many: Vec<String> = (1..=201).map(|id| id.to_string()).collect();
    let bulk = format!("/guilds/{}/bulk-ban", harbour.id());
    assert_eq!(
        refusal(&http, Method::Post, &bulk, Some(json!({ "user_ids": too_many }))).await,
        (400, 50_035)
    );
    assert_eq!(refusal(&http, Method::Post, &bulk, Some(json!({ "user_ids": ["5"] }))).await, (400, 500_000));
}

#[tokio::test]
async fn the_audit_log_is_told_to_those_who_may_view_it() {
    let ship = Ship::with(Permissions::KICK_MEMBERS | Permissions::VIEW_AUDIT_LOG).await;
    let mut shard = Shard::with_config(ShardId::ONE, config(&ship.sim, intents()));
    while ship.sim.gateway().sessions() == 0 {
        shard.next_event(EventTypeFlags::all()).await.unwrap().unwrap();
    }
    assert_eq!(ship.status(Method::Delete, &format!("/members/{}", ship.person("Carol")), None).await, 204);
    let (mut removed, mut logged) = (false, false);
    while !(removed && logged) {
        match shard.next_event(EventTypeFlags::all()).await.unwrap().unwrap() {
            Event::MemberRemove(_) => removed = true,
            Event::GuildAuditLogEntryCreate(entry) => {
                assert_eq!(u16::from(entry.action_type), 20);
                logged = true;
            }
            _ => {}
        }
    }
}
