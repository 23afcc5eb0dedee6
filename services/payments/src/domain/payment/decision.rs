//! The effect of each command, status and event on a payment in each state.
//!
//! A status may be older than the stored state, since two processes may inquire concurrently. An
//! earlier status has no effect; only an impossible one is a contradiction.

use contract::{Decided, Money, Timestamp};

use super::{Change, Command, Holder, Payment, Refunds, State, Task};
use crate::domain::{ProviderStatus, Refusal, ReportedStatus, Verdict, VoidReason};

type Outcome = Decided<Payment, Change>;

impl Payment {
    /// Decides a command.
    ///
    /// # Errors
    /// [`Refusal::Contradiction`] if the provider's status is impossible in this state.
    pub fn decide(&self, command: Command, now: Timestamp) -> Result<Outcome, Refusal> {
        match command {
            Command::Open { reference } => Ok(self.open(reference)),
            Command::Refuse { reason } => Ok(self.refuse(reason)),
            Command::Observe(status) => match self.observe(status, now)? {
                Decided::AlreadyApplied if self.has_news => Ok(self.advanced(self.state.clone())),
                outcome => Ok(outcome),
            },
            Command::Inquire => Ok(self.inquire()),
            Command::Resolve(Verdict::Wait) => Ok(Decided::AlreadyApplied),
            Command::Resolve(Verdict::Capture) => Ok(self.accept(now)),
            Command::Resolve(Verdict::Void(reason)) => Ok(self.void(reason)),
        }
    }

    fn open(&self, reference: String) -> Outcome {
        let State::Started { token } = &self.state else { return Decided::AlreadyApplied };
        self.advanced(State::Opened { reference, token: token.clone() })
    }

    fn refuse(&self, reason: String) -> Outcome {
        let State::Started { .. } = self.state else { return Decided::AlreadyApplied };
        self.changed(State::Declined { reference: None, reason })
    }

    /// Requests an inquiry, unless another call to the provider is pending.
    fn inquire(&self) -> Outcome {
        if self.has_news || self.reference().is_none() || self.task() != Task::Nothing {
            return Decided::AlreadyApplied;
        }
        Decided::Applied(Box::new(Self { has_news: true, ..self.clone() }), Change::Private)
    }

    fn accept(&self, now: Timestamp) -> Outcome {
        let State::Authorized { holder, authorized_at } = &self.state else {
            return Decided::AlreadyApplied;
        };
        match holder.clone() {
            Holder::Provider { reference } => {
                self.advanced(State::Capturing { reference, authorized_at: *authorized_at })
            }
            Holder::Ledger => self.changed(State::captured(Holder::Ledger, now)),
        }
    }

    fn void(&self, reason: VoidReason) -> Outcome {
        match &self.state {
            // The provider was not called, so there is nothing to void.
            State::Started { .. } | State::Authorized { holder: Holder::Ledger, .. } => {
                self.changed(State::Voided { reason })
            }
            State::Opened { reference, .. }
            | State::RequiresAction { reference, .. }
            | State::Authorized { holder: Holder::Provider { reference }, .. } => {
                self.voiding(reference, reason)
            }
            State::Capturing { .. }
            | State::Captured { .. }
            | State::Returned { .. }
            | State::Voiding { .. }
            | State::Voided { .. }
            | State::Declined { .. } => Decided::AlreadyApplied,
        }
    }

    fn voiding(&self, reference: &str, reason: VoidReason) -> Outcome {
        let (reference, published) = (reference.to_owned(), self.public_status());
        self.advanced(State::Voiding { reference, reason, published })
    }

    fn changed(&self, state: State) -> Outcome {
        let version = self.version + 1;
        Decided::Applied(
            Box::new(Self { version, has_news: false, state, ..self.clone() }),
            Change::Public,
        )
    }

    fn advanced(&self, state: State) -> Outcome {
        Decided::Applied(Box::new(Self { has_news: false, state, ..self.clone() }), Change::Private)
    }

    fn observe(&self, status: ProviderStatus, now: Timestamp) -> Result<Outcome, Refusal> {
        use ProviderStatus as P;
        use State as S;
        if self.is_by_ledger() {
            return Err(Refusal::Contradiction);
        }
        let taken = if let P::CapturedPart { taken } = status { taken } else { self.amount };
        Ok(match (&self.state, status) {
            // The payer's bank had not decided. After a capture by an operator in the dashboard,
            // the order decides to capture or to void as for an authorised amount.
            (
                S::Opened { reference, .. } | S::RequiresAction { reference, .. },
                P::Held | P::Captured,
            ) => {
                let holder = Holder::Provider { reference: reference.clone() };
                self.changed(S::Authorized { holder, authorized_at: now })
            }
            (
                S::Opened { reference, .. } | S::RequiresAction { reference, .. },
                P::Challenged(challenge),
            ) if self.challenge() != Some(&challenge) => {
                self.advanced(S::RequiresAction { reference: reference.clone(), challenge })
            }
            (
                S::Opened { reference, .. } | S::RequiresAction { reference, .. },
                P::Declined { reason },
            ) => self.changed(S::Declined { reference: Some(reference.clone()), reason }),
            (S::Opened { .. } | S::RequiresAction { .. }, P::Released) => {
                let reason = "canceled_at_provider".to_owned();
                self.changed(S::Declined { reference: None, reason })
            }
            (S::Capturing { reference, .. }, P::Captured) => {
                let holder = Holder::Provider { reference: reference.clone() };
                self.changed(S::captured(holder, now))
            }
            // An order that has accepted the payment remains complete and unpaid.
            (S::Authorized { .. } | S::Capturing { .. }, P::Released) => {
                self.changed(S::Voided { reason: VoidReason::CanceledAtProvider })
            }
            // The capture of a part by an operator in the dashboard does not pay the order.
            (
                S::Opened { reference, .. }
                | S::RequiresAction { reference, .. }
                | S::Authorized { holder: Holder::Provider { reference }, .. }
                | S::Capturing { reference, .. },
                P::CapturedPart { .. },
            ) => self.returned(reference, taken, VoidReason::CapturedInPart, now),
            (S::Voiding { reference, reason, .. }, P::Captured | P::CapturedPart { .. }) => {
                self.returned(reference, taken, *reason, now)
            }
            (S::Voiding { reason, .. }, P::Released) => self.changed(S::Voided { reason: *reason }),
            // The payer completed the payment at the provider after a decline.
            (S::Declined { reference: Some(reference), .. }, P::Held) => {
                self.voiding(reference, VoidReason::Declined)
            }
            (
                S::Declined { reference: Some(reference), .. },
                P::Captured | P::CapturedPart { .. },
            ) => self.returned(reference, taken, VoidReason::Declined, now),
            (S::Declined { reference: Some(_), reason }, P::Released) => {
                self.advanced(S::Declined { reference: None, reason: reason.clone() })
            }
            (S::Captured { .. }, P::CapturedPart { .. } | P::Released)
            | (S::Returned { .. }, P::Released)
            | (
                S::Voided { .. } | S::Declined { reference: None, .. },
                P::Captured | P::CapturedPart { .. },
            ) => return Err(Refusal::Contradiction),
            (
                S::Started { .. }
                | S::Opened { .. }
                | S::RequiresAction { .. }
                | S::Authorized { .. }
                | S::Capturing { .. }
                | S::Captured { .. }
                | S::Returned { .. }
                | S::Voiding { .. }
                | S::Voided { .. }
                | S::Declined { .. },
                P::Unconfirmed
                | P::Challenged(_)
                | P::Held
                | P::Captured
                | P::CapturedPart { .. }
                | P::Released
                | P::Declined { .. },
            ) => Decided::AlreadyApplied,
        })
    }

    /// Whether an event of the provider is a reason to inquire. Events that follow from this
    /// service's own calls are not, nor is one whose status is the payment's or has passed.
    #[must_use]
    pub fn is_news(&self, reported: ReportedStatus) -> bool {
        use ReportedStatus as R;
        use State as S;
        let is_undecided = matches!(self.state, S::Opened { .. } | S::RequiresAction { .. });
        let is_open = is_undecided || matches!(self.state, S::Authorized { .. });
        // The provider has no money of the payment.
        let is_elsewhere = matches!(self.state, S::Voided { .. } | S::Declined { .. });
        let is_reason = match reported {
            R::UnderWay | R::Challenged => false,
            R::Held | R::Declined => is_undecided,
            R::Captured | R::Released | R::Anything => is_open,
            // Inquired once the capture is recorded.
            R::Moved => !is_elsewhere,
        };
        is_reason && !self.is_by_ledger()
    }

    pub(crate) const fn is_by_ledger(&self) -> bool {
        matches!(
            self.state,
            State::Authorized { holder: Holder::Ledger, .. }
                | State::Captured { holder: Holder::Ledger, .. }
        )
    }

    fn returned(
        &self,
        reference: &str,
        taken: Money,
        reason: VoidReason,
        now: Timestamp,
    ) -> Outcome {
        self.changed(State::Returned {
            reference: reference.to_owned(),
            taken,
            reason,
            returned_at: now,
            refunds: Refunds::default(),
        })
    }
}
