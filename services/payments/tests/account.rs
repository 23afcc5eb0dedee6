//! Top-ups and statements, from the route to the provider's ledger and the books.

use payments::domain::AccountId::Provider;
use payments::provider::test_provider::EntryKind::{Authorized, Captured};
use serde_json::{Value, json};
use testing::Reply;

use crate::books::of;
use crate::fixture::{built_in, items, ordered_with_credit, with_user};

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
    let top_up = || fixture.post_keyed(&user, "/api/payments/top-ups", "k", &body);
    let (one, two) = tokio::join!(top_up(), top_up());
    assert_eq!(one.expect(201).body, two.expect(201).body);
    let other = json!({"amount": 12.35, "token": "tok_visa"});
    let mismatch = fixture.post_keyed(&user, "/api/payments/top-ups", "k", &other).await;
    mismatch.expect_problem(422, "idempotency_key_reused");
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
    let payment = fixture.paid_by_credit(&buyer, &order).await.expect(201).text("id");
    let account = fixture.account(&buyer).await;
    assert_eq!(account["balances"][0]["balance"], json!(9));
    let entry = &account["entries"][0];
    assert_eq!((&entry["cause"], &entry["side"]), (&json!("hold"), &json!("debit")));
    assert_eq!((&entry["amount"], &entry["balance"]), (&json!(41), &json!(9)));
    assert_eq!(entry["paymentId"], json!(payment));
    assert_eq!(entry["orderId"], json!(order.id));
}
