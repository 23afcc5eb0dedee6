//! Mails: each that is owed is sent, none that is not owed, none to another person. The mails that
//! a server received are known in tests only.

use std::collections::{HashMap, HashSet};

use auth::User;
use auth::domain::PersonRequest;
use contract::order::{OrderState, OrderStatus};
use contract::{Timestamp, UserId};
use mail::domain::letter::OWED_MAX;
use mail::domain::{Booking, Contact, Letter, LetterState, To};

use crate::copies::{Versions, compare};
use crate::evidence::{Evidence, ReceivedMails};
use crate::rule::{Findings, Rule};

pub(crate) fn check(evidence: &Evidence, findings: &mut Findings) {
    check_contacts(evidence, findings);
    let users: HashMap<UserId, &User> = evidence.users.iter().map(|user| (user.id, user)).collect();
    let read_at = evidence.mails.as_ref().map_or(evidence.read_at, |mails| mails.read_at);
    let is_recent = |at: Timestamp| at.plus(OWED_MAX) > read_at;
    let letters: HashMap<&str, &Letter> =
        evidence.letters.iter().map(|letter| (letter.id.as_str(), letter)).collect();
    let bookings: HashMap<_, &Booking> =
        evidence.bookings.iter().map(|booking| (booking.order_id, booking)).collect();
    let orders = evidence.orders.iter().map(|order| &order.state);
    let owed = orders.filter(|order| {
        is_complete(order) && is_recent(order.created_at) && users.contains_key(&order.buyer)
    });
    for order in owed {
        let copied = bookings.get(&order.id).map(|booking| (booking.version, booking.buyer));
        findings.expect(copied == Some((order.version, order.buyer)), Rule::CopiesConverge, || {
            format!("mail has {copied:?} of order {} at version {}", order.id, order.version)
        });
        let receipt = letters.get(format!("order.{}.receipt", order.id).as_str());
        let is_to_buyer = receipt.is_some_and(|letter| letter.user_id == Some(order.buyer));
        findings.expect(is_to_buyer, Rule::Mails, || {
            format!("the buyer of order {} is owed a receipt, and has {receipt:?}", order.id)
        });
    }
    if let Some(mails) = &evidence.mails {
        check_sent(evidence, &letters, mails, findings);
    }
}

const fn is_complete(order: &OrderState) -> bool {
    match order.status {
        OrderStatus::Complete { .. } => true,
        OrderStatus::Created
        | OrderStatus::AwaitingPayment { .. }
        | OrderStatus::Cancelled { .. } => false,
    }
}

/// Each account has its address at mail, and no erased one has.
fn check_contacts(evidence: &Evidence, findings: &mut Findings) {
    let name = |user: UserId| format!("the address of {user}");
    let sources: Versions<Contact> = evidence
        .users
        .iter()
        .map(|user| (name(user.id), (0, Contact::of(user.contact()))))
        .collect();
    let copies =
        evidence.contacts.iter().map(|contact| (name(contact.user_id), (0, contact.clone())));
    compare("mail", &sources, &copies.collect(), findings);
}

/// Compares the letters with the mails that the server received.
fn check_sent(
    evidence: &Evidence,
    letters: &HashMap<&str, &Letter>,
    mails: &ReceivedMails,
    findings: &mut Findings,
) {
    let contacts: HashMap<UserId, &Contact> =
        evidence.contacts.iter().map(|contact| (contact.user_id, contact)).collect();
    let is_erasure = evidence.person_requests.iter().any(PersonRequest::is_erasure);
    let mut received = HashSet::new();
    for (message_id, to) in &mails.received {
        let id = message_id.split_once('@').map_or(message_id.as_str(), |(id, _)| id);
        received.insert(id);
        let Some(letter) = letters.get(id) else {
            // The letters of an erased person are deleted.
            findings.expect(is_erasure, Rule::Mails, || format!("{message_id} was not owed"));
            continue;
        };
        let contact = letter.user_id.and_then(|user| contacts.get(&user));
        let is_own = match &letter.recipient {
            To::Address { email, .. } => email == to,
            To::Account => contact.is_some_and(|contact| contact.email == *to),
        };
        findings.expect(is_own, Rule::Mails, || {
            format!("{message_id} of {:?} went to another person", letter.user_id)
        });
    }
    for letter in &evidence.letters {
        let is_received = received.contains(letter.id.as_str());
        let contact = letter.user_id.and_then(|user| contacts.get(&user));
        let has_address = contact.is_some_and(|contact| contact.is_verified)
            || matches!(letter.recipient, To::Address { .. });
        match letter.state {
            LetterState::Sent { .. } => findings.expect(is_received, Rule::Mails, || {
                format!("{} counts as sent, and no server received it", letter.id)
            }),
            LetterState::Owed { due_at } => {
                let may_wait = due_at > mails.read_at || !has_address;
                findings.expect(may_wait, Rule::Mails, || {
                    format!("{} is owed since {due_at:?}, and is not sent", letter.id)
                });
            }
            LetterState::Unsent { .. } => {}
        }
    }
}
