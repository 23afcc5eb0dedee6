//! Letters and the mails that a server received, which are known in tests only.

use std::collections::{HashMap, HashSet};

use admissions::Transfer;
use auth::domain::PersonRequest;
use contract::UserId;
use contract::notice::NoticeState;
use mail::domain::{Contact, Content, Letter, LetterState, To, Unsent};

use super::facts::Facts;
use crate::evidence::{Evidence, RecordedMails};
use crate::rule::{Findings, Rule};

pub(super) fn check(
    evidence: &Evidence,
    letters: &HashMap<&str, &Letter>,
    facts: &Facts<'_>,
    mails: &RecordedMails,
    findings: &mut Findings,
) {
    let contacts: HashMap<UserId, &Contact> =
        evidence.contacts.iter().map(|contact| (contact.user_id, contact)).collect();
    let has = |user: UserId, email: &String| {
        contacts.get(&user).is_some_and(|contact| contact.email == *email)
            || mails.addresses.contains(&(user, email.clone()))
    };
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
        let is_own = match (&letter.recipient, letter.user_id) {
            (To::Address { email, .. }, None) => email == to,
            (To::Address { email, .. }, Some(user)) => email == to && has(user, to),
            (To::Account, Some(user)) => has(user, to),
            (To::Account, None) => false,
        };
        findings.expect(is_own, Rule::Mails, || {
            format!("{message_id} of {:?} went to another person", letter.user_id)
        });
    }
    for NoticeState { id, user_id, email, .. } in &mails.requested {
        let letter = letters.get(format!("notice.{id}").as_str());
        let is_equal = letter.is_some_and(|letter| {
            let is_to = matches!(&letter.recipient, To::Address { email: to, .. } if to == email);
            is_to && letter.user_id == *user_id
        });
        let is_erased = user_id.is_some_and(|user| !facts.has_account(user));
        findings.expect(is_equal || is_erased, Rule::Mails, || {
            format!("notice {id} to {user_id:?} was requested, and the letter is {letter:?}")
        });
    }
    for letter in &evidence.letters {
        let is_received = received.contains(letter.id.as_str());
        let contact = letter.user_id.and_then(|user| contacts.get(&user));
        let has_address = contact.is_some_and(|contact| contact.is_verified)
            || matches!(letter.recipient, To::Address { .. });
        let problem = match letter.state {
            LetterState::Sent { .. } => {
                (!is_received).then_some("counts as sent, and no server received it")
            }
            LetterState::Owed { due_at } if due_at <= mails.read_at && has_address => {
                Some("is due, and is not sent")
            }
            LetterState::Owed { .. } => is_void(letter, facts).then_some("is no longer true"),
            LetterState::Unsent { reason, .. } => {
                let is_right = match reason {
                    Unsent::Obsolete => !is_current(letter, facts),
                    Unsent::SwitchedOff => letter.content.is_optional(),
                    Unsent::NoAddress => !has_address,
                    // No server of a run refuses a mail for good, and no run lasts as long.
                    Unsent::AddressRefused | Unsent::Rejected | Unsent::TooLate => false,
                };
                (!is_right).then_some("is not sent, without this reason")
            }
        };
        if let Some(problem) = problem {
            findings.note(Rule::Mails, format!("{problem}: {letter:?}"));
        }
    }
}

/// Whether the link or the transfer of an owed letter has ended.
fn is_void(letter: &Letter, facts: &Facts<'_>) -> bool {
    match &letter.content {
        Content::Notice(notice) => {
            notice.link.as_ref().is_some_and(|link| facts.link(link.id).is_none())
        }
        Content::Transfer(sent) => sent.news.is_offer() && !is_current(letter, facts),
        Content::Receipt(_)
        | Content::Refund(_)
        | Content::ShowChange(_)
        | Content::FirstSale(_)
        | Content::DailySales(_) => false,
    }
}

/// Whether a letter states the present: its link or transfer is open, or its show has not changed
/// again.
fn is_current(letter: &Letter, facts: &Facts<'_>) -> bool {
    match &letter.content {
        Content::Notice(_) => {
            let id = letter.id.strip_prefix("notice.").and_then(|id| id.parse().ok());
            id.is_some_and(|id| facts.link(id).is_some())
        }
        Content::ShowChange(change) => {
            facts.show(change.show_id).is_none_or(|show| show.version == change.show_version)
        }
        Content::Transfer(sent) => {
            let transfer = facts.transfer(sent.transfer_id);
            !sent.news.is_offer() || transfer.is_some_and(Transfer::is_offered)
        }
        Content::Receipt(_)
        | Content::Refund(_)
        | Content::FirstSale(_)
        | Content::DailySales(_) => true,
    }
}
