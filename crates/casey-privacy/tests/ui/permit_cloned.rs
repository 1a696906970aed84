use casey_privacy::{Permit, purposes::StatsUsage};

fn twice(permit: Permit<StatsUsage>) -> [Permit<StatsUsage>; 2] {
    [permit.clone(), permit]
}

fn main() {}
