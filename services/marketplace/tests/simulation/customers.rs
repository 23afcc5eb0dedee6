//! Customers: what they ask for, what they are told, and whether they may be told that.

mod asking;
mod learning;

use std::collections::BTreeMap;

use contract::{OrderId, PaymentId, TicketId, Timestamp, UserId};
use reqwest::Method;
use serde_json::Value;
use testing::load::Journal;

use crate::operation::Card;
use crate::process::Answer;

/// Somebody with an account.
struct Account {
    id: UserId,
    /// The cookie of the session.
    cookie: String,
    /// The version of the stock of tickets that was acknowledged to the account, and when.
    seen: BTreeMap<TicketId, (u64, Timestamp)>,
    /// The other cookies of the account's browser, by name.
    cookies: BTreeMap<String, String>,
    /// Whether it asked to be erased, and was not refused: then it asks for nothing more.
    is_leaving: bool,
    /// Its e-mail address.
    email: String,
    /// Whether a ban of it was requested: its sessions may have ended.
    was_banned: bool,
    /// Whether an attempt to sign in has shown that it was erased.
    is_gone: bool,
}

/// A ticket on offer.
struct Offered {
    id: TicketId,
    seller: usize,
}

/// An order that was acknowledged.
struct Placed {
    id: OrderId,
    buyer: usize,
    /// The tickets of its items.
    items: Vec<TicketId>,
}

/// A payment that was acknowledged, and the place of its order.
struct Paid {
    id: PaymentId,
    order: usize,
}

/// The place of a call among all calls.
pub(crate) type CallId = usize;

/// What a call is about; accounts, tickets and orders by their places.
#[derive(Debug, Clone, Copy)]
enum Wish {
    SignUp,
    Offer {
        seller: usize,
    },
    Edit,
    Withdraw,
    TakeDown,
    Order {
        buyer: usize,
        owns_one: bool,
    },
    Pay {
        order: usize,
        card: Card,
    },
    PayByCredit {
        order: usize,
    },
    TopUp {
        payer: usize,
        card: Card,
    },
    Refund {
        paid: usize,
        seller: usize,
    },
    Agree,
    Cancel {
        order: usize,
    },
    Look {
        order: usize,
        by: usize,
    },
    LookAtTicket {
        ticket: usize,
        seen: u64,
        sent_at: Timestamp,
    },
    LookAtPayment {
        paid: usize,
        by: usize,
    },
    /// When nothing is on its way, the export has exactly what was committed.
    Export {
        by: usize,
        is_exact: bool,
    },
    Ban {
        user: usize,
    },
    Unban {
        user: usize,
    },
    SignIn {
        user: usize,
    },
    Erase {
        by: usize,
    },
    Forge,
}

/// Something that a customer asks for, once or several times.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    wish: Wish,
    pub(crate) method: Method,
    pub(crate) path: String,
    /// The account whose cookies it carries.
    by: Option<usize>,
    pub(crate) key: Option<String>,
    pub(crate) body: Option<Value>,
    /// The first answer that counts.
    first: Option<Answer>,
    /// Times that it was sent.
    pub(crate) sent: usize,
    /// Times that it is being answered now.
    pub(crate) under_way: usize,
}

/// Everybody who asks for something.
#[derive(Default)]
pub(crate) struct Customers {
    accounts: Vec<Account>,
    tickets: Vec<Offered>,
    orders: Vec<Placed>,
    paid: Vec<Paid>,
    calls: Vec<Call>,
    pub(crate) journal: Journal,
    /// Whether anything was done at the provider by others: then any payment may fail.
    pub(crate) is_operated: bool,
}

/// The place that a number names among so many, counted round and round.
fn place(number: u8, count: usize) -> Option<usize> {
    usize::from(number).checked_rem(count)
}

impl Customers {
    /// A call.
    pub(crate) fn call(&mut self, id: CallId) -> &mut Call {
        &mut self.calls[id]
    }

    /// The process that holds everything has died: it remembers no longer what sessions have seen.
    pub(crate) fn are_forgotten(&mut self) {
        self.accounts.iter_mut().for_each(|account| account.seen.clear());
    }

    /// The order that a number names.
    pub(crate) fn order(&self, number: u8) -> Option<OrderId> {
        place(number, self.orders.len()).map(|order| self.orders[order].id)
    }

    /// The call that a number names. An erasure is repeated only while it has no answer; and who is erased signs up anew.
    pub(crate) fn named(&self, number: u8) -> Option<CallId> {
        let is_over = self.accounts.iter().any(|account| account.is_leaving);
        place(number, self.calls.len()).filter(|id| match self.calls[*id].wish {
            Wish::Erase { .. } => false,
            Wish::SignUp => !is_over,
            _ => true,
        })
    }

    /// Whether somebody asked to be erased, and was not refused.
    fn is_leaving(&self, by: Option<usize>) -> bool {
        by.and_then(|by| self.accounts.get(by)).is_some_and(|account| account.is_leaving)
    }

    /// Accounts that were erased, once every call was answered.
    pub(crate) fn erased(&self) -> usize {
        self.accounts.iter().filter(|account| account.is_leaving).count()
    }

    /// Whether this status is no answer to a call, because its sender was banned: the call is sent again once the ban is lifted.
    fn may_be_banned(&self, call: &Call, status: u16) -> bool {
        let by = call.by.and_then(|by| self.accounts.get(by));
        let is_out = by.is_some_and(|account| account.was_banned && !account.is_gone);
        // The repeat of a sign-up is a sign-in.
        let email = call.body.as_ref().and_then(|body| body["email"].as_str());
        let mut banned = self.accounts.iter().filter(|account| account.was_banned);
        let is_banned = matches!(call.wish, Wish::SignUp)
            && banned.any(|account| Some(account.email.as_str()) == email);
        is_out && status == 401 || is_banned && status == 403
    }

    /// The accounts that were banned, whether or not they are now.
    pub(crate) fn banned(&self) -> Vec<u8> {
        let banned = self.accounts.iter().zip(0..).filter(|(account, _)| account.was_banned);
        banned.map(|(_, number)| number).collect()
    }

    /// The accounts that were banned and have a call without an answer.
    pub(crate) fn kept_out(&self) -> Vec<u8> {
        let banned = self.banned().into_iter();
        banned.filter(|number| !self.is_content(usize::from(*number))).collect()
    }

    /// Whether every call of somebody was answered.
    fn is_content(&self, by: usize) -> bool {
        let mut own = self.calls.iter().filter(|call| call.by == Some(by));
        own.all(|call| call.first.is_some() && call.under_way == 0)
    }

    /// A call for an exact export by each account that is left.
    pub(crate) fn exports(&mut self) -> Vec<CallId> {
        let staying = (0..self.accounts.len()).filter(|by| !self.is_leaving(Some(*by)));
        let staying: Vec<usize> = staying.collect();
        staying.into_iter().map(|by| self.export(by, true)).collect()
    }

    /// The calls that have no answer yet and that nobody is answering.
    pub(crate) fn unanswered(&self) -> Vec<CallId> {
        let is_open = |call: &Call| call.first.is_none() && call.under_way == 0;
        let open = self.calls.iter().enumerate().filter(|(_, call)| is_open(call));
        open.map(|(id, _)| id).collect()
    }

    /// Whether every call was answered.
    pub(crate) fn are_content(&self) -> bool {
        self.calls.iter().all(|call| call.first.is_some())
    }

    /// Everything that was asked for and never answered.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let open = self.calls.iter().filter(|call| call.first.is_none());
        open.map(|call| format!("{} {} {:?}", call.method, call.path, call.body)).collect()
    }
}

impl Call {
    /// The service that answers it.
    pub(crate) fn service(&self) -> &'static str {
        match self.path.split('/').nth(2) {
            Some("users") => auth::NAME,
            Some("tickets") => tickets::NAME,
            Some("orders") => orders::NAME,
            _ => payments::NAME,
        }
    }
}
