//! Actions of an operator in the provider's dashboard, and of a payer's bank in a dispute. Their
//! events name no request and carry no metadata of the client.

use contract::Timestamp;

use crate::api::fields::Fields;
use crate::api::operation::Operation;
use crate::api::operations;
use crate::api::params::Params;
use crate::controls::control::WrongState;
use crate::events::event::Cause;
use crate::provider::Provider;
use crate::state::account::Outcome;
use crate::state::dispute::{Dispute, DisputeStatus};
use crate::state::dispute_processing;
use crate::state::intent::State;

impl Provider {
    /// Captures an authorised payment intent, in full or an amount in Stripe's minor units.
    ///
    /// # Errors
    /// [`WrongState`] if less than the amount is authorised.
    pub fn capture_in_dashboard(
        &mut self,
        intent: &str,
        amount: Option<i64>,
        now: Timestamp,
    ) -> Result<(), WrongState> {
        let params = amount.map(|amount| ("amount_to_capture", amount.to_string()));
        self.operate(Operation::CaptureIntent, intent, params, now).map(drop)
    }

    /// Cancels a payment intent.
    ///
    /// # Errors
    /// [`WrongState`] if the payment intent has ended.
    pub fn cancel_in_dashboard(&mut self, intent: &str, now: Timestamp) -> Result<(), WrongState> {
        self.operate(Operation::CancelIntent, intent, None, now).map(drop)
    }

    /// Refunds the remaining amount of a payment intent, or an amount in Stripe's minor units;
    /// returns the id of the refund, `re_…`.
    ///
    /// # Errors
    /// [`WrongState`] if less than the amount remains, or the payment is disputed.
    pub fn refund_in_dashboard(
        &mut self,
        intent: &str,
        amount: Option<i64>,
        now: Timestamp,
    ) -> Result<String, WrongState> {
        let refunding = [("payment_intent", intent.to_owned())];
        let amount = amount.map(|amount| ("amount", amount.to_string()));
        let params = refunding.into_iter().chain(amount);
        let refund = self.operate(Operation::CreateRefund, intent, params, now)?;
        let id = refund.get("id").and_then(serde_json::Value::as_str);
        Ok(id.unwrap_or_default().to_owned())
    }

    /// Opens a dispute over the captured amount of a payment intent, or over an amount in Stripe's
    /// minor units; returns the id of the dispute, `dp_…`.
    ///
    /// # Errors
    /// [`WrongState`] if less than the amount was captured, or a dispute exists already.
    pub fn open_dispute(
        &mut self,
        intent: &str,
        amount: Option<i64>,
        now: Timestamp,
    ) -> Result<String, WrongState> {
        self.run_due(now);
        let no = || WrongState(intent.to_owned());
        let account = &mut self.account;
        let found = account.intents.get(intent).cloned().ok_or_else(no)?;
        let State::Succeeded { charge } = &found.state else { return Err(no()) };
        let disputed = account.disputes_of(intent).filter(|dispute| dispute.has_money());
        let left = charge.captured - disputed.map(|dispute| dispute.amount).sum::<i64>();
        let amount = amount.unwrap_or(left);
        if !(1..=left).contains(&amount) {
            return Err(no());
        }
        let opened = Dispute {
            id: account.ids.next("dp"),
            intent: found.id.clone(),
            charge: charge.id.clone(),
            amount,
            currency: found.currency,
            created: now,
            status: DisputeStatus::NeedsResponse,
        };
        let id = opened.id.clone();
        dispute_processing::open(&opened, account, &Cause::by_itself(now));
        Ok(id)
    }

    /// Closes a dispute; `Succeeded` if the merchant has won.
    ///
    /// # Errors
    /// [`WrongState`] if the dispute is not open.
    pub fn close_dispute(
        &mut self,
        dispute: &str,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<(), WrongState> {
        self.run_due(now);
        let closed =
            dispute_processing::close(dispute, outcome, &mut self.account, &Cause::by_itself(now));
        closed.then_some(()).ok_or_else(|| WrongState(dispute.to_owned()))
    }

    /// Runs an API operation on behalf of an operator.
    fn operate(
        &mut self,
        operation: Operation,
        intent: &str,
        given: impl IntoIterator<Item = (&'static str, String)>,
        now: Timestamp,
    ) -> Result<serde_json::Value, WrongState> {
        self.run_due(now);
        let mut params = Params::default();
        for (name, value) in given {
            params.set(name, value);
        }
        let cause = Cause::by_itself(now);
        self.account.is_foreign = true;
        let done =
            operations::run(operation, intent, Fields::of(&params), &mut self.account, &cause);
        self.account.is_foreign = false;
        done.map_err(|_| WrongState(intent.to_owned()))
    }
}
