use casey_privacy::cache_family;

cache_family! {
    /// A key.
    struct Key { user: u64 } = "p:k:{user}",
    class = public, purpose = SecurityAbuse, category = "user.behavior", subject = user, owner = "core", label = "key"
}

fn main() {}
