use casey_privacy::{Permit, purposes::StatsUsage};

fn store(_: Permit<StatsUsage>) {}

fn twice(permit: Permit<StatsUsage>) {
    store(permit);
    store(permit);
}

fn main() {}
