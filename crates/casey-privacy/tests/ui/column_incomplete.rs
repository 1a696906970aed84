use casey_privacy::PersonalData;

/// A table.
#[derive(PersonalData)]
#[privacy(table = "t", owner = "core", subject = none, scope = none, since = 1, retention = while_in_use, label = "t")]
struct Row {
    #[privacy(category = "user.behavior", source = Observed, erase = DeleteRow)]
    no_purpose: String,
    #[privacy(category = "user.behavior", purpose = CoreSettings, erase = DeleteRow)]
    no_source: String,
    #[privacy(category = "user.behavior", purpose = CoreSettings, source = Observed)]
    no_erase: String,
    #[privacy(purpose = CoreSettings, source = Observed, erase = DeleteRow)]
    no_category: String,
}

fn main() {}
