//! Mails about changes of a show.

use contract::show::ShowStatus;

use crate::domain::ShowChange;
use crate::rendering::event;
use crate::rendering::facts::Facts;
use crate::rendering::inserted::{one_line, title_in_quotes};
use crate::rendering::message::{Action, Details, Fact, Message, Stub};
use crate::rendering::words::Words;

/// The content of the mail.
pub(crate) fn message(words: Words, facts: &Facts<'_>, change: &ShowChange) -> Message {
    let title = one_line(&change.title);
    // The seller may have changed the title since the order: in quotation marks it is not taken for
    // words of the marketplace.
    let short_title = title_in_quotes(&title);
    let action = Action {
        label: words.open_order(),
        url: facts.page(&format!("/orders/{}", change.order_id)),
    };
    let mut stub = Stub::new(action);
    let (subject, heading, text) = match change.status {
        ShowStatus::Scheduled => {
            (words.moved_subject(&short_title), words.moved_heading(), words.moved_text())
        }
        ShowStatus::Postponed { refunds_until } => {
            let until = words.time(refunds_until, Some(&change.venue.time_zone));
            stub.heading = Some(words.postponed_stub());
            stub.paragraphs.push(words.postponed_returns(&until));
            (
                words.postponed_subject(&short_title),
                words.postponed_heading(),
                words.postponed_text(),
            )
        }
        ShowStatus::Cancelled => {
            stub.paragraphs.push(words.cancelled_refund().to_owned());
            (
                words.cancelled_subject(&short_title),
                words.cancelled_heading(),
                words.cancelled_text(),
            )
        }
    };
    Message {
        subject,
        kicker: words.show(),
        heading: heading.to_owned(),
        paragraphs: vec![text.to_owned()],
        details: Details {
            title: Some(title),
            facts: facts_of_show(words, change),
            ..Details::default()
        },
        stub,
        closing: None,
        reason: words.reason_account(facts.public_url.host()),
    }
}

fn facts_of_show(words: Words, change: &ShowChange) -> Vec<Fact> {
    let (when, doors_at) = match change.status {
        ShowStatus::Scheduled | ShowStatus::Postponed { .. } => (words.when(), change.doors_at),
        ShowStatus::Cancelled => (words.cancelled_when(), None),
    };
    let mut facts = event::facts(words, when, change.starts_at, doors_at, &change.venue);
    facts.push(Fact { label: words.order(), value: change.order_id.to_string() });
    facts
}
