//! The one way into the ledger: a transaction is posted whole, in the decision that it belongs to.

use contract::UserId;
use store::{Stop, Tx};

use crate::domain::{Account, Entry, Refusal, Transaction};

/// Posts a transaction: an entry for each of its legs, and what they make of the users' accounts. To post twice for one cause is a bug,
/// and ends the decision as one.
///
/// # Errors
/// [`Refusal::InsufficientCredit`] when a user's balance would go below zero; [`Refusal::BalanceTooLarge`].
pub(crate) fn post(tx: &mut Tx<'_>, transaction: &Transaction) -> Result<(), Stop<Refusal>> {
    let users: Vec<UserId> = transaction.users().collect();
    // So that all of them are loaded at once.
    tx.get_all::<Account>(&users)?;
    let (cause, at) = (transaction.cause(), tx.now());
    for (place, leg) in (0..).zip(transaction.legs()) {
        let (account, side, amount) = (leg.account, leg.side, leg.amount);
        let statement = match account.user() {
            None => None,
            Some(user) => {
                let known = tx.get::<Account>(user)?;
                let is_new = known.is_none();
                let (account, line) = known.unwrap_or(Account::of(user)).post(side, amount)?;
                if is_new {
                    tx.insert(account);
                } else {
                    tx.save(account);
                }
                Some(line)
            }
        };
        let transaction = cause.transaction();
        tx.insert(Entry { transaction, place, account, side, amount, at, cause, statement });
    }
    Ok(())
}
