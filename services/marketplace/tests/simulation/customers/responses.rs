//! Responses as customers read them: the responses that the contract allows, the facts that they
//! establish, and the conditions that must hold at once.

use std::collections::{BTreeMap, BTreeSet};

use contract::{TicketId, Timestamp};
use invariants::Rule;
use reqwest::Method;
use serde_json::Value;
use testing::load::{End, JournaledOrder};

use web::seen::SEEN_WAIT_MAX;

use super::{Account, Action, Call, CallId, Customers, Offered, Paid, Placed};
use crate::continuous_checks::ContinuousChecks;
use crate::process::Response;

/// A parsed response.
struct Parsed<'a> {
    status: u16,
    code: &'a str,
    body: &'a Value,
}

impl Parsed<'_> {
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
    pub(crate) fn receive(
        &mut self,
        id: CallId,
        response: &Response,
        checks: &mut ContinuousChecks,
        now: Timestamp,
    ) -> Result<(), String> {
        let is_signed_out = response.status == 401 && self.is_leaving(self.calls[id].by);
        let is_banned = self.may_be_banned(&self.calls[id], response.status);
        let call = &mut self.calls[id];
        // Undecided, over a rate limit, unavailable or banned: the call is repeated later.
        if matches!(response.status, 202 | 429 | 503) || is_banned {
            return Ok(());
        }
        let wrong = |rule: Rule, call: &Call, what: &str| {
            let Call { method, path, .. } = call;
            let Response { status, body, .. } = response;
            Err(format!("{rule:?}: {what}: {method} {path} returned {status} {body}"))
        };
        if let Some(first) = &call.first {
            let is_equal = (first.status, &first.body) == (response.status, &response.body);
            if call.key.is_some() && !is_equal && !is_signed_out {
                return wrong(
                    Rule::OneEffect,
                    call,
                    &format!("the first response was {}", first.body),
                );
            }
        }
        let is_first = call.first.is_none();
        if is_first {
            call.first = Some(response.clone());
        }
        let call = call.clone();
        if is_signed_out {
            return Ok(());
        }
        let body: Value = serde_json::from_str(&response.body).unwrap_or_default();
        let code = body.get("code").and_then(Value::as_str).unwrap_or_default();
        let parsed = Parsed { status: response.status, code, body: &body };
        if !is_allowed(&call, self, &parsed) {
            let is_read = matches!(
                call.action,
                Action::ReadOrder { .. } | Action::ReadTicket { .. } | Action::ReadPayment { .. }
            );
            let rule = if is_read { Rule::Privacy } else { Rule::OneEffect };
            return wrong(rule, &call, "the contract does not allow this response");
        }
        if let Some(what) = contradiction(&call, self, &parsed, checks) {
            return wrong(Rule::OneEnd, &call, &what);
        }
        if let Some(what) = self.stale_read(&call, &parsed, checks, now) {
            return wrong(Rule::InForce, &call, &what);
        }
        self.store_cookies(&call, &parsed, (response, now), checks);
        Self::acknowledge(&call, &parsed, checks);
        if is_first {
            self.record(&call, &parsed, response);
        }
        Ok(())
    }

    fn record(&mut self, call: &Call, parsed: &Parsed<'_>, response: &Response) {
        match (call.action, parsed.status) {
            (Action::SignUp, 201) => {
                let session = response.cookies.iter().find(|cookie| cookie.starts_with("session="));
                if let (Ok(id), Some(cookie)) = (parsed.text("id").parse(), session.cloned()) {
                    self.accounts.push(Account {
                        id,
                        cookie,
                        seen: BTreeMap::new(),
                        cookies: BTreeMap::new(),
                        is_leaving: false,
                        email: parsed.text("email").to_owned(),
                        was_banned: false,
                        is_gone: false,
                    });
                }
            }
            (Action::SignIn { user }, 200) => {
                let session = response.cookies.iter().find(|cookie| cookie.starts_with("session="));
                self.accounts[user].cookie = session.cloned().unwrap_or_default();
            }
            (Action::SignIn { user }, _) if parsed.code == "bad_credentials" => {
                self.accounts[user].is_gone = true;
            }
            (Action::Erase { by }, 409) => self.accounts[by].is_leaving = false,
            (Action::Offer { seller }, 201) => {
                if let Ok(id) = parsed.text("id").parse() {
                    self.tickets.push(Offered { id, seller });
                    self.journal.tickets.push(id);
                }
            }
            (Action::Order { buyer, .. }, 201) => {
                if let Ok(id) = parsed.text("id").parse() {
                    self.orders.push(Placed { id, buyer, items: parsed.tickets() });
                    let journaled = JournaledOrder::of(self.accounts[buyer].id);
                    self.journal.orders.insert(id, journaled);
                    if let Some(end) = End::reported(parsed.text("status"), "") {
                        self.note_end(self.orders.len() - 1, end);
                    }
                }
            }
            (Action::Pay { order, .. } | Action::PayByCredit { order }, 201) => {
                if let Ok(id) = parsed.text("id").parse() {
                    self.paid.push(Paid { id, order });
                    self.journal.captured.insert(id, self.orders[order].id);
                    self.note_end(order, End::Complete);
                }
            }
            (Action::TopUp { payer, .. }, 201) => {
                if let Ok(id) = parsed.text("id").parse() {
                    self.journal.topped_up.insert(id, self.accounts[payer].id);
                }
            }
            (Action::Refund { paid, .. }, 201) if parsed.text("status") == "succeeded" => {
                if let Ok(id) = parsed.text("id").parse() {
                    self.journal.refunded.insert(id, self.paid[paid].id);
                }
            }
            (
                Action::Pay { order, .. }
                | Action::PayByCredit { order }
                | Action::Cancel { order },
                _,
            ) if parsed.code == "order_complete" => {
                self.note_end(order, End::Complete);
            }
            (Action::Pay { order, .. } | Action::PayByCredit { order }, _)
                if parsed.code == "order_cancelled" =>
            {
                self.note_end(order, End::CancelledByBuyer);
            }
            (Action::ReadOrder { order, .. }, 200) => {
                if let Some(end) = End::reported(parsed.text("status"), parsed.text("reason")) {
                    self.note_end(order, end);
                }
            }
            _ => {}
        }
    }

    /// A message if a response shows stock that is older than the version that its reader has seen.
    /// A read waits for that version only up to a bound, so later responses are not checked.
    fn stale_read(
        &self,
        call: &Call,
        parsed: &Parsed<'_>,
        checks: &ContinuousChecks,
        now: Timestamp,
    ) -> Option<String> {
        let Action::ReadTicket { ticket, seen, sent_at } = call.action else { return None };
        if now.since(sent_at) >= SEEN_WAIT_MAX || parsed.text("status") != "open" {
            return None;
        }
        let units = |field| parsed.body.get(field).and_then(Value::as_u64).unwrap_or_default();
        let shown = units("quantity").saturating_sub(units("available"));
        let is_new = checks
            .committed_units_since(self.tickets[ticket].id, seen)
            .any(|known| known == shown || known > shown && units("available") == 0);
        (!is_new).then(|| format!("no version from {seen} on has {shown} units held or sold"))
    }

    /// Stores the cookies of a response, and the stock versions that it acknowledged to its client.
    fn store_cookies(
        &mut self,
        call: &Call,
        parsed: &Parsed<'_>,
        (response, now): (&Response, Timestamp),
        checks: &ContinuousChecks,
    ) {
        let (by, order) = match (call.action, parsed.status) {
            (Action::Order { buyer, .. }, 201) => (buyer, parsed.text("id").parse().ok()),
            (Action::Cancel { order }, 204) => {
                (self.orders[order].buyer, Some(self.orders[order].id))
            }
            _ => return,
        };
        let account = &mut self.accounts[by];
        let cookies = response.cookies.iter().filter_map(|cookie| cookie.split_once('='));
        account.cookies.extend(cookies.map(|(name, value)| (name.to_owned(), value.to_owned())));
        // The response to a repeat may be older than the order's last change.
        let is_first = call.method == Method::DELETE
            || order.is_some_and(|order| checks.has_version(order, parsed.body.get("version")));
        let order = order.filter(|_| is_first);
        for (id, version) in order.map(|order| checks.stock_of(order)).into_iter().flatten() {
            // Of two concurrent responses, the cookies of the last one remain.
            account.seen.insert(*id, (*version, now));
        }
    }

    /// Records in the continuous checks that a change of a ticket was acknowledged and is now in
    /// force.
    fn acknowledge(call: &Call, parsed: &Parsed<'_>, checks: &mut ContinuousChecks) {
        let ticket = call.path.rsplit('/').next().and_then(|id| id.parse().ok());
        let Some(ticket) = ticket else { return };
        match (call.action, parsed.status) {
            (Action::Edit, 200) => {
                let version = parsed.body.get("version").and_then(Value::as_u64);
                checks.acknowledged(ticket, version.unwrap_or_default());
            }
            (Action::Withdraw | Action::TakeDown, 204) => checks.withdrawal_acknowledged(ticket),
            _ => {}
        }
    }

    fn note_end(&mut self, order: usize, end: End) {
        if let Some(journaled) = self.journal.orders.get_mut(&self.orders[order].id) {
            journaled.reported_ends.push(end);
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
fn contradiction(
    call: &Call,
    customers: &Customers,
    parsed: &Parsed<'_>,
    checks: &ContinuousChecks,
) -> Option<String> {
    match (call.action, parsed.status) {
        (Action::Offer { .. }, 201) => {
            let is_kept = checks.knows_ticket(parsed.text("id").parse().ok()?);
            (!is_kept).then(|| "the ticket was not stored".to_owned())
        }
        (Action::Edit, 403) => {
            let is_so = checks.is_taken_down(call.path.rsplit('/').next()?.parse().ok()?);
            (!is_so).then(|| "no administrator took it down".to_owned())
        }
        (Action::Export { by, is_exact }, 200) => {
            let stored = checks.of_person(customers.accounts[by].id);
            let exported = exported(parsed.body);
            let is_so = if is_exact { exported == stored } else { exported.is_subset(&stored) };
            (!is_so).then(|| format!("exported is {exported:?}, stored is {stored:?}"))
        }
        (Action::Order { .. }, 201) => {
            let is_kept = checks.knows_order(parsed.text("id").parse().ok()?);
            (!is_kept).then(|| "the order was not stored".to_owned())
        }
        (Action::Pay { .. } | Action::PayByCredit { .. } | Action::TopUp { .. }, 201) => {
            let is_taken = checks.has_captured(parsed.text("id").parse().ok()?);
            (!is_taken).then(|| "the money was not captured".to_owned())
        }
        (Action::Refund { .. }, 201) if parsed.text("status") == "succeeded" => {
            let id = parsed.text("id").parse().ok()?;
            if !checks.has_refunded(id) {
                return Some("the money was not refunded".to_owned());
            }
            (!checks.are_units_on_sale(id)).then(|| "the units are not on sale".to_owned())
        }
        (Action::Refund { paid, seller }, 409)
            if parsed.text("detail").contains("have made 20 refunds") =>
        {
            let (payment, seller) = (customers.paid[paid].id, customers.accounts[seller].id);
            let requested = checks.refunds_of(payment, seller);
            (requested < 20).then(|| format!("the seller has {requested} refunds"))
        }
        _ => None,
    }
}

/// Whether the contract allows this response to this call.
fn is_allowed(call: &Call, customers: &Customers, parsed: &Parsed<'_>) -> bool {
    let codes: &[&str] = match call.action {
        Action::SignUp | Action::Offer { .. } => return parsed.status == 201,
        Action::Edit => match parsed.status {
            200 => return true,
            _ => &["reserved", "below_committed", "version_conflict", "taken_down"],
        },
        Action::Withdraw => match parsed.status {
            204 => return true,
            _ => &["reserved", "version_conflict"],
        },
        Action::TakeDown => return parsed.status == 204 || parsed.code == "version_conflict",
        Action::Order { owns_one, .. } => match parsed.status {
            201 => return true,
            _ if owns_one && parsed.code == "own_ticket" => return true,
            _ => &["sold_out", "hold_limit", "network_limit", "not_offered", "not_found"],
        },
        Action::Pay { card, .. } => match parsed.status {
            201 => return card.may_succeed(),
            402 => {
                return (card.may_fail() || customers.is_operated)
                    && parsed.code == "payment_declined";
            }
            _ => PAYMENT_CODES,
        },
        Action::PayByCredit { .. } => match parsed.status {
            201 => return true,
            402 => return parsed.code == "payment_declined",
            _ => PAYMENT_CODES,
        },
        Action::TopUp { card, .. } => match parsed.status {
            201 => return card.may_succeed(),
            _ if card.may_fail() || customers.is_operated => &["payment_declined"],
            _ => &[],
        },
        Action::Refund { .. } => match parsed.status {
            201 => return true,
            409 if customers.is_operated && parsed.code == "payment_disputed" => return true,
            _ => {
                &["refund_exceeds", "insufficient_credit", "units_not_refunded", "payer_must_agree"]
            }
        },
        Action::Agree => match parsed.status {
            200 => return true,
            _ => &["refund_exceeds"],
        },
        Action::Cancel { .. } => match parsed.status {
            204 => return true,
            _ => &["order_complete"],
        },
        Action::Erase { .. } => match parsed.status {
            204 => return true,
            _ => &["open_orders", "open_payments", "open_sales", "credit_left"],
        },
        // An erased user has no account.
        Action::Ban { user } | Action::Unban { user } => {
            let may_be_gone = customers.accounts[user].is_leaving;
            return parsed.status == 204 || may_be_gone && parsed.code == "not_found";
        }
        Action::SignIn { user } => {
            let Account { was_banned, is_leaving, .. } = customers.accounts[user];
            return match parsed.code {
                "account_banned" => was_banned,
                "bad_credentials" => is_leaving,
                _ => parsed.status == 200,
            };
        }
        Action::Forge => return parsed.status == 400 && parsed.code == "bad_signature",
        Action::ReadOrder { order, by } => {
            let is_own = customers.orders[order].buyer == by;
            return parsed.status == if is_own { 200 } else { 404 };
        }
        Action::ReadTicket { .. } | Action::Export { .. } => return parsed.status == 200,
        Action::ReadPayment { paid, by } => {
            let Placed { buyer, items, .. } = &customers.orders[customers.paid[paid].order];
            let mut sold = customers.tickets.iter().filter(|ticket| items.contains(&ticket.id));
            let is_own = *buyer == by || sold.any(|ticket| ticket.seller == by);
            return parsed.status == if is_own { 200 } else { 404 };
        }
    };
    codes.contains(&parsed.code)
}

/// The reasons for which an order cannot be paid.
const PAYMENT_CODES: &[&str] =
    &["order_cancelled", "order_expired", "order_complete", "payment_in_progress", "not_found"];
