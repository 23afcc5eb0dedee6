//! A refund's transition table, permissions and amounts, and the limit of the captured amount.

mod fixtures;
mod limits;
mod units;

use std::collections::BTreeMap;

use contract::{Currency, Decided, Money};
use payments::domain::refund::{
    Command, Destination, Event, Method, RefundRequest, RequesterRole, State, Task,
};
use payments::domain::{
    AccountId, Holder, Payment, ProviderRefundStatus, Purpose, Refund, Refusal, State as Paid,
};
use payments::provider::gateway::ProviderRefund;
use proptest::prelude::*;

use testing::samples::{id, usd};

use crate::samples::{BUYER, FIRST, NOW, SECOND, authorized, moved, order};
use fixtures::{
    ADMIN, account, all, ask, by_card, captured, claimed, decided, ended, failed, in_state, name,
    payment, provider_statuses, sent_back, shares, states, to_credit, units,
};

/// A refusal with this remainder.
fn exceeds<T>(left: i64) -> Result<T, Refusal> {
    Err(Refusal::AmountExceeds { left: usd(left) })
}

#[test]
fn every_provider_status_is_decided_in_every_state() {
    let no = "contradiction";
    #[rustfmt::skip]
    let table = [
        // state        unknown  pending    succeeded          failed
        ("requested", ["-",     "pending", "succeeded, Paid", "failed, Failed"]),
        ("pending",   [no,      "-",       "succeeded, Paid", "failed, Failed"]),
        ("succeeded", [no,      "-",       "-",               "sent back, CameBack"]),
        ("failed",    ["-",     "-",       "-",               "-"]),
        ("credited",  ["-",     "-",       "-",               "-"]),
    ];
    for ((status, state), (row, expected)) in states().into_iter().zip(table) {
        assert_eq!(status, row);
        let refund = in_state(state);
        for (provider_status, expected) in provider_statuses().into_iter().zip(expected) {
            let command = Command::Observe(provider_status);
            let result = match refund.decide(command.clone(), NOW) {
                Err(Refusal::Contradiction) => no.to_owned(),
                Err(refusal) => panic!("{refusal:?}"),
                Ok(Decided::AlreadyApplied) => "-".to_owned(),
                Ok(Decided::Applied(after, Event::Advanced)) => {
                    assert_eq!(after.version, 1, "nothing is published");
                    name(&after.state).to_owned()
                }
                Ok(Decided::Applied(after, event)) => format!("{}, {event:?}", name(&after.state)),
            };
            assert_eq!(result, expected, "{row}: {command:?}");
        }
    }
}

#[test]
fn a_refund_is_called_once_and_an_event_causes_one_inquiry() {
    for (status, state) in states() {
        let refund = in_state(state);
        assert_eq!(refund.task() == Task::Refund, status == "requested", "{status}");
        assert_eq!(ProviderRefund::of(&refund).unwrap().payment_reference, "pi");
        let can_have_news = ["pending", "succeeded"].contains(&status);
        match refund.decide(Command::Inquire, NOW) {
            Ok(Decided::Applied(asking, Event::Advanced)) => {
                assert!(can_have_news, "{status}");
                assert_eq!(asking.task(), Task::Inquire);
                assert_eq!(ProviderRefund::of(&asking).unwrap().reference, Some("re"));
                let again = asking.decide(Command::Inquire, NOW);
                assert_eq!(again, Ok(Decided::AlreadyApplied), "{status}");
                let pending = ProviderRefundStatus::Pending { reference: "re".to_owned() };
                let answered = asking.decide(Command::Observe(pending), NOW);
                let before = Ok(Decided::Applied(Box::new(refund), Event::Advanced));
                assert_eq!(answered, before, "{status}");
            }
            other => {
                assert_eq!(other, Ok(Decided::AlreadyApplied));
                assert!(!can_have_news, "{status}");
            }
        }
    }
}

#[test]
fn a_refund_to_credit_succeeds_at_once_without_the_provider() {
    let refund = decided(&to_credit(all(ADMIN)), &by_card()).unwrap();
    assert_eq!(refund.state, State::Succeeded { at: NOW, reference: None });
    assert_eq!(refund.task(), Task::Nothing);
    assert_eq!(refund.decide(Command::Inquire, NOW), Ok(Decided::AlreadyApplied));
    for provider_status in provider_statuses() {
        let result = refund.decide(Command::Observe(provider_status), NOW);
        assert_eq!(result, Err(Refusal::Contradiction));
    }
}

#[test]
fn a_refund_uses_the_method_of_the_payment_by_default() {
    let card = Destination::Card { payment_reference: "pi".to_owned() };
    let to = |to, payment: &Payment| {
        decided(&RefundRequest { to, ..all(ADMIN) }, payment).map(|refund| refund.to)
    };
    assert_eq!(to(None, &by_card()), Ok(card.clone()));
    assert_eq!(to(Some(Method::Card), &by_card()), Ok(card.clone()));
    assert_eq!(to(Some(Method::Credit), &by_card()), Ok(Destination::Credit));
    let by_credit = captured(Holder::Ledger);
    assert_eq!(to(None, &by_credit), Ok(Destination::Credit));
    assert_eq!(to(Some(Method::Credit), &by_credit), Ok(Destination::Credit));
    assert_eq!(to(Some(Method::Card), &by_credit), Err(Refusal::NotToCard));
    let top_up = Payment { purpose: Purpose::TopUp, ..by_card() };
    let accounts = [account(BUYER, 4_100)];
    let refund = all(ADMIN).decide(&top_up, None, &accounts, NOW).unwrap();
    assert_eq!((refund.to, refund.order_id), (card, None));
    assert_eq!(
        to_credit(all(ADMIN)).decide(&top_up, None, &accounts, NOW),
        Err(Refusal::NotToCredit)
    );
}

#[test]
fn only_a_captured_payment_can_be_refunded() {
    let capturing = payment(Paid::Capturing { reference: "pi".to_owned(), authorized_at: NOW });
    for payment in [payment(authorized(Holder::Ledger)), capturing] {
        assert_eq!(decided(&all(ADMIN), &payment), Err(Refusal::NotCaptured));
    }
}

#[test]
fn a_seller_refunds_the_own_share_and_an_administrator_everything() {
    for (by, amount, expected) in [
        (FIRST, None, Ok(vec![(id(FIRST), 3_100, 0)])),
        (SECOND, Some(1), Ok(vec![(id(SECOND), 1, 0)])),
        (SECOND, Some(1_000), Ok(vec![(id(SECOND), 1_000, 0)])),
        (SECOND, Some(1_001), exceeds(1_000)),
        // A seller of nothing.
        (99, None, exceeds(0)),
        (ADMIN, None, Ok(vec![(id(FIRST), 3_100, 0), (id(SECOND), 1_000, 0)])),
        (ADMIN, Some(4_101), exceeds(4_100)),
        // 41 parts of 100 cents: 75.6 and 24.4.
        (ADMIN, Some(100), Ok(vec![(id(FIRST), 76, 0), (id(SECOND), 24, 0)])),
    ] {
        let refund = decided(&ask(by, amount, &[]), &by_card());
        assert_eq!(refund.map(|refund| shares(&refund)), expected, "{amount:?} by {by}");
    }
    assert_eq!(decided(&all(FIRST), &by_card()).unwrap().amount, usd(3_100));
    let euros = RefundRequest { amount: Some(Money::new(100, Currency::EUR)), ..all(ADMIN) };
    assert_eq!(decided(&euros, &by_card()).map(drop), exceeds(4_100));
}

#[test]
fn only_an_administrator_refunds_more_than_a_sellers_balance() {
    let poor = [account(FIRST, 3_099), account(SECOND, 0)];
    let decide = |request: &RefundRequest| request.decide(&by_card(), Some(&order()), &poor, NOW);
    assert_eq!(decide(&all(FIRST)), Err(Refusal::CannotCover));
    assert!(decide(&ask(FIRST, Some(3_099), &[])).is_ok());
    let refund = decide(&all(ADMIN)).unwrap();
    assert_eq!(shares(&refund), [(id(FIRST), 3_099, 1), (id(SECOND), 0, 1_000)], "the house pays");
    let top_up = Payment { purpose: Purpose::TopUp, ..by_card() };
    let spent = all(ADMIN).decide(&top_up, None, &[account(BUYER, 4_099)], NOW);
    assert_eq!(spent, Err(Refusal::CannotCover), "spent credit is not refunded");
    let left = ask(ADMIN, Some(4_099), &[]);
    let left = left.decide(&top_up, None, &[account(BUYER, 4_099)], NOW).unwrap();
    assert_eq!(shares(&left), [(id(BUYER), 4_099, 0)]);
}

#[test]
fn units_return_to_sale_only_on_request_and_once() {
    assert!(decided(&all(FIRST), &by_card()).unwrap().returns.is_empty());
    let (claimed, own) = claimed(&by_card(), 7, ask(FIRST, None, &[(21, 2), (23, 1)]));
    assert_eq!(own.returns, units(&[(21, 2), (23, 1)]));
    let (failed, _) = ended(&claimed, &own, failed());
    for (name, payment, by, returns, refusal) in [
        ("more units", &by_card(), FIRST, (21, 3), Some(Refusal::RefundExceeds)),
        ("another seller's", &by_card(), FIRST, (22, 1), Some(Refusal::NotTheSeller)),
        ("not in the order", &by_card(), ADMIN, (24, 1), Some(Refusal::NotInOrder)),
        ("claimed units", &claimed, ADMIN, (21, 1), Some(Refusal::RefundExceeds)),
        ("units that are left", &claimed, ADMIN, (22, 1), None),
        ("units of a failed refund", &failed, ADMIN, (21, 2), None),
    ] {
        assert_eq!(decided(&ask(by, None, &[returns]), payment).err(), refusal, "{name}");
    }
}

#[test]
fn paid_refunds_are_published_and_requests_are_not() {
    let (claimed, refund) = claimed(&by_card(), 7, ask(ADMIN, Some(100), &[(21, 1)]));
    let returns = units(&[(21, 1)]);
    assert_eq!(claimed.public_state(), by_card().public_state());
    let paid = claimed.refund_paid(&refund).unwrap();
    let result = paid.public_state().unwrap();
    assert_eq!((result.version, result.refunded), (4, Some(usd(100))));
    assert_eq!(result.returned, returns);
    let (came_back, _) = ended(&paid, &refund, sent_back());
    let result = came_back.public_state().unwrap();
    // The payer keeps 76 cents of the first seller's share as credit, which were refunded for a
    // unit.
    assert_eq!((result.version, result.refunded), (5, Some(usd(76))));
    assert_eq!(result.returned, returns, "what may have been sold again stays on sale");
    let left = decided(&ask(ADMIN, Some(4_024), &[]), &came_back);
    assert!(left.is_ok(), "the money can be given back again");
    assert_eq!(decided(&ask(ADMIN, Some(4_025), &[]), &came_back), exceeds(4_024));
    let units_again = decided(&ask(ADMIN, Some(100), &[(21, 2)]), &came_back);
    assert_eq!(units_again, Err(Refusal::RefundExceeds));
}

#[test]
fn each_end_of_a_refund_is_booked() {
    let poor = [account(FIRST, 3_000), account(SECOND, 1_000)];
    let decide = |to| {
        let request = RefundRequest { to, ..all(ADMIN) };
        request.decide(&by_card(), Some(&order()), &poor, NOW).unwrap()
    };
    let [first, second, payer] = [FIRST, SECOND, BUYER].map(|number| AccountId::User(id(number)));
    let (provider, refunds, house) = (AccountId::Provider, AccountId::Refunds, AccountId::House);
    let debited = [(first, -3_000), (second, -1_000), (house, -100)];
    let credited = [(first, 3_000), (second, 1_000), (house, 100)];
    let to_card = decide(Some(Method::Card));
    let in_state = |state| Refund { state, ..to_card.clone() }.booked_when_not_given().remove(0);
    for (name, booked, expected) in [
        ("requested", to_card.booked_at_request(), [&debited[..], &[(refunds, 4_100)]]),
        ("paid", to_card.booked_when_paid(), [&[(refunds, -4_100)], &[(provider, 4_100)]]),
        ("failed", in_state(failed()), [&[(refunds, -4_100)], &credited]),
        ("sent back", in_state(sent_back()), [&[(provider, -4_100)], &credited]),
        (
            "to credit",
            decide(Some(Method::Credit)).booked_at_request(),
            [&debited, &[(payer, 4_100)]],
        ),
    ] {
        let mut sums: BTreeMap<AccountId, i64> = BTreeMap::new();
        for (account, minor_units) in moved([&booked]) {
            *sums.entry(account).or_default() += minor_units;
        }
        assert_eq!(sums, expected.concat().into_iter().collect(), "{name}");
    }
}

/// One step of a payment's refunds: a request, or the end of the oldest pending one.
#[derive(Debug, Clone)]
enum Step {
    Request { by: u8, amount: Option<i64>, units: u32 },
    Hear { provider_status: usize, of: usize },
}

fn any_step() -> impl Strategy<Value = Step> {
    let by = prop_oneof![Just(ADMIN), Just(FIRST), Just(SECOND)];
    let amount = prop::option::weighted(0.8, 1_i64..2_500);
    prop_oneof![
        (by, amount, 0_u32..3).prop_map(|(by, amount, units)| Step::Request { by, amount, units }),
        (0_usize..4, 0_usize..4)
            .prop_map(|(provider_status, of)| Step::Hear { provider_status, of }),
    ]
}

proptest! {
    #[test]
    fn refunds_never_exceed_the_payment_and_units_on_sale_are_paid(
        steps in prop::collection::vec(any_step(), 0..40),
    ) {
        let mut payment = by_card();
        let mut refunds: Vec<Refund> = Vec::new();
        for (number, step) in (0_u8..).zip(steps) {
            match step {
                Step::Request { by, amount, units: quantity } => {
                    let returns = if quantity == 0 { &[][..] } else { &[(21, quantity)] };
                    let request = RefundRequest { id: id(number), ..ask(by, amount, returns) };
                    let Ok(refund) = decided(&request, &payment) else { continue };
                    payment = payment.claim(&refund).unwrap();
                    refunds.push(refund);
                }
                Step::Hear { provider_status, of } => {
                    let Some(refund) = refunds.get_mut(of) else { continue };
                    let command = Command::Observe(provider_statuses()[provider_status].clone());
                    let Ok(outcome) = refund.decide(command.clone(), NOW) else { continue };
                    let after = match outcome {
                        Decided::AlreadyApplied => continue,
                        Decided::Applied(after, Event::Advanced) => after,
                        Decided::Applied(after, Event::Paid) => {
                            payment = payment.refund_paid(&after).unwrap();
                            after
                        }
                        Decided::Applied(after, Event::Failed | Event::CameBack) => {
                            let (ended, after) = ended(&payment, &after, after.state.clone());
                            payment = ended;
                            Box::new(after)
                        }
                    };
                    prop_assert_eq!(after.decide(command, NOW), Ok(Decided::AlreadyApplied), "twice");
                    *refund = *after;
                }
            }
            let of = |is: fn(&Refund) -> bool, seller: Option<u8>| -> i64 {
                let shares = refunds.iter().filter(|refund| is(refund)).flat_map(Refund::given_shares);
                let own = shares.filter(|s| seller.is_none_or(|seller| s.seller == id(seller)));
                own.map(|share| share.amount().minor_units).sum()
            };
            let not_failed = |refund: &Refund| !matches!(refund.state, State::Failed { .. });
            let succeeded = |refund: &Refund| {
                matches!(refund.state, State::Succeeded { .. } | State::Credited { .. })
            };
            for (seller, share) in [(FIRST, 3_100), (SECOND, 1_000)] {
                prop_assert!(of(not_failed, Some(seller)) <= share);
                let claimed = payment.refunds().unwrap().claimed_of(id(seller));
                prop_assert_eq!(claimed, of(not_failed, Some(seller)));
            }
            let result = payment.public_state().unwrap();
            let refunded = result.refunded.map_or(0, |refunded| refunded.minor_units);
            prop_assert_eq!(refunded, of(succeeded, None));
            prop_assert!(result.returned.iter().all(|units| units.quantity <= 2));
            let on_sale = result.returned.iter().map(|units| i64::from(units.quantity) * 1_200);
            let claims = refunds.iter().filter(|refund| not_failed(refund) || refund.was_paid());
            let waived = claims.flat_map(|refund| &refund.waived);
            let waived: i64 = waived.map(|claim| claim.amount.minor_units).sum();
            let covered = of(not_failed, Some(FIRST)) + waived;
            prop_assert!(on_sale.sum::<i64>() <= covered, "units taken are paid for");
        }
        for refund in &refunds {
            let sum: i64 = refund.shares.iter().map(|share| share.amount().minor_units).sum();
            prop_assert_eq!(sum, refund.amount.minor_units, "the shares sum to the amount");
            prop_assert!(refund.shares.iter().all(|share| share.amount().minor_units > 0));
            let by_seller = refund.requested_as == RequesterRole::Seller;
            prop_assert!(!by_seller || refund.waived.is_empty(), "the payer agreed to nothing");
        }
    }
}
