//! The checks of every commit, message and movement of money when it happens. Rules on states are
//! those of the crate `invariants`; those on changes are here.

pub(crate) mod coverage;
mod holds;
mod messages;
mod money;
mod orders;
mod shows;

use std::collections::{BTreeMap, BTreeSet};

use ::orders::{Holdings, Inventory, NetworkHolds, Order};
use admissions::Admission;
use auth::User;
use auth::domain::{Link, Session};
use bus::BusMessage;
use contract::admission::AdmissionStatus;
use contract::ticket::Offer;
use contract::user::AccountStatus;
use contract::{
    AdmissionId, DisputeId, OrderId, PaymentId, RefundId, ReportId, SessionId, ShowId, TicketId,
    Timestamp, UserId,
};
use expiration::Deadline;
use invariants::offer_reports::check_reporters;
use invariants::{Findings, RecordedMails, Rule};
use payments::Payment;
use payments::domain::{Account, Dispute, Entry, Refund, Sale, ShowRefunds};
use serde::de::DeserializeOwned;
use store::batch::{Batch, Write};
use tickets::domain::{Report, ReportedOffer, Reporter};
use tickets::{Show, Ticket};

use crate::operation::Deployment;
use crate::summary::{Summary, variant};
use coverage::{order_state, payment_state, refund_state};
use messages::Messages;
use money::Movement;

/// The last committed state, and the violated rules.
#[derive(Default)]
pub(crate) struct Checks {
    pub(crate) orders: BTreeMap<OrderId, Order>,
    inventories: BTreeMap<TicketId, Inventory>,
    /// Units held and sold in each version of each inventory.
    pub(crate) committed_units: BTreeMap<(TicketId, u64), u32>,
    /// The inventory versions of the tickets of each order, as of the order's last change.
    pub(crate) stock: BTreeMap<OrderId, Vec<(TicketId, u64)>>,
    /// The highest version of each ticket whose terms were acknowledged.
    acknowledged: BTreeMap<TicketId, u64>,
    /// The highest acknowledged version of each show.
    acknowledged_shows: BTreeMap<ShowId, u64>,
    /// Shows whose cancellation was acknowledged.
    cancelled_shows: BTreeSet<ShowId>,
    shows: BTreeMap<ShowId, Show>,
    /// The copies of shows at orders.
    order_shows: BTreeMap<ShowId, ::orders::Show>,
    sales: BTreeMap<OrderId, Sale>,
    show_refunds: BTreeMap<ShowId, ShowRefunds>,
    holdings: BTreeMap<UserId, Holdings>,
    networks: BTreeMap<String, NetworkHolds>,
    pub(crate) tickets: BTreeMap<TicketId, Ticket>,
    reports: BTreeMap<ReportId, Report>,
    reporters: BTreeMap<UserId, Reporter>,
    deadlines: BTreeMap<OrderId, Deadline>,
    admissions: BTreeMap<AdmissionId, Admission>,
    users: BTreeMap<UserId, User>,
    /// Every address that an account had or requested.
    addresses: BTreeSet<(UserId, String)>,
    banned: BTreeSet<UserId>,
    /// The time of each session's last renewal.
    sessions: BTreeMap<SessionId, Option<Timestamp>>,
    payments: BTreeMap<PaymentId, Payment>,
    pub(crate) refunds: BTreeMap<RefundId, Refund>,
    disputes: BTreeMap<DisputeId, Dispute>,
    entries: Vec<Entry>,
    accounts: BTreeMap<UserId, Account>,
    /// The movements of money at the provider.
    movements: BTreeSet<Movement>,
    messages: Messages,
    visited: Summary,
    /// The latest time that the clock has shown.
    latest: Option<Timestamp>,
    pub(crate) findings: Findings,
}

impl Checks {
    pub(crate) fn new(deployment: Deployment) -> Self {
        let mut checks = Self::default();
        checks.messages.are_replicas = deployment == Deployment::Replicas;
        checks
    }

    pub(crate) fn committed(&mut self, store: &'static str, batch: &Batch, now: Timestamp) {
        self.latest = self.latest.max(Some(now));
        match store {
            ::orders::NAME => {
                // Limits are checked against the state before the batch.
                self.holds_before(batch);
                self.shows_before(batch);
                self.orders_committed(batch);
                self.holds_committed(batch);
            }
            tickets::NAME => {
                self.tickets_committed(batch);
                self.reports_committed(batch);
            }
            expiration::NAME => {
                let deadlines = written(batch).map(|one: Deadline| (one.order_id, one));
                self.deadlines.extend(deadlines);
            }
            payments::NAME => {
                self.payments_committed(batch);
                self.sales_committed(batch);
            }
            auth::NAME => self.accounts_committed(batch),
            ::admissions::NAME => self.admissions_committed(batch),
            _ => {}
        }
        self.messages_committed(batch);
    }

    pub(crate) fn published(&mut self, message: &BusMessage) {
        for line in self.messages.published(message) {
            self.findings.note(Rule::OneEffect, line);
        }
    }

    /// An account, as committed last.
    pub(crate) fn account(&self, id: UserId) -> Option<&User> {
        self.users.get(&id)
    }

    /// Whether an admission is used, or was void afterwards.
    pub(crate) fn has_entered(&self, id: AdmissionId) -> bool {
        let known = self.admissions.get(&id);
        known.is_some_and(|known| known.state.status != AdmissionStatus::Valid)
    }

    /// The facts about mails that the checker compares with these received ones.
    pub(crate) fn mails(
        &self,
        received: Vec<(String, String)>,
        read_at: Timestamp,
    ) -> RecordedMails {
        let (addresses, requested) = (self.addresses.clone(), self.messages.notices());
        RecordedMails { received, addresses, requested, read_at }
    }

    /// The ids of a user's tickets, reports, orders and payments.
    pub(crate) fn of_person(&self, user: UserId) -> BTreeSet<String> {
        let tickets = self.tickets.values().filter(|ticket| ticket.seller == user);
        let orders = self.orders.values().filter(|order| order.state.buyer == user);
        let payments = self.payments.values().filter(|payment| payment.buyer == user);
        let reports = self.reports.values().filter(|report| report.reporter == user);
        let ids = tickets.map(|ticket| ticket.id.to_string());
        let ids = ids.chain(reports.map(|report| report.id.to_string()));
        let ids = ids.chain(orders.map(|order| order.state.id.to_string()));
        ids.chain(payments.map(|payment| payment.id.to_string())).collect()
    }

    /// Adds the visited transitions, and the state of each order, payment and refund.
    pub(crate) fn count_in(&self, summary: &mut Summary) {
        summary.merge(&self.visited);
        for order in self.orders.values() {
            summary.add("orders", order_state(order.state.status), 1);
        }
        for payment in self.payments.values() {
            summary.add("payments", payment_state(&payment.state), 1);
        }
        for sale in self.sales.values() {
            summary.add("sales", variant(&sale.refund), 1);
        }
        for show in self.shows.values() {
            summary.add("shows", variant(&show.status), 1);
        }
        for refund in self.refunds.values() {
            summary.add("refunds", refund_state(&refund.state), 1);
        }
    }

    /// Whether an administrator took a ticket down. In scripts, no administrator offers it again.
    pub(crate) fn is_taken_down(&self, id: TicketId) -> bool {
        self.tickets.get(&id).is_some_and(|ticket| ticket.offer == Offer::TakenDown)
    }

    /// Whether an account has an open report of a ticket.
    pub(crate) fn is_reported_by(&self, ticket: TicketId, reporter: UserId) -> bool {
        let list = self.reporters.get(&reporter);
        list.is_some_and(|list| list.report_of(ReportedOffer::Ticket(ticket)).is_some())
    }

    fn reports_committed(&mut self, batch: &Batch) {
        let is_touched =
            changes::<Report>(batch).chain(changes::<Reporter>(batch)).next().is_some();
        if !is_touched {
            return;
        }
        self.reports.extend(written(batch).map(|one: Report| (one.id, one)));
        self.reporters.extend(written(batch).map(|one: Reporter| (one.id, one)));
        for id in removed::<Report>(batch) {
            self.reports.retain(|known, _| known.to_string() != id);
        }
        for id in removed::<Reporter>(batch) {
            self.reporters.retain(|known, _| known.to_string() != id);
        }
        check_reporters(self.reports.values(), self.reporters.values(), &mut self.findings);
    }

    /// No session of a banned account begins or is renewed.
    fn accounts_committed(&mut self, batch: &Batch) {
        let changed: Vec<User> = written(batch).collect();
        for session in written::<Session>(batch) {
            let (id, user) = (session.id, session.user_id);
            let known = self.sessions.insert(id, session.renewed_at);
            let is_active = known != Some(session.renewed_at) && session.signed_out_at.is_none();
            // Within a batch that changes the account, the session may have begun before the ban or
            // after its end.
            let is_banned = self.banned.contains(&user) && changed.iter().all(|one| one.id != user);
            self.findings.expect(!(is_active && is_banned), Rule::InForce, || {
                format!("session {id} begins or is renewed, and its account {user} is banned")
            });
        }
        for link in written::<Link>(batch) {
            self.addresses.insert((link.user_id(), link.email.as_str().to_owned()));
        }
        for user in changed {
            self.addresses.insert((user.id, user.email.as_str().to_owned()));
            match user.status {
                AccountStatus::Active => self.banned.remove(&user.id),
                AccountStatus::Banned => self.banned.insert(user.id),
            };
            self.users.insert(user.id, user);
        }
    }

    /// No admission becomes valid again, and no credential version has two devices.
    fn admissions_committed(&mut self, batch: &Batch) {
        for admission in written::<Admission>(batch) {
            let id = admission.state.id;
            let before = self.admissions.get(&id);
            let is_valid = |of: &Admission| of.state.status == AdmissionStatus::Valid;
            let is_revived = is_valid(&admission) && before.is_some_and(|it| !is_valid(it));
            self.findings.expect(!is_revived, Rule::Admissions, || {
                format!("admission {id} becomes valid again")
            });
            let credential = |of: &Admission| of.state.credential_version;
            let is_same = before.is_none_or(|before| before.device == admission.device);
            let is_later = before.is_none_or(|before| credential(before) < credential(&admission));
            self.findings.expect(is_same || is_later, Rule::Admissions, || {
                format!("the codes of two devices of admission {id} are valid")
            });
            self.admissions.insert(id, admission);
        }
    }

    fn ticket_changed(&mut self, ticket: Ticket) {
        let is_back = ticket.offer != Offer::TakenDown && self.is_taken_down(ticket.id);
        self.findings
            .expect(!is_back, Rule::InForce, || format!("ticket {} was taken down", ticket.id));
        self.tickets.insert(ticket.id, ticket);
    }
}

/// The documents of type `D` that a batch wrote.
fn written<D: DeserializeOwned + store::Document>(batch: &Batch) -> impl Iterator<Item = D> {
    let contents = changes::<D>(batch).filter_map(|write| write.content.as_ref());
    contents
        .map(|content| serde_json::from_str(&content.body).expect("a stored document can be read"))
}

/// The ids of documents of type `D` that a batch removed.
fn removed<D: store::Document>(batch: &Batch) -> impl Iterator<Item = &str> {
    let removals = changes::<D>(batch).filter(|write| write.content.is_none());
    removals.map(|write| write.expected.id.as_str())
}

fn changes<D: store::Document>(batch: &Batch) -> impl Iterator<Item = &Write> {
    batch.writes.iter().filter(|write| write.expected.collection.name == D::COLLECTION.name)
}
