//! Requests in transit: sent to a running process, handled there turn by turn, and sometimes lost.

use std::rc::Rc;

use actix_web::test::TestRequest;
use invariants::Rule;
use provider_simulator::{DeliveryId, Receipt};
use testing::Reply;

use super::SimulatedMarketplace;
use crate::customers::CallId;
use crate::operation::{Link, Request};
use crate::process::Http;
use crate::tasks::TaskId;

/// Addresses of the customers, in rotation: three networks, the first two with two addresses each.
const ADDRESSES: [&str; 5] =
    ["203.0.113.7", "2001:db8:1:1::7", "::ffff:203.0.113.8", "198.51.100.7", "2001:db8:1:2::8"];

/// A request in progress.
pub(super) enum Attempt {
    Call {
        call: CallId,
        link: Link,
    },
    /// The provider's delivery of an event.
    Event(DeliveryId),
}

impl SimulatedMarketplace {
    /// Sends the call that a request of a script makes; returns whether it makes one.
    pub(crate) fn request(&mut self, request: Request, link: Link) -> bool {
        let now = self.now();
        self.customers.read_accounts(&self.engines.checks.lock());
        let made = self.customers.make(request, now);
        if let Some(call) = made {
            self.send(call, link);
        }
        made.is_some()
    }

    /// Sends every call again that has no response.
    pub(crate) fn repeat_pending(&mut self) {
        for call in self.customers.pending_calls() {
            self.send(call, Link::Reliable);
        }
    }

    /// Sends a call. Its response arrives during later turns.
    pub(crate) fn send(&mut self, id: CallId, link: Link) {
        let cookies = self.customers.cookies(id, self.now());
        let call = &mut self.customers.calls[id];
        let (service, nth) = (call.service(), call.sent);
        call.sent += 1;
        let (method, path) = call.request.target();
        let named = actix_web::http::Method::from_bytes(method.as_str().as_bytes());
        let mut request = TestRequest::default().method(named.expect("a method")).uri(&path);
        request = request.insert_header(("X-Forwarded-For", ADDRESSES[id % ADDRESSES.len()]));
        for (name, value) in [("Cookie", cookies), ("Idempotency-Key", call.key.clone())] {
            request = value.into_iter().fold(request, |it, value| it.insert_header((name, value)));
        }
        if let Some(body) = call.request.body() {
            request = request.set_json(body);
        }
        self.trace.note(|| format!("call {id}: {method} {path} {link:?}"));
        if link == Link::RequestLost {
            return;
        }
        if self.dispatch(service, nth, request, Attempt::Call { call: id, link }) {
            self.customers.calls[id].in_progress += 1;
        }
    }

    /// Delivers the provider's next event to payments; returns whether an event was due.
    pub(crate) fn deliver(&mut self) -> bool {
        let Some((delivery, signed)) = self.engines.provider.next_delivery() else { return false };
        self.trace.note(|| format!("event {} {:?}", delivery.event.id, delivery.event.event_type));
        let request = TestRequest::post().uri("/api/payments/webhook");
        let request = request.insert_header(("Content-Type", "application/json"));
        let request = request.insert_header(("Stripe-Signature", signed));
        let request = request.set_payload(delivery.event.body.to_string());
        let nth = usize::try_from(delivery.attempt).unwrap_or_default();
        if !self.dispatch(payments::NAME, nth, request, Attempt::Event(delivery.id)) {
            self.event_received(delivery.id, None);
        }
        true
    }

    /// Sends a request to the n-th running process of the service, modulo their number; returns
    /// whether one runs.
    fn dispatch(&mut self, to: &str, nth: usize, request: TestRequest, attempt: Attempt) -> bool {
        let up = self.processes.iter().enumerate();
        let up: Vec<(usize, Http)> = up
            .filter(|(_, process)| process.services.contains(&to))
            .filter_map(|(number, process)| Some((number, process.http.clone()?)))
            .collect();
        let Some(nth) = nth.checked_rem(up.len()) else { return false };
        let (number, http) = up[nth].clone();
        let responses = Rc::clone(&self.responses);
        let handling = async move {
            let response = http(request).await;
            responses.borrow_mut().push(response);
        };
        let task = self.tasks.add("request", number, Box::pin(handling));
        self.attempts.insert(task, attempt);
        true
    }

    /// Closes the connections on which a call is in progress.
    pub(crate) fn close_connections(&mut self, id: CallId) {
        let is_of_call =
            |attempt: &Attempt| matches!(attempt, Attempt::Call { call, .. } if *call == id);
        let attempts = self.attempts.iter().filter(|(_, attempt)| is_of_call(attempt));
        for (task, _) in attempts {
            self.tasks.all.remove(task);
        }
        self.forget_attempts();
    }

    /// Passes the response of a task to its sender, if the task has ended.
    pub(super) fn take_response(&mut self, task: TaskId) {
        if self.tasks.all.contains_key(&task) {
            return;
        }
        let Some(attempt) = self.attempts.remove(&task) else { return };
        let response = self.responses.borrow_mut().pop();
        let (call, link) = match attempt {
            Attempt::Call { call, link } => (call, link),
            Attempt::Event(delivery) => return self.event_received(delivery, response.as_ref()),
        };
        self.customers.calls[call].in_progress -= 1;
        let Some(response) = response else { return };
        self.trace.note(|| format!("call {call} received {} {}", response.status, response.body));
        if link == Link::ResponseLost {
            return;
        }
        let now = self.now();
        let received =
            self.customers.receive(call, &response, &mut self.engines.checks.lock(), now);
        self.violations.extend(received.err());
    }

    /// Removes attempts whose tasks were dropped.
    pub(super) fn forget_attempts(&mut self) {
        let tasks = &self.tasks.all;
        let gone: Vec<_> =
            self.attempts.extract_if(.., |task, _| !tasks.contains_key(task)).collect();
        for (_, attempt) in gone {
            match attempt {
                Attempt::Call { call, .. } => self.customers.calls[call].in_progress -= 1,
                Attempt::Event(delivery) => self.event_received(delivery, None),
            }
        }
    }

    /// Reports the outcome of a delivery to the provider, which repeats it unless it was accepted.
    fn event_received(&mut self, delivery: DeliveryId, response: Option<&Reply>) {
        let status = response.map_or(0, |response| response.status);
        self.trace.note(|| format!("{delivery:?} received {status}"));
        if status == 400 {
            self.note(Rule::NothingStuck, "an event of the provider was rejected");
        }
        let receipt = if status == 200 { Receipt::Accepted } else { Receipt::Failed };
        self.engines
            .provider
            .with(|provider, now| provider.webhooks.receipt(delivery, receipt, now));
    }
}
