//! Differences between the marketplace's books and the provider's, by payment and in total.

use std::collections::{BTreeMap, BTreeSet};

use contract::{Currency, Money};

use crate::domain::refund::{Destination, State as RefundState};
use crate::domain::{
    Disputed, Payment, ProviderDisputeStatus, ProviderRefundStatus, ProviderStatus, Record,
    RecordedDispute, Refund, State,
};
use crate::provider::gateway::{Movement, Totals};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, derive_more::Display)]
#[display(rename_all = "snake_case")]
pub(super) enum Kind {
    Captured,
    Refunded,
    Disputed,
}

/// Differences by currency and kind, in minor units.
#[derive(Debug, Default)]
pub(super) struct Differences {
    sums: BTreeMap<(Currency, Kind), i64>,
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::Captured, Self::Refunded, Self::Disputed];
}

impl Differences {
    /// Adds the absolute value of a difference, so that two do not cancel out.
    pub(super) fn add(&mut self, kind: Kind, difference: i64, currency: Currency) {
        let sum = self.sums.entry((currency, kind)).or_default();
        *sum = sum.saturating_add(difference.saturating_abs());
    }

    /// Adds the amount that the provider holds of a payment that should have none.
    pub(super) fn add_held(&mut self, totals: Totals) {
        let held = totals.captured.minor_units - totals.refunded.minor_units;
        self.add(Kind::Captured, held, totals.captured.currency);
    }

    /// Adds the full amount of a payment that cannot be compared.
    pub(super) fn add_all_of(&mut self, payment: &Payment) {
        let Money { minor_units, currency } = payment.amount;
        self.add(Kind::Captured, minor_units, currency);
    }

    pub(super) fn are_none(&self) -> bool {
        self.sums.values().all(|difference| *difference == 0)
    }

    /// Sets the metrics, with zero for earlier differences in `currencies`.
    pub(super) fn show(&self, currencies: &mut BTreeSet<Currency>) {
        currencies.extend(self.sums.keys().map(|(currency, _)| *currency));
        for (currency, kind) in currencies.iter().flat_map(|it| Kind::ALL.map(|kind| (*it, kind))) {
            let difference = self.sums.get(&(currency, kind)).copied().unwrap_or_default();
            let shown = f64::from(u32::try_from(difference).unwrap_or(u32::MAX));
            let labels = [("currency", currency.code().to_owned()), ("kind", kind.to_string())];
            metrics::gauge!("reconciliation_difference_minor_units", &labels).set(shown);
        }
    }
}

/// Whether a movement alone shows that all is booked: most payments are never refunded.
pub(super) fn is_fully_booked(payment: &Payment, movement: &Movement) -> bool {
    let Some(totals) = movement.totals else { return false };
    let is_untouched = payment.refunds().is_some_and(|refunds| {
        refunds.refunded.is_none() && refunds.disputed == Disputed::default()
    });
    is_untouched
        && matches!(payment.state, State::Captured { .. })
        && payment.captured_amount() == Some(totals.captured)
        && totals.refunded.minor_units == 0
        && !totals.is_disputed
}

/// Captured, refunded to cards and withdrawn according to the marketplace's books, in minor units.
pub(super) fn ours(payment: &Payment, refunds: &[Refund]) -> [i64; 3] {
    let is_there = |refund: &&Refund| {
        use RefundState::{Requested, Succeeded};
        let is_made = matches!(refund.state, Requested { reference: Some(_) } | Succeeded { .. });
        is_made && matches!(refund.to, Destination::Card { .. })
    };
    let refunded = refunds.iter().filter(is_there).map(|refund| refund.amount.minor_units).sum();
    let disputed = payment.refunds().map(|refunds| refunds.disputed).unwrap_or_default();
    let taken = payment.captured_amount().map_or(0, |taken| taken.minor_units);
    [taken, refunded, disputed.open + disputed.lost]
}

/// The same according to the provider.
pub(super) fn theirs(payment: &Payment, record: &Record) -> [i64; 3] {
    let taken = match &record.status {
        ProviderStatus::Captured => payment.amount.minor_units,
        ProviderStatus::CapturedPart { taken } => taken.minor_units,
        ProviderStatus::Unconfirmed
        | ProviderStatus::Challenged(_)
        | ProviderStatus::Held
        | ProviderStatus::Released
        | ProviderStatus::Declined { .. } => 0,
    };
    let refunded = record.refunds.iter().filter(|refund| {
        use ProviderRefundStatus::{Pending, Succeeded};
        matches!(refund.status, Pending { .. } | Succeeded { .. })
    });
    let refunded = refunded.map(|refund| refund.amount.minor_units).sum();
    let is_withdrawn = |dispute: &&RecordedDispute| dispute.status != ProviderDisputeStatus::Won;
    let withdrawn = record.disputes.iter().filter(is_withdrawn);
    [taken, refunded, withdrawn.map(|dispute| dispute.amount.minor_units).sum()]
}
