use casey_privacy::cache_family;

cache_family! {
    /// A key.
    struct Key { user: u64 } = "c:k:{user}",
    class = ephemeral, purpose = SecurityAbuse, category = "user.behavior", subject = user, owner = "core", label = "key"
}

fn main() {}
