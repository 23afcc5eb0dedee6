//! Accounts whose owner has proved, by a link of a mail, to read the mail of their address.

use contract::contact::CHANGED;
use contract::session::RevocationState;
use store::{Loaded, Tx};

use crate::credentials::{factor_check, password_attempt};
use crate::domain::{SecondFactor, User};
use crate::sessions::sign_on;

/// Saves an account with the password that the reader of its mail has set. Every session ends, and
/// counts of guesses and known devices are deleted: a person who guessed or used the old password
/// keeps nothing.
pub(crate) fn save(tx: &mut Tx<'_>, before: &User, after: &User) -> Loaded<RevocationState> {
    if !before.is_verified {
        // The factor of a person who never read the mail of the address.
        factor_check::store(tx, SecondFactor::off(before.id))?;
    }
    // Codes of a second factor are counted with passwords, and are not guessed by repeated resets.
    if !factor_check::load(tx, before.id)?.is_on() || before.email != after.email {
        password_attempt::forget(tx, &before.email.canonical())?;
    }
    save_contact(tx, before, after);
    sign_on::revoke_all(tx, after)
}

/// Saves an account, and publishes its address or verification if it changed.
pub(crate) fn save_contact(tx: &mut Tx<'_>, before: &User, after: &User) {
    if after.contact_version != before.contact_version {
        tx.publish(CHANGED.of(after.contact()));
    }
    tx.save(after.clone());
}
