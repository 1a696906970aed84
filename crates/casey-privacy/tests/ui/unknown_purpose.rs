use casey_privacy::PersonalData;

/// A table.
#[derive(PersonalData)]
#[privacy(table = "t", owner = "core", subject = none, scope = none, since = 1, retention = while_in_use, label = "t")]
struct Row {
    #[privacy(category = "user.behavior", purpose = Advertising, source = Observed, erase = DeleteRow)]
    clicks: i64,
}

fn main() {}
