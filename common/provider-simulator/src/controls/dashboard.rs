//! Actions of an operator in the provider's dashboard, and of a payer's bank in a dispute. Their
//! events name no request and carry no metadata of the client.

use std::collections::BTreeMap;

use contract::Timestamp;
use serde_json::Value;

use crate::api::call::Call;
use crate::api::operation::Operation;
use crate::controls::control::{Acted, WrongState};
use crate::events::event::Cause;
use crate::provider::Provider;
use crate::state::returns;

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
    ) -> Acted {
        let amount = amount.map(|amount| ("amount_to_capture", amount.to_string()));
        self.operate(Operation::CaptureIntent, intent, amount, now).map(drop)
    }

    /// Cancels a payment intent.
    ///
    /// # Errors
    /// [`WrongState`] if the payment intent has ended.
    pub fn cancel_in_dashboard(&mut self, intent: &str, now: Timestamp) -> Acted {
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
    ) -> Acted<String> {
        let refunding = [("payment_intent", intent.to_owned())];
        let params = refunding.into_iter().chain(amount.map(|it| ("amount", it.to_string())));
        let refund = self.operate(Operation::CreateRefund, intent, params, now)?;
        Ok(refund.get("id").and_then(Value::as_str).unwrap_or_default().to_owned())
    }

    /// Opens a dispute over the captured amount of a payment intent, or over an amount in Stripe's
    /// minor units; returns the id of the dispute, `dp_…`.
    ///
    /// # Errors
    /// [`WrongState`] if less than the amount was captured and is not disputed.
    pub fn open_dispute(
        &mut self,
        intent: &str,
        amount: Option<i64>,
        now: Timestamp,
    ) -> Acted<String> {
        self.run_due(now);
        self.account.cause = Cause::by_itself(now);
        let opened = returns::open_dispute(&mut self.account, intent, amount);
        opened.ok_or_else(|| WrongState(intent.to_owned()))
    }

    /// Runs an API operation on behalf of an operator.
    fn operate(
        &mut self,
        operation: Operation,
        intent: &str,
        params: impl IntoIterator<Item = (&'static str, String)>,
        now: Timestamp,
    ) -> Acted<Value> {
        self.run_due(now);
        self.account.cause = Cause { is_foreign: true, ..Cause::by_itself(now) };
        let params = params.into_iter().map(|(name, value)| (name.to_owned(), value));
        let params: BTreeMap<String, String> = params.collect();
        let done = operation.run(&mut Call::new(intent, &params, &mut self.account));
        done.map_err(|_| WrongState(intent.to_owned()))
    }
}
