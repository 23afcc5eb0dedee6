//! What each command does to a payment in each state.

use contract::{Money, Timestamp};

use super::{Command, Holder, Outcome, Payment, Refunds, State, Task, VoidReason};
use crate::domain::order_copy::Verdict;
use crate::domain::refusal::Refusal;
use crate::domain::standing::Standing;

impl Payment {
    /// Decides a command.
    ///
    /// # Errors
    /// [`Refusal::Contradiction`] when the provider says what cannot be.
    pub fn decide(&self, command: Command, now: Timestamp) -> Result<Outcome, Refusal> {
        match command {
            Command::Open { reference } => Ok(self.open(reference)),
            Command::Refuse { reason } => Ok(self.refuse(reason)),
            Command::Observe(standing) => match self.observe(standing, now)? {
                Outcome::Unchanged if self.has_news => Ok(self.advanced(self.state.clone())),
                outcome => Ok(outcome),
            },
            Command::Ask => Ok(self.ask()),
            Command::Settle(verdict) => Ok(self.settle(verdict, now)),
        }
    }

    fn open(&self, reference: String) -> Outcome {
        match &self.state {
            State::Started { token } => {
                self.advanced(State::Opened { reference, token: token.clone() })
            }
            State::Opened { .. }
            | State::RequiresAction { .. }
            | State::Authorized { .. }
            | State::Capturing { .. }
            | State::Captured { .. }
            | State::Returned { .. }
            | State::Voiding { .. }
            | State::Voided { .. }
            | State::Declined { .. } => Outcome::Unchanged,
        }
    }

    fn refuse(&self, reason: String) -> Outcome {
        match &self.state {
            State::Started { .. } => self.changed(State::Declined { reference: None, reason }),
            State::Opened { .. }
            | State::RequiresAction { .. }
            | State::Authorized { .. }
            | State::Capturing { .. }
            | State::Captured { .. }
            | State::Returned { .. }
            | State::Voiding { .. }
            | State::Voided { .. }
            | State::Declined { .. } => Outcome::Unchanged,
        }
    }

    /// What the provider says may be older than what is known, since two may ask at the same time; so what was so once changes
    /// nothing, and only what can never have been so is a contradiction.
    fn observe(&self, standing: Standing, now: Timestamp) -> Result<Outcome, Refusal> {
        use Standing as P;
        use State as S;
        Ok(match (&self.state, standing) {
            (S::RequiresAction { challenge: known, .. }, P::Challenged(challenge))
                if *known == challenge =>
            {
                Outcome::Unchanged
            }
            (
                S::Opened { reference, .. } | S::RequiresAction { reference, .. },
                P::Challenged(challenge),
            ) => self.advanced(S::RequiresAction { reference: reference.clone(), challenge }),
            // Captured in the dashboard, all of it: the order is asked as if it were held, and says what becomes of it.
            (
                S::Opened { reference, .. } | S::RequiresAction { reference, .. },
                P::Held | P::Captured,
            ) => {
                let holder = Holder::Provider { reference: reference.clone() };
                self.changed(S::Authorized { holder, authorized_at: now })
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
                self.changed(S::Captured { holder, captured_at: now, refunds: Refunds::default() })
            }
            // An order that has said yes stays complete; nobody pays it.
            (
                S::Authorized { holder: Holder::Provider { .. }, .. } | S::Capturing { .. },
                P::Released,
            ) => self.changed(S::Voided { reason: VoidReason::CanceledAtProvider }),
            // A part pays nothing.
            (
                S::Opened { reference, .. }
                | S::RequiresAction { reference, .. }
                | S::Authorized { holder: Holder::Provider { reference }, .. }
                | S::Capturing { reference, .. },
                P::CapturedPart { taken },
            ) => self.returned(reference, taken, VoidReason::CapturedInPart, now),
            (S::Voiding { reference, reason, .. }, P::Captured) => {
                self.returned(reference, self.amount, *reason, now)
            }
            (S::Voiding { reference, reason, .. }, P::CapturedPart { taken }) => {
                self.returned(reference, taken, *reason, now)
            }
            (S::Declined { reference: Some(reference), .. }, P::Captured) => {
                self.returned(reference, self.amount, VoidReason::Declined, now)
            }
            (S::Declined { reference: Some(reference), .. }, P::CapturedPart { taken }) => {
                self.returned(reference, taken, VoidReason::Declined, now)
            }
            (S::Voiding { reason, .. }, P::Released) => self.changed(S::Voided { reason: *reason }),
            (S::Declined { reference: Some(_), reason }, P::Released) => {
                self.advanced(S::Declined { reference: None, reason: reason.clone() })
            }
            // The payer went on at the provider after the card was declined.
            (S::Declined { reference: Some(reference), .. }, P::Held) => {
                self.voiding(reference, VoidReason::Declined)
            }
            // It was so once, or asks for nothing; and whoever makes it known to the provider learns where it stands.
            (
                S::Started { .. },
                P::Unconfirmed
                | P::Challenged(_)
                | P::Held
                | P::Captured
                | P::CapturedPart { .. }
                | P::Declined { .. }
                | P::Released,
            )
            | (S::Authorized { holder: Holder::Provider { .. }, .. }, P::Captured)
            | (
                S::Returned { .. },
                P::Unconfirmed
                | P::Challenged(_)
                | P::Held
                | P::Captured
                | P::CapturedPart { .. }
                | P::Declined { .. },
            )
            | (S::Opened { .. } | S::RequiresAction { .. }, P::Unconfirmed)
            | (
                S::Authorized { holder: Holder::Provider { .. }, .. }
                | S::Capturing { .. }
                | S::Captured { holder: Holder::Provider { .. }, .. }
                | S::Voiding { .. }
                | S::Voided { .. },
                P::Unconfirmed | P::Challenged(_) | P::Held | P::Declined { .. },
            )
            | (S::Declined { .. }, P::Unconfirmed | P::Challenged(_) | P::Declined { .. })
            | (S::Declined { reference: None, .. }, P::Held | P::Released)
            | (S::Captured { holder: Holder::Provider { .. }, .. }, P::Captured)
            | (S::Voided { .. }, P::Released) => Outcome::Unchanged,
            // Cannot be.
            (
                S::Voided { .. } | S::Declined { reference: None, .. },
                P::Captured | P::CapturedPart { .. },
            )
            | (S::Captured { .. }, P::CapturedPart { .. } | P::Released)
            | (S::Returned { .. } | S::Authorized { holder: Holder::Ledger, .. }, P::Released)
            | (
                S::Authorized { holder: Holder::Ledger, .. }
                | S::Captured { holder: Holder::Ledger, .. },
                P::Unconfirmed | P::Challenged(_) | P::Held | P::Captured | P::Declined { .. },
            )
            | (S::Authorized { holder: Holder::Ledger, .. }, P::CapturedPart { .. }) => {
                return Err(Refusal::Contradiction);
            }
        })
    }

    /// Has the provider asked where it stands, unless it is to be asked something anyway.
    fn ask(&self) -> Outcome {
        if self.has_news || self.reference().is_none() || self.task() != Task::Nothing {
            return Outcome::Unchanged;
        }
        Outcome::Advanced(Box::new(Self { has_news: true, ..self.clone() }))
    }

    fn settle(&self, verdict: Verdict, now: Timestamp) -> Outcome {
        use State as S;
        use Verdict as V;
        match (&self.state, verdict) {
            // Nothing was asked of any card.
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
            ) => Outcome::Unchanged,
        }
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

    fn voiding(&self, reference: &str, reason: VoidReason) -> Outcome {
        let (reference, told) = (reference.to_owned(), self.public_status());
        self.advanced(State::Voiding { reference, reason, told })
    }

    fn changed(&self, state: State) -> Outcome {
        let version = self.version + 1;
        Outcome::Changed(Box::new(Self { version, has_news: false, state, ..self.clone() }))
    }

    fn advanced(&self, state: State) -> Outcome {
        Outcome::Advanced(Box::new(Self { has_news: false, state, ..self.clone() }))
    }
}
