use std::time::Duration;

use casey_core::{Claim, Clock, Job, JobId, Lease, Settled, Timestamp};
use casey_management::{Added, MOST_REMINDERS, NewReminder, REMINDER, Reminder};
use casey_privacy::purposes::CoreCommands;
use twilight_model::id::Id;

use super::Ports;
use crate::support::{permit, user};

const HOUR: Duration = Duration::from_hours(1);

async fn keep(ports: &Ports, person: u64, text: &str, after: Duration) -> Added {
    keep_of(ports, JobId::fresh(ports.clock.now()).get(), person, text, after).await
}

async fn keep_of(ports: &Ports, event: u64, person: u64, text: &str, after: Duration) -> Added {
    let now = ports.clock.now();
    let new = NewReminder { event, channel: Some(Id::new(20)), text: text.to_owned(), due: now + after };
    ports.reminders.add(permit::<CoreCommands>(person).await, now, new).await.unwrap()
}

async fn kept(ports: &Ports, person: u64, text: &str, after: Duration) -> Reminder {
    match keep(ports, person, text, after).await {
        Added::Kept(reminder) => reminder,
        Added::TooMany => panic!("too many"),
    }
}

async fn jobs(ports: &Ports, now: Timestamp) -> Vec<Job> {
    let claim = Claim {
        owner: "a".into(),
        kinds: vec![REMINDER.into()],
        except: Vec::new(),
        most: 100,
        now,
        lease: Duration::from_secs(1),
    };
    ports.jobs.claim(claim).await.unwrap()
}

pub(crate) async fn a_reminder_is_kept_with_its_job(ports: Ports) {
    let now = ports.clock.now();
    let text = "tea & \"biscuits\" \u{1f375}\nnow";
    let reminder = kept(&ports, 7, text, HOUR).await;
    assert_eq!((reminder.user, reminder.number, reminder.text.as_str()), (user(7), 1, text));
    assert_eq!((reminder.due, reminder.created, reminder.undeliverable), (now + HOUR, now, None));
    assert_eq!(ports.reminders.get(reminder.id).await.unwrap(), Some(reminder.clone()));
    assert_eq!(ports.reminders.list(user(7)).await.unwrap(), std::slice::from_ref(&reminder));
    assert_eq!(jobs(&ports, now).await, []);
    let due = jobs(&ports, now + HOUR).await;
    assert_eq!(due.len(), 1);
    assert_eq!((due[0].number("reminder"), due[0].user), (Some(reminder.id), Some(user(7))));
}

pub(crate) async fn one_event_sets_one_reminder(ports: Ports) {
    let first = keep_of(&ports, 900_719_925_474_099_301, 7, "tea", HOUR).await;
    ports.clock.advance(Duration::from_secs(5));
    let again = keep_of(&ports, 900_719_925_474_099_301, 7, "tea", HOUR).await;
    assert_eq!(again, first);
    assert_eq!(ports.reminders.list(user(7)).await.unwrap().len(), 1);
    assert_eq!(jobs(&ports, ports.clock.now() + HOUR).await.len(), 1);
}

pub(crate) async fn an_event_that_comes_again_after_delivery_has_the_same_number(ports: Ports) {
    const EVENT: u64 = 900_719_925_474_099_301;
    let mut numbers = Vec::new();
    for _ in 0..2 {
        let Added::Kept(kept) = keep_of(&ports, EVENT, 7, "tea", HOUR).await else { panic!("too many") };
        let due = jobs(&ports, ports.clock.now() + HOUR).await;
        numbers.extend(due.iter().map(|job| job.id));
        ports.reminders.delivered(kept.id).await.unwrap();
        let lease = Lease { job: due[0].id, owner: "a".into(), attempt: due[0].attempts };
        assert!(ports.jobs.settle(&lease, Settled::Done).await.unwrap());
    }
    assert_eq!(
        numbers,
        [JobId::of_event(EVENT); 2],
        "so that Discord takes the second message for the first"
    );
    assert_ne!(numbers[0].get(), EVENT, "which is what the answer to the event carries");
}

pub(crate) async fn numbers_are_a_persons_own(ports: Ports) {
    kept(&ports, 7, "late", 3 * HOUR).await;
    kept(&ports, 8, "another's", HOUR).await;
    kept(&ports, 7, "early", HOUR).await;
    let listed = ports.reminders.list(user(7)).await.unwrap();
    let told: Vec<_> = listed.iter().map(|reminder| (reminder.number, reminder.text.as_str())).collect();
    assert_eq!(told, [(2, "early"), (1, "late")]);
    // A number is not given again while a higher one is in use.
    assert!(ports.reminders.cancel(user(7), 1).await.unwrap());
    assert_eq!(kept(&ports, 7, "third", HOUR).await.number, 3);
}

pub(crate) async fn cancelling_takes_the_job_along(ports: Ports) {
    let reminder = kept(&ports, 7, "tea", HOUR).await;
    assert!(!ports.reminders.cancel(user(8), 1).await.unwrap());
    assert!(ports.reminders.cancel(user(7), 1).await.unwrap());
    assert!(!ports.reminders.cancel(user(7), 1).await.unwrap());
    assert_eq!(ports.reminders.get(reminder.id).await.unwrap(), None);
    assert_eq!(jobs(&ports, ports.clock.now() + HOUR).await, []);
}

pub(crate) async fn what_was_delivered_is_forgotten_and_what_cannot_be_stays(ports: Ports) {
    let (one, two) = (kept(&ports, 7, "one", HOUR).await, kept(&ports, 7, "two", HOUR).await);
    for _ in 0..2 {
        ports.reminders.delivered(one.id).await.unwrap();
        ports.reminders.undeliverable(one.id, ports.clock.now()).await.unwrap();
    }
    ports.reminders.undeliverable(two.id, ports.clock.now() + HOUR).await.unwrap();
    let two = Reminder { undeliverable: Some(ports.clock.now() + HOUR), ..two };
    assert_eq!(ports.reminders.list(user(7)).await.unwrap(), [two]);
}

pub(crate) async fn nobody_has_too_many(ports: Ports) {
    for number in 0..MOST_REMINDERS {
        kept(&ports, 7, &number.to_string(), HOUR).await;
    }
    assert_eq!(keep(&ports, 7, "one more", HOUR).await, Added::TooMany);
    assert_eq!(jobs(&ports, ports.clock.now() + HOUR).await.len(), MOST_REMINDERS);
    kept(&ports, 8, "another's", HOUR).await;
}
