#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod bot;
mod builtins;
mod call;
mod catalogue;
mod command;
mod complete;
mod components;
mod custom_id;
mod deadline;
mod deliver;
mod delivery;
mod dispatch;
pub mod duration;
mod effect;
mod error;
pub mod escape;
mod failing;
mod guard;
mod house;
mod invocation;
mod jobs;
mod lanes;
mod memory;
mod menu;
mod modal;
mod module;
mod overrides;
pub mod permissions;
mod ports;
mod prefix;
mod press;
pub mod privacy;
pub mod reader;
mod reply;
mod running;
mod select;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod text;
mod time;
mod tracker;
mod words;

pub use self::{
    bot::{Bot, BotBuilder, BuildError, Glance},
    builtins::{Facts, PrivacyDesk},
    call::{Call, row},
    catalogue::{Catalogue, CatalogueError, CommandInfo, OptionInfo},
    command::{Command, Rules},
    complete::Choice,
    components::ComponentError,
    custom_id::{CustomId, CustomIdError, Rejected, Signer},
    delivery::Delivery,
    effect::{Effect, InteractionRef, Method, Receipt},
    error::{DiscordError, DiscordErrorKind, Failure, Reference, StoreError, StoreErrorKind, causes},
    house::Ports,
    jobs::{JobHandler, JobOutcome, JobRunner, Jobs},
    memory::{MemoryCache, MemoryJobs, MemoryQuota, MemorySessions, MemorySettings, MemoryUsage},
    menu::Menu,
    modal::{Input, Modal, ModalBuilder, Submission, Submitted},
    module::{Module, Moment, Wants},
    overrides::{Asked, Override, What, Whom, decide},
    ports::{
        Allowance, Cache, ChannelInfo, Claim, CommandUse, Directory, Discord, GatewaySession,
        GatewaySessions, GuildInfo, GuildSettings, Job, JobCounts, JobId, JobStore, Lease, Limit, Me, NewJob,
        Observer, Outcome, PrefixEntry, Quota, Settings, Settled, UsageLog, Way,
    },
    prefix::{Prefix, PrefixBook, PrefixError},
    press::{Press, Pressed},
    reply::{File, Pings, Reply},
    select::{Chosen, Select, SelectOption},
    time::{Clock, SystemClock, Timestamp},
    words::Wording,
};

#[cfg(test)]
mod assertions {
    use static_assertions::{assert_impl_all, assert_obj_safe};

    assert_obj_safe!(crate::Module, crate::Discord, crate::Directory, crate::Clock);
    assert_obj_safe!(crate::Cache, crate::Quota, crate::Settings, crate::UsageLog);
    assert_obj_safe!(crate::JobStore, crate::JobHandler, crate::GatewaySessions);
    assert_impl_all!(crate::Bot: Clone, Send, Sync);
    assert_impl_all!(crate::Call: Clone, Send, Sync);
    assert_impl_all!(crate::Failure: Send, Sync);
    assert_impl_all!(crate::Reply: Send, Sync);
}
