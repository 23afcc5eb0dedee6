//! Random faults of a script.

use contract::catalogue::SERVICES;
use rand::Rng as _;
use rand::seq::IndexedRandom as _;

use super::{Drawn, Kind};
use crate::operation::{MessageFault, Operation, ProviderFault, StoreFault};

impl Drawn {
    /// A fault of one of the script's kinds, otherwise turns of tasks.
    pub(super) fn fault(&mut self) -> Operation {
        match self.random.random_range(0..16) {
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
            _ => self.turns(),
        }
    }

    fn store(&mut self) -> &'static str {
        SERVICES.choose(&mut self.random).map_or("", |service| service.name)
    }

    fn store_fault(&mut self) -> StoreFault {
        match self.random.random_range(0..17) {
            0..3 => StoreFault::CommitFails,
            3..5 => StoreFault::CommitTimesOut,
            5..8 => StoreFault::CommitTimesOutAfterEffect,
            8 => StoreFault::ResolveOutcomeFails,
            9 => StoreFault::LoadFails,
            10 => StoreFault::QueryFails,
            11 => StoreFault::OutboxReadFails,
            12 => StoreFault::DiskFull,
            13 => StoreFault::OutcomesUnknown,
            // Most lasting faults end before the end of the script.
            _ => StoreFault::Recovers,
        }
    }

    fn message_fault(&mut self) -> MessageFault {
        match self.random.random_range(0..7) {
            0 => MessageFault::PublishFails,
            1 => MessageFault::PublishAckLost,
            2 => MessageFault::FetchFails,
            3 => MessageFault::DeliveryDelayed,
            4 => MessageFault::DeliveriesDuplicated,
            5 => MessageFault::DeliveriesReordered,
            _ => MessageFault::SettlementLost,
        }
    }

    fn provider_fault(&mut self) -> ProviderFault {
        match self.random.random_range(0..14) {
            0 | 1 => ProviderFault::RequestLost,
            2..5 => ProviderFault::ResponseLost,
            5 => ProviderFault::Rejected,
            6 => ProviderFault::ResponseHidden,
            7 => ProviderFault::ErrorStored,
            8 => ProviderFault::RequestSlow,
            9 => ProviderFault::ResponseSlow,
            10 => ProviderFault::EventDropped,
            11 => ProviderFault::EventDuplicated,
            12 => ProviderFault::EventLate,
            _ => ProviderFault::EventsReversed,
        }
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
