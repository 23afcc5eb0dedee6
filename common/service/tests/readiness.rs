//! Ready means that requests can be served: the store can be written to, revocations are loaded.

use contract::session::{REVOKED, RevocationState, Revoked};
use serde_json::json;
use store::{Engine, Fault, MemoryEngine, Operation};
use testing::Platforms;

use crate::kiosk;

#[tokio::test]
async fn a_process_is_ready_while_its_engine_responds() {
    let engine = MemoryEngine::default();
    let faults = engine.faults();
    let platforms = Platforms::in_memory();
    let app = kiosk::start_on(&platforms, platforms.sessions(), Engine::Memory(engine)).await;
    app.get(None, "/health/ready").await.expect(200);
    faults.plan(Operation::Commit, Fault::Fail);
    let reply = app.get(None, "/health/ready").await.expect(503);
    assert_eq!(reply.json(), json!({"status": "unavailable", "failing": ["kiosk store"]}));
    assert_eq!(reply.header("retry-after"), "1");
    app.get(None, "/health/ready").await.expect(200);
    app.get(None, "/health/live").await.expect(200);
}

#[tokio::test]
async fn a_restarted_process_is_ready_once_it_has_read_missed_revocations() {
    let platforms = Platforms::in_memory();
    let first = kiosk::app(&platforms).await;
    first.get(None, "/health/ready").await.expect(200);
    let user = first.user();
    let now = platforms.clock.now();
    let revocation = RevocationState {
        revoked: Revoked::Account { user_id: user.id, epoch: 1 },
        revoked_at: now,
        forget_after: now.plus(std::time::Duration::from_hours(1)),
    };
    first.publish(&[REVOKED.of(revocation)]).await;
    first.stop().await;

    let second = kiosk::app(&platforms).await;
    let reply = second.get(None, "/health/ready").await.expect(503);
    assert_eq!(reply.at("failing"), json!(["kiosk revocations"]));
    second.settle().await;
    second.get(None, "/health/ready").await.expect(200);
    second.get(Some(&user), "/api/who").await.expect_problem(401, "not_signed_in");
    // From now on a small lag does not make it unready.
    second.publish(&[REVOKED.of(revocation)]).await;
    second.get(None, "/health/ready").await.expect(200);
}
