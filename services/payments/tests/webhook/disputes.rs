//! Disputes: the money is frozen, then returned or lost; administrators can list all disputes.

use contract::part::{Made, Obstacle};
use contract::person::PersonAction;
use payments::domain::AccountId;
use provider_simulator::Outcome;
use serde_json::json;

use crate::fixture::PaymentsFixture;
use crate::sale::{Sale, seller};

fn dispute(sale: &Sale<'_>, amount: Option<i64>) -> String {
    sale.fixture
        .operate(|provider, now| provider.open_dispute(&sale.reference, amount, now))
        .unwrap()
}

fn close(sale: &Sale<'_>, dispute: &str, outcome: Outcome) {
    sale.fixture.operate(|provider, now| provider.close_dispute(dispute, outcome, now)).unwrap();
}

#[tokio::test]
async fn a_dispute_freezes_the_sellers_shares_until_the_bank_decides() {
    for (outcome, status, first, second) in
        [(Outcome::Succeeded, "won", 3_000, 1_100), (Outcome::Failed, "lost", 2_268, 832)]
    {
        let fixture = PaymentsFixture::open().await;
        let sale = fixture.sell(&[(1, 3_000), (2, 1_100)], "pm_card_visa").await;
        let id = dispute(&sale, Some(1_000));
        sale.deliver_twice().await;
        sale.shows("disputeStatus", json!("open")).await;
        sale.shows("disputed", json!(10)).await;
        assert_eq!(
            (fixture.balance(seller(1)).await, fixture.balance(seller(2)).await),
            (2_268, 832)
        );
        assert_eq!(fixture.on(AccountId::Disputes).await, 1_000);
        fixture.agrees().await;
        for body in [json!({}), json!({"amount": 1}), json!({"to": "credit", "amount": 32})] {
            let reply = sale.refund(&body).await.expect(409);
            assert_eq!(reply.text("code"), "payment_disputed", "{body}");
        }
        close(&sale, &id, outcome);
        sale.deliver_twice().await;
        sale.shows("disputeStatus", json!(status)).await;
        assert_eq!(
            (fixture.balance(seller(1)).await, fixture.balance(seller(2)).await),
            (first, second)
        );
        assert_eq!(fixture.on(AccountId::Disputes).await, 0);
        fixture.agrees().await;
    }
}

#[tokio::test]
async fn an_erasure_waits_for_a_dispute_that_may_return_money() {
    let fixture = PaymentsFixture::open().await;
    let sale = fixture.sell(&[(1, 3_000), (2, 1_100)], "pm_card_visa").await;
    let top_up = fixture.topped_up("pm_card_visa").await;
    let disputes = [(&sale, dispute(&sale, None)), (&top_up, dispute(&top_up, None))];
    for (disputed, _) in &disputes {
        disputed.deliver_twice().await;
        disputed.shows("disputeStatus", json!("open")).await;
    }
    let obstacles = async |user| match fixture
        .part(user, PersonAction::CheckErasure { forfeits_credit: true })
        .await
    {
        Made::Check { obstacles } => obstacles,
        other => panic!("{other:?}"),
    };
    for user in [seller(1), seller(2), top_up.buyer.id] {
        assert_eq!(obstacles(user).await, [Obstacle::OpenPayments]);
    }
    assert_eq!(obstacles(sale.buyer.id).await, [], "the bank decides without the payer");
    let Made::Export { items, .. } = fixture.part(sale.buyer.id, PersonAction::Export).await else {
        panic!()
    };
    let exported = &items["disputes"][..];
    assert_eq!((exported.len(), exported[0].get("burden")), (1, None));
    assert_eq!(exported[0]["paymentId"], json!(sale.id));
    for (disputed, id) in &disputes {
        close(disputed, id, Outcome::Failed);
        disputed.deliver_twice().await;
        disputed.shows("disputeStatus", json!("lost")).await;
    }
    for user in [seller(1), seller(2), top_up.buyer.id] {
        assert_eq!(obstacles(user).await, []);
    }
}

#[tokio::test]
async fn a_dispute_of_spent_or_refunded_money_is_borne_by_the_house() {
    let fixture = PaymentsFixture::open().await;
    let sale = fixture.sell(&[(1, 4_100)], "pm_card_visa").await;
    sale.refund(&json!({"amount": 30})).await.expect(201).text("id");
    let id = dispute(&sale, Some(4_100));
    sale.deliver_twice().await;
    sale.shows("disputed", json!(41)).await;
    assert_eq!(fixture.balance(seller(1)).await, 0);
    assert_eq!(fixture.on(AccountId::House).await, -3_000);
    fixture.agrees().await;
    close(&sale, &id, Outcome::Failed);
    sale.deliver_twice().await;
    sale.shows("disputeStatus", json!("lost")).await;
    fixture.agrees().await;
}

#[tokio::test]
async fn a_disputed_top_up_is_debited_up_to_its_unspent_part() {
    let fixture = PaymentsFixture::open().await;
    let top_up = fixture.topped_up("pm_card_visa").await;
    let id = dispute(&top_up, None);
    top_up.deliver_twice().await;
    top_up.shows("disputed", json!(50)).await;
    assert_eq!(fixture.balance(top_up.buyer.id).await, 0);
    close(&top_up, &id, Outcome::Succeeded);
    top_up.deliver_twice().await;
    top_up.shows("disputeStatus", json!("won")).await;
    assert_eq!(fixture.balance(top_up.buyer.id).await, 5_000);
    fixture.agrees().await;
}

#[tokio::test]
async fn a_dispute_first_read_after_its_end_is_booked_as_closed() {
    for (outcome, left) in [(Outcome::Succeeded, 4_100), (Outcome::Failed, 0)] {
        let fixture = PaymentsFixture::open().await;
        let sale = fixture.sell(&[(1, 4_100)], "pm_card_visa").await;
        let id = dispute(&sale, None);
        close(&sale, &id, outcome);
        sale.deliver_twice().await;
        let status = if left == 0 { "lost" } else { "won" };
        sale.shows("disputeStatus", json!(status)).await;
        assert_eq!(fixture.balance(seller(1)).await, left);
        fixture.agrees().await;
    }
}

#[tokio::test]
async fn administrators_list_disputes_in_pages() {
    let fixture = PaymentsFixture::open().await;
    let (one, two) = (
        fixture.sell(&[(1, 4_100)], "pm_card_visa").await,
        fixture.topped_up("pm_card_visa").await,
    );
    let first = dispute(&one, None);
    fixture.app.clock().advance(std::time::Duration::from_secs(1));
    let second = dispute(&two, Some(700));
    one.deliver_twice().await;
    one.shows("disputed", json!(41)).await;
    two.shows("disputed", json!(7)).await;
    let path = "/api/payments/disputes?limit=1";
    let admin = fixture.app.admin();
    let reply = fixture.app.get(Some(&admin), path).await.expect(200);
    let newest = reply.json();
    assert_eq!(newest[0]["stripeId"], second);
    assert_eq!((&newest[0]["status"], &newest[0]["amount"]), (&json!("open"), &json!(7)));
    let link = reply.headers["Link"].to_str().unwrap();
    let next = link.split(['<', '>']).nth(1).unwrap().to_owned();
    let older = fixture.app.get(Some(&admin), &next).await.expect(200).json();
    assert_eq!(older[0]["stripeId"], first);
    assert_eq!(older[0]["orderId"], one.order.id.to_string());
    fixture.app.get(Some(&one.buyer), path).await.expect(403);
    fixture.app.get(None, path).await.expect(401);
}
