//! Scripts from seeds. A script first draws its kinds of faults: scripts with few kinds get far,
//! others have many faults.

mod accounts;
mod faults;
mod parts;
mod shows;

use rand::rngs::SmallRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

use crate::operation::{
    Card, Deployment, Link, Operation, OperatorAction, RefundTarget, Request, Script,
};

pub(crate) use parts::BUSY_PARTS;

const OPERATIONS: std::ops::Range<usize> = 60..151;

pub(crate) fn random(seed: u64) -> SmallRng {
    SmallRng::seed_from_u64(seed)
}

pub(crate) fn script(seed: u64) -> Script {
    let mut random = random(seed);
    let deployment = match random.random_range(0..20) {
        0..4 => Deployment::OneProcess,
        4..13 => Deployment::Services,
        _ => Deployment::Replicas,
    };
    let mut faults = KINDS.to_vec();
    faults.retain(|_| random.random_bool(0.4));
    let mut operations = vec![Request::SignUp.into(); 3];
    operations.push(Operation::Settle);
    let count = random.random_range(OPERATIONS);
    let mut drawn = Drawn { random, faults, next: Vec::new() };
    if drawn.has(Addresses) && drawn.happens(0.7) {
        operations.extend(drawn.verified_and_moved());
    }
    if drawn.has(Shows) {
        operations.extend(drawn.show_on_sale());
    } else {
        operations.extend([drawn.offer(), drawn.offer(), Operation::Settle]);
    }
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
    Mail,
    /// Not a fault: actions of an operator and of banks at the provider.
    Operators,
    /// Not a fault: administrators ban accounts, lift bans and take tickets down.
    Bans,
    /// Not a fault: sellers create, change, postpone and cancel shows.
    Shows,
    /// Not a fault: owners change and restore addresses, and set passwords by mailed links.
    Addresses,
}

use Kind::{
    Addresses, Bans, Bus, ClosedConnections, Crashes, Jumps, Links, Mail, Operators, Pauses,
    Provider, Shows, Stores,
};

const KINDS: [Kind; 13] = [
    Links,
    Stores,
    Bus,
    Provider,
    Crashes,
    Pauses,
    Jumps,
    ClosedConnections,
    Mail,
    Operators,
    Bans,
    Shows,
    Addresses,
];

pub(crate) struct Drawn {
    pub(crate) random: SmallRng,
    faults: Vec<Kind>,
    /// The next operations, the first one last.
    next: Vec<Operation>,
}

impl Drawn {
    fn below(&mut self, end: u8) -> u8 {
        self.random.random_range(0..end)
    }

    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        self.random.random_bool(probability)
    }

    fn has(&self, kind: Kind) -> bool {
        self.faults.contains(&kind)
    }

    /// A script with every kind of fault.
    pub(crate) fn any(random: SmallRng) -> Self {
        Self { random, faults: KINDS.to_vec(), next: Vec::new() }
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
        if let Some(next) = self.next.pop() {
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

    fn customer_request(&mut self) -> Operation {
        let link = self.link();
        let send = |request| Operation::Send(request, link);
        if self.has(Kind::Bans) && self.happens(0.06) {
            return self.ban();
        }
        if self.has(Kind::Shows) && self.happens(0.2) {
            return self.show_request();
        }
        if self.has(Kind::Addresses) && self.happens(0.12) {
            return self.address();
        }
        if self.happens(0.03) {
            return self.resale();
        }
        if self.happens(0.04) {
            return self.transfer();
        }
        if self.happens(0.05) {
            return send(Request::Verify { user: self.below(3) });
        }
        let weights = if self.has(Kind::Operators) { 78 } else { 64 };
        match self.random.random_range(0..weights) {
            64.. => self.operate(),
            47..54 | 60 => self.refund(),
            61 | 62 => self.agree(),
            63 => {
                let (paid, item) = (self.below(6), self.below(3));
                Operation::RefundCents { paid, item, times: self.random.random_range(10..24) }
            }
            54 | 55 => Operation::FinishRefund { succeeds: self.happens(0.5), nth: self.below(3) },
            56 | 57 => {
                let order = self.recent();
                let next = self.happens(0.4).then_some(send(Request::Cancel { order }));
                self.next.extend(next);
                send(Request::PayByCredit { order })
            }
            58 => send(Request::TopUp {
                payer: self.below(3),
                cents: self.cents(),
                card: self.card(),
            }),
            59 => Request::ReadPayment { paid: self.recent(), by: self.below(3) }.into(),
            42..45 => Operation::FinishPayment { succeeds: self.happens(0.8), nth: self.below(3) },
            45 => Operation::Deliver,
            46 if self.happens(0.3) => Request::Forge.into(),
            0..13 => self.order(),
            13..26 => send(Request::Pay { order: self.recent(), card: self.card() }),
            26..29 => send(Request::Cancel { order: self.recent() }),
            29..31 => self.offer(),
            31..33 => {
                let (units, cents) = (self.units(), self.price());
                send(Request::Edit { ticket: self.random.random(), units, cents })
            }
            33 => send(Request::Withdraw { ticket: self.random.random() }),
            34 => Request::ReadTicket { ticket: self.below(6), by: self.below(3) }.into(),
            35..37 => Request::ReadOrder { order: self.recent(), by: self.below(3) }.into(),
            41 => self.export_or_erase(),
            40 => send(Request::Report { ticket: self.below(6), by: self.below(3) }),
            38 | 39 => self.entry(),
            37 => Operation::Repeat { call: self.random.random() },
            46 => send(Request::SignUp),
            _ => Operation::RepeatPending,
        }
    }

    /// Bans an account, lifts a ban, or takes a ticket down; a sign-in attempt often follows.
    fn ban(&mut self) -> Operation {
        let (user, link) = (self.below(3), self.link());
        let signing_in = Operation::Send(Request::SignIn { user }, link);
        let next = self.happens(0.5).then_some(signing_in);
        self.next.extend(next);
        let request = match self.random.random_range(0..6) {
            0 | 1 => Request::Ban { user },
            2 | 3 => Request::Unban { user },
            4 => Request::TakeDown { ticket: self.random.random() },
            _ => return signing_in,
        };
        Operation::Send(request, link)
    }

    fn export_or_erase(&mut self) -> Operation {
        let (user, link) = (self.below(4), self.link());
        if self.happens(0.3) {
            return Operation::Send(Request::Export { user }, link);
        }
        Operation::Send(Request::Erase { user, forfeits: self.happens(0.7) }, link)
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
        self.below(12)
    }

    fn units(&mut self) -> u8 {
        self.random.random_range(1..=4)
    }

    /// Some tickets are free.
    fn price(&mut self) -> u16 {
        if self.happens(0.1) { 0 } else { self.cents() }
    }

    fn cents(&mut self) -> u16 {
        self.random.random_range(100..10_000)
    }

    fn offer(&mut self) -> Operation {
        let (units, cents, seller) = (self.units(), self.price(), self.below(3));
        Operation::Send(Request::Offer { seller, units, cents }, self.link())
    }

    fn order(&mut self) -> Operation {
        let mut items = [(0, 0); 3];
        let count = if self.happens(0.7) { 1 } else { 3 };
        for item in items.iter_mut().take(count) {
            *item = (self.below(6), self.random.random_range(1..=2));
        }
        Operation::Send(Request::Order { buyer: self.below(3), items }, self.link())
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
        let (paid, item, units) = (self.below(6), self.below(3), self.below(3));
        let (credit, link) = (self.happens(0.5), self.link());
        if self.happens(0.7) {
            let to = if credit { RefundTarget::Credit } else { RefundTarget::Source };
            let refund = Request::Refund { paid, item, cents: 50, to, units };
            self.next.push(Operation::Send(refund, link));
        }
        Operation::Send(Request::Agree { paid, item, units, credit }, link)
    }

    /// It often exceeds the remainder or the seller's share, or is less than the units' price.
    fn refund(&mut self) -> Operation {
        let cents = match self.random.random_range(0..10) {
            0..4 => 0,
            4 => 1,
            _ => self.random.random_range(1..6_000),
        };
        let to = if self.happens(0.3) { RefundTarget::Credit } else { RefundTarget::Source };
        let units = if self.happens(0.5) { 0 } else { self.random.random_range(1..3) };
        let (paid, item) = (self.below(6), self.below(3));
        Operation::Send(Request::Refund { paid, item, cents, to, units }, self.link())
    }

    fn operate(&mut self) -> Operation {
        let action = match self.random.random_range(0..10) {
            0..2 => OperatorAction::Capture,
            2 => OperatorAction::Cancel,
            3..6 => OperatorAction::Refund,
            6..8 => OperatorAction::Dispute,
            _ => OperatorAction::CloseDispute { succeeds: self.happens(0.5) },
        };
        let cents = if self.happens(0.5) { self.random.random_range(1..3_000) } else { 0 };
        Operation::Operate { action, nth: self.below(6), cents }
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
        self.below(2)
    }

    fn time(&mut self) -> Operation {
        match self.random.random_range(0..8) {
            0..3 => Operation::Pass { ms: self.random.random_range(1..500) },
            3..5 => Operation::Pass { ms: self.random.random_range(500..4_000) },
            5..7 => {
                let ms = self.random.random_range(-60..60);
                Operation::PassToDeadline { order: self.recent(), ms }
            }
            _ if self.happens(0.2) => {
                Operation::EndFaults { ms: self.random.random_range(1_000..8_000) }
            }
            _ => Operation::Jump { ms: self.random.random_range(1..8_000) },
        }
    }
}
