//! Journeys that need only the address of a marketplace: they run in one process with a manual
//! clock, and through replicas of five services.

use contract::{OrderId, TicketId};
use serde_json::json;
use testing::User;

use crate::test_marketplace::TestMarketplace;

/// A buyer's order of the only unit of a ticket, which neither another user nor the seller can
/// order. Returns the buyer, the other user, the ticket and the order.
pub(crate) async fn order_the_only_unit(
    marketplace: &TestMarketplace,
) -> (User, User, TicketId, OrderId) {
    let (seller, buyer, other) = (
        marketplace.sign_up("seller").await,
        marketplace.sign_up("buyer").await,
        marketplace.sign_up("other").await,
    );
    let ticket = marketplace.offer(&seller, 1).await;
    let order = marketplace.order_one(&buyer, ticket).await;
    marketplace.order(&other, &json!({"ticketId": ticket})).await.expect_problem(409, "sold_out");
    marketplace
        .order(&seller, &json!({"ticketId": ticket}))
        .await
        .expect_problem(409, "own_ticket");
    (buyer, other, ticket, order)
}

pub(crate) async fn a_buyer_orders_and_pays_and_others_cannot(marketplace: &TestMarketplace) {
    let (buyer, other, ticket, order) = order_the_only_unit(marketplace).await;
    marketplace.becomes_available(ticket, 0).await;
    let paid = marketplace.pay(&buyer, order, "tok_visa").await.expect(201);
    assert_eq!(paid.text("status"), "captured");
    marketplace.order_becomes(&buyer, order, "complete").await;
    assert_eq!(marketplace.captured().await, 2_050);
    let path = format!("/api/orders/{order}");
    marketplace.get(Some(&other), &path).await.expect_problem(404, "not_found");
    marketplace.delete(Some(&buyer), &path).await.expect_problem(409, "order_complete");
}

pub(crate) async fn an_order_without_a_payment_expires_and_returns_its_units(
    marketplace: &TestMarketplace,
) {
    let (seller, buyer) = (marketplace.sign_up("seller").await, marketplace.sign_up("buyer").await);
    let ticket = marketplace.offer(&seller, 2).await;
    let order = marketplace.order_one(&buyer, ticket).await;
    marketplace.becomes_available(ticket, 1).await;
    marketplace.let_the_deadline_pass().await;
    marketplace.order_becomes(&buyer, order, "cancelled").await;
    assert_eq!(marketplace.show_order(&buyer, order).await.text("reason"), "expired");
    marketplace.becomes_available(ticket, 2).await;
    marketplace.pay(&buyer, order, "tok_visa").await.expect_problem(409, "order_expired");
    assert_eq!(marketplace.captured().await, 0);
}

pub(crate) async fn a_declined_card_leaves_the_order_open_for_another(
    marketplace: &TestMarketplace,
) {
    let (seller, buyer) = (marketplace.sign_up("seller").await, marketplace.sign_up("buyer").await);
    let ticket = marketplace.offer(&seller, 1).await;
    let order = marketplace.order_one(&buyer, ticket).await;
    marketplace.pay(&buyer, order, "tok_declined").await.expect_problem(402, "payment_declined");
    marketplace.order_becomes(&buyer, order, "awaiting:payment").await;
    marketplace.pay(&buyer, order, "tok_visa").await.expect(201).text("id");
    assert_eq!(marketplace.captured().await, 2_050);
}

pub(crate) async fn earnings_and_top_ups_pay_the_next_order(marketplace: &TestMarketplace) {
    let (artist, fan) = (marketplace.sign_up("artist").await, marketplace.sign_up("fan").await);
    let account = async |who| marketplace.get(Some(who), "/api/payments/account").await.expect(200);
    let (concert, rehearsal) =
        (marketplace.offer(&artist, 1).await, marketplace.offer(&fan, 2).await);
    let order = marketplace.order_one(&fan, concert).await;
    marketplace.pay(&fan, order, "tok_visa").await.expect(201).text("id");
    assert_eq!(account(&artist).await.at("balances/0/balance"), json!(20.5), "it is earned");
    let order = marketplace.order_one(&artist, rehearsal).await;
    let by_credit = json!({"orderId": order, "method": "credit"});
    let paid = marketplace.post(Some(&artist), "/api/payments", &by_credit).await.expect(201);
    assert_eq!(paid.text("status"), "captured");
    marketplace.order_becomes(&artist, order, "complete").await;
    assert_eq!(account(&artist).await.at("balances/0/balance"), json!(0), "and spent");
    assert_eq!(account(&fan).await.at("balances/0/balance"), json!(20.5));
    assert_eq!(marketplace.captured().await, 2_050, "no card was charged a second time");
    let order = marketplace.order_one(&artist, rehearsal).await;
    let by_credit = json!({"orderId": order, "method": "credit"});
    let short = marketplace.post(Some(&artist), "/api/payments", &by_credit).await;
    short.expect_problem(402, "payment_declined");
    let top_up = json!({"amount": 30, "token": "tok_visa"});
    marketplace.post(Some(&artist), "/api/payments/top-ups", &top_up).await.expect(201).text("id");
    marketplace.post(Some(&artist), "/api/payments", &by_credit).await.expect(201).text("id");
    marketplace.order_becomes(&artist, order, "complete").await;
    let statement = account(&artist).await;
    assert_eq!(statement.at("balances/0/balance"), json!(9.5));
    let entries = statement.at("entries");
    let causes: Vec<_> = entries.as_array().unwrap().iter().map(|entry| &entry["cause"]).collect();
    assert_eq!(causes, ["hold", "top_up", "hold", "sale"]);
    assert_eq!(marketplace.captured().await, 5_050);
}

pub(crate) async fn a_refund_returns_money_to_the_buyer_and_units_to_sale(
    marketplace: &TestMarketplace,
) {
    let (seller, ann) = (marketplace.sign_up("seller").await, marketplace.sign_up("ann").await);
    let bob = marketplace.sign_up("bob").await;
    let ticket = marketplace.offer(&seller, 1).await;
    let order = marketplace.order_one(&ann, ticket).await;
    marketplace.pay(&ann, order, "tok_visa").await.expect(201).text("id");
    marketplace.order(&bob, &json!({"ticketId": ticket})).await.expect_problem(409, "sold_out");
    // The seller finds the payment in the statement of the account.
    let statement = marketplace.get(Some(&seller), "/api/payments/account").await.expect(200);
    assert_eq!(statement.text("entries/0/orderId"), order.to_string());
    let refunds = format!("/api/payments/{}/refunds", statement.text("entries/0/paymentId"));
    let in_part = json!({"amount": 0.5});
    marketplace.post(Some(&seller), &refunds, &in_part).await.expect(201).text("id");
    assert_eq!(marketplace.given_back().await, 50);
    let rest = json!({"returns": [{"ticketId": ticket, "quantity": 1}]});
    let rest = marketplace.post(Some(&seller), &refunds, &rest).await.expect(201);
    assert_eq!((rest.text("status"), rest.at("amount")), ("succeeded".to_owned(), json!(20)));
    assert_eq!(marketplace.given_back().await, 2_050);
    marketplace.becomes_available(ticket, 1).await;
    let returned =
        || async { marketplace.show_order(&ann, order).await.at("items/0/returned") == 1 };
    marketplace.eventually("the order shows that its unit is on sale again", returned).await;
    assert_eq!(marketplace.show_order(&ann, order).await.text("status"), "complete");
    let listed = marketplace.get(Some(&ann), &refunds).await.expect(200).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(2));
    let again = marketplace.order_one(&bob, ticket).await;
    marketplace.pay(&bob, again, "tok_visa").await.expect(201).text("id");
    marketplace.order_becomes(&bob, again, "complete").await;
    marketplace.becomes_available(ticket, 0).await;
    assert_eq!(marketplace.captured().await, 4_100);
}

pub(crate) async fn several_items_are_held_and_returned_together(marketplace: &TestMarketplace) {
    let (seller, buyer) = (marketplace.sign_up("seller").await, marketplace.sign_up("buyer").await);
    let (one, two) = (marketplace.offer(&seller, 3).await, marketplace.offer(&seller, 1).await);
    let body = |units: u32| json!({"items": [{"ticketId": one, "quantity": 2}, {"ticketId": two, "quantity": units}]});
    marketplace.order(&buyer, &body(2)).await.expect_problem(409, "sold_out");
    let order = marketplace.order(&buyer, &body(1)).await.expect(201);
    marketplace.becomes_available(one, 1).await;
    marketplace.becomes_available(two, 0).await;
    let path = format!("/api/orders/{}", order.text("id"));
    assert_eq!(marketplace.delete(Some(&buyer), &path).await.status, 204);
    marketplace.becomes_available(one, 3).await;
    marketplace.becomes_available(two, 1).await;
}

pub(crate) async fn free_tickets_need_no_payment_in_a_mixed_order(marketplace: &TestMarketplace) {
    let (host, seller, buyer) = (
        marketplace.sign_up("host").await,
        marketplace.sign_up("seller").await,
        marketplace.sign_up("buyer").await,
    );
    let body = json!({"title": "Open day", "price": 0, "quantity": 3});
    let free = marketplace.post(Some(&host), "/api/tickets", &body).await.expect(201).text("id");
    let free = free.parse().unwrap();
    let paid = marketplace.offer(&seller, 1).await;
    let wrong = json!({"ticketId": free, "expectedTotal": 20.5});
    marketplace.order(&buyer, &wrong).await.expect_problem(409, "total_changed");
    let right = json!({"ticketId": free, "expectedTotal": 0});
    let order = marketplace.order(&buyer, &right).await.expect(201);
    assert_eq!((order.text("status"), order.at("total")), ("complete".to_owned(), json!(0)));
    let order = order.text("id").parse().unwrap();
    marketplace.becomes_available(free, 2).await;
    marketplace.pay(&buyer, order, "tok_visa").await.expect_problem(409, "order_complete");
    let both =
        json!({"items": [{"ticketId": free, "quantity": 1}, {"ticketId": paid, "quantity": 1}]});
    let order = marketplace.order(&buyer, &both).await.expect(201).text("id").parse().unwrap();
    let payment = marketplace.pay(&buyer, order, "tok_visa").await.expect(201);
    assert_eq!(payment.at("amount"), json!(20.5));
    let payment = payment.text("id");
    marketplace.order_becomes(&buyer, order, "complete").await;
    let refunds = format!("/api/payments/{payment}/refunds");
    marketplace.post(Some(&host), &refunds, &json!({})).await.expect_problem(409, "refund_exceeds");
    marketplace.post(Some(&seller), &refunds, &json!({})).await.expect(201).text("id");
    let shows = || async {
        let shown = marketplace.show_order(&buyer, order).await.at("payments");
        shown == json!([{"id": payment, "status": "captured", "amount": 20.5, "refunded": 20.5}])
    };
    marketplace.eventually("the order shows its payment and what was refunded", shows).await;
    assert_eq!((marketplace.captured().await, marketplace.given_back().await), (2_050, 2_050));
}

pub(crate) async fn an_edited_price_applies_to_new_orders_only(marketplace: &TestMarketplace) {
    let (seller, buyer) = (marketplace.sign_up("seller").await, marketplace.sign_up("buyer").await);
    let ticket = marketplace.offer(&seller, 3).await;
    let order = marketplace.order_one(&buyer, ticket).await;
    marketplace.becomes_available(ticket, 2).await;
    let body = json!({"title": "Concert", "price": 99, "quantity": 3});
    let path = format!("/api/tickets/{ticket}");
    marketplace.put(Some(&seller), &path, &body).await.expect(200).text("id");
    let dearer = || async {
        let order = marketplace.order(&buyer, &json!({"ticketId": ticket})).await.expect(201);
        let path = format!("/api/orders/{}", order.text("id"));
        assert_eq!(marketplace.delete(Some(&buyer), &path).await.status, 204);
        order.at("total") == json!(99)
    };
    marketplace.eventually("new orders have the new price", dearer).await;
    let paid = marketplace.pay(&buyer, order, "tok_visa").await.expect(201);
    assert_eq!(paid.at("amount"), json!(20.5));
}

pub(crate) async fn an_ended_session_is_rejected_by_every_service(marketplace: &TestMarketplace) {
    let buyer = marketplace.sign_up("buyer").await;
    marketplace.get(Some(&buyer), "/api/orders").await.expect(200).text("");
    marketplace.post(Some(&buyer), "/api/users/signout", &json!({})).await.expect(200).text("");
    // Consecutive calls reach every replica in turn.
    let is_ended = || async {
        for path in ["/api/orders", "/api/payments/000000000000000000000000"].repeat(4) {
            if marketplace.get(Some(&buyer), path).await.status != 401 {
                return false;
            }
        }
        true
    };
    marketplace.eventually("every replica knows that the session has ended", is_ended).await;
    marketplace.get(Some(&buyer), "/api/orders").await.expect_problem(401, "not_signed_in");
}

/// Repetitions of each request that races with a message: most of them met the old state when
/// copies decided.
const RACES: u32 = 8;

pub(crate) async fn an_acknowledged_change_is_in_force_for_the_next_request(
    marketplace: &TestMarketplace,
) {
    let (seller, buyer) = (marketplace.sign_up("seller").await, marketplace.sign_up("buyer").await);
    for nth in 0..RACES {
        let ticket = marketplace.offer(&seller, 8).await;
        let path = format!("/api/tickets/{ticket}");
        let order = json!({"ticketId": ticket, "quantity": 6});
        // Fewer units than an order holds that was acknowledged just before.
        let ordered = marketplace.order(&buyer, &order).await.expect(201);
        let three = json!({"title": "Concert", "price": 20.5, "quantity": 3});
        let refused = marketplace.put(Some(&seller), &path, &three).await;
        refused.expect_problem(409, "below_committed");
        // Another price.
        let dearer = json!({"title": "Concert", "price": 30 + nth, "quantity": 8});
        marketplace.put(Some(&seller), &path, &dearer).await.expect(200).text("id");
        let one = json!({"ticketId": ticket});
        assert_eq!(marketplace.order(&buyer, &one).await.expect(201).at("total"), json!(30 + nth));
        // Units that were released just before.
        let cancelled = marketplace.delete(Some(&buyer), ordered.header("location")).await;
        assert_eq!(cancelled.status, 204);
        let fewer = json!({"title": "Concert", "price": 30 + nth, "quantity": 1});
        assert_eq!(
            marketplace.put(Some(&seller), &path, &fewer).await.expect(200).at("available"),
            json!(0)
        );
        // Withdrawn, and offered again.
        assert_eq!(marketplace.delete(Some(&seller), &path).await.status, 204);
        marketplace.order(&buyer, &one).await.expect_problem(409, "not_offered");
        marketplace.put(Some(&seller), &path, &dearer).await.expect(200).text("id");
        marketplace.order(&buyer, &one).await.expect(201).text("id");
    }
}

pub(crate) async fn a_just_ordered_single_ticket_is_reserved(marketplace: &TestMarketplace) {
    let (seller, buyer) = (marketplace.sign_up("seller").await, marketplace.sign_up("buyer").await);
    for _ in 0..RACES {
        let ticket = marketplace.offer(&seller, 1).await;
        let path = format!("/api/tickets/{ticket}");
        marketplace.order_one(&buyer, ticket).await;
        marketplace.delete(Some(&seller), &path).await.expect_problem(409, "reserved");
        let dearer = json!({"title": "Concert", "price": 30});
        marketplace.put(Some(&seller), &path, &dearer).await.expect_problem(409, "reserved");
    }
}

pub(crate) async fn a_ticket_reduced_to_its_sold_units_can_be_edited_raised_and_withdrawn(
    marketplace: &TestMarketplace,
) {
    let (seller, buyer) = (marketplace.sign_up("seller").await, marketplace.sign_up("buyer").await);
    let ticket = marketplace.offer(&seller, 2).await;
    let path = format!("/api/tickets/{ticket}");
    let order = marketplace.order_one(&buyer, ticket).await;
    marketplace.pay(&buyer, order, "tok_visa").await.expect(201).text("id");
    let edited =
        |title: &str, quantity| json!({"title": title, "price": 20.5, "quantity": quantity});
    for (title, quantity, available) in [("Concert", 1, 0), ("Encore", 1, 0), ("Encore", 3, 2)] {
        let reply =
            marketplace.put(Some(&seller), &path, &edited(title, quantity)).await.expect(200);
        assert_eq!((reply.text("title"), reply.at("available")), (title.into(), json!(available)));
    }
    marketplace.put(Some(&seller), &path, &edited("Encore", 1)).await.expect(200).text("id");
    assert_eq!(marketplace.delete(Some(&seller), &path).await.status, 204);
}

pub(crate) async fn later_reads_of_a_buyer_show_every_acknowledged_effect(
    marketplace: &TestMarketplace,
) {
    let (seller, buyer) = (marketplace.sign_up("seller").await, marketplace.sign_up("buyer").await);
    for _ in 0..RACES {
        let ticket = marketplace.offer(&seller, 100).await;
        let path = format!("/api/tickets/{ticket}");
        let ordered = marketplace.order(&buyer, &json!({"ticketId": ticket, "quantity": 2})).await;
        let ordered = ordered.expect(201);
        let reader = buyer.with_cookies(&ordered);
        let shown = marketplace.get(Some(&reader), &path).await.expect(200);
        assert_eq!(shown.at("available"), json!(98));
        let listed =
            marketplace.get(Some(&reader), "/api/tickets?limit=100").await.expect(200).json();
        let mut listed = listed.as_array().unwrap().iter();
        let listed = listed.find(|listed| listed.get("id") == Some(&json!(ticket))).unwrap();
        assert_eq!(listed.get("available"), Some(&json!(98)));
        let ordered = marketplace.order(&buyer, &json!({"ticketId": ticket})).await.expect(201);
        let cancelled = marketplace.delete(Some(&buyer), ordered.header("location")).await;
        let reader = buyer.with_cookies(&cancelled);
        let shown = marketplace.get(Some(&reader), &path).await.expect(200);
        assert_eq!(shown.at("available"), json!(98), "after a cancellation");
    }
}

pub(crate) async fn a_person_is_exported_and_erased_and_the_books_remain(
    marketplace: &TestMarketplace,
) {
    let (seller, buyer) = (marketplace.sign_up("seller").await, marketplace.sign_up("buyer").await);
    let (sold, unsold) = (marketplace.offer(&seller, 2).await, marketplace.offer(&seller, 1).await);
    let order = marketplace.order_one(&buyer, sold).await;
    let paid = marketplace.pay(&buyer, order, "tok_visa").await.expect(201).text("id");
    marketplace.becomes_available(sold, 1).await;
    let export = async |who| marketplace.get(Some(who), "/api/users/me/export").await.expect(200);
    let of_buyer = export(&buyer).await;
    assert_eq!(of_buyer.text("parts/orders/items/orders/0/id"), order.to_string());
    assert_eq!(of_buyer.text("parts/payments/items/payments/0/id"), paid);
    assert_eq!(of_buyer.at("parts/tickets/items"), json!({}));
    let of_seller = export(&seller).await;
    let tickets = of_seller.at("parts/tickets/items/tickets");
    assert_eq!(tickets.as_array().map(Vec::len), Some(2));
    assert!(!of_seller.body.contains(&buyer.id.to_string()), "{}", of_seller.body);
    let open = marketplace.order_one(&buyer, sold).await;
    marketplace.erase(&buyer, &json!({})).await.expect_problem(409, "open_orders");
    assert_eq!(marketplace.delete(Some(&buyer), &format!("/api/orders/{open}")).await.status, 204);
    marketplace
        .erase(&buyer, &json!({"password": "a wrong one"}))
        .await
        .expect_problem(401, "bad_credentials");
    assert_eq!(marketplace.erase(&buyer, &json!({})).await.status, 204);
    let is_out = || async { marketplace.get(Some(&buyer), "/api/orders").await.status == 401 };
    marketplace.eventually("the session has ended in every service", is_out).await;
    assert_ne!(
        marketplace.sign_up("buyer").await.id,
        buyer.id,
        "the address is free, the account is gone"
    );
    marketplace.becomes_available(sold, 1).await;
    marketplace.erase(&seller, &json!({})).await.expect_problem(409, "credit_left");
    assert_eq!(marketplace.erase(&seller, &json!({"forfeitCredit": true})).await.status, 204);
    for (ticket, title) in [(sold, "Concert"), (unsold, "Withdrawn")] {
        let path = format!("/api/tickets/{ticket}");
        let is_withdrawn = || async {
            let shown = marketplace.get(None, &path).await;
            (shown.text("title"), shown.at("available")) == (title.to_owned(), json!(0))
        };
        marketplace.eventually("the offer is withdrawn", is_withdrawn).await;
    }
    assert_eq!(marketplace.captured().await, 2_050);
}
