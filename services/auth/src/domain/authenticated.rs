//! An account with its second factor checked: the condition of a session and of its rights.

use contract::SessionId;

use super::second_factor::{Passed, SecondFactor};
use super::user::{Admitted, User};

/// An admitted account whose second factor was read, and checked unless a session exists.
///
/// Starting and signing a session require this type. A sign-in creates it from [`Passed`] only,
/// which only a check of the factor creates, so that no route can skip the check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    account: Admitted,
    factor: FactorUse,
}

/// Whether sign-ins of an account need a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FactorUse {
    None,
    InUse,
}

/// Condition of an administrator's rights, in addition to the role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdministratorFactor {
    /// None.
    Optional,
    /// The account's second factor is on.
    Required,
}

impl FactorUse {
    const fn of(factor: &SecondFactor) -> Self {
        if factor.is_on() { Self::InUse } else { Self::None }
    }
}

impl Authenticated {
    /// An account that signs in.
    #[must_use]
    pub fn by_sign_in(account: Admitted, passed: &Passed) -> Self {
        let factor = passed.factor();
        debug_assert_eq!(factor.user_id, account.user().id, "the factor of another account");
        Self { account, factor: FactorUse::of(factor) }
    }

    /// An account of a session, whose sign-in passed the factor that the account had then. The
    /// session is renewed, or continues as a new one after a change that ended all others.
    #[must_use]
    pub fn by_session(account: Admitted, _session: SessionId, factor: &SecondFactor) -> Self {
        debug_assert_eq!(factor.user_id, account.user().id, "the factor of another account");
        Self { account, factor: FactorUse::of(factor) }
    }

    /// The account.
    #[must_use]
    pub fn user(&self) -> &User {
        self.account.user()
    }

    /// Whether tokens of the account have the rights of an administrator.
    #[must_use]
    pub fn is_administrator(&self, rule: AdministratorFactor) -> bool {
        self.user().admin
            && match (rule, self.factor) {
                (AdministratorFactor::Optional, _) | (_, FactorUse::InUse) => true,
                (AdministratorFactor::Required, FactorUse::None) => false,
            }
    }
}
