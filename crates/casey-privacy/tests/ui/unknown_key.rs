use casey_privacy::PersonalData;

/// A table.
#[derive(PersonalData)]
#[privacy(table = "t", owner = "core", subject = none, scope = none, since = 1, retention = while_in_use, label = "t")]
struct Row {
    #[privacy(category = "user.behavior", purpose = CoreSettings, source = Observed, erase = DeleteRow, eksport = Access)]
    size: i64,
}

fn main() {}
