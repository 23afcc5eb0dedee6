//! Revoked sessions: rejected at once and after a restart, dropped when their tokens have expired.

use std::time::Duration;

use contract::session::{REVOKED, RevocationState, Revoked};
use contract::{SessionId, UserId};
use service::revocations;
use store::{Engine, Fault, MemoryEngine, Never, Operation, Stop};
use testing::user::{Rank, claims, sign};
use testing::{Platforms, TestApp, User};

use crate::kiosk::{self, app, start_on};

/// A session of an account in some epoch.
fn signed_in(platforms: &Platforms, user: UserId, epoch: u64) -> (User, SessionId) {
    let session = SessionId::from(platforms.id());
    let claims =
        web::session::Claims { epoch, ..claims(user, session, Rank::User, platforms.clock.now()) };
    let cookie = format!("session={}", sign(&claims, &platforms.key));
    (User { id: user, cookie }, session)
}

/// A session of a new account, and its revocation.
fn ended_session(platforms: &Platforms) -> (User, RevocationState) {
    let (user, session_id) = signed_in(platforms, UserId::from(platforms.id()), 0);
    (user, revocation(platforms, Revoked::Session { session_id }))
}

fn revocation(platforms: &Platforms, revoked: Revoked) -> RevocationState {
    let now = platforms.clock.now();
    RevocationState { revoked, revoked_at: now, forget_after: now.plus(Duration::from_mins(30)) }
}

async fn is_let_in(app: &TestApp, user: &User) -> bool {
    app.get(Some(user), "/api/who").await.status == 200
}

#[tokio::test]
async fn only_the_revoked_session_is_rejected() {
    let platforms = Platforms::in_memory();
    let app = app(&platforms).await;
    let account = UserId::from(platforms.id());
    let (here, session_id) = signed_in(&platforms, account, 0);
    let (elsewhere, _) = signed_in(&platforms, account, 0);
    assert!(is_let_in(&app, &here).await);
    let message = REVOKED.of(revocation(&platforms, Revoked::Session { session_id }));
    for _ in 0..2 {
        app.publish(std::slice::from_ref(&message)).await;
        app.settle().await;
        assert!(!is_let_in(&app, &here).await);
        assert!(is_let_in(&app, &elsewhere).await);
    }
    assert!(app.dead_letters().await.is_empty());
}

#[tokio::test]
async fn a_late_or_repeated_older_epoch_has_no_effect() {
    let platforms = Platforms::in_memory();
    let app = app(&platforms).await;
    let user_id = UserId::from(platforms.id());
    let sessions = [0, 1, 2].map(|epoch| signed_in(&platforms, user_id, epoch).0);
    let [first, second] =
        [1, 2].map(|epoch| REVOKED.of(revocation(&platforms, Revoked::Account { user_id, epoch })));
    for message in [second.clone(), first.clone(), second, first] {
        app.publish(&[message]).await;
        app.settle().await;
        assert!(!is_let_in(&app, &sessions[0]).await);
        assert!(!is_let_in(&app, &sessions[1]).await);
        assert!(is_let_in(&app, &sessions[2]).await);
    }
    app.kill().await;
    let next = kiosk::app(&platforms).await;
    assert!(!is_let_in(&next, &sessions[1]).await, "the copy is of the newest epoch");
    assert!(is_let_in(&next, &sessions[2]).await);
}

#[tokio::test]
async fn a_revocation_outlives_the_process() {
    let platforms = Platforms::in_memory();
    let first = app(&platforms).await;
    let (user, ended) = ended_session(&platforms);
    first.publish(&[REVOKED.of(ended)]).await;
    first.settle().await;
    first.stop().await;
    let second = app(&platforms).await;
    assert!(!is_let_in(&second, &user).await);
}

#[tokio::test]
async fn a_revocation_survives_a_crash_before_its_message_is_published() {
    let platforms = Platforms::in_memory();
    let first = app(&platforms).await;
    let (user, ended) = ended_session(&platforms);
    let published = first.store(kiosk::NAME).transact(move |tx| {
        revocations::publish(tx, ended)?;
        Ok::<_, Stop<Never>>(())
    });
    published.await.unwrap();
    first.kill().await;
    let second = app(&platforms).await;
    assert!(!is_let_in(&second, &user).await);
    second.settle().await;
    assert_eq!(second.published(REVOKED).await, [ended]);
}

#[tokio::test]
async fn an_outage_delays_a_revocation_and_does_not_lose_it() {
    let platforms = Platforms::in_memory();
    let engine = MemoryEngine::default();
    let faults = engine.faults();
    let app = start_on(&platforms, platforms.sessions(), Engine::Memory(engine)).await;
    let (user, ended) = ended_session(&platforms);
    faults.plan(Operation::Commit, Fault::Fail);
    app.publish(&[REVOKED.of(ended)]).await;
    app.settle().await;
    assert!(is_let_in(&app, &user).await, "it is retried later");
    platforms.hand().advance(bus::listener::RETRY.pause(1));
    app.settle().await;
    assert!(!is_let_in(&app, &user).await);
}

#[tokio::test]
async fn a_revocation_is_dropped_when_its_tokens_have_expired() {
    let platforms = Platforms::in_memory();
    let sessions = platforms.sessions();
    let app = start_on(&platforms, sessions.clone(), platforms.engine(kiosk::NAME)).await;
    let account = UserId::from(platforms.id());
    let (_, session_id) = signed_in(&platforms, account, 0);
    let ended = revocation(&platforms, Revoked::Session { session_id });
    let covered = claims(account, session_id, Rank::User, platforms.clock.now());
    app.publish(&[REVOKED.of(ended)]).await;
    app.settle().await;
    platforms.hand().set(ended.forget_after.minus(Duration::from_millis(1)));
    app.settle().await;
    assert!(sessions.revocations.covers(&covered));
    platforms.hand().set(ended.forget_after);
    app.settle().await;
    assert!(!sessions.revocations.covers(&covered));
    let after = platforms.sessions();
    let platform = platforms.platform_with(kiosk::NAME, after.clone());
    platforms.hand().set(ended.revoked_at);
    revocations::load(app.store(kiosk::NAME), &platform).await.unwrap();
    assert!(!after.revocations.covers(&covered), "the store dropped it too");
}

#[tokio::test]
async fn a_revocation_received_by_one_replica_reaches_the_other() {
    let platforms = Platforms::in_memory();
    let engine = Engine::shared_memory();
    let first = start_on(&platforms, platforms.sessions(), engine.clone()).await;
    let second = start_on(&platforms, platforms.sessions(), engine.clone()).await;
    let account = UserId::from(platforms.id());
    let sessions: Vec<_> = (0..3).map(|_| signed_in(&platforms, account, 0)).collect();
    let message =
        |session_id: SessionId| REVOKED.of(revocation(&platforms, Revoked::Session { session_id }));
    let messages: Vec<_> = sessions.iter().map(|(_, id)| message(*id)).collect();
    for ((user, _), message) in sessions.iter().zip(&messages) {
        assert!(is_let_in(&second, user).await);
        // The consumer is shared: the first one handles the message, the second reads its copy.
        first.publish(std::slice::from_ref(message)).await;
        first.settle().await;
        assert!(!is_let_in(&first, user).await);
        second.settle().await;
        assert!(!is_let_in(&second, user).await);
        platforms.hand().advance(Duration::from_secs(20));
    }
}

#[tokio::test]
async fn an_extended_poll_finds_a_copy_with_an_old_time() {
    let platforms = Platforms::in_memory();
    let engine = Engine::shared_memory();
    let first = start_on(&platforms, platforms.sessions(), engine.clone()).await;
    let second = start_on(&platforms, platforms.sessions(), engine.clone()).await;
    second.settle().await;
    let (user, ended) = ended_session(&platforms);
    first.publish(&[REVOKED.of(ended)]).await;
    first.settle().await;
    // As if its commit had ended, or its clock were, this much later.
    platforms.hand().advance(Duration::from_mins(1));
    let mut looks = 0;
    while is_let_in(&second, &user).await {
        second.settle().await;
        looks += 1;
        assert!(looks <= 40, "no extended poll ran");
    }
    assert!(looks > 1, "a normal poll does not find it");
}
