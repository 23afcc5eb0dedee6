//! Credit: top-ups, statements, and orders paid by credit, from the route to the books.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use contract::order::{CancelReason, OrderItem};
use contract::payment::{AUTHORIZED, CAPTURED, PaymentStatus, STARTED};
use payments::domain::AccountId::{Holds, Provider};
use payments::provider::test_provider::EntryKind::{Authorized, Captured};
use serde_json::{Value, json};
use testing::Reply;

use crate::fixture::{
    CREDIT, books, built_in, ended, items, of, ordered, ordered_with_credit, payment, with_user,
};

#[tokio::test]
async fn a_top_up_is_captured_and_on_the_account() {
    let (fixture, user) = with_user().await;
    assert_eq!(fixture.account(&user).await, json!({"balances": [], "entries": []}));
    let reply = fixture.top_up(&user, 50, "tok_visa").await.expect(201);
    assert_eq!(reply.text("status"), "captured");
    assert_eq!((reply.at("amount"), reply.text("currency")), (json!(50), "usd".into()));
    assert_eq!(reply.at("orderId"), json!(null));
    assert_eq!(fixture.ledger().await, [[Authorized, Captured]]);
    fixture.books_become(&[(of(user.id), 5_000), (Provider, -5_000)]).await;
    let payment = reply.text("id");
    let account = fixture.account(&user).await;
    assert_eq!(account["balances"], json!([{"currency": "usd", "balance": 50}]));
    let entry = json!({
        "id": format!("payment.{payment}.top_up.1"),
        "side": "credit",
        "amount": 50,
        "currency": "usd",
        "balance": 50,
        "at": account["entries"][0]["at"],
        "cause": "top_up",
        "paymentId": payment,
    });
    assert_eq!(account["entries"], json!([entry]));
    let path = reply.header("location").to_owned();
    assert_eq!(fixture.get(Some(&user), &path).await.expect(200).json(), reply.json());
    let other = fixture.user();
    fixture.get(Some(&other), &path).await.expect_problem(404, "not_found");
    assert_eq!(fixture.account(&other).await["entries"], json!([]), "only the own account");
    fixture.get(None, "/api/payments/account").await.expect_problem(401, "not_signed_in");
}

#[tokio::test]
async fn a_declined_top_up_changes_no_balance() {
    let (fixture, user) = with_user().await;
    let declined = fixture.top_up(&user, 50, "tok_declined").await;
    assert!(declined.expect_problem(402, "payment_declined").text("detail").contains("declined"));
    fixture.books_become(&[]).await;
    fixture.ledger_becomes(&[&[]]).await;
    assert_eq!(fixture.account(&user).await, json!({"balances": [], "entries": []}));
}

#[tokio::test]
async fn a_top_up_with_a_lost_response_is_booked_once() {
    let (fixture, user) = with_user().await;
    let top_up = fixture.top_up(&user, 50, "tok_error_after_charge");
    fixture.while_time_passes(top_up).await.expect(201);
    assert_eq!(fixture.ledger().await, [[Authorized, Captured]]);
    fixture.books_become(&[(of(user.id), 5_000), (Provider, -5_000)]).await;
}

#[tokio::test]
async fn a_top_up_survives_a_restart_in_the_middle() {
    let (fixture, user) = with_user().await;
    let store = fixture.store(payments::NAME);
    let begun = || async { !store.scan::<payments::Payment>("", 1).await.unwrap().is_empty() };
    let begun = fixture.eventually("the payment is begun", begun);
    fixture.hang_up(fixture.top_up(&user, 50, "tok_slow"), begun).await;
    let fixture = fixture.restart().await;
    let booked = [(of(user.id), 5_000), (Provider, -5_000)];
    fixture.while_time_passes(fixture.books_become(&booked)).await;
    fixture.ledger_becomes(&[&[Authorized, Captured]]).await;
}

#[tokio::test]
async fn a_repeat_with_the_same_key_tops_up_once() {
    let (fixture, user) = with_user().await;
    let body = json!({"amount": 12.34, "token": "tok_visa"});
    let other = json!({"amount": 12.35, "token": "tok_visa"});
    fixture.post_twice(&user, "/api/payments/top-ups", [&body, &other], async {}).await;
    fixture.books_become(&[(of(user.id), 1_234), (Provider, -1_234)]).await;
    assert_eq!(fixture.ledger().await, [[Authorized, Captured]]);
}

#[tokio::test]
async fn invalid_top_ups_charge_nothing() {
    let (fixture, user) = with_user().await;
    let path = "/api/payments/top-ups";
    for (body, fields) in [
        (json!({}), vec!["amount", "token"]),
        (json!({"amount": 0, "token": "tok_visa"}), vec!["amount"]),
        (json!({"amount": -1, "token": "tok_visa"}), vec!["amount"]),
        (json!({"amount": "5", "token": "tok_visa"}), vec!["amount"]),
        (json!({"amount": 0.001, "token": "tok_visa"}), vec!["amount"]),
        (json!({"amount": 0.5, "currency": "jpy", "token": "tok_visa"}), vec!["amount"]),
        (json!({"amount": 10_000_000.01, "token": "tok_visa"}), vec!["amount"]),
        (json!({"amount": 10_000_001, "currency": "kwd", "token": "tok_visa"}), vec!["amount"]),
        (json!({"amount": 5, "currency": "xyz", "token": "tok_visa"}), vec!["currency"]),
        (json!({"amount": 5, "method": "credit"}), vec!["method", "token"]),
    ] {
        fixture.post(Some(&user), path, &body).await.expect_fields(&fields);
    }
    let body = json!({"amount": 5, "token": "tok_visa"});
    fixture.post(None, path, &body).await.expect_problem(401, "not_signed_in");
    assert!(fixture.ledger().await.is_empty());
    let most = json!({"amount": 10_000_000, "currency": "kwd", "token": "tok_visa"});
    fixture.post(Some(&user), path, &most).await.expect(201);
}

/// Currency and balance of each entry of a statement.
fn entries(pages: &[Reply]) -> Vec<(Value, Value)> {
    let entries = pages.iter().flat_map(|page| page.at("entries").as_array().unwrap().clone());
    entries.map(|entry| (entry["currency"].clone(), entry["balance"].clone())).collect()
}

#[tokio::test]
async fn a_statement_is_listed_newest_first_in_pages_and_by_currency() {
    let (fixture, user) = with_user().await;
    for (amount, currency) in [(1, "usd"), (2, "eur"), (3, "usd"), (4, "usd"), (5, "eur")] {
        let body = json!({"amount": amount, "currency": currency, "token": "tok_visa"});
        fixture.post(Some(&user), "/api/payments/top-ups", &body).await.expect(201);
    }
    let usd = |balance: u32| (json!("usd"), json!(balance));
    let eur = |balance: u32| (json!("eur"), json!(balance));
    let pages = async |query: &str| {
        fixture.pages(Some(&user), &format!("/api/payments/account?{query}")).await
    };
    let all = pages("limit=2").await;
    assert_eq!(all.len(), 3);
    assert_eq!(entries(&all), [eur(7), usd(8), usd(4), eur(2), usd(1)]);
    let balances = json!([
        {"currency": "eur", "balance": 7},
        {"currency": "usd", "balance": 8},
    ]);
    assert!(all.iter().all(|page| page.at("balances") == balances), "{all:?}");
    let euros = pages("currency=eur&limit=1").await;
    assert_eq!(entries(&euros), [eur(7), eur(2)]);
    assert_eq!(euros[1].at("balances"), json!([{"currency": "eur", "balance": 7}]));
    let francs: Vec<_> = pages("currency=chf").await.iter().map(Reply::json).collect();
    assert_eq!(francs, [json!({"balances": [{"currency": "chf", "balance": 0}], "entries": []})]);
    let get = async |query: &str| {
        fixture.get(Some(&user), &format!("/api/payments/account?{query}")).await
    };
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("cursor=zz", "cursor"),
        ("currency=x", "currency"),
    ] {
        get(query).await.expect_fields(&[field]);
    }
}

#[tokio::test]
async fn a_seller_sees_sales_in_the_statement() {
    let fixture = built_in().await;
    let (buyer, rich) = (fixture.user(), fixture.user());
    let mut items = vec![items()[0].clone(), items()[2].clone()];
    items[0].seller = rich.id;
    let order = fixture.made_of(&buyer, items).await;
    let payment = fixture.paid(&buyer, &order, "tok_visa").await.expect(201).text("id");
    let account = fixture.account(&rich).await;
    assert_eq!(account["balances"][0]["balance"], json!(24));
    let entry = &account["entries"][0];
    assert_eq!(entry["cause"], "sale");
    assert_eq!(entry["paymentId"], json!(payment));
    assert_eq!(entry["orderId"], json!(order.id));
    assert_eq!(fixture.account(&buyer).await["entries"], json!([]));
}

#[tokio::test]
async fn a_buyer_sees_spent_credit_in_the_statement() {
    let (fixture, buyer, order) = ordered_with_credit(50).await;
    let payment = fixture.paid(&buyer, &order, CREDIT).await.expect(201).text("id");
    let account = fixture.account(&buyer).await;
    assert_eq!(account["balances"][0]["balance"], json!(9));
    let entry = &account["entries"][0];
    assert_eq!((&entry["cause"], &entry["side"]), (&json!("hold"), &json!("debit")));
    assert_eq!((&entry["amount"], &entry["balance"]), (&json!(41), &json!(9)));
    assert_eq!(entry["paymentId"], json!(payment));
    assert_eq!(entry["orderId"], json!(order.id));
}

#[tokio::test]
async fn an_order_paid_by_credit_credits_its_sellers_without_the_provider() {
    let (fixture, buyer, order) = ordered_with_credit(50).await;
    let deciding = async {
        fixture.authorized(&order).await;
        fixture.books_become(&[(of(buyer.id), 900), (Holds, 4_100), (Provider, -5_000)]).await;
        fixture.complete_when_authorized(&order, None).await;
    };
    let reply = fixture.pay_while(&buyer, &order, CREDIT, deciding).await.expect(201);
    assert_eq!(reply.text("status"), "captured");
    assert_eq!((reply.at("amount"), reply.at("stripeId")), (json!(41), json!(null)));
    let paid = books(3_100, 1_000, &[(of(buyer.id), 900), (Provider, -5_000)]);
    fixture.books_become(&paid).await;
    // Only the top-up.
    fixture.ledger_becomes(&[&[Authorized, Captured]]).await;
    let path = reply.header("location").to_owned();
    assert_eq!(fixture.get(Some(&buyer), &path).await.expect(200).json(), reply.json());
    fixture.pay(&buyer, &order, CREDIT).await.expect_problem(409, "order_complete");
}

#[tokio::test]
async fn a_payment_by_credit_is_published_like_one_by_card() {
    let (fixture, buyer, order) = ordered_with_credit(41).await;
    let id = fixture.paid(&buyer, &order, CREDIT).await.expect(201).text("id");
    let mut versions = Vec::new();
    for published in [STARTED, AUTHORIZED, CAPTURED] {
        for state in fixture.published_in_all(published, 1).await {
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
    assert_eq!(versions, expected, "the top-up is not published");
}

#[tokio::test]
async fn credit_that_falls_short_by_a_cent_is_declined_and_the_order_stays_payable() {
    let (fixture, buyer) = with_user().await;
    fixture.top_up(&buyer, 40.99, "tok_visa").await.expect(201);
    let order = fixture.made(&buyer).await;
    let short = fixture.pay(&buyer, &order, CREDIT).await;
    let short = short.expect_problem(402, "payment_declined");
    assert!(short.text("detail").contains("insufficient credit"), "{}", short.body);
    assert!(fixture.published(STARTED).await.is_empty(), "nothing is published");
    fixture.books_become(&[(of(buyer.id), 4_099), (Provider, -4_099)]).await;
    fixture.top_up(&buyer, 0.01, "tok_visa").await.expect(201);
    fixture.paid(&buyer, &order, CREDIT).await.expect(201);
}

#[tokio::test]
async fn an_order_in_another_currency_is_not_paid_by_this_one() {
    let (fixture, buyer) = with_user().await;
    let euros = json!({"amount": 50.0, "currency": "eur", "token": "tok_visa"});
    fixture.post(Some(&buyer), "/api/payments/top-ups", &euros).await.expect(201);
    let order = fixture.made(&buyer).await;
    fixture.pay(&buyer, &order, CREDIT).await.expect_problem(402, "payment_declined");
    fixture.paid(&buyer, &order, "tok_visa").await.expect(201);
}

#[tokio::test]
async fn credit_for_one_of_two_payments_pays_one() {
    let fixture = built_in().await;
    let buyer = fixture.buyer_with(81).await;
    let (one, two) = (fixture.made(&buyer).await, fixture.made(&buyer).await);
    let deciding = async {
        let started = || async { !fixture.published(AUTHORIZED).await.is_empty() };
        fixture.eventually("one is authorised", started).await;
        let order_id = fixture.published(AUTHORIZED).await[0].order_id;
        let order = if order_id == one.id { &one } else { &two };
        fixture.complete_when_authorized(order, None).await;
    };
    let (first, second, ()) = tokio::join!(
        fixture.pay(&buyer, &one, CREDIT),
        fixture.pay(&buyer, &two, CREDIT),
        deciding,
    );
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 402]);
    let paid = books(3_100, 1_000, &[(of(buyer.id), 4_000), (Provider, -8_100)]);
    fixture.books_become(&paid).await;
}

#[tokio::test]
async fn a_hundred_concurrent_payments_never_overspend() {
    let fixture = built_in().await;
    let buyer = fixture.buyer_with(41 * 7).await;
    let mut orders = Vec::new();
    for _ in 0..100 {
        orders.push(fixture.made(&buyer).await);
    }
    let declined = AtomicUsize::new(0);
    let pays = orders.iter().map(async |order| {
        let reply = fixture.pay(&buyer, order, CREDIT).await;
        declined.fetch_add(usize::from(reply.status == 402), Ordering::Relaxed);
        reply.text("code")
    });
    let deciding = async {
        let all = || async { declined.load(Ordering::Relaxed) == 93 };
        fixture.eventually("all but seven are declined", all).await;
        fixture.books_become(&[(Holds, 41 * 700), (Provider, -41 * 700)]).await;
        for order in &orders {
            let id = fixture.platforms.id().into();
            fixture.publish(ended(order, id, Some(CancelReason::Expired))).await;
        }
    };
    let (codes, ()) = tokio::join!(futures::future::join_all(pays), deciding);
    let expired = codes.iter().filter(|code| *code == "order_expired").count();
    assert_eq!((declined.into_inner(), expired), (93, 7));
    fixture.books_become(&[(of(buyer.id), 41 * 700), (Provider, -41 * 700)]).await;
}

#[tokio::test]
async fn a_refusal_for_lack_of_credit_is_the_response_of_its_key() {
    let (fixture, poor, order) = ordered().await;
    let body = payment(&order, CREDIT);
    let refused = fixture.post_keyed(&poor, "/api/payments", "k", &body).await.expect(402);
    fixture.top_up(&poor, 41, "tok_visa").await.expect(201);
    let again = fixture.post_keyed(&poor, "/api/payments", "k", &body).await.expect(402);
    assert_eq!(refused.body, again.body);
}

#[tokio::test]
async fn a_seller_spends_earned_credit() {
    let fixture = built_in().await;
    let rich = fixture.user();
    let of_rich = items().into_iter().map(|item| OrderItem { seller: rich.id, ..item });
    fixture.sold_of(of_rich.collect(), "tok_visa").await;
    fixture.paid(&rich, &fixture.made(&rich).await, CREDIT).await.expect(201);
    fixture.books_become(&books(3_100, 1_000, &[(Provider, -4_100)])).await;
}

#[tokio::test]
async fn invalid_and_foreign_requests_spend_nothing() {
    let fixture = built_in().await;
    let (buyer, other) = (fixture.buyer_with(41).await, fixture.buyer_with(41).await);
    let order = fixture.made(&buyer).await;
    fixture.is_known(&order).await;
    let foreign = fixture.while_time_passes(fixture.pay(&other, &order, CREDIT)).await;
    foreign.expect_problem(404, "not_found");
    let pay = async |body| fixture.post(Some(&buyer), "/api/payments", &body).await;
    for (body, fields) in [
        (json!({"orderId": order.id}), vec!["token"]),
        (json!({"orderId": order.id, "method": "cash"}), vec!["method"]),
        (json!({"orderId": order.id, "method": 1}), vec!["method"]),
        (json!({"method": "credit"}), vec!["orderId"]),
        (json!({"orderId": order.id, "method": "credit", "token": "tok_visa"}), vec!["token"]),
    ] {
        pay(body).await.expect_fields(&fields);
    }
    fixture.clock().advance(Duration::from_mins(1));
    fixture.pay(&buyer, &order, CREDIT).await.expect_problem(409, "order_expired");
    fixture.books_become(&[(of(buyer.id), 4_100), (of(other.id), 4_100), (Provider, -8_200)]).await;
}
