use casey_privacy::PersonalData;

/// A table.
#[derive(PersonalData)]
struct Row {
    #[privacy(not_personal, why = "a counter")]
    id: i64,
}

fn main() {}
