//! The operations of a script: plain data, so that a failing script can be shortened and printed.
//!
//! Numbers name accounts, tickets, orders and calls by index, modulo the number of existing ones.
//! An operation without a subject has no effect.

use bus::BusFault;
use provider_simulator::{FaultKind, WebhookFaultKind};
use store::{Fault, LastingFault};

use crate::mail_server::MailFault;

pub(crate) use testing::customer::{Card, RefundTarget};

/// A script and its deployment. Its `Debug` text is Rust source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Script {
    pub(crate) deployment: Deployment,
    pub(crate) operations: Vec<Operation>,
}

/// The set of processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deployment {
    /// One process with all services.
    OneProcess,
    /// One process per service.
    Services,
    /// Two processes per service, on shared engines.
    Replicas,
}

/// A request of a customer or of an administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Request {
    SignUp,
    Offer { seller: u8, units: u8, cents: u16 },
    // Replaces the terms of an offer.
    Edit { ticket: u8, units: u8, cents: u16 },
    Withdraw { ticket: u8 },
    // Reports a ticket to the administrators.
    Report { ticket: u8, by: u8 },
    // Creates a show of two price categories.
    CreateShow { seller: u8, units: [u8; 2], cents: [u16; 2], starts: After },
    // Moves a show, or changes its title only.
    EditShow { show: u8, starts: Option<After> },
    PostponeShow { show: u8, starts: After },
    CancelShow { show: u8 },
    // Adds a price category to a show.
    OfferIn { show: u8, units: u8, cents: u16 },
    ReadShow { show: u8, by: u8 },
    // The payer returns all units of an order of a postponed show.
    Return { paid: u8 },
    // Orders up to three tickets, each with its units. Entries with 0 units, and those of another
    // show than the first entry, are ignored.
    Order { buyer: u8, items: [(u8, u8); 3] },
    Pay { order: u8, card: Card },
    PayByCredit { order: u8 },
    // Adds credit to an account by a card payment.
    TopUp { payer: u8, cents: u16, card: Card },
    // The seller of one item of a paid order refunds money, all that remains for 0 cents, and
    // returns units of the item to sale.
    Refund { paid: u8, item: u8, cents: u16, to: RefundTarget, units: u8 },
    // The payer consents to a refund to credit, and to a return of units of one item for less than
    // their price.
    Agree { paid: u8, item: u8, units: u8, credit: bool },
    Cancel { order: u8 },
    Export { user: u8 },
    // Erases an account, if every call of it has a conclusive response.
    Erase { user: u8, forfeits: bool },
    TakeDown { ticket: u8 },
    Ban { user: u8 },
    Unban { user: u8 },
    // A user follows the last mailed link that verifies or changes the address.
    Verify { user: u8 },
    // A user requests a link to a new address, or to the address of another user.
    ChangeAddress { user: u8, to: Option<u8> },
    // A user follows the last link that restores an earlier address; the password is void then.
    RestoreAddress { user: u8 },
    // A user requests a link that sets a password.
    ForgetPassword { user: u8 },
    // A user follows the last link that sets a password, which ends the sessions.
    ResetPassword { user: u8 },
    // A user signs in; a banned account must not receive a session.
    SignIn { user: u8 },
    // Posts an event to payments that the provider never sent.
    Forge,
    // Reads an order, as its buyer or as another user.
    ReadOrder { order: u8, by: u8 },
    // Reads a ticket, with the stock version that was acknowledged to the reader.
    ReadTicket { ticket: u8, by: u8 },
    ReadPayment { paid: u8, by: u8 },
    ListAdmissions { user: u8 },
    // A holder fetches the code of a listed admission.
    ShowCode { admission: u8 },
    // A holder offers an admission for resale, or ends the offer.
    Resell { admission: u8, cents: u16 },
    EndResale { admission: u8 },
    // Orders a resold admission, and pays its last order.
    OrderResale { resale: u8, buyer: u8 },
    PayResale { resale: u8 },
    // A holder binds a listed admission to a device, which then shows its codes.
    BindDevice { admission: u8, device: u8 },
    // A seller scans a fetched code, at the door of its ticket or of another one.
    CheckIn { code: u8, ticket: Option<u8> },
    // A holder offers up to `units` listed admissions, from `first` on, to another account.
    OfferTransfer { first: u8, units: u8, to: u8, way: TransferWay },
    // A user follows the last link of a transfer.
    ClaimTransfer { user: u8 },
    // The recipient of an offer accepts it.
    AcceptTransfer { transfer: u8 },
    DeclineTransfer { transfer: u8 },
    CancelTransfer { transfer: u8 },
}

/// The name of the recipient in an offer of admissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TransferWay {
    Account,
    Address,
}

/// Time from a request to the start of its show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    /// Within the script; a postponed show refunds until then.
    Seconds(u16),
    /// After the script.
    Days(u8),
}

/// One step of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Send(Request, Link),
    // The seller of one item refunds one cent, `times` times.
    RefundCents { paid: u8, item: u8, times: u8 },
    // The bank of a card accepts a refund, or returns it.
    FinishRefund { nth: u8, succeeds: bool },
    // A payer completes or fails an authentication challenge, or a bank decides a payment.
    FinishPayment { nth: u8, succeeds: bool },
    // An operator acts in the provider's dashboard, or a bank on a dispute; 0 cents means the
    // whole payment.
    Operate { action: OperatorAction, nth: u8, cents: u16 },
    Deliver,
    // Repeats a call, with or without a response.
    Repeat { call: u8 },
    // Repeats every call without a conclusive response.
    RepeatPending,
    // Closes the connection of a call in progress.
    CloseConnection { call: u8 },
    // Gives turns to ready tasks, drawn from a generator with this seed.
    Turns { turns: u16, seed: u32 },
    // Gives one part up to `turns` turns.
    Step { part: &'static str, replica: u8, turns: u8 },
    // Gives turns to all tasks until all are idle.
    Settle,
    // Time passes, and all tasks run.
    Pass { ms: u32 },
    // Time passes until `ms` after (if negative, before) the deadline of an order.
    PassToDeadline { order: u8, ms: i8 },
    // The clock jumps, forward or back.
    Jump { ms: i32 },
    // All faults end. After the recovery, orders must expire on time during `ms`.
    EndFaults { ms: u32 },
    // A part receives no turns until all are resumed.
    Pause { part: &'static str, replica: u8 },
    Resume,
    // A process crashes; its tasks are dropped.
    Crash { process: u8 },
    Restart { process: u8 },
    Store { store: &'static str, fault: StoreFault },
    Bus { fault: BusFault },
    Provider { fault: ProviderFault },
    Mail { fault: MailFault },
}

/// Two accounts; the first offers a ticket, of which the second orders one unit.
pub(crate) fn sale(units: u8, cents: u16) -> Vec<Operation> {
    vec![
        Request::SignUp.into(),
        Request::SignUp.into(),
        Operation::Settle,
        Request::Offer { seller: 0, units, cents }.into(),
        Operation::Settle,
        ONE_UNIT.into(),
        Operation::Settle,
    ]
}

/// The second account orders one unit of the first ticket.
pub(crate) const ONE_UNIT: Request = Request::Order { buyer: 1, items: [(0, 1), (0, 0), (0, 0)] };

impl From<Request> for Operation {
    fn from(request: Request) -> Self {
        Self::Send(request, Link::Reliable)
    }
}

/// The network link of a request and its response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    Reliable,
    RequestLost,
    ResponseLost,
}

/// Actions at the provider that no service requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OperatorAction {
    Capture,
    Cancel,
    Refund,
    Dispute,
    CloseDispute { succeeds: bool },
}

/// A fault of a store's engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StoreFault {
    /// One operation fails.
    Once(store::Operation, Fault),
    /// Commits fail until the store recovers.
    Lasting(LastingFault),
    /// The lasting fault ends.
    Recovers,
}

/// A single fault of the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProviderFault {
    /// A fault of the next call.
    Call(FaultKind),
    /// A fault of the next event.
    Event(WebhookFaultKind),
    /// From now on the newest event is delivered first.
    EventsReversed,
}
