use casey_privacy::{
    Permit,
    purposes::{CoreCommands, StatsUsage},
};

fn store(_: Permit<StatsUsage>) {}

fn other(permit: Permit<CoreCommands>) {
    store(permit);
}

fn main() {}
