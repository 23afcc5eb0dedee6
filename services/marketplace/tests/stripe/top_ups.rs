//! Top-ups by card.

use std::time::Duration;

use provider_simulator::EntryKind::{Authorized, Captured};
use provider_simulator::{WebhookFault, WebhookFaultKind};
use serde_json::json;

use crate::market::Market;

#[tokio::test]
async fn a_top_up_of_which_nobody_tells_is_found_by_the_reconciliation() {
    let market = Market::open().await;
    market.simulator.with(|provider, _| {
        let kind = WebhookFaultKind::Drop;
        provider.plan_webhook(WebhookFault { kind, event_type: None, times: 1_000 });
    });
    let body = json!({"amount": 30, "token": "pm_card_authenticationRequired"});
    let route = "/api/payments/top-ups";
    let payment = market.stage.post(Some(&market.buyer), route, &body).await.expect(202);
    assert_eq!(market.press(&payment, "succeeded").await.0, 303);
    assert_eq!(market.ledger(), [(Authorized, 3_000)]);
    market.stage.clock().advance(Duration::from_mins(1));
    let becoming = market.payment_becomes(&payment, "captured");
    market.stage.while_time_passes(becoming).await;
    assert_eq!(market.ledger(), [(Authorized, 3_000), (Captured, 3_000)]);
    let account = market.stage.get(Some(&market.buyer), "/api/payments/account").await.expect(200);
    assert_eq!(account.at("balances/0/balance"), json!(30));
}
