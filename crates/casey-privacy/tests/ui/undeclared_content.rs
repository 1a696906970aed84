use casey_privacy::PersonalData;

/// A table.
#[derive(PersonalData)]
#[privacy(table = "t", owner = "core", subject = none, scope = none, since = 1, retention = while_in_use, label = "t")]
struct Row {
    #[privacy(category = "user.content.private", purpose = CoreSettings, source = Provided, erase = DeleteRow, rectify = "note.set")]
    not_free_text: String,
    #[privacy(category = "user.content.public", purpose = CoreSettings, source = Observed, free_text, erase = DeleteRow)]
    not_provided: String,
}

fn main() {}
