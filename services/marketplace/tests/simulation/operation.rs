//! What a script is made of: plain data, so that one that fails can be made shorter, printed, and kept.
//!
//! Numbers name accounts, tickets, orders and calls by their place among those there are, counted round and round; an operation
//! that has nothing to work on does nothing.

/// A script, and what it is played on. As text it is Rust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Script {
    pub(crate) deployment: Deployment,
    pub(crate) operations: Vec<Operation>,
}

/// Which processes there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deployment {
    /// The marketplace: all services in one.
    OneProcess,
    /// One for each service.
    Services,
    /// Two for each service, on engines that they share.
    Replicas,
}

/// One step of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    SignUp {
        way: Way,
    },
    Offer {
        seller: u8,
        units: u8,
        cents: u16,
        way: Way,
    },
    Edit {
        ticket: u8,
        units: u8,
        cents: u16,
        way: Way,
    },
    Withdraw {
        ticket: u8,
        way: Way,
    },
    /// Up to three tickets, each with its units; none of a ticket for no units.
    Order {
        buyer: u8,
        items: [(u8, u8); 3],
        way: Way,
    },
    Pay {
        order: u8,
        card: Card,
        way: Way,
    },
    /// Pays with what is on the account.
    PayByCredit {
        order: u8,
        way: Way,
    },
    /// Puts money on an account.
    TopUp {
        payer: u8,
        cents: u16,
        card: Card,
        way: Way,
    },
    /// The seller of one item of an order that was paid gives money back.
    Refund {
        paid: u8,
        item: u8,
        /// All that is left for 0.
        cents: u16,
        to: Back,
        /// Units of the item that go back to sale.
        units: u8,
        way: Way,
    },
    /// The seller of one item refunds a cent so many times.
    RefundCents {
        paid: u8,
        item: u8,
        times: u8,
    },
    /// The payer agrees to credit, and that units of one item are taken back for less than their price.
    Agree {
        paid: u8,
        item: u8,
        units: u8,
        credit: bool,
        way: Way,
    },
    Cancel {
        order: u8,
        way: Way,
    },
    /// Exports what is stored about somebody.
    Export {
        user: u8,
        way: Way,
    },
    /// Erases somebody of whom every call was answered.
    Erase {
        user: u8,
        forfeits: bool,
        way: Way,
    },
    /// An administrator takes a ticket down.
    TakeDown {
        ticket: u8,
        way: Way,
    },
    /// An administrator bans an account.
    Ban {
        user: u8,
        way: Way,
    },
    /// An administrator lifts a ban.
    Unban {
        user: u8,
        way: Way,
    },
    /// A user signs in; a banned account must not receive a session.
    SignIn {
        user: u8,
        way: Way,
    },
    /// The bank of a card that a refund is on its way to takes it, or sends it back.
    FinishRefund {
        nth: u8,
        is_well: bool,
    },
    /// A payer proves who they are, or fails to; or a bank makes up its mind.
    Prove {
        nth: u8,
        is_well: bool,
    },
    /// An operator does something in the provider's dashboard, or a bank to a dispute: to all of a payment for 0 cents.
    Operate {
        act: Act,
        nth: u8,
        cents: u16,
    },
    /// Tells payments of something that the provider never said.
    Forge,
    /// The next event of the provider's is told of.
    Deliver,
    /// Reads an order, one's own or somebody else's.
    Look {
        order: u8,
        by: u8,
    },
    /// Reads a ticket, with the version of its stock that was acknowledged to the reader.
    LookAtTicket {
        ticket: u8,
        by: u8,
    },
    /// Reads a payment of somebody's.
    LookAtPayment {
        paid: u8,
        by: u8,
    },
    /// Sends a call once more, answered or not.
    Repeat {
        call: u8,
    },
    /// Sends every call once more that has no answer.
    AskAgain,
    /// Closes the connection of a call that is being answered.
    HangUp {
        call: u8,
    },
    /// Gives turns to parts that have something to do, drawn from a generator with this seed.
    Turns {
        turns: u16,
        seed: u32,
    },
    /// Gives one part so many turns.
    Step {
        part: &'static str,
        replica: u8,
        turns: u8,
    },
    /// Gives turns to everything until nothing has anything to do.
    Settle,
    /// Time passes, and everything does what it does.
    Pass {
        ms: u32,
    },
    /// Time passes until so long before (or behind) the deadline of an order.
    Approach {
        order: u8,
        ms: i8,
    },
    /// The clock moves all at once, perhaps back.
    Jump {
        ms: i32,
    },
    /// Nothing is broken any more; when all has recovered, orders must expire punctually for so long.
    Calm {
        ms: u32,
    },
    /// A part gets no turns until all are resumed.
    Pause {
        part: &'static str,
        replica: u8,
    },
    Resume,
    /// A process dies: whatever it was doing is lost.
    Crash {
        process: u8,
    },
    /// A process that is dead is started again.
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
    /// What becomes of the request that it makes, if the script says so.
    pub(crate) const fn way(self) -> Option<Way> {
        match self {
            Self::SignUp { way }
            | Self::Offer { way, .. }
            | Self::Edit { way, .. }
            | Self::Withdraw { way, .. }
            | Self::TakeDown { way, .. }
            | Self::Order { way, .. }
            | Self::Pay { way, .. }
            | Self::PayByCredit { way, .. }
            | Self::TopUp { way, .. }
            | Self::Refund { way, .. }
            | Self::Agree { way, .. }
            | Self::Export { way, .. }
            | Self::Erase { way, .. }
            | Self::Ban { way, .. }
            | Self::Unban { way, .. }
            | Self::SignIn { way, .. }
            | Self::Cancel { way, .. } => Some(way),
            _ => None,
        }
    }
}

/// What becomes of a request and of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Sound,
    RequestLost,
    AnswerLost,
}

/// Cards, by what the provider makes of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Card {
    Good,
    Declined,
    NoFunds,
    /// The payer has to prove who they are.
    Challenged,
    /// The same, and the bank says no afterwards.
    ChallengedThenDeclined,
    /// The bank takes its time.
    Pondered,
    /// A refund takes its time.
    RefundPends,
    /// A refund seems to be made and then fails.
    RefundFails,
}

/// Actions at the provider without a request of the services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Capture,
    Cancel,
    Refund,
    Dispute,
    CloseDispute { is_well: bool },
}

/// Where a refund goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Back {
    /// To where the money came from.
    WhereItCameFrom,
    Credit,
}

/// How a store's engine goes wrong, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StoreFault {
    CommitFails,
    CommitTimesOut,
    CommitTimesOutAfterwards,
    FindOutFails,
    LoadFails,
    QueryFails,
    OutboxReadFails,
    /// Every commit is rolled back, until the store recovers.
    DiskFills,
    /// Commits time out, with or without effect, and their outcome is unknown until the store recovers.
    OutcomesHide,
    Recovers,
}

/// How the bus goes wrong, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MessageFault {
    PublishFails,
    PublishAnswerLost,
    FetchFails,
    DeliveryDelayed,
    DeliveriesDoubled,
    DeliveriesReordered,
    SettlementLost,
}

/// How the provider goes wrong, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProviderFault {
    /// It never hears of what it is asked.
    RequestLost,
    /// It does what it is asked, and its answer is lost.
    AnswerLost,
    /// It does nothing, and says so.
    Refused,
    /// It does what it is asked, and something in front of it answers with an error.
    AnswerHidden,
    /// It does what it is asked, and answers with an error, then and whenever it is asked under the same key again.
    ErrorKept,
    /// What it is asked is done two seconds later.
    RequestSlow,
    /// It answers two seconds later.
    AnswerSlow,
    EventDropped,
    EventDoubled,
    EventLate,
    /// From now on the newest event is told of first.
    EventsReversed,
}

impl Card {
    /// The token that the browser gets for it.
    pub(crate) const fn token(self) -> &'static str {
        match self {
            Self::Good => "tok_visa",
            Self::Declined => "tok_chargeDeclined",
            Self::NoFunds => "tok_chargeDeclinedInsufficientFunds",
            Self::Challenged => "tok_authenticationRequired",
            Self::ChallengedThenDeclined => {
                "tok_authenticationRequiredChargeDeclinedInsufficientFunds"
            }
            Self::Pondered => "tok_simulator_processing",
            Self::RefundPends => "tok_pendingRefund",
            Self::RefundFails => "tok_refundFail",
        }
    }

    /// Whether a bank may accept it.
    pub(crate) const fn may_succeed(self) -> bool {
        !matches!(self, Self::Declined | Self::NoFunds | Self::ChallengedThenDeclined)
    }

    /// Whether a bank or the payer may decline it.
    pub(crate) const fn may_fail(self) -> bool {
        !matches!(self, Self::Good | Self::RefundPends | Self::RefundFails)
    }
}
