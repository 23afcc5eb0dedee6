//! The consent of a payer: rights to set and read it, and the refunds that it allows a seller.

use serde_json::{Value, json};

use crate::till::{Till, ticket};

fn returns(number: u8, quantity: u32) -> Value {
    json!({"ticketId": ticket(number), "quantity": quantity})
}

#[tokio::test]
async fn a_seller_gives_credit_in_place_of_money_on_a_card_only_if_the_payer_agrees() {
    let till = Till::open().await;
    let sale = till.sold("tok_visa").await;
    let (seller, admin) = (till.seller(1), till.stage.admin());
    let credit = json!({"amount": 1, "to": "credit"});
    let refused = till.refund(&seller, &sale, &credit).await;
    assert_eq!(refused.text("errors/0/field"), "to");
    refused.expect_problem(409, "payer_must_agree");
    till.refund(&admin, &sale, &credit).await.expect(201).text("id");
    till.agree(&sale.buyer, &sale, &json!({"credit": true})).await.expect(200);
    till.refund(&seller, &sale, &credit).await.expect(201).text("id");
    let again = till.refund(&seller, &sale, &credit).await;
    again.expect_problem(409, "payer_must_agree");
}

#[tokio::test]
async fn a_seller_takes_units_back_for_less_only_if_the_payer_agrees() {
    let till = Till::open().await;
    let sale = till.sold("tok_visa").await;
    let (seller, buyer) = (till.seller(1), &sale.buyer);
    let cheap = json!({"amount": 0.01, "returns": [returns(1, 1)]});
    till.refund(&seller, &sale, &cheap).await.expect_problem(409, "units_not_refunded");
    till.agree(buyer, &sale, &json!({"returns": [returns(1, 2)]})).await.expect(200);
    till.agree(buyer, &sale, &json!({"returns": [returns(1, 1)]})).await.expect(200);
    let two = json!({"amount": 0.01, "returns": [returns(1, 2)]});
    till.refund(&seller, &sale, &two).await.expect_problem(409, "units_not_refunded");
    till.refund_with_units(&seller, &sale, &cheap, &[(1, 1)]).await.expect(201).text("id");
    till.refund(&seller, &sale, &cheap).await.expect_problem(409, "units_not_refunded");
}

#[tokio::test]
async fn only_the_payer_agrees_and_all_parties_see_it() {
    let till = Till::open().await;
    let sale = till.sold("tok_visa").await;
    let body = json!({"credit": true, "returns": [returns(1, 1), returns(2, 1)]});
    for party in [till.seller(1), till.seller(2), till.stage.admin()] {
        till.agree(&party, &sale, &body).await.expect_problem(403, "forbidden");
    }
    till.agree(&till.stage.user(), &sale, &body).await.expect_problem(404, "not_found");
    for _ in 0..2 {
        let agreed = till.agree(&sale.buyer, &sale, &body).await.expect(200);
        assert_eq!(agreed.json(), body, "once or twice");
    }
    let path = format!("/api/payments/{}", sale.payment);
    for who in [&sale.buyer, &till.seller(1), &till.seller(2), &till.stage.admin()] {
        assert_eq!(till.stage.get(Some(who), &path).await.expect(200).at("consent"), body);
    }
    till.agree(&sale.buyer, &sale, &json!({})).await.expect(200);
    let shown = till.stage.get(Some(&sale.buyer), &path).await.expect(200);
    assert_eq!(shown.at("consent"), json!(null), "it is withdrawn");
}

#[tokio::test]
async fn a_consent_that_breaks_a_rule_changes_nothing() {
    let till = Till::open().await;
    let sale = till.sold("tok_visa").await;
    for (body, field) in [
        (json!({"credit": "yes"}), "credit"),
        (json!({"returns": [returns(1, 0)]}), "returns"),
        (json!({"returns": [returns(1, 1), returns(1, 1)]}), "returns"),
        (json!({"returns": vec![returns(1, 1); 11]}), "returns"),
        (json!({"returns": [returns(9, 1)]}), "returns"),
        (json!({"money": 1}), "money"),
    ] {
        till.agree(&sale.buyer, &sale, &body).await.expect_fields(&[field]);
    }
    let many = json!({"returns": [returns(1, 3)]});
    till.agree(&sale.buyer, &sale, &many).await.expect_problem(409, "refund_exceeds");
    let path = format!("/api/payments/{}", sale.payment);
    let shown = till.stage.get(Some(&sale.buyer), &path).await.expect(200);
    assert_eq!(shown.at("consent"), json!(null));
}
