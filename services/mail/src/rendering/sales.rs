//! Mails to sellers.

use crate::domain::{DailySales, FirstSale};
use crate::rendering::facts::Facts;
use crate::rendering::inserted::{one_line, title_in_subject};
use crate::rendering::message::{Action, Details, Fact, Line, Message, Stub};
use crate::rendering::words::Words;

/// The mail about the first sale of a seller.
pub(crate) fn first_sale(words: Words, facts: &Facts<'_>, sale: &FirstSale) -> Message {
    let title = one_line(&sale.title);
    let details = Details {
        facts: vec![Fact { label: words.sold_at(), value: words.time(sale.sold_at, None) }],
        lines: vec![Line {
            title: title.clone(),
            notes: Vec::new(),
            units: words.tickets(sale.units),
            amount: words.price(&sale.amount),
        }],
        ..Details::default()
    };
    Message {
        subject: words.first_sale_subject(&title_in_subject(&title)),
        heading: words.first_sale_heading().to_owned(),
        paragraphs: vec![words.first_sale_text().to_owned()],
        ..of_seller(words, facts, details)
    }
}

/// The mail about the sales of a day.
pub(crate) fn daily_sales(words: Words, facts: &Facts<'_>, sales: &DailySales) -> Message {
    let day = formats::date(words.language(), &sales.day, None);
    let tickets = words.tickets(sales.units);
    let mut lines: Vec<Line> = sales
        .titles
        .iter()
        .take(DailySales::TITLES_MAX)
        .map(|of_title| Line {
            title: one_line(&of_title.title),
            notes: Vec::new(),
            units: words.tickets(of_title.units),
            amount: words.price(&of_title.amount),
        })
        .collect();
    let listed = sales.titles.iter().take(DailySales::TITLES_MAX).map(|of_title| of_title.units);
    let further = sales.units.saturating_sub(listed.fold(0, u32::saturating_add));
    if further > 0 {
        lines.push(Line {
            title: words.daily_further().to_owned(),
            notes: Vec::new(),
            units: words.tickets(further),
            amount: String::new(),
        });
    }
    let total = |amount| Fact { label: words.total(), value: words.price(amount) };
    let totals = sales.totals.iter().map(total).collect();
    Message {
        subject: words.daily_subject(&day),
        heading: words.daily_heading(&tickets),
        paragraphs: vec![words.daily_text(&day, &tickets, &words.orders(sales.orders))],
        ..of_seller(words, facts, Details { lines, totals, ..Details::default() })
    }
}

/// The parts that are the same in all mails to sellers.
fn of_seller(words: Words, facts: &Facts<'_>, details: Details) -> Message {
    let action = Action { label: words.open_sales(), url: facts.page("/sell") };
    Message {
        subject: String::new(),
        kicker: words.sales(),
        heading: String::new(),
        paragraphs: Vec::new(),
        details,
        stub: Stub::new(action),
        closing: None,
        reason: words.reason_account(facts.public_url.host()),
    }
}
