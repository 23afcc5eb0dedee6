//! The payment provider: the simulator of one, asked by the adapter that asks the real one, over a line that yields on the way
//! there and on the way back.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use contract::{DisputeId, Money, PaymentId, RefundId, Timestamp};
use payments::PaymentGateway;
use payments::domain::{
    ProviderDisputeStatus, ProviderRefundStatus, RecordedDispute, RecordedRefund,
};
use payments::provider::stripe::client::{CustomizedStripeRequest, StripeClient, StripeError};
use payments::provider::stripe::{PAYMENT_ID, REFUND_ID, StripeGateway, WebhookSecrets};
use provider_simulator::{
    Delivery, DeliveryId, Dispute, DisputeStatus, Entry, EntryKind, Fault, FaultKind, InProcess,
    IntentStatus, Outcome, Provider as Simulator, Receipt, RefundStatus, WebhookFault,
    WebhookFaultKind, WebhookOrder, signature,
};
use sources::Clock;
use testing::checker::evidence::{
    ByOthers, DisputeEnd, GivenBackFacts, IntentFacts, WithdrawnFacts,
};

use crate::operation::{Act, ProviderFault};

/// What webhooks are signed with.
const SECRET: &str = "whsec_simulation";

/// The seed of the names that the provider gives.
const SEED: u64 = 1;

/// How long an answer of the provider's takes that takes long, in milliseconds.
const LONG_MS: u64 = 2_000;

/// The provider. Clones are the same.
#[derive(Clone)]
pub(crate) struct Provider {
    desk: InProcess,
}

/// The line to the provider.
struct Line(InProcess);

impl StripeClient for Line {
    type Err = StripeError;

    async fn execute(&self, request: CustomizedStripeRequest) -> Result<Bytes, StripeError> {
        tokio::task::yield_now().await;
        let answer = self.0.execute(request).await;
        // Here whoever asked may die, and never learn the answer.
        tokio::task::yield_now().await;
        answer
    }
}

impl Provider {
    /// A provider that nobody has asked anything yet.
    pub(crate) fn new(clock: Clock) -> Self {
        Self { desk: InProcess::new(Simulator::seeded(SEED), clock) }
    }

    /// What payments asks it through.
    pub(crate) fn gateway(&self) -> Arc<dyn PaymentGateway> {
        let description = "the simulated provider".to_owned();
        Arc::new(StripeGateway::with_client(Line(self.desk.clone()), None, description))
    }

    /// What payments checks its events with.
    pub(crate) fn webhook_secrets() -> WebhookSecrets {
        WebhookSecrets::parse(SECRET).expect("a secret")
    }

    /// Something goes wrong, once.
    pub(crate) fn plan(&self, fault: ProviderFault) {
        let of_calls = |kind| self.desk.with(|provider, _| provider.plan(Fault::once(kind)));
        let of_webhooks = |kind| {
            let fault = WebhookFault { kind, event_type: None, times: 1 };
            self.desk.with(|provider, _| provider.plan_webhook(fault));
        };
        match fault {
            ProviderFault::RequestLost => of_calls(FaultKind::LoseRequest),
            ProviderFault::AnswerLost => of_calls(FaultKind::LoseResponse),
            ProviderFault::Refused => of_calls(FaultKind::Refuse { status: 503 }),
            ProviderFault::AnswerHidden => of_calls(FaultKind::HideResponse { status: 502 }),
            ProviderFault::ErrorKept => of_calls(FaultKind::KeepError { status: 500 }),
            ProviderFault::RequestSlow => of_calls(FaultKind::DelayRequest { ms: LONG_MS }),
            ProviderFault::AnswerSlow => of_calls(FaultKind::DelayResponse { ms: LONG_MS }),
            ProviderFault::EventDropped => of_webhooks(WebhookFaultKind::Drop),
            ProviderFault::EventDoubled => of_webhooks(WebhookFaultKind::Duplicate { copies: 1 }),
            ProviderFault::EventLate => of_webhooks(WebhookFaultKind::Delay { ms: LONG_MS }),
            ProviderFault::EventsReversed => {
                self.desk.with(|provider, _| provider.set_webhook_order(WebhookOrder::Reversed));
            }
        }
    }

    /// Nothing goes wrong any more.
    pub(crate) fn stop(&self) {
        self.desk.with(|provider, _| provider.clear_faults());
    }

    /// The next event that is to be told of, and its signature.
    pub(crate) fn next_delivery(&self) -> Option<(Delivery, String)> {
        self.desk.with(|provider, now| {
            let delivery = provider.next_delivery(now)?;
            let signed = signature(&[SECRET.to_owned()], now, &delivery.body);
            Some((delivery, signed))
        })
    }

    /// What became of an event that was told of.
    pub(crate) fn receipt(&self, delivery: DeliveryId, receipt: Receipt) {
        self.desk.with(|provider, now| provider.receipt(delivery, receipt, now));
    }

    /// Whether any event is still to be told of.
    pub(crate) fn has_deliveries(&self) -> bool {
        self.desk.with(|provider, _| provider.outstanding_deliveries() > 0)
    }

    /// When something happens there by itself.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.desk.with(|provider, _| provider.next_due())
    }

    /// A payer proves who they are, or a bank has made up its mind: of the payments that wait for that, this one, counted round and
    /// round. Answers whether any waited.
    pub(crate) fn finish(&self, nth: u8, is_well: bool) -> bool {
        self.desk.with(|provider, now| {
            let waiting =
                waiting(provider, &[IntentStatus::RequiresAction, IntentStatus::Processing]);
            let Some(nth) = usize::from(nth).checked_rem(waiting.len()) else { return false };
            let (id, outcome) = (&waiting[nth], outcome(is_well));
            provider.finish_challenge(id, outcome, now).is_ok()
                || provider.finish_processing(id, outcome, now).is_ok()
        })
    }

    /// A bank takes the money of a refund, or sends it back: of the refunds that a bank may still say something of, this one, counted
    /// round and round. Answers whether there were any.
    pub(crate) fn finish_refund(&self, nth: u8, is_well: bool) -> bool {
        self.desk.with(|provider, now| {
            let is_open = |status| match status {
                RefundStatus::Pending => true,
                RefundStatus::Succeeded => !is_well,
                RefundStatus::Failed => false,
            };
            let open = provider.refunds().iter().filter(|refund| is_open(refund.status()));
            let open: Vec<String> = open.map(|refund| refund.id().to_owned()).collect();
            let Some(nth) = usize::from(nth).checked_rem(open.len()) else { return false };
            provider.finish_refund(&open[nth], outcome(is_well), now).is_ok()
        })
    }

    /// Every bank has made up its mind.
    pub(crate) fn finish_processing(&self) {
        self.desk.with(|provider, now| {
            for id in waiting(provider, &[IntentStatus::Processing]) {
                provider.finish_processing(&id, Outcome::Succeeded, now).expect("it waits");
            }
            let pending = provider.refunds().iter();
            let pending = pending.filter(|refund| refund.status() == RefundStatus::Pending);
            let pending: Vec<String> = pending.map(|refund| refund.id().to_owned()).collect();
            for id in pending {
                provider.finish_refund(&id, Outcome::Succeeded, now).expect("it waits");
            }
        });
    }

    /// Nobody who is asked to prove who they are does so any more.
    pub(crate) fn fail_challenges(&self) {
        self.desk.with(|provider, now| {
            for id in waiting(provider, &[IntentStatus::RequiresAction]) {
                provider.finish_challenge(&id, Outcome::Failed, now).expect("it waits");
            }
        });
    }

    /// An operator does something in the dashboard, or a bank opens or closes a dispute: to a payment or a dispute that this can be done
    /// to, counted round and round. Answers whether there was any.
    pub(crate) fn operate(&self, act: Act, nth: u8, cents: u16) -> bool {
        self.desk.with(|provider, now| {
            let part = (cents > 0).then_some(i64::from(cents));
            let of_all = match act {
                Act::CloseDispute { .. } => {
                    provider.disputes().iter().map(|dispute| dispute.id().to_owned()).collect()
                }
                Act::Capture => waiting(provider, &[IntentStatus::RequiresCapture]),
                Act::Cancel => waiting(
                    provider,
                    &[IntentStatus::RequiresCapture, IntentStatus::RequiresAction],
                ),
                Act::Refund | Act::Dispute => waiting(provider, &[IntentStatus::Succeeded]),
            };
            let of_all: Vec<String> = of_all;
            let Some(nth) = usize::from(nth).checked_rem(of_all.len()) else { return false };
            let id = &of_all[nth];
            match act {
                Act::Capture => provider.capture_in_dashboard(id, part, now).is_ok(),
                Act::Cancel => provider.cancel_in_dashboard(id, now).is_ok(),
                Act::Refund => provider.refund_in_dashboard(id, part, now).is_ok(),
                Act::Dispute => provider.open_dispute(id, part, now).is_ok(),
                Act::CloseDispute { is_well } => {
                    provider.close_dispute(id, outcome(is_well), now).is_ok()
                }
            }
        })
    }

    /// Withdrawals of banks, and whether the money was returned.
    pub(crate) fn withdrawn(&self) -> Vec<WithdrawnFacts> {
        self.desk.with(|provider, _| {
            let facts = |dispute: &Dispute| {
                let intent = provider.intent(dispute.intent()).expect("it is of a payment");
                let payment_id = payment_of(intent.metadata()).expect("it was told of a payment");
                WithdrawnFacts {
                    payment_id,
                    amount: Money::new(dispute.amount(), intent.currency()),
                    end: match dispute.status() {
                        DisputeStatus::NeedsResponse => DisputeEnd::Open,
                        DisputeStatus::Won => DisputeEnd::Won,
                        DisputeStatus::Lost => DisputeEnd::Lost,
                    },
                    id: dispute_named(dispute),
                }
            };
            provider.disputes().iter().map(facts).collect()
        })
    }

    /// The movements of money behind these.
    pub(crate) fn movements_after(&self, seen: usize) -> Vec<Entry> {
        self.desk.with(|provider, _| {
            provider.ledger().entries.get(seen..).map(<[Entry]>::to_vec).unwrap_or_default()
        })
    }

    /// What happened to the money of every payment that it knows; of one that it was told of twice, in all.
    pub(crate) fn facts(&self) -> Vec<IntentFacts> {
        let mut facts: BTreeMap<PaymentId, IntentFacts> = BTreeMap::new();
        self.desk.with(|provider, _| {
            for intent in provider.intents() {
                let payment_id = payment_of(intent.metadata()).expect("it was told of a payment");
                let amount = Money::new(intent.amount(), intent.currency());
                let facts = facts.entry(payment_id).or_insert(IntentFacts {
                    payment_id,
                    amount,
                    authorized: 0,
                    captured: 0,
                    voided: 0,
                    taken: 0,
                    by_others: ByOthers::default(),
                });
                // A canceled intent may have released money whose authorisation was never recorded here.
                let ends = provider.ledger().of(intent.id()).collect::<Vec<_>>();
                let is_taken = ends.iter().any(|entry| entry.kind == EntryKind::Captured);
                let is_canceled = intent.status() == IntentStatus::Canceled;
                facts.by_others.canceled |= is_canceled && intent.is_canceled_by_operator();
                for entry in ends {
                    match entry.kind {
                        EntryKind::Authorized => facts.authorized += 1,
                        EntryKind::Captured => {
                            facts.captured += 1;
                            facts.taken += entry.amount;
                            facts.by_others.captured |= entry.is_foreign;
                        }
                        // The rest of what was captured in part.
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

    /// What it gave back and did not get back from the payer's bank.
    pub(crate) fn given_back(&self) -> Vec<GivenBackFacts> {
        let mut given_back = Vec::new();
        self.desk.with(|provider, _| {
            for entry in &provider.ledger().entries {
                let Some(refund_id) =
                    refund_of(entry).or_else(|| refund_made_there(provider, entry))
                else {
                    continue;
                };
                let payment_id = payment_of(&entry.metadata).expect("it was told of a payment");
                let amount = Money::new(entry.amount, entry.currency);
                let facts = GivenBackFacts { refund_id, payment_id, amount };
                match entry.kind {
                    EntryKind::Refunded => given_back.push(facts),
                    EntryKind::Returned => {
                        let known = given_back.iter().position(|known| *known == facts);
                        given_back.remove(known.expect("what comes back was given"));
                    }
                    EntryKind::Authorized
                    | EntryKind::Captured
                    | EntryKind::Released
                    | EntryKind::Withdrawn
                    | EntryKind::Reinstated => {}
                }
            }
        });
        given_back
    }

    /// Minor units that it has given back in all, also those that came back.
    pub(crate) fn refunded(&self) -> i64 {
        self.desk.with(|provider, _| provider.ledger().totals.values().map(|t| t.refunded).sum())
    }

    /// Minor units that it has taken in all.
    pub(crate) fn captured(&self) -> i64 {
        self.desk.with(|provider, _| provider.ledger().totals.values().map(|t| t.captured).sum())
    }
}

/// The id under which a refund is booked that was made at the provider.
fn refund_made_there(provider: &Simulator, entry: &Entry) -> Option<RefundId> {
    let refund = provider.refund(entry.refund.as_deref()?)?;
    let recorded = RecordedRefund {
        reference: refund.id().to_owned(),
        refund_id: None,
        amount: Money::new(refund.amount(), refund.currency()),
        made_at: whole_seconds(refund.created()),
        status: ProviderRefundStatus::Unknown,
    };
    Some(recorded.own_id().into())
}

/// The id under which a dispute is booked.
fn dispute_named(dispute: &Dispute) -> DisputeId {
    let recorded = RecordedDispute {
        reference: dispute.id().to_owned(),
        amount: Money::zero(contract::Currency::USD),
        opened_at: whole_seconds(dispute.created()),
        status: ProviderDisputeStatus::Open,
    };
    recorded.own_id().into()
}

/// A time in the provider's format.
fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_unix_ms(at.unix_ms().div_euclid(1_000) * 1_000)
}

/// The payments that stand like this.
fn waiting(provider: &Simulator, statuses: &[IntentStatus]) -> Vec<String> {
    let waiting = provider.intents().iter().filter(|intent| statuses.contains(&intent.status()));
    waiting.map(|intent| intent.id().to_owned()).collect()
}

const fn outcome(is_well: bool) -> Outcome {
    if is_well { Outcome::Succeeded } else { Outcome::Failed }
}

/// The payment that an intent was made for.
pub(crate) fn payment_of(metadata: &BTreeMap<String, String>) -> Option<PaymentId> {
    metadata.get(PAYMENT_ID)?.parse().ok()
}

/// The refund that money moved for.
pub(crate) fn refund_of(entry: &Entry) -> Option<RefundId> {
    entry.refund_metadata.get(REFUND_ID)?.parse().ok()
}
