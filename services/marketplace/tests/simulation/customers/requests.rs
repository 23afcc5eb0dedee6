//! The request that an operation makes.

use contract::{Id, TicketId, Timestamp};
use service::SessionKey;
use testing::customer::{Consent, Refund, Request, Terms};
use testing::user::{Rank, claims, sign};
use web::seen_storage::SEEN_AGE;

use super::{Account, Call, CallId, Customers, Offered, Paid, Placed, place};
use crate::engines::SECRET;
use crate::operation;

impl Customers {
    /// The call that a request of a script makes; `None` if one of its subjects does not exist.
    pub(crate) fn make(&mut self, request: operation::Request, now: Timestamp) -> Option<CallId> {
        let (by, request) = self.resolve(request)?;
        if self.is_leaving(by) {
            return None;
        }
        match (&request, by) {
            (Request::Erase { .. }, Some(by)) => self.accounts[by].is_leaving = true,
            (Request::Ban(user), _) => {
                let banned = self.accounts.iter_mut().find(|account| account.id == *user);
                banned.expect("the account exists").was_banned = true;
            }
            (Request::Agree(payment, _), _) => {
                self.journal.agreed.insert(*payment);
            }
            _ => {}
        }
        Some(self.push(by, request, now))
    }

    pub(super) fn push(&mut self, by: Option<usize>, request: Request, now: Timestamp) -> CallId {
        let is_posted = request.target().0 == reqwest::Method::POST;
        let has_key = is_posted && by.is_some() || matches!(request, Request::SignUp(_));
        let key = has_key.then(|| format!("call-{}", self.calls.len()));
        let seen = match (&request, by) {
            (Request::ReadTicket(ticket), Some(by)) => self.accounts[by].seen_version(*ticket, now),
            _ => 0,
        };
        let (made_at, is_exact, first, sent, in_progress) = (now, false, None, 0, 0);
        self.calls.push(Call {
            request,
            by,
            key,
            made_at,
            seen,
            is_exact,
            first,
            sent,
            in_progress,
        });
        self.calls.len() - 1
    }

    /// The cookies that a call carries if it is sent now.
    pub(crate) fn cookies(&self, id: CallId, now: Timestamp) -> Option<String> {
        let Call { request, by, .. } = &self.calls[id];
        if let Request::Ban(_) | Request::Unban(_) | Request::TakeDown(_) = request {
            return Some(administrator(now));
        }
        by.and_then(|by| self.accounts.get(by)).map(Account::cookies)
    }

    /// The sender, if it has an account, and the request with the ids of its subjects.
    fn resolve(&self, request: operation::Request) -> Option<(Option<usize>, Request)> {
        use operation::Request as Scripted;
        let account = |user: u8| place(user, self.accounts.len());
        let ticket = |ticket: u8| Some(&self.tickets[place(ticket, self.tickets.len())?]);
        let order = |order: u8| Some(&self.orders[place(order, self.orders.len())?]);
        let paid = |paid: u8| {
            let Paid { id, order } = &self.paid[place(paid, self.paid.len())?];
            Some((*id, &self.orders[*order]))
        };
        // The ticket of one item of an order.
        let ticket_of =
            |Placed { items, .. }: &Placed, item: u8| Some(items[place(item, items.len())?]);
        let returned = |ticket: TicketId, units: u8| (units > 0).then(|| (ticket, units.into()));
        Some(match request {
            Scripted::SignUp => {
                (None, Request::SignUp(format!("{}@example.com", self.calls.len())))
            }
            Scripted::SignIn { user } => {
                (None, Request::SignIn(self.accounts[account(user)?].email.clone()))
            }
            Scripted::Ban { user } => (None, Request::Ban(self.accounts[account(user)?].id)),
            Scripted::Unban { user } => (None, Request::Unban(self.accounts[account(user)?].id)),
            Scripted::Export { user } => (Some(account(user)?), Request::Export),
            Scripted::Erase { user, forfeits } => {
                let by = account(user).filter(|by| self.has_all_responses(*by))?;
                (Some(by), Request::Erase { forfeits })
            }
            Scripted::Offer { seller, units, cents } => {
                (Some(account(seller)?), Request::Offer(Terms::of(cents.into(), units.into())))
            }
            Scripted::Edit { ticket: edited, units, cents } => {
                let Offered { id, seller } = ticket(edited)?;
                (Some(*seller), Request::Edit(*id, Terms::of(cents.into(), units.into())))
            }
            Scripted::Withdraw { ticket: withdrawn } => {
                let Offered { id, seller } = ticket(withdrawn)?;
                (Some(*seller), Request::Withdraw(*id))
            }
            Scripted::TakeDown { ticket: taken } => (None, Request::TakeDown(ticket(taken)?.id)),
            Scripted::Order { buyer, items } => {
                (Some(account(buyer)?), Request::Order(self.items(items)?))
            }
            Scripted::Pay { order: paid, card } => {
                let Placed { id, buyer, .. } = order(paid)?;
                (Some(*buyer), Request::Pay(*id, card))
            }
            Scripted::PayByCredit { order: paid } => {
                let Placed { id, buyer, .. } = order(paid)?;
                (Some(*buyer), Request::PayByCredit(*id))
            }
            Scripted::TopUp { payer, cents, card } => {
                (Some(account(payer)?), Request::TopUp(cents.into(), card))
            }
            Scripted::Refund { paid: of, item, cents, to, units } => {
                let (payment, placed) = paid(of)?;
                let ticket = ticket_of(placed, item)?;
                let seller = self.tickets.iter().find(|offered| offered.id == ticket)?.seller;
                let (cents, units) = ((cents > 0).then(|| cents.into()), returned(ticket, units));
                (Some(seller), Request::Refund(payment, Refund { cents, to, units }))
            }
            Scripted::Agree { paid: of, item, units, credit } => {
                let (payment, placed) = paid(of)?;
                let units = returned(ticket_of(placed, item)?, units);
                (Some(placed.buyer), Request::Agree(payment, Consent { credit, units }))
            }
            Scripted::Cancel { order: cancelled } => {
                let Placed { id, buyer, .. } = order(cancelled)?;
                (Some(*buyer), Request::Cancel(*id))
            }
            Scripted::ReadOrder { order: read, by } => {
                (Some(account(by)?), Request::ReadOrder(order(read)?.id))
            }
            Scripted::ReadTicket { ticket: read, by } => {
                (Some(account(by)?), Request::ReadTicket(ticket(read)?.id))
            }
            Scripted::ReadPayment { paid: read, by } => {
                (Some(account(by)?), Request::ReadPayment(paid(read)?.0))
            }
            Scripted::Forge => (None, Request::Forge),
        })
    }

    /// The distinct tickets of an order with their units; `None` if the order has no items.
    fn items(&self, items: [(u8, u8); 3]) -> Option<Vec<(TicketId, u32)>> {
        let mut chosen: Vec<(TicketId, u32)> = Vec::new();
        for (ticket, units) in items.into_iter().filter(|(_, units)| *units > 0) {
            let Offered { id, .. } = self.tickets[place(ticket, self.tickets.len())?];
            if chosen.iter().all(|(known, _)| *known != id) {
                chosen.push((id, units.into()));
            }
        }
        (!chosen.is_empty()).then_some(chosen)
    }
}

impl Account {
    /// The `Cookie` header of the account's browser.
    fn cookies(&self) -> String {
        let others = self.cookies.iter().map(|(name, value)| format!("; {name}={value}"));
        others.fold(self.session.clone(), |cookies, other| cookies + &other)
    }

    /// The stock version of a ticket that was acknowledged to the account.
    fn seen_version(&self, ticket: TicketId, now: Timestamp) -> u64 {
        let seen = self.seen.get(&ticket).filter(|(_, at)| now.since(*at) < SEEN_AGE);
        seen.map_or(0, |(version, _)| *version)
    }
}

/// The cookie of an administrator's session.
fn administrator(now: Timestamp) -> String {
    let (user, session) = (Id::from_bytes([255; 12]), Id::from_bytes([254; 12]));
    let claims = claims(user.into(), session.into(), Rank::Admin, now);
    format!("session={}", sign(&claims, &SessionKey::from_secret(&SECRET)))
}
