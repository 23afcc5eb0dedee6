//! Verification of the present password, for commands that require more than a session.

use actix_web::HttpRequest;
use contract::UserId;
use store::{Stop, Tx};
use web::{ClientAddress, Problem};

use crate::Ports;
use crate::code;
use crate::credentials::factor_check;
use crate::credentials::hashing::{HashSlot, Lane, Verified};
use crate::credentials::password_attempt::PasswordAttempt;
use crate::domain::{GivenCode, Password, Refusal, SecondFactor, User};
use crate::sessions::sign_on;

/// An account whose present password a request contains.
#[derive(Clone)]
pub(crate) struct Proof {
    verified: User,
    pub(crate) attempt: PasswordAttempt,
}

impl Proof {
    /// Verifies the password of an account, given in the named field. It counts as a guess, so a
    /// stolen session guesses no faster than a sign-in. `no_effect` is the detail of the problem.
    /// The returned slot is for another hash of the same request. Errors: 401 `bad_credentials`,
    /// 429 and 503, as for a sign-in.
    pub(crate) async fn verify(
        ports: &Ports,
        (user, address, request): (UserId, ClientAddress, &HttpRequest),
        (field, password): (&'static str, &Password),
        no_effect: &'static str,
    ) -> Result<(Self, HashSlot), Problem> {
        ports.sign_ins.check(address)?;
        let slot = ports.hasher.queue(Lane::Familiar, address.into())?;
        let known = ports.store.find::<User>(&user.to_string()).await?;
        let verified = known.ok_or(Problem::from(Refusal::BadCredentials))?;
        let email = verified.email.canonical();
        let attempt = PasswordAttempt::of(ports, &email, address, request).await?;
        attempt.guess(&ports.store).await?;
        let hash = Some(verified.password_hash.clone());
        if slot.verify(password.spellings(), hash).await? == Verified::No {
            let wrong = Problem::new(code::BAD_CREDENTIALS).detail(no_effect);
            return Err(wrong.error(field, "is not the present password"));
        }
        Ok((Self { verified, attempt }, slot))
    }

    /// Loads the account in the command's decision and resets its guesses, unless its second factor
    /// is on: a password alone does not reset the count of guessed codes. Errors:
    /// [`Refusal::BadCredentials`] if the password has changed since it was verified.
    pub(crate) fn account(&self, tx: &mut Tx<'_>) -> Result<User, Stop<Refusal>> {
        let user = sign_on::unchanged(tx, &self.verified)?;
        if !factor_check::load(tx, user.id)?.is_on() {
            self.attempt.was_right(tx)?;
        }
        Ok(user)
    }

    /// Loads the account in the decision of a command that also needs a code of its second factor,
    /// uses the code and resets the guesses. Returns the account, and the factor after it. Errors:
    /// [`Refusal::BadCredentials`] as above, and those of [`factor_check::check_on`].
    pub(crate) fn account_with_code(
        &self,
        tx: &mut Tx<'_>,
        code: &GivenCode,
    ) -> Result<(User, SecondFactor), Stop<Refusal>> {
        let user = sign_on::unchanged(tx, &self.verified)?;
        let factor = factor_check::check_on(tx, &user, code)?;
        self.attempt.was_right(tx)?;
        Ok((user, factor))
    }

    /// As [`Proof::account`], for a command that needs a code while the second factor is on. Errors:
    /// [`Refusal::SecondFactorRequired`] and [`Refusal::WrongCode`] in addition.
    pub(crate) fn account_with_factor(
        &self,
        tx: &mut Tx<'_>,
        code: Option<&GivenCode>,
    ) -> Result<User, Stop<Refusal>> {
        let user = sign_on::unchanged(tx, &self.verified)?;
        factor_check::pass(tx, &user, code)?;
        self.attempt.was_right(tx)?;
        Ok(user)
    }

    /// As [`Proof::account`], for a command that starts a session: the device becomes a known one,
    /// unless the second factor is on. Errors: as [`Proof::account`].
    pub(crate) fn account_signed_in(&self, tx: &mut Tx<'_>) -> Result<User, Stop<Refusal>> {
        let user = sign_on::unchanged(tx, &self.verified)?;
        if !factor_check::load(tx, user.id)?.is_on() {
            self.attempt.signed_in(tx)?;
        }
        Ok(user)
    }
}
