use casey_privacy::PersonalData;

/// A table.
#[derive(PersonalData)]
#[privacy(table = "t", owner = "core", subject = none, scope = none, since = 1, retention = while_in_use, label = "t")]
struct Row {
    #[privacy(category = "system.operations", purpose = CoreSettings, source = Observed, erase = DeleteRow)]
    author_ref: i64,
    #[privacy(not_personal)]
    moderator_id: i64,
}

fn main() {}
