//! Requests of owners about their addresses and passwords, and of holders at the door.

use rand::Rng as _;

use super::Drawn;
use crate::operation::{Operation, Request, TransferWay};

impl Drawn {
    /// The steps towards an entry, or one of them.
    pub(super) fn entry(&mut self) -> Operation {
        let (admission, code) = (self.below(6), self.below(6));
        let ticket = self.happens(0.2).then(|| self.below(6));
        let listing = Request::ListAdmissions { user: self.below(3) };
        let binding = Request::BindDevice { admission, device: self.below(2) };
        let showing = if self.happens(0.4) { binding } else { Request::ShowCode { admission } };
        let entering = Request::CheckIn { code, ticket };
        if self.happens(0.3) {
            return Operation::Send(showing, self.link());
        }
        let steps = [listing, showing, entering, entering]
            .map(|step| [Operation::Send(step, self.link()), Operation::Settle]);
        self.next.extend(steps.into_iter().flatten().rev());
        Operation::Settle
    }

    /// The steps of a resale: listed, sold or ended, and entered by a code of before or after; or
    /// one of them.
    pub(super) fn resale(&mut self) -> Operation {
        let [admission, resale, code] = [6, 3, 6].map(|count| self.below(count));
        let [seller, buyer] = [self.below(3), self.below(3)];
        let reselling = Request::Resell { admission, cents: self.cents() };
        let ordering = Request::OrderResale { resale, buyer };
        let (paying, ending) = (Request::PayResale { resale }, Request::EndResale { admission });
        if self.happens(0.4) {
            let steps = [reselling, ordering, paying, ending];
            let step = steps[usize::from(self.below(4))];
            return Operation::Send(step, self.link());
        }
        let showing = Request::ShowCode { admission };
        let mut steps =
            vec![Request::ListAdmissions { user: seller }, showing, reselling, ordering];
        steps.extend(self.happens(0.3).then_some(ending));
        steps.extend([paying, Request::ListAdmissions { user: buyer }, showing]);
        steps.push(Request::CheckIn { code, ticket: None });
        for step in steps.into_iter().rev() {
            let step = Operation::Send(step, self.link());
            let settles = self.happens(0.8).then_some(Operation::Settle);
            self.next.extend(settles);
            self.next.push(step);
        }
        Operation::Settle
    }

    /// The steps of a transfer of admissions; some are left out.
    pub(super) fn transfer(&mut self) -> Operation {
        let (first, units, transfer, to) =
            (self.below(6), self.random.random_range(1..4), self.below(4), self.below(3));
        let ends = [
            Request::AcceptTransfer { transfer },
            Request::AcceptTransfer { transfer },
            Request::DeclineTransfer { transfer },
            Request::CancelTransfer { transfer },
        ];
        let [one, other] = [0, 0].map(|_| ends[usize::from(self.below(4))]);
        let way = if self.happens(0.5) { TransferWay::Account } else { TransferWay::Address };
        let steps = [
            Request::ListAdmissions { user: self.below(3) },
            Request::ShowCode { admission: first },
            Request::OfferTransfer { first, units, to, way },
            Request::ClaimTransfer { user: to },
            one,
            other,
            Request::CheckIn { code: self.below(6), ticket: None },
        ];
        let mut next = Vec::new();
        for step in steps {
            if self.happens(0.15) {
                continue;
            }
            next.push(Operation::Send(step, self.link()));
            if self.happens(0.7) {
                next.push(Operation::Settle);
            }
        }
        self.next.extend(next.into_iter().rev());
        Operation::Settle
    }

    /// The first account verifies its address, and requests another one.
    pub(super) fn verified_and_moved(&mut self) -> [Operation; 5] {
        let user = 0;
        let changing = Request::ChangeAddress { user, to: None }.into();
        let confirming = Request::Verify { user };
        let [first, second] = [self.link(), self.link()];
        [
            Operation::Send(confirming, first),
            Operation::Settle,
            changing,
            Operation::Settle,
            Operation::Send(confirming, second),
        ]
    }

    /// Steps of changes of an address and of resets; a further one often follows.
    pub(super) fn address(&mut self) -> Operation {
        let (user, link) = (self.below(3), self.link());
        let send = |request| Operation::Send(request, link);
        let (request, next) = match self.random.random_range(0..12) {
            0..2 => {
                let to = self.happens(0.2).then(|| self.below(3));
                (Request::ChangeAddress { user, to }, Request::Verify { user })
            }
            2..5 => (Request::Verify { user }, Request::SignIn { user }),
            5..7 => (Request::RestoreAddress { user }, Request::ResetPassword { user }),
            7..9 => (Request::ForgetPassword { user }, Request::ResetPassword { user }),
            9..11 => (Request::ResetPassword { user }, Request::SignIn { user }),
            _ => (Request::SignIn { user }, Request::Verify { user }),
        };
        let next = self.happens(0.5).then_some(send(next));
        self.next.extend(next);
        send(request)
    }
}
