//! The input of the rules: the documents of every store, and what the provider and the bus have.

use std::collections::{BTreeSet, HashMap, HashSet};

use admissions::{Admission, Transfer};
use auth::User;
use auth::documents::AddressOwner;
use auth::domain::{Link, PersonRequest, Session};
use bus::{DeadLetter, Lag};
use contract::notice::NoticeState;
use contract::order::OrderState;
use contract::session::RevocationState;
use contract::{DisputeId, ImageId, Money, OrderId, PaymentId, RefundId, Timestamp, UserId};
use expiration::Deadline;
use mail::domain::{Booking, Contact, Letter};
use orders::{Holdings, Inventory, NetworkHolds, Order};
use payments::domain::{
    Account, Cause, Dispute, Entry, ProviderDisputeStatus, Refund, Sale, ShowRefunds,
};
use payments::{OrderCopy, Payment};
use testing::load::{End, Journal};
use tickets::domain::{ImageSize, Report, Reporter, SaleCopy, SaleSums};
use tickets::{Show, Ticket};

/// The data that a run leaves.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// Responses to all requests of customers; `None` if they were not recorded.
    pub(crate) journal: Option<Journal>,
    pub(crate) read_at: Timestamp,
    /// Periods of injected faults and of the recovery from them.
    pub disturbed: Vec<(Timestamp, Timestamp)>,
    /// Tickets, each with the copy of its inventory.
    pub(crate) tickets: Vec<Ticket>,
    /// Inventories, each with the copy of its ticket.
    pub(crate) inventories: Vec<Inventory>,
    pub(crate) orders: Vec<Order>,
    /// Shows, each with the copy of its refunds.
    pub(crate) shows: Vec<Show>,
    /// Copies of sales, at tickets, and their sums by show and hour.
    pub(crate) sale_copies: Vec<SaleCopy>,
    pub(crate) sale_sums: Vec<SaleSums>,
    /// Stored images of shows.
    pub(crate) images: Vec<(ImageId, ImageSize)>,
    /// Reports of offers, and the list of each reporter's open ones.
    pub(crate) reports: Vec<Report>,
    pub(crate) reporters: Vec<Reporter>,
    /// Copies of shows, at orders.
    pub(crate) order_shows: Vec<orders::Show>,
    pub(crate) holdings: Vec<Holdings>,
    pub(crate) network_holds: Vec<NetworkHolds>,
    /// Copies of orders, at payments.
    pub(crate) order_copies: Vec<OrderCopy>,
    pub(crate) deadlines: Vec<Deadline>,
    /// Payments for orders, and top-ups.
    pub(crate) payments: Vec<Payment>,
    /// Refunds.
    pub refunds: Vec<Refund>,
    pub(crate) disputes: Vec<Dispute>,
    /// Complete orders of shows, at payments.
    pub(crate) sales: Vec<Sale>,
    /// Copies of shows at payments, with the counts of their refunds.
    pub(crate) show_refunds: Vec<ShowRefunds>,
    pub(crate) entries: Vec<Entry>,
    /// Users' accounts in the ledger.
    pub(crate) accounts: Vec<Account>,
    /// Payments, at the provider.
    pub intents: Vec<IntentFacts>,
    /// Paid refunds, at the provider.
    pub provider_refunds: Vec<ProviderRefundFacts>,
    /// Withdrawals by banks, at the provider.
    pub withdrawn: Vec<WithdrawnFacts>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) users: Vec<User>,
    pub(crate) addresses: Vec<AddressOwner>,
    /// Exports and erasures.
    pub person_requests: Vec<PersonRequest>,
    /// Revoked sessions of each service, auth included, that have not expired at the time of
    /// reading.
    pub revocations: Vec<(String, Vec<RevocationState>)>,
    /// Letters, and the copies of orders and addresses, at mail.
    pub(crate) letters: Vec<Letter>,
    pub(crate) bookings: Vec<Booking>,
    pub(crate) contacts: Vec<Contact>,
    pub(crate) admissions: Vec<Admission>,
    pub(crate) transfers: Vec<Transfer>,
    /// Open links of mails, at auth.
    pub(crate) links: Vec<Link>,
    /// The mails of the run; `None` if they were not recorded.
    pub mails: Option<RecordedMails>,
    /// Entries left in the outbox of each service.
    pub(crate) outboxes: Vec<(String, usize)>,
    pub(crate) lag: Vec<Lag>,
    pub(crate) dead_letters: Vec<DeadLetter>,
}

/// The mails of a run.
#[derive(Debug, Clone)]
pub struct RecordedMails {
    /// Message-ID and recipient of each mail that a server received, repeats included.
    pub received: Vec<(String, String)>,
    /// Addresses that each account had or requested, apart from the present ones.
    pub addresses: BTreeSet<(UserId, String)>,
    /// The notices that auth requested, as far as they are known.
    pub requested: Vec<NoticeState>,
    /// The present time of the run.
    pub read_at: Timestamp,
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
    /// Whether it was captured, completely or in part, without a request of the marketplace.
    pub captured_by_others: bool,
    /// Whether it was cancelled without a request of the marketplace.
    pub canceled_by_others: bool,
}

impl IntentFacts {
    /// The facts of a payment without entries in the ledger.
    #[must_use]
    pub const fn none(payment_id: PaymentId, amount: Money) -> Self {
        Self {
            payment_id,
            amount,
            authorized: 0,
            captured: 0,
            voided: 0,
            taken: 0,
            captured_by_others: false,
            canceled_by_others: false,
        }
    }
}

/// A refund that the provider paid under one key and the payer's bank did not return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderRefundFacts {
    /// The refund that is the key.
    pub refund_id: RefundId,
    /// The refunded payment.
    pub payment_id: PaymentId,
    /// The amount.
    pub amount: Money,
}

/// A withdrawal by a bank, in the provider's ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WithdrawnFacts {
    /// The dispute.
    pub id: DisputeId,
    /// The disputed payment.
    pub payment_id: PaymentId,
    /// The amount.
    pub amount: Money,
    /// Its state.
    pub status: ProviderDisputeStatus,
}

impl Evidence {
    /// Number of orders with this end; `None` counts orders without an end.
    #[must_use]
    pub fn orders_that_ended(&self, end: Option<End>) -> usize {
        self.orders.iter().filter(|order| End::of(order.state.status) == end).count()
    }

    pub(crate) fn orders_by_id(&self) -> HashMap<OrderId, &OrderState> {
        self.orders.iter().map(|order| (order.state.id, &order.state)).collect()
    }

    /// The payments of orders by credit: those with an entry that holds credit.
    pub(crate) fn paid_by_credit(&self) -> HashSet<PaymentId> {
        let held = |entry: &Entry| {
            if let Cause::Hold(of) = entry.cause { Some(of.payment_id) } else { None }
        };
        let held: HashSet<PaymentId> = self.entries.iter().filter_map(held).collect();
        let for_orders = self.payments.iter().filter(|payment| payment.order_id().is_some());
        for_orders.map(|payment| payment.id).filter(|id| held.contains(id)).collect()
    }
}

/// Whether an order holds its units: it has no end.
pub(crate) fn is_active(order: &OrderState) -> bool {
    End::of(order.status).is_none()
}
