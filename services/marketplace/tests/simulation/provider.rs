//! The payment provider: a simulator of it, called through the adapter of the real provider over a
//! line that yields before and after each request.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use contract::{Currency, Money, PaymentId, RefundId, Timestamp};
use invariants::{Evidence, IntentFacts, ProviderRefundFacts, WithdrawnFacts};
use payments::PaymentGateway;
use payments::domain::{
    ProviderDisputeStatus, ProviderRefundStatus, RecordedDispute, RecordedRefund,
};
use payments::provider::stripe::client::{CustomizedStripeRequest, StripeClient, StripeError};
use payments::provider::stripe::{PAYMENT_ID, REFUND_ID, StripeGateway, WebhookSecrets};
use provider_simulator::{
    Action, Delivery, Dispute, DisputeStatus, Entry, EntryKind, Fault, InProcess, IntentStatus,
    Outcome, Provider as Simulator, RefundStatus, Totals, WebhookFault, WebhookOrder, signature,
};
use sources::Clock;

use crate::operation::{OperatorAction, ProviderFault};

const SECRET: &str = "whsec_simulation";

const SEED: u64 = 1;

pub(crate) struct Provider(InProcess);

struct Connection(InProcess);

impl StripeClient for Connection {
    type Err = StripeError;

    async fn execute(&self, request: CustomizedStripeRequest) -> Result<Bytes, StripeError> {
        tokio::task::yield_now().await;
        let answer = self.0.execute(request).await;
        // A crash here drops the caller before it reads the response.
        tokio::task::yield_now().await;
        answer
    }
}

impl Provider {
    pub(crate) fn new(clock: Clock) -> Self {
        Self(InProcess::new(Simulator::seeded(SEED), clock))
    }

    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut Simulator, Timestamp) -> T) -> T {
        self.0.with(act)
    }

    pub(crate) fn gateway(&self) -> Arc<dyn PaymentGateway> {
        let description = "the simulated provider".to_owned();
        Arc::new(StripeGateway::with_client(Connection(self.0.clone()), None, description))
    }

    pub(crate) fn webhook_secrets() -> WebhookSecrets {
        WebhookSecrets::parse(SECRET).expect("a secret")
    }

    pub(crate) fn plan(&self, fault: ProviderFault) {
        self.with(|provider, _| match fault {
            ProviderFault::Call(kind) => provider.faults.push(Fault::once(kind)),
            ProviderFault::Event(kind) => {
                provider.webhooks.faults.push(WebhookFault { kind, event_type: None, times: 1 });
            }
            ProviderFault::EventsReversed => provider.webhooks.order = WebhookOrder::Reversed,
        });
    }

    pub(crate) fn next_delivery(&self) -> Option<(Delivery, String)> {
        self.with(|provider, now| {
            let delivery = provider.next_delivery(now)?;
            let signed = signature(&[SECRET.to_owned()], now, &delivery.event.body);
            Some((delivery, signed))
        })
    }

    /// Decides the challenge or the bank's decision of the n-th waiting payment, modulo their number.
    /// Returns whether a payment was waiting.
    pub(crate) fn finish(&self, nth: u8, succeeds: bool) -> bool {
        self.with(|provider, now| {
            let waiting =
                waiting(provider, &[IntentStatus::RequiresAction, IntentStatus::Processing]);
            let Some(id) = pick(&waiting, nth) else { return false };
            let outcome = outcome(succeeds);
            provider.act(Action::EndChallenge(outcome), id, now).is_ok()
                || provider.act(Action::EndProcessing(outcome), id, now).is_ok()
        })
    }

    /// A bank accepts or returns the n-th refund whose outcome may still change, modulo their
    /// number. Returns whether such a refund exists.
    pub(crate) fn finish_refund(&self, nth: u8, succeeds: bool) -> bool {
        self.with(|provider, now| {
            let open = refunds(provider, |status| match status {
                RefundStatus::Pending => true,
                RefundStatus::Succeeded => !succeeds,
                RefundStatus::Failed => false,
            });
            let Some(id) = pick(&open, nth) else { return false };
            provider.act(Action::EndRefund(outcome(succeeds)), id, now).is_ok()
        })
    }

    /// Every bank accepts: all processing payments and pending refunds succeed.
    pub(crate) fn finish_processing(&self) {
        self.with(|provider, now| {
            for id in waiting(provider, &[IntentStatus::Processing]) {
                let finished = provider.act(Action::EndProcessing(Outcome::Succeeded), &id, now);
                finished.expect("the payment waits");
            }
            for id in refunds(provider, |status| status == RefundStatus::Pending) {
                let finished = provider.act(Action::EndRefund(Outcome::Succeeded), &id, now);
                finished.expect("the refund is pending");
            }
        });
    }

    pub(crate) fn fail_challenges(&self) {
        self.with(|provider, now| {
            for id in waiting(provider, &[IntentStatus::RequiresAction]) {
                let finished = provider.act(Action::EndChallenge(Outcome::Failed), &id, now);
                finished.expect("the payment waits");
            }
        });
    }

    /// An operator acts in the dashboard, or a bank on a dispute: on the n-th suitable payment or
    /// dispute, modulo their number. Returns whether the action took effect.
    pub(crate) fn operate(&self, action: OperatorAction, nth: u8, cents: u16) -> bool {
        use IntentStatus::{RequiresAction, RequiresCapture, Succeeded};
        self.with(|provider, now| {
            let part = (cents > 0).then_some(i64::from(cents));
            let in_status = |statuses: &[IntentStatus]| waiting(provider, statuses);
            let (of_all, action) = match action {
                OperatorAction::Capture => (in_status(&[RequiresCapture]), Action::Capture(part)),
                OperatorAction::Cancel => {
                    (in_status(&[RequiresCapture, RequiresAction]), Action::Cancel)
                }
                OperatorAction::Refund => (in_status(&[Succeeded]), Action::Refund(part)),
                OperatorAction::Dispute => (in_status(&[Succeeded]), Action::OpenDispute(part)),
                OperatorAction::CloseDispute { succeeds } => {
                    let all = provider.disputes.keys().cloned().collect();
                    (all, Action::CloseDispute(outcome(succeeds)))
                }
            };
            pick(&of_all, nth).is_some_and(|id| provider.act(action, id, now).is_ok())
        })
    }

    /// Adds the provider's ledger to the evidence.
    pub(crate) fn add_ledger_to(&self, evidence: &mut Evidence) {
        self.with(|provider, _| {
            evidence.intents = intents(provider);
            evidence.provider_refunds = paid_refunds(provider);
            let withdrawn = |dispute| withdrawn(provider, dispute);
            evidence.withdrawn = provider.disputes.values().map(withdrawn).collect();
        });
    }

    /// The sums of all movements of money. Scripts have one currency.
    pub(crate) fn totals(&self) -> Totals {
        self.with(|provider, _| {
            let totals = &provider.ledger.totals;
            assert!(totals.len() <= 1, "one currency: {totals:?}");
            totals.values().next().copied().unwrap_or_default()
        })
    }
}

/// The movements of money of every payment; several intents of one payment are summed.
fn intents(provider: &Simulator) -> Vec<IntentFacts> {
    let mut facts: BTreeMap<PaymentId, IntentFacts> = BTreeMap::new();
    for intent in provider.intents.values() {
        let payment_id = payment_of(&intent.metadata).expect("the metadata names a payment");
        let amount = Money::new(intent.amount, intent.currency);
        let facts = facts.entry(payment_id).or_insert(IntentFacts::none(payment_id, amount));
        // A canceled intent may have released money whose authorisation was never recorded here.
        let ends = provider.ledger.of(&intent.id).collect::<Vec<_>>();
        let is_taken = ends.iter().any(|entry| entry.kind == EntryKind::Captured);
        let is_canceled = intent.status() == IntentStatus::Canceled;
        facts.canceled_by_others |= is_canceled && intent.is_canceled_by_operator;
        for entry in ends {
            match entry.kind {
                EntryKind::Authorized => facts.authorized += 1,
                EntryKind::Captured => {
                    facts.captured += 1;
                    facts.taken += entry.amount;
                    facts.captured_by_others |= entry.is_foreign;
                }
                // After a partial capture, the remainder is released.
                EntryKind::Released => facts.voided += usize::from(!is_taken),
                EntryKind::Refunded
                | EntryKind::Returned
                | EntryKind::Withdrawn
                | EntryKind::Reinstated => {}
            }
        }
    }
    facts.into_values().collect()
}

/// Refunds, without those that the payer's bank returned.
fn paid_refunds(provider: &Simulator) -> Vec<ProviderRefundFacts> {
    let mut refunds = Vec::new();
    for entry in &provider.ledger.entries {
        let refund_id = refund_of(entry).or_else(|| refund_made_there(provider, entry));
        let Some(refund_id) = refund_id else { continue };
        let payment_id = payment_of(&entry.metadata).expect("the metadata names a payment");
        let amount = Money::new(entry.amount, entry.currency);
        let facts = ProviderRefundFacts { refund_id, payment_id, amount };
        match entry.kind {
            EntryKind::Refunded => refunds.push(facts),
            EntryKind::Returned => {
                let known = refunds.iter().position(|known| *known == facts);
                refunds.remove(known.expect("a returned refund was paid before"));
            }
            EntryKind::Authorized
            | EntryKind::Captured
            | EntryKind::Released
            | EntryKind::Withdrawn
            | EntryKind::Reinstated => {}
        }
    }
    refunds
}

/// The amount that a bank has withdrawn because of a dispute, and the end of the dispute. Payments
/// books the dispute under the id of its record.
fn withdrawn(provider: &Simulator, dispute: &Dispute) -> WithdrawnFacts {
    let intent = provider.intents.get(&dispute.intent).expect("a dispute has an intent");
    let recorded = RecordedDispute {
        reference: dispute.id.clone(),
        amount: Money::zero(Currency::USD),
        opened_at: whole_seconds(dispute.created),
        status: ProviderDisputeStatus::Open,
    };
    WithdrawnFacts {
        id: recorded.own_id().into(),
        payment_id: payment_of(&intent.metadata).expect("the metadata names a payment"),
        amount: Money::new(dispute.amount, intent.currency),
        status: match dispute.status {
            DisputeStatus::NeedsResponse => ProviderDisputeStatus::Open,
            DisputeStatus::Won => ProviderDisputeStatus::Won,
            DisputeStatus::Lost => ProviderDisputeStatus::Lost,
        },
    }
}

/// The id under which payments books a refund that was made at the provider.
fn refund_made_there(provider: &Simulator, entry: &Entry) -> Option<RefundId> {
    let refund = provider.refunds.get(entry.refund.as_deref()?)?;
    let recorded = RecordedRefund {
        reference: refund.id.clone(),
        refund_id: None,
        amount: Money::new(refund.amount, refund.currency),
        made_at: whole_seconds(refund.created),
        status: ProviderRefundStatus::Unknown,
    };
    Some(recorded.own_id().into())
}

/// A time in the provider's precision of whole seconds.
fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_unix_ms(at.unix_ms().div_euclid(1_000) * 1_000)
}

fn waiting(provider: &Simulator, statuses: &[IntentStatus]) -> Vec<String> {
    let waiting = provider.intents.values();
    let waiting = waiting.filter(|intent| statuses.contains(&intent.status()));
    waiting.map(|intent| intent.id.clone()).collect()
}

fn refunds(provider: &Simulator, is_such: impl Fn(RefundStatus) -> bool) -> Vec<String> {
    let found = provider.refunds.values().filter(|refund| is_such(refund.status));
    found.map(|refund| refund.id.clone()).collect()
}

/// The n-th id, modulo their number.
fn pick(ids: &[String], nth: u8) -> Option<&String> {
    ids.get(usize::from(nth).checked_rem(ids.len())?)
}

const fn outcome(succeeds: bool) -> Outcome {
    if succeeds { Outcome::Succeeded } else { Outcome::Failed }
}

pub(crate) fn payment_of(metadata: &BTreeMap<String, String>) -> Option<PaymentId> {
    metadata.get(PAYMENT_ID)?.parse().ok()
}

/// The refund of a movement of money.
pub(crate) fn refund_of(entry: &Entry) -> Option<RefundId> {
    entry.refund_metadata.get(REFUND_ID)?.parse().ok()
}
