//! How much is given back, by whom, and that it is never more than was taken.

use contract::part::Made;
use contract::payment::REFUNDED;
use contract::person::Wish;
use payments::domain::AccountId::{House, Provider};
use serde_json::json;
use testing::User;

use crate::books::of;
use crate::counter::{books, usd};
use crate::till::Till;

#[tokio::test]
async fn an_administrator_gives_everything_back_to_the_card() {
    let till = Till::open().await;
    let sale = till.sold("tok_visa").await;
    till.books_become(&books(3_100, 1_000, &[(Provider, -4_100)])).await;
    let admin = till.stage.admin();
    let reply = till.refund(&admin, &sale, &json!({})).await.expect(201);
    assert_eq!((reply.text("status"), reply.text("to")), ("succeeded".into(), "card".into()));
    assert_eq!((reply.at("amount"), reply.text("currency")), (json!(41), "usd".into()));
    assert_eq!(reply.text("paymentId"), sale.payment.to_string());
    assert_eq!(reply.text("orderId"), sale.order.id.to_string());
    assert_eq!(reply.header("location"), sale.path());
    assert_eq!(till.given_back().await, [4_100]);
    till.books_become(&[]).await;
    assert_eq!(till.refunded(&sale).await, json!(41));
    assert_eq!(till.list(&sale.buyer, &sale).await, [("succeeded".to_owned(), json!(41))]);
    let told = || async { till.stage.published(REFUNDED).await };
    till.stage.eventually("it is told", || async { told().await.len() == 1 }).await;
    let told = told().await.remove(0);
    assert_eq!((told.refunded, told.returned), (Some(usd(4_100)), Vec::new()));
    till.refund(&admin, &sale, &json!({})).await.expect_problem(409, "refund_exceeds");
}

#[tokio::test]
async fn a_seller_gives_the_own_share_back_in_parts_until_nothing_is_left() {
    let till = Till::open().await;
    let sale = till.sold("tok_visa").await;
    let seller = till.seller(1);
    let part = |amount| json!({"amount": amount});
    till.refund(&seller, &sale, &part(10.0)).await.expect(201).text("id");
    till.refund(&seller, &sale, &part(0.01)).await.expect(201).text("id");
    till.refund(&seller, &sale, &part(21.0)).await.expect_problem(409, "refund_exceeds");
    assert_eq!(till.refunded(&sale).await, json!(10.01));
    let rest = till.refund(&seller, &sale, &json!({})).await.expect(201);
    assert_eq!(rest.at("amount"), json!(20.99));
    till.refund(&seller, &sale, &part(0.01)).await.expect_problem(409, "refund_exceeds");
    assert_eq!(till.given_back().await, [1_000, 1, 2_099]);
    till.books_become(&books(0, 1_000, &[(Provider, -1_000)])).await;
    // The other seller's share is another matter.
    till.refund(&till.seller(2), &sale, &json!({})).await.expect(201).text("id");
    assert_eq!(till.given_back().await, [1_000, 1, 2_099, 1_000]);
    till.books_become(&[]).await;
}

#[tokio::test]
async fn two_refunds_at_once_never_give_back_more_than_was_taken() {
    let till = Till::open().await;
    for token in ["tok_visa", "tok_error_after_refund"] {
        let sale = till.sold(token).await;
        let (admin, seller) = (till.stage.admin(), till.seller(1));
        let (part, all) = (json!({"amount": 20.0}), json!({}));
        let asking = async {
            tokio::join!(
                till.refund(&seller, &sale, &part),
                till.refund(&admin, &sale, &part),
                till.refund(&admin, &sale, &all),
                till.refund(&seller, &sale, &part),
            )
        };
        let (a, b, c, d) = till.stage.while_time_passes(Box::pin(asking)).await;
        let replies = [a, b, c, d];
        assert!(replies.iter().any(|reply| reply.status == 201));
        for refused in replies.iter().filter(|reply| reply.status != 201) {
            refused.clone().expect_problem(409, "refund_exceeds");
        }
        let given_back: i64 = till.given_back().await.iter().sum();
        assert!((2_000..=4_100).contains(&given_back), "{given_back}");
        let said = till.refunded(&sale).await.as_f64().unwrap();
        assert!((said * 100.0 - f64::from(i32::try_from(given_back).unwrap())).abs() < 0.5);
    }
}

#[tokio::test]
async fn a_refund_to_credit_is_the_buyers_at_once_and_the_provider_has_no_part_in_it() {
    let till = Till::open().await;
    let sale = till.sold("tok_visa").await;
    let body = json!({"amount": 12.0, "to": "credit"});
    till.agree(&sale.buyer, &sale, &json!({"credit": true})).await.expect(200);
    let reply = till.refund(&till.seller(1), &sale, &body).await.expect(201);
    assert_eq!((reply.text("status"), reply.text("to")), ("succeeded".into(), "credit".into()));
    assert_eq!(reply.at("stripeId"), json!(null));
    assert!(till.given_back().await.is_empty());
    let expected = books(1_900, 1_000, &[(of(sale.buyer.id), 1_200), (Provider, -4_100)]);
    till.books_become(&expected).await;
    let account = till.account(&sale.buyer).await;
    assert_eq!(account["entries"][0]["cause"], "refund");
    assert_eq!(account["entries"][0]["refundId"], reply.at("id"));
    // What was given back to credit is not given back to the card again.
    let body = json!({"amount": 19.01});
    till.refund(&till.seller(1), &sale, &body).await.expect_problem(409, "refund_exceeds");
}

#[tokio::test]
async fn what_was_paid_by_credit_goes_back_to_credit() {
    let till = Till::open().await;
    let sale = till.sold_for_credit().await;
    let admin = till.stage.admin();
    let to_card = till.refund(&admin, &sale, &json!({"to": "card"})).await;
    to_card.expect_fields(&["to"]);
    let reply = till.refund(&admin, &sale, &json!({})).await.expect(201);
    assert_eq!((reply.text("to"), reply.at("amount")), ("credit".into(), json!(41)));
    till.books_become(&[(of(sale.buyer.id), 4_100), (Provider, -4_100)]).await;
    assert!(till.given_back().await.is_empty(), "the top-up is the newest there is");
}

#[tokio::test]
async fn what_a_seller_has_spent_only_an_administrator_gives_back_at_the_houses_cost() {
    let till = Till::open().await;
    let sale = till.sold("tok_visa").await;
    let spender = till.seller(2);
    till.spend_at_the_first_seller(&spender, 1_000).await;
    till.books_become(&books(4_100, 0, &[(Provider, -4_100)])).await;
    let all = json!({});
    till.refund(&spender, &sale, &all).await.expect_problem(409, "insufficient_credit");
    assert!(till.list(&sale.buyer, &sale).await.is_empty(), "nothing was begun");
    let given = till.refund(&till.stage.admin(), &sale, &all).await.expect(201);
    assert_eq!((given.text("status"), given.at("amount")), ("succeeded".into(), json!(41)));
    assert_eq!(till.given_back().await, [4_100]);
    till.books_become(&books(1_000, 0, &[(House, -1_000)])).await;
}

#[tokio::test]
async fn an_erased_payer_whose_session_goes_on_for_a_moment_tops_up_nothing() {
    let till = Till::open().await;
    let payer = till.stage.user();
    assert_eq!(till.part(payer.id, Wish::Erase).await, Made::Erasure);
    till.top_up(&payer, 41, "tok_visa").await.expect_problem(401, "not_signed_in");
    assert!(till.ledger().await.is_empty());
}

#[tokio::test]
async fn a_top_up_goes_back_to_its_card_as_far_as_it_is_not_spent() {
    let till = Till::open().await;
    let payer = till.stage.user();
    let top_up = till.top_up(&payer, 50, "tok_visa").await.expect(201);
    let path = format!("/api/payments/{}/refunds", top_up.text("id"));
    till.spend_at_the_first_seller(&payer, 2_000).await;
    let admin = till.stage.admin();
    let refund = |who: &User, body| {
        let (who, path, stage) = (who.clone(), path.clone(), &till.stage);
        async move { stage.post(Some(&who), &path, &body).await }
    };
    refund(&admin, json!({})).await.expect_problem(409, "insufficient_credit");
    refund(&admin, json!({"to": "credit"})).await.expect_fields(&["to"]);
    refund(&payer, json!({})).await.expect_problem(403, "forbidden");
    let left = refund(&admin, json!({"amount": 30})).await.expect(201);
    assert_eq!((left.at("amount"), left.at("orderId")), (json!(30), json!(null)));
    assert_eq!(till.given_back().await, [3_000]);
    till.books_become(&books(2_000, 0, &[(Provider, -2_000)])).await;
    assert!(till.stage.published(REFUNDED).await.is_empty(), "a top-up is nobody's business");
}
