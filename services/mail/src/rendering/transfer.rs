//! Mails about transfers of admissions.

use crate::domain::{Transfer, TransferNews};
use crate::rendering::facts::Facts;
use crate::rendering::inserted::{one_line, title_in_quotes};
use crate::rendering::message::{Action, Details, Fact, Message, Stub};
use crate::rendering::words::Words;

/// The content of the mail; `None` if its link is absent.
pub(crate) fn message(words: Words, facts: &Facts<'_>, transfer: &Transfer) -> Option<Message> {
    let host = facts.public_url.host();
    // A person can make any title known to any address: in quotation marks it is not taken for
    // words of the marketplace.
    let (title, tickets) = (title_in_quotes(&transfer.title), words.tickets(transfer.units));
    let until = words.time(transfer.expires_at, None);
    let own = |label| Action { label, url: facts.page("/admissions") };
    let page = Action {
        label: words.open_transfer(),
        url: facts.page(&format!("/transfers/{}", transfer.transfer_id)),
    };
    let mut when = None;
    let (subject, heading, text, action) = match transfer.news {
        TransferNews::Offered | TransferNews::OfferedByLink => {
            when = Some(Fact { label: words.accept_until(), value: until.clone() });
            let text = words.offered_text(host);
            let action = match (transfer.news, &transfer.link) {
                (TransferNews::OfferedByLink, None) => return None,
                (TransferNews::OfferedByLink, Some(link)) => {
                    let path = format!("/transfers/link/{}.{}", link.id, link.secret);
                    Action { label: words.look_at_tickets(), url: facts.page(&path) }
                }
                _ => Action { label: words.look_at_tickets(), ..page },
            };
            (words.offered_subject(&title), words.offered_heading(&tickets), text, action)
        }
        TransferNews::Cancelled => (
            words.withdrawn_subject(&title),
            words.withdrawn_heading().to_owned(),
            words.withdrawn_text().to_owned(),
            own(words.own_tickets()),
        ),
        TransferNews::Accepted => (
            words.accepted_subject(&title),
            words.accepted_heading(&tickets),
            words.accepted_text().to_owned(),
            page,
        ),
        TransferNews::Declined => (
            words.declined_subject(&title),
            words.declined_heading().to_owned(),
            words.declined_text().to_owned(),
            page,
        ),
        TransferNews::Expired => (
            words.expired_subject(&title),
            words.expired_heading().to_owned(),
            words.expired_text().to_owned(),
            page,
        ),
    };
    let is_to_sender = match transfer.news {
        TransferNews::Offered | TransferNews::OfferedByLink | TransferNews::Cancelled => false,
        TransferNews::Accepted | TransferNews::Declined | TransferNews::Expired => true,
    };
    let units = Fact { label: words.transferred_units(), value: tickets };
    let facts = [units].into_iter().chain(when).collect();
    Some(Message {
        subject,
        kicker: words.transfer(),
        heading,
        paragraphs: vec![text],
        details: Details { title: Some(one_line(&transfer.title)), facts, ..Details::default() },
        stub: Stub::new(action),
        closing: transfer.news.is_offer().then(|| words.offered_closing()),
        reason: if is_to_sender { words.reason_account(host) } else { words.reason_offered(host) },
    })
}
