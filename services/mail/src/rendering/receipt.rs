//! Receipts.

use contract::order::OrderItem;
use contract::show::ShowState;

use crate::domain::Receipt;
use crate::rendering::event;
use crate::rendering::facts::Facts;
use crate::rendering::inserted::{inserted, one_line, title_in_subject};
use crate::rendering::message::{Action, Details, Fact, Line, Message, Stub};
use crate::rendering::words::Words;

/// The content of the mail. `calendar` is the file that is attached.
pub(crate) fn message(
    words: Words,
    facts: &Facts<'_>,
    receipt: &Receipt,
    calendar: Option<&str>,
) -> Message {
    let zone = facts.show.map(|show| show.venue.time_zone.as_str());
    let title = facts.show.map(|show| show.title.as_str());
    let title = title.or(receipt.items.first().map(|item| item.title.as_str()));
    let title = title_in_subject(title.unwrap_or_default());
    let (subject, heading) = match receipt.items.as_slice() {
        [OrderItem { quantity: 1, .. }] => {
            (words.receipt_subject_one(&title), words.receipt_heading_one())
        }
        _ => (words.receipt_subject_many(&title), words.receipt_heading_many()),
    };
    let text = match calendar {
        Some(_) => words.receipt_text_with_calendar(),
        None => words.receipt_text(),
    };
    let mut facts_of_order = match facts.show {
        Some(show) => event::facts(words, words.when(), show.starts_at, show.doors_at, &show.venue),
        None => Vec::new(),
    };
    facts_of_order.extend([
        Fact { label: words.order(), value: receipt.order_id.to_string() },
        Fact { label: words.ordered(), value: words.time(receipt.ordered_at, zone) },
    ]);
    let action = Action {
        label: words.open_order(),
        url: facts.page(&format!("/orders/{}", receipt.order_id)),
    };
    Message {
        subject,
        kicker: words.receipt(),
        heading: heading.to_owned(),
        paragraphs: vec![text.to_owned()],
        details: Details {
            title: facts.show.map(|show| one_line(&show.title)),
            facts: facts_of_order,
            lines: receipt.items.iter().map(|item| line(words, item, facts.show)).collect(),
            totals: vec![Fact { label: words.total(), value: words.price(&receipt.total) }],
        },
        stub: Stub { paragraphs: vec![words.receipt_stub().to_owned()], ..Stub::new(action) },
        closing: None,
        reason: words.reason_account(facts.public_url.host()),
    }
}

/// An item. Its time and place are those of the show, if the show is known.
fn line(words: Words, item: &OrderItem, show: Option<&ShowState>) -> Line {
    let starts_at = item.starts_at.map(|at| words.time(at, None));
    let venue = item.venue.as_deref().map(inserted);
    let notes =
        if show.is_some() { Vec::new() } else { starts_at.into_iter().chain(venue).collect() };
    // An amount over the range of integers was refused when the units were held.
    let amount = item.unit_price.times(item.quantity).unwrap_or(item.unit_price);
    Line {
        title: one_line(&item.title),
        notes,
        units: units(words, item),
        amount: words.price(&amount),
    }
}

/// The number of units and the price of one: `2 × €24.50`.
fn units(words: Words, item: &OrderItem) -> String {
    if item.unit_price.minor_units == 0 {
        return words.tickets(item.quantity);
    }
    let count = formats::number(words.language(), item.quantity);
    format!("{count} × {}", formats::money(words.language(), &item.unit_price))
}
