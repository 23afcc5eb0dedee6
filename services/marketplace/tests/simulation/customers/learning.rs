//! Responses as customers read them: the responses that the contract allows, the facts that they
//! establish, and the conditions that must hold at once.

use std::collections::{BTreeMap, BTreeSet};

use contract::{TicketId, Timestamp};
use reqwest::Method;
use serde_json::Value;
use testing::checker::Rule;
use testing::load::{End, JournaledOrder};

use web::seen::SEEN_WAIT_MAX;

use super::{Account, Call, CallId, Customers, Offered, Paid, Placed, Wish};
use crate::continuous_checks::ContinuousChecks;
use crate::process::Answer;

/// A parsed response.
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
    /// Processes a response.
    ///
    /// # Errors
    /// A line for the first violated rule.
    pub(crate) fn answered(
        &mut self,
        id: CallId,
        answer: &Answer,
        checks: &mut ContinuousChecks,
        now: Timestamp,
    ) -> Result<(), String> {
        let is_put_out = answer.status == 401 && self.is_leaving(self.calls[id].by);
        let is_banned = self.may_be_banned(&self.calls[id], answer.status);
        let call = &mut self.calls[id];
        // Undecided, over a rate limit, unavailable or banned: the call is repeated later.
        if matches!(answer.status, 202 | 429 | 503) || is_banned {
            return Ok(());
        }
        let wrong = |rule: Rule, call: &Call, what: &str| {
            let Call { method, path, .. } = call;
            let Answer { status, body, .. } = answer;
            Err(format!("{rule:?}: {what}: {method} {path} returned {status} {body}"))
        };
        if let Some(first) = &call.first {
            let is_equal = (first.status, &first.body) == (answer.status, &answer.body);
            if call.key.is_some() && !is_equal && !is_put_out {
                return wrong(
                    Rule::OneEffect,
                    call,
                    &format!("the first response was {}", first.body),
                );
            }
        }
        let is_first = call.first.is_none();
        if is_first {
            call.first = Some(answer.clone());
        }
        let call = call.clone();
        if is_put_out {
            return Ok(());
        }
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let code = body.get("code").and_then(Value::as_str).unwrap_or_default();
        let told = Told { status: answer.status, code, body: &body };
        if !may_be_told(&call, self, &told) {
            let is_look = matches!(
                call.wish,
                Wish::Look { .. } | Wish::LookAtTicket { .. } | Wish::LookAtPayment { .. }
            );
            let rule = if is_look { Rule::Privacy } else { Rule::OneEffect };
            return wrong(rule, &call, "not to be expected");
        }
        if let Some(what) = untrue(&call, self, &told, checks) {
            return wrong(Rule::OneEnd, &call, &what);
        }
        if let Some(what) = self.outdated(&call, &told, checks, now) {
            return wrong(Rule::InForce, &call, &what);
        }
        self.see(&call, &told, (answer, now), checks);
        Self::acknowledge(&call, &told, checks);
        if is_first {
            self.learn(&call, &told, answer);
        }
        Ok(())
    }

    fn learn(&mut self, call: &Call, told: &Told<'_>, answer: &Answer) {
        match (call.wish, told.status) {
            (Wish::SignUp, 201) => {
                let session = answer.cookies.iter().find(|cookie| cookie.starts_with("session="));
                if let (Ok(id), Some(cookie)) = (told.text("id").parse(), session.cloned()) {
                    self.accounts.push(Account {
                        id,
                        cookie,
                        seen: BTreeMap::new(),
                        cookies: BTreeMap::new(),
                        is_leaving: false,
                        email: told.text("email").to_owned(),
                        was_banned: false,
                        is_gone: false,
                    });
                }
            }
            (Wish::SignIn { user }, 200) => {
                let session = answer.cookies.iter().find(|cookie| cookie.starts_with("session="));
                self.accounts[user].cookie = session.cloned().unwrap_or_default();
            }
            (Wish::SignIn { user }, _) if told.code == "bad_credentials" => {
                self.accounts[user].is_gone = true;
            }
            (Wish::Erase { by }, 409) => self.accounts[by].is_leaving = false,
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
                    if let Some(end) = End::told(told.text("status"), "") {
                        self.note_end(self.orders.len() - 1, end);
                    }
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
            (Wish::Refund { paid, .. }, 201) if told.text("status") == "succeeded" => {
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

    /// A message if a response shows stock that is older than the version that its reader has seen.
    /// A read waits for that version only up to a bound, so later responses are not checked.
    fn outdated(
        &self,
        call: &Call,
        told: &Told<'_>,
        checks: &ContinuousChecks,
        now: Timestamp,
    ) -> Option<String> {
        let Wish::LookAtTicket { ticket, seen, sent_at } = call.wish else { return None };
        if now.since(sent_at) >= SEEN_WAIT_MAX || told.text("status") != "open" {
            return None;
        }
        let units = |field| told.body.get(field).and_then(Value::as_u64).unwrap_or_default();
        let shown = units("quantity").saturating_sub(units("available"));
        let is_new = checks
            .committed_units_since(self.tickets[ticket].id, seen)
            .any(|known| known == shown || known > shown && units("available") == 0);
        (!is_new).then(|| format!("no version from {seen} on has {shown} units held or sold"))
    }

    /// Stores the cookies of a response, and the stock versions that it acknowledged to its client.
    fn see(
        &mut self,
        call: &Call,
        told: &Told<'_>,
        (answer, now): (&Answer, Timestamp),
        checks: &ContinuousChecks,
    ) {
        let (by, order) = match (call.wish, told.status) {
            (Wish::Order { buyer, .. }, 201) => (buyer, told.text("id").parse().ok()),
            (Wish::Cancel { order }, 204) => {
                (self.orders[order].buyer, Some(self.orders[order].id))
            }
            _ => return,
        };
        let account = &mut self.accounts[by];
        let cookies = answer.cookies.iter().filter_map(|cookie| cookie.split_once('='));
        account.cookies.extend(cookies.map(|(name, value)| (name.to_owned(), value.to_owned())));
        // The response to a repeat may be older than the order's last change.
        let is_first = call.method == Method::DELETE
            || order.is_some_and(|order| checks.has_version(order, told.body.get("version")));
        let order = order.filter(|_| is_first);
        for (id, version) in order.map(|order| checks.stock_of(order)).into_iter().flatten() {
            // Of two concurrent responses, the cookies of the last one remain.
            account.seen.insert(*id, (*version, now));
        }
    }

    /// Records in the continuous checks that a change of a ticket was acknowledged and is now in
    /// force.
    fn acknowledge(call: &Call, told: &Told<'_>, checks: &mut ContinuousChecks) {
        let ticket = call.path.rsplit('/').next().and_then(|id| id.parse().ok());
        let Some(ticket) = ticket else { return };
        match (call.wish, told.status) {
            (Wish::Edit, 200) => {
                let version = told.body.get("version").and_then(Value::as_u64);
                checks.acknowledged(ticket, version.unwrap_or_default());
            }
            (Wish::Withdraw | Wish::TakeDown, 204) => checks.withdrawal_acknowledged(ticket),
            _ => {}
        }
    }

    fn note_end(&mut self, order: usize, end: End) {
        if let Some(journaled) = self.journal.orders.get_mut(&self.orders[order].id) {
            journaled.ends_told.push(end);
        }
    }
}

/// The ids of tickets, orders and payments in an export.
fn exported(body: &Value) -> BTreeSet<String> {
    let kinds = ["tickets", "orders", "payments"];
    let items = |kind: &str| body.pointer(&format!("/parts/{kind}/items/{kind}"))?.as_array();
    let items = kinds.into_iter().filter_map(items).flatten();
    items.filter_map(|item| item.get("id")?.as_str()).map(str::to_owned).collect()
}

/// A message if a response contradicts the committed state.
fn untrue(
    call: &Call,
    customers: &Customers,
    told: &Told<'_>,
    checks: &ContinuousChecks,
) -> Option<String> {
    match (call.wish, told.status) {
        (Wish::Offer { .. }, 201) => {
            let is_kept = checks.knows_ticket(told.text("id").parse().ok()?);
            (!is_kept).then(|| "the ticket was not stored".to_owned())
        }
        (Wish::Edit, 403) => {
            let is_so = checks.is_taken_down(call.path.rsplit('/').next()?.parse().ok()?);
            (!is_so).then(|| "no administrator took it down".to_owned())
        }
        (Wish::Export { by, is_exact }, 200) => {
            let stored = checks.of_person(customers.accounts[by].id);
            let exported = exported(told.body);
            let is_so = if is_exact { exported == stored } else { exported.is_subset(&stored) };
            (!is_so).then(|| format!("exported is {exported:?}, stored is {stored:?}"))
        }
        (Wish::Order { .. }, 201) => {
            let is_kept = checks.knows_order(told.text("id").parse().ok()?);
            (!is_kept).then(|| "the order was not stored".to_owned())
        }
        (Wish::Pay { .. } | Wish::PayByCredit { .. } | Wish::TopUp { .. }, 201) => {
            let is_taken = checks.has_captured(told.text("id").parse().ok()?);
            (!is_taken).then(|| "the money was not captured".to_owned())
        }
        (Wish::Refund { .. }, 201) if told.text("status") == "succeeded" => {
            let id = told.text("id").parse().ok()?;
            if !checks.has_given_back(id) {
                return Some("the money was not refunded".to_owned());
            }
            (!checks.are_units_on_sale(id)).then(|| "the units are not on sale".to_owned())
        }
        (Wish::Refund { paid, seller }, 409)
            if told.text("detail").contains("have made 20 refunds") =>
        {
            let (payment, seller) = (customers.paid[paid].id, customers.accounts[seller].id);
            let requested = checks.refunds_of(payment, seller);
            (requested < 20).then(|| format!("the seller has {requested} refunds"))
        }
        _ => None,
    }
}

/// Whether the contract allows this response to this call.
fn may_be_told(call: &Call, customers: &Customers, told: &Told<'_>) -> bool {
    let codes: &[&str] = match call.wish {
        Wish::SignUp | Wish::Offer { .. } => return told.status == 201,
        Wish::Edit => match told.status {
            200 => return true,
            _ => &["reserved", "below_committed", "version_conflict", "taken_down"],
        },
        Wish::Withdraw => match told.status {
            204 => return true,
            _ => &["reserved", "version_conflict"],
        },
        Wish::TakeDown => return told.status == 204 || told.code == "version_conflict",
        Wish::Order { owns_one, .. } => match told.status {
            201 => return true,
            _ if owns_one && told.code == "own_ticket" => return true,
            _ => &["sold_out", "hold_limit", "network_limit", "not_offered", "not_found"],
        },
        Wish::Pay { card, .. } => match told.status {
            201 => return card.may_succeed(),
            402 => {
                return (card.may_fail() || customers.is_operated)
                    && told.code == "payment_declined";
            }
            _ => PAYMENT_CODES,
        },
        Wish::PayByCredit { .. } => match told.status {
            201 => return true,
            402 => return told.code == "payment_declined",
            _ => PAYMENT_CODES,
        },
        Wish::TopUp { card, .. } => match told.status {
            201 => return card.may_succeed(),
            _ if card.may_fail() || customers.is_operated => &["payment_declined"],
            _ => &[],
        },
        Wish::Refund { .. } => match told.status {
            201 => return true,
            409 if customers.is_operated && told.code == "payment_disputed" => return true,
            _ => {
                &["refund_exceeds", "insufficient_credit", "units_not_refunded", "payer_must_agree"]
            }
        },
        Wish::Agree => match told.status {
            200 => return true,
            _ => &["refund_exceeds"],
        },
        Wish::Cancel { .. } => match told.status {
            204 => return true,
            _ => &["order_complete"],
        },
        Wish::Erase { .. } => match told.status {
            204 => return true,
            _ => &["open_orders", "open_payments", "open_sales", "credit_left"],
        },
        // An erased user has no account.
        Wish::Ban { user } | Wish::Unban { user } => {
            let may_be_gone = customers.accounts[user].is_leaving;
            return told.status == 204 || may_be_gone && told.code == "not_found";
        }
        Wish::SignIn { user } => {
            let Account { was_banned, is_leaving, .. } = customers.accounts[user];
            return match told.code {
                "account_banned" => was_banned,
                "bad_credentials" => is_leaving,
                _ => told.status == 200,
            };
        }
        Wish::Forge => return told.status == 400 && told.code == "bad_signature",
        Wish::Look { order, by } => {
            let is_own = customers.orders[order].buyer == by;
            return told.status == if is_own { 200 } else { 404 };
        }
        Wish::LookAtTicket { .. } | Wish::Export { .. } => return told.status == 200,
        Wish::LookAtPayment { paid, by } => {
            let Placed { buyer, items, .. } = &customers.orders[customers.paid[paid].order];
            let mut sold = customers.tickets.iter().filter(|ticket| items.contains(&ticket.id));
            let is_own = *buyer == by || sold.any(|ticket| ticket.seller == by);
            return told.status == if is_own { 200 } else { 404 };
        }
    };
    codes.contains(&told.code)
}

/// The reasons for which an order cannot be paid.
const PAYMENT_CODES: &[&str] =
    &["order_cancelled", "order_expired", "order_complete", "payment_in_progress", "not_found"];
