//! The contract suite in memory, where every operation yields.

use store::Engine;

testing::store_suite!((Engine::memory(), ()));
