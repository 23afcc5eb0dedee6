//! Journeys that need only the address of a marketplace: they run in one process with a manual
//! clock, and through replicas of five services.

mod shows;

use contract::{OrderId, TicketId};
use serde_json::json;

use crate::marketplace::{Engines, TestMarketplace};
use crate::user::User;

/// Passes the names of all journeys to a macro.
#[macro_export]
macro_rules! journeys {
    ($each:ident) => {
        $each! {
            a_buyer_orders_and_pays_and_others_cannot,
            an_order_without_a_payment_expires_and_returns_its_units,
            a_declined_card_leaves_the_order_open_for_another,
            earnings_and_top_ups_pay_the_next_order,
            a_refund_returns_money_to_the_buyer_and_units_to_sale,
            several_items_are_held_and_returned_together,
            free_tickets_need_no_payment_in_a_mixed_order,
            an_edited_price_applies_to_new_orders_only,
            an_acknowledged_change_is_in_force_for_the_next_request,
            a_just_ordered_single_ticket_is_reserved,
            a_ticket_reduced_to_its_sold_units_can_be_edited_raised_and_withdrawn,
            later_reads_of_a_buyer_show_every_acknowledged_effect,
            a_person_is_exported_and_erased_and_the_books_remain,
            an_ended_session_is_rejected_by_every_service,
            the_categories_of_a_show_are_bought_in_one_order,
            units_of_a_postponed_show_are_returned_once_for_their_price,
            a_cancelled_show_is_refunded_in_full,
        }
    };
}

/// Repetitions of each request that races with a message: most of them met the old state when
/// copies decided.
const RACES: u32 = 8;

impl<E: Engines> TestMarketplace<E> {
    /// A buyer's order of the only unit of a ticket, which neither another user nor the seller can
    /// order. Returns the buyer, the other user, the ticket and the order.
    pub async fn order_the_only_unit(&self) -> (User, User, TicketId, OrderId) {
        let (seller, buyer) = self.seller_and_buyer().await;
        let other = self.sign_up("other").await;
        let ticket = self.offer(&seller, 1).await;
        let order = self.order_one(&buyer, ticket).await;
        self.order(&other, &json!({"ticketId": ticket})).await.expect_problem(409, "sold_out");
        let own = self.order(&seller, &json!({"ticketId": ticket})).await;
        own.expect_problem(409, "own_ticket");
        (buyer, other, ticket, order)
    }

    /// The only unit is ordered and paid once.
    pub async fn a_buyer_orders_and_pays_and_others_cannot(&self) {
        let (buyer, other, ticket, order) = self.order_the_only_unit().await;
        self.becomes_available(ticket, 0).await;
        let paid = self.pay(&buyer, order, "tok_visa").await.expect(201);
        assert_eq!(paid.text("status"), "captured");
        self.order_becomes(&buyer, order, "complete").await;
        assert_eq!(self.captured().await, 2_050);
        let path = format!("/api/orders/{order}");
        self.get(Some(&other), &path).await.expect_problem(404, "not_found");
        self.delete(Some(&buyer), &path).await.expect_problem(409, "order_complete");
    }

    /// An unpaid order ends at its deadline.
    pub async fn an_order_without_a_payment_expires_and_returns_its_units(&self) {
        let (_, buyer, ticket, order) = self.ordered(2).await;
        self.becomes_available(ticket, 1).await;
        self.let_the_deadline_pass().await;
        self.order_becomes(&buyer, order, "cancelled").await;
        assert_eq!(self.show_order(&buyer, order).await.text("reason"), "expired");
        self.becomes_available(ticket, 2).await;
        self.pay(&buyer, order, "tok_visa").await.expect_problem(409, "order_expired");
        assert_eq!(self.captured().await, 0);
    }

    /// A decline ends the payment, not the order.
    pub async fn a_declined_card_leaves_the_order_open_for_another(&self) {
        let (_, buyer, _, order) = self.ordered(1).await;
        self.pay(&buyer, order, "tok_declined").await.expect_problem(402, "payment_declined");
        self.order_becomes(&buyer, order, "awaiting:payment").await;
        self.pay(&buyer, order, "tok_visa").await.expect(201);
        assert_eq!(self.captured().await, 2_050);
    }

    /// Credit is earned, spent and added.
    pub async fn earnings_and_top_ups_pay_the_next_order(&self) {
        let (artist, fan) = (self.sign_up("artist").await, self.sign_up("fan").await);
        let account = async |who| self.get(Some(who), "/api/payments/account").await.expect(200);
        let (concert, rehearsal) = (self.offer(&artist, 1).await, self.offer(&fan, 2).await);
        let order = self.order_one(&fan, concert).await;
        self.pay(&fan, order, "tok_visa").await.expect(201);
        assert_eq!(account(&artist).await.at("balances/0/balance"), json!(20.5), "it is earned");
        let order = self.order_one(&artist, rehearsal).await;
        let by_credit = json!({"orderId": order, "method": "credit"});
        let paid = self.post(Some(&artist), "/api/payments", &by_credit).await.expect(201);
        assert_eq!(paid.text("status"), "captured");
        self.order_becomes(&artist, order, "complete").await;
        assert_eq!(account(&artist).await.at("balances/0/balance"), json!(0), "and spent");
        assert_eq!(account(&fan).await.at("balances/0/balance"), json!(20.5));
        assert_eq!(self.captured().await, 2_050, "no card was charged a second time");
        let order = self.order_one(&artist, rehearsal).await;
        let by_credit = json!({"orderId": order, "method": "credit"});
        let short = self.post(Some(&artist), "/api/payments", &by_credit).await;
        short.expect_problem(402, "payment_declined");
        let top_up = json!({"amount": 30, "token": "tok_visa"});
        self.post(Some(&artist), "/api/payments/top-ups", &top_up).await.expect(201);
        self.post(Some(&artist), "/api/payments", &by_credit).await.expect(201);
        self.order_becomes(&artist, order, "complete").await;
        let statement = account(&artist).await;
        assert_eq!(statement.at("balances/0/balance"), json!(9.5));
        let entries = statement.at("entries");
        let causes: Vec<_> =
            entries.as_array().unwrap().iter().map(|entry| &entry["cause"]).collect();
        assert_eq!(causes, ["hold", "top_up", "hold", "sale"]);
        assert_eq!(self.captured().await, 5_050);
    }

    /// A refund in two parts returns a unit.
    pub async fn a_refund_returns_money_to_the_buyer_and_units_to_sale(&self) {
        let (seller, ann) = (self.sign_up("seller").await, self.sign_up("ann").await);
        let bob = self.sign_up("bob").await;
        let ticket = self.offer(&seller, 1).await;
        let order = self.order_one(&ann, ticket).await;
        self.pay(&ann, order, "tok_visa").await.expect(201);
        self.order(&bob, &json!({"ticketId": ticket})).await.expect_problem(409, "sold_out");
        // The seller finds the payment in the statement of the account.
        let statement = self.get(Some(&seller), "/api/payments/account").await.expect(200);
        assert_eq!(statement.text("entries/0/orderId"), order.to_string());
        let refunds = format!("/api/payments/{}/refunds", statement.text("entries/0/paymentId"));
        let in_part = json!({"amount": 0.5});
        self.post(Some(&seller), &refunds, &in_part).await.expect(201);
        assert_eq!(self.refunded().await, 50);
        let rest = json!({"returns": [{"ticketId": ticket, "quantity": 1}]});
        let rest = self.post(Some(&seller), &refunds, &rest).await.expect(201);
        assert_eq!((rest.text("status"), rest.at("amount")), ("succeeded".to_owned(), json!(20)));
        assert_eq!(self.refunded().await, 2_050);
        self.becomes_available(ticket, 1).await;
        let returned = || async { self.show_order(&ann, order).await.at("items/0/returned") == 1 };
        self.eventually("the order shows that its unit is on sale again", returned).await;
        assert_eq!(self.show_order(&ann, order).await.text("status"), "complete");
        let listed = self.get(Some(&ann), &refunds).await.expect(200).json();
        assert_eq!(listed.as_array().map(Vec::len), Some(2));
        let again = self.order_one(&bob, ticket).await;
        self.pay(&bob, again, "tok_visa").await.expect(201);
        self.order_becomes(&bob, again, "complete").await;
        self.becomes_available(ticket, 0).await;
        assert_eq!(self.captured().await, 4_100);
    }

    /// An order of two tickets is placed and cancelled as a whole.
    pub async fn several_items_are_held_and_returned_together(&self) {
        let (seller, buyer) = self.seller_and_buyer().await;
        let (one, two) = (self.offer(&seller, 3).await, self.offer(&seller, 1).await);
        let body = |units: u32| json!({"items": [{"ticketId": one, "quantity": 2}, {"ticketId": two, "quantity": units}]});
        self.order(&buyer, &body(2)).await.expect_problem(409, "sold_out");
        let order = self.order(&buyer, &body(1)).await.expect(201);
        self.becomes_available(one, 1).await;
        self.becomes_available(two, 0).await;
        let path = format!("/api/orders/{}", order.text("id"));
        assert_eq!(self.delete(Some(&buyer), &path).await.status, 204);
        self.becomes_available(one, 3).await;
        self.becomes_available(two, 1).await;
    }

    /// Only items with a price are paid and refunded.
    pub async fn free_tickets_need_no_payment_in_a_mixed_order(&self) {
        let (seller, buyer) = self.seller_and_buyer().await;
        let host = self.sign_up("host").await;
        let body = json!({"title": "Open day", "price": 0, "quantity": 3});
        let free = self.create(&host, "/api/tickets", body).await.parse().unwrap();
        let paid = self.offer(&seller, 1).await;
        let wrong = json!({"ticketId": free, "expectedTotal": 20.5});
        self.order(&buyer, &wrong).await.expect_problem(409, "total_changed");
        let right = json!({"ticketId": free, "expectedTotal": 0});
        let order = self.order(&buyer, &right).await.expect(201);
        assert_eq!((order.text("status"), order.at("total")), ("complete".to_owned(), json!(0)));
        let order = order.text("id").parse().unwrap();
        self.becomes_available(free, 2).await;
        self.pay(&buyer, order, "tok_visa").await.expect_problem(409, "order_complete");
        let both = json!({"items": [{"ticketId": free, "quantity": 1}, {"ticketId": paid, "quantity": 1}]});
        let order = self.order(&buyer, &both).await.expect(201).text("id").parse().unwrap();
        let payment = self.pay(&buyer, order, "tok_visa").await.expect(201);
        assert_eq!(payment.at("amount"), json!(20.5));
        let payment = payment.text("id");
        self.order_becomes(&buyer, order, "complete").await;
        let refunds = format!("/api/payments/{payment}/refunds");
        self.post(Some(&host), &refunds, &json!({})).await.expect_problem(409, "refund_exceeds");
        self.post(Some(&seller), &refunds, &json!({})).await.expect(201);
        let shows = || async {
            let shown = self.show_order(&buyer, order).await.at("payments");
            shown
                == json!([{"id": payment, "status": "captured", "amount": 20.5, "refunded": 20.5}])
        };
        self.eventually("the order shows its payment and what was refunded", shows).await;
        assert_eq!((self.captured().await, self.refunded().await), (2_050, 2_050));
    }

    /// An order keeps the price at which it was placed.
    pub async fn an_edited_price_applies_to_new_orders_only(&self) {
        let (seller, buyer, ticket, order) = self.ordered(3).await;
        self.becomes_available(ticket, 2).await;
        let body = json!({"title": "Concert", "price": 99, "quantity": 3});
        let path = format!("/api/tickets/{ticket}");
        self.put(Some(&seller), &path, &body).await.expect(200);
        let dearer = || async {
            let order = self.order(&buyer, &json!({"ticketId": ticket})).await.expect(201);
            let path = format!("/api/orders/{}", order.text("id"));
            assert_eq!(self.delete(Some(&buyer), &path).await.status, 204);
            order.at("total") == json!(99)
        };
        self.eventually("new orders have the new price", dearer).await;
        let paid = self.pay(&buyer, order, "tok_visa").await.expect(201);
        assert_eq!(paid.at("amount"), json!(20.5));
    }

    /// Every replica rejects an ended session.
    pub async fn an_ended_session_is_rejected_by_every_service(&self) {
        let buyer = self.sign_up("buyer").await;
        self.get(Some(&buyer), "/api/orders").await.expect(200);
        self.post(Some(&buyer), "/api/users/signout", &json!({})).await.expect(200);
        // Consecutive calls reach every replica in turn.
        let is_ended = || async {
            for path in ["/api/orders", "/api/payments/000000000000000000000000"].repeat(4) {
                if self.get(Some(&buyer), path).await.status != 401 {
                    return false;
                }
            }
            true
        };
        self.eventually("every replica knows that the session has ended", is_ended).await;
        self.get(Some(&buyer), "/api/orders").await.expect_problem(401, "not_signed_in");
    }

    /// No request uses older terms or stock than an earlier response.
    pub async fn an_acknowledged_change_is_in_force_for_the_next_request(&self) {
        let (seller, buyer) = self.seller_and_buyer().await;
        for nth in 0..RACES {
            let ticket = self.offer(&seller, 8).await;
            let path = format!("/api/tickets/{ticket}");
            let order = json!({"ticketId": ticket, "quantity": 6});
            // Fewer units than an order holds that was acknowledged just before.
            let ordered = self.order(&buyer, &order).await.expect(201);
            let three = json!({"title": "Concert", "price": 20.5, "quantity": 3});
            let refused = self.put(Some(&seller), &path, &three).await;
            refused.expect_problem(409, "below_committed");
            // Another price.
            let dearer = json!({"title": "Concert", "price": 30 + nth, "quantity": 8});
            self.put(Some(&seller), &path, &dearer).await.expect(200);
            let one = json!({"ticketId": ticket});
            assert_eq!(self.order(&buyer, &one).await.expect(201).at("total"), json!(30 + nth));
            // Units that were released just before.
            let cancelled = self.delete(Some(&buyer), ordered.header("location")).await;
            assert_eq!(cancelled.status, 204);
            let fewer = json!({"title": "Concert", "price": 30 + nth, "quantity": 1});
            assert_eq!(
                self.put(Some(&seller), &path, &fewer).await.expect(200).at("available"),
                json!(0)
            );
            // Withdrawn, and offered again.
            assert_eq!(self.delete(Some(&seller), &path).await.status, 204);
            self.order(&buyer, &one).await.expect_problem(409, "not_offered");
            self.put(Some(&seller), &path, &dearer).await.expect(200);
            self.order(&buyer, &one).await.expect(201);
        }
    }

    /// The seller cannot change a ticket whose only unit is held.
    pub async fn a_just_ordered_single_ticket_is_reserved(&self) {
        let (seller, buyer) = self.seller_and_buyer().await;
        for _ in 0..RACES {
            let ticket = self.offer(&seller, 1).await;
            let path = format!("/api/tickets/{ticket}");
            self.order_one(&buyer, ticket).await;
            self.delete(Some(&seller), &path).await.expect_problem(409, "reserved");
            let dearer = json!({"title": "Concert", "price": 30});
            self.put(Some(&seller), &path, &dearer).await.expect_problem(409, "reserved");
        }
    }

    /// A sold-out ticket can be edited.
    pub async fn a_ticket_reduced_to_its_sold_units_can_be_edited_raised_and_withdrawn(&self) {
        let (seller, buyer) = self.seller_and_buyer().await;
        let ticket = self.offer(&seller, 2).await;
        let path = format!("/api/tickets/{ticket}");
        let order = self.order_one(&buyer, ticket).await;
        self.pay(&buyer, order, "tok_visa").await.expect(201);
        let edited =
            |title: &str, quantity| json!({"title": title, "price": 20.5, "quantity": quantity});
        for (title, quantity, available) in [("Concert", 1, 0), ("Encore", 1, 0), ("Encore", 3, 2)]
        {
            let reply = self.put(Some(&seller), &path, &edited(title, quantity)).await.expect(200);
            assert_eq!(
                (reply.text("title"), reply.at("available")),
                (title.into(), json!(available))
            );
        }
        self.put(Some(&seller), &path, &edited("Encore", 1)).await.expect(200);
        assert_eq!(self.delete(Some(&seller), &path).await.status, 204);
    }

    /// A buyer's reads include the own orders and cancellations.
    pub async fn later_reads_of_a_buyer_show_every_acknowledged_effect(&self) {
        let (seller, buyer) = self.seller_and_buyer().await;
        for _ in 0..RACES {
            let ticket = self.offer(&seller, 100).await;
            let path = format!("/api/tickets/{ticket}");
            let ordered = self.order(&buyer, &json!({"ticketId": ticket, "quantity": 2})).await;
            let ordered = ordered.expect(201);
            let reader = buyer.with_cookies(&ordered);
            let shown = self.get(Some(&reader), &path).await.expect(200);
            assert_eq!(shown.at("available"), json!(98));
            let listed = self.get(Some(&reader), "/api/tickets?limit=100").await.expect(200).json();
            let mut listed = listed.as_array().unwrap().iter();
            let listed = listed.find(|listed| listed.get("id") == Some(&json!(ticket))).unwrap();
            assert_eq!(listed.get("available"), Some(&json!(98)));
            let ordered = self.order(&buyer, &json!({"ticketId": ticket})).await.expect(201);
            let cancelled = self.delete(Some(&buyer), ordered.header("location")).await;
            let reader = buyer.with_cookies(&cancelled);
            let shown = self.get(Some(&reader), &path).await.expect(200);
            assert_eq!(shown.at("available"), json!(98), "after a cancellation");
        }
    }

    /// An export is complete, and an erasure keeps the books.
    pub async fn a_person_is_exported_and_erased_and_the_books_remain(&self) {
        let (seller, buyer) = self.seller_and_buyer().await;
        let (sold, unsold) = (self.offer(&seller, 2).await, self.offer(&seller, 1).await);
        let order = self.order_one(&buyer, sold).await;
        let paid = self.pay(&buyer, order, "tok_visa").await.expect(201).text("id");
        self.becomes_available(sold, 1).await;
        let export = async |who| self.get(Some(who), "/api/users/me/export").await.expect(200);
        let of_buyer = export(&buyer).await;
        assert_eq!(of_buyer.text("parts/orders/items/orders/0/id"), order.to_string());
        assert_eq!(of_buyer.text("parts/payments/items/payments/0/id"), paid);
        assert_eq!(of_buyer.at("parts/tickets/items"), json!({}));
        let of_seller = export(&seller).await;
        let tickets = of_seller.at("parts/tickets/items/tickets");
        assert_eq!(tickets.as_array().map(Vec::len), Some(2));
        assert!(!of_seller.body.contains(&buyer.id.to_string()), "{}", of_seller.body);
        let open = self.order_one(&buyer, sold).await;
        self.erase(&buyer, &json!({})).await.expect_problem(409, "open_orders");
        assert_eq!(self.delete(Some(&buyer), &format!("/api/orders/{open}")).await.status, 204);
        self.erase(&buyer, &json!({"password": "a wrong one"}))
            .await
            .expect_problem(401, "bad_credentials");
        assert_eq!(self.erase(&buyer, &json!({})).await.status, 204);
        let is_out = || async { self.get(Some(&buyer), "/api/orders").await.status == 401 };
        self.eventually("the session has ended in every service", is_out).await;
        assert_ne!(
            self.sign_up("buyer").await.id,
            buyer.id,
            "the address is free, the account is gone"
        );
        self.becomes_available(sold, 1).await;
        self.erase(&seller, &json!({})).await.expect_problem(409, "credit_left");
        assert_eq!(self.erase(&seller, &json!({"forfeitCredit": true})).await.status, 204);
        for (ticket, title) in [(sold, "Concert"), (unsold, "Withdrawn")] {
            let path = format!("/api/tickets/{ticket}");
            let is_withdrawn = || async {
                let shown = self.get(None, &path).await;
                (shown.text("title"), shown.at("available")) == (title.to_owned(), json!(0))
            };
            self.eventually("the offer is withdrawn", is_withdrawn).await;
        }
        assert_eq!(self.captured().await, 2_050);
    }
}
