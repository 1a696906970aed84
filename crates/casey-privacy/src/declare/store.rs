//! One place where something is stored.

use super::{column::ColumnDecl, retention::Retention};

/// What kind of place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StoreKind {
    /// A table or view of the database.
    Table,
    /// A family of keys in the cache, see [`cache_family!`](crate::cache_family).
    CacheFamily,
    /// A prefix of the object store.
    ObjectPrefix,
    /// A cache in the memory of one process.
    MemCache,
    /// A field of the log.
    LogField,
    /// A label of a metric.
    MetricLabel,
    /// A cookie of the website.
    Cookie,
    /// An outside host that receives data.
    Recipient,
    /// A backup.
    Backup,
}

impl StoreKind {
    /// A stable word for committed files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::CacheFamily => "cache_family",
            Self::ObjectPrefix => "object_prefix",
            Self::MemCache => "mem_cache",
            Self::LogField => "log_field",
            Self::MetricLabel => "metric_label",
            Self::Cookie => "cookie",
            Self::Recipient => "recipient",
            Self::Backup => "backup",
        }
    }
}

/// How a row leads to the person it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// It is about nobody in particular.
    None,
    /// This column (or part of the key) holds the person's id.
    Column(&'static str),
    /// This column refers to a row of another store, which leads on.
    Through {
        /// The column here.
        column: &'static str,
        /// The other table.
        store: &'static str,
        /// The column there.
        key: &'static str,
    },
}

/// Who a row belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// A person.
    User,
    /// A person in one server.
    Member,
    /// A server.
    Guild,
    /// The website.
    Site,
    /// Nobody.
    None,
}

impl Scope {
    /// A stable word for committed files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Member => "member",
            Self::Guild => "guild",
            Self::Site => "site",
            Self::None => "none",
        }
    }
}

/// What happens to a row when a member leaves, or the bot leaves a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnLeave {
    /// The event has nothing to do with it.
    Unaffected,
    /// It goes at once.
    EraseNow,
    /// It goes once the grace period, which the operator configures, is over.
    EraseAfterGrace,
    /// It stays, for this reason.
    Keep(&'static str),
}

/// What a person's export does with rows that are also about others (GDPR, article 15, paragraph 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Art15 {
    /// The rows are about the person alone.
    OwnOnly,
    /// Others appear as "person-1", "person-2", the same within one export.
    PseudonymiseOthers,
    /// Rows that name others are withheld.
    WithholdIfOther,
}

/// One place where something is stored, as constant data.
///
/// Tables get theirs from `#[derive(PersonalData)]`, cache keys from
/// [`cache_family!`](crate::cache_family). The rest is written by hand:
///
/// ```
/// use casey_privacy::{Category, ColumnDecl, Purpose, Retention, StoreDecl, StoreKind, purposes::DiagErrors};
///
/// const COMMAND: StoreDecl = StoreDecl {
///     retention: Retention::Days(14),
///     label: "command name in the log",
///     explain: "Which command ran, without what was typed after it.",
///     columns: &[ColumnDecl::not_personal("value", "the name of a command")],
///     ..StoreDecl::new(StoreKind::LogField, "command", "core")
/// };
/// assert!(!COMMAND.is_personal());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StoreDecl {
    /// What kind of place it is.
    pub kind: StoreKind,
    /// Its name: a table, a key template, a prefix, a field, a host.
    pub name: &'static str,
    /// The module it belongs to.
    pub owner: &'static str,
    /// The version of the privacy policy that first mentions it.
    pub since: u32,
    /// How a row leads to the person it is about.
    pub subject: Subject,
    /// Who a row belongs to.
    pub scope: Scope,
    /// What happens when the member leaves.
    pub on_member_leave: OnLeave,
    /// What happens when the bot leaves the server.
    pub on_guild_leave: OnLeave,
    /// How long a row is kept.
    pub retention: Retention,
    /// The column with the moment from which the retention counts, in Unix milliseconds. A row in which it is empty does not age.
    pub aged_by: Option<&'static str>,
    /// What an export does with rows that are also about others.
    pub art15_4: Art15,
    /// A short name a person understands, or the key of its translation.
    pub label: &'static str,
    /// A sentence about it, or the key of its translation.
    pub explain: &'static str,
    /// Its columns, or the parts of its key and value.
    pub columns: &'static [ColumnDecl],
}

impl StoreDecl {
    /// A store about nobody that is kept while in use, since the first policy, to be refined by struct
    /// update.
    pub const fn new(kind: StoreKind, name: &'static str, owner: &'static str) -> Self {
        Self {
            kind,
            name,
            owner,
            since: 1,
            subject: Subject::None,
            scope: Scope::None,
            on_member_leave: OnLeave::Unaffected,
            on_guild_leave: OnLeave::Unaffected,
            retention: Retention::WhileInUse,
            aged_by: None,
            art15_4: Art15::OwnOnly,
            label: name,
            explain: "",
            columns: &[],
        }
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&'static ColumnDecl> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether anything in it is personal data.
    pub fn is_personal(&self) -> bool {
        self.columns.iter().any(ColumnDecl::is_personal)
    }

    /// The columns that hold a person's id: the subject's, and others such as "configured by".
    pub fn person_columns(&self) -> impl Iterator<Item = &'static ColumnDecl> + use<> {
        let subject = match self.subject {
            Subject::Column(name) => Some(name),
            Subject::None | Subject::Through { .. } => None,
        };
        self.columns.iter().filter(move |column| {
            Some(column.name) == subject
                || (column.is_personal() && column.category.key() == "user.unique_id")
        })
    }
}

/// A type that declares where it is stored.
///
/// Implemented by `#[derive(PersonalData)]` for database models and by
/// [`cache_family!`](crate::cache_family) for cache keys.
pub trait PersonalData {
    /// The declaration.
    const STORE: &'static StoreDecl;
}
