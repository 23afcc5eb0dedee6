//! The payment provider: a simulator of it, called through the adapter of the real provider over a
//! line that yields before and after each request.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use contract::{DisputeId, Money, PaymentId, RefundId, Timestamp};
use invariants::{ByOthers, IntentFacts, ProviderRefundFacts, WithdrawnFacts};
use payments::PaymentGateway;
use payments::domain::{
    ProviderDisputeStatus, ProviderRefundStatus, RecordedDispute, RecordedRefund,
};
use payments::provider::stripe::client::{CustomizedStripeRequest, StripeClient, StripeError};
use payments::provider::stripe::{PAYMENT_ID, REFUND_ID, StripeGateway, WebhookSecrets};
use provider_simulator::{
    Action, Delivery, DeliveryId, Dispute, DisputeStatus, Entry, EntryKind, Fault, InProcess,
    IntentStatus, Outcome, Provider as Simulator, Receipt, RefundStatus, WebhookFault,
    WebhookOrder, signature,
};
use sources::Clock;

use crate::operation::{OperatorAction, ProviderFault};

/// The secret that signs webhooks.
const SECRET: &str = "whsec_simulation";

/// The seed of the provider's ids.
const SEED: u64 = 1;

/// The provider. Clones share one state.
#[derive(Clone)]
pub(crate) struct Provider {
    simulator: InProcess,
}

/// The connection to the provider.
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
    /// A provider without payments.
    pub(crate) fn new(clock: Clock) -> Self {
        Self { simulator: InProcess::new(Simulator::seeded(SEED), clock) }
    }

    /// The gateway through which payments calls the provider.
    pub(crate) fn gateway(&self) -> Arc<dyn PaymentGateway> {
        let description = "the simulated provider".to_owned();
        Arc::new(StripeGateway::with_client(Connection(self.simulator.clone()), None, description))
    }

    /// The secrets with which payments verifies events.
    pub(crate) fn webhook_secrets() -> WebhookSecrets {
        WebhookSecrets::parse(SECRET).expect("a secret")
    }

    /// Plans one fault.
    pub(crate) fn plan(&self, fault: ProviderFault) {
        self.simulator.with(|provider, _| match fault {
            ProviderFault::Call(kind) => provider.faults.push(Fault::once(kind)),
            ProviderFault::Event(kind) => {
                provider.webhooks.faults.push(WebhookFault { kind, event_type: None, times: 1 });
            }
            ProviderFault::EventsReversed => provider.webhooks.order = WebhookOrder::Reversed,
        });
    }

    /// Ends all faults.
    pub(crate) fn stop(&self) {
        self.simulator.with(|provider, _| provider.clear_faults());
    }

    /// The next event to deliver, and its signature.
    pub(crate) fn next_delivery(&self) -> Option<(Delivery, String)> {
        self.simulator.with(|provider, now| {
            let delivery = provider.next_delivery(now)?;
            let signed = signature(&[SECRET.to_owned()], now, &delivery.event.body);
            Some((delivery, signed))
        })
    }

    /// Records the outcome of a delivery.
    pub(crate) fn receipt(&self, delivery: DeliveryId, receipt: Receipt) {
        self.simulator.with(|provider, now| provider.webhooks.receipt(delivery, receipt, now));
    }

    /// Whether an event is still to be delivered.
    pub(crate) fn has_deliveries(&self) -> bool {
        self.simulator.with(|provider, _| provider.webhooks.outstanding() > 0)
    }

    /// The time of the provider's next timer.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.simulator.with(|provider, _| provider.next_due())
    }

    /// Completes an authentication challenge or a bank's decision of the n-th waiting payment,
    /// modulo their number. Returns whether a payment was waiting.
    pub(crate) fn finish(&self, nth: u8, succeeds: bool) -> bool {
        self.simulator.with(|provider, now| {
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
        self.simulator.with(|provider, now| {
            let is_open = |status| match status {
                RefundStatus::Pending => true,
                RefundStatus::Succeeded => !succeeds,
                RefundStatus::Failed => false,
            };
            let open = provider.refunds.values().filter(|refund| is_open(refund.status));
            let open: Vec<String> = open.map(|refund| refund.id.clone()).collect();
            let Some(id) = pick(&open, nth) else { return false };
            provider.act(Action::EndRefund(outcome(succeeds)), id, now).is_ok()
        })
    }

    /// Every bank accepts: all processing payments and pending refunds succeed.
    pub(crate) fn finish_processing(&self) {
        self.simulator.with(|provider, now| {
            for id in waiting(provider, &[IntentStatus::Processing]) {
                provider
                    .act(Action::EndProcessing(Outcome::Succeeded), &id, now)
                    .expect("the payment waits");
            }
            let pending = provider.refunds.values();
            let pending = pending.filter(|refund| refund.status == RefundStatus::Pending);
            let pending: Vec<String> = pending.map(|refund| refund.id.clone()).collect();
            for id in pending {
                provider
                    .act(Action::EndRefund(Outcome::Succeeded), &id, now)
                    .expect("the refund is pending");
            }
        });
    }

    /// Fails every authentication challenge.
    pub(crate) fn fail_challenges(&self) {
        self.simulator.with(|provider, now| {
            for id in waiting(provider, &[IntentStatus::RequiresAction]) {
                provider
                    .act(Action::EndChallenge(Outcome::Failed), &id, now)
                    .expect("the payment waits");
            }
        });
    }

    /// An operator acts in the dashboard, or a bank opens or closes a dispute: on the n-th payment
    /// or dispute in a suitable status, modulo their number. Returns whether the action took
    /// effect.
    pub(crate) fn operate(&self, action: OperatorAction, nth: u8, cents: u16) -> bool {
        self.simulator.with(|provider, now| {
            let part = (cents > 0).then_some(i64::from(cents));
            let in_status = |statuses: &[IntentStatus]| waiting(provider, statuses);
            let (of_all, action) = match action {
                OperatorAction::Capture => {
                    (in_status(&[IntentStatus::RequiresCapture]), Action::Capture(part))
                }
                OperatorAction::Cancel => {
                    let open = [IntentStatus::RequiresCapture, IntentStatus::RequiresAction];
                    (in_status(&open), Action::Cancel)
                }
                OperatorAction::Refund => {
                    (in_status(&[IntentStatus::Succeeded]), Action::Refund(part))
                }
                OperatorAction::Dispute => {
                    (in_status(&[IntentStatus::Succeeded]), Action::OpenDispute(part))
                }
                OperatorAction::CloseDispute { succeeds } => {
                    let all = provider.disputes.keys().cloned().collect();
                    (all, Action::CloseDispute(outcome(succeeds)))
                }
            };
            pick(&of_all, nth).is_some_and(|id| provider.act(action, id, now).is_ok())
        })
    }

    /// Amounts withdrawn by banks because of disputes, and the end of each dispute.
    pub(crate) fn withdrawn(&self) -> Vec<WithdrawnFacts> {
        self.simulator.with(|provider, _| {
            let facts = |dispute: &Dispute| {
                let intent =
                    provider.intents.get(&dispute.intent).expect("a dispute has an intent");
                let payment_id =
                    payment_of(&intent.metadata).expect("the metadata names a payment");
                WithdrawnFacts {
                    payment_id,
                    amount: Money::new(dispute.amount, intent.currency),
                    status: match dispute.status {
                        DisputeStatus::NeedsResponse => ProviderDisputeStatus::Open,
                        DisputeStatus::Won => ProviderDisputeStatus::Won,
                        DisputeStatus::Lost => ProviderDisputeStatus::Lost,
                    },
                    id: dispute_named(dispute),
                }
            };
            provider.disputes.values().map(facts).collect()
        })
    }

    /// The movements of money after the first `seen` ones.
    pub(crate) fn movements_after(&self, seen: usize) -> Vec<Entry> {
        self.simulator.with(|provider, _| {
            provider.ledger.entries.get(seen..).map(<[Entry]>::to_vec).unwrap_or_default()
        })
    }

    /// The movements of money of every payment at the provider; several intents of one payment are
    /// summed.
    pub(crate) fn facts(&self) -> Vec<IntentFacts> {
        let mut facts: BTreeMap<PaymentId, IntentFacts> = BTreeMap::new();
        self.simulator.with(|provider, _| {
            for intent in provider.intents.values() {
                let payment_id =
                    payment_of(&intent.metadata).expect("the metadata names a payment");
                let amount = Money::new(intent.amount, intent.currency);
                let facts = facts.entry(payment_id).or_insert(IntentFacts {
                    payment_id,
                    amount,
                    authorized: 0,
                    captured: 0,
                    voided: 0,
                    taken: 0,
                    by_others: ByOthers::default(),
                });
                // A canceled intent may have released money whose authorisation was never recorded
                // here.
                let ends = provider.ledger.of(&intent.id).collect::<Vec<_>>();
                let is_taken = ends.iter().any(|entry| entry.kind == EntryKind::Captured);
                let is_canceled = intent.status() == IntentStatus::Canceled;
                facts.by_others.canceled |= is_canceled && intent.is_canceled_by_operator;
                for entry in ends {
                    match entry.kind {
                        EntryKind::Authorized => facts.authorized += 1,
                        EntryKind::Captured => {
                            facts.captured += 1;
                            facts.taken += entry.amount;
                            facts.by_others.captured |= entry.is_foreign;
                        }
                        // The release of the remainder after a partial capture.
                        EntryKind::Released if is_taken => {}
                        EntryKind::Released => facts.voided += 1,
                        EntryKind::Refunded
                        | EntryKind::Returned
                        | EntryKind::Withdrawn
                        | EntryKind::Reinstated => {}
                    }
                }
            }
        });
        facts.into_values().collect()
    }

    /// Refunds, without those that the payer's bank returned.
    pub(crate) fn refunds(&self) -> Vec<ProviderRefundFacts> {
        let mut refunds = Vec::new();
        self.simulator.with(|provider, _| {
            for entry in &provider.ledger.entries {
                let Some(refund_id) =
                    refund_of(entry).or_else(|| refund_made_there(provider, entry))
                else {
                    continue;
                };
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
        });
        refunds
    }

    /// Refunded minor units in total, also those that banks returned.
    pub(crate) fn refunded(&self) -> i64 {
        self.simulator.with(|provider, _| provider.ledger.totals.values().map(|t| t.refunded).sum())
    }

    /// Captured minor units in total.
    pub(crate) fn captured(&self) -> i64 {
        self.simulator.with(|provider, _| provider.ledger.totals.values().map(|t| t.captured).sum())
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

/// The id under which payments books a dispute.
fn dispute_named(dispute: &Dispute) -> DisputeId {
    let recorded = RecordedDispute {
        reference: dispute.id.clone(),
        amount: Money::zero(contract::Currency::USD),
        opened_at: whole_seconds(dispute.created),
        status: ProviderDisputeStatus::Open,
    };
    recorded.own_id().into()
}

/// A time in the provider's precision of whole seconds.
fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_unix_ms(at.unix_ms().div_euclid(1_000) * 1_000)
}

/// The payments in one of these statuses.
fn waiting(provider: &Simulator, statuses: &[IntentStatus]) -> Vec<String> {
    let waiting = provider.intents.values();
    let waiting = waiting.filter(|intent| statuses.contains(&intent.status()));
    waiting.map(|intent| intent.id.clone()).collect()
}

/// The n-th id, modulo their number.
fn pick(ids: &[String], nth: u8) -> Option<&String> {
    ids.get(usize::from(nth).checked_rem(ids.len())?)
}

const fn outcome(succeeds: bool) -> Outcome {
    if succeeds { Outcome::Succeeded } else { Outcome::Failed }
}

/// The payment of an intent.
pub(crate) fn payment_of(metadata: &BTreeMap<String, String>) -> Option<PaymentId> {
    metadata.get(PAYMENT_ID)?.parse().ok()
}

/// The refund of a movement of money.
pub(crate) fn refund_of(entry: &Entry) -> Option<RefundId> {
    entry.refund_metadata.get(REFUND_ID)?.parse().ok()
}
