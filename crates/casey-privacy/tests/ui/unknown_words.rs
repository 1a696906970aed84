use casey_privacy::PersonalData;

/// A table.
#[derive(PersonalData)]
#[privacy(table = "t", owner = "core", subject = none, scope = none, since = 1, retention = while_in_use, label = "t")]
struct Row {
    #[privacy(category = "user.behavior", purpose = CoreSettings, source = Guessed, erase = DeleteRow)]
    a: i64,
    #[privacy(category = "user.behavior", purpose = CoreSettings, source = Observed, erase = DeletRow)]
    b: i64,
    #[privacy(category = "user.behavior", purpose = CoreSettings, source = Observed, erase = DeleteRow, export = Hide)]
    c: i64,
    #[privacy(category = "user.behavior", purpose = CoreSettings, source = Observed, erase = DeleteRow, retention = forever)]
    d: i64,
}

fn main() {}
