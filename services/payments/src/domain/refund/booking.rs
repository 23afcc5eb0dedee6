//! What a refund means for the accounts.

use contract::Money;

use super::{Destination, Refund, Share};
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
        self.borne().fold(Transaction::because_of(cause), |booked, (account, amount)| {
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

    /// What is booked when it failed: those who bore it have it again.
    #[must_use]
    pub fn booked_when_failed(&self) -> Transaction {
        self.given_back_from(AccountId::Refunds)
    }

    /// What is booked when it came back from the payer's bank.
    #[must_use]
    pub fn booked_when_it_came_back(&self) -> Transaction {
        self.given_back_from(AccountId::Provider)
    }

    fn given_back_from(&self, source: AccountId) -> Transaction {
        let (refund_id, payment_id, order_id) = (self.id, self.payment_id, self.order_id);
        let cause = Cause::RefundFailed { refund_id, payment_id, order_id };
        self.borne().fold(Transaction::because_of(cause), |booked, (account, amount)| {
            booked.transfer(source, account, amount)
        })
    }

    /// The accounts that bear it, each with what it bears.
    fn borne(&self) -> impl Iterator<Item = (AccountId, Money)> {
        let of_share = |share: &Share| {
            [(AccountId::User(share.seller), share.by_seller), (AccountId::House, share.by_house)]
        };
        self.shares.iter().flat_map(of_share).filter(|(_, amount)| amount.minor_units > 0)
    }
}
