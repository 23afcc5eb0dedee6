//! Owners of e-mail addresses: an address belongs to at most one account.

use store::{Loaded, Tx};

use crate::documents::AddressOwner;
use crate::domain::{EmailAddress, User};

/// The account that has one of these forms of an address.
pub(crate) fn owner<'f>(
    tx: &mut Tx<'_>,
    forms: impl IntoIterator<Item = &'f EmailAddress>,
) -> Loaded<Option<User>> {
    for form in forms {
        if let Some(owner) = tx.get::<AddressOwner>(form.as_str())? {
            return tx.get::<User>(owner.user_id);
        }
    }
    Ok(None)
}

/// Records the account as the owner of its address.
pub(crate) fn assign(tx: &mut Tx<'_>, user: &User) {
    tx.insert(AddressOwner { email: user.email.clone(), user_id: user.id });
}

/// Frees the address of an account: two forms, if the account is older than canonical forms.
pub(crate) fn release(tx: &mut Tx<'_>, user: &User) -> Loaded<()> {
    for form in [user.email.canonical(), user.email.clone()] {
        let owner = tx.get::<AddressOwner>(form.as_str())?;
        if owner.is_some_and(|owner| owner.user_id == user.id) {
            tx.delete::<AddressOwner>(form.as_str());
        }
    }
    Ok(())
}
