//! The consent of a payer: permissions to set and read it, and the refunds that it permits a
//! seller.

use serde_json::json;

use crate::fixture::{returns, sold};

#[tokio::test]
async fn a_seller_refunds_a_card_payment_to_credit_only_with_consent() {
    let (fixture, sale) = sold("tok_visa").await;
    let (seller, admin) = (fixture.seller(1), fixture.admin());
    let credit = json!({"amount": 1, "to": "credit"});
    let refused = fixture.refund(&seller, &sale, &credit).await;
    assert_eq!(refused.text("errors/0/field"), "to");
    refused.expect_problem(409, "payer_must_agree");
    fixture.refund(&admin, &sale, &credit).await.expect(201);
    fixture.agree_to_credit(&sale).await;
    fixture.refund(&seller, &sale, &credit).await.expect(201);
    fixture.refund(&seller, &sale, &credit).await.expect_problem(409, "payer_must_agree");
}

#[tokio::test]
async fn a_seller_returns_units_below_their_price_only_with_the_payers_consent() {
    let (fixture, sale) = sold("tok_visa").await;
    let (seller, buyer) = (fixture.seller(1), &sale.buyer);
    let cheap = json!({"amount": 0.01, "returns": [returns(1, 1)]});
    fixture.refund(&seller, &sale, &cheap).await.expect_problem(409, "units_not_refunded");
    fixture.agree(buyer, &sale, &json!({"returns": [returns(1, 2)]})).await.expect(200);
    fixture.agree(buyer, &sale, &json!({"returns": [returns(1, 1)]})).await.expect(200);
    let two = json!({"amount": 0.01, "returns": [returns(1, 2)]});
    fixture.refund(&seller, &sale, &two).await.expect_problem(409, "units_not_refunded");
    fixture.refund_with_units(&seller, &sale, &cheap, &[(1, 1)]).await.expect(201);
    fixture.refund(&seller, &sale, &cheap).await.expect_problem(409, "units_not_refunded");
}

#[tokio::test]
async fn only_the_payer_sets_the_consent_and_all_parties_read_it() {
    let (fixture, sale) = sold("tok_visa").await;
    let body = json!({"credit": true, "returns": [returns(1, 1), returns(2, 1)]});
    for party in [fixture.seller(1), fixture.seller(2), fixture.admin()] {
        fixture.agree(&party, &sale, &body).await.expect_problem(403, "forbidden");
    }
    fixture.agree(&fixture.user(), &sale, &body).await.expect_problem(404, "not_found");
    for _ in 0..2 {
        let agreed = fixture.agree(&sale.buyer, &sale, &body).await.expect(200);
        assert_eq!(agreed.json(), body, "once or twice");
    }
    for who in [&sale.buyer, &fixture.seller(1), &fixture.seller(2), &fixture.admin()] {
        let shown = fixture.get(Some(who), &sale.path()).await.expect(200);
        assert_eq!(shown.at("consent"), body);
    }
    fixture.agree(&sale.buyer, &sale, &json!({})).await.expect(200);
    assert_eq!(fixture.shown(&sale).await["consent"], json!(null), "the consent is withdrawn");
}

#[tokio::test]
async fn an_invalid_consent_has_no_effect() {
    let (fixture, sale) = sold("tok_visa").await;
    for (body, field) in [
        (json!({"credit": "yes"}), "credit"),
        (json!({"returns": [returns(1, 0)]}), "returns"),
        (json!({"returns": [returns(1, 1), returns(1, 1)]}), "returns"),
        (json!({"returns": vec![returns(1, 1); 11]}), "returns"),
        (json!({"returns": [returns(9, 1)]}), "returns"),
        (json!({"money": 1}), "money"),
    ] {
        fixture.agree(&sale.buyer, &sale, &body).await.expect_fields(&[field]);
    }
    let many = json!({"returns": [returns(1, 3)]});
    fixture.agree(&sale.buyer, &sale, &many).await.expect_problem(409, "refund_exceeds");
    assert_eq!(fixture.shown(&sale).await["consent"], json!(null));
}
