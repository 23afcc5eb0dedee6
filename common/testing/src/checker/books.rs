//! The books: every transaction sums to zero, every balance is the sum of its entries, and the
//! entries are those that payments require.

use std::collections::{BTreeMap, HashMap};

use contract::order::OrderState;
use contract::payment::PaymentStatus;
use contract::{Currency, Money, OrderId, PaymentId, UserId};

use super::evidence::{
    BalanceFacts, DisputeEnd, DisputeFacts, EntryCause, EntryFacts, LedgerAccount, PaymentFacts,
    RefundEnd, RefundFacts, RefundTo,
};
use super::{Evidence, Findings, Rule};

/// Minor units that each transaction posts to each account.
type Books = BTreeMap<(EntryCause, LedgerAccount, Currency), i128>;

pub(super) fn check(evidence: &Evidence, findings: &mut Findings) {
    let found = posted(&evidence.entries);
    check_sums(&found, findings);
    check_statements(evidence, findings);
    check_required(&found, &required(evidence), findings);
    check_provider(evidence, &found, findings);
}

fn posted(entries: &[EntryFacts]) -> Books {
    let mut books = Books::new();
    for entry in entries {
        post(&mut books, entry.cause, entry.account, entry.change);
    }
    books
}

fn post(books: &mut Books, cause: EntryCause, account: LedgerAccount, change: Money) {
    let sum = books.entry((cause, account, change.currency)).or_default();
    *sum += i128::from(change.minor_units);
}

/// Debits one account and credits another.
fn transfer(
    books: &mut Books,
    cause: EntryCause,
    (debited, credited): (LedgerAccount, LedgerAccount),
    amount: Money,
) {
    post(books, cause, debited, Money::new(-amount.minor_units, amount.currency));
    post(books, cause, credited, amount);
}

fn check_sums(found: &Books, findings: &mut Findings) {
    let mut sums: BTreeMap<(EntryCause, Currency), i128> = BTreeMap::new();
    for ((cause, _, currency), change) in found {
        *sums.entry((*cause, *currency)).or_default() += change;
    }
    for ((cause, currency), sum) in sums {
        findings.expect(sum == 0, Rule::Books, || {
            format!("{cause:?} sums to {sum} minor units of {currency}")
        });
    }
}

/// A user's balance is the sum of its entries, line by line, and is never negative.
fn check_statements(evidence: &Evidence, findings: &mut Findings) {
    let mut statements: BTreeMap<UserId, Vec<&EntryFacts>> = BTreeMap::new();
    for entry in &evidence.entries {
        match entry.account {
            LedgerAccount::User(user) => statements.entry(user).or_default().push(entry),
            LedgerAccount::Provider
            | LedgerAccount::Holds
            | LedgerAccount::Refunds
            | LedgerAccount::Disputes
            | LedgerAccount::House => {}
        }
    }
    for balance in &evidence.balances {
        let statement = statements.remove(&balance.user).unwrap_or_default();
        check_statement(balance, statement, findings);
    }
    for (user, statement) in statements {
        let line = format!("{} entries of user {user} without an account", statement.len());
        findings.note(Rule::Books, line);
    }
}

fn check_statement(kept: &BalanceFacts, mut statement: Vec<&EntryFacts>, findings: &mut Findings) {
    let user = kept.user;
    statement.sort_by_key(|entry| entry.line.map(|(number, _)| number));
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    let mut number = 0;
    for entry in statement {
        number += 1;
        let sum = sums.entry(entry.change.currency).or_default();
        *sum += i128::from(entry.change.minor_units);
        let line = entry.line.map(|(number, balance)| (number, balance.minor_units.into()));
        findings.expect(line == Some((number, *sum)), Rule::Books, || {
            format!("entry {number} of user {user} sums to {sum}, but records {line:?}")
        });
        findings.expect(*sum >= 0, Rule::Books, || {
            format!("user {user} has {sum} minor units after entry {number}")
        });
    }
    let balances = kept.balances.iter();
    let balances: BTreeMap<_, i128> =
        balances.map(|balance| (balance.currency, balance.minor_units.into())).collect();
    findings.expect((kept.entries, &balances) == (number, &sums), Rule::Books, || {
        let (entries, kept) = (kept.entries, &kept.balances);
        format!("user {user} has {kept:?} from {entries} entries; {number} entries sum to {sums:?}")
    });
}

/// The transactions that payments and refunds require in their present state.
fn required(evidence: &Evidence) -> Books {
    let mut books = Books::new();
    let orders = evidence.orders_by_id();
    let by_credit = evidence.paid_by_credit();
    for payment in &evidence.payments {
        require_payment(&mut books, payment, by_credit.contains(&payment.state.id), &orders);
        let PaymentFacts { state, returned, .. } = payment;
        require_returned(&mut books, (state.id, state.buyer), *returned);
    }
    for dispute in &evidence.disputes {
        require_dispute(&mut books, dispute);
    }
    for top_up in &evidence.top_ups {
        require_returned(&mut books, (top_up.id, top_up.user), top_up.returned);
        match top_up.status {
            PaymentStatus::Captured => {
                let accounts = (LedgerAccount::Provider, LedgerAccount::User(top_up.user));
                transfer(&mut books, EntryCause::TopUp(top_up.id), accounts, top_up.amount);
            }
            PaymentStatus::Started
            | PaymentStatus::Authorized { .. }
            | PaymentStatus::Voided
            | PaymentStatus::Declined { .. } => {}
        }
    }
    for refund in &evidence.refunds {
        require_refund(&mut books, refund);
    }
    books
}

/// A capture that no order wants is credited to the payer; its refund requires the other entries.
fn require_returned(books: &mut Books, (id, payer): (PaymentId, UserId), returned: Option<Money>) {
    if let Some(taken) = returned {
        let accounts = (LedgerAccount::Provider, LedgerAccount::User(payer));
        transfer(books, EntryCause::StrayCapture(id), accounts, taken);
    }
}

fn require_dispute(books: &mut Books, dispute: &DisputeFacts) {
    use LedgerAccount::{Disputes, Provider};
    let id = dispute.id;
    for (account, amount) in &dispute.borne {
        transfer(books, EntryCause::DisputeOpened(id), (*account, Disputes), *amount);
        if dispute.end == DisputeEnd::Won {
            transfer(books, EntryCause::DisputeWon(id), (Disputes, *account), *amount);
        }
    }
    if dispute.end == DisputeEnd::Lost {
        transfer(books, EntryCause::DisputeLost(id), (Disputes, Provider), dispute.amount);
    }
}

fn require_refund(books: &mut Books, refund: &RefundFacts) {
    use LedgerAccount::{Provider, Refunds, User};
    let (id, amount) = (refund.id, refund.amount);
    let payee = match refund.to {
        RefundTo::Card => Refunds,
        RefundTo::Credit => User(refund.payer),
    };
    for (account, amount) in &refund.borne {
        transfer(books, EntryCause::Refund(id), (*account, payee), *amount);
    }
    let is_paid = refund.end.has_returned_units();
    if is_paid && refund.to == RefundTo::Card {
        transfer(books, EntryCause::RefundPaid(id), (Refunds, Provider), amount);
    }
    let source = match refund.end {
        RefundEnd::Requested | RefundEnd::Succeeded => return,
        RefundEnd::Failed | RefundEnd::FailedToCredit => Refunds,
        RefundEnd::CameBack | RefundEnd::CameBackToCredit => Provider,
    };
    let mut back: BTreeMap<LedgerAccount, i64> = BTreeMap::new();
    for (account, amount) in &refund.borne {
        *back.entry(*account).or_default() += amount.minor_units;
    }
    for share in &refund.credited {
        *back.entry(share.account).or_default() -= share.amount.minor_units;
        let accounts = (source, User(refund.payer));
        transfer(books, EntryCause::RefundCredited(id), accounts, share.amount);
    }
    for (account, minor_units) in back.into_iter().filter(|(_, minor_units)| *minor_units != 0) {
        let amount = Money::new(minor_units, amount.currency);
        transfer(books, EntryCause::RefundFailed(id), (source, account), amount);
    }
}

fn require_payment(
    books: &mut Books,
    payment: &PaymentFacts,
    is_by_credit: bool,
    orders: &HashMap<OrderId, &OrderState>,
) {
    use LedgerAccount::{Holds, Provider, User};
    let (id, amount) = (payment.state.id, payment.state.amount);
    let payer = User(payment.state.buyer);
    if is_by_credit {
        transfer(books, EntryCause::Hold(id), (payer, Holds), amount);
    }
    match payment.state.status {
        PaymentStatus::Captured => {
            let source = if is_by_credit { Holds } else { Provider };
            let order = orders.get(&payment.state.order_id);
            let items = order.iter().flat_map(|order| &order.items);
            // Free items need no entry.
            for item in items.filter(|item| item.unit_price.minor_units > 0) {
                let units = i64::from(item.quantity);
                let price = Money::new(item.unit_price.minor_units * units, amount.currency);
                transfer(books, EntryCause::Sale(id), (source, User(item.seller)), price);
            }
        }
        PaymentStatus::Voided | PaymentStatus::Declined { .. } if is_by_credit => {
            transfer(books, EntryCause::Release(id), (Holds, payer), amount);
        }
        PaymentStatus::Started
        | PaymentStatus::Authorized { .. }
        | PaymentStatus::Voided
        | PaymentStatus::Declined { .. } => {}
    }
}

fn check_required(found: &Books, expected: &Books, findings: &mut Findings) {
    let nothing = 0;
    for (at, change) in found {
        let expected = expected.get(at).unwrap_or(&nothing);
        findings.expect(change == expected, Rule::Books, || {
            format!("{at:?}: {change} minor units are posted, {expected} are required")
        });
    }
    for (at, change) in expected.iter().filter(|(at, _)| !found.contains_key(at)) {
        findings.note(Rule::Books, format!("{at:?}: {change} minor units are not posted"));
    }
}

/// The marketplace's balance at the provider, less frozen amounts, equals captures less refunds and
/// withdrawals in the provider's ledger.
fn check_provider(evidence: &Evidence, found: &Books, findings: &mut Findings) {
    let mut owed: BTreeMap<Currency, i128> = BTreeMap::new();
    for ((_, account, currency), change) in found {
        if matches!(account, LedgerAccount::Provider | LedgerAccount::Disputes) {
            *owed.entry(*currency).or_default() -= change;
        }
    }
    for intent in &evidence.intents {
        *owed.entry(intent.amount.currency).or_default() -= i128::from(intent.taken);
    }
    for withdrawn in evidence.withdrawn.iter().filter(|it| it.end != DisputeEnd::Won) {
        *owed.entry(withdrawn.amount.currency).or_default() +=
            i128::from(withdrawn.amount.minor_units);
    }
    for refund in &evidence.provider_refunds {
        *owed.entry(refund.amount.currency).or_default() += i128::from(refund.amount.minor_units);
    }
    for (currency, difference) in owed.into_iter().filter(|(_, difference)| *difference != 0) {
        findings.note(
            Rule::Books,
            format!("the provider has {difference} minor units of {currency} less than the books"),
        );
    }
}
