//! Bans and take-downs, through every service.

use auth::domain::KnownAddress;
use serde_json::json;
use testing::{Platforms, User};

use crate::town::Town;

/// A signed-in account with the rights of an administrator.
async fn administrator(town: &Town, name: &str) -> User {
    town.sign_up(name).await;
    let email = format!("{name}@example.com");
    let address = KnownAddress::try_from(email.clone()).unwrap();
    auth::grant_admin(town.stage.store(auth::NAME), address).await.unwrap();
    let body = json!({"email": email, "password": "a fine password"});
    let reply = town.post(None, "/api/users/signin", &body).await.expect(200);
    User { id: reply.text("id").parse().unwrap(), cookie: reply.cookies() }
}

async fn change(town: &Town, by: &User, of: &User, what: &str) {
    let path = format!("/api/users/{}/{what}", of.id);
    assert_eq!(town.post(Some(by), &path, &json!({})).await.status, 204);
    town.quiet().await;
}

#[tokio::test]
async fn a_banned_sellers_offers_leave_the_shop_until_the_ban_is_lifted() {
    let town = Town::open(Platforms::in_memory()).await;
    let admin = administrator(&town, "admin").await;
    let (seller, buyer) = (town.sign_up("seller").await, town.sign_up("buyer").await);
    let ticket = town.offer(&seller, 5).await;
    let (withdrawn, taken_down) = (town.offer(&seller, 5).await, town.offer(&seller, 5).await);
    let path = |ticket| format!("/api/tickets/{ticket}");
    assert_eq!(town.delete(Some(&seller), &path(withdrawn)).await.status, 204);
    let placed = town.order_one(&buyer, ticket).await;
    change(&town, &admin, &seller, "ban").await;
    assert_eq!(town.get(None, "/api/tickets").await.expect(200).body, "[]");
    let shown = town.get(None, &path(ticket)).await.expect(200);
    assert_eq!((shown.text("status"), shown.at("available")), ("suspended".into(), json!(0)));
    let body = json!({"ticketId": ticket});
    town.order(&buyer, &body).await.expect_problem(409, "not_offered");
    assert_eq!(town.delete(Some(&admin), &path(taken_down)).await.status, 204);
    town.pay(&buyer, placed, "tok_visa").await.expect(201).text("id");
    town.order_becomes(&buyer, placed, "complete").await;
    change(&town, &admin, &seller, "unban").await;
    town.becomes_available(ticket, 4).await;
    town.order(&buyer, &body).await.expect(201).text("id");
    for gone in [withdrawn, taken_down] {
        let body = json!({"ticketId": gone});
        town.order(&buyer, &body).await.expect_problem(409, "not_offered");
    }
    assert_eq!(town.captured().await, 2_050);
}

#[tokio::test]
async fn an_administrator_who_is_banned_has_no_rights_in_any_service() {
    let town = Town::open(Platforms::in_memory()).await;
    let (admin, culprit) =
        (administrator(&town, "admin").await, administrator(&town, "culprit").await);
    let seller = town.sign_up("seller").await;
    let ticket = town.offer(&seller, 1).await;
    change(&town, &admin, &culprit, "ban").await;
    let takes_down = town.delete(Some(&culprit), &format!("/api/tickets/{ticket}")).await;
    takes_down.expect_problem(401, "not_signed_in");
    let disputes = town.get(Some(&culprit), "/api/payments/disputes").await;
    disputes.expect_problem(401, "not_signed_in");
    for what in ["ban", "unban", "revoke-admin"] {
        let path = format!("/api/users/{}/{what}", seller.id);
        let changes = town.post(Some(&culprit), &path, &json!({})).await;
        changes.expect_problem(401, "not_signed_in");
    }
    let body = json!({"email": "culprit@example.com", "password": "a fine password"});
    let signs_in = town.post(None, "/api/users/signin", &body).await;
    signs_in.expect_problem(403, "account_banned");
}
