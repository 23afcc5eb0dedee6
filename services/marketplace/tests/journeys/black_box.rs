//! Journeys that need only the address of a marketplace: they run in one process with a manual
//! clock, and through replicas of five services.

use serde_json::json;

use crate::town::Town;

pub(crate) async fn a_buyer_orders_and_pays_and_others_cannot(town: &Town) {
    let (seller, buyer, other) =
        (town.sign_up("seller").await, town.sign_up("buyer").await, town.sign_up("other").await);
    let ticket = town.offer(&seller, 1).await;
    let order = town.order_one(&buyer, ticket).await;
    town.order(&other, &json!({"ticketId": ticket})).await.expect_problem(409, "sold_out");
    town.order(&seller, &json!({"ticketId": ticket})).await.expect_problem(409, "own_ticket");
    town.becomes_available(ticket, 0).await;
    let paid = town.pay(&buyer, order, "tok_visa").await.expect(201);
    assert_eq!(paid.text("status"), "captured");
    town.order_becomes(&buyer, order, "complete").await;
    assert_eq!(town.captured().await, 2_050);
    let path = format!("/api/orders/{order}");
    town.get(Some(&other), &path).await.expect_problem(404, "not_found");
    town.delete(Some(&buyer), &path).await.expect_problem(409, "order_complete");
}

pub(crate) async fn an_order_without_a_payment_expires_and_its_units_come_back(town: &Town) {
    let (seller, buyer) = (town.sign_up("seller").await, town.sign_up("buyer").await);
    let ticket = town.offer(&seller, 2).await;
    let order = town.order_one(&buyer, ticket).await;
    town.becomes_available(ticket, 1).await;
    town.let_the_deadline_pass().await;
    town.order_becomes(&buyer, order, "cancelled").await;
    assert_eq!(town.show_order(&buyer, order).await.text("reason"), "expired");
    town.becomes_available(ticket, 2).await;
    town.pay(&buyer, order, "tok_visa").await.expect_problem(409, "order_expired");
    assert_eq!(town.captured().await, 0);
}

pub(crate) async fn a_declined_card_leaves_the_order_open_for_another(town: &Town) {
    let (seller, buyer) = (town.sign_up("seller").await, town.sign_up("buyer").await);
    let ticket = town.offer(&seller, 1).await;
    let order = town.order_one(&buyer, ticket).await;
    town.pay(&buyer, order, "tok_declined").await.expect_problem(402, "payment_declined");
    town.order_becomes(&buyer, order, "awaiting:payment").await;
    town.pay(&buyer, order, "tok_visa").await.expect(201).text("id");
    assert_eq!(town.captured().await, 2_050);
}

pub(crate) async fn what_a_seller_earned_and_what_was_topped_up_pays_the_next_order(town: &Town) {
    let (artist, fan) = (town.sign_up("artist").await, town.sign_up("fan").await);
    let account = async |who| town.get(Some(who), "/api/payments/account").await.expect(200);
    let (concert, rehearsal) = (town.offer(&artist, 1).await, town.offer(&fan, 2).await);
    let order = town.order_one(&fan, concert).await;
    town.pay(&fan, order, "tok_visa").await.expect(201).text("id");
    assert_eq!(account(&artist).await.at("balances/0/balance"), json!(20.5), "it is earned");
    let order = town.order_one(&artist, rehearsal).await;
    let by_credit = json!({"orderId": order, "method": "credit"});
    let paid = town.post(Some(&artist), "/api/payments", &by_credit).await.expect(201);
    assert_eq!(paid.text("status"), "captured");
    town.order_becomes(&artist, order, "complete").await;
    assert_eq!(account(&artist).await.at("balances/0/balance"), json!(0), "and spent");
    assert_eq!(account(&fan).await.at("balances/0/balance"), json!(20.5));
    assert_eq!(town.captured().await, 2_050, "no card was charged a second time");
    let order = town.order_one(&artist, rehearsal).await;
    let by_credit = json!({"orderId": order, "method": "credit"});
    let short = town.post(Some(&artist), "/api/payments", &by_credit).await;
    short.expect_problem(402, "payment_declined");
    let top_up = json!({"amount": 30, "token": "tok_visa"});
    town.post(Some(&artist), "/api/payments/top-ups", &top_up).await.expect(201).text("id");
    town.post(Some(&artist), "/api/payments", &by_credit).await.expect(201).text("id");
    town.order_becomes(&artist, order, "complete").await;
    let statement = account(&artist).await;
    assert_eq!(statement.at("balances/0/balance"), json!(9.5));
    let entries = statement.at("entries");
    let causes: Vec<_> = entries.as_array().unwrap().iter().map(|entry| &entry["cause"]).collect();
    assert_eq!(causes, ["hold", "top_up", "hold", "sale"]);
    assert_eq!(town.captured().await, 5_050);
}

pub(crate) async fn what_was_refunded_goes_back_to_its_buyer_and_its_units_to_others(town: &Town) {
    let (seller, ann) = (town.sign_up("seller").await, town.sign_up("ann").await);
    let bob = town.sign_up("bob").await;
    let ticket = town.offer(&seller, 1).await;
    let order = town.order_one(&ann, ticket).await;
    town.pay(&ann, order, "tok_visa").await.expect(201).text("id");
    town.order(&bob, &json!({"ticketId": ticket})).await.expect_problem(409, "sold_out");
    // The seller finds the payment in the statement of the account.
    let statement = town.get(Some(&seller), "/api/payments/account").await.expect(200);
    assert_eq!(statement.text("entries/0/orderId"), order.to_string());
    let refunds = format!("/api/payments/{}/refunds", statement.text("entries/0/paymentId"));
    let in_part = json!({"amount": 0.5});
    town.post(Some(&seller), &refunds, &in_part).await.expect(201).text("id");
    assert_eq!(town.given_back().await, 50);
    let rest = json!({"returns": [{"ticketId": ticket, "quantity": 1}]});
    let rest = town.post(Some(&seller), &refunds, &rest).await.expect(201);
    assert_eq!((rest.text("status"), rest.at("amount")), ("succeeded".to_owned(), json!(20)));
    assert_eq!(town.given_back().await, 2_050);
    town.becomes_available(ticket, 1).await;
    let returned = || async { town.show_order(&ann, order).await.at("items/0/returned") == 1 };
    town.eventually("the order shows that its unit is on sale again", returned).await;
    assert_eq!(town.show_order(&ann, order).await.text("status"), "complete");
    let listed = town.get(Some(&ann), &refunds).await.expect(200).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(2));
    let again = town.order_one(&bob, ticket).await;
    town.pay(&bob, again, "tok_visa").await.expect(201).text("id");
    town.order_becomes(&bob, again, "complete").await;
    town.becomes_available(ticket, 0).await;
    assert_eq!(town.captured().await, 4_100);
}

pub(crate) async fn several_items_are_held_all_or_none_and_given_back_together(town: &Town) {
    let (seller, buyer) = (town.sign_up("seller").await, town.sign_up("buyer").await);
    let (one, two) = (town.offer(&seller, 3).await, town.offer(&seller, 1).await);
    let body = |units: u32| json!({"items": [{"ticketId": one, "quantity": 2}, {"ticketId": two, "quantity": units}]});
    town.order(&buyer, &body(2)).await.expect_problem(409, "sold_out");
    let order = town.order(&buyer, &body(1)).await.expect(201);
    town.becomes_available(one, 1).await;
    town.becomes_available(two, 0).await;
    let path = format!("/api/orders/{}", order.text("id"));
    assert_eq!(town.delete(Some(&buyer), &path).await.status, 204);
    town.becomes_available(one, 3).await;
    town.becomes_available(two, 1).await;
}

pub(crate) async fn free_tickets_need_no_payment_and_others_are_paid_beside_them(town: &Town) {
    let (host, seller, buyer) =
        (town.sign_up("host").await, town.sign_up("seller").await, town.sign_up("buyer").await);
    let body = json!({"title": "Open day", "price": 0, "quantity": 3});
    let free = town.post(Some(&host), "/api/tickets", &body).await.expect(201).text("id");
    let free = free.parse().unwrap();
    let paid = town.offer(&seller, 1).await;
    let wrong = json!({"ticketId": free, "expectedTotal": 20.5});
    town.order(&buyer, &wrong).await.expect_problem(409, "total_changed");
    let right = json!({"ticketId": free, "expectedTotal": 0});
    let order = town.order(&buyer, &right).await.expect(201);
    assert_eq!((order.text("status"), order.at("total")), ("complete".to_owned(), json!(0)));
    let order = order.text("id").parse().unwrap();
    town.becomes_available(free, 2).await;
    town.pay(&buyer, order, "tok_visa").await.expect_problem(409, "order_complete");
    let both =
        json!({"items": [{"ticketId": free, "quantity": 1}, {"ticketId": paid, "quantity": 1}]});
    let order = town.order(&buyer, &both).await.expect(201).text("id").parse().unwrap();
    let payment = town.pay(&buyer, order, "tok_visa").await.expect(201);
    assert_eq!(payment.at("amount"), json!(20.5));
    let payment = payment.text("id");
    town.order_becomes(&buyer, order, "complete").await;
    let refunds = format!("/api/payments/{payment}/refunds");
    town.post(Some(&host), &refunds, &json!({})).await.expect_problem(409, "refund_exceeds");
    town.post(Some(&seller), &refunds, &json!({})).await.expect(201).text("id");
    let shows = || async {
        let shown = town.show_order(&buyer, order).await.at("payments");
        shown == json!([{"id": payment, "status": "captured", "amount": 20.5, "refunded": 20.5}])
    };
    town.eventually("the order shows its payment and what was refunded", shows).await;
    assert_eq!((town.captured().await, town.given_back().await), (2_050, 2_050));
}

pub(crate) async fn an_edited_price_counts_for_new_orders_only(town: &Town) {
    let (seller, buyer) = (town.sign_up("seller").await, town.sign_up("buyer").await);
    let ticket = town.offer(&seller, 3).await;
    let order = town.order_one(&buyer, ticket).await;
    town.becomes_available(ticket, 2).await;
    let body = json!({"title": "Concert", "price": 99, "quantity": 3});
    let path = format!("/api/tickets/{ticket}");
    town.put(Some(&seller), &path, &body).await.expect(200).text("id");
    let dearer = || async {
        let order = town.order(&buyer, &json!({"ticketId": ticket})).await.expect(201);
        let path = format!("/api/orders/{}", order.text("id"));
        assert_eq!(town.delete(Some(&buyer), &path).await.status, 204);
        order.at("total") == json!(99)
    };
    town.eventually("new orders have the new price", dearer).await;
    let paid = town.pay(&buyer, order, "tok_visa").await.expect(201);
    assert_eq!(paid.at("amount"), json!(20.5));
}

pub(crate) async fn a_session_that_was_ended_is_ended_in_every_service(town: &Town) {
    let buyer = town.sign_up("buyer").await;
    town.get(Some(&buyer), "/api/orders").await.expect(200).text("");
    town.post(Some(&buyer), "/api/users/signout", &json!({})).await.expect(200).text("");
    // Consecutive calls reach every replica in turn.
    let is_ended = || async {
        for path in ["/api/orders", "/api/payments/000000000000000000000000"].repeat(4) {
            if town.get(Some(&buyer), path).await.status != 401 {
                return false;
            }
        }
        true
    };
    town.eventually("every replica knows that the session has ended", is_ended).await;
    town.get(Some(&buyer), "/api/orders").await.expect_problem(401, "not_signed_in");
}

/// Repetitions of each request that races with a message: most of them met the old state when
/// copies decided.
const RACES: u32 = 8;

pub(crate) async fn an_acknowledged_change_is_in_force_for_the_next_request(town: &Town) {
    let (seller, buyer) = (town.sign_up("seller").await, town.sign_up("buyer").await);
    for nth in 0..RACES {
        let ticket = town.offer(&seller, 8).await;
        let path = format!("/api/tickets/{ticket}");
        let order = json!({"ticketId": ticket, "quantity": 6});
        // Fewer units than an order holds that was acknowledged just before.
        let ordered = town.order(&buyer, &order).await.expect(201);
        let three = json!({"title": "Concert", "price": 20.5, "quantity": 3});
        let refused = town.put(Some(&seller), &path, &three).await;
        refused.expect_problem(409, "below_committed");
        // Another price.
        let dearer = json!({"title": "Concert", "price": 30 + nth, "quantity": 8});
        town.put(Some(&seller), &path, &dearer).await.expect(200).text("id");
        let one = json!({"ticketId": ticket});
        assert_eq!(town.order(&buyer, &one).await.expect(201).at("total"), json!(30 + nth));
        // Units that were released just before.
        let cancelled = town.delete(Some(&buyer), ordered.header("location")).await;
        assert_eq!(cancelled.status, 204);
        let fewer = json!({"title": "Concert", "price": 30 + nth, "quantity": 1});
        assert_eq!(
            town.put(Some(&seller), &path, &fewer).await.expect(200).at("available"),
            json!(0)
        );
        // Withdrawn, and offered again.
        assert_eq!(town.delete(Some(&seller), &path).await.status, 204);
        town.order(&buyer, &one).await.expect_problem(409, "not_offered");
        town.put(Some(&seller), &path, &dearer).await.expect(200).text("id");
        town.order(&buyer, &one).await.expect(201).text("id");
    }
}

pub(crate) async fn a_single_ticket_that_was_ordered_a_moment_ago_is_reserved(town: &Town) {
    let (seller, buyer) = (town.sign_up("seller").await, town.sign_up("buyer").await);
    for _ in 0..RACES {
        let ticket = town.offer(&seller, 1).await;
        let path = format!("/api/tickets/{ticket}");
        town.order_one(&buyer, ticket).await;
        town.delete(Some(&seller), &path).await.expect_problem(409, "reserved");
        let dearer = json!({"title": "Concert", "price": 30});
        town.put(Some(&seller), &path, &dearer).await.expect_problem(409, "reserved");
    }
}

pub(crate) async fn a_ticket_reduced_to_what_is_sold_can_be_edited_raised_and_withdrawn(
    town: &Town,
) {
    let (seller, buyer) = (town.sign_up("seller").await, town.sign_up("buyer").await);
    let ticket = town.offer(&seller, 2).await;
    let path = format!("/api/tickets/{ticket}");
    let order = town.order_one(&buyer, ticket).await;
    town.pay(&buyer, order, "tok_visa").await.expect(201).text("id");
    let edited =
        |title: &str, quantity| json!({"title": title, "price": 20.5, "quantity": quantity});
    for (title, quantity, available) in [("Concert", 1, 0), ("Encore", 1, 0), ("Encore", 3, 2)] {
        let reply = town.put(Some(&seller), &path, &edited(title, quantity)).await.expect(200);
        assert_eq!((reply.text("title"), reply.at("available")), (title.into(), json!(available)));
    }
    town.put(Some(&seller), &path, &edited("Encore", 1)).await.expect(200).text("id");
    assert_eq!(town.delete(Some(&seller), &path).await.status, 204);
}

pub(crate) async fn a_buyer_sees_the_effect_of_an_answer_in_every_later_read(town: &Town) {
    let (seller, buyer) = (town.sign_up("seller").await, town.sign_up("buyer").await);
    for _ in 0..RACES {
        let ticket = town.offer(&seller, 100).await;
        let path = format!("/api/tickets/{ticket}");
        let ordered = town.order(&buyer, &json!({"ticketId": ticket, "quantity": 2})).await;
        let ordered = ordered.expect(201);
        let reader = buyer.with_cookies(&ordered);
        let shown = town.get(Some(&reader), &path).await.expect(200);
        assert_eq!(shown.at("available"), json!(98));
        let listed = town.get(Some(&reader), "/api/tickets?limit=100").await.expect(200).json();
        let mut listed = listed.as_array().unwrap().iter();
        let listed = listed.find(|listed| listed.get("id") == Some(&json!(ticket))).unwrap();
        assert_eq!(listed.get("available"), Some(&json!(98)));
        let ordered = town.order(&buyer, &json!({"ticketId": ticket})).await.expect(201);
        let cancelled = town.delete(Some(&buyer), ordered.header("location")).await;
        let reader = buyer.with_cookies(&cancelled);
        let shown = town.get(Some(&reader), &path).await.expect(200);
        assert_eq!(shown.at("available"), json!(98), "after a cancellation");
    }
}

pub(crate) async fn a_person_is_exported_and_erased_and_the_books_remain(town: &Town) {
    let (seller, buyer) = (town.sign_up("seller").await, town.sign_up("buyer").await);
    let (sold, unsold) = (town.offer(&seller, 2).await, town.offer(&seller, 1).await);
    let order = town.order_one(&buyer, sold).await;
    let paid = town.pay(&buyer, order, "tok_visa").await.expect(201).text("id");
    town.becomes_available(sold, 1).await;
    let export = async |who| town.get(Some(who), "/api/users/me/export").await.expect(200);
    let of_buyer = export(&buyer).await;
    assert_eq!(of_buyer.text("parts/orders/items/orders/0/id"), order.to_string());
    assert_eq!(of_buyer.text("parts/payments/items/payments/0/id"), paid);
    assert_eq!(of_buyer.at("parts/tickets/items"), json!({}));
    let of_seller = export(&seller).await;
    let tickets = of_seller.at("parts/tickets/items/tickets");
    assert_eq!(tickets.as_array().map(Vec::len), Some(2));
    assert!(!of_seller.body.contains(&buyer.id.to_string()), "{}", of_seller.body);
    let open = town.order_one(&buyer, sold).await;
    town.erase(&buyer, &json!({})).await.expect_problem(409, "open_orders");
    assert_eq!(town.delete(Some(&buyer), &format!("/api/orders/{open}")).await.status, 204);
    town.erase(&buyer, &json!({"password": "a wrong one"}))
        .await
        .expect_problem(401, "bad_credentials");
    assert_eq!(town.erase(&buyer, &json!({})).await.status, 204);
    let is_out = || async { town.get(Some(&buyer), "/api/orders").await.status == 401 };
    town.eventually("the session has ended in every service", is_out).await;
    assert_ne!(
        town.sign_up("buyer").await.id,
        buyer.id,
        "the address is free, the account is gone"
    );
    town.becomes_available(sold, 1).await;
    town.erase(&seller, &json!({})).await.expect_problem(409, "credit_left");
    assert_eq!(town.erase(&seller, &json!({"forfeitCredit": true})).await.status, 204);
    for (ticket, title) in [(sold, "Concert"), (unsold, "Withdrawn")] {
        let path = format!("/api/tickets/{ticket}");
        let is_withdrawn = || async {
            let shown = town.get(None, &path).await;
            (shown.text("title"), shown.at("available")) == (title.to_owned(), json!(0))
        };
        town.eventually("the offer is withdrawn", is_withdrawn).await;
    }
    assert_eq!(town.captured().await, 2_050);
}
