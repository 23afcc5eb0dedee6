//! Customers: their requests, the responses, and whether the contract allows each response.

mod records;
mod requests;
mod responses;
mod shown;

use std::collections::BTreeMap;

use contract::{AdmissionId, OrderId, PaymentId, ShowId, TicketId, Timestamp, TransferId, UserId};
use testing::Reply;
use testing::customer::{Journal, Request};

use self::shown::Shown;
use crate::continuous_checks::Checks;
use crate::mail_server::MailServer;

struct Account {
    id: UserId,
    session: String,
    /// The stock version of each ticket that was acknowledged to the account, and the time of it.
    seen: BTreeMap<TicketId, (u64, Timestamp)>,
    cookies: BTreeMap<String, String>,
    /// Whether it requested its erasure and was not refused. It then sends no more requests.
    is_leaving: bool,
    login: Login,
    /// Whether a ban of the account was requested: its sessions may have ended.
    was_banned: bool,
    /// Whether a sign-in attempt has shown that the account is erased.
    is_gone: bool,
}

/// The address and the password of an account.
#[derive(Default)]
struct Login {
    /// The address, as committed last.
    email: String,
    /// The earlier addresses.
    former: Vec<String>,
    /// The new address of the last request for one.
    wanted: Option<String>,
    /// Whether the account has no password, since its address was restored.
    is_locked: bool,
    /// Whether a mailed link was followed that ends the sessions.
    was_reset: bool,
}

impl Login {
    /// Whether the account has or had an address.
    fn had(&self, email: &str) -> bool {
        self.email == email || self.former.iter().any(|former| former == email)
    }
}

struct Offered {
    id: TicketId,
    seller: usize,
    /// The index of its show.
    show: Option<usize>,
}

/// An acknowledged show.
struct Staged {
    id: ShowId,
    seller: usize,
    /// The start in the last response.
    starts_at: Timestamp,
}

/// An acknowledged order.
struct Placed {
    id: OrderId,
    buyer: usize,
    items: Vec<TicketId>,
}

/// An acknowledged payment.
struct Paid {
    id: PaymentId,
    /// The index of its order.
    order: usize,
}

/// A listed admission.
struct Held {
    id: AdmissionId,
    holder: usize,
    ticket: TicketId,
}

/// An acknowledged transfer.
struct Sent {
    id: TransferId,
    from: usize,
    /// The account to which, or to whose address, it was offered.
    to: usize,
}

pub(crate) type CallId = usize;

/// A customer's request, sent once or several times.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) request: Request,
    /// The account whose cookies the call carries.
    by: Option<usize>,
    /// The account that a sign-in, the link of a mail or the offer of admissions names.
    of: Option<usize>,
    pub(crate) key: Option<String>,
    made_at: Timestamp,
    /// For a read of a ticket: the stock version that its reader has seen.
    seen: u64,
    /// For an export: whether it contains all documents, since no message or request was pending.
    is_exact: bool,
    /// The first conclusive response.
    pub(crate) first: Option<Reply>,
    pub(crate) sent: usize,
    pub(crate) in_progress: usize,
}

#[derive(Default)]
pub(crate) struct Customers {
    accounts: Vec<Account>,
    tickets: Vec<Offered>,
    shows: Vec<Staged>,
    orders: Vec<Placed>,
    paid: Vec<Paid>,
    admissions: Vec<Held>,
    transfers: Vec<Sent>,
    /// The fetched codes, with the tickets of their admissions.
    codes: Vec<(Shown, TicketId)>,
    /// The tickets of resales.
    resales: Vec<TicketId>,
    /// The call whose response admitted the holder of each admission.
    entries: BTreeMap<AdmissionId, CallId>,
    pub(crate) calls: Vec<Call>,
    /// The mailboxes of the accounts.
    mail_server: MailServer,
    pub(crate) journal: Journal,
    /// Whether an operator or a bank acted at the provider: any payment may then fail.
    pub(crate) is_operated: bool,
}

/// The index that a number names among `count` items, modulo `count`.
fn place(number: u8, count: usize) -> Option<usize> {
    usize::from(number).checked_rem(count)
}

impl Customers {
    /// Customers with mailboxes at this server.
    pub(crate) fn of(mail_server: MailServer) -> Self {
        Self { mail_server, ..Self::default() }
    }

    fn account(&self, id: UserId) -> &Account {
        self.accounts.iter().find(|account| account.id == id).expect("requests name known accounts")
    }

    /// The account of a sign-in.
    fn signed_in(&self, call: &Call) -> &Account {
        &self.accounts[call.of.expect("a sign-in names an account")]
    }

    /// Reads the present addresses: an owner sees on the page of the account whether a link had its
    /// effect, also when the response was lost.
    pub(crate) fn read_accounts(&mut self, checks: &Checks) {
        for account in &mut self.accounts {
            let Some(user) = checks.account(account.id) else { continue };
            account.login.is_locked = user.password_hash.is_empty();
            if account.login.email != user.email.as_str() {
                let earlier =
                    std::mem::replace(&mut account.login.email, user.email.as_str().to_owned());
                account.login.former.push(earlier);
            }
        }
    }

    fn placed(&self, id: OrderId) -> &Placed {
        self.orders.iter().find(|placed| placed.id == id).expect("requests name known orders")
    }

    /// Whether the account sells one of these tickets.
    fn sells_one_of(&self, by: Option<usize>, tickets: &[TicketId]) -> bool {
        let mut offered = self.tickets.iter().filter(|offered| tickets.contains(&offered.id));
        offered.any(|offered| Some(offered.seller) == by)
    }

    /// The only process has crashed, and has lost the stock versions that sessions have seen.
    pub(crate) fn forget_seen_versions(&mut self) {
        self.accounts.iter_mut().for_each(|account| account.seen.clear());
    }

    /// The order that a number names, modulo the number of orders.
    pub(crate) fn order(&self, number: u8) -> Option<OrderId> {
        place(number, self.orders.len()).map(|order| self.orders[order].id)
    }

    /// The call that a number names, modulo the number of calls. An erasure is never repeated here;
    /// a sign-up is not repeated after an erasure, since an erased account would sign up again as a
    /// new one, and not without its password.
    pub(crate) fn named(&self, number: u8) -> Option<CallId> {
        let is_over = self.accounts.iter().any(|one| one.is_leaving || one.login.was_reset);
        place(number, self.calls.len()).filter(|id| match self.calls[*id].request {
            Request::Erase { .. } => false,
            Request::SignUp(_) => !is_over,
            _ => true,
        })
    }

    /// Whether the account requested its erasure and was not refused.
    fn is_leaving(&self, by: Option<usize>) -> bool {
        by.and_then(|by| self.accounts.get(by)).is_some_and(|account| account.is_leaving)
    }

    /// The number of erased accounts, counted after every call has a response.
    pub(crate) fn erased(&self) -> u64 {
        self.accounts.iter().map(|account| u64::from(account.is_leaving)).sum()
    }

    /// Whether the call must be repeated after a ban of its sender, or after the end of the sessions,
    /// which caused this status.
    fn may_be_out(&self, call: &Call, status: u16) -> bool {
        let by = call.by.and_then(|by| self.accounts.get(by));
        let was_out = |account: &Account| account.was_banned || account.login.was_reset;
        let is_out = by.is_some_and(|account| was_out(account) && !account.is_gone);
        // A repeated sign-up is a sign-in, which may be under way when the password becomes void.
        let signed_up = |was: fn(&Account) -> bool| {
            let Request::SignUp(email) = &call.request else { return false };
            self.accounts.iter().any(|account| was(account) && account.login.had(email))
        };
        let is_banned = status == 403 && signed_up(|account| account.was_banned);
        let is_reset = matches!(status, 401 | 422) && signed_up(|account| account.login.was_reset);
        is_out && status == 401 || is_banned || is_reset
    }

    /// The accounts that were ever banned, also those whose ban was lifted.
    pub(crate) fn banned(&self) -> Vec<u8> {
        let banned = self.accounts.iter().zip(0..).filter(|(account, _)| account.was_banned);
        banned.map(|(_, number)| number).collect()
    }

    /// The accounts that were ever banned and have a call without a conclusive response.
    pub(crate) fn blocked(&self) -> Vec<u8> {
        let banned = self.banned().into_iter();
        banned.filter(|number| !self.has_all_responses(usize::from(*number))).collect()
    }

    /// The accounts that have no password.
    pub(crate) fn locked(&self) -> Vec<u8> {
        let locked = self.accounts.iter().zip(0..);
        let locked = locked.filter(|(account, _)| account.login.is_locked && !account.is_leaving);
        locked.map(|(_, number)| number).collect()
    }

    /// The accounts whose sessions ended by a link.
    pub(crate) fn reset(&self) -> Vec<u8> {
        let reset = self.accounts.iter().zip(0..).filter(|(account, _)| account.login.was_reset);
        reset.map(|(_, number)| number).collect()
    }

    /// Whether every call of the account has a conclusive response.
    fn has_all_responses(&self, by: usize) -> bool {
        let mut own = self.calls.iter().filter(|call| call.by == Some(by));
        own.all(|call| call.first.is_some() && call.in_progress == 0)
    }

    /// One call for an exact export by each account that is not erased.
    pub(crate) fn exports(&mut self, now: Timestamp) -> Vec<CallId> {
        let mut exports = Vec::new();
        for by in 0..self.accounts.len() {
            if !self.is_leaving(Some(by)) {
                let export = self.push(Some(by), Request::Export, now);
                self.calls[export].is_exact = true;
                exports.push(export);
            }
        }
        exports
    }

    /// The calls without a conclusive response that are not in progress.
    pub(crate) fn pending_calls(&self) -> Vec<CallId> {
        let is_open = |call: &Call| call.first.is_none() && call.in_progress == 0;
        let open = self.calls.iter().enumerate().filter(|(_, call)| is_open(call));
        open.map(|(id, _)| id).collect()
    }
}

impl Call {
    /// The service that handles the call.
    pub(crate) fn service(&self) -> &'static str {
        match self.request.target().1.split('/').nth(2) {
            Some("users") => auth::NAME,
            Some("shows" | "tickets") => tickets::NAME,
            Some("orders") => orders::NAME,
            Some("admissions" | "admissions?limit=100" | "check-ins" | "transfers") => {
                admissions::NAME
            }
            _ => payments::NAME,
        }
    }
}
