use casey_core::{Clock, CommandUse, Outcome};
use casey_privacy::purposes::{CoreCommands, StatsUsage};

use super::Ports;
use crate::support::{permit, used};

async fn record(ports: &Ports, entry: CommandUse, stats: bool) {
    let person = entry.user.get();
    let stats = if stats { Some(permit::<StatsUsage>(person).await) } else { None };
    ports.usage.used(permit::<CoreCommands>(person).await, stats, entry);
}

pub(crate) async fn a_permitted_use_is_in_the_history(ports: Ports) {
    let now = ports.clock.now();
    let entry = CommandUse { outcome: Outcome::Refused, ..used(1, "prefix set", now) };
    record(&ports, entry.clone(), true).await;
    let private = CommandUse { guild: None, channel: None, ..used(2, "ping", now) };
    record(&ports, private.clone(), true).await;
    ports.usage.flush().await.unwrap();
    assert_eq!((ports.history)().await, [entry, private]);
}

pub(crate) async fn without_a_permit_there_is_no_history(ports: Ports) {
    record(&ports, used(1, "ping", ports.clock.now()), false).await;
    ports.usage.flush().await.unwrap();
    assert_eq!((ports.history)().await, []);
}

pub(crate) async fn uses_keep_their_order(ports: Ports) {
    for number in 0..900 {
        record(&ports, used(number % 7 + 1, &format!("c{number}"), ports.clock.now()), true).await;
    }
    ports.usage.flush().await.unwrap();
    ports.usage.flush().await.unwrap();
    let commands: Vec<_> = (ports.history)().await.into_iter().map(|entry| entry.command).collect();
    assert_eq!(commands, (0..900).map(|number| format!("c{number}")).collect::<Vec<_>>());
}
