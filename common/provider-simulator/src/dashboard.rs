//! What an operator does in the provider's dashboard, and a payer's bank by a dispute. Its events name no request and carry no
//! metadata of the client's.

use contract::Timestamp;

use crate::dispute::{self, Dispute, DisputeStatus};
use crate::fields::Fields;
use crate::happening::Cause;
use crate::intent::State;
use crate::knobs::NotWaiting;
use crate::operation::Operation;
use crate::operations;
use crate::params::Params;
use crate::provider::Provider;
use crate::world::Outcome;

impl Provider {
    /// Captures what a payment intent holds, all of it or an amount in Stripe's minor units.
    ///
    /// # Errors
    /// [`NotWaiting`] where so much is not held.
    pub fn capture_in_dashboard(
        &mut self,
        intent: &str,
        amount: Option<i64>,
        now: Timestamp,
    ) -> Result<(), NotWaiting> {
        let params = amount.map(|amount| ("amount_to_capture", amount.to_string()));
        self.operate(Operation::CaptureIntent, intent, params, now).map(drop)
    }

    /// Cancels a payment intent.
    ///
    /// # Errors
    /// [`NotWaiting`] where it has come to an end.
    pub fn cancel_in_dashboard(&mut self, intent: &str, now: Timestamp) -> Result<(), NotWaiting> {
        self.operate(Operation::CancelIntent, intent, None, now).map(drop)
    }

    /// Refunds the remaining amount of a payment intent, or an amount in Stripe's minor units; returns the refund, `re_…`.
    ///
    /// # Errors
    /// [`NotWaiting`] where so much is not left, or it is disputed.
    pub fn refund_in_dashboard(
        &mut self,
        intent: &str,
        amount: Option<i64>,
        now: Timestamp,
    ) -> Result<String, NotWaiting> {
        let refunding = [("payment_intent", intent.to_owned())];
        let amount = amount.map(|amount| ("amount", amount.to_string()));
        let params = refunding.into_iter().chain(amount);
        let refund = self.operate(Operation::CreateRefund, intent, params, now)?;
        let id = refund.get("id").and_then(serde_json::Value::as_str);
        Ok(id.unwrap_or_default().to_owned())
    }

    /// Opens a dispute over what was captured of a payment intent, or over an amount in Stripe's minor units; returns the dispute,
    /// `dp_…`.
    ///
    /// # Errors
    /// [`NotWaiting`] where so much was not captured, or is disputed already.
    pub fn open_dispute(
        &mut self,
        intent: &str,
        amount: Option<i64>,
        now: Timestamp,
    ) -> Result<String, NotWaiting> {
        self.settle(now);
        let no = || NotWaiting(intent.to_owned());
        let world = &mut self.world;
        let found = world.intent(intent).cloned().ok_or_else(no)?;
        let State::Succeeded { charge } = &found.state else { return Err(no()) };
        let disputed = world.disputes_of(intent).filter(|dispute| dispute.has_money());
        let left = charge.captured - disputed.map(Dispute::amount).sum::<i64>();
        let amount = amount.unwrap_or(left);
        if !(1..=left).contains(&amount) {
            return Err(no());
        }
        let opened = Dispute {
            id: world.ids.next("dp"),
            intent: found.id.clone(),
            charge: charge.id.clone(),
            amount,
            currency: found.currency,
            created: now,
            status: DisputeStatus::NeedsResponse,
        };
        let id = opened.id.clone();
        dispute::open(&opened, world, &Cause::by_itself(now));
        Ok(id)
    }

    /// Closes a dispute: succeeded where the merchant has won.
    ///
    /// # Errors
    /// [`NotWaiting`] where it is not open.
    pub fn close_dispute(
        &mut self,
        dispute: &str,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<(), NotWaiting> {
        self.settle(now);
        let closed = dispute::close(dispute, outcome, &mut self.world, &Cause::by_itself(now));
        closed.then_some(()).ok_or_else(|| NotWaiting(dispute.to_owned()))
    }

    /// All disputes, oldest first.
    #[must_use]
    pub fn disputes(&self) -> &[Dispute] {
        &self.world.disputes
    }

    /// Does what a call of the API does, by an operator's hand.
    fn operate(
        &mut self,
        operation: Operation,
        intent: &str,
        given: impl IntoIterator<Item = (&'static str, String)>,
        now: Timestamp,
    ) -> Result<serde_json::Value, NotWaiting> {
        self.settle(now);
        let mut params = Params::default();
        for (name, value) in given {
            params.set(name, value);
        }
        let cause = Cause::by_itself(now);
        self.world.is_foreign = true;
        let done = operations::run(operation, intent, Fields::of(&params), &mut self.world, &cause);
        self.world.is_foreign = false;
        done.map_err(|_| NotWaiting(intent.to_owned()))
    }
}
