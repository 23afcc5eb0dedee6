//! Actions of tests and operators beside the API: finish open payments, deliver webhooks, read the
//! ledger.

use contract::Timestamp;
use indexmap::IndexMap;

use crate::events::event::{Cause, Event};
use crate::events::webhooks::{Delivery, DeliveryId, Receipt, WebhookFault, WebhookOrder};
use crate::provider::Provider;
use crate::state::account::Account;
use crate::state::ledger::Ledger;
use crate::state::objects::{Dispute, Intent, Outcome, Refund, State};
use crate::state::{payments, returns};

/// The object does not exist, or is in a state that does not permit the action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} does not exist or is in another state")]
pub struct WrongState(pub(crate) String);

/// The result of an action on an object.
pub(crate) type Acted<T = ()> = Result<T, WrongState>;

impl Provider {
    /// Ends a 3-D Secure challenge.
    ///
    /// # Errors
    /// [`WrongState`] unless the payment intent requires action.
    pub fn finish_challenge(&mut self, intent: &str, outcome: Outcome, now: Timestamp) -> Acted {
        self.end(payments::finish_challenge, intent, outcome, now)
    }

    /// The return URL of a challenge, if the client gave one.
    ///
    /// # Errors
    /// [`WrongState`] unless the payment intent requires action.
    pub fn challenge_return_url(&self, intent: &str) -> Acted<Option<String>> {
        match self.intent(intent).map(|intent| &intent.state) {
            Some(State::RequiresAction { return_url, .. }) => Ok(return_url.clone()),
            Some(_) | None => Err(WrongState(intent.to_owned())),
        }
    }

    /// Ends the processing of a payment by its bank.
    ///
    /// # Errors
    /// [`WrongState`] unless the payment intent is processing.
    pub fn finish_processing(&mut self, intent: &str, outcome: Outcome, now: Timestamp) -> Acted {
        self.end(payments::finish_processing, intent, outcome, now)
    }

    /// Ends a refund: a pending one with either outcome; one that has succeeded can only fail.
    ///
    /// # Errors
    /// [`WrongState`] in any other state.
    pub fn finish_refund(&mut self, refund: &str, outcome: Outcome, now: Timestamp) -> Acted {
        self.end(returns::finish_refund, refund, outcome, now)
    }

    /// Closes a dispute; `Succeeded` if the merchant has won.
    ///
    /// # Errors
    /// [`WrongState`] if the dispute is not open.
    pub fn close_dispute(&mut self, dispute: &str, outcome: Outcome, now: Timestamp) -> Acted {
        self.end(returns::close_dispute, dispute, outcome, now)
    }

    /// Takes the next webhook delivery that is due. It is in progress until [`Provider::receipt`].
    pub fn next_delivery(&mut self, now: Timestamp) -> Option<Delivery> {
        self.run_due(now);
        self.account.webhooks.next(now)
    }

    /// Ends a delivery. A failed one is retried after a backoff that doubles, up to a limit.
    pub fn receipt(&mut self, delivery: DeliveryId, receipt: Receipt, now: Timestamp) {
        self.account.webhooks.receipt(delivery, receipt, now);
    }

    /// Number of deliveries that are waiting or in progress.
    #[must_use]
    pub fn outstanding_deliveries(&self) -> usize {
        self.account.webhooks.outstanding()
    }

    /// Plans a fault of future events.
    pub fn plan_webhook(&mut self, fault: WebhookFault) {
        self.account.webhooks.faults.push(fault);
    }

    /// The planned faults of future events.
    #[must_use]
    pub fn planned_webhooks(&self) -> &[WebhookFault] {
        &self.account.webhooks.faults
    }

    /// Sets the order in which due events are delivered.
    pub fn set_webhook_order(&mut self, order: WebhookOrder) {
        self.account.webhooks.order = order;
    }

    /// All events, including dropped ones, oldest first.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        self.account.events.clone()
    }

    /// Delivers an event again.
    ///
    /// # Errors
    /// [`WrongState`] if the event does not exist.
    pub fn resend(&mut self, event_id: &str, now: Timestamp) -> Acted {
        let account = &mut self.account;
        let event = account.events.iter().find(|event| event.id == event_id);
        let event = event.ok_or_else(|| WrongState(event_id.to_owned()))?;
        account.webhooks.send(event, now);
        Ok(())
    }

    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.account.ledger
    }

    /// All payment intents by id, oldest first.
    #[must_use]
    pub fn intents(&self) -> &IndexMap<String, Intent> {
        &self.account.intents
    }

    /// A payment intent.
    #[must_use]
    pub fn intent(&self, id: &str) -> Option<&Intent> {
        self.account.intents.get(id)
    }

    /// All refunds by id, oldest first.
    #[must_use]
    pub fn refunds(&self) -> &IndexMap<String, Refund> {
        &self.account.refunds
    }

    /// All disputes by id, oldest first.
    #[must_use]
    pub fn disputes(&self) -> &IndexMap<String, Dispute> {
        &self.account.disputes
    }

    /// Ends an open object; `end` returns whether it was open.
    fn end(
        &mut self,
        end: impl FnOnce(&mut Account, &str, Outcome) -> bool,
        id: &str,
        outcome: Outcome,
        now: Timestamp,
    ) -> Acted {
        self.run_due(now);
        self.account.cause = Cause::by_itself(now);
        let ended = end(&mut self.account, id, outcome);
        ended.then_some(()).ok_or_else(|| WrongState(id.to_owned()))
    }
}
