//! The operations of a script: plain data, so that a failing script can be shortened, printed and
//! stored.
//!
//! Numbers name accounts, tickets, orders and calls by index, modulo the number of existing ones.
//! An operation without a subject has no effect.

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

/// One step of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    SignUp {
        link: Link,
    },
    Offer {
        seller: u8,
        units: u8,
        cents: u16,
        link: Link,
    },
    Edit {
        ticket: u8,
        units: u8,
        cents: u16,
        link: Link,
    },
    Withdraw {
        ticket: u8,
        link: Link,
    },
    /// Up to three tickets, each with its units; an entry with 0 units is ignored.
    Order {
        buyer: u8,
        items: [(u8, u8); 3],
        link: Link,
    },
    Pay {
        order: u8,
        card: Card,
        link: Link,
    },
    /// Pays with the credit of the account.
    PayByCredit {
        order: u8,
        link: Link,
    },
    /// Adds credit to an account by a card payment.
    TopUp {
        payer: u8,
        cents: u16,
        card: Card,
        link: Link,
    },
    /// The seller of one item of a paid order refunds money.
    Refund {
        paid: u8,
        item: u8,
        /// 0 refunds everything that remains.
        cents: u16,
        to: RefundTarget,
        /// Units of the item that return to sale.
        units: u8,
        link: Link,
    },
    /// The seller of one item refunds one cent, `times` times.
    RefundCents {
        paid: u8,
        item: u8,
        times: u8,
    },
    /// The payer consents to a refund to credit, and to a return of units of one item for less than
    /// their price.
    Agree {
        paid: u8,
        item: u8,
        units: u8,
        credit: bool,
        link: Link,
    },
    Cancel {
        order: u8,
        link: Link,
    },
    /// Exports the stored data of an account.
    Export {
        user: u8,
        link: Link,
    },
    /// Erases an account, if every call of it has a conclusive response.
    Erase {
        user: u8,
        forfeits: bool,
        link: Link,
    },
    /// An administrator takes a ticket down.
    TakeDown {
        ticket: u8,
        link: Link,
    },
    /// An administrator bans an account.
    Ban {
        user: u8,
        link: Link,
    },
    /// An administrator lifts a ban.
    Unban {
        user: u8,
        link: Link,
    },
    /// A user signs in; a banned account must not receive a session.
    SignIn {
        user: u8,
        link: Link,
    },
    /// The bank of a card accepts a refund, or returns it.
    FinishRefund {
        nth: u8,
        succeeds: bool,
    },
    /// A payer completes or fails an authentication challenge, or a bank decides a payment.
    FinishPayment {
        nth: u8,
        succeeds: bool,
    },
    /// An operator acts in the provider's dashboard, or a bank on a dispute; 0 cents means the
    /// whole payment.
    Operate {
        action: OperatorAction,
        nth: u8,
        cents: u16,
    },
    /// Posts an event to payments that the provider never sent.
    Forge,
    /// Delivers the provider's next event.
    Deliver,
    /// Reads an order, as its buyer or as another user.
    ReadOrder {
        order: u8,
        by: u8,
    },
    /// Reads a ticket, with the stock version that was acknowledged to the reader.
    ReadTicket {
        ticket: u8,
        by: u8,
    },
    /// Reads a payment.
    ReadPayment {
        paid: u8,
        by: u8,
    },
    /// Repeats a call, with or without a response.
    Repeat {
        call: u8,
    },
    /// Repeats every call without a conclusive response.
    RepeatPending,
    /// Closes the connection of a call in progress.
    CloseConnection {
        call: u8,
    },
    /// Gives turns to ready tasks, drawn from a generator with this seed.
    Turns {
        turns: u16,
        seed: u32,
    },
    /// Gives one part up to `turns` turns.
    Step {
        part: &'static str,
        replica: u8,
        turns: u8,
    },
    /// Gives turns to all tasks until all are idle.
    Settle,
    /// Time passes, and all tasks run.
    Pass {
        ms: u32,
    },
    /// Time passes until `ms` after (if negative, before) the deadline of an order.
    PassToDeadline {
        order: u8,
        ms: i8,
    },
    /// The clock jumps, forward or back.
    Jump {
        ms: i32,
    },
    /// All faults end. After the recovery, orders must expire on time during `ms`.
    EndFaults {
        ms: u32,
    },
    /// A part receives no turns until all are resumed.
    Pause {
        part: &'static str,
        replica: u8,
    },
    Resume,
    /// A process crashes; its tasks are dropped.
    Crash {
        process: u8,
    },
    /// A crashed process starts again.
    Restart {
        process: u8,
    },
    Store {
        store: &'static str,
        fault: StoreFault,
    },
    Bus {
        fault: MessageFault,
    },
    Provider {
        fault: ProviderFault,
    },
}

impl Operation {
    /// The `link` of the request of the operation, if the operation makes a request.
    pub(crate) const fn link(self) -> Option<Link> {
        match self {
            Self::SignUp { link }
            | Self::Offer { link, .. }
            | Self::Edit { link, .. }
            | Self::Withdraw { link, .. }
            | Self::TakeDown { link, .. }
            | Self::Order { link, .. }
            | Self::Pay { link, .. }
            | Self::PayByCredit { link, .. }
            | Self::TopUp { link, .. }
            | Self::Refund { link, .. }
            | Self::Agree { link, .. }
            | Self::Export { link, .. }
            | Self::Erase { link, .. }
            | Self::Ban { link, .. }
            | Self::Unban { link, .. }
            | Self::SignIn { link, .. }
            | Self::Cancel { link, .. } => Some(link),
            _ => None,
        }
    }
}

/// The network link of a request and its response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    Reliable,
    RequestLost,
    ResponseLost,
}

/// Cards, by the provider's behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Card {
    Valid,
    Declined,
    NoFunds,
    /// The payer must pass an authentication challenge.
    Challenged,
    /// The payer must pass a challenge; the bank then declines.
    ChallengedThenDeclined,
    /// The bank decides later.
    Processing,
    /// A refund remains pending.
    RefundPends,
    /// A refund first succeeds and then fails.
    RefundFails,
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

/// The destination of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefundTarget {
    /// The source of the payment.
    Source,
    Credit,
}

/// A fault of a store's engine. It occurs once, unless the variant lasts until the store recovers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StoreFault {
    CommitFails,
    CommitTimesOut,
    CommitTimesOutAfterEffect,
    ResolveOutcomeFails,
    LoadFails,
    QueryFails,
    OutboxReadFails,
    /// Every commit is rolled back until the store recovers.
    DiskFull,
    /// Commits time out, with or without effect; their outcome is unknown until the store recovers.
    OutcomesUnknown,
    Recovers,
}

/// A single fault of the bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MessageFault {
    PublishFails,
    PublishAckLost,
    FetchFails,
    DeliveryDelayed,
    DeliveriesDuplicated,
    DeliveriesReordered,
    SettlementLost,
}

/// A single fault of the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProviderFault {
    /// The request never arrives.
    RequestLost,
    /// The request takes effect, and the response is lost.
    ResponseLost,
    /// The request has no effect and receives an error.
    Rejected,
    /// The request takes effect, and a proxy in front of the provider returns an error.
    ResponseHidden,
    /// The request takes effect, and the provider returns an error, now and for every repeat with
    /// the same idempotency key.
    ErrorStored,
    /// The request takes effect two seconds later.
    RequestSlow,
    /// The response arrives two seconds later.
    ResponseSlow,
    EventDropped,
    EventDuplicated,
    EventLate,
    /// From now on the newest event is delivered first.
    EventsReversed,
}

impl Card {
    /// The browser's token for the card.
    pub(crate) const fn token(self) -> &'static str {
        match self {
            Self::Valid => "tok_visa",
            Self::Declined => "tok_chargeDeclined",
            Self::NoFunds => "tok_chargeDeclinedInsufficientFunds",
            Self::Challenged => "tok_authenticationRequired",
            Self::ChallengedThenDeclined => {
                "tok_authenticationRequiredChargeDeclinedInsufficientFunds"
            }
            Self::Processing => "tok_simulator_processing",
            Self::RefundPends => "tok_pendingRefund",
            Self::RefundFails => "tok_refundFail",
        }
    }

    /// Whether a bank may accept the card.
    pub(crate) const fn may_succeed(self) -> bool {
        !matches!(self, Self::Declined | Self::NoFunds | Self::ChallengedThenDeclined)
    }

    /// Whether a bank or the payer may decline the payment.
    pub(crate) const fn may_fail(self) -> bool {
        !matches!(self, Self::Valid | Self::RefundPends | Self::RefundFails)
    }
}
