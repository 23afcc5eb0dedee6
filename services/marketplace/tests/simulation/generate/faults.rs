//! Random faults of a script.

use bus::BusFault;
use contract::catalogue::SERVICES;
use provider_simulator::{FaultKind, WebhookFaultKind};
use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use store::{Fault, LastingFault};

use super::{Drawn, Kind};
use crate::mail_server::MailFault;
use crate::operation::{Operation, ProviderFault, StoreFault};

/// Delay of a slow request, response or event of the provider, in milliseconds.
const DELAY_MS: u64 = 2_000;

impl Drawn {
    /// A fault of one of the script's kinds, otherwise turns of tasks.
    pub(super) fn fault(&mut self) -> Operation {
        match self.random.random_range(0..17) {
            0..3 if self.has(Kind::Stores) => {
                Operation::Store { store: self.store(), fault: self.store_fault() }
            }
            3..6 if self.has(Kind::Bus) => Operation::Bus { fault: self.message_fault() },
            6..9 if self.has(Kind::Provider) => {
                Operation::Provider { fault: self.provider_fault() }
            }
            9 if self.has(Kind::Crashes) => Operation::Crash { process: self.random.random() },
            10..12 if self.has(Kind::Crashes) => {
                Operation::Restart { process: self.random.random() }
            }
            12 if self.has(Kind::Pauses) => {
                Operation::Pause { part: self.part(), replica: self.replica() }
            }
            13 if self.has(Kind::Pauses) => Operation::Resume,
            14 if self.has(Kind::Jumps) => self.jump(),
            15 if self.has(Kind::ClosedConnections) => {
                Operation::CloseConnection { call: self.random.random() }
            }
            16 if self.has(Kind::Mail) => Operation::Mail { fault: self.mail_fault() },
            _ => self.turns(),
        }
    }

    fn mail_fault(&mut self) -> MailFault {
        match self.random.random_range(0..4) {
            0 => MailFault::Refuse,
            1 => MailFault::Vanish,
            _ => MailFault::LoseReply,
        }
    }

    fn store(&mut self) -> &'static str {
        SERVICES.choose(&mut self.random).map_or("", |service| service.name)
    }

    fn store_fault(&mut self) -> StoreFault {
        use store::Operation;
        match self.random.random_range(0..17) {
            0..3 => StoreFault::Once(Operation::Commit, Fault::Fail),
            3..5 => StoreFault::Once(Operation::Commit, Fault::TimeOutBefore),
            5..8 => StoreFault::Once(Operation::Commit, Fault::TimeOutAfter),
            8 => StoreFault::Once(Operation::ResolveOutcome, Fault::Fail),
            9 => StoreFault::Once(Operation::Load, Fault::Fail),
            10 => StoreFault::Once(Operation::Query, Fault::Fail),
            11 => StoreFault::Once(Operation::ReadOutbox, Fault::Fail),
            12 => StoreFault::Lasting(LastingFault::Full),
            13 => StoreFault::Lasting(LastingFault::Silent),
            // Most lasting faults end before the end of the script.
            _ => StoreFault::Recovers,
        }
    }

    fn message_fault(&mut self) -> BusFault {
        match self.random.random_range(0..7) {
            0 => BusFault::FailPublish,
            1 => BusFault::LosePublishAck,
            2 => BusFault::FailFetch,
            3 => BusFault::DelayDelivery,
            4 => BusFault::DuplicateDeliveries,
            5 => BusFault::ReorderDeliveries,
            _ => BusFault::LoseSettlement,
        }
    }

    fn provider_fault(&mut self) -> ProviderFault {
        ProviderFault::Call(match self.random.random_range(0..14) {
            0 | 1 => FaultKind::LoseRequest,
            2..5 => FaultKind::LoseResponse,
            5 => FaultKind::Refuse { status: 503 },
            6 => FaultKind::HideResponse { status: 502 },
            7 => FaultKind::KeepError { status: 500 },
            8 => FaultKind::DelayRequest { ms: DELAY_MS },
            9 => FaultKind::DelayResponse { ms: DELAY_MS },
            10 => return ProviderFault::Event(WebhookFaultKind::Drop),
            11 => return ProviderFault::Event(WebhookFaultKind::Duplicate { copies: 1 }),
            12 => return ProviderFault::Event(WebhookFaultKind::Delay { ms: DELAY_MS }),
            _ => return ProviderFault::EventsReversed,
        })
    }

    /// A jump forward by seconds, forward past the deduplication window of the bus, or back by an
    /// NTP correction.
    fn jump(&mut self) -> Operation {
        let ms = match self.random.random_range(0..4) {
            0 => self.random.random_range(-2_000..0),
            1 => 125_000,
            _ => self.random.random_range(1..30_000),
        };
        Operation::Jump { ms }
    }
}
