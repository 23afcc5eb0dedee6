//! What a refund means for the accounts.

use contract::Money;

use super::{Destination, Refund, Share, State};
use crate::domain::burden::borne;
use crate::domain::ledger::{AccountId, Cause, Transaction};

impl Refund {
    /// What is booked when it is requested: those who bear it pay, into what is on its way to cards or straight to the payer.
    #[must_use]
    pub fn booked_at_request(&self) -> Transaction {
        let (refund_id, payment_id, order_id) = (self.id, self.payment_id, self.order_id);
        let payee = match self.to {
            Destination::Card { .. } => AccountId::Refunds,
            Destination::Credit => AccountId::User(self.payer),
        };
        let cause = Cause::Refund { refund_id, payment_id, order_id };
        borne(&self.shares, self.excess)
            .fold(Transaction::because_of(cause), |booked, (account, amount)| {
                booked.transfer(account, payee, amount)
            })
    }

    /// What is booked when the provider has given it back.
    #[must_use]
    pub fn booked_when_paid(&self) -> Transaction {
        let (refund_id, payment_id) = (self.id, self.payment_id);
        Transaction::because_of(Cause::RefundPaid { refund_id, payment_id }).transfer(
            AccountId::Refunds,
            AccountId::Provider,
            self.amount,
        )
    }

    /// The booking when it failed or came back from the payer's bank: the accounts that bore it have it again, except the payer's
    /// credit.
    #[must_use]
    pub fn booked_when_not_given(&self) -> Vec<Transaction> {
        let (refund_id, payment_id, order_id) = (self.id, self.payment_id, self.order_id);
        let source = if self.was_paid() { AccountId::Provider } else { AccountId::Refunds };
        let is_credited = matches!(self.state, State::Credited { .. });
        let kept = if is_credited { self.given_shares() } else { &[] };
        let back: Vec<Share> = self.shares.iter().map(|share| share.without(kept)).collect();
        let back = borne(&back, self.excess).fold(
            Transaction::because_of(Cause::RefundFailed { refund_id, payment_id, order_id }),
            |booked, (account, amount)| booked.transfer(source, account, amount),
        );
        let cause = Cause::RefundCredited { refund_id, payment_id, order_id };
        let credited = borne(kept, None)
            .fold(Transaction::because_of(cause), |booked, (_, amount)| {
                booked.transfer(source, AccountId::User(self.payer), amount)
            });
        [back, credited].into_iter().filter(|booked| !booked.legs().is_empty()).collect()
    }
}

impl Share {
    /// What is left of it where the same seller's share among these is kept.
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
