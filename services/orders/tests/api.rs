//! The routes of orders, black box through HTTP.

use contract::order::CREATED;
use contract::payment::{self, PaymentState, PaymentStatus};
use contract::ticket::{Offer, TicketResale, TicketState};
use contract::{inventory, ticket as ticket_messages};
use serde_json::json;
use std::time::Duration;
use testing::samples::id;
use testing::{Reply, User};

use crate::box_office::{BoxOffice, in_currency, items, order, outcomes, ticket};

#[tokio::test]
async fn an_order_holds_its_units_at_the_present_price() {
    let (office, buyer, offered) = BoxOffice::with(ticket(1, 5)).await;
    let reply = order(&office, &buyer, &offered, 2).await.expect(201);
    assert_eq!(reply.header("location"), format!("/api/orders/{}", reply.text("id")));
    assert_eq!(reply.text("status"), "created");
    assert_eq!(reply.text("userId"), buyer.id.to_string());
    assert_eq!((reply.at("total"), reply.text("currency")), (json!(41), "usd".to_owned()));
    assert_eq!(reply.at("items/0/price"), json!(20.5));
    assert_eq!(reply.text("ticket/id"), offered.id.to_string());
    assert_eq!(reply.text("expiresAt"), "2026-11-21T12:01:00.000Z");
    let path = format!("/api/orders/{}", reply.text("id"));
    assert_eq!(office.get(Some(&buyer), &path).await.expect(200).json(), reply.json());
    office.settle().await;
    assert_eq!(office.published(CREATED).await.len(), 1);
    let stock = office.published(inventory::CHANGED).await;
    assert_eq!(stock.last().map(|stock| (stock.held, stock.capacity)), Some((2, 5)));
}

#[tokio::test]
async fn refusals_name_their_ticket() {
    let (office, buyer, offered) = BoxOffice::with(ticket(1, 1)).await;
    let seller = office.platforms.signed_in(offered.seller);
    let other = office.user();
    let body = json!({"ticketId": offered.id});
    office.post(None, "/api/orders", &body).await.expect_problem(401, "not_signed_in");
    order(&office, &seller, &offered, 1).await.expect_problem(409, "own_ticket");
    let unknown = json!({"ticketId": "000000000000000000000000"});
    office.post(Some(&buyer), "/api/orders", &unknown).await.expect_problem(404, "not_found");
    order(&office, &buyer, &offered, 1).await.expect(201);
    order(&office, &other, &offered, 1).await.expect_problem(409, "sold_out");
    let withdrawn = TicketState { version: 2, offer: Offer::Withdrawn, ..offered.clone() };
    office.deliver(&[ticket_messages::WITHDRAWN.of(withdrawn)]).await;
    order(&office, &other, &offered, 1).await.expect_problem(409, "not_offered");
}

#[tokio::test]
async fn a_resold_admission_is_ordered_alone_and_named_in_the_order() {
    let (office, buyer, offered) = BoxOffice::with(ticket(1, 5)).await;
    let (admission_id, ticket_id) = (id(60), offered.id);
    let resale = Some(TicketResale { admission_id, ticket_id, show_id: None });
    let resold = office.offer(TicketState { resale, ..ticket(2, 1) }).await;
    let both = items(&[(&resold, 1), (&offered, 1)]);
    office.post(Some(&buyer), "/api/orders", &both).await.expect_problem(409, "shows_differ");
    order(&office, &buyer, &resold, 1).await.expect(201);
    order(&office, &buyer, &offered, 1).await.expect(201);
    office.settle().await;
    let named = office.published(CREATED).await.into_iter().map(|order| order.items[0].resale);
    assert_eq!(named.collect::<Vec<_>>(), [Some(admission_id), None]);
}

#[tokio::test]
async fn bad_input_names_every_field_and_holds_nothing() {
    let (office, buyer, offered) = BoxOffice::with(ticket(1, 5)).await;
    let id = offered.id;
    let item = json!({"ticketId": id, "quantity": 1});
    let eleven: Vec<_> = (0..11).map(|_| item.clone()).collect();
    for (body, fields) in [
        (json!({}), vec!["ticketId"]),
        (json!({"ticketId": "x"}), vec!["ticketId"]),
        (json!({"ticketId": 7, "quantity": 0}), vec!["quantity", "ticketId"]),
        (json!({"ticketId": id, "quantity": 101}), vec!["quantity"]),
        (json!({"ticketId": id, "quantity": -1}), vec!["quantity"]),
        (json!({"ticketId": id, "quantity": 1.5}), vec!["quantity"]),
        (json!({"ticketId": id, "quantity": "2"}), vec!["quantity"]),
        (json!({"ticketId": id, "price": 1, "zebra": 2}), vec!["price", "zebra"]),
        (json!({"ticketId": id, "items": [item]}), vec!["items"]),
        (json!({"quantity": 2, "items": [item]}), vec!["quantity"]),
        (json!({"items": []}), vec!["items"]),
        (json!({"items": eleven}), vec!["items"]),
        (json!({"items": [item, item]}), vec!["items"]),
        (json!({"items": [{"ticketId": id, "quantity": 1, "x": 1}]}), vec!["items"]),
    ] {
        office.post(Some(&buyer), "/api/orders", &body).await.expect_fields(&fields);
    }
    for body in ["", "{", "[1,", "{\"ticketId\": nope}", "\u{0}"] {
        office.post_raw(&buyer, "/api/orders", body).await.expect_problem(400, "malformed_json");
    }
    for body in ["[]", "7", "null", "\"text\""] {
        office.post_raw(&buyer, "/api/orders", body).await.expect_problem(400, "invalid_request");
    }
    let huge = format!("{{\"ticketId\": \"{}\"}}", "x".repeat(70_000));
    office.post_raw(&buyer, "/api/orders", huge).await.expect_problem(413, "too_large");
    let twice = format!("{{\"ticketId\": \"{id}\", \"ticketId\": \"{id}\"}}");
    office.post_raw(&buyer, "/api/orders", twice).await.expect_fields(&["ticketId"]);
    let text = office.request(reqwest::Method::POST, "/api/orders", Some(&buyer)).body("{}");
    office.send(text).await.expect_problem(415, "unsupported_media_type");
    office.get(Some(&buyer), "/api/orders/nonsense").await.expect_problem(400, "invalid_id");
    office.delete(Some(&buyer), "/api/orders/7").await.expect_problem(400, "invalid_id");
    office.get(Some(&buyer), "/api/orders?limit=0&page=2").await.expect_fields(&["limit"]);
    office.get(Some(&buyer), "/api/orders?cursor=zz").await.expect_fields(&["cursor"]);
    office.settle().await;
    assert!(office.published(CREATED).await.is_empty());
}

#[tokio::test]
async fn an_order_of_several_items_holds_all_or_nothing() {
    let (office, buyer, one) = BoxOffice::with(ticket(1, 5)).await;
    let two = office.offer(ticket(2, 1)).await;
    let body = |units: u32| items(&[(&one, 2), (&two, units)]);
    office.post(Some(&buyer), "/api/orders", &body(2)).await.expect_problem(409, "sold_out");
    office.settle().await;
    let stock = office.published(inventory::CHANGED).await;
    assert!(stock.iter().all(|stock| stock.held == 0));
    let reply = office.post(Some(&buyer), "/api/orders", &body(1)).await.expect(201);
    assert_eq!(reply.at("total"), json!(61.5));
    let euro = office.offer(in_currency("eur", ticket(3, 5))).await;
    let mixed = items(&[(&one, 1), (&euro, 1)]);
    office.post(Some(&buyer), "/api/orders", &mixed).await.expect_fields(&["items"]);
}

#[tokio::test]
async fn two_hundred_buyers_for_fifty_units_make_fifty_orders() {
    let (office, _, offered) = BoxOffice::with(ticket(1, 50)).await;
    let buyers: Vec<_> = (0..200).map(|_| office.user()).collect();
    let orders = buyers.iter().map(|buyer| order(&office, buyer, &offered, 1));
    let replies = futures::future::join_all(orders).await;
    assert_eq!(outcomes(&replies, "sold_out"), (50, 150));
}

#[tokio::test]
async fn a_repeat_with_the_same_key_returns_the_first_response_byte_for_byte() {
    let (office, buyer, offered) = BoxOffice::with(ticket(1, 1)).await;
    let late = office.user();
    let body = json!({"ticketId": offered.id});
    let first = office.post_keyed(&buyer, "/api/orders", "k-1", &body).await.expect(201);
    let again = office.post_keyed(&buyer, "/api/orders", "k-1", &body).await.expect(201);
    assert_eq!(first.body, again.body);
    let other = json!({"ticketId": offered.id, "quantity": 2});
    let mismatch = office.post_keyed(&buyer, "/api/orders", "k-1", &other).await;
    mismatch.expect_problem(422, "idempotency_key_reused");
    // Keys are compared per requester; a refusal is repeated too, even if the request would now be
    // accepted.
    let refused = office.post_keyed(&late, "/api/orders", "k-1", &body).await.expect(409);
    let path = format!("/api/orders/{}", first.text("id"));
    assert_eq!(office.delete(Some(&buyer), &path).await.status, 204);
    let repeat = office.post_keyed(&late, "/api/orders", "k-1", &body).await.expect(409);
    assert_eq!(refused.body, repeat.body);
    office.post_keyed(&late, "/api/orders", "k-2", &body).await.expect(201);
    for key in ["", "with space", &"x".repeat(256)] {
        let bad = office.post_keyed(&buyer, "/api/orders", key, &body).await;
        bad.expect_fields(&["Idempotency-Key"]);
    }
}

#[tokio::test]
async fn other_peoples_orders_are_unknown() {
    let (office, buyer, offered) = BoxOffice::with(ticket(1, 5)).await;
    let other = office.user();
    let path = format!("/api/orders/{}", office.order(&buyer, &offered).await);
    office.get(Some(&other), &path).await.expect_problem(404, "not_found");
    office.delete(Some(&other), &path).await.expect_problem(404, "not_found");
    office.get(None, &path).await.expect_problem(401, "not_signed_in");
    office.delete(None, &path).await.expect_problem(401, "not_signed_in");
    assert_eq!(office.get(Some(&other), "/api/orders").await.expect(200).json(), json!([]));
    office.get(None, "/api/orders").await.expect_problem(401, "not_signed_in");
}

#[tokio::test]
async fn cancelling_gives_the_units_back_and_can_be_repeated() {
    let (office, buyer, offered) = BoxOffice::with(ticket(1, 1)).await;
    let path = format!("/api/orders/{}", office.order(&buyer, &offered).await);
    for _ in 0..2 {
        assert_eq!(office.delete(Some(&buyer), &path).await.status, 204);
    }
    let shown = office.get(Some(&buyer), &path).await.expect(200);
    assert_eq!((shown.text("status"), shown.text("reason")), ("cancelled".into(), "buyer".into()));
    assert_eq!(shown.at("version"), 2);
    order(&office, &buyer, &offered, 1).await.expect(201);
    let complete = office.paid_order(&buyer).await;
    let path = format!("/api/orders/{complete}");
    office.delete(Some(&buyer), &path).await.expect_problem(409, "order_complete");
    let unknown = "/api/orders/000000000000000000000000";
    office.delete(Some(&buyer), unknown).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn pages_list_each_order_of_the_user_once_newest_first() {
    let (office, buyer, offered) = BoxOffice::with(ticket(1, 100)).await;
    let mut made = Vec::new();
    for at in 0..7 {
        made.insert(0, office.order(&buyer, &offered).await.to_string());
        if at % 3 == 0 {
            office.clock().advance(Duration::from_millis(1));
        }
    }
    let pages = office.pages(Some(&buyer), "/api/orders?limit=3").await;
    let (last, others) = pages.split_last().unwrap();
    assert!(others.iter().all(|page| page.header("link").contains("limit=3")));
    assert_eq!((others.len(), last.list().len()), (2, 1));
    let seen: Vec<String> = pages.iter().flat_map(Reply::ids).collect();
    assert_eq!(seen, made);
}

#[tokio::test]
async fn an_order_for_a_ticket_offered_a_moment_ago_waits_for_its_copy() {
    let (office, buyer) = BoxOffice::with_buyer().await;
    let coming = office.minted(ticket(1, 1));
    let (reply, _) = tokio::join!(order(&office, &buyer, &coming, 1), office.offer(coming.clone()));
    reply.expect(201);
    // A ticket without a copy is unknown after the wait.
    let never = office.minted(ticket(2, 1));
    let reply = office.while_time_passes(order(&office, &buyer, &never, 1)).await;
    reply.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_response_names_the_stock_that_it_has_changed() {
    let (office, buyer, one) = BoxOffice::with(ticket(1, 9)).await;
    let other = office.offer(ticket(2, 9)).await;
    let expected = |version| {
        let seen = |ticket: &TicketState| format!("seen-inventory-{}={version}", ticket.id);
        format!("{}; {}", seen(&one), seen(&other))
    };
    let both = items(&[(&one, 1), (&other, 2)]);
    let ordered = office.post_keyed(&buyer, "/api/orders", "k", &both).await.expect(201);
    assert_eq!(ordered.cookies(), expected(2));
    let repeated = office.post_keyed(&buyer, "/api/orders", "k", &both).await.expect(201);
    assert_eq!(repeated.cookies(), expected(2), "a repeat too");
    let path = ordered.header("location").to_owned();
    for _ in 0..2 {
        let cancelled = office.delete(Some(&buyer), &path).await;
        assert_eq!((cancelled.status, cancelled.cookies()), (204, expected(3)));
    }
}

#[tokio::test]
async fn a_read_waits_for_the_payment_that_its_client_has_seen() {
    let (office, buyer) = BoxOffice::with_buyer().await;
    let order = office.paid_order(&buyer).await;
    let paid = office.payment(98, order, &buyer);
    let with_seen = |version: u64| User {
        cookie: format!("{}; seen-payment-{}={version}", buyer.cookie, paid.id),
        ..buyer.clone()
    };
    for (version, path) in [
        (3, format!("/api/orders/{order}")),
        (4, format!("/api/orders/{order}/timeline")),
        (5, "/api/orders".to_owned()),
    ] {
        let reader = with_seen(version);
        let publishing = async {
            let status = PaymentStatus::Captured;
            let captured = PaymentState { version, status, ..paid.clone() };
            office.deliver(&[payment::CAPTURED.of(captured)]).await;
        };
        let (shown, ()) = futures::join!(office.get(Some(&reader), &path), publishing);
        assert!(shown.expect(200).body.contains("captured"), "{path}");
    }
    // The wait for a version that never arrives is bounded; payments of other orders cause no wait.
    let late = with_seen(9);
    let path = format!("/api/orders/{order}");
    office.while_time_passes(office.get(Some(&late), &path)).await.expect(200);
    let cookie = format!("{}; seen-payment-000000000000000000000000=5", buyer.cookie);
    office.get(Some(&User { cookie, ..buyer }), &path).await.expect(200);
}
