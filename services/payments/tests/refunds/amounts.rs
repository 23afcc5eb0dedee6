//! Amounts of refunds and the accounts that bear them, never more than was captured; many refunds
//! of one payment.

use contract::part::Made;
use contract::payment::REFUNDED;
use contract::person::PersonAction;
use payments::TestProvider;
use payments::domain::AccountId::{House, Provider};
use serde_json::json;
use testing::User;
use testing::samples::{item, usd};

use crate::fixture::{CREDIT, PaymentsFixture, Sale, books, built_in, of, sold, with_user};

/// A buyer pays an order of the first seller by credit.
async fn spend_at_the_first_seller(
    fixture: &PaymentsFixture<TestProvider>,
    buyer: &User,
    minor_units: i64,
) {
    let order = fixture.made_of(buyer, vec![item(101, 201, minor_units, 1)]).await;
    fixture.paid(buyer, &order, CREDIT).await.expect(201);
}

#[tokio::test]
async fn an_administrator_refunds_everything_to_the_card() {
    let (fixture, sale) = sold("tok_visa").await;
    fixture.books_become(&books(3_100, 1_000, &[(Provider, -4_100)])).await;
    let admin = fixture.admin();
    let reply = fixture.refund(&admin, &sale, &json!({})).await.expect(201);
    assert_eq!((reply.text("status"), reply.text("to")), ("succeeded".into(), "card".into()));
    assert_eq!((reply.at("amount"), reply.text("currency")), (json!(41), "usd".into()));
    assert_eq!(reply.text("paymentId"), sale.id.to_string());
    assert_eq!(reply.text("orderId"), sale.order.id.to_string());
    assert_eq!(reply.header("location"), sale.refunds());
    assert_eq!(fixture.paid_refunds().await, [4_100]);
    fixture.books_become(&[]).await;
    assert_eq!(fixture.refunded(&sale).await, json!(41));
    assert_eq!(fixture.list(&sale.buyer, &sale).await, [("succeeded".to_owned(), json!(41))]);
    let published = fixture.published_in_all(REFUNDED, 1).await.remove(0);
    assert_eq!((published.refunded, published.returned), (Some(usd(4_100)), Vec::new()));
    fixture.refund(&admin, &sale, &json!({})).await.expect_problem(409, "refund_exceeds");
}

#[tokio::test]
async fn a_seller_refunds_the_own_share_in_parts() {
    let (fixture, sale) = sold("tok_visa").await;
    let seller = fixture.seller(1);
    let part = |amount| json!({"amount": amount});
    fixture.refund(&seller, &sale, &part(10.0)).await.expect(201);
    fixture.refund(&seller, &sale, &part(0.01)).await.expect(201);
    fixture.refund(&seller, &sale, &part(21.0)).await.expect_problem(409, "refund_exceeds");
    assert_eq!(fixture.refunded(&sale).await, json!(10.01));
    let rest = fixture.refund(&seller, &sale, &json!({})).await.expect(201);
    assert_eq!(rest.at("amount"), json!(20.99));
    fixture.refund(&seller, &sale, &part(0.01)).await.expect_problem(409, "refund_exceeds");
    assert_eq!(fixture.paid_refunds().await, [1_000, 1, 2_099]);
    fixture.books_become(&books(0, 1_000, &[(Provider, -1_000)])).await;
    // The other seller's share is not affected.
    fixture.refund(&fixture.seller(2), &sale, &json!({})).await.expect(201);
    assert_eq!(fixture.paid_refunds().await, [1_000, 1, 2_099, 1_000]);
    fixture.books_become(&[]).await;
}

#[tokio::test]
async fn concurrent_refunds_never_exceed_the_captured_amount() {
    let fixture = built_in().await;
    for token in ["tok_visa", "tok_error_after_refund"] {
        let sale = fixture.sold(token).await;
        let (admin, seller) = (fixture.admin(), fixture.seller(1));
        let (part, all) = (json!({"amount": 20.0}), json!({}));
        let asking = async {
            tokio::join!(
                fixture.refund(&seller, &sale, &part),
                fixture.refund(&admin, &sale, &part),
                fixture.refund(&admin, &sale, &all),
                fixture.refund(&seller, &sale, &part),
            )
        };
        let (a, b, c, d) = fixture.while_time_passes(Box::pin(asking)).await;
        let replies = [a, b, c, d];
        assert!(replies.iter().any(|reply| reply.status == 201));
        for refused in replies.iter().filter(|reply| reply.status != 201) {
            refused.clone().expect_problem(409, "refund_exceeds");
        }
        let given_back: i64 = fixture.paid_refunds().await.iter().sum();
        assert!((2_000..=4_100).contains(&given_back), "{given_back}");
        let refunded = fixture.refunded(&sale).await.as_f64().unwrap();
        assert!((refunded * 100.0 - f64::from(i32::try_from(given_back).unwrap())).abs() < 0.5);
    }
}

#[tokio::test]
async fn a_refund_to_credit_is_booked_at_once_without_the_provider() {
    let (fixture, sale) = sold("tok_visa").await;
    let body = json!({"amount": 12.0, "to": "credit"});
    fixture.agree_to_credit(&sale).await;
    let reply = fixture.refund(&fixture.seller(1), &sale, &body).await.expect(201);
    assert_eq!((reply.text("status"), reply.text("to")), ("succeeded".into(), "credit".into()));
    assert_eq!(reply.at("stripeId"), json!(null));
    assert!(fixture.paid_refunds().await.is_empty());
    let expected = books(1_900, 1_000, &[(of(sale.buyer.id), 1_200), (Provider, -4_100)]);
    fixture.books_become(&expected).await;
    let account = fixture.account(&sale.buyer).await;
    assert_eq!(account["entries"][0]["cause"], "refund");
    assert_eq!(account["entries"][0]["refundId"], reply.at("id"));
    // An amount refunded to credit cannot be refunded to the card again.
    let body = json!({"amount": 19.01});
    fixture.refund(&fixture.seller(1), &sale, &body).await.expect_problem(409, "refund_exceeds");
}

#[tokio::test]
async fn a_payment_by_credit_is_refunded_to_credit() {
    let fixture = built_in().await;
    let buyer = fixture.buyer_with(41).await;
    let order = fixture.made(&buyer).await;
    let paid = fixture.paid(&buyer, &order, CREDIT).await.expect(201);
    let sale = Sale::of(buyer, order, &paid);
    fixture.refund_by_admin(&sale, &json!({"to": "card"})).await.expect_fields(&["to"]);
    let reply = fixture.refund_by_admin(&sale, &json!({})).await.expect(201);
    assert_eq!((reply.text("to"), reply.at("amount")), ("credit".into(), json!(41)));
    fixture.books_become(&[(of(sale.buyer.id), 4_100), (Provider, -4_100)]).await;
    assert!(fixture.paid_refunds().await.is_empty(), "the top-up is the newest there is");
}

#[tokio::test]
async fn spent_earnings_are_refunded_by_an_administrator_from_the_house() {
    let (fixture, sale) = sold("tok_visa").await;
    let spender = fixture.seller(2);
    spend_at_the_first_seller(&fixture, &spender, 1_000).await;
    fixture.books_become(&books(4_100, 0, &[(Provider, -4_100)])).await;
    let all = json!({});
    fixture.refund(&spender, &sale, &all).await.expect_problem(409, "insufficient_credit");
    assert!(fixture.list(&sale.buyer, &sale).await.is_empty(), "nothing was begun");
    let given = fixture.refund_by_admin(&sale, &all).await.expect(201);
    assert_eq!((given.text("status"), given.at("amount")), ("succeeded".into(), json!(41)));
    assert_eq!(fixture.paid_refunds().await, [4_100]);
    fixture.books_become(&books(1_000, 0, &[(House, -1_000)])).await;
}

#[tokio::test]
async fn an_erased_payer_cannot_top_up_with_a_remaining_session() {
    let (fixture, payer) = with_user().await;
    assert_eq!(fixture.part(payer.id, PersonAction::Erase).await, Made::Erasure);
    fixture.top_up(&payer, 41, "tok_visa").await.expect_problem(401, "not_signed_in");
    assert!(fixture.ledger().await.is_empty());
}

#[tokio::test]
async fn a_top_up_is_refunded_up_to_its_unspent_part() {
    let fixture = built_in().await;
    let top_up = fixture.topped_up("tok_visa").await;
    spend_at_the_first_seller(&fixture, &top_up.buyer, 2_000).await;
    let refund = async |body| fixture.refund_by_admin(&top_up, &body).await;
    refund(json!({})).await.expect_problem(409, "insufficient_credit");
    refund(json!({"to": "credit"})).await.expect_fields(&["to"]);
    fixture.refund(&top_up.buyer, &top_up, &json!({})).await.expect_problem(403, "forbidden");
    let left = refund(json!({"amount": 30})).await.expect(201);
    assert_eq!((left.at("amount"), left.at("orderId")), (json!(30), json!(null)));
    assert_eq!(fixture.paid_refunds().await, [3_000]);
    fixture.books_become(&books(2_000, 0, &[(Provider, -2_000)])).await;
    assert!(fixture.published(REFUNDED).await.is_empty(), "a top-up is not published");
}

#[tokio::test]
async fn many_small_refunds_block_no_other_party() {
    let (fixture, sale) = sold("tok_visa").await;
    let (first, second, admin) = (fixture.seller(1), fixture.seller(2), fixture.admin());
    let cent = json!({"amount": 0.01});
    for _ in 0..20 {
        fixture.refund(&first, &sale, &cent).await.expect(201);
    }
    for _ in 0..5 {
        fixture.refund(&first, &sale, &cent).await.expect_problem(409, "refund_exceeds");
    }
    fixture.refund(&second, &sale, &json!({})).await.expect(201);
    fixture.refund(&admin, &sale, &json!({"amount": 1})).await.expect(201);
    let rest = fixture.refund(&first, &sale, &json!({})).await.expect(201);
    assert_eq!(rest.at("amount"), json!(29.8), "all that is left passes");
    fixture.books_become(&[]).await;
    assert_eq!(fixture.refunded(&sale).await, json!(41));
}

#[tokio::test]
async fn failed_refunds_block_no_others_and_are_listed_in_pages() {
    let (fixture, sale) = sold("tok_refund_fails").await;
    let seller = fixture.seller(1);
    for _ in 0..22 {
        let reply = fixture.refund(&seller, &sale, &json!({"amount": 0.01})).await.expect(201);
        assert_eq!(reply.text("status"), "failed");
    }
    fixture.books_become(&books(3_100, 1_000, &[(Provider, -4_100)])).await;
    assert_eq!(fixture.list(&sale.buyer, &sale).await.len(), 22);
    let pages = fixture.pages(Some(&seller), &format!("{}?limit=20", sale.refunds())).await;
    assert_eq!(pages.iter().map(|page| page.list().len()).collect::<Vec<_>>(), [20, 2]);
    fixture.agree_to_credit(&sale).await;
    fixture.refund(&seller, &sale, &json!({"to": "credit"})).await.expect(201);
}
