//! The contract suite on every engine.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use store::Engine;
use testing::engines::mongo;

fn sqlite() -> (Engine, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    (Engine::sqlite(dir.path().join("suite.db")), dir)
}

mod sqlite {
    testing::store_suite!(super::sqlite());
}

/// In memory every operation yields.
mod memory_of_one_process {
    testing::store_suite!((super::Engine::memory(), ()));
}

mod memory_of_several {
    testing::store_suite!(shared: (super::Engine::shared_memory(), ()));
}

mod mongo_server {
    testing::store_suite!(shared: (super::mongo::shared().await.engine("suite"), ()));
}
