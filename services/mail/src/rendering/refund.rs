//! Mails about refunds.

use contract::payment::{RefundMethod, RefundStatus};

use crate::domain::Refund;
use crate::rendering::facts::Facts;
use crate::rendering::message::{Action, Details, Fact, Message, Stub};
use crate::rendering::words::Words;

/// The content of the mail.
pub(crate) fn message(words: Words, facts: &Facts<'_>, refund: &Refund) -> Message {
    let Refund { order_id, refund } = refund;
    let amount = formats::money(words.language(), &refund.amount);
    let destination = match refund.to {
        RefundMethod::Card => words.refund_card(),
        RefundMethod::Credit => words.refund_credit(),
    };
    let (subject, heading, text) = match (refund.status, refund.to) {
        (RefundStatus::CameBack, RefundMethod::Card | RefundMethod::Credit) => (
            words.came_back_subject(&amount),
            words.came_back_heading().to_owned(),
            words.came_back_text(&amount),
        ),
        (RefundStatus::Succeeded, RefundMethod::Card) => {
            let subject = words.refund_subject(&amount);
            (subject.clone(), subject, words.refund_to_card(&amount))
        }
        (RefundStatus::Succeeded, RefundMethod::Credit) => {
            let subject = words.refund_subject(&amount);
            (subject.clone(), subject, words.refund_to_credit(&amount))
        }
    };
    let action =
        Action { label: words.open_order(), url: facts.page(&format!("/orders/{order_id}")) };
    Message {
        subject,
        kicker: words.refund(),
        heading,
        paragraphs: vec![text],
        details: Details {
            facts: vec![
                Fact { label: words.refund_amount(), value: amount },
                Fact { label: words.refund_to(), value: destination.to_owned() },
                Fact { label: words.when(), value: words.time(refund.at, None) },
                Fact { label: words.order(), value: order_id.to_string() },
            ],
            ..Details::default()
        },
        stub: Stub::new(action),
        closing: None,
        reason: words.reason_account(facts.public_url.host()),
    }
}
