//! What kind of data a column holds.

casey_privacy_derive::__category_enum!();

impl Category {
    /// Whether data of this kind is about a person.
    pub fn is_personal(self) -> bool {
        self.key().starts_with("user.")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Category;

    #[test]
    fn keys_are_unique_and_lead_back() {
        let keys: BTreeSet<_> = Category::ALL.iter().map(|category| category.key()).collect();
        assert_eq!(keys.len(), Category::ALL.len());
        for category in Category::ALL {
            assert_eq!(Category::from_key(category.key()), Some(*category));
        }
        assert_eq!(Category::from_key("user.shoe_size"), None);
    }

    #[test]
    fn only_user_categories_are_personal() {
        assert!(Category::UserUniqueId.is_personal());
        assert!(!Category::SystemOperations.is_personal());
    }
}
