//! The contract suite on SQLite.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use store::Engine;

fn engine() -> (Engine, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    (Engine::sqlite(dir.path().join("suite.db")), dir)
}

testing::store_suite!(engine());
