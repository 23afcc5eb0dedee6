//! The input of the checker: the public facts of every store, in types of the contract.

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
pub use refunds::{CreditedShare, ProviderRefundFacts, RefundEnd, RefundFacts, RefundTo};
pub use refunds::{DisputeEnd, DisputeFacts, WithdrawnFacts};

use crate::load::{End, Journal};

/// The data that a run leaves.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// Responses to all requests of customers; `None` if they were not recorded.
    pub journal: Option<Journal>,
    /// Time of the reading.
    pub read_at: Timestamp,
    /// Periods of injected faults and of the recovery from them.
    pub disturbed: Vec<(Timestamp, Timestamp)>,
    /// Tickets, at tickets.
    pub tickets: Vec<TicketFacts>,
    /// Inventories, at orders.
    pub inventories: Vec<InventoryFacts>,
    /// Orders, at orders.
    pub orders: Vec<OrderState>,
    /// Units that buyers hold, at orders.
    pub holds: Vec<HoldFacts>,
    /// The network of each order, at orders.
    pub networks: Vec<(OrderId, String)>,
    /// Units counted per network, at orders.
    pub network_counts: Vec<NetworkCount>,
    /// Copies of orders, at payments.
    pub order_copies: Vec<OrderState>,
    /// Deadlines, at expiration.
    pub deadlines: Vec<DeadlineFacts>,
    /// Payments for orders, at payments.
    pub payments: Vec<PaymentFacts>,
    /// Payments that top up an account, at payments.
    pub top_ups: Vec<TopUpFacts>,
    /// Refunds, at payments.
    pub refunds: Vec<RefundFacts>,
    /// Entries of the ledger, at payments.
    pub entries: Vec<EntryFacts>,
    /// Balances of users' accounts, at payments.
    pub balances: Vec<BalanceFacts>,
    /// Payments, at the provider.
    pub intents: Vec<IntentFacts>,
    /// Paid refunds, at the provider.
    pub provider_refunds: Vec<ProviderRefundFacts>,
    /// Disputes, at payments.
    pub disputes: Vec<DisputeFacts>,
    /// Withdrawals by banks, at the provider.
    pub withdrawn: Vec<WithdrawnFacts>,
    /// Sessions, at auth.
    pub sessions: Vec<SessionFacts>,
    /// Accounts, at auth.
    pub accounts: Vec<AccountFacts>,
    /// The owner of each e-mail address, at auth.
    pub addresses: Vec<UserId>,
    /// Completed erasures, at auth.
    pub erased: Vec<ErasedFacts>,
    /// Revoked sessions of each service, auth included, that have not expired at the time of
    /// reading.
    pub revocations: Vec<(String, Vec<RevocationState>)>,
    /// Entries left in the outbox of each service.
    pub outboxes: Vec<(String, usize)>,
    /// The lag of each consumer.
    pub lag: Vec<Lag>,
    /// Dead letters of all services.
    pub dead_letters: Vec<DeadLetter>,
}

/// A ticket, with the copy of its inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketFacts {
    /// The ticket.
    pub state: TicketState,
    /// The version of the inventory that was applied last; 0 for none.
    pub stock_version: u64,
    /// Units held, as copied.
    pub held: u32,
    /// Units sold, as copied.
    pub sold: u32,
    /// The order that holds or bought the only unit, as copied.
    pub holder: Option<OrderId>,
    /// Whether its seller is banned, as copied.
    pub is_suspended: bool,
    /// The revision that is neither accepted nor rejected.
    pub undecided: Option<u64>,
}

/// An inventory, with the copy of its ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventoryFacts {
    /// The inventory.
    pub state: InventoryState,
    /// The seller of the ticket, as copied.
    pub seller: UserId,
    /// Its title, as copied.
    pub title: String,
    /// Price of one unit, as copied.
    pub price: Money,
    /// Whether it can be ordered, as copied.
    pub offer: Offer,
    /// Units offered, as copied.
    pub offered: u32,
    /// Its venue, as copied.
    pub venue: Option<String>,
    /// Start of the event, as copied.
    pub starts_at: Option<Timestamp>,
    /// Whether orders are possible after the start, as copied.
    pub late_sales: bool,
}

/// Units that a buyer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HoldFacts {
    /// The holder.
    pub buyer: UserId,
    /// The order that holds them.
    pub order_id: OrderId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// Number of units.
    pub units: u32,
}

/// Units of a ticket that unpaid orders from a network hold, as counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NetworkCount {
    /// The ticket.
    pub ticket_id: TicketId,
    /// The network.
    pub network: String,
    /// Number of units.
    pub units: u32,
}

/// A deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeadlineFacts {
    /// The order.
    pub order_id: OrderId,
    /// The version of the order that set the deadline.
    pub version: u64,
    /// The time at which it passes.
    pub expires_at: Timestamp,
    /// Whether its announcement is pending.
    pub is_pending: bool,
}

/// A payment for an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentFacts {
    /// Its public state.
    pub state: PaymentState,
    /// The amount that was captured although no order wanted it.
    pub returned: Option<Money>,
    /// Whether a request to the provider is pending.
    pub has_task: bool,
}

/// The provider's ledger for one key; counts are numbers of ledger entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntentFacts {
    /// The payment that is the key.
    pub payment_id: PaymentId,
    /// The amount.
    pub amount: Money,
    /// Number of authorisations.
    pub authorized: usize,
    /// Number of captures.
    pub captured: usize,
    /// Number of complete voids.
    pub voided: usize,
    /// Captured minor units.
    pub taken: i64,
    /// Actions at the provider without a request of the marketplace.
    pub by_others: ByOthers,
}

/// Actions on a payment at the provider without a request of the marketplace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ByOthers {
    /// It was captured, completely or in part.
    pub captured: bool,
    /// It was cancelled.
    pub canceled: bool,
}

/// A session, at auth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionFacts {
    /// The session.
    pub id: SessionId,
    /// Expiry of its token.
    pub ends_at: Timestamp,
    /// Whether it was signed out before the expiry.
    pub is_signed_out: bool,
}

/// An account, at auth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountFacts {
    /// The account.
    pub id: UserId,
    /// The first epoch whose sessions are valid.
    pub epoch: u64,
    /// Whether it is banned.
    pub is_banned: bool,
}

/// An erased person.
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
    /// Evidence without facts, read at this time.
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
            provider_refunds: Vec::new(),
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

    /// Number of orders with this end; `None` counts orders without an end.
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

    /// The payments by credit: those with an entry that holds credit.
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

    /// Whether a disturbance overlaps this period.
    pub(super) fn was_disturbed(&self, from: Timestamp, to: Timestamp) -> bool {
        self.disturbed.iter().any(|(start, end)| *start <= to && from <= *end)
    }
}
