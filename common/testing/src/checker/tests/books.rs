//! Every defect of the books is found.

use contract::Currency;
use contract::order::OrderStatus;
use contract::payment::PaymentStatus;

use super::super::evidence::{BalanceFacts, EntryCause, Evidence, LedgerAccount};
use super::super::{Rule, check};
use super::sound::{CREDITED, TOP_UP, finds, intent, journal, payment_id, sound, usd, user};

/// The violated rules, without their lines.
fn broken(break_it: impl FnOnce(&mut Evidence)) -> Vec<Rule> {
    let mut evidence = sound();
    break_it(&mut evidence);
    let mut rules: Vec<Rule> = check(&evidence).iter().map(|found| found.rule).collect();
    rules.dedup();
    rules
}

#[test]
fn a_missing_changed_or_repeated_entry_is_found() {
    for at in 0..sound().entries.len() {
        finds(Rule::Books, |evidence| _ = evidence.entries.remove(at));
        finds(Rule::Books, |evidence| evidence.entries.push(evidence.entries[at]));
        finds(Rule::Books, |evidence| evidence.entries[at].change.minor_units += 1);
        finds(Rule::Books, |evidence| evidence.entries[at].change.currency = Currency::EUR);
    }
}

#[test]
fn a_consistently_repeated_transaction_is_found() {
    let rules = broken(|evidence| {
        let twice: Vec<_> = evidence
            .entries
            .iter()
            .filter(|entry| entry.cause == EntryCause::TopUp(payment_id(TOP_UP)))
            .copied()
            .collect();
        evidence.entries.extend(twice);
        evidence.entries.last_mut().unwrap().line = Some((5, usd(5_000)));
        evidence.balances[0] =
            BalanceFacts { user: user(1), entries: 5, balances: vec![usd(5_000)] };
    });
    assert_eq!(rules, [Rule::Books]);
}

#[test]
fn a_sale_that_credits_another_user_is_found() {
    let rules = broken(|evidence| {
        for entry in &mut evidence.entries {
            if entry.account == LedgerAccount::User(user(9)) {
                entry.account = LedgerAccount::User(user(8));
            }
        }
        evidence.balances[1].user = user(8);
    });
    assert_eq!(rules, [Rule::Books]);
}

#[test]
fn a_balance_that_differs_from_its_statement_is_found() {
    finds(Rule::Books, |evidence| evidence.balances[0].balances[0] = usd(2_001));
    finds(Rule::Books, |evidence| evidence.balances[0].entries = 5);
    finds(Rule::Books, |evidence| drop(evidence.balances.pop()));
    finds(Rule::Books, |evidence| {
        let unknown = BalanceFacts { user: user(7), entries: 0, balances: vec![usd(1)] };
        evidence.balances.push(unknown);
    });
    finds(Rule::Books, |evidence| evidence.entries[1].line = Some((1, usd(2_999))));
    finds(Rule::Books, |evidence| evidence.entries[1].line = Some((2, usd(3_000))));
    finds(Rule::Books, |evidence| evidence.entries[1].line = None);
}

#[test]
fn a_temporarily_negative_balance_is_found() {
    let rules = broken(|evidence| {
        // The top-up comes last, after the credit was spent.
        for (at, line) in [(4, (1, -1_000)), (8, (2, -2_000)), (11, (3, -1_000)), (1, (4, 2_000))] {
            evidence.entries[at].line = Some((line.0, usd(line.1)));
        }
    });
    assert_eq!(rules, [Rule::Books]);
}

#[test]
fn credit_that_remains_held_is_found() {
    finds(Rule::NothingForNothing, |evidence| {
        evidence.payments[3].state.status =
            PaymentStatus::Authorized { authorized_at: evidence.read_at };
    });
    finds(Rule::Books, |evidence| {
        evidence.entries.truncate(10);
        evidence.balances[0] =
            BalanceFacts { user: user(1), entries: 3, balances: vec![usd(1_000)] };
    });
}

#[test]
fn credit_captured_for_an_incomplete_order_is_found() {
    finds(Rule::NothingForNothing, |evidence| {
        evidence.payments[3].state.status = PaymentStatus::Captured;
    });
    finds(Rule::NothingForNothing, |evidence| {
        evidence.orders[3].status = OrderStatus::Created;
    });
}

#[test]
fn a_payment_by_credit_and_by_card_is_found() {
    finds(Rule::Money, |evidence| evidence.intents.push(intent(CREDITED, (1, 0))));
}

#[test]
fn a_top_up_that_differs_from_the_provider_is_found() {
    finds(Rule::Money, |evidence| _ = evidence.intents.pop());
    finds(Rule::Money, |evidence| evidence.intents[2].amount = usd(2_999));
    finds(Rule::OneEffect, |evidence| evidence.top_ups.clear());
    finds(Rule::NothingForNothing, |evidence| evidence.top_ups[0].status = PaymentStatus::Started);
    finds(Rule::NothingStuck, |evidence| evidence.top_ups[0].has_task = true);
    finds(Rule::Money, |evidence| {
        journal(evidence).topped_up.insert(payment_id(7), user(1));
    });
}
