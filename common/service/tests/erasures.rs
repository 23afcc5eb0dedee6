//! Erasures of persons: a remaining session stores nothing from their beginning on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use contract::person::{PersonAction, PersonRequestState, REQUESTED};
use contract::{UserId, part};
use service::Service;
use service::person::{Part, PersonalData, is_erased, listener};
use store::{Never, Stop, Store, Tx, Unavailable};
use testing::{Platforms, TestApp};

const NAME: &str = "tickets";

/// Data whose first erasure fails.
#[derive(Clone)]
struct Data {
    store: Store,
    erasures: Arc<AtomicUsize>,
    /// Whether decisions within an erasure saw that it had not begun.
    was_late: Arc<AtomicBool>,
}

async fn is_refused(store: &Store, user: UserId) -> Result<bool, Unavailable> {
    let reading = move |tx: &mut Tx<'_>| Ok::<_, Stop<Never>>(is_erased(tx, user)?);
    store.transact(reading).await.map_err(|failure| Unavailable::caused_by("cannot read", failure))
}

impl PersonalData for Data {
    async fn export(&self, _: UserId, _: &mut Part) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn erase(&self, user: UserId) -> Result<(), Unavailable> {
        if !is_refused(&self.store, user).await? {
            self.was_late.store(true, Ordering::Relaxed);
        }
        match self.erasures.fetch_add(1, Ordering::Relaxed) {
            0 => Err(Unavailable::new("the first erasure")),
            _ => Ok(()),
        }
    }
}

#[tokio::test]
async fn decisions_see_an_erasure_from_its_beginning_to_its_end_and_later() {
    let platforms = Platforms::in_memory();
    let sessions = platforms.sessions();
    let platform = platforms.platform_with(NAME, sessions.clone());
    let (mut service, store) = Service::open(NAME, &platform, &[]).await.unwrap();
    let (erasures, was_late) = (Arc::default(), Arc::default());
    let data = Data { store: store.clone(), erasures, was_late };
    service.loops.push(listener(NAME, &store, &platform, data.clone()).await.unwrap());
    let app = TestApp::start(&platforms, sessions, vec![service]);
    let (id, user_id) = (platforms.id(), UserId::from(platforms.id()));
    let checking = PersonAction::CheckErasure { forfeits_credit: false };
    let check = PersonRequestState { id, version: 1, user_id, action: checking };
    let erase = PersonRequestState { version: 2, action: PersonAction::Erase, ..check };
    app.publish(&[REQUESTED.of(check)]).await;
    app.settle().await;
    assert!(!is_refused(&store, user_id).await.unwrap());
    app.publish(&[REQUESTED.of(erase)]).await;
    app.settle().await;
    assert_eq!(data.erasures.load(Ordering::Relaxed), 1);
    assert!(is_refused(&store, user_id).await.unwrap(), "after the failure");
    assert_eq!(app.published(part::TICKETS).await.len(), 1);
    app.pass(Duration::from_mins(1)).await;
    assert_eq!(data.erasures.load(Ordering::Relaxed), 2);
    assert_eq!(app.published(part::TICKETS).await.len(), 2);
    assert!(is_refused(&store, user_id).await.unwrap());
    assert!(!data.was_late.load(Ordering::Relaxed));
}
