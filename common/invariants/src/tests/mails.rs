//! Every defect of mails is found.

use std::time::Duration;

use auth::User;
use auth::domain::{EmailAddress, Link, Purpose};
use contract::notice::NoticeState;
use contract::{Id, Language};
use mail::domain::{Content, Letter, LetterState, Notice, To, Unsent};
use testing::platforms::START;
use testing::samples::id;

use super::sold::send;
use super::sound::{Defect, PAID, finds_each, sound};
use crate::Evidence;
use crate::Rule::Mails;

const LINK: u8 = 80;

/// Ann has an open link, whose mail is sent, and had another address before.
fn linked() -> Evidence {
    let mut evidence = sound();
    let link = link();
    let notice = link.notice();
    let letter = letter(&notice);
    send(&mut evidence, &letter);
    evidence.links = vec![link];
    let mails = evidence.mails.as_mut().unwrap();
    mails.requested = vec![notice];
    mails.addresses.insert((id(1), "former@example.com".to_owned()));
    // A receipt that was sent before the address changed.
    mails.received[0].1 = "former@example.com".to_owned();
    evidence
}

fn link() -> Link {
    let email = EmailAddress::parse("ann@example.com").unwrap();
    let purpose = Purpose::ResetPassword { user_id: id(1), password_changes: 0 };
    Link::request(id(LINK), (email, Language::English), purpose, START)
}

fn letter(notice: &NoticeState) -> Letter {
    Letter {
        id: format!("notice.{}", notice.id),
        user_id: notice.user_id,
        recipient: To::Address { email: notice.email.clone(), language: notice.language },
        content: Content::Notice(Notice {
            subject: notice.subject.clone(),
            link: Some(mail::domain::Link { id: notice.id, secret: "secret".to_owned() }),
            requested_at: notice.requested_at,
            ends_at: notice.ends_at,
        }),
        created_at: START,
        ends_at: notice.ends_at,
        attempts: 0,
        state: LetterState::Owed { due_at: START },
    }
}

/// The letter of the link.
fn of_link(evidence: &mut Evidence) -> &mut Letter {
    let name = format!("notice.{}", id::<Id>(LINK));
    evidence.letters.iter_mut().find(|letter| letter.id == name).unwrap()
}

fn ended(letter: &Letter, reason: Unsent) -> Letter {
    letter.end(reason, None, START)
}

const DEFECTS: &[Defect] = &[
    ("an open link without a letter", Mails, |it| {
        it.mails.as_mut().unwrap().requested.clear();
        it.letters.retain(|letter| !letter.id.starts_with("notice."));
    }),
    ("a requested notice without a letter", Mails, |it| {
        it.links.clear();
        it.letters.retain(|letter| !letter.id.starts_with("notice."));
    }),
    ("a requested notice to another address", Mails, |it| {
        it.mails.as_mut().unwrap().requested[0].email = "bob@example.com".to_owned();
    }),
    ("a letter of a link to an address that is not of the account", Mails, |it| {
        let to_bob = "bob@example.com".to_owned();
        of_link(it).recipient = To::Address { email: to_bob.clone(), language: Language::English };
        it.mails.as_mut().unwrap().requested.clear();
        it.mails.as_mut().unwrap().received.last_mut().unwrap().1 = to_bob;
    }),
    ("an owed letter of a link that has ended", Mails, |it| {
        let notice = link().notice();
        *of_link(it) = letter(&notice).due(START.plus(Duration::from_hours(10_000)));
        it.links.clear();
    }),
    ("a letter of an open link that counts as obsolete", Mails, |it| {
        *of_link(it) = ended(of_link(it), Unsent::Obsolete);
    }),
    ("a receipt that counts as obsolete", Mails, |it| {
        it.letters[0] = ended(&it.letters[0], Unsent::Obsolete);
    }),
    ("a receipt that was switched off", Mails, |it| {
        it.letters[0] = ended(&it.letters[0], Unsent::SwitchedOff);
    }),
    ("a lost receipt", Mails, |it| it.letters[0] = ended(&it.letters[0], Unsent::TooLate)),
    ("a receipt of an order that is not complete", Mails, |it| {
        let order = it.orders.iter_mut().find(|order| order.state.id == id(PAID)).unwrap();
        order.state.status = contract::order::OrderStatus::Created;
    }),
    ("a first sale without a letter to the seller", Mails, |it| {
        it.users.push(User { id: id(9), ..it.users[0].clone() });
    }),
    ("a letter to an account that does not exist", Mails, |it| {
        let other = Letter { id: "x".to_owned(), user_id: Some(id(99)), ..of_link(it).clone() };
        it.letters.push(other);
    }),
];

#[test]
fn every_defect_of_mails_is_found() {
    finds_each(linked, DEFECTS);
}

const OF_REFUNDS: &[Defect] = &[
    ("a refund without a letter", Mails, |it| {
        it.letters.retain(|letter| !letter.id.starts_with("refund."));
    }),
    ("a letter about an unknown refund", Mails, |it| it.refunds.truncate(1)),
    ("a refund that came back without a letter", Mails, |it| {
        it.letters.retain(|letter| !letter.id.ends_with(".came_back"));
    }),
];

#[test]
fn every_lost_letter_about_a_refund_is_found() {
    finds_each(super::refunds::refunded, OF_REFUNDS);
}

const OF_SHOWS: &[Defect] = &[
    ("a cancelled show without letters", Mails, |it| {
        it.letters.retain(|letter| !letter.id.starts_with("show."));
    }),
    ("a letter about a later change of a show", Mails, |it| {
        for letter in &mut it.letters {
            if let Content::ShowChange(change) = &mut letter.content {
                change.show_version += 1;
            }
        }
    }),
];

#[test]
fn every_lost_letter_about_a_show_is_found() {
    finds_each(super::shows::cancelled, OF_SHOWS);
}
