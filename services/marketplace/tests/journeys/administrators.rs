//! Bans and take-downs, through every service.

use auth::domain::KnownAddress;
use serde_json::json;
use testing::User;

use crate::test_marketplace::{TestMarketplace, open};

/// A signed-in account with the rights of an administrator.
async fn administrator(marketplace: &TestMarketplace, name: &str) -> User {
    marketplace.sign_up(name).await;
    let address = KnownAddress::try_from(format!("{name}@example.com")).unwrap();
    auth::grant_admin(marketplace.app.store(auth::NAME), address).await.unwrap();
    User::of(&marketplace.sign_in(name).await.expect(200))
}

async fn change(marketplace: &TestMarketplace, by: &User, of: &User, what: &str) {
    let path = format!("/api/users/{}/{what}", of.id);
    assert_eq!(marketplace.post(Some(by), &path, &json!({})).await.status, 204);
    marketplace.quiet().await;
}

#[tokio::test]
async fn offers_of_a_banned_seller_are_suspended_until_the_ban_is_lifted() {
    let marketplace = open().await;
    let admin = administrator(&marketplace, "admin").await;
    let (seller, buyer) = marketplace.seller_and_buyer().await;
    let ticket = marketplace.offer(&seller, 5).await;
    let (withdrawn, taken_down) =
        (marketplace.offer(&seller, 5).await, marketplace.offer(&seller, 5).await);
    let path = |ticket| format!("/api/tickets/{ticket}");
    assert_eq!(marketplace.delete(Some(&seller), &path(withdrawn)).await.status, 204);
    let placed = marketplace.order_one(&buyer, ticket).await;
    change(&marketplace, &admin, &seller, "ban").await;
    assert_eq!(marketplace.get(None, "/api/tickets").await.expect(200).body, "[]");
    let shown = marketplace.get(None, &path(ticket)).await.expect(200);
    assert_eq!((shown.text("status"), shown.at("available")), ("suspended".into(), json!(0)));
    let body = json!({"ticketId": ticket});
    marketplace.order(&buyer, &body).await.expect_problem(409, "not_offered");
    assert_eq!(marketplace.delete(Some(&admin), &path(taken_down)).await.status, 204);
    marketplace.pay(&buyer, placed, "tok_visa").await.expect(201);
    marketplace.order_becomes(&buyer, placed, "complete").await;
    change(&marketplace, &admin, &seller, "unban").await;
    marketplace.becomes_available(ticket, 4).await;
    marketplace.order(&buyer, &body).await.expect(201);
    for gone in [withdrawn, taken_down] {
        let body = json!({"ticketId": gone});
        marketplace.order(&buyer, &body).await.expect_problem(409, "not_offered");
    }
    assert_eq!(marketplace.captured().await, 2_050);
}

#[tokio::test]
async fn a_banned_administrator_has_no_rights_in_any_service() {
    let marketplace = open().await;
    let (admin, culprit) =
        (administrator(&marketplace, "admin").await, administrator(&marketplace, "culprit").await);
    let seller = marketplace.sign_up("seller").await;
    let ticket = marketplace.offer(&seller, 1).await;
    change(&marketplace, &admin, &culprit, "ban").await;
    let takes_down = marketplace.delete(Some(&culprit), &format!("/api/tickets/{ticket}")).await;
    takes_down.expect_problem(401, "not_signed_in");
    let disputes = marketplace.get(Some(&culprit), "/api/payments/disputes").await;
    disputes.expect_problem(401, "not_signed_in");
    for what in ["ban", "unban", "revoke-admin"] {
        let path = format!("/api/users/{}/{what}", seller.id);
        let changes = marketplace.post(Some(&culprit), &path, &json!({})).await;
        changes.expect_problem(401, "not_signed_in");
    }
    marketplace.sign_in("culprit").await.expect_problem(403, "account_banned");
}
