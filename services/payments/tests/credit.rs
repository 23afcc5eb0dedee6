//! Orders paid by credit, from the route to the books; the provider has no part in it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use contract::order::CancelReason;
use contract::payment::{self, PaymentStatus};
use payments::OrderCopy;
use payments::domain::AccountId::{Holds, Provider};
use payments::test_provider::EntryKind::{Authorized, Captured, Voided};
use serde_json::json;
use testing::User;

use crate::books::of;
use crate::till::{Till, ended, seller};

/// A buyer with so many dollars of credit.
async fn buyer_with(till: &Till, dollars: u32) -> User {
    let buyer = till.stage.user();
    till.top_up(&buyer, dollars, "tok_visa").await.expect(201).text("id");
    buyer
}

#[tokio::test]
async fn an_order_paid_by_card_credits_its_sellers() {
    let till = Till::open().await;
    let buyer = till.stage.user();
    let order = till.made(&buyer).await;
    let (reply, ()) =
        tokio::join!(till.pay(&buyer, &order, "tok_visa"), till.answer_authorized(&order, None));
    reply.expect(201).text("id");
    let sold = [(of(seller(1)), 3_100), (of(seller(2)), 1_000), (Provider, -4_100)];
    till.books_become(&sold).await;
}

#[tokio::test]
async fn a_card_that_is_declined_or_not_charged_leaves_no_entry() {
    let till = Till::open().await;
    let buyer = till.stage.user();
    let order = till.made(&buyer).await;
    till.pay(&buyer, &order, "tok_declined").await.expect_problem(402, "payment_declined");
    let expired = till.answer_authorized(&order, Some(CancelReason::Expired));
    let (reply, ()) = tokio::join!(till.pay(&buyer, &order, "tok_visa"), expired);
    reply.expect_problem(409, "order_expired");
    till.books_become(&[]).await;
}

#[tokio::test]
async fn an_order_paid_by_credit_moves_it_to_the_sellers_and_asks_no_provider() {
    let till = Till::open().await;
    let buyer = buyer_with(&till, 50).await;
    let order = till.made(&buyer).await;
    let deciding = async {
        till.authorized(&order).await;
        let held = [(of(buyer.id), 900), (Holds, 4_100), (Provider, -5_000)];
        till.books_become(&held).await;
        till.answer_authorized(&order, None).await;
    };
    let (reply, ()) = tokio::join!(till.pay_by_credit(&buyer, order.id), deciding);
    let reply = reply.expect(201);
    assert_eq!(reply.text("status"), "captured");
    assert_eq!((reply.at("amount"), reply.at("stripeId")), (json!(41), json!(null)));
    let paid =
        [(of(buyer.id), 900), (of(seller(1)), 3_100), (of(seller(2)), 1_000), (Provider, -5_000)];
    till.books_become(&paid).await;
    // The top-up and nothing else.
    till.ledger_becomes(&[&[Authorized, Captured]]).await;
    let path = reply.header("location").to_owned();
    assert_eq!(till.stage.get(Some(&buyer), &path).await.expect(200).json(), reply.json());
    till.pay_by_credit(&buyer, order.id).await.expect_problem(409, "order_complete");
}

#[tokio::test]
async fn others_learn_of_a_payment_by_credit_as_of_one_by_card() {
    let till = Till::open().await;
    let buyer = buyer_with(&till, 41).await;
    let order = till.made(&buyer).await;
    let (reply, ()) =
        tokio::join!(till.pay_by_credit(&buyer, order.id), till.answer_authorized(&order, None),);
    let id = reply.expect(201).text("id");
    let mut versions = Vec::new();
    for told in [payment::STARTED, payment::AUTHORIZED, payment::CAPTURED] {
        let is_told = || async { !till.stage.published(told).await.is_empty() };
        till.stage.eventually("it is told", is_told).await;
        for state in till.stage.published(told).await {
            assert_eq!((state.id.to_string(), state.order_id), (id.clone(), order.id));
            versions.push((state.version, state.status));
        }
    }
    let authorized_at = match &versions[1].1 {
        PaymentStatus::Authorized { authorized_at } => *authorized_at,
        other => panic!("{other:?}"),
    };
    let expected = [
        (1, PaymentStatus::Started),
        (2, PaymentStatus::Authorized { authorized_at }),
        (3, PaymentStatus::Captured),
    ];
    assert_eq!(versions, expected, "the top-up is nobody's business");
}

#[tokio::test]
async fn a_late_payment_by_credit_goes_back_to_its_payer() {
    for (reason, code) in
        [(CancelReason::Expired, "order_expired"), (CancelReason::Buyer, "order_cancelled")]
    {
        let till = Till::open().await;
        let buyer = buyer_with(&till, 41).await;
        let order = till.made(&buyer).await;
        let (reply, ()) = tokio::join!(
            till.pay_by_credit(&buyer, order.id),
            till.answer_authorized(&order, Some(reason)),
        );
        reply.expect_problem(409, code);
        till.books_become(&[(of(buyer.id), 4_100), (Provider, -4_100)]).await;
        let account = till.account(&buyer).await;
        let causes = ["release", "hold", "top_up"];
        for (entry, cause) in account["entries"].as_array().unwrap().iter().zip(causes) {
            assert_eq!(entry["cause"], cause);
        }
        assert_eq!(till.ledger().await.len(), 1, "the provider had no part in it");
    }
}

#[tokio::test]
async fn credit_that_falls_short_by_a_cent_is_declined_and_the_order_stays_payable() {
    let till = Till::open().await;
    let buyer = till.stage.user();
    let body = json!({"amount": 40.99, "token": "tok_visa"});
    till.stage.post(Some(&buyer), "/api/payments/top-ups", &body).await.expect(201).text("id");
    let order = till.made(&buyer).await;
    let short = till.pay_by_credit(&buyer, order.id).await.expect_problem(402, "payment_declined");
    assert!(short.text("detail").contains("insufficient credit"), "{}", short.body);
    assert!(till.stage.published(payment::STARTED).await.is_empty(), "nobody hears of it");
    till.books_become(&[(of(buyer.id), 4_099), (Provider, -4_099)]).await;
    let body = json!({"amount": 0.01, "token": "tok_visa"});
    till.stage.post(Some(&buyer), "/api/payments/top-ups", &body).await.expect(201).text("id");
    let (reply, ()) =
        tokio::join!(till.pay_by_credit(&buyer, order.id), till.answer_authorized(&order, None),);
    reply.expect(201).text("id");
}

#[tokio::test]
async fn an_order_in_another_currency_is_not_paid_by_this_one() {
    let till = Till::open().await;
    let buyer = till.stage.user();
    let body = json!({"amount": 50, "currency": "eur", "token": "tok_visa"});
    till.stage.post(Some(&buyer), "/api/payments/top-ups", &body).await.expect(201).text("id");
    let order = till.made(&buyer).await;
    till.pay_by_credit(&buyer, order.id).await.expect_problem(402, "payment_declined");
    let (reply, ()) =
        tokio::join!(till.pay(&buyer, &order, "tok_visa"), till.answer_authorized(&order, None));
    reply.expect(201).text("id");
}

#[tokio::test]
async fn of_two_payments_with_credit_for_one_only_one_is_made() {
    let till = Till::open().await;
    let buyer = buyer_with(&till, 81).await;
    let (one, two) = (till.made(&buyer).await, till.made(&buyer).await);
    let deciding = async {
        let started = || async { !till.stage.published(payment::AUTHORIZED).await.is_empty() };
        till.stage.eventually("one is authorised", started).await;
        let order_id = till.stage.published(payment::AUTHORIZED).await[0].order_id;
        let order = if order_id == one.id { &one } else { &two };
        till.answer_authorized(order, None).await;
    };
    let (first, second, ()) = tokio::join!(
        till.pay_by_credit(&buyer, one.id),
        till.pay_by_credit(&buyer, two.id),
        deciding,
    );
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 402]);
    let paid =
        [(of(buyer.id), 4_000), (of(seller(1)), 3_100), (of(seller(2)), 1_000), (Provider, -8_100)];
    till.books_become(&paid).await;
}

#[tokio::test]
async fn a_hundred_payments_at_once_spend_what_is_there_and_no_more() {
    let till = Till::open().await;
    let buyer = buyer_with(&till, 41 * 7).await;
    let mut orders = Vec::new();
    for _ in 0..100 {
        orders.push(till.made(&buyer).await);
    }
    let declined = AtomicUsize::new(0);
    let pays = orders.iter().map(async |order| {
        let reply = till.pay_by_credit(&buyer, order.id).await;
        declined.fetch_add(usize::from(reply.status == 402), Ordering::Relaxed);
        reply.text("code")
    });
    let deciding = async {
        let all = || async { declined.load(Ordering::Relaxed) == 93 };
        till.stage.eventually("all but seven are declined", all).await;
        till.books_become(&[(Holds, 41 * 700), (Provider, -41 * 700)]).await;
        for order in &orders {
            till.tell(ended(order, till.platforms.id().into(), Some(CancelReason::Expired))).await;
        }
    };
    let (codes, ()) = tokio::join!(futures::future::join_all(pays), deciding);
    let expired = codes.iter().filter(|code| *code == "order_expired").count();
    assert_eq!((declined.into_inner(), expired), (93, 7));
    till.books_become(&[(of(buyer.id), 41 * 700), (Provider, -41 * 700)]).await;
}

#[tokio::test]
async fn the_word_of_an_order_told_twice_is_booked_once() {
    for word in [None, Some(CancelReason::Expired)] {
        let till = Till::open().await;
        let buyer = buyer_with(&till, 41).await;
        let order = till.made(&buyer).await;
        let telling = async {
            let id = till.authorized(&order).await;
            till.tell(ended(&order, id, word)).await;
            till.tell(ended(&order, id, word)).await;
        };
        let (reply, ()) = tokio::join!(till.pay_by_credit(&buyer, order.id), telling);
        assert_eq!(reply.status, if word.is_none() { 201 } else { 409 });
        let expected = match word {
            None => {
                vec![(of(seller(1)), 3_100), (of(seller(2)), 1_000), (Provider, -4_100)]
            }
            Some(_) => vec![(of(buyer.id), 4_100), (Provider, -4_100)],
        };
        till.books_become(&expected).await;
        assert!(till.stage.dead_letters().await.is_empty());
    }
}

#[tokio::test]
async fn a_repeat_with_the_same_key_pays_once() {
    let till = Till::open().await;
    let buyer = buyer_with(&till, 82).await;
    let order = till.made(&buyer).await;
    let body = json!({"orderId": order.id, "method": "credit"});
    let pay = || till.stage.post_keyed(&buyer, "/api/payments", "k", &body);
    let (one, two, ()) = tokio::join!(pay(), pay(), till.answer_authorized(&order, None));
    let (one, two) = (one.expect(201), two.expect(201));
    assert_eq!(one.body, two.body);
    let till = till.restart().await;
    let again = till.stage.post_keyed(&buyer, "/api/payments", "k", &body).await.expect(201);
    assert_eq!(again.body, one.body, "also after a restart");
    assert_eq!(till.account(&buyer).await["balances"][0]["balance"], json!(41));
    // A refusal is an answer too, and stays it.
    let poor = till.stage.user();
    let order = till.made(&poor).await;
    let body = json!({"orderId": order.id, "method": "credit"});
    let refused = till.stage.post_keyed(&poor, "/api/payments", "k", &body).await.expect(402);
    till.top_up(&poor, 41, "tok_visa").await.expect(201).text("id");
    let again = till.stage.post_keyed(&poor, "/api/payments", "k", &body).await.expect(402);
    assert_eq!(refused.body, again.body);
}

#[tokio::test]
async fn credit_that_is_put_aside_survives_a_restart_and_goes_where_the_order_says() {
    for word in [None, Some(CancelReason::Buyer)] {
        let till = Till::open().await;
        let buyer = buyer_with(&till, 41).await;
        let order = till.made(&buyer).await;
        let mut pay = Box::pin(till.pay_by_credit(&buyer, order.id));
        let id = tokio::select! { _ = &mut pay => panic!("not decided yet"), id = till.authorized(&order) => id };
        drop(pay);
        let till = till.restart().await;
        till.books_become(&[(Holds, 4_100), (Provider, -4_100)]).await;
        till.stage.clock().advance(Duration::from_mins(3));
        till.tell(ended(&order, id, word)).await;
        let expected = match word {
            None => {
                vec![(of(seller(1)), 3_100), (of(seller(2)), 1_000), (Provider, -4_100)]
            }
            Some(_) => vec![(of(buyer.id), 4_100), (Provider, -4_100)],
        };
        till.books_become(&expected).await;
        let till = till.restart().await;
        till.tell(ended(&order, id, word)).await;
        till.books_become(&expected).await;
    }
}

#[tokio::test]
async fn a_seller_spends_what_was_earned() {
    let till = Till::open().await;
    let (buyer, rich) = (till.stage.user(), till.stage.user());
    let mut order = till.order(buyer.id);
    for item in &mut order.items {
        item.seller = rich.id;
    }
    till.tell(contract::order::CREATED.of(order.clone())).await;
    let (reply, ()) =
        tokio::join!(till.pay(&buyer, &order, "tok_visa"), till.answer_authorized(&order, None));
    reply.expect(201).text("id");
    let own = till.made(&rich).await;
    let (reply, ()) =
        tokio::join!(till.pay_by_credit(&rich, own.id), till.answer_authorized(&own, None));
    reply.expect(201).text("id");
    let spent = [(of(seller(1)), 3_100), (of(seller(2)), 1_000), (Provider, -4_100)];
    till.books_become(&spent).await;
}

#[tokio::test]
async fn an_order_whose_credit_is_put_aside_is_not_paid_by_card_as_well() {
    let till = Till::open().await;
    let buyer = buyer_with(&till, 41).await;
    let order = till.made(&buyer).await;
    let second = async {
        till.authorized(&order).await;
        till.pay(&buyer, &order, "tok_visa").await.expect_problem(409, "payment_in_progress");
        till.pay_by_credit(&buyer, order.id).await.expect_problem(409, "payment_in_progress");
        till.answer_authorized(&order, Some(CancelReason::Buyer)).await;
    };
    let (reply, ()) = tokio::join!(till.pay_by_credit(&buyer, order.id), second);
    reply.expect_problem(409, "order_cancelled");
    assert!(till.ledger().await.iter().all(|entries| !entries.contains(&Voided)));
}

#[tokio::test]
async fn bad_and_foreign_requests_spend_nothing() {
    let till = Till::open().await;
    let (buyer, other) = (buyer_with(&till, 41).await, buyer_with(&till, 41).await);
    let order = till.made(&buyer).await;
    let (store, id) = (till.stage.store(payments::NAME), order.id.to_string());
    let known = || async { store.find::<OrderCopy>(&id).await.unwrap().is_some() };
    till.stage.eventually("the order is known", known).await;
    let foreign = till.stage.while_time_passes(till.pay_by_credit(&other, order.id)).await;
    foreign.expect_problem(404, "not_found");
    let pay = async |body| till.stage.post(Some(&buyer), "/api/payments", &body).await;
    for (body, fields) in [
        (json!({"orderId": order.id}), vec!["token"]),
        (json!({"orderId": order.id, "method": "cash"}), vec!["method"]),
        (json!({"orderId": order.id, "method": 1}), vec!["method"]),
        (json!({"method": "credit"}), vec!["orderId"]),
        (json!({"orderId": order.id, "method": "credit", "token": "tok_visa"}), vec!["token"]),
    ] {
        pay(body).await.expect_fields(&fields);
    }
    till.stage.clock().advance(Duration::from_mins(1));
    till.pay_by_credit(&buyer, order.id).await.expect_problem(409, "order_expired");
    till.books_become(&[(of(buyer.id), 4_100), (of(other.id), 4_100), (Provider, -8_200)]).await;
}
