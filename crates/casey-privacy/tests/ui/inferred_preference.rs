use casey_privacy::PersonalData;

/// A table.
#[derive(PersonalData)]
#[privacy(table = "t", owner = "core", subject = none, scope = none, since = 1, retention = while_in_use, label = "t")]
struct Row {
    #[privacy(category = "user.account.settings", purposes(CoreSettings, PersonalPrefs), source = Inferred, erase = DeleteRow)]
    favourite: String,
}

fn main() {}
