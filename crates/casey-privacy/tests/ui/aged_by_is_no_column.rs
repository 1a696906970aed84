use casey_privacy::PersonalData;

/// A table.
#[derive(PersonalData)]
#[privacy(table = "t", owner = "core", aged_by = made_at, subject = user, scope = user, since = 1, retention = until_erased, label = "t")]
struct Row {
    #[privacy(category = "user.unique_id", purpose = CoreSettings, source = Observed, erase = DeleteRow)]
    user: i64,
}

fn main() {}
