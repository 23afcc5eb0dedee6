//! The contract suite in memory, where every operation yields.

use store::Engine;

mod of_one_process {
    testing::store_suite!((super::Engine::memory(), ()));
}

mod of_several {
    testing::store_suite!(shared: (super::Engine::shared_memory(), ()));
}
