//! The state of the simulated merchant account, and its events.

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::Timestamp;
use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::views;
use crate::events::event::{Cause, EventType};
use crate::events::webhooks::Webhooks;
use crate::ids::Ids;
use crate::state::dispute::Dispute;
use crate::state::intent::{Charge, Intent};
use crate::state::ledger::{Entry, EntryKind, Ledger};
use crate::state::refund::Refund;

/// An action that runs at a set time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DueAction {
    /// A delayed request is executed, or its response is ready.
    Request(crate::api::response::PendingId),
    /// A refund ends.
    Refund { id: String, outcome: Outcome },
    /// An authorisation expires.
    Expiry { intent: String },
}

/// The outcome of an open payment, refund or dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Successful.
    Succeeded,
    /// Failed.
    Failed,
}

/// A recorded event with its body, kept for a repeated delivery.
#[derive(Debug)]
pub(crate) struct RecordedEvent {
    pub(crate) id: String,
    pub(crate) event_type: EventType,
    pub(crate) body: Arc<str>,
}

/// The state of the account. It is held in memory without a limit, until a reset.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) ids: Ids,
    /// Oldest first.
    pub(crate) intents: Vec<Intent>,
    intent_positions: BTreeMap<String, usize>,
    /// Oldest first.
    pub(crate) refunds: Vec<Refund>,
    refund_positions: BTreeMap<String, usize>,
    /// Oldest first.
    pub(crate) disputes: Vec<Dispute>,
    /// Whether an operator or a bank is the cause of the present change, not a client.
    pub(crate) is_foreign: bool,
    pub(crate) ledger: Ledger,
    pub(crate) events: Vec<RecordedEvent>,
    pub(crate) webhooks: Webhooks,
    due: BTreeMap<(Timestamp, u64), DueAction>,
    last_due: u64,
    /// The base URL of the challenge page.
    pub(crate) base: String,
}

/// The object that moves money, beside the payment intent.
#[derive(Debug, Clone, Copy)]
struct Source<'a> {
    refund: Option<&'a Refund>,
    dispute: Option<&'a Dispute>,
}

impl Account {
    pub(crate) fn new(mut ids: Ids, base: String) -> Self {
        Self {
            webhooks: Webhooks::new(ids.fork()),
            ids,
            intents: Vec::new(),
            intent_positions: BTreeMap::new(),
            refunds: Vec::new(),
            refund_positions: BTreeMap::new(),
            disputes: Vec::new(),
            is_foreign: false,
            ledger: Ledger::default(),
            events: Vec::new(),
            due: BTreeMap::new(),
            last_due: 0,
            base,
        }
    }

    pub(crate) fn intent(&self, id: &str) -> Option<&Intent> {
        self.intent_positions.get(id).and_then(|at| self.intents.get(*at))
    }

    /// Finds a payment intent by id.
    ///
    /// # Errors
    /// The payment intent does not exist; the error names the parameter.
    pub(crate) fn find_intent(&self, id: &str, param: &str) -> Result<Intent, ApiError> {
        self.intent(id).cloned().ok_or_else(|| ApiError::missing("payment_intent", id, param))
    }

    pub(crate) fn save_intent(&mut self, intent: Intent) {
        let at = self.intent_positions.get(&intent.id);
        if let Some(known) = at.and_then(|at| self.intents.get_mut(*at)) {
            *known = intent;
        } else {
            self.intent_positions.insert(intent.id.clone(), self.intents.len());
            self.intents.push(intent);
        }
    }

    pub(crate) fn refund(&self, id: &str) -> Option<&Refund> {
        self.refund_positions.get(id).and_then(|at| self.refunds.get(*at))
    }

    pub(crate) fn save_refund(&mut self, refund: Refund) {
        let at = self.refund_positions.get(&refund.id);
        if let Some(known) = at.and_then(|at| self.refunds.get_mut(*at)) {
            *known = refund;
        } else {
            self.refund_positions.insert(refund.id.clone(), self.refunds.len());
            self.refunds.push(refund);
        }
    }

    pub(crate) fn dispute(&self, id: &str) -> Option<&Dispute> {
        self.disputes.iter().find(|dispute| dispute.id == id)
    }

    /// The disputes of a payment intent, oldest first.
    pub(crate) fn disputes_of<'a>(&'a self, intent: &'a str) -> impl Iterator<Item = &'a Dispute> {
        self.disputes.iter().filter(move |dispute| dispute.intent == intent)
    }

    pub(crate) fn save_dispute(&mut self, dispute: Dispute) {
        let known = self.disputes.iter_mut().find(|known| known.id == dispute.id);
        if let Some(known) = known {
            *known = dispute;
        } else {
            self.disputes.push(dispute);
        }
    }

    /// A payment intent as JSON.
    pub(crate) fn view(&self, intent: &Intent) -> Value {
        views::intent(intent, &self.base)
    }

    /// Emits an event of a payment intent.
    pub(crate) fn emit_intent(&mut self, event_type: EventType, intent: &Intent, cause: &Cause) {
        let object = self.view(intent);
        self.emit(event_type, &object, cause);
    }

    /// Emits an event of a charge.
    pub(crate) fn emit_charge(
        &mut self,
        event_type: EventType,
        intent: &Intent,
        charge: &Charge,
        cause: &Cause,
    ) {
        let is_disputed = self.disputes_of(&intent.id).next().is_some();
        self.emit(event_type, &views::charge(intent, charge, is_disputed), cause);
    }

    /// Emits an event of a refund.
    pub(crate) fn emit_refund(&mut self, event_type: EventType, refund: &Refund, cause: &Cause) {
        self.emit(event_type, &views::refund(refund), cause);
    }

    /// Emits an event of a dispute.
    pub(crate) fn emit_dispute(&mut self, event_type: EventType, dispute: &Dispute, cause: &Cause) {
        self.emit(event_type, &views::dispute(dispute), cause);
    }

    fn emit(&mut self, event_type: EventType, object: &Value, cause: &Cause) {
        let id = self.ids.next("evt");
        let body: Arc<str> = views::event(&id, event_type, object, cause).to_string().into();
        self.webhooks.happened(&id, event_type, &body, cause.at);
        self.events.push(RecordedEvent { id, event_type, body });
    }

    /// Enters a movement of a payment intent's money in the ledger.
    pub(crate) fn enter(&mut self, kind: EntryKind, intent: &Intent, amount: i64, at: Timestamp) {
        let source = Source { refund: None, dispute: None };
        self.append(kind, intent, source, amount, at);
    }

    /// Enters a movement of a dispute's money in the ledger.
    pub(crate) fn enter_dispute(
        &mut self,
        kind: EntryKind,
        intent: &Intent,
        dispute: &Dispute,
        at: Timestamp,
    ) {
        let source = Source { refund: None, dispute: Some(dispute) };
        self.append(kind, intent, source, dispute.amount, at);
    }

    /// Enters a movement of a refund's money in the ledger.
    pub(crate) fn enter_refund(
        &mut self,
        kind: EntryKind,
        intent: &Intent,
        refund: &Refund,
        at: Timestamp,
    ) {
        let source = Source { refund: Some(refund), dispute: None };
        self.append(kind, intent, source, refund.amount, at);
    }

    fn append(
        &mut self,
        kind: EntryKind,
        intent: &Intent,
        source: Source<'_>,
        amount: i64,
        at: Timestamp,
    ) {
        let Source { refund, dispute } = source;
        self.ledger.append(Entry {
            number: 0,
            kind,
            intent: intent.id.clone(),
            refund: refund.map(|refund| refund.id.clone()),
            dispute: dispute.map(|dispute| dispute.id.clone()),
            is_foreign: self.is_foreign || dispute.is_some(),
            amount,
            currency: intent.currency,
            at,
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
