//! The provider: a value without a clock and without IO.

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::Timestamp;
use indexmap::IndexMap;
use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::idempotency_keys::IdempotencyKeys;
use crate::api::request::{Operation, PendingId, Request, Response};
use crate::api::views;
use crate::events::{Cause, Event, EventType, Webhooks};
use crate::faults::Fault;
use crate::ids::Ids;
use crate::state::ledger::{Entry, EntryKind, Ledger};
use crate::state::objects::{Charge, Dispute, Intent, Outcome, Refund};

/// An action that runs at a set time.
#[derive(Debug)]
pub(crate) enum DueAction {
    /// A delayed request. With a response, the request is executed, and its key is in use.
    Request(Request, Option<Response>),
    Refund(String, Outcome),
    /// The authorisation of a payment intent expires.
    Expiry(String),
}

/// A payment provider with one merchant. Its seed, the calls and their times determine all results.
///
/// Times must not decrease; actions due by a time run before a call with that time. All state is
/// held in memory without a limit, until a reset.
#[derive(Debug)]
pub struct Provider {
    seed: u64,
    pub(crate) ids: Ids,
    pub(crate) request_ids: Ids,
    pub(crate) keys: IdempotencyKeys,
    /// The planned faults of calls, in order of planning.
    pub faults: Vec<Fault>,
    /// The calls, oldest first, including those whose request was lost.
    pub calls: Vec<Operation>,
    /// Payment intents by id, oldest first.
    pub intents: IndexMap<String, Intent>,
    /// Refunds by id, oldest first.
    pub refunds: IndexMap<String, Refund>,
    /// Disputes by id, oldest first.
    pub disputes: IndexMap<String, Dispute>,
    /// The movements of money.
    pub ledger: Ledger,
    /// All events, including dropped ones, oldest first.
    pub events: Vec<Event>,
    /// The deliveries of events.
    pub webhooks: Webhooks,
    /// The base URL of the challenge page, which `next_action` contains.
    pub base: String,
    pub(crate) cause: Cause,
    /// Scheduled actions by time and number.
    due: BTreeMap<(Timestamp, u64), DueAction>,
    last_due: u64,
    /// Responses of delayed requests that can be collected.
    pub(crate) ready: BTreeMap<PendingId, Response>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Source<'a> {
    Intent,
    Refund(&'a Refund),
    Dispute(&'a Dispute),
}

impl Provider {
    /// Returns a new provider.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let mut ids = Ids::seeded(seed);
        Self {
            seed,
            request_ids: ids.fork(),
            webhooks: Webhooks::new(ids.fork()),
            ids,
            keys: IdempotencyKeys::default(),
            faults: Vec::new(),
            calls: Vec::new(),
            intents: IndexMap::new(),
            refunds: IndexMap::new(),
            disputes: IndexMap::new(),
            ledger: Ledger::default(),
            events: Vec::new(),
            base: "http://localhost:12111".to_owned(),
            cause: Cause::by_itself(Timestamp::from_unix_ms(0)),
            due: BTreeMap::new(),
            last_due: 0,
            ready: BTreeMap::new(),
        }
    }

    /// Returns to the initial state, with the same seed and base URL.
    pub fn reset(&mut self) {
        let base = std::mem::take(&mut self.base);
        *self = Self { base, ..Self::seeded(self.seed) };
    }

    /// The time of the next due action or webhook delivery; `None` without one.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        let action = self.due.keys().next().map(|(at, _)| *at);
        [action, self.webhooks.next_at()].into_iter().flatten().min()
    }

    /// Finds a payment intent; the error names the parameter.
    pub(crate) fn find_intent(&self, id: &str, param: &str) -> Result<Intent, ApiError> {
        let intent = self.intents.get(id).cloned();
        intent.ok_or_else(|| ApiError::missing("payment_intent", id, param))
    }

    pub(crate) fn save_intent(&mut self, intent: Intent) {
        self.intents.insert(intent.id.clone(), intent);
    }

    pub(crate) fn disputes_of<'a>(&'a self, intent: &'a str) -> impl Iterator<Item = &'a Dispute> {
        self.disputes.values().filter(move |dispute| dispute.intent == intent)
    }

    pub(crate) fn view(&self, intent: &Intent) -> Value {
        views::intent(intent, &self.base)
    }

    pub(crate) fn charge_view(&self, intent: &Intent, charge: &Charge) -> Value {
        views::charge(intent, charge, self.disputes_of(&intent.id).next().is_some())
    }

    /// Saves a changed payment intent and emits its event; returns it as JSON.
    pub(crate) fn change_intent(&mut self, event_type: EventType, intent: Intent) -> Value {
        let view = self.view(&intent);
        self.emit(event_type, &view);
        self.save_intent(intent);
        view
    }

    pub(crate) fn emit_charge(&mut self, event_type: EventType, intent: &Intent, charge: &Charge) {
        self.emit(event_type, &self.charge_view(intent, charge));
    }

    pub(crate) fn emit(&mut self, event_type: EventType, object: &Value) {
        let id = self.ids.next("evt");
        let body = views::event(&id, event_type, object, &self.cause).to_string();
        let event = Event { id, event_type, body: Arc::from(body) };
        self.webhooks.happened(&event, self.cause.at);
        self.events.push(event);
    }

    /// Enters a movement of a payment intent's money in the ledger.
    pub(crate) fn enter(
        &mut self,
        kind: EntryKind,
        intent: &Intent,
        source: Source<'_>,
        amount: i64,
    ) {
        let (refund, dispute) = match source {
            Source::Intent => (None, None),
            Source::Refund(refund) => (Some(refund), None),
            Source::Dispute(dispute) => (None, Some(dispute)),
        };
        self.ledger.append(Entry {
            number: 0,
            kind,
            intent: intent.id.clone(),
            refund: refund.map(|refund| refund.id.clone()),
            dispute: dispute.map(|dispute| dispute.id.clone()),
            is_foreign: self.cause.is_foreign || dispute.is_some(),
            amount,
            currency: intent.currency,
            at: self.cause.at,
            metadata: intent.metadata.clone(),
            refund_metadata: refund.map(|refund| refund.metadata.clone()).unwrap_or_default(),
        });
    }

    /// Schedules an action; returns its number.
    pub(crate) fn schedule(&mut self, at: Timestamp, due: DueAction) -> u64 {
        self.last_due += 1;
        self.due.insert((at, self.last_due), due);
        self.last_due
    }

    /// Takes the next action that is due, with its time and number.
    pub(crate) fn take_due(&mut self, now: Timestamp) -> Option<((Timestamp, u64), DueAction)> {
        let next = self.due.first_entry()?;
        (next.key().0 <= now).then(|| next.remove_entry())
    }
}
