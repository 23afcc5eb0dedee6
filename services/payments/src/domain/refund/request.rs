//! The creation of refunds: by a request, with its permissions, amount, shares and returned units;
//! from the provider's record; and of money that no order accepts.

use contract::payment::ReturnedUnits;
use contract::{Money, RefundId, Timestamp, UserId};

use super::{Destination, Method, Origin, Refund, RequesterRole, Share, State};
use crate::domain::accounting::shares::{CostAllocation, divide, remainders, sum};
use crate::domain::payment::State as Paid;
use crate::domain::{
    Account, Claim, Holder, OrderCopy, Payment, ProviderRefundStatus, Purpose, RecordedRefund,
    Refunds, Refusal,
};

/// Refunds of one payment that one seller can have requested, without failed ones. A refund of the
/// full remainder is not counted. An order has at most ten tickets, so that a seller can refund
/// each separately and has as many requests in reserve.
pub const REFUNDS_OF_SELLER_MAX: u32 = 20;

/// The same for all administrators together; sellers' requests do not reduce it.
pub const REFUNDS_OF_ADMINS_MAX: u32 = 20;

/// Refunds of one payment that one seller can have requested, including failed ones: each is a call
/// to the provider and a stored document. A card that rejects refunds is detected after far fewer.
pub const ATTEMPTS_OF_SELLER_MAX: u32 = 100;

/// A request for a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundRequest {
    /// The id of the refund.
    pub id: RefundId,
    /// The requester.
    pub by: Requester,
    /// The amount; by default the full remainder that the requester may refund, or the price of the
    /// payer's returned units.
    pub amount: Option<Money>,
    /// The method; by default that of the payment.
    pub to: Option<Method>,
    /// Units to return to sale, each ticket once; of a payer, by default all that remain.
    pub returns: Vec<ReturnedUnits>,
}

/// The requester of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requester {
    /// A seller of the order; may refund the own share.
    Seller(UserId),
    /// An administrator; may refund everything, at the house's expense beyond a seller's balance.
    Admin(UserId),
    /// The payer of an order of a postponed show; may return units for their price, at the house's
    /// expense beyond a seller's balance.
    Payer(UserId),
}

impl Requester {
    /// The user.
    #[must_use]
    pub const fn user(self) -> UserId {
        match self {
            Self::Seller(user) | Self::Admin(user) | Self::Payer(user) => user,
        }
    }

    pub(crate) const fn role(self) -> RequesterRole {
        match self {
            Self::Seller(_) => RequesterRole::Seller,
            Self::Admin(_) => RequesterRole::Admin,
            Self::Payer(_) => RequesterRole::Payer,
        }
    }
}

impl RefundRequest {
    /// Decides the request; `accounts` are those of the order's sellers.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`], [`Refusal::NotToCard`], [`Refusal::NotToCredit`],
    /// [`Refusal::PayerMustAgree`], [`Refusal::AmountExceeds`], [`Refusal::PaymentDisputed`],
    /// [`Refusal::RefundExceeds`], [`Refusal::TooManyRefunds`], [`Refusal::TooManyAttempts`],
    /// [`Refusal::NotInOrder`], [`Refusal::ResaleReturned`], [`Refusal::NotTheSeller`],
    /// [`Refusal::FreeUnitsNotAgreed`],
    /// [`Refusal::UnitsNotRefunded`], [`Refusal::CannotCover`].
    pub fn decide(
        &self,
        payment: &Payment,
        order: Option<&OrderCopy>,
        accounts: &[Account],
        now: Timestamp,
    ) -> Result<Refund, Refusal> {
        let refunds = payment.refunds().ok_or(Refusal::NotCaptured)?;
        if matches!(self.by, Requester::Payer(_)) && self.returns.is_empty() {
            let returns = unclaimed_units(order, refunds);
            if returns.is_empty() {
                return Err(Refusal::RefundExceeds);
            }
            return Self { returns, ..self.clone() }.decide(payment, order, accounts, now);
        }
        let left = remainders(payment, order)?.into_iter();
        let left: Vec<_> = left.filter(|left| self.may_refund_share_of(left.seller)).collect();
        let amount = match self.by {
            Requester::Payer(_) => self.price(order, &left, refunds)?,
            Requester::Seller(_) | Requester::Admin(_) => {
                self.amount_of(&left, payment.amount, refunds)?
            }
        };
        let to = self.destination(payment, refunds, amount)?;
        // The provider refunds no part of a charge that is disputed or lost.
        let is_disputed = refunds.disputed.open > 0 || refunds.disputed.lost > 0;
        if is_disputed && matches!(to, Destination::Card { .. }) {
            return Err(Refusal::PaymentDisputed);
        }
        self.check_count(refunds, amount, &left)?;
        self.check_returns(order, refunds)?;
        let shares = divide(amount, &left)
            .into_iter()
            .map(|part| self.borne(part, payment.purpose, accounts))
            .collect::<Result<_, _>>()?;
        let state = match to {
            Destination::Card { .. } => State::Requested { reference: None },
            Destination::Credit => State::Succeeded { at: now, reference: None },
        };
        let refund = Refund {
            shares,
            returns: self.returns.clone(),
            requested_by: self.by.user(),
            requested_as: self.by.role(),
            state,
            ..Refund::new(self.id, payment, amount, to, now)
        };
        let waived = self.waived(&refund, order, refunds)?;
        Ok(Refund { waived, ..refund })
    }

    fn destination(
        &self,
        payment: &Payment,
        refunds: &Refunds,
        amount: Money,
    ) -> Result<Destination, Refusal> {
        let Paid::Captured { holder, .. } = &payment.state else {
            return Err(Refusal::NotCaptured);
        };
        match (holder, self.to) {
            (Holder::Ledger, Some(Method::Card)) => Err(Refusal::NotToCard),
            (Holder::Ledger, None | Some(Method::Credit)) => Ok(Destination::Credit),
            // Only units are returned: the provider is not called.
            (Holder::Provider { .. }, _) if amount.minor_units == 0 => Ok(Destination::Credit),
            (Holder::Provider { reference }, None | Some(Method::Card)) => {
                Ok(Destination::Card { payment_reference: reference.clone() })
            }
            (Holder::Provider { .. }, Some(Method::Credit)) => match (payment.purpose, self.by) {
                // The payer's account has the money already.
                (Purpose::TopUp, _) => Err(Refusal::NotToCredit),
                (Purpose::Order { .. }, Requester::Seller(_)) if !refunds.consent.credit => {
                    Err(Refusal::PayerMustAgree)
                }
                (
                    Purpose::Order { .. },
                    Requester::Seller(_) | Requester::Admin(_) | Requester::Payer(_),
                ) => Ok(Destination::Credit),
            },
        }
    }

    /// Checks the limits of sellers and administrators. A refund of the full remainder passes,
    /// since another can follow only if it fails; therefore a seller's attempts are limited too.
    fn check_count(&self, refunds: &Refunds, amount: Money, left: &[Claim]) -> Result<(), Refusal> {
        if let Requester::Seller(user) | Requester::Payer(user) = self.by
            && refunds.of_seller(user).is_some_and(|of| of.attempts >= ATTEMPTS_OF_SELLER_MAX)
        {
            return Err(Refusal::TooManyAttempts { max: ATTEMPTS_OF_SELLER_MAX });
        }
        let max = match self.by {
            Requester::Seller(_) | Requester::Payer(_) => REFUNDS_OF_SELLER_MAX,
            Requester::Admin(_) => REFUNDS_OF_ADMINS_MAX,
        };
        let is_rest = amount.minor_units > 0 && amount.minor_units == sum(left);
        if is_rest || refunds.requests_of(self.by.role(), self.by.user()) < max {
            Ok(())
        } else {
            Err(Refusal::TooManyRefunds { max })
        }
    }

    fn may_refund_share_of(&self, seller: UserId) -> bool {
        match self.by {
            Requester::Seller(own) => own == seller,
            Requester::Admin(_) | Requester::Payer(_) => true,
        }
    }

    /// By default the full remainder, which may be zero if units are returned.
    fn amount_of(&self, left: &[Claim], paid: Money, refunds: &Refunds) -> Result<Money, Refusal> {
        let left = sum(left);
        let amount = self.amount.unwrap_or(Money::new(left, paid.currency));
        let may_be_nothing = self.amount.is_none() && !self.returns.is_empty();
        let is_there = (i64::from(!may_be_nothing)..=left).contains(&amount.minor_units);
        if is_there && amount.currency == paid.currency {
            Ok(amount)
        } else if refunds.disputed.open > 0 {
            Err(Refusal::PaymentDisputed)
        } else {
            Err(Refusal::AmountExceeds { left: Money::new(left, paid.currency) })
        }
    }

    /// The price of the payer's returned units, at most the remainder.
    fn price(
        &self,
        order: Option<&OrderCopy>,
        left: &[Claim],
        refunds: &Refunds,
    ) -> Result<Money, Refusal> {
        self.check_returns(order, refunds)?;
        let order = order.ok_or(Refusal::NotPostponed)?;
        let mut price = Money::zero(order.order.total.currency);
        for seller in order.sellers() {
            let of_seller = order.price_of(seller, &self.returns)?;
            price = price.plus(of_seller).map_err(|_| Refusal::Contradiction)?;
        }
        let is_disputed = refunds.disputed.open > 0 || refunds.disputed.lost > 0;
        if is_disputed && price.minor_units > 0 {
            return Err(Refusal::PaymentDisputed);
        }
        Ok(Money::new(price.minor_units.min(sum(left)), price.currency))
    }

    /// Divides the amount between sellers and house: the house covers a seller's missing balance if
    /// an administrator or the payer requests it. It does not cover a top-up that the payer has
    /// spent.
    fn borne(&self, part: Claim, purpose: Purpose, accounts: &[Account]) -> Result<Share, Refusal> {
        let share = part.borne_by(accounts);
        let may_cover = match (self.by, purpose) {
            (Requester::Admin(_) | Requester::Payer(_), Purpose::Order { .. }) => true,
            (Requester::Seller(_), _) | (_, Purpose::TopUp) => false,
        };
        let is_covered = may_cover || share.by_house.minor_units == 0;
        if is_covered { Ok(share) } else { Err(Refusal::CannotCover) }
    }

    /// Checks that the units are in the order and not returned yet; a seller may return the own
    /// units only, and free ones only with the payer's consent.
    fn check_returns(&self, order: Option<&OrderCopy>, refunds: &Refunds) -> Result<(), Refusal> {
        for units in &self.returns {
            let item = order.and_then(|copy| copy.item_of(units.ticket_id));
            let item = item.ok_or(Refusal::NotInOrder)?;
            // The seller of a resale has no unit to sell once more.
            if item.resale.is_some() {
                return Err(Refusal::ResaleReturned);
            }
            if !self.may_refund_share_of(item.seller) {
                return Err(Refusal::NotTheSeller);
            }
            if units.quantity > refunds.unclaimed_units_of(item) {
                return Err(Refusal::RefundExceeds);
            }
            let is_free = item.unit_price.minor_units == 0;
            if is_free && self.by.role() == RequesterRole::Seller && !refunds.consent.covers(units)
            {
                return Err(Refusal::FreeUnitsNotAgreed);
            }
        }
        Ok(())
    }

    /// The part of the returned units' price that an administrator or the payer waives, by seller.
    /// The rest must be refunded from the seller's share, by this refund or others.
    fn waived(
        &self,
        refund: &Refund,
        order: Option<&OrderCopy>,
        refunds: &Refunds,
    ) -> Result<Vec<Claim>, Refusal> {
        let Some(order) = order.filter(|_| !self.returns.is_empty()) else { return Ok(Vec::new()) };
        let agreed = match self.by {
            Requester::Seller(_) => refunds.consent.of(&self.returns),
            Requester::Admin(_) | Requester::Payer(_) => self.returns.clone(),
        };
        let mut after = refunds.clone();
        after.add(refund)?;
        let mut waived = Vec::new();
        for seller in order.sellers() {
            let missing = after.uncovered(seller, order)?;
            let may_be_waived = order.price_of(seller, &agreed)?.minor_units;
            let is_returned = order.price_of(seller, &self.returns)?.minor_units > 0;
            if !is_returned || missing <= 0 {
                continue;
            }
            if missing > may_be_waived && self.by.role() == RequesterRole::Seller {
                return Err(Refusal::UnitsNotRefunded {
                    missing: Money::new(missing, refund.amount.currency),
                });
            }
            let amount = Money::new(missing.min(may_be_waived), refund.amount.currency);
            waived.push(Claim { seller, amount });
        }
        Ok(waived)
    }
}

/// The units of an order that no refund claims.
fn unclaimed_units(order: Option<&OrderCopy>, refunds: &Refunds) -> Vec<ReturnedUnits> {
    let items = order.into_iter().flat_map(|copy| &copy.order.items);
    let units = items.map(|item| ReturnedUnits {
        ticket_id: item.ticket_id,
        quantity: refunds.unclaimed_units_of(item),
    });
    units.filter(|units| units.quantity > 0).collect()
}

impl Refund {
    /// Creates a refund from the provider's record; `None` if it paid no money.
    pub(crate) fn at_provider(
        recorded: &RecordedRefund,
        payment: &Payment,
        (order, accounts): (Option<&OrderCopy>, &[Account]),
        now: Timestamp,
    ) -> Result<Option<Self>, Refusal> {
        let reference = Some(recorded.reference.clone());
        let state = match &recorded.status {
            ProviderRefundStatus::Unknown | ProviderRefundStatus::Failed { .. } => return Ok(None),
            ProviderRefundStatus::Pending { .. } => State::Requested { reference },
            ProviderRefundStatus::Succeeded { .. } => State::Succeeded { at: now, reference },
        };
        let CostAllocation { shares, excess } =
            CostAllocation::of(recorded.amount, payment, order, accounts)?;
        let id = RefundId::new(recorded.own_id());
        let refund = Self::to_card(id, payment, recorded.amount, recorded.made_at)?;
        Ok(Some(Self { shares, origin: Origin::Provider, excess, state, ..refund }))
    }

    /// Creates the one refund of a captured amount that no order accepts; it has the payment's id.
    pub(crate) fn of_returned(
        payment: &Payment,
        taken: Money,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let by_house = Money::zero(taken.currency);
        let share = Share { seller: payment.buyer, by_seller: taken, by_house };
        let refund = Self::to_card(RefundId::new(payment.id.untyped()), payment, taken, now)?;
        Ok(Self { shares: vec![share], origin: Origin::Returned, ..refund })
    }

    fn to_card(
        id: RefundId,
        payment: &Payment,
        amount: Money,
        requested_at: Timestamp,
    ) -> Result<Self, Refusal> {
        let reference = payment.reference().ok_or(Refusal::NotCaptured)?;
        let to = Destination::Card { payment_reference: reference.to_owned() };
        Ok(Self::new(id, payment, amount, to, requested_at))
    }
}
