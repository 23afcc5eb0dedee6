//! The bookings of a refund.

use contract::Money;

use super::{Destination, Refund, Share, State};
use crate::domain::accounting::cost_allocation::borne;
use crate::domain::accounting::ledger::{AccountId, Cause, OfPayment, OfRefund, Transaction};

impl Refund {
    /// The booking at the request: the accounts that bear it pay into the account of refunds, or to
    /// the payer's account.
    pub fn booked_at_request(&self) -> Transaction {
        let payee = match self.to {
            Destination::Card { .. } => AccountId::Refunds,
            Destination::Credit => AccountId::User(self.payer),
        };
        let cause = Cause::Refund(self.of_refund());
        borne(&self.shares, self.excess)
            .fold(Transaction::because_of(cause), |booked, (account, amount)| {
                booked.transfer(account, payee, amount)
            })
    }

    /// The booking when the provider has paid it.
    pub fn booked_when_paid(&self) -> Transaction {
        // No user's account changes.
        let of = self.of_refund();
        let payment = OfPayment { order_id: None, ..of.payment };
        let paid = Transaction::because_of(Cause::RefundPaid(OfRefund { payment, ..of }));
        paid.transfer(AccountId::Refunds, AccountId::Provider, self.amount)
    }

    /// The bookings when it failed or the payer's bank returned it: the accounts that bore it are
    /// credited, except for the payer's credit.
    #[must_use]
    pub fn booked_when_not_given(&self) -> Vec<Transaction> {
        let source = if self.was_paid() { AccountId::Provider } else { AccountId::Refunds };
        let is_credited = matches!(self.state, State::Credited { .. });
        let kept = if is_credited { self.given_shares() } else { &[] };
        let back: Vec<Share> = self.shares.iter().map(|share| share.without(kept)).collect();
        let back = borne(&back, self.excess).fold(
            Transaction::because_of(Cause::RefundFailed(self.of_refund())),
            |booked, (account, amount)| booked.transfer(source, account, amount),
        );
        let cause = Cause::RefundCredited(self.of_refund());
        let credited = borne(kept, None)
            .fold(Transaction::because_of(cause), |booked, (_, amount)| {
                booked.transfer(source, AccountId::User(self.payer), amount)
            });
        [back, credited].into_iter().filter(|booked| !booked.legs().is_empty()).collect()
    }

    fn of_refund(&self) -> OfRefund {
        let payment = OfPayment { payment_id: self.payment_id, order_id: self.order_id };
        OfRefund { refund_id: self.id, payment }
    }
}

impl Share {
    /// The remainder of this share, less the same seller's share among `kept`.
    fn without(&self, kept: &[Self]) -> Self {
        let kept = kept.iter().find(|kept| kept.seller == self.seller);
        let minus = |amount: Money, kept: Option<Money>| {
            let kept = kept.map_or(0, |kept| kept.minor_units);
            Money::new(amount.minor_units - kept, amount.currency)
        };
        Self {
            seller: self.seller,
            by_seller: minus(self.by_seller, kept.map(|kept| kept.by_seller)),
            by_house: minus(self.by_house, kept.map(|kept| kept.by_house)),
        }
    }
}
