//! Payments, in the service and in the provider's ledger; the books.

use contract::Money;
use payments::Payment;
use payments::domain::{Account, AccountId, Cause, Entry, Purpose, Side, State, Task};
use payments::provider::test_provider::{EntryKind, Intent};
use store::Unavailable;
use testing::checker::Evidence;
use testing::checker::evidence::{
    BalanceFacts, ByOthers, EntryCause, EntryFacts, IntentFacts, LedgerAccount, PaymentFacts,
    TopUpFacts,
};

use super::{Reader, every};

impl Reader {
    pub(super) async fn read_money(&self, evidence: &mut Evidence) -> Result<(), Unavailable> {
        let payments: Vec<Payment> = every(self.store(payments::NAME)?).await?;
        evidence.payments = payments.iter().filter_map(payment).collect();
        evidence.top_ups = payments.iter().filter_map(top_up).collect();
        let entries: Vec<Entry> = every(self.store(payments::NAME)?).await?;
        evidence.entries = entries.iter().map(entry).collect();
        let accounts: Vec<Account> = every(self.store(payments::NAME)?).await?;
        evidence.balances = accounts.into_iter().map(balance).collect();
        evidence.intents = self.provider.ledger().await?.iter().map(intent).collect();
        Ok(())
    }
}

/// The facts of an order's payment; `None` for a top-up.
fn payment(payment: &Payment) -> Option<PaymentFacts> {
    let has_task = payment.task() != Task::Nothing;
    let returned = returned(payment);
    payment.public_state().map(|state| PaymentFacts { state, returned, has_task })
}

/// The captured amount of a payment that no order accepts.
fn returned(payment: &Payment) -> Option<Money> {
    payment.captured_amount().filter(|_| matches!(payment.state, State::Returned { .. }))
}

fn intent(intent: &Intent) -> IntentFacts {
    let times = |kind| intent.entries.iter().filter(|entry| entry.kind == kind).count();
    IntentFacts {
        payment_id: intent.payment_id,
        amount: intent.amount,
        authorized: times(EntryKind::Authorized),
        captured: times(EntryKind::Captured),
        taken: intent.amount.minor_units * i64::from(intent.has(EntryKind::Captured)),
        by_others: ByOthers::default(),
        voided: times(EntryKind::Voided),
    }
}

fn top_up(payment: &Payment) -> Option<TopUpFacts> {
    (payment.purpose == Purpose::TopUp).then(|| TopUpFacts {
        id: payment.id,
        user: payment.buyer,
        amount: payment.amount,
        status: payment.public_status(),
        returned: returned(payment),
        has_task: payment.task() != Task::Nothing,
    })
}

fn entry(entry: &Entry) -> EntryFacts {
    let mut change = entry.amount;
    if entry.side == Side::Debit {
        change.minor_units = -change.minor_units;
    }
    let cause = match entry.cause {
        Cause::TopUp(of) => EntryCause::TopUp(of.payment_id),
        Cause::Hold(of) => EntryCause::Hold(of.payment_id),
        Cause::Release(of) => EntryCause::Release(of.payment_id),
        Cause::Sale(of) => EntryCause::Sale(of.payment_id),
        Cause::StrayCapture(of) => EntryCause::StrayCapture(of.payment_id),
        Cause::DisputeOpened(of) => EntryCause::DisputeOpened(of.dispute_id),
        Cause::DisputeWon(of) => EntryCause::DisputeWon(of.dispute_id),
        Cause::DisputeLost(of) => EntryCause::DisputeLost(of.dispute_id),
        Cause::Refund(of) => EntryCause::Refund(of.refund_id),
        Cause::RefundPaid(of) => EntryCause::RefundPaid(of.refund_id),
        Cause::RefundFailed(of) => EntryCause::RefundFailed(of.refund_id),
        Cause::RefundCredited(of) => EntryCause::RefundCredited(of.refund_id),
    };
    let account = match entry.account {
        AccountId::User(user) => LedgerAccount::User(user),
        AccountId::Provider => LedgerAccount::Provider,
        AccountId::Holds => LedgerAccount::Holds,
        AccountId::Refunds => LedgerAccount::Refunds,
        AccountId::Disputes => LedgerAccount::Disputes,
        AccountId::House => LedgerAccount::House,
    };
    let line = entry.statement.map(|line| (line.number, line.balance));
    EntryFacts { cause, account, change, line }
}

fn balance(account: Account) -> BalanceFacts {
    let Account { user, entries, balances } = account;
    BalanceFacts { user, entries, balances }
}
