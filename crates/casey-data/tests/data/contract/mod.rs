//! What every implementation of a port has to do. An implementation joins with one line, `contract_suite!(name, open)`.
#![allow(clippy::unwrap_used)]

pub(crate) mod cache;
pub(crate) mod gateway;
pub(crate) mod jobs;
pub(crate) mod quota;
pub(crate) mod reminders;
pub(crate) mod settings;
pub(crate) mod usage;

use std::{future::Future, pin::Pin, sync::Arc};

use casey_core::{
    Cache, CommandUse, GatewaySessions, JobStore, Quota, Settings, UsageLog, testing::ManualClock,
};
use casey_management::ReminderStore;

/// What is in the history, oldest first, read past the port.
pub(crate) type History =
    Box<dyn Fn() -> Pin<Box<dyn Future<Output = Vec<CommandUse>> + Send>> + Send + Sync>;

/// One implementation of each port.
pub(crate) struct Ports {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) settings: Arc<dyn Settings>,
    pub(crate) usage: Arc<dyn UsageLog>,
    pub(crate) history: History,
    pub(crate) jobs: Arc<dyn JobStore>,
    pub(crate) reminders: Arc<dyn ReminderStore>,
    pub(crate) gateway: Arc<dyn GatewaySessions>,
    pub(crate) cache: Arc<dyn Cache>,
    pub(crate) quota: Arc<dyn Quota>,
    /// What has to live as long.
    pub(crate) _keep: Box<dyn Send + Sync>,
}

/// Runs every contract on what `$open` opens, each test on its own; with `caches` those of the cache and the counters alone. What opens to
/// `None` is not there on this machine, and has said so.
macro_rules! contract_suite {
    ($name:ident, $open:path) => {
        mod $name {
            contract_suite!(@port settings, $open;
                a_server_without_settings_has_the_defaults
                what_was_set_is_read_whole
                setting_replaces_everything
                servers_do_not_share_settings
                a_prefix_given_twice_counts_once
                personal_prefixes_belong_to_who_is_permitted
                all_prefixes_are_listed_with_their_owners
                of_many_writers_one_wins_whole
            );
            contract_suite!(@port usage, $open;
                a_permitted_use_is_in_the_history
                without_a_permit_there_is_no_history
                uses_keep_their_order
            );
            contract_suite!(@port jobs, $open;
                a_job_is_claimed_when_it_is_due
                adding_twice_is_once
                a_lease_holds_until_it_ends
                a_lease_is_good_for_one_attempt
                a_clock_set_back_holds_nobody_up
                what_becomes_of_a_job
                a_job_put_off_too_far_is_brought_forward
                a_number_that_was_asked_for_is_given_once
                a_cancelled_job_is_nobodys
                of_many_who_claim_each_job_has_one
                the_next_one_is_known
            );
            contract_suite!(@port gateway, $open;
                a_session_is_taken_up_whole
                a_session_replaces_the_one_before
                sessions_of_others_are_not_mixed_up
                a_bucket_is_taken_by_one
                a_bucket_is_free_again_in_time
            );
            contract_suite!(@port reminders, $open;
                a_reminder_is_kept_with_its_job
                one_event_sets_one_reminder
                an_event_that_comes_again_after_delivery_has_the_same_number
                numbers_are_a_persons_own
                cancelling_takes_the_job_along
                what_was_delivered_is_forgotten_and_what_cannot_be_stays
                nobody_has_too_many
            );
            contract_suite!(@caches $open);
        }
    };
    (caches $name:ident, $open:path) => {
        mod $name {
            contract_suite!(@caches $open);
        }
    };
    (@caches $open:path) => {
        contract_suite!(@port cache, $open;
            a_value_is_read_until_its_end
            reading_never_extends
            writing_again_replaces_value_and_end
            a_value_is_taken_once
            of_many_takers_one_gets_it
            nothing_outlives_its_family
            keys_do_not_meet
        );
        contract_suite!(@port quota, $open;
            a_limit_holds_for_its_window
            waiting_as_told_is_enough
            refused_uses_do_not_move_the_window
            keys_are_counted_apart
            many_at_once_do_not_slip_through
        );
    };
    (@port $port:ident, $open:path; $($test:ident)+) => {
        mod $port {
            $(
                #[tokio::test]
                async fn $test() {
                    let ports: Option<crate::contract::Ports> = $open().await.into();
                    if let Some(ports) = ports {
                        crate::contract::$port::$test(ports).await;
                    }
                }
            )+
        }
    };
}
