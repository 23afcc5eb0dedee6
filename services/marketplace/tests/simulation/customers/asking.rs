//! The request that an operation makes.

use contract::{Id, PaymentId, Timestamp};
use reqwest::Method;
use serde_json::{Map, Number, Value, json};
use service::SessionKey;
use testing::user::{Rank, claims, sign};
use web::seen_storage::SEEN_AGE;

use super::{Account, Call, CallId, Customers, Offered, Paid, Placed, Wish, place};
use crate::engines::SECRET;
use crate::operation::{Back, Operation};

/// A call before it is sent: its subject, its sender and its request.
struct Asked {
    wish: Wish,
    method: Method,
    path: String,
    by: Option<usize>,
    body: Option<Value>,
}

impl Asked {
    fn post(path: impl Into<String>, wish: Wish, by: usize, body: Value) -> Self {
        let (method, path) = (Method::POST, path.into());
        Self { wish, method, path, by: Some(by), body: Some(body) }
    }

    fn export(by: usize, is_exact: bool) -> Self {
        let (wish, path) = (Wish::Export { by, is_exact }, "/api/users/me/export".to_owned());
        Self { wish, method: Method::GET, path, by: Some(by), body: None }
    }
}

impl Customers {
    /// The call that an operation makes; `None` if the operation makes no call.
    pub(crate) fn make(&mut self, operation: Operation, now: Timestamp) -> Option<CallId> {
        let asked = self.asked(operation, now).filter(|asked| !self.is_leaving(asked.by))?;
        match asked.wish {
            Wish::Erase { by } => self.accounts[by].is_leaving = true,
            Wish::Ban { user } => self.accounts[user].was_banned = true,
            _ => {}
        }
        Some(self.push(operation, asked))
    }

    /// Exports the stored data of an account.
    pub(super) fn export(&mut self, by: usize, is_exact: bool) -> CallId {
        let (user, way) = (0, crate::operation::Way::Sound);
        self.push(Operation::Export { user, way }, Asked::export(by, is_exact))
    }

    fn push(&mut self, operation: Operation, asked: Asked) -> CallId {
        let Asked { wish, method, path, by, body } = asked;
        if let Operation::Agree { paid, .. } = operation {
            self.journal.agreed.extend(self.payment(paid));
        }
        let has_key = method == Method::POST && by.is_some() || matches!(wish, Wish::SignUp);
        let key = has_key.then(|| format!("call-{}", self.calls.len()));
        let (first, sent, under_way) = (None, 0, 0);
        self.calls.push(Call { wish, method, path, by, key, body, first, sent, under_way });
        self.calls.len() - 1
    }

    /// The cookies that a call carries if it is sent now.
    pub(crate) fn cookies(&self, id: CallId, now: Timestamp) -> Option<String> {
        if let Wish::Ban { .. } | Wish::Unban { .. } | Wish::TakeDown = self.calls[id].wish {
            return Some(administrator(now));
        }
        self.calls[id].by.and_then(|by| self.accounts.get(by)).map(Account::cookies)
    }

    fn asked(&self, operation: Operation, now: Timestamp) -> Option<Asked> {
        Some(match operation {
            Operation::SignUp { .. } => {
                let email = format!("{}@example.com", self.calls.len());
                let body = json!({"email": email, "password": "a fine password"});
                let asked = Asked::post("/api/users/signup", Wish::SignUp, 0, body);
                Asked { by: None, ..asked }
            }
            Operation::Offer { seller, units, cents, .. } => {
                let seller = place(seller, self.accounts.len())?;
                Asked::post("/api/tickets", Wish::Offer { seller }, seller, terms(units, cents))
            }
            Operation::Edit { ticket, units, cents, .. } => {
                let Offered { id, seller } = &self.tickets[place(ticket, self.tickets.len())?];
                let path = format!("/api/tickets/{id}");
                let asked = Asked::post(path, Wish::Edit, *seller, terms(units, cents));
                Asked { method: Method::PUT, ..asked }
            }
            Operation::Withdraw { ticket, .. } => {
                let Offered { id, seller } = &self.tickets[place(ticket, self.tickets.len())?];
                let (wish, path) = (Wish::Withdraw, format!("/api/tickets/{id}"));
                Asked { wish, method: Method::DELETE, path, by: Some(*seller), body: None }
            }
            Operation::Order { buyer, items, .. } => {
                let buyer = place(buyer, self.accounts.len())?;
                let items = self.items(items)?;
                let owns_one =
                    items.iter().any(|(ticket, _)| self.tickets[*ticket].seller == buyer);
                let item = |(ticket, units): &(usize, u8)| json!({"ticketId": self.tickets[*ticket].id, "quantity": units});
                let body = json!({"items": items.iter().map(item).collect::<Vec<Value>>()});
                Asked::post("/api/orders", Wish::Order { buyer, owns_one }, buyer, body)
            }
            Operation::Pay { order, card, .. } => {
                let order = place(order, self.orders.len())?;
                let Placed { id, buyer, .. } = &self.orders[order];
                let body = json!({"orderId": id, "token": card.token()});
                Asked::post("/api/payments", Wish::Pay { order, card }, *buyer, body)
            }
            Operation::PayByCredit { order, .. } => {
                let order = place(order, self.orders.len())?;
                let Placed { id, buyer, .. } = &self.orders[order];
                let body = json!({"orderId": id, "method": "credit"});
                Asked::post("/api/payments", Wish::PayByCredit { order }, *buyer, body)
            }
            Operation::TopUp { payer, cents, card, .. } => {
                let payer = place(payer, self.accounts.len())?;
                let body = json!({"amount": amount(cents), "token": card.token()});
                let wish = Wish::TopUp { payer, card };
                Asked::post("/api/payments/top-ups", wish, payer, body)
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
                let (wish, path) = (Wish::Cancel { order }, format!("/api/orders/{id}"));
                Asked { wish, method: Method::DELETE, path, by: Some(*buyer), body: None }
            }
            Operation::Ban { .. }
            | Operation::Unban { .. }
            | Operation::TakeDown { .. }
            | Operation::SignIn { .. }
            | Operation::Export { .. }
            | Operation::Erase { .. } => self.about_accounts(operation)?,
            Operation::Look { .. }
            | Operation::LookAtTicket { .. }
            | Operation::LookAtPayment { .. } => self.looked(operation, now)?,
            Operation::Forge => {
                let asked = Asked::post("/api/payments/webhook", Wish::Forge, 0, forged());
                Asked { by: None, ..asked }
            }
            Operation::Prove { .. }
            | Operation::RefundCents { .. }
            | Operation::FinishRefund { .. }
            | Operation::Operate { .. }
            | Operation::Deliver
            | Operation::Repeat { .. }
            | Operation::AskAgain
            | Operation::HangUp { .. }
            | Operation::Turns { .. }
            | Operation::Step { .. }
            | Operation::Settle
            | Operation::Pass { .. }
            | Operation::Approach { .. }
            | Operation::Jump { .. }
            | Operation::Calm { .. }
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
    fn about_accounts(&self, operation: Operation) -> Option<Asked> {
        let standing = |user: u8, what: &str, wish: fn(usize) -> Wish| {
            let user = place(user, self.accounts.len())?;
            let path = format!("/api/users/{}/{what}", self.accounts[user].id);
            Some(Asked { by: None, ..Asked::post(path, wish(user), user, json!({})) })
        };
        Some(match operation {
            Operation::Ban { user, .. } => standing(user, "ban", |user| Wish::Ban { user })?,
            Operation::Unban { user, .. } => standing(user, "unban", |user| Wish::Unban { user })?,
            Operation::TakeDown { ticket, .. } => {
                let Offered { id, .. } = &self.tickets[place(ticket, self.tickets.len())?];
                let (wish, path) = (Wish::TakeDown, format!("/api/tickets/{id}"));
                Asked { wish, method: Method::DELETE, path, by: None, body: None }
            }
            Operation::SignIn { user, .. } => {
                let user = place(user, self.accounts.len())?;
                let body =
                    json!({"email": self.accounts[user].email, "password": "a fine password"});
                let asked = Asked::post("/api/users/signin", Wish::SignIn { user }, user, body);
                Asked { by: None, ..asked }
            }
            Operation::Export { user, .. } => {
                Asked::export(place(user, self.accounts.len())?, false)
            }
            Operation::Erase { user, forfeits, .. } => {
                let by = place(user, self.accounts.len()).filter(|by| self.is_content(*by))?;
                let body = json!({"password": "a fine password", "forfeitCredit": forfeits});
                let asked = Asked::post("/api/users/me", Wish::Erase { by }, by, body);
                Asked { method: Method::DELETE, ..asked }
            }
            _ => return None,
        })
    }

    /// A read.
    fn looked(&self, operation: Operation, now: Timestamp) -> Option<Asked> {
        let (wish, path, by) = match operation {
            Operation::Look { order, by } => {
                let order = place(order, self.orders.len())?;
                let by = place(by, self.accounts.len())?;
                (Wish::Look { order, by }, format!("/api/orders/{}", self.orders[order].id), by)
            }
            Operation::LookAtTicket { ticket, by } => {
                let ticket = place(ticket, self.tickets.len())?;
                let by = place(by, self.accounts.len())?;
                let id = self.tickets[ticket].id;
                let seen = self.accounts[by].seen.get(&id);
                let seen = seen.filter(|(_, at)| now.since(*at) < SEEN_AGE);
                let seen = seen.map_or(0, |(version, _)| *version);
                let wish = Wish::LookAtTicket { ticket, seen, sent_at: now };
                (wish, format!("/api/tickets/{id}"), by)
            }
            Operation::LookAtPayment { paid, by } => {
                let paid = place(paid, self.paid.len())?;
                let by = place(by, self.accounts.len())?;
                let wish = Wish::LookAtPayment { paid, by };
                (wish, format!("/api/payments/{}", self.paid[paid].id), by)
            }
            _ => return None,
        };
        Some(Asked { wish, method: Method::GET, path, by: Some(by), body: None })
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

    fn refund(&self, paid: u8, item: u8, cents: u16, to: Back, units: u8) -> Option<Asked> {
        let paid = place(paid, self.paid.len())?;
        let Paid { id, order } = &self.paid[paid];
        let items = &self.orders[*order].items;
        let ticket = items[place(item, items.len())?];
        let seller = self.tickets.iter().find(|offered| offered.id == ticket)?.seller;
        let mut body = Map::new();
        if cents > 0 {
            body.insert("amount".to_owned(), amount(cents).into());
        }
        if to == Back::Credit {
            body.insert("to".to_owned(), json!("credit"));
        }
        if units > 0 {
            let units = json!([{"ticketId": ticket, "quantity": units}]);
            body.insert("returns".to_owned(), units);
        }
        let path = format!("/api/payments/{id}/refunds");
        Some(Asked::post(path, Wish::Refund { paid, seller }, seller, body.into()))
    }

    fn agree(&self, paid: u8, item: u8, units: u8, credit: bool) -> Option<Asked> {
        let Paid { id, order } = &self.paid[place(paid, self.paid.len())?];
        let Placed { buyer, items, .. } = &self.orders[*order];
        let ticket = items[place(item, items.len())?];
        let mut body = json!({"credit": credit});
        if units > 0 {
            body["returns"] = json!([{"ticketId": ticket, "quantity": units}]);
        }
        let path = format!("/api/payments/{id}/consent");
        Some(Asked { method: Method::PUT, ..Asked::post(path, Wish::Agree, *buyer, body) })
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
