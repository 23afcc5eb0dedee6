//! The state of the simulated merchant account, and its events.

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::Timestamp;
use indexmap::IndexMap;
use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::request::PendingId;
use crate::api::views;
use crate::events::event::{Cause, Event, EventType};
use crate::events::webhooks::Webhooks;
use crate::ids::Ids;
use crate::state::ledger::{Entry, EntryKind, Ledger};
use crate::state::objects::{Charge, Dispute, Intent, Outcome, Refund};

/// An action that runs at a set time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DueAction {
    /// A delayed request is executed, or its response is ready.
    Request(PendingId),
    /// A refund ends.
    Refund { id: String, outcome: Outcome },
    /// An authorisation expires.
    Expiry { intent: String },
}

/// The state of the account. It is held in memory without a limit, until a reset.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) ids: Ids,
    /// By id, oldest first.
    pub(crate) intents: IndexMap<String, Intent>,
    /// By id, oldest first.
    pub(crate) refunds: IndexMap<String, Refund>,
    /// By id, oldest first.
    pub(crate) disputes: IndexMap<String, Dispute>,
    /// The cause of the present change.
    pub(crate) cause: Cause,
    pub(crate) ledger: Ledger,
    pub(crate) events: Vec<Event>,
    pub(crate) webhooks: Webhooks,
    due: BTreeMap<(Timestamp, u64), DueAction>,
    last_due: u64,
    /// The base URL of the challenge page.
    pub(crate) base: String,
}

/// The object that moves money.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source<'a> {
    Intent,
    Refund(&'a Refund),
    Dispute(&'a Dispute),
}

impl Account {
    pub(crate) fn new(mut ids: Ids, base: String) -> Self {
        Self {
            webhooks: Webhooks::new(ids.fork()),
            ids,
            intents: IndexMap::new(),
            refunds: IndexMap::new(),
            disputes: IndexMap::new(),
            cause: Cause::by_itself(Timestamp::from_unix_ms(0)),
            ledger: Ledger::default(),
            events: Vec::new(),
            due: BTreeMap::new(),
            last_due: 0,
            base,
        }
    }

    /// Finds a payment intent by id.
    ///
    /// # Errors
    /// The payment intent does not exist; the error names the parameter.
    pub(crate) fn find_intent(&self, id: &str, param: &str) -> Result<Intent, ApiError> {
        let intent = self.intents.get(id).cloned();
        intent.ok_or_else(|| ApiError::missing("payment_intent", id, param))
    }

    pub(crate) fn save_intent(&mut self, intent: Intent) {
        self.intents.insert(intent.id.clone(), intent);
    }

    /// The disputes of a payment intent, oldest first.
    pub(crate) fn disputes_of<'a>(&'a self, intent: &'a str) -> impl Iterator<Item = &'a Dispute> {
        self.disputes.values().filter(move |dispute| dispute.intent == intent)
    }

    /// A payment intent as JSON.
    pub(crate) fn view(&self, intent: &Intent) -> Value {
        views::intent(intent, &self.base)
    }

    /// A charge as JSON.
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

    /// Emits an event of a charge.
    pub(crate) fn emit_charge(&mut self, event_type: EventType, intent: &Intent, charge: &Charge) {
        self.emit(event_type, &self.charge_view(intent, charge));
    }

    /// Emits an event of an object.
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

    /// Schedules an action.
    pub(crate) fn schedule(&mut self, at: Timestamp, due: DueAction) {
        self.last_due += 1;
        self.due.insert((at, self.last_due), due);
    }

    /// The time of the next scheduled action.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.due.keys().next().map(|(at, _)| *at)
    }

    /// Takes the next action that is due, with its time.
    pub(crate) fn take_due(&mut self, now: Timestamp) -> Option<(Timestamp, DueAction)> {
        let next = self.due.first_entry()?;
        let (at, _) = *next.key();
        (at <= now).then(|| (at, next.remove()))
    }
}
