//! Payments, as payments keeps them and as the provider's ledger has them.

use payments::Payment;
use payments::domain::Task;
use payments::test_provider::{EntryKind, Intent};
use store::Unavailable;
use testing::checker::Evidence;
use testing::checker::evidence::{IntentFacts, PaymentFacts};

use super::{Reader, every};

impl Reader {
    pub(super) async fn read_money(&self, evidence: &mut Evidence) -> Result<(), Unavailable> {
        let payments: Vec<Payment> = every(self.store(payments::NAME)?).await?;
        evidence.payments = payments.iter().filter_map(payment).collect();
        evidence.intents = self.provider.ledger().await?.iter().map(intent).collect();
        Ok(())
    }
}

/// A payment of an order; a top-up is none.
fn payment(payment: &Payment) -> Option<PaymentFacts> {
    let has_task = payment.task() != Task::Nothing;
    payment.public_state().map(|state| PaymentFacts { state, has_task })
}

fn intent(intent: &Intent) -> IntentFacts {
    let times = |kind| intent.entries.iter().filter(|entry| entry.kind == kind).count();
    IntentFacts {
        payment_id: intent.payment_id,
        amount: intent.amount,
        authorized: times(EntryKind::Authorized),
        captured: times(EntryKind::Captured),
        voided: times(EntryKind::Voided),
    }
}
