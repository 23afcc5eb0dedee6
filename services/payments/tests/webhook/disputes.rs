//! Disputes: the money is frozen, then returned or lost; administrators can list all disputes.

use contract::part::{Made, Obstacle};
use contract::person::PersonAction;
use payments::domain::AccountId;
use provider_simulator::http::Simulator;
use provider_simulator::{Action, Outcome};
use serde_json::json;

use crate::fixture::{Sale, With, seller, simulated, sold_for};

impl With<Simulator> {
    pub(super) fn dispute(&self, sale: &Sale, amount: Option<i64>) -> String {
        self.act(|provider, now| provider.act(Action::OpenDispute(amount), &sale.reference, now))
            .unwrap()
    }

    pub(super) fn close(&self, dispute: &str, outcome: Outcome) {
        self.act(|provider, now| provider.act(Action::CloseDispute(outcome), dispute, now))
            .unwrap();
    }
}

#[tokio::test]
async fn a_dispute_freezes_the_sellers_shares_until_the_bank_decides() {
    for (outcome, status, first, second) in
        [(Outcome::Succeeded, "won", 3_000, 1_100), (Outcome::Failed, "lost", 2_268, 832)]
    {
        let fixture = simulated().await;
        let sale = fixture.sell(&[(1, 3_000), (2, 1_100)], "pm_card_visa").await;
        let id = fixture.dispute(&sale, Some(1_000));
        fixture.deliver_twice().await;
        fixture.shows(&sale, "disputeStatus", json!("open")).await;
        fixture.shows(&sale, "disputed", json!(10)).await;
        assert_eq!(fixture.balances().await, (2_268, 832));
        assert_eq!(fixture.on(AccountId::Disputes).await, 1_000);
        fixture.agrees().await;
        for body in [json!({}), json!({"amount": 1}), json!({"to": "credit", "amount": 32})] {
            fixture.refund_by_admin(&sale, &body).await.expect_problem(409, "payment_disputed");
        }
        fixture.close(&id, outcome);
        fixture.deliver_twice().await;
        fixture.shows(&sale, "disputeStatus", json!(status)).await;
        assert_eq!(fixture.balances().await, (first, second));
        assert_eq!(fixture.on(AccountId::Disputes).await, 0);
        fixture.agrees().await;
    }
}

#[tokio::test]
async fn an_erasure_waits_for_a_dispute_that_may_return_money() {
    let fixture = simulated().await;
    let sale = fixture.sell(&[(1, 3_000), (2, 1_100)], "pm_card_visa").await;
    let top_up = fixture.topped_up("pm_card_visa").await;
    let disputes =
        [(&sale, fixture.dispute(&sale, None)), (&top_up, fixture.dispute(&top_up, None))];
    for (disputed, _) in &disputes {
        fixture.deliver_twice().await;
        fixture.shows(disputed, "disputeStatus", json!("open")).await;
    }
    let check = PersonAction::CheckErasure { forfeits_credit: true };
    let obstacles = async |user| match fixture.part(user, check).await {
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
        fixture.close(id, Outcome::Failed);
        fixture.deliver_twice().await;
        fixture.shows(disputed, "disputeStatus", json!("lost")).await;
    }
    for user in [seller(1), seller(2), top_up.buyer.id] {
        assert_eq!(obstacles(user).await, []);
    }
}

#[tokio::test]
async fn a_dispute_of_spent_or_refunded_money_is_borne_by_the_house() {
    let (fixture, sale) = sold_for("pm_card_visa").await;
    fixture.refund_by_admin(&sale, &json!({"amount": 30})).await.expect(201);
    let id = fixture.dispute(&sale, Some(4_100));
    fixture.deliver_twice().await;
    fixture.shows(&sale, "disputed", json!(41)).await;
    assert_eq!(fixture.balance(seller(1)).await, 0);
    assert_eq!(fixture.on(AccountId::House).await, -3_000);
    fixture.agrees().await;
    fixture.close(&id, Outcome::Failed);
    fixture.deliver_twice().await;
    fixture.shows(&sale, "disputeStatus", json!("lost")).await;
    fixture.agrees().await;
}

#[tokio::test]
async fn a_disputed_top_up_is_debited_up_to_its_unspent_part() {
    let fixture = simulated().await;
    let top_up = fixture.topped_up("pm_card_visa").await;
    let id = fixture.dispute(&top_up, None);
    fixture.deliver_twice().await;
    fixture.shows(&top_up, "disputed", json!(50)).await;
    assert_eq!(fixture.balance(top_up.buyer.id).await, 0);
    fixture.close(&id, Outcome::Succeeded);
    fixture.deliver_twice().await;
    fixture.shows(&top_up, "disputeStatus", json!("won")).await;
    assert_eq!(fixture.balance(top_up.buyer.id).await, 5_000);
    fixture.agrees().await;
}

#[tokio::test]
async fn a_dispute_first_read_after_its_end_is_booked_as_closed() {
    for (outcome, left) in [(Outcome::Succeeded, 4_100), (Outcome::Failed, 0)] {
        let (fixture, sale) = sold_for("pm_card_visa").await;
        let id = fixture.dispute(&sale, None);
        fixture.close(&id, outcome);
        fixture.deliver_twice().await;
        let status = if left == 0 { "lost" } else { "won" };
        fixture.shows(&sale, "disputeStatus", json!(status)).await;
        assert_eq!(fixture.balance(seller(1)).await, left);
        fixture.agrees().await;
    }
}

#[tokio::test]
async fn administrators_list_disputes_in_pages() {
    let fixture = simulated().await;
    let one = fixture.sell(&[(1, 4_100)], "pm_card_visa").await;
    let two = fixture.topped_up("pm_card_visa").await;
    let first = fixture.dispute(&one, None);
    fixture.clock().advance(std::time::Duration::from_secs(1));
    let second = fixture.dispute(&two, Some(700));
    fixture.deliver_twice().await;
    fixture.shows(&one, "disputed", json!(41)).await;
    fixture.shows(&two, "disputed", json!(7)).await;
    let path = "/api/payments/disputes?limit=1";
    let admin = fixture.admin();
    let pages = fixture.pages(Some(&admin), path).await;
    let (newest, older) = (pages[0].at("0"), pages[1].at("0"));
    assert_eq!(newest["stripeId"], second);
    assert_eq!((&newest["status"], &newest["amount"]), (&json!("open"), &json!(7)));
    assert_eq!(older["stripeId"], first);
    assert_eq!(older["orderId"], one.order.id.to_string());
    fixture.get(Some(&one.buyer), path).await.expect(403);
    fixture.get(None, path).await.expect(401);
}
