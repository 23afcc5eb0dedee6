//! Random requests about shows.

use rand::Rng as _;

use super::Drawn;
use crate::operation::{After, Operation, Request};

impl Drawn {
    /// A ticket and a show, of which two orders are placed and paid.
    pub(super) fn show_on_sale(&mut self) -> Vec<Operation> {
        let mut operations = vec![self.offer(), self.create_show(), Operation::Settle];
        for order in 0..2 {
            let placing = self.order_of_show();
            let paying = self.next.pop().unwrap_or(Operation::RepeatPending);
            let paying_first = Request::Pay { order, card: self.card() }.into();
            operations.extend([placing, Operation::Settle, paying, paying_first]);
            operations.push(Operation::Settle);
        }
        operations
    }

    /// A show of two categories, of which one may be free.
    pub(super) fn create_show(&mut self) -> Operation {
        let (units, cents) = ([self.units(), self.units()], [self.cents(), self.price()]);
        let (seller, starts) = (self.below(3), self.starts());
        let creating = Request::CreateShow { seller, units, cents, starts };
        Operation::Send(creating, self.link())
    }

    /// A change of a show, in many cases followed by a request that it affects.
    pub(super) fn show_request(&mut self) -> Operation {
        let (show, link) = (self.below(2), self.link());
        let request = match self.random.random_range(0..18) {
            0 | 1 => return self.create_show(),
            2..5 => {
                let starts = self.happens(0.5).then(|| self.starts());
                Request::EditShow { show, starts }
            }
            5..8 => {
                let returning = Request::Return { paid: self.below(6) };
                let next = self.happens(0.4).then_some(Operation::Send(returning, link));
                self.next.extend(next);
                Request::PostponeShow { show, starts: self.starts() }
            }
            8 | 9 => {
                let paying = Request::Pay { order: self.recent(), card: self.card() };
                let next = self.happens(0.4).then_some(Operation::Send(paying, link));
                self.next.extend(next);
                Request::CancelShow { show }
            }
            10 => Request::OfferIn { show, units: self.units(), cents: self.price() },
            11 => Request::ReadShow { show, by: self.below(3) },
            12..16 => return self.order_of_show(),
            _ => Request::Return { paid: self.below(6) },
        };
        Operation::Send(request, link)
    }

    /// An order of the first show, most of which are paid at once.
    fn order_of_show(&mut self) -> Operation {
        let items = [(1, self.random.random_range(0..=2)), (2, 1), (0, 0)];
        let link = self.link();
        let paying = Request::Pay { order: self.recent(), card: self.card() };
        let next = self.happens(0.7).then_some(Operation::Send(paying, link));
        self.next.extend(next);
        Operation::Send(Request::Order { buyer: self.below(3), items }, self.link())
    }

    fn starts(&mut self) -> After {
        if self.happens(0.2) {
            After::Seconds(self.random.random_range(20..300))
        } else {
            After::Days(self.random.random_range(2..6))
        }
    }
}
