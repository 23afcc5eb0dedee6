//! The facts of other services of which letters inform.

use std::collections::HashMap;
use std::time::Duration;

use admissions::Transfer;
use auth::User;
use auth::domain::Link;
use contract::order::OrderState;
use contract::payment::RefundStatus;
use contract::show::ShowStatus;
use contract::transfer::{TransferRecipient, TransferStatus};
use contract::{Id, OrderId, PaymentId, RefundId, ShowId, Timestamp, TransferId, UserId};
use mail::domain::{Booking, Content, Letter, ShowChange, Transfer as Sent, TransferNews};
use payments::Payment;
use payments::domain::{Refund, State};
use testing::load::End;
use tickets::Show;

use crate::evidence::Evidence;

pub(super) struct Facts<'e> {
    users: HashMap<UserId, &'e User>,
    orders: HashMap<OrderId, &'e OrderState>,
    captured: HashMap<PaymentId, &'e Payment>,
    refunds: HashMap<RefundId, &'e Refund>,
    shows: HashMap<ShowId, &'e Show>,
    links: HashMap<Id, &'e Link>,
    transfers: HashMap<TransferId, &'e Transfer>,
}

/// Id of an owed letter, its account, and when it became owed.
type Owed = (String, Option<UserId>, Timestamp);

impl<'e> Facts<'e> {
    pub(super) fn of(evidence: &'e Evidence) -> Self {
        let orders = evidence.orders.iter().map(|order| &order.state);
        let complete = orders.filter(|order| End::of(order.status) == Some(End::Complete));
        let is_captured = |payment: &&Payment| matches!(payment.state, State::Captured { .. });
        let captured = evidence.payments.iter().filter(is_captured);
        Self {
            users: evidence.users.iter().map(|user| (user.id, user)).collect(),
            orders: complete.map(|order| (order.id, order)).collect(),
            captured: captured.map(|payment| (payment.id, payment)).collect(),
            refunds: evidence.refunds.iter().map(|refund| (refund.id, refund)).collect(),
            shows: evidence.shows.iter().map(|show| (show.id, show)).collect(),
            links: evidence.links.iter().map(|link| (link.id, link)).collect(),
            transfers: evidence.transfers.iter().map(|it| (it.state.id, it)).collect(),
        }
    }

    pub(super) fn has_account(&self, user: UserId) -> bool {
        self.users.contains_key(&user)
    }

    pub(super) fn complete_orders(&self) -> impl Iterator<Item = &'e OrderState> {
        self.orders.values().copied()
    }

    pub(super) fn show(&self, id: ShowId) -> Option<&'e Show> {
        self.shows.get(&id).copied()
    }

    pub(super) fn link(&self, id: Id) -> Option<&'e Link> {
        self.links.get(&id).copied()
    }

    pub(super) fn transfer(&self, id: TransferId) -> Option<&'e Transfer> {
        self.transfers.get(&id).copied()
    }

    /// Receipts, first sales, refunds of paid orders, mails with open links, and those of transfers. Money that no order
    /// accepted returns without a letter.
    pub(super) fn owed(&self) -> impl Iterator<Item = Owed> {
        let receipt = |order: &OrderState| {
            (format!("order.{}.receipt", order.id), Some(order.buyer), order.created_at)
        };
        let refund = |refund: &&Refund| {
            let of = refund.order_id.filter(|_| self.captured.contains_key(&refund.payment_id));
            let summary = of.and(refund.summary())?;
            Some((refund_letter(refund.id, summary.status), Some(refund.payer), summary.at))
        };
        let link = |link: &&Link| {
            let notice = link.notice();
            (format!("notice.{}", link.id), notice.user_id, link.created_at)
        };
        let mut first_sales: HashMap<UserId, Timestamp> = HashMap::new();
        for order in self.complete_orders() {
            for item in &order.items {
                let since = first_sales.entry(item.seller).or_insert(order.created_at);
                *since = order.created_at.min(*since);
            }
        }
        let first_sale =
            |(seller, since)| (format!("seller.{seller}.first_sale"), Some(seller), since);
        let receipts = self.complete_orders().map(receipt);
        let refunds = self.refunds.values().filter_map(refund);
        let sales = first_sales.into_iter().map(first_sale);
        let transfers = self.transfers.values().flat_map(|transfer| of_transfer(transfer));
        let links = self.links.values().map(link);
        receipts.chain(sales).chain(refunds).chain(links).chain(transfers)
    }

    /// The present change of each postponed or cancelled show, for each order that has units of it.
    pub(super) fn changes_of_shows(&self) -> impl Iterator<Item = (&'e OrderState, ShowChange)> {
        self.complete_orders().filter_map(|order| {
            let show = self.shows.get(&order.show_id?)?.state();
            let is_announced = match show.status {
                ShowStatus::Scheduled => false,
                ShowStatus::Postponed { .. } | ShowStatus::Cancelled => true,
            };
            let booking = Booking::of(order, Duration::ZERO)?;
            Some((order, booking.change_of(&show).filter(|_| is_announced)?))
        })
    }

    /// Whether a letter informs its person of something that has happened.
    pub(super) fn confirm(&self, letter: &Letter) -> bool {
        let Some(user) = letter.user_id else {
            return match &letter.content {
                Content::Notice(_) => true,
                Content::Transfer(sent) => {
                    self.transfer(sent.transfer_id).is_some_and(|it| happened(it, sent.news, None))
                }
                Content::Receipt(_)
                | Content::Refund(_)
                | Content::ShowChange(_)
                | Content::FirstSale(_)
                | Content::DailySales(_) => false,
            };
        };
        let is_buyer = |order: &OrderState| order.buyer == user;
        let sells = |order: &OrderState| order.items.iter().any(|item| item.seller == user);
        self.has_account(user)
            && match &letter.content {
                Content::Receipt(receipt) => {
                    self.orders.get(&receipt.order_id).is_some_and(|order| is_buyer(order))
                }
                Content::Refund(notice) => {
                    let refund = self.refunds.get(&notice.refund.id);
                    refund.is_some_and(|refund| {
                        refund.payer == user && refund.order_id == Some(notice.order_id)
                    })
                }
                Content::ShowChange(change) => {
                    let order = self.orders.get(&change.order_id);
                    let is_of_buyer =
                        order.is_some_and(|it| is_buyer(it) && it.show_id == Some(change.show_id));
                    let show = self.shows.get(&change.show_id);
                    is_of_buyer && show.is_some_and(|show| change.show_version <= show.version)
                }
                Content::FirstSale(_) | Content::DailySales(_) => self.complete_orders().any(sells),
                Content::Notice(_) => true,
                Content::Transfer(sent) => self
                    .transfer(sent.transfer_id)
                    .is_some_and(|it| happened(it, sent.news, Some(user))),
            }
    }
}

/// The letters of a transfer: the offer, also one that is not sent any more, and the reply.
fn of_transfer(transfer: &Transfer) -> impl Iterator<Item = Owed> {
    let state = &transfer.state;
    let id = |news| Sent::letter_id(state.id, news);
    let offered = match state.to {
        TransferRecipient::User { user_id } => Some(user_id),
        TransferRecipient::Claimed { .. }
        | TransferRecipient::Address { .. }
        | TransferRecipient::DeletedAddress => None,
    };
    let reply = match state.status {
        // The recipient is owed a mail about a cancellation only after one about the offer.
        TransferStatus::Offered | TransferStatus::Cancelled { .. } => None,
        TransferStatus::Accepted { at } => Some((TransferNews::Accepted, at)),
        TransferStatus::Declined { at } => Some((TransferNews::Declined, at)),
        TransferStatus::Expired { at } => Some((TransferNews::Expired, at)),
    };
    let reply = reply.map(|(news, at)| (id(news), Some(state.from), at));
    [(id(TransferNews::Offered), offered, state.offered_at)].into_iter().chain(reply)
}

/// Whether this news of a transfer is one for an account, or for the reader of an address.
fn happened(transfer: &Transfer, news: TransferNews, user: Option<UserId>) -> bool {
    let is_sender = user == Some(transfer.state.from);
    match (news, transfer.state.status) {
        (TransferNews::OfferedByLink, _) => user.is_none(),
        (TransferNews::Offered, _) => user == transfer.recipient() || user.is_none(),
        (TransferNews::Cancelled, TransferStatus::Cancelled { .. }) => user == transfer.recipient(),
        (TransferNews::Accepted, TransferStatus::Accepted { .. })
        | (TransferNews::Declined, TransferStatus::Declined { .. })
        | (TransferNews::Expired, TransferStatus::Expired { .. }) => is_sender,
        (
            TransferNews::Cancelled
            | TransferNews::Accepted
            | TransferNews::Declined
            | TransferNews::Expired,
            _,
        ) => false,
    }
}

/// Whether a letter announces this state of a show to this buyer. An earlier version of the show may
/// have had the same time, place and status.
pub(super) fn announces(letter: &Letter, change: &ShowChange) -> bool {
    let Content::ShowChange(announced) = &letter.content else { return false };
    let facts = |change: &ShowChange| {
        (change.order_id, change.starts_at, change.status, change.venue.name.clone())
    };
    facts(announced) == facts(change)
}

fn refund_letter(id: RefundId, status: RefundStatus) -> String {
    match status {
        RefundStatus::Succeeded => format!("refund.{id}"),
        RefundStatus::CameBack => format!("refund.{id}.came_back"),
    }
}
