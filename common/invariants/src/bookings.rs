//! The entries of the books are those that payments, refunds and disputes require, and they and the
//! disputes agree with the provider's ledger.

use std::collections::{BTreeMap, HashMap, HashSet};

use contract::order::OrderState;
use contract::{Currency, Money, OrderId, PaymentId};
use payments::Payment;
use payments::domain::refund::{Destination, State as Refunded};
use payments::domain::{
    AccountId, Cause, Dispute, DisputeState, OfDispute, OfPayment, OfRefund, ProviderDisputeStatus,
    Purpose, Refund, State, TransactionId,
};

use crate::books::change;
use crate::evidence::Evidence;
use crate::refunds::{borne, claimed, sum, was_paid};
use crate::rule::{Findings, Rule};

/// Minor units that each transaction posts to each account.
type Books = BTreeMap<(TransactionId, AccountId, Currency), i128>;

/// Debits one account and credits another.
fn transfer(books: &mut Books, cause: Cause, from: AccountId, to: AccountId, amount: Money) {
    for (account, change) in [(from, -sum([amount])), (to, sum([amount]))] {
        *books.entry((cause.transaction(), account, amount.currency)).or_default() += change;
    }
}

pub(crate) fn check(evidence: &Evidence, findings: &mut Findings) {
    let mut found = Books::default();
    for entry in &evidence.entries {
        let of = (entry.cause.transaction(), entry.account, entry.amount.currency);
        *found.entry(of).or_default() += change(entry);
    }
    let required = required(evidence);
    for (at, posted) in &found {
        let required = required.get(at).copied().unwrap_or_default();
        findings.expect(*posted == required, Rule::Books, || {
            format!("{at:?}: {posted} minor units are posted, {required} are required")
        });
    }
    for (at, required) in required.iter().filter(|(at, _)| !found.contains_key(at)) {
        findings.note(Rule::Books, format!("{at:?}: {required} minor units are not posted"));
    }
    check_disputes(evidence, findings);
    check_provider(evidence, &found, findings);
}

/// The transactions that payments, refunds and disputes require in their present state.
fn required(evidence: &Evidence) -> Books {
    let mut books = Books::default();
    let (orders, by_credit) = (evidence.orders_by_id(), evidence.paid_by_credit());
    for payment in &evidence.payments {
        require_payment(&mut books, payment, &by_credit, &orders);
    }
    for dispute in &evidence.disputes {
        require_dispute(&mut books, dispute);
    }
    for refund in &evidence.refunds {
        require_refund(&mut books, refund);
    }
    books
}

fn require_payment(
    books: &mut Books,
    payment: &Payment,
    by_credit: &HashSet<PaymentId>,
    orders: &HashMap<OrderId, &OrderState>,
) {
    use AccountId::{Holds, Provider, User};
    let (of, payer) = (of_payment(payment.id), User(payment.buyer));
    let is_by_credit = by_credit.contains(&payment.id);
    if is_by_credit {
        transfer(books, Cause::Hold(of), payer, Holds, payment.amount);
    }
    match (&payment.state, payment.purpose) {
        (State::Captured { .. }, Purpose::TopUp) => {
            transfer(books, Cause::TopUp(of), Provider, payer, payment.amount);
        }
        (State::Captured { .. }, Purpose::Order { order_id }) => {
            let source = if is_by_credit { Holds } else { Provider };
            let items = orders.get(&order_id).into_iter().flat_map(|order| &order.items);
            // Free items need no entry.
            for item in items.filter(|item| item.unit_price.minor_units > 0) {
                let Money { minor_units, .. } = item.unit_price;
                let price = minor_units * i64::from(item.quantity);
                let price = Money::new(price, payment.amount.currency);
                transfer(books, Cause::Sale(of), source, User(item.seller), price);
            }
        }
        // A capture that no order wants is credited to the payer; its refund requires the other
        // entries.
        (State::Returned { taken, .. }, _) => {
            transfer(books, Cause::StrayCapture(of), Provider, payer, *taken);
        }
        (State::Voided { .. } | State::Declined { .. }, _) if is_by_credit => {
            transfer(books, Cause::Release(of), Holds, payer, payment.amount);
        }
        _ => {}
    }
}

fn require_dispute(books: &mut Books, dispute: &Dispute) {
    use AccountId::{Disputes, Provider};
    let of = OfDispute { dispute_id: dispute.id, payment: of_payment(dispute.payment_id) };
    for (account, amount) in borne(&dispute.allocation.shares, dispute.allocation.excess) {
        transfer(books, Cause::DisputeOpened(of), account, Disputes, amount);
        if let DisputeState::Won { .. } = dispute.state {
            transfer(books, Cause::DisputeWon(of), Disputes, account, amount);
        }
    }
    if let DisputeState::Lost { .. } = dispute.state {
        transfer(books, Cause::DisputeLost(of), Disputes, Provider, dispute.amount);
    }
}

fn require_refund(books: &mut Books, refund: &Refund) {
    use AccountId::{Provider, Refunds, User};
    let of = OfRefund { refund_id: refund.id, payment: of_payment(refund.payment_id) };
    let payee = match refund.to {
        Destination::Card { .. } => Refunds,
        Destination::Credit => User(refund.payer),
    };
    for (account, amount) in borne(&refund.shares, refund.excess) {
        transfer(books, Cause::Refund(of), account, payee, amount);
    }
    if was_paid(refund) && refund.to != Destination::Credit {
        transfer(books, Cause::RefundPaid(of), Refunds, Provider, refund.amount);
    }
    match refund.state {
        Refunded::Requested { .. } | Refunded::Succeeded { .. } => return,
        Refunded::Failed { .. } | Refunded::Credited { .. } => {}
    }
    let source = if was_paid(refund) { Provider } else { Refunds };
    let mut back: BTreeMap<AccountId, i64> = BTreeMap::new();
    for (account, amount) in borne(&refund.shares, refund.excess) {
        *back.entry(account).or_default() += amount.minor_units;
    }
    for (account, amount) in borne(claimed(refund), None) {
        *back.entry(account).or_default() -= amount.minor_units;
        transfer(books, Cause::RefundCredited(of), source, User(refund.payer), amount);
    }
    for (account, minor_units) in back.into_iter().filter(|(_, minor_units)| *minor_units != 0) {
        let amount = Money::new(minor_units, refund.amount.currency);
        transfer(books, Cause::RefundFailed(of), source, account, amount);
    }
}

const fn of_payment(payment_id: PaymentId) -> OfPayment {
    OfPayment { payment_id, order_id: None }
}

/// The marketplace's balance at the provider, less frozen amounts, equals captures less refunds and
/// withdrawals in the provider's ledger.
fn check_provider(evidence: &Evidence, found: &Books, findings: &mut Findings) {
    let mut owed: BTreeMap<Currency, i128> = BTreeMap::new();
    for ((_, account, currency), change) in found {
        if matches!(account, AccountId::Provider | AccountId::Disputes) {
            *owed.entry(*currency).or_default() -= change;
        }
    }
    for intent in &evidence.intents {
        *owed.entry(intent.amount.currency).or_default() -= i128::from(intent.taken);
    }
    let lost = evidence.withdrawn.iter().filter(|it| it.status != ProviderDisputeStatus::Won);
    let paid = evidence.provider_refunds.iter().map(|refund| refund.amount);
    for amount in lost.map(|withdrawn| withdrawn.amount).chain(paid) {
        *owed.entry(amount.currency).or_default() += sum([amount]);
    }
    for (currency, difference) in owed {
        findings.expect(difference == 0, Rule::Books, || {
            format!("the provider has {difference} minor units of {currency} less than the books")
        });
    }
}

/// Each dispute is booked once, and equals the provider's.
fn check_disputes(evidence: &Evidence, findings: &mut Findings) {
    let mut booked: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for dispute in &evidence.disputes {
        let status = match dispute.state {
            DisputeState::Open => ProviderDisputeStatus::Open,
            DisputeState::Won { .. } => ProviderDisputeStatus::Won,
            DisputeState::Lost { .. } => ProviderDisputeStatus::Lost,
        };
        let facts = (dispute.payment_id, dispute.amount, status);
        booked.entry(dispute.id).or_default().push(facts);
    }
    for withdrawn in &evidence.withdrawn {
        let expected = (withdrawn.payment_id, withdrawn.amount, withdrawn.status);
        let found = booked.remove(&withdrawn.id).unwrap_or_default();
        findings.expect(found == [expected], Rule::Books, || {
            format!("dispute {} is {expected:?}, but is booked as {found:?}", withdrawn.id)
        });
    }
    for id in booked.keys() {
        let line = format!("dispute {id} is booked, but does not exist at the provider");
        findings.note(Rule::Books, line);
    }
}
