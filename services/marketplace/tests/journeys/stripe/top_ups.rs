//! Top-ups by card.

use std::time::Duration;

use provider_simulator::EntryKind::{Authorized, Captured};
use provider_simulator::{WebhookFault, WebhookFaultKind};
use serde_json::json;

use super::stripe_marketplace::StripeMarketplace;

#[tokio::test]
async fn a_top_up_without_an_event_is_found_by_the_reconciliation() {
    let marketplace = StripeMarketplace::open().await;
    marketplace.simulator.with(|provider, _| {
        let kind = WebhookFaultKind::Drop;
        provider.webhooks.faults.push(WebhookFault { kind, event_type: None, times: 1_000 });
    });
    let body = json!({"amount": 30, "token": "pm_card_authenticationRequired"});
    let route = "/api/payments/top-ups";
    let payment = marketplace.post(Some(&marketplace.buyer), route, &body).await.expect(202);
    assert_eq!(marketplace.press(&payment, "succeeded").await.0, 303);
    assert_eq!(marketplace.ledger(), [(Authorized, 3_000)]);
    marketplace.app.clock().advance(Duration::from_mins(1));
    let becoming = marketplace.payment_becomes(&payment, "captured");
    marketplace.app.while_time_passes(becoming).await;
    assert_eq!(marketplace.ledger(), [(Authorized, 3_000), (Captured, 3_000)]);
    let account =
        marketplace.get(Some(&marketplace.buyer), "/api/payments/account").await.expect(200);
    assert_eq!(account.at("balances/0/balance"), json!(30));
}
