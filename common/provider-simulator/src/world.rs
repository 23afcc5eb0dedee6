//! Everything that the provider keeps, and how it tells of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::Timestamp;
use serde_json::Value;

use crate::dispute::Dispute;
use crate::error::ApiError;
use crate::happening::{Cause, EventType};
use crate::ids::Ids;
use crate::intent::{Charge, Intent};
use crate::ledger::{Entry, EntryKind, Ledger};
use crate::refund::Refund;
use crate::views;
use crate::webhooks::Webhooks;

/// Something that happens by itself once its time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Due {
    /// A slow request is done, or its answer is there.
    Request(crate::answer::PendingId),
    /// A refund gets where it was going.
    Refund { id: String, outcome: Outcome },
    /// Nobody captured in time.
    Expiry { intent: String },
}

/// How something that was open ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Well.
    Succeeded,
    /// Badly.
    Failed,
}

/// What the provider told of, with its body; kept so that it can be told again.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) id: String,
    pub(crate) event_type: EventType,
    pub(crate) body: Arc<str>,
}

/// Everything that the provider keeps. It is all in memory, without a bound but that of the machine, until a reset.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) ids: Ids,
    /// Oldest first.
    pub(crate) intents: Vec<Intent>,
    intent_positions: BTreeMap<String, usize>,
    /// Oldest first.
    pub(crate) refunds: Vec<Refund>,
    refund_positions: BTreeMap<String, usize>,
    /// Oldest first.
    pub(crate) disputes: Vec<Dispute>,
    /// Whether what happens now is done by an operator or a bank, not by a client.
    pub(crate) is_foreign: bool,
    pub(crate) ledger: Ledger,
    pub(crate) told: Vec<Told>,
    pub(crate) webhooks: Webhooks,
    due: BTreeMap<(Timestamp, u64), Due>,
    last_due: u64,
    /// Where the page for challenges is served.
    pub(crate) base: String,
}

/// What money moves for, beside a payment intent.
#[derive(Debug, Clone, Copy)]
struct About<'a> {
    refund: Option<&'a Refund>,
    dispute: Option<&'a Dispute>,
}

impl World {
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
            told: Vec::new(),
            due: BTreeMap::new(),
            last_due: 0,
            base,
        }
    }

    pub(crate) fn intent(&self, id: &str) -> Option<&Intent> {
        self.intent_positions.get(id).and_then(|at| self.intents.get(*at))
    }

    /// The payment intent of an id.
    ///
    /// # Errors
    /// Names the parameter that the id came in.
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

    /// A payment intent as its clients see it.
    pub(crate) fn view(&self, intent: &Intent) -> Value {
        views::intent(intent, &self.base)
    }

    /// Tells of a payment intent.
    pub(crate) fn tell_intent(&mut self, event_type: EventType, intent: &Intent, cause: &Cause) {
        let object = self.view(intent);
        self.tell(event_type, &object, cause);
    }

    /// Tells of a charge.
    pub(crate) fn tell_charge(
        &mut self,
        event_type: EventType,
        intent: &Intent,
        charge: &Charge,
        cause: &Cause,
    ) {
        let is_disputed = self.disputes_of(&intent.id).next().is_some();
        self.tell(event_type, &views::charge(intent, charge, is_disputed), cause);
    }

    /// Tells of a refund.
    pub(crate) fn tell_refund(&mut self, event_type: EventType, refund: &Refund, cause: &Cause) {
        self.tell(event_type, &views::refund(refund), cause);
    }

    /// Records an event of a dispute.
    pub(crate) fn tell_dispute(&mut self, event_type: EventType, dispute: &Dispute, cause: &Cause) {
        self.tell(event_type, &views::dispute(dispute), cause);
    }

    fn tell(&mut self, event_type: EventType, object: &Value, cause: &Cause) {
        let id = self.ids.next("evt");
        let body: Arc<str> = views::event(&id, event_type, object, cause).to_string().into();
        self.webhooks.happened(&id, event_type, &body, cause.at);
        self.told.push(Told { id, event_type, body });
    }

    /// Writes down that money of a payment intent moved.
    pub(crate) fn enter(&mut self, kind: EntryKind, intent: &Intent, amount: i64, at: Timestamp) {
        let about = About { refund: None, dispute: None };
        self.append(kind, intent, about, amount, at);
    }

    /// Enters a movement of a dispute's money in the ledger.
    pub(crate) fn enter_dispute(
        &mut self,
        kind: EntryKind,
        intent: &Intent,
        dispute: &Dispute,
        at: Timestamp,
    ) {
        let about = About { refund: None, dispute: Some(dispute) };
        self.append(kind, intent, about, dispute.amount, at);
    }

    /// Writes down that money of a refund moved.
    pub(crate) fn enter_refund(
        &mut self,
        kind: EntryKind,
        intent: &Intent,
        refund: &Refund,
        at: Timestamp,
    ) {
        let about = About { refund: Some(refund), dispute: None };
        self.append(kind, intent, about, refund.amount, at);
    }

    fn append(
        &mut self,
        kind: EntryKind,
        intent: &Intent,
        about: About<'_>,
        amount: i64,
        at: Timestamp,
    ) {
        let About { refund, dispute } = about;
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

    /// Something will happen by itself.
    pub(crate) fn schedule(&mut self, at: Timestamp, due: Due) {
        self.last_due += 1;
        self.due.insert((at, self.last_due), due);
    }

    /// When the next thing happens by itself.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.due.keys().next().map(|(at, _)| *at)
    }

    /// Takes the next thing that has come due, and when it did.
    pub(crate) fn take_due(&mut self, now: Timestamp) -> Option<(Timestamp, Due)> {
        let next = self.due.first_entry()?;
        let (at, _) = *next.key();
        (at <= now).then(|| (at, next.remove()))
    }
}
