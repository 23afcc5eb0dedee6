//! Actions of operators, payers, banks and tests beside the API.

use std::collections::BTreeMap;

use contract::Timestamp;
use serde_json::Value;

use crate::api::call::Call;
use crate::api::error::ApiError;
use crate::api::operations;
use crate::events::{Cause, Delivery, WebhookOrder};
use crate::provider::Provider;
use crate::state::objects::{Outcome, State};
use crate::state::transitions;

/// The object does not exist, or is in a state that does not permit the action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} does not exist or is in another state")]
pub struct WrongState(String);

pub(crate) type Acted<T = ()> = Result<T, WrongState>;

/// An action on an object that no request of the client causes. Amounts are in Stripe's minor
/// units; `None` is all that is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// An operator captures an authorised payment intent in the dashboard.
    Capture(Option<i64>),
    /// An operator cancels a payment intent that has not ended.
    Cancel,
    /// An operator refunds a payment intent that is not disputed.
    Refund(Option<i64>),
    /// A payer's bank disputes the captured amount of a payment intent.
    OpenDispute(Option<i64>),
    /// A bank closes an open dispute; `Succeeded` if the merchant has won.
    CloseDispute(Outcome),
    /// A payer ends the 3-D Secure challenge of a payment intent.
    EndChallenge(Outcome),
    /// A bank ends the processing of a payment intent.
    EndProcessing(Outcome),
    /// A bank ends a refund: a pending one with either outcome; one that has succeeded can only
    /// fail.
    EndRefund(Outcome),
}

impl Provider {
    /// Runs an action; returns the id of the object that it creates or changes. No event names a
    /// request.
    ///
    /// # Errors
    /// [`WrongState`] if the object does not exist or its state or amount does not permit the
    /// action.
    pub fn act(&mut self, action: Action, id: &str, now: Timestamp) -> Acted<String> {
        self.run_due(now);
        let is_foreign = matches!(action, Action::Capture(_) | Action::Cancel | Action::Refund(_));
        self.cause = Cause { is_foreign, ..Cause::by_itself(now) };
        let named = |name: &str, amount: Option<i64>| {
            amount.map(|amount| (name.to_owned(), amount.to_string()))
        };
        let ended = |is_ended: bool| is_ended.then(|| id.to_owned());
        let done = match action {
            Action::Capture(amount) => {
                let params = named("amount_to_capture", amount).into_iter().collect();
                self.operate(operations::capture_intent, id, &params)
            }
            Action::Cancel => self.operate(operations::cancel_intent, id, &BTreeMap::new()),
            Action::Refund(amount) => {
                let mut params: BTreeMap<_, _> = named("amount", amount).into_iter().collect();
                params.insert("payment_intent".to_owned(), id.to_owned());
                self.operate(operations::create_refund, "", &params)
            }
            Action::OpenDispute(amount) => transitions::open_dispute(self, id, amount),
            Action::CloseDispute(outcome) => ended(transitions::close_dispute(self, id, outcome)),
            Action::EndChallenge(outcome) => {
                ended(transitions::finish_challenge(self, id, outcome))
            }
            Action::EndProcessing(outcome) => {
                ended(transitions::finish_processing(self, id, outcome))
            }
            Action::EndRefund(outcome) => ended(transitions::finish_refund(self, id, outcome)),
        };
        done.ok_or_else(|| WrongState(id.to_owned()))
    }

    /// Runs an API operation on behalf of an operator; returns the id of its object.
    fn operate(
        &mut self,
        run: fn(&mut Call<'_>) -> Result<Value, ApiError>,
        id: &str,
        params: &BTreeMap<String, String>,
    ) -> Option<String> {
        let object = run(&mut Call::new(id, params, self)).ok()?;
        Some(object.get("id")?.as_str()?.to_owned())
    }

    /// The return URL of a challenge, if the client gave one.
    ///
    /// # Errors
    /// [`WrongState`] unless the payment intent requires action.
    pub fn challenge_return_url(&self, intent: &str) -> Acted<Option<String>> {
        match self.intents.get(intent).map(|intent| &intent.state) {
            Some(State::RequiresAction { return_url, .. }) => Ok(return_url.clone()),
            Some(_) | None => Err(WrongState(intent.to_owned())),
        }
    }

    /// Removes all planned faults, including those of webhooks. Requests in progress are not
    /// affected.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
        self.webhooks.faults.clear();
        self.webhooks.order = WebhookOrder::default();
    }

    /// Takes the next webhook delivery that is due. It is in progress until [`Webhooks::receipt`](crate::Webhooks::receipt).
    pub fn next_delivery(&mut self, now: Timestamp) -> Option<Delivery> {
        self.run_due(now);
        self.webhooks.next(now)
    }

    /// Delivers an event again.
    ///
    /// # Errors
    /// [`WrongState`] if the event does not exist.
    pub fn resend(&mut self, event_id: &str, now: Timestamp) -> Acted {
        let event = self.events.iter().find(|event| event.id == event_id);
        self.webhooks.send(event.ok_or_else(|| WrongState(event_id.to_owned()))?, now);
        Ok(())
    }
}
