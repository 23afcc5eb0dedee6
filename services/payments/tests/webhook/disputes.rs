//! Disputes, and the daily reconciliation of changes without an event.

use std::time::Duration;

use contract::part::{Made, Obstacle};
use contract::person::PersonAction;
use payments::documents::Reconciliation;
use payments::domain::AccountId::{Disputes, House, Provider};
use provider_simulator::http::Simulator;
use provider_simulator::{Action, Outcome};
use serde_json::json;

use crate::fixture::{PaymentsFixture, of, seller, simulated, sold_for};

impl PaymentsFixture<Simulator> {
    /// Whether a comparison has ended without a difference.
    async fn has_compared(&self) -> bool {
        self.store(payments::NAME).find::<Reconciliation>("provider").await.unwrap().is_some()
    }
}

#[tokio::test]
async fn a_dispute_freezes_the_sellers_shares_until_the_bank_decides() {
    for (outcome, status, first, second) in
        [(Outcome::Succeeded, "won", 3_000, 1_100), (Outcome::Failed, "lost", 2_268, 832)]
    {
        let fixture = simulated().await;
        let sale = fixture.sell(&[(1, 3_000), (2, 1_100)], "pm_card_visa").await;
        let id = fixture.act(Action::OpenDispute(Some(1_000)), &sale.reference);
        fixture.delivered(&sale, "disputeStatus", json!("open")).await;
        fixture.shows(&sale, "disputed", json!(10)).await;
        fixture.settles(2_268, 832, &[(Disputes, 1_000), (Provider, -4_100)]).await;
        for body in [json!({}), json!({"amount": 1}), json!({"to": "credit", "amount": 32})] {
            fixture.refund_by_admin(&sale, &body).await.expect_problem(409, "payment_disputed");
        }
        fixture.act(Action::CloseDispute(outcome), &id);
        fixture.delivered(&sale, "disputeStatus", json!(status)).await;
        fixture.settles(first, second, &[(Provider, -first - second)]).await;
    }
}

#[tokio::test]
async fn an_erasure_waits_for_a_dispute_that_may_return_money() {
    let fixture = simulated().await;
    let sale = fixture.sell(&[(1, 3_000), (2, 1_100)], "pm_card_visa").await;
    let top_up = fixture.topped_up("pm_card_visa").await;
    let disputes = [
        (&sale, fixture.act(Action::OpenDispute(None), &sale.reference)),
        (&top_up, fixture.act(Action::OpenDispute(None), &top_up.reference)),
    ];
    for (disputed, _) in &disputes {
        fixture.delivered(disputed, "disputeStatus", json!("open")).await;
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
        fixture.act(Action::CloseDispute(Outcome::Failed), id);
        fixture.delivered(disputed, "disputeStatus", json!("lost")).await;
    }
    for user in [seller(1), seller(2), top_up.buyer.id] {
        assert_eq!(obstacles(user).await, []);
    }
}

#[tokio::test]
async fn a_dispute_of_spent_or_refunded_money_is_borne_by_the_house() {
    let (fixture, sale) = sold_for("pm_card_visa").await;
    fixture.refund_by_admin(&sale, &json!({"amount": 30})).await.expect(201);
    let id = fixture.act(Action::OpenDispute(Some(4_100)), &sale.reference);
    fixture.delivered(&sale, "disputed", json!(41)).await;
    fixture.settles(0, 0, &[(House, -3_000), (Disputes, 4_100), (Provider, -1_100)]).await;
    fixture.act(Action::CloseDispute(Outcome::Failed), &id);
    fixture.delivered(&sale, "disputeStatus", json!("lost")).await;
    fixture.settles(0, 0, &[(House, -3_000), (Provider, 3_000)]).await;
}

#[tokio::test]
async fn a_disputed_top_up_is_debited_up_to_its_unspent_part() {
    let fixture = simulated().await;
    let top_up = fixture.topped_up("pm_card_visa").await;
    let id = fixture.act(Action::OpenDispute(None), &top_up.reference);
    fixture.delivered(&top_up, "disputed", json!(50)).await;
    fixture.settles(0, 0, &[(Disputes, 5_000), (Provider, -5_000)]).await;
    fixture.act(Action::CloseDispute(Outcome::Succeeded), &id);
    fixture.delivered(&top_up, "disputeStatus", json!("won")).await;
    fixture.settles(0, 0, &[(of(top_up.buyer.id), 5_000), (Provider, -5_000)]).await;
}

#[tokio::test]
async fn a_dispute_first_read_after_its_end_is_booked_as_closed() {
    for (outcome, status, left) in
        [(Outcome::Succeeded, "won", 4_100), (Outcome::Failed, "lost", 0)]
    {
        let (fixture, sale) = sold_for("pm_card_visa").await;
        let id = fixture.act(Action::OpenDispute(None), &sale.reference);
        fixture.act(Action::CloseDispute(outcome), &id);
        fixture.delivered(&sale, "disputeStatus", json!(status)).await;
        fixture.settles(left, 0, &[(Provider, -left)]).await;
    }
}

#[tokio::test]
async fn administrators_list_disputes_in_pages() {
    let fixture = simulated().await;
    let one = fixture.sell(&[(1, 4_100)], "pm_card_visa").await;
    let two = fixture.topped_up("pm_card_visa").await;
    let first = fixture.act(Action::OpenDispute(None), &one.reference);
    fixture.clock().advance(Duration::from_secs(1));
    let second = fixture.act(Action::OpenDispute(Some(700)), &two.reference);
    fixture.delivered(&one, "disputed", json!(41)).await;
    fixture.shows(&two, "disputed", json!(7)).await;
    let path = "/api/payments/disputes?limit=1";
    let pages = fixture.pages(Some(&fixture.admin()), path).await;
    let (newest, older) = (pages[0].at("0"), pages[1].at("0"));
    assert_eq!(newest["stripeId"], second);
    assert_eq!((&newest["status"], &newest["amount"]), (&json!("open"), &json!(7)));
    assert_eq!(older["stripeId"], first);
    assert_eq!(older["orderId"], one.order.id.to_string());
    fixture.get(Some(&one.buyer), path).await.expect(403);
    fixture.get(None, path).await.expect(401);
}

#[tokio::test]
async fn changes_without_events_are_booked_after_a_start_and_daily() {
    let fixture = simulated().await;
    let refunded = fixture.sell(&[(1, 4_100)], "pm_card_visa").await;
    let disputed = fixture.sell(&[(2, 2_000)], "pm_card_visa").await;
    fixture.act(Action::Refund(Some(1_000)), &refunded.reference);
    let id = fixture.act(Action::OpenDispute(None), &disputed.reference);
    fixture.clock().advance(Duration::from_mins(2));
    fixture.shows(&refunded, "refunded", json!(10)).await;
    fixture.shows(&disputed, "disputed", json!(20)).await;
    fixture.settles(3_100, 0, &[(Disputes, 2_000), (Provider, -5_100)]).await;
    fixture.eventually("the progress is stored", || fixture.has_compared()).await;
    fixture.act(Action::CloseDispute(Outcome::Succeeded), &id);
    fixture.clock().advance(Duration::from_hours(24));
    // The buyer's session has ended meanwhile.
    let won = || async { fixture.stored(&disputed).await.refunds().unwrap().disputed.won == 2_000 };
    fixture.eventually("the dispute is won", won).await;
    fixture.becomes_settled(3_100, 2_000, &[(Provider, -5_100)]).await;
}

#[tokio::test]
async fn money_of_an_unknown_payment_is_a_difference_until_its_refund() {
    let fixture = simulated().await;
    fixture.sell(&[(1, 4_100)], "pm_card_visa").await;
    let reference = fixture.provider.with(|provider, now| {
        let create = provider_simulator::Request::create_intent(900, "usd")
            .confirmed_with("pm_card_visa")
            .with_metadata("payment_id", "0123456789abcdef01234567");
        let held = provider.handle(&create, now).response().unwrap().json();
        let id = held["id"].as_str().unwrap().to_owned();
        provider.act(Action::Capture(None), &id, now).unwrap();
        id
    });
    fixture.clock().advance(Duration::from_mins(2));
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    assert!(!fixture.has_compared().await);
    fixture.act(Action::Refund(None), &reference);
    // After this time a comparison does not include the payment any more.
    let until = fixture.now().plus(Duration::from_hours(72));
    let later = || async {
        if fixture.now() < until {
            fixture.clock().advance(Duration::from_hours(1));
        }
        fixture.has_compared().await
    };
    fixture.eventually("no difference is left", later).await;
}

#[tokio::test]
async fn a_payment_that_cannot_be_compared_does_not_block_others() {
    let fixture = simulated().await;
    let before = fixture.sell(&[(1, 4_100)], "pm_card_visa").await;
    let broken = fixture.sell(&[(2, 4_100)], "pm_card_visa").await;
    let after = fixture.sell(&[(1, 4_100)], "pm_card_visa").await;
    for sale in [&before, &after] {
        fixture.act(Action::Refund(Some(1_000)), &sale.reference);
    }
    // More refunds than are listed per payment. The newest movements come first.
    for _ in 0..1_001 {
        fixture.act(Action::Refund(Some(1)), &broken.reference);
    }
    fixture.clock().advance(Duration::from_mins(2));
    fixture.shows(&before, "refunded", json!(10)).await;
    fixture.shows(&after, "refunded", json!(10)).await;
    assert!(!fixture.has_compared().await, "the next comparison begins where this one did");
}
