//! The effect of each command on a payment in each state.

use contract::{Decided, Timestamp};

use super::{Change, Command, Holder, Payment, Refunds, State, Task, VoidReason};
use crate::domain::order_copy::Verdict;
use crate::domain::refusal::Refusal;

impl Payment {
    /// Decides a command.
    ///
    /// # Errors
    /// [`Refusal::Contradiction`] if the provider's status is impossible in this state.
    pub fn decide(
        &self,
        command: Command,
        now: Timestamp,
    ) -> Result<Decided<Payment, Change>, Refusal> {
        match command {
            Command::Open { reference } => Ok(self.open(reference)),
            Command::Refuse { reason } => Ok(self.refuse(reason)),
            Command::Observe(status) => match self.observe(status, now)? {
                Decided::AlreadyApplied if self.has_news => Ok(self.advanced(self.state.clone())),
                outcome => Ok(outcome),
            },
            Command::Inquire => Ok(self.inquire()),
            Command::Resolve(verdict) => Ok(self.resolve(verdict, now)),
        }
    }

    fn open(&self, reference: String) -> Decided<Payment, Change> {
        let State::Started { token } = &self.state else { return Decided::AlreadyApplied };
        self.advanced(State::Opened { reference, token: token.clone() })
    }

    fn refuse(&self, reason: String) -> Decided<Payment, Change> {
        let State::Started { .. } = self.state else { return Decided::AlreadyApplied };
        self.changed(State::Declined { reference: None, reason })
    }

    /// Requests an inquiry, unless another call to the provider is pending.
    fn inquire(&self) -> Decided<Payment, Change> {
        if self.has_news || self.reference().is_none() || self.task() != Task::Nothing {
            return Decided::AlreadyApplied;
        }
        Decided::Applied(Box::new(Self { has_news: true, ..self.clone() }), Change::Private)
    }

    fn resolve(&self, verdict: Verdict, now: Timestamp) -> Decided<Payment, Change> {
        use State as S;
        use Verdict as V;
        match (&self.state, verdict) {
            // The provider was not called, so there is nothing to void.
            (S::Started { .. }, V::Void(reason)) => self.changed(S::Voided { reason }),
            (
                S::Opened { reference, .. } | S::RequiresAction { reference, .. },
                V::Void(reason),
            ) => self.voiding(reference, reason),
            (S::Authorized { holder, authorized_at }, V::Capture) => match holder {
                Holder::Provider { reference } => {
                    let (reference, authorized_at) = (reference.clone(), *authorized_at);
                    self.advanced(S::Capturing { reference, authorized_at })
                }
                Holder::Ledger => self.changed(S::Captured {
                    holder: Holder::Ledger,
                    captured_at: now,
                    refunds: Refunds::default(),
                }),
            },
            (S::Authorized { holder, .. }, V::Void(reason)) => match holder {
                Holder::Provider { reference } => self.voiding(reference, reason),
                Holder::Ledger => self.changed(S::Voided { reason }),
            },
            (
                S::Started { .. } | S::Opened { .. } | S::RequiresAction { .. },
                V::Wait | V::Capture,
            )
            | (S::Authorized { .. }, V::Wait)
            | (
                S::Capturing { .. }
                | S::Captured { .. }
                | S::Returned { .. }
                | S::Voiding { .. }
                | S::Voided { .. }
                | S::Declined { .. },
                V::Wait | V::Capture | V::Void(_),
            ) => Decided::AlreadyApplied,
        }
    }

    pub(super) fn voiding(&self, reference: &str, reason: VoidReason) -> Decided<Payment, Change> {
        let (reference, published) = (reference.to_owned(), self.public_status());
        self.advanced(State::Voiding { reference, reason, published })
    }

    pub(super) fn changed(&self, state: State) -> Decided<Payment, Change> {
        let version = self.version + 1;
        Decided::Applied(
            Box::new(Self { version, has_news: false, state, ..self.clone() }),
            Change::Public,
        )
    }

    pub(super) fn advanced(&self, state: State) -> Decided<Payment, Change> {
        Decided::Applied(Box::new(Self { has_news: false, state, ..self.clone() }), Change::Private)
    }
}
