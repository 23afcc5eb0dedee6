//! The effect of each status that the provider returns on a payment in each state.
//!
//! A status may be older than the stored state, since two processes may inquire concurrently. An
//! earlier status has no effect; only an impossible one is a contradiction.

use contract::{Decided, Money, Timestamp};

use super::{Change, Holder, Payment, Refunds, State, VoidReason};
use crate::domain::provider::status::{Challenge, ProviderStatus};
use crate::domain::refusal::Refusal;

impl Payment {
    pub(super) fn observe(
        &self,
        status: ProviderStatus,
        now: Timestamp,
    ) -> Result<Decided<Payment, Change>, Refusal> {
        if self.is_by_ledger() {
            return Err(Refusal::Contradiction);
        }
        match status {
            ProviderStatus::Unconfirmed => Ok(Decided::AlreadyApplied),
            ProviderStatus::Challenged(challenge) => Ok(self.challenged(challenge)),
            ProviderStatus::Held => Ok(self.held(now)),
            ProviderStatus::Declined { reason } => Ok(self.declined(reason)),
            ProviderStatus::Captured => self.captured(now),
            ProviderStatus::CapturedPart { taken } => self.captured_in_part(taken, now),
            ProviderStatus::Released => self.released(),
        }
    }

    /// Whether the payment does not use the provider.
    const fn is_by_ledger(&self) -> bool {
        matches!(
            self.state,
            State::Authorized { holder: Holder::Ledger, .. }
                | State::Captured { holder: Holder::Ledger, .. }
        )
    }

    /// The provider's id until the payer's bank has decided.
    fn undecided_reference(&self) -> Option<&str> {
        let (State::Opened { reference, .. } | State::RequiresAction { reference, .. }) =
            &self.state
        else {
            return None;
        };
        Some(reference)
    }

    fn challenged(&self, challenge: Challenge) -> Decided<Payment, Change> {
        let known = self.challenge();
        match self.undecided_reference().filter(|_| known != Some(&challenge)) {
            Some(reference) => {
                let reference = reference.to_owned();
                self.advanced(State::RequiresAction { reference, challenge })
            }
            None => Decided::AlreadyApplied,
        }
    }

    fn held(&self, now: Timestamp) -> Decided<Payment, Change> {
        match &self.state {
            State::Opened { reference, .. } | State::RequiresAction { reference, .. } => {
                let holder = Holder::Provider { reference: reference.clone() };
                self.changed(State::Authorized { holder, authorized_at: now })
            }
            // The payer completed the payment at the provider after a decline.
            State::Declined { reference: Some(reference), .. } => {
                self.voiding(reference, VoidReason::Declined)
            }
            // The provider returned this status on creation.
            State::Started { .. }
            | State::Authorized { .. }
            | State::Capturing { .. }
            | State::Captured { .. }
            | State::Returned { .. }
            | State::Voiding { .. }
            | State::Voided { .. }
            | State::Declined { reference: None, .. } => Decided::AlreadyApplied,
        }
    }

    fn declined(&self, reason: String) -> Decided<Payment, Change> {
        match self.undecided_reference().map(str::to_owned) {
            Some(reference) => self.changed(State::Declined { reference: Some(reference), reason }),
            None => Decided::AlreadyApplied,
        }
    }

    /// Records the capture of the full amount: by this service, or by an operator in the dashboard.
    fn captured(&self, now: Timestamp) -> Result<Decided<Payment, Change>, Refusal> {
        Ok(match &self.state {
            State::Capturing { reference, .. } => {
                let holder = Holder::Provider { reference: reference.clone() };
                let refunds = Refunds::default();
                self.changed(State::Captured { holder, captured_at: now, refunds })
            }
            // The order decides to capture or to void as for an authorised amount.
            State::Opened { .. } | State::RequiresAction { .. } => self.held(now),
            State::Voiding { reference, reason, .. } => {
                self.returned(reference, self.amount, *reason, now)
            }
            State::Declined { reference: Some(reference), .. } => {
                self.returned(reference, self.amount, VoidReason::Declined, now)
            }
            State::Started { .. }
            | State::Authorized { .. }
            | State::Captured { .. }
            | State::Returned { .. } => Decided::AlreadyApplied,
            State::Voided { .. } | State::Declined { reference: None, .. } => {
                return Err(Refusal::Contradiction);
            }
        })
    }

    /// Records the capture of a part by an operator in the dashboard; it does not pay the order.
    fn captured_in_part(
        &self,
        taken: Money,
        now: Timestamp,
    ) -> Result<Decided<Payment, Change>, Refusal> {
        Ok(match &self.state {
            State::Opened { reference, .. }
            | State::RequiresAction { reference, .. }
            | State::Authorized { holder: Holder::Provider { reference }, .. }
            | State::Capturing { reference, .. } => {
                self.returned(reference, taken, VoidReason::CapturedInPart, now)
            }
            State::Voiding { reference, reason, .. } => {
                self.returned(reference, taken, *reason, now)
            }
            State::Declined { reference: Some(reference), .. } => {
                self.returned(reference, taken, VoidReason::Declined, now)
            }
            State::Started { .. } | State::Returned { .. } => Decided::AlreadyApplied,
            State::Authorized { holder: Holder::Ledger, .. }
            | State::Captured { .. }
            | State::Voided { .. }
            | State::Declined { reference: None, .. } => return Err(Refusal::Contradiction),
        })
    }

    /// Records that no amount is authorised any more: it was voided, cancelled by an operator, or
    /// has expired at the provider.
    fn released(&self) -> Result<Decided<Payment, Change>, Refusal> {
        Ok(match &self.state {
            State::Opened { .. } | State::RequiresAction { .. } => {
                let reason = "canceled_at_provider".to_owned();
                self.changed(State::Declined { reference: None, reason })
            }
            // An order that has accepted the payment remains complete and unpaid.
            State::Authorized { .. } | State::Capturing { .. } => {
                self.changed(State::Voided { reason: VoidReason::CanceledAtProvider })
            }
            State::Voiding { reason, .. } => self.changed(State::Voided { reason: *reason }),
            State::Declined { reference: Some(_), reason } => {
                self.advanced(State::Declined { reference: None, reason: reason.clone() })
            }
            State::Started { .. }
            | State::Voided { .. }
            | State::Declined { reference: None, .. } => Decided::AlreadyApplied,
            State::Captured { .. } | State::Returned { .. } => {
                return Err(Refusal::Contradiction);
            }
        })
    }

    fn returned(
        &self,
        reference: &str,
        taken: Money,
        reason: VoidReason,
        now: Timestamp,
    ) -> Decided<Payment, Change> {
        self.changed(State::Returned {
            reference: reference.to_owned(),
            taken,
            reason,
            returned_at: now,
            refunds: Refunds::default(),
        })
    }
}
