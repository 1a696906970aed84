use casey_privacy::PersonalData;

/// A table.
#[derive(PersonalData)]
#[privacy(table = "t", owner = "core", subject = none, scope = none, since = 1, retention = while_in_use, label = "t")]
struct Row {
    #[privacy(category = "user.account.settings", purpose = CoreSettings, source = Provided, erase = DeleteRow)]
    prefix: String,
    #[privacy(category = "user.account.settings", purpose = CoreSettings, source = Provided, erase = Bucket, rectify = Immutable("no"))]
    locale: String,
}

fn main() {}
