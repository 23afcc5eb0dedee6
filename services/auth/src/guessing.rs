//! Guesses at passwords, counted before a password is looked at, in the store that all replicas share.
//!
//! They are counted by a hash of the e-mail address, whether it has an account or not, so that neither an answer nor what is kept tells
//! which addresses have one. Strangers could keep an owner waiting by guessing on and on; so guesses from an address from which the owner has
//! signed in are counted apart (after the device cookies of OWASP's "Slow Down Online Guessing Attacks").

use sha2::{Digest as _, Sha256};
use store::{Failure, NotLoaded, Stop, Store, Tx};
use web::ClientAddress;

use crate::domain::{EmailAddress, Guesses, Refusal};

/// Somebody who says that an account is theirs.
#[derive(Debug, Clone)]
pub(crate) struct Claimant {
    /// Where guesses of all strangers are counted.
    account: String,
    /// Where guesses from this address are counted, once the owner has signed in from it.
    familiar: String,
}

/// Forgets the guesses at an account. Those from familiar addresses are stored under hashes of both, and end by themselves.
///
/// # Errors
/// [`NotLoaded`], to be passed on with `?`.
pub(crate) fn forget(tx: &mut Tx<'_>, email: &EmailAddress) -> Result<(), NotLoaded> {
    let account = format!("{:x}", Sha256::digest(email.as_str()));
    if tx.get::<Guesses>(&account)?.is_some() {
        tx.delete::<Guesses>(account);
    }
    Ok(())
}

impl Claimant {
    pub(crate) fn of(email: &EmailAddress, address: ClientAddress) -> Self {
        // No address contains a line's end.
        let id = |text: &str| format!("{:x}", Sha256::digest(text));
        let email = email.as_str();
        Self { account: id(email), familiar: id(&format!("{email}\n{address}")) }
    }

    /// Counts a guess.
    ///
    /// # Errors
    /// [`Refusal::TooSoon`]: the password must not be looked at.
    pub(crate) async fn guess(&self, store: &Store) -> Result<(), Failure<Refusal>> {
        let claimant = self.clone();
        store.transact(move |tx| claimant.count(tx)).await
    }

    fn count(&self, tx: &mut Tx<'_>) -> Result<(), Stop<Refusal>> {
        let now = tx.now();
        let known = match tx.get::<Guesses>(&self.familiar)? {
            Some(familiar) => Some(familiar),
            None => tx.get::<Guesses>(&self.account)?,
        };
        let known = known.unwrap_or_else(|| Guesses::none(self.account.clone(), now));
        tx.put(known.guess(now)?);
        Ok(())
    }

    /// The guess was right: nobody has to wait, and the address is one of the owner's from now on.
    pub(crate) fn was_right(&self, tx: &mut Tx<'_>) -> Result<(), NotLoaded> {
        let familiar = Guesses::familiar(self.familiar.clone(), tx.now());
        if tx.get::<Guesses>(&self.familiar)?.is_some() {
            tx.save(familiar);
            return Ok(());
        }
        if tx.get::<Guesses>(&self.account)?.is_some() {
            tx.delete::<Guesses>(&self.account);
        }
        tx.insert(familiar);
        Ok(())
    }
}
