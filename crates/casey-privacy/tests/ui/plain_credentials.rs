use casey_privacy::PersonalData;

/// A table.
#[derive(PersonalData)]
#[privacy(table = "t", owner = "core", subject = none, scope = none, since = 1, retention = while_in_use, label = "t")]
struct Row {
    #[privacy(category = "user.authorization.credentials", purpose = SocialLastfm, source = ThirdParty, erase = DeleteRow)]
    session_key: String,
}

fn main() {}
