//! The request that an operation makes.

use std::time::Duration;

use contract::{AdmissionId, Id, TicketId, Timestamp};
use service::SessionKey;
use testing::customer::{
    Card, Consent, Postponement, Recipient, Refund, Request, Scan, ShowTerms, Terms,
};
use testing::user::{Rank, claims, sign};
use web::seen_storage::SEEN_AGE;

use super::shown::public_key;
use super::{Call, CallId, Customers, Login, Offered, Placed, Staged, place};
use crate::engines::SECRET;
use crate::mail_server::LinkedPage::{ConfirmEmail, ResetPassword, RestoreEmail, Transfer};
use crate::operation::{After, Request as Scripted, TransferWay};

impl Customers {
    /// The call that a request of a script makes; `None` if one of its subjects does not exist.
    pub(crate) fn make(&mut self, request: Scripted, now: Timestamp) -> Option<CallId> {
        let of = named(request).and_then(|user| place(user, self.accounts.len()));
        let (by, request) = self.resolve(request, now)?;
        if self.is_leaving(by) {
            return None;
        }
        match (&request, by) {
            (Request::Erase { .. }, Some(by)) => self.accounts[by].is_leaving = true,
            (Request::Ban(user), _) => {
                let banned = self.accounts.iter_mut().find(|account| account.id == *user);
                banned.expect("the account exists").was_banned = true;
            }
            (Request::RestoreEmail(_) | Request::ResetPassword(_), _) => {
                let of = of.expect("the request names an account");
                self.accounts[of].login.was_reset = true;
            }
            (Request::ChangeEmail(email), Some(by)) => {
                self.accounts[by].login.wanted = Some(email.clone());
            }
            (Request::Agree(payment, _), _) => {
                self.journal.agreed.insert(*payment);
            }
            _ => {}
        }
        let call = self.push(by, request, now);
        self.calls[call].of = of;
        Some(call)
    }

    pub(super) fn push(&mut self, by: Option<usize>, request: Request, now: Timestamp) -> CallId {
        let has_key = request.has_key() && (by.is_some() || matches!(request, Request::SignUp(_)));
        let key = has_key.then(|| format!("call-{}", self.calls.len()));
        let seen = match (&request, by) {
            (Request::ReadTicket(ticket), Some(by)) => {
                let seen = self.accounts[by].seen.get(ticket);
                seen.filter(|(_, at)| now.since(*at) < SEEN_AGE).map_or(0, |(version, _)| *version)
            }
            _ => 0,
        };
        self.calls.push(Call {
            request,
            by,
            of: None,
            key,
            made_at: now,
            seen,
            is_exact: false,
            first: None,
            sent: 0,
            in_progress: 0,
        });
        self.calls.len() - 1
    }

    pub(crate) fn cookies(&self, id: CallId, now: Timestamp) -> Option<String> {
        let Call { request, by, .. } = &self.calls[id];
        if let Request::Ban(_) | Request::Unban(_) | Request::TakeDown(_) = request {
            return Some(administrator(now));
        }
        let account = by.and_then(|by| self.accounts.get(by))?;
        let others = account.cookies.iter().map(|(name, value)| format!("; {name}={value}"));
        Some(others.fold(account.session.clone(), |cookies, other| cookies + &other))
    }

    /// The sender of a request; `None` if a subject does not exist.
    fn sender(&self, request: Scripted) -> Option<Sender> {
        let ticket_at = |ticket: u8| Some(&self.tickets[place(ticket, self.tickets.len())?]);
        let show_at = |show: u8| Some(&self.shows[place(show, self.shows.len())?]);
        let held_at = |held: u8| Some(&self.admissions[place(held, self.admissions.len())?]);
        let sent_at = |sent: u8| Some(&self.transfers[place(sent, self.transfers.len())?]);
        let order_at = |order: u8| Some(&self.orders[place(order, self.orders.len())?]);
        let paid_at = |paid: u8| Some(&self.paid[place(paid, self.paid.len())?]);
        let seller_of = |ticket: TicketId| {
            Some(self.tickets.iter().find(|offered| offered.id == ticket)?.seller)
        };
        Some(Sender(match request {
            Scripted::Offer { seller: user, .. }
            | Scripted::CreateShow { seller: user, .. }
            | Scripted::ReadShow { by: user, .. }
            | Scripted::Order { buyer: user, .. }
            | Scripted::OrderResale { buyer: user, .. }
            | Scripted::TopUp { payer: user, .. }
            | Scripted::Export { user }
            | Scripted::Erase { user, .. }
            | Scripted::ReadOrder { by: user, .. }
            | Scripted::ReadTicket { by: user, .. }
            | Scripted::Report { by: user, .. }
            | Scripted::Verify { user }
            | Scripted::ChangeAddress { user, .. }
            | Scripted::ListAdmissions { user }
            | Scripted::ClaimTransfer { user }
            | Scripted::ReadPayment { by: user, .. } => Some(place(user, self.accounts.len())?),
            Scripted::ShowCode { admission }
            | Scripted::Resell { admission, .. }
            | Scripted::EndResale { admission }
            | Scripted::BindDevice { admission, .. } => Some(held_at(admission)?.holder),
            Scripted::OfferTransfer { first, .. } => Some(held_at(first)?.holder),
            Scripted::AcceptTransfer { transfer } | Scripted::DeclineTransfer { transfer } => {
                Some(sent_at(transfer)?.to)
            }
            Scripted::CancelTransfer { transfer } => Some(sent_at(transfer)?.from),
            Scripted::CheckIn { code, ticket } => Some(seller_of(self.door(code, ticket)?)?),
            Scripted::Edit { ticket, .. } | Scripted::Withdraw { ticket } => {
                Some(ticket_at(ticket)?.seller)
            }
            Scripted::PayResale { resale } => {
                let order = self.order_of(self.resale_at(resale)?)?;
                Some(order.buyer)
            }
            Scripted::Pay { order, .. }
            | Scripted::PayByCredit { order }
            | Scripted::Cancel { order } => Some(order_at(order)?.buyer),
            Scripted::EditShow { show, .. }
            | Scripted::PostponeShow { show, .. }
            | Scripted::CancelShow { show }
            | Scripted::OfferIn { show, .. } => Some(show_at(show)?.seller),
            Scripted::Agree { paid, .. } | Scripted::Return { paid } => {
                Some(self.orders[paid_at(paid)?.order].buyer)
            }
            Scripted::Refund { paid, item, .. } => Some(seller_of(self.ticket_of(paid, item)?)?),
            // A guest or an administrator.
            Scripted::SignUp
            | Scripted::SignIn { .. }
            | Scripted::RestoreAddress { .. }
            | Scripted::ForgetPassword { .. }
            | Scripted::ResetPassword { .. }
            | Scripted::Ban { .. }
            | Scripted::Unban { .. }
            | Scripted::TakeDown { .. }
            | Scripted::Forge => None,
        }))
    }

    /// The ticket of one item of a paid order.
    fn ticket_of(&self, paid: u8, item: u8) -> Option<TicketId> {
        let paid = &self.paid[place(paid, self.paid.len())?];
        let items = &self.orders[paid.order].items;
        Some(items[place(item, items.len())?])
    }

    /// The sender, if it has an account, and the request with the ids of its subjects.
    fn resolve(&self, request: Scripted, now: Timestamp) -> Option<(Option<usize>, Request)> {
        let account_at = |user: u8| Some(&self.accounts[place(user, self.accounts.len())?]);
        let ticket_at = |ticket: u8| Some(&self.tickets[place(ticket, self.tickets.len())?]);
        let held_at = |held: u8| Some(&self.admissions[place(held, self.admissions.len())?]);
        let order_at = |order: u8| Some(&self.orders[place(order, self.orders.len())?]);
        let paid_at = |paid: u8| Some(&self.paid[place(paid, self.paid.len())?]);
        let sent_at = |sent: u8| Some(self.transfers[place(sent, self.transfers.len())?].id);
        let returned = |ticket: TicketId, units: u8| (units > 0).then(|| (ticket, units.into()));
        let Sender(by) = self.sender(request)?;
        let request = match request {
            Scripted::SignUp => Request::SignUp(format!("{}@example.com", self.calls.len())),
            Scripted::SignIn { .. }
            | Scripted::Verify { .. }
            | Scripted::ChangeAddress { .. }
            | Scripted::RestoreAddress { .. }
            | Scripted::ForgetPassword { .. }
            | Scripted::ResetPassword { .. } => self.of_account(request)?,
            Scripted::Ban { user } => Request::Ban(account_at(user)?.id),
            Scripted::Unban { user } => Request::Unban(account_at(user)?.id),
            Scripted::Export { .. } => Request::Export,
            Scripted::Erase { forfeits, .. } => {
                by.filter(|by| self.has_all_responses(*by))?;
                Request::Erase { forfeits }
            }
            Scripted::Offer { units, cents, .. } => {
                Request::Offer(Terms::of(cents.into(), units.into()))
            }
            Scripted::Edit { ticket, units, cents } => {
                Request::Edit(ticket_at(ticket)?.id, Terms::of(cents.into(), units.into()))
            }
            Scripted::Withdraw { ticket } => Request::Withdraw(ticket_at(ticket)?.id),
            Scripted::Report { ticket, .. } => Request::Report(ticket_at(ticket)?.id),
            Scripted::TakeDown { ticket } => Request::TakeDown(ticket_at(ticket)?.id),
            Scripted::CreateShow { .. }
            | Scripted::EditShow { .. }
            | Scripted::PostponeShow { .. }
            | Scripted::CancelShow { .. }
            | Scripted::ReadShow { .. }
            | Scripted::OfferIn { .. } => self.of_show(request, now)?,
            Scripted::Return { paid } => Request::Return(paid_at(paid)?.id),
            Scripted::Order { items, .. } => Request::Order(self.items(items)?),
            Scripted::Pay { order, card } => Request::Pay(order_at(order)?.id, card),
            Scripted::PayByCredit { order } => Request::PayByCredit(order_at(order)?.id),
            Scripted::TopUp { cents, card, .. } => Request::TopUp(cents.into(), card),
            Scripted::Refund { paid, item, cents, to, units } => {
                let units = returned(self.ticket_of(paid, item)?, units);
                let cents = (cents > 0).then(|| cents.into());
                Request::Refund(paid_at(paid)?.id, Refund { cents, to, units })
            }
            Scripted::Agree { paid, item, units, credit } => {
                let units = returned(self.ticket_of(paid, item)?, units);
                Request::Agree(paid_at(paid)?.id, Consent { credit, units })
            }
            Scripted::Cancel { order } => Request::Cancel(order_at(order)?.id),
            Scripted::ReadOrder { order, .. } => Request::ReadOrder(order_at(order)?.id),
            Scripted::ReadTicket { ticket, .. } => Request::ReadTicket(ticket_at(ticket)?.id),
            Scripted::ReadPayment { paid, .. } => Request::ReadPayment(paid_at(paid)?.id),
            Scripted::ListAdmissions { .. } => Request::ListAdmissions,
            Scripted::ShowCode { admission } => Request::ShowCode(held_at(admission)?.id),
            Scripted::Resell { admission, cents } => {
                Request::Resell(held_at(admission)?.id, cents.into())
            }
            Scripted::OrderResale { resale, .. } => {
                Request::Order(vec![(self.resale_at(resale)?, 1)])
            }
            Scripted::PayResale { resale } => {
                Request::Pay(self.order_of(self.resale_at(resale)?)?.id, Card::Valid)
            }
            Scripted::EndResale { admission } => Request::EndResale(held_at(admission)?.id),
            Scripted::BindDevice { admission, device } => {
                Request::BindDevice(held_at(admission)?.id, public_key(device))
            }
            Scripted::CheckIn { code, ticket } => Request::CheckIn(Scan {
                id: format!("scan-{}", self.calls.len()),
                code: self.codes[place(code, self.codes.len())?].0.text(now),
                ticket: self.door(code, ticket)?,
            }),
            Scripted::OfferTransfer { first, units, to, way } => {
                let to = account_at(to)?;
                let to = match way {
                    TransferWay::Account => Recipient::User(to.id),
                    TransferWay::Address => Recipient::Email(to.login.email.clone()),
                };
                Request::OfferTransfer(self.held_together(first, units)?, to)
            }
            Scripted::ClaimTransfer { user } => {
                let email = &account_at(user)?.login.email;
                Request::ClaimTransfer(self.mail_server.token(email, Transfer)?)
            }
            Scripted::AcceptTransfer { transfer } => Request::AcceptTransfer(sent_at(transfer)?),
            Scripted::DeclineTransfer { transfer } => Request::DeclineTransfer(sent_at(transfer)?),
            Scripted::CancelTransfer { transfer } => Request::CancelTransfer(sent_at(transfer)?),
            Scripted::Forge => Request::Forge,
        };
        Some((by, request))
    }

    fn resale_at(&self, resale: u8) -> Option<TicketId> {
        Some(self.resales[place(resale, self.resales.len())?])
    }

    /// The last order of a ticket.
    fn order_of(&self, ticket: TicketId) -> Option<&Placed> {
        self.orders.iter().rfind(|placed| placed.items.contains(&ticket))
    }

    /// Up to `units` admissions of one holder, as far as customers know, from a place on.
    fn held_together(&self, first: u8, units: u8) -> Option<Vec<AdmissionId>> {
        let first = place(first, self.admissions.len())?;
        let holder = self.admissions[first].holder;
        let own = self.admissions[first..].iter().filter(|held| held.holder == holder);
        Some(own.map(|held| held.id).take(units.into()).collect())
    }

    /// The ticket of a door: that of the code, or another one.
    fn door(&self, code: u8, ticket: Option<u8>) -> Option<TicketId> {
        Some(match ticket {
            None => self.codes[place(code, self.codes.len())?].1,
            Some(ticket) => self.tickets[place(ticket, self.tickets.len())?].id,
        })
    }

    /// A request of an owner about the account.
    fn of_account(&self, request: Scripted) -> Option<Request> {
        let login_at = |user: u8| Some(&self.accounts[place(user, self.accounts.len())?].login);
        let token = |email: &String, page| self.mail_server.token(email, page);
        Some(match request {
            Scripted::SignIn { user } => Request::SignIn(login_at(user)?.email.clone()),
            Scripted::Verify { user } => {
                let Login { email, wanted, .. } = login_at(user)?;
                let mut addresses = wanted.iter().chain([email]);
                Request::ConfirmEmail(addresses.find_map(|it| token(it, ConfirmEmail))?)
            }
            Scripted::ChangeAddress { to, .. } => Request::ChangeEmail(match to {
                Some(other) => login_at(other)?.email.clone(),
                None => format!("{}@example.net", self.calls.len()),
            }),
            Scripted::RestoreAddress { user } => {
                let mut former = login_at(user)?.former.iter().rev();
                Request::RestoreEmail(former.find_map(|it| token(it, RestoreEmail))?)
            }
            Scripted::ForgetPassword { user } => {
                Request::RequestReset(login_at(user)?.email.clone())
            }
            Scripted::ResetPassword { user } => {
                Request::ResetPassword(token(&login_at(user)?.email, ResetPassword)?)
            }
            _ => return None,
        })
    }

    /// A request about a show.
    fn of_show(&self, request: Scripted, now: Timestamp) -> Option<Request> {
        let show_at = |show: u8| Some(&self.shows[place(show, self.shows.len())?]);
        Some(match request {
            Scripted::CreateShow {
                units: [first, second], cents: [one, other], starts, ..
            } => {
                let categories = [(one.into(), first.into()), (other.into(), second.into())];
                Request::CreateShow(ShowTerms::of(starts.from(now), &categories))
            }
            Scripted::EditShow { show, starts } => {
                let Staged { id, starts_at, .. } = show_at(show)?;
                let starts_at = starts.map_or(*starts_at, |starts| starts.from(now));
                let title = format!("Evening {}", self.calls.len());
                Request::EditShow(*id, ShowTerms { title, ..ShowTerms::of(starts_at, &[]) })
            }
            Scripted::PostponeShow { show, starts } => {
                Request::PostponeShow(show_at(show)?.id, starts.postponement(now))
            }
            Scripted::CancelShow { show } => Request::CancelShow(show_at(show)?.id),
            Scripted::ReadShow { show, .. } => Request::ReadShow(show_at(show)?.id),
            Scripted::OfferIn { show, units, cents } => {
                Request::OfferIn(show_at(show)?.id, Terms::of(cents.into(), units.into()))
            }
            _ => return None,
        })
    }

    /// The distinct tickets of an order, all of the show of the first one, with their units; `None`
    /// if the order has no items.
    fn items(&self, items: [(u8, u8); 3]) -> Option<Vec<(TicketId, u32)>> {
        let mut chosen: Vec<(TicketId, u32)> = Vec::new();
        let mut first = None;
        for (ticket, units) in items.into_iter().filter(|(_, units)| *units > 0) {
            let Offered { id, show, .. } = self.tickets[place(ticket, self.tickets.len())?];
            let is_of_show = *first.get_or_insert(show) == show;
            if is_of_show && chosen.iter().all(|(known, _)| *known != id) {
                chosen.push((id, units.into()));
            }
        }
        (!chosen.is_empty()).then_some(chosen)
    }
}

/// The sender of a request; a guest and an administrator have no account.
struct Sender(Option<usize>);

/// The account that a request names: one of a request without a session, or a recipient.
const fn named(request: Scripted) -> Option<u8> {
    match request {
        Scripted::SignIn { user }
        | Scripted::RestoreAddress { user }
        | Scripted::ResetPassword { user }
        | Scripted::OfferTransfer { to: user, .. } => Some(user),
        _ => None,
    }
}

/// Time in which a show that starts after the script accepts returned units: more than the least, a
/// day.
const REFUNDS_FOR: Duration = Duration::from_hours(25);

impl After {
    fn from(self, now: Timestamp) -> Timestamp {
        now.plus(match self {
            Self::Seconds(seconds) => Duration::from_secs(seconds.into()),
            Self::Days(days) => Duration::from_hours(u64::from(days) * 24),
        })
    }

    /// Payers may return units until the start, or longer than a script.
    fn postponement(self, now: Timestamp) -> Postponement {
        let starts_at = self.from(now);
        Postponement { starts_at, refunds_until: starts_at.min(now.plus(REFUNDS_FOR)) }
    }
}

/// The cookie of an administrator's session.
fn administrator(now: Timestamp) -> String {
    let (user, session) = (Id::from_bytes([255; 12]), Id::from_bytes([254; 12]));
    let claims = claims(user.into(), session.into(), Rank::Admin, now);
    format!("session={}", sign(&claims, &SessionKey::from_secret(&SECRET)))
}
