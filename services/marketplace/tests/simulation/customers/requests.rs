//! The request that an operation makes.

use contract::{Id, PaymentId, Timestamp};
use reqwest::Method;
use serde_json::{Map, Number, Value, json};
use service::SessionKey;
use testing::user::{Rank, claims, sign};
use web::seen_storage::SEEN_AGE;

use super::{Account, Action, Call, CallId, Customers, Offered, Paid, Placed, place};
use crate::engines::SECRET;
use crate::operation::{Operation, RefundTarget};

/// A call before it is sent: its subject, its sender and its request.
struct NewCall {
    action: Action,
    method: Method,
    path: String,
    by: Option<usize>,
    body: Option<Value>,
}

impl NewCall {
    fn post(path: impl Into<String>, action: Action, by: usize, body: Value) -> Self {
        let (method, path) = (Method::POST, path.into());
        Self { action, method, path, by: Some(by), body: Some(body) }
    }

    fn export(by: usize, is_exact: bool) -> Self {
        let (action, path) = (Action::Export { by, is_exact }, "/api/users/me/export".to_owned());
        Self { action, method: Method::GET, path, by: Some(by), body: None }
    }
}

impl Customers {
    /// The call that an operation makes; `None` if the operation makes no call.
    pub(crate) fn make(&mut self, operation: Operation, now: Timestamp) -> Option<CallId> {
        let call = self.call_of(operation, now).filter(|call| !self.is_leaving(call.by))?;
        match call.action {
            Action::Erase { by } => self.accounts[by].is_leaving = true,
            Action::Ban { user } => self.accounts[user].was_banned = true,
            _ => {}
        }
        Some(self.push(operation, call))
    }

    /// Exports the stored data of an account.
    pub(super) fn export(&mut self, by: usize, is_exact: bool) -> CallId {
        let (user, link) = (0, crate::operation::Link::Reliable);
        self.push(Operation::Export { user, link }, NewCall::export(by, is_exact))
    }

    fn push(&mut self, operation: Operation, call: NewCall) -> CallId {
        let NewCall { action, method, path, by, body } = call;
        if let Operation::Agree { paid, .. } = operation {
            self.journal.agreed.extend(self.payment(paid));
        }
        let has_key = method == Method::POST && by.is_some() || matches!(action, Action::SignUp);
        let key = has_key.then(|| format!("call-{}", self.calls.len()));
        let (first, sent, in_progress) = (None, 0, 0);
        self.calls.push(Call { action, method, path, by, key, body, first, sent, in_progress });
        self.calls.len() - 1
    }

    /// The cookies that a call carries if it is sent now.
    pub(crate) fn cookies(&self, id: CallId, now: Timestamp) -> Option<String> {
        if let Action::Ban { .. } | Action::Unban { .. } | Action::TakeDown = self.calls[id].action
        {
            return Some(administrator(now));
        }
        self.calls[id].by.and_then(|by| self.accounts.get(by)).map(Account::cookies)
    }

    fn call_of(&self, operation: Operation, now: Timestamp) -> Option<NewCall> {
        Some(match operation {
            Operation::SignUp { .. } => {
                let email = format!("{}@example.com", self.calls.len());
                let body = json!({"email": email, "password": "a fine password"});
                let call = NewCall::post("/api/users/signup", Action::SignUp, 0, body);
                NewCall { by: None, ..call }
            }
            Operation::Offer { seller, units, cents, .. } => {
                let seller = place(seller, self.accounts.len())?;
                NewCall::post("/api/tickets", Action::Offer { seller }, seller, terms(units, cents))
            }
            Operation::Edit { ticket, units, cents, .. } => {
                let Offered { id, seller } = &self.tickets[place(ticket, self.tickets.len())?];
                let path = format!("/api/tickets/{id}");
                let call = NewCall::post(path, Action::Edit, *seller, terms(units, cents));
                NewCall { method: Method::PUT, ..call }
            }
            Operation::Withdraw { ticket, .. } => {
                let Offered { id, seller } = &self.tickets[place(ticket, self.tickets.len())?];
                let (action, path) = (Action::Withdraw, format!("/api/tickets/{id}"));
                NewCall { action, method: Method::DELETE, path, by: Some(*seller), body: None }
            }
            Operation::Order { buyer, items, .. } => {
                let buyer = place(buyer, self.accounts.len())?;
                let items = self.items(items)?;
                let owns_one =
                    items.iter().any(|(ticket, _)| self.tickets[*ticket].seller == buyer);
                let item = |(ticket, units): &(usize, u8)| json!({"ticketId": self.tickets[*ticket].id, "quantity": units});
                let body = json!({"items": items.iter().map(item).collect::<Vec<Value>>()});
                NewCall::post("/api/orders", Action::Order { buyer, owns_one }, buyer, body)
            }
            Operation::Pay { order, card, .. } => {
                let order = place(order, self.orders.len())?;
                let Placed { id, buyer, .. } = &self.orders[order];
                let body = json!({"orderId": id, "token": card.token()});
                NewCall::post("/api/payments", Action::Pay { order, card }, *buyer, body)
            }
            Operation::PayByCredit { order, .. } => {
                let order = place(order, self.orders.len())?;
                let Placed { id, buyer, .. } = &self.orders[order];
                let body = json!({"orderId": id, "method": "credit"});
                NewCall::post("/api/payments", Action::PayByCredit { order }, *buyer, body)
            }
            Operation::TopUp { payer, cents, card, .. } => {
                let payer = place(payer, self.accounts.len())?;
                let body = json!({"amount": amount(cents), "token": card.token()});
                let action = Action::TopUp { payer, card };
                NewCall::post("/api/payments/top-ups", action, payer, body)
            }
            Operation::Refund { paid, item, cents, to, units, .. } => {
                self.refund(paid, item, cents, to, units)?
            }
            Operation::Agree { paid, item, units, credit, .. } => {
                self.agree(paid, item, units, credit)?
            }
            Operation::Cancel { order, .. } => {
                let order = place(order, self.orders.len())?;
                let Placed { id, buyer, .. } = &self.orders[order];
                let (action, path) = (Action::Cancel { order }, format!("/api/orders/{id}"));
                NewCall { action, method: Method::DELETE, path, by: Some(*buyer), body: None }
            }
            Operation::Ban { .. }
            | Operation::Unban { .. }
            | Operation::TakeDown { .. }
            | Operation::SignIn { .. }
            | Operation::Export { .. }
            | Operation::Erase { .. } => self.account_call(operation)?,
            Operation::ReadOrder { .. }
            | Operation::ReadTicket { .. }
            | Operation::ReadPayment { .. } => self.read(operation, now)?,
            Operation::Forge => {
                let call = NewCall::post("/api/payments/webhook", Action::Forge, 0, forged());
                NewCall { by: None, ..call }
            }
            Operation::FinishPayment { .. }
            | Operation::RefundCents { .. }
            | Operation::FinishRefund { .. }
            | Operation::Operate { .. }
            | Operation::Deliver
            | Operation::Repeat { .. }
            | Operation::RepeatPending
            | Operation::CloseConnection { .. }
            | Operation::Turns { .. }
            | Operation::Step { .. }
            | Operation::Settle
            | Operation::Pass { .. }
            | Operation::PassToDeadline { .. }
            | Operation::Jump { .. }
            | Operation::EndFaults { .. }
            | Operation::Pause { .. }
            | Operation::Resume
            | Operation::Crash { .. }
            | Operation::Restart { .. }
            | Operation::Store { .. }
            | Operation::Bus { .. }
            | Operation::Provider { .. } => return None,
        })
    }

    /// Requests about an account itself, and requests of the administrator.
    fn account_call(&self, operation: Operation) -> Option<NewCall> {
        let change_ban = |user: u8, what: &str, action: fn(usize) -> Action| {
            let user = place(user, self.accounts.len())?;
            let path = format!("/api/users/{}/{what}", self.accounts[user].id);
            Some(NewCall { by: None, ..NewCall::post(path, action(user), user, json!({})) })
        };
        Some(match operation {
            Operation::Ban { user, .. } => change_ban(user, "ban", |user| Action::Ban { user })?,
            Operation::Unban { user, .. } => {
                change_ban(user, "unban", |user| Action::Unban { user })?
            }
            Operation::TakeDown { ticket, .. } => {
                let Offered { id, .. } = &self.tickets[place(ticket, self.tickets.len())?];
                let (action, path) = (Action::TakeDown, format!("/api/tickets/{id}"));
                NewCall { action, method: Method::DELETE, path, by: None, body: None }
            }
            Operation::SignIn { user, .. } => {
                let user = place(user, self.accounts.len())?;
                let body =
                    json!({"email": self.accounts[user].email, "password": "a fine password"});
                let call = NewCall::post("/api/users/signin", Action::SignIn { user }, user, body);
                NewCall { by: None, ..call }
            }
            Operation::Export { user, .. } => {
                NewCall::export(place(user, self.accounts.len())?, false)
            }
            Operation::Erase { user, forfeits, .. } => {
                let by =
                    place(user, self.accounts.len()).filter(|by| self.has_all_responses(*by))?;
                let body = json!({"password": "a fine password", "forfeitCredit": forfeits});
                let call = NewCall::post("/api/users/me", Action::Erase { by }, by, body);
                NewCall { method: Method::DELETE, ..call }
            }
            _ => return None,
        })
    }

    /// A read.
    fn read(&self, operation: Operation, now: Timestamp) -> Option<NewCall> {
        let (action, path, by) = match operation {
            Operation::ReadOrder { order, by } => {
                let order = place(order, self.orders.len())?;
                let by = place(by, self.accounts.len())?;
                (
                    Action::ReadOrder { order, by },
                    format!("/api/orders/{}", self.orders[order].id),
                    by,
                )
            }
            Operation::ReadTicket { ticket, by } => {
                let ticket = place(ticket, self.tickets.len())?;
                let by = place(by, self.accounts.len())?;
                let id = self.tickets[ticket].id;
                let seen = self.accounts[by].seen.get(&id);
                let seen = seen.filter(|(_, at)| now.since(*at) < SEEN_AGE);
                let seen = seen.map_or(0, |(version, _)| *version);
                let action = Action::ReadTicket { ticket, seen, sent_at: now };
                (action, format!("/api/tickets/{id}"), by)
            }
            Operation::ReadPayment { paid, by } => {
                let paid = place(paid, self.paid.len())?;
                let by = place(by, self.accounts.len())?;
                let action = Action::ReadPayment { paid, by };
                (action, format!("/api/payments/{}", self.paid[paid].id), by)
            }
            _ => return None,
        };
        Some(NewCall { action, method: Method::GET, path, by: Some(by), body: None })
    }

    /// The distinct tickets of an order with their units; `None` if the order has no items.
    fn items(&self, items: [(u8, u8); 3]) -> Option<Vec<(usize, u8)>> {
        let mut chosen: Vec<(usize, u8)> = Vec::new();
        for (ticket, units) in items.into_iter().filter(|(_, units)| *units > 0) {
            let ticket = place(ticket, self.tickets.len())?;
            if chosen.iter().all(|(known, _)| *known != ticket) {
                chosen.push((ticket, units));
            }
        }
        (!chosen.is_empty()).then_some(chosen)
    }

    fn refund(
        &self,
        paid: u8,
        item: u8,
        cents: u16,
        to: RefundTarget,
        units: u8,
    ) -> Option<NewCall> {
        let paid = place(paid, self.paid.len())?;
        let Paid { id, order } = &self.paid[paid];
        let items = &self.orders[*order].items;
        let ticket = items[place(item, items.len())?];
        let seller = self.tickets.iter().find(|offered| offered.id == ticket)?.seller;
        let mut body = Map::new();
        if cents > 0 {
            body.insert("amount".to_owned(), amount(cents).into());
        }
        if to == RefundTarget::Credit {
            body.insert("to".to_owned(), json!("credit"));
        }
        if units > 0 {
            let units = json!([{"ticketId": ticket, "quantity": units}]);
            body.insert("returns".to_owned(), units);
        }
        let path = format!("/api/payments/{id}/refunds");
        Some(NewCall::post(path, Action::Refund { paid, seller }, seller, body.into()))
    }

    fn agree(&self, paid: u8, item: u8, units: u8, credit: bool) -> Option<NewCall> {
        let Paid { id, order } = &self.paid[place(paid, self.paid.len())?];
        let Placed { buyer, items, .. } = &self.orders[*order];
        let ticket = items[place(item, items.len())?];
        let mut body = json!({"credit": credit});
        if units > 0 {
            body["returns"] = json!([{"ticketId": ticket, "quantity": units}]);
        }
        let path = format!("/api/payments/{id}/consent");
        Some(NewCall { method: Method::PUT, ..NewCall::post(path, Action::Agree, *buyer, body) })
    }

    fn payment(&self, paid: u8) -> Option<PaymentId> {
        place(paid, self.paid.len()).map(|paid| self.paid[paid].id)
    }
}

impl Account {
    /// The `Cookie` header of the account's browser.
    fn cookies(&self) -> String {
        let others = self.cookies.iter().map(|(name, value)| format!("; {name}={value}"));
        others.fold(self.cookie.clone(), |cookies, other| cookies + &other)
    }
}

/// The cookie of an administrator's session.
fn administrator(now: Timestamp) -> String {
    let (user, session) = (Id::from_bytes([255; 12]), Id::from_bytes([254; 12]));
    let claims = claims(user.into(), session.into(), Rank::Admin, now);
    format!("session={}", sign(&claims, &SessionKey::from_secret(&SECRET)))
}

/// An event without a valid signature.
fn forged() -> Value {
    json!({"id": "evt_forged", "object": "event", "type": "payment_intent.succeeded"})
}

fn amount(cents: u16) -> Number {
    format!("{}.{:02}", cents / 100, cents % 100).parse().expect("a number")
}

fn terms(units: u8, cents: u16) -> Value {
    json!({"title": format!("Show {cents}"), "price": amount(cents), "quantity": units})
}
