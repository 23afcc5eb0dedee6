//! What is looked at: the public facts of every store, in the words of the contract.

mod books;
mod refunds;

use std::collections::{HashMap, HashSet};

use bus::{DeadLetter, Lag};
use contract::inventory::InventoryState;
use contract::order::OrderState;
use contract::payment::PaymentState;
use contract::session::RevocationState;
use contract::ticket::{Offer, TicketState};
use contract::{Money, OrderId, PaymentId, SessionId, TicketId, Timestamp, UserId};

pub use books::{BalanceFacts, EntryCause, EntryFacts, LedgerAccount, TopUpFacts};
pub use refunds::{CreditedShare, GivenBackFacts, RefundEnd, RefundFacts, RefundTo};
pub use refunds::{DisputeEnd, DisputeFacts, WithdrawnFacts};

use crate::load::{End, Journal};

/// What a run left behind.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// What customers were told of everything they asked for; `None` where nobody noted it.
    pub journal: Option<Journal>,
    /// When it was read.
    pub read_at: Timestamp,
    /// Spans of time in which something was broken on purpose, or had not yet recovered.
    pub disturbed: Vec<(Timestamp, Timestamp)>,
    /// What tickets keeps.
    pub tickets: Vec<TicketFacts>,
    /// What orders keeps of stock.
    pub inventories: Vec<InventoryFacts>,
    /// What orders keeps of orders.
    pub orders: Vec<OrderState>,
    /// What orders keeps of what buyers hold.
    pub holds: Vec<HoldFacts>,
    /// The networks that orders keeps for orders, each with its order.
    pub networks: Vec<(OrderId, String)>,
    /// What orders counts for networks.
    pub network_counts: Vec<NetworkCount>,
    /// What payments keeps of orders.
    pub order_copies: Vec<OrderState>,
    /// What expiration keeps.
    pub deadlines: Vec<DeadlineFacts>,
    /// What payments keeps of payments for orders.
    pub payments: Vec<PaymentFacts>,
    /// What payments keeps of payments that top up an account.
    pub top_ups: Vec<TopUpFacts>,
    /// What payments keeps of refunds.
    pub refunds: Vec<RefundFacts>,
    /// What payments keeps of its ledger.
    pub entries: Vec<EntryFacts>,
    /// What payments keeps of users' accounts.
    pub balances: Vec<BalanceFacts>,
    /// What the provider keeps.
    pub intents: Vec<IntentFacts>,
    /// What the provider gave back.
    pub given_back: Vec<GivenBackFacts>,
    /// What payments keeps of disputes.
    pub disputes: Vec<DisputeFacts>,
    /// What banks withdrew at the provider.
    pub withdrawn: Vec<WithdrawnFacts>,
    /// What auth keeps of sessions.
    pub sessions: Vec<SessionFacts>,
    /// What auth keeps of accounts.
    pub accounts: Vec<AccountFacts>,
    /// The owner of each e-mail address, at auth.
    pub addresses: Vec<UserId>,
    /// The erasures that auth made.
    pub erased: Vec<ErasedFacts>,
    /// What each service keeps of revoked sessions, auth too: what still matters when it is read.
    pub revocations: Vec<(String, Vec<RevocationState>)>,
    /// Entries left in the outbox of each service.
    pub outboxes: Vec<(String, usize)>,
    /// How far each consumer is behind.
    pub lag: Vec<Lag>,
    /// What was given up.
    pub dead_letters: Vec<DeadLetter>,
}

/// A ticket, with the copy of its inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketFacts {
    /// The ticket.
    pub state: TicketState,
    /// The version of the inventory that was followed last; 0 for none.
    pub stock_version: u64,
    /// Units held, as copied.
    pub held: u32,
    /// Units sold, as copied.
    pub sold: u32,
    /// Who has the only unit, as copied.
    pub holder: Option<OrderId>,
    /// Whether its seller is banned, as copied.
    pub is_suspended: bool,
    /// The revision that is not decided.
    pub undecided: Option<u64>,
}

/// An inventory, with the copy of its ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventoryFacts {
    /// The inventory.
    pub state: InventoryState,
    /// Who offers the ticket, as copied.
    pub seller: UserId,
    /// What it is called, as copied.
    pub title: String,
    /// Price of one unit, as copied.
    pub price: Money,
    /// Whether it can be ordered, as copied.
    pub offer: Offer,
    /// Units offered, as copied.
    pub offered: u32,
    /// Where it takes place, as copied.
    pub venue: Option<String>,
    /// When it begins, as copied.
    pub starts_at: Option<Timestamp>,
    /// Whether it can be ordered after it has begun, as copied.
    pub late_sales: bool,
}

/// Units that a buyer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HoldFacts {
    /// Who holds them.
    pub buyer: UserId,
    /// The order that holds them.
    pub order_id: OrderId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// How many.
    pub units: u32,
}

/// Units of a ticket that unpaid orders from a network hold, as counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NetworkCount {
    /// The ticket.
    pub ticket_id: TicketId,
    /// The network.
    pub network: String,
    /// How many.
    pub units: u32,
}

/// A deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeadlineFacts {
    /// The order whose deadline it is.
    pub order_id: OrderId,
    /// The version of the order that set it.
    pub version: u64,
    /// When it passes.
    pub expires_at: Timestamp,
    /// Whether it is still to be announced.
    pub is_pending: bool,
}

/// A payment for an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentFacts {
    /// What others learn of it.
    pub state: PaymentState,
    /// What was taken although no order wanted it.
    pub returned: Option<Money>,
    /// Whether something is still to be asked of the provider.
    pub has_task: bool,
}

/// What happened at the provider under one key; each a number of ledger entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntentFacts {
    /// The payment that is the key.
    pub payment_id: PaymentId,
    /// How much.
    pub amount: Money,
    /// Times the money was held.
    pub authorized: usize,
    /// Times it was taken.
    pub captured: usize,
    /// Times all of it was released.
    pub voided: usize,
    /// Minor units that were taken.
    pub taken: i64,
    /// Actions at the provider without a request of ours.
    pub by_others: ByOthers,
}

/// Actions on a payment at the provider without a request of ours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ByOthers {
    /// It was captured, all of it or a part.
    pub captured: bool,
    /// It was cancelled.
    pub canceled: bool,
}

/// A session, at auth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionFacts {
    /// The session.
    pub id: SessionId,
    /// When its token ends.
    pub ends_at: Timestamp,
    /// Whether it was signed out before that.
    pub is_signed_out: bool,
}

/// An account, at auth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountFacts {
    /// The account.
    pub id: UserId,
    /// The first epoch whose sessions are good.
    pub epoch: u64,
    /// Whether it is banned.
    pub is_banned: bool,
}

/// A person who was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasedFacts {
    /// The account.
    pub user: UserId,
    /// Services that have not erased the person.
    pub missing: Vec<String>,
    /// Data about the person that remains outside the books.
    pub left: Vec<String>,
}

impl Evidence {
    /// Nothing yet, at this time.
    pub fn at(read_at: Timestamp, journal: Option<Journal>) -> Self {
        Self {
            journal,
            read_at,
            disturbed: Vec::new(),
            tickets: Vec::new(),
            inventories: Vec::new(),
            orders: Vec::new(),
            holds: Vec::new(),
            networks: Vec::new(),
            network_counts: Vec::new(),
            order_copies: Vec::new(),
            deadlines: Vec::new(),
            payments: Vec::new(),
            top_ups: Vec::new(),
            refunds: Vec::new(),
            entries: Vec::new(),
            balances: Vec::new(),
            intents: Vec::new(),
            given_back: Vec::new(),
            disputes: Vec::new(),
            withdrawn: Vec::new(),
            sessions: Vec::new(),
            accounts: Vec::new(),
            addresses: Vec::new(),
            erased: Vec::new(),
            revocations: Vec::new(),
            outboxes: Vec::new(),
            lag: Vec::new(),
            dead_letters: Vec::new(),
        }
    }

    /// How many orders came to this end; those that have none for `None`.
    pub fn orders_that_ended(&self, end: Option<End>) -> usize {
        self.orders.iter().filter(|order| End::of(order.status) == end).count()
    }

    /// The orders, by id.
    pub(super) fn orders_by_id(&self) -> HashMap<OrderId, &OrderState> {
        self.orders.iter().map(|order| (order.id, order)).collect()
    }

    /// The tickets, by id.
    pub(super) fn tickets_by_id(&self) -> HashMap<TicketId, &TicketFacts> {
        self.tickets.iter().map(|ticket| (ticket.state.id, ticket)).collect()
    }

    /// The payments by credit: those that credit was put aside for.
    pub(super) fn paid_by_credit(&self) -> HashSet<PaymentId> {
        let payment = |entry: &EntryFacts| match entry.cause {
            EntryCause::Hold(payment) => Some(payment),
            EntryCause::TopUp(_)
            | EntryCause::Release(_)
            | EntryCause::Sale(_)
            | EntryCause::StrayCapture(_)
            | EntryCause::DisputeOpened(_)
            | EntryCause::DisputeWon(_)
            | EntryCause::DisputeLost(_)
            | EntryCause::Refund(_)
            | EntryCause::RefundPaid(_)
            | EntryCause::RefundFailed(_)
            | EntryCause::RefundCredited(_) => None,
        };
        self.entries.iter().filter_map(payment).collect()
    }

    /// Whether anything was broken within this span of time.
    pub(super) fn was_disturbed(&self, from: Timestamp, to: Timestamp) -> bool {
        self.disturbed.iter().any(|(start, end)| *start <= to && from <= *end)
    }
}
