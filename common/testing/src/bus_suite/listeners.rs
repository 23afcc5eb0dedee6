//! Properties of handlers, backoff, dead letters and panics.

use std::collections::HashMap;
use std::sync::Arc;

use bus::listener::{PANICS_MAX, RETRY};
use bus::{BusMessage, Handled, Listener, Received, Undeliverable};
use bytes::Bytes;
use contract::catalogue::services::Subscription;
use contract::user::{AccountStatus, BANNED, CREATED, UserState};
use contract::{MessageType, Timestamp, UserId};
use parking_lot::Mutex;
use sources::{Ids, Trace, current_trace};
use store::Unavailable;
use tokio::sync::Barrier;

use crate::envelopes::envelope_of;

use super::{Rig, lag_is};

/// A handler's failure.
#[derive(Clone, Copy)]
enum Plan {
    Outage,
    Panic,
    Refusal,
}

/// The messages that a test's listener handled, and its planned failures by user.
#[derive(Clone, Default)]
struct Script {
    seen: Arc<Mutex<Vec<UserId>>>,
    plans: Arc<Mutex<HashMap<UserId, Plan>>>,
    traces: Arc<Mutex<Vec<Option<Trace>>>>,
}

impl Script {
    fn plan(&self, user: u64, plan: Plan) {
        self.plans.lock().insert(self::user(user).id, plan);
    }

    fn all_is_well(&self) {
        self.plans.lock().clear();
    }

    fn answer(&self, user: UserId) -> Result<Handled, Undeliverable> {
        self.seen.lock().push(user);
        self.traces.lock().push(current_trace());
        let plan = self.plans.lock().get(&user).copied();
        match plan {
            None => Ok(Handled::Applied),
            Some(Plan::Outage) => Err(Undeliverable::Retry(Unavailable::new("a planned outage"))),
            Some(Plan::Refusal) => Err(Undeliverable::Refused("a planned refusal".to_owned())),
            Some(Plan::Panic) => panic!("a planned panic"),
        }
    }
}

const NAME: (&str, Subscription) =
    ("suite", Subscription::durable("on_user_created", "user.created"));
const TYPES: &[MessageType<UserState>] = &[CREATED];

/// A listener whose handler follows a script.
async fn scripted(rig: &Rig) -> (Script, Listener) {
    let script = Script::default();
    let answering = script.clone();
    let handler = move |received: Received<UserState>| {
        let script = answering.clone();
        async move { script.answer(received.state.id) }
    };
    (script, Listener::new(&rig.bus, &rig.clock, NAME, TYPES, handler).await.unwrap())
}

fn user(at: u64) -> UserState {
    let (status, created_at) = (AccountStatus::Active, Timestamp::from_unix_ms(0));
    let id = Ids::seeded(at).next(created_at).into();
    UserState { id, version: 1, status, created_at }
}

async fn publish_body(rig: &Rig, id: &str, body: impl Into<Bytes>) {
    let message = BusMessage { id: id.to_owned(), subject: CREATED.subject(), body: body.into() };
    rig.bus.publish(vec![message]).await.unwrap();
}

/// Publishes users in one envelope.
async fn publish_users(
    rig: &Rig,
    users: &[u64],
    type_: MessageType<UserState>,
    trace: Option<&Trace>,
) {
    let messages: Vec<_> = users.iter().map(|at| type_.of(user(*at))).collect();
    let body = envelope_of("suite", rig.clock.now(), &messages, trace);
    let id = format!("{} {users:?}", type_.name());
    publish_body(rig, &id, body).await;
}

/// A listener handles every message of an envelope and settles it.
pub async fn a_listener_handles_each_message_once(rig: Rig) {
    let (script, listener) = scripted(&rig).await;
    publish_users(&rig, &[1, 2], CREATED, None).await;
    listener.wait().await;
    assert_eq!(listener.run_once().await.unwrap(), 1);
    assert_eq!(listener.run_once().await.unwrap(), 0);
    assert_eq!(*script.seen.lock(), [user(1).id, user(2).id]);
    lag_is(&rig.bus, "suite.on_user_created", 0).await;
}

/// The messages of several envelopes are handled concurrently, so that they share one commit: here
/// each waits for all.
pub async fn messages_are_handled_concurrently(rig: Rig) {
    let barrier = Arc::new(Barrier::new(3));
    let handler = move |_: Received<UserState>| {
        let barrier = Arc::clone(&barrier);
        async move {
            barrier.wait().await;
            Ok(Handled::Applied)
        }
    };
    let listener = Listener::new(&rig.bus, &rig.clock, NAME, TYPES, handler).await.unwrap();
    publish_users(&rig, &[1, 2], CREATED, None).await;
    publish_users(&rig, &[3], CREATED, None).await;
    assert_eq!(listener.run_once().await.unwrap(), 2);
}

/// A handler runs within the trace of its message.
pub async fn a_handler_works_within_the_trace_of_its_message(rig: Rig) {
    let (script, listener) = scripted(&rig).await;
    let trace = Trace::new([1; 16], [2; 8]);
    publish_users(&rig, &[1], CREATED, Some(&trace)).await;
    publish_users(&rig, &[2], CREATED, None).await;
    assert_eq!(listener.run_once().await.unwrap(), 2);
    assert_eq!(*script.traces.lock(), [Some(trace), None]);
}

/// An outage is retried without limit, with an increasing backoff, and never becomes a dead letter.
pub async fn an_outage_is_retried_with_backoff(rig: Rig) {
    let (script, listener) = scripted(&rig).await;
    script.plan(1, Plan::Outage);
    publish_users(&rig, &[1], CREATED, None).await;
    for attempt in 1..=30 {
        assert_eq!(listener.run_once().await.unwrap(), 1);
        assert_eq!(listener.run_once().await.unwrap(), 0);
        rig.hand.advance(RETRY.pause(attempt));
    }
    script.all_is_well();
    assert_eq!(listener.run_once().await.unwrap(), 1);
    rig.hand.advance(RETRY.pause(u32::MAX));
    assert_eq!(listener.run_once().await.unwrap(), 0);
    assert_eq!(script.seen.lock().len(), 31);
    assert!(rig.bus.dead_letters(None).await.unwrap().is_empty());
}

/// Only the message that is refused or unreadable becomes a dead letter; the others of its envelope
/// are handled.
pub async fn a_dead_letter_affects_no_other_message_and_can_be_replayed(rig: Rig) {
    let (script, listener) = scripted(&rig).await;
    script.plan(2, Plan::Refusal);
    publish_users(&rig, &[1, 2, 3], CREATED, None).await;
    publish_body(&rig, "junk", &b"[{\"specversion\":\"1.0\"}, 7]"[..]).await;
    publish_body(&rig, "no array", &b"\xff not json"[..]).await;
    publish_users(&rig, &[4], BANNED, None).await;
    assert_eq!(listener.run_once().await.unwrap(), 4);
    assert_eq!(listener.run_once().await.unwrap(), 0);
    assert_eq!(script.seen.lock().len(), 3);
    let dead = rig.bus.dead_letters(Some("suite")).await.unwrap();
    let reasons: Vec<&str> = dead.iter().map(|letter| letter.reason.as_str()).collect();
    let starts = |start: &str| reasons.iter().filter(|reason| reason.starts_with(start)).count();
    assert_eq!(reasons.len(), 5, "{reasons:?}");
    assert_eq!(starts("a planned refusal"), 1);
    assert_eq!(starts("not a CloudEvent"), 2);
    assert_eq!(starts("envelope cannot be read"), 1);
    assert_eq!(starts("type user.banned is not subscribed to"), 1);
    assert!(rig.bus.dead_letters(Some("other")).await.unwrap().is_empty());

    let refused = dead.iter().find(|letter| letter.reason == "a planned refusal").unwrap();
    assert_eq!(refused.subject, "dead.suite.on_user_created.user.created");
    assert_eq!((refused.origin.clone(), refused.at), (CREATED.subject(), rig.clock.now()));
    assert!(refused.body.contains(&user(2).id.to_string()));
    rig.bus.replay(refused.id).await.unwrap();
    assert_eq!(listener.run_once().await.unwrap(), 1);
    assert_eq!(script.seen.lock().len(), 4);
    let again = rig.bus.dead_letters(None).await.unwrap();
    assert_eq!(again.len(), 5, "the message is refused again");
    assert!(rig.bus.replay(refused.id).await.is_err(), "the dead letter has a new id");
    script.all_is_well();
    rig.bus.replay(again.iter().map(|letter| letter.id).max().unwrap()).await.unwrap();
    assert_eq!(listener.run_once().await.unwrap(), 1);
    assert_eq!(rig.bus.dead_letters(None).await.unwrap().len(), 4);
    let Rig { bus, reopen, .. } = rig;
    drop(listener);
    assert_eq!(reopen(bus).await.dead_letters(None).await.unwrap().len(), 4);
}

/// A refused message in an envelope that is redelivered for another message becomes a dead letter
/// once, when the envelope is settled.
pub async fn redeliveries_of_an_envelope_create_one_dead_letter(rig: Rig) {
    let (script, listener) = scripted(&rig).await;
    script.plan(1, Plan::Outage);
    script.plan(2, Plan::Refusal);
    publish_users(&rig, &[1, 2], CREATED, None).await;
    for attempt in 1..=5 {
        assert_eq!(listener.run_once().await.unwrap(), 1);
        assert!(rig.bus.dead_letters(None).await.unwrap().is_empty());
        rig.hand.advance(RETRY.pause(attempt));
    }
    script.all_is_well();
    script.plan(2, Plan::Refusal);
    assert_eq!(listener.run_once().await.unwrap(), 1);
    let dead = rig.bus.dead_letters(None).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert!(dead.first().unwrap().body.contains(&user(2).id.to_string()));
}

/// A message whose handler panics is retried, and becomes a dead letter after a bounded number of
/// attempts; the others are handled.
pub async fn a_message_whose_handler_panics_becomes_a_dead_letter(rig: Rig) {
    let script = Script::default();
    let handler = {
        let script = script.clone();
        // A panic before a future exists has the same effect as any other panic.
        move |received: Received<UserState>| std::future::ready(script.answer(received.state.id))
    };
    let listener = Listener::new(&rig.bus, &rig.clock, NAME, TYPES, handler).await.unwrap();
    script.plan(1, Plan::Panic);
    publish_users(&rig, &[1], CREATED, None).await;
    publish_users(&rig, &[2], CREATED, None).await;
    assert_eq!(listener.run_once().await.unwrap(), 2);
    for attempt in 1..PANICS_MAX {
        assert!(rig.bus.dead_letters(None).await.unwrap().is_empty());
        rig.hand.advance(RETRY.pause(attempt));
        assert_eq!(
            listener.run_once().await.unwrap(),
            1,
            "only the message that panicked is redelivered"
        );
    }
    let dead = rig.bus.dead_letters(None).await.unwrap();
    assert_eq!(dead.first().unwrap().reason, "the handler panics");
    assert_eq!(dead.len(), 1);
    rig.hand.advance(RETRY.pause(u32::MAX));
    assert_eq!(listener.run_once().await.unwrap(), 0);
}
