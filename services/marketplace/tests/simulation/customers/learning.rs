//! What customers make of an answer: what they may be told, what they then know, and what must be true at once.

use contract::TicketId;
use serde_json::Value;
use testing::checker::Rule;
use testing::load::{End, JournaledOrder};

use super::{Account, Call, CallId, Customers, Offered, Paid, Placed, Wish};
use crate::operation::Card;
use crate::process::Answer;
use crate::watch::Watch;

/// What an answer says, for those who read it.
struct Told<'a> {
    status: u16,
    code: &'a str,
    body: &'a Value,
}

impl Told<'_> {
    fn text(&self, field: &str) -> &str {
        self.body.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    /// The tickets of an order's items.
    fn tickets(&self) -> Vec<TicketId> {
        let items = self.body.get("items").and_then(Value::as_array);
        let tickets = items.into_iter().flatten().filter_map(|item| item.get("ticketId")?.as_str());
        tickets.filter_map(|ticket| ticket.parse().ok()).collect()
    }
}

impl Customers {
    /// Takes an answer in; the answer itself where something is wrong with it.
    pub(crate) fn answered(
        &mut self,
        id: CallId,
        answer: &Answer,
        watch: &Watch,
    ) -> Result<(), String> {
        let call = &mut self.calls[id];
        // Not decided, not now, too much at once: to be asked again.
        if matches!(answer.status, 202 | 429 | 503) {
            return Ok(());
        }
        let wrong = |rule: Rule, call: &Call, what: &str| {
            let Call { method, path, .. } = call;
            let Answer { status, body, .. } = answer;
            Err(format!("{rule:?}: {what}: {method} {path} was answered {status} {body}"))
        };
        if let Some(first) = &call.first {
            let is_equal = (first.status, &first.body) == (answer.status, &answer.body);
            if call.key.is_some() && !is_equal {
                return wrong(Rule::OneEffect, call, &format!("first it was {}", first.body));
            }
        }
        let is_first = call.first.is_none();
        if is_first {
            call.first = Some(answer.clone());
        }
        let call = call.clone();
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let code = body.get("code").and_then(Value::as_str).unwrap_or_default();
        let told = Told { status: answer.status, code, body: &body };
        if !may_be_told(&call, self, &told) {
            let is_look = matches!(call.wish, Wish::Look { .. } | Wish::LookAtPayment { .. });
            let rule = if is_look { Rule::Privacy } else { Rule::OneEffect };
            return wrong(rule, &call, "not to be expected");
        }
        if let Some(what) = untrue(&call, &told, watch) {
            return wrong(Rule::OneEnd, &call, &what);
        }
        if is_first {
            self.learn(&call, &told, answer);
        }
        Ok(())
    }

    fn learn(&mut self, call: &Call, told: &Told<'_>, answer: &Answer) {
        match (call.wish, told.status) {
            (Wish::SignUp, 201) => {
                if let (Ok(id), Some(cookie)) = (told.text("id").parse(), answer.cookie.clone()) {
                    self.accounts.push(Account { id, cookie });
                }
            }
            (Wish::Offer { seller }, 201) => {
                if let Ok(id) = told.text("id").parse() {
                    self.tickets.push(Offered { id, seller });
                    self.journal.tickets.push(id);
                }
            }
            (Wish::Order { buyer, .. }, 201) => {
                if let Ok(id) = told.text("id").parse() {
                    self.orders.push(Placed { id, buyer, items: told.tickets() });
                    let journaled = JournaledOrder::of(self.accounts[buyer].id);
                    self.journal.orders.insert(id, journaled);
                }
            }
            (Wish::Pay { order, .. } | Wish::PayByCredit { order }, 201) => {
                if let Ok(id) = told.text("id").parse() {
                    self.paid.push(Paid { id, order });
                    self.journal.captured.insert(id, self.orders[order].id);
                    self.note_end(order, End::Complete);
                }
            }
            (Wish::TopUp { payer, .. }, 201) => {
                if let Ok(id) = told.text("id").parse() {
                    self.journal.topped_up.insert(id, self.accounts[payer].id);
                }
            }
            (Wish::Refund { paid }, 201) if told.text("status") == "succeeded" => {
                if let Ok(id) = told.text("id").parse() {
                    self.journal.refunded.insert(id, self.paid[paid].id);
                }
            }
            (Wish::Pay { order, .. } | Wish::PayByCredit { order } | Wish::Cancel { order }, _)
                if told.code == "order_complete" =>
            {
                self.note_end(order, End::Complete);
            }
            (Wish::Pay { order, .. } | Wish::PayByCredit { order }, _)
                if told.code == "order_cancelled" =>
            {
                self.note_end(order, End::CancelledByBuyer);
            }
            (Wish::Look { order, .. }, 200) => {
                if let Some(end) = End::told(told.text("status"), told.text("reason")) {
                    self.note_end(order, end);
                }
            }
            _ => {}
        }
    }

    fn note_end(&mut self, order: usize, end: End) {
        if let Some(journaled) = self.journal.orders.get_mut(&self.orders[order].id) {
            journaled.ends_told.push(end);
        }
    }
}

/// What an answer says that is not so in what was committed.
fn untrue(call: &Call, told: &Told<'_>, watch: &Watch) -> Option<String> {
    match (call.wish, told.status) {
        (Wish::Order { .. }, 201) => {
            let is_kept = watch.knows_order(told.text("id").parse().ok()?);
            (!is_kept).then(|| "the order was not kept".to_owned())
        }
        (Wish::Pay { .. } | Wish::PayByCredit { .. } | Wish::TopUp { .. }, 201) => {
            let is_taken = watch.has_captured(told.text("id").parse().ok()?);
            (!is_taken).then(|| "the money was not taken".to_owned())
        }
        (Wish::Refund { .. }, 201) if told.text("status") == "succeeded" => {
            let is_given_back = watch.has_given_back(told.text("id").parse().ok()?);
            (!is_given_back).then(|| "the money was not given back".to_owned())
        }
        _ => None,
    }
}

/// Whether the contract allows this answer to this call.
fn may_be_told(call: &Call, customers: &Customers, told: &Told<'_>) -> bool {
    let codes: &[&str] = match call.wish {
        Wish::SignUp | Wish::Offer { .. } => return told.status == 201,
        Wish::Edit => match told.status {
            200 => return true,
            _ => &["reserved", "below_committed", "not_offered"],
        },
        Wish::Withdraw => match told.status {
            204 => return true,
            _ => &["reserved"],
        },
        Wish::Order { owns_one, .. } => match told.status {
            201 => return true,
            _ if owns_one && told.code == "own_ticket" => return true,
            _ => &["sold_out", "hold_limit", "not_offered", "not_found"],
        },
        Wish::Pay { card, .. } => match told.status {
            201 => return may_succeed(card),
            402 => return may_fail(card) && told.code == "payment_declined",
            _ => PAYMENT_CODES,
        },
        Wish::PayByCredit { .. } => match told.status {
            201 => return true,
            402 => return told.code == "payment_declined",
            _ => PAYMENT_CODES,
        },
        Wish::TopUp { card, .. } => match told.status {
            201 => return may_succeed(card),
            _ if may_fail(card) => &["payment_declined"],
            _ => &[],
        },
        Wish::Refund { .. } => match told.status {
            201 => return true,
            _ => &["refund_exceeds", "insufficient_credit"],
        },
        Wish::Cancel { .. } => match told.status {
            204 => return true,
            _ => &["order_complete"],
        },
        Wish::Forge => return told.status == 400 && told.code == "bad_signature",
        Wish::Look { order, by } => {
            let is_own = customers.orders[order].buyer == by;
            return told.status == if is_own { 200 } else { 404 };
        }
        Wish::LookAtPayment { paid, by } => {
            let Placed { buyer, items, .. } = &customers.orders[customers.paid[paid].order];
            let mut sold = customers.tickets.iter().filter(|ticket| items.contains(&ticket.id));
            let is_own = *buyer == by || sold.any(|ticket| ticket.seller == by);
            return told.status == if is_own { 200 } else { 404 };
        }
    };
    codes.contains(&told.code)
}

/// Why an order cannot be paid.
const PAYMENT_CODES: &[&str] =
    &["order_cancelled", "order_expired", "order_complete", "payment_in_progress", "not_found"];

/// Whether a bank may say yes.
const fn may_succeed(card: Card) -> bool {
    match card {
        Card::Good | Card::Challenged | Card::Pondered | Card::RefundPends | Card::RefundFails => {
            true
        }
        Card::Declined | Card::NoFunds | Card::ChallengedThenDeclined => false,
    }
}

/// Whether a bank or the payer may say no.
const fn may_fail(card: Card) -> bool {
    match card {
        Card::Good | Card::RefundPends | Card::RefundFails => false,
        Card::Challenged
        | Card::Pondered
        | Card::Declined
        | Card::NoFunds
        | Card::ChallengedThenDeclined => true,
    }
}
