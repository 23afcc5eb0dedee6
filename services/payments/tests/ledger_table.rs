//! The ledger: the bookings of each change of a payment, the limits of balances, and the zero sum
//! of all entries.

use std::collections::BTreeMap;

use contract::order::OrderState;
use contract::{Currency, Money, UserId};
use payments::domain::{
    Account, AccountId, Cause, Holder, Leg, Line, OfPayment, Payment, Purpose, Refusal, Side,
    State, Transaction, VoidReason, booking,
};
use proptest::prelude::*;
use testing::samples::{id, usd};

use crate::samples::{BUYER, NOW, authorized, by_card, captured, moved, order, payment, token};

fn user(number: u8) -> AccountId {
    AccountId::User(id(number))
}

fn started() -> State {
    State::Started { token: token() }
}

fn voided() -> State {
    State::Voided { reason: VoidReason::OrderExpired }
}

fn booked(before: Option<State>, after: State, purpose: Purpose) -> Vec<(AccountId, i64)> {
    let of = |state| Payment { purpose, ..payment(state) };
    moved(&booking(before.map(of).as_ref(), &of(after), Some(&order())).unwrap())
}

#[test]
fn sellers_of_free_items_have_no_share() {
    let mut copy = order();
    let mut free = copy.order.items[0].clone();
    (free.seller, free.ticket_id, free.unit_price) = (id(10), id(9), usd(0));
    copy.order.items.insert(0, free);
    assert_eq!(copy.shares().unwrap(), [(id(11), usd(3_100)), (id(12), usd(1_000))]);
    let capturing = State::Capturing { reference: "ref".to_owned(), authorized_at: NOW };
    for (before, after) in [
        (capturing, captured(by_card())),
        (authorized(Holder::Ledger), captured(Holder::Ledger)),
        (authorized(Holder::Ledger), voided()),
    ] {
        let (before, after) = (payment(before), payment(after));
        let booked = |copy| booking(Some(&before), &after, Some(copy)).unwrap();
        assert_eq!(booked(&copy), booked(&order()));
    }
}

#[test]
fn only_changes_that_move_money_are_booked() {
    use AccountId::{Holds, Provider};
    let order = Purpose::Order { order_id: id(2) };
    let sellers = [(user(11), 3_100), (user(12), 1_000)];
    let paid_from = |account| {
        let mut legs = vec![(account, -4_100)];
        legs.extend(sellers);
        legs
    };
    let none = Vec::new;
    for (before, after, expected) in [
        (None, started(), none()),
        (Some(started()), authorized(by_card()), none()),
        (Some(started()), voided(), none()),
        (Some(authorized(by_card())), voided(), none()),
        (Some(authorized(by_card())), captured(by_card()), paid_from(Provider)),
        (Some(captured(by_card())), captured(by_card()), none()),
        (None, authorized(Holder::Ledger), vec![(user(BUYER), -4_100), (Holds, 4_100)]),
        (Some(authorized(Holder::Ledger)), authorized(Holder::Ledger), none()),
        (Some(authorized(Holder::Ledger)), captured(Holder::Ledger), paid_from(Holds)),
        (Some(authorized(Holder::Ledger)), voided(), vec![(Holds, -4_100), (user(BUYER), 4_100)]),
        (Some(voided()), voided(), none()),
    ] {
        let row = format!("{before:?} -> {after:?}");
        let mut found = booked(before, after, order);
        let mut expected = expected;
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{row}");
    }
}

#[test]
fn a_top_up_is_booked_to_its_payer_when_it_is_captured() {
    let top_up = |before, after| booked(before, after, Purpose::TopUp);
    let expected = [(AccountId::Provider, -4_100), (user(BUYER), 4_100)];
    assert_eq!(top_up(Some(authorized(by_card())), captured(by_card())), expected);
    assert_eq!(top_up(None, started()), []);
    assert_eq!(top_up(Some(authorized(by_card())), voided()), []);
}

#[test]
fn unknown_or_inconsistent_orders_are_not_booked() {
    let before = payment(authorized(by_card()));
    let after = payment(captured(by_card()));
    assert_eq!(booking(Some(&before), &after, None), Err(Refusal::UnknownOrder));
    for break_it in [
        |order: &mut OrderState| order.total = usd(4_099),
        |order: &mut OrderState| order.items.clear(),
        |order: &mut OrderState| order.total.currency = Currency::EUR,
        |order: &mut OrderState| order.items[0].unit_price.currency = Currency::EUR,
        |order: &mut OrderState| order.items[0].unit_price = usd(i64::MAX),
    ] {
        let mut copy = order();
        break_it(&mut copy.order);
        let refused = booking(Some(&before), &after, Some(&copy));
        assert_eq!(refused, Err(Refusal::Contradiction), "{copy:?}");
    }
}

#[test]
fn a_paid_amount_is_not_reversed_without_a_refund() {
    let before = payment(captured(Holder::Ledger));
    for after in [voided(), authorized(Holder::Ledger), started()] {
        let refused = booking(Some(&before), &payment(after), Some(&order()));
        assert_eq!(refused, Err(Refusal::Contradiction));
    }
}

fn top_up() -> Cause {
    Cause::TopUp(OfPayment { payment_id: id(1), order_id: None })
}

#[test]
fn one_cause_is_one_transaction() {
    let of = OfPayment { payment_id: id(1), order_id: Some(id(2)) };
    let causes = [
        Cause::TopUp(OfPayment { order_id: None, ..of }),
        Cause::Hold(of),
        Cause::Release(of),
        Cause::Sale(of),
        Cause::Sale(OfPayment { payment_id: id(9), ..of }),
    ];
    let mut ids: Vec<_> = causes.iter().map(Cause::transaction).collect();
    let of_another_order = Cause::Sale(OfPayment { order_id: Some(id(8)), ..of });
    assert_eq!(of_another_order.transaction(), ids[3], "a payment pays once");
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), causes.len());
}

#[test]
fn a_balance_is_never_negative() {
    let (account, line) = Account::of(id(1)).post(Side::Credit, usd(100)).unwrap();
    assert_eq!(line, Line { number: 1, balance: usd(100) });
    let more = account.clone().post(Side::Debit, usd(101));
    assert_eq!(more, Err(Refusal::InsufficientCredit));
    let other = account.clone().post(Side::Debit, Money::new(1, Currency::EUR));
    assert_eq!(other, Err(Refusal::InsufficientCredit), "in that currency there is nothing");
    let (account, line) = account.post(Side::Debit, usd(100)).unwrap();
    assert_eq!(line, Line { number: 2, balance: usd(0) });
    assert_eq!(account.post(Side::Debit, usd(1)), Err(Refusal::InsufficientCredit));
}

#[test]
fn an_overflowing_balance_is_refused() {
    let (account, _) = Account::of(id(1)).post(Side::Credit, usd(i64::MAX)).unwrap();
    assert_eq!(account.post(Side::Credit, usd(1)), Err(Refusal::BalanceTooLarge));
}

#[test]
#[should_panic(expected = "moves 0 usd")]
fn a_transfer_of_zero_is_a_bug() {
    let transaction = Transaction::because_of(top_up());
    drop(transaction.transfer(AccountId::Provider, user(1), usd(0)));
}

#[derive(Debug, Clone, Copy)]
struct Move {
    from: AccountId,
    to: AccountId,
    amount: Money,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let account = || {
        prop_oneof![Just(AccountId::Provider), Just(AccountId::Holds), (1_u8..4).prop_map(user),]
    };
    let currency = prop_oneof![Just(Currency::USD), Just(Currency::EUR)];
    // Amounts that overflow a balance together.
    let amount = prop_oneof![1_i64..500, Just(i64::MAX)];
    let one = (account(), account(), amount, currency).prop_map(|(from, to, amount, currency)| {
        Move { from, to, amount: Money::new(amount, currency) }
    });
    prop::collection::vec(one, 0..12)
}

/// Sums by currency and account; debits are negative.
fn sums(legs: &[Leg]) -> BTreeMap<(Currency, AccountId), i128> {
    let mut sums = BTreeMap::new();
    for leg in legs {
        let amount = i128::from(leg.amount.minor_units);
        let amount = if leg.side == Side::Credit { amount } else { -amount };
        *sums.entry((leg.amount.currency, leg.account)).or_default() += amount;
    }
    sums
}

proptest! {
    #[test]
    fn every_transaction_sums_to_zero_and_moves_its_amounts(moves in moves()) {
        let mut transaction = Transaction::because_of(top_up());
        let mut expected: BTreeMap<(Currency, AccountId), i128> = BTreeMap::new();
        for Move { from, to, amount } in &moves {
            transaction = transaction.transfer(*from, *to, *amount);
            *expected.entry((amount.currency, *from)).or_default() -= i128::from(amount.minor_units);
            *expected.entry((amount.currency, *to)).or_default() += i128::from(amount.minor_units);
        }
        prop_assert!(transaction.legs().iter().all(|leg| leg.amount.minor_units > 0));
        let sums = sums(transaction.legs());
        prop_assert_eq!(&sums, &expected);
        for currency in [Currency::USD, Currency::EUR] {
            let of_currency = sums.iter().filter(|((one, _), _)| *one == currency);
            prop_assert_eq!(of_currency.map(|(_, sum)| sum).sum::<i128>(), 0);
        }
    }

    #[test]
    fn an_account_is_the_sum_of_its_statement_and_never_below_zero(
        posts in prop::collection::vec((any::<bool>(), 1_i64..50, any::<bool>()), 0..40)
    ) {
        let user: UserId = id(1);
        let mut account = Account::of(user);
        let (mut sums, mut lines) = (BTreeMap::<Currency, i64>::new(), 0);
        for (is_credit, amount, is_euro) in posts {
            let currency = if is_euro { Currency::EUR } else { Currency::USD };
            let (side, change) = if is_credit { (Side::Credit, amount) } else { (Side::Debit, -amount) };
            let sum = sums.entry(currency).or_default();
            match account.clone().post(side, Money::new(amount, currency)) {
                Ok((posted, line)) => {
                    *sum += change;
                    lines += 1;
                    prop_assert_eq!(line, Line { number: lines, balance: Money::new(*sum, currency) });
                    account = posted;
                }
                Err(refusal) => {
                    prop_assert_eq!(refusal, Refusal::InsufficientCredit);
                    prop_assert!(*sum + change < 0, "only what is not there is refused");
                }
            }
            prop_assert!(account.balances.iter().all(|balance| balance.minor_units >= 0));
            prop_assert!(account.balances.is_sorted_by_key(|balance| balance.currency));
            prop_assert_eq!(account.balance(currency), Money::new(sums[&currency], currency));
        }
        prop_assert_eq!(account.entries, lines);
    }
}
