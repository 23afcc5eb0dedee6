//! Mails: each that is owed is sent, none that is not owed, none to another person.

mod facts;
mod sent;

use std::collections::HashMap;

use contract::{Timestamp, UserId};
use mail::domain::letter::OWED_MAX;
use mail::domain::{Booking, Contact, Letter};

use crate::copies::{Versions, compare};
use crate::evidence::Evidence;
use crate::rule::{Findings, Rule};
use facts::Facts;

pub(crate) fn check(evidence: &Evidence, findings: &mut Findings) {
    check_contacts(evidence, findings);
    let read_at = evidence.mails.as_ref().map_or(evidence.read_at, |mails| mails.read_at);
    let facts = Facts::of(evidence);
    let letters: HashMap<&str, &Letter> =
        evidence.letters.iter().map(|letter| (letter.id.as_str(), letter)).collect();
    check_bookings(evidence, &facts, read_at, findings);
    for (id, of, since) in facts.owed() {
        let letter = letters.get(id.as_str());
        let is_owed = is_recent(since, read_at) && of.is_none_or(|of| facts.has_account(of));
        let is_there = letter.is_some_and(|letter| letter.user_id == of);
        findings.expect(!is_owed || is_there, Rule::Mails, || {
            format!("{id} is owed to {of:?}, and the letter is {letter:?}")
        });
    }
    for (order, change) in facts.changes_of_shows() {
        let announces = |letter: &&Letter| facts::announces(letter, &change);
        let is_there = evidence.letters.iter().any(|letter| announces(&letter));
        findings.expect(is_there || !facts.has_account(order.buyer), Rule::Mails, || {
            format!("the buyer of order {} is owed a letter about {change:?}", order.id)
        });
    }
    for letter in &evidence.letters {
        findings.expect(facts.confirm(letter), Rule::Mails, || {
            format!("{letter:?} informs of nothing that has happened to its person")
        });
    }
    if let Some(mails) = &evidence.mails {
        sent::check(evidence, &letters, &facts, mails, findings);
    }
}

fn is_recent(at: Timestamp, read_at: Timestamp) -> bool {
    at.plus(OWED_MAX) > read_at
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

/// Mail knows each recent complete order.
fn check_bookings(
    evidence: &Evidence,
    facts: &Facts<'_>,
    read_at: Timestamp,
    findings: &mut Findings,
) {
    let bookings: HashMap<_, &Booking> =
        evidence.bookings.iter().map(|booking| (booking.order_id, booking)).collect();
    for order in facts.complete_orders().filter(|order| is_recent(order.created_at, read_at)) {
        let copied = bookings.get(&order.id).map(|booking| (booking.version, booking.buyer));
        let is_equal = copied == Some((order.version, order.buyer));
        findings.expect(is_equal || !facts.has_account(order.buyer), Rule::CopiesConverge, || {
            format!("mail has {copied:?} of order {} at version {}", order.id, order.version)
        });
    }
}
