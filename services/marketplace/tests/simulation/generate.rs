//! Scripts from seeds. A script first draws its kinds of faults: scripts with few kinds get far,
//! others have many faults.

mod faults;
mod parts;

use rand::rngs::SmallRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

use crate::operation::{
    Card, Deployment, Link, Operation, OperatorAction, RefundTarget, Request, Script,
};

pub(crate) use parts::BUSY_PARTS;

/// Number of operations of a script.
const OPERATIONS: std::ops::Range<usize> = 60..151;

/// The generator of a seed.
pub(crate) fn random(seed: u64) -> SmallRng {
    SmallRng::seed_from_u64(seed)
}

/// The script of a seed.
pub(crate) fn script(seed: u64) -> Script {
    let mut random = random(seed);
    let deployment = match random.random_range(0..20) {
        0..4 => Deployment::OneProcess,
        4..13 => Deployment::Services,
        _ => Deployment::Replicas,
    };
    let mut faults = Kind::ALL.to_vec();
    faults.retain(|_| random.random_bool(0.4));
    let mut operations = Vec::new();
    for _ in 0..3 {
        operations.push(Request::SignUp.into());
    }
    operations.push(Operation::Settle);
    let count = random.random_range(OPERATIONS);
    let mut drawn = Drawn { random, faults, next: None };
    operations.extend([drawn.offer(), drawn.offer(), Operation::Settle]);
    while operations.len() < count {
        operations.push(drawn.operation());
    }
    Script { deployment, operations }
}

/// A kind of fault, which a script has or lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Links,
    Stores,
    Bus,
    Provider,
    Crashes,
    Pauses,
    Jumps,
    ClosedConnections,
    /// Not a fault: actions of an operator and of banks at the provider.
    Operators,
    /// Not a fault: administrators ban accounts, lift bans and take tickets down.
    Bans,
}

impl Kind {
    const ALL: [Self; 10] = [
        Self::Links,
        Self::Stores,
        Self::Bus,
        Self::Provider,
        Self::Crashes,
        Self::Pauses,
        Self::Jumps,
        Self::ClosedConnections,
        Self::Operators,
        Self::Bans,
    ];
}

/// A script in generation.
pub(crate) struct Drawn {
    random: SmallRng,
    faults: Vec<Kind>,
    /// The next operation, if it is already fixed.
    next: Option<Operation>,
}

impl Drawn {
    fn has(&self, kind: Kind) -> bool {
        self.faults.contains(&kind)
    }

    /// A script with every kind of fault.
    pub(crate) fn any(random: SmallRng) -> Self {
        Self { random, faults: Kind::ALL.to_vec(), next: None }
    }

    /// Turns of tasks, a few milliseconds, or a fault.
    pub(crate) fn among_turns(&mut self) -> Operation {
        match self.random.random_range(0..8) {
            0..4 => self.turns(),
            4 => self.step(),
            5 => Operation::Pass { ms: self.random.random_range(1..30) },
            6 => Operation::Repeat { call: self.random.random() },
            _ => self.fault(),
        }
    }

    fn operation(&mut self) -> Operation {
        if let Some(next) = self.next.take() {
            return next;
        }
        match self.random.random_range(0..100) {
            0..42 => self.customer_request(),
            42..60 => self.turns(),
            60..66 => self.step(),
            66..72 => Operation::Settle,
            72..80 => self.time(),
            80..82 => Operation::RepeatPending,
            _ => self.fault(),
        }
    }

    /// A request of a customer.
    fn customer_request(&mut self) -> Operation {
        let link = self.link();
        if self.has(Kind::Bans) && self.random.random_bool(0.06) {
            return self.ban();
        }
        let weights = if self.has(Kind::Operators) { 78 } else { 64 };
        match self.random.random_range(0..weights) {
            64.. => self.operate(),
            47..54 | 60 => self.refund(),
            61 | 62 => self.agree(),
            63 => {
                let (paid, item) = (self.random.random_range(0..6), self.random.random_range(0..3));
                Operation::RefundCents { paid, item, times: self.random.random_range(10..24) }
            }
            54 | 55 => {
                let succeeds = self.random.random_bool(0.5);
                Operation::FinishRefund { nth: self.random.random_range(0..3), succeeds }
            }
            56 | 57 => {
                let order = self.recent();
                let cancels = self.random.random_bool(0.4);
                self.next = cancels.then_some(Operation::Send(Request::Cancel { order }, link));
                Operation::Send(Request::PayByCredit { order }, link)
            }
            58 => {
                let (payer, cents) = (self.random.random_range(0..3), self.cents());
                Operation::Send(Request::TopUp { payer, cents, card: self.card() }, link)
            }
            59 => {
                let (paid, by) = (self.recent(), self.random.random_range(0..3));
                Request::ReadPayment { paid, by }.into()
            }
            42..45 => {
                let succeeds = self.random.random_bool(0.8);
                Operation::FinishPayment { nth: self.random.random_range(0..3), succeeds }
            }
            45 => Operation::Deliver,
            46 if self.random.random_bool(0.3) => Request::Forge.into(),
            0..13 => self.order(),
            13..26 => {
                let (order, card) = (self.recent(), self.card());
                Operation::Send(Request::Pay { order, card }, link)
            }
            26..29 => Operation::Send(Request::Cancel { order: self.recent() }, link),
            29..31 => self.offer(),
            31..33 => {
                let (units, cents) = (self.units(), self.price());
                let ticket = self.random.random();
                Operation::Send(Request::Edit { ticket, units, cents }, link)
            }
            33 => Operation::Send(Request::Withdraw { ticket: self.random.random() }, link),
            34 => {
                let ticket = self.random.random_range(0..6);
                Request::ReadTicket { ticket, by: self.random.random_range(0..3) }.into()
            }
            35..37 => {
                let order = self.recent();
                Request::ReadOrder { order, by: self.random.random_range(0..3) }.into()
            }
            41 => self.export_or_erase(),
            37..41 => Operation::Repeat { call: self.random.random() },
            46 => Operation::Send(Request::SignUp, link),
            _ => Operation::RepeatPending,
        }
    }

    /// Bans an account, lifts a ban, or takes a ticket down; half of the time a sign-in attempt
    /// follows.
    fn ban(&mut self) -> Operation {
        let (user, link) = (self.random.random_range(0..3), self.link());
        let signing_in = Operation::Send(Request::SignIn { user }, link);
        self.next = self.random.random_bool(0.5).then_some(signing_in);
        let request = match self.random.random_range(0..6) {
            0 | 1 => Request::Ban { user },
            2 | 3 => Request::Unban { user },
            4 => Request::TakeDown { ticket: self.random.random() },
            _ => return signing_in,
        };
        Operation::Send(request, link)
    }

    /// Requests an export or an erasure.
    fn export_or_erase(&mut self) -> Operation {
        let (user, link) = (self.random.random_range(0..4), self.link());
        if self.random.random_bool(0.3) {
            return Operation::Send(Request::Export { user }, link);
        }
        Operation::Send(Request::Erase { user, forfeits: self.random.random_bool(0.7) }, link)
    }

    fn link(&mut self) -> Link {
        match self.random.random_range(0..10) {
            0 if self.has(Kind::Links) => Link::RequestLost,
            1 | 2 if self.has(Kind::Links) => Link::ResponseLost,
            _ => Link::Reliable,
        }
    }

    /// The index of one of the first orders. A script has few orders, so this can be any of them.
    fn recent(&mut self) -> u8 {
        self.random.random_range(0..12)
    }

    fn units(&mut self) -> u8 {
        self.random.random_range(1..=4)
    }

    /// Some tickets are free.
    fn price(&mut self) -> u16 {
        if self.random.random_bool(0.1) { 0 } else { self.cents() }
    }

    fn cents(&mut self) -> u16 {
        self.random.random_range(100..10_000)
    }

    fn offer(&mut self) -> Operation {
        let (units, cents) = (self.units(), self.price());
        let seller = self.random.random_range(0..3);
        Operation::Send(Request::Offer { seller, units, cents }, self.link())
    }

    fn order(&mut self) -> Operation {
        let mut items = [(0, 0); 3];
        let count = if self.random.random_bool(0.7) { 1 } else { 3 };
        for item in items.iter_mut().take(count) {
            *item = (self.random.random_range(0..6), self.random.random_range(1..=2));
        }
        let buyer = self.random.random_range(0..3);
        Operation::Send(Request::Order { buyer, items }, self.link())
    }

    fn card(&mut self) -> Card {
        match self.random.random_range(0..20) {
            0..9 => Card::Valid,
            9 => Card::RefundPends,
            10 => Card::RefundFails,
            11..13 => Card::Declined,
            13 => Card::NoFunds,
            14..17 => Card::Challenged,
            17 => Card::ChallengedThenDeclined,
            _ => Card::Processing,
        }
    }

    /// The payer consents; a refund that needs the consent follows in most cases.
    fn agree(&mut self) -> Operation {
        let (paid, item) = (self.random.random_range(0..6), self.random.random_range(0..3));
        let (units, credit) = (self.random.random_range(0..3), self.random.random_bool(0.5));
        let link = self.link();
        if self.random.random_bool(0.7) {
            let to = if credit { RefundTarget::Credit } else { RefundTarget::Source };
            let refund = Request::Refund { paid, item, cents: 50, to, units };
            self.next = Some(Operation::Send(refund, link));
        }
        Operation::Send(Request::Agree { paid, item, units, credit }, link)
    }

    /// A refund. It often exceeds the remaining money or units or the seller's share, or is less
    /// than the price of the units.
    fn refund(&mut self) -> Operation {
        let cents = match self.random.random_range(0..10) {
            0..4 => 0,
            4 => 1,
            _ => self.random.random_range(1..6_000),
        };
        let to =
            if self.random.random_bool(0.3) { RefundTarget::Credit } else { RefundTarget::Source };
        let units = if self.random.random_bool(0.5) { 0 } else { self.random.random_range(1..3) };
        let (paid, item) = (self.random.random_range(0..6), self.random.random_range(0..3));
        Operation::Send(Request::Refund { paid, item, cents, to, units }, self.link())
    }

    fn operate(&mut self) -> Operation {
        let action = match self.random.random_range(0..10) {
            0..2 => OperatorAction::Capture,
            2 => OperatorAction::Cancel,
            3..6 => OperatorAction::Refund,
            6..8 => OperatorAction::Dispute,
            _ => OperatorAction::CloseDispute { succeeds: self.random.random_bool(0.5) },
        };
        let is_part = self.random.random_bool(0.5);
        let cents = if is_part { self.random.random_range(1..3_000) } else { 0 };
        Operation::Operate { action, nth: self.random.random_range(0..6), cents }
    }

    fn turns(&mut self) -> Operation {
        let turns = match self.random.random_range(0..10) {
            0..3 => self.random.random_range(1..8),
            3..8 => self.random.random_range(8..60),
            _ => self.random.random_range(60..250),
        };
        Operation::Turns { turns, seed: self.random.random() }
    }

    fn step(&mut self) -> Operation {
        Operation::Step { part: self.part(), replica: self.replica(), turns: self.units() * 3 }
    }

    fn part(&mut self) -> &'static str {
        BUSY_PARTS.choose(&mut self.random).copied().unwrap_or_default()
    }

    fn replica(&mut self) -> u8 {
        self.random.random_range(0..2)
    }

    fn time(&mut self) -> Operation {
        match self.random.random_range(0..8) {
            0..3 => Operation::Pass { ms: self.random.random_range(1..500) },
            3..5 => Operation::Pass { ms: self.random.random_range(500..4_000) },
            5..7 => {
                let ms = self.random.random_range(-60..60);
                Operation::PassToDeadline { order: self.recent(), ms }
            }
            _ if self.random.random_bool(0.2) => {
                Operation::EndFaults { ms: self.random.random_range(1_000..8_000) }
            }
            _ => Operation::Jump { ms: self.random.random_range(1..8_000) },
        }
    }
}
