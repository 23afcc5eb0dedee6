//! Calls of the API, with their faults and delays.

use std::time::Duration;

use contract::Timestamp;
use serde_json::Value;

use crate::api::call::Call;
use crate::api::error::ApiError;
use crate::api::request::{Operation, PendingId, Reply, Request, Response};
use crate::api::{lists, operations};
use crate::events::Cause;
use crate::faults::{FaultKind, take};
use crate::provider::{DueAction, Provider};
use crate::state::transitions;

/// Maximum number of uncollected responses of delayed requests; beyond it, the oldest are dropped.
const READY_MAX: usize = 10_000;

impl Provider {
    /// Handles one request.
    pub fn handle(&mut self, request: &Request, now: Timestamp) -> Reply {
        self.run_due(now);
        let operation = match Operation::of(request) {
            Ok((operation, _)) => operation,
            Err(error) => return Reply::Response(self.refused(&error)),
        };
        self.calls.push(operation);
        let fault = take(&mut self.faults, operation);
        self.call(request, fault, now).unwrap_or_else(Reply::Response)
    }

    /// Executes a request with a fault; an error is the response of a request that is not executed.
    fn call(
        &mut self,
        request: &Request,
        fault: Option<FaultKind>,
        now: Timestamp,
    ) -> Result<Reply, Response> {
        Ok(match fault {
            None => {
                self.admit(request, now)?;
                Reply::Response(self.run(request, now))
            }
            Some(FaultKind::LoseRequest) => Reply::Closed,
            Some(FaultKind::LoseResponse) => {
                let _ = self.call(request, None, now);
                Reply::Closed
            }
            Some(FaultKind::Refuse { status }) => {
                return Err(self.refused(&ApiError::trouble(status)));
            }
            Some(FaultKind::AmountTooSmall) => return Err(self.rejects_amount("amount_too_small")),
            Some(FaultKind::AmountTooLarge) => return Err(self.rejects_amount("amount_too_large")),
            Some(FaultKind::HideResponse { status }) => {
                let _ = self.call(request, None, now);
                return Err(self.refused(&ApiError::trouble(status)));
            }
            Some(FaultKind::KeepError { status }) => {
                self.admit(request, now)?;
                let response = self.run(request, now);
                let error = Response { status, body: ApiError::trouble(status).body(), ..response };
                self.keys.record(request, Some(&error));
                Reply::Response(error)
            }
            Some(FaultKind::DelayRequest { ms }) => {
                self.admit(request, now)?;
                self.later(request, None, ms, now)
            }
            Some(FaultKind::DelayResponse { ms }) => {
                self.admit(request, now)?;
                let response = self.run(request, now);
                self.keys.record(request, None);
                self.later(request, Some(response), ms, now)
            }
        })
    }

    /// The response of a delayed request, when it is ready; it can be collected once.
    pub fn collect(&mut self, pending: PendingId, now: Timestamp) -> Option<Response> {
        self.run_due(now);
        self.ready.remove(&pending)
    }

    /// Runs the actions that are due: delayed requests, pending refunds, expiries of
    /// authorisations.
    pub fn run_due(&mut self, now: Timestamp) {
        while let Some(((at, number), due)) = self.take_due(now) {
            self.cause = Cause::by_itself(at);
            match due {
                DueAction::Request(request, response) => {
                    let response = response.inspect(|it| self.keys.record(&request, Some(it)));
                    let response = response.unwrap_or_else(|| self.run(&request, at));
                    self.ready.insert(PendingId(number), response);
                    if self.ready.len() > READY_MAX {
                        self.ready.pop_first();
                    }
                }
                DueAction::Refund(id, outcome) => {
                    _ = transitions::finish_refund(self, &id, outcome);
                }
                DueAction::Expiry(intent) => transitions::expire(self, &intent),
            }
        }
    }

    /// Checks a request's key; an error is the response to return instead of executing the request.
    fn admit(&mut self, request: &Request, now: Timestamp) -> Result<(), Response> {
        match self.keys.admit(request, now) {
            Ok(None) => Ok(()),
            Ok(Some(first)) => {
                let request_id = self.request_ids.next("req");
                Err(Response { replay_of: Some(first.request_id.clone()), request_id, ..first })
            }
            Err(error) => Err(self.refused(&error)),
        }
    }

    /// Executes an admitted request, and stores the response under its key.
    fn run(&mut self, request: &Request, now: Timestamp) -> Response {
        let request_id = self.request_ids.next("req");
        self.cause = Cause {
            request_id: Some(request_id.clone()),
            idempotency_key: request.idempotency_key.clone(),
            ..Cause::by_itself(now)
        };
        let done = Operation::of(request)
            .and_then(|(operation, id)| run(operation, &mut Call::new(id, &request.params, self)));
        let (status, body, is_recorded) = match done {
            Ok(object) => (200, object.to_string(), true),
            Err(error) => (error.status, error.body(), error.is_recorded),
        };
        let response = Response { status, body, request_id, replay_of: None };
        if is_recorded {
            self.keys.record(request, Some(&response));
        } else {
            self.keys.release(request);
        }
        response
    }

    fn later(
        &mut self,
        request: &Request,
        response: Option<Response>,
        ms: u64,
        now: Timestamp,
    ) -> Reply {
        let at = now.plus(Duration::from_millis(ms));
        let number = self.schedule(at, DueAction::Request(request.clone(), response));
        Reply::Later { pending: PendingId(number), at }
    }

    fn rejects_amount(&mut self, code: &str) -> Response {
        let message = "The card's network rejects the amount.";
        self.refused(&ApiError::parameter(code, "amount", message))
    }

    fn refused(&mut self, error: &ApiError) -> Response {
        let request_id = self.request_ids.next("req");
        Response { status: error.status, body: error.body(), request_id, replay_of: None }
    }
}

/// Runs an operation. A failed one may have changed the provider: a declined card is recorded.
fn run(operation: Operation, call: &mut Call<'_>) -> Result<Value, ApiError> {
    match operation {
        Operation::CreateIntent => operations::create_intent(call),
        Operation::ListIntents => lists::list_intents(call),
        Operation::RetrieveIntent => operations::retrieve_intent(call),
        Operation::ConfirmIntent => operations::confirm_intent(call),
        Operation::CaptureIntent => operations::capture_intent(call),
        Operation::CancelIntent => operations::cancel_intent(call),
        Operation::CreateRefund => operations::create_refund(call),
        Operation::ListRefunds => lists::list_refunds(call),
        Operation::RetrieveRefund => operations::retrieve_refund(call),
        Operation::ListDisputes => lists::list_disputes(call),
        Operation::ListBalanceTransactions => lists::list_balance_transactions(call),
    }
}
