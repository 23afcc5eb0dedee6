//! The contract suite on SQLite.

use store::Engine;

fn engine() -> (Engine, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    (Engine::sqlite(dir.path().join("suite.db")), dir)
}

testing::store_suite!(engine());
