//! The amount that the payer of a refund receives, the shares that bear it, and its bookings.

use contract::Money;
use contract::payment::{RefundMethod, RefundStatus, RefundSummary};

use super::{Destination, Method, Refund, Share, State};
use crate::domain::accounting::shares::borne;
use crate::domain::{AccountId, Cause, OfPayment, OfRefund, Transaction};

impl Refund {
    /// The method.
    #[must_use]
    pub const fn method(&self) -> Method {
        let is_credited = matches!(self.state, State::Credited { .. });
        let is_credit = is_credited || matches!(self.to, Destination::Credit);
        if is_credit { Method::Credit } else { Method::Card }
    }

    /// The shares that bear the amount that the payer receives.
    #[must_use]
    pub fn given_shares(&self) -> &[Share] {
        match &self.state {
            State::Credited { shares, .. } => shares,
            State::Requested { .. } | State::Succeeded { .. } | State::Failed { .. } => {
                &self.shares
            }
        }
    }

    /// The amount that the payer receives.
    #[must_use]
    pub fn given(&self) -> Money {
        match &self.state {
            State::Credited { shares, .. } => {
                let minor_units = shares.iter().map(|share| share.amount().minor_units).sum();
                Money::new(minor_units, self.amount.currency)
            }
            State::Requested { .. } | State::Succeeded { .. } | State::Failed { .. } => self.amount,
        }
    }

    /// The part of the amount that a failed or returned refund does not give to the payer.
    pub(crate) fn not_given(&self) -> i64 {
        match &self.state {
            State::Requested { .. } | State::Succeeded { .. } => 0,
            State::Failed { .. } => self.amount.minor_units,
            State::Credited { .. } => self.amount.minor_units - self.given().minor_units,
        }
    }

    /// Whether it has succeeded, even if a bank returned it later: its units returned to sale.
    #[must_use]
    pub const fn was_paid(&self) -> bool {
        match &self.state {
            State::Requested { .. } => false,
            State::Succeeded { .. } => true,
            State::Failed { paid_at, .. } | State::Credited { paid_at, .. } => paid_at.is_some(),
        }
    }

    /// The published summary; `None` if the payer never received anything.
    #[must_use]
    pub fn summary(&self) -> Option<RefundSummary> {
        let (status, at) = match self.state {
            State::Requested { .. } | State::Failed { paid_at: None, .. } => return None,
            State::Succeeded { at, .. } | State::Credited { at, .. } => {
                (RefundStatus::Succeeded, at)
            }
            State::Failed { at, paid_at: Some(_), .. } => (RefundStatus::CameBack, at),
        };
        let to = match self.method() {
            Method::Card => RefundMethod::Card,
            Method::Credit => RefundMethod::Credit,
        };
        Some(RefundSummary { id: self.id, amount: self.given(), to, status, at })
    }

    /// Records that a failed refund credits these shares to the payer, for units that are on sale.
    #[must_use]
    pub fn crediting(self, owed: Vec<Share>) -> Self {
        let state = match self.state {
            State::Failed { at, reason, paid_at } if !owed.is_empty() => {
                State::Credited { at, reason, paid_at, shares: owed }
            }
            state => state,
        };
        Self { state, ..self }
    }

    /// The accounts that bear it pay into the account of refunds, or to the payer's account.
    pub fn booked_at_request(&self) -> Transaction {
        let payee = match self.to {
            Destination::Card { .. } => AccountId::Refunds,
            Destination::Credit => AccountId::User(self.payer),
        };
        let paid = |(account, amount)| (account, payee, amount);
        let cause = Cause::Refund(self.of_refund());
        Transaction::of(cause, borne(&self.shares, self.excess).map(paid))
    }

    /// The booking when the provider has paid it.
    pub fn booked_when_paid(&self) -> Transaction {
        // No user's account changes.
        let of = self.of_refund();
        let payment = OfPayment { order_id: None, ..of.payment };
        let cause = Cause::RefundPaid(OfRefund { payment, ..of });
        Transaction::of(cause, [(AccountId::Refunds, AccountId::Provider, self.amount)])
    }

    /// The accounts that bore a failed or returned refund are credited, less the payer's credit.
    #[must_use]
    pub fn booked_when_not_given(&self) -> Vec<Transaction> {
        let source = if self.was_paid() { AccountId::Provider } else { AccountId::Refunds };
        let is_credited = matches!(self.state, State::Credited { .. });
        let kept = if is_credited { self.given_shares() } else { &[] };
        let back: Vec<Share> = self.shares.iter().map(|share| share.without(kept)).collect();
        let back = borne(&back, self.excess).map(|(account, amount)| (source, account, amount));
        let credited = |(_, amount)| (source, AccountId::User(self.payer), amount);
        let credited = borne(kept, None).map(credited);
        let back = Transaction::of(Cause::RefundFailed(self.of_refund()), back);
        let credited = Transaction::of(Cause::RefundCredited(self.of_refund()), credited);
        [back, credited].into_iter().filter(|booked| !booked.legs().is_empty()).collect()
    }

    fn of_refund(&self) -> OfRefund {
        let payment = OfPayment { payment_id: self.payment_id, order_id: self.order_id };
        OfRefund { refund_id: self.id, payment }
    }
}
