//! The second factor in a decision: read, checked and stored.

use contract::notice::NoticeSubject;
use contract::{SessionId, UserId};
use sources::Ids;
use store::{Loaded, Stop, Tx};

use crate::domain::second_factor::{
    GivenCode, Passed, PassedBy, RECOVERY_CODES, RecoveryCode, RecoveryCodeHash, SecondFactor,
};
use crate::domain::{Admitted, Authenticated, Refusal, User};
use crate::notices;

/// Loads the factor of an account, which is off if none is stored.
pub(crate) fn load(tx: &mut Tx<'_>, user: UserId) -> Loaded<SecondFactor> {
    Ok(tx.get::<SecondFactor>(user)?.unwrap_or(SecondFactor::off(user)))
}

/// Stores a factor that [`load`] returned, or its successor; deletes one that is off.
pub(crate) fn store(tx: &mut Tx<'_>, factor: SecondFactor) -> Loaded<()> {
    if !factor.is_off() {
        tx.put(factor);
    } else if tx.get::<SecondFactor>(factor.user_id)?.is_some() {
        tx.delete::<SecondFactor>(factor.user_id);
    }
    Ok(())
}

/// Authenticates an account that signs in with a right password. Errors:
/// [`Refusal::SecondFactorRequired`], [`Refusal::WrongCode`].
pub(crate) fn authenticate(
    tx: &mut Tx<'_>,
    account: Admitted,
    code: Option<&GivenCode>,
) -> Result<Authenticated, Stop<Refusal>> {
    let passed = pass(tx, account.user(), code)?;
    let authenticated = Authenticated::by_sign_in(account, &passed);
    Ok(authenticated)
}

/// Checks the factor of an account whose right password is given, and uses the code. Errors: as
/// [`authenticate`].
pub(crate) fn pass(
    tx: &mut Tx<'_>,
    user: &User,
    code: Option<&GivenCode>,
) -> Result<Passed, Stop<Refusal>> {
    let passed = load(tx, user.id)?.check(code, tx.now())?;
    use_code(tx, user, &passed)?;
    Ok(passed)
}

/// Checks the code of a command on a factor that is on. Returns the factor after it. Errors:
/// [`Refusal::SecondFactorOff`], [`Refusal::WrongCode`].
pub(crate) fn check_on(
    tx: &mut Tx<'_>,
    user: &User,
    code: &GivenCode,
) -> Result<SecondFactor, Stop<Refusal>> {
    let passed = load(tx, user.id)?.check_on(code, tx.now())?;
    let factor = passed.factor().clone();
    use_code(tx, user, &passed)?;
    Ok(factor)
}

/// Authenticates an account of a session, whose sign-in passed the factor.
pub(crate) fn continue_session(
    tx: &mut Tx<'_>,
    account: Admitted,
    session: SessionId,
) -> Loaded<Authenticated> {
    let factor = load(tx, account.user().id)?;
    Ok(Authenticated::by_session(account, session, &factor))
}

/// Stores that a code is used. The owner is notified of a used recovery code.
fn use_code(tx: &mut Tx<'_>, user: &User, passed: &Passed) -> Loaded<()> {
    match passed.by() {
        PassedBy::NoFactor => return Ok(()),
        PassedBy::Code => {}
        PassedBy::RecoveryCode { codes_left } => {
            let codes_left = u32::try_from(codes_left).unwrap_or(u32::MAX);
            notices::of_change(tx, user, NoticeSubject::RecoveryCodeUsed { codes_left });
        }
    }
    store(tx, passed.factor().clone())
}

/// Draws new recovery codes.
pub(crate) fn draw_recovery_codes(ids: &Ids) -> Vec<RecoveryCode> {
    (0..RECOVERY_CODES).map(|_| RecoveryCode::new(ids.random_bytes())).collect()
}

/// The hashes of recovery codes.
pub(crate) fn hashes(codes: &[RecoveryCode]) -> Vec<RecoveryCodeHash> {
    codes.iter().map(RecoveryCode::hash).collect()
}
