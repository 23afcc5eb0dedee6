//! Letters and admissions that follow from orders, refunds and shows.

use std::collections::BTreeSet;
use std::time::Duration;

use admissions::{Admission, Transfer};
use contract::order::OrderStatus;
use contract::payment::RefundStatus;
use contract::transfer::{TransferRecipient, TransferStatus};
use contract::{Decided, UserId};
use mail::domain::{Booking, Content, Letter, Transfer as Sent, TransferNews};
use orders::Order;
use testing::platforms::START;
use testing::samples::id;

use crate::{Evidence, RecordedMails};

/// Letters about every refund of a paid order and about the changes of shows, sent.
pub(super) fn informed(evidence: &mut Evidence) {
    let owed = |id, user, content| Letter::to_account(id, user, content, (START, START)).unwrap();
    let orders: Vec<_> = evidence.orders.iter().map(|order| order.state.clone()).collect();
    let mut letters = Vec::new();
    for refund in &evidence.refunds {
        let Some(summary) = refund.summary() else { continue };
        let mut id = format!("refund.{}", refund.id);
        if summary.status == RefundStatus::CameBack {
            id += ".came_back";
        }
        let notice = mail::domain::Refund { order_id: refund.order_id.unwrap(), refund: summary };
        letters.push(owed(id, refund.payer, Content::Refund(notice)));
    }
    for show in &evidence.shows {
        let bookings = orders.iter().filter_map(|order| Booking::of(order, Duration::ZERO));
        for booking in bookings.filter(|booking| booking.show_id == Some(show.id)) {
            let Some(change) = booking.change_of(&show.state()) else { continue };
            let (id, content) = (change.letter_id(), Content::ShowChange(change));
            letters.push(owed(id, booking.buyer, content));
        }
    }
    for letter in &letters {
        send(evidence, letter);
    }
}

/// Sends a letter to the only user.
pub(super) fn send(evidence: &mut Evidence, letter: &Letter) {
    let none = || RecordedMails {
        received: Vec::new(),
        addresses: BTreeSet::new(),
        requested: Vec::new(),
        read_at: START.plus(Duration::from_mins(1)),
    };
    let mails = evidence.mails.get_or_insert_with(none);
    mails.received.push((format!("{}@example.com", letter.id), "ann@example.com".to_owned()));
    evidence.letters.push(letter.sent(START));
}

/// The admissions of complete orders; those of returned units and of a cancelled show are void.
pub(super) fn admitted(evidence: &mut Evidence) {
    evidence.admissions.clear();
    for Order { state: order, .. } in &evidence.orders {
        if !matches!(order.status, OrderStatus::Complete { .. }) {
            continue;
        }
        let mut shows = evidence.shows.iter().filter(|show| Some(show.id) == order.show_id);
        let is_cancelled = shows.any(|show| show.status.is_cancelled());
        for item in &order.items {
            let kept = if is_cancelled { 0 } else { item.quantity - item.returned };
            for unit in 1..=item.quantity {
                let issued = Admission::issue(order, item, unit, START);
                evidence.admissions.push(if unit <= kept { issued } else { void(&issued) });
            }
        }
    }
}

/// A transfer of the first admission to another person, in this status, with its letter.
pub(super) fn transferred(evidence: &mut Evidence, status: TransferStatus) {
    let admission = evidence.admissions[0].clone();
    let (from, to) = (admission.state.holder, id::<UserId>(2));
    let recipient = TransferRecipient::User { user_id: to };
    let admissions = std::slice::from_ref(&admission);
    let title = "Concert".to_owned();
    let mut transfer = Transfer::offer(id(60), (from, recipient), admissions, title, START);
    transfer.state.status = status;
    evidence.admissions[0] = match status {
        TransferStatus::Accepted { .. } => admission.transfer(to, START).unwrap(),
        _ => admission.offer(transfer.state.id).unwrap(),
    };
    let owed = |news, user| {
        let (id, sent) = (Sent::letter_id(id(60), news), Sent::of(&transfer.state, news));
        Letter::to_account(id, user, Content::Transfer(sent), (START, START)).unwrap()
    };
    // The recipient has no account any more.
    if let TransferStatus::Accepted { .. } = status {
        send(evidence, &owed(TransferNews::Accepted, from));
    }
    evidence.transfers.push(transfer);
}

pub(super) fn void(admission: &Admission) -> Admission {
    let Decided::Applied(void, ()) = admission.void(START) else { panic!("it is void") };
    *void
}

/// The receipt of an order, sent to its buyer.
pub(super) fn mailed(evidence: &mut Evidence, number: u8) {
    let order = evidence.orders.iter().find(|order| order.state.id == id(number));
    let order = order.unwrap().state.clone();
    let receipt = Content::Receipt(Booking::receipt(&order));
    let letter_id = format!("order.{}.receipt", order.id);
    let letter = Letter::to_account(letter_id, order.buyer, receipt, (START, START)).unwrap();
    send(evidence, &letter);
    evidence.bookings.extend(Booking::of(&order, Duration::ZERO));
}
