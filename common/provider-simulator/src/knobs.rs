//! What a person or a test does to the provider beside its API: ends what is open, delivers webhooks, reads the ledger.

use contract::Timestamp;
use serde::Serialize;

use crate::happening::{Cause, EventType};
use crate::intent::{Intent, State};
use crate::ledger::Ledger;
use crate::provider::Provider;
use crate::refund::Refund;
use crate::webhooks::{Delivery, DeliveryId, Receipt, WebhookFault, WebhookOrder};
use crate::world::Outcome;
use crate::{attempt, returning};

/// There is no such thing, or it is not waiting for this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not waiting for this")]
pub struct NotWaiting(pub(crate) String);

/// Something that the webhook was told, or is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// `evt_…`
    pub id: String,
    /// What it tells of.
    #[serde(rename = "type")]
    pub event_type: EventType,
}

impl Provider {
    /// Ends a challenge: the customer has proved who they are, or has not.
    ///
    /// # Errors
    /// [`NotWaiting`] unless the payment intent requires action.
    pub fn finish_challenge(
        &mut self,
        intent: &str,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<(), NotWaiting> {
        self.settle(now);
        let open = self.open(intent)?;
        let State::RequiresAction { method, .. } = open.state.clone() else {
            return Err(NotWaiting(intent.to_owned()));
        };
        attempt::challenged(open, method, outcome, &mut self.world, &Cause::by_itself(now));
        Ok(())
    }

    /// Where the customer of a challenge came from and wants to go back to, if anywhere.
    ///
    /// # Errors
    /// [`NotWaiting`] unless the payment intent requires action.
    pub fn challenge_return_url(&self, intent: &str) -> Result<Option<String>, NotWaiting> {
        match self.open(intent)?.state {
            State::RequiresAction { return_url, .. } => Ok(return_url),
            State::RequiresPaymentMethod { .. }
            | State::RequiresConfirmation { .. }
            | State::Processing { .. }
            | State::RequiresCapture { .. }
            | State::Succeeded { .. }
            | State::Canceled { .. } => Err(NotWaiting(intent.to_owned())),
        }
    }

    /// Ends a bank's thinking about a payment.
    ///
    /// # Errors
    /// [`NotWaiting`] unless the payment intent is processing.
    pub fn finish_processing(
        &mut self,
        intent: &str,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<(), NotWaiting> {
        self.settle(now);
        let open = self.open(intent)?;
        let State::Processing { method } = open.state.clone() else {
            return Err(NotWaiting(intent.to_owned()));
        };
        attempt::pondered(open, method, outcome, &mut self.world, &Cause::by_itself(now));
        Ok(())
    }

    /// Ends a refund: a pending one either way, one that has succeeded only by failing after all.
    ///
    /// # Errors
    /// [`NotWaiting`] for any other.
    pub fn finish_refund(
        &mut self,
        refund: &str,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<(), NotWaiting> {
        self.settle(now);
        let ended = returning::end(refund, outcome, &mut self.world, &Cause::by_itself(now));
        ended.then_some(()).ok_or_else(|| NotWaiting(refund.to_owned()))
    }

    /// Takes the next webhook delivery that is due. It is under way until [`Provider::receipt`].
    pub fn next_delivery(&mut self, now: Timestamp) -> Option<Delivery> {
        self.settle(now);
        self.world.webhooks.next(now)
    }

    /// Ends a delivery. One that failed is tried again, after a pause that doubles, up to a bound.
    pub fn receipt(&mut self, delivery: DeliveryId, receipt: Receipt, now: Timestamp) {
        self.world.webhooks.receipt(delivery, receipt, now);
    }

    /// How many deliveries wait or are under way.
    #[must_use]
    pub fn outstanding_deliveries(&self) -> usize {
        self.world.webhooks.outstanding()
    }

    /// Plans what goes wrong with events to come.
    pub fn plan_webhook(&mut self, fault: WebhookFault) {
        self.world.webhooks.plan(fault);
    }

    /// What is planned for events to come.
    #[must_use]
    pub fn planned_webhooks(&self) -> &[WebhookFault] {
        self.world.webhooks.planned()
    }

    /// Says in which order events that are due go out.
    pub fn set_webhook_order(&mut self, order: WebhookOrder) {
        self.world.webhooks.set_order(order);
    }

    /// Everything that happened and is to be told or was, oldest first; also what was dropped.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        let told = self.world.told.iter();
        told.map(|told| Event { id: told.id.clone(), event_type: told.event_type }).collect()
    }

    /// Delivers an event again.
    ///
    /// # Errors
    /// [`NotWaiting`] where there is no such event.
    pub fn resend(&mut self, event_id: &str, now: Timestamp) -> Result<(), NotWaiting> {
        let world = &mut self.world;
        let told = world.told.iter().find(|told| told.id == event_id);
        let told = told.ok_or_else(|| NotWaiting(event_id.to_owned()))?;
        world.webhooks.send(&told.id, told.event_type, &told.body, now);
        Ok(())
    }

    /// What happened to whose money.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.world.ledger
    }

    /// All payment intents, oldest first.
    #[must_use]
    pub fn intents(&self) -> &[Intent] {
        &self.world.intents
    }

    /// A payment intent.
    #[must_use]
    pub fn intent(&self, id: &str) -> Option<&Intent> {
        self.world.intent(id)
    }

    /// All refunds, oldest first.
    #[must_use]
    pub fn refunds(&self) -> &[Refund] {
        &self.world.refunds
    }

    /// A refund.
    #[must_use]
    pub fn refund(&self, id: &str) -> Option<&Refund> {
        self.world.refund(id)
    }

    fn open(&self, intent: &str) -> Result<Intent, NotWaiting> {
        self.world.intent(intent).cloned().ok_or_else(|| NotWaiting(intent.to_owned()))
    }
}
