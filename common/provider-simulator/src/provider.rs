//! The provider: a value without a clock and without IO.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::Timestamp;

use crate::api::call::Call;
use crate::api::error::{ApiError, Recorded};
use crate::api::idempotency_keys::IdempotencyKeys;
use crate::api::operation::Operation;
use crate::api::request::{PendingId, Reply, Request, Response};
use crate::controls::faults::{self, Fault, FaultKind};
use crate::events::event::{Cause, CausingRequest};
use crate::events::webhooks::WebhookOrder;
use crate::ids::Ids;
use crate::state::account::{Account, DueAction};
use crate::state::{payments, returns};

/// Maximum number of uncollected responses of delayed requests; beyond it, the oldest are dropped.
const READY_MAX: usize = 10_000;

/// A payment provider. Its seed, the calls and their times determine all results.
///
/// Times must not decrease; actions due by a time run before a call with that time.
#[derive(Debug)]
pub struct Provider {
    seed: u64,
    pub(crate) account: Account,
    requests: Ids,
    keys: IdempotencyKeys,
    /// The planned faults of calls, in order of planning.
    pub faults: Vec<Fault>,
    /// The calls, oldest first, including those whose request was lost.
    pub calls: Vec<Operation>,
    /// Delayed requests; with a response, the request is executed, and its key is in use.
    delayed: BTreeMap<PendingId, (Request, Option<Response>)>,
    /// Responses of delayed requests that can be collected.
    ready: BTreeMap<PendingId, Response>,
    last_pending: u64,
}

impl Provider {
    /// Returns a new provider.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let mut ids = Ids::seeded(seed);
        Self {
            seed,
            requests: ids.fork(),
            account: Account::new(ids, "http://localhost:12111".to_owned()),
            keys: IdempotencyKeys::default(),
            faults: Vec::new(),
            calls: Vec::new(),
            delayed: BTreeMap::new(),
            ready: BTreeMap::new(),
            last_pending: 0,
        }
    }

    /// Sets the base URL of the challenge page, which `next_action` contains.
    pub fn set_base(&mut self, base: &str) {
        base.clone_into(&mut self.account.base);
    }

    /// Returns to the initial state, with the same seed.
    pub fn reset(&mut self) {
        let base = std::mem::take(&mut self.account.base);
        *self = Self::seeded(self.seed);
        self.account.base = base;
    }

    /// Handles one request.
    pub fn handle(&mut self, request: &Request, now: Timestamp) -> Reply {
        self.run_due(now);
        let operation = match Operation::of(request) {
            Ok((operation, _)) => operation,
            Err(error) => return Reply::Response(self.refused(&error)),
        };
        self.calls.push(operation);
        let fault = faults::take(&mut self.faults, operation);
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
        while let Some((at, due)) = self.account.take_due(now) {
            self.account.cause = Cause::by_itself(at);
            match due {
                DueAction::Request(pending) => self.finish(pending, at),
                DueAction::Refund { id, outcome } => {
                    returns::finish_refund(&mut self.account, &id, outcome);
                }
                DueAction::Expiry { intent } => payments::expire(&mut self.account, &intent),
            }
        }
    }

    /// The time of the next due action or webhook delivery; `None` without one.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        [self.account.next_due(), self.account.webhooks.next_at()].into_iter().flatten().min()
    }

    /// Plans a fault.
    pub fn plan(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Removes all planned faults, including those of webhooks. Requests in progress are not
    /// affected.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
        self.account.webhooks.faults.clear();
        self.account.webhooks.order = WebhookOrder::default();
    }

    /// Checks a request's key; an error is the response to return instead of executing the request.
    fn admit(&mut self, request: &Request, now: Timestamp) -> Result<(), Response> {
        match self.keys.admit(request, now) {
            Ok(None) => Ok(()),
            Ok(Some(first)) => {
                let request_id = self.requests.next("req");
                Err(Response { replay_of: Some(first.request_id.clone()), request_id, ..first })
            }
            Err(error) => Err(self.refused(&error)),
        }
    }

    /// Executes an admitted request, and stores the response under its key.
    fn run(&mut self, request: &Request, now: Timestamp) -> Response {
        let request_id = self.requests.next("req");
        let idempotency_key = request.idempotency_key.clone();
        let caused_by = CausingRequest { id: request_id.clone(), idempotency_key };
        self.account.cause = Cause { request: Some(caused_by), ..Cause::by_itself(now) };
        let done = Operation::of(request).and_then(|(operation, id)| {
            operation.run(&mut Call::new(id, &request.params, &mut self.account))
        });
        let (status, body, recorded) = match done {
            Ok(object) => (200, object.to_string(), Recorded::Yes),
            Err(error) => (error.status, error.body(), error.recorded),
        };
        let response = Response { status, body, request_id, replay_of: None };
        match recorded {
            Recorded::Yes => self.keys.record(request, Some(&response)),
            Recorded::No => self.keys.release(request),
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
        self.last_pending += 1;
        let (pending, at) = (PendingId(self.last_pending), now.plus(Duration::from_millis(ms)));
        self.delayed.insert(pending, (request.clone(), response));
        self.account.schedule(at, DueAction::Request(pending));
        Reply::Later { pending, at }
    }

    fn finish(&mut self, pending: PendingId, at: Timestamp) {
        let Some((request, response)) = self.delayed.remove(&pending) else { return };
        let response = match response {
            None => self.run(&request, at),
            Some(response) => {
                self.keys.record(&request, Some(&response));
                response
            }
        };
        self.ready.insert(pending, response);
        if self.ready.len() > READY_MAX {
            self.ready.pop_first();
        }
    }

    fn rejects_amount(&mut self, code: &str) -> Response {
        let message = "The card's network rejects the amount.";
        self.refused(&ApiError::parameter(code, "amount", message))
    }

    fn refused(&mut self, error: &ApiError) -> Response {
        let request_id = self.requests.next("req");
        Response { status: error.status, body: error.body(), request_id, replay_of: None }
    }
}
