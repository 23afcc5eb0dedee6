//! Tickets removed from sale without their seller: taken down by an administrator, or suspended by
//! a ban.

use contract::inventory::InventoryState;
use contract::ticket::{Offer, WITHDRAWN};
use serde_json::json;

use crate::box_office::{BoxOffice, stock};

#[tokio::test]
async fn an_administrator_takes_down_any_ticket_and_its_seller_cannot_offer_it_again() {
    let body = json!({"title": "x", "price": 1, "quantity": 5});
    let (office, seller, offered) = BoxOffice::with(body.clone()).await;
    let admin = office.admin();
    let other = office.user();
    office.delete(&other, &offered.path).await.expect_problem(403, "forbidden");
    office.put(&admin, &offered.path, &body).await.expect_problem(403, "forbidden");
    for _ in 0..2 {
        office.delete(&admin, &offered.path).await.expect(204);
        assert_eq!(office.show(&offered.path).await.text("status"), "taken_down");
    }
    assert_eq!(office.show(&offered.path).await.at("available"), 0);
    assert!(office.list("limit=100").await.is_empty());
    office.put(&seller, &offered.path, &body).await.expect_problem(403, "taken_down");
    // A withdrawal does not change that.
    office.delete(&seller, &offered.path).await.expect(204);
    office.put(&seller, &offered.path, &body).await.expect_problem(403, "taken_down");
    let office = office.crash().await;
    office.put(&seller, &offered.path, &body).await.expect_problem(403, "taken_down");
    office.put(&other, &offered.path, &body).await.expect_problem(403, "forbidden");
    let published = office.published(WITHDRAWN).await;
    assert_eq!(published.iter().map(|state| state.offer).collect::<Vec<_>>(), [Offer::TakenDown]);
    let again = office.put(&admin, &offered.path, &body).await.expect(200);
    assert_eq!((again.text("status"), again.at("available")), ("open".into(), json!(5)));
    assert_eq!(again.text("userId"), seller.id.to_string(), "it stays the seller's");
    assert_eq!(office.list("limit=100").await, [offered.id]);
    office.put(&seller, &offered.path, &body).await.expect(200);
    office.put(&admin, &offered.path, &body).await.expect_problem(403, "forbidden");
}

#[tokio::test]
async fn a_withdrawn_ticket_can_be_taken_down() {
    let body = json!({"title": "x", "price": 1});
    let (office, seller, offered) = BoxOffice::with(body.clone()).await;
    let admin = office.admin();
    office.delete(&seller, &offered.path).await.expect(204);
    office.delete(&admin, &offered.path).await.expect(204);
    office.put(&seller, &offered.path, &body).await.expect_problem(403, "taken_down");
    let own = office.offer(&admin, body.clone()).await;
    office.delete(&admin, &own.path).await.expect(204);
    assert_eq!(office.show(&own.path).await.text("status"), "withdrawn", "an administrator's own");
}

#[tokio::test]
async fn a_reserved_ticket_can_be_taken_down_and_not_withdrawn() {
    let (office, seller, offered) = BoxOffice::of(1).await;
    let admin = office.admin();
    office.publish_all(&[stock(&offered.id, 2, 1, 0)]).await;
    office.delete(&seller, &offered.path).await.expect_problem(409, "reserved");
    office.delete(&admin, &offered.path).await.expect(204);
    let shown = office.show(&offered.path).await;
    assert_eq!((shown.text("status"), shown.text("orderId").len()), ("taken_down".into(), 24));
}

#[tokio::test]
async fn tickets_of_a_banned_seller_are_not_listed_until_the_ban_is_lifted() {
    let (office, seller, offered) = BoxOffice::of(5).await;
    let buyer = office.user();
    let by_seller = format!("seller={}", seller.id);
    let suspended = InventoryState { suspended: true, ..stock(&offered.id, 3, 2, 0) };
    office.publish_all(&[suspended.clone(), suspended.clone()]).await;
    for query in ["limit=100", "sort=price", "q=x", by_seller.as_str()] {
        assert!(office.list(query).await.is_empty(), "{query}");
    }
    let shown = office.show(&offered.path).await;
    assert_eq!((shown.text("status"), shown.at("available")), ("suspended".into(), json!(0)));
    let admin = office.admin();
    let all = format!("/api/tickets?status=all&seller={}", seller.id);
    let listed = office.get(Some(&admin), &all).await.expect(200);
    assert_eq!(listed.at("0/status"), "suspended", "administrators see it");
    office.get(Some(&buyer), &all).await.expect_problem(403, "forbidden");
    let restored = InventoryState { suspended: false, version: 4, ..suspended.clone() };
    office.publish_all(&[restored, suspended]).await;
    assert_eq!(office.list("limit=100").await, [offered.id]);
    assert_eq!(office.show(&offered.path).await.at("available"), 3);
}
