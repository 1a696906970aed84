use casey_privacy::PersonalData;

/// A table.
#[derive(PersonalData)]
#[privacy(table = "t", owner = "core", subject = none, scope = none, since = 1, retention = while_in_use, label = "t")]
struct Row {
    #[privacy(category = "user.shoe_size", purpose = CoreSettings, source = Observed, erase = DeleteRow)]
    size: i64,
    #[privacy(category = "user.unique_ids", purpose = CoreSettings, source = Observed, erase = DeleteRow)]
    id: i64,
}

fn main() {}
