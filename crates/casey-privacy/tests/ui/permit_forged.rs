use casey_privacy::{Permit, SubjectId, purposes::StatsUsage};

fn main() {
    let _: Permit<StatsUsage> = Permit::new(Some(SubjectId::new(1)));
}
