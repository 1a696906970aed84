use casey_privacy::PersonalData;

/// A table.
#[derive(PersonalData)]
#[privacy(table = "t", owner = "core", subject = none, scope = none, since = 1, retention = while_in_use, label = "t")]
struct Row {
    #[privacy(not_personal)]
    id: i64,
    #[privacy(category = "system.operations", purpose = CoreSettings, source = Observed, erase = NotPersonal)]
    revision: i64,
}

fn main() {}
