use casey_privacy::PersonalData;

/// A table.
#[derive(PersonalData)]
#[privacy(table = "t", owner = "core", subject = none, scope = none, since = 1, retention = while_in_use, label = "t")]
struct Row {
    #[privacy(not_personal, why = "a counter")]
    id: i64,
    name: String,
    other: String,
}

fn main() {}
