//! Responses: those that the contract allows, the facts that they establish, and what must hold.

use std::collections::BTreeSet;

use contract::Timestamp;
use contract::transfer::TransferStatus;
use invariants::Rule;
use invariants::refunds::has_reached_payer;
use testing::Reply;
use testing::customer::{Refund, Request};
use web::seen::SEEN_WAIT_MAX;

use super::{Call, CallId, Customers, Placed};
use crate::continuous_checks::Checks;

impl Customers {
    /// Processes a response; the error is a line for the first violated rule.
    pub(crate) fn receive(
        &mut self,
        id: CallId,
        reply: &Reply,
        checks: &mut Checks,
        now: Timestamp,
    ) -> Result<(), String> {
        let is_signed_out = reply.status == 401 && self.is_leaving(self.calls[id].by);
        let is_out = self.may_be_out(&self.calls[id], reply.status);
        let call = &mut self.calls[id];
        // Undecided, over a rate limit, unavailable, banned or signed out: the call is repeated
        // later.
        if call.request.is_pending(reply) || matches!(reply.status, 429 | 503) || is_out {
            return Ok(());
        }
        let (method, path) = call.request.target();
        let wrong = |rule: Rule, what: &str| {
            let Reply { status, body, .. } = reply;
            Err(format!("{rule:?}: {what}: {method} {path} returned {status} {body}"))
        };
        // A temporary refusal is not stored: the next response takes its place. It may arrive late,
        // after the final response to a repeat.
        let is_first = call.first.as_ref().is_none_or(|first| call.request.is_temporary(first));
        if is_first {
            call.first = Some(reply.clone());
        }
        let first = call.first.as_ref().expect("a first response");
        let is_equal = (first.status, &first.body) == (reply.status, &reply.body)
            || is_same_account(&call.request, first, reply);
        let has_key = call.key.is_some() || matches!(call.request, Request::CheckIn(_));
        let is_stored = has_key && !call.request.is_temporary(reply);
        if is_stored && !is_equal && !is_signed_out {
            return wrong(Rule::OneEffect, &format!("the first response was {}", first.body));
        }
        let call = call.clone();
        if is_signed_out {
            return Ok(());
        }
        let is_allowed = if self.may_read(&call) {
            call.request.allows(reply, &self.allowed_in_addition(&call))
        } else {
            reply.status == 404
        };
        if !is_allowed {
            let is_read = matches!(
                call.request,
                Request::ReadOrder(_)
                    | Request::ReadTicket(_)
                    | Request::ReadShow(_)
                    | Request::ReadPayment(_)
            );
            let rule = if is_read { Rule::Privacy } else { Rule::OneEffect };
            return wrong(rule, "the contract does not allow this response");
        }
        if let Some(what) = self.contradiction(&call, reply, checks) {
            return wrong(Rule::OneEnd, &what);
        }
        if let Some(what) = stale_read(&call, reply, checks, now) {
            return wrong(Rule::InForce, &what);
        }
        self.store_cookies(&call, reply, checks, now);
        checks.acknowledge(&call.request, reply);
        if let Some(what) = self.second_entry(id, &call, reply) {
            return wrong(Rule::Admissions, &what);
        }
        if is_first {
            self.record(&call, reply);
        }
        Ok(())
    }

    /// A message if the response to a second scan admits the holder of an admission.
    fn second_entry(&mut self, id: CallId, call: &Call, reply: &Reply) -> Option<String> {
        let is_entry = matches!(call.request, Request::CheckIn(_))
            && reply.at("result").as_str() == Some("admitted");
        let admission = reply.text("admissionId").parse().ok().filter(|_| is_entry)?;
        let first = *self.entries.entry(admission).or_insert(id);
        (first != id).then(|| format!("call {first} admitted {admission} before"))
    }

    /// Stores the cookies of a response, and the stock versions that it acknowledged to its client.
    fn store_cookies(&mut self, call: &Call, reply: &Reply, checks: &Checks, now: Timestamp) {
        let order = match (&call.request, reply.status) {
            (Request::Order(_), 201) => reply.id(),
            (Request::Cancel(order), 204) => Some(*order),
            _ => return,
        };
        let Some(account) = call.by.and_then(|by| self.accounts.get_mut(by)) else { return };
        let cookies = reply.cookie_pairs().into_iter().filter_map(|cookie| cookie.split_once('='));
        account.cookies.extend(cookies.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let Some(order) = order else { return };
        // The response to a repeat may be older than the order's last change.
        let is_current = matches!(call.request, Request::Cancel(_))
            || checks
                .orders
                .get(&order)
                .is_some_and(|known| Some(known.state.version) == reply.at("version").as_u64());
        if !is_current {
            return;
        }
        for (id, version) in checks.stock.get(&order).into_iter().flatten() {
            // Of two concurrent responses, the cookies of the last one remain.
            account.seen.insert(*id, (*version, now));
        }
    }

    /// A message if a response contradicts the committed state.
    fn contradiction(&self, call: &Call, reply: &Reply, checks: &Checks) -> Option<String> {
        let sender = || call.by.map(|by| self.accounts[by].id);
        let (is_so, otherwise) = match (&call.request, reply.status) {
            (Request::Offer(_), 201) => {
                (checks.tickets.contains_key(&reply.id()?), "the ticket was not stored")
            }
            (Request::CreateShow(_), 201) => {
                let mut tickets = reply.tickets().into_iter();
                let is_stored = tickets.all(|id| checks.tickets.contains_key(&id));
                (is_stored, "the tickets of the show were not stored")
            }
            (Request::CancelShow(show), 202) => {
                let is_cancelled = checks.is_cancelled(*show) && reply.text("state") == "cancelled";
                (is_cancelled, "the show is not cancelled")
            }
            (Request::Report(ticket), 204) if !self.is_leaving(call.by) => {
                (checks.is_reported_by(*ticket, sender()?), "the report was not stored")
            }
            (Request::Edit(ticket, _), 403) => {
                (checks.is_taken_down(*ticket), "no administrator took it down")
            }
            (Request::CheckIn(_), 200) if reply.at("result").as_str() == Some("admitted") => {
                let admission = reply.text("admissionId").parse().ok()?;
                (checks.has_entered(admission), "the admission is not used")
            }
            (Request::OfferTransfer(..), 201) => {
                (checks.transfer(reply.id()?).is_some(), "the transfer was not stored")
            }
            (Request::AcceptTransfer(id), 204) => {
                let status = checks.transfer(*id)?;
                (matches!(status, TransferStatus::Accepted { .. }), "it is not accepted")
            }
            (Request::DeclineTransfer(id), 204) => {
                let status = checks.transfer(*id)?;
                (matches!(status, TransferStatus::Declined { .. }), "it is not declined")
            }
            (Request::CancelTransfer(id), 204) => {
                let status = checks.transfer(*id)?;
                (matches!(status, TransferStatus::Cancelled { .. }), "it is not cancelled")
            }
            (Request::Export, 200) => {
                let stored = checks.of_person(sender()?);
                let exported = exported(reply);
                let is_so =
                    if call.is_exact { exported == stored } else { exported.is_subset(&stored) };
                let what = || format!("exported is {exported:?}, stored is {stored:?}");
                return (!is_so).then(what);
            }
            (Request::Order(_), 201) => {
                (checks.orders.contains_key(&reply.id()?), "the order was not stored")
            }
            (Request::Pay(..) | Request::PayByCredit(_) | Request::TopUp(..), 201) => {
                (checks.has_captured(reply.id()?), "the money was not captured")
            }
            (Request::Refund(..) | Request::Return(_), 201)
                if reply.text("status") == "succeeded" =>
            {
                let refund = checks.refunds.get(&reply.id()?);
                let Some(refund) = refund.filter(|refund| has_reached_payer(refund)) else {
                    return Some("the money was not refunded".to_owned());
                };
                (checks.are_units_on_sale(refund), "the units are not on sale")
            }
            (Request::Refund(payment, _), 409)
                if reply.text("detail").contains("have made 20 refunds") =>
            {
                let (of, by) = (*payment, sender()?);
                let refunds = checks.refunds.values();
                let own = refunds.filter(|one| one.payment_id == of && one.requested_by == by);
                let requested = own.count();
                return (requested < 20).then(|| format!("the seller has {requested} refunds"));
            }
            _ => return None,
        };
        (!is_so).then(|| otherwise.to_owned())
    }

    /// Whether the sender may read the subject of a read.
    fn may_read(&self, call: &Call) -> bool {
        match &call.request {
            Request::ReadOrder(order) => call.by == Some(self.placed(*order).buyer),
            Request::ReadPayment(payment) => {
                let mut paid = self.paid.iter().filter(|paid| paid.id == *payment);
                paid.any(|paid| {
                    let Placed { buyer, items, .. } = &self.orders[paid.order];
                    call.by == Some(*buyer) || self.sells_one_of(call.by, items)
                })
            }
            _ => true,
        }
    }

    /// The problem codes that the circumstances of a call allow.
    fn allowed_in_addition(&self, call: &Call) -> Vec<&'static str> {
        match &call.request {
            // Its seller changes nothing, and it begins with a message.
            Request::Edit(ticket, _)
            | Request::Withdraw(ticket)
            | Request::TakeDown(ticket)
            | Request::Report(ticket)
            | Request::ReadTicket(ticket)
                if self.resales.contains(ticket) =>
            {
                vec!["resale", "own_offer", "not_found"]
            }
            Request::Edit(..) => {
                vec!["below_committed", "version_conflict", "taken_down", "show_cancelled"]
            }
            // Times are in the past once the clock has jumped.
            Request::CreateShow(..) => vec!["invalid_request"],
            Request::EditShow(..) | Request::PostponeShow(..) => {
                vec!["version_conflict", "invalid_request", "reserved", "show_begun"]
            }
            Request::CancelShow(_) => vec!["version_conflict", "show_begun"],
            Request::Withdraw(_) | Request::TakeDown(_) => vec!["version_conflict"],
            Request::Order(items) => {
                let tickets: Vec<_> = items.iter().map(|(ticket, _)| *ticket).collect();
                let owns_one = self.sells_one_of(call.by, &tickets).then_some("own_ticket");
                ["hold_limit", "network_limit"].into_iter().chain(owns_one).collect()
            }
            Request::Report(ticket) if self.sells_one_of(call.by, &[*ticket]) => vec!["own_offer"],
            Request::PayByCredit(_) => vec!["payment_declined"],
            Request::Pay(_, card) | Request::TopUp(_, card)
                if card.may_fail() || self.is_operated =>
            {
                vec!["payment_declined"]
            }
            Request::Refund(_, Refund { units: Some((ticket, _)), .. })
                if self.resales.contains(ticket) =>
            {
                vec!["invalid_request", "payment_disputed"]
            }
            Request::Refund(..) | Request::Return(_) if self.is_operated => {
                vec!["payment_disputed"]
            }
            Request::Erase { .. } => {
                vec!["open_orders", "open_payments", "open_sales", "credit_left"]
            }
            Request::ShowCode(_) | Request::BindDevice(..) => vec!["not_found"],
            // An erased user has no account.
            Request::Ban(user) | Request::Unban(user) if self.account(*user).is_leaving => {
                vec!["not_found"]
            }
            Request::SignIn(_) => {
                let account = self.signed_in(call);
                let banned = account.was_banned.then_some("account_banned");
                // The address may have changed since, or the password is void.
                let is_changed =
                    account.is_leaving || account.login.was_reset || account.login.wanted.is_some();
                banned.into_iter().chain(is_changed.then_some("bad_credentials")).collect()
            }
            // Another account requested the address, and its owner released it since.
            Request::ConfirmEmail(_) => vec!["other_account"],
            _ => Vec::new(),
        }
    }
}

/// Whether a repeated sign-up returns the account of the first one, which may be verified or have
/// another address by now.
fn is_same_account(request: &Request, first: &Reply, repeat: &Reply) -> bool {
    let account = |reply: &Reply| (reply.status, reply.text("id"));
    matches!(request, Request::SignUp(_)) && account(first) == account(repeat)
}

/// A message if a response shows stock that is older than the version that its reader has seen. A
/// read waits for that version only up to a bound, so later responses are not checked.
fn stale_read(call: &Call, reply: &Reply, checks: &Checks, now: Timestamp) -> Option<String> {
    let Request::ReadTicket(ticket) = call.request else { return None };
    if now.since(call.made_at) >= SEEN_WAIT_MAX || reply.text("status") != "open" {
        return None;
    }
    let units = |field| reply.at(field).as_u64().unwrap_or_default();
    let shown = units("quantity").saturating_sub(units("available"));
    let since = checks.committed_units.range((ticket, call.seen)..=(ticket, u64::MAX));
    // Before an inventory exists, no units are held or sold.
    let none = (call.seen == 0).then_some(0);
    let mut known = since.map(|(_, units)| u64::from(*units)).chain(none);
    let is_new = known.any(|known| known == shown || known > shown && units("available") == 0);
    (!is_new).then(|| format!("no version from {} on has {shown} units held or sold", call.seen))
}

/// The ids of tickets, reports, orders and payments in an export.
fn exported(export: &Reply) -> BTreeSet<String> {
    let export = export.json();
    let kinds = [
        "tickets/items/tickets",
        "tickets/items/reports",
        "orders/items/orders",
        "payments/items/payments",
    ];
    let items = |kind: &str| export.pointer(&format!("/parts/{kind}"))?.as_array();
    let items = kinds.into_iter().filter_map(items).flatten();
    items.filter_map(|item| Some(item.get("id")?.as_str()?.to_owned())).collect::<BTreeSet<_>>()
}
