//! The contract suite on a MongoDB-wire server.

use store::Engine;
use testing::engines::mongo;

async fn engine() -> Engine {
    mongo::shared().await.engine("suite")
}

testing::store_suite!(shared: (engine().await, ()));
