//! Retention: expired documents are deleted, page by page; no others are.

use std::time::Duration;

use service::retention::forget_once;
use store::{Never, Options, Stop, Store};
use testing::Platforms;
use testing::platforms::START;

use crate::kiosk::{self, Note, app, write};

const KEPT: Duration = Duration::from_hours(1);

#[tokio::test]
async fn a_document_goes_at_the_end_of_its_time_and_not_before() {
    let platforms = Platforms::in_memory();
    let app = app(&platforms).await;
    let store = app.store(kiosk::NAME);
    let forget = || forget_once::<Note>((store, &platforms.clock), ("by_age", KEPT));
    write(store, "old".to_owned()).await.unwrap();
    platforms.hand().advance(Duration::from_millis(1));
    write(store, "young".to_owned()).await.unwrap();
    platforms.hand().set(START.plus(KEPT).minus(Duration::from_millis(1)));
    assert_eq!(forget().await.unwrap(), 0);
    platforms.hand().advance(Duration::from_millis(1));
    assert_eq!(forget().await.unwrap(), 1);
    assert_eq!(store.find::<Note>("old").await.unwrap(), None);
    assert!(store.find::<Note>("young").await.unwrap().is_some());
    assert_eq!(forget().await.unwrap(), 0);
}

#[tokio::test]
async fn a_step_is_bounded_and_steps_go_on_until_all_is_gone() {
    let platforms = Platforms::in_memory();
    let app = app(&platforms).await;
    let store = app.store(kiosk::NAME);
    let all = (0..1_100).map(|id| write(store, id.to_string()));
    for written in futures::future::join_all(all).await {
        written.unwrap();
    }
    platforms.hand().advance(KEPT);
    let forget = || forget_once::<Note>((store, &platforms.clock), ("by_age", KEPT));
    let mut steps = Vec::new();
    while let count @ 1.. = forget().await.unwrap() {
        steps.push(count);
    }
    assert_eq!(steps, [500, 500, 100]);
}

#[tokio::test]
async fn a_document_that_was_renewed_meanwhile_stays() {
    let platforms = Platforms::in_memory();
    let (clock, hand) = (platforms.clock.clone(), platforms.hand());
    let options = Options {
        source: kiosk::NAME,
        collections: vec![&kiosk::NOTES],
        clock: clock.clone(),
        ids: platforms.ids.clone(),
    };
    let engine = platforms.engine(kiosk::NAME);
    let (store, mut committer) = Store::open(engine, options).await.unwrap();
    tokio::join!(write(&store, "a".to_owned()), committer.run_once()).0.unwrap();
    hand.advance(KEPT);
    // Nothing is committed before the committer is stepped: the renewal waits for it, so that the
    // query of the step sees the old document and the decision of the step the new one.
    let renewing = store.transact(|tx| {
        let note = tx.get::<Note>("a")?;
        let written_at = tx.now();
        if let Some(note) = note {
            tx.save(Note { written_at, ..note });
        }
        Ok::<_, Stop<Never>>(())
    });
    let mut renewing = std::pin::pin!(renewing);
    assert!(futures::poll!(renewing.as_mut()).is_pending());
    let committing = async { while committer.run_once().await.is_some() {} };
    let work = async {
        let forgotten = forget_once::<Note>((&store, &clock), ("by_age", KEPT)).await;
        renewing.await.unwrap();
        forgotten.unwrap()
    };
    let forgotten = tokio::select! {
        biased;
        forgotten = work => forgotten,
        () = committing => unreachable!("the store is open"),
    };
    assert_eq!(forgotten, 0);
    assert!(store.find::<Note>("a").await.unwrap().is_some());
}
