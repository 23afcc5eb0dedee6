//! The network of the browser.

use serde_json::json;

use super::session::Browser;

/// Whether requests of pages reach a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// They do.
    On,
    /// Each fails at once, as on a phone without a connection.
    Off,
}

impl Browser {
    /// Connects the browser to the network, or takes it off.
    pub async fn set_network(&self, network: Network) {
        self.devtools("Network.enable", json!({})).await;
        let conditions = json!({
            "offline": network == Network::Off,
            "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
        });
        self.devtools("Network.emulateNetworkConditions", conditions).await;
    }
}
