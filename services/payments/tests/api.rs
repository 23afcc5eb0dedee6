//! The payment routes over HTTP, down to the provider's ledger; the order's decision about its
//! authorised payment: reordered, repeated, and with restarts in every state of the payment.

use std::time::Duration;

use contract::order::{CREATED, CancelReason, OrderState};
use contract::payment::{self, AUTHORIZED, CAPTURED, STARTED};
use contract::{Outgoing, PaymentId};
use payments::TestProvider;
use payments::domain::AccountId::{Holds, Provider};
use payments::provider::test_provider::EntryKind::{self, Authorized, Captured, Voided};
use serde_json::{Value, json};
use service::copy_arrivals::{ARRIVAL_WAIT_MAX, POLLS};
use testing::samples::id;
use testing::{Reply, User};

use crate::fixture::{
    CREDIT, PaymentsFixture, books, built_in, ended, of, ordered, ordered_with_credit, payable_by,
    payment, with_user,
};

#[tokio::test]
async fn a_payment_in_time_is_captured() {
    let (fixture, buyer, order) = ordered().await;
    let reply = fixture.paid(&buyer, &order, "tok_visa").await.expect(201);
    assert_eq!(reply.text("status"), "captured");
    assert_eq!(reply.text("orderId"), order.id.to_string());
    assert_eq!((reply.at("amount"), reply.text("currency")), (json!(41), "usd".into()));
    assert_eq!(fixture.ledger().await, [[Authorized, Captured]]);
    let path = reply.header("location").to_owned();
    assert_eq!(fixture.get(Some(&buyer), &path).await.expect(200).json(), reply.json());
    fixture.get(Some(&fixture.user()), &path).await.expect_problem(404, "not_found");
    fixture.get(None, &path).await.expect_problem(401, "not_signed_in");
    for published in [STARTED, AUTHORIZED, CAPTURED] {
        fixture.published_in_all(published, 1).await;
    }
    fixture.pay(&buyer, &order, "tok_visa").await.expect_problem(409, "order_complete");
}

#[tokio::test]
async fn a_declined_card_is_not_charged_and_another_can_be_tried() {
    let (fixture, buyer, order) = ordered().await;
    for (token, reason) in [
        ("tok_declined", "card_declined"),
        ("tok_insufficient_funds", "insufficient_funds"),
        ("tok_of_nobody", "unknown_token"),
    ] {
        let reply = fixture.pay(&buyer, &order, token).await;
        assert!(reply.expect_problem(402, "payment_declined").text("detail").contains(reason));
    }
    fixture.books_become(&[]).await;
    fixture.paid(&buyer, &order, "tok_visa").await.expect(201);
    fixture.ledger_becomes(&[&[], &[], &[], &[Authorized, Captured]]).await;
}

#[tokio::test]
async fn a_charge_with_a_lost_response_is_captured_once() {
    let (fixture, buyer, order) = ordered().await;
    let answering = async {
        fixture.money_is_held().await;
        let published = async { fixture.authorized(&order).await };
        let id = fixture.while_time_passes(Box::pin(published)).await;
        fixture.publish(ended(&order, id, None)).await;
    };
    fixture.pay_while(&buyer, &order, "tok_error_after_charge", answering).await.expect(201);
    assert_eq!(fixture.ledger().await, [[Authorized, Captured]]);
}

#[tokio::test]
async fn one_order_is_paid_by_one_payment_at_a_time() {
    for (method, cancelled) in [("tok_visa", None), (CREDIT, Some(CancelReason::Buyer))] {
        println!("method: {method}");
        let (fixture, buyer, order) = payable_by(method).await;
        let deciding = async {
            fixture.authorized(&order).await;
            for second in ["tok_visa", CREDIT] {
                println!("second: {second}");
                let reply = fixture.pay(&buyer, &order, second).await;
                reply.expect_problem(409, "payment_in_progress");
            }
            fixture.complete_when_authorized(&order, cancelled).await;
        };
        let reply = fixture.pay_while(&buyer, &order, method, deciding).await;
        match cancelled {
            None => reply.expect(201),
            Some(_) => reply.expect_problem(409, "order_cancelled"),
        };
        // Of a payment by credit, the provider has the top-up only.
        assert_eq!(fixture.ledger().await, [[Authorized, Captured]]);
    }
}

#[tokio::test]
async fn invalid_requests_charge_nothing() {
    let fixture = built_in().await;
    let buyer = fixture.user();
    let order = fixture.made(&buyer).await;
    fixture.is_known(&order).await;
    let body = payment(&order, "tok_visa");
    fixture.post(None, "/api/payments", &body).await.expect_problem(401, "not_signed_in");
    for (body, fields) in [
        (json!({}), vec!["orderId", "token"]),
        (json!({"orderId": "x", "token": ""}), vec!["orderId", "token"]),
        (json!({"orderId": order.id, "token": "tok visa"}), vec!["token"]),
        (json!({"orderId": order.id, "token": "t".repeat(256)}), vec!["token"]),
        (json!({"orderId": order.id, "token": 4242, "amount": 1}), vec!["amount", "token"]),
    ] {
        fixture.post(Some(&buyer), "/api/payments", &body).await.expect_fields(&fields);
    }
    fixture.post_raw(&buyer, "/api/payments", "{").await.expect_problem(400, "malformed_json");
    let unknown = json!({"orderId": "000000000000000000000000", "token": "tok_visa"});
    fixture.post(Some(&buyer), "/api/payments", &unknown).await.expect_problem(404, "not_found");
    fixture.get(Some(&buyer), "/api/payments/x").await.expect_problem(400, "invalid_id");
    let unknown = "/api/payments/000000000000000000000000";
    fixture.get(Some(&buyer), unknown).await.expect_problem(404, "not_found");
    fixture.clock().advance(Duration::from_mins(1));
    fixture.pay(&buyer, &order, "tok_visa").await.expect_problem(409, "order_expired");
    assert!(fixture.ledger().await.is_empty());
}

#[tokio::test]
async fn a_foreign_order_receives_the_response_and_delay_of_an_unknown_one() {
    let (fixture, buyer, order) = ordered().await;
    let stranger = fixture.user();
    fixture.is_known(&order).await;
    let pay_as_stranger = async |order: &OrderState| {
        let next_look = fixture.platforms.clock.now().plus(POLLS.pause(1));
        let time_passes = async {
            let hand = fixture.clock();
            fixture.eventually("the request waits", || async { hand.is_awaited(next_look) }).await;
            hand.advance(ARRIVAL_WAIT_MAX);
        };
        let reply = fixture.pay_while(&stranger, order, "tok_visa", time_passes).await;
        let reply = reply.expect_problem(404, "not_found");
        reply.body.replace(&reply.text("requestId"), "")
    };
    pay_as_stranger(&order).await;
    assert!(fixture.ledger().await.is_empty());
    let order = fixture.made(&buyer).await;
    fixture.is_known(&order).await;
    fixture.paid(&buyer, &order, "tok_visa").await.expect(201);
    let unknown = pay_as_stranger(&fixture.order(buyer.id)).await;
    assert_eq!(pay_as_stranger(&order).await, unknown);
}

#[tokio::test]
async fn a_payment_of_a_new_order_waits_for_its_copy() {
    let (fixture, buyer) = with_user().await;
    let order = fixture.order(buyer.id);
    let telling = async {
        fixture.publish(CREATED.of(order.clone())).await;
        fixture.complete_when_authorized(&order, None).await;
    };
    fixture.pay_while(&buyer, &order, "tok_visa", telling).await.expect(201);
}

#[tokio::test]
async fn a_repeat_with_the_same_key_joins_the_payment_and_receives_its_response() {
    for (method, other, charges, left) in
        [("tok_visa", "tok_other", 2, 82), (CREDIT, "tok_visa", 1, 41)]
    {
        println!("method: {method}");
        let (fixture, buyer, order) = ordered_with_credit(82).await;
        let bodies = [&payment(&order, method), &payment(&order, other)];
        let accepting = fixture.complete_when_authorized(&order, None);
        let first = fixture.post_twice(&buyer, "/api/payments", bodies, accepting).await;
        let fixture = fixture.restart().await;
        let repeat = async |key| fixture.post_keyed(&buyer, "/api/payments", key, bodies[0]).await;
        assert_eq!(repeat("k").await.expect(201).body, first.body, "also after a restart");
        let refused = repeat("k2").await.expect(409);
        assert_eq!(repeat("k2").await.expect(409).body, refused.body, "a refusal is stored too");
        assert_eq!(fixture.ledger().await, vec![[Authorized, Captured]; charges], "{method}");
        assert_eq!(fixture.account(&buyer).await["balances"][0]["balance"], json!(left));
    }
}

#[tokio::test]
async fn an_undecided_payment_returns_202_after_ten_seconds() {
    let (fixture, buyer, order) = ordered().await;
    let waiting = async {
        fixture.authorized(&order).await;
        for _ in 0..200 {
            fixture.clock().advance(Duration::from_millis(100));
            tokio::task::yield_now().await;
        }
        loop {
            fixture.clock().advance(Duration::from_millis(100));
            tokio::task::yield_now().await;
        }
    };
    let pay = fixture.pay(&buyer, &order, "tok_visa");
    let reply = tokio::select! { reply = pay => reply, () = waiting => unreachable!() };
    assert_eq!(reply.expect(202).text("status"), "authorized");
}

#[tokio::test]
async fn a_payer_lists_own_payments_newest_first_and_by_order() {
    let (fixture, buyer, order) = ordered().await;
    let first = fixture.paid(&buyer, &order, "tok_visa").await.expect(201).text("id");
    let top_up = fixture.top_up(&buyer, 5, "tok_visa").await.expect(201).text("id");
    let later = fixture.made(&buyer).await;
    let newest = fixture.paid(&buyer, &later, "tok_visa").await.expect(201).text("id");
    let other = fixture.sold("tok_visa").await.buyer;
    let list = async |who: &User, query: &str| {
        fixture.get(Some(who), &format!("/api/payments{query}")).await.expect(200)
    };
    let of_first = format!("?order={}", order.id);
    let all = [newest, top_up, first];
    assert_eq!(list(&buyer, "").await.ids(), all);
    assert_eq!(list(&buyer, &of_first).await.ids(), all[2..]);
    assert!(list(&other, &of_first).await.ids().is_empty(), "another's");
    assert!(list(&fixture.admin(), "").await.ids().is_empty(), "an administrator's own");
    let pages = fixture.pages(Some(&buyer), "/api/payments?limit=2").await;
    let pages: Vec<_> = pages.iter().map(Reply::ids).collect();
    assert_eq!(pages, [&all[..2], &all[2..]]);
}

#[tokio::test]
async fn a_declined_attempt_is_listed_beside_the_one_that_paid() {
    let (fixture, buyer, order) = ordered().await;
    fixture.pay(&buyer, &order, "tok_declined").await.expect_problem(402, "payment_declined");
    fixture.paid(&buyer, &order, "tok_visa").await.expect(201);
    let path = format!("/api/payments?order={}", order.id);
    let list = fixture.get(Some(&buyer), &path).await.expect(200).list();
    let statuses: Vec<_> = list.iter().map(|one| one["status"].clone()).collect();
    assert_eq!(statuses, ["captured", "declined"]);
}

#[tokio::test]
async fn sellers_and_administrators_list_the_payments_of_an_order() {
    let (fixture, buyer, order) = ordered().await;
    let payment = fixture.paid(&buyer, &order, "tok_visa").await.expect(201).text("id");
    let path = format!("/api/payments?order={}", order.id);
    for user in [fixture.seller(1), fixture.seller(2), fixture.admin()] {
        let list = fixture.get(Some(&user), &path).await.expect(200).list();
        let ids: Vec<_> = list.iter().map(|one| one["id"].clone()).collect();
        assert_eq!(ids, [json!(payment)]);
        let own = fixture.get(Some(&user), "/api/payments").await.expect(200).list();
        assert_eq!(own, Vec::<Value>::new(), "others' payments only by order");
    }
    let stranger = fixture.seller(3);
    let list = fixture.get(Some(&stranger), &path).await.expect(200).list();
    assert_eq!(list, Vec::<Value>::new());
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Decision {
    Accepted,
    AcceptedAnother,
    Cancelled(CancelReason),
}

impl Decision {
    fn of(self, order: &OrderState, payment: PaymentId) -> Outgoing {
        match self {
            Self::Accepted => ended(order, payment, None),
            Self::AcceptedAnother => ended(order, id(9), None),
            Self::Cancelled(reason) => ended(order, payment, Some(reason)),
        }
    }

    /// The end of the only payment at the provider: if the order is paid by credit, the top-up's.
    fn at_provider(self, method: &str) -> EntryKind {
        if self == Self::Accepted || method == CREDIT { Captured } else { Voided }
    }
}

/// Each method with each decision, and the code of a later payment.
fn cases() -> impl Iterator<Item = (&'static str, Decision, &'static str)> {
    let decisions = [
        (Decision::Accepted, "order_complete"),
        (Decision::AcceptedAnother, "order_complete"),
        (Decision::Cancelled(CancelReason::Expired), "order_expired"),
        (Decision::Cancelled(CancelReason::Buyer), "order_cancelled"),
        (Decision::Cancelled(CancelReason::ShowCancelled), "show_cancelled"),
    ];
    let of_method = move |method| decisions.map(|(decision, code)| (method, decision, code));
    let cases = ["tok_visa", CREDIT].into_iter().flat_map(of_method);
    cases.inspect(|case| println!("case: {case:?}"))
}

impl PaymentsFixture<TestProvider> {
    /// Waits until the provider and the books follow a decision.
    async fn follow(&self, buyer: &User, method: &str, decision: Decision) {
        self.ledger_becomes(&[&[Authorized, decision.at_provider(method)]]).await;
        let expected = match (decision == Decision::Accepted, method) {
            (true, _) => books(3_100, 1_000, &[(Provider, -4_100)]),
            (false, CREDIT) => books(0, 0, &[(of(buyer.id), 4_100), (Provider, -4_100)]),
            (false, _) => Vec::new(),
        };
        self.books_become(&expected).await;
    }
}

#[tokio::test]
async fn a_repeated_decision_ends_a_payment_once_with_a_reason() {
    for (method, decision, code) in cases() {
        let (fixture, buyer, order) = payable_by(method).await;
        let deciding = async {
            let id = fixture.authorized(&order).await;
            for _ in 0..2 {
                fixture.publish(decision.of(&order, id)).await;
            }
        };
        let reply = fixture.pay_while(&buyer, &order, method, deciding).await;
        if decision == Decision::Accepted {
            reply.expect(201);
        } else {
            reply.expect_problem(409, code);
        }
        assert_eq!(fixture.ledger().await, [[Authorized, decision.at_provider(method)]]);
        fixture.follow(&buyer, method, decision).await;
        if decision != Decision::Accepted && method == CREDIT {
            let account = fixture.account(&buyer).await;
            let causes = account["entries"].as_array().unwrap().iter().map(|entry| &entry["cause"]);
            assert_eq!(causes.collect::<Vec<_>>(), ["release", "hold", "top_up"]);
        }
        fixture.pay(&buyer, &order, "tok_visa").await.expect_problem(409, code);
        assert_eq!(fixture.ledger().await.len(), 1, "the provider is not called again");
        assert!(fixture.dead_letters().await.is_empty());
    }
}

#[tokio::test]
async fn a_decision_ends_a_payment_once_after_a_disconnect_and_restarts() {
    for (method, decision, _) in cases() {
        for restarts in [false, true] {
            println!("restarts: {restarts}");
            let (mut fixture, buyer, order) = payable_by(method).await;
            let paying = fixture.pay(&buyer, &order, method);
            let id = fixture.hang_up(paying, fixture.authorized(&order)).await;
            if restarts {
                fixture = fixture.restart().await;
            }
            if method == CREDIT {
                fixture.books_become(&[(Holds, 4_100), (Provider, -4_100)]).await;
                fixture.clock().advance(Duration::from_mins(3));
            }
            fixture.publish(decision.of(&order, id)).await;
            fixture.follow(&buyer, method, decision).await;
            if restarts {
                fixture = fixture.restart().await;
                fixture.publish(decision.of(&order, id)).await;
                fixture.follow(&buyer, method, decision).await;
            }
        }
    }
}

#[tokio::test]
async fn a_repeated_and_reordered_end_of_an_order_is_applied_once() {
    let (fixture, buyer, order) = ordered().await;
    let ending = async {
        let id = fixture.authorized(&order).await;
        fixture.publish(ended(&order, id, None)).await;
        fixture.publish(CREATED.of(order.clone())).await;
        fixture.publish(ended(&order, id, None)).await;
    };
    fixture.pay_while(&buyer, &order, "tok_visa", ending).await.expect(201);
    let late = fixture.order(buyer.id);
    fixture.publish(ended(&late, id(9), Some(CancelReason::Expired))).await;
    fixture.publish(CREATED.of(late.clone())).await;
    let known =
        || async { fixture.pay(&buyer, &late, "tok_visa").await.text("code") == "order_expired" };
    fixture.eventually("the end counts, not the beginning that came later", known).await;
    assert_eq!(fixture.ledger().await, [[Authorized, Captured]]);
    assert_eq!(fixture.published(payment::CAPTURED).await.len(), 1);
    assert!(fixture.dead_letters().await.is_empty());
}

#[tokio::test]
async fn a_restart_during_a_call_repeats_it_with_the_same_key() {
    let (fixture, buyer, order) = ordered().await;
    let started = fixture.published_in_all(payment::STARTED, 1);
    fixture.hang_up(fixture.pay(&buyer, &order, "tok_slow"), started).await;
    let fixture = fixture.restart().await;
    fixture.while_time_passes(fixture.money_is_held()).await;
    fixture.complete_when_authorized(&order, None).await;
    fixture.ledger_becomes(&[&[Authorized, Captured]]).await;
}

#[tokio::test]
async fn a_payment_of_an_order_cancelled_during_authorisation_is_voided() {
    let (fixture, buyer, order) = ordered().await;
    let cancel_then_answer = async {
        let id = fixture.published_in_all(payment::STARTED, 1).await[0].id;
        let clock = fixture.clock();
        let answer_at = clock.now().plus(Duration::from_secs(3));
        let asked = || async { clock.is_awaited(answer_at) };
        fixture.eventually("the provider is called", asked).await;
        fixture.publish(ended(&order, id, Some(CancelReason::Buyer))).await;
        fixture.while_time_passes(fixture.money_is_held()).await;
    };
    let reply = fixture.pay_while(&buyer, &order, "tok_slow", cancel_then_answer).await;
    reply.expect_problem(409, "order_cancelled");
    assert_eq!(fixture.ledger().await, [[Authorized, Voided]]);
}
