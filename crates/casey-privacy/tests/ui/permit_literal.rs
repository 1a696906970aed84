use std::marker::PhantomData;

use casey_privacy::{Permit, purposes::StatsUsage};

fn main() {
    let _ = Permit::<StatsUsage> { subject: None, purpose: PhantomData };
}
