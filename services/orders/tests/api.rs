//! The routes of orders, black box through HTTP.

use contract::payment::{self, PaymentState, PaymentStatus};
use contract::ticket::TicketState;
use contract::{inventory, order, ticket as ticket_messages};
use serde_json::json;
use std::time::Duration;
use testing::User;

use crate::box_office::{BoxOffice, InCurrency as _, ticket};

#[tokio::test]
async fn an_order_holds_its_units_at_the_present_price() {
    let office = BoxOffice::open().await;
    let offered = office.offer(ticket(1, 5)).await;
    let buyer = office.app.user();
    let body = json!({"ticketId": offered.id, "quantity": 2});
    let reply = office.app.post(Some(&buyer), "/api/orders", &body).await.expect(201);
    assert_eq!(reply.header("location"), format!("/api/orders/{}", reply.text("id")));
    assert_eq!(reply.text("status"), "created");
    assert_eq!(reply.text("userId"), buyer.id.to_string());
    assert_eq!((reply.at("total"), reply.text("currency")), (json!(41), "usd".to_owned()));
    assert_eq!(reply.at("items/0/price"), json!(20.5));
    assert_eq!(reply.text("ticket/id"), offered.id.to_string());
    assert_eq!(reply.text("expiresAt"), "2026-11-21T12:01:00.000Z");
    let path = format!("/api/orders/{}", reply.text("id"));
    assert_eq!(office.app.get(Some(&buyer), &path).await.expect(200).json(), reply.json());
    office.app.settle().await;
    let created = office.app.published(order::CREATED).await;
    assert_eq!(created.len(), 1);
    let stock = office.app.published(inventory::CHANGED).await;
    assert_eq!(stock.last().map(|stock| (stock.held, stock.capacity)), Some((2, 5)));
}

#[tokio::test]
async fn refusals_name_their_ticket() {
    let office = BoxOffice::open().await;
    let (app, offered) = (&office.app, office.offer(ticket(1, 1)).await);
    let seller = office.user(offered.seller);
    let (buyer, other) = (app.user(), app.user());
    let body = json!({"ticketId": offered.id});
    app.post(None, "/api/orders", &body).await.expect_problem(401, "not_signed_in");
    app.post(Some(&seller), "/api/orders", &body).await.expect_problem(409, "own_ticket");
    let unknown = json!({"ticketId": "000000000000000000000000"});
    app.post(Some(&buyer), "/api/orders", &unknown).await.expect_problem(404, "not_found");
    app.post(Some(&buyer), "/api/orders", &body).await.expect(201).text("id");
    app.post(Some(&other), "/api/orders", &body).await.expect_problem(409, "sold_out");
    let mut withdrawn = offered.clone();
    withdrawn.version = 2;
    withdrawn.offer = contract::ticket::Offer::Withdrawn;
    app.publish(&[ticket_messages::WITHDRAWN.of(withdrawn)]).await;
    app.settle().await;
    app.post(Some(&other), "/api/orders", &body).await.expect_problem(409, "not_offered");
}

#[tokio::test]
async fn bad_input_names_every_field_and_holds_nothing() {
    let office = BoxOffice::open().await;
    let (app, offered) = (&office.app, office.offer(ticket(1, 5)).await);
    let buyer = app.user();
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
        app.post(Some(&buyer), "/api/orders", &body).await.expect_fields(&fields);
    }
    for body in ["", "{", "[1,", "{\"ticketId\": nope}", "\u{0}"] {
        app.post_raw(&buyer, "/api/orders", body).await.expect_problem(400, "malformed_json");
    }
    for body in ["[]", "7", "null", "\"text\""] {
        app.post_raw(&buyer, "/api/orders", body).await.expect_problem(400, "invalid_request");
    }
    let huge = format!("{{\"ticketId\": \"{}\"}}", "x".repeat(70_000));
    app.post_raw(&buyer, "/api/orders", huge).await.expect_problem(413, "too_large");
    let twice = format!("{{\"ticketId\": \"{id}\", \"ticketId\": \"{id}\"}}");
    app.post_raw(&buyer, "/api/orders", twice).await.expect_fields(&["ticketId"]);
    let text = app.request(reqwest::Method::POST, "/api/orders", Some(&buyer)).body("{}");
    app.send(text).await.expect_problem(415, "unsupported_media_type");
    app.get(Some(&buyer), "/api/orders/nonsense").await.expect_problem(400, "invalid_id");
    app.delete(Some(&buyer), "/api/orders/7").await.expect_problem(400, "invalid_id");
    app.get(Some(&buyer), "/api/orders?limit=0&page=2").await.expect_fields(&["limit"]);
    app.get(Some(&buyer), "/api/orders?cursor=zz").await.expect_fields(&["cursor"]);
    app.settle().await;
    assert!(app.published(order::CREATED).await.is_empty());
}

#[tokio::test]
async fn an_order_of_several_items_holds_all_or_nothing() {
    let office = BoxOffice::open().await;
    let (one, two) = (office.offer(ticket(1, 5)).await, office.offer(ticket(2, 1)).await);
    let app = &office.app;
    let buyer = app.user();
    let body = |units: u32| json!({"items": [{"ticketId": one.id, "quantity": 2}, {"ticketId": two.id, "quantity": units}]});
    app.post(Some(&buyer), "/api/orders", &body(2)).await.expect_problem(409, "sold_out");
    app.settle().await;
    let stock = app.published(inventory::CHANGED).await;
    assert!(stock.iter().all(|stock| stock.held == 0));
    let reply = app.post(Some(&buyer), "/api/orders", &body(1)).await.expect(201);
    assert_eq!(reply.at("total"), json!(61.5));
    let euro = office.offer(ticket(3, 5).in_currency("eur")).await;
    let mixed = json!({"items": [{"ticketId": one.id, "quantity": 1}, {"ticketId": euro.id, "quantity": 1}]});
    app.post(Some(&buyer), "/api/orders", &mixed).await.expect_fields(&["items"]);
}

#[tokio::test]
async fn two_hundred_buyers_for_fifty_units_make_fifty_orders() {
    let office = BoxOffice::open().await;
    let offered = office.offer(ticket(1, 50)).await;
    let body = json!({"ticketId": offered.id});
    let buyers: Vec<_> = (0..200).map(|_| office.app.user()).collect();
    let orders = buyers.iter().map(|buyer| office.app.post(Some(buyer), "/api/orders", &body));
    let replies = futures::future::join_all(orders).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 50);
    assert_eq!(replies.iter().filter(|reply| reply.text("code") == "sold_out").count(), 150);
}

#[tokio::test]
async fn a_repeat_with_the_same_key_returns_the_first_response_byte_for_byte() {
    let office = BoxOffice::open().await;
    let offered = office.offer(ticket(1, 1)).await;
    let app = &office.app;
    let (buyer, late) = (app.user(), app.user());
    let body = json!({"ticketId": offered.id});
    let first = app.post_keyed(&buyer, "/api/orders", "k-1", &body).await.expect(201);
    let again = app.post_keyed(&buyer, "/api/orders", "k-1", &body).await.expect(201);
    assert_eq!(first.body, again.body);
    let other = json!({"ticketId": offered.id, "quantity": 2});
    let mismatch = app.post_keyed(&buyer, "/api/orders", "k-1", &other).await;
    mismatch.expect_problem(422, "idempotency_key_reused");
    // Keys are compared per requester; a refusal is repeated too, even if the request would now be
    // accepted.
    let refused = app.post_keyed(&late, "/api/orders", "k-1", &body).await.expect(409);
    let path = format!("/api/orders/{}", first.text("id"));
    assert_eq!(app.delete(Some(&buyer), &path).await.status, 204);
    let repeat = app.post_keyed(&late, "/api/orders", "k-1", &body).await.expect(409);
    assert_eq!(refused.body, repeat.body);
    app.post_keyed(&late, "/api/orders", "k-2", &body).await.expect(201).text("id");
    for key in ["", "with space", &"x".repeat(256)] {
        let bad = app.post_keyed(&buyer, "/api/orders", key, &body).await;
        bad.expect_fields(&["Idempotency-Key"]);
    }
}

#[tokio::test]
async fn other_peoples_orders_are_unknown() {
    let office = BoxOffice::open().await;
    let offered = office.offer(ticket(1, 5)).await;
    let app = &office.app;
    let (buyer, other) = (app.user(), app.user());
    let order = app.post(Some(&buyer), "/api/orders", &json!({"ticketId": offered.id})).await;
    let path = format!("/api/orders/{}", order.expect(201).text("id"));
    app.get(Some(&other), &path).await.expect_problem(404, "not_found");
    app.delete(Some(&other), &path).await.expect_problem(404, "not_found");
    app.get(None, &path).await.expect_problem(401, "not_signed_in");
    app.delete(None, &path).await.expect_problem(401, "not_signed_in");
    assert_eq!(app.get(Some(&other), "/api/orders").await.expect(200).json(), json!([]));
    app.get(None, "/api/orders").await.expect_problem(401, "not_signed_in");
}

#[tokio::test]
async fn cancelling_gives_the_units_back_and_can_be_repeated() {
    let office = BoxOffice::open().await;
    let offered = office.offer(ticket(1, 1)).await;
    let app = &office.app;
    let buyer = app.user();
    let body = json!({"ticketId": offered.id});
    let order = app.post(Some(&buyer), "/api/orders", &body).await.expect(201);
    let path = format!("/api/orders/{}", order.text("id"));
    for _ in 0..2 {
        assert_eq!(app.delete(Some(&buyer), &path).await.status, 204);
    }
    let shown = app.get(Some(&buyer), &path).await.expect(200);
    assert_eq!((shown.text("status"), shown.text("reason")), ("cancelled".into(), "buyer".into()));
    assert_eq!(shown.at("version"), 2);
    app.post(Some(&buyer), "/api/orders", &body).await.expect(201).text("id");
    let complete = office.paid_order(&buyer).await;
    let path = format!("/api/orders/{complete}");
    app.delete(Some(&buyer), &path).await.expect_problem(409, "order_complete");
    let unknown = "/api/orders/000000000000000000000000";
    app.delete(Some(&buyer), unknown).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn pages_list_each_order_of_the_user_once_newest_first() {
    let office = BoxOffice::open().await;
    let offered = office.offer(ticket(1, 100)).await;
    let app = &office.app;
    let buyer = app.user();
    let mut made = Vec::new();
    for at in 0..7 {
        let order = app.post(Some(&buyer), "/api/orders", &json!({"ticketId": offered.id})).await;
        made.insert(0, order.expect(201).text("id"));
        if at % 3 == 0 {
            app.clock().advance(Duration::from_millis(1));
        }
    }
    let (mut path, mut seen) = ("/api/orders?limit=3".to_owned(), Vec::new());
    loop {
        let page = app.get(Some(&buyer), &path).await.expect(200);
        let orders = page.json();
        seen.extend(
            orders.as_array().unwrap().iter().map(|o| o["id"].as_str().unwrap().to_owned()),
        );
        let Some((next, _)) = page.header("link").split_once(">; rel=\"next\"") else { break };
        path = next.trim_start_matches('<').to_owned();
        assert!(path.contains("limit=3"));
    }
    assert_eq!(seen, made);
}

#[tokio::test]
async fn an_order_for_a_ticket_offered_a_moment_ago_waits_for_its_copy() {
    let office = BoxOffice::open().await;
    let app = &office.app;
    let buyer = app.user();
    let coming = office.minted(ticket(1, 1));
    let body = json!({"ticketId": coming.id});
    let ordering = app.post(Some(&buyer), "/api/orders", &body);
    let arriving = async {
        app.publish(&[ticket_messages::CREATED.of(coming.clone())]).await;
        app.settle().await;
    };
    let (reply, ()) = tokio::join!(ordering, arriving);
    reply.expect(201).text("id");
    // A ticket without a copy is unknown after the wait.
    let never = json!({"ticketId": office.minted(ticket(2, 1)).id});
    let mut waiting = Box::pin(app.post(Some(&buyer), "/api/orders", &never));
    let advancing = async {
        loop {
            app.clock().advance(Duration::from_millis(100));
            tokio::task::yield_now().await;
        }
    };
    let reply = tokio::select! { reply = &mut waiting => reply, () = advancing => unreachable!() };
    reply.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_response_names_the_stock_that_it_has_changed() {
    let office = BoxOffice::open().await;
    let (app, buyer) = (&office.app, office.app.user());
    let (one, other) = (office.offer(ticket(1, 9)).await, office.offer(ticket(2, 9)).await);
    let expected = |version| {
        let seen = |ticket: &TicketState| format!("seen-inventory-{}={version}", ticket.id);
        format!("{}; {}", seen(&one), seen(&other))
    };
    let items = json!({"items": [{"ticketId": one.id, "quantity": 1}, {"ticketId": other.id, "quantity": 2}]});
    let ordered = app.post_keyed(&buyer, "/api/orders", "k", &items).await.expect(201);
    assert_eq!(ordered.cookies(), expected(2));
    let repeated = app.post_keyed(&buyer, "/api/orders", "k", &items).await.expect(201);
    assert_eq!(repeated.cookies(), expected(2), "a repeat too");
    let path = ordered.header("location").to_owned();
    for _ in 0..2 {
        let cancelled = app.delete(Some(&buyer), &path).await;
        assert_eq!((cancelled.status, cancelled.cookies()), (204, expected(3)));
    }
}

#[tokio::test]
async fn a_read_waits_for_the_payment_that_its_client_has_seen() {
    let office = BoxOffice::open().await;
    let (app, buyer) = (&office.app, office.app.user());
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
            app.publish(&[payment::CAPTURED.of(captured)]).await;
            app.settle().await;
        };
        let (shown, ()) = futures::join!(app.get(Some(&reader), &path), publishing);
        assert!(shown.expect(200).body.contains("captured"), "{path}");
    }
    // The wait for a version that never arrives is bounded; payments of other orders cause no wait.
    let late = with_seen(9);
    let path = format!("/api/orders/{order}");
    app.while_time_passes(app.get(Some(&late), &path)).await.expect(200);
    let cookie = format!("{}; seen-payment-000000000000000000000000=5", buyer.cookie);
    app.get(Some(&User { cookie, ..buyer }), &path).await.expect(200);
}
